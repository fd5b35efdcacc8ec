"""What lies beside a store, damaged in one way after the other: what is found, and what mends it, word by word.

One load stands behind all of it, read once; each damage is done to a copy of its folder.
"""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from graph.clock import as_then
from graph.errors import HomeDamaged, HomeForbidden, SourceMissing
from graph.home import Home
from graph.language import Text
from graph.manifest import JOURNAL, MANIFEST, SIGNALS, FileEntry, Listing
from graph.stores.base import ReadSession, Store
from loaders.keep.audit import AuditLog
from loaders.keep.backup import backup
from loaders.keep.damage import (
    UNLISTED,
    Finding,
    audit_findings,
    examine_home,
    finding_of,
    guarded,
    remedy,
)
from loaders.keep.history import NOTE, History, LoadNote, list_anew, read_note, staged_token, write_note
from loaders.keep.journal import Journal
from loaders.keep.keys import KEY
from loaders.keep.rebuild import rebuild_file
from loaders.keep.recovery import recover
from loaders.keep.repair import LOST, damaged_notes, repair
from loaders.pipeline import load
from tests.support.stores import new_store
from tests.support.users import limited

TABLE = "名称,类型,所在地区,联系人\n示例-甲,服务机构,绵阳市涪城区,张三\n示例-丙,商会,不知道,\n"
LOAD, SECOND = "loads/load-000002", "load-000002"
Found = list[tuple[str, str, str]]


THEN = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, ReadSession]]:
    folder = tmp_path_factory.mktemp("whole")
    (folder / "机构.csv").write_text(TABLE, encoding="utf-8")
    with new_store(folder / "w.lbug") as store:
        with as_then(THEN):
            assert len(load(store, [folder / "机构.csv"]).issues) == 1
        with store.read() as session:
            yield store.home, session


@pytest.fixture
def home(whole: tuple[Path, ReadSession], tmp_path: Path) -> Path:
    return shutil.copytree(whole[0], tmp_path / "h.d")


def told(found: list[Finding], home: Path) -> Found:
    """Return level, what, and the way out, in English and without the folder."""
    return [(f.level, *(t.en.replace(str(home), "HOME") for t in (f.what, f.way_out))) for f in found]


DOCTOR, REBUILD = "Run `shuniu doctor --repair`.", "Run `shuniu rebuild`."
COPY_OF_KEY = "Put your copy of the key back at HOME/key."
AGAIN = "Load the original file 机构.csv again (`shuniu load`), or restore a backup."
LISTED_LATER = "They change nothing; they are listed by `shuniu doctor --repair`."
BY_ITSELF = "The next load completes or drops them by itself."
GONE = "With a backup, run `shuniu restore BACKUP --replace`; without, `shuniu doctor --repair` takes it off the list."
ALL = ("good", "all 62 files are there (read to their ends)", "")
OWN_KEY = ("good", "only its owner can read the key file", "")
SOURCES = ("good", "all 1 copies of sources are there", "")


def change(path: Path) -> None:
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))  # any fixed byte may be what stood there


def end_unknown(home: Path) -> None:
    lines = (home / JOURNAL).read_bytes().split(b"\n")
    lines[-2] = lines[-2].replace(b"done", b"dome")
    (home / JOURNAL).write_bytes(b"\n".join(lines))


def torn(home: Path) -> None:
    with (home / JOURNAL).open("ab") as file:
        file.write(b'{"load"')


def foreign(home: Path) -> None:
    """Put the list of a store with as many loads in the place of the own one."""
    listing = Home(home).listing()
    Home(home).start_anew(Listing(listing.files, {}, dict.fromkeys(listing.loads, "another")))


def further(home: Path) -> None:
    for name in ("snapshots/x", "snapshots/y.part"):
        (home / name).parent.mkdir(exist_ok=True)
        (home / name).touch()


def digest(home: Path) -> str:
    (source,) = (home / "sources").iterdir()
    return source.name


