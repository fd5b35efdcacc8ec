"""What is around one node."""

from typing import Annotated, Any

from pydantic import Field

from api.questions.declaration import AtTerminal, DayParameters, Name, Question
from graph.language import Text
from graph.places.gazetteer import places
from queries.answers import ListAnswer
from queries.paths.graph import LABELS
from queries.paths.surroundings import MOST_HOPS, Neighbour, neighbours


class HopParameters(DayParameters):
    """How far surroundings go."""

    hops: int = Field(default=1, ge=1, le=MOST_HOPS, description="步数 / how far, in hops")


class NeighbourParameters(HopParameters):
    """A node, and how far its surroundings go."""

    kind: Annotated[Name, AtTerminal(argument=True)] = Field(description="节点类别 / label", examples=list(LABELS))
    key: Annotated[Name, AtTerminal(argument=True)] = Field(description="标识 / key", examples=["510700"])


def _with_place(row: Neighbour) -> dict[str, Any]:
    """Return a row with the name of its prefecture beside the code."""
    place = places().get(row.prefecture or "")
    return {**row.model_dump(mode="json"), "region_name": place.full_name if place else None}


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
    tag="entities",
    problems=(404,),
    rated=False,
    example={"kind": "Region", "key": "510700", "limit": 3},
)
