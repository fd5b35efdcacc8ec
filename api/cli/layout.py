"""How text and tables fit a terminal: no word or figure is cut where there is room for it whole."""

import re
from collections.abc import Sequence

from rich.cells import cell_len

BETWEEN, FEW = 2, 12
"""Columns between cells, and those of Chinese that are worth a line."""
PARTS = re.compile(r"\s+|(?<=[^\W\d_]-)")
"""Where words end: a hyphen behind a letter ends one, a minus sign does not."""
_CLOSING = "、，。；：！？）》”％"
_PIECES = re.compile(rf"\s+|[!-~]+?(?:(?<=[A-Za-z]-)|(?![!-~]))|.[{_CLOSING}]*")
"""Words of ASCII, and single characters of Chinese with what closes behind them."""


def by_words(text: str, width: int) -> str:
    """Return lines no wider than a terminal, broken at spaces alone."""
    made: list[str] = []
    for line in text.split("\n"):
        parts: list[str] = []
        room = 0
        for word in line.split(" "):
            needed = cell_len(word)
            fits = needed < room
            parts.append((" " if fits else "\n" if parts else "") + word)
            room = room - needed - 1 if fits else width - needed
        made.append("".join(parts))
    return "\n".join(made)


def fitted(lines: Sequence[Sequence[str]], room: int) -> list[int] | None:
    """Return a width for each column by which no word is cut; none where all fits as it is, or words do not.

    Args:
        lines: Cells by line, the headings first.
        room: Columns of the terminal without those between cells.
    """
    cells = list(zip(*lines, strict=True))
    whole = [max(map(cell_len, of)) for of in cells]
    widths = [max(map(_longest_part, of)) for of in cells]
    if sum(whole) <= room or sum(widths) > room:
        return None
    for _ in range(room - sum(widths)):
        at = max(range(len(widths)), key=lambda at: whole[at] / widths[at])
        widths[at] += 1
    return widths


def groups_that_fit(lines: Sequence[Sequence[str]], width: int, named: int) -> list[list[int]]:
    """Return the columns of each of the tables, one below the other, in which no word or figure is cut.

    Args:
        lines: Cells by line, the headings first.
        width: Columns of the terminal.
        named: So many first columns say what a line is of; they stand in every table, where they leave a third of it.
    """
    narrow = [max(map(_longest_part, of)) + BETWEEN for of in zip(*lines, strict=True)]
    if sum(narrow) - BETWEEN <= width:
        return [list(range(len(narrow)))]
    while named and sum(narrow[:named]) > width * 2 / 3:
        named -= 1
    made: list[list[int]] = []
    room = 0
    for at in range(named, len(narrow)):
        if not made or narrow[at] > room:
            made.append(list(range(named)))
            room = width + BETWEEN - sum(narrow[:named])
        made[-1].append(at)
        room -= narrow[at]
    return made


def _longest_part(text: str) -> int:
    """Return the columns of the longest part that is not broken; Chinese is broken anywhere, into no bits of a few."""
    parts = PARTS.split(text) or [""]
    return max(1, *(len(p) if cell_len(p) == len(p) else min(cell_len(p), FEW) for p in parts))


def broken(text: str, width: int) -> str:
    """Return text in lines of a width, broken at spaces, behind hyphens and between Chinese characters."""
    lines = [""]
    for piece in _PIECES.findall(text):
        if cell_len(lines[-1] + piece.rstrip()) <= width or not lines[-1]:
            lines[-1] += piece
        else:
            lines.append(piece.lstrip())
    return "\n".join(line.rstrip() for line in lines)
