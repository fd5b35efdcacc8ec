"""What the API promised in its last release, docs/openapi.json, and which changes of it would break an asker's program.

``python -m tests.support.promise docs/openapi.json`` writes the document as it is now: at a release, or where more is
promised. tests/api/http/test_promise.py fails on a change that breaks what stands there.
"""

import json
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from api.http.app import create_app
from api.settings import Settings
from tests.support.terminal import PROJECT

PROMISED = PROJECT / "docs" / "openapi.json"
Schema = dict[str, Any]
LEAST = ("minimum", "exclusiveMinimum", "minLength", "minItems")
MOST = ("maximum", "exclusiveMaximum", "maxLength", "maxItems")


@cache
def _made() -> str:
    return json.dumps(create_app(Settings()).openapi())


def openapi() -> Schema:
    """Return the OpenAPI document as it is now, made once a process."""
    made: Schema = json.loads(_made())
    return made


def document() -> Schema:
    """Return it as far as it is promised: the version of the program is none of that."""
    made = openapi()
    return {**made, "info": {**made["info"], "version": "1"}}


def breaks(old: Schema, new: Schema) -> list[str]:
    """Return what a program written for the old document may trip over, a line a fault."""
    return sorted(set(_Comparison(old, new).faults()))


class _Comparison:
    """Two documents; schemas are compared once for what is sent and once for what is answered."""

    def __init__(self, old: Schema, new: Schema) -> None:
        self._old, self._new = old, new
        self._seen: set[tuple[str, str, bool]] = set()

    def faults(self) -> Iterator[str]:
        for path, operations in self._old["paths"].items():
            for method, old in operations.items():
                where = f"{method.upper()} {path}"
                new = self._new["paths"].get(path, {}).get(method)
                if new is None:
                    yield f"{where}: gone"
                    continue
                yield from self._parameters(where, old, new)
                yield from self._body(where, old, new)
                yield from self._answers(where, old, new)

    def _parameters(self, where: str, old: Schema, new: Schema) -> Iterator[str]:
        before, after = ({(p["in"], p["name"]): p for p in operation.get("parameters", ())} for operation in (old, new))
        for (place, name), parameter in before.items():
            if (place, name) not in after:
                yield f"{where}: parameter {name} is gone"
            else:
                schemas = parameter["schema"], after[place, name]["schema"]
                yield from self._schemas(f"{where}: parameter {name}", *schemas, sent=True)
        for key, parameter in after.items():
            if parameter.get("required") and not before.get(key, {}).get("required"):
                yield f"{where}: parameter {key[1]} is required now"

    def _body(self, where: str, old: Schema, new: Schema) -> Iterator[str]:
        before, after = (o.get("requestBody", {}).get("content", {}) for o in (old, new))
        if after and not before:
            yield f"{where}: a document is required now"
        for kind, content in before.items():
            if kind not in after:
                yield f"{where}: takes no {kind} any more"
            else:
                yield from self._schemas(f"{where}: sent", content["schema"], after[kind]["schema"], sent=True)

    def _answers(self, where: str, old: Schema, new: Schema) -> Iterator[str]:
        for status, answer in old["responses"].items():
            after = new["responses"].get(status, {}).get("content", {})
            for kind, content in answer.get("content", {}).items():
                if kind not in after:
                    yield f"{where}: {status} does not come as {kind} any more"
                else:
                    yield from self._schemas(f"{where}: {status}", content["schema"], after[kind]["schema"], sent=False)

    def _schemas(self, where: str, old: Schema, new: Schema, *, sent: bool) -> Iterator[str]:
        key = (json.dumps(old, sort_keys=True), json.dumps(new, sort_keys=True), sent)
        if "$ref" in old or "$ref" in new:
            if key in self._seen:
                return
            self._seen.add(key)
        before, after = _branches(old, self._old), _branches(new, self._new)
        kept, more = (before, after) if sent else (after, before)
        if lost := sorted(kept.keys() - more.keys()):
            yield f"{where}: {', '.join(lost)} {'is not taken any more' if sent else 'was never answered'}"
        for name in before.keys() & after.keys():
            yield from self._plain(where, before[name], after[name], sent=sent)

    def _plain(self, where: str, old: Schema, new: Schema, *, sent: bool) -> Iterator[str]:
        if sent:
            yield from _narrower(where, old, new)
        properties = new.get("properties", {})
        for name, schema in old.get("properties", {}).items():
            if name not in properties:
                yield f"{where}.{name}: gone"
            else:
                yield from self._schemas(f"{where}.{name}", schema, properties[name], sent=sent)
        old_required, new_required = set(old.get("required", ())), set(new.get("required", ()))
        changed = new_required - old_required if sent else (old_required - new_required) & properties.keys()
        for name in sorted(changed):
            yield f"{where}.{name}: {'is required now' if sent else 'may be missing now'}"
        for inside in ("items", "additionalProperties"):
            if isinstance(old.get(inside), dict) and isinstance(new.get(inside), dict):
                yield from self._schemas(f"{where}[]", old[inside], new[inside], sent=sent)


def _branches(schema: Schema, whole: Schema) -> dict[str, Schema]:
    """Return what a value may be, by kind: null, string, array, or the title of a model."""
    if "$ref" in schema:
        return _branches(whole["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]], whole)
    if "anyOf" in schema:
        return {name: branch for part in schema["anyOf"] for name, branch in _branches(part, whole).items()}
    kind = schema.get("type", "any")
    return {schema.get("title", kind) if "properties" in schema else kind: schema}


def _narrower(where: str, old: Schema, new: Schema) -> Iterator[str]:
    """Yield what of the values that were taken is refused now."""
    if gone := [str(value) for value in old.get("enum", ()) if value not in new.get("enum", old.get("enum"))]:
        yield f"{where}: {', '.join(gone)} is not taken any more"
    if "enum" in new and "enum" not in old:
        yield f"{where}: a closed list now"
    for names, tighter in ((LEAST, lambda a, b: a > b), (MOST, lambda a, b: a < b)):
        for name in names:
            if name in new and (name not in old or tighter(new[name], old[name])):
                yield f"{where}: {name} is {new[name]} now"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json.dumps(document(), ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8")
