"""What partner-finding is asked and what it answers."""

from datetime import date
from typing import Literal

from pydantic import Field

from graph.clock import today
from queries.answers import ListAnswer, Result
from queries.data_classes import BEHIND

PARTS = ("complementarity", "reach", "relatedness", "quality", "record", "openness")
DEFAULT_WEIGHTS = dict(zip(PARTS, (35.0, 15.0, 15.0, 15.0, 10.0, 10.0), strict=True))
Candidates = Literal["organization", "carrier", "all"]
SHARE = 0.8
SECONDS = 10.0


class PartnerQuestion(Result):
    """What is asked. ``requester`` is a key, a code or a name; everything else is in codes.

    ``service_types``, ``industry`` and ``dimensions`` narrow what is looked for, the others who is taken.
    """

    requester: str
    candidates: Candidates = "organization"
    service_types: tuple[str, ...] = ()
    industry: str | None = None
    dimensions: tuple[str, ...] = ()
    level: str | None = None
    mode: Literal["online", "offline"] | None = None
    max_km: float | None = None
    shareable: bool = False
    min_spare: float | None = None
    weights: dict[str, float] | None = None
    pins: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    as_of: date = Field(default_factory=today)
    freshness_days: int = 400
    rates: dict[str, float] | None = None


class Requester(Result):
    """Who asks, as understood."""

    key: str
    name: str
    kind: str = Field(description="region | zone | organization | carrier | enterprise | window")
    region: str = Field(description="所在或所指地区 / region it is or lies in")
    unmet: float = Field(description="所寻服务类型和产业链上的未满足需求（次/年）/ unmet demand it asks for")
    unknown: bool = Field(description="该地区需求是否不明 / whether its demand is not known at all")


class Partner(Result):
    """One candidate with its rank; the score is Σ weight · part over the parts that are known."""

    rank: int
    key: str
    name: str
    kind: str | None = Field(description="机构或载体的类型 / kind of organisation or carrier")
    label: Literal["Organization", "Carrier"]
    region: str | None
    region_name: str | None
    score: float = Field(description="得分 0–1 = Σ 权重·分项 / Σ weight · part, 0 to 1")
    parts: dict[str, float | None] = Field(description="各分项 0–1，未知为空 / parts, 0 to 1, null where unknown")
    weights: dict[str, float] = Field(description="所用权重，合计 1；未知分项为 0 / weights used, 0 for unknown parts")
    standings: dict[str, float | None] = Field(
        description="各分项高于多少候选，0–1，并列者各算一半；0.5 为与众相同 / share of the other candidates that "
        "stand below in a part, equal ones counting half: tells apart where parts do not"
    )
    spare_capacity: float = Field(description="所寻类型的可用余量（次/年）/ spare capacity of what is asked for")
    would_meet: float | None = Field(
        description="能补上的未满足需求（次/年），需求不明时为空 / unmet demand that it would meet; null where unknown"
    )
    share_met: float | None = Field(description="占求助方缺口的比例 / share of the requester's unmet demand")
    distance_km: float | None = Field(description="到求助方的道路距离 / road-like distance to the requester, km")
    service_types: list[str]
    resources: int = Field(description="符合条件的资源数 / resources that fit")
    pinned: bool
    data_class: list[str] = Field(description=BEHIND)
    explanation: str = Field(description="一句话说明（中文）/ one sentence, Chinese")
    explanation_en: str


class CandidateRelaxation(Result):
    """Filters to drop where nobody fits, and how many candidates that brings."""

    drop: list[str]
    candidates: int


class Partners(ListAnswer[Partner]):
    """A page of candidates, best first."""

    requester: Requester
    relaxations: list[CandidateRelaxation] = Field(
        description="无结果时的最近放宽办法 / nearest relaxations where nobody fits"
    )


class FewestQuestion(Result):
    """What is asked: who may be a partner, the share of the gap to be filled, and how long to look for it."""

    of: PartnerQuestion
    share: float = SHARE
    time_limit: float = SECONDS


class SetMember(Result):
    """One of a set of partners."""

    key: str
    name: str
    region: str | None
    region_name: str | None
    score: float = Field(description="单独求助时的得分 / score as a single partner")
    would_meet: float = Field(description="单独能补的（次/年）/ what it would meet alone, services a year")
    fills: float = Field(description="在此组合中补的（次/年）/ what it fills in this set, services a year")
    distance_km: float | None
    pinned: bool
    data_class: list[str] = Field(description=BEHIND)


class SetOther(Result):
    """Another set of the same size that fills the share, too: whom it has instead."""

    without: list[str] = Field(description="换下（名称）/ left out, by name")
    instead: list[str] = Field(description="换上（名称）/ taken instead, by name")
    keys: list[str] = Field(description="此组合的全部成员 / all of its members")


class PartnerSet(Result):
    """The fewest partners that fill a share of the gap."""

    requester: Requester
    service_types: list[str] = Field(description="所寻服务类型；空为全部 / types looked for; none: all")
    share: float = Field(description="要补的比例 / share of the unmet demand to fill")
    wanted: float = Field(description="要补的量（次/年）/ what is to be filled, services a year")
    possible: float = Field(description="全部候选合力最多能补（次/年）/ what all candidates together could fill")
    filled: float = Field(description="此组合补的（次/年）/ what this set fills")
    members: list[SetMember] = Field(description="成员，补得最多的在前 / members, who fills most first")
    least: int = Field(description="至少需要几家（证明）/ no set of fewer fills as much: proven")
    proven: bool = Field(description="是否已证明最少 / whether the set is proven smallest")
    others: list[SetOther] = Field(description="同样少的其他组合 / other sets that are as small")
    only: bool = Field(description="已证明别无同样少的组合 / proven that there are no more")


class RegionPair(Result):
    """Two regions: what the spare capacity of each would do for the other, by chain and type, services a year."""

    a: str
    a_name: str
    b: str
    b_name: str
    a_to_b: float | None = Field(
        description="甲的余量可补乙的缺口，乙的需求不明时为空"
        " / of b's unmet demand, what a's spare capacity would meet; null where b's demand is unknown"
    )
    a_to_b_share: float | None = Field(description="占乙未满足需求 / share of b's unmet demand")
    b_to_a: float | None
    b_to_a_share: float | None
    distance_km: float
    data_class: list[str] = Field(description=BEHIND)
