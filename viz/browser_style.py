"""How Neo4j Browser draws the graph: a GraSS style sheet from the model and the theme, with Chinese captions.

``python -m viz.browser_style deploy/neo4j/style.grass`` writes it; a test proves that it is current. Who drops the file
on the page of Neo4j Browser sees every label in a colour of its own, nodes by name, relationships in words.
"""

import colorsys
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from graph import schema
from viz.theme import NEUTRAL, contrast, marks

TURN = 0.381966
"""Golden angle as a share of the circle: neighbours in the model's order get hues far apart."""
READABLE = 4.5
"""Contrast of a caption in a node, WCAG 2.2 AA."""
LARGE = {"Region": "60px", "Window": "60px", "Organization": "55px", "Carrier": "55px", "Chain": "55px"}
WHITE, BLACK = "#FFFFFF", "#000000"


def colours() -> dict[str, str]:
    """Return the colour of each label: the theme's where it has one, else a hue of its own."""
    known = {"Window": marks("window_kinds")["prefecture_window"].colour}
    return {label: known.get(label) or _hue(at) for at, label in enumerate(schema.nodes())}


def _hue(at: int) -> str:
    channels = colorsys.hls_to_rgb(at * TURN % 1.0, 0.38 + 0.12 * (at % 3), 0.5)
    return "#" + "".join(f"{round(c * 255):02X}" for c in channels)


def _rule(selector: str, said: Mapping[str, str]) -> str:
    return "\n".join([f"{selector} {{", *(f"  {name}: {value};" for name, value in said.items()), "}"])


def rules() -> Iterator[str]:
    """Yield the rules, general ones first."""
    yield _rule("node", {"diameter": "45px", "border-width": "2px", "font-size": "10px", "caption": '"{name}"'})
    for label, colour in colours().items():
        ink = WHITE if contrast(WHITE, colour) >= READABLE else BLACK
        size = {"diameter": LARGE[label]} if label in LARGE else {}
        yield _rule(
            f"node.{label}",
            {**size, "color": colour, "border-color": colour, "text-color-internal": ink, "caption": '"{name}"'},
        )
    yield _rule(
        "relationship",
        {"color": NEUTRAL, "shaft-width": "1px", "font-size": "9px", "padding": "3px",
         "text-color-external": BLACK, "text-color-internal": WHITE, "caption": '"<type>"'},
    )  # fmt: skip
    for type_, specs in schema.relationship_types().items():
        yield _rule(f"relationship.{type_}", {"caption": f'"{specs[0].label.zh}"'})


def sheet() -> str:
    """Return the whole style sheet."""
    return "\n\n".join(rules()) + "\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(sheet(), encoding="utf-8")
