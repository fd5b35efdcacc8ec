"""The style of Neo4j Browser follows the model and the theme."""

import re
from pathlib import Path

from graph import schema
from viz import browser_style
from viz.theme import contrast, marks

FILE = Path(__file__).parents[2] / "deploy" / "neo4j" / "style.grass"


def test_the_file_is_current() -> None:
    assert FILE.read_text(encoding="utf-8") == browser_style.sheet(), "make docs"


def test_every_label_and_type_has_a_rule() -> None:
    selectors = re.findall(r"^(\S+) \{$", browser_style.sheet(), re.MULTILINE)
    nodes = [f"node.{label}" for label in schema.nodes()]
    types = [f"relationship.{type_}" for type_ in schema.relationship_types()]
    assert selectors == ["node", *nodes, "relationship", *types]


def test_colours_differ_and_captions_can_be_read() -> None:
    colours = browser_style.colours()
    assert len(set(colours.values())) == len(schema.nodes())
    assert colours["Window"] == marks("window_kinds")["prefecture_window"].colour
    inks = dict(re.findall(r"node\.(\w+) \{[^}]*text-color-internal: (#\w+);", browser_style.sheet()))
    assert min(contrast(inks[label], colour) for label, colour in colours.items()) >= browser_style.READABLE
