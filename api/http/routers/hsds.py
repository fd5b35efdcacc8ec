"""The directory of services as HSDS 3.1 gives it (Open Referral): who offers what, and where."""

from collections.abc import Callable
from datetime import date
from enum import StrEnum
from math import ceil
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, Field, RootModel

from api.http import revalidation
from api.http.access import own_region
from api.http.parameters import LanguageQuery, StoreOf, check_once
from api.http.problems import documented
from api.http.sending import as_json
from api.questions.declaration import Name
from api.security.roles import is_within
from api.settings import ROWS
from graph import schema
from graph.clock import today
from graph.errors import NotFound
from graph.export.hsds.mapping import LABELS, TYPES, Row, made_id, mapped
from graph.export.hsds.nesting import HsdsDirectory
from graph.export.hsds.tables import VERSION
from graph.export.parts import chosen, parts
from graph.language import Text
from graph.projection import State, state_of
from graph.stores.base import ReadSession, Store

router = APIRouter(tags=["hsds"])
MOST_KEPT = 32
"""Directories of one region each."""
PROFILE = "https://docs.openreferral.org/en/latest/hsds/overview.html"


class Collection(StrEnum):
    """What there is a list of."""

    organizations = "organizations"
    services = "services"
    service_at_locations = "service_at_locations"
    locations = "locations"
    taxonomies = "taxonomies"
    taxonomy_terms = "taxonomy_terms"


TABLES = {
    Collection.organizations: "organization", Collection.services: "service", Collection.locations: "location",
    Collection.service_at_locations: "service_at_location", Collection.taxonomies: "taxonomy",
    Collection.taxonomy_terms: "taxonomy_term",
}  # fmt: skip
CollectionName = Annotated[Collection, Path(description="哪一类 / which list")]
NO_SUCH = Text("HSDS 对象", "HSDS object")


class HsdsApi(BaseModel):
    """What this API is."""

    version: str = Field(description="HSDS 版本 / version of HSDS")
    profile: str = Field(description="HSDS 说明的网址 / where the profile is described")
    openapi_url: str = Field(description="接口文档的网址 / address of the OpenAPI document")


class HsdsObject(BaseModel, extra="allow"):
    """An object, with whatever else HSDS declares of its kind."""

    id: str = Field(description="标识（UUID）/ its id (UUID)")
    name: str = Field(default="", description="名称 / its name")
    description: str = Field(default="", description="说明 / what it is")


class HsdsPage(BaseModel):
    """A page of a list."""

    total_items: int = Field(description="总条数 / objects in all")
    total_pages: int = Field(description="总页数 / pages in all")
    page_number: int = Field(description="本页页码，从 1 起 / number of this page, from 1")
    size: int = Field(description="本页条数 / objects of this page")
    first_page: bool = Field(description="是否第一页 / whether it is the first page")
    last_page: bool = Field(description="是否最后一页 / whether it is the last page")
    empty: bool = Field(description="是否没有对象 / whether there is nothing")
    contents: list[dict[str, Any]] = Field(description="HSDS 对象 / HSDS objects")


class HsdsQuery(LanguageQuery):
    """Which objects; a filter that does not concern a list leaves it as it is."""

    page: int = Field(default=1, ge=1, le=1_000_000, description="页码，从 1 起 / number of the page, from 1")
    per_page: int = Field(default=50, ge=1, le=ROWS, description="每页条数 / objects of a page")
    search: Name | None = Field(default=None, description="名称或说明中的文字 / text in name or description")
    full: bool = Field(default=False, description="附其下所有对象 / with everything that belongs to each")
    organization_id: Name | None = Field(default=None, description="机构的 id / id of the organization")
    taxonomy_id: Name | None = Field(default=None, description="分类体系的 id / id of a taxonomy")
    taxonomy_term_id: Name | None = Field(default=None, description="分类词的 id / id of a taxonomy term")


@router.get("/hsds", response_model=HsdsApi, responses=documented(), summary="HSDS 接口说明 / About the HSDS view")
def get_hsds(request: Request, _: Annotated[LanguageQuery, Query()]) -> HsdsApi:
    """载体与资源的 HSDS 3.1（Open Referral）视图的版本与文档。

    The version and the document of the HSDS 3.1 view (Open Referral) of carriers and resources.
    """
    return HsdsApi(version=VERSION, profile=PROFILE, openapi_url=str(request.base_url) + "openapi.json")


