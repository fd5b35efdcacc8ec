"""What is asked for: demand D(r,c,t) in services a year, and where it is not known.

D = enterprises(r,c) × rate(t) + open needs (method, section 2). A region with any row of enterprises, counts or
needs has reported: its other chains have demand 0; a region with none is unknown, and so is one whose counts
are all older than the freshness limit.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from graph.arrays import Bools, Floats
from graph.errors import BadParameter
from graph.projection import among, in_order
from graph.settings_files import read_yaml
from graph.shipped import read_shipped
from graph.stores.base import Query, ReadSession
from graph.vocabulary import vocabulary

REGIONS = Query(
    "MATCH (r:Region) WHERE r.level IN ['province', 'prefecture', 'county'] "
    "RETURN r.key AS key, r.name AS name, r.level AS level, r.prefecture AS prefecture, r.zone AS zone, "
    "r.lon AS lon, r.lat AS lat ORDER BY r.key",
    {"key": str, "name": str, "level": str, "prefecture": str, "zone": str, "lon": float, "lat": float},
)
CHAINS = Query(
    "MATCH (c:Chain) RETURN c.key AS key, c.name AS name, c.pillar AS pillar, c.system AS system ORDER BY c.key",
    {"key": str, "name": str, "pillar": str, "system": str},
)
COUNTS = Query(
    "MATCH (n:EnterpriseCount)-[:LOCATED_IN]->(r:Region) MATCH (n)-[:BELONGS_TO]->(c:Chain) "
    "RETURN r.key AS region, c.key AS chain, n.count AS count, n.as_of AS as_of, n.data_class AS data_class",
    {"region": str, "chain": str, "count": float, "as_of": date, "data_class": str},
)
ENTERPRISES = Query(
    "MATCH (e:Enterprise)-[:LOCATED_IN]->(r:Region) WHERE r.level <> 'province' "
    "OPTIONAL MATCH (e)-[:BELONGS_TO]->(c:Chain) "
    "RETURN e.key AS enterprise, r.key AS region, e.industry AS industry, "
    "('specialized' IN e.tags OR 'little_giant' IN e.tags) AS special, c.key AS chain, e.data_class AS data_class",
    {"enterprise": str, "region": str, "industry": str, "special": bool, "chain": str, "data_class": str},
)
TITLES = Query(
    "MATCH (e:Enterprise)-[h:HOLDS]->(t:Title) WHERE t.key IN ['specialized', 'little_giant'] "
    "RETURN e.key AS enterprise, t.key AS title, h.since AS since, h.until AS until",
    {"enterprise": str, "title": str, "since": date, "until": date},
)
SEGMENT_CODES = Query(
    "MATCH (s:ChainSegment)-[:CLASSIFIED_AS]->(i:Industry) MATCH (s)-[:BELONGS_TO]->(c:Chain) "
    "RETURN DISTINCT i.key AS code, c.key AS chain",
    {"code": str, "chain": str},
)
NEEDS = Query(
    "MATCH (n:Need)-[:LOCATED_IN]->(r:Region) MATCH (n)-[:CONCERNS]->(t:ServiceType) "
    "OPTIONAL MATCH (n)-[:CONCERNS]->(c:Chain) OPTIONAL MATCH (e:Enterprise)-[:NEEDS]->(n) "
    "RETURN n.key AS need, r.key AS region, t.key AS service_type, c.key AS chain, e.key AS enterprise, "
    "n.quantity AS quantity, n.state AS state, n.data_class AS data_class",
    {"need": str, "region": str, "service_type": str, "chain": str, "enterprise": str, "quantity": float,
     "state": str, "data_class": str},
)  # fmt: skip


@dataclass(frozen=True)
class DemandFacts:
    """Everything read from the store about places, chains and demand, as frames with the queries' columns."""

    regions: pd.DataFrame
    chains: pd.DataFrame
    counts: pd.DataFrame
    enterprises: pd.DataFrame
    titles: pd.DataFrame
    needs: pd.DataFrame


@dataclass(frozen=True)
class Demand:
    """Demand on the grid.

    ``regions``: every county, and each prefecture that has demand rows of its own; frame indexed 0…R−1.
    ``services``: array [R, C, T] of services a year, NaN where unknown. ``stale``: [R] regions whose data are
    too old. ``special``: [R, C] enterprises with 专精特新 on the day, ``undated`` those among them of whom no date is
    known; ``listed``: [R, C] enterprises listed by name; ``enterprises``: [R, C] all that count, as stated or listed.
    """

    regions: pd.DataFrame
    chains: pd.DataFrame
    types: tuple[str, ...]
    services: Floats
    stale: Bools
    special: Floats
    undated: Floats
    listed: Floats
    enterprises: Floats


