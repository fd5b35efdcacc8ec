"""Chains: what they consist of, who cooperates along them, and which links are missing."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from api.http.parameters import DayQuery, PageQuery, SettingsOf, StoreOf
from api.http.problems import documented
from api.http.routers.lists import Listing
from api.http.routers.sending import CSV_DOCUMENTED
from api.questions.chains import VIEWS, chains
from api.questions.declaration import LONGEST
from queries.answers import ListAnswer
from queries.chains.cooperation import CooperationCell, PairCell
from queries.chains.missing_links import MissingLink
from queries.chains.segments import SegmentRow

router = APIRouter(tags=["chains"])


class ChainsParameters(DayQuery, PageQuery):
    """A question about chains, one page of it."""

    view: Literal["segments", "cooperation", "pairs", "missing"] = Field(
        default="segments",
        description="环节；产业链 × 合作维度；市州两两合作；缺失环节"
        " / segments; chain × dimension; pairs of prefectures; missing links",
    )
    chain: str | None = Field(
        default=None, max_length=LONGEST, examples=["CH01", "优质白酒"],
        description="只看这条产业链，编号或名称 / only this chain, id or name",
    )  # fmt: skip
    prefecture: str | None = Field(
        default=None, max_length=LONGEST, examples=["510700", "绵阳市"],
        description="只看这个市州，代码或名称 / only this prefecture, code or name",
    )  # fmt: skip
    empty: bool = Field(
        default=False,
        description="只看空白（仅 cooperation、pairs）/ only empty cells (cooperation and pairs only)",
    )
    level: Literal["segment", "chain"] | None = Field(
        default=None,
        description="按环节或按产业链（仅 missing）/ by segment or by chain (missing only)",
    )


@router.get(
    "/chains",
    response_model=ListAnswer[SegmentRow]
    | ListAnswer[CooperationCell]
    | ListAnswer[PairCell]
    | ListAnswer[MissingLink],
    responses={**documented(400, 409), **CSV_DOCUMENTED},
    summary="产业链 / Chains",
    openapi_extra={"x-example": {"view": "missing", "prefecture": "绵阳市", "limit": 3}},
)
def get_chains(
    request: Request, store: StoreOf, settings: SettingsOf, asked: Annotated[ChainsParameters, Query()]
) -> Response:
    """产业链环节及其企业、资源、集群；六维合作矩阵（含空白）；各市州缺失而相近的环节及理由。

    Segments of chains with enterprises, resources and clusters; the cooperation matrix with its empty cells; what
    each prefecture lacks but is close to, and why.
    """
    listing = Listing.of(request, settings, "chains", asked)
    answer = chains(
        store, asked.view, as_of=asked.day, chain=asked.chain, prefecture=asked.prefecture,
        empty=asked.empty, level=asked.level,
    )  # fmt: skip
    return listing.send(answer, list(VIEWS[asked.view].model_fields))
