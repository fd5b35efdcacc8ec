"""What a clerk means: rows that are no data go, dittos take the value above, two columns make one place.

Everything done here is told, and what a rejects workbook shows of a row is the row as it was understood, since there
the row above is another one.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.language import Text
from graph.vocabulary import fold
from loaders.parse.marks import FORMULA_ERRORS, MERGED, NESTED, is_mark, longest
from loaders.read.files.chunks import Chunk, Misfit, Note
from loaders.read.files.worker import UNCACHED
from loaders.read.rows.blank_sums import BlankSums
from loaders.read.rows.come_apart import come_apart
from loaders.read.rows.contact_cells import part_contacts
from loaders.read.rows.ended import ended
from loaders.read.rows.multiples import Multiples
from loaders.read.rows.near_examples import near_examples
from loaders.read.rows.provinces import OtherProvinces
from loaders.read.rows.renamed import plain_names
from loaders.read.rows.row_notes import NoteFinder, shown
from loaders.read.words.marked_titles import marked_titles
from loaders.read.words.place_texts import is_blank, join_places, whole_province, within
from loaders.read.words.units import ROWS, SAID, Unit, in_unit, of_rows
from loaders.tables import Table

_BETWEEN = "\x1f"
_AS_TEXT = r"^\s*'([\p{Han}0-9A-Za-z(（][^']*)$"
"""Before a value: the mark of a spreadsheet that it is text, '120."""
_NUMBERED = r"^\s*[(（]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[)）.．、]\s*(\p{Han})"
"""Before a place: its number in the list, （1）旌阳区."""
_AMONG = r"^\s*(?:(?:其\s*中|内\s*含|含)\s*[:：,，、]|[#＃└├]+[─—-]*)\s*"
"""Before a place: it is one of those that the row above adds up."""
DITTOS = Text("{n} 个“同上”按上一行读：{column}", "{n} dittos take the value of the row above: {column}")
PREFECTURES = Text("市州", "the prefectures")
NEAR = Text(
    "{n} 个地名按“{place}”理解（依{source}）：{examples}",
    "{n} places are understood within {place} (from {source}): {examples}",
)
FILLED = Text(
    "{column} 没有填写的按“{value}”载入（依 {source}）", "{column} is taken to be {value} where empty (from {source})"
)
SHOWN = 3


@dataclass(frozen=True)
class Context:
    """What a delivery says around its cells: constants by column, and the place in which short names are meant.

    ``sources`` say who says so: of each constant, and under ``""`` of the place. ``units`` are those of amounts.
    """

    constants: Mapping[str, str] = field(default_factory=dict)
    place: str = ""
    sources: Mapping[str, Text] = field(default_factory=dict)
    units: Mapping[str, Unit] = field(default_factory=dict)
    national: bool = False
    """Tell whether rows of other provinces are to be expected."""


