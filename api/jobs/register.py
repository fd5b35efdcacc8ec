"""The register of jobs: one SQLite file beside the store, and a folder a job for what it was given and what it made.

A change of a job's state is one transaction and holds only from the states that it names: of two who end a job at
the same time, one does.
"""

import secrets
import shutil
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from api.jobs.database import Database

FOLDER, FILE = "jobs", "jobs.db"
KEPT = timedelta(days=1)
"""So long after its end a job, and what it made, can be asked for."""
RESULT, GIVEN, REJECTS = "result", "given", "rejects.xlsx"
"""In the folder of a job: the body of its answer, what came with the order, the rows that a load rejected."""
_TABLE = (
    "CREATE TABLE IF NOT EXISTS job (id TEXT PRIMARY KEY, asker TEXT NOT NULL, state TEXT NOT NULL, told TEXT NOT NULL)"
)


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
    sent: JobResult | None = None

    @property
    def ended(self) -> bool:
        """Whether nothing more comes of it."""
        return self.state not in UNFINISHED


def new_id() -> str:
    """Return an id that nobody can guess."""
    return secrets.token_hex(12)


class Register:
    """The jobs of one store."""

    def __init__(self, home: Path) -> None:
        self.path = home / FOLDER
        self._database = Database(self.path / FILE, _TABLE)

    def folder(self, id_: str) -> Path:
        """Return the folder of a job."""
        return self.path / id_

    def add(self, job: Job) -> None:
        """Enter a job."""
        with self._database.changing() as cursor:
            cursor.execute("INSERT INTO job VALUES (?, ?, ?, ?)", _row(job))

    def get(self, id_: str) -> Job | None:
        """Return a job; none where there is no such one."""
        found = self._read("SELECT told FROM job WHERE id = ?", id_)
        return found[0] if found else None

    def of(self, asker: str) -> list[Job]:
        """Return the jobs of one asker, newest first."""
        return sorted(self._read("SELECT told FROM job WHERE asker = ?", asker), key=lambda j: j.asked, reverse=True)

    def unfinished(self) -> list[Job]:
        """Return the jobs of everybody that wait or run, oldest first."""
        found = self._read("SELECT told FROM job WHERE state IN (?, ?)", *UNFINISHED)
        return sorted(found, key=lambda j: j.asked)

    def change(self, id_: str, only: Collection[JobState], **what: Any) -> Job | None:
        """Change a job that is in one of these states and return it; none where it is not."""
        with self._database.changing() as cursor:
            found = cursor.execute("SELECT told FROM job WHERE id = ?", (id_,)).fetchone()
            job = Job.model_validate_json(found[0]) if found else None
            if job is None or job.state not in only:
                return None
            changed = job.model_copy(update=what)
            cursor.execute("REPLACE INTO job VALUES (?, ?, ?, ?)", _row(changed))
            return changed

    def sweep(self, now: datetime) -> list[str]:
        """Drop what ended a day ago, with its files; return the ids."""
        old = [j.id for j in self._read("SELECT told FROM job") if j.finished and now - j.finished > KEPT]
        for id_ in old:
            self._drop(id_)
        return old

    def keep_newest(self, asker: str, most: int) -> None:
        """Drop the oldest jobs of an asker that have ended, so that fewer than so many are kept."""
        for job in self.of(asker)[most - 1 :]:
            if job.ended:
                self._drop(job.id)

    def _drop(self, id_: str) -> None:
        with self._database.changing() as cursor:
            cursor.execute("DELETE FROM job WHERE id = ?", (id_,))
        shutil.rmtree(self.folder(id_), ignore_errors=True)

    def close(self) -> None:
        """Give the file back."""
        self._database.close()

    def _read(self, query: str, *values: str) -> list[Job]:
        return [Job.model_validate_json(text) for (text,) in self._database.rows(query, *values)]


def _row(job: Job) -> tuple[str, str, str, str]:
    return job.id, job.asker, job.state.value, job.model_dump_json()
