"""企业数量: how many firms a region has in a chain."""

import pandas as pd

from graph.language import Text
from graph.places.gazetteer import PROVINCE, places, places_of_zone, reference
from loaders.parse import cells
from loaders.parse.issues import CellError
from loaders.tables.base import Batch, Table
from loaders.tables.columns import PLACES, Column, amount, chain


def build(batch: Batch) -> None:
    """Each row is a count of a region (a county, or a prefecture's own 市本级) and a chain."""
    batch.reject(_too_wide(batch.rows["region"]), "region")
    rows = batch.rows
    keys = keys_of(rows)
    chains_ = reference("industry_chains").set_index("chain_id")["chain"]
    names = rows["region"].map(lambda code: places()[code].full_name) + "·" + rows["chain"].map(chains_)
    batch.about("EnterpriseCount", keys)
    batch.node("EnterpriseCount", keys, names, count=rows["count"], as_of=rows["as_of"])
    batch.link("LOCATED_IN", "EnterpriseCount", "Region", keys, rows["region"])
    batch.link("BELONGS_TO", "EnterpriseCount", "Chain", keys, rows["chain"])


def keys_of(rows: pd.DataFrame) -> "pd.Series[str]":
    """Return the key of the count that each row is."""
    return rows["region"] + "-" + rows["chain"]


def _too_wide(regions: pd.Series) -> pd.Series:
    """Return an error for each row of the province or an economic zone whose places do not add up to it."""
    zones = {name: _of_zone(name) for name in regions.unique() if places_of_zone(name)}
    return province(regions).where(~regions.isin(zones), regions.map(zones)).astype(object)


def _of_zone(name: str) -> CellError:
    return CellError(
        f"“{name}”是经济区，表中各市州之和与它不等；需求须落到区县或市州",
        f"“{name}” is an economic zone, and the places in it do not add up to it; demand needs a county or prefecture",
    )


def province(codes: pd.Series) -> pd.Series:
    """Return an error for each row that is placed at the whole province: demand needs a county or prefecture."""
    error = CellError("需求须落到区县或市州，不能是全省", "demand needs a county or prefecture, not the whole province")
    return codes.map(lambda code: error if code == PROVINCE else None).astype(object)


TABLE = Table(
    "demand_counts",
    Text("企业数量", "Enterprise counts"),
    (
        Column("region", "所在地区", cells.place_or_zone, required=True, place=True, aliases=PLACES),
        chain(required=True),
        amount(
            "count",
            "企业数",
            cells.integer(0, units=cells.COUNTS),
            required=True,
            aliases=("企业数量", "数量", "企业个数", "企业户数", "户数", "家数", "企业家数", "企业总数"),
        ),
        Column(
            "as_of",
            "统计时间",
            cells.last_day,
            aliases=(
                "统计日期",
                "统计截止日期",
                "统计截止时间",
                "统计时点",
                "截止日期",
                "截止时间",
                "截至日期",
                "截至时间",
                "数据时间",
                "数据日期",
                "数据截止日期",
                "时点",
                "报告期",
                "统计期",
            ),
        ),
    ),
    build,
    Text(
        "只知道数量时用；与企业名单同地区同产业链时以本表为准。",
        "Where only counts are known; they win over listed enterprises of the same region and chain.",
    ),
    naming=None,
    sums="count",
    subject="EnterpriseCount",
    aliases=("企业数",),
    examples=(
        {"region": "绵阳市涪城区", "chain": "智能装备", "count": "1200", "as_of": "2026-06-30"},
        {"region": "511502", "chain": "优质白酒", "count": "860", "as_of": "2026-06-30"},
    ),
)
