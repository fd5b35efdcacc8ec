"""A history belongs to its graph: found whatever the address, refused where it is missing or another's."""

import shutil
from pathlib import Path

import pytest

from graph.errors import HistoryApart, NothingToRebuild, StoreBehind, SumsOnly
from graph.home import Home
from graph.manifest import JOURNAL
from graph.stores.base import Query, Store
from graph.stores.opening import open_store
from loaders.keep.adoption import adopt_graph
from loaders.keep.journal import Journal
from loaders.keep.rebuild import rebuild_file
from loaders.pipeline import load
from loaders.reference.graph import ensure_reference
from tests.support.export import digest
from tests.support.stores import copy_store, new_store
from tests.support.terminal import shuniu

SERVICES = Query("MATCH (m:ServiceMonth) RETURN coalesce(sum(m.services), 0) AS services", {"services": int})
HEAD = "编号,日期,服务类型,提供机构,服务地区,方式\n"
ORGANIZATIONS = "名称,所在地区\n示例-甲,绵阳市\n"


def records(folder: Path, name: str, start: int, count: int) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.服务台账.csv"
    rows = (f"示例-{start + n},2026-05-18,技术支持,示例-甲,绵阳市,线下\n" for n in range(count))
    path.write_text(HEAD + "".join(rows), encoding="utf-8")
    return path


def organizations(folder: Path) -> Path:
    path = folder / "机构.csv"
    path.write_text(ORGANIZATIONS, encoding="utf-8")
    return path


def services(store: Store) -> int:
    with store.read() as session:
        return int(session.table(SERVICES)["services"][0].as_py())


