"""服务资源: what organisations offer."""

import pandas as pd

from graph.errors import UnknownCode
from graph.identity import natural_key
from graph.language import Text
from graph.vocabulary import vocabulary
from loaders.identify.directory import Directory
from loaders.parse import cells
from loaders.tables.base import Batch, Table
from loaders.tables.columns import NO_MONEY, NONE, PROSE, Column, amount, chains, marks, since, term, terms, text, valid
from loaders.tables.periods import in_force
from loaders.tables.scopes import placed, serves


def build(batch: Batch) -> None:
    """Each row is a resource of its provider, at home in its carrier or else with the provider.

    A resource is known by its provider, carrier, kind and name.
    """
    carriers = batch.resolve("carrier", ("Carrier",))["key"]
    homes = carriers.map(lambda key: batch.directory.region_of("Carrier", key), na_action="ignore")
    providers = batch.mention("provider", homes)
    at_provider = providers.map(lambda key: batch.directory.region_of("Organization", key), na_action="ignore")
    served = placed(batch, homes.loc[batch.rows.index].fillna(at_provider))
    rows, carriers = batch.rows, carriers.loc[batch.rows.index]
    known_by = zip(providers, *(part.fillna("") for part in (carriers, rows["kind"], rows["name"])), strict=True)
    keys = pd.Series(_keys(batch.directory, list(known_by)), index=rows.index, dtype=object)
    since_, until = in_force(batch)
    same = ("kind", "capacity", "used", "level", "rating", "shareable", "terms", "fee")
    batch.about("Resource", keys)
    batch.node(
        "Resource",
        keys,
        rows["name"],
        fee_class=rows["fee_class"].where(rows["fee_class"].notna(), rows["fee"].map(_class_of, na_action="ignore")),
        since=since_,
        until=until,
        **{c: rows[c] for c in same},
        online=_mode(rows["modes"], "online"),
        offline=_mode(rows["modes"], "offline"),
    )
    batch.link("PROVIDES", "Organization", "Resource", providers, keys)
    batch.link("HOSTS", "Carrier", "Resource", carriers, keys)
    batch.link("OFFERS", "Resource", "ServiceType", keys, rows["service_types"])
    batch.link("SUITS", "Resource", "Chain", keys, rows["chains"])
    batch.link("SERVES", "Resource", "Region", keys, served.loc[keys.index])
    batch.link("COOPERATES_IN", "Resource", "Dimension", keys, rows["dimensions"])


def _keys(directory: Directory, known_by: list[tuple[str, ...]]) -> list[str]:
    """Return the keys of resources by what they are known by; one from before its provider's code keeps its own."""
    keys = [natural_key("resource", *parts) for parts in known_by]
    before = {
        key: [natural_key("resource", own, *rest) for own in directory.uncoded(provider)]
        for key, (provider, *rest) in zip(keys, known_by, strict=True)
    }
    earlier = {old for several in before.values() for old in several}
    there = directory.standing("Resource", {*keys, *earlier}) if earlier else set()
    return [next((one for one in (key, *before[key]) if one in there), key) for key in keys]


def _class_of(fee: str) -> str | None:
    """Return the class that the fee's own words name: 免费, 低收费, 市场价; an amount alone says none."""
    try:
        return vocabulary("fee_classes").resolve(fee)
    except UnknownCode:
        return None


def _mode(modes: pd.Series, mode: str) -> pd.Series:
    """Tell whether a mode is stated; no statement at all is kept as not stated."""
    return modes.map(lambda stated: mode in stated, na_action="ignore").astype(object)


TABLE = Table(
    "resources",
    Text("服务资源", "Service resources"),
    (
        text(
            "name",
            "名称",
            required=True,
            aliases=(
                "资源名称",
                "服务名称",
                "服务项目",
                "项目名称",
                "设备名称",
                "仪器名称",
                "仪器设备名称",
                "专家姓名",
            ),
        ),
        term("kind", "资源类别", "resource_kinds", required=True, aliases=("类别", "类型", "资源类型")),
        terms("service_types", "服务类型", "service_types", required=True, aliases=("服务类别", "服务种类")),
        text(
            "provider",
            "提供机构",
            required=True,
            aliases=("服务机构", "提供单位", "所属机构", "所属单位", "依托单位", "工作单位", "所在单位"),
        ),
        text("carrier", "所在载体", identifies=True, aliases=("所属载体", "载体名称")),
        chains(unbounded=True),
        serves(),
        Column("modes", "方式", cells.modes, vocabulary="modes", many=True, aliases=("服务方式",)),
        amount("capacity", "年服务能力", aliases=("服务能力", "年服务量", "年服务次数", "年度服务能力")),
        amount("used", "已用能力", aliases=("已服务量", "已服务次数", "已用服务能力")),
        term("level", "级别", "levels"),
        marks("rating", "评分", 0),
        Column("shareable", "可共享", cells.yes_no, answers=NONE, aliases=("是否共享",)),
        text("terms", "共享条件", at_most=PROSE, answers=NONE),
        text("fee", "收费", at_most=PROSE, answers=NO_MONEY, aliases=("收费标准", "收费情况", "服务价格")),
        term("fee_class", "收费类型", "fee_classes", aliases=("收费类别", "收费性质", "收费方式", "服务性质")),
        terms("dimensions", "合作维度", "cooperation_dimensions"),
        since("生效日期", aliases=("生效时间", "开始日期", "开始时间", "起始日期")),
        valid("有效期至", aliases=("有效期", "有效期限", "截止日期", "到期日期", "到期时间")),
    ),
    build,
    Text(
        "专家、设备、技术、场地、资金、品牌、培训等可供企业使用的资源。",
        "Experts, equipment, technology, space, funds, brands, training that firms can use.",
    ),
    subject="Resource",
    aliases=("资源",),
    examples=(
        {
            "name": "示例-绵阳-检测设备-001",
            "kind": "仪器设备",
            "service_types": "技术支持；科技服务",
            "provider": "示例-绵阳-技术转移中心-001",
            "carrier": "示例-绵阳-众创空间-001",
            "modes": "线下",
            "capacity": "200",
            "used": "120",
            "shareable": "是",
            "dimensions": "创新链",
        },
        {
            "name": "示例-宜宾-品牌培育-001",
            "kind": "品牌",
            "service_types": "市场开拓",
            "provider": "示例-宜宾-白酒产业协会-001",
            "chains": "优质白酒",
            "modes": "线上；线下",
            "serves": "四川省",
        },
    ),
)
