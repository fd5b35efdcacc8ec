"""Files that are given as an office's template, before anything is made of them; the service starts with no more."""

import io
import zipfile
from pathlib import Path
from tempfile import NamedTemporaryFile

from docx.opc.constants import CONTENT_TYPE

from graph.errors import BadParameter, FileMissing, FileUnreadable
from graph.language import Text
from loaders.read.files.archives import check_archive

NO_WORD_FILE = Text(
    "不是可填写的 Word 文件：请用 Word 或 WPS 把它另存为“Word 文档（.docx）”——旧版 .doc、带密码或含宏的文件、"
    "“Strict Open XML”都不行",
    "no Word file that can be filled: save it in Word or WPS as a “Word document (.docx)”; an old .doc, a file with a "
    "password or macros, or “Strict Open XML” will not do",
)
DAMAGED = Text(
    "文件不完整或已损坏：请用 Word 或 WPS 打开并另存一次，或换一份完好的",
    "the file is cut off or damaged: open and save it again in Word or WPS, or take a sound copy",
)
TEMPLATE_TYPE = CONTENT_TYPE.WML_DOCUMENT_MAIN.replace(".document.main+xml", ".template.main+xml")
"""Of what Word saves as a template (.dotx); apart from that it is a document."""
CONTENT_TYPES = "[Content_Types].xml"


def read_template(path: Path) -> bytes:
    """Return what a template's file holds.

    Raises:
        FileMissing, FileUnreadable, FileRefused: there is no such file, it cannot be read, or is beyond the limits.
        BadParameter: it is damaged.
    """
    try:
        _packed(path, path)
        return path.read_bytes()
    except FileNotFoundError as error:
        raise FileMissing(path=path) from error
    except OSError as error:
        raise FileUnreadable(path=path, reason=error.strerror or type(error).__name__) from error


def as_document(content: bytes) -> bytes:
    """Return a Word template (.dotx) as the document that it is otherwise; anything else as it came.

    Raises:
        zipfile.BadZipFile, KeyError: it is no Word file.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        types = packed.read(CONTENT_TYPES)
        if TEMPLATE_TYPE.encode() not in types:
            return content
        held = {name: packed.read(name) for name in packed.namelist()}
    held[CONTENT_TYPES] = types.replace(TEMPLATE_TYPE.encode(), CONTENT_TYPE.WML_DOCUMENT_MAIN.encode())
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as made:
        for name, part in held.items():
            made.writestr(name, part)
    return sink.getvalue()


def check_template(content: bytes) -> None:
    """Refuse what was sent as a template where a file like it would be.

    Raises:
        BadParameter, FileRefused: it is no Word file; see :func:`read_template`.
    """
    with NamedTemporaryFile(suffix=".docx") as kept:
        kept.write(content)
        kept.flush()
        if not _packed(Path(kept.name), Path("template")):
            raise BadParameter(name="template", value="docx", reason=NO_WORD_FILE)


def _packed(path: Path, name: Path) -> bool:
    try:
        return check_archive(path, name)
    except FileUnreadable as error:  # whose way out is that of a table
        raise BadParameter(name="template", value=name.name, reason=DAMAGED) from error