class Understanding:
    """Reads the chunks of one sheet in their order; ``parts`` are the further columns of a place."""

    def __init__(
        self, table: Table, header: tuple[str, ...], columns: Mapping[str, int], parts: tuple[int, ...],
        context: Context,
    ) -> None:  # fmt: skip
        self.table, self.header, self.columns, self.parts, self.context = table, header, columns, parts, context
        self._place = columns.get(table.place)
        self._notes = NoteFinder(table, header, columns, parts)
        self._sums = BlankSums(table, columns, parts)
        self._multiples = Multiples(table, header, columns)
        self._provinces = OtherProvinces(national=context.national)
        self._above: dict[int, str] = {}
        self._begun = False
        self._remarks: Counter[Text] = Counter()

    def read(self, chunk: Chunk, words_: Mapping[str, Mapping[str, str]]) -> Chunk:
        """Return a chunk as it was meant.

        Args:
            chunk: Rows as they stand.
            words_: By column, the sender's words (folded) with ours.
        """
        self._remarks = Counter()
        numbers, cells, notes, misfits = self._rows(chunk)
        among, named = frozenset[int](), dict[str, pa.Array]()
        if cells:
            numbers, cells, among, elsewhere = self._understood(numbers, cells, (*chunk.notes, *notes))
            notes = [*notes, *elsewhere]
            named = self._named(numbers, cells, words_, chunk.repeated)
        self._begun = True
        return replace(
            chunk, among=among, numbers=numbers, cells=tuple(cells), columns=named, misfits=misfits,
            notes=tuple(sorted([*chunk.notes, *notes])), remarks=tuple(self._remarks.items()),
        )  # fmt: skip

    def _rows(self, chunk: Chunk) -> tuple[np.ndarray, list[pa.Array], list[Note], tuple[Misfit, ...]]:
        """Return numbers and cells of what is a row of the table, the notes, and what is of another shape."""
        numbers, cells = chunk.numbers, [_plain(column) for column in chunk.cells]
        notes = self._notes.find(numbers, tuple(cells))
        misfits, more = self._misfits(chunk.misfits)
        numbers, cells = _without(notes, numbers, cells)
        notes = [*notes, *more]
        if sums := self._sums.find(numbers, cells):
            notes = [*notes, *sums]
            numbers, cells = _without(sums, numbers, cells)
        if cells and (apart := come_apart(self.table, self.header, self.columns, numbers, cells)):
            misfits = (*misfits, *apart)
            numbers, cells = _without(apart, numbers, cells)
        if cells:
            self._remarks.update(ended(self.table, self.header, self.columns, numbers, cells))
        if cells and not self._begun:
            self._remarks.update(near_examples(self.table, self.columns, numbers, cells))
        return numbers, cells, notes, misfits

    def _understood(
        self, numbers: np.ndarray, cells: list[pa.Array], notes: tuple[Note, ...]
    ) -> tuple[np.ndarray, list[pa.Array], frozenset[int], list[Note]]:
        """Return the rows with what their cells mean, the numbers of those said to be among those above them, and
        notes of those that are of another province."""
        self._ditto(cells)
        among = self._join(cells)
        self._in_place(cells)
        said = frozenset(numbers[among.to_numpy(zero_copy_only=False)].tolist() if among is not None else ())
        elsewhere = self._elsewhere(numbers, cells, notes)
        numbers, cells = _without(elsewhere, numbers, cells)
        self._in_units(cells)
        self._remarks.update(dict(self._multiples.find(numbers, cells)))
        return numbers, cells, said - {note.number for note in elsewhere}, elsewhere

    def _named(
        self, numbers: np.ndarray, cells: list[pa.Array], words_: Mapping[str, Mapping[str, str]],
        repeated: Mapping[int, frozenset[int]],
    ) -> dict[str, pa.Array]:  # fmt: skip
        """Return the columns of the table, in our words."""
        named = {name: _worded(cells[at], words_.get(name)) for name, at in self.columns.items()}
        self._constants(cells, named, len(numbers))
        self._remarks.update(marked_titles(self.table, self.header, self.columns, cells, named))
        part_contacts(self.table, self.columns, named)
        self._merged(numbers, cells, named, repeated)
        for text, times, column in plain_names(self.table, named):
            self._tell(text, times, column=column.zh)
        return named

    def _misfits(self, misfits: tuple[Misfit, ...]) -> tuple[tuple[Misfit, ...], list[Note]]:
        """Tell the notes among rows of another shape: 合计 and 注 often stand in lines of one cell."""
        left, notes = [], []
        for misfit in misfits:
            row = tuple(cell.strip() for cell in misfit.cells)
            kind = self._notes.kind(row)
            if kind:
                notes.append(Note(misfit.number, kind, shown(row)))
            else:
                left.append(misfit)
        return tuple(left), notes

    def _ditto(self, cells: list[pa.Array]) -> None:
        for at in {*self.columns.values(), *self.parts}:
            column = cells[at]
            short = column.filter(pc.less_equal(pc.utf8_length(column), longest("ditto"))).unique().to_pylist()
            marks = [text for text in short if is_mark(text, "ditto")]
            if marks:
                found = pc.is_in(column, pa.array(marks, pa.string()))
                texts, said = column.to_pylist(), self._above.get(at, "")
                hits = np.flatnonzero(found.to_numpy(zero_copy_only=False))
                for row in hits:
                    above = texts[row - 1] if row else said
                    texts[row] = above or texts[row]
                cells[at] = pa.array(texts, pa.string())
                self._tell(DITTOS, len(hits), column=self.header[at].strip())
            if len(column):
                self._above[at] = cells[at][-1].as_py()

    def _join(self, cells: list[pa.Array]) -> pa.Array | None:
        """Make one place of a column with the prefecture and one with the county; return where 其中 stood before it."""
        at = self._place
        if at is None:
            return None
        failed = pc.is_in(cells[at], pa.array(sorted({*FORMULA_ERRORS, UNCACHED, NESTED}), pa.string()))
        among = pc.and_not(pc.match_substring_regex(cells[at], _AMONG), failed)
        if pc.any(among).as_py():
            cells[at] = pc.if_else(among, pc.replace_substring_regex(cells[at], _AMONG, ""), cells[at])
        if pc.any(pc.match_substring_regex(cells[at], _NUMBERED)).as_py():
            cells[at] = pc.replace_substring_regex(cells[at], _NUMBERED, r"\1")
        for part in self.parts:
            pairs = pc.binary_join_element_wise(cells[at], cells[part], _BETWEEN).dictionary_encode()
            joined = [join_places(*pair.split(_BETWEEN)) for pair in pairs.dictionary.to_pylist()]
            cells[at] = pa.array(joined, pa.string()).take(pairs.indices)
            cells[part] = pa.array([""] * len(cells[part]), pa.string())
        return among

    def _elsewhere(self, numbers: np.ndarray, cells: list[pa.Array], notes: tuple[Note, ...]) -> list[Note]:
        return [] if self._place is None else self._provinces.find(numbers, cells[self._place], notes)

    def _in_place(self, cells: list[pa.Array]) -> None:
        """Understand short names of places within the delivery's own place, where they are nothing else."""
        at, place = self._place, self.context.place
        if at is None or not place:
            return
        encoded = cells[at].dictionary_encode()
        texts = encoded.dictionary.to_pylist()
        meant = [within(text, place) for text in texts]
        changed = [i for i, (text, now) in enumerate(zip(texts, meant, strict=True)) if text != now]
        if not changed:
            return
        number = int(np.isin(encoded.indices.to_numpy(zero_copy_only=False), changed).sum())
        cells[at] = pa.array(meant, pa.string()).take(encoded.indices)
        examples = "、".join(texts[i].strip() for i in changed[:SHOWN])
        source = self.context.sources.get("", Text("", ""))
        shown = PREFECTURES if place == whole_province() else place
        self._tell(NEAR, number, place=shown, examples=examples, source=source)

    def _in_units(self, cells: list[pa.Array]) -> None:
        for name, unit in self.context.units.items():
            at = self.columns[name]
            rows = of_rows(cells[unit.at], unit.word) if unit.at is not None else None
            word = unit.word if rows is None else "、".join(sorted(set(rows.to_pylist()) - {""}))
            if word:
                cells[at] = in_unit(cells[at], word if rows is None else rows)
                source = unit.source if rows is None else ROWS
                self._tell(SAID, 1, column=self.table.column(name).zh, unit=word, source=source)

    def _constants(self, cells: list[pa.Array], named: dict[str, pa.Array], rows: int) -> None:
        for name, value in self.context.constants.items():
            if name in named:
                blanks = pa.array([is_blank(text) for text in named[name].dictionary_encode().dictionary.to_pylist()])
                indices = named[name].dictionary_encode().indices
                empty = blanks.take(indices) if len(blanks) else pa.array([], pa.bool_())
                if not pc.any(empty).as_py():
                    continue
                named[name] = pc.if_else(empty, value, named[name])
                cells[self.columns[name]] = pc.if_else(empty, value, cells[self.columns[name]])
            else:
                named[name] = pa.array([value] * rows, pa.string())
            source = self.context.sources.get(name, Text("source.yml", "source.yml"))
            self._tell(FILLED, 1, column=self.table.column(name).zh, value=value, source=source)

    def _merged(
        self, numbers: np.ndarray, cells: list[pa.Array], named: dict[str, pa.Array],
        repeated: Mapping[int, frozenset[int]],
    ) -> None:  # fmt: skip
        """Leave a merged number in the first of its rows: it is one number, and nobody says how it is shared."""
        for column in self.table.columns:
            rows = repeated.get(self.columns.get(column.name, -1))
            if not column.quantity or not rows:
                continue
            again = pa.array(np.isin(numbers, list(rows)))
            if pc.any(again).as_py():
                named[column.name] = pc.if_else(again, MERGED, named[column.name])
                at = self.columns[column.name]
                cells[at] = pc.if_else(again, "", cells[at])

    def _tell(self, text: Text, number: int, **values: object) -> None:
        said = [
            part.replace("{n}", "{{n}}").format(**{k: getattr(v, lang, v) for k, v in values.items()})
            for lang, part in zip(("zh", "en"), text, strict=True)
        ]
        self._remarks[Text(*said)] += number


def _without(
    notes: Sequence[Note | Misfit], numbers: np.ndarray, cells: list[pa.Array]
) -> tuple[np.ndarray, list[pa.Array]]:
    """Return rows without those that are notes."""
    if not notes:
        return numbers, cells
    kept = ~np.isin(numbers, [note.number for note in notes])
    return numbers[kept], [column.filter(pa.array(kept)) for column in cells]


def _plain(cells: pa.Array) -> pa.Array:
    """Return a column without the marks that say to a spreadsheet that a cell is text."""
    marked = pc.any(pc.starts_with(pc.utf8_ltrim_whitespace(cells), "'")).as_py()
    return pc.replace_substring_regex(cells, _AS_TEXT, r"\1") if marked else cells


def _worded(cells: pa.Array, words_: Mapping[str, str] | None) -> pa.Array:
    """Return a column with the sender's words put into ours; each distinct text is looked up once."""
    if not words_:
        return cells
    encoded = cells.dictionary_encode()
    ours = [words_.get(fold(text), text) for text in encoded.dictionary.to_pylist()]
    return pa.array(ours, pa.string()).take(encoded.indices)
