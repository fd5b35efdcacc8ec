"""The page of an official document by GB/T 9704-2012; writers set it and the check measures against it.

5.1 paper, 5.2 type area, 5.2.2 22 lines of 28 characters, 5.2.3 fonts, 7.3 body, 7.5 page number, 7.4 imprint.
"""

import math
import re
from dataclasses import dataclass
from typing import Literal

from viz.report.glyphs import advance

Role = Literal["mark", "title", "body", "heading1", "heading2", "caption", "cell", "note", "page_number", "imprint"]

PAGE_MM = (210.0, 297.0)
TOP, BOTTOM, LEFT, RIGHT = 37.0, 35.0, 28.0, 26.0
"""Margins, mm."""
LINES, CHARACTERS = 22, 28
LINE_PT = (PAGE_MM[1] - TOP - BOTTOM) / 25.4 * 72 / LINES
"""Distance of base lines, pt: 28.99."""
CHARACTER_PT = (PAGE_MM[0] - LEFT - RIGHT) / 25.4 * 72 / CHARACTERS
"""Width of a character, pt: 15.79."""
UPRIGHT_MM = PAGE_MM[0] - LEFT - RIGHT
TURNED_MM = PAGE_MM[1] - TOP - BOTTOM
"""Width of the text on an upright page and on one that lies across, mm."""
NUMBER_BELOW_MM = 7.0
"""The page number stands this far below the type area."""


@dataclass(frozen=True)
class Face:
    """A font by its role: the faces of an office, size in pt, whether 黑体 or 宋体 stands for them, free ones alike.

    ``small`` is the size where words and numbers have no room in the usual one; 0: there is none.
    """

    names: tuple[str, ...]
    size: float
    sans: bool = False
    free: tuple[str, ...] = ()
    small: float = 0.0


FANGSONG = ("FangSong_GB2312", "FangSong", "STFangsong", "Zhuque Fangsong (technical preview)")
FACES: dict[Role, Face] = {
    "mark": Face(("方正小标宋简体", "方正小标宋_GBK"), 36),
    "title": Face(("方正小标宋简体", "方正小标宋_GBK"), 22),
    "body": Face(("仿宋_GB2312", "仿宋"), 16, free=FANGSONG),
    "heading1": Face(("黑体",), 16, sans=True),
    "heading2": Face(("楷体_GB2312", "楷体"), 16, free=("KaiTi_GB2312", "KaiTi", "LXGW WenKai")),
    "caption": Face(("黑体",), 14, sans=True),
    "cell": Face(("宋体",), 10.5, small=9),
    "note": Face(("仿宋_GB2312", "仿宋"), 12, free=FANGSONG),
    "page_number": Face(("宋体",), 14),
    "imprint": Face(("仿宋_GB2312", "仿宋"), 14, free=FANGSONG),
}
"""Sizes: 二号 22, 三号 16, 四号 14, 小四 12, 五号 10.5, 小五 9 pt."""
LATIN = "Times New Roman"
RED = "E60012"
SMALL_LINES_PT: dict[Role, float] = {"cell": 12.5, "note": 18.0, "caption": 22.0}
"""Line distance of what stands smaller than the text, pt."""
CELL_SIDE_MM = 0.8
"""What a cell leaves empty on each side of its text."""
_WIDE = 0x2E80
"""From here on characters are as wide as they are high."""


_PIECES = re.compile(rf"-?[^\s{chr(_WIDE)}-\U0010ffff-]+-?|[{chr(_WIDE)}-\U0010ffff]")
"""What is not broken at the end of a line: a word, up to its hyphen, or a number; of what is wide, each character."""


def ems_of(text: str) -> float:
    """Return how long a text is, in heights of its font: Noto Serif SC, beside which Times New Roman is narrow."""
    return sum(1.0 if ord(c) >= _WIDE else advance(c) for c in text)


def longest_piece(text: str) -> float:
    """Return the length, in heights of the font, of the longest piece of a text that no line may break."""
    return max((ems_of(piece) for piece in _PIECES.findall(text)), default=0.0)


def lines_of(text: str, width: float, role: Role, size: float = 0.0) -> int:
    """Return how many lines a text of a role (or of another size, pt) fills in so many mm; at least one."""
    return max(1, math.ceil(ems_of(text) * (size or FACES[role].size) / (width / 25.4 * 72)))
