"""The audit log: whatever is done to its rows is seen, and whoever adds to it at the same time loses nothing."""

import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

import pytest

from graph.errors import FileUnwritable, HomeDamaged
from graph.stores.base import Store
from loaders.keep.audit import BEGIN, Anchor, AuditLog, row_hash
from loaders.keep.backup import backup, restore
from loaders.keep.rebuild import rebuild_in
from loaders.pipeline import load
from tests.support.disk import short_files

ROWS = 12


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> AuditLog:
    log = AuditLog(tmp_path_factory.mktemp("home"))
    for number in range(ROWS):
        log.add(who=f"k{number}", role="admin", what="POST /v1/signals", status=200, request=f"r{number}")
    return log


def copy_of(log: AuditLog, home: Path) -> AuditLog:
    shutil.copytree(log.folder, home / log.folder.name)
    return AuditLog(home)


def chained(lines: list[dict]) -> list[dict]:
    """Return rows that somebody made fit each other anew, who knows how."""
    previous = BEGIN
    for number, row in enumerate(lines, 1):
        row |= {"row": number, "previous": previous}
        row["hash"] = previous = row_hash(previous, row)
    return lines


def changed(rows: list[dict], random: Random) -> list[dict]:
    row = random.choice(rows)
    row[random.choice(["who", "at", "what", "role", "request"])] += "x"
    return rows


def status_changed(rows: list[dict], random: Random) -> list[dict]:
    random.choice(rows)["status"] += 1
    return rows


def removed(rows: list[dict], random: Random) -> list[dict]:
    del rows[random.randrange(len(rows))]
    return rows


def swapped(rows: list[dict], random: Random) -> list[dict]:
    a, b = random.sample(range(len(rows)), 2)
    rows[a], rows[b] = rows[b], rows[a]
    return rows


def cut(rows: list[dict], random: Random) -> list[dict]:
    return rows[: random.randrange(len(rows))]


def doubled(rows: list[dict], random: Random) -> list[dict]:
    at = random.randrange(len(rows))
    return [*rows[:at], dict(rows[at]), *rows[at:]]


def changed_and_chained(rows: list[dict], random: Random) -> list[dict]:
    return chained(changed(rows, random))


def removed_and_chained(rows: list[dict], random: Random) -> list[dict]:
    return chained(removed(rows, random))


WAYS: list[Callable[[list[dict], Random], list[dict]]] = [
    changed, status_changed, removed, swapped, cut, doubled, changed_and_chained, removed_and_chained
]  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_whatever_is_done_to_the_rows_is_seen_and_stays_to_be_seen(
    written: AuditLog, tmp_path: Path, way: Callable[[list[dict], Random], list[dict]]
) -> None:
    for seed in range(13):  # 8 ways: 104 in all
        home = tmp_path / str(seed)
        log = copy_of(written, home)
        rows = way([row for row in log.rows() if row], Random(seed))
        log.file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
        assert log.breaks(), (way.__name__, seed)
        log.add(who="a", role="admin", what="afterwards", status=200)
        log.add(who="a", role="admin", what="afterwards", status=200)
        assert log.breaks(), (way.__name__, seed)


def test_a_log_as_it_was_written_is_whole(written: AuditLog, tmp_path: Path) -> None:
    assert written.breaks() == []
    assert AuditLog(tmp_path / "none").breaks() == []
    assert not (tmp_path / "none").exists()
    rows = [row for row in written.rows() if row]
    assert [row["row"] for row in rows] == list(range(1, ROWS + 1))
    assert rows[0]["previous"] == BEGIN == "0" * 64
    assert written.anchor() == Anchor(ROWS, rows[-1]["hash"])
    assert all(row["at"].endswith("+00:00") for row in rows)
    assert written.file.stat().st_mode & 0o777 == 0o600


def test_who_is_stopped_between_row_and_anchor_breaks_nothing(written: AuditLog, tmp_path: Path) -> None:
    log = copy_of(written, tmp_path)
    before = log.anchor_file.read_bytes()
    log.add(who="a", role="admin", what="stopped", status=200)
    log.anchor_file.write_bytes(before)
    with log.file.open("ab") as file:
        file.write(b'{"row": 14, "at')
    log.add(who="a", role="admin", what="next", status=200)
    assert log.breaks() == []
    assert [row["what"] for row in log.rows() if row][-2:] == ["stopped", "next"]


def test_a_row_for_which_there_is_no_room_is_refused_and_breaks_nothing(written: AuditLog, tmp_path: Path) -> None:
    log = copy_of(written, tmp_path)
    with short_files(log.file.stat().st_size + 10), pytest.raises(FileUnwritable):
        log.add(who="k", role="admin", what="POST /v1/signals", status=200)
    assert (log.breaks(), len(list(log.rows()))) == ([], ROWS)
    assert log.add(who="k", role="admin", what="POST /v1/signals", status=200)["row"] == ROWS + 1
    assert log.breaks() == []


def test_an_anchor_that_is_taken_away_is_missed(written: AuditLog, tmp_path: Path) -> None:
    log = copy_of(written, tmp_path)
    log.anchor_file.unlink()
    assert [one.row for one in log.breaks()] == [ROWS]
    log.add(who="a", role="admin", what="afterwards", status=200)
    assert [one.row for one in log.breaks()] == [ROWS + 1]
    log.file.unlink()
    assert [one.row for one in log.breaks()] == [1]


def test_the_anchor_may_lie_elsewhere(tmp_path: Path) -> None:
    log = AuditLog(tmp_path / "home", tmp_path / "anchor")
    log.add(who="a", role="admin", what="x", status=0)
    shutil.rmtree(log.folder)
    assert [one.row for one in log.breaks()] == [1]


