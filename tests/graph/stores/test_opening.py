"""What lies beside a graph on a server is found by its first load; its address is no identity."""

import json
from pathlib import Path

import pytest

from graph.errors import BadStoreUrl
from graph.home import Home
from graph.stores.first_load import first_token
from graph.stores.opening import _home_of, open_store


def tell(home: Path, said: str, number: int = 1) -> Path:
    """Let a folder tell of a load by its note, without a list."""
    note = home / "loads" / f"load-{number:06d}-2026" / "load.json"
    note.parent.mkdir(parents=True)
    note.write_text(said, encoding="utf-8")
    return home


def test_the_first_load_that_a_folder_tells_of(tmp_path: Path) -> None:
    """By its list, else by its notes; a note that cannot be read is no folder without loads."""
    assert first_token(tmp_path / "none") is None
    told = tell(tell(tmp_path / "told", json.dumps({"token": "zwei"}), 2), json.dumps({"token": "eins"}), 1)
    assert first_token(told) == "eins"
    assert first_token(tell(tmp_path / "torn", '{"token": "ei')) == ""


def test_a_folder_with_a_list_is_known_by_it(tmp_path: Path) -> None:
    home = tell(tmp_path / "listed", json.dumps({"token": "of the note"}))
    Home(home).update(lambda listing: listing.loads.update({7: "sieben", 3: "drei"}))
    assert first_token(home) == "drei"


@pytest.mark.parametrize(
    ("token", "found"),
    [("eins", "neo4j-elsewhere"), ("zwei", "neo4j-address"), ("drei", "neo4j-drei")],
)
def test_whose_folder_it_is(tmp_path: Path, token: str, found: str) -> None:
    """That of the graph whatever its address was; not one that tells of another graph."""
    tell(tmp_path / "neo4j-elsewhere", json.dumps({"token": "eins"}))
    by_address = tell(tmp_path / "neo4j-address", json.dumps({"token": "zwei"}))
    assert _home_of(token, by_address) == tmp_path / found


def test_a_graph_that_nobody_knows_has_the_folder_of_its_address_where_that_is_free(tmp_path: Path) -> None:
    tell(tmp_path / "neo4j-elsewhere", json.dumps({"token": "eins"}))
    assert _home_of("neu", tmp_path / "neo4j-address") == tmp_path / "neo4j-address"


@pytest.mark.parametrize("password", ["p@ss#w/1", "123#45", "1/2", "p?q", "1?q", "p@h?q=1"])
def test_a_password_that_breaks_its_address_is_neither_looked_up_nor_told(password: str) -> None:
    with pytest.raises(BadStoreUrl) as caught:
        open_store(f"bolt://neo4j:{password}@127.0.0.1:7687")
    assert caught.value.details == {"url": "bolt://neo4j:***@127.0.0.1:7687"}