@router.get(
    "/hsds/{collection}",
    response_model=HsdsPage,
    responses={**documented(), **revalidation.DOCUMENTED},
    summary="HSDS 列表 / An HSDS list",
    openapi_extra={"x-example": {"collection": "services", "per_page": 2}},
)
def get_hsds_list(
    request: Request, store: StoreOf, collection: CollectionName, asked: Annotated[HsdsQuery, Query()]
) -> Response:
    """一类 HSDS 对象，按 id 排序，分页；多个条件同时满足。

    HSDS objects of one kind, by id, a page of them; all filters hold together.
    """
    check_once(request, asked)
    day, own = today(), own_region(request)
    if same := revalidation.still_holds(request, store, "hsds", day, own):
        return same
    version, directory = _directory(request, store, day, own)
    table = TABLES[collection]
    rows = [row for row in directory.rows[table] if all(test(row) for test in _tests(directory, table, asked))]
    start = (asked.page - 1) * asked.per_page
    shown = rows[start : start + asked.per_page]
    pages = max(ceil(len(rows) / asked.per_page), 1)
    page = HsdsPage(
        total_items=len(rows), total_pages=pages, page_number=asked.page, size=len(shown),
        first_page=asked.page == 1, last_page=asked.page >= pages, empty=not shown,
        contents=[directory.whole(table, row) if asked.full else row for row in shown],
    )  # fmt: skip
    return revalidation.tagged(as_json(page), request, store, "hsds", day, own, version)


@router.get(
    "/hsds/{collection}/{id}",
    response_model=HsdsObject,
    responses={**documented(404), **revalidation.DOCUMENTED},
    summary="HSDS 对象 / An HSDS object",
    openapi_extra={"x-example": {"collection": "taxonomies", "id": made_id("taxonomy", "data_classes")}},
)
def get_hsds_object(
    request: Request, store: StoreOf, collection: CollectionName,
    id_: Annotated[Name, Path(alias="id", description="对象的 id（UUID）/ id of the object (UUID)")],
    _: Annotated[LanguageQuery, Query()],
) -> Response:  # fmt: skip
    """一个 HSDS 对象，附其下所有对象。

    One HSDS object, with everything that belongs to it.
    """
    day, own = today(), own_region(request)
    if same := revalidation.still_holds(request, store, "hsds", day, own):
        return same
    version, directory = _directory(request, store, day, own)
    table = TABLES[collection]
    row = directory.flat(table, id_)
    if row is None:
        raise NotFound(kind=NO_SUCH, key=id_)
    made = RootModel[dict[str, Any]](directory.whole(table, row))
    return revalidation.tagged(as_json(made), request, store, "hsds", day, own, version)


def _tests(directory: HsdsDirectory, table: str, asked: HsdsQuery) -> list[Callable[[Row], bool]]:
    tests: list[Callable[[Row], bool]] = []
    if word := asked.search and asked.search.casefold():
        tests.append(lambda row: any(word in str(row.get(f, "")).casefold() for f in ("name", "description")))
    if asked.organization_id and table in ("service", "location"):
        tests.append(lambda row: row.get("organization_id") == asked.organization_id)
    if asked.taxonomy_id and table == "taxonomy_term":
        tests.append(lambda row: row.get("taxonomy_id") == asked.taxonomy_id)
    for field, value in (("taxonomy_id", asked.taxonomy_id), ("id", asked.taxonomy_term_id)):
        if value and table == "service":
            tests.append(lambda row, f=field, v=value: any(t[f] == v for t in directory.terms_of(row["id"])))  # type: ignore[misc]
    return tests


def _directory(request: Request, store: Store, day: date, own: str | None) -> tuple[int, HsdsDirectory]:
    """Return the directory of a day, that of a region where one is held to it, and the version of the graph.

    Those last made are kept.
    """
    state = request.app.state
    with store.read() as session:
        version, of = session.version(), (state_of(session), day)
        kept: tuple[tuple[State, date], dict[str | None, HsdsDirectory]] | None = getattr(state, "hsds", None)
        if kept is None or kept[0] != of or len(kept[1]) > MOST_KEPT:
            kept = state.hsds = (of, {})
        if None not in kept[1]:
            specs = [spec for name in (*LABELS, *TYPES) for spec in chosen(name)]
            kept[1][None] = HsdsDirectory(mapped(parts(session, specs), day))
        if own not in kept[1]:
            kept[1][own] = kept[1][None].cut(_ids_within(session, str(own)))
    return version, kept[1][own]


def _ids_within(session: ReadSession, own: str) -> set[str]:
    """Return the ids of organizations and locations that lie in a region."""
    ids: set[str] = set()
    for label in ("Organization", "Carrier", "Window"):
        rows = session.relationships(schema.relationships()["LOCATED_IN", label, "Region"])
        places = zip(rows["from_key"].to_pylist(), rows["to_key"].to_pylist(), strict=True)
        ids |= {made_id(label, key) for key, region in places if is_within(region, own)}
    return ids
