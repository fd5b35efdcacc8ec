"""JSON: one object a line, or a list of objects, perhaps in the envelope of a service's answer.

Keys are headers; a list in a cell is several values.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from operator import getitem
from pathlib import Path
from typing import Any, TextIO

from graph.errors import FileUnreadable
from graph.language import Text
from graph.vocabulary import fold
from loaders.parse.marks import LOST, NESTED
from loaders.read.files.chunks import Chunk, Line, Misfit, WholeGrid, chunks_of
from loaders.read.files.delimited import open_text
from loaders.read.files.encodings import SAID, encoding_of
from loaders.read.files.worker import as_text
from loaders.read.words.unseen import seen_text

LONGEST = 2**24
"""Characters one line may have."""
TOO_LONG = Text("第 {line} 行过长", "line {line} is too long")
NO_OBJECT = Text("这一行不是 JSON 对象（{detail}）", "this line is no JSON object ({detail})")
ENVELOPE = frozenset(("data", "list", "rows", "records", "items", "result", "results"))
"""Keys under which services answer a list: {"code": 0, "data": {"total": 2, "list": […]}}."""
ENVELOPED = Text("读的是其中“{key}”下的列表", "the list under “{key}” is read")
HALF = re.compile("[\ud800-\udfff]")
BLOCK = 2**20
"""Characters of a list read at once."""
_SPACE = re.compile(r"\s*")


class Doubled:
    """Stands for an object in which a key stands twice."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any] | Doubled:
    found = dict(pairs)
    return found if len(found) == len(pairs) else Doubled()


# Numbers stay as they are written, so that no digit is lost.
_decoder = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str, object_pairs_hook=_once)


@dataclass(frozen=True)
class Objects(WholeGrid):
    """A file of objects; ``listed`` where they stand in one list instead of one a line, ``under`` the keys of it."""

    path: Path
    shown: Path
    encoding: str
    listed: bool
    keys: tuple[str, ...]
    under: tuple[str, ...] = ()
    name: str = ""
    counts: None = None

    @property
    def head(self) -> list[Line]:
        """The keys, as a reader sees them."""
        return [Line(0, [*map(seen_text, self.keys)])] if self.keys else []

    @property
    def warnings(self) -> tuple[Text, ...]:
        """What the reader should know."""
        enveloped = [Text(*(part.format(key=".".join(self.under)) for part in ENVELOPED))] if self.under else []
        return (*([SAID[self.encoding]] if self.encoding in SAID else []), *enveloped)

    def chunks(self, header: Line) -> Iterator[Chunk]:
        """Yield the rows; a line that is no flat object is a misfit."""
        del header  # the keys are known
        return chunks_of(self._rows(), len(self.keys))

    def _rows(self) -> Iterator[tuple[int, list[str]] | Misfit]:
        for number, found in _objects(self.path, self.shown, self.encoding, self.listed, self.under):
            if isinstance(found, Misfit):
                yield found
                continue
            row = dict(found)
            # Nearly all cells are texts, and these need no call.
            cells = [v.strip() if type(v := row.get(key)) is str else cell_of(v) for key in self.keys]
            yield number, [cell if cell.isascii() else _whole(cell) for cell in cells]


def open_objects(path: Path, shown: Path) -> Objects:
    """Return a JSON file; all of it is read once, since any line may bring another key.

    Raises:
        FileUnreadable: it is no text, or a list that is no JSON.
    """
    encoding = encoding_of(path, shown)
    with open_text(path, encoding) as file:
        start = file.read(LONGEST)
    listed, under = start.lstrip().startswith("["), _envelope(start) if len(start) < LONGEST else ()
    keys: dict[str, None] = {}
    for _, found in _objects(path, shown, encoding, listed, under):
        if not isinstance(found, Misfit):
            keys |= dict.fromkeys(found)
    if any(HALF.search(key) for key in keys):
        raise FileUnreadable(path=shown, reason=Text("表头含有无法辨认的字符", "a header holds half a character"))
    return Objects(path, shown, encoding, listed, tuple(keys), under)


