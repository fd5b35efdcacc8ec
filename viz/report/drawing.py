"""The map of prefectures as SVG shapes; states differ by colour, pattern and the number written on them."""

from dataclasses import dataclass

from graph.language import Text
from queries.coverage import CoverageCell
from viz import places, theme
from viz.numbers import percent

SCALE = 88.0
"""Pixels a degree of latitude."""

_MARGIN = 8.0
_NUDGES = {"510100": (0.05, -0.02), "511400": (-0.08, 0.0), "513200": (0.0, 0.15)}
"""Labels that stand clearer a little beside the prefecture's centre, degrees east and south."""


@dataclass(frozen=True)
class Shape:
    """One prefecture on the map: outline, fill, label."""

    path: str
    fill: str
    x: float
    y: float
    name: Text
    value: str


@dataclass(frozen=True)
class Map:
    """The map's shapes and its view box."""

    shapes: list[Shape]
    box: str


def state_class(cell: CoverageCell | None) -> str:
    """Return the CSS class of a cell's state; *partial* has a shade for its ratio, a missing cell is unknown."""
    if cell is None:
        return "s-unknown"
    if cell.state == "partial" and cell.ratio is not None:
        return f"s-partial b{theme.band(cell.ratio)}"
    return f"s-{cell.state.replace('_', '-')}"


def _symbol(cell: CoverageCell | None) -> str:
    return theme.marks("coverage_states")[cell.state if cell else "unknown"].symbol


def prefecture_map(cells: list[CoverageCell], outlines: tuple[places.Outline, ...]) -> Map:
    """Draw every outline; a prefecture without a cell is unknown, not blank."""
    by_region = {c.region: c for c in cells}
    shapes, xs, ys = [], [0.0], [0.0]
    for outline in outlines:
        cell = by_region.get(outline.code)
        rings = [r for r in (places.quantised(ring, SCALE, 0.5) for ring in outline.rings) if r]
        xs += [x for r in rings for x, _ in r]
        ys += [y for r in rings for _, y in r]
        east, south = _NUDGES.get(outline.code, (0.0, 0.0))
        x, y = places.project(*outline.centre)
        value = percent(cell.ratio) if cell and cell.ratio is not None else _symbol(cell)
        x, y = round((x + east) * SCALE, 1), round((y + south) * SCALE, 1)
        shapes.append(Shape(_path(rings), state_class(cell), x, y, outline.name, value))
    left, top = min(xs) - _MARGIN, min(ys) - _MARGIN
    box = f"{left:g} {top:g} {max(xs) - left + _MARGIN:g} {max(ys) - top + _MARGIN:g}"
    return Map(shapes, box)


def _path(rings: list[list[places.Point]]) -> str:
    return "".join("M" + "L".join(f"{x:g} {y:g}" for x, y in ring) + "Z" for ring in rings)
