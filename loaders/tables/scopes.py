"""What something says it serves: places, or 全市 and 全县, which are those of its own home."""

import re
from itertools import pairwise

import pandas as pd

from graph.identity import prefecture_of
from graph.language import Text
from graph.places.gazetteer import PROVINCE, level, places_of_zone
from graph.vocabulary import fold
from loaders.parse import cells
from loaders.parse.issues import CellError, NotedValue
from loaders.tables.base import Batch
from loaders.tables.columns import Column

WHOLE_PROVINCE = frozenset(
    ("全省", "全川", "本省", "省内", "全省范围", "省域", "四川全省", "全省各地", "全省各市州", "面向全省")
)
COUNTRY = frozenset(("全国", "国内", "全国范围", "全国各地", "面向全国", "不限", "不限地区", "不限地域", "无限制"))
_LISTED = re.compile("[,，和与及+&]")
"""Parts places of a list that a path would not have between them."""
PREFECTURE, COUNTY = "~prefecture", "~county"
"""Stand for the prefecture or county in which something is at home; no code begins so."""
OWN = {
    **dict.fromkeys(
        ("全市", "全州", "本市", "本州", "市内", "州内", "市域", "全市范围", "全州范围", "全域", "市域内"), PREFECTURE
    ),
    **dict.fromkeys(("全市各区县", "全市各县区", "全市各县(市、区)", "面向全市", "面向全州"), PREFECTURE),
    **dict.fromkeys(("全县", "全区", "本县", "本区", "县域", "区域内", "县内", "区内", "全县范围", "全区范围"), COUNTY),
}
BEYOND = Text("“{value}”超出全省，按全省读入", "“{value}” goes beyond the province and is read as the province")


def serves() -> Column:
    """Declare the column of the places that something serves."""
    return Column("serves", "服务地区", _scope, many=True, aliases=("服务范围", "服务区域", "覆盖地区", "辐射范围"))


def _scope(value: str) -> object:
    """Read places; 全省 is the province, and 全市 and 全县 are marked as those of the row's own home."""
    beyond: list[str] = []

    def one(part: str) -> object:
        plain = fold(part)
        if plain in COUNTRY:
            beyond.append(part)
        return PROVINCE if plain in WHOLE_PROVINCE | COUNTRY else OWN.get(plain) or cells.region(part)

    found = cells.many(one, _is_path)(_spelled_out(value))
    if beyond:
        return NotedValue(found, Text(*(text.format(value=beyond[0]) for text in BEYOND)))
    return found


def _is_path(text: str, codes: list[object]) -> bool:
    """Tell whether a text goes from places down to finer ones: 四川省/绵阳市/武侯区 is one wrong path, no list."""
    levels = [level(str(code)) for code in codes]
    return not _LISTED.search(text) and all(a < b for a, b in pairwise(levels))


def _spelled_out(value: str) -> str:
    """Return places with the prefectures of which it is made for each economic zone."""
    parts = [part.strip() for part in cells.SEPARATORS.split(value)]
    if not any(places_of_zone(part) for part in parts):
        return value
    return "；".join(code for part in parts for code in sorted(places_of_zone(part)) or [part])


def placed(batch: Batch, homes: pd.Series) -> pd.Series:
    """Return the places that rows serve as codes.

    Where a row means its own home and that is not known, the cell is left out.
    """
    said = batch.rows["serves"]
    meant = {row: places for row, places in said.items() if _is_relative(places)}
    if not meant:
        return said
    found = {row: _at_home(places, homes.get(row)) for row, places in meant.items()}
    error = CellError("不知道它在哪个市州或区县，请写明地名", "where it is at home is not known; name the place")
    batch.reject(pd.Series({row: None if codes else error for row, codes in found.items()}, dtype=object), "serves")
    codes = [found.get(row, places) for row, places in batch.rows["serves"].items()]
    return pd.Series(codes, index=batch.rows.index, dtype=object)


def _is_relative(places: object) -> bool:
    return isinstance(places, tuple) and (PREFECTURE in places or COUNTY in places)


def _at_home(places: tuple[str, ...], home: object) -> tuple[str, ...] | None:
    """Return places as codes, None where one of them needs a home of which too little is known."""
    if not isinstance(home, str) or home == PROVINCE:
        return None
    county = None if home.endswith("00") else home[:6]
    own = {PREFECTURE: prefecture_of(home), COUNTY: county}
    codes = [own.get(place, place) for place in places]
    return tuple(sorted({str(code) for code in codes})) if all(codes) else None
