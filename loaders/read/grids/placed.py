"""Lists that do not say in a column where each row is: the sheet's name says it (涪城区), or headings of groups do."""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial
from itertools import product
from pathlib import PurePosixPath

from graph.errors import ShuniuError
from graph.identity import prefecture_of
from graph.language import Text
from graph.places import gazetteer
from graph.places.gazetteer import PROVINCE, places
from loaders.parse.issues import CellError
from loaders.read.files.chunks import Grid, Line
from loaders.read.grids.added_columns import BY_HEADINGS, OF_GROUP, Heading, Placed
from loaders.read.rows.header_rows import header_lines
from loaders.read.rows.provinces import province_named
from loaders.read.rows.row_notes import is_total
from loaders.read.words.delivery import DeliveryNote
from loaders.read.words.headers import Matched, is_address, lacking, match
from loaders.read.words.place_texts import prefecture_meant, province_of, whole_province
from loaders.read.words.places_said import county_said, is_of_sender, names_places, place_said, prefecture_said
from loaders.read.words.surroundings import TitleWords, around, chain_said, folders, is_listing, titles
from loaders.tables import TABLES, Column, Table
from loaders.tables.totals import is_part

_AROUND = re.compile(
    r"^(?:[(（]?(?:[一二三四五六七八九十]{1,3}[)）、.．\s]+|\d{1,3}[)）、.．\s]*))?(?P<name>[^\s(（:：]{2,15})\s*(?:[(（].*[)）])?[:：]?$"
)
_ORDINAL = re.compile(r"[(（]?[一二三四五六七八九十]{1,3}[)）、.．]?")
LEAST = 2
BY_NAME = Text("{column} 按工作表名“{value}”载入", "{column} is {value}, from the sheet's name")
BY_TITLE = Text("{column} 按“{value}”载入（依{source}）", "{column} is {value} (from {source})")

BLANK_BY_TITLE = Text(
    "{column} 没有填写的按“{value}”载入（依{source}）", "{column} is taken to be {value} where empty (from {source})"
)


def placed(grid: Grid, note: DeliveryNote, file: PurePosixPath, province: str = "") -> Grid:
    """Return a grid with the places that its name or its headings state, where that is all that a table lacks.

    ``province`` is given where its name and those of other sheets are of prefectures."""
    found = _place_column(grid, note, file)
    if found is None:
        return grid
    line, column, at = found
    above = list(titles(ln.cells for ln in grid.head if ln.number < line.number))
    within = note.region or (said[0] if (said := place_said([*around(file.stem, "", above), *folders(file)])) else "")
    if at is None and (own := place_named(grid.name, within or province)):
        return Placed(grid, line.number, column.zh, own, by=BY_NAME)
    headings = _groups(grid.lines(), line.number, at, within)
    if not headings:
        words = around(file.stem, "", above) if at is None or is_address(line.cells[at]) else []
        said = county_said(words) or prefecture_said(words)
        if at is None and not names_places(words):
            said = _of_folder(folders(file), within)
            said = said if said and is_of_sender(said[0], note) else None
        return _titled(grid, line, column, *said, at=at) if said else grid
    first = [
        place
        for text in above
        if (place := _heads(text, within)) and prefecture_of(gazetteer.region(place)) != gazetteer.region(place)
    ]
    by = Text("", "") if _is_full(grid, line, at, {heading.number for heading in headings}) else BY_HEADINGS
    return Placed(grid, line.number, column.zh, "".join(first[-1:]), headings, at, by)


def _is_full(grid: Grid, header: Line, at: int | None, headings: Collection[int] = ()) -> bool:
    """Tell whether a column that is there has no blank cell beside the headings, as far as that can be seen."""
    rows = (ln for ln in grid.lines() if ln.number > header.number and ln.number not in headings and _texts(ln))
    return at is not None and all(ln.cells[at].strip() for ln in rows)


