"""The delta against a dictionary: random loads, corrections and retirements leave what a plain model of them leaves."""

from collections.abc import Iterable
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph import schema
from graph.comparison import _Comparison, plan, replacement
from graph.delta import PLACE, Delta, Facts, Spec
from graph.schema import NodeSpec, RelationshipSpec
from tests.support.soak import trials

NEED = schema.nodes()["Need"]
OWNED_BY_SOURCE = schema.relationships()["SERVES", "Resource", "Region"]
SINGLE = schema.relationships()["NEEDS", "Enterprise", "Need"]
OWNED_BY_NONE = schema.relationships()["PARTNERS_WITH", "Organization", "Organization"]
Row = dict[str, Any]
Load = dict[Spec, list[Row]]
Identity = tuple[Any, ...]


def identity(spec: Spec, row: Row) -> Identity:
    return (row["key"],) if isinstance(spec, NodeSpec) else tuple(row[name] for name in spec.key)


class Memory:
    """A store in memory: the part of a read session that a comparison needs, and the strictest way to apply a delta."""

    def __init__(self) -> None:
        self.rows: dict[Spec, dict[Identity, Row]] = {}
        self.loads = 0

    def _table(self, spec: Spec, column: str, keys: pa.Array | None) -> pa.Table:
        wanted = None if keys is None else set(keys.to_pylist())
        rows = [row for row in self.rows.get(spec, {}).values() if wanted is None or row[column] in wanted]
        return pa.Table.from_pylist(rows, schema=spec.arrow)

    def nodes(self, spec: NodeSpec, keys: pa.Array | None = None) -> pa.Table:
        return self._table(spec, "key", keys)

    def relationships(self, spec: RelationshipSpec, end: str = "from_key", keys: pa.Array | None = None) -> pa.Table:
        return self._table(spec, end, keys)

    def version(self) -> int:
        return self.loads

    def apply(self, delta: Delta) -> None:
        for change in delta.changes:
            stored = self.rows.setdefault(change.spec, {})
            for row in change.retired.to_pylist():
                del stored[identity(change.spec, row)]
            for row in change.changed.to_pylist():
                assert stored[identity(change.spec, row)] != row, "changed, and yet the same"
                stored[identity(change.spec, row)] = row
            for row in change.created.to_pylist():
                assert identity(change.spec, row) not in stored, "created, and yet there"
                stored[identity(change.spec, row)] = row
        self.loads += 1


def told(model: dict[Spec, dict[Identity, Row]], load: Load) -> None:
    """Do plainly what a load means: stated values replace, an owner's statement is the whole of it."""
    for spec, all_rows in load.items():
        rows = all_rows
        if isinstance(spec, RelationshipSpec) and spec.single:
            owner, other = ("from_key", "to_key") if spec.owner == "source" else ("to_key", "from_key")
            last = {row[owner]: row[other] for row in all_rows}
            rows = [row for row in all_rows if row[other] == last[row[owner]]]
        known = model.setdefault(spec, {})
        here = {identity(spec, row) for row in rows}
        if isinstance(spec, RelationshipSpec) and spec.owner_column:
            owners = {row[spec.owner_column] for row in rows}
            for key in [k for k, row in known.items() if row[spec.owner_column] in owners and k not in here]:
                del known[key]
        for row in rows:
            merged = known.setdefault(identity(spec, row), dict.fromkeys(spec.arrow.names))
            merged.update({name: value for name, value in row.items() if value is not None})


def facts(load: Load) -> Facts:
    made = Facts()
    for spec, rows in load.items():
        wanted = pa.schema([field for field in spec.arrow if any(field.name in row for row in rows)])
        made.add(spec, pa.Table.from_pylist(rows, schema=wanted))
    return made


