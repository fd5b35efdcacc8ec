"""Reports at a terminal."""

import json
from pathlib import Path

import pytest

from tests import naive
from tests.support.stores import copy_store
from tests.support.terminal import shuniu

PREFECTURES = sorted(code for code, row in naive.DIVISIONS.items() if row["level"] == "2")


@pytest.mark.slow
def test_each_prefecture_gets_a_report_of_its_own(store_url: str, tmp_path: Path) -> None:
    own = f"ladybug://{copy_store(store_url, tmp_path / 'world.lbug')}"
    out = tmp_path / "out"
    said = shuniu("report", "gaps", "--each", "--format", "json", "-o", out, "--store", own)
    assert said.code == 0, said.err
    assert sorted(path.name for path in out.iterdir()) == [f"gap-report-{code}.json" for code in PREFECTURES]
    for code in PREFECTURES:
        title = json.loads((out / f"gap-report-{code}.json").read_text(encoding="utf-8"))["title"]
        assert title == f"{naive.DIVISIONS[code]['name']}中小企业公共服务缺口分析报告"
    assert f"21/21 已写入 {out / 'gap-report-513400.json'}" in said.out.replace("\n", "")


def test_one_place_is_not_each(tmp_path: Path) -> None:
    said = shuniu(
        "report", "gaps", "--each", "--region", "绵阳市", "-o", tmp_path, "--store", f"ladybug://{tmp_path}/s.lbug"
    )
    assert (said.code, "与 --region 不能并用" in said.err) == (2, True)


def test_an_office_fills_its_own_file_month_by_month(store_url: str, tmp_path: Path) -> None:
    own = f"ladybug://{copy_store(store_url, tmp_path / 'world.lbug')}"
    asked = ("report", "month", "--format", "docx", "--store", own)
    assert shuniu("report", "template", "--kind", "month", "-o", tmp_path / "t.docx").code == 0
    first = shuniu(*asked, "--month", "2026-04", "--template", tmp_path / "t.docx", "-o", tmp_path / "4")
    assert first.code == 0, first.err
    (last,) = (tmp_path / "4").iterdir()
    again = shuniu(*asked, "--month", "2026-04", "--template", tmp_path / "4", "-o", tmp_path / "again")
    assert again.code == 0, again.err
    assert (tmp_path / "again" / last.name).exists()
    assert "保留手写 0 段，标出变动的数 0 个、待核对的数 0 个" in again.out.replace("\n", "")
    lost = shuniu(*asked, "--template", tmp_path / "no.docx")
    assert (lost.code, "no.docx" in lost.err) == (2, True)
    wrong = shuniu("report", "month", "--format", "pdf", "--template", last, "--store", own)
    assert (wrong.code, "用于 docx" in wrong.err) == (2, True)