@cache
def _default_rates() -> dict[str, float]:
    return _rates(read_shipped("queries", "demand_rates.yml"), "demand_rates.yml")


def read_rates(path: Path) -> dict[str, float]:
    """Return the rates of a file of the form of ``demand_rates.yml``, services an enterprise a year by type.

    Raises:
        FileMissing, NotYaml, BadParameter: it is no such file, or a rate is negative.
    """
    return _rates(read_yaml(path), str(path))


def rates_in_use(rates: Mapping[str, float] | None) -> Mapping[str, float]:
    """Return the rates that are given, else the defaults: services an enterprise a year by type."""
    return rates or _default_rates()


def _rates(raw: object, where: str) -> dict[str, float]:
    if not isinstance(raw, dict):
        raise BadParameter(name="rates", value=where, reason="default: 0.02, rates: {SC01: …}")
    stated = {vocabulary("service_types").resolve(str(k)): v for k, v in (raw.get("rates") or {}).items()}
    rates: dict[str, Any] = {t: stated.get(t, raw.get("default", 0.02)) for t in vocabulary("service_types").ids}
    for type_, rate in rates.items():
        if not isinstance(rate, int | float) or not 0 <= rate < np.inf:
            raise BadParameter(name=f"rates.{type_}", value=rate, reason="≥ 0")
    return {t: float(r) for t, r in rates.items()}


def read_demand(session: ReadSession) -> DemandFacts:
    """Read everything that demand rests on; enterprises without a stated chain get those of their code."""
    enterprises = in_order(session, ENTERPRISES)
    return DemandFacts(
        regions=in_order(session, REGIONS),
        chains=in_order(session, CHAINS),
        counts=in_order(session, COUNTS),
        enterprises=_place_by_code(enterprises, in_order(session, SEGMENT_CODES)),
        titles=in_order(session, TITLES),
        needs=in_order(session, NEEDS),
    )


def _place_by_code(enterprises: pd.DataFrame, codes: pd.DataFrame) -> pd.DataFrame:
    """Give enterprises without a chain those whose segments carry the longest prefix of their GB/T code."""
    chains = codes.groupby("code")["chain"].agg(list)

    def matching(industry: str) -> list[str] | None:
        prefixes = (industry[:n] for n in range(len(industry), 0, -1))
        return next((chains[p] for p in prefixes if p in chains.index), None)

    homeless = enterprises["chain"].isna() & enterprises["industry"].notna()
    found = {code: matching(code) for code in enterprises.loc[homeless, "industry"].unique()}
    placed = enterprises["chain"].astype(object).mask(homeless, enterprises["industry"].map(found))
    placed_rows = enterprises.assign(chain=placed).explode("chain", ignore_index=True)
    # Several chains share one enterprise evenly, so that it counts once.
    return placed_rows.assign(share=1.0 / placed_rows.groupby("enterprise")["enterprise"].transform("size"))


def demand(facts: DemandFacts, *, as_of: date, freshness_days: int, rates: Mapping[str, float] | None = None) -> Demand:
    """Return demand on the grid for a day of analysis."""
    types = vocabulary("service_types").ids
    regions = _grid_regions(facts)
    chains = facts.chains
    row = pd.Series(regions.index, index=regions["key"])
    column = pd.Series(chains.index, index=chains["key"])
    shape = (len(regions), len(chains))

    firms = facts.enterprises.dropna(subset=["chain"])
    at = (row[firms["region"]].to_numpy(), column[firms["chain"]].to_numpy())
    dated, undated = special_firms(facts, as_of)
    share, who = firms["share"].to_numpy(), firms["enterprise"]
    cell, size = np.ravel_multi_index(at, shape), len(regions) * len(chains)
    listed, special, silent = (
        np.bincount(cell, part, size).astype(np.float64).reshape(shape)
        for part in (share, share * among(who, dated | undated), share * among(who, undated))
    )
    enterprises = listed.copy()
    counts = facts.counts
    enterprises[row[counts["region"]].to_numpy(), column[counts["chain"]].to_numpy()] = counts["count"]

    rate = np.array([(rates or _default_rates())[t] for t in types])
    services = enterprises[:, :, None] * rate[None, None, :]
    _add_needs(services, facts, enterprises, row, column, types)
    reported, stale = _known(facts, regions, as_of, freshness_days)
    services[~reported | stale] = np.nan
    return Demand(regions, chains, types, services, stale, special, silent, listed, enterprises)


