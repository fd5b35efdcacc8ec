"""How answers leave: result models as they are, as JSON; tables in the form that the asker wants."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import Response
from pydantic import BaseModel

from api.http.forms import MEDIA_TYPES, AnswerForm, Types, written
from queries.answers import Meta


def as_json(answer: BaseModel, headers: Mapping[str, str] | None = None) -> Response:
    """Send a result model unchanged; the models have checked themselves, so nothing is checked again."""
    return Response(answer.model_dump_json(), media_type="application/json", headers=_common(headers))


def as_table(
    form: AnswerForm,
    name: str,
    rows: Sequence[Mapping[str, Any]],
    columns: Sequence[str],
    meta: Meta,
    *,
    types: Types,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Send rows as a file; ``columns`` are those of a table without rows, too; see :func:`api.http.forms.written`."""
    media_type = MEDIA_TYPES[form]
    more = {
        "Content-Disposition": f'attachment; filename="{name}.{form}"',
        "Shuniu-Graph-Version": str(meta.graph_version),
        "Shuniu-Data-Class": ", ".join(f"{c}={n}" for c, n in meta.data_class.items()),
        **(headers or {}),
    }
    text = written(form, rows, columns, types, meta)
    type_ = f"{media_type}; charset=utf-8" if form is AnswerForm.csv else media_type
    return Response(text, media_type=type_, headers=_common(more))


def _common(headers: Mapping[str, str] | None) -> dict[str, str]:
    return {"Vary": "Accept", "Cache-Control": "no-cache", **(headers or {})}
