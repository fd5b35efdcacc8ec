"""The real network of the reference data: windows, carriers, organisations, parks and clusters."""

import pandas as pd

from graph.delta import Facts
from graph.places.gazetteer import reference
from graph.vocabulary import fold, vocabulary
from loaders.parse.specialities import cluster_key
from loaders.reference.rows import NOTICE, each, link, named_keys, node, terms

HUB = "W00"


# --- the network --------------------------------------------------------------------------------------


def windows(facts: Facts) -> None:
    """Add the hub and the prefectures' windows, with operators where one was seen.

    Of the ten cluster windows the notice says how many there are; who and where they are is not published.
    """
    rows = reference("network_windows")
    rows = rows.assign(name=rows["known_operator"], window=rows["window_id"])
    kinds = terms(rows["window_type"], "window_kinds")
    node(facts, "Window", rows, key=rows["window"], name=rows["label"], kind=kinds)
    link(facts, ("LOCATED_IN", "Window", "Region"), rows, rows["window"], rows["adcode"])
    below = rows[rows["window"] != HUB]
    # That the windows form one network under the hub is the notice's clause 3, whoever reported the window.
    link(
        facts,
        ("REPORTS_TO", "Window", "Window"),
        below.assign(**NOTICE),
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
    operated = rows[rows["real_status"].str.contains("operator SEEN")]
    keys = named_keys("organization", operated)
    node(facts, "Organization", operated, key=keys, namesake=keys, name=operated["name"], mentioned=True)
    link(facts, ("LOCATED_IN", "Organization", "Region"), operated, keys, operated["adcode"])
    link(facts, ("OPERATED_BY", "Window", "Organization"), operated, operated["window"], keys)


def carriers(facts: Facts) -> None:
    """Put each thing that public lists call a carrier where it belongs: a carrier, an organisation, or a window."""
    rows = reference("carriers_public")
    kinds = {name: _known(rows["carrier_type"], name) for name in ("carrier_kinds", "organization_kinds")}
    sites = rows[kinds["carrier_kinds"].notna()]
    keys = named_keys("carrier", sites)
    node(
        facts,
        "Carrier",
        sites,
        key=keys,
        name=sites["name"],
        kind=kinds["carrier_kinds"].dropna(),
        level=terms(sites["grade"], "levels"),
    )
    link(facts, ("LOCATED_IN", "Carrier", "Region"), sites, keys, sites["adcode"])
    others = rows[kinds["carrier_kinds"].isna() & kinds["organization_kinds"].notna()]
    organizations(facts, others, kinds["organization_kinds"].loc[others.index])


def _known(column: pd.Series, list_: str) -> pd.Series:
    index = {fold(t): e.id for e in vocabulary(list_) for t in (e.label.zh, *e.aliases)}
    return column.map(lambda value: index.get(fold(value)))


def organizations(facts: Facts, rows: pd.DataFrame, kinds: object) -> None:
    """Add organisations in their region, known by name and prefecture."""
    keys = named_keys("organization", rows)
    node(facts, "Organization", rows, key=keys, namesake=keys, name=rows["name"], kind=kinds, mentioned=False)
    link(facts, ("LOCATED_IN", "Organization", "Region"), rows, keys, rows["adcode"])


def parks(facts: Facts) -> None:
    """Add development zones and agricultural parks; a park listed with more stars later has the later ones."""
    zones = reference("zones").rename(columns={"zone_type": "kind"})
    farms = reference("agri_parks").assign(kind="现代农业园区", grade="省级")
    for rows in (zones, farms):
        keys = named_keys("park", rows)
        industries = rows["leading_industries"] if "leading_industries" in rows else rows["crop"]
        stars = terms(rows["star"], "park_stars") if "star" in rows else None
        node(
            facts,
            "Park",
            rows,
            key=keys,
            name=rows["name"],
            kind=terms(rows["kind"], "zone_kinds"),
            level=terms(rows["grade"], "levels"),
            star=stars,
            industries=industries,
            year=rows["year"],
        )
        link(facts, ("LOCATED_IN", "Park", "Region"), rows, keys, rows["adcode"])


def clusters(facts: Facts) -> None:
    """Add clusters, one for each recognition."""
    rows = reference("industry_clusters")
    keys = [cluster_key(*parts) for parts in each(rows, "name", "cluster_type", "grade")]
    node(
        facts,
        "Cluster",
        rows,
        key=keys,
        name=rows["name"],
        kind=terms(rows["cluster_type"], "cluster_kinds"),
        level=terms(rows["grade"], "levels"),
        year=rows["year"],
    )
    link(facts, ("LOCATED_IN", "Cluster", "Region"), rows, keys, rows["adcode"])
