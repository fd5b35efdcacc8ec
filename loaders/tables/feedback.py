"""评价投诉: evaluations, complaints and return visits."""

from graph.language import Text
from loaders.parse.issues import CellError
from loaders.tables.base import Batch, Table
from loaders.tables.columns import PROSE, day, term, text

EARLY = CellError("办结日期早于反馈日期", "it was closed before the day on which it came")


def build(batch: Batch) -> None:
    """Each row is one feedback on a service record."""
    early = batch.rows["closed"].notna() & (batch.rows["closed"] < batch.rows["date"])
    batch.reject(batch.rows["closed"].where(early).map(lambda _: EARLY, na_action="ignore"), "closed")
    rows = batch.rows
    batch.about("Feedback", rows["id"])
    batch.node(
        "Feedback",
        rows["id"],
        rows["id"],
        kind=rows["kind"],
        record=rows["record"],
        day=rows["date"],
        content=rows["content"],
        closed=rows["closed"],
        result=rows["result"],
    )


TABLE = Table(
    "feedback",
    Text("评价投诉", "Feedback"),
    (
        text("id", "编号", required=True, aliases=("反馈编号", "投诉编号", "评价编号")),
        text("record", "记录", aliases=("服务记录", "服务编号", "服务记录编号")),
        term("kind", "类型", "feedback_kinds", aliases=("反馈类型", "反馈类别", "评价类型")),
        day(
            "date",
            "日期",
            required=True,
            aliases=("反馈日期", "投诉日期", "评价日期", "反馈时间", "投诉时间", "评价时间", "回访时间"),
        ),
        text("content", "内容", at_most=PROSE, aliases=("反馈内容", "投诉内容", "评价内容", "回访内容")),
        day("closed", "办结日期", aliases=("办结时间", "处理日期", "处理时间")),
        text("result", "结果", at_most=PROSE, aliases=("处理结果", "办理结果", "反馈结果")),
    ),
    build,
    Text("对服务的评价、投诉与回访。", "Evaluations, complaints and return visits."),
    naming="id",
    aliases=(
        "评价",
        "投诉",
        "反馈",
    ),
    examples=(
        {
            "id": "示例-反馈-001",
            "record": "示例-服务-0001",
            "kind": "评价",
            "date": "2026-06-01",
            "content": "满意",
        },
        {
            "id": "示例-反馈-002",
            "record": "示例-服务-0002",
            "kind": "投诉",
            "date": "2026-06-03",
            "closed": "2026-06-10",
            "result": "已解决",
        },
    ),
)
