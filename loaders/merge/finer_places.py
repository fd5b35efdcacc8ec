"""Places that say less: a list by prefectures takes the county away from nobody whose county is known.

A prefecture stands for figures or things of which no more is known, so that it contradicts none of its counties.
"""

import pyarrow as pa
import pyarrow.compute as pc

from graph import schema
from graph.delta import Facts
from graph.identity import prefecture_of
from graph.language import Text
from graph.places.gazetteer import PROVINCE, places
from graph.stores.base import ReadSession

LABELS = ("Organization", "Enterprise", "Carrier", "Window")
KEPT = Text(
    "{label}：{n} 家有的写到区县、有的只写到市州，按区县（如 {name}：{county}）",
    "{label}: of {n} one row gives the county and another the prefecture alone; the county stands ({name}: {county})",
)


def keep_counties(facts: Facts, session: ReadSession) -> list[Text]:
    """Put the county, where it is known, in the place of its prefecture; return what is to be said.

    It is known from what is stored or from what the same facts say; of several the last one of the facts counts.
    """
    said = []
    for label in LABELS:
        spec = schema.relationships()["LOCATED_IN", label, "Region"]
        rows = facts.tables.get(spec)
        if rows is None or not pc.any(pc.ends_with(rows["to_key"], "00")).as_py():
            continue
        homes = rows.select(["from_key", "to_key"]).to_pydict()
        wide = {k: to for k, to in zip(homes["from_key"], homes["to_key"], strict=True) if _is_prefecture(to)}
        if not wide:
            continue
        stored = session.relationships(spec, "from_key", pa.array(sorted(wide), pa.string()))
        there = [*zip(stored["from_key"].to_pylist(), stored["to_key"].to_pylist(), strict=True)]
        there += zip(homes["from_key"], homes["to_key"], strict=True)
        counties = {k: to for k, to in there if k in wide and prefecture_of(to) == wide[k] != to}
        if counties:
            meant = [
                counties[k] if k in counties and to == wide[k] else to
                for k, to in zip(homes["from_key"], homes["to_key"], strict=True)
            ]
            at = rows.column_names.index("to_key")
            facts.tables[spec] = rows.set_column(at, rows.schema.field(at), pa.array(meant, rows.schema.types[at]))
            said.append(_said(label, counties, facts))
    return said


def _is_prefecture(code: str) -> bool:
    return code != PROVINCE and prefecture_of(code) == code


def _said(label: str, counties: dict[str, str], facts: Facts) -> Text:
    nodes = facts.tables[schema.nodes()[label]]
    names = dict(zip(nodes["key"].to_pylist(), nodes["name"].to_pylist(), strict=True))
    key, code = min(counties.items())
    label_ = schema.nodes()[label].label
    values = {"n": len(counties), "name": names.get(key) or key, "county": places()[code].full_name}
    return Text(*(part.format(label=word, **values) for part, word in zip(KEPT, label_, strict=True)))
