"""The sealed side of a store: authenticated encryption, and the contacts that nothing else may hold.

AES-256 in Galois/Counter Mode (NIST SP 800-38D) with a random nonce for each piece. What a piece is about goes in as
associated data, so that one cannot be put in the place of another.
"""

import secrets
from collections.abc import Collection
from contextlib import suppress
from functools import cached_property
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from graph.errors import KeyMissing, SealBroken, WrongKey
from graph.home import Home
from graph.vocabulary import fold
from loaders.keep.keys import ID_BYTES, Keys, key_id
from loaders.keep.privacy import is_masked, mask

PERSONAL = ("contact_name", "contact_phone")
NONCE_BYTES = 12
VERSION, UNNAMED = b"\x02", b"\x01"
"""First byte of a sealed piece: the id of its key follows; old ones do not name it."""
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
    """What seals and opens with the key of a store; the key is made when something is sealed for the first time."""

    def __init__(self, key_file: Path) -> None:
        self.keys = Keys(key_file)

    @cached_property
    def _ciphers(self) -> dict[bytes, AESGCM]:
        return self.keys.ciphers()

    @cached_property
    def _sealing(self) -> tuple[bytes, AESGCM]:
        self.keys.ensure()
        key = self.keys.sealing()
        return key_id(key), AESGCM(key)

    def refusal(self) -> KeyMissing | WrongKey | None:
        """Return why nothing can be sealed here, None if it can; makes the key where nothing was sealed yet.

        Raises:
            DiskFull, FileUnwritable: a new key cannot be written.
        """
        try:
            self.keys.ensure()
        except (KeyMissing, WrongKey) as error:
            return error
        return None

    def close(self, data: bytes, about: str) -> bytes:
        """Return ``data`` sealed; ``about`` must be the same on opening.

        Raises:
            DiskFull, FileUnwritable: a new key cannot be written.
            KeyMissing, WrongKey: the key file does not hold the key of this store.
        """
        name, cipher = self._sealing
        nonce = secrets.token_bytes(NONCE_BYTES)
        return VERSION + name + nonce + cipher.encrypt(nonce, data, about.encode())

    def open(self, sealed: bytes, about: str) -> bytes:
        """Return what was sealed.

        Raises:
            KeyMissing: there is no key.
            SealBroken: another key sealed it, it is damaged, or it is about something else.
        """
        version, head = sealed[:1], sealed[1 : 1 + ID_BYTES]
        if version == VERSION:
            named, rest = [self._ciphers[head]] if head in self._ciphers else [], sealed[1 + ID_BYTES :]
        elif version == UNNAMED:
            named, rest = list(self._ciphers.values()), sealed[1:]
        else:
            named, rest = [], b""
        nonce, body = rest[:NONCE_BYTES], rest[NONCE_BYTES:]
        for cipher in named:
            with suppress(InvalidTag, ValueError):
                return cipher.decrypt(nonce, body, about.encode())
        raise SealBroken(what=about)

    def is_of(self, sealed: bytes, key: bytes) -> bool:
        """Tell whether a sealed piece names this key."""
        return sealed[: 1 + ID_BYTES] == VERSION + key_id(key)


class Contacts:
    """Who can be reached where: sealed, one file a load, in the folder ``loads`` of a store's home."""

    def __init__(self, home: Path, seal: Seal) -> None:
        self._home = home
        self._seal = seal

    def sealed(self, rows: pa.Table) -> bytes:
        """Return rows (columns of ``SCHEMA``) sealed, as a file holds them.

        Raises:
            KeyMissing, WrongKey: the key file does not hold the key of this store.
        """
        columns = [
            rows[f.name].cast(f.type) if f.name in rows.column_names else pa.nulls(len(rows), f.type) for f in SCHEMA
        ]
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, SCHEMA, options=pa.ipc.IpcWriteOptions(compression="zstd")) as writer:
            writer.write_table(pa.table(columns, schema=SCHEMA))
        return self._seal.close(sink.getvalue().to_pybytes(), SEALED)

    def _files(self) -> list[Path]:
        return sorted((self._home / "loads").glob(f"*/{SEALED}"))

    def _held(self) -> list[Path]:
        """Return the sealed contacts of rejected rows, which lie beside their workbooks."""
        return sorted((self._home / "rejects").glob(f"*{HELD}"))

    def _rows(self, path: Path) -> pa.Table:
        try:
            with pa.ipc.open_stream(self._seal.open(path.read_bytes(), SEALED)) as reader:
                return reader.read_all()
        except (SealBroken, OSError) as error:
            raise SealBroken(what=path) from error

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

    def named(self, who: str) -> list[str]:
        """Return the keys of the things that a key, or a name in any spelling, stands for among those with contacts."""
        rows = self.read()
        names = [
            (key, fold(name or "")) for key, name in zip(*(rows[c].to_pylist() for c in ("key", "name")), strict=True)
        ]
        return sorted({key for key, name in names if key and (key == who or name == fold(who))})

    def news(self, rows: pa.Table) -> set[str]:
        """Return the keys of the things whose contacts in ``rows`` are not the last that is known of them.

        Raises:
            KeyMissing, SealBroken: what is known cannot be opened.
        """
        last = {
            row["key"]: (row["contact_name"], row["contact_phone"])
            for row in self.of(rows["key"].to_pylist()).to_pylist()
        }
        found = {row["key"]: (row["contact_name"], row["contact_phone"]) for row in rows.to_pylist() if row["key"]}
        return {key for key, people in found.items() if last.get(key) != people}

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
        left: dict[str, bytes] = {}
        for path in (*self._held(), *self._files()):
            rows = self._rows(path)
            theirs = [
                key in keys or (key is None and fold(name or "") in names)
                for key, name in zip(rows["key"].to_pylist(), rows["name"].to_pylist(), strict=True)
            ]
            if any(theirs):
                gone += sum(theirs)
                rest = rows.filter(pc.invert(pa.array(theirs, pa.bool_())))
                left[path.relative_to(self._home).as_posix()] = self.sealed(rest)
        Home(self._home).keep(left)
        return gone

    def reseal(self, path: Path) -> bytes:
        """Return a file of contacts sealed with the key that seals now."""
        return self.sealed(self._rows(path))
