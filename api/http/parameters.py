"""What every route takes: the store, the language, and questions by code or name.

A query string is one model a route, so that an unknown parameter is refused instead of silently not
filtering, and an empty one (a form sends them) means that nothing is asked.
"""

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import Depends, Request
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from api.questions.codes import FIRST_DAY, LAST_DAY, industry_code, region_code
from api.settings import ROWS, Settings
from graph.errors import BadParameter
from graph.places import gazetteer
from graph.stores.base import Store
from graph.vocabulary import vocabulary
from queries.answers import today
from queries.coverage import CoverageQuestion
from queries.cube import STATES
from queries.rollup import GROUPINGS

LONGEST = 200
"""Characters of a name or code; nothing in the graph is called longer."""


# --- what the app holds -------------------------------------------------------------------------------


def _store(request: Request) -> Store:
    store: Store = request.app.state.store
    return store


def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


def _rates(request: Request) -> dict[str, float] | None:
    rates: dict[str, float] | None = request.app.state.rates
    return rates


StoreOf = Annotated[Store, Depends(_store)]
SettingsOf = Annotated[Settings, Depends(_settings)]
RatesOf = Annotated[dict[str, float] | None, Depends(_rates)]


def _listed(name: str) -> dict[str, Any]:
    """Return the JSON schema of a closed list that is also taken by name: examples, not an enum."""
    return {"examples": list(vocabulary(name).ids), "x-vocabulary": name}


# --- query strings ------------------------------------------------------------------------------------


