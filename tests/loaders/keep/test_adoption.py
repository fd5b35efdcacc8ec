"""A history made from the graph: what told of another is put aside whole, what is of the place stays."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from graph.clock import as_then
from graph.errors import NotFound
from graph.home import OF_PLACE
from graph.stores.base import Store
from graph.stores.opening import open_store
from loaders.keep.adoption import KEPT, adopt_graph
from loaders.keep.audit import AuditLog
from loaders.keep.journal import Journal
from loaders.pipeline import load
from tests.support.export import digest

THEN = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
ROWS = "名称,所在地区,联系电话\n示例-甲,绵阳市,13800138000\n"


@pytest.fixture
def home(store: Store, csv: Callable[..., Path]) -> Path:
    """The folder beside a store, with everything that is of the place."""
    with as_then(THEN):
        assert not load(store, [csv("机构.csv", ROWS)]).issues
    AuditLog(store.home).add(who="k", role="admin", what="POST /v1/signals", status=200, request="r")
    (store.home / "access").mkdir()
    (store.home / "access" / "keys.json").write_text("[]", encoding="utf-8")
    (store.home / "graph.crc32").write_text("0", encoding="utf-8")
    return store.home


def of_the_place(home: Path) -> dict[str, bytes]:
    files = [home / name for name in KEPT] + [f for name in OF_PLACE for f in (home / name).rglob("*") if f.is_file()]
    return {file.relative_to(home).as_posix(): file.read_bytes() for file in files}


def test_what_is_of_the_place_stays_and_the_rest_is_put_aside(store: Store, home: Path) -> None:
    before, own = digest(store), of_the_place(home)
    told = (home / "journal.jsonl").read_bytes()
    assert {"key", "graph.crc32", "access/keys.json"} < own.keys()
    loads, aside = adopt_graph(store)
    assert loads == 2
    assert aside is not None
    assert (aside / "journal.jsonl").read_bytes() == told
    assert of_the_place(home) == own
    assert [(e["load"], e["state"], e["kind"]) for e in Journal(home).loads()] == [
        ("load-000001", "done", "adopted"), ("load-000002", "done", "adopted"),
    ]  # fmt: skip
    assert Journal(home).loads()[1]["at"] == THEN.isoformat()
    assert digest(store) == before


def test_a_folder_that_tells_of_no_history_is_put_nowhere(store: Store, home: Path) -> None:
    for path in home.iterdir():
        if path.name not in (*KEPT, *OF_PLACE):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    own = of_the_place(home)
    assert adopt_graph(store) == (2, None)
    assert of_the_place(home) == own


def test_a_graph_without_a_load_has_no_history(tmp_path: Path) -> None:
    with open_store(f"ladybug://{tmp_path / 'g.lbug'}") as empty, pytest.raises(NotFound):
        adopt_graph(empty)
