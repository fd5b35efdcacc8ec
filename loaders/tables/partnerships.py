"""合作关系: who partners with whom, in which dimension."""

import pandas as pd

from graph.language import Text
from loaders.parse.issues import CellError
from loaders.tables.base import Batch, Table
from loaders.tables.columns import PROSE, since, term, text, until

PARTIES = ("Organization", "Carrier", "Window", "Region")


def build(batch: Batch) -> None:
    """Each row is a partnership; it has no direction, so it is kept from the first party in order to the second."""
    a = batch.resolve("a", PARTIES)
    b = batch.resolve("b", PARTIES)
    a = a.loc[b.index]
    alone = (a["key"] == b["key"]) & (a["label"] == b["label"])
    error = CellError("甲方与乙方是同一家", "both parties are the same")
    batch.reject(alone.map({True: error, False: None}).astype(object), "b")
    rows, a, b = batch.rows, a.loc[batch.rows.index], b.loc[batch.rows.index]
    swap = pd.Series(
        [
            (PARTIES.index(la), ka) > (PARTIES.index(lb), kb)
            for la, ka, lb, kb in zip(a["label"], a["key"], b["label"], b["key"], strict=True)
        ],
        index=rows.index,
        dtype=bool,
    )
    first, second = a.where(~swap, b), b.where(~swap, a)
    columns = {c: rows[c] for c in ("dimension", "content", "since", "until", "evidence")}
    identity = pd.DataFrame({"from_key": first["key"], "to_key": second["key"], "dimension": rows["dimension"]})
    identity = identity.loc[rows["since"].sort_values(kind="stable", na_position="first").index]  # the last one counts
    for pair, group in identity.groupby([first["label"], second["label"]]):
        la, lb = map(str, pair)
        batch.about_relationship("PARTNERS_WITH", la, lb, group)
        stated = {c: v.loc[group.index] for c, v in columns.items()}
        batch.link("PARTNERS_WITH", la, lb, group["from_key"], group["to_key"], **stated)


TABLE = Table(
    "partnerships",
    Text("合作关系", "Partnerships"),
    (
        text(
            "a", "甲方", required=True, aliases=("甲方名称", "甲方单位", "合作方A", "合作方一", "合作单位A", "合作甲方")
        ),
        text(
            "b", "乙方", required=True, aliases=("乙方名称", "乙方单位", "合作方B", "合作方二", "合作单位B", "合作乙方")
        ),
        term("dimension", "合作维度", "cooperation_dimensions", required=True, aliases=("维度", "合作类型")),
        text("content", "内容", at_most=PROSE, aliases=("合作内容", "合作事项")),
        since("起", aliases=("开始日期", "开始时间", "起始日期", "签约日期", "签约时间", "签订日期", "签订时间")),
        until(
            "止", aliases=("结束日期", "结束时间", "终止日期", "截止日期", "有效期至", "到期日期", "到期时间", "到期")
        ),
        text("evidence", "依据", at_most=PROSE, aliases=("合作依据", "协议名称")),
    ),
    build,
    Text(
        "机构、载体、窗口或地区之间按六个维度的合作。",
        "Cooperation between organisations, carriers, windows or regions in six dimensions.",
    ),
    naming="a",
    aliases=("合作",),
    examples=(
        {
            "a": "示例-绵阳-技术转移中心-001",
            "b": "示例-宜宾-白酒产业协会-001",
            "dimension": "创新链",
            "content": "共享检测设备",
            "since": "2025-01-01",
        },
        {"a": "示例-绵阳-众创空间-001", "b": "示例-宜宾-公共服务示范平台-001", "dimension": "品牌链"},
    ),
)
