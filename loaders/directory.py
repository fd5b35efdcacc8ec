"""Who is meant: names and codes of organisations, windows, carriers and enterprises to their keys."""

from collections import defaultdict
from typing import NamedTuple

import numpy as np
import pandas as pd

from graph.identity import natural_key, prefecture_of
from graph.stores.base import Query, ReadSession
from graph.vocabulary import fold
from loaders.issues import CellError
from loaders.lookups import places

_COLUMNS = {"key": str, "name": str, "region": str, "uscc": str}
KNOWN = {
    "Organization": Query(
        "MATCH (n:Organization) OPTIONAL MATCH (n)-[:LOCATED_IN]->(r:Region) "
        "RETURN n.key AS key, n.name AS name, r.key AS region, n.uscc AS uscc",
        _COLUMNS,
    ),
    "Enterprise": Query(
        "MATCH (n:Enterprise) OPTIONAL MATCH (n)-[:LOCATED_IN]->(r:Region) "
        "RETURN n.key AS key, n.name AS name, r.key AS region, n.uscc AS uscc",
        _COLUMNS,
    ),
    "Window": Query(
        "MATCH (n:Window) OPTIONAL MATCH (n)-[:LOCATED_IN]->(r:Region) "
        "RETURN n.key AS key, n.name AS name, r.key AS region, n.kind AS uscc",
        _COLUMNS,
    ),
    "Carrier": Query(
        "MATCH (n:Carrier) OPTIONAL MATCH (n)-[:LOCATED_IN]->(r:Region) "
        "RETURN n.key AS key, n.name AS name, r.key AS region, n.kind AS uscc",
        _COLUMNS,
    ),
    # A segment's name is unique in its chain only, so it is known as CH11/窖池酿造.
    "ChainSegment": Query(
        "MATCH (n:ChainSegment)-[:BELONGS_TO]->(c:Chain) "
        "RETURN n.key AS key, c.key + '/' + n.name AS name, '' AS region, '' AS uscc",
        _COLUMNS,
    ),
    "Region": Query(
        "MATCH (n:Region) WHERE n.level <> 'township' RETURN n.key AS key, n.name AS name, n.key AS region, '' AS uscc",
        _COLUMNS,
    ),
}


class Nobody(CellError):
    """A mention fits nothing that is known."""


class Known(NamedTuple):
    """One thing with a name."""

    label: str
    key: str
    name: str
    region: str