keys = st.sampled_from("abcd")
texts = st.none() | st.sampled_from(["", "甲", "乙"])
needs = st.fixed_dictionaries(
    {"key": keys}, optional={"state": texts, "quantity": st.none() | st.sampled_from([0.0, 1.5])}
)
ends = {"from_key": keys, "to_key": keys}
plain = st.fixed_dictionaries(ends, optional={"source": texts})
partners = st.fixed_dictionaries(
    {**ends, "dimension": st.sampled_from(["brand_chain", "supply_chain"])}, optional={"content": texts}
)
loads = st.fixed_dictionaries(
    {},
    optional={
        NEED: st.lists(needs, min_size=1, max_size=5),
        OWNED_BY_SOURCE: st.lists(plain, min_size=1, max_size=5),
        SINGLE: st.lists(plain, min_size=1, max_size=5),
        OWNED_BY_NONE: st.lists(partners, min_size=1, max_size=5),
    },
)


def stated(rows: Iterable[Row]) -> list[Row]:
    return sorted(({k: v for k, v in row.items() if v is not None} for row in rows), key=repr)


def check(sequence: list[Load]) -> None:
    """Load the sequence into a store and into a model, and compare."""
    store, model = Memory(), {}
    for load in sequence:
        delta = plan(facts(load), store)
        store.apply(delta)
        told(model, load)
        for change in delta.changes:
            distinct = {identity(change.spec, row) for row in load[change.spec]}
            counted = len(change.created) + len(change.changed) + change.unchanged
            assert counted == len(distinct) or (change.spec is SINGLE and counted < len(distinct))
    for spec, rows in model.items():
        assert stated(store.rows.get(spec, {}).values()) == stated(rows.values())


sequences = st.lists(loads, min_size=1, max_size=4)


@settings(max_examples=8, deadline=None)
@given(sequences)
def test_a_sequence_of_loads_equals_a_dictionary(sequence: list[Load]) -> None:
    check(sequence)


@pytest.mark.slow
@settings(max_examples=trials(24, 1_000), deadline=None)
@given(sequences)
def test_many_sequences_of_loads_equal_a_dictionary(sequence: list[Load]) -> None:
    check(sequence)


@settings(max_examples=8, deadline=None)
@given(loads)
def test_the_same_load_again_is_no_change(load: Load) -> None:
    store = Memory()
    store.apply(plan(facts(load), store))
    again = plan(facts(load), store)
    assert not again
    assert sum(change.unchanged for change in again.changes) == sum(len(rows) for rows in store.rows.values())


@settings(max_examples=8, deadline=None)
@given(loads)
def test_the_order_of_tables_and_parts_does_not_matter(load: Load) -> None:
    one, parts = Memory(), Memory()
    one.apply(plan(facts(load), one))
    split = Facts()
    for spec, rows in reversed(load.items()):
        for row in rows:
            split.add(spec, pa.Table.from_pylist([row], schema=pa.schema([spec.arrow.field(n) for n in row])))
    parts.apply(plan(split, None))
    assert {spec: rows for spec, rows in parts.rows.items() if rows} == {s: r for s, r in one.rows.items() if r}


def test_nodes_come_before_relationships() -> None:
    load: Load = {OWNED_BY_SOURCE: [{"from_key": "s", "to_key": "r"}], NEED: [{"key": "n"}]}
    assert [change.spec for change in plan(facts(load), Memory()).changes] == [NEED, OWNED_BY_SOURCE]


def test_rows_come_sorted() -> None:
    delta = plan(facts({NEED: [{"key": key} for key in "cab"]}), None)
    assert delta.changes[0].created["key"].to_pylist() == ["a", "b", "c"]


def test_an_empty_delta_is_false() -> None:
    assert not Delta(())
    assert plan(facts({NEED: [{"key": "n"}]}), None)


def test_types_are_those_of_the_model() -> None:
    made = Facts()
    made.add(NEED, pa.table({"quantity": pa.array([1], pa.int8()), "key": pa.array(["n"], pa.large_string())}))
    assert made.tables[NEED].schema == NEED.arrow.append(PLACE)
    assert made.tables[NEED].to_pylist()[0]["quantity"] == 1.0


OFFICIAL, SECOND = "seen_on_official_or_press_page", "secondary"


