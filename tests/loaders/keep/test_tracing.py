"""The history of a fact: every statement of it, oldest first, with its place and what it changed.

The history is written by hand; what a load writes is tested where it is written.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from graph import schema
from graph.delta import PLACE, Spec
from graph.errors import NotFound
from graph.stores.base import Store
from graph.stores.opening import open_store
from graph.vocabulary import vocabulary
from loaders.identify.resolver import DECISION, Decision, Entity, as_json
from loaders.keep.history import History
from loaders.keep.journal import Journal
from loaders.keep.tracing import RECORD, Statement, newest, trace
from loaders.merge.service_ledger import RECORDS, SCHEMA
from loaders.merge.statements import RETIRED, slug
from loaders.tables.base import SHEET_BITS

SECOND, THIRD, FOURTH, FIFTH = (f"load-{number:06d}" for number in range(2, 6))
ORGANIZATION, CARRIER, RESOURCE = (schema.nodes()[label] for label in ("Organization", "Carrier", "Resource"))
HOME = schema.relationships()["LOCATED_IN", "Organization", "Region"]
PROVIDES = schema.relationships()["PROVIDES", "Organization", "Resource"]
PARTNERS = schema.relationships()["PARTNERS_WITH", "Organization", "Region"]
BEST, GOOD, MINE = (vocabulary("verifications").ids[at] for at in (0, 1, 4))
Row = dict[str, Any]


def said(key: str, row: int | None = None, *, by: str = "甲局", as_: str = MINE, **fields: Any) -> Row:
    return {"key": key, "source": by, "verification": as_, "data_class": "REAL", PLACE.name: row, **fields}


def tie(source: str, target: str, row: int = 9, **fields: Any) -> Row:
    return {**said("", row), "from_key": source, "to_key": target, **fields}


def write(store: Store, load: str, spec: Spec, *rows: Row) -> None:
    folder = store.home / "loads" / load
    folder.mkdir(parents=True, exist_ok=True)
    shape = spec.arrow.append(PLACE).append(RETIRED)
    pq.write_table(pa.Table.from_pylist([*rows], schema=shape), folder / slug(spec))


def tell(store: Store, load: str, *sheets: list[str], official: bool = False) -> str:
    """Enter a load into the journal and return when it began."""
    journal = Journal(store.home)
    options = {"options": {"official": official}} if sheets else {}
    journal.write(load, "begun", listed=False, kind="load", **({"sheets": [*sheets]} if sheets else {}), **options)  # type: ignore[arg-type]
    journal.write(load, "done", listed=False)
    return journal.loads()[-1]["begun"]


def changes(found: list[Statement]) -> list[tuple[str, str, dict[str, tuple[Any, Any]]]]:
    return [(one.load, one.what, one.changes) for one in found]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store without a history."""
    with open_store(f"ladybug://{tmp_path / 'w.lbug'}") as made:
        yield made


def test_a_statement_says_who_stated_what_and_where(store: Store) -> None:
    at = tell(store, SECOND, ["甲.csv", ""], ["乙.xlsx", "机构"])
    write(store, SECOND, ORGANIZATION, said("a", (1 << SHEET_BITS) + 7, name="甲", kind="chamber", mentioned=False))
    shared: Row = {"load": SECOND, "at": at, "source": "甲局", "verification": MINE, "data_class": "REAL", "key": "a",
                   "retired": False}  # fmt: skip
    fields = {"name": "甲", "kind": "chamber", "mentioned": False}
    assert trace(store, "a") == [
        Statement(file="乙.xlsx", sheet="机构", row=7, what="Organization", fields=fields,
                  changes={name: (None, value) for name, value in fields.items()}, **shared)
    ]  # fmt: skip
    write(store, SECOND, HOME, tie("a", "510700", 3))
    assert trace(store, "a")[0] == Statement(
        file="甲.csv", sheet="", row=3, what="LOCATED_IN", fields={"LOCATED_IN": "510700"}, changes={}, **shared
    )


def test_a_statement_of_which_nothing_more_is_known_says_so(store: Store) -> None:
    write(store, SECOND, ORGANIZATION, {"key": "a", RETIRED.name: True})
    assert trace(store, "a") == [
        Statement(load=SECOND, at="", file="", sheet="", row=None, source="", verification="", data_class="",
                  what="Organization", key="a", fields={}, changes={}, retired=True)
    ]  # fmt: skip


