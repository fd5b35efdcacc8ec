"""What comes with the product as YAML is read as the plain reader of PyYAML reads it."""

from pathlib import Path

import yaml

from graph.shipped import read_shipped, said_in

HOUSE = Path(__file__).parents[2]


def test_every_file_says_what_the_plain_reader_says() -> None:
    """Python's own parser of the same library is the oracle: types, order, texts."""
    shipped = [file for room in ("graph", "loaders", "queries") for file in (HOUSE / room).rglob("*.yml")]
    assert len(shipped) > 40
    different = [
        f.name for f in shipped if repr(said_in(f)) != repr(yaml.safe_load(f.read_text(encoding="utf-8")))
    ]  # fmt: skip
    assert different == []


def test_a_file_is_named_by_package_and_path() -> None:
    """Folders of data in a package are no packages of their own."""
    assert read_shipped("queries", "demand_rates.yml")["default"] == 0.02
    assert read_shipped("graph", "vocabulary", "levels.yml")["label"]["zh"]
