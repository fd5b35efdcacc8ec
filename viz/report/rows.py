"""How high rows and paragraphs come out on paper, and which of them stay together."""

from viz.report import layout
from viz.report.document import ReportDocument, ReportParagraph, ReportTable

TALL = 12
"""A row of more lines may go on over the page: kept in one piece it would leave half a page empty, or overflow one."""
TAIL = 5
"""Lines at the end of a table that stay on one page: fewer of them alone are no page."""

CLOSING = 3
"""Lines before the date that go with it onto a page of its own, those that name the annexes among them."""


def closing(document: ReportDocument) -> int:
    """Return how many paragraphs at the end of the text stay with the list of annexes, issuer and date (7.3.6)."""
    kept, filled = 0, len(document.annexes)
    for block in reversed(document.body):
        if not isinstance(block, ReportParagraph) or block.kind != "body" or (kept and filled >= CLOSING):
            break
        kept, filled = kept + 1, filled + layout.lines_of(block.text, layout.UPRIGHT_MM, "body")
    return kept


def cell_size(table: ReportTable, width: float) -> float:
    """Return the size of a table's text, pt: the usual one where no word or number breaks in it, else a smaller."""
    face = layout.FACES["cell"]
    return face.size if sum(_needs(table, width, face.size)) <= width else face.small


def breaks_words(table: ReportTable, width: float) -> bool:
    """Tell whether words break in a table of so many mm even in the small size: its columns are too many for them."""
    return sum(_needs(table, width, cell_size(table, width))) > width


def column_widths(table: ReportTable, width: float) -> list[float]:
    """Return the widths of a table's columns, mm: by their shares, but no word or number breaks where there is room.

    A word longer than a third of the table may break: it is an address or the like.
    """
    shares, needs = [c.width for c in table.columns], _needs(table, width, cell_size(table, width))
    if sum(needs) > width:
        return [width * share / sum(shares) for share in shares]
    given: dict[int, float] = {}
    while True:
        left = width - sum(given.values())
        whole = sum(share for at, share in enumerate(shares) if at not in given) or 1.0
        made = [given.get(at, left * share / whole) for at, share in enumerate(shares)]
        short = {at: need for at, need in enumerate(needs) if made[at] < need - 1e-9}
        if not short:
            return made
        given |= short


def _needs(table: ReportTable, width: float, size: float) -> list[float]:
    """Return how wide each column must be, mm, for the longest of its words and numbers in a size."""
    return [min(_need(table, at, size), width / 3) for at in range(len(table.columns))]


def _need(table: ReportTable, at: int, size: float) -> float:
    column = table.columns[at]
    texts = {column.heading, *(column.shown(row[at]) for row in table.rows)}
    return max(layout.longest_piece(text) for text in texts) * size / 72 * 25.4 + 2 * layout.CELL_SIDE_MM


def row_lines(table: ReportTable, width: float) -> list[int]:
    """Return how many lines each row of a table fills that is so many mm wide."""
    rooms, size = [own - 2 * layout.CELL_SIDE_MM for own in column_widths(table, width)], cell_size(table, width)
    return [
        max(
            layout.lines_of(c.shown(v), room, "cell", size)
            for c, v, room in zip(table.columns, row, rooms, strict=True)
        )
        for row in table.rows
    ]


def tail(lines: list[int]) -> int:
    """Return how many rows at the end of a table, of so many lines each, stay on one page."""
    kept = filled = 0
    for height in reversed(lines):
        if height > TALL or filled >= TAIL:
            break
        kept, filled = kept + 1, filled + height
    return kept