ADD = """
import sys
from pathlib import Path
from graph.stores.base import Store
from loaders.keep.audit import AuditLog
from loaders.keep.backup import backup, restore
from loaders.keep.rebuild import rebuild_in
from loaders.pipeline import load
log = AuditLog(Path(sys.argv[1]))
for number in range(20):
    log.add(who=sys.argv[2], role="admin", what="x", status=number)
"""


def test_many_add_at_once(tmp_path: Path) -> None:
    log = AuditLog(tmp_path)
    apart = [subprocess.Popen([sys.executable, "-c", ADD, str(tmp_path), f"p{n}"]) for n in range(2)]
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda n: log.add(who="t", role="admin", what="x", status=n), range(40)))
    assert [process.wait() for process in apart] == [0, 0]
    assert log.breaks() == []
    rows = [(row["who"], row["status"]) for row in log.rows() if row]
    assert sorted(rows) == sorted([("t", n) for n in range(40)] + [(f"p{p}", n) for p in range(2) for n in range(20)])


def broken(log: AuditLog) -> list[tuple[int, str]]:
    return [(one.row, one.what.en) for one in log.breaks()]


def test_what_is_not_there_or_no_log_is_told_apart(tmp_path: Path) -> None:
    log = AuditLog(tmp_path)
    assert (log.breaks(), [*log.rows()], log.anchor()) == ([], [], None)
    assert not log.folder.exists()
    log.folder.mkdir()
    log.file.mkdir()
    with pytest.raises(HomeDamaged) as raised:
        log.breaks()
    assert raised.value.details["path"] == log.file
    with pytest.raises(HomeDamaged) as raised:
        log.add(who="a", role="admin", what="x", status=0)
    assert raised.value.details["path"] == log.file
    log.file.rmdir()
    log.anchor_file.with_name(f"{log.anchor_file.name}.part").mkdir()
    with pytest.raises(FileUnwritable) as refused:
        log.add(who="a", role="admin", what="x", status=0)
    assert refused.value.details["path"] == log.file


@pytest.mark.parametrize("content", ["", "[]", '{"rows": 1, "hash": "0", "more": 2}', "3"])
def test_an_anchor_that_is_none_is_named(written: AuditLog, tmp_path: Path, content: str) -> None:
    log = copy_of(written, tmp_path)
    log.anchor_file.write_text(content)
    with pytest.raises(HomeDamaged) as raised:
        log.breaks()
    told = raised.value.details
    assert (told["path"], told["reason"].en) == (log.anchor_file, "it is not whole")


def test_a_line_that_is_no_row_breaks_the_log_and_the_chain_goes_on(written: AuditLog, tmp_path: Path) -> None:
    log = copy_of(written, tmp_path)
    lines = log.file.read_bytes().splitlines(keepends=True)
    for number, bad in ((2, b'{"row": "3", "hash": "h"}\n'), (5, b'{"row": 6, "hash": 7}\n'), (7, b"[]\n")):
        lines[number] = bad
    log.file.write_bytes(b"".join(lines))
    assert broken(log) == [
        (3, "it is no row"), (4, "it does not follow the one before it"), (6, "it is no row"),
        (7, "it does not follow the one before it"), (8, "it is no row"), (9, "it does not follow the one before it"),
    ]  # fmt: skip


def test_rows_gone_from_the_end_are_counted_and_not_built_upon(written: AuditLog, tmp_path: Path) -> None:
    log = copy_of(written, tmp_path)
    log.file.write_bytes(b"".join(log.file.read_bytes().splitlines(keepends=True)[:-3]))
    assert broken(log) == [(ROWS - 2, "3 rows are gone from the end")]
    row = log.add(who="a", role="admin", what="x", status=0)
    assert (row["row"], row["previous"]) == (ROWS + 1, json.loads(written.anchor_file.read_bytes())["hash"])
    assert broken(log)[0] == (ROWS - 2, "it does not follow the one before it")


def test_an_anchor_may_lie_elsewhere(tmp_path: Path) -> None:
    log = AuditLog(tmp_path, tmp_path / "anchor")
    row = log.add(who="a", role="admin", what="x", status=1, request="r", key="k")
    assert log.anchor() == Anchor(1, row["hash"])
    assert [*log.rows()] == [row]
    assert [p.name for p in log.folder.iterdir() if p.is_file() and p.name != ".lock"] == [log.file.name]
    assert {name: row[name] for name in ("row", "who", "role", "what", "status", "request", "key", "previous")} == {
        "row": 1, "who": "a", "role": "admin", "what": "x", "status": 1, "request": "r", "key": "k", "previous": BEGIN,
    }  # fmt: skip


def test_a_log_without_its_anchor_says_so(written: AuditLog, tmp_path: Path) -> None:
    log = copy_of(written, tmp_path)
    log.anchor_file.unlink()
    assert broken(log) == [(ROWS, "the anchor is gone")]


def test_keys_and_log_stay_where_the_store_is(store: Store, csv: Callable[..., Path], tmp_path: Path) -> None:
    load(store, [csv("机构.csv", "名称,所在地区\n示例-甲,绵阳市\n")])
    saved = backup(store, tmp_path / "b.zip")
    log, keys = AuditLog(store.home), store.home / "access" / "keys.json"
    keys.parent.mkdir()
    keys.write_text("[]")
    log.add(who="a", role="admin", what="x", status=0)
    restore(saved, store, replace=True)
    log.add(who="a", role="admin", what="y", status=0)
    rebuild_in(store)
    assert ([row["what"] for row in log.rows() if row], log.breaks()) == (["x", "y"], [])
    assert keys.read_text() == "[]"
    with zipfile.ZipFile(saved) as bundle:
        assert not [name for name in bundle.namelist() if "audit" in name or "access" in name]
