"""The register of jobs: a table, and a folder a job, beside the store, for what it was given and what it made.

A change of a job's state is one transaction and holds only from the states that it names: of two who end a job at
the same time, one does.
"""

import secrets
import shutil
from collections.abc import Callable, Collection
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict, Field

from graph.errors import unwritable

FOLDER = "jobs"
KEPT = timedelta(days=1)
"""So long after its end a job, and what it made, can be asked for."""
RESULT, GIVEN, REJECTS = "result", "given", "rejects.xlsx"
"""In the folder of a job: the body of its answer, what came with the order, the rows that a load rejected."""


class JobState(StrEnum):
    """How far a job is."""

    queued = "queued"
    running = "running"
    done = "done"
    failed = "failed"
    cancelled = "cancelled"


UNFINISHED = (JobState.queued, JobState.running)


class JobResult(BaseModel):
    """An answer but for its body: as it is sent when it is asked for."""

    model_config = ConfigDict(frozen=True)

    status: int
    headers: list[tuple[str, str]] = []


class Job(BaseModel):
    """One job."""

    model_config = ConfigDict(frozen=True)

    id: str
    kind: str
    """As in the address that it was asked for at: reports, loads, expand."""
    lane: str
    """The queue that it waits in."""
    asker: str
    order: dict[str, Any]
    """What is to be done; see the lane."""
    webhook: str | None = None
    state: JobState = JobState.queued
    asked: datetime = Field(default_factory=lambda: datetime.now(UTC))
    started: datetime | None = None
    finished: datetime | None = None
    step: str | None = None
    rows: int | None = None
    attempts: int = 0
    server: str | None = None
    """Which server began it."""
    unwanted: bool = False
    """Whether somebody wants it stopped."""
    sent: JobResult | None = None

    @property
    def ended(self) -> bool:
        """Whether nothing more comes of it."""
        return self.state not in UNFINISHED


def new_id() -> str:
    """Return an id that nobody can guess."""
    return secrets.token_hex(12)


class JobTable(Protocol):
    """Where the jobs of one graph are written down."""

    def put(self, job: Job) -> None:
        """Enter a job."""

    def get(self, id_: str) -> Job | None:
        """Return a job; none where there is no such one."""

    def all(self) -> list[Job]:
        """Return every job, in any order."""

    def unfinished(self) -> list[Job]:
        """Return those that wait or run, in any order."""

    def change(self, id_: str, to: Callable[[Job], Job | None]) -> Job | None:
        """Put what ``to`` makes of a job that waits or runs in its place, as one step, and return it.

        None where there is no such one, or ``to`` makes nothing of it.
        """

    def drop(self, id_: str) -> None:
        """Forget a job."""

    def close(self) -> None:
        """Give back what is held."""


class Register:
    """The jobs of one store."""

    def __init__(self, home: Path, table: JobTable) -> None:
        self._folder = home / FOLDER
        self._table = table

    def folder(self, id_: str) -> Path:
        """Return the folder of a job."""
        return self._folder / id_

    def add(self, job: Job, give: Callable[[Path], None] = lambda _: None) -> None:
        """Enter a job; ``give`` puts what came with it into its folder. Both are there, or neither.

        Raises:
            DiskFull, FileUnwritable: they cannot be kept.
        """
        folder = self.folder(job.id)
        with ExitStack() as failing:
            failing.callback(shutil.rmtree, folder, ignore_errors=True)
            try:
                (folder / GIVEN).mkdir(parents=True, exist_ok=True)
                give(folder / GIVEN)
            except OSError as error:
                raise unwritable(folder, error) from error
            self._table.put(job)
            failing.pop_all()

    def get(self, id_: str) -> Job | None:
        """Return a job; none where there is no such one."""
        return self._table.get(id_)

    def of(self, asker: str) -> list[Job]:
        """Return the jobs of one asker, newest first."""
        return sorted((j for j in self._table.all() if j.asker == asker), key=lambda j: j.asked, reverse=True)

    def unfinished(self) -> list[Job]:
        """Return the jobs of everybody that wait or run, oldest first."""
        return sorted(self._table.unfinished(), key=lambda j: j.asked)

    def change(self, id_: str, only: Collection[JobState], **what: Any) -> Job | None:
        """Change a job that is in one of these states and return it; none where it is not."""
        return self._table.change(id_, lambda job: job.model_copy(update=what) if job.state in only else None)

    def sweep(self, now: datetime) -> list[str]:
        """Drop what ended a day ago, with its files; return the ids."""
        old = [j.id for j in self._table.all() if j.finished and now - j.finished > KEPT]
        for id_ in old:
            self._drop(id_)
        return old

    def keep_newest(self, asker: str, most: int) -> None:
        """Drop the oldest jobs of an asker that have ended, so that fewer than so many are kept."""
        for job in self.of(asker)[most - 1 :]:
            if job.ended:
                self._drop(job.id)

    def _drop(self, id_: str) -> None:
        self._table.drop(id_)
        shutil.rmtree(self.folder(id_), ignore_errors=True)

    def close(self) -> None:
        """Give the table back."""
        self._table.close()
