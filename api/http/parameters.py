"""What every route takes: the store, the language, and questions by code or name.

A query string is one model a route, so that an unknown parameter is refused instead of silently not
filtering, and an empty one (a form sends them) means that nothing is asked.
"""

import json
from collections import Counter
from collections.abc import Sequence
from typing import Annotated, Any, Literal, get_args, get_origin

from fastapi import Depends, Request
from pydantic import AfterValidator, BaseModel, Field, model_validator
from pydantic.fields import FieldInfo
from pydantic_core import PydanticCustomError

from api.http.forms import AnswerForm
from api.questions.declaration import LONGEST, Name, Parameters, parts
from api.settings import ROWS, Settings
from graph.errors import BadParameter
from graph.language import Text, listed
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


TWICE = Text("给了不止一次，只能给一次", "given more than once; it takes one value")
TABLES_ONLY = Text(
    "只用于表格：format=csv、ndjson、arrow 或 parquet", "for tables: format=csv, ndjson, arrow or parquet"
)

# --- query strings ------------------------------------------------------------------------------------


class Sent(Parameters):
    """Base of all that comes over the wire, as a query string or as a document."""

    @model_validator(mode="before")
    @classmethod
    def _empty_is_absent(cls, values: Any) -> Any:
        if not isinstance(values, dict):
            return values
        known = {field.alias or name for name, field in cls.model_fields.items()}
        return {name: value for name, value in values.items() if value not in ("", [""]) or name not in known}

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


class FormatQuery(LanguageQuery):
    """An answer that also comes as a table."""

    format: AnswerForm | None = Field(
        default=None, description="输出格式；也可用 Accept / form of the answer; Accept does the same"
    )
    fields: Annotated[list[Name], AfterValidator(parts)] = Field(
        default=[], max_length=100,
        description="表格（csv、ndjson、arrow、parquet）的列，可重复或用逗号分隔；默认全部"
        " / columns of a table (csv, ndjson, arrow, parquet), repeated or comma-separated; default: all",
    )  # fmt: skip

    def check_form(self, form: AnswerForm) -> None:
        """Refuse what only tables know.

        Raises:
            BadParameter: it is asked of an answer as JSON, which is sent as it is documented.
        """
        if form is AnswerForm.json and self.fields:
            raise BadParameter(name="fields", value=",".join(self.fields), reason=TABLES_ONLY)

    def table_columns(self, columns: Sequence[str]) -> list[str]:
        """Return the columns that are wanted, of those there are.

        Raises:
            BadParameter: one is none of them.
        """
        for name in self.fields:
            if name not in columns:
                raise BadParameter(name="fields", value=name, reason=listed(columns))
        return list(dict.fromkeys(self.fields)) or list(columns)


class PageQuery(FormatQuery):
    """One page of a list."""

    limit: int = Field(default=100, ge=1, le=ROWS, description="每页行数 / rows of a page")
    cursor: str | None = Field(
        default=None, max_length=LONGEST, description="上一页的 next / `next` of the previous page"
    )
    whole: bool = Field(
        default=False,
        description="整份答案，不分页（仅 csv、ndjson、arrow、parquet）"
        " / the whole answer, not a page (csv, ndjson, arrow and parquet only)",
    )

    def check_form(self, form: AnswerForm) -> None:
        """Refuse what only tables know, and a page of a whole.

        Raises:
            BadParameter: it is asked of an answer as JSON, or with a cursor.
        """
        super().check_form(form)
        if self.whole and form is AnswerForm.json:
            raise BadParameter(name="whole", value="true", reason=TABLES_ONLY)
        if self.whole and self.cursor:
            raise BadParameter(name="whole", value="true", reason=Text("不与 cursor 同用", "does not go with cursor"))

    def sort_keys(self) -> tuple[str, ...]:
        """Return the columns to sort by; none: the list's own order."""
        return ()


class SortedPageQuery(PageQuery):
    """One page of a list that may come in any order."""

    sort: Annotated[list[Name], AfterValidator(parts)] = Field(
        default=[], max_length=10,
        description="按这些列排序，可重复或用逗号分隔，前加 - 为降序，空值在后；默认列表自身的次序"
        " / columns to sort by, repeated or comma-separated, - before one turns it, unknown last; default: as it is",
    )  # fmt: skip

    def sort_keys(self) -> tuple[str, ...]:
        """Return the columns to sort by; none: the list's own order."""
        return tuple(self.sort)


def check_once(request: Request, asked: BaseModel) -> None:
    """Refuse a parameter that comes again though it takes one value: all but one would be dropped in silence.

    Raises:
        BadParameter: one does.
    """
    given = request.query_params.multi_items()
    counted = Counter(name for name, _ in given)
    one = {field.alias or name for name, field in type(asked).model_fields.items() if not _takes_several(field)}
    for name, value in given:
        if counted[name] > 1 and name in one:
            raise BadParameter(name=name, value=value, reason=TWICE)


def _takes_several(field: FieldInfo) -> bool:
    return any(get_origin(part) is list for part in (field.annotation, *get_args(field.annotation)))


def check_limits(asked: Parameters, settings: Settings) -> None:
    """Refuse more rows than this installation gives at once.

    Raises:
        BadParameter: it is more.
    """
    for name in {"limit", "rows"} & set(type(asked).model_fields):
        rows = getattr(asked, name)
        if rows > settings.max_limit:
            raise BadParameter(name=name, value=rows, reason=f"≤ {settings.max_limit}")
