"""The elements that a place holds: ours and the office's in one order, tables by their cells."""

from collections import Counter
from typing import Any

from docx.oxml.ns import qn
from docx.table import Table as WordTable
from docx.text.paragraph import Paragraph

from viz.report.document import ReportTable
from viz.report.template.marks import CHANGED, mark, skeleton
from viz.report.template.record import Written


def merged(made: list[Paragraph | WordTable], stood: list[Any], held: dict[Any, str]) -> list[Any]:
    """Return ours and the office's elements in their order; a changed sentence stands instead of ours."""
    instead = {text: element for element, text in held.items()}
    waiting, passed = list[tuple[int, Any]](), 0
    for element in stood:
        if element is None or element in held:
            passed += 1
        else:
            waiting.append((passed, element))
    order, passed = list[Any](), 0
    for one in made:
        said = isinstance(one, WordTable) or bool(one.text.strip())
        while said and waiting and waiting[0][0] <= passed:
            order.append(waiting.pop(0)[1])
        passed += said
        kept = instead.pop(one.text, None) if isinstance(one, Paragraph) else None
        order.append(one._element if kept is None else kept)
    return [*order, *(element for _, element in waiting)]


def head_of(table: WordTable) -> str:
    """Return the words of a table's first row, by which it is known again."""
    rows: Any = table._tbl.tr_lst
    return "|".join("".join(t.text or "" for t in cell.iter(qn("w:t"))) for cell in rows[0].tc_lst) if rows else ""


def foreign_picture(element: Any, last: Written) -> bool:
    """Whether an element without words shows something that is no chart of ours."""
    titles = [about.get("title", "") for about in element.iter(qn("wp:docPr"))]
    return bool(titles) and not set(titles) & set(last.texts)


def cells_of(table: ReportTable) -> list[tuple[str, str]]:
    """Return the cells of a table, row by row, each by the name of table, row and column and as it is read."""
    key, seen = skeleton(table.caption), Counter[str]()
    found = []
    for row in table.rows:
        first = next((str(v) for v, c in zip(row, table.columns, strict=True) if c.form == "text"), "")
        seen[first] += 1
        found += [
            (f"{key}|{first}|{seen[first]}|{column.heading}", column.shown(value))
            for column, value in zip(table.columns, row, strict=True)
        ]
    return found


def mark_cells(table: WordTable, now: list[tuple[str, str]], old: dict[str, str]) -> int:
    """Mark the cells whose figure is another than in the last edition; return how many."""
    rows: Any = table._tbl.tr_lst
    cells = [Paragraph(cell.p_lst[0], table._parent) for row in rows[1:] for cell in row.tc_lst]
    changed = [c for c, (key, said) in zip(cells, now, strict=True) if key in old and old[key] != said]
    for paragraph in changed:
        for run in paragraph.runs:
            mark(run, CHANGED)
    return len(changed)
