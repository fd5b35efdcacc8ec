"""服务活动: events of service brands."""

import pandas as pd

from graph.identity import natural_key
from graph.language import Text
from loaders.parse import cells
from loaders.tables.base import Batch, Table
from loaders.tables.columns import PLACES, amount, begun_day, region, term, text


def build(batch: Batch) -> None:
    """Each row is an activity of a brand, on a day, in a region; known by its name and day."""
    organizers = batch.mention("organizer", batch.rows["region"])
    rows = batch.rows
    keys = pd.Series(
        [natural_key("activity", n, d.isoformat()) for n, d in zip(rows["name"], rows["date"], strict=True)],
        index=rows.index,
        dtype=object,
    )
    batch.about("Activity", keys)
    batch.node("Activity", keys, rows["name"], day=rows["date"], mode=rows["mode"], participants=rows["participants"])
    batch.link("LOCATED_IN", "Activity", "Region", keys, rows["region"])
    batch.link("ORGANIZED_BY", "Activity", "Organization", keys, organizers)
    batch.link("BRANDED_AS", "Activity", "Brand", keys, rows["brand"])


def _of(*what: str) -> tuple[str, ...]:
    """Return headers of something of each sort of activity: 活动名称, 培训名称."""
    return tuple(f"{sort}{of}" for sort in ("活动", "培训", "会议", "讲座") for of in what)


TABLE = Table(
    "activities",
    Text("服务活动", "Activities"),
    (
        text("name", "名称", required=True, aliases=_of("名称", "主题", "项目")),
        term("brand", "品牌", "brands"),
        begun_day("date", "日期", required=True, aliases=(*_of("日期", "时间"), "举办日期", "举办时间", "时间")),
        text("organizer", "主办", aliases=("主办单位", "主办机构", "主办方", "举办单位")),
        region(required=True, aliases=(*PLACES, *_of("地点", "地区"), "举办地点", "举办地", "举办地区")),
        term("mode", "方式", "modes", aliases=(*_of("方式", "形式"), "举办方式", "举办形式", "开展方式", "开展形式")),
        amount(
            "participants",
            "人数",
            cells.integer(0),
            aliases=(*_of("人数"), "参加人数", "参与人数", "参会人数", "参训人数"),
        ),
    ),
    build,
    Text("服务品牌与活动品牌下的活动。", "Events of service and activity brands."),
    multiples=frozenset(("场次", "次数", "期数", "活动场次", "活动次数", "举办场次", "举办次数")),
    subject="Activity",
    aliases=("活动",),
    examples=(
        {
            "name": "示例-绵阳-双创大讲堂-001",
            "brand": "双创大讲堂",
            "date": "2026-05-20",
            "organizer": "示例-绵阳-技术转移中心-001",
            "region": "绵阳市",
            "mode": "线下",
            "participants": "120",
        },
        {
            "name": "示例-宜宾-税务助企-001",
            "brand": "税务助企",
            "date": "2026-06-08",
            "region": "宜宾市",
            "mode": "线上",
        },
    ),
)
