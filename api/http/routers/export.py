"""The whole graph, or one label or type of it, as files of one form in one archive."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from api.http import revalidation
from api.http.admission import MADE_FILE
from api.http.kept_exports import kept_export, manifest_of
from api.http.parameters import LanguageQuery, StoreOf, check_once
from api.http.problems import documented
from api.http.routers.jobs import AWAITED, PREFER
from api.questions.declaration import Name
from graph import schema
from graph.export.export import Form

router = APIRouter(tags=["export"])
ZIP = "application/zip"


class ExportQuery(LanguageQuery):
    """The form of the files, and what is in them."""

    format: Form = Field(default=Form.parquet, description="文件形式 / form of the files")
    label: Name | None = Field(
        default=None,
        description="只要一个节点类别或关系类型；默认全图 / one label or relationship type alone; default: all of them",
        examples=[*schema.nodes(), *schema.relationship_types()],
    )


DOCUMENTED: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "压缩包，内有 manifest.json；支持 Range / an archive with manifest.json in it; Range holds",
        "content": {ZIP: {"schema": {"type": "string", "format": "binary"}}},
        "headers": {
            "Shuniu-Graph-Version": {
                "description": "图版本，可作为 /v1/changes 的 since / graph version; a `since` of /v1/changes",
                "schema": {"type": "integer"},
            },
            "Shuniu-Synthetic-Share": {
                "description": "演示虚构的份额，0 到 1 / share of invented facts, 0 to 1",
                "schema": {"type": "number"},
            },
        },
    }
}


@router.get(
    "/export",
    response_class=Response,
    responses={**documented(404, 416), **DOCUMENTED, **revalidation.DOCUMENTED, **AWAITED},
    summary="导出全图 / The whole graph",
    openapi_extra={"x-example": {"format": "jsonl"}, **PREFER},
)
def get_export(request: Request, store: StoreOf, asked: Annotated[ExportQuery, Query()]) -> Response:
    """全图或其中一类的压缩包，不含联系方式，个人号码已遮蔽；manifest.json 写明各类数据性质的份额；每个图版本只写一次。

    The graph, or one kind of its nodes or relationships, in one form of files, in one archive; without contacts,
    numbers of people in texts masked. Its manifest.json says the share of each data class. It is written once a
    version of the graph; after that it is only sent.
    """
    check_once(request, asked)
    form = asked.format.value
    if same := revalidation.still_holds(request, store, form, None, None):
        return same
    path = kept_export(store, asked.format, asked.label)
    manifest = manifest_of(path)
    version = manifest["graph_version"]
    headers = {
        MADE_FILE.decode(): str(path),
        "Content-Disposition": f'attachment; filename="shuniu-{version}-{form}.zip"',
        "Cache-Control": "no-cache",
        "Shuniu-Graph-Version": str(version),
        "Shuniu-Synthetic-Share": f"{manifest['data_class']['SYNTHETIC']['share'] or 0:.6f}",
    }
    return revalidation.tagged(Response(media_type=ZIP, headers=headers), request, store, form, None, None, version)
