"""Places among what rows mention: a division that is meant itself, and the prefectures near by."""

import numpy as np
import pandas as pd

from graph.errors import AmbiguousRegion, UnknownRegion
from graph.identity import prefecture_of
from graph.places import gazetteer
from graph.places.gazetteer import places
from loaders.parse.issues import CellError


def division(mention: str) -> tuple[str | None, str | None, CellError | None] | None:
    """Return the division that a name of more than one form stands for: 绵阳, 新津县; none where it is no place's."""
    try:
        return "Region", gazetteer.division(mention), None
    except AmbiguousRegion as error:
        return None, None, CellError(error.say("zh"), error.say("en"))
    except UnknownRegion:
        return None


def prefectures_of(codes: pd.Series | None, index: pd.Index) -> pd.Series:
    """Return the prefecture of each place, none where none is given."""
    if codes is None:
        return pd.Series(None, index=index, dtype=object)
    at, distinct = pd.factorize(codes.reindex(index))
    named = np.array([prefecture_of(code) for code in distinct] + [None], dtype=object)
    return pd.Series(named[at], index=index)


def place_name(code: str) -> str:
    """Return the full name of a place, for messages."""
    return places()[code].full_name if code in places() else code or "?"
