"""What partner-finding is asked and what it answers."""

from datetime import date
from typing import Literal

from pydantic import Field

from queries.answers import ListAnswer, Result, today

PARTS = ("complementarity", "reach", "relatedness", "quality", "record", "openness")
DEFAULT_WEIGHTS = dict(zip(PARTS, (35.0, 15.0, 15.0, 15.0, 10.0, 10.0), strict=True))
Candidates = Literal["organization", "carrier", "all"]


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
    spare_capacity: float = Field(description="所寻类型的可用余量（次/年）/ spare capacity of what is asked for")
    would_meet: float = Field(description="能补上的未满足需求（次/年）/ unmet demand that it would meet")
    distance_km: float | None = Field(description="到求助方的道路距离 / road-like distance to the requester, km")
    service_types: list[str]
    resources: int = Field(description="符合条件的资源数 / resources that fit")
    pinned: bool
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


class RegionPair(Result):
    """Two regions: what the spare capacity of each would do for the other, by chain and type, services a year."""

    a: str
    a_name: str
    b: str
    b_name: str
    a_to_b: float = Field(description="甲的余量可补乙的缺口 / of b's unmet demand, what a's spare capacity would meet")
    a_to_b_share: float | None = Field(description="占乙未满足需求 / share of b's unmet demand")
    b_to_a: float
    b_to_a_share: float | None
    distance_km: float