def test_a_place_without_a_list_of_sheets_is_a_row(store: Store) -> None:
    tell(store, SECOND)
    write(store, SECOND, ORGANIZATION, said("a", 7, name="甲"))
    (one,) = trace(store, "a")
    assert (one.file, one.sheet, one.row) == ("", "", 7)


def test_each_statement_says_what_it_changed(store: Store) -> None:
    write(store, SECOND, ORGANIZATION, said("a", 2, name="甲", kind="chamber"))
    write(store, THIRD, ORGANIZATION, said("a", 2, name="甲", kind="service_institution"), said("b", 3, name="乙"))
    write(store, FOURTH, ORGANIZATION, said("a", 2, kind="service_institution", uscc="1"))
    assert changes(trace(store, "a")) == [
        (SECOND, "Organization", {"name": (None, "甲"), "kind": (None, "chamber")}),
        (THIRD, "Organization", {"kind": ("chamber", "service_institution")}),
        (FOURTH, "Organization", {"uscc": (None, "1")}),
    ]


def test_within_a_load_the_more_official_comes_last_and_then_the_later(store: Store) -> None:
    rows = [
        said("a", 5, by="丁", as_=BEST, kind="p"), said("a", 4, by="丙", as_=MINE, kind="q"),
        said("a", 3, by="乙", as_=MINE, kind="r"), said("a", 2, by="甲", as_="none of ours", kind="s"),
        said("a", 1, by="庚", as_=MINE, kind="v"),
        said("a", None, by="戊", as_=MINE, kind="t"), said("a", 9, by="己", as_=GOOD, kind="u"),
    ]  # fmt: skip
    write(store, SECOND, ORGANIZATION, *rows)
    assert [one.source for one in trace(store, "a")] == ["甲", "戊", "庚", "乙", "丙", "己", "丁"]


@pytest.mark.parametrize(("official", "kind"), [(True, None), (False, ("chamber", "other"))])
def test_an_official_delivery_adds_only_what_was_not_known_better(
    store: Store, *, official: bool, kind: tuple[str, str] | None
) -> None:
    for load, mode in ((SECOND, False), (THIRD, official), (FOURTH, True)):
        tell(store, load, ["f", ""], official=mode)
    write(store, SECOND, ORGANIZATION, said("a", 2, as_=GOOD, kind="chamber"))
    write(store, THIRD, ORGANIZATION, said("a", 2, as_=MINE, kind="other", uscc="1"))
    write(store, FOURTH, ORGANIZATION, said("a", 2, as_=GOOD, uscc="2"))
    first, second, third = (found for _, _, found in changes(trace(store, "a")))
    assert first == {"kind": (None, "chamber")}
    assert second == ({"kind": kind} if kind else {}) | {"uscc": (None, "1")}
    assert third == {"uscc": ("1", "2")}


def test_what_yields_does_not_lower_what_counts(store: Store) -> None:
    for load in (SECOND, THIRD, FOURTH):
        tell(store, load, ["f", ""], official=True)
    write(store, SECOND, ORGANIZATION, said("a", 2, as_=BEST, kind="p"))
    write(store, THIRD, ORGANIZATION, said("a", 2, as_=MINE, kind="q"))
    write(store, FOURTH, ORGANIZATION, said("a", 2, as_=GOOD, kind="r"))
    assert [found for _, _, found in changes(trace(store, "a"))] == [{"kind": (None, "p")}, {}, {}]


def test_relationships_count_where_the_thing_itself_states_them(store: Store) -> None:
    write(store, SECOND, RESOURCE, said("r", 2, name="平台"))
    write(store, SECOND, PROVIDES, tie("a", "r"))
    write(store, SECOND, PARTNERS, tie("a", "510700", dimension="capital"))
    write(store, SECOND, HOME, tie("a", "510700"), tie("b", "510100"))
    assert [(one.what, one.key, one.fields) for one in trace(store, "r")] == [
        ("PROVIDES", "r", {"PROVIDES": "a"}), ("Resource", "r", {"name": "平台"}),
    ]  # fmt: skip
    assert [(one.what, one.key, one.fields) for one in trace(store, "a")] == [
        ("LOCATED_IN", "a", {"LOCATED_IN": "510700"})
    ]


