"""Stores that hold the reference data: one to read, and copies of it to load into."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
import xlsxwriter

from graph.stores.base import Store
from graph.stores.opening import open_store
from tests.support.stores import NAME, copy_store, new_store

Rows = list[Mapping[str, object]]


@pytest.fixture(scope="session")
def _pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reference")
    new_store(folder / "made" / NAME).close()
    return copy_store(folder / "made" / NAME, folder / "graph.lbug")


def _copied(pristine: Path, folder: Path) -> str:
    return f"ladybug://{copy_store(pristine, folder)}"


@pytest.fixture(scope="session")
def reference_store(_pristine: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The reference data, for reading alone."""
    with open_store(_copied(_pristine, tmp_path_factory.mktemp("reading"))) as store:
        yield store


@pytest.fixture
def store(_pristine: Path, tmp_path: Path) -> Iterator[Store]:
    """A store of the test's own that holds the reference data."""
    home = tmp_path / "store"
    home.mkdir()
    with open_store(_copied(_pristine, home)) as made:
        yield made


@pytest.fixture
def fresh(_pristine: Path, tmp_path: Path) -> Iterator[Callable[[], Store]]:
    """Make stores that hold the reference data."""
    stores: list[Store] = []

    def make() -> Store:
        home = tmp_path / f"fresh{len(stores)}"
        home.mkdir()
        store = open_store(_copied(_pristine, home))
        stores.append(store)
        return store

    yield make
    for store in stores:
        store.close()


@pytest.fixture
def csv(tmp_path: Path) -> Callable[..., Path]:
    """Write a CSV file: its name, its text, and its encoding."""

    def write(name: str, text: str, encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode(encoding))
        return path

    return write


@pytest.fixture
def xlsx(tmp_path: Path) -> Callable[..., Path]:
    """Write a workbook: its name, and for each sheet its lines of cells."""

    def write(name: str, sheets: Mapping[str, list[list[object]]]) -> Path:
        path = tmp_path / name
        with xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"}) as book:
            for title, lines in sheets.items():
                page = book.add_worksheet(title)
                for row, cells in enumerate(lines):
                    for column, cell in enumerate(cells):
                        page.write(row, column, cell)
        return path

    return write
