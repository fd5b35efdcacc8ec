"""The review list: pairs that may be one organisation, for a person to decide once."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from graph import schema
from graph.clock import now
from graph.comparison import plan
from graph.delta import PLACE, Facts
from graph.errors import BadParameter, NotFound, StoreBusy, listed_by
from graph.language import Text
from graph.stores.base import ReadSession, Store
from loaders.identify.directory import Directory
from loaders.identify.doubts import Doubt, doubt_of, firms_around
from loaders.identify.known import LEGAL
from loaders.identify.matching import candidates
from loaders.identify.resolver import DECISION, Decision, Entity, Resolver, Verdict, as_json, decisions
from loaders.identify.stakes import firms, stakes
from loaders.keep.history import History, read_rows
from loaders.merge.derived import RecordBasis, add_derived
from loaders.merge.entities import merge, restate
from loaders.merge.service_ledger import RECORDS
from loaders.tables.base import place_of
from loaders.write.commit import write_lock

DOUBTFUL = "doubtful.parquet"
REVIEWED = "Organization"
"""Label whose names are compared; firms are known by their code or their very name."""
COLUMNS = ["label", "a", "b", "score"]
SURE = 0.95
"""Score from which even two rows of one list are proposed: their names are one but for the spelling."""


class Said(NamedTuple):
    """What a person says of two own keys."""

    a: str
    b: str
    verdict: Verdict


def find_doubtful(directory: Directory, facts: Facts, merged: Facts) -> pd.DataFrame:
    """Return the pairs of which at least one is new in this load and that nobody has decided.

    Two rows of one list speak for two organisations: its sender knows them apart. Of those that are no more in the
    ``merged`` facts nobody is asked.
    """
    fresh = directory.fresh[REVIEWED]
    if not fresh:
        return pd.DataFrame(columns=COLUMNS)
    found = candidates(directory.entities(REVIEWED), set(fresh)).assign(label=REVIEWED)
    lists, rows = _lists(facts), merged.tables.get(schema.nodes()[REVIEWED])
    gone = merged.whole.get(REVIEWED, set()).difference(() if rows is None else rows["key"].to_pylist())
    resolver = directory.resolvers[REVIEWED]
    pairs = list(zip(found["a"], found["b"], strict=True))
    asked = [
        waits and (score >= SURE or not lists[a] & lists[b]) and gone.isdisjoint(map(resolver.canonical, (a, b)))
        for (a, b), waits, score in zip(pairs, resolver.open_among(pairs), found["score"], strict=True)
    ]
    return found[pd.Series(asked, index=found.index, dtype=bool)][COLUMNS]


def _lists(facts: Facts) -> dict[str, set[int]]:
    """Return the sheets of this load that have a row about an organisation, by its own key."""
    lists: dict[str, set[int]] = defaultdict(set)
    rows = facts.tables.get(schema.nodes()[REVIEWED])
    if rows is not None:
        for key, place, mentioned in zip(*(rows[c].to_pylist() for c in ("key", PLACE.name, "mentioned")), strict=True):
            if not mentioned and place is not None:
                lists[key].add(place_of(place)[0])
    return lists


def save_doubtful(found: pd.DataFrame, folder: Path) -> None:
    """Keep pairs with the load that brought them."""
    if len(found):
        found.to_parquet(folder / DOUBTFUL, index=False)


def pending(store: Store) -> list[Doubt]:
    """Return the pairs that wait for a decision, those first on which most hangs.

    Raises:
        StoreProblem: the store failed.
    """
    history = History(store.home)
    with store.read() as session:
        return _pending(history, session, decisions(history))


def _pending(history: History, session: ReadSession, decided: list[Decision]) -> list[Doubt]:
    files = history.files(DOUBTFUL)
    if not files:
        return []
    listed = pd.concat([_doubtful(Path(f)) for f in files]).drop_duplicates(["a", "b"], keep="last")
    directory = Directory(session, decided)
    here = _entities(directory, REVIEWED)
    listed = listed[listed["a"].isin(here) & listed["b"].isin(here)]
    pairs = list(zip(listed["a"], listed["b"], strict=True))
    for key in {key for pair in pairs for key in pair}:
        directory.own_keys(REVIEWED, key)  # what was said of rows without a code holds of the code that they got
    waiting = listed[pd.Series(directory.resolvers[REVIEWED].open_among(pairs), index=listed.index, dtype=bool)]
    rows = zip(waiting["a"], waiting["b"], waiting["load"], strict=True)
    doubts = [doubt_of(REVIEWED, here[a], here[b], load) for a, b, load in rows]
    weighed = _weighed([d for d in doubts if d], directory, session, history)
    return sorted(weighed, key=lambda doubt: doubt.rank)


def _weighed(doubts: list[Doubt], directory: Directory, session: ReadSession, history: History) -> list[Doubt]:
    """Return doubts with what hangs on them."""
    resolver = directory.resolvers[REVIEWED]
    nodes = [(resolver.canonical(d.a.key), resolver.canonical(d.b.key)) for d in doubts]
    known = stakes(REVIEWED, {key for pair in nodes for key in pair}, directory, session, history)
    around = firms(session)
    return [
        replace(d, stakes=(known[a], known[b]), firms=firms_around(around, d.a.region, d.b.region))
        for d, (a, b) in zip(doubts, nodes, strict=True)
    ]


def _doubtful(file: Path) -> pd.DataFrame:
    frame: pd.DataFrame = read_rows(file).to_pandas()
    return frame[COLUMNS].assign(load=file.parent.name)


def _entities(directory: Directory, label: str) -> dict[str, Entity]:
    directory.keys(label)
    rows = directory.entities(label).to_dict("records")
    return {row["key"]: Entity(row["key"], row["name"], row["region"], row["code"]) for row in rows}


def decided(store: Store) -> list[Decision]:
    """Return the decisions in force, oldest first."""
    return decisions(History(store.home))


def still_open(doubts: Sequence[Doubt], decided: list[Decision]) -> list[Doubt]:
    """Return the doubts of which no decision speaks."""
    waits = Resolver(REVIEWED, decided).open_among([doubt.pair for doubt in doubts])
    return [doubt for doubt, open_ in zip(doubts, waits, strict=True) if open_]


def decide(store: Store, a: str, b: str, verdict: Verdict) -> Decision:
    """Say whether two organisations or enterprises are the same; see :func:`decide_all`."""
    return decide_all(store, [Said(a, b, verdict)])[0]


def decide_all(store: Store, said: Sequence[Said]) -> list[Decision]:
    """Say of pairs whether they are the same, or take back what was said (``verdict`` None); all of it, or nothing.

    ``a`` and ``b`` are own keys. Same ones become one node with the facts of both; taken back, they are two again.

    Raises:
        NotFound: nothing has such a key.
        BadParameter: they are one and the same already, or have two different codes; nothing to take back.
        StoreProblem: the store failed; nothing is changed.
    """
    with write_lock(store) as lock:
        if lock.unfinished:
            raise StoreBusy(load=lock.unfinished)
        earlier = decisions(lock.history)
        before = Directory(lock.session, earlier)
        entities = {label: _entities(before, label) for label in LEGAL}
        made = [_decision(entities, earlier, *one) for one in said]
        pairs = {d.pair for d in made}
        now = [*(d for d in earlier if d.pair not in pairs), *(d for d in made if d.verdict)]
        after = Directory(lock.session, now)
        _check_codes(entities, after, made)
        facts = _again(made, before, after, lock.history, lock.session)
        delta = plan(facts, lock.session)
        with lock.stage() as staged:
            lock.history.write(staged.folder, DECISION, {"decisions": [as_json(d) for d in made]})
            staged.commit(delta, {"kind": "review", "pairs": [list(one) for one in said]})
    return made


def _again(made: list[Decision], before: Directory, after: Directory, history: History, session: ReadSession) -> Facts:
    """Return the complete facts of every node that the decisions may change."""
    facts = Facts()
    for label in {d.label for d in made}:
        keys = {key for d in made if d.label == label for key in d.pair[1:]}
        after.keys(label)
        own = before.namesakes[label].closure(set(keys), before.resolvers[label])
        restate(facts, label, own | keys, after, history)
    merged, mappings = merge(facts, after, history)
    add_derived(merged, session, RecordBasis(history.files(RECORDS), None, mappings["Organization"]))
    return merged


def _decision(
    known: dict[str, dict[str, Entity]], earlier: list[Decision], a: str, b: str, verdict: Verdict
) -> Decision:
    at = now().isoformat(timespec="seconds")
    said = next((d for d in earlier if {d.a.key, d.b.key} == {a, b}), None)
    if verdict is None:
        if said is None:
            way = listed_by("shuniu review --format json", "GET /v1/review?decided=true")
            raise NotFound(kind=Text("决定", "decision"), key=f"{a} {b}", way=way)
        return Decision(said.label, said.a, said.b, None, at)
    label = next((label for label, entities in known.items() if a in entities and b in entities), None)
    if label is None:
        raise NotFound(kind=Text("机构或企业", "organisation or enterprise"), key=f"{a} / {b}")
    if a == b:
        raise BadParameter(name="A B", value=a, reason=Text("是同一个", "one and the same"))
    return Decision(label, known[label][a], known[label][b], verdict, at)


def _check_codes(known: dict[str, dict[str, Entity]], after: Directory, made: list[Decision]) -> None:
    """Refuse decisions that put two codes into one node, by themselves or with earlier ones."""
    for decision in (d for d in made if d.verdict == "same"):
        cluster = after.resolvers[decision.label].cluster(decision.a.key)
        entities = known[decision.label]
        codes = sorted({entities[key].code for key in cluster if key in entities} - {""})
        if len(codes) > 1:
            why = Text("两个不同的统一社会信用代码", "two different social credit codes")
            raise BadParameter(name="A B", value=" / ".join(codes), reason=why)
