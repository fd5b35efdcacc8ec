"""Nodes changed in the places of others, as earlier programs left them: named by the doctor, mended by a rebuild."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from graph import schema
from graph.delta import Change, Delta
from graph.schema import NodeSpec
from graph.stores.base import Store
from loaders.identify.review import decide
from loaders.keep import displaced as module
from loaders.keep.changes import FILE as CHANGES
from loaders.keep.displaced import displaced
from loaders.keep.doctor import examine
from loaders.keep.history import History, read_rows
from loaders.keep.rebuild import rebuild_in
from loaders.merge.service_ledger import MONTHS
from loaders.merge.service_ledger import RECORDS as LEDGER
from loaders.merge.statements import slug
from loaders.pipeline import load
from tests.support.stores import new_store

HEAD, RECORDS = "名称,类型,所在地区\n", "编号,日期,服务类型,提供机构,服务地区,方式\n"
FIRST = {
    "机构.csv": HEAD + "".join(f"示例-{name},服务机构,三台县\n" for name in "甲乙丙丁戊"),
    "服务台账.csv": RECORDS + "".join(f"{n},2026-0{n}-18,技术支持,示例-甲,三台县,线下\n" for n in range(1, 6)),
}
SECOND = {
    "机构.csv": HEAD + "示例-戊,行业协会,三台县\n",
    "服务台账.csv": RECORDS + "6,2026-05-19,技术支持,示例-甲,三台县,线下\n",
}
ORGANIZATION, MONTH = (schema.nodes()[label] for label in ("Organization", "ServiceMonth"))


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A store in which every kind has nodes enough to be at risk."""
    monkeypatch.setattr(module, "BLOCK", 0)
    with new_store(tmp_path / "g.lbug") as made:
        for name, tables in (("first", FIRST), ("second", SECOND)):
            (tmp_path / name).mkdir()
            for file, text in tables.items():
                (tmp_path / name / file).write_text(text, encoding="utf-8")
            load(made, [tmp_path / name])
        yield made


def rows(store: Store, spec: NodeSpec) -> dict[str, dict[str, Any]]:
    with store.read() as session:
        return {row["key"]: row for row in session.nodes(spec).to_pylist()}


def change(spec: NodeSpec, *changed: dict[str, Any]) -> Change:
    none = spec.arrow.empty_table()
    rows = pa.Table.from_pylist(list(changed), schema=spec.arrow)
    return Change(spec, none, rows, none, none.select(["key"]), 0, none, none)


def plant(store: Store, spec: NodeSpec, late: dict[str, Any], early: dict[str, Any], before: dict[str, Any]) -> None:
    """Put what the late node shows in the place of the early one, as if it had never been in its own."""
    store.apply(Delta((change(spec, {**late, "key": early["key"]}, {**late, **before}),)))


def test_every_node_in_its_place_is_not_told(store: Store) -> None:
    with store.read() as session:
        assert displaced(History(store.home), session) == {}


def test_a_node_that_shows_what_was_stated_of_another_is_told_and_made_again(store: Store) -> None:
    whole = rows(store, ORGANIZATION)
    by_name = {row["name"]: row for row in whole.values()}
    plant(store, ORGANIZATION, by_name["示例-戊"], by_name["示例-甲"], {"kind": "service_provider"})
    key = by_name["示例-甲"]["key"]
    with store.read() as session:
        assert displaced(History(store.home), session) == {ORGANIZATION: [key]}
    bad = [(f.what.en, f.way_out.en) for f in examine(store, thorough=True) if f.level == "bad"]
    assert bad == [
        (
            f"1 nodes of Organization do not show what the history says of them, such as {key} "
            "(earlier programs changed wrong nodes where somebody read meanwhile)",
            "Run `shuniu rebuild`.",
        )
    ]
    rebuild_in(store)
    assert rows(store, ORGANIZATION) == whole
    assert [f.what.en for f in examine(store, thorough=True) if f.level == "bad"] == []


def test_months_whose_sums_are_not_those_of_the_ledger_are_told_and_made_again(store: Store) -> None:
    whole = rows(store, MONTH)
    by_month = {row["month"]: row for row in whole.values()}
    assert {month: row["services"] for month, row in by_month.items()} == {
        "2026-01": 1, "2026-02": 1, "2026-03": 1, "2026-04": 1, "2026-05": 2,
    }  # fmt: skip
    late, early = by_month["2026-05"], by_month["2026-02"]
    plant(store, MONTH, late, early, {"services": 1})
    with store.read() as session:
        assert displaced(History(store.home), session) == {MONTH: sorted([early["key"], late["key"]])}
    rebuild_in(store)
    assert rows(store, MONTH) == whole


def test_months_of_which_only_sums_are_known_are_not_compared(store: Store) -> None:
    by_month = {row["month"]: row for row in rows(store, MONTH).values()}
    plant(store, MONTH, by_month["2026-05"], by_month["2026-02"], {"services": 1})
    history = History(store.home)
    with store.read() as session:
        assert [*displaced(history, session)] == [MONTH]
        Path(history.files(LEDGER)[0]).with_name(MONTHS).touch()
        assert displaced(history, session) == {}
        for file in (*history.files(MONTHS), *history.files(LEDGER)):
            Path(file).unlink()
        assert displaced(history, session) == {}, "nothing is known of single services"


def test_of_nodes_that_nothing_states_nothing_is_told(store: Store) -> None:
    by_name = {row["name"]: row for row in rows(store, ORGANIZATION).values()}
    plant(store, ORGANIZATION, by_name["示例-戊"], by_name["示例-甲"], {"kind": "service_provider"})
    history = History(store.home)
    with store.read() as session:
        assert [*displaced(history, session)] == [ORGANIZATION]
        for file in history.files(slug(ORGANIZATION)):
            Path(file).unlink()
        assert displaced(history, session) == {}


def test_a_load_that_does_not_tell_what_it_changed_may_have_changed_anything(store: Store) -> None:
    by_name = {row["name"]: row for row in rows(store, ORGANIZATION).values()}
    plant(store, ORGANIZATION, by_name["示例-戊"], by_name["示例-甲"], {"kind": "service_provider"})
    files = History(store.home).files(CHANGES)
    nothing = read_rows(files[0]).slice(0, 0)
    for file in files:
        pq.write_table(nothing, file)
    with store.read() as session:
        assert displaced(History(store.home), session) == {}
        Path(files[-1]).unlink()
        assert [*displaced(History(store.home), session)] == [ORGANIZATION]


def test_a_kind_with_fewer_nodes_than_a_block_is_not_looked_at(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    by_name = {row["name"]: row for row in rows(store, ORGANIZATION).values()}
    plant(store, ORGANIZATION, by_name["示例-戊"], by_name["示例-甲"], {"kind": "service_provider"})
    monkeypatch.setattr(module, "BLOCK", 1_000)
    with store.read() as session:
        assert displaced(History(store.home), session) == {}


def test_a_node_that_took_another_in_shows_what_was_stated_of_that_one(store: Store) -> None:
    by_name = {row["name"]: row["key"] for row in rows(store, ORGANIZATION).values()}
    decide(store, by_name["示例-甲"], by_name["示例-戊"], "same")
    with store.read() as session:
        assert displaced(History(store.home), session) == {}
