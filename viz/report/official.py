"""What an office puts above and below its document: mark, number and signer; issuer and who gets copies."""

from dataclasses import dataclass
from pathlib import Path

from graph.errors import BadParameter
from graph.language import Lang, Text
from viz.report.glyphs import visible

HEAD_LONGEST = {"mark": 40, "number": 40, "signer": 40, "issuer": 100, "copies_to": 1000}
"""Characters that a part of a head may have at most; of a mark, so many that it leaves the page to the document."""


@dataclass(frozen=True)
class OfficialHead:
    """What an office puts above and below its document (GB/T 9704, 7.2 and 7.4); empty parts are left out.

    Each part is one line without what nobody sees. ``fonts`` is a folder of font files of its own, embedded in a PDF
    where they are those of a role.

    Raises:
        BadParameter: a part is longer than :data:`HEAD_LONGEST` says.
    """

    mark: str = ""
    number: str = ""
    signer: str = ""
    issuer: str = ""
    copies_to: str = ""
    fonts: Path | None = None

    def __post_init__(self) -> None:
        for name, longest in HEAD_LONGEST.items():
            said = " ".join(visible(getattr(self, name)).split())
            if len(said) > longest:
                why = Text(f"不得超过 {longest} 个字符", f"must have at most {longest} characters")
                raise BadParameter(name=name, value=f"{said[:20]}…", reason=why)
            object.__setattr__(self, name, said)

    def signed(self, lang: Lang) -> str:
        """Return who signs it, as it stands above the red line; nothing where nobody does."""
        return f"{'签发人：' if lang == 'zh' else 'Signed: '}{self.signer}" if self.signer else ""

    def copies(self, lang: Lang) -> str:
        """Return who gets copies, as the imprint says it; nothing where nobody does."""
        return f"{'抄送：' if lang == 'zh' else 'Copies: '}{self.copies_to}" if self.copies_to else ""
