"""What only the embedded store must be told to do."""

from pathlib import Path

import pyarrow as pa
import pytest

from graph import schema
from graph.comparison import all_new
from graph.delta import Delta, Facts
from graph.errors import StoreDamaged
from graph.stores import embedded
from graph.stores.embedded import COMPLETED, LOST
from graph.stores.opening import open_store
from graph.stores.redo import RedoLog
from graph.stores.swap import home_of
from tests.support.facts import write


@pytest.mark.slow
def test_a_store_that_stays_open_takes_any_number_of_loads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ladybug gives back what a COPY took of the page cache only when its connection is closed."""
    monkeypatch.setattr(embedded, "BUFFER_BYTES", 2**27)
    with open_store(f"ladybug://{tmp_path / 'graph.lbug'}") as store:
        for number in range(70):
            write(store, {"Need": [{"key": str(number), "state": "open"}]})


def next_load(number: int) -> Delta:
    """Return a load of one need."""
    facts = Facts()
    for label, row in (("Need", {"key": f"n{number}"}),
                       ("Load", {"key": f"load-{number}", "sequence": number, "state": "done"})):  # fmt: skip
        facts.add(schema.nodes()[label], pa.Table.from_pylist([row]))
    return all_new(facts)


@pytest.mark.parametrize("read_only", [False, True])
def test_a_transaction_that_was_stopped_is_completed_when_the_store_is_opened(tmp_path: Path, read_only: bool) -> None:
    path = tmp_path / "graph.lbug"
    with open_store(f"ladybug://{path}") as store:
        write(store, {"Need": [{"key": "n1"}]})
        assert store.notices == []
    log = RedoLog(home_of(path))
    log.write(next_load(2))
    for notices in ([COMPLETED], []):
        with open_store(f"ladybug://{path}", read_only=read_only) as store, store.read() as session:
            assert store.notices == notices
            assert session.version() == 2
            assert sorted(session.nodes(schema.nodes()["Need"])["key"].to_pylist()) == ["n1", "n2"]
        assert not log.path.exists()
    log.write(next_load(4))
    with pytest.raises(StoreDamaged) as caught:
        open_store(f"ladybug://{path}")
    assert caught.value.details["reason"] == LOST
