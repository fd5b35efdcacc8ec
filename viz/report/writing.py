"""One report, four writers and its data: which forms there are, and how they get into files."""

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path

from graph.errors import BadParameter, FileUnwritable
from viz.report.document import ReportDocument
from viz.report.docx import docx_bytes
from viz.report.html import html_bytes
from viz.report.pdf import pdf_bytes
from viz.report.xlsx import xlsx_bytes


def json_bytes(document: ReportDocument) -> bytes:
    """Return the report's content as JSON, without the moment at which it was made."""
    whole = asdict(document) | {
        "as_of": document.as_of.isoformat(),
        "meta": document.meta.model_dump(mode="json", exclude={"generated_at"}),
    }
    return (json.dumps(whole, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


WRITERS: dict[str, Callable[[ReportDocument], bytes]] = {
    "docx": docx_bytes, "pdf": pdf_bytes, "xlsx": xlsx_bytes, "html": html_bytes, "json": json_bytes,
}  # fmt: skip
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
        FileUnwritable: the folder cannot be made or the file cannot be written.
    """
    content = WRITERS[form](document)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        raise FileUnwritable(path=path, reason=error.strerror or type(error).__name__) from error
    return path
