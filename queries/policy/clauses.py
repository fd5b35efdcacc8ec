"""The 21 clauses: what the graph can say of each, on what evidence, and what it cannot say."""

from collections import Counter
from datetime import date
from functools import cache
from typing import Any, Literal

from pydantic import Field

from graph.shipped import read_shipped
from graph.stores.base import Store
from graph.vocabulary import vocabulary
from queries.answers import Answer, Result, meta
from queries.policy.measures import MEASURES, OnRecord, read_record


class ClauseFigure(Result):
    """One figure that speaks of a clause."""

    id: str = Field(description="指标标识 / id of the figure")
    name_zh: str
    name_en: str
    value: float = Field(
        description="登记在图中的数；0 是没有登记，不等于不存在 / what is on record; 0: nothing on record"
    )
    address: str = Field(description="可逐项打开的接口地址，在 /v1 下 / where the same can be opened, under /v1")


class ClauseState(Result):
    """What can be said of one clause."""

    clause: str = Field(description="通知条款序号 / number of the clause")
    name_zh: str
    name_en: str
    section_zh: str = Field(description="章节 / section, Chinese")
    section_en: str = Field(description="章节（英文）/ section")
    state: Literal["evidence", "no_data", "not_in_graph"] = Field(
        description="evidence 有依据 | no_data 可以判断但没有数据 | not_in_graph 本图不记录"
        " / figures there are, could be but nothing is on record, or the graph does not record it"
    )
    findings: list[ClauseFigure] = Field(description="依据 / figures on record")
    cannot_zh: str = Field(description="不能判断的 / what cannot be said, Chinese")
    cannot_en: str = Field(description="不能判断的（英文）/ what cannot be said")


@cache
def _declared() -> dict[str, Any]:
    said: dict[str, Any] = read_shipped("queries", "policy", "clauses.yml")
    return said


def clause_states(store: Store, *, as_of: date) -> Answer[list[ClauseState]]:
    """Return all clauses in order; a clause of which every figure is 0 has no data, it is not failed."""
    with store.read() as session:
        version, record = session.version(), read_record(session, as_of)
    classes = Counter[str]()
    for rows in record.nodes.values():
        classes.update({str(k): int(v) for k, v in rows["data_class"].value_counts().items()})
    states = [_state(entry.id, record) for entry in vocabulary("clauses")]
    return Answer(data=states, meta=meta(version, {"as_of": as_of.isoformat()}, classes))


def _state(clause: str, record: OnRecord) -> ClauseState:
    entry, said = vocabulary("clauses")[clause], _declared()[clause]
    findings = [_finding(name, record) for name in said["measures"]]
    state: Literal["evidence", "no_data", "not_in_graph"] = "not_in_graph"
    if findings:
        state = "evidence" if any(f.value for f in findings) else "no_data"
    return ClauseState(
        clause=clause, name_zh=entry.label.zh, name_en=entry.label.en, section_zh=entry["section"],
        section_en=entry["section_en"], state=state, findings=findings, cannot_zh=said["cannot"]["zh"],
        cannot_en=said["cannot"]["en"],
    )  # fmt: skip


def _finding(name: str, record: OnRecord) -> ClauseFigure:
    measure = MEASURES[name]
    return ClauseFigure(
        id=name, name_zh=measure.name.zh, name_en=measure.name.en, value=measure.count(record), address=measure.address
    )
