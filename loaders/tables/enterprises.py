"""企业: firms, one a row."""

import pandas as pd

from graph.language import Text
from loaders.parse import cells
from loaders.tables.base import Batch, Table
from loaders.tables.columns import PLACES, Column, chains, region, term, terms, text
from loaders.tables.former import former_names, renaming


def build(batch: Batch) -> None:
    """Each row is an enterprise in its region, with its chains where stated."""
    rows = batch.rows
    former = former_names(rows)
    keys: pd.Series = batch.directory.identify("Enterprise", rows["name"], rows["region"], rows["uscc"], former)
    batch.about("Enterprise", keys)
    batch.node(
        "Enterprise",
        keys,
        rows["name"],
        former_names=former,
        **{c: rows[c] for c in ("uscc", "industry", "size", "tags")},
    )
    batch.link("LOCATED_IN", "Enterprise", "Region", keys, rows["region"])
    batch.link("BELONGS_TO", "Enterprise", "Chain", keys, rows["chains"])


TABLE = Table(
    "enterprises",
    Text("企业", "Enterprises"),
    (
        text(
            "name",
            "名称",
            required=True,
            aliases=("企业名称", "单位名称", "企业全称", "公司名称", "法人单位名称"),
        ),
        Column("uscc", "统一社会信用代码", cells.uscc, aliases=("社会信用代码", "信用代码")),
        region(required=True, aliases=PLACES),
        *renaming(),
        Column("industry", "行业代码", cells.industry_code),
        chains("chains", "产业链", aliases=("所属产业链",)),
        term("size", "规模", "enterprise_sizes"),
        terms("tags", "资质", "enterprise_tags"),
    ),
    build,
    Text(
        "服务对象；未写产业链的按行业代码归入产业链。",
        "Firms to be served; without a chain they are placed by their industry code.",
    ),
    subject="Enterprise",
    examples=(
        {
            "name": "示例-绵阳-智能装备-001",
            "region": "绵阳市涪城区",
            "industry": "3562",
            "chains": "智能装备",
            "size": "小型",
            "tags": "专精特新",
        },
        {"name": "示例-宜宾-优质白酒-001", "region": "511502", "industry": "1512"},
    ),
)
