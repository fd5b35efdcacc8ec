"""Lists of the API: a page by cursor in a stable order, as JSON or CSV, the same for every route."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from fastapi import Request, Response
from pydantic import BaseModel

from api.http.parameters import PageQuery, check_limit
from api.http.routers.cursors import Mark, Pager
from api.http.routers.sending import as_csv, as_json, wants_csv
from api.questions.declaration import Question, Rates
from api.settings import Settings
from graph.stores.base import Store
from queries.answers import ListAnswer, Listed, Meta


class Paged(Protocol):
    """An answer of which pages are taken."""

    @property
    def meta(self) -> Meta:
        """What is needed to judge it."""

    def page(self, limit: int, start: int = 0) -> ListAnswer[Any]:
        """Return rows from a position; ``next`` is none on the last page."""


def _plain(row: BaseModel) -> Mapping[str, Any]:
    return row.model_dump(mode="json")


@dataclass(frozen=True)
class Listing:
    """What is asked of one list: made before the question is answered, so that a bad cursor costs nothing."""

    request: Request
    pager: Pager
    mark: Mark
    asked: PageQuery

    @classmethod
    def of(
        cls, request: Request, settings: Settings, name: str, asked: PageQuery, question: BaseModel | None = None
    ) -> "Listing":
        """Return the listing of a route; a cursor holds for this ``question`` alone, or for what was ``asked``.

        Raises:
            BadParameter: more rows than this installation gives at once.
            BadCursor, StaleCursor: the cursor is none of this question.
        """
        check_limit(asked.limit, settings)
        pager = Pager(name, question or asked.question_of_list())
        return cls(request, pager, pager.mark(asked.cursor), asked)

    @classmethod
    def answer(
        cls, request: Request, settings: Settings, store: Store, question: Question[Any, Any, Any],
        asked: PageQuery, rates: Rates,
    ) -> Response:  # fmt: skip
        """Answer a question whose answer is a list.

        Raises:
            BadParameter, BadCursor, StaleCursor: see :meth:`of` and :meth:`send`.
        """
        put = question.asked(asked, rates)
        listing = cls.of(request, settings, question.name, asked, put)
        made = question.answer(store, put)
        whole = Listed(made.data, made.meta) if isinstance(made, ListAnswer) else made
        return listing.send(whole, question.columns(made))

    def send(
        self,
        answer: Paged,
        fields: Sequence[str],
        *,
        flat: Callable[[Any], Mapping[str, Any]] = _plain,
        finish: Callable[[list[Any]], list[Any]] = list,
    ) -> Response:
        """Send it; ``fields`` are the columns of CSV, ``flat`` makes its rows, ``finish`` completes a page's rows.

        Raises:
            StaleCursor: data were loaded since the cursor was given.
        """
        version = answer.meta.graph_version
        start = self.mark.start(version)
        page = answer.page(self.asked.limit, start)
        following = self.pager.cursor(start + self.asked.limit, version) if page.next else None
        headers = {"Shuniu-Total": str(page.total)}
        if following:
            target = self.request.url.include_query_params(cursor=following)
            headers["Link"] = f'<{target.path}?{target.query}>; rel="next"'
        rows = finish(page.data)
        if wants_csv(self.request, self.asked.format):
            table = [{name: plain[name] for name in fields} for plain in map(flat, rows)]
            return as_csv(self.pager.name, table, fields, answer.meta, headers)
        return as_json(page.model_copy(update={"data": rows, "next": following}), headers)