def _of_folder(names: Sequence[TitleWords], within: str) -> tuple[str, Text] | None:
    """Return the place of which the nearest folder that names any speaks, as 三台县 or 2024年三台县报送."""
    for said in names:
        if place := place_named(said.text, within):
            return place, said.source
        if found := county_said([said]) or prefecture_said([said]):
            return found
        if names_places([said]):
            return None
    return None


def _groups(lines: Sequence[Line], header: int, at: int | None, within: str) -> tuple[Heading, ...]:
    """Return the headings that name places; the province's own is one where others are headings, too."""
    whole = places()[PROVINCE].name

    def named(text: str) -> str:
        match_ = _AROUND.match(text.strip())
        return province_named(text) or (whole if match_ and match_["name"] == whole else _heads(text, within))

    within = within or province_of(_names_alone(lines, header))
    found = _ended(tuple(_headings(lines, header, at, named)), lines, header)
    national = any(province_named(heading.value) for heading in found)
    return found if national else tuple(heading for heading in found if heading.value != whole)


def _names_alone(lines: Sequence[Line], header: int) -> Iterator[str]:
    """Yield what stands alone in its row and may be the heading of a group."""
    rows = (texts for line in lines if line.number > header and len(texts := _texts(line)) == 1)
    return (match_["name"] for ((_, text),) in rows if (match_ := _AROUND.match(text.strip())))


def _place_column(grid: Grid, note: DeliveryNote, file: PurePosixPath) -> tuple[Line, Column, int | None] | None:
    """Return the header of the table that a grid is, or would be if it said where its rows are, and that column."""
    best: tuple[tuple[bool, int], Line, Column, int | None] | None = None
    for table in TABLES.values():
        column = next((c for c in table.required if c.name == table.place), None)
        renamed, given = note.headers.get(table.name, {}), note.constants(table, grid.name, file.stem)
        for line in header_lines(grid.head) if column else ():
            matched = match(table, line.cells, renamed)
            missing = lacking(table, matched, given)
            rank = not missing, len(matched.columns)
            if column and missing in ([], [column]) and matched.columns and (best is None or rank > best[0]):
                best = rank, line, column, matched.columns.get(column.name)
    if best is None or (best[0][0] and best[3] is None):
        return None
    return best[1:]


def _ended(found: tuple[Heading, ...], lines: Sequence[Line], header: int) -> tuple[Heading, ...]:
    """Return headings of places with those of the same style that name none (三、其他): the place above ends there."""
    styles = {match["style"] for heading in found if (match := OF_GROUP.match(heading.text))}
    starts = {heading.number for heading in found}
    others = [
        Heading(line.number, texts[0][1], "")
        for line in lines
        if line.number > header
        and line.number not in starts
        and len(texts := _texts(line)) == 1
        and (match := OF_GROUP.match(texts[0][1]))
        and match["style"] in styles
    ]
    return tuple(sorted([*found, *others])) if found else ()


def _titled(grid: Grid, line: Line, column: Column, value: str, source: Text, at: int | None = None) -> Placed:
    """Return a grid with what its title says of a column, of one that is there in its blank cells alone."""
    said = Text("", "") if _is_full(grid, line, at) else BY_TITLE if at is None else BLANK_BY_TITLE
    by = Text(*(part.replace("{source}", of) for part, of in zip(said, source, strict=True)))
    return Placed(grid, line.number, column.zh, value, at=at, by=by)


def classed(grid: Grid, note: DeliveryNote, file: PurePosixPath) -> Grid:
    """Return a grid with what no column says of its rows and headings of groups (一、国家级) or its name do.

    Headings say kinds, levels and service types; a sheet's name says what the table needs (技术支持).
    """
    lines = grid.lines()
    grouped = sum(len(_texts(line)) == 1 for line in lines) >= LEAST
    for table, line in product(TABLES.values(), grid.head if grouped or grid.name else ()):
        matched = match(table, line.cells, note.headers.get(table.name, {}))
        given = {*note.constants(table, grid.name, file.stem), *matched.columns}
        missing = lacking(table, matched, given) if table.naming in matched.columns else None
        for column in (c for c in table.columns if c.vocabulary and c.name not in given and (c.required or not c.many)):
            if grouped and missing in ([], [column]):
                headings = tuple(_headings(lines, line.number, None, partial(_term, column)))
                if len(headings) >= LEAST:
                    return Placed(grid, line.number, column.zh, "", headings)
            if missing == [column] and (own := _term(column, grid.name)):
                return Placed(grid, line.number, column.zh, own, by=BY_NAME)
    return grid


