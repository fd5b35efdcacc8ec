"""A store made again from its sources: the same loads, in order, with the same answers; what is told otherwise shows.

What a made store becomes is read once; which loads are done again is asked of journals written by hand.
"""

import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from subprocess import PIPE
from typing import Any

import pytest

from graph import schema
from graph.errors import FileUnwritable, HomeDamaged, KeyMissing, NothingToRebuild, SourceMissing, StoreLocked
from graph.home import Home
from graph.manifest import JOURNAL
from graph.stores import swap
from graph.stores.base import Store
from graph.stores.opening import open_store
from loaders.identify.review import decided
from loaders.keep.archive import keep
from loaders.keep.history import LoadNote, write_note
from loaders.keep.journal import Journal, digest
from loaders.keep.keys import KEY
from loaders.keep.rebuild import Rebuilt, rebuild, rebuild_file, rebuild_in, recorded_loads
from loaders.keep.vault import Seal
from loaders.merge.full_delivery import FullDelivery
from loaders.pipeline import load
from loaders.read.words.delivery import DeliveryNote
from loaders.tables import Origin
from loaders.write.requests import ask
from tests.support.export import export_rows
from tests.support.stores import NAME, copy_store, new_store

DAY = date(2026, 7, 1)
FIRST, SECOND, THIRD, FOURTH = (f"load-{number:06d}" for number in range(1, 5))
TABLE = "名称,类型,所在地区,联系人\n示例-甲,服务机构,绵阳市涪城区,张三\n示例-丙,商会,不知道,\n示例-丁,商会,成都市,\n"
ORIGIN = Origin("甲局", "user_supplied", "REAL")


# --- a store ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with loads of every kind but decisions, closed, and files that nothing makes again."""
    folder = tmp_path_factory.mktemp("made")
    first, second = folder / "机构.csv", folder / "乙" / "机构.csv"
    second.parent.mkdir()
    first.write_text(TABLE, encoding="utf-8")
    second.write_text(TABLE.splitlines()[0] + "\n示例-乙,服务机构,绵阳市,\n", encoding="utf-8")
    second.with_name("服务载体.csv").write_text("名称,类型,所在地区\n示例-载体,众创空间,涪城区\n", encoding="utf-8")
    full = FullDelivery("organizations", "510700")
    with new_store(folder / NAME) as store:
        load(store, [first], origin=ORIGIN, official=True, only="510700")
        for _ in range(2):
            load(store, [second.parent], full=full, note=DeliveryNote("乙局"), shrink=True)
        ask(store, "510700", "示例-乙", dimension="innovation", day=DAY)
        for name in ("snapshots/s", "scenarios/x", "cases/c", "access/keys", "audit/a", "signals.jsonl", "left/over",
                     "rejects/r.xlsx"):  # fmt: skip
            (store.home / name).parent.mkdir(exist_ok=True)
            (store.home / name).write_text(name)
    return folder / NAME


def told(home: Path) -> list[dict[str, Any]]:
    """Return what the journal tells of each load but for when it began."""
    return [{name: value for name, value in e.items() if name != "begun"} for e in Journal(home).loads()]


def files(home: Path, *names: str) -> dict[str, bytes]:
    return {str(p.relative_to(home)): p.read_bytes() for name in names for p in sorted((home / name).rglob("*"))}


@dataclass
class Pair:
    """A store, what was made of it, and what the making said."""

    old: Path
    new: Path
    said: Rebuilt


