"""One report, four writers and its data: which forms there are, and how they get into files."""

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict
from importlib import import_module
from pathlib import Path

from graph.errors import BadParameter
from graph.whole_file import write_whole
from viz.report.document import ReportDocument

Writer = Callable[[ReportDocument], bytes]


def _writer(form: str) -> Writer:
    """Return what makes the file of a form; it is loaded with the first such report, as charts take long to load."""

    def write(document: ReportDocument) -> bytes:
        made: bytes = getattr(import_module(f"viz.report.{form}"), f"{form}_bytes")(document)
        return made

    return write


def json_bytes(document: ReportDocument) -> bytes:
    """Return the report's content as JSON, without the moment at which it was made."""
    whole = asdict(document) | {
        "as_of": document.as_of.isoformat(),
        "meta": document.meta.model_dump(mode="json", exclude={"generated_at"}),
        "official": {k: v for k, v in asdict(document.official).items() if k != "fonts"},
    }
    return (json.dumps(whole, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


WRITERS: dict[str, Writer] = {form: _writer(form) for form in ("docx", "pdf", "xlsx", "html")} | {"json": json_bytes}
"""Form -> what makes the file. All but docx give the same bytes for the same document; docx holds the same content."""
MEDIA_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "html": "text/html; charset=utf-8",
    "json": "application/json",
}


def checked_forms(forms: Iterable[str]) -> list[str]:
    """Return the forms asked for, each once.

    Raises:
        BadParameter: one is none of ours, or there is none at all.
    """
    asked = list(dict.fromkeys(f.strip().lower() for f in forms if f.strip()))
    if wrong := [f for f in asked if f not in WRITERS] or ([] if asked else [""]):
        raise BadParameter(name="format", value=",".join(wrong), reason=" | ".join(WRITERS))
    return asked


def write_report(document: ReportDocument, path: Path, form: str) -> Path:
    """Write the report in one form and return its path.

    Raises:
        DiskFull, FileUnwritable: the folder cannot be made or the file cannot be written.
    """
    write_whole(path, WRITERS[form](document))
    return path
