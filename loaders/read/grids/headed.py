"""Lists whose names stand under a word for those who bear them (机构, 入驻企业), as the cells of the column show."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from graph.language import Text
from graph.vocabulary import fold
from loaders.read.files.chunks import Chunk, Grid, GridPart, Line
from loaders.read.grids.header_finding import fits
from loaders.read.rows.header_rows import header_lines
from loaders.read.words.delivery import DeliveryNote
from loaders.read.words.headers import lacking, match
from loaders.tables import TABLES, Table

NAME = "name"
MOST_OF = 2 / 3
"""So many of the cells are names of institutions or firms."""
_WHO = r"(?:企业|单位|机构|公司|学校|院校|园区|平台|载体|基地|组织|协会|商会|全称)"
_BEARERS = re.compile(rf"[^\W\d_]{{0,4}}?{_WHO}(?:[/、(]?[或及和]?{_WHO}\)?)*(?:名称|名单|名录|全称|简称)?")
_ROLES = re.compile(
    "主管|推荐|依托|承担|承接|监管|归口|责任|牵头|运营|建设|管理|提供|[主承协举]办|服务|发布|需求|指导|上级|报送|填报|所属|所在"
    "|认定|颁发|合作|支持|提出|申请|对接"
)
"""Words of a column of those who have to do with what a row is about, which is something else."""
COMPANY = re.compile("(?:公司|厂|集团|合伙企业|[(（](?:有限|普通)合伙[)）])$")
INSTITUTION = re.compile(
    "(?:中心|研究[院所]|学院|大学|学校|[设计科]+院|[医分]院|协会|商会|学会|促进会|联盟|联合会|基金会|委员会|管委会|[^\\W\\d_]{2}[局所站社]|园区?|基地"
    "|孵化器|众创空间|平台|实验室|事务所|银行|[分支]行|合作社)(?:[(（].*[)）])?$"
)
READ = Text("“{title}”一列是名称，按“名称”读入", "“{title}” holds names and is read as the names")


@dataclass(frozen=True)
class Retitled(GridPart):
    """A grid with another title of one column, ``at``, in its header."""

    grid: Grid
    header: int
    at: int
    title: str
    before: str

    @property
    def counts(self) -> tuple[int, ...] | None:
        """How many cells of each column hold something, if that is known."""
        return self.grid.counts

    @property
    def warnings(self) -> tuple[Text, ...]:
        """What the grid says, and which column is read as another."""
        said = (part.format(title=self.before.strip()) for part in READ)
        return (*self.grid.warnings, Text(*said))

    @property
    def head(self) -> list[Line]:
        """The first rows, the header's with the title."""
        return [self._titled(line) for line in self.grid.head]

    def lines(self) -> Sequence[Line]:
        """Return all rows of one that is small."""
        return [self._titled(line) for line in self.grid.lines()]

    def chunks(self, header: Line) -> Iterator[Chunk]:
        """Yield the rows below the header."""
        yield from self.grid.chunks(self._with(header, self.before))

    def _titled(self, line: Line) -> Line:
        return self._with(line, self.title) if line.number == self.header else line

    def _with(self, line: Line, title: str) -> Line:
        return line._replace(cells=[*line.cells[: self.at], title, *line.cells[self.at + 1 :]])


def headed(grid: Grid, note: DeliveryNote, file: PurePosixPath) -> Grid:
    """Return a grid with its column of names called so, where no table fits and names are all that one lacks."""
    if any(fits(table, grid, note, file) for table in TABLES.values()):
        return grid
    for table in (table for table in TABLES.values() if table.has(NAME)):
        for line in header_lines(grid.head):
            at = _names(table, grid, line, note, file)
            if at is not None and knows_most(table, line, note, 1):
                return Retitled(grid, line.number, at, table.column(NAME).zh, line.cells[at])
    return grid


def _names(table: Table, grid: Grid, line: Line, note: DeliveryNote, file: PurePosixPath) -> int | None:
    """Return where the names stand if a row is the header of a table that lacks them, and perhaps its place."""
    matched = match(table, line.cells, note.headers.get(table.name, {}))
    missing = {column.name for column in lacking(table, matched, note.constants(table, grid.name, file.stem))}
    if not matched.columns or NAME not in missing or missing - {NAME, table.place, "kind"}:
        return None
    bearers = [at for at, title in enumerate(line.cells) if title.strip() in matched.ignored and _is_of_bearers(title)]
    return next((at for at in bearers if _hold_names(grid, line, at)), None)


def knows_most(table: Table, line: Line, note: DeliveryNote, more: int = 0) -> bool:
    """Tell whether a table knows as many columns of a row, and some ``more``, as any other."""
    known = {t.name: len(match(t, line.cells, note.headers.get(t.name, {})).columns) for t in TABLES.values()}
    return known[table.name] + more >= max(known.values())


def _is_of_bearers(title: str) -> bool:
    plain = fold(title)
    of_names = any(TABLES[name].headers.get(plain) == NAME for name in TABLES)
    return bool(_BEARERS.fullmatch(plain)) and not of_names and not _ROLES.search(plain)


def _hold_names(grid: Grid, header: Line, at: int) -> bool:
    """Tell whether the cells at the top of a column are names of institutions or firms."""
    rows = (line.cells for line in grid.head if line.number > header.number and at < len(line.cells))
    texts = [text for cells in rows if (text := cells[at].strip())]
    named = [text for text in texts if COMPANY.search(text) or INSTITUTION.search(text)]
    return bool(named) and len(named) >= MOST_OF * len(texts)
