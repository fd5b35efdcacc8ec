"""企业: firms, one a row."""

import pandas as pd

from graph.language import Text
from graph.places.gazetteer import PROVINCE
from loaders.parse import cells
from loaders.parse.issues import CellError
from loaders.parse.specialities import listed_industries
from loaders.parse.titles import titles
from loaders.tables.base import Batch, Table, factorized, taken
from loaders.tables.columns import PLACES, Column, chains, codes, region, since, term, text, valid
from loaders.tables.former import former_names, renaming
from loaders.tables.held import completed, hold, leave_out_endless, listed

NOWHERE = CellError(
    "企业须落到区县或市州，不能是全省", "an enterprise is placed in a county or prefecture, not in the whole province"
)


def build(batch: Batch) -> None:
    """Each row is an enterprise in its region, with its chains where stated."""
    batch.reject(batch.rows["region"].map({PROVINCE: NOWHERE}).astype(object), "region")
    rows = batch.rows
    former = former_names(rows)
    keys: pd.Series = batch.directory.identify("Enterprise", rows["name"], rows["region"], rows["uscc"], former)
    batch.about("Enterprise", keys)
    at, distinct = factorized(rows["tags"].tolist())
    said = [tuple(sorted({title.kind for title in held})) if isinstance(held, tuple) else None for held in distinct]
    kinds = pd.Series(taken(said, at), index=rows.index)
    stated = {c: rows[c] for c in ("uscc", "industry", "size")}
    batch.node("Enterprise", keys, rows["name"], former_names=former, tags=kinds, **stated)
    batch.link("LOCATED_IN", "Enterprise", "Region", keys, rows["region"])
    batch.link("BELONGS_TO", "Enterprise", "Chain", keys, rows["chains"])
    _classify(batch, keys)
    _hold(batch, keys)


def _classify(batch: Batch, keys: pd.Series) -> None:
    """Link the rows that name their industry with it; one that no chain names is entered by its code."""
    codes = batch.rows["industry"].dropna()
    strange = codes[~codes.isin(listed_industries())]
    batch.node("Industry", strange, strange)
    batch.link("CLASSIFIED_AS", "Enterprise", "Industry", keys.loc[codes.index], codes)


def _hold(batch: Batch, keys: pd.Series) -> None:
    """Link the rows that name titles with each of them."""
    rows = batch.rows[batch.rows["tags"].notna()]
    said = listed(rows, "tags")
    leave_out_endless(batch, said, rows.index)
    at, distinct = factorized(said)
    made = list(map(completed, distinct))
    hold(
        batch, "Enterprise", keys.loc[rows.index], [made[n] for n in at], lambda t: f"{t.level or '-'} {t.since or '-'}"
    )


TABLE = Table(
    "enterprises",
    Text("企业", "Enterprises"),
    (
        text(
            "name",
            "名称",
            required=True,
            aliases=("企业名称", "单位名称", "企业全称", "公司名称", "法人单位名称", "单位详细名称"),
        ),
        codes(),
        region(required=True, aliases=PLACES),
        *renaming(),
        Column(
            "industry", "行业代码", cells.industry_code, aliases=("国民经济行业代码", "行业分类代码", "所属行业代码")
        ),
        chains("chains", "产业链"),
        term("size", "规模", "enterprise_sizes", aliases=("企业规模", "规模类型", "企业划型")),
        Column(
            "tags",
            "资质",
            titles,
            vocabulary="enterprise_tags",
            many=True,
            aliases=("资质称号", "企业资质", "称号", "荣誉称号", "资质荣誉", "认定类型", "认定类别"),
            note=Text(
                "可写级别和有效期：专精特新(省级,2024-03-01~2027-03-01)；只写名称的按未注明日期计",
                "with level and period if known: 专精特新(省级,2024-03-01~2027-03-01); a name alone is undated",
            ),
        ),
        term("level", "级别", "levels", aliases=("认定级别", "资质级别")),
        since(
            "认定日期",
            aliases=("认定时间", "认定年份", "认定年度", "发证日期", "发证时间", "公布日期", "公布时间", "入库时间"),
        ),
        valid(
            "有效期至",
            aliases=(
                "有效期",
                "有效期限",
                "有效期止",
                "有效期截止",
                "有效期截止日期",
                "到期日期",
                "到期时间",
                "失效日期",
            ),
        ),
    ),
    build,
    Text(
        "服务对象；未写产业链的按行业代码归入产业链。",
        "Firms to be served; without a chain they are placed by their industry code.",
    ),
    multiples=frozenset(("企业数", "企业数量", "企业户数", "企业家数", "户数", "家数", "数量")),
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
