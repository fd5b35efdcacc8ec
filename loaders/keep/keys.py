"""The key of a store: made once, never replaced in silence, and changed for another without losing anything.

While the key is changed, ``key.next`` lies beside it. Every sealed piece names its key, so that at any moment of the
change each of them can be opened; one that was stopped goes on where it was.
"""

import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from graph.errors import KeyMissing, WrongKey, unwritable
from graph.home import Home, fresh_name

KEY, NEXT = "key", "key.next"
"""Files of a store's home that hold the key, and the one that is to come; keep a copy of it apart from backups."""
KEY_BYTES, ID_BYTES = 32, 8
SEALED_PLACES = ("loads/*/contacts.sealed", "rejects/*.sealed", "sources/*")
"""Where sealed files lie in a home."""


def key_id(key: bytes) -> bytes:
    """Return what tells one key from another without giving anything of it away."""
    return hashlib.sha256(b"shuniu key " + key).digest()[:ID_BYTES]


def sealed_files(home: Path) -> Iterator[Path]:
    """Yield every sealed file of a home."""
    for place in SEALED_PLACES:
        yield from sorted(p for p in home.glob(place) if p.suffix != ".part")


class Keys:
    """The keys in a store's folder."""

    def __init__(self, key_file: Path) -> None:
        self.file = key_file
        self.next = key_file.with_name(NEXT)
        self._home = Home(key_file.parent)

    def read(self, path: Path) -> bytes:
        """Return a key.

        Raises:
            KeyMissing: there is none, or the file holds something else.
        """
        try:
            key = path.read_bytes()
        except OSError as error:
            raise KeyMissing(path=path) from error
        if len(key) != KEY_BYTES:
            raise KeyMissing(path=path)
        return key

    def sealing(self) -> bytes:
        """Return the key with which to seal; while keys are changed it is the one to come."""
        return self.read(self.next if self.next.exists() else self.file)

    def ciphers(self) -> dict[bytes, AESGCM]:
        """Return what opens sealed pieces, by the id of its key.

        Raises:
            KeyMissing: there is no key.
        """
        files = [path for path in (self.file, self.next) if path.exists()] or [self.file]
        return {key_id(key): AESGCM(key) for key in map(self.read, files)}

    def check(self) -> None:
        """Make sure that the key is the one that sealed what is there.

        Raises:
            KeyMissing, WrongKey: it is gone, or another one.
            HomeDamaged: the list of the folder is damaged.
        """
        key = self.read(self.file)
        listed = self._home.listing().files.get(self.file.name)
        if listed and listed.sha256 != hashlib.sha256(key).hexdigest() and not self.next.exists():
            raise WrongKey(path=self.file)

    def ensure(self) -> None:
        """Make a key where nothing was sealed yet; an existing or a lost one is never replaced.

        Raises:
            KeyMissing, WrongKey: something is sealed, and its key is not there.
            DiskFull, FileUnwritable: the key cannot be written.
        """
        if self.file.exists() or self._sealed():
            self.check()
            return
        part = fresh_name(self.file)
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(secrets.token_bytes(KEY_BYTES))
                file.flush()
                os.fsync(file.fileno())
            with suppress(FileExistsError):  # unlike a renaming, this fails where another process was first
                os.link(part, self.file)
        except OSError as error:
            raise unwritable(self.file, error) from error
        finally:
            with suppress(FileNotFoundError, NotADirectoryError):
                part.unlink()
        self._home.enter(self.file.name)

    def _sealed(self) -> bool:
        """Tell whether anything was ever sealed here."""
        return self.file.name in self._home.listing().files or any(True for _ in sealed_files(self.file.parent))

    def begin_change(self) -> bytes:
        """Lay the key to come beside the key, or find the one of a change that was stopped, and return it.

        Raises:
            KeyMissing, WrongKey: there is no key to change, or it is not the one that sealed what is there.
            DiskFull, FileUnwritable: it cannot be written.
        """
        self.check()
        if not self.next.exists():
            self._home.keep({NEXT: secrets.token_bytes(KEY_BYTES)})
        return self.read(self.next)

    def finish_change(self) -> None:
        """Put the key to come in the place of the key; everything must be sealed with it."""
        self._home.keep({self.file.name: self.read(self.next)})
        self._home.strike([NEXT])
