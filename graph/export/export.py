"""An export: a folder with the graph in one form, and a manifest that says how much it is and how much is invented."""

import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from graph import schema
from graph.errors import FileUnwritable, StoreChanged, unwritable
from graph.export.parts import Part, Substitution, chosen, parts, substituted
from graph.language import Text
from graph.manifest import MANIFEST, entry_of
from graph.schema import NodeSpec
from graph.stores.base import Store
from graph.vocabulary import vocabulary

SECONDS = 3600.0
"""Limit of one reading: a whole label of a large graph takes longer than an answer may."""
NOT_EMPTY = Text("文件夹不是空的", "the folder is not empty")


class Form(StrEnum):
    """Form of an export."""

    parquet = "parquet"
    csv = "csv"
    jsonl = "jsonl"
    graphml = "graphml"
    gexf = "gexf"
    node_link = "node-link"
    turtle = "turtle"
    json_ld = "json-ld"
    neo4j_admin = "neo4j-admin"
    hsds = "hsds"


Writer = Callable[[Iterable[Part], Path], None]
ROOMS = {
    Form.parquet: "tabular",
    Form.csv: "tabular",
    Form.jsonl: "networks",
    Form.graphml: "networks",
    Form.gexf: "networks",
    Form.node_link: "networks",
    Form.turtle: "turtle",
    Form.json_ld: "rdf",
    Form.neo4j_admin: "neo4j_admin",
    Form.hsds: "hsds.package",
}
"""Form -> module with its writer, imported when it is asked for: each waits for its own libraries alone."""


def writer(form: Form) -> Writer:
    """Return the writer of a form."""
    made: Writer = getattr(import_module(f"graph.export.{ROOMS[form]}"), f"write_{form.name}")
    return made


def export(
    store: Store,
    to: Path,
    form: Form,
    *,
    only: str | None = None,
    substitution: Substitution | None = None,
    seconds: float = SECONDS,
) -> dict[str, Any]:
    """Write the graph into a new or empty folder and return the manifest, which stands there, too.

    The folder appears when it is complete. ``only`` is a label or a relationship type, without it all of them are
    written; ``substitution`` says how a text leaves, where not as it is; each reading may take ``seconds``.

    Raises:
        NotFound: there is no such label or type.
        DiskFull, FileUnwritable: the folder cannot be made, or holds something.
        StoreChanged: a load was finished meanwhile, so that the export would mix two versions.
    """
    try:
        if to.exists() and (not to.is_dir() or any(to.iterdir())):
            raise FileUnwritable(path=to, reason=NOT_EMPTY)
        to.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(mkdtemp(prefix=f".{to.name}-", dir=to.parent))
        try:
            manifest = _fill(store, draft, form, only, substitution, seconds)
            draft.chmod(0o755)
            draft.replace(to)  # an empty folder gives way
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    except OSError as error:
        raise unwritable(to, error) from error
    return manifest


def _fill(
    store: Store, folder: Path, form: Form, only: str | None, substitution: Substitution | None, seconds: float
) -> dict[str, Any]:
    counts, specs = _Counts(), chosen(only)
    with store.read(seconds) as session:
        version = session.version()
        all_parts = counts.passed(parts(session, specs))
        writer(form)(substituted(all_parts, substitution) if substitution else all_parts, folder)
        if session.version() != version:
            raise StoreChanged()
    files = {
        path.relative_to(folder).as_posix(): entry_of(path) for path in sorted(folder.rglob("*")) if path.is_file()
    }
    manifest = {
        "format": form.value,
        **({"only": only} if only else {}),
        "graph_version": version,
        "model": schema.fingerprint(),
        "generated_at": datetime.now(UTC).isoformat(timespec="seconds"),
        **counts.as_json(),
        "files": [{"name": name, "bytes": entry.size, "sha256": entry.sha256} for name, entry in files.items()],
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=1)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")
    return manifest


class _Counts:
    """What went through: rows of each part, and how real they are."""

    def __init__(self) -> None:
        self._rows: dict[str, dict[str, int]] = {"nodes": {}, "relationships": {}}
        self._classes: Counter[str] = Counter()

    def passed(self, all_parts: Iterable[Part]) -> Iterator[Part]:
        """Yield the parts on."""
        for part in all_parts:
            spec = part.spec
            kind, name = ("nodes", spec.name) if isinstance(spec, NodeSpec) else ("relationships", ".".join(spec.slot))
            self._rows[kind][name] = len(part.table)
            for found in part.table["data_class"].value_counts().to_pylist():
                self._classes[found["values"]] += found["counts"]
            yield part

    def as_json(self) -> dict[str, Any]:
        """Return rows by label and slot, and facts by data class with their share; Loads are no facts."""
        total = sum(n for c, n in self._classes.items() if c)
        shares = {c: self._classes[c] / total if total else None for c in vocabulary("data_classes").ids}
        return {
            **self._rows,
            "data_class": {c: {"facts": self._classes[c], "share": share} for c, share in shares.items()},
        }