class Parameters(BaseModel):
    """Base of all query strings."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    lang: Literal["zh", "en"] | None = Field(
        default=None,
        description="出错说明的语言，默认按 Accept-Language / language of problems; default: Accept-Language",
    )

    @model_validator(mode="before")
    @classmethod
    def _empty_is_absent(cls, values: Any) -> Any:
        if not isinstance(values, dict):
            return values
        return {name: value for name, value in values.items() if value not in ("", [""])}


AsOf = Annotated[
    date | None,
    Field(
        ge=FIRST_DAY, le=LAST_DAY, examples=["2026-06-30"],
        description="分析日，默认今天 / day of analysis; default: today",
    ),
]  # fmt: skip
FormatOf = Annotated[
    Literal["json", "csv"] | None,
    Field(description="输出格式；也可用 Accept: text/csv / format; Accept: text/csv does the same"),
]


class DayParameters(Parameters):
    """A question about one day."""

    as_of: AsOf = None

    @property
    def day(self) -> date:
        """The day asked for, else today."""
        return self.as_of or today()


class PageParameters(Parameters):
    """One page of a list."""

    limit: int = Field(default=100, ge=1, le=ROWS, description="每页行数 / rows of a page")
    cursor: str | None = Field(
        default=None, max_length=LONGEST, description="上一页的 next / `next` of the previous page"
    )
    format: FormatOf = None

    def question_of_list(self) -> "PageParameters":
        """Return what a cursor of this list holds for: everything but the page, its form and the language."""
        update: dict[str, Any] = {"cursor": None, "limit": 1, "format": None, "lang": None}
        if hasattr(self, "day"):  # a list of one day; tomorrow it is another one
            update["as_of"] = self.day
        return self.model_copy(update=update)


class StandardParameters(DayParameters):
    """A question about coverage, with what counts as covered and as fresh."""

    standard: float = Field(
        default=1.0, gt=0, le=1000, allow_inf_nan=False,
        description="达到“已覆盖”所需的供需比 A / accessibility A from which a cell is covered",
    )  # fmt: skip
    freshness_days: int = Field(
        default=400, ge=1, le=36500,
        description="数据时效（天），更旧的视为不明 / older data count as unknown, days",
    )  # fmt: skip


class CoverageParameters(StandardParameters, PageParameters):
    """A question about coverage cells or gaps, one page of it."""

    group_by: list[Annotated[str, Field(json_schema_extra={"enum": list(GROUPINGS)})]] = Field(
        default=["county", "chain", "service_type"],
        description="分组，可重复或用逗号分隔，不写的维度合计"
        " / groupings, repeated or comma-separated; an axis left out is summed",
    )
    region: str | None = Field(
        default=None, max_length=LONGEST, examples=["510700", "绵阳市", "川西北生态示范区"],
        description="地区或经济区，代码或名称 / region or economic zone, code or name",
    )  # fmt: skip
    industry: str | None = Field(
        default=None, max_length=LONGEST, examples=list(gazetteer.reference("industry_chains")["chain"]),
        description="产业链、产业或体系，代码或名称 / chain, pillar or system, code or name",
    )  # fmt: skip
    service_type: str | None = Field(
        default=None, max_length=LONGEST, json_schema_extra=_listed("service_types"),
        description="服务类型，代码或名称 / service type, code or name",
    )  # fmt: skip
    state: str | None = Field(
        default=None, max_length=LONGEST,
        json_schema_extra={"enum": [*STATES, None], "x-vocabulary": "coverage_states"},
        description="只看这一状态 / only cells in this state",
    )  # fmt: skip

    @field_validator("group_by")
    @classmethod
    def _split(cls, values: list[str]) -> list[str]:
        return [part.strip() for value in values for part in value.split(",") if part.strip()]

    def question(self, rates: dict[str, float] | None) -> CoverageQuestion:
        """Return what is asked, in codes.

        Raises:
            UnknownRegion, AmbiguousRegion, UnknownCode: a name that is none, or several.
        """
        type_, state = self.service_type, self.state
        return CoverageQuestion(
            group_by=tuple(self.group_by),
            region=region_code(self.region) if self.region else None,
            industry=industry_code(self.industry) if self.industry else None,
            service_type=vocabulary("service_types").resolve(type_) if type_ else None,
            state=vocabulary("coverage_states").resolve(state) if state else None,
            as_of=self.day,
            standard=self.standard,
            freshness_days=self.freshness_days,
            rates=rates,
        )


class NetworkParameters(DayParameters):
    """A question about the network."""

    view: Literal["report", "graph", "resilience", "matrix"] = Field(
        default="report",
        description="缺口报告、节点与连线、韧性，或窗口×产业链"
        " / report of gaps, nodes and edges, resilience, or windows × chains",
    )
    reach_km: float = Field(
        default=30.0, ge=0, le=1000, allow_inf_nan=False,
        description="窗口可及的公里数（仅 report）/ how far a window reaches, km (report only)",
    )  # fmt: skip
    prefecture: str | None = Field(
        default=None, max_length=LONGEST, examples=["510700", "绵阳市"],
        description="只看这个市州，代码或名称（仅 graph）/ only this prefecture, code or name (graph only)",
    )  # fmt: skip
    kind: Literal["window", "carrier", "organization"] | None = Field(
        default=None, description="只看这类失效（仅 resilience）/ only losses of these (resilience only)"
    )
    limit: int = Field(
        default=100, ge=1, le=ROWS,
        description="每类列出的失效数，最重者在前（仅 resilience）/ losses of each kind, worst first (resilience only)",
    )  # fmt: skip
    pairs: int = Field(
        default=0, ge=0, le=ROWS,
        description="每类列出的同时失去两者的对数（仅 resilience）/ pairs of each kind lost at once (resilience only)",
    )  # fmt: skip
    freshness_days: int = Field(
        default=400, ge=1, le=36500,
        description="数据时效（天，仅 resilience）/ older data count as unknown, days (resilience only)",
    )  # fmt: skip


class KpiParameters(DayParameters):
    """A question about the targets."""

    format: FormatOf = None


def check_limit(limit: int, settings: Settings) -> None:
    """Refuse more rows than this installation gives at once.

    Raises:
        BadParameter: it is more.
    """
    if limit > settings.max_limit:
        raise BadParameter(name="limit", value=limit, reason=f"≤ {settings.max_limit}")
