"""What a log of a transaction is read back as."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from graph import schema
from graph.delta import Change, Delta
from graph.stores.opening import open_store
from graph.stores.redo import KINDS, RedoLog, remaining
from tests.support.handmade import write

SOURCE, PARTNERS = schema.nodes()["Source"], ("PARTNERS_WITH", "Organization", "Organization")


def change(spec: schema.NodeSpec | schema.RelationshipSpec, **rows: list[dict[str, Any]]) -> Change:
    """Return what is created, changed and retired, of which only the keys are there."""
    tables = {kind: pa.Table.from_pylist(rows.get(kind, []), schema=spec.arrow) for kind in KINDS}
    none = spec.arrow.empty_table()
    return Change(spec, tables["created"], tables["changed"], none, tables["retired"], 0, none, none)


def test_every_change_of_a_spec_comes_back(tmp_path: Path) -> None:
    """A load brings sources of its own beside those that it says it read: two changes of one spec."""
    log, spec = RedoLog(tmp_path / "home"), schema.relationships()[PARTNERS]
    link = {"from_key": "o", "to_key": "p", "dimension": "supply"}
    log.write(
        Delta(
            (
                change(SOURCE, created=[{"key": "a"}], retired=[{"key": "z"}]),
                change(SOURCE, created=[{"key": "b"}], changed=[{"key": "c", "name": "丙"}]),
                change(spec, created=[link]),
                change(schema.nodes()["Need"]),
            )
        )
    )
    back = log.read()
    assert back is not None
    assert [(c.spec.name if isinstance(c.spec, schema.NodeSpec) else c.spec.slot) for c in back.changes] == [
        "Source", PARTNERS,
    ]  # fmt: skip
    (sources, links) = back.changes
    assert [getattr(sources, kind)["key"].to_pylist() for kind in KINDS] == [["a", "b"], ["c"], ["z"]]
    assert sources.changed["name"].to_pylist() == ["丙"]
    assert [{k: v for k, v in row.items() if v is not None} for row in links.created.to_pylist()] == [link]
    assert (len(links.changed), len(links.retired)) == (0, 0)
    log.clear()
    assert log.read() is None
    log.clear()


@pytest.mark.parametrize("cut", [slice(0, -1), slice(1, None), slice(0, 31), slice(0, 0)])
def test_a_log_that_is_not_whole_is_of_a_transaction_that_cannot_have_begun(tmp_path: Path, cut: slice) -> None:
    log = RedoLog(tmp_path)
    log.write(Delta((change(SOURCE, created=[{"key": "a"}]),)))
    whole = log.path.read_bytes()
    log.path.write_bytes(whole[cut])
    assert log.read() is None
    log.path.write_bytes(whole)
    assert log.read() is not None


def test_an_empty_delta_comes_back_empty(tmp_path: Path) -> None:
    log = RedoLog(tmp_path)
    log.write(Delta(()))
    assert log.read() == Delta(())


def test_what_is_there_already_remains_to_nobody(tmp_path: Path) -> None:
    spec, partners = schema.nodes()["Organization"], schema.relationships()[PARTNERS]
    ends = {"from_key": "o", "to_key": "p"}
    with open_store(f"ladybug://{tmp_path / 'g.lbug'}") as store:
        write(store, {"Organization": [{"key": "o"}, {"key": "p"}]}, {PARTNERS: [{**ends, "dimension": "supply"}]})
        delta = Delta(
            (
                change(spec, created=[{"key": "o"}, {"key": "q"}], changed=[{"key": "p"}]),
                change(partners, created=[{**ends, "dimension": d} for d in ("supply", "brand", None)]),
                change(SOURCE),
            )
        )
        with store.read() as session:
            left = remaining(delta, session)
    assert [c.created["key"].to_pylist() for c in left.changes if c.spec is spec] == [["q"]]
    (links,) = left.of("PARTNERS_WITH")
    assert sorted(map(str, links.created["dimension"].to_pylist())) == ["None", "brand"]
    assert left.changes[0].changed["key"].to_pylist() == ["p"]