class Directory:
    """Everything with a name that rows may mention: what is stored, and what this load brings."""

    def __init__(self, session: ReadSession) -> None:
        self._session = session
        self._loaded: set[str] = set()
        self._by_name: dict[str, list[Known]] = defaultdict(list)
        self._by_code: dict[tuple[str, str], Known] = {}
        self._regions: dict[tuple[str, str], str] = {}
        self._answers: dict[tuple[tuple[str, ...], str, str], tuple[object, ...]] = {}

    def _load(self, label: str) -> None:
        if label in self._loaded or label not in KNOWN:
            return
        self._loaded.add(label)
        stored = self._session.frame(KNOWN[label]).fillna("")
        for key, name, region, code in zip(*(stored[c] for c in _COLUMNS), strict=True):
            self._enter(Known(label, key, name, region), code)

    def _enter(self, known: Known, code: str = "") -> None:
        self._answers.clear()
        names = self._by_name[fold(known.name)]
        if known not in names:
            names.append(known)
            self._regions[known.label, known.key] = known.region
        if len(code) == 18:
            self._by_code[known.label, code] = known

    def keys(self, label: str) -> set[str]:
        """Return the keys of everything known of a label."""
        self._load(label)
        return {key for of, key in self._regions if of == label}

    def forget(self, label: str, keys: set[str]) -> None:
        """Take back what rows entered that were rejected afterwards."""
        self._answers.clear()
        for names in self._by_name.values():
            names[:] = [known for known in names if known.label != label or known.key not in keys]
        self._regions = {of: region for of, region in self._regions.items() if of[0] != label or of[1] not in keys}

    def identify(self, label: str, names: pd.Series, regions: pd.Series, codes: pd.Series | None = None) -> pd.Series:
        """Return the key of each row's subject, entering those that are new.

        A subject is known by its social credit code, else by its name and prefecture, else it is new: its key
        is then the code, or a digest of name and prefecture.
        """
        self._load(label)
        code_list = [""] * len(names) if codes is None else codes.fillna("").tolist()
        rows = list(zip(names, regions, code_list, strict=True))
        keys = [""] * len(rows)
        # Rows with a code first, so that a row without one finds its namesake of the same delivery.
        for at in sorted(range(len(rows)), key=lambda i: rows[i][2] == ""):
            keys[at] = self._identify(label, *rows[at])
        return pd.Series(keys, index=names.index, dtype=object)

    def _identify(self, label: str, name: str, region: str, code: str) -> str:
        found = self._by_code.get((label, code)) if code else self._namesake(label, name, region)
        if found:
            return found.key
        key = code or natural_key(label.lower(), name, prefecture_of(region))
        self._enter(Known(label, key, name, region), code)
        return key

    def _namesake(self, label: str, name: str, region: str) -> Known | None:
        prefecture = prefecture_of(region)
        for known in self._by_name.get(fold(name), ()):
            if known.label == label and prefecture_of(known.region or region) == prefecture:
                return known
        return None

    def find(self, labels: tuple[str, ...], mentions: pd.Series, near: pd.Series | None = None) -> pd.DataFrame:
        """Return ``label``, ``key`` and ``error`` for each mention; a place near by settles namesakes.

        A mention is a name or a social credit code. Nobody known and several candidates are errors.
        """
        for label in labels:
            self._load(label)
        mention, mentioned = pd.factorize(mentions)
        place, distinct_places = pd.factorize(_prefectures(near, mentions.index))
        names, prefectures = mentioned.tolist(), distinct_places.tolist()
        # Each distinct pair is looked up once, −1 being no mention.
        pair, distinct = pd.factorize(np.where(mention < 0, -1, mention * (len(prefectures) + 1) + place + 1))
        answers = np.full((len(distinct), 3), None, dtype=object)
        for at, code in enumerate(distinct):
            if code >= 0:
                name, here = divmod(int(code), len(prefectures) + 1)
                answers[at] = self._recall(labels, names[name], prefectures[here - 1] if here else "")
        return pd.DataFrame(answers[pair], columns=["label", "key", "error"], index=mentions.index, dtype=object)

    def _recall(self, labels: tuple[str, ...], mention: str, near: str) -> tuple[object, ...]:
        asked = (labels, mention, near)
        if asked not in self._answers:
            self._answers[asked] = self._find(labels, mention, near)
        return self._answers[asked]

    def _find(
        self, labels: tuple[str, ...], mention: str, near: str
    ) -> tuple[str | None, str | None, CellError | None]:
        code = mention.strip().upper()
        for label in labels:
            if (label, code) in self._by_code:
                return label, self._by_code[label, code].key, None
        found = [k for k in self._by_name.get(fold(mention), ()) if k.label in labels]
        if len(found) > 1 and near:
            found = [k for k in found if prefecture_of(k.region) == near] or found
        if not found:
            return (
                None,
                None,
                Nobody(
                    f"没有名为“{mention}”的登记对象，请先在相应的表中登记",
                    f"nothing known by the name “{mention}”; enter it in its table first",
                ),
            )
        if len(found) > 1:
            listed = "、".join(f"{k.name}（{_place(k.region)}，{k.key}）" for k in found)
            return (
                None,
                None,
                CellError(f"“{mention}”有多种可能：{listed}", f"“{mention}” fits several: {listed}"),
            )
        return found[0].label, found[0].key, None

    def alias(self, label: str, key: str, name: str, region: str) -> None:
        """Enter another name of something known."""
        self._enter(Known(label, key, name, region))

    def region_of(self, label: str, key: str) -> str | None:
        """Return the region code of something entered, None where unknown."""
        return self._regions.get((label, key)) or None


def _prefectures(codes: pd.Series | None, index: pd.Index) -> pd.Series:
    if codes is None:
        return pd.Series(None, index=index, dtype=object)
    at, distinct = pd.factorize(codes.reindex(index))
    named = np.array([prefecture_of(code) for code in distinct] + [None], dtype=object)
    return pd.Series(named[at], index=index)


def _place(code: str) -> str:
    return places()[code].full_name if code in places() else code or "?"
