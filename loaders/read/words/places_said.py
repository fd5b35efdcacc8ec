"""Of where a table is by the words around it: the place of all its rows, and that of short names."""

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache
from pathlib import PurePosixPath

from graph.identity import prefecture_of
from graph.language import Text
from graph.places import gazetteer
from graph.places.gazetteer import PROVINCE, is_place, places, short_name
from graph.vocabulary import fold
from loaders.read.words.delivery import DeliveryNote
from loaders.read.words.headers import is_of_prefectures
from loaders.read.words.place_texts import WHOLE, is_blank, province_of, whole_province
from loaders.read.words.surroundings import TitleWords, folders


@cache
def _place_names() -> tuple[re.Pattern[str], dict[str, str]]:
    """Return the names of prefectures and counties that mean one place anywhere, each with its prefecture's code."""
    names: dict[str, set[str]] = {}
    for place in places().values():
        if place.code != PROVINCE:
            spellings = {place.name, short_name(place.name)} if place.code == place.prefecture else {place.name}
            for name in spellings:
                names.setdefault(name, set()).add(place.prefecture)
    one = {name: next(iter(codes)) for name, codes in names.items() if len(codes) == 1}
    return re.compile("|".join(sorted(one, key=len, reverse=True))), one


def place_said(words: Iterable[TitleWords]) -> tuple[str, Text] | None:
    """Return the prefecture within which a table lies by the words nearest to it that name one, and no other."""
    pattern, names = _place_names()
    for said in words:
        codes = {names[name] for name in pattern.findall(said.text)}
        if len(codes) == 1:
            return places()[codes.pop()].full_name, said.source
    return None


@cache
def _county_names() -> tuple[re.Pattern[str], dict[str, str]]:
    """Return the names of counties that mean one place anywhere, each with its full name."""
    counties = [place for place in places().values() if place.is_county]
    often = Counter(place.name for place in counties)
    names = {place.name: place.full_name for place in counties if often[place.name] == 1 and len(place.name) > 2}
    names |= {place.full_name: place.full_name for place in counties}
    return re.compile(f"(?:{'|'.join(sorted(names, key=len, reverse=True))})(?!等)"), names


def county_said(words: Iterable[TitleWords]) -> tuple[str, Text] | None:
    """Return the county of which the words nearest to a table that name one speak, where they name no other."""
    pattern, names = _county_names()
    for said in words:
        counties = {names[name] for name in pattern.findall(said.text)}
        if len(counties) == 1:
            return counties.pop(), said.source
    return None


@cache
def _prefecture_names() -> tuple[re.Pattern[str], dict[str, str]]:
    names = {place.name: place.full_name for place in places().values() if place.code == place.prefecture != PROVINCE}
    return re.compile("|".join(names)), names


def prefecture_said(words: Iterable[TitleWords]) -> tuple[str, Text] | None:
    """Return the prefecture of which the words nearest to a table that name one in full speak, where they name no
    other and no county."""
    pattern, names = _prefecture_names()
    for said in words:
        found = {names[name] for name in pattern.findall(said.text)}
        if len(found) == 1 and not _county_names()[0].search(said.text):
            return found.pop(), said.source
        if found:
            return None
    return None


def names_places(words: Iterable[TitleWords]) -> bool:
    """Tell whether any words name a prefecture or county, be it one or several."""
    return any(names()[0].search(said.text) for said in words for names in (_county_names, _prefecture_names))


def place_of_cells(texts: Iterable[str]) -> str:
    """Return the prefecture of all places of a column with a row of its whole (全市); empty for another column."""
    distinct = {text for text in texts if not is_blank(text)}
    if not any(fold(text) in WHOLE for text in distinct):
        return ""
    codes = {prefecture_of(gazetteer.region(text)) for text in distinct if is_place(text)} - {PROVINCE}
    return places()[codes.pop()].full_name if len(codes) == 1 else ""


def _of_sender(note: DeliveryNote) -> tuple[str, Text] | None:
    return place_said([TitleWords(note.sender, Text(f"报送单位“{note.sender}”", f"the sender “{note.sender}”"))])


def is_of_sender(place: str, note: DeliveryNote) -> bool:
    """Tell whether a place lies in the prefecture of the sender, as far as one is named."""
    sender = _of_sender(note)
    return sender is None or prefecture_of(gazetteer.region(place)) == gazetteer.region(sender[0])


def place_around(
    words: list[TitleWords], note: DeliveryNote, cells: Iterable[str], file: PurePosixPath, header: str = ""
) -> tuple[str, Text] | None:
    """Return the place within which short names are meant, and who says so.

    First the note, then the words around, the sender, the column's cells, the folders; open where these differ. It is
    the province where the column's ``header`` asks for prefectures, or its cells are some."""
    if note.region:
        return note.region, Text("source.yml", "source.yml")
    if said := place_said(words):
        return said
    sender, folder = _of_sender(note), place_said(folders(file))
    at_odds = sender and folder and sender[0] != folder[0]  # a folder of another place than the sender's
    if (at_odds or not sender) and (own := place_of_cells(cells)):
        return own, Text("同列的其他地名", "the other places of the column")
    return (None if at_odds else sender or folder) or _of_prefectures(header.strip(), cells)


def _of_prefectures(header: str, cells: Iterable[str]) -> tuple[str, Text] | None:
    if is_of_prefectures(header):
        return whole_province(), Text(f"表头“{header}”", f"the header “{header}”")
    province = province_of(cells)
    return (province, Text("同列的其他地名", "the other places of the column")) if province else None
