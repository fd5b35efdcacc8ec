"""机构: organisations."""

from graph.language import Text
from loaders.tables.base import Batch, Table
from loaders.tables.columns import PLACES, codes, coordinates, region, term, text
from loaders.tables.former import former_names, renaming

PHONES = ("电话", "手机", "手机号", "手机号码", "联系方式")
PEOPLE = ("联系人", "负责人", "联络人")
BOTH = tuple(f"{who}{mark}{phone}" for who in PEOPLE for mark in "及和与/、" for phone in ("联系电话", *PHONES))
"""Headers of a person and a telephone in one cell."""


def build(batch: Batch) -> None:
    """Each row is an organisation in its region; contacts never enter the graph."""
    rows = batch.rows
    former = former_names(rows)
    keys = batch.directory.identify("Organization", rows["name"], rows["region"], rows["uscc"], former)
    columns = {c: rows[c] for c in ("kind", "uscc", "address", "lon", "lat")} | {"former_names": former}
    batch.about("Organization", keys)
    batch.node("Organization", keys, rows["name"], mentioned=False, **columns)
    batch.link("LOCATED_IN", "Organization", "Region", keys, rows["region"])
    batch.contact("Organization", keys)


TABLE = Table(
    "organizations",
    Text("机构", "Organisations"),
    (
        text(
            "name",
            "名称",
            required=True,
            aliases=(
                "机构名称",
                "单位名称",
                "单位全称",
                "机构全称",
                "服务机构名称",
                "法人名称",
                "学校名称",
                "院校名称",
                "高校名称",
                "大学名称",
                "学院名称",
                "院所名称",
                "科研机构名称",
                "研究机构名称",
                "协会名称",
                "商会名称",
                "学会名称",
                "组织名称",
                "社会组织名称",
                "服务商名称",
            ),
        ),
        codes(),
        term(
            "kind",
            "类型",
            "organization_kinds",
            aliases=("机构类型", "机构类别", "单位类别", "单位类型", "单位性质", "机构性质"),
        ),
        region(required=True, aliases=PLACES),
        *renaming(),
        text("address", "地址", aliases=("详细地址", "通讯地址", "办公地址", "注册地址", "联系地址", "单位地址")),
        *coordinates(),
        text("contact_name", "联系人", personal=True, aliases=("联系人姓名", *PEOPLE)),
        text(
            "contact_phone",
            "联系电话",
            personal=True,
            aliases=(*PHONES, "联系人电话", "联系人手机", *BOTH),
        ),
        text("source", "来源", provenance=True),
    ),
    build,
    Text(
        "提供服务、运营载体或参与合作的法人。",
        "Legal persons that provide services, operate carriers or partner.",
    ),
    subject="Organization",
    examples=(
        {"name": "示例-绵阳-技术转移中心-001", "kind": "服务机构", "region": "绵阳市涪城区"},
        {"name": "示例-宜宾-白酒产业协会-001", "kind": "行业协会", "region": "511502"},
    ),
)
