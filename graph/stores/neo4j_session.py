"""A read session of a Neo4j server."""

from datetime import datetime
from typing import Any

import neo4j
import pyarrow as pa
import pyarrow.compute as pc

from graph.schema import NodeSpec, RelationshipSpec
from graph.stores import cypher
from graph.stores.neo4j_errors import FOREIGN, translate
from graph.stores.presence import Presence
from graph.stores.session import CypherSession

MANY_KEYS = 100
"""For fewer it is not worth asking first how many rows there are."""
NUMBER = pa.schema([("number", pa.int64())])


def _native(value: Any) -> Any:
    """Turn the driver's temporal values into Python's."""
    to_native = getattr(value, "to_native", None)
    if to_native is None:
        return value
    plain = to_native()
    return plain.replace(tzinfo=None) if isinstance(plain, datetime) else plain


def _columns(rows: list[list[Any]], wanted: pa.Schema) -> pa.Table:
    columns = zip(*rows, strict=True) if rows else ([] for _ in wanted)
    return pa.table(
        [
            pa.array(
                map(_native, values) if pa.types.is_temporal(field.type) else values,
                type=field.type,
                size=len(rows),
            )
            if pa.types.is_temporal(field.type)
            else pa.array(values, type=field.type)
            for field, values in zip(wanted, columns, strict=True)
        ],
        schema=wanted,
    )


class Neo4jSession(CypherSession):
    """A read-only session; each query is a transaction with a time limit of its own."""

    words = ("type(r)", "labels(m)[0]")

    def __init__(
        self, session: neo4j.Session, url: str, presence: Presence, seconds: float, *, loading: bool = False
    ) -> None:
        super().__init__(loading=loading)
        self._session = session
        self._url = url
        self._presence = presence
        self._seconds = seconds

    def run(self, text: str, parameters: dict[str, Any], wanted: pa.Schema) -> pa.Table:
        try:
            query = neo4j.Query(text, timeout=self._seconds)
            rows = self._session.run(query, parameters).values()
        except FOREIGN as error:
            raise self._presence.judge(translate(error, self._url, self._seconds)) from error
        return _columns(rows, wanted)

    def keyed(self, keys: pa.Array) -> tuple[str, dict[str, Any]]:
        return "UNWIND $keys AS key", {"keys": keys.to_pylist()}

    def nodes(self, spec: NodeSpec, keys: pa.Array | None = None) -> pa.Table:
        if keys is None or not self._are_fewer(spec, keys):
            return super().nodes(spec, keys)
        table = super().nodes(spec)
        return table.filter(pc.is_in(table["key"], keys))

    def relationships(self, spec: RelationshipSpec, end: str = "from_key", keys: pa.Array | None = None) -> pa.Table:
        if keys is None or not self._are_fewer(spec, keys):
            return super().relationships(spec, end, keys)
        table = super().relationships(spec)
        return table.filter(pc.is_in(table[end], keys))

    def _are_fewer(self, spec: NodeSpec | RelationshipSpec, keys: pa.Array) -> bool:
        """Tell whether there are fewer rows than keys: they are read whole, and not looked for one by one in vain."""
        if len(keys) < MANY_KEYS:
            return False
        counted = self.run(cypher.neo4j_count(spec), {}, NUMBER)["number"]
        return bool(pc.min(counted).as_py() < len(keys))
