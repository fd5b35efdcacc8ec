"""What a ranking of gaps is asked, and what it answers."""

from typing import Literal, get_args

from pydantic import Field

from graph.places.divisions import holds_prefectures
from queries.answers import Result
from queries.coverage import CoverageCell, CoverageQuestion

Sort = Literal["size", "depth", "empty", "severity"]
SORTS: tuple[Sort, ...] = get_args(Sort)
PER_PLACE = 2
"""Gaps of one prefecture at most, where the whole province is ranked by the usual groups."""
FLOOR = 100.0
"""Services a year asked for, below which a gap is not ranked by depth: a share of a handful says little."""

Assumption = Literal["cost", "capacity", "rate"]


class GapQuestion(CoverageQuestion):
    """What is asked: as of coverage, and the order.

    Without ``group_by`` cells by severity, else a place by a service type: prefectures, but counties by emptiness or
    where a division is asked for; chains instead of types where a type is. ``per_place`` none: :data:`PER_PLACE` for
    the whole province by those groups, else no limit (0).
    """

    group_by: tuple[str, ...] | None = None  # type: ignore[assignment]
    sort: Sort = "size"
    per_place: int | None = None
    floor: float = FLOOR
    remedies: int = 0

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups that are ranked."""
        if self.group_by is not None:
            return self.group_by
        if self.sort == "severity":
            return ("county", "chain", "service_type")
        return (
            "prefecture" if holds_prefectures(self.region) and self.sort != "empty" else "county",
            "chain" if self.service_type else "service_type",
        )

    @property
    def most_of_a_place(self) -> int:
        """How many gaps of one prefecture at most; 0: any number."""
        if self.per_place is not None:
            return self.per_place
        usual = self.group_by is None and self.region is None and self.sort != "severity"
        return PER_PLACE if usual else 0


class Remedy(Result):
    """One thing that would fill a gap, taken alone."""

    kind: Literal["partner", "share", "build", "upgrade"] = Field(
        description="partner 外地机构的余力 | share 市州间共享 | build 新建 | upgrade 载体升级"
    )
    key: str = Field(description="行动或机构的标识 / key of the action (expand) or of the organisation")
    name_zh: str
    name_en: str
    region: str | None = Field(description="机构所在地，或行动受益、所在的地区 / where the partner or the action is")
    region_name: str | None
    quantity: float = Field(description="新增、转移或富余的能力（次/年）/ capacity added, moved or spare")
    relief: float = Field(description="补上本缺口多少（次/年）/ unmet demand of this gap that it fills")
    share: float = Field(description="占本缺口的份额 / relief as a share of the gap")
    net: float | None = Field(
        description="全省净减少的未满足，已扣除别处的增加；伙伴不计 / unmet demand removed in the province, harm "
        "elsewhere deducted; null for a partner"
    )
    harm: float | None = Field(
        description="别处因此多出的未满足（次/年）/ unmet demand that it adds elsewhere, services a year"
    )
    cost: float | None = Field(description="费用（万元）；伙伴未写明为空 / 10,000 yuan; null where nobody states any")
    data_class: list[str] = Field(
        description="缺口与所用资源的数据性质 / data classes of the gap and of the resources used"
    )
    assumptions: list[Assumption] = Field(
        description="所用的假设：cost 费用、capacity 能力、rate 需求率 / defaults that take part, stated by nobody"
    )


class Gap(CoverageCell):
    """A coverage cell or group that is not covered, with its rank and what would fill it."""

    rank: int
    severity: float = Field(description="严重度 = 未满足需求 ×（1 + 专精特新占比）/ unmet × (1 + share of 专精特新)")
    undated: float = Field(
        default=0.0,
        description="严重度所计的专精特新企业中，未注明认定日期的家数 / firms of 专精特新 behind the severity of whose "
        "recognition no date is known",
    )
    empty_demand: float = Field(description="其中无人可及单元的需求 / demand of its cells that no resource reaches")
    share: float = Field(
        description="占范围内全部未满足的份额（按空白排序时为空白需求）/ share of all unmet demand in the scope; of "
        "all demand that nothing reaches, where ranked by emptiness"
    )
    cumulative: float = Field(description="到本行为止的份额 / share of all rows up to this one")
    remedies: list[Remedy] = Field(
        default_factory=list, description="补法，最合算者在前，每类一种 / what would fill it, one of each kind"
    )

    @property
    def remedy(self) -> Remedy | None:
        """The best one."""
        return self.remedies[0] if self.remedies else None


class Ranking(Result):
    """One order of the gaps, its first rows."""

    sort: Sort
    group_by: list[str]
    per_place: int = Field(description="一个市州至多几行，0 不限 / rows of one prefecture at most, 0: any")
    floor: float | None = Field(description="列入所需的需求（次/年），只用于深度 / demand needed; by depth only")
    total: int = Field(description="范围内缺口数 / gaps in the scope")
    amount: float = Field(description="份额以此为全部（次/年）/ what shares are of, services a year")
    gaps: list[Gap]
    text_zh: str = Field(description="集中度，一句话 / concentration in one sentence")
    text_en: str


class GapRankings(Result):
    """Three orders of the same gaps: none of them is the list of gaps."""

    size: Ranking = Field(description="缺得最多 / most services unmet")
    depth: Ranking = Field(description="满足得最少 / smallest share of demand met")
    empty: Ranking = Field(description="无人可及 / most demand that nothing reaches")