DAMAGES: dict[str, tuple[Callable[[Path], object], Found]] = {
    "none": (lambda _: None, [ALL, OWN_KEY, SOURCES]),
    "no list": (
        lambda home: (home / MANIFEST).unlink(),
        [("bad", f"A file beside the store is damaged: HOME/{MANIFEST} (is missing)", DOCTOR), OWN_KEY, SOURCES],
    ),
    "another list": (
        lambda home: (home / MANIFEST).write_text("{}"),
        [("bad", f"A file beside the store is damaged: HOME/{MANIFEST} (it is not whole)", DOCTOR), OWN_KEY],
    ),
    "the list of another store": (
        foreign,
        [("bad", f"A file beside the store is damaged: HOME/{MANIFEST} (it is the list of another store)", DOCTOR),
         OWN_KEY],
    ),
    "a line that was not finished": (
        torn,
        [ALL, ("note", "the journal's last line was never finished",
               "The next load drops it; it was acknowledged to nobody."), OWN_KEY, SOURCES],
    ),
    "a line of the journal": (
        end_unknown,
        [ALL, ("bad", f"{JOURNAL} is damaged in line 4", DOCTOR), ("bad", f"the journal lacks {SECOND}", DOCTOR),
         ("note", f"loads that never ended: {SECOND}", BY_ITSELF), OWN_KEY,
         ("good", "all 0 copies of sources are there", "")],
    ),
    "a load": (
        lambda home: shutil.rmtree(home / LOAD),
        [("bad", f"the history lacks {SECOND}", REBUILD),
         *(("bad", f"history of the loads: {LOAD}/{name} is missing", DOCTOR if name == NOTE else REBUILD)
           for name in ("LOCATED_IN.Organization.Region.parquet", "Organization.parquet", "changes.parquet",
                        "contacts.sealed", NOTE)), OWN_KEY, SOURCES],
    ),
    "rows of a load": (
        lambda home: (home / LOAD / "Organization.parquet").write_bytes(b""),
        [("bad", f"history of the loads: {LOAD}/Organization.parquet has another size than when it was written",
          REBUILD), OWN_KEY, SOURCES],
    ),
    "files on no list": (
        further, [("note", "1 files are on no list: snapshots/x …", LISTED_LATER), ALL, OWN_KEY, SOURCES],
    ),
    "a key for all to read": (
        lambda home: (home / KEY).chmod(0o640),
        [ALL, ("bad", "other users can read the key file", "Run chmod 600 HOME/key."), SOURCES],
    ),
    "no key": (
        lambda home: (home / KEY).unlink(),
        [("bad", "The key file is missing or holds no key: HOME/key", COPY_OF_KEY), SOURCES],
    ),
    "two keys": (
        lambda home: shutil.copy(home / KEY, home / "key.next"),
        [("note", "1 files are on no list: key.next …", LISTED_LATER), ALL,
         ("note", "the change of keys was not finished", "Run `shuniu keys rotate`: it goes on where it was."),
         OWN_KEY, SOURCES],
    ),
    "no copy of a source": (
        lambda home: (home / "sources" / digest(home)).unlink(),
        [("bad", "copies of sources: sources/DIGEST is missing", AGAIN), OWN_KEY,
         ("bad", "The copy of a source file is missing: HOME/sources/DIGEST", AGAIN)],
    ),
    "rejected rows": (
        lambda home: change(home / "rejects" / f"{SECOND}.xlsx"),
        [("bad", f"rejected rows: rejects/{SECOND}.xlsx has another content than when it was written", GONE), OWN_KEY,
         SOURCES],
    ),
    "searches": (
        lambda home: (home / SIGNALS).write_bytes(b"?\n"),
        [ALL, ("bad", f"{SIGNALS} is damaged in line 1", DOCTOR), OWN_KEY, SOURCES],
    ),
}  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_is_found(home: Path, damage: str) -> None:
    name = digest(home)
    done, found = DAMAGES[damage]
    done(home)
    assert [
        tuple(text.replace(name, "DIGEST") for text in one) for one in told(examine_home(home, thorough=True), home)
    ] == found


