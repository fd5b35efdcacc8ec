"""Where register and queues of jobs are kept: a SQLite file beside the store, or a Redis that several servers share.

On SQLite the server that came first does the jobs of all; on Redis each takes what it has time for. The files of a
job lie beside the store either way, in a folder that all servers of one graph share.
"""

import logging
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from huey import Huey, RedisHuey, SqliteHuey
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

from api.jobs.database import Database, kept_in
from api.jobs.register import FOLDER, UNFINISHED, Job, JobTable
from graph.errors import StoreProblem
from graph.home import locked
from graph.language import Text

log = logging.getLogger("shuniu.jobs")

FILE = "jobs.db"
JOBS, ENDED, SERVER = "shuniu:jobs", "shuniu:jobs:ended", "shuniu:server:"
"""In Redis: the hash of jobs that wait or run, that of those that have ended, a key for each server that lives."""
LIVES_SECONDS = 20
"""A server that has not said for so long that it lives does not."""
ANSWER_SECONDS, AWAY_SECONDS = 5.0, 0.5
"""So long Redis may take for an answer; so long a lane rests where there was none."""
_TABLE = (
    "CREATE TABLE IF NOT EXISTS job (id TEXT PRIMARY KEY, asker TEXT NOT NULL, state TEXT NOT NULL, told TEXT NOT NULL)"
)


class QueueUnreachable(StoreProblem):
    """The Redis of the jobs does not answer."""

    message = Text("作业队列没有应答", "The queue of jobs does not answer")
    hint = Text(
        "请稍后重试；管理员请检查 SHUNIU_JOBS 所指的 Redis。", "Try again shortly; SHUNIU_JOBS says where it is."
    )


class JobStorage(Protocol):
    """Where jobs are kept."""

    @property
    def table(self) -> JobTable:
        """Where they are written down."""

    def queue(self, lane: str) -> Huey:
        """Return the queue of a lane."""

    def takes(self) -> bool:
        """Tell whether this server takes jobs; once it does, it does so until the end."""

    def beat(self, server: str) -> None:
        """Say that a server lives."""

    def lives(self, server: str) -> bool:
        """Tell whether another server lives."""

    def close(self) -> None:
        """Let others take."""


class SqliteTable:
    """The jobs in a file."""

    def __init__(self, path: Path) -> None:
        self._database = Database(path, _TABLE)

    def put(self, job: Job) -> None:
        """Enter a job."""
        with self._database.changing() as cursor:
            cursor.execute("REPLACE INTO job VALUES (?, ?, ?, ?)", _row(job))

    def get(self, id_: str) -> Job | None:
        """Return a job; none where there is no such one."""
        found = self._database.rows("SELECT told FROM job WHERE id = ?", id_)
        return Job.model_validate_json(found[0][0]) if found else None

    def all(self) -> list[Job]:
        """Return every job."""
        return [Job.model_validate_json(text) for (text,) in self._database.rows("SELECT told FROM job")]

    def unfinished(self) -> list[Job]:
        """Return those that wait or run."""
        found = self._database.rows("SELECT told FROM job WHERE state IN (?, ?)", *UNFINISHED)
        return [Job.model_validate_json(text) for (text,) in found]

    def change(self, id_: str, to: Callable[[Job], Job | None]) -> Job | None:
        """Put what ``to`` makes of a job that waits or runs in its place."""
        with self._database.changing() as cursor:
            found = cursor.execute("SELECT told FROM job WHERE id = ?", (id_,)).fetchone()
            changed = to(Job.model_validate_json(found[0])) if found else None
            if changed:
                cursor.execute("REPLACE INTO job VALUES (?, ?, ?, ?)", _row(changed))
            return changed

    def drop(self, id_: str) -> None:
        """Forget a job."""
        with self._database.changing() as cursor:
            cursor.execute("DELETE FROM job WHERE id = ?", (id_,))

    def close(self) -> None:
        """Give the file back."""
        self._database.close()


def _row(job: Job) -> tuple[str, str, str, str]:
    return job.id, job.asker, job.state.value, job.model_dump_json()


class _Patient:
    """A queue that holds nothing while what it lies in is away: the beat of the server says so, once in a while."""

    away: type[Exception]
    """What is then raised below."""
    told: Callable[[], AbstractContextManager[None]]
    """Makes of it an error of ours."""

    def dequeue(self) -> Any:
        try:
            return super().dequeue()  # type: ignore[misc]
        except self.away:
            time.sleep(AWAY_SECONDS)
            return None

    def read_schedule(self, timestamp: Any = None) -> Any:
        try:
            return super().read_schedule(timestamp)  # type: ignore[misc]
        except self.away:
            return []

    def is_revoked(self, *_: object, **__: object) -> bool:
        """Tell that it is wanted: what nobody wants any more is told so in the register, and the queue may be away."""
        return False

    def delete(self, _: str) -> bool:
        """Tell that nothing was noted of a task's being unwanted."""
        return False

    def enqueue(self, task: Any) -> Any:
        with self.told():
            return super().enqueue(task)  # type: ignore[misc]

    def pending(self, limit: int | None = None) -> Any:
        with self.told():
            return super().pending(limit)  # type: ignore[misc]


