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


def row_lines(table: ReportTable, width: float) -> list[int]:
    """Return how many lines each row of a table fills that is so many mm wide."""
    share = width / sum(c.width for c in table.columns)
    rooms = [c.width * share - 2 * layout.CELL_SIDE_MM for c in table.columns]
    return [
        max(layout.lines_of(c.shown(v), room, "cell") for c, v, room in zip(table.columns, row, rooms, strict=True))
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
