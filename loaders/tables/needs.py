"""需求清单: published needs."""

from graph.language import Text
from graph.vocabulary import fold
from loaders.parse import cells
from loaders.parse.marks import is_mark
from loaders.tables.base import Batch, Table
from loaders.tables.columns import PLACES, PROSE, Column, amount, chain, day, region, term, text
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


def _state(value: str) -> object:
    """Read where a need stands; under 是否解决 people write 是 or 否."""
    plain = fold(value)
    no = plain in cells.NO and not is_mark(plain, "empty")
    return cells.term("need_states")("已办结" if plain in cells.YES else "待对接" if no else value)


TABLE = Table(
    "needs",
    Text("需求清单", "Needs"),
    (
        text("id", "编号", required=True, aliases=("需求编号", "需求编码", "需求单号", "诉求编号")),
        text(
            "enterprise",
            "企业",
            aliases=(
                "企业名称",
                "需求企业",
                "企业全称",
                "提出企业",
                "需求单位",
                "需求方",
                "发布企业",
                "单位名称",
                "需求企业名称",
            ),
        ),
        region(required=True, aliases=PLACES),
        chain(),
        term(
            "service_type",
            "服务类型",
            "service_types",
            required=True,
            aliases=("需求类型", "需求类别", "需求服务类型", "所需服务", "所需服务类型", "诉求类型", "诉求类别"),
        ),
        amount("quantity", "数量", aliases=("需求数量", "需求量")),
        text(
            "description",
            "描述",
            at_most=PROSE,
            aliases=("需求描述", "需求内容", "具体需求", "详细描述", "需求说明", "诉求内容", "诉求描述"),
        ),
        day(
            "date",
            "日期",
            aliases=(
                "提出日期",
                "需求日期",
                "提交日期",
                "发布日期",
                "提出时间",
                "登记日期",
                "登记时间",
                "诉求日期",
                "诉求时间",
            ),
        ),
        Column(
            "state",
            "状态",
            _state,
            vocabulary="need_states",
            aliases=(
                "需求状态",
                "诉求状态",
                "办理状态",
                "对接状态",
                "办理情况",
                "对接情况",
                "解决情况",
                *(f"是否{done}" for done in ("解决", "已解决", "办结", "已办结", "对接", "已对接", "完成", "已完成")),
            ),
        ),
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
