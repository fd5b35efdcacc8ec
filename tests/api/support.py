"""What the tests of the HTTP door stand on: its client, and a store that answers with an error."""

import csv
import io
import os
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

from fastapi import FastAPI
from starlette.middleware import Middleware

from api.http.app import create_app
from api.http.guard import Guard
from api.http.worker import RESTING_MB
from api.security.keys import KeyRing
from api.security.roles import Role
from api.settings import Settings
from graph.delta import Delta
from graph.stores.base import ReadSession, Store
from graph.stores.opening import open_store
from loaders.pipeline import load
from tests.support.server import PATIENT
from tests.support.stores import copy_store
from tests.worlds import random_world

with warnings.catch_warnings():
    # Starlette's client still works with httpx and asks for its successor.
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

__all__ = ["Client", "Failing", "greedy_app", "headers", "rows", "served"]


class Client(TestClient):
    """A client on this machine, which asks for the service by a name of its own."""

    def __init__(self, app: FastAPI, base_url: str = "http://127.0.0.1:8000") -> None:
        super().__init__(app, base_url)


def headers(home: Path, holders: Mapping[str, tuple[Role, str | None]]) -> dict[str, dict[str, str]]:
    """Return what a request of each holder says of itself: a new key of the role, of an editor for the region."""
    ring = KeyRing(home)
    words = {name: ring.create(name, role, region, 1)[1] for name, (role, region) in holders.items()}
    return {name: {"Authorization": f"Bearer {word}"} for name, word in words.items()}


@contextmanager
def served(store: Store) -> Iterator[Client]:
    """The app on an open store, within one process, with time for as many requests as a test makes."""
    with Client(create_app(Settings(processes=0, requests_a_minute=100_000, **PATIENT), store)) as client:
        yield client


def graphs_of_one_number(store_url: str, folder: Path) -> Iterator[Client]:
    """Yield the apps on two graphs, one after the other, that differ and have the same number.

    As after a restore: the next load has the number of one that is no more.
    """
    for number in (4, 5):
        own = copy_store(store_url, folder / f"{number}.lbug")
        with open_store(f"ladybug://{own}") as store, Client(create_app(Settings(processes=0), store)) as client:
            load(store, [random_world(number).write(folder / str(number))])
            yield client


class Failing:
    """A store whose every read ends in one error."""

    url = "bolt://secret.internal:7687"
    home = Path("/proc/nowhere")  # nobody makes a folder there

    def __init__(self, error: Exception) -> None:
        self._error = error

    @contextmanager
    def read(self, seconds: float = 0) -> Iterator[ReadSession]:  # noqa: ARG002
        self.fail()
        yield  # type: ignore[unreachable]

    def apply(self, delta: Delta) -> None:  # noqa: ARG002
        self.fail()

    def close(self) -> None:
        pass

    def fail(self) -> NoReturn:
        raise self._error

    def __enter__(self) -> "Failing":
        return self

    def __exit__(self, *exc: object) -> None:
        pass


HOARD: list[bytearray] = []


def greedy_app(settings: Settings, _: Store) -> FastAPI:
    """Return an app that tells which process answers, and needs more memory than there is, or than it gives back."""
    app = FastAPI(middleware=[Middleware(Guard)])
    app.state.settings = settings
    app.get("/process")(lambda: {"id": os.getpid()})
    app.get("/hoard")(lambda: HOARD.append(bytearray(b"x") * int(1.1e6 * RESTING_MB)))
    app.get("/too-much")(lambda: len(bytearray(2 * settings.worker_mb * 2**20)))
    return app


def rows(content: bytes) -> list[dict[str, str]]:
    """Return the rows of a CSV answer."""
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
