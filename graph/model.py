"""The whole model: every node and relationship, declared once.

A class here is a declaration. Keys, endpoints, DDL, indexes, keyed writes, delta, docs/schema.md and the
model diagram are derived from it by ``graph.schema``; data itself travels as Arrow tables, not as instances.

Every node has ``key`` and ``name``; every node and relationship is a :class:`Fact`, so that source,
verification and data_class go with it to the screen and into exports.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, ClassVar

from graph.language import Text


def prop(zh: str, en: str, *, vocabulary: str | None = None) -> Any:
    """Declare one property: its meaning in both languages and its closed list."""
    return field(default=None, metadata={"label": Text(zh, en), "vocabulary": vocabulary})


@dataclass(frozen=True, kw_only=True)
class Fact:
    """Where a statement comes from and how real it is."""

    source: str | None = prop("来源", "where it was published or who delivered it")
    verification: str | None = prop("核验方式", "how well the source was seen", vocabulary="verifications")
    data_class: str | None = prop("数据性质", "published, editorial or synthetic", vocabulary="data_classes")


@dataclass(frozen=True, kw_only=True)
class Node(Fact):
    """Base of all nodes.

    ``indexes`` are the properties besides ``key`` by whose value a question looks nodes up (``point`` is Neo4j's own,
    of ``lon`` and ``lat``); ``tests/test_cypher.py`` proves of each that one does.
    """

    label: ClassVar[Text]
    indexes: ClassVar[tuple[str, ...]]
    key: str = prop("唯一标识", "stable key, unique within the label")
    name: str | None = prop("名称", "name as shown")

    def __init_subclass__(cls, *, zh: str, en: str, indexes: tuple[str, ...] = ()) -> None:
        cls.label, cls.indexes = Text(zh, en), indexes
        NODES[cls.__name__] = cls


NODES: dict[str, type[Node]] = {}
Ends = dict[type[Node], tuple[type[Node], ...]]


@dataclass(frozen=True, kw_only=True)
class Relationship(Fact):
    """Base of all relationships.

    ``ends`` lists the allowed (source, target) pairs. ``owner`` is the end whose row states the
    relationship: when that row comes again with other targets, the old relationships are retired.
    Where ``single``, an owner has one of them to each label: of several in one load the last counts.
    ``identity`` are properties that, with both ends, tell two relationships apart. A ``symmetric`` one has no
    direction: between nodes of one label it is kept from the smaller key to the larger. ``indexes``: see Node.
    """

    type: ClassVar[str]
    label: ClassVar[Text]
    ends: ClassVar[tuple[tuple[str, str], ...]]
    owner: ClassVar[str | None]
    single: ClassVar[bool]
    symmetric: ClassVar[bool]
    identity: ClassVar[tuple[str, ...]]
    indexes: ClassVar[tuple[str, ...]]

    def __init_subclass__(  # noqa: PLR0913 a declaration names all that it declares
        cls,
        *,
        type: str = "",
        zh: str = "",
        en: str = "",
        ends: Ends | None = None,
        owner: str | None = "source",
        single: bool = False,
        symmetric: bool = False,
        identity: tuple[str, ...] = (),
        indexes: tuple[str, ...] = (),
    ) -> None:
        if ends is None:  # what several types have in common
            return
        cls.type, cls.label, cls.owner, cls.single, cls.identity = type, Text(zh, en), owner, single, identity
        cls.symmetric, cls.indexes = symmetric, indexes
        cls.ends = tuple((s.__name__, t.__name__) for s, targets in ends.items() for t in targets)
        RELATIONSHIPS[type] = cls


RELATIONSHIPS: dict[str, type[Relationship]] = {}


# --- places -----------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Region(Node, zh="行政区划", en="Administrative region", indexes=("name", "level", "prefecture", "point")):
    """Province, prefecture, county or township; the key is its GB/T 2260 code."""

    level: str | None = prop("层级", "level", vocabulary="region_levels")
    kind: str | None = prop("类型", "type of division", vocabulary="region_types")
    prefecture: str | None = prop("所属市州代码", "code of the prefecture it lies in")
    zone: str | None = prop("所属经济区", "economic zone", vocabulary="economic_zones")
    pinyin: str | None = prop("拼音", "name in pinyin")
    lon: float | None = prop("驻地经度", "longitude of its seat, degrees")
    lat: float | None = prop("驻地纬度", "latitude of its seat, degrees")
    area_km2: float | None = prop("面积（平方公里）", "area, km²")
    population: int | None = prop("2020年普查人口", "population, census 2020")
    gdp: float | None = prop("2023年地区生产总值（亿元）", "GDP 2023, 100 million yuan")


@dataclass(frozen=True, kw_only=True)
class EconomicZone(Node, zh="经济区", en="Economic zone"):
    """One of the five economic zones of the province."""


# --- the network ------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Window(Node, zh="枢纽与窗口", en="Hub, window or station", indexes=("name", "kind")):
    """The provincial hub, a prefecture window, a cluster window or a service station."""

    kind: str | None = prop("类型", "kind", vocabulary="window_kinds")
    since: date | None = prop("启用日期", "in service since")
    until: date | None = prop("停用日期", "in service until, inclusive")


@dataclass(frozen=True, kw_only=True)
class Carrier(Node, zh="服务载体", en="Service carrier", indexes=("name",)):
    """A recognised place that carries services: platform, base, incubator, alliance …; HOLDS has all recognitions."""

    kind: str | None = prop("类型", "kind", vocabulary="carrier_kinds")
    level: str | None = prop("级别", "level of recognition", vocabulary="levels")
    address: str | None = prop("地址", "address")
    lon: float | None = prop("经度", "longitude, degrees")
    lat: float | None = prop("纬度", "latitude, degrees")
    since: date | None = prop("认定日期", "recognised since")
    until: date | None = prop("有效期至", "recognised until, inclusive")


@dataclass(frozen=True, kw_only=True)
class Organization(Node, zh="机构", en="Organisation", indexes=("name",)):
    """A legal person that operates, provides or partners; known by its code, else by name and prefecture."""

    kind: str | None = prop("类型", "kind", vocabulary="organization_kinds")
    uscc: str | None = prop("统一社会信用代码", "unified social credit code")
    namesake: str | None = prop("同名标识", "key by normalised name and prefecture, also where a code is known")
    former_names: list[str] | None = prop("曾用名", "former names, each with its days: name(first~last)")
    address: str | None = prop("地址", "address")
    lon: float | None = prop("经度", "longitude, degrees")
    lat: float | None = prop("纬度", "latitude, degrees")
    mentioned: bool | None = prop("仅被提及", "known only from a mention in another table")


@dataclass(frozen=True, kw_only=True)
class Resource(Node, zh="服务资源", en="Service resource", indexes=("until",)):
    """Something an organisation offers to firms: a service, expert, instrument, technology, fund, brand …"""

    kind: str | None = prop("资源类别", "kind", vocabulary="resource_kinds")
    online: bool | None = prop("线上", "offered online")
    offline: bool | None = prop("线下", "offered offline")
    capacity: float | None = prop("年服务能力", "services a year; empty where not stated")
    used: float | None = prop("已用能力", "services a year already used")
    level: str | None = prop("级别", "level", vocabulary="levels")
    rating: float | None = prop("评分", "rating, 0 to 5")
    shareable: bool | None = prop("可共享", "open to sharing across regions")
    terms: str | None = prop("共享条件", "terms of sharing")
    fee: str | None = prop("收费", "fee")
    fee_class: str | None = prop("收费类型", "public good, low fee or market", vocabulary="fee_classes")
    since: date | None = prop("生效日期", "available since")
    until: date | None = prop("有效期至", "available until, inclusive")
    any_chain: bool | None = prop("不限产业链", "made for no chain in particular: it suits any")


@dataclass(frozen=True, kw_only=True)
class Enterprise(Node, zh="企业", en="Enterprise", indexes=("name",)):
    """A firm that may need services."""

    uscc: str | None = prop("统一社会信用代码", "unified social credit code")
    namesake: str | None = prop("同名标识", "key by normalised name and prefecture, also where a code is known")
    former_names: list[str] | None = prop("曾用名", "former names, each with its days: name(first~last)")
    industry: str | None = prop("行业代码", "GB/T 4754 code")
    size: str | None = prop("规模", "size", vocabulary="enterprise_sizes")
    tags: list[str] | None = prop(
        "资质",
        "qualifications that its lists name; HOLDS has them with their dates",
        vocabulary="enterprise_tags",
    )


@dataclass(frozen=True, kw_only=True)
class Title(Node, zh="资质称号", en="Title"):
    """What enterprises hold (专精特新, 小巨人 …) or carriers are recognised as; the key is its id in either list."""


@dataclass(frozen=True, kw_only=True)
class EnterpriseCount(Node, zh="企业数量", en="Enterprise count"):
    """How many enterprises a region has in a chain, where only the count is known."""

    count: float | None = prop("企业数", "number of enterprises")
    as_of: date | None = prop("统计时间", "day of the count")


@dataclass(frozen=True, kw_only=True)
class Need(Node, zh="服务需求", en="Service need"):
    """One published need for a service."""

    quantity: float | None = prop("数量", "services needed; 1 where not stated")
    description: str | None = prop("描述", "description")
    day: date | None = prop("日期", "day of the request")
    state: str | None = prop("状态", "state", vocabulary="need_states")


@dataclass(frozen=True, kw_only=True)
class Request(Node, zh="合作请求", en="Partner request"):
    """One party asks another for cooperation; once agreed, a partnership says so too."""

    state: str | None = prop("状态", "state", vocabulary="request_states")
    dimension: str | None = prop("合作维度", "dimension", vocabulary="cooperation_dimensions")
    content: str | None = prop("内容", "what it is about")
    day: date | None = prop("提出日期", "day of asking")
    changed: date | None = prop("状态日期", "day of the present state")
    evidence: str | None = prop("依据", "evidence of the last step")


# --- industry ---------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class System(Node, zh="产业体系", en="Industry system"):
    """One of the three systems of industry: 5+1, 10+3, 4+6."""


@dataclass(frozen=True, kw_only=True)
class Pillar(Node, zh="产业门类", en="Industry pillar"):
    """A pillar of a system, with its chains; the key is its id in the list of pillars."""


@dataclass(frozen=True, kw_only=True)
class Chain(Node, zh="产业链", en="Industry chain"):
    """An industry chain of 5+1, 10+3 or 4+6."""

    system: str | None = prop("产业体系", "industry system", vocabulary="industry_systems")
    pillar: str | None = prop("产业", "pillar", vocabulary="industry_pillars")
    target: str | None = prop("官方目标", "published target")


@dataclass(frozen=True, kw_only=True)
class ChainSegment(Node, zh="产业链环节", en="Chain segment"):
    """A segment of a chain, upstream, midstream or downstream."""

    stage: str | None = prop("位置", "stage", vocabulary="chain_stages")


@dataclass(frozen=True, kw_only=True)
class Industry(Node, zh="国民经济行业", en="National industry"):
    """A class of GB/T 4754-2017; the key is its code."""


@dataclass(frozen=True, kw_only=True)
class Park(Node, zh="园区与开发区", en="Park or development zone"):
    """A development zone, industrial park or agricultural park."""

    kind: str | None = prop("类型", "kind", vocabulary="zone_kinds")
    level: str | None = prop("级别", "level", vocabulary="levels")
    star: str | None = prop("星级", "stars of an agricultural park", vocabulary="park_stars")
    industries: str | None = prop("主导产业", "leading industries as published")
    year: str | None = prop("年份", "year of recognition as published")


@dataclass(frozen=True, kw_only=True)
class Cluster(Node, zh="产业集群", en="Industry cluster"):
    """A recognised cluster of firms."""

    kind: str | None = prop("类型", "kind", vocabulary="cluster_kinds")
    level: str | None = prop("级别", "level", vocabulary="levels")
    year: str | None = prop("年份", "year of recognition as published")


# --- the notice -------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class ServiceType(Node, zh="服务类型", en="Service type"):
    """A type of public service; clause 9 of the notice lists them."""


@dataclass(frozen=True, kw_only=True)
class Dimension(Node, zh="合作维度", en="Cooperation dimension"):
    """One of the six chains of cooperation of clause 8."""


@dataclass(frozen=True, kw_only=True)
class Notice(Node, zh="通知", en="Notice"):
    """The notice of 2020-12-22 on which the network rests."""


@dataclass(frozen=True, kw_only=True)
class Clause(Node, zh="条款", en="Clause"):
    """One of the 21 clauses of the notice."""

    section: str | None = prop("章节", "section of the notice")


@dataclass(frozen=True, kw_only=True)
class Target(Node, zh="目标", en="Target"):
    """A target of clause 2."""

    comparison: str | None = prop("比较", "gt (more than) or ge (at least)")
    value: float | None = prop("目标值", "value to reach")
    year: int | None = prop("期限", "year by which")


@dataclass(frozen=True, kw_only=True)
class Figure(Node, zh="公开数据", en="Published figure"):
    """A published total, for sanity checks."""

    topic: str | None = prop("主题", "topic")
    value: float | None = prop("数值", "value")
    unit: str | None = prop("单位", "unit")
    period: str | None = prop("时期", "period")
    scope: str | None = prop("范围", "scope")


# --- operation --------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class ServiceMonth(Node, zh="月度服务汇总", en="Monthly service aggregate", indexes=("month",)):
    """Services of one site, type and prefecture in one month; the records themselves stay in the ledger."""

    month: str | None = prop("月份", "month, YYYY-MM")
    services: int | None = prop("服务次数", "services delivered")
    online: int | None = prop("线上次数", "of them online")
    rated: int | None = prop("评价数", "of them rated")
    satisfied: int | None = prop("满意数", "of them rated 4 or 5")
    rating_sum: float | None = prop("评分合计", "sum of the ratings, 1 to 5")
    enterprises: int | None = prop("服务企业数", "distinct firms served")


@dataclass(frozen=True, kw_only=True)
class Activity(Node, zh="服务活动", en="Service activity"):
    """One event of a service brand."""

    day: date | None = prop("日期", "day")
    mode: str | None = prop("方式", "mode", vocabulary="modes")
    participants: int | None = prop("人数", "participants")


@dataclass(frozen=True, kw_only=True)
class Brand(Node, zh="服务品牌", en="Service brand"):
    """A service or activity brand of clause 12."""


@dataclass(frozen=True, kw_only=True)
class Feedback(Node, zh="评价投诉", en="Feedback", indexes=("kind",)):
    """An evaluation, a complaint or a return visit."""

    kind: str | None = prop("类型", "kind", vocabulary="feedback_kinds")
    record: str | None = prop("服务记录", "id of the service record in the ledger")
    day: date | None = prop("日期", "day")
    content: str | None = prop("内容", "content")
    closed: date | None = prop("办结日期", "day it was closed")
    result: str | None = prop("结果", "result")


@dataclass(frozen=True, kw_only=True)
class CoverageFigure(Node, zh="覆盖情况", en="Coverage", indexes=("snapshot",)):
    """What a published snapshot says of a service type in a prefecture: for who looks at the graph itself.

    It comes and goes at a word (``shuniu snapshot publish``, ``withdraw``), with no load; no question of ours reads
    it. ``snapshot`` says where it is from, so that it has no source.
    """

    snapshot: str | None = prop("快照", "id of the snapshot")
    as_of: date | None = prop("分析日", "day of analysis")
    demand: float | None = prop("年服务需求", "services a year asked for")
    supply: float | None = prop("可及供给", "reachable capacity, services a year")
    ratio: float | None = prop("覆盖率", "share of demand met, 0 to 1")
    unmet: float | None = prop("未满足需求", "services a year not met")
    state: str | None = prop("覆盖状态", "state", vocabulary="coverage_states")


@dataclass(frozen=True, kw_only=True)
class Source(Node, zh="来源", en="Source"):
    """Where facts were published or who delivered them; ``name`` is what ``source`` says in each of its facts."""


@dataclass(frozen=True, kw_only=True)
class Load(Node, zh="载入批次", en="Load"):
    """One load; the largest finished ``sequence`` is the version of the graph."""

    sequence: int | None = prop("序号", "running number")
    state: str | None = prop("状态", "writing or done")
    started: datetime | None = prop("开始时间", "start, UTC")
    finished: datetime | None = prop("完成时间", "end, UTC")
    created: int | None = prop("新增", "nodes and relationships created")
    changed: int | None = prop("变更", "nodes and relationships changed")
    retired: int | None = prop("停用", "relationships retired")
    model: str | None = prop("模型指纹", "fingerprint of the model that wrote it")
    token: str | None = prop("标记", "random mark by which a stopped load knows its own node")


# --- relationships ----------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class PartOf(
    Relationship,
    type="PART_OF",
    single=True,
    zh="属于",
    en="is part of",
    ends={Region: (Region, EconomicZone), Chain: (Pillar,), Pillar: (System,), Clause: (Notice,)},
):
    """A region in its parent region and its economic zone, a chain in its pillar and system, a clause in the notice."""


_PLACED = (
    Window, Carrier, Organization, Enterprise, EnterpriseCount, Need, Park, Cluster, Activity, ServiceMonth, Feedback,
    CoverageFigure,
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class LocatedIn(
    Relationship,
    type="LOCATED_IN",
    single=True,
    zh="位于",
    en="is located in",
    ends=dict.fromkeys(_PLACED, (Region,)),
):
    """The region where something is, or whose firms it concerns."""


@dataclass(frozen=True, kw_only=True)
class Serves(
    Relationship,
    type="SERVES",
    zh="服务于",
    en="serves",
    ends={Window: (Region, Chain, Cluster), Carrier: (Chain,), Resource: (Region,)},
):
    """What a window, carrier or resource says it serves; for resources this is the scope."""


@dataclass(frozen=True, kw_only=True)
class ReportsTo(
    Relationship,
    type="REPORTS_TO",
    single=True,
    zh="上级为",
    en="reports to",
    ends={Window: (Window,), Carrier: (Window,)},
):
    """The vertical line of the network: station to window to hub."""


@dataclass(frozen=True, kw_only=True)
class OperatedBy(
    Relationship,
    type="OPERATED_BY",
    single=True,
    zh="运营机构为",
    en="is operated by",
    ends={Window: (Organization,), Carrier: (Organization,)},
):
    """Who runs a window or carrier."""


@dataclass(frozen=True, kw_only=True)
class Hosts(
    Relationship, type="HOSTS", single=True, zh="承载", en="hosts", ends={Carrier: (Resource,)}, owner="target"
):
    """The carrier where a resource is at home."""


@dataclass(frozen=True, kw_only=True)
class Provides(
    Relationship,
    type="PROVIDES",
    single=True,
    zh="提供",
    en="provides",
    ends={Organization: (Resource,)},
    owner="target",
):
    """The organisation that provides a resource."""


@dataclass(frozen=True, kw_only=True)
class Offers(Relationship, type="OFFERS", zh="提供服务类型", en="offers", ends={Resource: (ServiceType,)}):
    """The service types of a resource."""


@dataclass(frozen=True, kw_only=True)
class Suits(Relationship, type="SUITS", zh="适用产业链", en="suits", ends={Resource: (Chain,)}):
    """The chains a resource is made for; where there is none, ``any_chain`` says so."""


@dataclass(frozen=True, kw_only=True)
class CooperatesIn(
    Relationship,
    type="COOPERATES_IN",
    zh="合作维度为",
    en="cooperates in",
    ends={Resource: (Dimension,)},
):
    """The dimensions in which a resource is open to cooperation."""


@dataclass(frozen=True, kw_only=True)
class BelongsTo(
    Relationship,
    type="BELONGS_TO",
    zh="属于产业链",
    en="belongs to",
    ends={Enterprise: (Chain,), EnterpriseCount: (Chain,), ChainSegment: (Chain,)},
):
    """A firm, count or segment in its chain."""


@dataclass(frozen=True, kw_only=True)
class Holds(
    Relationship,
    type="HOLDS",
    zh="持有资质",
    en="holds",
    ends=dict.fromkeys((Enterprise, Carrier), (Title,)),
    owner=None,
    identity=("recognition",),
    indexes=("until",),
):
    """A title of an enterprise or carrier; every recognition is kept, and counts from its first day to its last."""

    recognition: str | None = prop("认定", "which one: level and first day (carriers: first day), - if not stated")
    level: str | None = prop("级别", "level of recognition", vocabulary="levels")
    since: date | None = prop("认定日期", "held since")
    until: date | None = prop("有效期至", "held until, inclusive")


@dataclass(frozen=True, kw_only=True)
class ClassifiedAs(
    Relationship,
    type="CLASSIFIED_AS",
    zh="对应行业",
    en="is classified as",
    ends={ChainSegment: (Industry,), Enterprise: (Industry,)},
):
    """The national industries of a segment, the national industry of a firm."""


@dataclass(frozen=True, kw_only=True)
class SpecializesIn(
    Relationship,
    type="SPECIALIZES_IN",
    zh="主导产业为",
    en="specialises in",
    ends=dict.fromkeys((Park, Cluster), (Chain, Pillar)),
):
    """The chains and pillars of a park's leading industries, or of a cluster."""


