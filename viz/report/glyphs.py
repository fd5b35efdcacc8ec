"""What of a text can be set: nothing unseen in it, and no character that the fonts have no glyph for."""

import unicodedata
from functools import cache
from pathlib import Path

import pylopdf_fonts_zh_cn as chinese_fonts

MISSING = "〓"
"""Stands for a character that no font has, as printers of Chinese put it: an emoji, or one rarer than the fonts."""
UNSEEN = {"Cc", "Cf", "Cs", "Cn"}
"""Categories of what is no character to a reader: controls, marks of direction, halves of a pair."""


def visible(text: str) -> str:
    """Return a text without what nobody sees, on which Word files and PDFs stumble; tabs and line ends are spaces."""
    if text.isprintable():
        return text
    return "".join(
        " " if c in "\t\n\v\f\r" else c for c in text if c in "\t\n\v\f\r" or unicodedata.category(c) not in UNSEEN
    )


def printable(text: str, *fonts: Path) -> str:
    """Return a text with a mark in the place of each character that none of some fonts has."""
    missing = {c for c in set(text) if not any(ord(c) in _glyphs(font) for font in fonts)}
    return text.translate(dict.fromkeys(map(ord, missing), MISSING)) if missing else text


def faces(own: Path | None) -> tuple[Path, ...]:
    """Return the font files of a PDF: ours, and those of an office's folder."""
    given = [p for p in sorted(own.iterdir()) if p.suffix.lower() in (".ttf", ".otf", ".ttc")] if own else []
    return (chinese_fonts.serif_path(), chinese_fonts.sans_path(), *given)


@cache
def _glyphs(font: Path) -> frozenset[int]:
    from matplotlib.font_manager import get_font  # noqa: PLC0415 the service starts without it

    return frozenset(get_font(str(font)).get_charmap())


@cache
def advance(character: str) -> float:
    """Return the width of a character in the PDF's serif face, in heights of the font; of what it lacks, its mark's."""
    from matplotlib.font_manager import get_font  # noqa: PLC0415 the service starts without it
    from matplotlib.ft2font import LoadFlags  # noqa: PLC0415

    path = chinese_fonts.serif_path()
    if ord(character) not in _glyphs(path):
        return 1.0
    font = get_font(str(path))
    return float(font.load_char(ord(character), flags=LoadFlags.NO_SCALE).horiAdvance) / font.units_per_EM
