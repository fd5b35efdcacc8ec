"""The rows that a load rejected, so that what mentions them can say which row to mend."""

from collections.abc import Callable
from dataclasses import dataclass, field

from rapidfuzz import fuzz, process

from graph.language import Text
from graph.vocabulary import fold
from loaders.identify.matching import plain_name
from loaders.parse.cells import is_name
from loaders.parse.issues import CellError, RowIssue

NEAREST = 3
MOST = 50
"""So many mentions that fit nobody are compared with every name of the graph."""
NEAR = 70
"""From this likeness on (of 100) a name is suggested for a mention."""


@dataclass
class Rejected:
    """Names of rejected rows with the place of the first of each, and the names that rows may mention instead."""

    known: Callable[[], list[str]] = list
    """Returns every name that rows may mention."""
    places: dict[str, RowIssue] = field(default_factory=dict)
    _near: dict[str, list[str]] = field(default_factory=dict)

    def add(self, name: str, issue: RowIssue) -> None:
        """Keep the name of a rejected row; what is no name is mentioned by nobody."""
        if is_name(name):
            self.places.setdefault(plain_name(name), issue)

    def explain(self, mention: str, error: CellError) -> Text:
        """Return why a mention fits nobody: its own row was rejected, or it is misspelt."""
        if issue := self.places.get(plain_name(mention)):
            where = f"{issue.file}{f'[{issue.sheet}]' if issue.sheet else ''}"
            return Text(
                f"“{mention}”自己的那一行被退回，请先改正：{where} 第 {issue.row} 行 {issue.column}",
                f"the row of “{mention}” itself was rejected; mend that first: {where} row {issue.row} {issue.column}",
            )
        if near := self._nearest(mention):
            listed = "、".join(near)
            return Text(f"{error.reason.zh}；相近的有：{listed}", f"{error.reason.en}; near are: {listed}")
        return error.reason

    def _nearest(self, mention: str) -> list[str]:
        """Return the names nearest to a mention; of many that fit nobody only the first are looked up."""
        if mention not in self._near and len(self._near) < MOST:
            wanted = fold(mention)
            names = {name: fold(name) for name in self.known()}
            found = process.extract(wanted, names, scorer=fuzz.ratio, score_cutoff=NEAR, limit=NEAREST)
            self._near[mention] = [name for _, _, name in found]
        return self._near.get(mention, [])
