"""Partner requests: asked, met, agreed, delivered, closed or declined; from agreed on they are partnerships.

Each step changes the graph as a load does: journalled, traced to its day and evidence, done again by ``rebuild``.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa

from graph import schema
from graph.comparison import plan
from graph.delta import Facts, Spec
from graph.errors import BadParameter, NotFound, StoreBusy, UnknownRegion, listed_by
from graph.language import Text
from graph.places.gazetteer import division
from graph.stores.base import Query, ReadSession, Store
from graph.vocabulary import vocabulary
from loaders.merge.statements import save
from loaders.tables.partnerships import PARTIES
from loaders.write.commit import WriteLock, write_lock
from loaders.write.follow_up import Course, check_agreed, check_open, courses

SOURCE = "合作请求"
AGREED = "agreed"
_KEY = {"key": str}
NAMED = {
    "Organization": Query("MATCH (n:Organization) WHERE n.name = $name RETURN n.key AS key", _KEY),
    "Carrier": Query("MATCH (n:Carrier) WHERE n.name = $name RETURN n.key AS key", _KEY),
    "Window": Query("MATCH (n:Window) WHERE n.name = $name RETURN n.key AS key", _KEY),
    "Region": Query("MATCH (n:Region) WHERE n.name = $name AND n.level <> 'township' RETURN n.key AS key", _KEY),
}


@dataclass(frozen=True)
class Party:
    """Who asks, or is asked."""

    label: str
    key: str
    name: str
    data_class: str


def ask(  # noqa: PLR0913 one parameter a column
    store: Store,
    a: str,
    b: str,
    *,
    dimension: str,
    day: date,
    service_type: str | None = None,
    content: str | None = None,
    terms: Mapping[str, str] | None = None,
) -> str:
    """Enter that ``a`` asks ``b`` (keys or names) for cooperation in a dimension; return the key of the request.

    ``terms``: who sees to it and until when, see :func:`loaders.write.follow_up.stated_terms`.

    Raises:
        NotFound: nothing that can cooperate has such a key or name.
        BadParameter: several have that name, or both are one and the same.
        StoreProblem: the store failed; nothing is changed.
    """
    step: dict[str, Any] = {"a": a, "b": b, "dimension": dimension, "service_type": service_type, "content": content}
    step |= {"terms": dict(terms)} if terms else {}
    with _changing(store) as lock:
        one, other = _party(lock.session, a), _party(lock.session, b)
        if (one.label, one.key) == (other.label, other.key):
            raise BadParameter(name="A B", value=a, reason=Text("是同一个", "one and the same"))
        key = f"request-{lock.version + 1:06d}"
        row = {"key": key, "name": f"{one.name} → {other.name}", "state": "asked", "dimension": dimension,
               "content": content, "day": day, "changed": day}  # fmt: skip
        facts = _Entry(_class_of(one, other))
        facts.node("Request", row)
        facts.link("ASKS", one.label, "Request", one.key, key)
        facts.link("ASKED_OF", "Request", other.label, key, other.key)
        if service_type:
            facts.link("CONCERNS", "Request", "ServiceType", key, service_type)
        facts.commit(lock, {"step": "ask", "day": day.isoformat(), **step})
    return key


def advance(store: Store, key: str, state: str, *, day: date, evidence: str | None = None) -> None:
    """Take a request to another state; once agreed both parties are partners, with the request as evidence.

    Raises:
        NotFound: there is no such request.
        BadParameter: it cannot go there from where it stands.
        StoreProblem: the store failed; nothing is changed.
    """
    with _changing(store) as lock:
        standing = _standing(lock.session, key)
        _check_step(standing["state"], state)
        check_open(courses(store.home).get(key, Course()), standing["state"], day)
        facts = _Entry(standing["data_class"])
        facts.node("Request", {"key": key, "state": state, "changed": day, "evidence": evidence})
        if state == AGREED:
            one, other = _parties(lock.session, key)
            said = f"{SOURCE} {key}" + (f"：{evidence}" if evidence else "")
            facts.partners(one, other, standing, since=day, evidence=said)
        step = {"key": key, "state": state, "evidence": evidence}
        facts.commit(lock, {"step": "advance", "day": day.isoformat(), **step})


def set_terms(store: Store, key: str, terms: Mapping[str, str], *, day: date) -> None:
    """State who sees to a request, until when it is to be answered, looked at again, and holds.

    Raises:
        NotFound: there is no such request.
        StoreProblem: the store failed; nothing is changed.
    """
    with _changing(store) as lock:
        _standing(lock.session, key)
        _Entry("").commit(lock, {"step": "terms", "day": day.isoformat(), "key": key, "terms": dict(terms)})


def show_interest(store: Store, key: str, party: str, *, day: date) -> None:
    """Note that a third party (key or name) is interested in a request.

    Raises:
        NotFound: there is no such request, or nothing that can cooperate has such a key or name.
        BadParameter: several have that name, or it is one of the two.
        StoreProblem: the store failed; nothing is changed.
    """
    with _changing(store) as lock:
        _standing(lock.session, key)
        third = _party(lock.session, party)
        if third in _parties(lock.session, key):
            raise BadParameter(name="party", value=party, reason=Text("已是一方", "it is one of the two"))
        _Entry("").commit(lock, {"step": "interest", "day": day.isoformat(), "key": key, "party": third.name})


def record_outcome(store: Store, key: str, outcome: str, *, day: date) -> None:
    """Note what came of a cooperation that was agreed on (an id of ``request_outcomes``).

    Raises:
        NotFound: there is no such request.
        BadParameter: nothing was agreed on.
        StoreProblem: the store failed; nothing is changed.
    """
    with _changing(store) as lock:
        check_agreed(_standing(lock.session, key)["state"])
        _Entry("").commit(lock, {"step": "outcome", "day": day.isoformat(), "key": key, "outcome": outcome})


def unknown_request(key: str) -> NotFound:
    """Return that there is no request of this key."""
    way = listed_by("shuniu requests", "GET /v1/requests")
    return NotFound(kind=Text("合作请求", "partner request"), key=key, way=way)


def _standing(session: ReadSession, key: str) -> dict[str, Any]:
    found = session.nodes(schema.nodes()["Request"], pa.array([key])).to_pylist()
    if not found:
        raise unknown_request(key)
    standing: dict[str, Any] = found[0]
    return standing


def again(store: Store, step: Mapping[str, Any]) -> None:
    """Do a step again, as the journal tells of it."""
    rest = {name: value for name, value in step.items() if name not in ("step", "day")}
    steps: dict[str, Any] = {
        "ask": ask, "advance": advance, "terms": set_terms, "interest": show_interest, "outcome": record_outcome,
    }  # fmt: skip
    steps[step["step"]](store, **rest, day=date.fromisoformat(step["day"]))


class _Entry:
    """The facts of one step, all from one source."""

    def __init__(self, data_class: str) -> None:
        self._facts = Facts()
        self._origin = {"source": SOURCE, "verification": "user_supplied", "data_class": data_class}

    def _add(self, spec: Spec, row: dict[str, Any]) -> None:
        self._facts.add(spec, pa.Table.from_pylist([{**row, **self._origin}]))

    def node(self, label: str, row: dict[str, Any]) -> None:
        self._add(schema.nodes()[label], row)

    def link(self, type_: str, source: str, target: str, from_key: str, to_key: str, **row: Any) -> None:
        self._add(schema.relationships()[type_, source, target], {"from_key": from_key, "to_key": to_key, **row})

    def partners(self, one: Party, other: Party, request: Mapping[str, Any], *, since: date, evidence: str) -> None:
        """State the partnership, from the smaller end to the larger as the table of partnerships does."""
        first, second = sorted((one, other), key=lambda p: (PARTIES.index(p.label), p.key))
        said = {"dimension": request["dimension"], "content": request["content"], "since": since, "evidence": evidence}
        self.link("PARTNERS_WITH", first.label, second.label, first.key, second.key, **said)

    def commit(self, lock: WriteLock, step: Mapping[str, Any]) -> None:
        delta = plan(self._facts, lock.session)
        with lock.stage() as staged:
            save(self._facts, {}, lock.history, staged.folder)
            staged.commit(delta, {"kind": "request", "request": dict(step)})


@contextmanager
def _changing(store: Store) -> Iterator[WriteLock]:
    with write_lock(store) as lock:
        if lock.unfinished:
            raise StoreBusy(load=lock.unfinished)
        yield lock


def _party(session: ReadSession, wanted: str) -> Party:
    """Return the one thing with this key, else the one with this name."""
    parties = [party for label in PARTIES for party in _nodes(session, label, [wanted])]
    if not parties:
        keys = {label: session.table(NAMED[label], name=wanted)["key"].to_pylist() for label in PARTIES}
        parties = [party for label in PARTIES for party in _nodes(session, label, keys[label])]
    if not parties:
        with suppress(UnknownRegion):
            return _nodes(session, "Region", [division(wanted)])[0]
        raise NotFound(kind=Text("机构、载体、窗口或地区", "organisation, carrier, window or region"), key=wanted)
    if len(parties) > 1:
        listed = "、".join(f"{p.name} [{p.key}]" for p in parties)
        reason = Text(f"有多个同名者，请用标识：{listed}", f"several have that name, use a key: {listed}")
        raise BadParameter(name="A B", value=wanted, reason=reason)
    return parties[0]


def _nodes(session: ReadSession, label: str, keys: list[str]) -> list[Party]:
    if not keys:
        return []
    rows = session.nodes(schema.nodes()[label], pa.array(sorted(keys), pa.string())).to_pylist()
    return [Party(label, row["key"], row["name"] or row["key"], row["data_class"] or "REAL") for row in rows]


def _parties(session: ReadSession, key: str) -> tuple[Party, Party]:
    """Return who asks in a request and who is asked."""
    found: list[Party] = []
    for type_, mine, theirs in (("ASKS", "to_key", "from_key"), ("ASKED_OF", "from_key", "to_key")):
        for label in PARTIES:
            ends = (label, "Request") if type_ == "ASKS" else ("Request", label)
            rows = session.relationships(schema.relationships()[type_, *ends], mine, pa.array([key]))
            found += _nodes(session, label, rows[theirs].to_pylist())
    one, other = found
    return one, other


def _check_step(now: str, then: str) -> None:
    states = vocabulary("request_states")
    able = states[now]["next"]
    if then in able:
        return
    zh, en = ("、".join(states.text(s, "zh") for s in able), ", ".join(states.text(s, "en") for s in able))
    reason = Text(
        f"现为“{states.text(now, 'zh')}”，可转入：{zh or '无'}",
        f"it stands at “{states.text(now, 'en')}”; it can go to: {en or 'nowhere'}",
    )
    raise BadParameter(name="state", value=states.text(then, "zh"), reason=reason)


def _class_of(*parties: Party) -> str:
    """Return the class of a request: as soon as one party is invented, so is the request."""
    classes = {party.data_class for party in parties}
    return "SYNTHETIC" if "SYNTHETIC" in classes else "REAL"
