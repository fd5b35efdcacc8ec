"""Lists of one load and one source that say different things of one thing: the last one shows, and that is told.

Rows of one list are looked at as it is read; what several sources say is listed as conflicts.
"""

from collections.abc import Iterator, Sequence

import pyarrow as pa

from graph import schema
from graph.comparison import ABOUT
from graph.delta import PLACE, Facts
from graph.language import Text
from graph.schema import NodeSpec
from graph.scratch import scratch
from loaders.read import Sheet
from loaders.tables.base import SHEET_BITS, place_of

LABELS = ("Organization", "Enterprise", "Carrier", "Window")
SEVERAL = ("name", "mentioned", "former_names", "tags")
"""Properties in which rows of one thing may differ: it may have several, or is written in several ways."""
PLACE_OF = Text("所在地区", "place")
RECOGNISED = {"Carrier": ("kind", "level", "since", "until")}
"""Properties that are those of one recognition of several, which are all kept."""
UNLIKE = Text(
    "{label}：{n} 个对象在几张表里说法不同，以后面的为准（如 {name} 的 {field}：{first}，{last}）",
    "{label}: several lists say different things of {n}; the last one shows ({field} of {name}: {first}, {last})",
)


def unlike_sheets(facts: Facts, sheets: Sequence[Sheet]) -> Iterator[Text]:
    """Yield what is to be said of things that several of some sheets speak of; ``facts`` are as the rows state them."""
    if len(sheets) < 2:
        return
    for label in LABELS:
        spec = schema.nodes()[label]
        homes = schema.relationships()["LOCATED_IN", label, "Region"]
        fields = {
            p.name: p.label
            for p in spec.properties
            if p.name not in ("key", *SEVERAL, *ABOUT, *RECOGNISED.get(label, ()))
        }
        found: dict[str, tuple[Text, int, int]] = {}
        for one, key, named in ((spec, "key", fields), (homes, "from_key", {"to_key": PLACE_OF})):
            rows = facts.tables.get(one)
            if rows is None or PLACE.name not in rows.column_names:
                continue
            for thing, column, first, last in _unlike(rows, key, list(named)):
                found.setdefault(thing, (named[column], first, last))
        if found:
            yield _said(spec, found, facts, sheets)


def _unlike(rows: pa.Table, key: str, columns: list[str]) -> list[tuple[str, str, int, int]]:
    """Return key and column of what one source says differently in several sheets, by column; first and last place.

    A whole prefecture (a code that ends in 00) contradicts none of its counties.
    """
    in_several = f"min(_place) >> {SHEET_BITS} < max(_place) >> {SHEET_BITS}"
    with scratch() as db:
        db.register("said", rows)
        repeated = f"SELECT {key} FROM said WHERE _place IS NOT NULL GROUP BY {key} HAVING {in_several}"  # noqa: S608 names of the model
        if not db.execute(f"{repeated} LIMIT 1").fetchall():
            return []
        texts = ", ".join(f"{column}::VARCHAR AS {column}" for column in columns)
        unlike = db.execute(f"""
            WITH texts AS (SELECT {key}, _place, source, {texts} FROM said
                           WHERE _place IS NOT NULL AND {key} IN ({repeated}))
            SELECT {key}, field, min(_place), max(_place)
            FROM (UNPIVOT texts ON {", ".join(columns)} INTO NAME field VALUE value)
            WHERE field <> 'to_key' OR NOT ends_with(value, '00')
            GROUP BY {key}, field
            HAVING count(DISTINCT value) > 1 AND count(DISTINCT source) = 1 AND {in_several}
        """).fetchall()  # noqa: S608 names of the model
    return sorted(unlike, key=lambda found: columns.index(found[1]))


def _said(spec: NodeSpec, found: dict[str, tuple[Text, int, int]], facts: Facts, sheets: Sequence[Sheet]) -> Text:
    key, (field, *ends) = min(found.items())
    rows = facts.tables[spec]
    names = dict(zip(rows["key"].to_pylist(), rows["name"].to_pylist(), strict=True))
    first, last = ((sheets[sheet].where, row) for sheet, row in map(place_of, ends))
    name = names.get(key) or key
    return Text(
        UNLIKE.zh.format(
            label=spec.label.zh, n=len(found), name=name, field=field.zh,
            first="{} 第 {} 行".format(*first), last="{} 第 {} 行".format(*last),
        ),
        UNLIKE.en.format(
            label=spec.label.en, n=len(found), name=name, field=field.en,
            first="{} row {}".format(*first), last="{} row {}".format(*last),
        ),
    )  # fmt: skip
