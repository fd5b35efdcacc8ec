"""Fills the named places of an office's Word file; what the office wrote there stays, and no figure grows stale."""

import io
import zipfile
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

import docx
from docx.document import Document as WordFile
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.table import Table as WordTable
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from graph.errors import BadParameter
from graph.language import Text
from viz.report.document import Block, ReportDocument, ReportParagraph, ReportTable
from viz.report.docx import add_block
from viz.report.docx_page import add_missing_styles
from viz.report.template.elements import cells_of, foreign_picture, head_of, mark_cells, merged
from viz.report.template.files import NO_WORD_FILE, as_document
from viz.report.template.marks import (
    counterpart,
    mark_changed,
    numbers,
    renew,
    renewed,
    reword,
    set_text,
    skeleton,
    telling,
)
from viz.report.template.placeholders import mark_places
from viz.report.template.places import NamedPlace, blocks_of, places
from viz.report.template.record import Written, keep_record, read_record

EMU_MM = 36000
_SHOWS = {qn("r:embed"), qn("r:link"), qn("r:id")}


NO_PLACE = Text(
    "没有可填的位置：{{未满足}} 这样的文字、书签，或标记以 shuniu: 开头的内容控件；样例见 shuniu report template",
    "nothing to fill in it: no {{unmet}} or the like, no bookmark, no content control whose tag begins with shuniu:; "
    "see shuniu report template",
)
NO_PARAGRAPH = Text(
    "这个位置放整段内容，控件须单独成段，不能在一句话中间",
    "this place takes whole paragraphs: its control must stand around a paragraph, not inside one",
)
NO_WORDS = Text(
    "页眉页脚里只放文字或单个数：可改为 .text，或移到正文",
    "heads and feet take words or single figures: ask for its .text, or move it into the text",
)


@dataclass(frozen=True)
class Edition:
    """A filled file and what was met: places, paragraphs of the office, figures that changed or want a look."""

    content: bytes
    places: int
    kept: int
    changed: int
    check: int


def fill_template(document: ReportDocument, template: bytes) -> Edition:
    """Return an office's Word file with its places filled by a report.

    Everything outside the places is the office's and stays, as do paragraphs that it wrote or changed inside them;
    the figures of a changed sentence are brought up to date. Figures that changed since the edition that is given
    as the template are marked, and those outside our sentences that were ours and are no more are marked to look at.

    Raises:
        BadParameter: the file is no Word file, has no place, names one that the report has not, or has lost the
            record of its last edition.
    """
    file = _opened(template)
    before = read_record(file)
    mark_places(file, document, before)
    found = places(file)
    if not found:
        raise BadParameter(name="template", value="docx", reason=NO_PLACE)
    wanted = [(place, blocks_of(document, place.name)) for place in found]
    add_missing_styles(file)
    filling = _Filling(file, document, before)
    for place, blocks in wanted:
        if blocks is None and not place.gone:
            filling.figure(place)
        elif blocks is not None and not place.gone:
            filling.part(place, blocks)
    found = [place for place in found if not place.gone]
    filling.look_over(found)
    _drop_pictures(file)
    keep_record(file, filling.record)
    sink = io.BytesIO()
    file.save(sink)
    counted = filling.counted
    return Edition(sink.getvalue(), len(found), counted["kept"], counted["changed"], counted["check"])


def _opened(template: bytes) -> WordFile:
    try:
        return docx.Document(io.BytesIO(as_document(template)))
    except (PackageNotFoundError, zipfile.BadZipFile, KeyError, ValueError, SyntaxError) as error:  # lxml's is one
        raise BadParameter(name="template", value="docx", reason=NO_WORD_FILE) from error


