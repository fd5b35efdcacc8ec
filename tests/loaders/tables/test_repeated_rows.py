"""Rows of one list that are about one thing: what they say differently is told, what adds up is not."""

from collections.abc import Callable
from pathlib import Path

import pytest

from graph.stores.base import Store
from loaders.pipeline import load

Make = Callable[..., Path]
RESOURCES = "名称,提供机构,服务类型,资源类别,年服务能力,服务产业\n"


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("设备,甲中心,技术支持,仪器设备,100,\n设备,甲中心,技术支持,仪器设备,200台（套）,\n", "第 2、3 行的 年服务能力"),
        ("设备,甲中心,技术支持,仪器设备,100,智能装备\n设备,甲中心,技术支持,仪器设备,100,新材料\n", ""),
        ("设备,甲中心,技术支持,仪器设备,100,\n设备,甲中心,技术支持,仪器设备,,\n", ""),
        ("设备,甲中心,技术支持,仪器设备,100,\n设备,甲中心,技术支持,软件平台,200,\n", ""),  # another kind: another thing
    ],
)
def test_resources(reference_store: Store, csv: Make, rows: str, said: str) -> None:
    files = [csv("机构.csv", "名称,所在地区\n甲中心,涪城区\n"), csv("服务资源.csv", RESOURCES + rows)]
    told = [w.zh for w in load(reference_store, files, dry_run=True).warnings if "内容不同" in w.zh]
    assert told == ([f"服务资源.csv：1 个对象在表中不止一行而内容不同，以后面的为准（如{said}）"] if said else [])
