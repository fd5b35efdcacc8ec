"""The forms of an answer beside JSON: tables for spreadsheets and programs, by ``format`` or by Accept."""

import io
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import pyarrow as pa
import pyarrow.parquet as pq
from fastapi import Request
from pydantic import BaseModel

from api.export import csv_bytes
from api.http.preferences import preferences
from loaders.keep.privacy import mask_text
from queries.answers import Meta

JSON_TYPE = "application/json"
Rows = Sequence[Mapping[str, Any]]
Types = Mapping[str, pa.DataType]
"""Arrow types of columns, as far as they are declared."""


class AnswerForm(StrEnum):
    """AnswerForm of an answer."""

    json = "json"
    csv = "csv"
    ndjson = "ndjson"
    arrow = "arrow"
    parquet = "parquet"


MEDIA_TYPES: dict[AnswerForm, str] = {
    AnswerForm.csv: "text/csv",
    AnswerForm.ndjson: "application/x-ndjson",
    AnswerForm.arrow: "application/vnd.apache.arrow.stream",
    AnswerForm.parquet: "application/vnd.apache.parquet",
}
"""Of the forms that are tables."""
DOCUMENTED: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {
            media_type: {"schema": {"type": "string", **({} if form in ("csv", "ndjson") else {"format": "binary"})}}
            for form, media_type in MEDIA_TYPES.items()
        },
        "headers": {
            "Link": {"description": "下一页 / next page (rel=next)", "schema": {"type": "string"}},
            "Shuniu-Total": {"description": "总条数 / rows in all", "schema": {"type": "integer"}},
            "Shuniu-Graph-Version": {"description": "图版本 / graph version", "schema": {"type": "integer"}},
            "Shuniu-Data-Class": {
                "description": "所依据事实按数据性质的计数 / facts behind the answer by data class",
                "schema": {"type": "string"},
            },
        },
    }
}
"""What tables add to the OpenAPI entry of a route: they have no room for meta and next."""


def form_of(request: Request, stated: AnswerForm | None) -> AnswerForm:
    """Return the form that is asked for: by ``format``, else the one that Accept prefers, JSON where it does not."""
    if stated:
        return stated
    accepted = request.headers.get("accept", "")
    best = max(MEDIA_TYPES, key=lambda form: _quality(accepted, MEDIA_TYPES[form]))
    return best if _quality(accepted, MEDIA_TYPES[best]) > _quality(accepted, JSON_TYPE) else AnswerForm.json


def _quality(accepted: str, media_type: str) -> float:
    """Return the weight that an Accept header gives to a type; the most specific range counts."""
    ranges = (media_type, media_type.partition("/")[0] + "/*", "*/*")
    weights = dict(preferences(accepted))
    return next((weights[r] for r in ranges if r in weights), 0.0)


def written(form: AnswerForm, rows: Rows, columns: Sequence[str], types: Types, meta: Meta) -> bytes:
    """Return rows as a file of one of the forms that are tables.

    Args:
        form: Which.
        rows: Of at least these columns.
        columns: Those that are written, in this order.
        types: Arrow types of the columns, see :func:`types_of`; of others they are found out.
        meta: Written into Arrow and Parquet as ``shuniu.meta``.
    """
    return _WRITERS[form](rows, columns, types, meta)


def _csv(rows: Rows, columns: Sequence[str], _: Types, __: Meta) -> bytes:
    return csv_bytes([{name: row[name] for name in columns} for row in rows], columns)


def _ndjson(rows: Rows, columns: Sequence[str], _: Types, __: Meta) -> bytes:
    lines = (json.dumps({name: row[name] for name in columns}, ensure_ascii=False, default=str) for row in rows)
    return "".join(f"{line}\n" for line in lines).encode()


def _arrow(rows: Rows, columns: Sequence[str], types: Types, meta: Meta) -> bytes:
    table, made = _table(rows, columns, types, meta), io.BytesIO()
    with pa.ipc.new_stream(made, table.schema) as stream:
        stream.write_table(table)
    return made.getvalue()


