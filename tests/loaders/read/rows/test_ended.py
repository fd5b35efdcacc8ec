"""Rows of which a column that is not read says that they have ended are told."""

from collections.abc import Callable
from pathlib import Path

import pytest

from graph.stores.base import Store
from loaders.pipeline import load

SAID = "机构.csv：第 {rows} 行的“{title}”写着“{cell}”，仍照常载入；已不存在或未通过的请不要列入"


@pytest.mark.parametrize(
    ("title", "cells", "said"),
    [
        ("经营状态", ("存续", "注销", "已吊销"), SAID.format(rows="3、4", title="经营状态", cell="注销")),
        ("是否通过", ("通过", "未通过", ""), SAID.format(rows="3", title="是否通过", cell="未通过")),
        ("备注", ("注销原因待查", "", "已搬离"), SAID.format(rows="4", title="备注", cell="已搬离")),
        ("备注", ("好", "注销登记代办", ""), ""),
        ("经营范围", ("注销", "", ""), ""),  # says nothing of how it stands
        ("地址", ("注销", "", ""), ""),  # a column that is read
    ],
)
def test_what_is_told(
    reference_store: Store, csv: Callable[..., Path], title: str, cells: tuple[str, ...], said: str
) -> None:
    rows = "".join(f"{name}中心,涪城区,{cell}\n" for name, cell in zip("甲乙丙", cells, strict=True))
    report = load(reference_store, [csv("机构.csv", f"名称,所在地区,{title}\n{rows}")], dry_run=True)
    assert [t.created for t in report.tables] == [3]
    assert [w.zh for w in report.warnings if "照常载入" in w.zh] == ([said] if said else [])