def said(state: str | None, verification: str | None, source: str = "甲") -> Load:
    return {NEED: [{"key": "n", "state": state, "source": source, "verification": verification}]}


@pytest.mark.parametrize(
    ("stored", "incoming", "official", "shows"),
    [
        (OFFICIAL, SECOND, True, "旧"),
        (SECOND, OFFICIAL, True, "新"),
        (SECOND, SECOND, True, "新"),  # verified as well
        (None, None, True, "新"),
        (SECOND, None, True, "旧"),
        (None, SECOND, True, "新"),
        (OFFICIAL, SECOND, False, "新"),
        (SECOND, SECOND, False, "新"),
    ],
)
def test_which_value_shows(stored: str | None, incoming: str | None, official: bool, shows: str) -> None:
    """Under ``official`` a statement yields only to one that is verified as well or better."""
    store = Memory()
    store.apply(plan(facts(said("旧", stored)), store))
    store.apply(plan(facts(said("新", incoming, "乙")), store, official=official))
    assert store.rows[NEED]["n",]["state"] == shows


def test_a_value_that_is_held_fills_only_what_the_stored_statement_leaves_open() -> None:
    store = Memory()
    store.apply(plan(facts({NEED: [{"key": "n", "state": "旧", "verification": OFFICIAL}]}), store))
    more: Load = {NEED: [{"key": "n", "state": "新", "quantity": 2.0, "verification": SECOND}]}
    store.apply(plan(facts(more), store, official=True))
    assert stated([store.rows[NEED]["n",]]) == [{"key": "n", "state": "旧", "quantity": 2.0, "verification": OFFICIAL}]


@pytest.mark.parametrize(
    ("first", "second", "shows"),
    [
        (SECOND, OFFICIAL, "二"),
        (OFFICIAL, SECOND, "一"),
        (SECOND, SECOND, "二"),
        (None, SECOND, "二"),
        (SECOND, None, "一"),
    ],
)
def test_of_two_statements_in_one_load_the_most_official_shows(
    first: str | None, second: str | None, shows: str
) -> None:
    both: Load = {NEED: said("一", first)[NEED] + said("二", second, "乙")[NEED]}
    delta = plan(facts(both), Memory())
    assert delta.changes[0].created["state"].to_pylist() == [shows]
    outdone, instead = delta.changes[0].outdone, delta.changes[0].shown
    assert outdone["state"].to_pylist() == [{"一": "二", "二": "一"}[shows]]
    assert instead["state"].to_pylist() == [shows]


def test_a_value_is_outdone_where_another_source_says_otherwise_and_shows() -> None:
    """Not one that says the same or nothing, that only the mark of its source tells apart, or of the same source."""
    store = Memory()
    store.apply(
        plan(
            facts({NEED: [{"key": key, "state": "旧", "source": "甲", "verification": OFFICIAL} for key in "abcd"]}),
            store,
        )
    )
    more: Load = {
        NEED: [
            {"key": "a", "state": "新", "source": "乙", "verification": SECOND},
            {"key": "b", "state": "旧", "source": "乙", "verification": SECOND},
            {"key": "c", "quantity": 1.0, "source": "乙", "verification": SECOND},
            {"key": "d", "state": "新", "source": "甲", "verification": SECOND},
        ]
    }
    (change,) = plan(facts(more), store, official=True).changes
    assert stated(change.outdone.to_pylist()) == [more[NEED][0]]
    assert [(row["key"], row["state"], row["source"]) for row in change.shown.to_pylist()] == [("a", "旧", "甲")]


