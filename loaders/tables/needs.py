"""需求清单: published needs."""

from graph.language import Text
from loaders.tables.base import Batch, Table
from loaders.tables.columns import PLACES, PROSE, amount, chain, day, region, term, text
from loaders.tables.demand_counts import province


def build(batch: Batch) -> None:
    """Each row is a need of a service type, of an enterprise where named."""
    batch.reject(province(batch.rows["region"]), "region")
    firms = batch.resolve("enterprise", ("Enterprise",), near=batch.rows["region"])["key"]
    rows = batch.rows
    keys = rows["id"]
    batch.about("Need", keys)
    batch.node(
        "Need",
        keys,
        rows["id"],
        quantity=rows["quantity"],
        description=rows["description"],
        day=rows["date"],
        state=rows["state"],
    )
    batch.link("LOCATED_IN", "Need", "Region", keys, rows["region"])
    batch.link("CONCERNS", "Need", "ServiceType", keys, rows["service_type"])
    batch.link("CONCERNS", "Need", "Chain", keys, rows["chain"])
    batch.link("NEEDS", "Enterprise", "Need", firms, keys)


TABLE = Table(
    "needs",
    Text("需求清单", "Needs"),
    (
        text("id", "编号", required=True),
        text("enterprise", "企业", aliases=("企业名称",)),
        region(required=True, aliases=PLACES),
        chain(),
        term("service_type", "服务类型", "service_types", required=True),
        amount("quantity", "数量"),
        text("description", "描述", at_most=PROSE),
        day("date", "日期"),
        term("state", "状态", "need_states"),
    ),
    build,
    Text("企业发布的服务需求；未办结的计入需求。", "Needs that firms published; open ones count as demand."),
    naming="id",
    subject="Need",
    aliases=("需求",),
    examples=(
        {
            "id": "示例-需求-001",
            "enterprise": "示例-绵阳-智能装备-001",
            "region": "绵阳市涪城区",
            "chain": "智能装备",
            "service_type": "技术支持",
            "quantity": "2",
            "date": "2026-05-10",
            "state": "待对接",
        },
        {"id": "示例-需求-002", "region": "511502", "service_type": "市场开拓", "state": "已完成"},
    ),
)
