"""A few new rows are written by the file's log, many past it: the graph is the same, to the last value."""

from pathlib import Path

import pytest

from graph.errors import StoreFailure
from graph.stores import embedded_writing
from graph.stores.embedded_writing import BULK_ROWS
from graph.stores.opening import open_store
from tests.conformance.test_model import links, nodes
from tests.support.export import export_rows
from tests.support.handmade import link, write
from tests.support.stores import WAYS


def test_both_ways_write_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every property is stated, or none but a key; also once what the log holds has become part of the file."""
    texts = nodes(0) | {"Need": [{"key": "n-1", "name": 'it\'s "甲" \\ `b`\n{c: $rows}', "quantity": None}]}
    held: list[list[str]] = []
    for way, rows in WAYS.items():
        monkeypatch.setattr(embedded_writing, "BULK_ROWS", rows)
        path = tmp_path / f"{way}.lbug"
        with open_store(f"ladybug://{path}") as store:
            write(store, texts, {slot: rows for slot, rows in links(0).items() if "Need" not in slot})
            held.append(export_rows(store))
        with open_store(f"ladybug://{path}") as store:
            held.append(export_rows(store))
            assert store.notices == []
    assert held == [held[0]] * 4
    assert len(held[0]) > 100


@pytest.mark.usefixtures("way")
def test_a_relationship_without_an_end_is_refused(tmp_path: Path) -> None:
    with open_store(f"ladybug://{tmp_path / 'g.lbug'}") as store:
        write(store, {"Need": [{"key": "n"}], "Enterprise": [{"key": "e"}]})
        before = export_rows(store)
        with pytest.raises(StoreFailure):
            write(store, {"Need": [{"key": "m"}]}, {("NEEDS", "Enterprise", "Need"): link([("e", "n"), ("f", "m")])})
        assert export_rows(store) == before


@pytest.mark.parametrize(("rows", "logged"), [(BULK_ROWS - 2, True), (BULK_ROWS - 1, False)])
def test_from_so_many_new_rows_on_it_is_bulk(rows: int, logged: bool, tmp_path: Path) -> None:
    """The load itself is one more; what is bulk is in the file at once, and in no log."""
    path = tmp_path / "g.lbug"
    with open_store(f"ladybug://{path}") as store:
        write(store, {"Need": [{"key": "0"}]})
        size = path.stat().st_size
        write(store, {"Need": [{"key": f"n{n}"} for n in range(rows)]})
        assert path.with_name("g.lbug.wal").exists() == logged
        assert (path.stat().st_size > size) == (not logged)
