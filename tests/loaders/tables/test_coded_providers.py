"""An organisation that gets its code is one, in what mentions it by name and in the resources that it had before."""

from collections.abc import Callable
from pathlib import Path

import pytest

from graph import schema
from graph.stores.base import Store
from loaders.pipeline import load

Make = Callable[..., Path]
CODE = "91510722MA6000001L"
PARTIES = "名称,统一社会信用代码,所在地区,曾用名\n"
OFFER = "名称,资源类别,服务类型,提供机构,年服务能力\n检测,服务产品,技术支持,{},{}\n"
RECORD = "编号,日期,服务类型,提供机构,服务地区,方式\nS1,2026-01-05,技术支持,{},三台县,线下\n"


def offered(store: Store) -> list[tuple[str, float, str]]:
    """Return name, capacity and provider of each resource."""
    links = schema.relationships()["PROVIDES", "Organization", "Resource"]
    with store.read() as session:
        providers = {row["to_key"]: row["from_key"] for row in session.relationships(links).to_pylist()}
        rows = session.nodes(schema.nodes()["Resource"]).to_pylist()
    return [(row["name"], row["capacity"], providers[row["key"]]) for row in rows]


@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize(
    ("coded", "name"), [(f"甲中心,{CODE},三台县,\n", "甲中心"), (f"新甲中心,{CODE},三台县,甲中心\n", "新甲中心")]
)
def test_its_resources_are_those_that_it_had(store: Store, csv: Make, coded: str, name: str, together: bool) -> None:
    load(store, [csv("机构.csv", f"{PARTIES}甲中心,,三台县,\n"), csv("服务资源.csv", OFFER.format("甲中心", 50))])
    files = [
        csv("2/机构.csv", PARTIES + coded),
        csv("2/服务资源.csv", OFFER.format(name, 60)),
        csv("2/服务台账.csv", RECORD.format(name)),
    ]
    for paths in [files] if together else [[path] for path in files]:
        assert load(store, paths).issues == ()
    assert not load(store, files).written
    assert offered(store) == [("检测", 60.0, CODE)]
    by_code = load(store, [csv("3/服务资源.csv", OFFER.format(CODE, 70))])
    assert (by_code.tables[0].updated, offered(store)) == (1, [("检测", 70.0, CODE)])


def test_of_one_that_is_another_the_resources_are_its_own(store: Store, csv: Make) -> None:
    load(store, [csv("机构.csv", f"{PARTIES}甲中心,,三台县,\n"), csv("服务资源.csv", OFFER.format("甲中心", 50))])
    two = f"{PARTIES}甲中心,{CODE},三台县,\n甲中心,91510722MA6000002P,江油市,\n"
    load(store, [csv("2/机构.csv", two), csv("2/服务资源.csv", OFFER.format(CODE, 60))])
    assert sorted(row[1:] for row in offered(store)) == [
        (50.0, "organization-ae648b4308666fc9"), (60.0, CODE),
    ]  # fmt: skip