def of_chain(grid: Grid, note: DeliveryNote, file: PurePosixPath) -> Grid:
    """Return a grid of counts with the chain that its name or title states, where no column does."""
    table = TABLES["demand_counts"]
    column, place = table.column("chain"), table.column("region")
    renamed, given = note.headers.get(table.name, {}), note.constants(table, grid.name, file.stem)
    for line in header_lines(grid.head):
        matched = match(table, line.cells, renamed)
        missing = [c for c in lacking(table, matched, given) if c is not place]
        above = titles(ln.cells for ln in grid.head if ln.number < line.number)
        for said in around(file.stem, grid.name, above) if missing == [column] and matched.columns else ():
            if chain := chain_said(said.text):
                return _titled(grid, line, column, chain, said.source)
    return grid


def _texts(line: Line) -> list[tuple[int, str]]:
    """Return what stands in a row and where, without the number of a heading in a cell of its own."""
    texts = [(at, cell.strip()) for at, cell in enumerate(line.cells) if cell.strip()]
    return texts[1:] if len(texts) == LEAST and _ORDINAL.fullmatch(texts[0][1]) else texts


def _term(column: Column, text: str) -> str:
    """Return the term of a column's list that a text is the heading of: （一）国家级（2家） -> 国家级."""
    match_ = _AROUND.match(text.strip())
    try:
        return match_["name"] if match_ and column.parse and column.parse(match_["name"]) else ""
    except CellError:
        return ""


def _headings(
    lines: Sequence[Line], header: int, column: int | None, value_of: Callable[[str], str]
) -> Iterator[Heading]:
    """Yield the rows that hold a value alone; one in its own column is a row that lacks everything else."""
    for line in lines:
        texts = _texts(line)
        alone = line.number > header and len(texts) == 1 and texts[0][0] != column
        if alone and (value := value_of(texts[0][1])):
            yield Heading(line.number, texts[0][1], value)


def _heads(text: str, within: str) -> str:
    """Return the place of which a text heads a list, empty for another: 三台县, 三台县机构名单, not 三台县农机公司."""
    place, match_ = place_named(text, within), _AROUND.match(text.strip())
    if not place or not match_ or is_total(text):
        return ""
    name = match_["name"]
    return place if name in place or name.endswith(("市", "州", "县", "区")) or is_listing(name) else ""


def place_named(text: str, within: str) -> str:
    """Return the full name of the place that a sheet's name or a heading is (一、涪城区（12家）), empty for another.

    A part of a place (高新区) keeps its own: what is counted there is counted beside the whole's."""
    match_ = _AROUND.match(text.strip())
    of_prefecture = prefecture_meant if within == whole_province() else str
    for name in (within + match_["name"], of_prefecture(match_["name"])) if match_ else ():
        try:
            code = gazetteer.region(name)
        except ShuniuError:
            continue
        whole = gazetteer.region(within) if within else PROVINCE
        inside = whole == PROVINCE or prefecture_of(code) == prefecture_of(whole)
        if not inside or code == PROVINCE:
            return ""
        return name if is_part(name) else places()[code].full_name
    return ""


def place_title(table: Table, header: Line, matched: Matched) -> str:
    """Return the header of a table's column of places, empty where it has none."""
    at = matched.columns.get(table.place)
    return "" if at is None else header.cells[at]


def place_cells(table: Table, grid: Grid, header: Line, matched: Matched) -> Iterator[str]:
    """Yield the cells of a small sheet's column of places, of another one those at its top."""
    at = matched.columns.get(table.place, len(header.cells))
    for line in grid.lines() or grid.head:
        if line.number > header.number and at < len(line.cells):
            yield line.cells[at]