def special_firms(facts: DemandFacts, day: date) -> tuple[set[str], set[str]]:
    """Return the enterprises with a 专精特新 title that holds on a day, and those with one of which no date is known.

    Where one recognition of a title has dates, they decide; a title that has ended counts for nothing.
    """
    titles, moment = facts.titles, pd.Timestamp(day)
    since, until = pd.to_datetime(titles["since"]), pd.to_datetime(titles["until"])
    stated = titles.assign(
        stated=since.notna() | until.notna(),
        holds=(since.isna() | (since <= moment)) & (until.isna() | (until >= moment)),
    )
    stated["holds"] &= stated["stated"]
    of = stated.groupby(["enterprise", "title"], as_index=False)[["stated", "holds"]].any()
    dated = set(of.loc[of["holds"], "enterprise"])
    # A store of before there were titles has the bare word alone.
    bare = facts.enterprises.loc[facts.enterprises["special"].fillna(False).astype(bool), "enterprise"]
    undated = {*of.loc[~of["stated"], "enterprise"], *bare[~among(bare, titles["enterprise"])]}
    return dated, undated - dated


def _grid_regions(facts: DemandFacts) -> pd.DataFrame:
    stated = _places(facts.counts, facts.enterprises, facts.needs)
    own = (facts.regions["level"] == "prefecture") & facts.regions["key"].isin(stated)
    return facts.regions[(facts.regions["level"] == "county") | own].reset_index(drop=True)


def _places(*frames: pd.DataFrame) -> set[str]:
    """Return the regions of some rows."""
    return {place for frame in frames for place in frame["region"].unique()}


def _known(facts: DemandFacts, regions: pd.DataFrame, as_of: date, freshness_days: int) -> tuple[Bools, Bools]:
    """Return which regions have reported, and which of them only with counts that are too old.

    Enterprises, needs and counts without a day say nothing of their age and count as fresh.
    """
    dated = pd.to_datetime(facts.counts["as_of"])
    newest = dated.groupby(facts.counts["region"]).max()
    limit = pd.Timestamp(as_of - timedelta(days=freshness_days))
    undated = _places(facts.enterprises, facts.needs, facts.counts[dated.isna()])
    fresh = undated | set(newest.index[newest >= limit])
    reported = regions["key"].isin({*undated, *newest.index}).to_numpy()
    return reported, reported & ~regions["key"].isin(fresh).to_numpy()


def _add_needs(
    services: Floats,
    facts: DemandFacts,
    enterprises: Floats,
    row: pd.Series,
    column: pd.Series,
    types: tuple[str, ...],
) -> None:
    """Add open needs: to their chain, else their enterprise's chains, else spread as the region's enterprises are."""
    is_open = {e.id for e in vocabulary("need_states") if e["open"]}
    needs = facts.needs[facts.needs["state"].isna() | facts.needs["state"].isin(is_open)]
    firms = facts.enterprises[among(facts.enterprises["enterprise"], needs["enterprise"].dropna())]
    firms = firms.dropna(subset=["chain"])
    shares: dict[str, list[tuple[str, float]]] = {}
    for firm, its_chain, share in zip(*(firms[c].tolist() for c in ("enterprise", "chain", "share")), strict=True):
        shares.setdefault(firm, []).append((its_chain, share))
    row_of, column_of = row.to_dict(), column.to_dict()
    type_at = {t: i for i, t in enumerate(types)}
    columns = ("region", "service_type", "chain", "enterprise", "quantity")
    for region, type_, chain, firm, stated in zip(*(needs[c].tolist() for c in columns), strict=True):
        quantity = 1.0 if pd.isna(stated) else stated
        r, t = row_of[region], type_at[type_]
        if not pd.isna(chain):
            services[r, column_of[chain], t] += quantity
        elif firm in shares:
            for its_chain, share in shares[firm]:
                services[r, column_of[its_chain], t] += quantity * share
        else:
            spread = enterprises[r]
            total = spread.sum()
            services[r, :, t] += quantity * (spread / total if total > 0 else 1.0 / len(spread))
