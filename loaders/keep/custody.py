"""What of a load is sealed: the people named in its rows, and copies of its sources.

Where the key of the store is lost or another one, nothing can be sealed; the load goes on without, and says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import pyarrow as pa

from graph.errors import KeyMissing, WrongKey
from graph.home import Home, write_durably
from graph.language import Text
from loaders.keep.archive import FOLDER, is_kept, keep
from loaders.keep.contacts import assembled
from loaders.keep.journal import Journal
from loaders.keep.keys import KEY
from loaders.keep.vault import Contacts, Seal
from loaders.read import Sheet


@dataclass
class Custody:
    """The sealed side of one load."""

    home: Path
    refusal: KeyMissing | WrongKey | None = None
    seal: Seal = field(init=False)

    def __post_init__(self) -> None:
        self.seal = Seal(self.home / KEY)

    def begin(self) -> list[Text]:
        """Find out whether anything can be sealed, and return what is to be told if not."""
        self.refusal = self.seal.refusal()
        if not self.refusal:
            return []
        return [Text(*(f"{self.refusal.say(lang)} {self.refusal.way_out(lang)}" for lang in ("zh", "en")))]

    def people(self, found: list[pd.DataFrame], load: str, sheets: list[Sheet]) -> pa.Table | None:
        """Return the people of rows as the vault keeps them; none where there are none, or nothing can be sealed."""
        return assembled(self._contacts, found, load, sheets) if found and not self.refusal else None

    @property
    def _contacts(self) -> Contacts:
        return Contacts(self.home, self.seal)

    def news(self, people: pa.Table | None) -> set[str]:
        """Return the keys of the things whose contacts are others than the last that was known."""
        return self._contacts.news(people) if people else set()

    def write(self, people: pa.Table | None, path: Path) -> None:
        """Seal people into a file that is not yet listed."""
        if people:
            write_durably(path, self._contacts.sealed(people))

    def keep(self, digests: Mapping[Path, str], only: set[str] | None = None) -> None:
        """Keep copies of sources, or of those among them that are in ``only``."""
        if self.refusal:
            return
        wanted = {digest: path for path, digest in digests.items() if only is None or digest in only}
        made = [digest for digest, path in wanted.items() if keep(path, digest, self.home, self.seal)]
        if made:
            Home(self.home).enter(*(f"{FOLDER}/{digest}" for digest in made))

    def lost(self, digests: Mapping[Path, str], journal: Journal) -> set[str]:
        """Return which of these sources an earlier load has told of, and have no copy that opens.

        The key was away then, or the copy was damaged since.
        """
        loaded = {d for e in journal.loads() if e["state"] == "done" for d in e.get("files", {}).values()}
        known = loaded & set(digests.values())
        return set() if self.refusal else {digest for digest in known if not is_kept(digest, self.home, self.seal)}
