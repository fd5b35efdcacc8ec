"""Answers to requests with an Idempotency-Key, kept a day: who asks again gets the same one, and nothing is done twice.

After draft-ietf-httpapi-idempotency-key-header-07: the same key with another request is refused, and so is one whose
first request is still under way.
"""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from api.jobs.database import Database
from api.jobs.register import FOLDER, KEPT

FILE = "answers.db"
_TABLE = (
    "CREATE TABLE IF NOT EXISTS answer (asker TEXT, key TEXT, digest TEXT NOT NULL, at REAL NOT NULL, "
    "status INTEGER NOT NULL, headers TEXT NOT NULL, body BLOB NOT NULL, PRIMARY KEY (asker, key))"
)


class FirstAnswer(NamedTuple):
    """What was answered to a request."""

    digest: str
    """Of the request."""
    status: int
    headers: list[tuple[str, str]]
    body: bytes


class FirstAnswers:
    """The answers of one store."""

    def __init__(self, home: Path) -> None:
        self._database = Database(home / FOLDER / FILE, _TABLE)

    def find(self, asker: str, key: str) -> FirstAnswer | None:
        """Return what an asker was answered within a day."""
        since = (datetime.now(UTC) - KEPT).timestamp()
        query = "SELECT digest, status, headers, body FROM answer WHERE asker = ? AND key = ? AND at > ?"
        for digest, status, headers, body in self._database.rows(query, asker, key, since):
            return FirstAnswer(digest, status, [(name, value) for name, value in json.loads(headers)], body)
        return None

    def keep(self, asker: str, key: str, answer: FirstAnswer) -> None:
        """Keep an answer, and forget those of the day before."""
        now = datetime.now(UTC)
        row = (asker, key, answer.digest, now.timestamp(), answer.status, json.dumps(answer.headers), answer.body)
        with self._database.changing() as cursor:
            cursor.execute("DELETE FROM answer WHERE at <= ?", ((now - KEPT).timestamp(),))
            cursor.execute("REPLACE INTO answer VALUES (?, ?, ?, ?, ?, ?, ?)", row)

    def close(self) -> None:
        """Give the file back."""
        self._database.close()
