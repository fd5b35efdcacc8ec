"""Lists of the API: a page by cursor in a stable order, as JSON or CSV, the same for every route."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from fastapi import Request, Response
from pydantic import BaseModel

from api.http.cursors import Pager, PageStart
from api.http.parameters import PageQuery, check_limits
from api.http.sending import as_csv, as_json, wants_csv
from api.settings import Settings
from queries.answers import ListAnswer, Meta


class Paged(Protocol):
    """An answer of which pages are taken."""

    @property
    def meta(self) -> Meta:
        """What is needed to judge it."""

    def page(self, limit: int, start: int = 0) -> ListAnswer[Any]:
        """Return rows from a position; ``next`` is none on the last page."""


@dataclass(frozen=True)
class PageAsked:
    """What is asked of one list: made before the question is answered, so that a bad cursor costs nothing."""

    request: Request
    pager: Pager
    mark: PageStart
    asked: PageQuery

    @classmethod
    def of(cls, request: Request, settings: Settings, name: str, asked: PageQuery, question: BaseModel) -> "PageAsked":
        """Return the listing of a route; a cursor holds for this ``question`` alone.

        Raises:
            BadParameter: more rows than this installation gives at once.
            BadCursor, StaleCursor: the cursor is none of this question.
        """
        check_limits(asked, settings)
        pager = Pager(name, question)
        return cls(request, pager, pager.mark(asked.cursor), asked)

    def send(
        self,
        answer: Paged,
        fields: Sequence[str],
        *,
        flat: Callable[[Any], Mapping[str, Any]],
        complete: Callable[[list[Any]], list[Any]],
    ) -> Response:
        """Send it; ``fields`` are the columns of CSV, ``flat`` makes its rows, ``complete`` completes a page's rows.

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
        rows = complete(page.data)
        if wants_csv(self.request, self.asked.format):
            table = [{name: plain[name] for name in fields} for plain in map(flat, rows)]
            return as_csv(self.pager.name, table, fields, answer.meta, headers)
        return as_json(page.model_copy(update={"data": rows, "next": following}), headers)
