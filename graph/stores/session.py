"""What read sessions of both stores have in common: the same Cypher, put and answered alike."""

from abc import ABC, abstractmethod
from typing import Any, ClassVar

import pandas as pd
import pyarrow as pa

from graph.errors import StoreBusy
from graph.schema import NodeSpec, RelationshipSpec
from graph.stores import cypher
from graph.stores.base import Query

TIES = pa.schema([("type", pa.string()), ("label", pa.string()), ("number", pa.int64())])
ENDS = pa.schema([("key", pa.string()), ("name", pa.string())])
VERSION = pa.schema([("version", pa.int64()), ("unfinished", pa.string())])


class CypherSession(ABC):
    """A read session; a store says how a text is run and how keys are handed in.

    Only a ``loading`` session sees a graph that a load has written in part.
    """

    words: ClassVar[tuple[str, str]]
    """How the dialect says the type of ``r`` and the label of ``m``."""

    def __init__(self, *, loading: bool = False) -> None:
        self._loading = loading

    @abstractmethod
    def run(self, text: str, parameters: dict[str, Any], wanted: pa.Schema) -> pa.Table:
        """Run a text and return its answer in the wanted columns and types."""

    @abstractmethod
    def keyed(self, keys: pa.Array) -> tuple[str, dict[str, Any]]:
        """Return the beginning of a text that binds ``key`` to each of ``keys``, and its parameters."""

    def table(self, query: Query, **parameters: Any) -> pa.Table:
        """See ReadSession."""
        return self.run(query.text, parameters, query.arrow)

    def frame(self, query: Query, **parameters: Any) -> pd.DataFrame:
        """See ReadSession."""
        answer: pd.DataFrame = self.table(query, **parameters).to_pandas()
        return answer

    def nodes(self, spec: NodeSpec, keys: pa.Array | None = None) -> pa.Table:
        """See ReadSession."""
        prefix, parameters = ("", {}) if keys is None else self.keyed(keys)
        return self.run(cypher.read_nodes(spec, prefix), parameters, spec.arrow)

    def relationships(self, spec: RelationshipSpec, end: str = "from_key", keys: pa.Array | None = None) -> pa.Table:
        """See ReadSession."""
        prefix, parameters = ("", {}) if keys is None else self.keyed(keys)
        return self.run(cypher.read_relationships(spec, end, prefix), parameters, spec.arrow)

    def ties(self, spec: NodeSpec, key: str, *, outgoing: bool) -> pa.Table:
        """See ReadSession."""
        text = cypher.count_ties(spec, *self.words, outgoing=outgoing)
        return self.run(text, {"key": key}, TIES)

    def ends(self, spec: RelationshipSpec, end: str, key: str, most: int) -> pa.Table:
        """See ReadSession."""
        return self.run(cypher.read_ends(spec, end), {"key": key, "most": most}, ENDS)

    def version(self) -> int:
        """See ReadSession."""
        version, unfinished = self._loads()
        if unfinished and not self._loading:
            raise StoreBusy(load=unfinished)
        return version

    def unfinished(self) -> str | None:
        """See ReadSession."""
        return self._loads()[1]

    def _loads(self) -> tuple[int, str | None]:
        (found,) = self.run(cypher.VERSION_TEXT, {}, VERSION).to_pylist()
        return int(found["version"] or 0), found["unfinished"]
