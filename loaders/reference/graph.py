"""The reference data of the package as facts: what a new store holds from the start.

Places, chains, the notice's own lists, the real network, and the real organisations, parks and clusters
found in public lists. Source, verification and data_class of each row are kept.
"""

from collections.abc import Callable

import pandas as pd

from graph import schema
from graph.comparison import plan
from graph.delta import Facts
from graph.identity import natural_key, prefecture_of
from graph.places.divisions import full_names, short_names
from graph.places.gazetteer import PROVINCE, reference
from graph.stores.base import Store
from graph.vocabulary import fold, vocabulary
from loaders.merge.statements import save
from loaders.reference.network import carriers, clusters, organizations, parks, windows
from loaders.reference.rows import NOTICE, each, link, node, numbers, terms
from loaders.reference.taxonomy import taxonomy
from loaders.tables.base import add
from loaders.write.commit import write_lock

# --- places -------------------------------------------------------------------------------------------


def _regions(facts: Facts) -> None:
    rows = reference("divisions").merge(
        reference("prefecture_stats")[["adcode", "pop_2020_census", "gdp_2023_100m_yuan"]],
        on="adcode",
        how="left",
    )
    levels = {"1": "province", "2": "prefecture", "3": "county"}
    zones = terms(rows["economic_zone"], "economic_zones")
    below = rows["adcode"] != PROVINCE
    node(
        facts,
        "Region",
        rows,
        key=rows["adcode"],
        name=rows["name"],
        level=rows["level"].map(levels),
        kind=terms(rows["type"], "region_types"),
        zone=zones,
        pinyin=rows["pinyin"],
        prefecture=rows["adcode"].map(prefecture_of).where(below, ""),
        lon=numbers(rows["seat_lon"]),
        lat=numbers(rows["seat_lat"]),
        area_km2=numbers(rows["area_km2_calc"]),
        population=numbers(rows["pop_2020_census"]).astype("Int64"),
        gdp=numbers(rows["gdp_2023_100m_yuan"]),
    )
    link(facts, ("PART_OF", "Region", "Region"), rows, rows["adcode"], rows["parent_adcode"])
    link(
        facts,
        ("PART_OF", "Region", "EconomicZone"),
        rows,
        rows["adcode"],
        zones.where(rows["level"] == "2", ""),
    )


def _townships(facts: Facts) -> None:
    towns = reference("townships")
    node(
        facts,
        "Region",
        towns,
        key=towns["code"],
        name=towns["name"],
        level="township",
        prefecture=towns["county_adcode"].map(prefecture_of),
    )
    link(facts, ("PART_OF", "Region", "Region"), towns, towns["code"], towns["county_adcode"])


# --- industry -----------------------------------------------------------------------------------------


def _chains(facts: Facts) -> None:
    rows = reference("industry_chains")
    node(
        facts,
        "Chain",
        rows,
        key=rows["chain_id"],
        name=rows["chain"],
        target=rows["official_target"],
        system=terms(rows["system"], "industry_systems"),
        pillar=terms(rows["pillar"], "industry_pillars"),
    )
    segments = reference("chain_nodes")
    node(
        facts,
        "ChainSegment",
        segments,
        key=segments["node_id"],
        name=segments["node"],
        stage=terms(segments["stage"], "chain_stages"),
    )
    link(facts, ("BELONGS_TO", "ChainSegment", "Chain"), segments, segments["node_id"], segments["chain_id"])
    codes = segments.assign(
        code=segments["gbt4754_codes"].str.split(";"), title=segments["gbt4754_names"].str.split(";")
    ).explode(["code", "title"])
    link(facts, ("CLASSIFIED_AS", "ChainSegment", "Industry"), codes, codes["node_id"], codes["code"])
    industries = codes.drop_duplicates("code").assign(source="GB/T 4754-2017", data_class="REAL")
    node(facts, "Industry", industries, key=industries["code"], name=industries["title"])


