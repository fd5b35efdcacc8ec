"""Which actions a word means: an action's key, a site (a carrier by key or name), or a place with all that is there."""

import numpy as np
import pandas as pd

from graph.arrays import Bools
from graph.errors import UnknownCode
from graph.identity import prefecture_of
from graph.language import Text
from graph.places import gazetteer
from graph.vocabulary import fold

SHOWN_KEYS = 8


def selected(table: pd.DataFrame, text: str) -> Bools:
    """Return which of the candidates (``table`` of Candidates) are meant, [J]; none where a place has no candidate.

    A county means what is built or upgraded there; a prefecture all of its counties and the agreements that serve it.

    Raises:
        UnknownCode: the form of a key, and no candidate has it.
        UnknownRegion, AmbiguousRegion: neither an action nor a site, and no place either, or several.
    """
    keys = table["key"]
    if (keys == text).any():
        return np.asarray(keys == text, dtype=bool)
    if ":" in text:
        last = text.rsplit(":", 1)[-1]
        near = [k for k in keys if last and last in k] or list(keys)
        what = Text("候选行动（或它没有效果）", "candidate action (or it has no effect)")
        raise UnknownCode(value=text, list=what, allowed="、".join(near[:SHOWN_KEYS]) + " …")
    upgrades = np.asarray(table["kind"] == "upgrade", dtype=bool)
    named = np.array([isinstance(site, str) and fold(site) == fold(text) for site in table["site"]], dtype=bool)
    its = np.array([key.split(":", 2)[-1] == text for key in keys], dtype=bool)
    if (site := upgrades & (named | its)).any():
        return np.asarray(site, dtype=bool)
    code = gazetteer.region(text)
    if code.endswith("0000"):
        return np.ones(len(table), dtype=bool)
    at = table["region"].map(prefecture_of) if prefecture_of(code) == code else table["region"]
    return np.asarray(at == code, dtype=bool)
