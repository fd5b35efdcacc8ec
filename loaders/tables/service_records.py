"""服务台账: service records. The records go to the ledger beside the graph; the graph holds monthly aggregates."""

from graph.language import Text
from loaders.parse import cells
from loaders.tables.base import Batch, Table
from loaders.tables.columns import PLACES, amount, begun_day, chain, marks, region, term, text

SITES = ("Window", "Carrier")
MULTIPLES = frozenset(
    ("次数", "服务次数", "服务数量", "服务量", "数量", "人次", "服务人次", "家次", "服务家次", "件数", "服务件数",
     "办件量", "服务企业数", "服务企业数量", "服务企业家数", "服务家数", "服务户数", "惠及企业数", "受益企业数")
)  # fmt: skip
"""Headers of how many services, or firms served, a row is said to be."""


def build(batch: Batch) -> None:
    """Find each record's provider and its site, a carrier or window; the ledger takes it from there."""
    near = batch.rows["region"]
    providers = batch.resolve("provider", ("Organization",), near, days=batch.rows["date"])
    sites = batch.resolve("carrier", SITES, near)
    batch.rows = batch.rows.assign(
        provider_key=providers["key"].reindex(sites.index), site_label=sites["label"], site_key=sites["key"]
    )


TABLE = Table(
    "service_records",
    Text("服务台账", "Service records"),
    (
        text("id", "编号", required=True, aliases=("服务编号", "台账编号", "记录编号", "流水号", "服务单号", "单号")),
        begun_day("date", "日期", required=True, aliases=("服务日期", "服务时间", "发生日期")),
        term("service_type", "服务类型", "service_types", required=True, aliases=("服务类别", "服务项目类型")),
        text(
            "provider",
            "提供机构",
            required=True,
            aliases=("服务机构", "服务提供机构", "服务单位", "服务提供方", "服务商"),
        ),
        text("resource", "资源", aliases=("服务资源", "资源名称", "服务产品")),
        text("carrier", "载体或窗口", aliases=("载体", "窗口", "载体名称", "窗口名称", "服务窗口", "服务载体")),
        text(
            "enterprise",
            "企业",
            aliases=("企业名称", "服务企业", "受服务企业", "服务对象", "被服务企业", "接受服务企业"),
        ),
        region("region", "服务地区", required=True, aliases=(*PLACES, "服务区县", "服务县区", "服务所在地")),
        chain(),
        term("mode", "方式", "modes", required=True, aliases=("服务方式",)),
        marks("satisfaction", "满意度", 1, aliases=("满意度评分", "满意度得分", "满意度评价", "评分")),
        amount("fee", "费用", cells.money, aliases=("服务费用", "收费金额", "服务费")),
        text("voucher", "服务券", aliases=("服务券金额", "服务券编号", "服务券号")),
        term("state", "状态", "record_states", aliases=("服务状态", "办理状态")),
    ),
    build,
    Text("逐次服务的台账。", "One row for each service delivered."),
    naming="id",
    bulk=True,
    multiples=MULTIPLES,
    aliases=(
        "台账",
        "服务记录",
    ),
    examples=(
        {
            "id": "示例-服务-0001",
            "date": "2026-05-18",
            "service_type": "技术支持",
            "provider": "示例-绵阳-技术转移中心-001",
            "carrier": "示例-绵阳-众创空间-001",
            "enterprise": "示例-绵阳-智能装备-001",
            "region": "绵阳市涪城区",
            "chain": "智能装备",
            "mode": "线下",
            "satisfaction": "5",
        },
        {
            "id": "示例-服务-0002",
            "date": "2026-05-20",
            "service_type": "市场开拓",
            "provider": "示例-宜宾-白酒产业协会-001",
            "region": "511502",
            "mode": "线上",
            "satisfaction": "3",
        },
    ),
)
