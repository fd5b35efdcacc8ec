"""A quotation mark that nobody closed: the rows that a cell has swallowed are refused, and held in a full delivery."""

from collections.abc import Callable
from pathlib import Path

import pytest

from graph.stores.base import Store
from loaders.merge.full_delivery import full_delivery
from loaders.pipeline import load
from tests.loaders.read.test_clerks import came

HEAD = "名称,所在地区,地址\n"
ROWS = [f"绵阳第{n}中心,涪城区,临园路{n}号\n" for n in range(1, 7)]


def changed(at: int, old: str, new: str, rows: list[str] = ROWS) -> list[str]:
    return [row.replace(old, new) if n == at else row for n, row in enumerate(rows, start=1)]


@pytest.mark.parametrize(
    ("rows", "good", "bad", "lines"),
    [
        (changed(2, "绵阳", '"绵阳', changed(4, "中心", '"中心')), [1, 5, 6], 3, 3),
        (changed(2, "临园", '"临园', changed(5, "5号", '5号"')), [1, 6], 3, 4),
        (changed(2, "涪城", '"涪城', changed(3, "城区", '城区"')), [1, 4, 5, 6], 3, 2),
        (changed(4, "临园", '"临园'), [1, 2, 3], 5, 3),
        (changed(3, "绵阳", '"绵阳'), [1, 2], 4, 4),
    ],
)
def test_rows_that_a_cell_has_swallowed(
    reference_store: Store, csv: Callable[..., Path], rows: list[str], good: list[int], bad: int, lines: int
) -> None:
    report = load(reference_store, [csv("机构.csv", HEAD + "".join(rows))], dry_run=True)
    assert came(report, "Organization") == {
        f"绵阳第{n}中心": {"region": "510703", "address": f"临园路{n}号"} for n in good
    }
    (issue,) = report.issues
    assert (issue.row, issue.column, issue.cell_only) == (bad, "", False)
    assert issue.reason.zh == f"引号没有成对：{lines} 行文字落进了一格，请补上或删去引号，再载入这几行"


def test_lines_and_commas_that_a_cell_may_have(reference_store: Store, csv: Callable[..., Path]) -> None:
    text = HEAD + '甲中心,涪城区,"一号\n二楼, 三楼"\n"乙\n中心",涪城区,"一号,二号\n"\n丙中心,"涪城区"\n'
    report = load(reference_store, [csv("机构.csv", text)], dry_run=True)
    assert came(report, "Organization") == {
        "甲中心": {"region": "510703", "address": "一号\n二楼, 三楼"},
        "乙中心": {"region": "510703", "address": "一号,二号"},
    }
    assert [(issue.row, issue.reason.zh) for issue in report.issues] == [
        (4, "这一行的单元格数与表头不符：2 个，应为 3 个")
    ]


def test_what_was_swallowed_is_not_retired(store: Store, csv: Callable[..., Path]) -> None:
    load(store, [csv("机构.csv", HEAD + "".join(ROWS))])
    rows = changed(2, "临园", '"临园', changed(5, "5号", '5号"'))
    full = full_delivery("organizations", "涪城区")
    report = load(store, [csv("机构2.csv", HEAD + "".join(rows))], full=full, dry_run=True)
    assert report.gone == ()
    assert sorted((held.name, held.row) for held in report.held) == [(f"绵阳第{n}中心", 3) for n in range(2, 6)]
