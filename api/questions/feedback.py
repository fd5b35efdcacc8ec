"""Evaluations, complaints and return visits, entered one at a time as a table would bring them."""

import json
import tempfile
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from api.questions.declaration import DayParameters, Name, Question, Rates, meta_of_now
from api.questions.held import check
from api.questions.loads import LoadParameters, load_files
from api.questions.values import Day
from api.security.roles import AccessRule, NotYourRegion, RouteRule
from graph.errors import BadParameter
from graph.language import Text
from graph.stores.base import Store
from graph.vocabulary import vocabulary
from loaders.keep.history import History
from loaders.merge.service_ledger import region_of_record
from loaders.tables import TABLES
from queries.answers import Answer, Result

SOURCE = "评价投诉（接口）"


class FeedbackParameters(DayParameters):
    """One evaluation, complaint or return visit."""

    id: Name | None = Field(
        default=None, examples=["TS-2026-0001"],
        description="编号，默认新编；已有的即更正或办结那一条 / id; one that is known is corrected or closed",
    )  # fmt: skip
    kind: Name = Field(description="类型：评价、投诉、回访 / evaluation, complaint, follow_up", examples=["complaint"])
    record: Name | None = Field(default=None, description="服务记录的编号 / id of the service record")
    content: str | None = Field(default=None, max_length=2000, description="内容 / what is said")
    closed: Day | None = Field(default=None, description="办结日期 / day it was closed")
    result: str | None = Field(default=None, max_length=2000, description="结果 / what came of it")

    def question(self, _: Rates) -> "FeedbackParameters":
        """Return it in codes, with an id and a day.

        Raises:
            UnknownCode: there is no such kind.
        """
        kind = vocabulary("feedback_kinds").resolve(self.kind)
        id_ = self.id or f"feedback-{uuid.uuid4().hex[:12]}"
        return self.model_copy(update={"kind": kind, "id": id_, "as_of": self.day})


class FeedbackEntered(Result):
    """What became of it."""

    id: str = Field(description="编号 / its id")
    state: Literal["created", "updated", "unchanged"] = Field(description="新增、更新或不变 / what became of it")
    load: str = Field(description="载入批次 / load that brought it")


def _enter(store: Store, asked: FeedbackParameters) -> Answer[FeedbackEntered]:
    stated = asked.model_dump(mode="json", exclude_none=True)
    row = {**{name: value for name, value in stated.items() if name != "as_of"}, "date": stated["as_of"]}
    report = _load(store, row)
    (table,) = report.tables
    if report.issues:
        issue = report.issues[0]
        raise BadParameter(name=_parameter(issue.column), value=issue.value, reason=issue.reason)
    state = "created" if table.created else "updated" if table.updated else "unchanged"
    entered = FeedbackEntered(id=str(asked.id), state=state, load=report.load)
    return Answer(data=entered, meta=meta_of_now(store))


def _parameter(column: str) -> str:
    """Return what the parameter is called that became a column of the table."""
    names = {known.zh: known.name for known in TABLES["feedback"].columns} | {"日期": "as_of"}
    return names.get(column, column)


def _load(store: Store, row: Mapping[str, Any]) -> Any:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "feedback.jsonl"
        path.write_text(json.dumps(row, ensure_ascii=False) + "\n", encoding="utf-8")
        return load_files(store, [path], LoadParameters(source=SOURCE, strict=True))


def of_own(store: Store, asked: FeedbackParameters, own: str) -> FeedbackParameters:
    """Hold to feedback on a service in the own region.

    Raises:
        NotYourRegion: its record lies elsewhere, or it names none that is known.
    """
    place = region_of_record(History(store.home), asked.record) if asked.record else None
    if place is None:
        raise NotYourRegion(region=asked.record or "–", own=own)
    check(place, own)
    return asked


FEEDBACK = Question(
    name="feedback",
    title=Text("提交评价、投诉、回访", "Enter feedback"),
    brief=Text("提交一条评价、投诉或回访", "enter an evaluation, a complaint or a return visit"),
    about="""提交一条评价、投诉或回访，如同载入“评价投诉”表的一行；编号已有的即更正或办结。

    Enter an evaluation, a complaint or a return visit, as a row of that table would; one whose id is known is corrected
    or closed.
    """,
    parameters=FeedbackParameters,
    asked=FeedbackParameters.question,
    answer=_enter,
    result=Answer[FeedbackEntered],
    address="/feedback",
    access=RouteRule(AccessRule.CHANGE, of_own),
    tag="feedback",
    posted=True,
    lasting=False,
    writes=True,
    rated=False,
    example={"kind": "complaint", "content": "答复太慢", "as_of": "2026-06-03"},
)
