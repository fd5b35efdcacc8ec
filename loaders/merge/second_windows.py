"""A second hub, or a second window of a prefecture: most likely the one that is there, by another name.

The network has one hub and one window a prefecture (the notice, clause 3), and those are there from the start: a name
of its own that a list has for one makes two of it, and each is counted.
"""

from collections import defaultdict
from typing import Any

from graph import schema
from graph.clock import today
from graph.delta import Facts, Spec
from graph.identity import prefecture_of
from graph.language import Text
from graph.places.gazetteer import places
from graph.stores.base import ReadSession
from graph.vocabulary import vocabulary
from loaders.tables.windows import SOLE

SHOWN = 3
SECOND = Text(
    "枢纽与窗口：{n} 处有不止一个在运行的{kind}（如 {place}：{names}），各计一个；"
    "若是同一个，请统一用一个名称，给多出的填停用日期",
    "windows: {n} places have more than one active of the kind “{kind}” ({place}: {names}), each counted; if they are "
    "one, use one name and give the others a last day",
)


def second_windows(facts: Facts, session: ReadSession) -> list[Text]:
    """Return what is to be said of hubs and prefectures' windows that a load brings beside others of their place."""
    windows, homes = schema.nodes()["Window"], schema.relationships()["LOCATED_IN", "Window", "Region"]
    rows = _rows(facts, windows)
    brought = {str(row["key"]) for row in rows if row["kind"] in SOLE}
    if not brought:
        return []
    gone = facts.whole.get(windows.name, set())
    known = {row["key"]: row for row in session.nodes(windows).to_pylist() if row["key"] not in gone}
    for row in rows:
        known[row["key"]] = known.get(row["key"], row) | {k: v for k, v in row.items() if v is not None}
    placed = [*session.relationships(homes).to_pylist(), *_rows(facts, homes)]
    regions = {str(row["from_key"]): str(row["to_key"]) for row in placed}
    of_place: dict[tuple[str, str], list[str]] = defaultdict(list)
    for key in sorted(known, key=lambda key: (key in brought, key)):
        row = known[key]
        if row["kind"] in SOLE and key in regions and (row["until"] is None or row["until"] >= today()):
            of_place[row["kind"], prefecture_of(regions[key])].append(key)
    found = [(at, keys) for at, keys in sorted(of_place.items()) if len(keys) > 1 and brought & {*keys}]
    return [
        _said(kind, [(place, [known[key]["name"] for key in keys]) for (of, place), keys in found if of == kind])
        for kind in dict.fromkeys(kind for (kind, _), _ in found)
    ]


def _said(kind: str, found: list[tuple[str, list[str]]]) -> Text:
    (code, names), label = found[0], vocabulary("window_kinds")[kind].label
    n, place, listed = len(found), places()[code].name, "、".join(names[:SHOWN])
    return Text(*(
        part.format(n=n, kind=own, place=place, names=listed) for part, own in zip(SECOND, label, strict=True)
    ))  # fmt: skip


def _rows(facts: Facts, spec: Spec) -> list[dict[str, Any]]:
    rows = facts.tables.get(spec)
    return [] if rows is None else rows.to_pylist()
