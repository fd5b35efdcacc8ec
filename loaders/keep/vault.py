"""The sealed side of a store: authenticated encryption, and the contacts that nothing else may hold.

AES-256 in Galois/Counter Mode (NIST SP 800-38D) with a random nonce for each piece. What a piece is about goes in as
associated data, so that one cannot be put in the place of another.
"""

import os
import secrets
from collections.abc import Collection
from functools import cached_property
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from graph.errors import KeyMissing, SealBroken, unwritable
from graph.vocabulary import fold
from loaders.keep.privacy import is_masked, mask

KEY = "key"
"""File of a store's home that holds the key; keep a copy of it apart from backups."""
PERSONAL = ("contact_name", "contact_phone")
KEY_BYTES, NONCE_BYTES = 32, 12
VERSION = b"\x01"
SEALED = "contacts.sealed"
HELD = ".sealed"
SCHEMA = pa.schema(
    [
        ("label", pa.string()),
        ("key", pa.string()),
        ("name", pa.string()),
        ("contact_name", pa.string()),
        ("contact_phone", pa.string()),
        ("load", pa.string()),
        ("file", pa.string()),
        ("sheet", pa.string()),
        ("row", pa.int64()),
    ]
)


class Seal:
    """The key of a store; it is made when something is sealed for the first time."""

    def __init__(self, key_file: Path) -> None:
        self._file = key_file

    @cached_property
    def _cipher(self) -> AESGCM:
        try:
            key = self._file.read_bytes()
        except OSError as error:
            raise KeyMissing(path=self._file) from error
        if len(key) != KEY_BYTES:
            raise KeyMissing(path=self._file)
        return AESGCM(key)

    def ensure(self) -> None:
        """Make a key where there is none; an existing one is never overwritten.

        Raises:
            DiskFull, FileUnwritable: the key cannot be written.
        """
        if self._file.exists():
            return
        part = self._file.with_name(f"{self._file.name}.{secrets.token_hex(4)}")
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(secrets.token_bytes(KEY_BYTES))
                file.flush()
                os.fsync(file.fileno())
            os.link(part, self._file)  # unlike a renaming, this fails where another process was first
        except FileExistsError:
            pass
        except OSError as error:
            raise unwritable(self._file, error) from error
        finally:
            part.unlink(missing_ok=True)

    def close(self, data: bytes, about: str) -> bytes:
        """Return ``data`` sealed; ``about`` must be the same on opening.

        Raises:
            DiskFull, FileUnwritable: a new key cannot be written.
            KeyMissing: the key file holds no key.
        """
        self.ensure()
        nonce = secrets.token_bytes(NONCE_BYTES)
        return VERSION + nonce + self._cipher.encrypt(nonce, data, about.encode())

    def open(self, sealed: bytes, about: str) -> bytes:
        """Return what was sealed.

        Raises:
            KeyMissing: there is no key.
            SealBroken: another key sealed it, it is damaged, or it is about something else.
        """
        if sealed[:1] != VERSION:
            raise SealBroken(what=about)
        nonce, body = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        try:
            return self._cipher.decrypt(nonce, body, about.encode())
        except (InvalidTag, ValueError) as error:
            raise SealBroken(what=about) from error


class Contacts:
    """Who can be reached where: sealed, one file a load, in the folder ``loads`` of a store's home."""

    def __init__(self, home: Path, seal: Seal) -> None:
        self._home = home
        self._seal = seal

    def write(self, path: Path, rows: pa.Table) -> None:
        """Seal rows (columns of ``SCHEMA``) into a file.

        Raises:
            DiskFull, FileUnwritable: the file cannot be written.
        """
        columns = [
            rows[f.name].cast(f.type) if f.name in rows.column_names else pa.nulls(len(rows), f.type) for f in SCHEMA
        ]
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, SCHEMA, options=pa.ipc.IpcWriteOptions(compression="zstd")) as writer:
            writer.write_table(pa.table(columns, schema=SCHEMA))
        part = path.with_suffix(".part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with part.open("wb") as file:
                file.write(self._seal.close(sink.getvalue().to_pybytes(), SEALED))
                file.flush()
                os.fsync(file.fileno())
            part.rename(path)
        except OSError as error:
            raise unwritable(path, error) from error

    def _files(self) -> list[Path]:
        return sorted((self._home / "loads").glob(f"*/{SEALED}"))

    def _held(self) -> list[Path]:
        """Return the sealed contacts of rejected rows, which lie beside their workbooks."""
        return sorted((self._home / "rejects").glob(f"*{HELD}"))

    def _rows(self, path: Path) -> pa.Table:
        with pa.ipc.open_stream(self._seal.open(path.read_bytes(), SEALED)) as reader:
            return reader.read_all()

    def read(self) -> pa.Table:
        """Return all contacts, the oldest first; a thing may have several.

        Raises:
            KeyMissing, SealBroken: they cannot be opened.
        """
        return pa.concat_tables([*(self._rows(path) for path in self._files()), SCHEMA.empty_table()])

    def of(self, keys: Collection[str]) -> pa.Table:
        """Return the contacts of some things."""
        rows = self.read()
        return rows.filter(pc.is_in(rows["key"], pa.array(list(keys), pa.string())))

    def unmask(self) -> dict[tuple[str, str, str], str]:
        """Return what masks stand for: (column, folded name, masked value) -> the value known with that mask.

        So a masked cell, as in a workbook of rejected rows, loses nothing when it is loaded.
        """
        known: dict[tuple[str, str, str], str] = {}
        for path in (*self._held(), *self._files()):
            for row in self._rows(path).to_pylist():
                for column in PERSONAL:
                    if (value := row[column]) and not is_masked(value):
                        known[column, fold(row["name"] or ""), mask(column, value)] = value
        return known

    def forget(self, keys: Collection[str]) -> int:
        """Erase the contacts of some things for good and return how many there were.

        Rejected rows have no key yet: those under a name of these things go too.
        """
        names, gone = {fold(name) for name in self.of(keys)["name"].to_pylist() if name}, 0
        for path in (*self._held(), *self._files()):
            rows = self._rows(path)
            theirs = [
                key in keys or (key is None and fold(name or "") in names)
                for key, name in zip(rows["key"].to_pylist(), rows["name"].to_pylist(), strict=True)
            ]
            left = rows.filter(pc.invert(pa.array(theirs, pa.bool_())))
            if len(left) < len(rows):
                self.write(path, left)
                gone += len(rows) - len(left)
        return gone
