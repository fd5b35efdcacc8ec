"""The register of jobs: of two who change one at the same time one does; what ended a day ago is forgotten."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from redis import Redis

from api.jobs.database import Database
from api.jobs.first_answers import FirstAnswer, FirstAnswers
from api.jobs.register import FOLDER, KEPT, UNFINISHED, Job, JobState, Register
from api.jobs.storage import FILE, JobStorage, RedisStorage, SqliteStorage
from graph.errors import DiskFull, FileUnwritable, HomeDamaged
from tests.support.disk import short_files


@pytest.fixture(params=["sqlite", "redis"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Register]:
    """Open the register that is kept beside a store, or in a Redis, once more."""
    if request.param == "redis":
        url = request.getfixturevalue("redis_url")
        with Redis.from_url(url) as redis:
            redis.flushall()
    opening: Callable[[], JobStorage] = (
        (lambda: RedisStorage(url)) if request.param == "redis" else lambda: SqliteStorage(tmp_path)
    )
    return lambda: Register(tmp_path, opening().table)


def job(id_: str, asker: str = "a", state: JobState = JobState.queued) -> Job:
    return Job(id=id_, kind="reports", lane="answers", asker=asker, order={"n": 1}, state=state)


def test_a_job_is_what_was_entered_and_changes_once(opened: Callable[[], Register]) -> None:
    register = opened()
    first, other = job("1"), job("2", "b")
    register.add(first)
    register.add(other)
    assert (register.get("1"), register.get("3")) == (first, None)
    assert (register.of("a"), register.unfinished()) == ([first], [first, other])
    gone = register.change("1", [JobState.queued], state=JobState.cancelled, finished=first.asked)
    assert gone == first.model_copy(update={"state": JobState.cancelled, "finished": first.asked})
    assert register.change("1", UNFINISHED, state=JobState.done) is None
    assert register.change("3", UNFINISHED, state=JobState.done) is None
    assert (register.get("1"), register.unfinished()) == (gone, [other])
    register.close()
    again = opened()
    assert again.of("b") == [other]
    again.close()


def test_what_ended_a_day_ago_and_what_is_too_much_is_forgotten(opened: Callable[[], Register], tmp_path: Path) -> None:
    register = opened()
    for number in range(4):
        register.add(job(str(number)))
    for id_ in "12":
        register.change(id_, UNFINISHED, state=JobState.done, finished=job("x").asked)
    now = job("x").asked
    assert register.sweep(now) == []
    register.keep_newest("a", 3)
    assert {j.id for j in register.of("a")} == {"0", "2", "3"}  # the first still waits
    assert register.sweep(now + KEPT + timedelta(minutes=1)) == ["2"]
    assert {j.id for j in register.of("a")} == {"0", "3"}
    assert sorted(p.name for p in (tmp_path / FOLDER).iterdir() if p.is_dir()) == ["0", "3"]
    register.close()


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "jobs").write_text("in the way")
    with pytest.raises(FileUnwritable):
        SqliteStorage(tmp_path)


def test_what_cannot_be_kept_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    register = Register(tmp_path, SqliteStorage(tmp_path).table)
    register.add(first := job("0"))
    with short_files(0):
        with pytest.raises(FileUnwritable):
            register.add(job("1"), lambda folder: (folder / "body").write_bytes(b"x"))
        with pytest.raises(FileUnwritable):
            register.add(job("2"))
        with pytest.raises(FileUnwritable):
            register.change("0", UNFINISHED, state=JobState.done)
    assert register.of("a") == [first]
    assert sorted(p.name for p in (tmp_path / FOLDER).iterdir() if p.is_dir()) == ["0"]
    register.add(job("3"))  # as soon as there is room
    assert {j.id for j in register.of("a")} == {"0", "3"}
    register.close()


def test_no_room_in_the_file_is_a_full_disk_and_takes_nothing(tmp_path: Path) -> None:
    kept = Database(tmp_path / "a.db", "CREATE TABLE IF NOT EXISTS t (what TEXT)")
    kept.rows("PRAGMA max_page_count = 3")
    with pytest.raises(DiskFull), kept.changing() as cursor:
        cursor.execute("INSERT INTO t VALUES (?)", ("x" * 100_000,))
    with kept.changing() as cursor:
        cursor.execute("INSERT INTO t VALUES ('y')")
    assert kept.rows("SELECT what FROM t") == [("y",)]
    kept.close()


@pytest.mark.parametrize("at", [0, 8192])
def test_a_damaged_file_is_set_aside_and_another_begun(tmp_path: Path, at: int) -> None:
    register = Register(tmp_path, SqliteStorage(tmp_path).table)
    for number in range(50):
        register.add(job(str(number)))
    register.close()
    path = tmp_path / FOLDER / FILE
    content = bytearray(path.read_bytes())
    content[at : at + 4096] = b"\xff" * 4096
    path.write_bytes(content)
    again = Register(tmp_path, SqliteStorage(tmp_path).table)
    assert again.of("a") == []
    again.add(job("new"))
    assert [j.id for j in again.of("a")] == ["new"]
    again.close()
    assert [p.read_bytes() for p in path.parent.glob(f"{FILE}.????????")] == [bytes(content)]


def test_a_file_that_is_damaged_while_it_is_used_is_told(tmp_path: Path) -> None:
    kept = Database(tmp_path / "a.db", "CREATE TABLE IF NOT EXISTS t (what TEXT)")
    (tmp_path / "a.db").write_bytes(b"x" * 8192)
    with pytest.raises(HomeDamaged):
        kept.rows("SELECT what FROM t")
    kept.close()


def test_answers_are_kept_by_asker_and_key(tmp_path: Path) -> None:
    kept = FirstAnswers(tmp_path)
    answer = FirstAnswer("d", 202, [("content-type", "application/json")], b"{}")
    kept.keep("a", "k", answer)
    assert (kept.find("a", "k"), kept.find("b", "k"), kept.find("a", "l")) == (answer, None, None)
    kept.close()
