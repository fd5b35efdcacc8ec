"""服务载体: carriers."""

import datetime as dt
from typing import Any

import pandas as pd

from graph.language import Text
from loaders.parse.titles import HeldTitle, recognition, recognitions
from loaders.tables.base import Batch, Table
from loaders.tables.columns import PLACES, Column, chains, coordinates, named, region, since, term, text, valid
from loaders.tables.held import Row, completed, hold, listed
from loaders.tables.periods import in_force


def build(batch: Batch) -> None:
    """Each row is a carrier in its region, with its recognitions, operator, chains and the window it reports to."""
    windows = batch.resolve("window", ("Window",), near=batch.rows["region"])["key"]
    operators = batch.mention("operator", batch.rows["region"])
    rows = batch.rows
    keys = batch.directory.identify("Carrier", rows["name"], rows["region"])
    since, until = in_force(batch)
    held = _recognised(batch)
    last = pd.DataFrame([_own(*said) for said in zip(held, rows["level"], since, until, strict=True)], rows.index, OWN)
    last = _newest(last, keys)
    columns = {c: rows[c] for c in ("address", "lon", "lat")} | {c: last[c] for c in OWN}
    columns["kind"] = rows["kind"].map(lambda title: title.kind)
    batch.about("Carrier", keys)
    batch.node("Carrier", keys, rows["name"], **columns)
    batch.link("LOCATED_IN", "Carrier", "Region", keys, rows["region"])
    batch.link("REPORTS_TO", "Carrier", "Window", keys, windows)
    batch.link("SERVES", "Carrier", "Chain", keys, rows["chains"])
    batch.link("OPERATED_BY", "Carrier", "Organization", keys, operators)
    # By its first day alone: a row that mends a level or a last day mends that recognition.
    hold(batch, "Carrier", keys, held, lambda r: str(r.since or "-"))


OWN = ("level", "since", "until")


def _own(held: tuple[HeldTitle, ...], *own: Any) -> tuple[Any, ...]:
    """Return level, since and until of a carrier itself: its row's, or of the recognition that began last."""
    level, *days = (value if pd.notna(value) else None for value in own)
    last = max(held, key=lambda r: r.since or dt.date.min)
    return (level or last.level, *(days if any(days) else (last.since, last.until)))


def _newest(own: pd.DataFrame, keys: pd.Series) -> pd.DataFrame:
    """Return level, since and until of the carriers of a list that names some of them several times: the newest."""
    if not keys.duplicated().any():
        return own
    begun = own["since"].map(lambda day: day if isinstance(day, dt.date) else dt.date.min)
    last = begun.groupby(keys.to_numpy()).idxmax()
    return own.loc[keys.map(last)].set_axis(own.index)


def _recognised(batch: Batch) -> list[tuple[HeldTitle, ...]]:
    """Return the recognitions of each row: those it lists, else the one that its own columns tell."""
    said = listed(batch.rows, "recognitions")
    return [_of_row(title, row) for title, row in zip(batch.rows["kind"], said, strict=True)]


def _of_row(title: HeldTitle, row: Row) -> tuple[HeldTitle, ...]:
    stated, level, since, valid = row
    if stated is None:
        return completed(((title._replace(level=level or title.level),), level, since, valid))
    return tuple(r._replace(kind=r.kind or title.kind) for r in stated)


def _of(*what: str) -> tuple[str, ...]:
    """Return headers of something of each sort of carrier: 载体类型, 园区类型."""
    return tuple(f"{sort}{of}" for sort in ("载体", "平台", "基地", "园区") for of in what)


TABLE = Table(
    "carriers",
    Text("服务载体", "Service carriers"),
    (
        text(
            "name",
            "名称",
            required=True,
            aliases=(*_of("名称"), *named("carrier_kinds")),
        ),
        Column(
            "kind",
            "类型",
            recognition,
            required=True,
            vocabulary="carrier_kinds",
            aliases=_of("类型", "类别"),
        ),
        term("level", "级别", "levels", aliases=(*_of("级别"), "认定级别")),
        Column(
            "recognitions",
            "历次认定",
            recognitions,
            vocabulary="carrier_kinds",
            many=True,
            aliases=("认定情况", "认定记录", "历次认定情况"),
            note=Text(
                "认定过几次的可逐次写：科技企业孵化器(省级,2019-05-01~2022-04-30)；科技企业孵化器(国家级,2022-05-01~)",
                "one by one, where it was recognised several times: "
                "科技企业孵化器(省级,2019-05-01~2022-04-30)；科技企业孵化器(国家级,2022-05-01~)",
            ),
        ),
        text(
            "operator",
            "运营机构",
            aliases=(
                *(f"运营{who}{name}" for who in ("主体", "单位", "机构") for name in ("", "名称")),
                "运营管理机构",
                "运营管理单位",
                "管理运营单位",
            ),
        ),
        region(required=True, aliases=PLACES),
        text("address", "地址", aliases=("详细地址", "通讯地址", "载体地址")),
        *coordinates(),
        chains(),
        text("window", "上级窗口", aliases=("所属窗口", "对应窗口")),
        since("认定日期", aliases=("认定时间", "认定年份", "认定年度", "批准时间", "批准日期", "获批时间")),
        valid("有效期至", aliases=("有效期", "有效期限", "有效期截止", "有效期截止日期", "到期日期", "到期时间")),
    ),
    build,
    Text(
        "示范平台、双创基地、孵化器、众创空间、联盟等。",
        "Platforms, bases, incubators, makerspaces, alliances and so on.",
    ),
    subject="Carrier",
    aliases=("载体",),
    examples=(
        {
            "name": "示例-绵阳-众创空间-001",
            "kind": "众创空间",
            "level": "省级",
            "operator": "示例-绵阳-技术转移中心-001",
            "region": "绵阳市涪城区",
            "chains": "智能装备；新材料",
            "window": "绵阳市窗口平台",
            "since": "2024-01-01",
        },
        {
            "name": "示例-宜宾-公共服务示范平台-001",
            "kind": "公共服务示范平台",
            "level": "市级",
            "operator": "示例-宜宾-白酒产业协会-001",
            "region": "511502",
            "chains": "优质白酒",
        },
    ),
)