def test_what_is_not_for_this_user_to_read_is_neither_mended_nor_left_out(
    home: Path, whole: tuple[Path, ReadSession], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(home.parent)  # the folders above are the own ones of who runs the tests
    for path in (home.parent, *home.parent.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    (home / JOURNAL).chmod(0)
    before = {p: p.stat().st_mtime_ns for p in home.rglob("*")}
    here = Path(home.name)
    way_out = "It is not damaged. Run this as its owner, or let the owner give its permissions back (chmod u+rwX)."
    with limited():
        found = examine_home(here, thorough=True)
        for work in (
            lambda: repair(here, whole[1]),
            lambda: rebuild_file(Path("h")),
            lambda: backup(cast("Store", SimpleNamespace(home=here)), Path("b")),  # which asks nothing else before
        ):
            with pytest.raises(HomeForbidden):
                work()
    assert told(found, here) == [("bad", f"No permission to read HOME/{JOURNAL}", way_out)]
    assert {p: p.stat().st_mtime_ns for p in home.rglob("*")} == before


def test_a_glance_reads_no_file_to_its_end(home: Path) -> None:
    change(home / "rejects" / f"{SECOND}.xlsx")
    change(home / "sources" / digest(home))
    quick = ("good", "all 62 files are there (by their sizes)", "")
    assert told(examine_home(home), home) == [quick, OWN_KEY, SOURCES]
    assert [level for level, _, _ in told(examine_home(home, thorough=True), home)].count("bad") == 3


def test_a_folder_of_nothing_is_nothing_to_find(tmp_path: Path) -> None:
    assert told(examine_home(tmp_path), tmp_path) == [("good", "all 0 copies of sources are there", "")]
    old = tmp_path / "loads" / "load-000001"
    old.mkdir(parents=True)
    (old / NOTE).write_text('{"token": "t"}\n')
    level, what, _ = told(examine_home(tmp_path), tmp_path)[0]
    assert (level, what) == ("note", "An earlier version wrote the history; there is no list of its files yet.")


def test_what_cannot_be_read_at_all_is_one_finding(home: Path) -> None:
    def unreadable() -> Iterator[Finding]:
        yield UNLISTED
        (home / "nothing").read_bytes()

    assert told(guarded(unreadable), home) == [
        *told([UNLISTED], home),
        ("bad", "A file beside the store is damaged: HOME/nothing (No such file or directory)", REBUILD),
    ]

    def refused() -> Iterator[Finding]:
        raise SourceMissing(path=home / "s")
        yield UNLISTED

    (one,) = guarded(refused)
    assert one == finding_of(SourceMissing(path=home / "s"))


@pytest.mark.parametrize(
    ("name", "way_out"),
    [
        (MANIFEST, DOCTOR), (JOURNAL, DOCTOR), (SIGNALS, DOCTOR), (NOTE, DOCTOR), ("Organization.parquet", REBUILD),
    ],
)  # fmt: skip
def test_a_damaged_file_is_mended_by_what_can_make_it_again(tmp_path: Path, name: str, way_out: str) -> None:
    assert finding_of(HomeDamaged(path=tmp_path / name, reason="r")).way_out.en == way_out
    assert finding_of(HomeDamaged(path=tmp_path / name, reason="r"), UNLISTED.way_out).way_out == UNLISTED.way_out


def test_another_error_brings_its_own_way_out(tmp_path: Path) -> None:
    error = SourceMissing(path=tmp_path)
    assert finding_of(error) == Finding(
        "bad", Text(error.say("zh"), error.say("en")), Text(error.way_out("zh"), error.way_out("en"))
    )


def test_each_file_has_a_remedy(home: Path) -> None:
    names = {
        JOURNAL: DOCTOR, f"{LOAD}/{NOTE}": DOCTOR, f"{LOAD}/Organization.parquet": REBUILD, KEY: COPY_OF_KEY,
        f"sources/{digest(home)}": AGAIN, "sources/00": GONE, "rejects/x.xlsx": GONE, "snapshots/s": GONE,
    }  # fmt: skip
    assert {name: remedy(home, name).en.replace(str(home), "HOME") for name in names} == names


def test_contacts_that_do_not_open_are_told_when_asked_thoroughly(home: Path) -> None:
    (file,) = (home / LOAD).glob("*.sealed")
    change(file)
    Home(home).enter(f"{LOAD}/{file.name}")
    assert [level for level, _, _ in told(examine_home(home), home)] == ["good"] * 3
    found = told(examine_home(home, thorough=True), home)
    assert found[:-1] == [ALL, OWN_KEY, SOURCES]
    level, what, way_out = found[-1]
    assert (level, SECOND in what, way_out) == ("bad", True, REBUILD)


def test_a_source_that_does_not_open_is_told(home: Path) -> None:
    name = digest(home)
    change(home / "sources" / name)
    Home(home).enter(f"sources/{name}")
    assert told(examine_home(home), home)[-1] == SOURCES
    found = told(examine_home(home, thorough=True), home)
    assert found[:-1] == [ALL, OWN_KEY]
    assert (found[-1][0], name in found[-1][1]) == ("bad", True)


def test_an_audit_log_that_does_not_fit_is_to_be_kept(tmp_path: Path) -> None:
    log = AuditLog(tmp_path)
    assert [*audit_findings(log)] == []
    for number in range(3):
        log.add(who="a", role="admin", what="x", status=number)
    assert told([*audit_findings(log)], tmp_path) == [("good", "the audit log is whole: 3 rows", "")]
    lines = log.file.read_bytes().splitlines(keepends=True)
    log.file.write_bytes(lines[0] + b"?\n" + lines[2])
    way_out = "Keep HOME/audit as it is and find out who changed it; then move it away, and a new log begins."
    assert told([*audit_findings(log)], tmp_path) == [
        ("bad", "the audit log does not fit in 2 places, first in row 2: it is no row", way_out)
    ]
    log.anchor_file.write_bytes(b"{")
    said = "A file beside the store is damaged: HOME/audit/anchor.json (it is not whole)"
    assert told([*audit_findings(log)], tmp_path) == [("bad", said, way_out)]


# --- mended -------------------------------------------------------------------------------------------

LINE_4 = (
    "Line 4 of the journal was damaged and is now in journal.damaged; what it told is told again from the folder of "
    "its load."
)
TORN = "The journal's last line was never finished and was dropped; it was acknowledged to nobody."
REPAIRS: dict[str, tuple[str, list[str]]] = {
    "none": ("none", []),
    "list": ("no list", ["the list of files was made again"]),
    "journal": ("a line of the journal", [LINE_4, f"the journal tells of {SECOND} again"]),
    "end of the journal": ("a line that was not finished", [TORN]),
    "foreign list": ("the list of another store", ["the list of files was made again"]),
    "rejects": ("rejected rows", [f"rejects/{SECOND}.xlsx has no copy and was taken off the list"]),
    "signals": ("searches", ["damaged lines of the searches in vain were dropped"]),
    "fresh": ("files on no list", []),
}


@pytest.mark.parametrize("name", REPAIRS)
def test_what_is_mended_is_whole_again(whole: tuple[Path, ReadSession], home: Path, name: str) -> None:
    damage, done = REPAIRS[name]
    DAMAGES[damage][0](home)
    assert [text.en for text in repair(home, whole[1])] == done
    assert {finding.level for finding in examine_home(home, thorough=True)} == {"good"}
    assert repair(home, whole[1]) == []
    assert History(home).tokens() == {name: read_note(home / "loads" / name).token for name in ("load-000001", SECOND)}
    last = Journal(home).loads()[-1]
    assert (last["state"], last["at"]) == ("done", THEN.isoformat())
    assert [p.name[: len(SECOND)] for p in (home / LOST).rglob("*") if p.is_file()] == [SECOND] * (name == "rejects")


def test_a_note_is_written_again_from_the_journal_and_the_list(whole: tuple[Path, ReadSession], home: Path) -> None:
    folder = home / LOAD
    note = read_note(folder)
    (folder / NOTE).write_bytes(b"?")
    assert damaged_notes(home) == [SECOND]
    assert [text.en for text in repair(home, whole[1])] == [f"the note of {SECOND} was written again from the journal"]
    again = read_note(folder)
    assert (again.load, again.token, again.files) == (note.load, note.token, note.files)
    assert {k: v for k, v in again.event.items() if k in note.event} == note.event
    assert damaged_notes(home) == []


def test_what_is_no_file_is_set_aside(whole: tuple[Path, ReadSession], home: Path) -> None:
    (home / MANIFEST).unlink()
    (home / MANIFEST).mkdir()
    assert [text.en for text in repair(home, whole[1])] == [
        f"{MANIFEST} is no file and was set aside", "the list of files was made again",
    ]  # fmt: skip
    assert (home / MANIFEST).is_file()


def test_notes_stay_lost_where_nothing_tells_of_their_loads(whole: tuple[Path, ReadSession], home: Path) -> None:
    (home / LOAD / NOTE).write_bytes(b"?")
    lines = (home / JOURNAL).read_bytes().splitlines(keepends=True)
    (home / JOURNAL).write_bytes(b"".join(lines[:2]))
    assert [text.en for text in repair(home, whole[1])] == []
    assert damaged_notes(home) == [SECOND]
    assert [e["load"] for e in Journal(home).loads()] == ["load-000001"]


def test_what_the_list_forgot_the_graph_knows_of_a_note(whole: tuple[Path, ReadSession], home: Path) -> None:
    token = read_note(home / LOAD).token
    (home / LOAD / NOTE).write_bytes(b"?")
    Home(home).update(lambda listing: listing.loads.pop(SECOND))
    assert [text.en for text in repair(home, whole[1])] == [f"the note of {SECOND} was written again from the journal"]
    assert read_note(home / LOAD).token == token


def test_rows_that_are_damaged_stay_to_be_seen_when_the_list_is_made_again(
    whole: tuple[Path, ReadSession], home: Path
) -> None:
    change(home / LOAD / "Organization.parquet")
    (home / MANIFEST).unlink()
    repair(home, whole[1])
    assert [(level, what) for level, what, _ in told(examine_home(home, thorough=True), home)][:1] == [
        ("bad", f"history of the loads: {LOAD}/Organization.parquet has another content than when it was written")
    ]


def test_searches_that_are_gone_leave_an_empty_file(whole: tuple[Path, ReadSession], home: Path) -> None:
    (home / SIGNALS).write_bytes(b"")
    Home(home).enter(SIGNALS)
    (home / SIGNALS).unlink()
    done = [text.en for text in repair(home, whole[1])]
    assert (done, (home / SIGNALS).exists()) == (["damaged lines of the searches in vain were dropped"], True)
    assert repair(home, whole[1]) == []


def test_what_is_gone_and_has_no_copy_is_taken_off_the_list(whole: tuple[Path, ReadSession], home: Path) -> None:
    (home / "cases").mkdir()
    (home / "cases" / "c").touch()
    assert repair(home, whole[1]) == []
    assert "cases/c" in Home(home).listing().files
    (home / "cases" / "c").unlink()
    assert [text.en for text in repair(home, whole[1])] == ["cases/c has no copy and was taken off the list"]
    assert "cases/c" not in Home(home).listing().files
    assert not (home / LOST).exists()


# --- completed or dropped -----------------------------------------------------------------------------


def test_what_the_graph_holds_is_completed_and_else_dropped(whole: tuple[Path, ReadSession], home: Path) -> None:
    history, journal = History(home), Journal(home)
    history.staging.mkdir(exist_ok=True)
    (home / LOAD).rename(history.staging / SECOND)
    (history.staging / "load-000003").mkdir()
    write_note(history.staging / "load-000003", LoadNote("load-000003", "other", {"kind": "load"}, {}))
    (history.staging / "load-000004").mkdir()
    assert [staged_token(folder) for folder in history.staged()] == [history.home.listing().loads[SECOND], "other", ""]
    journal.write("load-000003", "begun", kind="load")
    recover(history, journal, whole[1])
    assert [folder.name for folder in history.folders()] == ["load-000001", SECOND]
    assert history.staged() == []
    assert [(e["load"], e["state"]) for e in journal.loads()] == [
        ("load-000001", "done"), (SECOND, "done"), ("load-000003", "failed"),
    ]  # fmt: skip
    assert {finding.level for finding in examine_home(home, thorough=True)} == {"good"}


def test_a_load_that_neither_list_nor_journal_knows_is_told_from_its_note(
    whole: tuple[Path, ReadSession], home: Path
) -> None:
    lines = (home / JOURNAL).read_bytes().splitlines(keepends=True)
    (home / JOURNAL).write_bytes(b"".join(lines[:2]))

    def forget(listing: Listing) -> None:
        listing.files = {name: entry for name, entry in listing.files.items() if SECOND not in name}
        listing.files[JOURNAL] = FileEntry(0, "")
        del listing.loads[SECOND]

    Home(home).update(forget)
    recover(History(home), Journal(home), whole[1])
    assert History(home).tokens() == Home(home).listing().loads
    assert [(e["load"], e["state"], e.get("recovered")) for e in Journal(home).loads()] == [
        ("load-000001", "done", None), (SECOND, "done", True),
    ]  # fmt: skip
    assert {finding.level for finding in examine_home(home, thorough=True)} == {"good"}
    before = Home(home).listing()
    list_anew(home)
    assert Home(home).listing() == before
