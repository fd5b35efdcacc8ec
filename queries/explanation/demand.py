"""What demand of a cell is made of: counts or enterprises at a rate, and open needs (method, section 2)."""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from graph.language import Text
from graph.vocabulary import vocabulary
from queries.answers import DATA_CLASSES
from queries.coverage import CoverageQuestion
from queries.demand import rates_in_use
from queries.explanation.cell_rows import CellPosition, RegionRows, records
from queries.explanation.parts import DemandExplained, DemandPart, DemandRow
from queries.ordering import comparable

LABELS = {
    "enterprise_count": Text("企业数量统计 × 需求率", "Enterprise counts × rate"),
    "enterprise": Text("逐家列出的企业 × 需求率", "Enterprises listed × rate"),
    "need": Text("待办服务需求", "Open needs"),
}
COLUMNS = ["kind", "key", "name", "industry", "number", "services", "as_of", "source", "verification", "data_class"]


def demand_rows(at: CellPosition, rows: RegionRows, rate: float) -> pd.DataFrame:
    """Return the rows that make up demand of a cell, ``services`` each: they sum to D where it is known."""
    counts = rows.counts[rows.counts["industry"] == at.chain]
    if len(counts):
        firms = counts.assign(kind="enterprise_count", services=counts["number"] * rate)
    else:
        firms = _enterprises(at, rows, rate)
    parts = [part.reindex(columns=COLUMNS).astype(object) for part in (firms, _needs(at, rows)) if len(part)]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=COLUMNS, dtype=object)


def _enterprises(at: CellPosition, rows: RegionRows, rate: float) -> pd.DataFrame:
    listed = at.cube.facts.demand.enterprises
    here = listed[(listed["region"] == at.region) & (listed["chain"] == at.chain)]
    shares = here[["enterprise", "share", "chain"]].rename(
        columns={"enterprise": "key", "share": "number", "chain": "industry"}
    )
    return shares.merge(rows.enterprises, on="key", how="left").assign(
        kind="enterprise", services=shares["number"].to_numpy() * rate
    )


def _needs(at: CellPosition, rows: RegionRows) -> pd.DataFrame:
    """Return the open needs that the cell has a part of: of its chain, its enterprise's, or spread."""
    is_open = {e.id for e in vocabulary("need_states") if e["open"]}
    needs = at.cube.facts.demand.needs
    needs = needs[(needs["region"] == at.region) & (needs["service_type"] == at.service_type)]
    needs = needs[needs["state"].isna() | needs["state"].isin(is_open)]
    firms = at.cube.facts.demand.enterprises.dropna(subset=["chain"])
    firms = firms[firms["enterprise"].isin(needs["enterprise"].dropna())]
    of_firm = firms[firms["chain"] == at.chain].set_index("enterprise")["share"]
    part = np.select(
        [needs["chain"].notna(), needs["enterprise"].isin(firms["enterprise"])],
        [(needs["chain"] == at.chain).astype(float), needs["enterprise"].map(of_firm).fillna(0.0)],
        default=_spread(at, rows),
    )
    quantity = needs["quantity"].fillna(1.0)
    made = pd.DataFrame(
        {"key": needs["need"], "industry": needs["chain"], "number": quantity, "services": quantity * part}
    )
    return made[made["services"] > 0].merge(rows.needs, on="key", how="left").assign(kind="need")


def _spread(at: CellPosition, rows: RegionRows) -> float:
    """Return the cell's part of a need that names no chain: as the region's enterprises are, else evenly."""
    chains = at.cube.grid.chains["key"]
    numbers = pd.Series(at.cube.grid.listed[at.r], index=chains)
    numbers.loc[rows.counts["industry"]] = rows.counts["number"].to_numpy()
    total = float(numbers.sum())
    return float(numbers[at.chain]) / total if total > 0 else 1.0 / len(chains)


def explain_demand(
    at: CellPosition, rows: RegionRows, frame: pd.DataFrame, question: CoverageQuestion, limit: int
) -> DemandExplained:
    """Return demand of a cell as the sum of its parts; ``frame`` is of :func:`demand_rows`."""
    rate = rates_in_use(question.rates)[at.service_type]
    newest = _day(rows.counts["as_of"].max()) if rows.counts["as_of"].notna().any() else None
    return DemandExplained(
        services=None if np.isnan(at.services) else at.services,
        rate=rate,
        parts=[_part(kind, part, rate, question.as_of, limit) for kind, part in frame.groupby("kind", sort=True)],
        newest=newest,
        age_days=None if newest is None else (question.as_of - newest).days,
        freshness_days=question.freshness_days,
    )


def _part(kind: Any, part: pd.DataFrame, rate: float, as_of: date, limit: int) -> DemandPart:
    ranked = part.sort_values(["services", "key"], ascending=[False, True], key=comparable)
    days = [d for d in map(_day, part["as_of"]) if d]
    classes = part["data_class"].value_counts()
    return DemandPart(
        kind=kind, label_zh=LABELS[kind].zh, label_en=LABELS[kind].en,
        number=float(part["number"].sum()), rate=None if kind == "need" else rate,
        services=float(part["services"].sum()),
        rows=to_rows(ranked.head(limit), as_of), rows_total=len(part),
        oldest=min(days, default=None), newest=max(days, default=None),
        data_class={c: int(classes.get(c, 0)) for c in DATA_CLASSES},
    )  # fmt: skip


def to_rows(frame: pd.DataFrame, as_of: date) -> list[DemandRow]:
    """Return demand rows as result models, with their age."""
    made = []
    for row in records(frame.reindex(columns=COLUMNS)):
        age = (as_of - row["as_of"]).days if row["as_of"] else None
        made.append(DemandRow(**row, age_days=age))
    return made


def _day(value: Any) -> date | None:
    if value is None or pd.isna(value):
        return None
    return value.date() if isinstance(value, pd.Timestamp) else value
