"""服务载体: carriers."""

from graph.language import Text
from loaders.tables.base import Batch, Table
from loaders.tables.columns import PLACES, chains, coordinates, named, region, since, term, text, valid
from loaders.tables.periods import in_force


def build(batch: Batch) -> None:
    """Each row is a carrier in its region, with its operator, chains and the window it reports to."""
    windows = batch.resolve("window", ("Window",), near=batch.rows["region"])["key"]
    operators = batch.mention("operator", batch.rows["region"])
    rows = batch.rows
    keys = batch.directory.identify("Carrier", rows["name"], rows["region"])
    since, until = in_force(batch)
    columns = {c: rows[c] for c in ("kind", "level", "address", "lon", "lat")} | {"since": since, "until": until}
    batch.about("Carrier", keys)
    batch.node("Carrier", keys, rows["name"], **columns)
    batch.link("LOCATED_IN", "Carrier", "Region", keys, rows["region"])
    batch.link("REPORTS_TO", "Carrier", "Window", keys, windows)
    batch.link("SERVES", "Carrier", "Chain", keys, rows["chains"])
    batch.link("OPERATED_BY", "Carrier", "Organization", keys, operators)


TABLE = Table(
    "carriers",
    Text("服务载体", "Service carriers"),
    (
        text("name", "名称", required=True, aliases=("载体名称", *named("carrier_kinds"))),
        term("kind", "类型", "carrier_kinds", required=True, aliases=("载体类型",)),
        term("level", "级别", "levels"),
        text("operator", "运营机构", aliases=("运营主体", "运营主体名称", "运营单位", "运营单位名称", "运营机构名称")),
        region(required=True, aliases=PLACES),
        text("address", "地址", aliases=("详细地址", "通讯地址", "载体地址")),
        *coordinates(),
        chains(),
        text("window", "上级窗口"),
        since("认定日期", aliases=("认定时间", "认定年份", "认定年度")),
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