@pytest.fixture(scope="module")
def pair(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Pair:
    """A store whose file is no store any more, and what is made of it."""
    path = copy_store(made, tmp_path_factory.mktemp("again"))
    path.write_bytes(b"damaged" * 100)
    return Pair(made, path, rebuild_file(path))


def test_it_holds_what_it_held(pair: Pair) -> None:
    with open_store(f"ladybug://{pair.old}") as old, open_store(f"ladybug://{pair.new}") as new:
        assert export_rows(new) == export_rows(old)


def test_every_load_is_told_as_it_was(pair: Pair) -> None:
    old, new = map(swap.home_of, (pair.old, pair.new))
    assert [(e["load"], e["state"]) for e in Journal(new).events() if e["state"] != "begun"] == [
        (FIRST, "done"), (SECOND, "done"), (THIRD, "done"), ("load-000004.1", "read"), (FOURTH, "done"),
    ]  # fmt: skip
    assert told(new) == told(old)


def test_what_nothing_makes_again_comes_along(pair: Pair) -> None:
    old, new = map(swap.home_of, (pair.old, pair.new))
    along = ("snapshots", "scenarios", "cases", "access", "audit")
    assert files(new, *along) == files(old, *along)
    assert (new / "signals.jsonl").read_text() == "signals.jsonl"
    assert {p.name for p in (new / "rejects").iterdir()} == {p.name for p in (old / "rejects").iterdir()}
    assert (new / KEY).read_bytes() == (old / KEY).read_bytes()
    assert not (new / "left").exists()
    names = {*Home(new).present()}
    assert Home(new).listing().files.keys() == names
    assert {"snapshots/s", "signals.jsonl", JOURNAL} <= names


def test_it_says_what_it_did_and_where_the_old_is(pair: Pair) -> None:
    beside = sorted(pair.new.parent.glob("*.aside-*"))
    assert pair.said == Rebuilt((FIRST, SECOND, THIRD, FOURTH), (), tuple(beside))
    assert [p.name.partition(".aside-")[0] for p in beside] == [NAME, f"{NAME}.d"]
    assert beside[0].read_bytes() == b"damaged" * 100
    assert sorted(p.name for p in pair.new.parent.iterdir() if p not in beside) == [NAME, f"{NAME}.d"]


def test_an_open_store_goes_on_with_what_was_made(made: Path, tmp_path: Path) -> None:
    with open_store(f"ladybug://{copy_store(made, tmp_path)}") as store:
        (store.home / "left").rename(store.home / "snapshots" / "left")
        before = export_rows(store)
        said = rebuild_in(store)
        assert export_rows(store) == before
        assert said == Rebuilt((FIRST, SECOND, THIRD, FOURTH), (), tuple(sorted(tmp_path.glob("*.aside-*"))))
        assert len(said.aside) == 2
        assert (store.home / "snapshots" / "left" / "over").exists()
        with Home(store.home).lock(wait=False) as free:
            assert free


# --- what stands in the way ---------------------------------------------------------------------------


HOLDER = (
    "import fcntl, sys; f = open(sys.argv[1], 'r+'); fcntl.lockf(f, fcntl.LOCK_EX); print('held', flush=True); input()"
)


def test_a_store_that_somebody_has_open_stays(tmp_path: Path) -> None:
    path = tmp_path / NAME
    path.write_bytes(b"x")
    with subprocess.Popen([sys.executable, "-c", HOLDER, path], stdin=PIPE, stdout=PIPE, text=True) as other:
        assert other.stdout
        assert other.stdout.readline() == "held\n"
        with pytest.raises(StoreLocked) as raised:
            rebuild_file(path)
        other.communicate("\n")
    assert raised.value.details == {"path": path, "holder": ""}
    with pytest.raises(NothingToRebuild):
        rebuild_file(path)


def test_what_is_no_file_is_none_of_ours(tmp_path: Path) -> None:
    with pytest.raises(FileUnwritable) as raised:
        rebuild_file(tmp_path)
    assert raised.value.details["path"] == tmp_path


@pytest.mark.parametrize("there", [True, False])
def test_without_a_journal_the_old_one_stands(tmp_path: Path, *, there: bool) -> None:
    path = tmp_path / NAME
    if there:
        path.write_bytes(b"x")
    with pytest.raises(NothingToRebuild) as raised:
        rebuild_file(path)
    assert raised.value.details == {"path": swap.home_of(path)}
    assert (path.read_bytes() if there else b"x", path.exists()) == (b"x", there)


# --- journals by hand ---------------------------------------------------------------------------------

ASK = {"step": "ask", "day": "2026-07-01", "a": "510700", "b": "510100", "dimension": "innovation",
       "service_type": None, "content": None}  # fmt: skip
MET = {"step": "advance", "day": "2026-07-02", "key": "request-000002", "state": "met", "evidence": None}
Told = tuple[str, str, dict[str, Any]]


def journal(home: Path, *told: Told) -> None:
    for name, state, rest in told:
        Journal(home).write(name, state, listed=False, **rest)  # type: ignore[arg-type]


def folder(home: Path, name: str, event: dict[str, Any]) -> None:
    (home / "loads" / name).mkdir(parents=True)
    write_note(home / "loads" / name, LoadNote(name, "t", event, {}))  # type: ignore[arg-type]


def found(home: Path) -> list[tuple[str, str, str]]:
    return [(e["load"], e["state"], e["kind"]) for e in recorded_loads(home)]


def test_loads_that_were_done_or_read_are_told_in_their_order(tmp_path: Path) -> None:
    assert recorded_loads(tmp_path) == []
    journal(
        tmp_path,
        (FIRST, "begun", {"kind": "reference"}), (FIRST, "done", {}), ("load-000002.1", "read", {"kind": "load"}),
        (SECOND, "begun", {"kind": "load"}), (SECOND, "failed", {}), (SECOND, "begun", {"kind": "review"}),
        (SECOND, "done", {}), (THIRD, "begun", {"kind": "load"}), (FOURTH, "failed", {"kind": "load"}),
    )  # fmt: skip
    assert found(tmp_path) == [
        (FIRST, "done", "reference"), ("load-000002.1", "read", "load"), (SECOND, "done", "review"),
    ]  # fmt: skip


def test_what_the_journal_lacks_the_folders_tell(tmp_path: Path) -> None:
    journal(tmp_path, (SECOND, "done", {}), (THIRD, "done", {"kind": "load", "doubtful": 1}))
    for name, kind in ((FIRST, "reference"), (SECOND, "review"), (THIRD, "request")):
        folder(tmp_path, name, {"kind": kind})
    assert found(tmp_path) == [(FIRST, "done", "reference"), (SECOND, "done", "review"), (THIRD, "done", "load")]


@pytest.mark.parametrize(
    ("told", "lacking"),
    [
        ([(SECOND, "done", {"kind": "load"})], 1),
        ([(FIRST, "done", {"kind": "load"}), (THIRD, "done", {"kind": "load"})], 2),
        ([(FIRST, "done", {"kind": "load"}), (SECOND, "done", {})], 2),
    ],
)
def test_a_load_that_nothing_tells_of_is_named(tmp_path: Path, told: list[Told], lacking: int) -> None:
    journal(tmp_path, *told)
    with pytest.raises(HomeDamaged) as raised:
        recorded_loads(tmp_path)
    reason = raised.value.details["reason"]
    assert (raised.value.details["path"], reason.en) == (tmp_path / JOURNAL, f"nothing is told of load-00000{lacking}")


@pytest.fixture
def target(tmp_path: Path) -> Iterator[Store]:
    """A store that holds the reference data: more than an empty one, and as good to see what is done again."""
    with new_store(tmp_path / "target" / NAME) as store:
        yield store


def test_requests_and_what_was_read_are_done_again_up_to_a_load(target: Store, tmp_path: Path) -> None:
    old = tmp_path / "old"
    journal(
        old, (FIRST, "done", {"kind": "request", "request": ASK}), ("load-000002.1", "read", {"told": True}),
        (SECOND, "done", {"kind": "request", "request": MET}), ("load-000003.1", "read", {"kind": "load"}),
        (THIRD, "done", {"kind": "request", "request": {**MET, "state": "declined"}}),
    )  # fmt: skip
    assert rebuild(target, old, until=SECOND) == Rebuilt((FIRST, SECOND), ())
    events = [(e["load"], e["state"], e.get("request"), e.get("told")) for e in Journal(target.home).loads()[1:]]
    assert events == [
        ("load-000002.1", "read", None, True), (SECOND, "done", ASK, None), (THIRD, "done", MET, None),
    ]  # fmt: skip


def test_decisions_are_done_again_in_both_ways_of_writing(target: Store, tmp_path: Path) -> None:
    with target.read() as session:
        rows = session.nodes(schema.nodes()["Organization"]).to_pylist()
    one, two, three = sorted(row["key"] for row in rows if not row["uscc"])[:3]
    old = tmp_path / "old"
    journal(
        old, (FIRST, "done", {"kind": "review", "pair": [one, two], "verdict": "different"}),
        (SECOND, "done", {"kind": "review", "pairs": [[one, three, "different"], [two, three, "different"]]}),
    )  # fmt: skip
    assert rebuild(target, old) == Rebuilt((FIRST, SECOND), ())
    said = [(d.a.key, d.b.key, d.verdict) for d in decided(target)]
    assert said == [(one, two, "different"), (one, three, "different"), (two, three, "different")]


@pytest.mark.parametrize("told", [[], [(FIRST, "read", {"kind": "load"})], [(FIRST, "done", {"kind": "adopted"})]])
def test_nothing_to_do_again_is_said(target: Store, tmp_path: Path, told: list[Told]) -> None:
    old = tmp_path / "old"
    journal(old, *told)
    with pytest.raises(NothingToRebuild) as raised:
        rebuild(target, old)
    assert raised.value.details == {"path": old}


def test_nothing_up_to_a_load_is_said(target: Store, tmp_path: Path) -> None:
    journal(tmp_path, (FIRST, "done", {"kind": "request", "request": ASK}))
    with pytest.raises(NothingToRebuild):
        rebuild(target, tmp_path, until="load-000000")


OPTIONS = {"origin": None, "note": None, "full": None, "official": False}


def test_a_load_that_comes_out_otherwise_is_named(target: Store, csv: Callable[..., Path]) -> None:
    file = csv("old/机构.csv", TABLE)
    keep(file, digest(file), file.parent, Seal(file.parent / KEY))
    event = {"kind": "load", "paths": [str(file)], "files": {str(file): digest(file)}, "options": OPTIONS, "tables": []}
    journal(file.parent, (FIRST, "done", event), (SECOND, "done", {"kind": "request", "request": ASK}))
    assert rebuild(target, file.parent) == Rebuilt((FIRST, SECOND), (FIRST,))
    (told, _) = Journal(target.home).loads()[1:]
    assert [(t["read"], t["created"], t["rejected"]) for t in told["tables"]] == [(3, 2, 1)]
    assert told["files"] == {str(file): digest(file)}
    assert (target.home / KEY).read_bytes() == (file.parent / KEY).read_bytes()


def test_opened_copies_lie_beside_what_is_made_and_are_gone_after(target: Store, csv: Callable[..., Path]) -> None:
    file = csv("old/机构.csv", TABLE)
    keep(file, digest(file), file.parent, Seal(file.parent / KEY))
    event = {"kind": "load", "paths": [str(file)], "files": {str(file): digest(file)}, "options": OPTIONS, "tables": []}
    journal(file.parent, (FIRST, "done", event))
    met: set[Path] = set()
    rebuild(target, file.parent, progress=lambda *_: met.update(target.home.rglob(file.name)))
    (copy,) = met
    assert copy.parts[-len(file.parts) + 1 :] == file.parts[1:]
    assert not copy.exists()
    assert not list(target.home.glob("tmp*"))


def test_a_source_that_is_gone_is_named(target: Store, tmp_path: Path) -> None:
    event = {
        "kind": "load",
        "paths": ["/a/机构.csv"],
        "files": {"/a/机构.csv": "00ff"},
        "options": OPTIONS,
        "tables": [],
    }
    journal(tmp_path, (FIRST, "done", event))
    with pytest.raises(SourceMissing) as raised:
        rebuild(target, tmp_path)
    assert raised.value.details["path"] == tmp_path / "sources" / "00ff"


def test_what_was_made_of_a_store_is_dropped_where_it_cannot_be_whole(tmp_path: Path) -> None:
    """On a disk that is full it would keep it so, and it holds a copy of the key."""
    path = tmp_path / NAME
    event = {"kind": "load", "paths": ["/a"], "files": {"/a/机构.csv": "00ff"}, "options": OPTIONS, "tables": []}
    journal(swap.home_of(path), (FIRST, "done", event))
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(SourceMissing):
        rebuild_file(path)
    assert sorted(tmp_path.rglob("*")) == before


def test_a_key_that_opens_nothing_stops_all_before_it_begins(target: Store, tmp_path: Path) -> None:
    journal(tmp_path, (FIRST, "done", {"kind": "request", "request": ASK}))
    (tmp_path / KEY).write_text("no key")
    with pytest.raises(KeyMissing):
        rebuild(target, tmp_path)
    assert len(Journal(target.home).loads()) == 1
    assert not (target.home / KEY).exists()
