"""Collaboration paths: who could help from elsewhere, and through whom?"""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from api.questions.declaration import AtTerminal, DayParameters, Name, Question, ServiceType, parts
from api.questions.held import at_home
from api.security.roles import AccessRule, RouteRule
from graph.language import Text
from graph.places import gazetteer
from graph.vocabulary import vocabulary
from queries.answers import Answer
from queries.data_classes import among
from queries.paths.explanation import Path
from queries.paths.find import MOST_PAIRS, PairPaths, PathAnswer, paths, paths_batch
from queries.paths.graph import LABELS
from queries.paths.question import ANY, MOST_HOPS, MOST_PATHS, MOST_PENALTY, MOST_VIA, PathQuestion
from queries.paths.scoring import HUB_PENALTY, strengths

NODE = "名称、标识或 类别:标识"
NODE_EN = "name, key or label:key"
FROM, TO = f"起点：{NODE} / where paths begin: {NODE_EN}", f"终点：{NODE} / where paths end: {NODE_EN}"


class PathFilters(DayParameters):
    """Which paths count, and how many."""

    service_type: ServiceType = Field(
        default=None,
        description="不写终点时：寻找此类服务的任一提供机构 / without `to`: any provider of this type",
    )
    industry: Name | None = Field(
        default=None, description="与 service_type 同用：须适用此产业链 / with service_type: must suit this chain"
    )
    k: Annotated[int, AtTerminal(spellings=("-k",))] = Field(
        default=5, ge=1, le=MOST_PATHS, description="路径条数 / how many paths"
    )
    max_hops: int = Field(default=6, ge=1, le=MOST_HOPS, description="最多步数 / most edges of a path")
    hub_penalty: float = Field(
        default=HUB_PENALTY, ge=0, le=MOST_PENALTY, allow_inf_nan=False,
        description="枢纽惩罚（× log 度），0 为不惩罚 / weight of log degree of inner nodes; 0: none",
    )  # fmt: skip
    must_pass: Annotated[list[Name], AtTerminal(metavar="NODE")] = Field(
        default=[], max_length=MOST_VIA,
        description=f"必经节点，可重复：{NODE} / nodes to pass through, repeatable: {NODE_EN}",
    )  # fmt: skip
    must_avoid: Annotated[list[Name], AtTerminal(metavar="NODE")] = Field(
        default=[], max_length=100,
        description=f"避开的节点，可重复：{NODE} / nodes to keep away from, repeatable: {NODE_EN}",
    )  # fmt: skip
    through: Annotated[
        list[Annotated[str, Field(json_schema_extra={"enum": [*LABELS, ANY]})]], AtTerminal(metavar="LABEL,…")
    ] = Field(
        default=[],
        description="中间节点只用这些类别；不写按问题选择（机构、载体、窗口和两端所在地区），any 不限 / "
        "labels of inner nodes; none: who can act and the places of both ends; any: all",
    )
    edge_types: Annotated[
        list[Annotated[str, Field(json_schema_extra={"enum": list(strengths().types)})]], AtTerminal(metavar="TYPE,…")
    ] = Field(default=[], description="只用这些连线类型 / only these types of edges")
    dimensions: Annotated[list[Name], AtTerminal(metavar="…,…")] = Field(
        default=[], description="合作只限这些维度 / partnerships of these dimensions only",
        examples=list(vocabulary("cooperation_dimensions").ids),
    )  # fmt: skip
    cross_region: bool = Field(default=False, description="须跨市州 / must leave the prefecture of the start")
    diverse: bool = Field(
        default=False, description="任两条共有的中间节点不过半 / no two share more than half of their inner nodes"
    )

    @field_validator("through", "edge_types", "dimensions")
    @classmethod
    def _split(cls, values: list[str]) -> list[str]:
        return parts(values)

    def between(self, start: str, end: str | None) -> PathQuestion:
        """Return what is asked of a pair, in codes.

        Raises:
            UnknownCode: a service type, chain or dimension that is none.
        """
        type_, dimensions = self.service_type, vocabulary("cooperation_dimensions")
        filters: dict[str, Any] = {name: getattr(self, name) for name in ("k", "max_hops", "hub_penalty")}
        return PathQuestion(
            start=start,
            end=end,
            service_type=vocabulary("service_types").resolve(type_) if type_ else None,
            industry=gazetteer.chain(self.industry) if self.industry else None,
            must_pass=tuple(self.must_pass),
            must_avoid=tuple(self.must_avoid),
            through=tuple(self.through),
            edge_types=tuple(self.edge_types),
            dimensions=tuple(dimensions.resolve(d) for d in self.dimensions),
            cross_region=self.cross_region,
            diverse=self.diverse,
            as_of=self.day,
            **filters,
        )


