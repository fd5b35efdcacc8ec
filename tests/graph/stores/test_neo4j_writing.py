"""How a delta is cut into steps and transactions, and what they hand to the driver; a server tells the rest."""

from datetime import UTC, date, datetime, timedelta, timezone
from functools import partial
from typing import Any

import pyarrow as pa
import pytest
from neo4j.time import Date, DateTime

from graph import schema
from graph.delta import Change, Delta
from graph.stores import cypher, neo4j_writing
from graph.stores.neo4j_session import _columns
from graph.stores.neo4j_writing import (
    PART_ROWS,
    TRANSACTION_ROWS,
    Step,
    _cut,
    _leading,
    _outgoing,
    _parameters,
    _steps,
    is_one_transaction,
)

NEED, LOAD = schema.nodes()["Need"], schema.nodes()["Load"]
PARTNERS = schema.relationships()["PARTNERS_WITH", "Organization", "Organization"]


def table(spec: schema.NodeSpec | schema.RelationshipSpec, *rows: dict[str, Any]) -> pa.Table:
    return pa.Table.from_pylist(list(rows), schema=spec.arrow)


def change(spec: schema.NodeSpec | schema.RelationshipSpec, **rows: pa.Table) -> Change:
    none = spec.arrow.empty_table()
    given = {kind: rows.get(kind, none) for kind in ("created", "changed", "retired")}
    return Change(spec, given["created"], given["changed"], none, given["retired"], 0, none, none)


def needs(number: int) -> pa.Table:
    return table(NEED, *({"key": f"{n}"} for n in range(number)))


def test_what_many_rows_of_nodes_share_is_sent_once() -> None:
    rows = [
        {"key": "a", "state": "open", "source": "s", "data_class": "REAL"}, {"key": "b", "source": "t"},
        {"key": "c", "day": date(2026, 1, 2), "source": "s", "data_class": "REAL"}, {"key": "d"},
    ]  # fmt: skip
    made = _parameters(NEED, table(NEED, *rows), "")
    own = cypher.own_properties(NEED)
    assert [dict(zip(own, row, strict=False)) | {"fact": row[-1]} for row in made["rows"]] == [
        {**dict.fromkeys(own), **{k: v for k, v in row.items() if k in own}, "fact": fact}
        for row, fact in zip(rows, (0, 1, 0, 2), strict=True)
    ]
    assert made["facts"] == [{"source": "s", "data_class": "REAL"}, {"source": "t"}, {}]
    retired = _parameters(NEED, table(NEED, {"key": "a"}, {"key": "b"}).select(["key"]), "")
    assert retired == {"rows": [["a", 0], ["b", 0]], "facts": [{}]}


def test_relationships_go_in_groups_of_the_end_that_has_fewer_nodes() -> None:
    pairs = [("o", "p", "supply"), ("o", "q", "supply"), ("o", "r", "brand"), ("x", "p", "supply")]
    rows = table(PARTNERS, *({"from_key": a, "to_key": b, "dimension": d} for a, b, d in pairs))
    assert _leading(rows) == "from_key"
    assert _leading(rows.slice(0, 1)) == "to_key", "where both have as many"
    assert _leading(rows.rename_columns(["to_key", "from_key", *rows.column_names[2:]])) == "to_key"
    facts = [{"dimension": "supply"}, {"dimension": "brand"}]
    assert _parameters(PARTNERS, rows, "from_key") == {
        "rows": [["o", 0, ["p", "q"]], ["o", 1, ["r"]], ["x", 0, ["p"]]], "facts": facts,
    }  # fmt: skip
    assert _parameters(PARTNERS, rows, "to_key") == {
        "rows": [["p", 0, ["o", "x"]], ["q", 0, ["o"]], ["r", 1, ["o"]]], "facts": facts,
    }  # fmt: skip


def test_times_go_out_as_utc_without_a_zone() -> None:
    east = datetime(2026, 1, 2, 8, tzinfo=timezone(timedelta(hours=8)))
    assert _outgoing(east) == datetime(2026, 1, 2, 0)
    assert _outgoing(datetime(2026, 1, 2, 8, tzinfo=UTC)) == datetime(2026, 1, 2, 8)
    for value in (datetime(2026, 1, 2, 8), date(2026, 1, 2), "甲", None, 1):
        assert _outgoing(value) is value


def test_a_delta_is_one_transaction_up_to_so_many_rows() -> None:
    most = pa.table({"key": pa.nulls(TRANSACTION_ROWS - 2, pa.string())})
    one = needs(1)
    assert is_one_transaction(Delta((change(NEED, created=most, changed=one, retired=one),)))
    assert not is_one_transaction(
        Delta((change(NEED, created=most, changed=one, retired=one), change(NEED, created=one)))
    )


def test_relationships_go_before_their_nodes_and_come_after_them_and_a_load_is_last(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(neo4j_writing, "BATCH_ROWS", 2)
    ends = table(PARTNERS, {"from_key": "o", "to_key": "p"})
    delta = Delta(
        (
            change(LOAD, created=table(LOAD, {"key": "l"})),
            change(NEED, created=needs(3), changed=needs(1), retired=needs(1).select(["key"])),
            change(PARTNERS, created=ends, retired=ends.select(["from_key", "to_key", "dimension"])),
        )
    )
    steps = list(_steps(delta, cypher.neo4j_create))
    assert [(step.text, step.size, step.phase) for step in steps] == [
        (cypher.neo4j_retire(PARTNERS, "to_key"), 1, 2),
        (cypher.neo4j_retire(NEED), 1, 3),
        (cypher.neo4j_change(NEED), 1, 4),
        (cypher.neo4j_create(NEED), 2, 4),
        (cypher.neo4j_create(NEED), 1, 4),
        (cypher.neo4j_create(PARTNERS, "to_key"), 1, 5),
        (cypher.neo4j_create(LOAD), 1, 6),
    ]
    assert [row[0] for step in steps[3:5] for row in step.parameters()["rows"]] == ["0", "1", "2"]


def test_a_load_that_is_cut_has_one_phase_a_transaction_and_so_many_rows() -> None:
    def step(size: int, phase: int) -> Step:
        return Step("", size, partial(dict), phase)

    half = PART_ROWS // 2
    one, two, three, four, five = step(half, 1), step(half, 1), step(1, 1), step(1, 2), step(PART_ROWS + 1, 2)
    assert list(_cut([one, two, three, four, five])) == [[one, two], [three], [four], [five]]
    assert list(_cut([])) == []


def test_answers_of_the_driver_have_the_wanted_columns() -> None:
    wanted = pa.schema(
        [("day", pa.date32()), ("at", pa.timestamp("us")), ("n", pa.int64()), ("words", pa.list_(pa.string()))]
    )
    rows = [[Date(2026, 1, 2), DateTime(2026, 1, 2, 3, 4, 5), 1, ["a"]], [None, None, None, None]]
    found = _columns(rows, wanted)
    assert found.schema == wanted
    assert found.to_pylist() == [
        {"day": date(2026, 1, 2), "at": datetime(2026, 1, 2, 3, 4, 5), "n": 1, "words": ["a"]},
        dict.fromkeys(wanted.names),
    ]
    zoned = [[None, DateTime(2026, 1, 2, 3, tzinfo=UTC), None, None]]
    assert _columns(zoned, wanted)["at"].to_pylist() == [datetime(2026, 1, 2, 3)]
    assert (_columns([], wanted).schema, len(_columns([], wanted))) == (wanted, 0)
