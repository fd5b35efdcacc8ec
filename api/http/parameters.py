"""What every route takes: the store, the language, and questions by code or name.

A query string is one model a route, so that an unknown parameter is refused instead of silently not
filtering, and an empty one (a form sends them) means that nothing is asked.
"""

import json
from typing import Annotated, Any, Literal

from fastapi import Depends, Request
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from api.questions import coverage, declaration, explanation
from api.questions.declaration import FRESHNESS_DAYS, LONGEST, REACH_KM
from api.settings import ROWS, Settings
from graph.errors import BadParameter
from graph.stores.base import Store

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


# --- query strings ------------------------------------------------------------------------------------


class LanguageQuery(declaration.Parameters):
    """Base of all query strings."""

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

    @model_validator(mode="before")
    @classmethod
    def _text_is_whole(cls, values: Any) -> Any:
        """Refuse half a character, which JSON can write and no encoding can."""
        try:
            json.dumps(values, ensure_ascii=False, default=str).encode()
        except UnicodeEncodeError as error:
            raise PydanticCustomError("half_character", "half a character") from error
        return values


FormatOf = Annotated[
    Literal["json", "csv"] | None,
    Field(description="输出格式；也可用 Accept: text/csv / format; Accept: text/csv does the same"),
]


class DayQuery(declaration.DayParameters, LanguageQuery):
    """A question about one day."""


class PageQuery(LanguageQuery):
    """One page of a list."""

    limit: int = Field(default=100, ge=1, le=ROWS, description="每页行数 / rows of a page")
    cursor: str | None = Field(
        default=None, max_length=LONGEST, description="上一页的 next / `next` of the previous page"
    )
    format: FormatOf = None

    def question_of_list(self) -> "PageQuery":
        """Return what a cursor of this list holds for: everything but the page, its form and the language."""
        update: dict[str, Any] = {"cursor": None, "limit": 1, "format": None, "lang": None}
        if hasattr(self, "day"):  # a list of one day; tomorrow it is another one
            update["as_of"] = self.day
        return self.model_copy(update=update)


class StandardQuery(declaration.StandardParameters, LanguageQuery):
    """A question about coverage of one place."""


class WhyQuery(explanation.WhyParameters, LanguageQuery):
    """A question about one cell or group."""


class CoverageQuery(coverage.CoverageParameters, PageQuery):
    """A question about coverage cells, one page of it."""


class GapsQuery(coverage.GapParameters, PageQuery):
    """A question about gaps, one page of it."""


class RankingsQuery(coverage.ThreeRankingsParameters, LanguageQuery):
    """A question about the three orders of gaps."""


class CrowdingQuery(explanation.CrowdingParameters, PageQuery):
    """A question about crowding, one page of it."""


class NetworkParameters(DayQuery):
    """A question about the network."""

    view: Literal["report", "graph", "resilience", "matrix"] = Field(
        default="report",
        description="缺口报告、节点与连线、韧性，或窗口×产业链"
        " / report of gaps, nodes and edges, resilience, or windows × chains",
    )
    reach_km: float = Field(
        default=REACH_KM, ge=0, le=1000, allow_inf_nan=False,
        description="窗口可及的公里数（仅 report）/ how far a window reaches, km (report only)",
    )  # fmt: skip
    prefecture: str | None = Field(
        default=None, max_length=LONGEST, examples=["510700", "绵阳市"],
        description="只看这个市州，代码或名称（graph、resilience）"
        " / only this prefecture, code or name (graph, resilience)",
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
        default=FRESHNESS_DAYS, ge=1, le=36500,
        description="数据时效（天，仅 resilience）/ older data count as unknown, days (resilience only)",
    )  # fmt: skip


class KpiParameters(DayQuery):
    """A question about the targets."""

    format: FormatOf = None


def check_limit(limit: int, settings: Settings) -> None:
    """Refuse more rows than this installation gives at once.

    Raises:
        BadParameter: it is more.
    """
    if limit > settings.max_limit:
        raise BadParameter(name="limit", value=limit, reason=f"≤ {settings.max_limit}")
