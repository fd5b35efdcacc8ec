"""Cursors: how a list is read page by page without a page twice or none."""

import base64
import hashlib
import json
from dataclasses import dataclass

from pydantic import BaseModel

from api.http.statuses import BadCursor, StaleCursor
from graph.language import Text
from graph.projection import State, state_of
from graph.stores.base import Store

LOADED = Text("其间载入了新数据", "data were loaded since")


@dataclass(frozen=True)
class PageStart:
    """Where a page begins, and the graph version that this was said for; none for a first page."""

    position: int = 0
    version: int | None = None

    def start(self, version: int) -> int:
        """Return the position in an answer of ``version``.

        Raises:
            StaleCursor: the mark was made for another version.
        """
        if self.version not in (None, version):
            raise StaleCursor(reason=LOADED)
        return self.position


@dataclass(frozen=True)
class Pager:
    """Cursors of one list: opaque positions that hold for one question and one state of the graph."""

    name: str
    question: BaseModel
    state: State
    """That of the graph before it is asked: a restored graph counts on from an earlier number, so two have the same."""
    sort: tuple[str, ...] = ()
    """Columns that its rows are sorted by; none: its own order."""

    @classmethod
    def of(cls, store: Store, name: str, question: BaseModel, sort: tuple[str, ...] = ()) -> "Pager":
        """Return that of a list of a store as it stands."""
        with store.read() as session:
            return cls(name, question, state_of(session), sort)

    @property
    def _line(self) -> str:
        return hashlib.sha256(f"{self.state.key} {self.state.finished} {self.state.token}".encode()).hexdigest()[:16]

    @property
    def _digest(self) -> str:
        text = f"{self.name}\n{self.question.model_dump_json()}\n{','.join(self.sort)}"
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def cursor(self, position: int, version: int) -> str:
        """Return the cursor of a position."""
        packed = json.dumps([position, version, self._digest, self._line], separators=(",", ":"))
        return base64.urlsafe_b64encode(packed.encode()).decode().rstrip("=")

    def mark(self, cursor: str | None) -> PageStart:
        """Return what a cursor says; without one the beginning.

        Raises:
            BadCursor, StaleCursor: it is none of ours, or of another question or graph.
        """
        if not cursor:
            return PageStart()
        position, version, digest, line = _unpacked(cursor)
        if digest != self._digest:
            reason = Text("问题已不同（筛选、分组或分析日）", "the question differs (filters, grouping or day)")
            raise StaleCursor(reason=reason)
        if line != self._line:
            raise StaleCursor(reason=LOADED)
        return PageStart(position, version)


def _unpacked(cursor: str) -> tuple[int, int, str, str]:
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        position, version, digest, line = json.loads(raw)
    except (ValueError, TypeError, RecursionError) as error:
        raise BadCursor(value=cursor) from error
    if type(position) is not int or type(version) is not int or not 0 <= position < 2**31:
        raise BadCursor(value=cursor)
    return position, version, digest, line