class PathParameters(PathFilters):
    """A question about one pair of ends."""

    start: Annotated[Name, AtTerminal(argument=True, metavar="FROM")] = Field(
        alias="from", description=FROM, examples=["绵阳市"]
    )
    end: Annotated[Name | None, AtTerminal(argument=True, metavar="[TO]")] = Field(
        default=None, alias="to", examples=["W01"],
        description=f"终点：{NODE}；不写则须有 service_type / where they end; without it service_type is needed",
    )  # fmt: skip


class Pair(BaseModel):
    """Two ends."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    start: Name = Field(alias="from", description=FROM)
    end: Name | None = Field(default=None, alias="to", description=TO)


class PathBatch(PathFilters):
    """Questions about many pairs, with the same filters."""

    pairs: list[Pair] = Field(min_length=1, max_length=MOST_PAIRS, description="起点与终点 / pairs of ends")


COLUMNS = ("rank", "score", "hops", "nodes", "labels", "edges", "sources", "data_class", "cypher")


def _flat(row: tuple[int, Path]) -> Mapping[str, Any]:
    """Return a path with its rank as a row of a table."""
    rank, path = row
    return {
        "rank": rank,
        "score": path.score,
        "hops": path.hops,
        "nodes": [node.name or node.key for node in path.nodes],
        "labels": [node.label for node in path.nodes],
        "edges": [edge.type for edge in path.edges],
        "sources": path.sources,
        "data_class": among([*(node.data_class for node in path.nodes), *(edge.data_class for edge in path.edges)]),
        "cypher": path.cypher,
    }


PATHS = Question(
    name="paths",
    title=Text("协作路径", "Collaboration paths"),
    brief=Text("协作路径：谁能从别处帮上忙", "who could help from elsewhere, and through whom"),
    about="""两个节点之间（或从一地到某类服务的任一提供机构）得分最高的 k 条无环路径，附得分构成、来源与 Cypher。

    没有路径时说明两侧各能到多远、建立哪项合作最省、放宽哪个条件即可。

    The k best loopless paths between two nodes, or from one to any provider of a service type, with the parts of
    their scores, sources and Cypher. Where there is none: how far each side reaches, which partnership would join
    them most cheaply, and which filter stands in the way.
    """,
    parameters=PathParameters,
    asked=lambda parameters, _: parameters.between(parameters.start, parameters.end),
    answer=lambda store, asked: paths(store, asked, gazetteer.division),
    result=PathAnswer,
    columns=lambda _: COLUMNS,
    rows=lambda answer: list(enumerate(answer.data, start=1)),
    flat=_flat,
    found=lambda answer: bool(answer.data),
    address="/paths",
    access=RouteRule(AccessRule.ASK, at_home("start")),
    tag="paths",
    whole=True,
    rated=False,
    example={"from": "绵阳市", "to": "W01", "k": 3},
)
PATHS_OF_PAIRS = Question(
    name="paths",
    title=Text("协作路径，多对", "Collaboration paths of many pairs"),
    brief=Text("多对节点的协作路径", "paths of many pairs"),
    about="""一次询问多对节点的协作路径；某一对有误不影响其他。

    Collaboration paths of many pairs at once; what is wrong with one pair does not stop the others.
    """,
    parameters=PathBatch,
    asked=lambda parameters, _: [parameters.between(pair.start, pair.end) for pair in parameters.pairs],
    answer=lambda store, asked: paths_batch(store, asked, gazetteer.division),
    result=Answer[list[PairPaths]],
    address="/paths:batch",
    access=RouteRule(AccessRule.PLAN, at_home("start", each_of="pairs")),
    dear=True,
    tag="paths",
    posted=True,
    rated=False,
    example={"pairs": [{"from": "绵阳市", "to": "W01"}], "k": 1},
)
