"""What things are filed under: systems, pillars and chains, the notice and its clauses, specialities, sources."""

import pandas as pd
import pyarrow as pa

from graph import schema
from graph.delta import Facts
from graph.identity import source_key
from graph.places.gazetteer import chain_names, reference
from graph.stores.base import ReadSession
from graph.vocabulary import vocabulary
from loaders.parse.specialities import cluster_key, specialities
from loaders.reference.rows import NOTICE, each, link, named_keys, node, terms
from loaders.tables.base import add

THE_NOTICE = "notice-2020-12-22"
CITING = ("Figure", "Title", "Notice")
"""Labels whose nodes are linked with what they were published in."""


def notice(facts: Facts) -> None:
    """Add the notice, and its clauses as its parts."""
    rows = pd.DataFrame({"key": [THE_NOTICE], "name": ["2020年12月22日的通知"]})
    add(facts, schema.nodes()["Notice"], rows.assign(**NOTICE))
    clauses = pd.DataFrame({"key": vocabulary("clauses").ids}).assign(**NOTICE)
    link(facts, ("PART_OF", "Clause", "Notice"), clauses, clauses["key"], THE_NOTICE)


def systems(facts: Facts) -> None:
    """Add systems and pillars, and what is part of what."""
    chains = reference("industry_chains")
    pillars, above = terms(chains["pillar"], "industry_pillars"), terms(chains["system"], "industry_systems")
    link(facts, ("PART_OF", "Chain", "Pillar"), chains, chains["chain_id"], pillars)
    first = chains.assign(pillar=pillars, system=above).drop_duplicates("pillar")
    link(facts, ("PART_OF", "Pillar", "System"), first, first["pillar"], first["system"])
    for label, name in (("System", "industry_systems"), ("Pillar", "industry_pillars")):
        entries = list(vocabulary(name))
        rows = pd.DataFrame({"key": [e.id for e in entries], "name": [e.label.zh for e in entries]}).assign(**NOTICE)
        node(facts, label, rows, key=rows["key"], name=rows["name"])
        if label == "System":
            link(facts, ("GOVERNED_BY", label, "Clause"), rows, rows["key"], "3")


def known_for(facts: Facts) -> None:
    """Link parks with the chains and pillars of their leading industries, clusters with those of their name."""
    zones, farms, clusters = reference("zones"), reference("agri_parks"), reference("industry_clusters")
    _specialize(facts, "Park", zones, named_keys("park", zones), zones["leading_industries"])
    _specialize(facts, "Park", farms, named_keys("park", farms), farms["crop"], farming=True)
    keys = [cluster_key(*parts) for parts in each(clusters, "name", "cluster_type", "grade")]
    _specialize(facts, "Cluster", clusters, keys, clusters["name"])


def _specialize(
    facts: Facts, label: str, rows: pd.DataFrame, keys: list[str], said: pd.Series, *, farming: bool = False
) -> None:
    found = said.map(lambda text: specialities(text, farming=farming))
    pairs = rows.assign(key=keys, speciality=found).explode("speciality").dropna(subset="speciality")
    # That the words tell this is the compiler's reading, whoever published the list.
    read = pairs.assign(source="editorial: speciality_words.csv", verification="secondary", data_class="EDITORIAL")
    of_chain = read["speciality"].isin(chain_names())
    for target, part in (("Chain", read[of_chain]), ("Pillar", read[~of_chain])):
        link(facts, ("SPECIALIZES_IN", label, target), part, part["key"], part["speciality"])


def citations(facts: Facts, rows_of: dict[str, pa.Table]) -> None:
    """Link nodes, given by label, with the source that each names."""
    for label, rows in rows_of.items():
        frame = rows.select(["key", "source", "verification", "data_class"]).to_pandas().dropna(subset="source")
        sources = pd.DataFrame({"name": frame["source"].drop_duplicates()})
        sources = sources.assign(key=sources["name"].map(source_key), source=sources["name"])
        add(facts, schema.nodes()["Source"], sources)
        link(facts, ("PUBLISHED_IN", label, "Source"), frame, frame["key"], frame["source"].map(source_key))


def taxonomy(facts: Facts) -> None:
    """Add all of it, and the sources of what the facts hold so far."""
    for part in (notice, systems, known_for):
        part(facts)
    cited = {label: facts.tables.get(schema.nodes()[label]) for label in CITING}
    citations(facts, {label: rows for label, rows in cited.items() if rows is not None})


def lacking(session: ReadSession) -> Facts:
    """Return all of it for a store of before there was any, with the sources of what that holds."""
    facts = Facts()
    if not len(session.nodes(schema.nodes()["Notice"])):
        taxonomy(facts)
        citations(facts, {label: session.nodes(schema.nodes()[label]) for label in ("Figure", "Title")})
    return facts
