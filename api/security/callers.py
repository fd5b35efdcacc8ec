"""Who asks: whoever shows a key of the ring, or a token of the identity provider."""

from pathlib import Path

from api.security.keys import ApiKey, KeyRing
from api.security.tokens import Claims, Provider, Vouched
from api.settings import Settings
from graph.errors import BadParameter
from graph.language import Text


class Callers:
    """The keys of one store and the provider that is set, if any."""

    def __init__(self, home: Path, settings: Settings) -> None:
        """Take them.

        Raises:
            BadParameter: the provider's address cannot be, or no audience is set.
        """
        self.ring = KeyRing(home)
        self._provider = _provider(settings)
        self._client = settings.oidc_client
        self._told_apart = self._provider is not None or self.ring.exists()

    def known(self) -> bool:
        """Tell whether there is anybody to tell apart, or ever was: where keys are lost or moved, nobody is let in.

        Raises:
            HomeDamaged: the file of the keys is not what was written.
        """
        self._told_apart = self._told_apart or bool(self.ring.listed())
        return self._told_apart

    def sign_in(self) -> tuple[Provider, str] | None:
        """Return where somebody can sign in, and what this service is called there; none where nobody can."""
        return (self._provider, self._client) if self._provider and self._client else None

    def of(self, words: str) -> ApiKey | Vouched | None:
        """Return whose words these are.

        Raises:
            HomeDamaged, ProviderAway: nobody can be told.
        """
        if self._provider and words.count(".") == 2:
            return self._provider.vouched(words)
        return self.ring.owner(words)


def _provider(settings: Settings) -> Provider | None:
    if settings.oidc_issuer is None:
        return None
    if settings.oidc_audience is None:
        why = Text("与 SHUNIU_OIDC_ISSUER 同设", "is set together with SHUNIU_OIDC_ISSUER")
        raise BadParameter(name="SHUNIU_OIDC_AUDIENCE", value="–", reason=why)
    claims = Claims(settings.oidc_role_claim, settings.oidc_region_claim)
    return Provider(settings.oidc_issuer, settings.oidc_audience, claims)
