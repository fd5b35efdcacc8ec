"""How answers leave: result models as they are, as JSON; tables as CSV where the asker wants that."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from fastapi import Request, Response
from pydantic import BaseModel

from api.export import csv_bytes
from queries.answers import Meta

CSV_TYPE = "text/csv"
CSV_DOCUMENTED: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {CSV_TYPE: {"schema": {"type": "string"}}},
        "headers": {
            "Link": {"description": "下一页 / next page (rel=next)", "schema": {"type": "string"}},
            "Shuniu-Total": {"description": "总条数 / rows in all", "schema": {"type": "integer"}},
            "Shuniu-Data-Class": {
                "description": "所依据事实按数据性质的计数 / facts behind the answer by data class",
                "schema": {"type": "string"},
            },
        },
    }
}
"""What CSV adds to the OpenAPI entry of a route: a table has no room for meta and next."""


def wants_csv(request: Request, format_: Literal["json", "csv"] | None) -> bool:
    """Tell whether CSV is asked for: by ``format``, else where Accept prefers it to JSON."""
    if format_:
        return format_ == "csv"
    accepted = request.headers.get("accept", "")
    return _quality(accepted, CSV_TYPE) > _quality(accepted, "application/json")


def _quality(accepted: str, media_type: str) -> float:
    """Return the weight that an Accept header gives to a type; the most specific range counts."""
    ranges = (media_type, media_type.partition("/")[0] + "/*", "*/*")
    weights: dict[str, float] = {}
    for part in accepted.lower().split(","):
        name, *parameters = (p.strip() for p in part.split(";"))
        stated = next((p.removeprefix("q=") for p in parameters if p.startswith("q=")), "1")
        weights[name] = float(stated) if stated.replace(".", "", 1).isdecimal() else 0.0
    return next((weights[r] for r in ranges if r in weights), 0.0)


def as_json(answer: BaseModel, headers: Mapping[str, str] | None = None) -> Response:
    """Send a result model unchanged; the models have checked themselves, so nothing is checked again."""
    return Response(answer.model_dump_json(), media_type="application/json", headers=_common(headers))


def as_csv(
    name: str,
    rows: Sequence[Mapping[str, Any]],
    fields: Sequence[str],
    meta: Meta,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Send rows as a CSV file; ``fields`` name the columns of a table without rows."""
    more = {
        "Content-Disposition": f'attachment; filename="{name}.csv"',
        "Shuniu-Graph-Version": str(meta.graph_version),
        "Shuniu-Data-Class": ", ".join(f"{c}={n}" for c, n in meta.data_class.items()),
        **(headers or {}),
    }
    return Response(csv_bytes(rows, fields), media_type=f"{CSV_TYPE}; charset=utf-8", headers=_common(more))


def _common(headers: Mapping[str, str] | None) -> dict[str, str]:
    return {"Vary": "Accept", "Cache-Control": "no-cache", **(headers or {})}