@dataclass(frozen=True, kw_only=True)
class Feeds(
    Relationship,
    type="FEEDS",
    zh="供给",
    en="feeds",
    ends={ChainSegment: (ChainSegment,)},
    owner=None,
):
    """A segment that supplies the next one."""


_PARTIES = (Organization, Carrier, Window, Region)


@dataclass(frozen=True, kw_only=True)
class PartnersWith(
    Relationship,
    type="PARTNERS_WITH",
    zh="合作",
    en="partners with",
    ends=dict.fromkeys(_PARTIES, _PARTIES),
    owner=None,
    symmetric=True,
    identity=("dimension",),
):
    """A partnership in one dimension; it has no direction, and is kept from the smaller key to the larger."""

    dimension: str | None = prop("合作维度", "dimension", vocabulary="cooperation_dimensions")
    content: str | None = prop("内容", "content")
    since: date | None = prop("起", "since")
    until: date | None = prop("止", "until, inclusive")
    evidence: str | None = prop("依据", "evidence")


@dataclass(frozen=True, kw_only=True)
class Needs(
    Relationship, type="NEEDS", single=True, zh="提出需求", en="needs", ends={Enterprise: (Need,)}, owner="target"
):
    """The firm behind a need."""


@dataclass(frozen=True, kw_only=True)
class Concerns(
    Relationship,
    type="CONCERNS",
    single=True,
    zh="涉及",
    en="concerns",
    ends={Need: (ServiceType, Chain), Request: (ServiceType,), ServiceMonth: (ServiceType,), Figure: (Region,),
          Feedback: (ServiceType, Chain), CoverageFigure: (ServiceType,)},
):  # fmt: skip
    """What a need, a request, an aggregate, a figure, feedback or a published coverage is about."""


