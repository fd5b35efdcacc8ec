"""A delta as steps: everything is written once, and what a relationship hangs on is there before it."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph import schema
from graph.delta import Change, Delta, Spec, key_of
from graph.stores import neo4j_steps
from graph.stores.neo4j_steps import Parameters, Step, steps
from graph.stores.neo4j_writes import SHARED

SLOTS = (
    ("LOCATED_IN", "Organization", "Region"),
    ("PROVIDES", "Organization", "Resource"),
    ("OFFERS", "Resource", "ServiceType"),
    ("REPORTS_TO", "Window", "Window"),
    ("HOLDS", "Enterprise", "Title"),
    ("BROUGHT", "Load", "Source"),
)
OF_LOAD = ("Load", "BROUGHT")
LABELS = sorted({label for _, *ends in SLOTS for label in ends})
KEYS = st.sampled_from("abcdefghij")
LINK = st.tuples(KEYS, KEYS, st.sampled_from(["s1", "s2", None]), st.sampled_from([None, date(2026, 1, 1)]))
WORLDS = st.tuples(
    st.fixed_dictionaries({label: st.sets(KEYS) for label in LABELS}),
    st.fixed_dictionaries({slot: st.lists(LINK, max_size=12) for slot in SLOTS}),
)
NODES = re.compile(r"CREATE \(n:`(\w+)` ")
TIED = re.compile(r"MATCH \(o:`(\w+)` \{key: group\[0\]\}\).*? CREATE \(n\)(<?)-\[:`(\w+)` .*?RETURN count")
ENDS = re.compile(r"MATCH \((a|b):`(\w+)` \{key: (?:group\[0\]|key)\}\)")
TYPE = re.compile(r"(?:CREATE|MERGE) \(a\)-\[r?:`(\w+)`")


class Written(NamedTuple):
    """A node, or a relationship with its ends, and what was said of it."""

    what: tuple[str, ...]
    facts: frozenset[tuple[str, Any]]


def delta_of(nodes: dict[str, set[str]], links: dict[tuple[str, str, str], list[Any]]) -> Delta:
    rows: dict[Spec, list[dict[str, Any]]] = {
        schema.nodes()[label]: [{"key": k, "name": f"{label} {k}", "source": "s1" if k < "e" else "s2"} for k in keys]
        for label, keys in nodes.items()
    }
    names = ("from_key", "to_key", "source", "since")
    for slot, told in links.items():
        rows[schema.relationships()[slot]] = [dict(zip(names, link, strict=True)) for link in told]
    return Delta(tuple(change(spec, pa.Table.from_pylist(told, schema=spec.arrow)) for spec, told in rows.items()))


def change(spec: Spec, created: pa.Table, retired: pa.Table | None = None) -> Change:
    none = spec.arrow.empty_table()
    return Change(spec, created, none, none, none if retired is None else retired, 0, none, none)


def wanted(delta: Delta) -> Counter[Written]:
    return Counter(
        Written(
            (found.spec.name, row.pop("key"))
            if isinstance(found.spec, schema.NodeSpec)
            else (*found.spec.slot, row.pop("from_key"), row.pop("to_key")),
            frozenset((n, v) for n, v in row.items() if v is not None),
        )
        for found in delta.changes for row in found.created.to_pylist()
    )  # fmt: skip


def written(step: Step) -> Iterator[Written]:
    """Yield what a step writes, as the server would understand its text and parameters."""
    parameters = step.parameters()
    if node := NODES.search(step.text) or re.search(r"MERGE \(n:`(\w+)` ", step.text):
        names = [p.name for p in schema.nodes()[node[1]].properties if p.name not in SHARED]
        rows = [dict(zip(names, row[:-1], strict=True)) | parameters["facts"][row[-1]] for row in parameters["rows"]]
        keys = [row.pop("key") for row in rows]
        yield from (Written((node[1], key), told(row)) for key, row in zip(keys, rows, strict=True))
        for (other, back, type_), tie in zip(TIED.findall(step.text), parameters.get("ties", ()), strict=True):
            for key, place, facts in grouped(tie):
                ends = [(node[1], keys[place]), (other, key)][:: -1 if back else 1]
                yield Written((type_, ends[0][0], ends[1][0], ends[0][1], ends[1][1]), facts)
        return
    (first, one), (_, other) = ENDS.findall(step.text)
    (type_,) = TYPE.findall(step.text)
    for key, beyond, facts in grouped(parameters):
        (source, a), (target, b) = [(one, key), (other, beyond)][:: 1 if first == "a" else -1]
        yield Written((type_, source, target, a, b), facts)


def grouped(tie: Parameters) -> Iterator[tuple[str, Any, frozenset[tuple[str, Any]]]]:
    for key, number, beyond in tie["groups"]:
        yield from ((key, one, told(tie["facts"][number])) for one in beyond)


def told(row: dict[str, Any]) -> frozenset[tuple[str, Any]]:
    return frozenset((name, value) for name, value in row.items() if value is not None)


@pytest.fixture(autouse=True, scope="module")
def small() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(neo4j_steps, "BATCH_ROWS", 3)
        yield


@given(world=WORLDS, new=st.booleans())
def test_all_is_written_once_and_its_ends_before_it(world: Any, new: bool) -> None:
    delta = delta_of(*world)
    there: dict[tuple[str, str], int] = {}
    everything: Counter[Written] = Counter()
    phases: dict[bool, set[int]] = {True: set(), False: set()}
    for step in steps(delta, new=new):
        found = list(written(step))
        assert len(found) == step.size
        everything.update(found)
        nodes = {one.what for one in found if len(one.what) == 2}
        there.update(dict.fromkeys(nodes, step.phase))
        for _, source, target, one, other in (f.what for f in found if len(f.what) > 2):
            for label, key in {(source, one), (target, other)} - nodes:
                assert key not in world[0][label] or there[label, key] + (source != "Load") <= step.phase
        phases[any(one.what[0] in OF_LOAD for one in found)].add(step.phase)
    assert len(phases[True]) <= 1, "who finishes a load finishes it at one stroke"
    assert not phases[True] or max(phases[False], default=-1) < min(phases[True])
    assert everything == wanted(delta)


@given(world=WORLDS)
def test_what_is_retired_is_named_by_its_key_alone_and_relationships_go_first(world: Any) -> None:
    gone = [
        change(c.spec, c.spec.arrow.empty_table(), c.created.select(key_of(c.spec))) for c in delta_of(*world).changes
    ]
    links: Counter[tuple[str, str]] = Counter()
    nodes: Counter[str] = Counter()
    for step in steps(Delta(tuple(gone)), new=True):
        parameters = step.parameters()
        nodes.update(key for key, _ in parameters.get("rows", ()))
        assert not ("groups" in parameters and nodes and "`Load`" not in step.text)
        first = "from" if "(a:" in step.text.partition("UNWIND group")[0] else "to"
        for one, other, _ in grouped({"groups": [], "facts": [], **parameters}):
            links[(one, other) if first == "from" else (other, one)] += 1
    assert nodes == Counter(key for keys in world[0].values() for key in keys)
    assert links == Counter(link[:2] for told in world[1].values() for link in told)
