"""Chains: what they consist of, who cooperates along them, which links are missing."""

from datetime import date
from typing import Any

from graph.errors import BadParameter
from graph.language import Text
from graph.places import gazetteer
from graph.stores.base import Store
from queries.answers import Listed, Result
from queries.chains.cooperation import CooperationCell, PairCell, cooperation, pairs
from queries.chains.missing_links import Level, MissingLink, missing_links
from queries.chains.segments import SegmentRow, segments

VIEWS: dict[str, type[Result]] = {
    "segments": SegmentRow,
    "cooperation": CooperationCell,
    "pairs": PairCell,
    "missing": MissingLink,
}
"""What a row of each view is."""


def chains(
    store: Store, view: str, *, as_of: date, chain: str | None, prefecture: str | None, empty: bool, level: Level | None
) -> Listed[Any]:
    """Return one view of the chains; chain and prefecture by code or name.

    Raises:
        UnknownCode, UnknownRegion, AmbiguousRegion, BadParameter: what is asked for is none, or does not fit the view.
    """
    if empty and view not in ("cooperation", "pairs"):
        why = Text("只用于 cooperation 和 pairs", "for cooperation and pairs only")
        raise BadParameter(name="empty", value=empty, reason=why)
    if level and view != "missing":
        raise BadParameter(name="level", value=level, reason=Text("只用于 missing", "for missing only"))
    code = gazetteer.chain(chain) if chain else None
    place = gazetteer.region(prefecture) if prefecture else None
    if view == "missing":
        return missing_links(store, chain=code, prefecture=place, level=level)
    if view == "segments":
        return segments(store, as_of=as_of, chain=code, prefecture=place)
    ask: Any = cooperation if view == "cooperation" else pairs
    found: Listed[Any] = ask(store, as_of=as_of, chain=code, prefecture=place, empty=empty)
    return found