@dataclass(frozen=True, kw_only=True)
class Asks(
    Relationship,
    type="ASKS",
    single=True,
    zh="提出请求",
    en="asks",
    ends=dict.fromkeys(_PARTIES, (Request,)),
    owner="target",
):
    """Who asks for cooperation."""


@dataclass(frozen=True, kw_only=True)
class AskedOf(Relationship, type="ASKED_OF", single=True, zh="请求对象为", en="is asked of", ends={Request: _PARTIES}):
    """Who is asked."""


@dataclass(frozen=True, kw_only=True)
class Delivered(
    Relationship,
    type="DELIVERED",
    single=True,
    zh="完成服务",
    en="delivered",
    ends=dict.fromkeys((Window, Carrier), (ServiceMonth,)),
    owner="target",
):
    """The window or carrier that delivered a month's services."""


@dataclass(frozen=True, kw_only=True)
class Deliveries(Relationship):
    """Services that an organisation delivered in one year: what all relationships of the kind tell, from the ledger."""

    year: int | None = prop("年份", "calendar year")
    services: int | None = prop("服务次数", "services delivered")
    online: int | None = prop("线上次数", "of them online")
    rated: int | None = prop("评价数", "of them rated")
    satisfied: int | None = prop("满意数", "of them rated 4 or 5")


