"""Who is meant: names and codes of organisations, windows, carriers and enterprises to their keys."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator

import numpy as np
import pandas as pd
import pyarrow as pa

from graph import schema
from graph.identity import natural_key, prefecture_of
from graph.stores.base import ReadSession
from graph.vocabulary import fold
from loaders.identify.known import COLUMNS, FORMER, KNOWN, LEGAL, NAMED, Known, namesake, namesakes
from loaders.identify.matching import plain_name
from loaders.identify.places_meant import division, place_name, prefectures_of
from loaders.identify.resolver import Decision, Namesakes, Resolver
from loaders.identify.window_names import whose_window
from loaders.parse.former_names import days_of, name_of
from loaders.parse.issues import CellError


class Nobody(CellError):
    """A mention fits nothing that is known."""


class Directory:
    """Everything with a name that rows may mention: what is stored, and what this load brings.

    Keys that it gives and takes are own keys, as rows name themselves; :attr:`resolvers` says which node they are.
    """

    def __init__(self, session: ReadSession, decided: list[Decision] | None = None) -> None:
        self._session = session
        self._loaded: set[str] = set()
        self._by_name: dict[str, list[Known]] = defaultdict(list)
        self._by_plain: dict[str, list[Known]] | None = None
        self._by_code: dict[tuple[str, str], Known] = {}
        self._regions: dict[str, dict[str, str]] = defaultdict(dict)
        self._answers: dict[tuple[tuple[str, ...], str, str], tuple[object, ...]] = {}
        self.resolvers = {label: Resolver(label, decided or []) for label in LEGAL}
        self.namesakes = {label: Namesakes() for label in LEGAL}
        self.fresh: dict[str, list[str]] = {label: [] for label in LEGAL}
        self._unlisted: list[tuple[str, list[str], list[str], dict[str, int]]] = []
        """What rows entered: their label, names and codes, and by key the first of each."""
        self._left: dict[str, list[tuple[Known, dt.date | None, dt.date]]] = defaultdict(list)
        """Who bore a name up to a day, by the folded name."""

    def _load(self, label: str) -> None:
        if label in self._loaded or label not in KNOWN:
            return
        self._loaded.add(label)
        stored = self._session.frame(KNOWN[label]).fillna("")
        for key, name, region, code, by_name in zip(*(stored[c] for c in COLUMNS), strict=True):
            self._enter(Known(label, key, name, region), code)
            if by_name:
                self.namesakes[label].stored(by_name, key)
        if label not in LEGAL:
            return
        for row in self._session.table(FORMER[label]).to_pylist():
            self._was(label, row["key"], row["region"], row["names"], stored=True)
        for entity in self.resolvers[label].entities():
            self._enter(Known(label, entity.key, entity.name, entity.region), entity.code)
            self.namesakes[label].stored(namesake(label, entity.name, entity.region), entity.key)

    def _was(self, label: str, key: str, region: str, names: Iterable[str], *, stored: bool) -> None:
        """Enter former names: rows and mentions of them mean what has another name now."""
        for kept in names:
            name, (since, until) = name_of(kept), days_of(kept)
            self.namesakes[label].was(namesake(label, name, region), key, stored=stored)
            known = Known(label, key, name, region, former=True)
            self._enter(known)
            if until:
                self._left[fold(name)].append((known, since, until))

    def _enter(self, known: Known, code: str = "") -> None:
        self._answers.clear()
        names = self._by_name[fold(known.name)]
        if known not in names:
            names.append(known)
            if known.label == "Window" and (whose := whose_window(known.name, "")):
                self._by_name[_sole(whose)].append(known)
            self._regions[known.label].setdefault(known.key, known.region)
            if self._by_plain is not None:
                self._by_plain[plain_name(known.name)].append(known)
        if len(code) == 18:
            self._by_code[known.label, code] = known

    def keys(self, label: str) -> set[str]:
        """Return the keys of everything known of a label."""
        self._load(label)
        return set(self._regions[label])

    def entities(self, label: str) -> pd.DataFrame:
        """Return key, name, region and code of everything known of a label."""
        self._list()
        codes = {known.key: code for (of, code), known in self._by_code.items() if of == label}
        rows = [
            known for names in self._by_name.values() for known in names if known.label == label and not known.former
        ]
        frame = pd.DataFrame(rows, columns=list(Known._fields)).drop_duplicates("key")
        return frame.assign(code=[codes.get(key, "") for key in frame["key"]])[["key", "name", "region", "code"]]

    def forget(self, label: str, keys: set[str]) -> None:
        """Take back what rows entered that were rejected afterwards."""
        self._list()
        self._answers.clear()
        for names in self._by_name.values():
            names[:] = [known for known in names if known.label != label or known.key not in keys]
        self._by_plain = None
        for key in keys:
            self._regions[label].pop(key, None)

    def identify(
        self, label: str, names: pd.Series, regions: pd.Series, codes: pd.Series | None = None,
        former: pd.Series | None = None, sole: pd.Series | None = None,
    ) -> pd.Series:  # fmt: skip
        """Return the own key of each row's subject, entering those that are new.

        The key of a legal person is its social credit code, else a digest of its normalised name and prefecture. A
        window or carrier is the one of that name in its prefecture, else new; a ``sole`` window, of which its place has
        one, by whatever it is called. ``former`` names it as it was called.
        """
        self._load(label)
        if label in LEGAL:
            code_list = [""] * len(names) if codes is None else codes.fillna("").tolist()
            keys = self._legal(label, list(names), list(regions), code_list)
            if former is not None and former.notna().any():
                for key, region, was in zip(keys, regions, former, strict=True):
                    if isinstance(was, tuple):
                        self._was(label, key, region, was, stored=False)
            return pd.Series(keys, index=names.index, dtype=object)
        alone = [False] * len(names) if sole is None else sole
        keys = [self._site(label, *row) for row in zip(names, regions, alone, strict=True)]
        return pd.Series(keys, index=names.index, dtype=object)

    def _legal(self, label: str, names: list[str], regions: list[str], codes: list[str]) -> list[str]:
        keys_by_name = namesakes(label, names, regions)
        keys = [code or by_name for code, by_name in zip(codes, keys_by_name, strict=True)]
        self.namesakes[label].met(keys_by_name, keys)
        known = self._regions[label]
        first: dict[str, int] = {}
        for at, key in enumerate(keys):
            if key not in known:
                first.setdefault(key, at)
        known |= {key: regions[at] for key, at in first.items()}
        self._unlisted.append((label, names, codes, first))
        self.fresh[label] += first
        return keys

    def _list(self) -> None:
        """Make what rows entered known by name; few tables mention what the very same load brings by the thousand."""
        unlisted, self._unlisted = self._unlisted, []
        for label, names, codes, first in unlisted:
            for key, at in first.items():
                self._enter(Known(label, key, names[at], self._regions[label][key]), codes[at])

    def _site(self, label: str, name: str, region: str, sole: bool) -> str:
        prefecture = prefecture_of(region)
        whose = whose_window(name, prefecture) if sole else None
        for known in [*self._by_name.get(fold(name), []), *self._by_name.get(_sole(whose), [])]:
            if known.label == label and prefecture_of(known.region or region) == prefecture:
                if fold(known.name) != fold(name):
                    self._enter(Known(label, known.key, name, region))
                return known.key
        key = natural_key(label.lower(), name, prefecture)
        self._enter(Known(label, key, name, region))
        return key

    def find(
        self, labels: tuple[str, ...], mentions: pd.Series, near: pd.Series | None = None,
        days: pd.Series | None = None,
    ) -> pd.DataFrame:  # fmt: skip
        """Return ``label``, ``key`` and ``error`` for each mention; a place near by settles namesakes.

        A mention is a name or a social credit code. Nobody known and several candidates are errors. On ``days`` on
        which one bore a name that has left it since, that one is meant, whoever has it now.
        """
        for label in labels:
            self._load(label)
        self._list()
        mention, mentioned = pd.factorize(mentions)
        place, distinct_places = pd.factorize(prefectures_of(near, mentions.index))
        names, prefectures = mentioned.tolist(), distinct_places.tolist()
        # Each distinct pair is looked up once, −1 being no mention.
        pair, distinct = pd.factorize(np.where(mention < 0, -1, mention * (len(prefectures) + 1) + place + 1))
        answers = np.full((len(distinct), 3), None, dtype=object)
        for at, code in enumerate(distinct):
            if code >= 0:
                name, here = divmod(int(code), len(prefectures) + 1)
                answers[at] = self._recall(labels, names[name], prefectures[here - 1] if here else "")
        found = pd.DataFrame(answers[pair], columns=["label", "key", "error"], index=mentions.index, dtype=object)
        if days is not None and any(fold(name) in self._left for name in names):
            places_ = pd.Series(place, index=mentions.index).map(dict(enumerate(prefectures)))
            for row, who in self._then(labels, mentions, places_, days):
                found.loc[row] = [who.label, who.key, None]
        return found

    def _then(
        self, labels: tuple[str, ...], mentions: pd.Series, near: pd.Series, days: pd.Series
    ) -> Iterator[tuple[object, Known]]:
        """Yield the rows that mention a name on a day on which one, and one alone, bore it that has left it since."""
        for row, name, here, day in zip(mentions.index, mentions, near, days, strict=True):
            bore = self._left.get(fold(name), ()) if isinstance(name, str) else ()
            nodes = {
                (who.label, self._node_of(who)): who
                for who, since, until in bore
                if who.label in labels and (since is None or since <= day) and day <= until
                and (not isinstance(here, str) or prefecture_of(who.region) == here)
            }  # fmt: skip
            if len(nodes) == 1:
                yield row, next(iter(nodes.values()))

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
        found = self._named(labels, mention, near)
        if not found and "Region" in labels and (place := division(mention)):
            return place
        if not found:
            reason = Nobody(
                f"没有名为“{mention}”的登记对象，请先在相应的表中登记",
                f"nothing known by the name “{mention}”; enter it in its table first",
            )
            return None, None, reason
        if len(found) > 1:
            listed = "、".join(f"{k.name}（{place_name(k.region)}，{k.key}）" for k in found)
            return (
                None,
                None,
                CellError(f"“{mention}”有多种可能：{listed}", f"“{mention}” fits several: {listed}"),
            )
        return found[0].label, found[0].key, None

    def _named(self, labels: tuple[str, ...], mention: str, near: str) -> list[Known]:
        """Return what a name fits, one a node: as it is written, else near by in its normal form."""
        found = [k for k in self._by_name.get(fold(mention), ()) if k.label in labels]
        if not found and "Window" in labels:
            found = self._by_name.get(_sole(whose_window(mention, near)), [])
        if not found:
            if self._by_plain is None:
                self._by_plain = defaultdict(list)
                for known in (k for names in self._by_name.values() for k in names if k.label in NAMED):
                    self._by_plain[plain_name(known.name)].append(known)
            similar = [k for k in self._by_plain.get(plain_name(mention), ()) if k.label in labels]
            found = [k for k in similar if not near or prefecture_of(k.region) == near]
        found = [k for k in found if not k.former] or found
        if len(found) > 1 and near:
            found = [k for k in found if prefecture_of(k.region) == near] or found
        nodes = {(k.label, self._node_of(k) if len(found) > 1 else k.key): k for k in reversed(found)}
        return list(nodes.values())

    def _node_of(self, known: Known) -> str:
        resolver = self.resolvers.get(known.label)
        return self.namesakes[known.label].node(known.key, resolver) if resolver else known.key

    def uncoded(self, key: str) -> list[str]:
        """Return the own keys that rows of an organisation have which lack its code."""
        resolver, known = self.resolvers["Organization"], self.namesakes["Organization"]
        return sorted(own for own in known.borne(key) if known.node(own, resolver) == resolver.canonical(key))

    def standing(self, label: str, keys: Iterable[str]) -> set[str]:
        """Return those of some keys that are of nodes in the graph."""
        return set(self._session.nodes(schema.nodes()[label], pa.array(sorted(keys), pa.string()))["key"].to_pylist())

    def split_off(self, label: str, key: str, name: str, region: str) -> None:
        """Enter what was one with another and is a node of its own again, as new."""
        self._enter(Known(label, key, name, region))
        self.fresh[label].append(key)

    def own_keys(self, label: str, key: str) -> set[str]:
        """Return the own keys of every row that is of the node to which ``key`` belongs."""
        self._load(label)
        return self.namesakes[label].closure({key}, self.resolvers[label])

    def alias(self, label: str, key: str, name: str, region: str) -> None:
        """Enter another name of something known."""
        self._enter(Known(label, key, name, region))

    def region_of(self, label: str, key: str) -> str | None:
        """Return the region code of something entered, None where unknown."""
        return self._regions[label].get(key) or None


def _sole(whose: str | None) -> str:
    """Return the name under which the hub or the window of a prefecture is known beside its own."""
    return f"~{whose}"