@pytest.mark.neo4j
def test_two_spellings_of_an_address_are_one_history(empty_neo4j: str, tmp_path: Path, data_home: Path) -> None:
    other = empty_neo4j.replace("127.0.0.1", "localhost")
    assert other != empty_neo4j
    with open_store(empty_neo4j) as store:
        ensure_reference(store)
        load(store, [organizations(tmp_path), records(tmp_path / "a", "一", 1, 100)])
        home = store.home
    with open_store(other) as store:
        assert store.home == home
        load(store, [records(tmp_path / "b", "二", 101, 7)])
        assert services(store) == 107
    moved = home.rename(data_home / "elsewhere")  # as another machine or user finds it
    with open_store(other) as store:
        with pytest.raises(HistoryApart, match="load-000001"):
            load(store, [records(tmp_path / "c", "三", 108, 1)])
        assert services(store) == 107
        shutil.rmtree(store.home, ignore_errors=True)
    moved.rename(home)
    with open_store(empty_neo4j) as store:
        load(store, [records(tmp_path / "c", "三", 108, 1)])
        assert services(store) == 108


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An embedded store with three loads, closed."""
    folder = tmp_path_factory.mktemp("made")
    with new_store(folder / "graph.lbug") as store:
        load(store, [organizations(folder), records(folder / "a", "一", 1, 100)])
        load(store, [records(folder / "b", "二", 101, 7)])
    return folder / "graph.lbug"


@pytest.fixture
def loaded(made: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return copy_store(made, tmp_path)


def home_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.d")


@pytest.mark.parametrize("gone", ["load-000001", "load-000002", "load-000003"])
def test_a_gapped_history_is_refused(loaded: Path, tmp_path: Path, gone: str) -> None:
    shutil.rmtree(home_of(loaded) / "loads" / gone)
    with open_store(f"ladybug://{loaded}") as store:
        with pytest.raises(HistoryApart, match=gone):
            load(store, [records(tmp_path / "c", "三", 108, 1)])
        assert services(store) == 107


def test_another_graphs_history_is_refused(loaded: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    with new_store(tmp_path / "other" / "graph.lbug") as store:
        load(store, [organizations(tmp_path / "other"), records(tmp_path / "o", "一", 1, 3)])
        load(store, [records(tmp_path / "p", "二", 4, 3)])
        foreign = store.home
    copied = copy_store(loaded, tmp_path / "mixed.lbug")
    shutil.rmtree(home_of(copied) / "loads")
    shutil.copytree(foreign / "loads", home_of(copied) / "loads")
    shutil.copy(foreign / "manifest.json", home_of(copied))
    with open_store(f"ladybug://{copied}") as store, pytest.raises(HistoryApart, match="load-000002"):
        load(store, [records(tmp_path / "c", "三", 108, 1)])


def test_the_list_of_another_store_is_told_and_made_again(loaded: Path, tmp_path: Path) -> None:
    url = f"ladybug://{loaded}"
    with open_store(f"ladybug://{tmp_path / 'other.lbug'}") as store:  # its reference data are a load of its own
        ensure_reference(store)
        load(store, [organizations(tmp_path)])
        load(store, [records(tmp_path / "o", "一", 1, 3)])
        shutil.copy(store.home / "manifest.json", home_of(loaded))
    table = records(tmp_path / "c", "三", 108, 1)
    refused = shuniu("load", table, "--store", url, "--lang", "en")
    assert (refused.code, "manifest.json (it is the list of another store)" in refused.err) == (3, True)
    assert "shuniu doctor --thorough" in refused.err
    assert shuniu("doctor", "--repair", "--store", url).code == 0
    assert shuniu("doctor", "--thorough", "--store", url).code == 0
    assert shuniu("load", table, "--store", url).code == 0


def test_a_graph_behind_its_history_is_refused(loaded: Path, tmp_path: Path) -> None:
    loaded.unlink()
    with open_store(f"ladybug://{loaded}") as store, pytest.raises(StoreBehind, match="load-000003"):
        load(store, [records(tmp_path / "c", "三", 108, 1)])


def test_a_history_is_made_from_the_graph_and_sums_stay_sums(loaded: Path, tmp_path: Path) -> None:
    shutil.rmtree(home_of(loaded))
    with open_store(f"ladybug://{loaded}") as store:
        before = digest(store)
        assert adopt_graph(store)[0] == 3
        assert [(e["load"], e["state"], e["kind"]) for e in Journal(store.home).loads()] == [
            (f"load-{n:06d}", "done", "adopted") for n in (1, 2, 3)
        ]
        with pytest.raises(SumsOnly, match="2026-05"):
            load(store, [records(tmp_path / "c", "三", 108, 1)])
        assert digest(store) == before
        report = load(store, [organizations(tmp_path)])
        assert [(t.created, t.updated, t.unchanged) for t in report.tables] == [(0, 0, 1)]
    said = shuniu("loads", "--store", f"ladybug://{loaded}", "--format", "csv", "--lang", "en").out.splitlines()
    assert [line.split(",")[2:4] for line in said[1:]] == [["load", "no change"], *[["adopted graph", "done"]] * 3]
    with pytest.raises(NothingToRebuild):
        rebuild_file(loaded)


def test_a_torn_line_is_dropped_and_a_damaged_one_set_aside(loaded: Path, tmp_path: Path) -> None:
    journal = home_of(loaded) / JOURNAL
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(lines[0].replace(b"reference", b"referense") + b"".join(lines[1:]) + b'{"load": "loa')
    said = shuniu("loads", "--store", f"ladybug://{copy_store(loaded, tmp_path / 'asked.lbug')}", "--lang", "en")
    assert [line[:43] for line in said.err.splitlines() if "journal" in line] == [
        "The journal's last line was never finished ", "Line 1 of the journal was damaged and is no",
    ]  # fmt: skip
    known = [(e["load"], e["state"]) for e in Journal(home_of(loaded)).loads()]
    assert [load_ for load_, _ in known] == ["load-000001", "load-000002", "load-000003"]
    with open_store(f"ladybug://{loaded}") as store:
        load(store, [records(tmp_path / "c", "三", 108, 1)])
        assert [(e["load"], e["state"], e.get("kind")) for e in Journal(store.home).loads()] == [
            ("load-000001", "done", "reference"), *((f"load-{n:06d}", "done", "load") for n in (2, 3, 4)),
        ]  # fmt: skip
        assert Journal(store.home).lines().damaged == {}
        assert (store.home / "journal.damaged").read_bytes().count(b"referense") == 1
        assert Home(store.home).fault(JOURNAL, Home(store.home).listing().files[JOURNAL]) is None
