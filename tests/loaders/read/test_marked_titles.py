"""Columns headed by a qualification: who says yes there has it; what says more is told and not read."""

from collections.abc import Callable
from pathlib import Path

import pytest

from graph.stores.base import Store
from loaders.pipeline import load
from loaders.read.marked_titles import title_headed
from loaders.tables import TABLES

Make = Callable[..., Path]


def tags(store: Store, file: Path) -> tuple[dict[str, list[str]], list[str], tuple[str, ...]]:
    """Return the qualifications of the firms of a file, what is said of them, and the headers that nobody reads."""
    report = load(store, [file], dry_run=True)
    assert report.delta
    (firms,) = report.delta.of("Enterprise")
    told = [w.zh.partition("：")[2] for w in report.warnings if "资质" in w.zh]
    return {f["name"]: f["tags"] for f in firms.created.to_pylist()}, told, report.ignored


def test_marks_of_several_columns(reference_store: Store, csv: Make) -> None:
    text = (
        "企业名称,所在地区,高新技术企业,是否专精特新,国家级小巨人,产值\n"
        "甲公司,涪城区,是,否,√,1\n乙公司,游仙区,,有,×,2\n丙公司,三台县,/,无,,\n"
    )
    assert tags(reference_store, csv("企业.csv", text)) == (
        {"甲公司": ["high_tech", "little_giant"], "乙公司": ["specialized"], "丙公司": None},
        ["资质按“高新技术企业、是否专精特新、国家级小巨人”列的是否读入"],
        ("企业.csv: 产值",),
    )


def test_marks_beside_a_column_of_qualifications_and_a_title(reference_store: Store, csv: Make) -> None:
    text = "企业名称,所在地区,资质,高新技术企业\n甲公司,涪城区,小巨人,是\n乙公司,游仙区,,是\n"
    said = ["资质按“高新技术企业”列的是否读入"]
    assert tags(reference_store, csv("企业.csv", text)) == (
        {"甲公司": ["high_tech", "little_giant"], "乙公司": ["high_tech"]}, said, (),
    )  # fmt: skip
    text = "绵阳市小巨人企业名单\n企业名称,所在地区,高新技术企业\n甲公司,涪城区,是\n乙公司,游仙区,否\n"
    found, told, _ = tags(reference_store, csv("名单.csv", text))
    assert found == {"甲公司": ["high_tech", "little_giant"], "乙公司": ["little_giant"]}
    assert said[0] in told


def test_a_column_that_says_more_is_told(reference_store: Store, csv: Make) -> None:
    text = "企业名称,所在地区,高新技术企业\n甲公司,涪城区,2023年\n乙公司,游仙区,是\n"
    assert tags(reference_store, csv("企业.csv", text)) == (
        {"甲公司": None, "乙公司": None},
        ["“高新技术企业”一列不全是“是”或“否”（如“2023年”），没有读作资质；请写入资质一列"],
        (),
    )


@pytest.mark.parametrize(
    ("header", "said"),
    [("高新技术企业", "高新技术企业"), ("是否为专精特新", "专精特新"), ("备注", ""), ("", ""), ("是否", "")],
)
def test_headers(header: str, said: str) -> None:
    assert title_headed(TABLES["enterprises"], header) == said
    assert title_headed(TABLES["organizations"], header) == ""
