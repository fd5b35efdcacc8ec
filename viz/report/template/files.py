"""Files that are given as an office's template, before anything is made of them; the service starts with no more."""

from pathlib import Path
from tempfile import NamedTemporaryFile

from graph.errors import BadParameter, FileMissing, FileUnreadable
from graph.language import Text
from loaders.read.archives import check_archive

NO_WORD_FILE = Text("不是 Word 文件（.docx）", "no Word file (.docx)")


def read_template(path: Path) -> bytes:
    """Return what a template's file holds.

    Raises:
        FileMissing, FileUnreadable, FileRefused: there is no such file, it cannot be read, or is beyond the limits.
    """
    try:
        check_archive(path, path)
        return path.read_bytes()
    except FileNotFoundError as error:
        raise FileMissing(path=path) from error
    except OSError as error:
        raise FileUnreadable(path=path, reason=error.strerror or type(error).__name__) from error


def check_template(content: bytes) -> None:
    """Refuse what was sent as a template where a file like it would be.

    Raises:
        BadParameter, FileUnreadable, FileRefused: it is no Word file; see :func:`read_template`.
    """
    with NamedTemporaryFile(suffix=".docx") as kept:
        kept.write(content)
        kept.flush()
        if not check_archive(Path(kept.name), Path("template")):
            raise BadParameter(name="--template", value="docx", reason=NO_WORD_FILE)
