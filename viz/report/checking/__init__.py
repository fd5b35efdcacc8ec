"""Does a file keep to GB/T 9704-2012? Measures what is there; what a file does not say is not measured."""

from pathlib import Path

from graph.errors import BadParameter, FileMissing
from graph.language import Text
from viz.report.checking.fault import Fault
from viz.report.checking.pdf import check_pdf
from viz.report.checking.word import check_word

__all__ = ["Fault", "check_file"]
CHECKS = {".docx": check_word, ".pdf": check_pdf}


def check_file(path: Path) -> list[Fault]:
    """Return the faults of a document's layout, in the order in which they stand in it.

    Raises:
        BadParameter: it is neither .docx nor .pdf.
        FileMissing: it cannot be read.
        FileUnreadable: it is not what its name says.
    """
    check = CHECKS.get(path.suffix.lower())
    if check is None:
        raise BadParameter(name="FILE", value=path, reason=Text("应为 .docx 或 .pdf", ".docx or .pdf"))
    try:
        content = path.read_bytes()
    except OSError as error:
        raise FileMissing(path=path) from error
    return check(content, path)
