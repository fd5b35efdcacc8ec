"""What is called so? Whatever fits every word of a text, best first."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from graph.arrays import Bools, Ints
from graph.errors import AmbiguousRegion, BadParameter, UnknownRegion
from graph.identity import prefecture_of
from graph.language import Text
from graph.places import gazetteer
from graph.projection import plain_rows
from graph.stores.base import Store
from graph.vocabulary import fold, vocabulary
from queries.answers import ListAnswer, Meta, Result, meta
from queries.search.index import Names, SearchIndex, search_index

MOST_WORDS = 8
AS_MANY_WORDS = Text(f"应为 1 至 {MOST_WORDS} 个词", f"1 to {MOST_WORDS} words")
WAYS = ("exact", "begins", "contains", "sounds_begin", "sounds", "otherwise", "place")
"""How a word fits, best first: as the whole name, key or code; at its beginning; inside; by its sound, at the
beginning or inside; as a part of a credit code or former name; as where something is."""
NOT, PLACE = len(WAYS), WAYS.index("place")


class SearchQuestion(BaseModel):
    """What is looked for, in codes.

    Attributes:
        text: Words; each must fit the name, the code or the place of what is found, and one of them not only its place.
        labels: Only these; none means all.
        region: Only what is there or below, a code.
    """

    model_config = ConfigDict(frozen=True)

    text: str
    labels: tuple[str, ...] = ()
    region: str | None = None


class Found(Result):
    """Something that fits."""

    key: str
    label: str = Field(description="节点类别，如 Window / label")
    name: str | None
    kind: str | None
    region: str | None = Field(description="所在地代码 / code of where it is")
    region_name: str | None
    fits: str = Field(description=f"相符之处 / how it fits: {' | '.join(WAYS)}")
    data_class: str | None


@dataclass(frozen=True)
class SearchAnswer:
    """What fits, a row each with the columns of Found; models are made of what is shown."""

    found: pd.DataFrame
    meta: Meta

    def page(self, limit: int, start: int = 0) -> ListAnswer[Found]:
        """Return ``limit`` of them from position ``start``; ``next`` is the following position, if any."""
        rows = [Found(**row) for row in plain_rows(self.found.iloc[start : start + limit])]
        following = str(start + limit) if start + limit < len(self.found) else None
        return ListAnswer(data=rows, total=len(self.found), next=following, meta=self.meta)


def search(store: Store, question: SearchQuestion) -> SearchAnswer:
    """Return what fits all words of a text: better fits first, then by label, length of the name, name, key.

    Letters also stand for the sound of characters: a syllable, the beginning of the last one, or an initial each.

    Raises:
        BadParameter: the text has no word, or too many.
    """
    words = list(dict.fromkeys(fold(word) for word in question.text.split()))
    if not 1 <= len(words) <= MOST_WORDS:
        raise BadParameter(name="text", value=question.text, reason=AS_MANY_WORDS)
    with store.read() as session:
        version, index = search_index(store, session)
    entries = index.entries
    fits = np.array([_fit(index, word) for word in words])
    wanted = (fits < NOT).all(axis=0) & (fits < PLACE).any(axis=0)
    wanted &= _within(entries, question)
    worst = np.where(fits < PLACE, fits, -1).max(axis=0)
    found = entries[wanted].assign(worst=worst[wanted], length=entries.loc[wanted, "name"].str.len())
    found = found.sort_values(["worst", "order", "length", "name", "key"])
    shown = found.assign(region_name=found["region"].map(index.regions), fits=found["worst"].map(dict(enumerate(WAYS))))
    counts: dict[str, Any] = Counter(map(str, found["data_class"].dropna()))
    return SearchAnswer(shown[list(Found.model_fields)], meta(version, question.model_dump(mode="json"), counts))


def _within(entries: pd.DataFrame, question: SearchQuestion) -> Bools:
    """Return flags: of the labels and in the region asked for."""
    within = np.ones(len(entries), dtype=bool)
    if question.labels:
        within &= entries["label"].isin(question.labels).to_numpy()
    if question.region:
        within &= _below(entries["region"], question.region)
    return within


def _below(regions: pd.Series, code: str) -> Bools:
    """Return flags: in a division or economic zone, or below it; codes begin with the digits of the one above."""
    if code in vocabulary("economic_zones"):
        divisions = gazetteer.reference("divisions")
        of_zone = divisions["economic_zone"].map(lambda name: bool(name) and code == _zone(name))
        digits = tuple({prefecture[:4] for prefecture in divisions.loc[of_zone, "adcode"]})
    else:
        digits = (code[:2] if code.endswith("0000") else code[:4] if code == prefecture_of(code) else code,)
    below: Bools = regions.fillna("").str.startswith(digits).to_numpy(dtype=bool)
    return below


def _zone(name: str) -> str:
    return vocabulary("economic_zones").resolve(name)


def _fit(index: SearchIndex, word: str) -> Ints:
    """Return how a word fits each entry: a number of WAYS, NOT where it does not."""
    fits = np.full(len(index.entries), NOT, dtype=np.int64)
    letters = any(character.isascii() and character.isalpha() for character in word)
    _take(fits, index.names, word, False, "begins", "contains")
    if letters:
        _take(fits, index.names, word, True, "sounds_begin", "sounds")
    _take(fits, index.other_names, word, False, "otherwise", "otherwise")
    fits[index.exact.get(word, [])] = WAYS.index("exact")
    named = index.entries.loc[(fits < PLACE) & (index.entries["label"] == "Region").to_numpy(), "key"]
    if code := _meant(word):
        fits[index.exact.get(fold(f"Region:{code}"), [])] = WAYS.index("exact")
        named = pd.Series([*named, code])
    for place in named.unique():
        fits[_below(index.entries["region"], str(place)) & (fits == NOT)] = PLACE
    return fits


def _take(fits: Ints, names: Names, word: str, sounding: bool, begins: str, contains: str) -> None:
    """Note where a word fits better than what was known."""
    found, first = names.find(word, sounding=sounding)
    ways = np.where(first, WAYS.index(begins), WAYS.index(contains))
    np.minimum.at(fits, names.owners[found], ways)


def _meant(word: str) -> str | None:
    """Return the code of the place that a word is any name of, former ones too."""
    try:
        return gazetteer.region(word)
    except (UnknownRegion, AmbiguousRegion):
        return None