def _parquet(rows: Rows, columns: Sequence[str], types: Types, meta: Meta) -> bytes:
    made = io.BytesIO()
    pq.write_table(_table(rows, columns, types, meta), made, compression="zstd")
    return made.getvalue()


_WRITERS: dict[AnswerForm, Callable[[Rows, Sequence[str], Types, Meta], bytes]] = {
    AnswerForm.csv: _csv, AnswerForm.ndjson: _ndjson, AnswerForm.arrow: _arrow, AnswerForm.parquet: _parquet
}  # fmt: skip


def _table(rows: Rows, columns: Sequence[str], types: Types, meta: Meta) -> pa.Table:
    arrays = {name: _array([row[name] for row in rows], types.get(name)) for name in columns}
    return pa.table(arrays).replace_schema_metadata({"shuniu.meta": meta.model_dump_json()})


def _array(values: list[Any], type_: pa.DataType | None) -> pa.Array:
    """Return a column; what is neither declared nor plain is written as JSON."""
    if type_ is None:
        kinds = {type(value) for value in values} - {NoneType}
        plain = kinds <= {int, float} or (len(kinds) == 1 and kinds <= {str, bool})
        if plain and kinds:
            return _masked(pa.array(values))
        texts = [None if v is None else json.dumps(v, ensure_ascii=False, default=str) for v in values]
        return _masked(pa.array(texts, pa.string()))
    if pa.types.is_date(type_) or pa.types.is_timestamp(type_):
        read = date.fromisoformat if pa.types.is_date(type_) else datetime.fromisoformat
        values = [read(value) if isinstance(value, str) else value for value in values]
    return _masked(pa.array(values, type_))


def _masked(column: pa.Array) -> pa.Array:
    """Return a column with the numbers of people in its texts masked; what leaves as text is masked on its way out."""
    if pa.types.is_list(column.type):
        return pa.ListArray.from_arrays(column.offsets, _masked(column.values), mask=column.is_null())
    if not pa.types.is_string(column.type):
        return column
    encoded = column.dictionary_encode()
    words = pa.array([mask_text(word) for word in encoded.dictionary.to_pylist()], pa.string())
    return pa.DictionaryArray.from_arrays(encoded.indices, words).cast(pa.string())


_TYPES: dict[Any, pa.DataType] = {
    str: pa.string(), int: pa.int64(), float: pa.float64(), bool: pa.bool_(), date: pa.date32(),
    datetime: pa.timestamp("us", "UTC"),
}  # fmt: skip


def types_of(result: Any) -> dict[str, pa.DataType]:
    """Return the Arrow types of the columns of an answer, from the model of its rows; the plain ones alone."""
    models = [row for answer in get_args(result) or (result,) for row in _row_models(answer)]
    found: dict[str, pa.DataType] = {}
    for model in models:
        for name, field in model.model_fields.items():
            type_ = _type(field.annotation)
            known = found.setdefault(name, type_)
            found[name] = known if known == type_ else None
    return {name: type_ for name, type_ in found.items() if type_ is not None}


def _row_models(answer: Any) -> list[type[BaseModel]]:
    data = answer.model_fields.get("data")
    rows = get_args(data.annotation) if data and get_origin(data.annotation) is list else ()
    return [row for row in rows if isinstance(row, type) and issubclass(row, BaseModel)]


def _type(annotation: Any) -> pa.DataType | None:
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _type(parts[0])
    if origin in (Union, UnionType):
        present = [part for part in parts if part is not NoneType]
        return _type(present[0]) if len(present) == 1 else None
    if origin is Literal:
        return _TYPES.get(type(parts[0]))
    if origin in (list, tuple) and parts[0] is str:
        return pa.list_(pa.string())
    return _TYPES.get(annotation)
