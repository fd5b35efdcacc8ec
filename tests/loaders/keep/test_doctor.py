"""What is found wrong with a store as a whole, word by word; what lies beside it is examined in tests of its own."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from graph import schema
from graph.delta import Change, Delta
from graph.language import Text
from graph.stores.base import Store
from graph.stores.opening import open_store
from loaders.keep import displaced, doctor
from loaders.keep.changes import FILE as CHANGES
from loaders.keep.damage import examine_home
from loaders.keep.doctor import SPARE, examine
from loaders.keep.history import History
from loaders.keep.rebuild import rebuild_in
from loaders.merge.service_ledger import MONTHS, RECORDS
from loaders.pipeline import load
from tests.support.stores import NAME, copy_store, new_store

TABLES = {
    "机构.csv": "名称,类型,所在地区\n示例-甲,服务机构,三台县\n示例-乙,商会,三台县\n",
    "服务台账.csv": "编号,日期,服务类型,提供机构,服务地区,方式\n1,2026-05-18,技术支持,示例-甲,三台县,线下\n",
}
MONTH = schema.nodes()["ServiceMonth"]
Found = list[tuple[str, str, str]]
WHOLE: Found = [
    ("good", "the graph is at version 2, as its history", ""),
    ("good", "all 62 files are there (by their sizes)", ""),
    ("good", "only its owner can read the key file", ""),
    ("good", "all 2 copies of sources are there", ""),
    ("good", "ledger and graph agree: 1 services", ""),
    ("good", "SPACE", ""),
]
REBUILD = "Run `shuniu rebuild`."


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    (folder / "in").mkdir()
    for name, text in TABLES.items():
        (folder / "in" / name).write_text(text, encoding="utf-8")
    with new_store(folder / NAME) as store:
        load(store, [folder / "in"])
    return folder / NAME


@pytest.fixture
def store(made: Path, tmp_path: Path) -> Iterator[Store]:
    with open_store(f"ladybug://{copy_store(made, tmp_path)}") as own:
        yield own


def found(store: Store, *, thorough: bool = False) -> Found:
    """Return level, what and the way out, in English; how much of the disk is free is no constant."""
    told = [(f.level, f.what.en, f.way_out.en) for f in examine(store, thorough=thorough)]
    return [(level, "SPACE" if what.endswith("of disk are free") else what, way) for level, what, way in told]


def besides(store: Store, **options: bool) -> Found:
    return [one for one in found(store, **options) if one not in WHOLE]


def shift(store: Store, **shown: Any) -> str:
    """Let the one month of the graph show something else; return its key."""
    with store.read() as session:
        (month,) = session.nodes(MONTH).to_pylist()
    none = MONTH.arrow.empty_table()
    changed = pa.Table.from_pylist([{**month, **shown}], schema=MONTH.arrow)
    store.apply(Delta((Change(MONTH, none, changed, none, none.select(["key"]), 0, none, none),)))
    return str(month["key"])


def test_all_that_is_whole_is_said_in_order(store: Store) -> None:
    assert [(level, what) for level, what, _ in found(store)] == [(level, what) for level, what, _ in WHOLE]
    assert [f for f in examine(store, thorough=True) if f.level == "bad"] == []
    assert [f.what for f in examine(store)][1:4] == [f.what for f in examine_home(store.home)]


@pytest.mark.parametrize("name", ["loads", "snapshots", "sources"])
def test_what_keeps_all_else_from_being_looked_at_is_told_once(store: Store, name: str) -> None:
    shutil.rmtree(store.home / name, ignore_errors=True)
    (store.home / name).touch()
    assert found(store) == [
        (
            "bad",
            f"A file beside the store is damaged: {store.home / name} (a file where a folder should be)",
            "Move it away, then run `shuniu doctor` again: it tells what is amiss.",
        )
    ]


def test_what_the_store_noticed_comes_first(store: Store) -> None:
    store.notices.append(Text("甲", "noticed"))
    assert found(store)[0] == ("note", "noticed", "")


def test_a_history_that_is_not_the_graphs_own_is_told(store: Store) -> None:
    folder = store.home / "loads"
    shutil.copytree(folder / "load-000002", folder / "load-000003")
    (level, what, way), *_ = besides(store)
    assert (level, "load-000003" in what, bool(way)) == ("bad", True, True)
    assert WHOLE[0] not in found(store)
    shutil.rmtree(folder / "load-000003")
    shutil.rmtree(folder / "load-000002")
    assert besides(store)[0][0] == "bad"
    assert WHOLE[0] not in found(store)


def test_loads_that_were_stopped_are_told(store: Store) -> None:
    for name in ("load-000004", "load-000003"):
        (store.home / "staging" / name).mkdir(parents=True)
    by_itself = "The next load completes or drops them by itself."
    assert besides(store) == [("note", "loads were stopped: load-000003, load-000004", by_itself)]


def test_what_a_stopped_rebuild_has_left_is_told_and_gone_after_the_next(store: Store) -> None:
    left = store.place_for_new()
    folder = left.parent
    assert folder.parent == store.home.parent
    assert besides(store) == [
        (
            "note",
            f"{folder} was left by a rebuild or restore that was stopped and may hold a copy of the key",
            "The next one clears it; it may also be deleted.",
        )
    ]
    left.write_text("half")
    rebuild_in(store)
    assert besides(store) == []


@pytest.mark.parametrize("services", [0, 1203])
def test_sums_that_are_not_the_ledgers_are_told(store: Store, services: int) -> None:
    shift(store, services=services)
    what = f"the ledger holds 1 services, the monthly sums of the graph {services:,}"
    assert besides(store) == [("bad", what, REBUILD)]


@pytest.mark.parametrize(
    ("services", "said"),
    [
        (1203, ("note", "of 1,202 services only monthly sums are known", "")),
        (1, WHOLE[4]),
        (0, ("bad", "the ledger holds 1 services, the monthly sums of the graph 0", REBUILD)),
    ],
)
def test_months_of_which_only_sums_are_known_are_told(store: Store, services: int, said: tuple[str, str, str]) -> None:
    (file,) = History(store.home).files(RECORDS)
    Path(file).with_name(MONTHS).touch()
    shift(store, services=services)
    assert said in found(store)
    assert sum("services" in what for _, what, _ in found(store)) == 1


def test_a_ledger_that_cannot_be_read_is_one_finding_among_others(store: Store) -> None:
    (file,) = History(store.home).files(RECORDS)
    Path(file).write_bytes(b"")
    told = found(store)
    assert [one for one in WHOLE if one in told] == [WHOLE[0], WHOLE[2], WHOLE[3], WHOLE[5]]
    assert {level for level, _, _ in told} == {"good", "bad"}


def test_nodes_in_the_places_of_others_are_told_when_asked_thoroughly(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(displaced, "BLOCK", 0)
    key = shift(store, month="2026-06")
    (store.home / "loads" / "load-000002" / CHANGES).unlink()  # as before it was told what each load changes
    told = (
        f"1 nodes of ServiceMonth do not show what the history says of them, such as {key} "
        "(earlier programs changed wrong nodes where somebody read meanwhile)"
    )
    assert ("bad", told, REBUILD) in found(store, thorough=True)
    assert ("bad", told, REBUILD) not in found(store)


def test_a_disk_that_is_nearly_full_is_told(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    free = shutil.disk_usage(store.home).free
    assert found(store)[-1] == ("good", "SPACE", "")
    monkeypatch.setattr(doctor, "SPARE", 1 << 60)
    (low,) = (f for f in examine(store) if f.what.en.endswith("of disk are free"))
    assert low.level == "note"
    assert abs(float(low.what.en.split()[0]) - free / 2**30) < 10
    assert SPARE == 2**30


def test_what_has_no_folder_has_no_disk(tmp_path: Path) -> None:
    with open_store(f"ladybug://{tmp_path / NAME}") as empty:
        shutil.rmtree(empty.home, ignore_errors=True)
        assert found(empty) == [
            ("good", "the graph is at version 0, as its history", ""),
            ("good", "all 0 copies of sources are there", ""),
            ("good", "ledger and graph agree: 0 services", ""),
        ]


def test_pairs_that_wait_for_a_decision_are_counted(store: Store, tmp_path: Path) -> None:
    table = tmp_path / "机构.csv"
    for line in ("绵阳科技城技转中心,服务机构,绵阳市", "绵阳科技城技术转移中心,,绵阳市涪城区"):
        table.write_text(f"名称,类型,所在地区\n{line}\n", encoding="utf-8")
        load(store, [table])
    assert found(store)[-1] == ("note", "1 pairs of organisations wait for a decision", "Run `shuniu review`.")
