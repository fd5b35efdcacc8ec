"""Numbers of firms of a prefecture that its counties explain: each counts, so that a total beside them counts twice.

Within one sheet such a total is left out or told as its rows are read; where it stands in another sheet, file or load,
it is told here.
"""

from collections import defaultdict

from graph import schema
from graph.delta import PLACE, Facts
from graph.language import Text
from graph.places.gazetteer import PROVINCE, places
from graph.stores.base import ReadSession
from loaders.tables.base import SHEET_BITS

NEARLY = 1.01
"""A total that was rounded may be less than its parts by so much."""
DOUBLED = Text(
    "企业数量：{n} 个市州的数不小于其区县之和（如 {name} {total:g}，区县合计 {parts:g}）；若是全市总数，"
    "会与区县重复计入，请只报一种，或用 --replace 企业数量 重报",
    "enterprise counts: {n} counts of prefectures are no less than the sum of their counties ({name}: {total:g}, its"
    " counties {parts:g}); if they are totals, firms count twice: send one of both, or all anew with --replace",
)


def doubled_totals(facts: Facts, session: ReadSession) -> list[Text]:
    """Return what is to be said of the numbers that a load brings beside those of the counties of the same place."""
    spec = schema.nodes()["EnterpriseCount"]
    rows = facts.tables.get(spec)
    if rows is None:
        return []
    counts: dict[str, float] = {}
    names: dict[str, str] = {}
    gone = facts.whole.get(spec.name, set())
    for table in (session.nodes(spec), rows):
        names |= dict(zip(table["key"].to_pylist(), table["name"].to_pylist(), strict=True))
        pairs = zip(table["key"].to_pylist(), table["count"].to_pylist(), strict=True)
        counts |= {key: count for key, count in pairs if count is not None and (table is rows or key not in gone)}
    sheets = dict(zip(rows["key"].to_pylist(), map(_sheet, rows[PLACE.name].to_pylist()), strict=True))
    parts: dict[str, float] = defaultdict(float)
    apart: set[str] = set()
    for key, count in counts.items():
        if (total := total_of(key)) != key:
            parts[total] += count
            if sheets.get(key) != sheets.get(total) or key not in sheets:
                apart.add(total)
    touched = {total_of(key) for key in sheets}
    found = sorted(key for key in touched & apart if 0 < parts[key] <= NEARLY * counts.get(key, 0))
    if not found:
        return []
    first = {"name": names[found[0]], "total": counts[found[0]], "parts": parts[found[0]]}
    return [Text(*(part.format(n=len(found), **first) for part in DOUBLED))]


def _sheet(place: int | None) -> int | None:
    """Return the number of the sheet in which a row stands."""
    return None if place is None else place >> SHEET_BITS


def total_of(key: str) -> str:
    """Return the key of the same number of the whole prefecture."""
    place, mark, chain = key.partition("-")
    return key if place == PROVINCE or place not in places() else f"{places()[place].prefecture}{mark}{chain}"
