"""The real app on the real embedded store, with the reference data and a small world."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.http.app import create_app
from api.settings import Settings
from tests.api.support import Client
from tests.support.server import PATIENT
from tests.support.stores import copy_store, world_file
from tests.worlds import random_world


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"SHUNIU_{name.upper()}", raising=False)


@pytest.fixture(scope="session")
def store_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """URL of a store with a small world, closed."""
    folder: Path = tmp_path_factory.mktemp("http")
    return f"ladybug://{world_file(random_world(3).write(folder / 'tables'), folder / 'world.lbug')}"


@pytest.fixture(scope="package")
def client(store_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """The app as `shuniu serve` runs it: it opens a store itself, a copy, as it keeps it for long."""
    own = copy_store(store_url, tmp_path_factory.mktemp("served") / "world.lbug")
    with Client(create_app(Settings(store=f"ladybug://{own}", processes=0, **PATIENT))) as made:
        yield made