@dataclass(frozen=True, kw_only=True)
class DeliveredAs(
    Deliveries,
    type="DELIVERED_AS",
    zh="提供服务（按类型）",
    en="delivered as",
    ends={Organization: (ServiceType,)},
    identity=("year",),
):
    """Services that an organisation delivered in a year, by type; over all types these are all of its services."""


@dataclass(frozen=True, kw_only=True)
class DeliveredFor(
    Deliveries,
    type="DELIVERED_FOR",
    zh="提供服务（按产业链）",
    en="delivered for",
    ends={Organization: (Chain,)},
    identity=("year",),
):
    """Services that an organisation delivered in a year to firms of a chain, where the record names it."""


@dataclass(frozen=True, kw_only=True)
class DeliveredThrough(
    Deliveries,
    type="DELIVERED_THROUGH",
    zh="提供服务（按资源）",
    en="delivered through",
    ends={Organization: (Resource,)},
    identity=("year",),
):
    """Services that an organisation delivered in a year by a resource of its own, where the record names it."""


@dataclass(frozen=True, kw_only=True)
class AddressedTo(
    Relationship,
    type="ADDRESSED_TO",
    single=True,
    zh="评价对象为",
    en="is addressed to",
    ends={Feedback: (Organization, Window, Carrier)},
):
    """Who delivered the service that feedback is on, and at which window or carrier."""


