"""Rows of a table that are no data: totals, footnotes, headings, repeated headers, examples, rows of dittos.

They are recognised by how they are written and by what else stands in the row, never by one word alone: a firm may be
named 总计科技, and a note may stand in any column.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.places import gazetteer
from graph.vocabulary import fold, vocabulary
from loaders.keep.privacy import mask_text
from loaders.parse.marks import is_mark
from loaders.read.files.chunks import Note
from loaders.read.rows.closings import SUSPECT, is_closing, is_day, is_signature
from loaders.read.rows.header_rows import counts_columns
from loaders.read.rows.provinces import province_named
from loaders.read.words.headers import find_column
from loaders.tables import Table

SHOWN = 60
"""Characters of a note that are told."""
LEADING = 3
"""Columns at the left in which a note may begin, whatever they hold otherwise."""
GOES_ON = r"[(（\[【](?:续|续表|续前表|接上[页表])\d{0,2}[)）\]】]|(?:续表|续前表|接上[页表])\d{0,2}"
"""Words above a table that goes on from the page before."""
_COUNTED = "家户次个名位项件台套场期条笔份张所人"
_TOTAL_COUNT = re.compile(
    rf"(?:以上|全[省市州县区]|本[表页])?(?:合计|总计|小计|总共|一共|共计|共有?)[:：]?\d[\d,.]*(?:万|亿)?[{_COUNTED}].{{0,20}}"
)
_ORDINAL = re.compile(r"[(（]?[一二三四五六七八九十]{1,3}[)）、.．]|第[一二三四五六七八九十\d]{1,3}[批类组部章节]")
_COUNTED_GROUP = re.compile(rf".{{1,30}}\((?:共|合计)?\d+[{_COUNTED}]\)")
_NUMBERED = re.compile(r"[(（]?\d{1,2}[)）.．、]\s*\D")
_ORDINAL_ALONE = re.compile(r"[一二三四五六七八九十]{1,3}")
_AMONG_FIRMS = re.compile(
    r"(?:其中|内含)[:,、]?[“\"]?(?:规模?以?[上下]|专精特新|小巨人|高新|国家|省级|市级|民营|国有|私营|个体|中小|小微|微型|大型"
    r"|工业|制造业|科技|创新|单项|上市|新增|龙头|亿元).{0,12}(?<![区县市州])"
)
"""Firms among those of the row above, which counts them already."""
_AMONG_ALONE = re.compile(r"(?:其\s*中|内\s*含)\s*[:：]?")
_GROUP = re.compile(r".{0,12}(?:属|级|类|批|组|区|县|市|州|行业|领域|企业|单位|机构|平台|载体|园|基地|其他)(?:\(.*\))?")
_HINT = (
    "(?:[合总小累共注备说附数信来填报制审复单负分主经统联盖公签日以此本第占环增均比计計總汇完截承过转nNtTsSaAmMoOgG]"
    r"|[∑Σ/／—–―-]|全\s*部|资\s*料|[平户]\s*均|同\s*[比期]|[上去]年|较[上去]|其\s*[他它余中]|[一二三四五六七八九十]{1,3}\s*(?:[)）、.．]|$))"
)
"""How a note may begin: 四川 and 资阳 begin most names, so that one letter of theirs does not do."""
_MAYBE = re.compile(rf"[\s*※★(（\[【“]*{_HINT}|.*(?:[合总小累共]\s*[计計]|总\s*[数和量额])|.*[)）]\s*$")


@cache
def _words(kind: str) -> tuple[str, ...]:
    return tuple(sorted((fold(word) for word in vocabulary("row_notes")[kind]["words"]), key=len, reverse=True))


@cache
def _total() -> re.Pattern[str]:
    words = "|".join(_words("total"))
    number = r"(?:\d[\d,.]*.{0,3})?"
    return re.compile(
        rf"(?:.{{0,20}}?(?:{words})[数额]?|(?:grand|sub)?-?(?:total|sum)s?|(?:总)?[计計])(?:\(.*\))?:?{number}"
        rf"|.{{1,20}}[(\[【](?:{words})[)\]】]"
    )


@cache
def _footnote() -> re.Pattern[str]:
    words = "|".join(_words("footnote"))
    return re.compile(
        rf"[*※★(\[【]*(?:{words})(?:\([^)]*\))?(?:\d{{0,2}}[:.、]|[)\]】]*$|\d[.、)]).*|\*.{{2,}}"
        r"|[*※★(\[【]*(?:以[上下](?:数据|为|是)|数据来源于|数据来自|截[至止]\d{4}).*"
        r"|[-—–]+\d{1,4}[-—–]+"
        r"|[-—(]*(?:第\d{1,4}页|共\d{1,4}页|page\d{1,4}|\d{1,4}/\d{1,4}页).{0,12}"
        rf"|.{{0,40}}(?:{GOES_ON})"
    )


@cache
def is_total(text: str) -> bool:
    """Tell whether a text names a sum: 合计, 小计, 绵阳市合计, 共4家; what stands before the word says of what."""
    plain = fold(text)
    return bool(_TOTAL_COUNT.fullmatch(plain) or _total().fullmatch(plain))


@cache
def is_figure(text: str) -> bool:
    """Tell whether a text names no thing but a figure of all or of some of them: 平均, 同比增长, 其他, 其中：规上."""
    plain = fold(text).strip("()—-:%")
    return plain in _words("figure") or bool(_AMONG_FIRMS.fullmatch(plain))


@cache
def is_footnote(text: str) -> bool:
    """Tell whether a text is a remark below a table: 注：…, 填表人：…, 以下空白."""
    return bool(_footnote().fullmatch(fold(text)))


def _is_heading(text: str) -> bool:
    plain = fold(text)
    grouped = _ORDINAL.match(plain) or _COUNTED_GROUP.fullmatch(plain) or province_named(text)
    return bool(grouped) or gazetteer.is_place(text)


@dataclass
class NoteFinder:
    """Finds the notes among the rows below one header; ``columns`` and ``parts`` are where the known columns are."""

    table: Table
    header: tuple[str, ...]
    columns: Mapping[str, int]
    parts: tuple[int, ...] = ()
    begun: bool = False

    def find(self, numbers: np.ndarray, cells: tuple[pa.Array, ...]) -> list[Note]:
        """Return the notes among some rows, in their order."""
        first, self.begun = not self.begun, True
        found: dict[int, Note] = {}
        for at in self._suspects(cells, first=first):
            row = _row(cells, at)
            if kind := self.kind(row, first=first and at == 0):
                found[at] = Note(int(numbers[at]), kind, shown(row, kind))
                if kind == "footnote" and is_day(self._alone(row)):
                    found |= {n: Note(int(numbers[n]), kind, shown(_row(cells, n))) for n in self._signed(cells, at)}
        return [found[at] for at in sorted(found)]

    def _signed(self, cells: tuple[pa.Array, ...], day: int) -> Iterator[int]:
        """Yield the rows right above a day alone that name an office: they sign the list."""
        for at in range(day - 1, -1, -1):
            said = [text for text in _row(cells, at) if text]
            if not is_signature(self._alone(_row(cells, at))) or any(text.isdigit() for text in said):
                return
            yield at

    def _suspects(self, cells: tuple[pa.Array, ...], *, first: bool) -> list[int]:
        """Return the places of the rows that are worth a look: most are not, and the look takes time."""
        if not cells or not len(cells[0]):
            return []
        looked = {*range(min(LEADING, len(cells))), *self._needed(), *self.parts}
        suspect = np.zeros(len(cells[0]), dtype=bool)
        for at in looked:
            suspect |= pc.match_substring_regex(cells[at], f"^(?:{_MAYBE.pattern})").to_numpy(zero_copy_only=False)
        lead = self._lead()
        if lead is not None:
            titles = {self.header[lead], *self.table.column(self.table.naming or self.table.required[0].name).headers}
            known = pa.array(sorted({*titles, *self._examples(), *_dittos()}), pa.string())
            trimmed = pc.utf8_trim_whitespace(cells[lead])
            suspect |= pc.is_in(trimmed, known).to_numpy(zero_copy_only=False)
            unknown = {*range(min(LEADING, len(cells)))} - {*self.columns.values()}
            for at in {lead, *unknown} if self.table.naming else ():
                suspect |= pc.match_substring_regex(cells[at], SUSPECT).to_numpy(zero_copy_only=False)
        suspect[0] |= first
        # Where little stands in a row, it may be the heading of a group.
        if len(self.table.required) > 1 and lead is not None:
            empty = np.ones(len(suspect), dtype=bool)
            for name in (c.name for c in self.table.required):
                if name in self.columns and self.columns[name] != lead:
                    empty &= pc.equal(cells[self.columns[name]], "").to_numpy(zero_copy_only=False)
            suspect |= empty
        return [int(at) for at in np.flatnonzero(suspect)]

    def _needed(self) -> set[int]:
        return {self.columns[c.name] for c in self.table.required if c.name in self.columns}

    @cached_property
    def _known(self) -> set[int]:
        """Where columns of the table stand, those too of which another has the place: name beside 名称."""
        return {*self.columns.values(), *(at for at, title in enumerate(self.header) if find_column(self.table, title))}

    def _lead(self) -> int | None:
        """Return where the column stands whose text tells one row from others."""
        name = self.table.naming or self.table.required[0].name
        return self.columns.get(name)

    def _examples(self) -> Iterator[str]:
        name = self.table.naming or self.table.required[0].name
        return (row[name] for row in self.table.examples if name in row)

    def kind(self, row: tuple[str, ...], *, first: bool = False) -> str | None:
        """Return what a row is that is no data, None for one that is."""
        said = [(at, text) for at, text in enumerate(row) if text]
        if not said:
            return None
        if self._is_header(row):
            return "header"
        if self._is_example(row):
            return "example"
        if first and len(said) >= LEADING and counts_columns([text for _, text in said]):
            return "header"
        needed = self._needed()
        if any(is_total(text) for at, text in said if at in {*needed, *self.parts, said[0][0]}):
            return "total"
        lead = self._lead()
        if any(is_figure(text) for at, text in said if at in (lead, said[0][0])):
            return "figure"
        if not any(at in self._known and not is_mark(text, "empty") for at, text in said):
            if len(said) == 1 and _is_heading(said[0][1]):
                return "heading"
            return "footnote" if any(_is_said(text) for _, text in said) else "blank"
        starred = len(said) >= LEADING  # where so much else is there, *甲中心 is a name with a mark
        whole = all(
            at < len(row) and row[at] and (not is_footnote(row[at]) or _is_marked(row[at], rich=starred))
            for at in needed
        )
        below = is_footnote(said[0][1]) and (not whole or self._says_nothing(said[0][0]))
        if below or is_closing(self._alone(row)):
            return "footnote"
        if len(said) == 1 and len(needed) > 1 and _NUMBERED.match(said[0][1]):
            return "footnote"
        if (not whole and self._heads(said)) or self._is_numbered_group(row):
            return "heading"
        if self._repeats(said):
            return "ditto"
        return None

    def _alone(self, row: tuple[str, ...]) -> str:
        """Return what stands alone in a row, but for its place and a number in a column that is not known."""
        place = self.columns.get(self.table.place)
        said = [
            (at, text)
            for at, text in enumerate(row)
            if text and at not in {place, *self.parts} and (at in self._known or not text.isdigit())
        ]
        return said[0][1] if len(said) == 1 else ""

    def _says_nothing(self, at: int) -> bool:
        """Tell whether a column is none of remarks, nor any that is known: there it is numbers that one expects."""
        title = self.header[at] if at < len(self.header) else ""
        return at not in {*self.columns.values(), *self.parts} and not is_footnote(title)

    def _is_numbered_group(self, row: tuple[str, ...]) -> bool:
        """Tell whether a row has nothing but the number of a group, in characters, and its words: 一 | 市属."""
        at = next((at for at, text in enumerate(row) if text), 0)
        numbered = at not in self.columns.values() and _ORDINAL_ALONE.fullmatch(row[at])
        rest = (*[""] * (at + 1), *row[at + 1 :])
        return bool(numbered and _GROUP.fullmatch(fold(self._alone(rest))))

    def _heads(self, said: list[tuple[int, str]]) -> bool:
        texts = [text for _, text in said]
        if len(texts) == 1 and _AMONG_ALONE.fullmatch(texts[0]):
            return True
        if len(texts) == 2 and _ORDINAL_ALONE.fullmatch(texts[0]):
            return True
        return len(texts) == 1 and len(self.table.required) > 1 and _is_heading(texts[0])

    def _is_header(self, row: tuple[str, ...]) -> bool:
        known = {at: self.table.column(name).headers for name, at in self.columns.items()}
        pairs = enumerate(zip(row, self.header, strict=False))
        same = sum(bool(t) and (fold(t) == fold(title) or fold(t) in known.get(at, ())) for at, (t, title) in pairs)
        lead = self._lead()
        alone = lead is not None and any(row[lead : lead + 1]) and fold(self._alone(row)) == fold(self.header[lead])
        return alone or (same > 1 and 2 * same >= sum(map(bool, row)))

    def _is_example(self, row: tuple[str, ...]) -> bool:
        """Tell whether a row is an example of the template, with cells perhaps emptied but none changed."""
        known = {name: fold(row[at]) for name, at in self.columns.items() if at < len(row) and row[at]}
        if len(known) < 2 or any(c.name not in known for c in self.table.required if c.name in self.columns):
            return False
        return any(
            all(text == fold(example.get(name, "")) for name, text in known.items()) for example in self.table.examples
        )

    def _repeats(self, said: list[tuple[int, str]]) -> bool:
        """Tell whether a row says nothing but that it is as the one above."""
        lead = self._lead()
        texts = dict(said)
        return lead in texts and all(is_mark(t, "ditto") or is_mark(t, "empty") for at, t in said if at in self._known)


def _is_marked(text: str, *, rich: bool) -> bool:
    """Tell whether a text is a name with a star before it, as it is where much else stands in its row."""
    return text.startswith("*") and (rich or not is_footnote(text.lstrip("*")))


def _row(cells: tuple[pa.Array, ...], at: int) -> tuple[str, ...]:
    return tuple(column[int(at)].as_py().strip() for column in cells)


def _is_said(text: str) -> bool:
    """Tell whether a text says anything beyond a number or a mark of an empty cell."""
    return not is_mark(text, "empty") and not re.fullmatch(r"[\d\s.,、()（）-]+", text)


def _dittos() -> tuple[str, ...]:
    entry = vocabulary("cell_marks")["ditto"]
    return (entry.label.zh, *entry.aliases)


def shown(row: tuple[str, ...], kind: str = "") -> str:
    """Return what is told of a note: its first cell, of a total what says so, without the people that it may name."""
    said = [text for text in row if text and (kind != "total" or is_total(text))] or [text for text in row if text]
    text = next((text for text in said if not _ORDINAL_ALONE.fullmatch(text)), "".join(said[:1]))
    label, mark, _ = text.replace("：", ":").partition(":")
    text = f"{label}：…" if mark and re.search("[人话导]$", label.strip()) else mask_text(text)
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