def _feeds(facts: Facts) -> None:
    """Join each stage of a chain to the next one: what upstream and downstream mean, no single observation."""
    segments = reference("chain_nodes")[["node_id", "chain_id", "stage"]]
    following = segments.assign(stage=segments["stage"].map({"中游": "上游", "下游": "中游"}))
    pairs = segments.merge(following.dropna(), on=["chain_id", "stage"], suffixes=("", "_next"))
    pairs = pairs.assign(
        source="editorial: consecutive stages of chain_nodes.csv",
        verification="secondary",
        data_class="EDITORIAL",
    )
    link(facts, ("FEEDS", "ChainSegment", "ChainSegment"), pairs, pairs["node_id"], pairs["node_id_next"])


# --- the notice ---------------------------------------------------------------------------------------


def _list(name: str, **columns: Callable[..., object]) -> pd.DataFrame:
    entries = list(vocabulary(name))
    made = {c: [value(e) for e in entries] for c, value in columns.items()}
    frame = {"key": [e.id for e in entries], "name": [e.label.zh for e in entries], **made}
    return pd.DataFrame(frame).assign(clause=[str(e.clause or "") for e in entries], **NOTICE)


def _notice(facts: Facts) -> None:
    lists = {
        "EconomicZone": _list("economic_zones"),
        "ServiceType": _list("service_types"),
        "Dimension": _list("cooperation_dimensions"),
        "Brand": _list("brands"),
        "Clause": _list("clauses", section=lambda e: e["section"]),
        "Target": _list(
            "targets",
            comparison=lambda e: e["comparison"],
            value=lambda e: float(e["value"]),
            year=lambda e: e["by"],
        ),
    }
    for label, rows in lists.items():
        add(facts, schema.nodes()[label], rows)
        slot = ("GOVERNED_BY", label, "Clause")
        if slot in schema.relationships():
            link(facts, slot, rows, rows["key"], rows["clause"])
    chains = reference("industry_chains")
    link(facts, ("GOVERNED_BY", "Chain", "Clause"), chains.assign(**NOTICE), chains["chain_id"], "3")


def _figures(facts: Facts) -> None:
    rows = reference("published_figures")
    keys = [natural_key("figure", *parts) for parts in each(rows, "topic", "metric", "period", "scope")]
    node(
        facts,
        "Figure",
        rows,
        key=keys,
        name=rows["metric"],
        topic=rows["topic"],
        value=numbers(rows["value"]),
        unit=rows["unit"],
        period=rows["period"],
        scope=rows["scope"],
    )
    here = [_place(scope) for scope in rows["scope"]]
    link(facts, ("CONCERNS", "Figure", "Region"), rows, keys, here)


def _place(scope: str) -> str:
    """Return the code of a figure's place, empty for one that is no division of the province (全国, 成都高新区)."""
    named = full_names().get(fold(scope)) or short_names().get(fold(scope)) or set()
    return next(iter(named)) if len(named) == 1 else ""


def titles(facts: Facts) -> None:
    """Add the titles that enterprises hold, and those that carriers are recognised by."""
    for list_ in TITLES:
        entries = list(vocabulary(list_))
        rows = pd.DataFrame({"key": [e.id for e in entries], "name": [e.label.zh for e in entries]})
        origin = {"source": f"editorial: {list_}.yml", "verification": "secondary", "data_class": "EDITORIAL"}
        add(facts, schema.nodes()["Title"], rows.assign(**origin))


TITLES = ("enterprise_tags", "carrier_kinds")
"""The lists of titles; no two have an id in common."""


def reference_facts() -> Facts:
    """Return all reference data as facts."""
    facts = Facts()
    parts = (
        _regions, _townships, _notice, _chains, _feeds, _figures, titles, windows, carriers, parks, clusters, taxonomy,
    )  # fmt: skip
    for part in parts:
        part(facts)
    universities = reference("universities")
    organizations(facts, universities, "university")
    return facts


def ensure_reference(store: Store) -> bool:
    """Load the reference data into an empty store; tell whether that was needed.

    Raises:
        StoreProblem: the store failed; it is as empty as before.
    """
    with write_lock(store) as lock:
        if lock.version:
            return False
        facts = reference_facts()
        with lock.stage() as staged:
            save(facts, {}, lock.history, staged.folder)
            staged.commit(plan(facts, lock.session), {"kind": "reference"})
    return True
