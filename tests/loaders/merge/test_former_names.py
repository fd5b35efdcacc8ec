"""Who was renamed: lists under the former name find them, and a name that another took over is not theirs."""

from collections.abc import Callable
from itertools import permutations
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from graph import schema
from graph.identity import uscc_check_digit
from graph.stores.base import Store
from loaders.identify.review import pending
from loaders.pipeline import load
from tests.support.export import digest

Make = Callable[..., Path]


def code(number: int) -> str:
    body = f"91510700{number:09d}"
    return body + uscc_check_digit(body)


A, B = code(1), code(2)
HEAD = "名称,统一社会信用代码,类型,所在地区,曾用名,更名日期\n"
OLD = HEAD + "示例-绵阳技术转移所,,服务机构,绵阳市,,\n"
RENAMED = HEAD + f"示例-绵阳科创院,{A},科研院所,绵阳市,示例-绵阳技术转移所,2024-03-01\n"
RENAMED_BARE = HEAD + "示例-绵阳科创院,,科研院所,绵阳市,示例-绵阳技术转移所（2010年1月至2024年2月）,\n"
TAKEN_OVER = HEAD + f"示例-绵阳技术转移所,{B},商会,绵阳市,,\n"
OFFER = "名称,资源类别,服务类型,提供机构\n示例-检测,仪器设备,技术支持,示例-绵阳技术转移所\n"


def organizations(store: Store) -> dict[str, tuple[Any, ...]]:
    """Return name, kind and former names of what the tests bring, by key."""
    with store.read() as session:
        rows = session.nodes(schema.nodes()["Organization"]).to_pylist()
    return {r["key"]: (r["name"], r["kind"], r["former_names"]) for r in rows if r["name"].startswith("示例-")}


def providers(store: Store) -> set[str]:
    with store.read() as session:
        found = session.relationships(schema.relationships()["PROVIDES", "Organization", "Resource"])
    return set(found["from_key"].to_pylist())


def bring(store: Store, csv: Make, *texts: str) -> None:
    for n, text in enumerate(texts):
        load(store, [csv(f"{n}/{'服务资源' if text is OFFER else '机构'}.csv", text)])


RENAMED_NODE = {A: ("示例-绵阳科创院", "research_institute", ["示例-绵阳技术转移所(~2024-02-29)"])}


def test_a_list_under_the_former_name_finds_the_organisation(store: Store, csv: Make) -> None:
    bring(store, csv, OLD, OFFER, RENAMED)
    assert organizations(store) == RENAMED_NODE
    assert providers(store) == {A}
    bring(store, csv, OLD, OFFER)
    assert organizations(store) == {A: ("示例-绵阳科创院", "service_institution", RENAMED_NODE[A][2])}
    assert providers(store) == {A}
    assert pending(store) == []


def test_one_without_a_code_is_renamed_too_and_gets_a_code_later(store: Store, csv: Make) -> None:
    bring(store, csv, OLD, OFFER, RENAMED_BARE)
    ((key, told),) = organizations(store).items()
    assert told == ("示例-绵阳科创院", "research_institute", ["示例-绵阳技术转移所(2010-01-01~2024-02-29)"])
    assert providers(store) == {key}
    bring(store, csv, HEAD + f"示例-绵阳科创院,{A},,绵阳市,,\n")
    assert organizations(store) == {A: told}
    assert providers(store) == {A}


def test_a_name_that_another_took_over_is_nobodys_for_certain(store: Store, csv: Make) -> None:
    bring(store, csv, RENAMED, TAKEN_OVER)
    assert organizations(store) == {**RENAMED_NODE, B: ("示例-绵阳技术转移所", "chamber", None)}
    load(store, [csv("3/服务资源.csv", OFFER)])  # a mention means who bears the name today
    assert providers(store) == {B}
    load(store, [csv("4/机构.csv", OLD)])
    third = set(organizations(store)) - {A, B}
    assert len(third) == 1
    assert [{d.a.key, d.b.key} for d in pending(store)] == [{*third, B}]


def test_a_dated_record_means_who_bore_the_name_on_its_day(store: Store, csv: Make) -> None:
    bring(store, csv, RENAMED, TAKEN_OVER)
    head = "编号,日期,服务类型,提供机构,服务地区,方式\n"
    days = {"1": "2023-05-01", "2": "2024-02-29", "3": "2024-03-01"}
    rows = "".join(f"{id_},{day},技术支持,示例-绵阳技术转移所,涪城区,线上\n" for id_, day in days.items())
    report = load(store, [csv("5/服务台账.csv", head + rows + "4,2023-05-01,技术支持,示例-绵阳科创院,涪城区,线上\n")])
    assert report.rejected == 0
    (file,) = store.home.rglob("records.parquet")
    meant = pq.read_table(file, columns=["id", "provider_key"]).to_pylist()
    assert {row["id"]: row["provider_key"] for row in meant} == {"1": A, "2": A, "3": B, "4": A}


@pytest.mark.slow
@pytest.mark.parametrize("texts", [(OLD, RENAMED), (OLD, RENAMED, TAKEN_OVER)], ids=["renamed", "taken over"])
def test_the_order_of_lists_does_not_matter(texts: tuple[str, ...], fresh: Callable[[], Store], csv: Make) -> None:
    graphs = set()
    for order in permutations(texts):
        made = fresh()
        bring(made, csv, *(text.replace("服务机构", "科研院所") for text in order))
        graphs.add(digest(made))
        assert len(organizations(made)) == (1 if len(texts) == 2 else 3)
    assert len(graphs) == 1


CHAINS = {
    "twice": (
        HEAD + "示例-甲所,,服务机构,绵阳市,,\n",
        HEAD + "示例-乙中心,,服务机构,绵阳市,示例-甲所（2010-01-01~2020-06-30）,\n",
        HEAD + "示例-丙集团,,服务机构,绵阳市,示例-乙中心（~2024-12-31）,\n",
    ),
    "to a code": (
        HEAD + "示例-甲所,,服务机构,绵阳市,,\n",
        HEAD + "示例-乙中心,,服务机构,绵阳市,示例-甲所（2010-01-01~2020-06-30）,\n",
        HEAD + f"示例-丙集团,{A},服务机构,绵阳市,示例-乙中心,2025-01-01\n",
    ),
    "told again with less": (
        HEAD + "示例-甲所,,服务机构,绵阳市,,\n",
        HEAD + "示例-乙中心,,服务机构,绵阳市,示例-甲所（2010-01-01~2020-06-30）,\n",
        HEAD + "示例-丙集团,,服务机构,绵阳市,示例-乙中心（~2024-12-31）；示例-甲所,\n",
    ),
}
FORMER = {"示例-甲所(2010-01-01~2020-06-30)", "示例-乙中心(~2024-12-31)"}


@pytest.mark.slow
@pytest.mark.parametrize("name", CHAINS)
def test_two_renamings_in_a_row_are_one_in_any_order_and_again(
    name: str, fresh: Callable[[], Store], csv: Make
) -> None:
    graphs = set()
    for order in permutations(CHAINS[name]):
        made = fresh()
        bring(made, csv, *order)
        ((_, _, former),) = organizations(made).values()
        assert set(former) == FORMER
        graphs.add(digest(made))
        bring(made, csv, *order)
        graphs.add(digest(made))
    assert len(graphs) == 1
