"""What stands across in the header of a cross table: chains, places or days, and the days below or above the others."""

import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache

from graph.identity import prefecture_of
from graph.places import gazetteer
from graph.places.gazetteer import PROVINCE, chain_names, is_place, places
from loaders.parse.issues import CellError
from loaders.read.files.chunks import Line
from loaders.read.rows.row_notes import is_total
from loaders.read.words.headers import find_column, spellings
from loaders.read.words.place_texts import OWN, within
from loaders.read.words.units import bracketed
from loaders.tables import TABLES
from loaders.tables.repeated_counts import DAY

_NUMBER_OF = re.compile("(?:企业)?(?:数量?|个数|家数|户数|企业)$")
"""Behind the name of what a column is of: 优质白酒企业数."""
_NUMBER = re.compile(r"[\d.,]*\d(?:年|[十百千万]?[家户])?")


def values_across(head: Sequence[Line], header: Line, dimension: str, place: str) -> dict[int, str]:
    """Return what stands across by column: in the headers, or above those of numbers, which may stand beside others."""
    found: dict[int, str] = {}
    counted: set[int] = set()
    for at, title in enumerate(header.cells):
        column = find_column(TABLES["demand_counts"], title)
        day_alone = dimension != DAY and bool(_of(title, DAY, ""))
        counts = (column and column.name == "count") or _is_sum_below(head, header, at)
        if column is None and not day_alone and not counts:
            value = _of(title, dimension, place)
        elif day_alone or counts:
            groups = [*_above_column(head, header, at), *bracketed(title)]
            value = next(filter(None, (_of(group, dimension, place) for group in groups)), "")
        else:
            value = ""
        if value:
            found[at] = value
            counted |= {at} if counts else set()
    if dimension == DAY and counted:  # 2025年 beside 企业数（2025年） is that of something else
        return {at: found[at] for at in counted}
    return _without_totals(found) if dimension == "region" else found


def _is_sum_below(head: Sequence[Line], header: Line, at: int) -> bool:
    """Tell whether a column is the first of a group's: 总数 below a chain, beside 其中：规上."""
    last = next((line.cells for line in head if line.number == header.number), [])
    return header.rows > 1 and at < len(last) and is_total(spellings(last[at])[1]) and bool(last[at].strip())


def _above_column(head: Sequence[Line], header: Line, at: int) -> list[str]:
    """Return the titles of the groups above a column, those of merged cells with what stands in their first."""
    rows = [line.cells for line in head if header.number - header.rows < line.number < header.number]
    return [next((cell for cell in reversed(cells[: at + 1]) if cell.strip()), "") for cells in rows]


def days_across(head: Sequence[Line], header: Line, across: Mapping[int, str]) -> dict[int, str]:
    """Return the days that stand across below or above other values, by column; none where a column has none."""
    said = {at: (header.cells[at], *_above_column(head, header, at), *bracketed(header.cells[at])) for at in across}
    found = {at: next(filter(None, (_of(text, DAY, "") for text in texts)), "") for at, texts in said.items()}
    return found if all(found.values()) else {}


def any_unnamed(head: Sequence[Line], header: Line, across: Mapping[int, str]) -> bool:
    """Tell whether numbers stand among those across under no header: years below each chain, of which all but one."""
    blank = [at for at, title in enumerate(header.cells) if not title.strip() and at > min(across)]
    return any(holds_numbers(head, header, at) for at in blank)


def holds_numbers(head: Sequence[Line], header: Line, at: int) -> bool:
    """Tell whether a number stands in a column below its header."""
    rows = [line.cells for line in head if line.number > header.number]
    return any(at < len(cells) and _NUMBER.fullmatch(cells[at].strip()) for cells in rows)


def _without_totals(across: Mapping[int, str]) -> dict[int, str]:
    """Return the places without those that the others lie in, whose numbers count these once more."""
    codes = {at: gazetteer.region(value) for at, value in across.items() if is_place(value)}
    split = {PROVINCE, *(prefecture_of(code) for code in codes.values() if prefecture_of(code) != code)}
    own = {at for at in codes if any(word in across[at] for word in OWN)}
    return {at: across[at] for at, code in codes.items() if code not in split or at in own}


def _of(title: str, dimension: str, place: str) -> str:
    """Return the chain or place of which the numbers under a header are, empty for another header."""
    for form in spellings(title):
        for text in dict.fromkeys((form, _NUMBER_OF.sub("", form))):
            value = within(text, place) if dimension == "region" and place else text
            if text and not is_total(text) and _is_value(dimension, value):
                return value
    return ""


@lru_cache(1024)
def _is_value(dimension: str, text: str) -> bool:
    parse = TABLES["demand_counts"].column(dimension).parse
    try:
        return parse is not None and parse(text) is not None
    except CellError:
        return False


@cache
def known_names(dimension: str) -> list[str]:
    """Return the names of all chains or counties; none of days."""
    counties = {name for place in places().values() if place.is_county for name in (place.name, place.full_name)}
    return {"chain": sorted(chain_names().values()), "region": sorted(counties)}.get(dimension, [])
