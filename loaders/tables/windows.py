"""枢纽与窗口: the hub, windows and stations."""

import pandas as pd

from graph.identity import prefecture_of
from graph.language import Text
from loaders.parse.specialities import clusters_of
from loaders.tables.base import Batch, Table
from loaders.tables.columns import PLACES, chains, region, since, term, text, until
from loaders.tables.scopes import placed, serves

SOLE = ("hub", "prefecture_window")
"""Kinds of which there is one in the province or in a prefecture."""


def build(batch: Batch) -> None:
    """Each row is a window that reports to its parent, serves chains and and has an operator."""
    before = batch.directory.keys("Window")
    while True:
        rows = batch.rows
        sole = rows["kind"].isin(SOLE)
        keys = batch.directory.identify("Window", rows["name"], rows["region"], sole=sole)
        parents = batch.resolve("parent", ("Window",), near=rows["region"])["key"]
        operators = batch.mention("operator", batch.rows["region"])
        left = batch.rows.index
        if len(left) == len(rows):
            break
        # A window that was rejected is nobody's parent.
        batch.directory.forget("Window", set(keys.drop(left)) - set(keys.loc[left]) - before)
    batch.about("Window", keys)
    batch.node("Window", keys, rows["name"], kind=rows["kind"], since=rows["since"], until=rows["until"])
    batch.link("LOCATED_IN", "Window", "Region", keys, rows["region"])
    batch.link("REPORTS_TO", "Window", "Window", keys, parents)
    batch.link("SERVES", "Window", "Chain", keys, rows["chains"])
    batch.link("SERVES", "Window", "Region", keys, placed(batch, rows["region"]))
    batch.link("SERVES", "Window", "Cluster", keys, _clusters(rows))
    batch.link("OPERATED_BY", "Window", "Organization", keys, operators)


def _clusters(rows: pd.DataFrame) -> pd.Series:
    """Return the listed clusters of which each row is the window: those of its chains in its prefecture."""
    found = [
        tuple(dict.fromkeys(key for chain in chains for key in clusters_of(chain, prefecture_of(region)))) or None
        if kind == "cluster_window" and isinstance(chains, tuple)
        else None
        for kind, chains, region in zip(rows["kind"], rows["chains"], rows["region"], strict=True)
    ]
    return pd.Series(found, index=rows.index, dtype=object)


TABLE = Table(
    "windows",
    Text("枢纽与窗口", "Hub, windows and stations"),
    (
        text("name", "名称", required=True, aliases=("窗口名称", "站点名称", "窗口平台名称", "平台名称")),
        term("kind", "类型", "window_kinds", required=True, aliases=("窗口类型", "窗口类别", "站点类型", "平台类型")),
        text("parent", "上级", aliases=("上级窗口", "上级单位", "上级平台", "上级枢纽", "所属窗口")),
        region(required=True, aliases=PLACES),
        chains(),
        serves(),
        text("operator", "运营机构", aliases=("运营单位", "运营主体", "运营方", "承建单位", "承办单位")),
        since("启用日期", aliases=("启用时间", "设立时间", "设立日期", "成立时间", "成立日期", "挂牌时间", "挂牌日期")),
        until("停用日期", aliases=("停用时间", "撤销时间", "撤销日期")),
    ),
    build,
    Text(
        "省级枢纽、市州窗口、产业集群窗口与基层站点。",
        "Provincial hub, prefecture and cluster windows, stations.",
    ),
    subject="Window",
    aliases=(
        "枢纽",
        "窗口",
    ),
    examples=(
        {
            "name": "示例-绵阳-服务站点-001",
            "kind": "服务站点",
            "parent": "绵阳市窗口平台",
            "region": "绵阳市江油市",
        },
        {
            "name": "示例-宜宾-服务站点-001",
            "kind": "服务站点",
            "parent": "宜宾市窗口平台",
            "region": "宜宾市叙州区",
            "chains": "优质白酒",
        },
    ),
)
