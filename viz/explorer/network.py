"""The network as one compact document: columns, in which a word that comes again stands once; see ``page/sites.js``.

100,000 sites are a few megabytes so, and the page needs no other answer to sum them by place, to draw each, and to find
one by its name.
"""

from collections import Counter
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from graph.identity import prefecture_of
from graph.places.divisions import PROVINCE
from graph.projection import cached
from graph.stores.base import Store
from queries.answers import meta
from queries.network.report import network_frames

FIRST, BASE = 0x4E00, 0x4000
"""A number is written in signs, each worth less than BASE and counted from FIRST: short, and never a digit of ours."""
DEGREE = 100_000
"""Coordinates are whole numbers of this part of a degree, a metre."""
UNUSED = ("region_name",)
"""What the page knows by itself."""


def network_document(store: Store, as_of: date, region: str | None = None) -> dict[str, Any]:
    """Return all windows and carriers and their lines as plain data for JSON; of a region's prefecture where given.

    Returns:
        ``nodes`` and ``edges``: ``rows``, their number; ``keys``, a line each; ``names``; ``lon`` and ``lat`` in
        signs, 0 where unknown; every other column by its ``words`` and, in signs, the position ``at`` of each row's
        word, from 1, 0 where it has none. ``source`` and ``target`` of edges are positions of nodes in signs.
        ``meta``: of the answer. It is made once a version and day, shared, and not to be changed.
    """
    prefecture = None if region in (None, PROVINCE) else prefecture_of(region)
    made: dict[str, Any]
    _, made = cached(store, ("network document", as_of, prefecture), lambda _: _document(store, as_of, prefecture))
    return made


def _document(store: Store, as_of: date, prefecture: str | None) -> dict[str, Any]:
    nodes, edges = network_frames(store, as_of=as_of, prefecture=prefecture)
    row = pd.Series(range(len(nodes)), index=nodes["key"])
    edges = edges.assign(source=edges["source"].map(row), target=edges["target"].map(row))
    edges = edges.dropna(subset=["source", "target"])
    with store.read() as session:
        version = session.version()
    classes = Counter([*nodes["data_class"].dropna(), *edges["data_class"].dropna()])
    return {
        "nodes": {
            "rows": len(nodes),
            "keys": "\n".join(nodes["key"]),
            "names": nodes["name"].tolist(),
            **{axis: in_signs(nodes[axis].astype(float).fillna(0.0) * DEGREE, 2) for axis in ("lon", "lat")},
            **{name: _coded(nodes[name]) for name in nodes if name not in ("key", "name", "lon", "lat", *UNUSED)},
        },
        "edges": {
            "rows": len(edges),
            **{end: in_signs(edges[end], 2) for end in ("source", "target")},
            **{name: _coded(edges[name]) for name in edges if name not in ("source", "target")},
        },
        "meta": meta(version, {"as_of": as_of.isoformat()}, classes).model_dump(mode="json"),
    }


def _coded(values: "pd.Series[Any]") -> dict[str, Any]:
    at, words = pd.factorize(values)
    return {"words": words.tolist(), "at": in_signs(pd.Series(at) + 1, 1 if len(words) < BASE else 2)}


def in_signs(values: "pd.Series[Any]", each: int) -> str:
    """Return whole numbers below BASE to the power of ``each`` as text, so many signs a number, the highest first."""
    numbers = np.rint(values.to_numpy(dtype=float)).astype(np.int64)
    signs = [FIRST + numbers // BASE**power % BASE for power in reversed(range(each))]
    return np.stack(signs, axis=1).astype("<u2").tobytes().decode("utf-16-le")
