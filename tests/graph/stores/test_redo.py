"""What a log of a transaction is read back as."""

from pathlib import Path

import pyarrow as pa

from graph import schema
from graph.delta import Change, Delta
from graph.stores.redo import RedoLog


def created(key: str) -> Change:
    spec = schema.nodes()["Source"]
    none = spec.arrow.empty_table()
    return Change(spec, pa.Table.from_pylist([{"key": key}], schema=spec.arrow), none, none, none, 0, none, none)


def test_every_change_of_a_spec_comes_back(tmp_path: Path) -> None:
    """A load brings sources of its own beside those that it says it read: two changes of one spec."""
    log = RedoLog(tmp_path)
    log.write(Delta((created("a"), created("b"))))
    back = log.read()
    assert back is not None
    assert [change.created["key"].to_pylist() for change in back.changes] == [["a", "b"]]
    log.clear()
    assert log.read() is None
