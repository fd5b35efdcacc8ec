"""The province on paper: a flat projection, prefecture outlines, names for a map.

The outlines come with the package's reference data. They carry no map review number (审图号), so every
picture that shows them says so; a reader's own file in the same form can replace them.
"""

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from graph.language import Text
from graph.places.divisions import places as divisions
from graph.places.english import english_names

Point = tuple[float, float]

CENTRE = (103.0, 30.2)
"""Longitude and latitude that become the origin."""

REVIEW_NOTE = Text(
    "图中行政区划界线仅为示意，来自公开数据，未经地图审核、没有审图号；公开发布须换用带审图号的地图。",
    "Boundaries are schematic, from public data, and carry no map review number (审图号); "
    "a public release needs a reviewed map.",
)

MIN_POINTS = 3
"""A closed ring of fewer different points has no area."""

_SUFFIXES = ("藏族羌族自治州", "藏族自治州", "彝族自治州", "自治州", "地区", "市")


@dataclass(frozen=True)
class Outline:
    """One prefecture: code, name, a point inside, and its rings in longitude and latitude."""

    code: str
    name: Text
    centre: Point
    rings: tuple[tuple[Point, ...], ...]


def project(lon: float, lat: float) -> Point:
    """Return a point of the plane in degrees of latitude, x to the east, y to the south (equirectangular)."""
    return (lon - CENTRE[0]) * math.cos(math.radians(CENTRE[1])), CENTRE[1] - lat


def prefecture_of(region: str) -> str:
    """Return the prefecture code of a GB/T 2260 code."""
    return f"{region[:4]}00"


def short_name(code: str, name: str) -> Text:
    """Return a prefecture's name as a map labels it: 绵阳, Mianyang; a county stands behind it: 阿坝·马尔康市.

    Other names stay as they are.
    """
    zh, above, english = name, divisions().get(prefecture_of(code)), english_names()
    if above and above.code != code and name.startswith(above.name) and name != above.name:
        before, own = short_name(above.code, above.name), name.removeprefix(above.name)
        return Text(f"{before.zh}·{own}", f"{before.en} · {english.get(code, own)}")
    if code.endswith("00"):
        suffix = next((s for s in _SUFFIXES if name.endswith(s) and len(name) > len(s)), "")
        zh = name.removesuffix(suffix) if suffix else name
    return Text(zh, english.get(code, zh))


@cache
def outlines() -> tuple[Outline, ...]:
    """Return the packaged prefecture outlines, in order of their codes."""
    packaged = files("graph").joinpath("reference", "prefectures_simplified.geojson")
    return tuple(outlines_of(json.loads(packaged.read_text(encoding="utf-8"))))


def outlines_of(collection: dict[str, Any]) -> Iterator[Outline]:
    """Yield the outlines of a GeoJSON collection in order of their codes."""
    for feature in sorted(collection["features"], key=lambda f: str(f["properties"]["adcode"])):
        properties, geometry = feature["properties"], feature["geometry"]
        polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
        rings = tuple(tuple((x, y) for x, y, *_ in ring) for polygon in polygons for ring in polygon)
        code = str(properties["adcode"])
        centre = tuple(properties.get("center") or _mean(rings))
        yield Outline(code, short_name(code, properties["name"]), (centre[0], centre[1]), rings)


def _mean(rings: tuple[tuple[Point, ...], ...]) -> Point:
    points = [p for ring in rings for p in ring]
    return sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points)


def quantised(ring: tuple[Point, ...], scale: float, step: float) -> list[Point]:
    """Return the ring projected, times ``scale``, snapped to ``step``, without repeated points.

    Neighbours share their border points and so keep sharing them; a ring too small to show becomes empty.
    """
    points: list[Point] = []
    for lon, lat in ring:
        x, y = project(lon, lat)
        point = (round(round(x * scale / step) * step, 2), round(round(y * scale / step) * step, 2))
        if not points or points[-1] != point:
            points.append(point)
    return points if len(points) > MIN_POINTS else []
