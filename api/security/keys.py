"""Keys of programs: said once when they are made, kept as hashes, expiring, revocable.

They lie beside the store in a file of their own, which no backup takes along: a restored store has no keys.
"""

import hashlib
import json
import os
import secrets
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from api.security.roles import Role
from graph.errors import HomeDamaged, NotFound, listed_by, unwritable
from graph.home import locked, sync_folder, write_durably
from graph.language import Text

FOLDER, FILE = "access", "keys.json"
PREFIX = "shuniu"
LONGEST_DAYS = 730
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
"""The least that OWASP's cheat sheet recommends for Argon2id; the secrets have 256 bits of their own."""


class ApiKey(BaseModel):
    """One key; what it is made of is known to its owner alone."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    name: str
    role: Role
    region: str | None = None
    created: datetime
    expires: datetime
    revoked: datetime | None = None
    hash: str = Field(repr=False)

    def holds(self, now: datetime) -> bool:
        """Tell whether it is valid at a time."""
        return self.revoked is None and now < self.expires

    @property
    def state(self) -> str:
        """One word on it."""
        return "revoked" if self.revoked else "valid" if self.holds(datetime.now(UTC)) else "expired"


_KEYS = TypeAdapter(list[ApiKey])


class KeyRing:
    """The keys of one store, read anew when their file changes."""

    def __init__(self, home: Path) -> None:
        self._path = home / FOLDER / FILE
        self._read: tuple[tuple[int, int, int], list[ApiKey]] | None = None
        self._known: dict[bytes, str] = {}
        self._guard = threading.Lock()

    def exists(self) -> bool:
        """Tell whether there is a file of keys."""
        return self._path.exists()

    def listed(self) -> list[ApiKey]:
        """Return all keys, the revoked and expired ones too.

        Raises:
            HomeDamaged: their file is not what was written; then nobody is let in.
        """
        try:
            found = self._path.stat()
        except FileNotFoundError:
            return []
        stamp = (found.st_ino, found.st_size, found.st_mtime_ns)
        if self._read is None or self._read[0] != stamp:
            try:
                self._read = (stamp, _KEYS.validate_json(self._path.read_bytes()))
            except (OSError, ValidationError) as error:
                raise HomeDamaged(path=self._path, reason=Text("内容不完整", "it is not whole")) from error
        return self._read[1]

    def create(self, name: str, role: Role, region: str | None, days: int) -> tuple[ApiKey, str]:
        """Make a key and return it with the words by which its owner is known, which are kept nowhere."""
        id_, secret = secrets.token_hex(4), secrets.token_urlsafe(32)
        now = datetime.now(UTC).replace(microsecond=0)
        key = ApiKey(
            id=id_, name=name, role=role, region=region, created=now, expires=now + timedelta(days=days),
            hash=_HASHER.hash(secret),
        )  # fmt: skip
        with locked(self._folder()):
            self._write([*self.listed(), key])
        return key, f"{PREFIX}_{id_}_{secret}"

    def revoke(self, id_: str) -> ApiKey:
        """Revoke a key and return it.

        Raises:
            NotFound: there is no such key.
        """
        with locked(self._folder()):
            keys = self.listed()
            found = next((key for key in keys if key.id == id_), None)
            if found is None:
                raise NotFound(kind=Text("密钥", "key"), key=id_, way=listed_by("shuniu keys list"))
            now = datetime.now(UTC).replace(microsecond=0)
            gone = found if found.revoked else found.model_copy(update={"revoked": now})
            self._write([gone if key.id == id_ else key for key in keys])
        return gone

    def owner(self, token: str) -> ApiKey | None:
        """Return the valid key whose words these are."""
        prefix, _, rest = token.partition("_")
        id_, _, secret = rest.partition("_")
        found = next((key for key in self.listed() if key.id == id_ and prefix == PREFIX), None)
        if found is None or not found.holds(datetime.now(UTC)):
            return None
        return found if self._fits(found, secret) else None

    def _fits(self, key: ApiKey, secret: str) -> bool:
        """Tell whether a secret is that of a key; the dear check is made once for each."""
        digest = hashlib.sha256(f"{key.hash}{secret}".encode("utf-8", "surrogatepass")).digest()
        if self._known.get(digest) == key.id:
            return True
        with self._guard:  # one at a time: each takes its memory
            try:
                _HASHER.verify(key.hash, secret)
            except (Argon2Error, UnicodeEncodeError):
                return False
            self._known[digest] = key.id
        return True

    def _folder(self) -> Path:
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise unwritable(self._path.parent, error) from error
        return self._path.parent

    def _write(self, keys: list[ApiKey]) -> None:
        part = self._path.with_suffix(f".{os.getpid()}.part")
        try:
            write_durably(part, json.dumps(_KEYS.dump_python(keys, mode="json"), ensure_ascii=False, indent=1).encode())
            part.replace(self._path)
            sync_folder(self._path.parent)
        except OSError as error:
            part.unlink(missing_ok=True)
            raise unwritable(self._path, error) from error
