"""The review list: pairs that may be one organisation, for a person to decide once."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from graph.comparison import plan
from graph.delta import Facts
from graph.errors import BadParameter, NotFound, StoreBusy
from graph.language import Text
from graph.places.gazetteer import places
from graph.stores.base import ReadSession, Store
from loaders.identify.directory import LEGAL, Directory
from loaders.identify.matching import candidates
from loaders.identify.resolver import DECISION, Decision, Entity, Verdict, as_json, decisions
from loaders.keep.history import History, read_rows
from loaders.merge.entities import merge, restate
from loaders.write.commit import Turn, my_turn

DOUBTFUL = "doubtful.parquet"
REVIEWED = "Organization"
"""Label whose names are compared; firms are known by their code or their very name."""
COLUMNS = ["label", "a", "b", "score", "evidence_zh", "evidence_en"]


@dataclass(frozen=True)
class Doubt:
    """A pair that may be one organisation."""

    label: str
    a: Entity
    b: Entity
    score: float
    evidence: Text
    load: str


def find_doubtful(directory: Directory, decided: list[Decision]) -> pd.DataFrame:
    """Return the pairs of which at least one is new in this load and that nobody has decided."""
    fresh = directory.fresh[REVIEWED]
    if not fresh:
        return pd.DataFrame(columns=COLUMNS)
    found = candidates(directory.entities(REVIEWED), set(fresh)).assign(label=REVIEWED)
    known = {d.pair for d in decided}
    resolver = directory.resolvers[REVIEWED]
    open_ = [
        (REVIEWED, a, b) not in known and resolver.canonical(a) != resolver.canonical(b)
        for a, b in zip(found["a"], found["b"], strict=True)
    ]
    return found[pd.Series(open_, index=found.index, dtype=bool)][COLUMNS]


def save_doubtful(found: pd.DataFrame, folder: Path) -> None:
    """Keep pairs with the load that brought them."""
    if len(found):
        found.to_parquet(folder / DOUBTFUL, index=False)


def pending(store: Store) -> list[Doubt]:
    """Return the pairs that wait for a decision, the surest first.

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
    listed = pd.concat([_doubtful(Path(f)) for f in files])
    listed = listed.drop_duplicates(["label", "a", "b"], keep="last").sort_values(
        ["score", "a", "b"], ascending=[False, True, True]
    )
    directory = Directory(session, decided)
    entities = {str(label): _entities(directory, str(label)) for label in listed["label"].unique()}
    known = {d.pair for d in decided}
    doubts = []
    for row in listed.to_dict("records"):
        label, a, b = row["label"], row["a"], row["b"]
        here = entities[label]
        if (label, a, b) in known or a not in here or b not in here:
            continue
        evidence = Text(row["evidence_zh"], row["evidence_en"])
        doubts.append(Doubt(label, here[a], here[b], float(row["score"]), evidence, row["load"]))
    return doubts


def _doubtful(file: Path) -> pd.DataFrame:
    frame: pd.DataFrame = read_rows(file).to_pandas()
    return frame.assign(load=file.parent.name)


def _entities(directory: Directory, label: str) -> dict[str, Entity]:
    directory.keys(label)
    rows = directory.entities(label).to_dict("records")
    return {row["key"]: Entity(row["key"], row["name"], row["region"], row["code"]) for row in rows}


def decided(store: Store) -> list[Decision]:
    """Return the decisions in force, oldest first."""
    return decisions(History(store.home))


def decide(store: Store, a: str, b: str, verdict: Verdict) -> Decision:
    """Say whether two organisations or enterprises are the same, or take back what was said (``verdict`` None).

    ``a`` and ``b`` are own keys. Same ones become one node with the facts of both; taken back, they are two again.

    Raises:
        NotFound: nothing has such a key.
        BadParameter: they are one and the same already, or have two different codes; nothing to take back.
        StoreProblem: the store failed; nothing is changed.
    """
    with my_turn(store) as turn:
        if turn.unfinished:
            raise StoreBusy(load=turn.unfinished)
        earlier = decisions(turn.history)
        decision = _decision(turn, earlier, a, b, verdict)
        rest = [d for d in earlier if d.pair != decision.pair]
        before, after = Directory(turn.session, earlier), Directory(turn.session, [*rest, *_in_force(decision)])
        facts = _again(decision, before, after, turn.history)
        delta = plan(facts, turn.session)
        with turn.stage() as staged:
            turn.history.write(staged.folder, DECISION, as_json(decision))
            staged.commit(delta, {"kind": "review", "pair": [a, b], "verdict": verdict})
    return decision


def _in_force(decision: Decision) -> Iterator[Decision]:
    if decision.verdict:
        yield decision


def _again(decision: Decision, before: Directory, after: Directory, history: History) -> Facts:
    """Return the complete facts of every node that the decision may change."""
    label, keys = decision.label, {decision.a.key, decision.b.key}
    before.keys(label)
    after.keys(label)
    own = before.namesakes[label].closure(set(keys), before.resolvers[label])
    facts = Facts()
    restate(facts, label, own | keys, after, history)
    merged, _ = merge(facts, after, history)
    return merged


def _decision(turn: Turn, earlier: list[Decision], a: str, b: str, verdict: Verdict) -> Decision:
    at = datetime.now(UTC).isoformat(timespec="seconds")
    known = next((d for d in earlier if {d.a.key, d.b.key} == {a, b}), None)
    if verdict is None:
        if known is None:
            raise NotFound(kind=Text("决定", "decision"), key=f"{a} {b}")
        return Decision(known.label, known.a, known.b, None, at)
    directory = Directory(turn.session, earlier)
    for label in LEGAL:
        entities = _entities(directory, label)
        if a in entities and b in entities:
            break
    else:
        raise NotFound(kind=Text("机构或企业", "organisation or enterprise"), key=f"{a} / {b}")
    one, other = entities[a], entities[b]
    if a == b:
        raise BadParameter(name="A B", value=a, reason=Text("是同一个", "one and the same"))
    if verdict == "same" and one.code and other.code:
        why = Text("两个不同的统一社会信用代码", "two different social credit codes")
        raise BadParameter(name="A B", value=f"{one.code} / {other.code}", reason=why)
    return Decision(label, one, other, verdict, at)


def described(entity: Entity) -> str:
    """Return an entity as a person tells it from others."""
    place = places().get(entity.region)
    return "，".join(filter(None, (entity.name, place.full_name if place else "", entity.code)))
