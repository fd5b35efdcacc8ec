"""What is around one node."""

from typing import Annotated, Any

from pydantic import AfterValidator, Field

from api.questions.declaration import AtTerminal, DayParameters, Name, Parameters, Question
from api.questions.held import node
from api.questions.withheld import between_bodies
from api.security.roles import AccessRule, RouteRule
from graph.language import Text
from graph.places.gazetteer import places
from graph.schema import nodes
from graph.stores.base import Store
from loaders.keep.tracing import newest
from queries.answers import Answer, ListAnswer
from queries.paths.graph import LABELS
from queries.paths.surroundings import MOST_HOPS, Neighbour, neighbours
from queries.search.entity import LABELS as ENTITY_LABELS
from queries.search.entity import EntityReport, LastStated, entity


def _label(said: str) -> str:
    """Return the label that a word is for, in either language; anything else as it is."""
    return next((name for name, spec in nodes().items() if said in spec.label), said)


Label = Annotated[Name, AfterValidator(_label), AtTerminal(argument=True)]


class HopParameters(DayParameters):
    """How far surroundings go."""

    hops: int = Field(default=1, ge=1, le=MOST_HOPS, description="步数 / how far, in hops")


class NeighbourParameters(HopParameters):
    """A node, and how far its surroundings go."""

    kind: Label = Field(description="节点类别 / label", examples=list(LABELS))
    key: Annotated[Name, AtTerminal(argument=True)] = Field(description="标识 / key", examples=["510700"])


def _with_place(row: Neighbour) -> dict[str, Any]:
    """Return a row with the name of its prefecture beside the code."""
    place = places().get(row.prefecture or "")
    return {**row.model_dump(mode="json"), "region_name": place.full_name if place else None}


class EntityParameters(Parameters):
    """A node by its label and key."""

    kind: Label = Field(description="节点类别 / label", examples=list(ENTITY_LABELS))
    key: Annotated[Name, AtTerminal(argument=True)] = Field(description="标识 / key", examples=["510700"])


def _entity(store: Store, asked: EntityParameters) -> Answer[EntityReport]:
    """Return a node with where it was stated last."""
    answer = entity(store, asked.kind, asked.key)
    said = newest(store, {asked.key}, answer.meta.graph_version).get(asked.key)
    if said is None:
        return answer
    stated = LastStated(load=said.load, at=said.at, file=said.file, sheet=said.sheet, row=said.row)
    return answer.model_copy(update={"data": answer.data.model_copy(update={"stated": stated})})


ENTITY = Question(
    name="entity",
    title=Text("节点", "Entity"),
    brief=Text("一个节点的已知事实、出处与关系", "what is known of one node, where from, and its ties"),
    about="""一个节点：已知的属性、来源与数据性质，最近一次说到它的批次、文件和行，以及与其他节点的各种关系（条数与前十个）。

    One node: what is known of it, its source and class, the load, file and row that stated it last, and each kind of
    its relationships, counted, the first ten of them named.
    """,
    parameters=EntityParameters,
    asked=lambda parameters, _: parameters,
    answer=_entity,
    result=Answer[EntityReport],
    rows=lambda answer: answer.data.ties,
    address="/entities/{kind}/{key}",
    access=RouteRule(AccessRule.ASK, node, public=between_bodies),
    tag="entities",
    problems=(404,),
    rated=False,
    example={"kind": "Region", "key": "510700"},
)
NEIGHBOURS = Question(
    name="neighbours",
    title=Text("周围的节点", "Neighbours"),
    brief=Text("一个节点周围的节点", "the nodes around one"),
    about="""一个节点若干步以内的节点，近者在前，再按类别、标识。

    The nodes within some hops of one, nearest first, then by label and key.
    """,
    parameters=NeighbourParameters,
    asked=lambda parameters, _: parameters,
    answer=lambda store, asked: neighbours(store, asked.kind, asked.key, as_of=asked.day, hops=asked.hops),
    result=ListAnswer[Neighbour],
    columns=lambda _: list(Neighbour.model_fields),
    command="neighbours",
    shown=("hops", "label", "name", "region_name", "key"),
    flat=_with_place,
    address="/entities/{kind}/{key}/neighbours",
    access=RouteRule(AccessRule.ASK, node),
    tag="entities",
    problems=(404,),
    rated=False,
    example={"kind": "Region", "key": "510700", "limit": 3},
)
