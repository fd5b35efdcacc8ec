"""How a delta is cut into transactions, and what the driver's answers become; a server tells the rest."""

from datetime import UTC, date, datetime
from functools import partial

import pyarrow as pa
from neo4j.time import Date, DateTime

from graph import schema
from graph.delta import Change, Delta
from graph.stores.neo4j_session import _columns
from graph.stores.neo4j_steps import Step
from graph.stores.neo4j_writing import PART_ROWS, TRANSACTION_ROWS, _cut, is_one_transaction

NEED = schema.nodes()["Need"]


def test_a_delta_is_one_transaction_up_to_so_many_rows() -> None:
    most, one = (pa.table({"key": pa.nulls(number, pa.string())}) for number in (TRANSACTION_ROWS - 2, 1))
    none = NEED.arrow.empty_table()
    full = Change(NEED, most, one, none, one, 0, none, none)
    assert is_one_transaction(Delta((full,)))
    assert not is_one_transaction(Delta((full, Change(NEED, one, none, none, none, 0, none, none))))


def test_a_load_that_is_cut_has_one_phase_a_transaction_and_so_many_rows() -> None:
    def step(size: int, phase: int) -> Step:
        return Step("", size, partial(dict), phase)

    half = PART_ROWS // 2
    one, two, three, four, five = step(half, 1), step(half, 1), step(1, 1), step(1, 2), step(PART_ROWS + 1, 2)
    assert list(_cut([one, two, three, four, five])) == [[one, two], [three], [four], [five]]
    assert list(_cut([])) == []


def test_answers_of_the_driver_have_the_wanted_columns() -> None:
    kinds = {"day": pa.date32(), "at": pa.timestamp("us"), "n": pa.int64(), "words": pa.list_(pa.string())}
    wanted = pa.schema(list(kinds.items()))
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
