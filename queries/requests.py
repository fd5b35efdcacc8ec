"""Which partner requests are there, and how far are they?"""

from collections import Counter
from contextlib import suppress
from datetime import date

import pandas as pd
from pydantic import Field

from graph.errors import AmbiguousRegion, BadParameter, UnknownRegion
from graph.language import listed
from graph.places.gazetteer import division
from graph.projection import cached_by_version, plain_rows
from graph.stores.base import Query, ReadSession, Store
from graph.vocabulary import vocabulary
from queries.answers import ListAnswer, Result, meta

REQUESTS = Query(
    "MATCH (r:Request) OPTIONAL MATCH (r)-[:CONCERNS]->(t:ServiceType) "
    "RETURN r.key AS key, r.state AS state, r.dimension AS dimension, r.content AS content, r.day AS day, "
    "r.changed AS changed, r.evidence AS evidence, t.key AS service_type, r.data_class AS data_class",
    {
        "key": str, "state": str, "dimension": str, "content": str, "day": date, "changed": date, "evidence": str,
        "service_type": str, "data_class": str,
    },
)  # fmt: skip
_PARTY = {"key": str, "party": str, "name": str}
ASKERS = Query(
    "MATCH (a:Organization|Carrier|Window|Region)-[:ASKS]->(r:Request) "
    "RETURN r.key AS key, a.key AS party, a.name AS name",
    _PARTY,
)
ASKED = Query(
    "MATCH (r:Request)-[:ASKED_OF]->(b:Organization|Carrier|Window|Region) "
    "RETURN r.key AS key, b.key AS party, b.name AS name",
    _PARTY,
)


class CooperationRequest(Result):
    """One request for cooperation, with who sees to it, who else is interested, and what came of it."""

    key: str
    state: str = Field(description="request_states 中的代码 / id in request_states")
    a: str = Field(description="请求方标识 / key of who asks")
    a_name: str
    b: str = Field(description="被请求方标识 / key of who is asked")
    b_name: str
    dimension: str | None = Field(description="合作维度 / dimension of cooperation")
    service_type: str | None
    content: str | None
    day: date = Field(description="提出日期 / day of asking")
    changed: date = Field(description="进入现状态的日期 / day of the present state")
    evidence: str | None = Field(description="最近一步的依据 / evidence of the last step")
    data_class: str | None
    owner: str | None = Field(default=None, description="责任单位或岗位 / office that sees to it")
    due: date | None = Field(default=None, description="答复期限 / day by which it is to be answered")
    review: date | None = Field(default=None, description="复查日期 / day on which it is looked at again")
    expires: date | None = Field(default=None, description="有效期至 / last day on which it can be taken further")
    overdue: bool = Field(default=False, description="期限已过而尚未答复 / whether it is unanswered after that day")
    lapsed: bool = Field(default=False, description="已过有效期 / whether it has lapsed")
    interested: tuple[str, ...] = Field(default=(), description="有意参与的第三方 / third parties that are interested")
    outcome_due: date | None = Field(default=None, description="看成效的日期 / day from which an outcome is looked for")
    outcome: str | None = Field(default=None, description="request_outcomes 中的代码 / id in request_outcomes")
    outcome_day: date | None = Field(default=None, description="记下成效的日期 / day on which the outcome was noted")


def _read(session: ReadSession) -> pd.DataFrame:
    rows = session.frame(REQUESTS)
    for end, query in (("a", ASKERS), ("b", ASKED)):
        parties = session.frame(query).rename(columns={"party": end, "name": f"{end}_name"})
        rows = rows.astype({"key": object}).merge(parties.astype({"key": object}), on="key")
    return rows.sort_values("key", ascending=False, ignore_index=True)


def _called(party: str) -> list[str]:
    """Return what a party may be called in a request: a place has its code there."""
    with suppress(AmbiguousRegion, UnknownRegion):
        return [party, division(party)]
    return [party]


def requests(store: Store, *, state: str | None = None, party: str | None = None) -> ListAnswer[CooperationRequest]:
    """Return the requests, newest first; those in one state, or that one party asks or is asked in.

    A party is called by key or name, a place by any of its names.

    Raises:
        BadParameter: there is no such state.
    """
    states = vocabulary("request_states")
    if state is not None and state not in states:
        raise BadParameter(name="state", value=state, reason=listed(states.ids))
    with store.read() as session:
        version, rows = cached_by_version(store, session, "requests", _read)
    if state:
        rows = rows[rows["state"] == state]
    if party:
        rows = rows[rows[["a", "a_name", "b", "b_name"]].isin(_called(party)).any(axis=1)]
    found = [CooperationRequest(**row) for row in plain_rows(rows)]
    parameters = {name: value for name, value in (("state", state), ("party", party)) if value}
    classes = Counter(request.data_class or "" for request in found)
    return ListAnswer(data=found, meta=meta(version, parameters, classes), total=len(found))