class _FileQueue(_Patient, SqliteHuey):  # type: ignore[misc]
    away = sqlite3.Error

    def __init__(self, lane: str, path: Path) -> None:
        self.told = partial(kept_in, path)
        with self.told():
            super().__init__(lane, filename=str(path), results=False, fsync=True)


class SqliteStorage:
    """Jobs beside the store of one machine."""

    def __init__(self, home: Path) -> None:
        self._folder = home / FOLDER
        self._holding = ExitStack()
        self.table = SqliteTable(self._folder / FILE)

    def queue(self, lane: str) -> Huey:
        """Return the queue of a lane."""
        return _FileQueue(lane, self._folder / FILE)

    def takes(self) -> bool:
        """Tell whether this server came first."""
        return self._holding.enter_context(locked(self._folder, wait=False))

    def beat(self, server: str) -> None:
        """Say nothing: whoever lives holds the lock."""

    def lives(self, server: str) -> bool:  # noqa: ARG002
        """Tell that no other server does jobs: this one holds the lock."""
        return False

    def close(self) -> None:
        """Let another server take."""
        self._holding.close()


@contextmanager
def _answering() -> Iterator[None]:
    try:
        yield
    except RedisError as error:
        log.warning("redis: %s", error)
        raise QueueUnreachable from error


class RedisTable:
    """The jobs in two hashes."""

    def __init__(self, redis: Redis) -> None:
        self._redis: Any = redis  # its annotations are those of its asynchronous twin, too

    def put(self, job: Job) -> None:
        """Enter a job."""
        with _answering():
            self._redis.hset(JOBS, job.id, job.model_dump_json())

    def get(self, id_: str) -> Job | None:
        """Return a job; none where there is no such one."""
        with _answering():
            text = self._redis.hget(JOBS, id_) or self._redis.hget(ENDED, id_)
        return Job.model_validate_json(text) if text else None

    def all(self) -> list[Job]:
        """Return every job."""
        with _answering():
            return [Job.model_validate_json(text) for text in self._redis.hvals(JOBS) + self._redis.hvals(ENDED)]

    def unfinished(self) -> list[Job]:
        """Return those that wait or run."""
        with _answering():
            return [Job.model_validate_json(text) for text in self._redis.hvals(JOBS)]

    def change(self, id_: str, to: Callable[[Job], Job | None]) -> Job | None:
        """Put what ``to`` makes of a job in its place; begun again where somebody else was quicker."""

        def change(pipe: Any) -> Job | None:
            text = pipe.hget(JOBS, id_)
            changed = to(Job.model_validate_json(text)) if text else None
            pipe.multi()
            if changed and changed.ended:
                pipe.hdel(JOBS, id_)
            if changed:
                pipe.hset(ENDED if changed.ended else JOBS, id_, changed.model_dump_json())
            return changed

        with _answering():
            changed: Job | None = self._redis.transaction(change, JOBS, value_from_callable=True)
            return changed

    def drop(self, id_: str) -> None:
        """Forget a job."""
        with _answering():
            self._redis.hdel(JOBS, id_)
            self._redis.hdel(ENDED, id_)

    def close(self) -> None:
        """Give the connections back."""
        self._redis.close()


class _RedisQueue(_Patient, RedisHuey):  # type: ignore[misc]
    away, told = RedisError, staticmethod(_answering)


class RedisStorage:
    """Jobs of all servers that share one database."""

    def __init__(self, url: str) -> None:
        # Once more, as a kept connection may be an old one; not by and by: who asks is told that it is away.
        self._redis = Redis.from_url(
            url, socket_timeout=ANSWER_SECONDS, socket_connect_timeout=ANSWER_SECONDS, retry=Retry(NoBackoff(), 1)
        )
        self.table = RedisTable(self._redis)

    def queue(self, lane: str) -> Huey:
        """Return the queue of a lane."""
        return _RedisQueue(f"shuniu_{lane}", connection_pool=self._redis.connection_pool, results=False)

    def takes(self) -> bool:
        """Tell that every server takes."""
        return True

    def beat(self, server: str) -> None:
        """Say that a server lives."""
        with _answering():
            self._redis.set(f"{SERVER}{server}", 1, ex=LIVES_SECONDS)

    def lives(self, server: str) -> bool:
        """Tell whether a server has said so lately."""
        with _answering():
            return bool(self._redis.exists(f"{SERVER}{server}"))

    def close(self) -> None:
        """Do nothing: others take as it is."""
