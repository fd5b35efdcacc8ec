"""Collaboration paths: who could help from elsewhere, and through whom?"""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field, field_validator

from api.http.parameters import DayQuery, LanguageQuery, StoreOf
from api.http.problems import documented
from api.http.routers.sending import as_json
from api.questions.declaration import LONGEST
from graph.places import gazetteer
from graph.vocabulary import vocabulary
from queries.answers import Answer
from queries.paths.find import MOST_PAIRS, PairPaths, PathAnswer, paths, paths_batch
from queries.paths.question import MOST_HOPS, MOST_PATHS, MOST_PENALTY, MOST_VIA, PathQuestion
from queries.paths.scoring import HUB_PENALTY, strengths

router = APIRouter(tags=["paths"])

Name = Annotated[str, Field(max_length=LONGEST)]
NODE = "名称、标识或 类别:标识 / name, key or label:key"


class PathFilters(DayQuery):
    """Which paths count, and how many."""

    service_type: Name | None = Field(
        default=None, description="不写终点时：寻找此类服务的任一提供机构 / without `to`: any provider of this type",
        examples=list(vocabulary("service_types").ids),
    )  # fmt: skip
    industry: Name | None = Field(
        default=None, description="与 service_type 同用：须适用此产业链 / with service_type: must suit this chain"
    )
    k: int = Field(default=5, ge=1, le=MOST_PATHS, description="路径条数 / how many paths")
    max_hops: int = Field(default=6, ge=1, le=MOST_HOPS, description="最多步数 / most edges of a path")
    hub_penalty: float = Field(
        default=HUB_PENALTY, ge=0, le=MOST_PENALTY, allow_inf_nan=False,
        description="枢纽惩罚（× log 度），0 为不惩罚 / weight of log degree of inner nodes; 0: none",
    )  # fmt: skip
    must_pass: list[Name] = Field(
        default=[], max_length=MOST_VIA, description=f"必经节点，可重复：{NODE} / nodes to pass through"
    )
    must_avoid: list[Name] = Field(
        default=[], max_length=100, description=f"避开的节点，可重复：{NODE} / nodes to keep away from"
    )
    edge_types: list[Annotated[str, Field(json_schema_extra={"enum": list(strengths().types)})]] = Field(
        default=[], description="只用这些连线类型 / only these types of edges"
    )
    dimensions: list[Name] = Field(
        default=[], description="合作只限这些维度 / partnerships of these dimensions only",
        examples=list(vocabulary("cooperation_dimensions").ids),
    )  # fmt: skip
    cross_region: bool = Field(default=False, description="须跨市州 / must leave the prefecture of the start")
    diverse: bool = Field(
        default=False, description="任两条共有的中间节点不过半 / no two share more than half of their inner nodes"
    )

    @field_validator("edge_types", "dimensions")
    @classmethod
    def _split(cls, values: list[str]) -> list[str]:
        return [part.strip() for value in values for part in value.split(",") if part.strip()]

    def question(self, start: str, end: str | None) -> PathQuestion:
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
            edge_types=tuple(self.edge_types),
            dimensions=tuple(dimensions.resolve(d) for d in self.dimensions),
            cross_region=self.cross_region,
            diverse=self.diverse,
            as_of=self.day,
            **filters,
        )


class PathParameters(PathFilters):
    """A question about one pair of ends."""

    start: Name = Field(alias="from", description=f"起点：{NODE} / where paths begin", examples=["绵阳市"])
    end: Name | None = Field(
        default=None, alias="to", examples=["W01"],
        description=f"终点：{NODE}；不写则须有 service_type / where they end; without it service_type is needed",
    )  # fmt: skip


class Pair(BaseModel):
    """Two ends."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    start: Name = Field(alias="from", description=f"起点：{NODE}")
    end: Name | None = Field(default=None, alias="to", description=f"终点：{NODE}")


class PathBatch(PathFilters):
    """Questions about many pairs, with the same filters."""

    pairs: list[Pair] = Field(min_length=1, max_length=MOST_PAIRS, description="起点与终点 / pairs of ends")


@router.get(
    "/paths",
    response_model=PathAnswer,
    responses=documented(),
    summary="合作路径 / Collaboration paths",
    openapi_extra={"x-example": {"from": "绵阳市", "to": "W01", "k": 3}},
)
def get_paths(store: StoreOf, asked: Annotated[PathParameters, Query()]) -> Response:
    """两个节点之间（或从一地到某类服务的任一提供机构）得分最高的 k 条无环路径，附得分构成、来源与 Cypher。

    没有路径时说明两侧各能到多远、建立哪项合作最省、放宽哪个条件即可。

    The k best loopless paths between two nodes, or from one to any provider of a service type, with the parts of
    their scores, sources and Cypher. Where there is none: how far each side reaches, which partnership would join
    them most cheaply, and which filter stands in the way.
    """
    return as_json(paths(store, asked.question(asked.start, asked.end), gazetteer.region))


@router.post(
    "/paths:batch",
    response_model=Answer[list[PairPaths]],
    responses=documented(),
    summary="合作路径，多对 / Collaboration paths of many pairs",
    openapi_extra={"x-example": {"pairs": [{"from": "绵阳市", "to": "W01"}], "k": 1}},
)
def post_paths(store: StoreOf, asked: PathBatch, _: Annotated[LanguageQuery, Query()]) -> Response:
    """一次询问多对节点的合作路径；某一对有误不影响其他。

    Collaboration paths of many pairs at once; what is wrong with one pair does not stop the others.
    """
    return as_json(paths_batch(store, [asked.question(p.start, p.end) for p in asked.pairs], gazetteer.region))