@dataclass
class _Filling:
    file: WordFile
    document: ReportDocument
    before: dict[str, list[Written]]
    record: dict[str, list[Written]] = field(default_factory=lambda: defaultdict(list))
    counted: Counter[str] = field(default_factory=Counter)
    own: list[Paragraph] = field(default_factory=list)

    def figure(self, place: NamedPlace) -> None:
        """Put a single figure into its place."""
        said = self.document.values[place.name]
        _no_placeholder(place.control)
        runs = [Run(r, self.file._body) for r in place.content.iter(qn("w:r"))]
        if not runs:
            holder = place.content.find(f".//{qn('w:p')}")
            run = OxmlElement("w:r")
            (place.content if holder is None else holder).append(run)
            runs = [Run(run, self.file._body)]
        self.counted["changed"] += set_text(runs, said)
        self.record[place.name].append(Written([said]))

    def part(self, place: NamedPlace, blocks: list[Block]) -> None:
        """Put the blocks of a part into its place, around what the office wrote there."""
        if not place.whole:
            raise BadParameter(name="template", value=place.name, reason=NO_PARAGRAPH)
        last = self._last(place.name)
        if place.aside and any(not isinstance(b, ReportParagraph) for b in blocks):
            raise BadParameter(name="template", value=place.name, reason=NO_WORDS)
        stood = self._stood(place, last)
        made = self._made(blocks, _width_mm(place.control, self.file))
        now = Written([p.text for p in made if isinstance(p, Paragraph) and p.text])
        now.tables = [dict(cells_of(b)) for b in blocks if isinstance(b, ReportTable)]
        now.heads = [head_of(t) for t in made if isinstance(t, WordTable)]
        held = self._hold([p for p in stood if p is not None], last, now)
        self._mark(made, [b for b in blocks if isinstance(b, ReportTable)], last, set(held.values()))
        for child in list(place.content):
            place.content.remove(child)
        for element in merged(made, stood, held):
            place.content.append(element)
        if not len(place.content):
            place.content.append(OxmlElement("w:p"))
        _no_placeholder(place.control)
        self.record[place.name].append(now)

    def _last(self, name: str) -> Written:
        before, at = self.before.get(name, []), len(self.record[name])
        return before[at] if at < len(before) else Written()

    def _stood(self, place: NamedPlace, last: Written) -> list[Any]:
        """Return what stands in a place, in order: the office's elements, and None for each of ours."""
        if place.name not in self.before:
            return []
        ours, stood = Counter(last.texts), list[Any]()
        for child in place.content:
            if child.tag == qn("w:tbl"):
                stood.append(None if head_of(WordTable(child, self.file._body)) in last.heads else child)
                continue
            text = "" if child.tag != qn("w:p") else Paragraph(child, self.file._body).text
            if ours[text] > 0:
                ours[text] -= 1
                stood.append(None)
            elif text.strip() or foreign_picture(child, last):
                stood.append(child)
        self.counted["kept"] += sum(one is not None for one in stood)
        return stood

    def _made(self, blocks: list[Block], width: float) -> list[Paragraph | WordTable]:
        """Return blocks as Word's elements, made at the end of the text and taken from there."""
        body = self.file.element.body
        there = set(body)
        for block in blocks:
            add_block(self.file, block, width)
        made: list[Paragraph | WordTable] = []
        for element in [e for e in body if e not in there]:
            body.remove(element)
            is_table = element.tag == qn("w:tbl")
            made.append(WordTable(element, self.file._body) if is_table else Paragraph(element, self.file._body))
        return made

    def _mark(
        self, made: list[Paragraph | WordTable], tables: list[ReportTable], last: Written, held: set[str]
    ) -> None:
        left, of = list(last.texts), iter(tables)
        old = {k: v for one in last.tables for k, v in one.items()}
        for one in made:
            if isinstance(one, WordTable):
                self.counted["changed"] += mark_cells(one, cells_of(next(of)), old)
            elif (before := counterpart(one.text, left)) is not None:
                left.remove(before)
                if one.text in held:  # the office's wording stands instead
                    continue
                self.counted["changed"] += mark_changed(one, before)

    def _hold(self, office: list[Any], last: Written, now: Written) -> dict[Any, str]:
        """Bring the sentences that the office changed up to date; return, by their element, which of ours they are."""
        own = [Paragraph(e, self.file._body) for e in office if e.tag == qn("w:p")]
        lost, held = list(last.texts), dict[Any, str]()
        for paragraph in own:
            old = counterpart(paragraph.text, lost)
            new = old and next((t for t in now.texts if skeleton(t) == skeleton(old)), None)
            if old and not new and old in paragraph.text and (other := _reworded(old, last, now, held)):
                self.counted["changed"] += reword(paragraph, old, other)
                held[paragraph._p] = other
                continue
            if old is None or not new or new in held.values():
                self.own.append(paragraph)
                continue
            fresh = renewed(old, new)
            changed, check = renew(paragraph, fresh, set(numbers(old)) - set(fresh))
            self.counted["changed"] += changed
            self.counted["check"] += check
            held[paragraph._p] = new
        return held

    def look_over(self, found: list[NamedPlace]) -> None:
        """Mark, in what is the office's alone, the figures that were ours last time and are not any more."""
        stale = _figures(self.before) - _figures(self.record)
        inside = {element for place in found for element in place.control.iter()}
        outside = [p for p in self.file.element.body.iter(qn("w:p")) if p not in inside]
        for paragraph in [*self.own, *(Paragraph(p, self.file._body) for p in outside)]:
            self.counted["check"] += renew(paragraph, {}, stale)[1]


def _reworded(old: str, last: Written, now: Written, held: dict[Any, str]) -> str | None:
    """Return what a sentence of the last edition has become that is said in other words now: 增长 was, 下降 is."""
    went_on = {skeleton(text) for text in last.texts}
    return counterpart(old, [t for t in now.texts if skeleton(t) not in went_on and t not in held.values()])


def _figures(record: dict[str, list[Written]]) -> set[str]:
    """Return every figure that a record holds and that can be known again."""
    every = [one for all_ in record.values() for one in all_]
    said = [text for one in every for text in (*one.texts, *(cell for t in one.tables for cell in t.values()))]
    return {n for text in said for n in numbers(text) if telling(n)}


def _drop_pictures(file: WordFile) -> None:
    """Leave out the charts of the last edition: a file that goes on for years does not grow."""
    shown = {value for element in file.element.iter() for name, value in element.attrib.items() if name in _SHOWS}
    for key, relation in list(file.part.rels.items()):
        if relation.reltype == RELATIONSHIP_TYPE.IMAGE and key not in shown:
            del file.part.rels[key]


def _no_placeholder(control: Any) -> None:
    """Take the mark off that what the control holds is only a hint; the looks of a hint go with it."""
    properties = control.find(qn("w:sdtPr"))
    for shown in properties.findall(qn("w:showingPlcHdr")):
        properties.remove(shown)
    for style in list(control.iter(qn("w:rStyle"))):
        if style.get(qn("w:val")) == "PlaceholderText":
            style.getparent().remove(style)


def _width_mm(control: Any, file: WordFile) -> float:
    """Return the width of text where a control stands: of the section that it belongs to."""
    body = file.element.body
    top = next((e for e in (control, *control.iterancestors()) if e.getparent() is body), None)
    at = -1 if top is None else list(body).index(top)
    ends = [n for n, e in enumerate(body) for _ in e.iter(qn("w:sectPr"))]
    of = next((n for n, end in enumerate(ends) if end >= at), len(ends) - 1)
    section = file.sections[of]
    sides = (section.left_margin or 0) + (section.right_margin or 0)
    return ((section.page_width or 0) - sides) / EMU_MM
