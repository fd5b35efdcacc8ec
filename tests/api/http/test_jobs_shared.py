"""Jobs of several servers on one Redis: each does some, each sees and ends all, and nobody's are lost with it."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from api.http.jobs import Jobs, Stop, Stopped, Work
from api.jobs.register import Job, JobResult, JobState, Register
from api.jobs.storage import QueueUnreachable, RedisStorage
from api.webhooks import Webhooks
from tests.support.machine import private_redis

SECONDS = 120
Start = Callable[[Work], Jobs]


@pytest.fixture
def start(redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Start a server's jobs, on the Redis and in the folder of all."""
    monkeypatch.setattr("api.http.jobs.BEAT_SECONDS", 0.05)
    with ExitStack() as ending:

        def started(work: Work) -> Jobs:
            made = Jobs(tmp_path, {"one": work}, lambda *_: JobResult(status=503), Webhooks("", None), redis_url)
            ending.callback(made.close)
            made.start()
            return made

        yield started


def until(done: Callable[[], Any]) -> None:
    end = time.monotonic() + SECONDS
    while not done():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_servers_do_jobs_at_the_same_time(start: Start) -> None:
    both = threading.Barrier(2)
    did: dict[str, str] = {}

    def work(of: str) -> Work:
        def run(job: Job, *_: Any) -> JobResult:
            both.wait(SECONDS)  # nobody goes on before another server is at a job, too
            did[job.id] = of
            return JobResult(status=200)

        return run

    a, b = start(work("a")), start(work("b"))
    ids = [a.take("one", "k", "asker", {"n": n}).id for n in range(2)]
    until(lambda: all(job.ended for job in b.of("asker")))
    assert sorted(did) == sorted(ids)
    assert sorted(did.values()) == ["a", "b"]
    assert {job.state for job in a.of("asker")} == {JobState.done}


def test_a_job_is_ended_by_way_of_any_server(start: Start) -> None:
    begun = threading.Event()

    def work(_: Job, _folder: Path, stop: Stop, _tell: Any) -> JobResult:
        leave = threading.Event()
        stop.on(leave.set)
        begun.set()
        assert leave.wait(SECONDS)
        raise Stopped

    a = start(work)
    id_ = a.take("one", "k", "other", {}).id
    assert begun.wait(SECONDS)
    b = start(work)
    b.cancel(id_, "other")
    until(lambda: b.get(id_, "other").ended)
    assert a.get(id_, "other").state == JobState.cancelled


def test_what_a_server_left_is_done_by_another_unless_it_lives(start: Start, redis_url: str, tmp_path: Path) -> None:
    storage = RedisStorage(redis_url)
    register = Register(tmp_path, storage.table)
    storage.beat("lives")
    was = (("1", "gone", 1), ("2", "gone", 2), ("3", "lives", 1), ("4", None, 0))
    for id_, server, attempts in was:
        state = JobState.running if server else JobState.queued
        order = {"id": id_, "kind": "k", "lane": "one", "asker": "left", "order": {}}
        register.add(Job(**order, state=state, attempts=attempts, server=server))
    here = start(lambda *_: JobResult(status=200))
    until(lambda: sum(job.ended for job in here.of("left")) == 3)
    told = {job.id: (job.state, job.attempts) for job in here.of("left")}
    assert told == {
        "1": (JobState.done, 2), "2": (JobState.failed, 2), "3": (JobState.running, 1), "4": (JobState.done, 1)
    }  # fmt: skip
    register.change("3", [JobState.running], state=JobState.done)


def test_without_the_queue_it_is_told_and_later_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("api.http.jobs.BEAT_SECONDS", 0.05)
    with TemporaryDirectory() as folder:
        url = f"unix://{folder}/redis"
        jobs = Jobs(tmp_path, {"one": lambda *_: JobResult(status=200)}, lambda *_: JobResult(status=503),
                    Webhooks("", None), url)  # fmt: skip
        jobs.start()
        try:
            for _ in range(2):  # the second Redis knows nothing of the first
                with pytest.raises(QueueUnreachable):
                    jobs.take("one", "k", "a", {})
                with pytest.raises(QueueUnreachable):
                    RedisStorage(url).queue("one").pending()
                with private_redis(Path(folder)):
                    id_ = jobs.take("one", "k", "a", {}).id
                    until(lambda id_=id_: jobs.get(id_, "a").ended)
                    assert jobs.get(id_, "a").state == JobState.done
                Path(folder, "redis").unlink()
        finally:
            jobs.close()
    assert faults(caplog) == []


def faults(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return what the queue's own threads have not foreseen."""
    return [r.getMessage() for r in caplog.records if r.name.startswith("huey") and r.exc_info]


def test_a_job_whose_end_cannot_be_noted_stays_as_it_was(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    begun, gone = threading.Event(), threading.Event()

    def work(*_: object) -> JobResult:
        begun.set()
        assert gone.wait(SECONDS)
        return JobResult(status=200)

    with TemporaryDirectory() as folder, ExitStack() as ending:
        url = f"unix://{folder}/redis"
        jobs = Jobs(tmp_path, {"one": work}, lambda *_: JobResult(status=503), Webhooks("", None), url)
        ending.callback(jobs.close)
        with private_redis(Path(folder)):
            jobs.start()
            id_ = jobs.take("one", "k", "a", {}).id
            assert begun.wait(SECONDS)
            assert jobs.get(id_, "a").state == JobState.running
        gone.set()
    assert "shuniu.jobs" in {r.name for r in caplog.records}, "that the queue does not answer is told"
    assert faults(caplog) == []
