"""The OpenAPI document as what a reader needs: routes, parameters, fields, an example, in one language."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from graph.language import Lang, Text
from graph.vocabulary import vocabulary

DEPTH = 4
JSON = "application/json"
LAST = ("as_of", "standard", "freshness_days", "limit", "cursor", "format", "lang")
"""Parameters that many routes share, shown after a route's own."""


FORM = "multipart/form-data"
FILE = "机构.xlsx"


@dataclass(frozen=True)
class Parameter:
    """One parameter of a route."""

    name: str
    place: str
    kind: str
    required: bool
    default: str
    about: str
    options: tuple[tuple[str, str], ...]
    closed: bool
    dated: bool
    example: str


@dataclass(frozen=True)
class FieldRow:
    """One field of an answer; ``path`` is dotted, ``[]`` marks lists."""

    path: str
    kind: str
    about: str


@dataclass(frozen=True)
class Route:
    """One route, ready for the page; without an ``example`` where it speaks of what the reader must make first."""

    id: str
    method: str
    path: str
    title: str
    about: str
    parameters: tuple[Parameter, ...]
    fields: tuple[FieldRow, ...]
    problems: tuple[tuple[str, str], ...]
    example: str | None
    body: str
    csv: bool
    upload: str
    """Name of the field that files are sent in; empty where none are."""

    def curl(self, base: str) -> str:
        """Return the example as a command line; ``base`` is the service's own address."""
        url = quoted(base.rstrip("/") + (self.example or self.path).partition("?")[0])
        if self.upload:
            return f"curl {url} -F {quoted(f'{self.upload}=@{FILE}')}"
        if self.method == "DELETE":
            return f"curl -X DELETE {url}"
        if self.body:
            return f"curl {url} --json {quoted(json.dumps(json.loads(self.body), ensure_ascii=False))}"
        pairs = [quoted(f"{p.name}={p.example}") for p in self.parameters if p.place == "query" and p.example]
        data = [f" \\\n  --data-urlencode {pair}" for pair in pairs]
        return "".join([f"curl -G {url}" if data else f"curl {url}", *data])


def quoted(text: str) -> str:
    """Return ``text`` as one word of a POSIX shell."""
    return "'" + text.replace("'", "'\\''") + "'"


def bilingual(text: str, lang: Lang) -> str:
    """Return one language of a description: ``中文 / English``, or a Chinese paragraph before an English one.

    A text without both is the same in both.
    """
    zh, found, en = text.partition("\n\n")
    if not found:
        zh, found, en = re.sub(r"\s*/ (?=[A-Za-z`≥≤])", "\0", text, count=1).partition("\0")
    wanted = en if found and lang == "en" else zh
    return re.sub(r"\s*\n\s*", "" if lang == "zh" else " ", wanted.strip())


def routes(document: dict[str, Any], lang: Lang) -> list[Route]:
    """Return every route of an OpenAPI document in its order."""
    schemas = document["components"]["schemas"]
    return [
        _route(path, method, operation, schemas, lang, alone=len(operations) == 1)
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    ]


def _route(
    path: str, method: str, operation: dict[str, Any], schemas: dict[str, Any], lang: Lang, *, alone: bool
) -> Route:
    """Return a route; where it is not ``alone`` at its path, its id says the method, too."""
    stated = operation.get("x-example")
    example = {k: str(v) for k, v in (stated or {}).items()} if method == "get" else {}
    found = [_parameter(p, example, lang) for p in operation.get("parameters", ())]
    parameters = tuple(sorted(found, key=lambda p: LAST.index(p.name) if p.name in LAST else -1))
    answers = operation["responses"]
    content = (answers.get("200") or answers["202"])["content"]
    form = operation.get("requestBody", {}).get("content", {}).get(FORM)
    upload = next(iter(_resolved(form["schema"], schemas)["properties"])) if form else ""
    return Route(
        id=re.sub(r"\W+", "-", path if alone else f"{path} {method}").strip("-"),
        method=method.upper(),
        path=path,
        title=bilingual(operation["summary"], lang),
        about=bilingual(operation.get("description", ""), lang),
        parameters=parameters,
        fields=tuple(_fields(content[JSON]["schema"], schemas, lang)) if JSON in content else (),
        problems=tuple((s, bilingual(a["description"], lang)) for s, a in answers.items() if s >= "400"),
        example=None if stated is None and ("{" in path or upload) else _target(path, parameters),
        body=json.dumps(stated, ensure_ascii=False, indent=1) if method == "post" and not upload else "",
        upload=upload,
        csv="text/csv" in content,
    )


