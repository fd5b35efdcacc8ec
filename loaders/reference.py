"""The reference data of the package as facts: what a new store holds from the start.

Places, chains, the notice's own lists, the real network, and the real organisations, parks and clusters
found in public lists. Source, verification and data_class of each row are kept.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pandas as pd

from graph import schema
from graph.delta import Facts, plan
from graph.errors import UnknownRegion
from graph.identity import natural_key, prefecture_of
from graph.stores.base import Store
from graph.vocabulary import fold, vocabulary
from loaders.journal import Journal, turn
from loaders.lookups import PROVINCE, chain, reference, region
from loaders.pipeline import with_load
from loaders.tables.base import add

NOTICE = {
    "source": "https://smesc.cn/news/show.php?itemid=373705 (=seed notice 2020-12-22)",
    "verification": "seen_on_official_or_press_page",
    "data_class": "REAL",
}
ORIGIN = ["source", "verification", "data_class"]
HUB = "W00"


def node(facts: Facts, label: str, rows: pd.DataFrame, **columns: Any) -> None:
    """Add nodes from rows, whose origin columns go with them."""
    add(facts, schema.nodes()[label], _text(rows[ORIGIN].assign(**columns)))


def link(facts: Facts, slot: tuple[str, str, str], rows: pd.DataFrame, from_key: Any, to_key: Any) -> None:
    """Add relationships from rows; rows with an empty end are left out."""
    frame = _text(rows[ORIGIN].assign(from_key=from_key, to_key=to_key)).dropna(subset=["from_key", "to_key"])
    add(facts, schema.relationships()[slot], frame)


def _text(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.replace("", None)


def _numbers(column: pd.Series) -> pd.Series:
    return pd.to_numeric(column.replace("", None))


def _terms(column: pd.Series, list_: str) -> pd.Series:
    """Return the ids of a column's terms; 未核 (not verified) is not stated."""
    known = {v: vocabulary(list_).resolve(v) for v in column.unique() if v not in ("", "未核")}
    return column.map(known)


def _each(rows: pd.DataFrame, *columns: str) -> Iterator[tuple[str, ...]]:
    return zip(*(rows[c] for c in columns), strict=True)


def _named_keys(kind: str, rows: pd.DataFrame) -> list[str]:
    """Return keys by name and prefecture, as the loaders make them."""
    return [natural_key(kind, name, prefecture_of(code)) for name, code in _each(rows, "name", "adcode")]


# --- places -------------------------------------------------------------------------------------------


