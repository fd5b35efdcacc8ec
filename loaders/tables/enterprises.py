"""企业: firms, one a row."""

import datetime as dt

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from graph.language import Text
from loaders.parse import cells
from loaders.parse.specialities import listed_industries
from loaders.parse.titles import HeldTitle, Validity, titles
from loaders.tables.base import Batch, Table, factorized, taken
from loaders.tables.columns import PLACES, Column, chains, codes, region, since, term, text, valid
from loaders.tables.former import former_names, renaming
from loaders.tables.periods import NO_BEGINNING


def build(batch: Batch) -> None:
    """Each row is an enterprise in its region, with its chains where stated."""
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
    rows = batch.rows.loc[batch.rows["tags"].notna(), ["tags", "level", "since", "until"]]
    said = list(rows.astype(object).where(rows.notna(), None).itertuples(index=False, name=None))
    endless = [NO_BEGINNING if _is_endless(*row) else None for row in said]
    batch.reject(pd.Series(endless, index=rows.index, dtype=object), "until")
    at, distinct = factorized(said)
    held = [_titles(*row) for row in distinct]
    for number in range(max(map(len, held), default=0)):
        # A row is linked once at a time, so that rows and links are aligned.
        titles_ = [of[number] if number < len(of) else None for of in held]
        there = np.array([title is not None for title in titles_])[at]
        index = rows.index[there]

        def of(values: list[object], there: NDArray[np.bool_] = there, index: pd.Index = index) -> pd.Series:
            return pd.Series(taken(values, at[there]), index=index)

        columns = {name: of([getattr(t, name, None) for t in titles_]) for name in ("level", "since", "until")}
        recognition = of([t and f"{t.level or '-'} {t.since or '-'}" for t in titles_])
        kinds = of([t and t.kind for t in titles_])
        batch.link("HOLDS", "Enterprise", "Title", keys.loc[index], kinds, recognition=recognition, **columns)


def _is_endless(
    stated: tuple[HeldTitle, ...], _level: str | None, since: dt.date | None, valid: Validity | None
) -> bool:  # fmt: skip
    """Tell whether a row says for how many years, and of no title from when on."""
    return bool(valid and valid.years and not (since or valid.since or any(title.since for title in stated)))


def _titles(
    stated: tuple[HeldTitle, ...], level: str | None, since: dt.date | None, valid: Validity | None
) -> tuple[HeldTitle, ...]:  # fmt: skip
    """Return the titles of a row; what a title does not say itself, the row's own columns say of it."""
    valid = valid or Validity()
    found = []
    for title in stated:
        begun = title.since or (None if title.until else since or valid.since)
        ended = title.until or (None if title.since and not valid.years else valid.last(begun))
        found.append(HeldTitle(title.kind, title.level or level, begun, ended))
    return tuple(found)


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
        codes(),
        region(required=True, aliases=PLACES),
        *renaming(),
        Column("industry", "行业代码", cells.industry_code),
        chains("chains", "产业链", aliases=("所属产业链",)),
        term("size", "规模", "enterprise_sizes"),
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