def test_a_service_record_has_a_history_too(store: Store) -> None:
    tell(store, SECOND, ["台账.csv", ""])
    for load, mode in ((SECOND, "offline"), (THIRD, "online")):
        (store.home / "loads" / load).mkdir(parents=True)
        row = {"id": "s", "day": date(2026, 5, 18), "mode": mode, "source": "甲局", "place": 4}
        pq.write_table(pa.Table.from_pylist([row], schema=SCHEMA), store.home / "loads" / load / RECORDS)
    first, second = trace(store, "s")
    assert (first.what, first.key, first.file, first.row) == (RECORD, "s", "台账.csv", 4)
    assert first.fields == {"day": date(2026, 5, 18), "mode": "offline"}
    assert (second.changes, second.retired) == ({"mode": ("offline", "online")}, False)


def test_a_name_and_a_merged_key_lead_to_the_same_history(store: Store) -> None:
    write(store, SECOND, ORGANIZATION, said("a", 2, name="甲"), said("b", 3, name="乙"), said("c", 4, name="丙"))
    write(store, THIRD, ORGANIZATION, said("a", 2, name="甲一"))
    decision = Decision("Organization", Entity("a", "甲", "", ""), Entity("b", "乙", "", ""), "same", "")
    (store.home / "loads" / FOURTH).mkdir()
    History.write(store.home / "loads" / FOURTH, DECISION, {"decisions": [as_json(decision)]})
    whole = [(SECOND, "a"), (SECOND, "b"), (THIRD, "a")]
    for asked in ("a", "b", "甲", "甲一", "乙"):
        assert [(one.load, one.key) for one in trace(store, asked)] == whole
    assert [(one.load, one.key) for one in trace(store, "丙")] == [(SECOND, "c")]


def test_of_what_was_never_stated_there_is_none(store: Store) -> None:
    write(store, SECOND, ORGANIZATION, said("a", 2, name="甲"))
    with pytest.raises(NotFound) as raised:
        trace(store, "乙")
    assert (raised.value.details["kind"].en, raised.value.details["key"]) == ("fact", "乙")


# --- the latest ---------------------------------------------------------------------------------------


def latest(found: dict[str, Statement]) -> dict[str, tuple[str, str]]:
    return {key: (one.load, one.what) for key, one in found.items()}


def test_the_latest_statement_of_each_is_found_up_to_a_version(store: Store) -> None:
    tell(store, SECOND, ["f", ""])
    write(store, SECOND, ORGANIZATION, said("a", 2), said("b", 3))
    write(store, SECOND, CARRIER, said("c", 2))
    write(store, THIRD, ORGANIZATION, said("a", 2))
    write(store, FIFTH, ORGANIZATION, said("b", 2))
    write(store, FOURTH, HOME, tie("b", "510700"))
    asked = ["a", "b", "c", "d"]
    assert latest(newest(store, asked, 2)) == {
        "a": (SECOND, "Organization"), "b": (SECOND, "Organization"), "c": (SECOND, "Carrier"),
    }  # fmt: skip
    assert latest(newest(store, asked, 4)) == {
        "a": (THIRD, "Organization"), "b": (FOURTH, "LOCATED_IN"), "c": (SECOND, "Carrier"),
    }  # fmt: skip
    assert latest(newest(store, asked, 5)) == {
        "a": (THIRD, "Organization"), "b": (FIFTH, "Organization"), "c": (SECOND, "Carrier"),
    }  # fmt: skip
    assert latest(newest(store, asked, 9, [CARRIER])) == {"c": (SECOND, "Carrier")}
    assert newest(store, [], 9) == {}
    assert newest(store, ["c"], 9)["c"].file == "f"


def test_of_two_statements_of_a_load_the_last_is_the_latest(store: Store) -> None:
    write(store, SECOND, ORGANIZATION, said("a", 2, by="甲局"), said("a", 3, by="乙局"))
    assert newest(store, ["a"], 2)["a"].source == "乙局"