@dataclass(frozen=True, kw_only=True)
class BroughtFrom(Relationship, type="BROUGHT", zh="载入来源", en="brought", ends={Load: (Source,)}):
    """The sources of which a load brought or changed facts."""


@dataclass(frozen=True, kw_only=True)
class PublishedIn(
    Relationship,
    type="PUBLISHED_IN",
    zh="见于",
    en="is published in",
    ends=dict.fromkeys((Figure, Title, Notice), (Source,)),
):
    """Where a figure, a title or the notice was published."""


@dataclass(frozen=True, kw_only=True)
class OrganizedBy(
    Relationship,
    type="ORGANIZED_BY",
    single=True,
    zh="主办方为",
    en="is organised by",
    ends={Activity: (Organization,)},
):
    """Who organised an activity."""


@dataclass(frozen=True, kw_only=True)
class BrandedAs(
    Relationship, type="BRANDED_AS", single=True, zh="所属品牌", en="is branded as", ends={Activity: (Brand,)}
):
    """The brand of an activity."""


@dataclass(frozen=True, kw_only=True)
class GovernedBy(
    Relationship,
    type="GOVERNED_BY",
    zh="依据条款",
    en="is governed by",
    ends=dict.fromkeys((ServiceType, Dimension, Target, Brand, Chain, Window, System), (Clause,)),
):
    """The clause of the notice that something rests on."""
