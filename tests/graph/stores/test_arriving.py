"""The folder that comes with a graph is in its place when, and only when, the graph is there."""

from pathlib import Path

import pytest

from graph.home import Home
from graph.manifest import Listing
from graph.stores.arriving import put_ready, settle, waits


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder, and beside it, ready, that of a graph whose loads are 1 and 2."""
    for name, loads in (("home", {"load-000001": "old"}), ("made", {"load-000001": "one", "load-000002": "two"})):
        Home(tmp_path / name).start_anew(Listing(loads=loads))
    assert not waits(tmp_path / "home")
    (tmp_path / "home.arriving").mkdir()
    (tmp_path / "home.arriving" / "left").touch()
    put_ready(tmp_path / "made", tmp_path / "home")
    return tmp_path / "home"


def test_it_lies_ready(home: Path) -> None:
    assert waits(home)
    assert Home(home).listing().loads == {"load-000001": "old"}
    assert sorted(p.name for p in home.parent.iterdir()) == ["home", "home.arriving"]
    assert not (home.parent / "home.arriving" / "left").exists()


def test_it_takes_its_place_where_the_graph_is_there(home: Path) -> None:
    (aside,) = settle(home, "two")
    assert Home(aside).listing().loads == {"load-000001": "old"}
    assert Home(home).listing().loads == {"load-000001": "one", "load-000002": "two"}
    assert not waits(home)


@pytest.mark.parametrize("last", [None, "old", "three"])
def test_it_goes_where_the_graph_is_not(home: Path, last: str | None) -> None:
    assert settle(home, last) == []
    assert Home(home).listing().loads == {"load-000001": "old"}
    assert not waits(home)


def test_there_need_be_nothing_before(tmp_path: Path) -> None:
    Home(tmp_path / "made").start_anew(Listing(loads={"load-000001": "one"}))
    put_ready(tmp_path / "made", tmp_path / "home")
    assert settle(tmp_path / "home", "one") == []
    assert Home(tmp_path / "home").listing().loads == {"load-000001": "one"}