def test_of_nodes_that_are_whole_everything_else_is_retired() -> None:
    store = Memory()
    before: Load = {
        NEED: [{"key": "a", "state": "旧", "quantity": 1.0}, {"key": "b"}, {"key": "c"}],
        SINGLE: [{"from_key": "e", "to_key": key} for key in "abc"],
    }
    store.apply(plan(facts(before), store))
    now = facts({NEED: [{"key": "a", "state": "新"}]})
    now.whole = {"Need": {"a", "b"}}
    delta = plan(now, store)
    found = {change.spec: change for change in delta.changes}
    assert (delta.created, delta.changed, delta.retired) == (0, 1, 3)
    assert stated(found[NEED].changed.to_pylist()) == [{"key": "a", "state": "新"}]
    assert stated(found[NEED].replaced.to_pylist()) == [{"key": "a", "state": "旧", "quantity": 1.0}]
    assert found[NEED].retired.to_pylist() == [{"key": "b"}]
    assert found[SINGLE].retired.to_pylist() == [{"from_key": "e", "to_key": "a"}, {"from_key": "e", "to_key": "b"}]
    assert [len(list(delta.of(name))) for name in ("Need", "NEEDS", "Region")] == [1, 1, 0]


@pytest.mark.parametrize("empty", [False, True])
def test_one_graph_is_made_of_another(empty: bool) -> None:
    new, present = Memory(), Memory()
    new.apply(
        plan(
            facts({NEED: [{"key": "a", "state": "新"}, {"key": "c"}], SINGLE: [{"from_key": "e", "to_key": "a"}]}), new
        )
    )
    old: Load = {
        NEED: [{"key": "a", "state": "旧", "quantity": 1.0}, {"key": "b"}, {"key": "c"}],
        SINGLE: [{"from_key": "e", "to_key": "b"}],
    }
    if not empty:
        present.apply(plan(facts(old), present))
    delta = replacement(new, present)
    assert (delta.created, delta.changed, delta.retired) == ((3, 0, 0) if empty else (1, 1, 2))
    present.apply(delta)
    assert {spec: rows for spec, rows in present.rows.items() if rows} == new.rows
    assert not replacement(new, present)


def test_only_what_may_differ_is_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    """What stands beside nothing, each thing once, is all new; what comes as it is stored is all the same."""
    compared: list[Spec] = []
    enter = _Comparison.enter
    monkeypatch.setattr(_Comparison, "enter", lambda self, *rows: (compared.append(self.spec), enter(self, *rows)))
    store, load = Memory(), {
        NEED: [{"key": "b", "state": "新"}, {"key": "a"}],
        SINGLE: [{"from_key": "e", "to_key": "b"}, {"from_key": "f", "to_key": "a"}],
        OWNED_BY_SOURCE: [{"from_key": "s", "to_key": "r"}, {"from_key": "s", "to_key": "q"}],
        OWNED_BY_NONE: [{"from_key": "x", "to_key": to, "dimension": "brand_chain"} for to in "zy"],
    }  # fmt: skip
    for at, counts in enumerate([(2, 0), (0, 2)]):
        delta = plan(facts(load), store)
        assert [(len(c.created), c.unchanged) for c in delta.changes] == [counts] * 4
        assert all(len(part) == 0 for c in delta.changes
                   for part in (c.changed, c.replaced, c.retired, c.outdone, c.shown))  # fmt: skip
        assert [c.retired.schema.names for c in delta.changes] == [["key"], *(list(s.key) for s in [*load][1:])]
        rows_of = [[{**dict.fromkeys(s.arrow.names), **row} for row in rows] for s, rows in load.items()]
        assert [c.created.to_pylist() for c in delta.changes] == [
            [] if at else sorted(rows, key=lambda r, s=s: identity(s, r)) for s, rows in zip(load, rows_of, strict=True)
        ]  # fmt: skip
        store.apply(delta)
    assert compared == []
    twice: list[Load] = [
        {NEED: [{"key": "n"}, {"key": "n"}]}, {OWNED_BY_NONE: [load[OWNED_BY_NONE][0]] * 2},
        {SINGLE: [{"from_key": key, "to_key": "a"} for key in "ef"]},
    ]  # fmt: skip
    for one in twice:
        plan(facts(one), None)
    for one in ({NEED: load[NEED][:1]}, {NEED: [{"key": "b", "state": "旧"}]}, {NEED: [*load[NEED], {"key": "c"}]}):
        plan(facts(one), store)
    assert compared == [NEED, OWNED_BY_NONE, SINGLE, NEED, NEED]