def _regions(facts: Facts) -> None:
    rows = reference("divisions").merge(
        reference("prefecture_stats")[["adcode", "pop_2020_census", "gdp_2023_100m_yuan"]],
        on="adcode",
        how="left",
    )
    levels = {"1": "province", "2": "prefecture", "3": "county"}
    zones = _terms(rows["economic_zone"], "economic_zones")
    below = rows["adcode"] != PROVINCE
    node(
        facts,
        "Region",
        rows,
        key=rows["adcode"],
        name=rows["name"],
        level=rows["level"].map(levels),
        kind=_terms(rows["type"], "region_types"),
        zone=zones,
        pinyin=rows["pinyin"],
        prefecture=rows["adcode"].map(prefecture_of).where(below, ""),
        lon=_numbers(rows["seat_lon"]),
        lat=_numbers(rows["seat_lat"]),
        area_km2=_numbers(rows["area_km2_calc"]),
        population=_numbers(rows["pop_2020_census"]).astype("Int64"),
        gdp=_numbers(rows["gdp_2023_100m_yuan"]),
    )
    link(facts, ("PART_OF", "Region", "Region"), rows, rows["adcode"], rows["parent_adcode"])
    link(
        facts,
        ("PART_OF", "Region", "EconomicZone"),
        rows,
        rows["adcode"],
        zones.where(rows["level"] == "2", ""),
    )
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
        system=_terms(rows["system"], "industry_systems"),
        pillar=_terms(rows["pillar"], "industry_pillars"),
    )
    segments = reference("chain_nodes")
    node(
        facts,
        "ChainSegment",
        segments,
        key=segments["node_id"],
        name=segments["node"],
        stage=_terms(segments["stage"], "chain_stages"),
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
    keys = [natural_key("figure", *parts) for parts in _each(rows, "topic", "metric", "period", "scope")]
    node(
        facts,
        "Figure",
        rows,
        key=keys,
        name=rows["metric"],
        topic=rows["topic"],
        value=_numbers(rows["value"]),
        unit=rows["unit"],
        period=rows["period"],
        scope=rows["scope"],
    )
    here = [_place(scope) for scope in rows["scope"]]
    link(facts, ("CONCERNS", "Figure", "Region"), rows, keys, here)


def _place(scope: str) -> str:
    """Return the code of a figure's place, empty for one that is no division of the province (全国, 成都高新区)."""
    try:
        return region(scope)
    except UnknownRegion:
        return ""


# --- the network --------------------------------------------------------------------------------------


def _windows(facts: Facts) -> None:
    rows = reference("network_windows")
    rows = rows.assign(name=rows["known_operator"], window=rows["window_id"])
    kinds = _terms(rows["window_type"], "window_kinds")
    node(facts, "Window", rows, key=rows["window"], name=rows["label"], kind=kinds)
    link(facts, ("LOCATED_IN", "Window", "Region"), rows, rows["window"], rows["adcode"])
    below = rows[rows["window"] != HUB]
    # That the windows form one network under the hub is the notice's clause 3, whoever reported the window.
    link(
        facts,
        ("REPORTS_TO", "Window", "Window"),
        below.assign(**NOTICE).assign(data_class=below["data_class"]),
        below["window"],
        HUB,
    )
    link(
        facts,
        ("GOVERNED_BY", "Window", "Clause"),
        rows.assign(**NOTICE),
        rows["window"],
        rows["window"].map(lambda w: "4" if w == HUB else "5"),
    )
    hinted = rows[rows["chain_hint"] != ""]
    link(facts, ("SERVES", "Window", "Chain"), hinted, hinted["window"], hinted["chain_hint"].map(chain))
    operated = rows[rows["real_status"].str.contains("operator SEEN")]
    keys = _named_keys("organization", operated)
    node(facts, "Organization", operated, key=keys, name=operated["name"], mentioned=True)
    link(facts, ("LOCATED_IN", "Organization", "Region"), operated, keys, operated["adcode"])
    link(facts, ("OPERATED_BY", "Window", "Organization"), operated, operated["window"], keys)


def _carriers(facts: Facts) -> None:
    """Put each thing that public lists call a carrier where it belongs: a carrier, an organisation, or a window."""
    rows = reference("carriers_public")
    kinds = {name: _known(rows["carrier_type"], name) for name in ("carrier_kinds", "organization_kinds")}
    carriers = rows[kinds["carrier_kinds"].notna()]
    keys = _named_keys("carrier", carriers)
    node(
        facts,
        "Carrier",
        carriers,
        key=keys,
        name=carriers["name"],
        kind=kinds["carrier_kinds"].dropna(),
        level=_terms(carriers["grade"], "levels"),
    )
    link(facts, ("LOCATED_IN", "Carrier", "Region"), carriers, keys, carriers["adcode"])
    organizations = rows[kinds["carrier_kinds"].isna() & kinds["organization_kinds"].notna()]
    _organizations(facts, organizations, kinds["organization_kinds"].loc[organizations.index])


def _known(column: pd.Series, list_: str) -> pd.Series:
    index = {fold(t): e.id for e in vocabulary(list_) for t in (e.label.zh, *e.aliases)}
    return column.map(lambda value: index.get(fold(value)))


def _organizations(facts: Facts, rows: pd.DataFrame, kinds: object) -> None:
    keys = _named_keys("organization", rows)
    node(facts, "Organization", rows, key=keys, name=rows["name"], kind=kinds, mentioned=False)
    link(facts, ("LOCATED_IN", "Organization", "Region"), rows, keys, rows["adcode"])


def _parks(facts: Facts) -> None:
    zones = reference("zones").rename(columns={"zone_type": "kind"})
    farms = reference("agri_parks").assign(kind="现代农业园区", grade="省级")
    for rows in (zones, farms):
        keys = _named_keys("park", rows)
        industries = rows["leading_industries"] if "leading_industries" in rows else rows["crop"]
        stars = _terms(rows["star"], "park_stars") if "star" in rows else None
        node(
            facts,
            "Park",
            rows,
            key=keys,
            name=rows["name"],
            kind=_terms(rows["kind"], "zone_kinds"),
            level=_terms(rows["grade"], "levels"),
            star=stars,
            industries=industries,
            year=rows["year"],
        )
        link(facts, ("LOCATED_IN", "Park", "Region"), rows, keys, rows["adcode"])


def _clusters(facts: Facts) -> None:
    rows = reference("industry_clusters")
    # One cluster may stand in several lists, at several levels: each recognition is kept.
    keys = [natural_key("cluster", *parts) for parts in _each(rows, "name", "cluster_type", "grade")]
    node(
        facts,
        "Cluster",
        rows,
        key=keys,
        name=rows["name"],
        kind=_terms(rows["cluster_type"], "cluster_kinds"),
        level=_terms(rows["grade"], "levels"),
        year=rows["year"],
    )
    link(facts, ("LOCATED_IN", "Cluster", "Region"), rows, keys, rows["adcode"])


def reference_facts() -> Facts:
    """Return all reference data as facts."""
    facts = Facts()
    for part in (_regions, _notice, _chains, _feeds, _figures, _windows, _carriers, _parks, _clusters):
        part(facts)
    universities = reference("universities")
    _organizations(facts, universities, "university")
    return facts


def ensure_reference(store: Store) -> bool:
    """Load the reference data into an empty store; tell whether that was needed.

    Raises:
        StoreProblem: the store failed; it is as empty as before.
    """
    with turn(store.home):
        with store.read() as session:
            if session.version():
                return False
            started = datetime.now(UTC)
            delta = plan(reference_facts(), session)
        journal = Journal(store.home)
        name = "load-000001"
        journal.write(name, "begun", files={"reference": "package"})
        store.apply(with_load(delta, 1, name, started))
        journal.write(name, "done", created=delta.created, changed=delta.changed, retired=delta.retired)
    return True
