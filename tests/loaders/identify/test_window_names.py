"""The hub and the windows of prefectures under whatever name a list has for them: they are no second ones."""

from collections.abc import Callable
from pathlib import Path

import pytest

from graph.stores.base import Store
from loaders.identify.window_names import whose_window
from loaders.pipeline import load


@pytest.mark.parametrize(
    ("name", "near", "code"),
    [
        *((name, "", "510000") for name in ("省枢纽", "省级枢纽平台", "枢纽", "省平台")),
        ("四川省中小企业公共服务枢纽平台", "", "510000"),
        ("四川省中小企业公共服务平台（省级枢纽）", "510700", "510000"),
        *((name, "510100", "510700") for name in ("绵阳窗口", "绵阳市窗口平台", "四川省绵阳市中小企业公共服务平台")),
        ("阿坝州窗口", "", "513200"), ("阿坝窗口", "", "513200"),
        ("市窗口", "510700", "510700"), ("市（州）窗口平台", "510700", "510700"),
        *((name, "", None) for name in ("市窗口", "窗口平台", "江油市窗口", "绵阳高新区窗口", "绵阳第二窗口", "")),
        *((name, "510000", None) for name in ("市窗口", "绵阳市中小企业服务中心", "甲窗口")),
        ("国家中小企业公共服务平台", "", None),
    ],
)  # fmt: skip
def test_whose_window_a_name_is(name: str, near: str, code: str | None) -> None:
    assert whose_window(name, near) == code


WINDOWS = (
    "名称,类型,上级,所在地区\n四川省中小企业公共服务平台,省级枢纽,,四川省\n绵阳市中小企业公共服务平台,市州窗口,省枢纽,绵阳市\n"
    "三台站,服务站点,市窗口,三台县\n江油站,服务站点,绵阳窗口,江油市\n乙窗口,产业集群窗口,省级枢纽,绵阳市\n"
)


def test_windows_of_other_names_are_those_that_are_known(
    store: Store, reference_store: Store, csv: Callable[..., Path]
) -> None:
    file = csv("窗口.csv", WINDOWS)
    report = load(reference_store, [file], dry_run=True)
    assert [(t.read, t.created, t.updated) for t in report.tables] == [(5, 3, 2)]
    assert report.issues == ()
    assert {(c.name, c.new) for c in report.changes() if c.field == "name"} == {
        ("四川省中小企业公共服务平台（省级枢纽）", "四川省中小企业公共服务平台"),
        ("绵阳市窗口平台", "绵阳市中小企业公共服务平台"),
    }
    assert report.delta
    tops = [row["to_key"] for change in report.delta.of("REPORTS_TO") for row in change.created.to_pylist()]
    assert sorted(tops) == ["W00", "W06", "W06"]
    load(store, [file])
    again = load(
        store, [csv("站点.csv", "名称,类型,上级,所在地区\n丁站,服务站点,绵阳市窗口平台,涪城区\n")], dry_run=True
    )
    assert again.issues == ()
