"""What the page knows before it asks anything: places with their outlines, closed lists, and how each term is drawn."""

import itertools
import json
import re
from functools import cache
from importlib.resources import files
from typing import Any, cast

from graph import schema
from graph.places.english import english_names, industry_names, sounds
from graph.places.gazetteer import reference
from graph.vocabulary import vocabulary
from queries.assessment.scheme import INDICATORS, SHARES
from queries.sources import source_rules
from viz import places, theme

SCALE = 200
"""Units of the drawing in one degree of latitude; outlines are whole numbers."""
LISTS = (
    "service_types", "industry_pillars", "industry_systems", "economic_zones", "coverage_states", "coverage_reasons",
    "window_kinds", "carrier_kinds", "levels", "data_classes", "verifications", "cooperation_dimensions", "modes",
    "plan_actions", "request_states", "request_outcomes",
)  # fmt: skip


@cache
def catalogue() -> dict[str, Any]:
    """Return the page's ground as plain data for JSON, the same for every store.

    Returns:
        ``places``: every division, coarse first: ``code, name, short, en, level, parent, zone, initials``, ``x, y`` of
        its seat, ``inner`` a point inside it.
        ``lists``: of each vocabulary its terms with labels, notes, aliases, how each is drawn, and which may come
        ``next``, where they are steps.
        ``indicators``: of the figures of what was delivered, Chinese and English, and whether each is a share.
        ``english``: of chains and their segments, by code, the names in English.
        ``labels``: what the kinds of nodes are called, Chinese and English.
        ``outlines``: SVG path of each prefecture and county by code, in units of 1/200 degree, north up.
        ``sources``: rules by which a source gets its public name, as JavaScript writes them.
        ``origin``: longitude, latitude and scale, with which a point is placed on the drawing.
    """
    return {
        "places": [_place(row) for row in cast(list[dict[str, str]], reference("divisions").to_dict("records"))],
        "lists": {name: _terms(name) for name in LISTS},
        "indicators": {id_: {"zh": name.zh, "en": name.en, "share": id_ in SHARES} for id_, name in INDICATORS.items()},
        "english": industry_names(),
        "labels": {name: [spec.label.zh, spec.label.en] for name, spec in schema.nodes().items()},
        "outlines": {"prefecture": _paths("prefectures_simplified"), "county": _paths("counties_simplified")},
        "origin": {"lon": places.CENTRE[0], "lat": places.CENTRE[1], "scale": SCALE},
        "shapes": theme.SHAPES,
        "bands": list(theme.BANDS),
        "review_note": list(places.REVIEW_NOTE),
        "sources": _sources(),
    }


def _sources() -> dict[str, Any]:
    cut, names = source_rules()
    return {"cut": [p.pattern for p in cut], "names": [(p.pattern, re.sub(r"\\(\d)", r"$\1", n)) for p, n in names]}


def _place(row: dict[str, str]) -> dict[str, Any]:
    code, name = row["adcode"], row["name"]
    short = places.short_name(code, name).zh if code.endswith("00") else name
    lon, lat = (row[f"seat_{axis}"] or row[f"rep_{axis}"] for axis in ("lon", "lat"))
    x, y = places.project(float(lon), float(lat))
    inner = places.project(float(row["rep_lon"]), float(row["rep_lat"]))
    return {
        "code": code, "name": name, "short": short, "en": english_names()[code],
        "level": {"1": "province", "2": "prefecture"}.get(row["level"], "county"),
        "parent": row["parent_adcode"],
        "zone": _zone(row["economic_zone"]), "initials": "".join(s[:1] for s in sounds()[code]),
        "x": round(x * SCALE), "y": round(y * SCALE), "inner": [round(v * SCALE) for v in inner],
    }  # fmt: skip


def _zone(name: str) -> str:
    return vocabulary("economic_zones").resolve(name) if name else ""


def _terms(name: str) -> list[dict[str, Any]]:
    marks = theme.marks(name)
    return [
        {
            "id": e.id, "zh": e.label.zh, "en": e.label.en, "aliases": list(e.aliases),
            "note_zh": (e.extra.get("note") or {}).get("zh", ""), "note_en": (e.extra.get("note") or {}).get("en", ""),
            "colour": marks[e.id].colour, "ink": marks[e.id].ink, "shape": marks[e.id].shape,
            "pattern": marks[e.id].pattern, "symbol": marks[e.id].symbol, "next": e.extra.get("next", []),
        }
        for e in vocabulary(name)
    ]  # fmt: skip


def _paths(name: str) -> dict[str, str]:
    collection = json.loads(files("graph").joinpath("reference", f"{name}.geojson").read_text(encoding="utf-8"))
    return {o.code: _path(o.rings) for o in places.outlines_of(collection)}


def _path(rings: tuple[tuple[places.Point, ...], ...]) -> str:
    """Return rings as SVG path data: an absolute start, then steps."""
    parts: list[str] = []
    for ring in rings:
        points = [(int(x), int(y)) for x, y in places.quantised(ring, SCALE, 1.0)]
        if points:
            steps = [f"{b[0] - a[0]} {b[1] - a[1]}" for a, b in itertools.pairwise(points)]
            parts.append(f"M{points[0][0]} {points[0][1]}l{' '.join(steps)}z".replace(" -", "-"))
    return "".join(parts)
