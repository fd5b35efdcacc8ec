"""What every route takes: the store, the language, and questions by code or name.

A query string is one model a route, so that an unknown parameter is refused instead of silently not
filtering, and an empty one (a form sends them) means that nothing is asked.
"""

import json
from typing import Annotated, Any, Literal

from fastapi import Depends, Request
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from api.questions.declaration import LONGEST, Parameters
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


class Sent(Parameters):
    """Base of all that comes over the wire, as a query string or as a document."""

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


class LanguageQuery(Sent):
    """Base of all query strings."""

    lang: Literal["zh", "en"] | None = Field(
        default=None,
        description="出错说明的语言，默认按 Accept-Language / language of problems; default: Accept-Language",
    )


FormatOf = Annotated[
    Literal["json", "csv"] | None,
    Field(description="输出格式；也可用 Accept: text/csv / format; Accept: text/csv does the same"),
]


class FormatQuery(LanguageQuery):
    """An answer that also comes as a table."""

    format: FormatOf = None


class PageQuery(FormatQuery):
    """One page of a list."""

    limit: int = Field(default=100, ge=1, le=ROWS, description="每页行数 / rows of a page")
    cursor: str | None = Field(
        default=None, max_length=LONGEST, description="上一页的 next / `next` of the previous page"
    )


def check_limits(asked: Parameters, settings: Settings) -> None:
    """Refuse more rows than this installation gives at once.

    Raises:
        BadParameter: it is more.
    """
    for name in {"limit", "rows"} & set(type(asked).model_fields):
        rows = getattr(asked, name)
        if rows > settings.max_limit:
            raise BadParameter(name=name, value=rows, reason=f"≤ {settings.max_limit}")