def _target(path: str, parameters: tuple[Parameter, ...]) -> str:
    given = {p.name: p.example for p in parameters if p.example}
    for name in [p.name for p in parameters if p.place == "path"]:
        path = path.replace(f"{{{name}}}", quote(given.pop(name, ""), safe=""))
    return f"{path}?{urlencode(given, safe=',')}" if given else path


def _parameter(raw: dict[str, Any], example: dict[str, str], lang: Lang) -> Parameter:
    schema = _plain(raw["schema"])
    enum = [v for v in schema.get("enum", schema.get("items", {}).get("enum", ())) if v is not None]
    closed = bool(enum) and schema.get("type") != "array"
    offered = enum or schema.get("examples") or raw["schema"].get("examples") or raw.get("examples") or []
    name = schema.get("x-vocabulary") or raw["schema"].get("x-vocabulary")
    default = schema.get("default", raw["schema"].get("default"))
    return Parameter(
        name=raw["name"],
        place=raw["in"],
        kind=_kind(schema, lang),
        required=raw.get("required", False),
        default="" if default is None else ",".join(default) if isinstance(default, list) else str(default),
        about=bilingual(raw.get("description") or schema.get("description", ""), lang),
        options=tuple((str(v), vocabulary(name).text(str(v), lang) if name else str(v)) for v in offered),
        closed=closed or bool(name),
        dated=schema.get("format") == "date",
        example=example.get(raw["name"], ""),
    )


def _plain(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema without its null branch."""
    branches = [b for b in schema.get("anyOf", ()) if b.get("type") != "null"]
    if len(branches) != 1:
        return schema
    return {**{k: v for k, v in schema.items() if k != "anyOf"}, **branches[0]}


_KINDS = {
    "string": Text("文本", "text"), "integer": Text("整数", "whole number"), "number": Text("数值", "number"),
    "boolean": Text("是/否", "yes or no"), "date": Text("日期", "date"), "date-time": Text("时间", "time"),
    "array": Text("列表", "list"), "object": Text("对象", "object"), "null": Text("空", "null"),
}  # fmt: skip


def _kind(schema: dict[str, Any], lang: Lang) -> str:
    plain = _plain(schema)
    kind = plain.get("format") if plain.get("format") in _KINDS else plain.get("type", "object")
    named = _KINDS[str(kind)].get(lang)
    least = plain.get("minimum", plain.get("exclusiveMinimum"))
    return f"{named} {least:g}–{plain['maximum']:g}" if least is not None and "maximum" in plain else named


def _fields(
    schema: dict[str, Any], schemas: dict[str, Any], lang: Lang, before: str = "", deep: int = 0
) -> Iterator[FieldRow]:
    """Yield the fields of an answer, those inside after the one that holds them."""
    schema = _resolved(schema, schemas)
    for branch in schema.get("anyOf", ()):
        yield from _fields(branch, schemas, lang, before, deep)
    if schema.get("type") == "array":
        yield from _fields(schema["items"], schemas, lang, f"{before}[]", deep)
    if deep >= DEPTH:
        return
    for name, raw in schema.get("properties", {}).items():
        path = f"{before}.{name}" if before else name
        inner = _resolved(raw, schemas)
        yield FieldRow(path, _kind(inner, lang), bilingual(raw.get("description", ""), lang))
        yield from _fields(raw, schemas, lang, path, deep + 1)


def _resolved(schema: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    schema = _plain(schema)
    return schemas[schema["$ref"].rsplit("/", 1)[1]] if "$ref" in schema else schema
