"""Addresses of stores: what they say, before anything is opened; it loads nothing that takes time."""

import errno
import os
import re
import stat
from pathlib import Path
from urllib.parse import unquote, urlsplit

import platformdirs

from graph.errors import BadStoreUrl, HomeUnknown


def data_folder() -> Path:
    """Return the user's data folder for this program.

    Raises:
        HomeUnknown: the user has no home folder, as far as anybody says.
    """
    try:
        return Path(platformdirs.user_data_dir("shuniu", appauthor=False))
    except RuntimeError as error:
        raise HomeUnknown(path="~") from error


def default_url() -> str:
    """Return the URL of the default embedded store."""
    return f"ladybug://{data_folder() / 'shuniu.lbug'}"


def embedded_path(url: str | None = None) -> Path:
    """Return the file of the embedded store at ``url``, else of the default one; of a link that to which it leads.

    Raises:
        BadStoreUrl: the URL is of another kind of store.
        HomeUnknown: the path begins in a home folder that is not known.
    """
    stated = url or default_url()
    if urlsplit(stated).scheme != "ladybug":
        raise BadStoreUrl(url=masked(stated))
    rest = unquote(stated.removeprefix("ladybug:").removeprefix("//"))
    path = Path("/" + rest.lstrip("/")) if rest.startswith("/") else _expanded(Path(rest)).absolute()
    if not path.name or not _is_text(str(path)) or not _may_be_a_file(path):
        raise BadStoreUrl(url=stated.encode("utf-8", "backslashreplace").decode())
    # Its folder lies beside the file itself, however the file is called.
    return Path(os.path.realpath(path)) if path.is_symlink() else path


def _expanded(path: Path) -> Path:
    try:
        return path.expanduser()
    except RuntimeError as error:
        raise HomeUnknown(path=path.parts[0]) from error


def _may_be_a_file(path: Path) -> bool:
    """Tell whether a store is or may come at a path: no folder, no device, no pipe that would be waited for."""
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except OSError as error:  # what cannot be looked at for another reason is told when it is opened
        return error.errno not in (errno.ELOOP, errno.ENAMETOOLONG)


def _is_text(path: str) -> bool:
    """Tell whether a path can be written down; a name in another encoding than this machine's cannot."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in path


def is_embedded(url: str | None) -> bool:
    """Tell whether a URL, none being the default, is that of an embedded store."""
    return url is None or urlsplit(url).scheme == "ladybug"


def masked(url: str) -> str:
    """Return the URL without its password, which may hold any sign, an ``@``, too."""
    return re.sub(r"(//[^:/@]*):.*@", r"\1:***@", url)
