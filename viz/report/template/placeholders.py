"""Places as people mark them by typing: ``{{unmet}}``, ``{{未满足}}``, or a bookmark, become content controls.

From then on there is one kind of place, and the next edition finds it again where the words are gone.
"""

import re
from collections.abc import Mapping
from itertools import takewhile
from typing import Any

from docx.document import Document as WordFile
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from viz.report.document import ReportDocument
from viz.report.template.marks import piece
from viz.report.template.places import KINDS, LABELS, SECTIONS, control, places, roots
from viz.report.template.record import Written

TYPED = re.compile(r"[{｛]{2}\s*([^{}｛｝]+?)\s*[}｝]{2}")
PREFIX = re.compile(r"^shuniu[:_]")


def mark_places(file: WordFile, document: ReportDocument, before: Mapping[str, list[Written]]) -> None:
    """Put a content control around every typed place and every bookmark that has the name of one.

    A typed name that is none is put into a control, too: whoever fills it says which names there are. What the last
    edition wrote marks no place, whatever the names in it look like; nor, beside it, does a name that is none.
    """
    ours = {text for every in before.values() for one in every for text in one.texts}
    filled = {element for place in places(file) if place.name in before for element in place.content.iter()}
    for root in list(roots(file)):
        for paragraph in list(root.iter(qn("w:p"))):
            if paragraph not in filled:
                _typed(paragraph, document)
            elif paragraph.getparent().tag != qn("w:tc") and Paragraph(paragraph, file._body).text not in ours:
                _typed(paragraph, document, known=True)
        for start in list(root.iter(qn("w:bookmarkStart"))):
            _bookmark(root, start, document)


def _name(said: str, document: ReportDocument) -> tuple[str, bool]:
    """Return the name of a place that somebody wrote, and whether the report knows it."""
    bare = PREFIX.sub("", said)
    section, _, kind = bare.partition(".")
    if not kind and (found := re.fullmatch(rf"(.+)_({'|'.join(KINDS)})", bare)):  # a bookmark has no dots
        section, kind = found.groups()
    section = LABELS.get(section, section)
    name = f"{section}.{kind}" if kind else section
    return name, name in document.values or section in SECTIONS


def _typed(paragraph: Any, document: ReportDocument, *, known: bool = False) -> None:
    """Put controls around what is typed in one paragraph, or around known names alone; a part that stands alone takes
    the whole paragraph."""
    runs = _runs(paragraph)
    text = "".join(run.text for run in runs)
    for match in reversed(list(TYPED.finditer(text))):
        name, there = _name(match[1], document)
        if known and not there:
            continue
        if match[0] == text.strip() and name not in document.values:
            _around(name, [paragraph])
        else:
            _around(name, [piece(_runs(paragraph), *match.span())._r])


def _runs(paragraph: Any) -> list[Run]:
    """Return the runs of a paragraph that are read: not what is deleted under tracking, nor what a text box holds."""
    found = []
    for run in paragraph.iter(qn("w:r")):
        above = [one.tag for one in run.iterancestors()]
        inside = above[: above.index(qn("w:p"))]
        if next(run.iterancestors(qn("w:p"))) is paragraph and qn("w:del") not in inside:
            found.append(Run(run, Paragraph(paragraph, None)))  # type: ignore[arg-type]
    return found


def _bookmark(root: Any, start: Any, document: ReportDocument) -> None:
    """Put a control in the place of a bookmark that is called as a place is; any other stays.

    A single figure takes the words that the bookmark holds, a part the paragraph in which it begins.
    """
    said, id_ = start.get(qn("w:name"), ""), start.get(qn("w:id"))
    name, known = _name(said, document)
    if not known and not PREFIX.match(said):
        return
    ends = [end for end in root.iter(qn("w:bookmarkEnd")) if end.get(qn("w:id")) == id_]
    paragraph = next(start.iterancestors(qn("w:p")), None)
    if name in document.values and paragraph is not None:
        between = list(takewhile(lambda one: one not in ends, start.itersiblings()))
        held = [one for one in between if one.tag == qn("w:r")]
        if not held:
            held = [OxmlElement("w:r")]
            start.addnext(held[0])
        _around(name, held)
    else:
        _around(name, [start.getnext() if paragraph is None else paragraph])
    for mark in (start, *ends):
        mark.getparent().remove(mark)


def _around(name: str, held: list[Any]) -> None:
    made, content = control(name)
    held[0].addprevious(made)
    for element in held:
        content.append(element)
