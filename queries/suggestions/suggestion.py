"""What is asked about partnerships that could be, and what is answered."""

from datetime import date
from typing import Literal, get_args

from pydantic import Field

from graph.clock import today
from queries.answers import ListAnswer, Result
from queries.data_classes import BEHIND
from queries.solvers.links import Method as Index

Method = Literal[Index, "supervised"]
METHODS: tuple[Method, ...] = get_args(Method)


class SuggestionQuestion(Result):
    """What is asked; region and industry are codes, ``party`` is a key or a name.

    Without a method the best one of the back-test is used, see :mod:`queries.suggestions.scores`.
    """

    party: str | None = None
    region: str | None = None
    industry: str | None = None
    cross_region: bool = False
    method: Method | None = None
    as_of: date = Field(default_factory=today)


Label = Literal["Organization", "Carrier", "Window"]


class Suggestion(Result):
    """Two that never were partners, and why they could be."""

    rank: int
    a: str = Field(description="甲方标识 / key of the one")
    a_name: str
    a_label: Label
    a_kind: str | None
    a_region: str | None
    a_region_name: str | None
    a_partners: int = Field(description="甲方已有伙伴数 / partners that it has already")
    b: str = Field(description="乙方标识 / key of the other")
    b_name: str
    b_label: Label
    b_kind: str | None
    b_region: str | None
    b_region_name: str | None
    b_partners: int
    score: float = Field(
        description="得分：监督模型为结成的概率，其余为指数值 / probability of the supervised method, else the index"
    )
    steps: int = Field(description="在合作网络中相隔的步数 / steps between them in the partnership network")
    common: int = Field(description="共同伙伴数 / partners in common")
    via: list[str] = Field(description="经由的伙伴名称，至多五个 / partners between them, five at most")
    chains: list[str] = Field(description="双方都服务的产业链 / chains that both serve")
    dimensions: list[str] = Field(description="与中间伙伴合作的维度，最多者在前 / dimensions shared with those between")
    distance_km: float | None = Field(description="道路距离（公里）/ road-like distance, km")
    cross_region: bool = Field(description="是否跨市（州）/ whether their prefectures differ")
    data_class: list[str] = Field(description=BEHIND)
    explanation: str = Field(description="一句话说明（中文）/ one sentence, Chinese")
    explanation_en: str


class Suggestions(ListAnswer[Suggestion]):
    """A page of suggestions, best first."""

    method: Method = Field(description="所用方法 / method used")


class FlowGap(Result):
    """Capacity that the province's allocation would move between two prefectures that do not work together yet."""

    from_region: str
    from_name: str
    to_region: str
    to_name: str
    quantity: float = Field(description="调剂量（次/年）/ services a year")
    service_types: list[str] = Field(description="服务类型，量大者在前 / service types, largest first")
    distance_km: float
    partnerships: int = Field(description="两地之间现有合作数 / partnerships between the two")
    data_class: list[str] = Field(description=BEHIND)


class Measured(Result):
    """How well one method ranks, mean over all splits."""

    average_precision: float = Field(description="平均精度 / average precision")
    auc: float = Field(description="ROC 曲线下面积 / area under the ROC curve")


class MethodQuality(Result):
    """What a method was worth on partnerships that it had not seen.

    hard: the pairs that would be suggested, two or three steps apart. random: random pairs, which flatter every method.
    """

    method: Method
    hard: Measured
    random: Measured
    precision_at_50: float = Field(description="前 50 条中成真的比例 / share of the first 50 that came true")
    lowest: float = Field(description="各切分中平均精度（难例）的最低值 / lowest hard average precision of a split")
    highest: float


class BackTest(Result):
    """A back-test on time splits: scored with what was known on a day, judged by what came after it."""

    splits: list[date] = Field(description="切分日 / days up to which each split knew the partnerships")
    new: int = Field(description="各切分之后新结成的合作对数合计 / pairs that came later, all splits together")
    reachable: float | None = Field(
        description="其中当时相隔两三步的比例 / share of them two or three steps apart then"
    )
    candidates: int = Field(description="候选对数合计 / candidates, all splits together")
    base_rate: float | None = Field(
        description="候选成真的比例，即随机猜测的平均精度 / share of candidates that came true"
    )
    methods: list[MethodQuality] = Field(
        description="按难例平均精度排序；数据太少则空 / best first; none: too few data"
    )
