"""Whoever follows the changes has the graph: from any point of any history, whatever was loaded."""

from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa

from api.http.app import create_app
from api.settings import Settings
from graph import schema
from graph.comparison import plan
from graph.delta import Facts, Spec, key_of
from graph.schema import NodeSpec
from graph.stores.base import ReadSession, Store
from graph.stores.opening import open_store
from loaders.keep.changes import FILE, kind_of, specs
from loaders.write.commit import write_lock
from tests.api.support import Client
from tests.support.soak import trials

Copy = dict[tuple[str, ...], dict[str, Any]]
NODES = ("Organization", "Resource", "Carrier")
PROVIDES = ("PROVIDES", "Organization", "Resource")
OFFERED = ("DELIVERED_THROUGH", "Organization", "Resource")
HOSTS = ("HOSTS", "Carrier", "Resource")
PARTNERS = ("PARTNERS_WITH", "Organization", "Carrier")
FEW = 4
STORES = trials(1, 50)
"""Stores that live; each is followed 20 times."""


def some_load(store: Store, random: Random) -> None:
    """Create, change and retire a few things, as a load does."""
    facts = Facts()
    for label in NODES:
        keys = [f"{label}{n}" for n in range(FEW) if random.random() < 0.4]
        rows = [{"key": key, "name": f"示例{random.randrange(3)}", "source": "示例"} for key in keys]
        facts.add(schema.nodes()[label], pa.Table.from_pylist(rows, schema=schema.nodes()[label].arrow))
        facts.whole[label] = {f"{label}{n}" for n in range(FEW) if random.random() < 0.3}
    with write_lock(store) as lock:
        stated = {label: set(facts.tables[schema.nodes()[label]]["key"].to_pylist()) for label in NODES}
        for label in NODES:
            kept = set(lock.session.nodes(schema.nodes()[label])["key"].to_pylist()) - facts.whole[label]
            stated[label] |= kept
        for slot in (PROVIDES, OFFERED, HOSTS, PARTNERS):
            _relate(facts, schema.relationships()[slot], stated, random)
        with lock.stage() as staged:
            staged.commit(plan(facts, lock.session), {"kind": "load"})


def _relate(facts: Facts, spec: schema.RelationshipSpec, there: dict[str, set[str]], random: Random) -> None:
    rows: dict[tuple[Any, ...], dict[str, Any]] = {}
    for source in sorted(there[spec.source]):
        for target in sorted(there[spec.target]):
            if random.random() < 0.3:
                own = {"year": random.choice([2025, 2026]), "services": random.randrange(9)}
                own |= {"dimension": random.choice(["supply", "capital"]), "source": "示例"}
                row = {"from_key": source, "to_key": target, **{k: v for k, v in own.items() if k in spec.arrow.names}}
                rows[target if spec.single else tuple(row[name] for name in spec.key)] = row
    facts.add(spec, pa.Table.from_pylist(list(rows.values()), schema=spec.arrow))


def graph(session: ReadSession) -> Copy:
    """Return the whole graph: properties by kind and identity."""
    return {
        (kind, *(row[name] for name in key_of(spec))): _others(row, spec)
        for kind, spec in specs().items()
        for row in _all(session, spec).to_pylist()
    }


def _all(session: ReadSession, spec: Spec) -> pa.Table:
    return session.nodes(spec) if isinstance(spec, NodeSpec) else session.relationships(spec)


def _others(row: dict[str, Any], spec: Spec) -> dict[str, Any]:
    times = (schema.nodes()["Load"].arrow.field("started").type,)
    return {
        name: value.isoformat() if spec.arrow.field(name).type in times else value
        for name, value in row.items()
        if name not in key_of(spec) and value is not None
    }


def follow(client: Client, copy: Copy, since: str, limit: int) -> str:
    """Do to a copy what the service says, page by page, as its documentation tells to; return where it stands."""
    page: dict[str, Any] = {"next": None}
    while True:
        cursor = {"cursor": page["next"]} if page["next"] else {}
        answer = client.get("/v1/changes", params={"since": since, "limit": limit, **cursor})
        assert answer.status_code == 200, answer.text
        page = answer.json()
        for change in page["data"]:
            kind = ".".join(filter(None, (change["label"], change["from_label"], change["to_label"])))
            place = (kind, *change["identity"].values())
            if change["change"] == "deleted":
                copy.pop(place, None)
                continue
            assert (change["change"] == "created") == (place not in copy), change
            if change["kind"] == "relationship":  # both ends are there before it
                ends = zip((change["from_label"], change["to_label"]), place[1:3], strict=True)
                assert all(end in copy for end in ends)
            copy[place] = change["properties"]
        if not page["next"]:
            until: str = page["until"]
            return until


def histories(folder: Path, seed: int, number: int, loads: int) -> None:
    """Follow so many histories, each from one point of a store's life to a later one."""
    random = Random(seed)
    copies: dict[str, Copy] = {"0": {}}
    followed = 0
    with open_store(f"ladybug://{folder / 'g.lbug'}") as store, Client(_app(store)) as client:
        while followed < number:
            for _ in range(loads):
                some_load(store, random)
            with store.read() as session:
                now = graph(session)
            for since in random.sample(sorted(copies), min(len(copies), number - followed)):
                copy = dict(copies[since])
                until = follow(client, copy, since, random.choice([3, 1000]))
                assert copy == now, f"seed {seed}, from {since} to {until}"
                followed += 1
            copies[until] = now


def _app(store: Store) -> Any:
    return create_app(Settings(processes=0), store)


def test_who_follows_has_the_graph(tmp_path: Path) -> None:
    for seed in range(STORES):
        histories(tmp_path / str(seed), seed, number=20, loads=1 + seed % 3)


def test_what_is_not_known_is_told_with_the_way_out(tmp_path: Path) -> None:
    random = Random(7)
    with open_store(f"ladybug://{tmp_path / 'g.lbug'}") as store, Client(_app(store)) as client:
        for _ in range(3):
            some_load(store, random)
        until = client.get("/v1/changes", params={"since": "load-000001"}).json()["until"]
        assert client.get("/v1/changes", params={"since": until}).json()["data"] == []
        assert client.get("/v1/changes", params={"since": "load-000003"}).json()["since"] == until
        (store.home / "loads/load-000002" / FILE).unlink()  # an earlier version kept none
        told = {since: client.get("/v1/changes", params={"since": since}) for since in ("1", "2", "4", "3-00000000")}
        assert {since: answer.status_code for since, answer in told.items()} == {
            "1": 410, "2": 200, "4": 410, "3-00000000": 410,
        }  # fmt: skip
        problem = told["1"].json()
        assert (problem["type"], problem["title"]) == ("urn:shuniu:problem:changes-gone", "已不再提供")
        assert problem["details"] == {"since": "1", "first": "2", "last": "3"}
        assert "GET /v1/export" in problem["hint"]
        assert client.get("/v1/changes", params={"since": "昨天"}).status_code == 422


def test_every_kind_has_a_name_of_its_own() -> None:
    assert {kind_of(spec): spec for spec in specs().values()} == specs()
