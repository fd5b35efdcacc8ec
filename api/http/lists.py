"""Lists of the API: a page by cursor in a stable order, as JSON or a table, the same for every route."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from fastapi import Request, Response

from api.http.cursors import Pager, PageStart
from api.http.forms import AnswerForm, Types, form_of
from api.http.parameters import PageQuery, check_limits
from api.http.sending import as_json, as_table
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
    form: AnswerForm

    @classmethod
    def of(cls, request: Request, settings: Settings, asked: PageQuery, pager: Pager) -> "PageAsked":
        """Return the listing of a route.

        Raises:
            BadParameter: more rows than this installation gives at once, or what the form does not know.
            BadCursor, StaleCursor: the cursor is none of this question, or of another graph.
        """
        check_limits(asked, settings)
        form = form_of(request, asked.format)
        asked.check_form(form)
        return cls(request, pager, pager.mark(asked.cursor), asked, form)

    def send(
        self,
        answer: Paged,
        columns: Sequence[str],
        *,
        flat: Callable[[Any], Mapping[str, Any]],
        complete: Callable[[list[Any]], list[Any]],
        types: Types,
    ) -> Response:
        """Send it; ``columns`` are those of a table, ``flat`` makes its rows, ``complete`` completes a page's rows.

        Raises:
            StaleCursor: data were loaded since the cursor was given.
            BadParameter: a column is wanted that there is not.
        """
        version = answer.meta.graph_version
        start = self.mark.start(version)
        limit = max(answer.page(0).total, 1) if self.asked.whole else self.asked.limit
        page = answer.page(limit, start)
        following = self.pager.cursor(start + limit, version) if page.next else None
        headers = {"Shuniu-Total": str(page.total)}
        if following:
            target = self.request.url.include_query_params(cursor=following)
            headers["Link"] = f'<{target.path}?{target.query}>; rel="next"'
        if self.form is AnswerForm.json:
            return as_json(page.model_copy(update={"data": complete(page.data), "next": following}), headers)
        chosen = self.asked.table_columns(columns)
        table = [flat(row) for row in complete(page.data)]
        return as_table(self.form, self.pager.name, table, chosen, answer.meta, types=types, headers=headers)
