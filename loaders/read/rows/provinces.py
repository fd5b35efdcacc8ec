"""National lists: rows of other provinces, by their own cells or the headings above them, are told and not loaded."""

import re
from collections.abc import Iterable

import numpy as np
import pyarrow as pa

from graph.places import gazetteer
from graph.vocabulary import fold
from loaders.read.files.chunks import Note

KIND = "elsewhere"
"""What such a row is, in ``row_notes.yml``."""
FEWEST = 5
"""So many rows of one other province at the top of a list, or rows of two, make it a national one."""
_NATIONAL = re.compile("全国|各省|国家级")
_NAME = re.compile(
    r"^(?:[(（]?(?:[一二三四五六七八九十]{1,3}[)）、.．\s]+|\d{1,3}[)）、.．\s]*))?(?P<name>[^\s(（:：]{2,15})\s*(?:[(（].*[)）])?[:：]?$"
)
_PROVINCE = re.compile(
    f"(?P<short>{gazetteer.OTHER_PROVINCES})(?:省|市|(?:壮族|回族|维吾尔)?自治区|特别行政区|生产建设兵团)?"
)


def province_named(text: str) -> str:
    """Return the other province that a heading names (河北省（131所）), empty for another text."""
    match = _NAME.match(text.strip())
    return match["name"] if match and _PROVINCE.fullmatch(match["name"]) else ""


def is_national(words: Iterable[str], places: Iterable[str]) -> bool:
    """Tell whether a list is one of several provinces, by the words around it and the first of its places."""
    if any(_NATIONAL.search(text) for text in words):
        return True
    found = [
        match["short"] for text in places if (match := _PROVINCE.match(text.strip())) and gazetteer.is_outside(text)
    ]
    return len(set(found)) > 1 or len(found) >= FEWEST


class OtherProvinces:
    """Finds the rows of other provinces among the chunks of one sheet, in their order."""

    def __init__(self, *, national: bool) -> None:
        self._national = national
        self._heading = ""

    def find(self, numbers: np.ndarray, places: pa.Array, notes: Iterable[Note]) -> list[Note]:
        """Return the rows of other provinces, each with the province or place; ``notes`` are those of the chunk."""
        starts = [(note.number, said) for note in notes if (said := _group(note.text)) is not None]
        if not (self._national or self._heading or any(said for _, said in starts)):
            return []
        starts.sort()
        found, outside = [], dict.fromkeys(places.unique().to_pylist(), False)
        outside.update({text: gazetteer.is_outside(text) for text in outside if text.strip()})
        for number, text in zip(numbers.tolist(), places.to_pylist(), strict=True):
            while starts and starts[0][0] < number:
                self._heading = starts.pop(0)[1]
            if self._heading and (outside[text] or not gazetteer.is_place(text)):
                found.append(Note(number, KIND, self._heading))
            elif self._national and outside[text]:
                match = _PROVINCE.match(fold(text))
                found.append(Note(number, KIND, match[0] if match else text))
        self._heading = starts[-1][1] if starts else self._heading
        return found


def _group(text: str) -> str | None:
    """Return the other province that heads the rows below, empty for a place of this one, None for anything else."""
    if said := province_named(text):
        return said
    match = _NAME.match(text.strip())
    return "" if match and gazetteer.is_place(match["name"]) else None