def _envelope(text: str) -> tuple[str, ...]:
    """Return the keys, from the outermost on, under which a text that is one object has the list that it is about."""
    try:
        found = _decoder.decode(text.strip()) if text.lstrip().startswith("{") else None
    except (ValueError, RecursionError):
        return ()
    keys: list[str] = []
    while isinstance(found, dict):
        held = (key for key, value in found.items() if fold(key) in ENVELOPE and isinstance(value, list | dict))
        keys.append(next(held, ""))
        found = found.get(keys[-1])
    return tuple(keys) if isinstance(found, list) and any(isinstance(one, dict) for one in found) else ()


def _objects(
    path: Path, shown: Path, encoding: str, listed: bool, under: tuple[str, ...]
) -> Iterator[tuple[int, dict[str, Any] | Misfit]]:
    """Yield each object, or why it is none, with its line or its place in the list."""
    with open_text(path, encoding) as file:
        if under:
            inside = reduce(getitem, under, _decoder.decode(file.read().strip()))
            yield from ((number, _object(number, found)) for number, found in enumerate(inside, start=1))
            return
        if listed:
            try:
                for number, found in enumerate(_elements(file), start=1):
                    yield number, _object(number, found)
            except (ValueError, RecursionError) as error:
                raise FileUnreadable(path=shown, reason=error) from error
            return
        for number, line in enumerate(iter(lambda: file.readline(LONGEST), ""), start=1):
            if len(line) == LONGEST:
                raise FileUnreadable(path=shown, reason=Text(*(t.format(line=number) for t in TOO_LONG)))
            if line.strip():
                yield number, _parsed(number, line)


def _elements(file: TextIO) -> Iterator[Any]:
    """Yield the elements of a list one by one, with little more than one of them in memory.

    Raises:
        ValueError, RecursionError: it is no JSON.
    """
    text = _Window(file)
    text.take("[")
    following = "," if text.peek() != "]" else text.take("]")
    while following == ",":
        yield text.element()
        following = text.take(",]")
    if text.peek():
        raise ValueError("something follows the list")


class _Window:
    """What is seen of a JSON text that is read from its beginning to its end."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._text, self._at = "", 0

    def _more(self) -> bool:
        """See more of the text; tell whether there was more."""
        left = self._text[self._at :]
        if len(left) > LONGEST:
            raise ValueError("an element is too long")
        more = self._file.read(max(BLOCK, len(left)))
        self._text, self._at = left + more, 0
        return bool(more)

    def peek(self) -> str:
        """Return the next character that is no white space, nothing at the end."""
        while True:
            self._at = _SPACE.match(self._text, self._at).end()  # type: ignore[union-attr]
            if self._at < len(self._text) or not self._more():
                return self._text[self._at : self._at + 1]

    def take(self, allowed: str) -> str:
        """Go on beyond the next character, which is one of those."""
        found = self.peek()
        if not found or found not in allowed:
            raise ValueError(f"one of {allowed} is missing")
        self._at += 1
        return found

    def element(self) -> Any:
        """Return the next value and go on beyond it."""
        self.peek()
        while True:
            try:
                found, end = _decoder.raw_decode(self._text, self._at)
            except json.JSONDecodeError:
                if not self._more():
                    raise
                continue
            if end < len(self._text) or not self._more():  # a number may go on
                self._at = end
                return found


def _parsed(number: int, line: str) -> dict[str, Any] | Misfit:
    try:
        return _object(number, _decoder.decode(line.strip()))
    except json.JSONDecodeError as error:
        return _no_object(number, f"{error.msg}, {error.colno}")
    except RecursionError as error:
        return _no_object(number, str(error))


def _object(number: int, found: object) -> dict[str, Any] | Misfit:
    if isinstance(found, Doubled):
        return _no_object(number, "a key stands twice")
    return found if isinstance(found, dict) else _no_object(number, type(found).__name__)


def _no_object(number: int, detail: str) -> Misfit:
    return Misfit(number, (), _with(NO_OBJECT, detail))


def _with(text: Text, detail: str) -> Text:
    return Text(*(part.replace("{detail}", detail) for part in text))


def _whole(text: str) -> str:
    """Return a text that every encoding can hold: half of a pair of surrogates is a character that was lost."""
    return HALF.sub(LOST, text)


def cell_of(value: object) -> str:
    """Return a value as the text of a cell, of a list that of its parts."""
    parts = value if isinstance(value, list) else [value]
    if any(isinstance(part, dict | list | tuple | Doubled) for part in parts):
        return NESTED
    return "；".join(filter(None, map(as_text, parts)))
