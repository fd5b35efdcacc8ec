"""What the commands have in common: their options, the language they speak, the store they open."""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import Annotated, ClassVar

import typer

from api.cli.output import STDERR, Format
from api.questions.codes import FIRST_DAY, LAST_DAY
from api.questions.declaration import CellFilters, DayParameters, Parameters, Standard
from api.questions.known import KnownParameters
from api.settings import ROWS, Settings, read_settings
from api.sharing import joined
from graph.clock import today
from graph.errors import BadParameter, ShuniuError, StoreLocked, StoreReadOnly
from graph.language import Lang, Text
from graph.stores.address import embedded_path
from graph.stores.base import Store
from graph.stores.swap import home_of
from loaders.parse import cells
from loaders.parse.issues import CellError


def described(model: type[Parameters], name: str) -> str | None:
    """Return what is said of a parameter of questions, for a command of which it is an option, too."""
    return model.model_fields[name].description


StoreUrl = Annotated[
    str | None,
    typer.Option("--store", metavar="URL", help="存储：ladybug:///路径 或 neo4j://… / store; else SHUNIU_STORE"),
]
Language = Annotated[str | None, typer.Option("--lang", metavar="zh|en", help="语言 / language")]
Form = Annotated[Format, typer.Option("--format", help="输出形式 / form of the answer")]
Output = Annotated[Path | None, typer.Option("--output", "-o", help="写入文件 / write to this file")]
Day = Annotated[str | None, typer.Option("--as-of", metavar="YYYY-MM-DD", help=described(DayParameters, "as_of"))]
KnownAt = Annotated[
    str | None, typer.Option("--known-at", metavar="LOAD|YYYY-MM-DD", help=described(KnownParameters, "known_at"))
]
Limit = Annotated[int, typer.Option("--limit", min=1, max=ROWS, help="表格显示行数 / rows shown in a table")]
Region = Annotated[str | None, typer.Option("--region", help=described(CellFilters, "region"))]
Industry = Annotated[str | None, typer.Option("--industry", help=described(CellFilters, "industry"))]
ServiceType = Annotated[str | None, typer.Option("--service-type", help=described(CellFilters, "service_type"))]
StandardA = Annotated[float, typer.Option("--standard", help=described(Standard, "standard"))]
Rates = Annotated[Path | None, typer.Option("--rates", help="需求率文件 / demand rates (YAML)")]
Scale = Annotated[float, typer.Option(min=0.001, max=100, help="规模，1 约为 5,300 条资源 / volume")]
Place = Annotated[Path, typer.Argument(help="目标路径 / where to write")]


class Asked:
    """What the running command was asked to speak, in which errors are told, too; and whether what it says lasts.

    ``notices``: what it had to tell of the store.
    """

    lang: Lang = "zh"
    lasting: bool = False
    notices: ClassVar[list[str]] = []


def speak(lang: str | None) -> Lang:
    """Return the language to answer in: the option's, else the environment's."""
    if lang not in (None, "zh", "en"):
        raise BadParameter(name="--lang", value=lang, reason="zh | en")
    Asked.lang = "en" if (lang or read_settings().lang) == "en" else "zh"
    return Asked.lang


@contextmanager
def opened(url: str | None, *, write: bool = False, known_at: str | None = None) -> Iterator[Store]:
    """Open the store that is asked for; a new one gets the reference data first.

    ``known_at``: the load, or the day, after which it is taken as known; for reading alone.
    """
    if known_at is not None:
        with opened(url) as now, _as_known(now, known_at) as known:
            _tell(known)
            yield known
        return
    settings = read_settings()
    if not write and (readable := _readable(settings, url)):
        with readable:
            _tell(readable)
            yield readable
        return
    with open_or_join(settings, url) as store:
        _tell(store)
        from loaders.reference.graph import ensure_reference  # noqa: PLC0415 only a store to be written to needs it

        ensure_reference(store)
        yield store
        _tell(store, len(Asked.notices))


def open_or_join(settings: Settings, url: str | None, *, read_only: bool = False, settle: bool = True) -> Store:
    """Open a store; where another process owns its file, use it through that process.

    Raises:
        StoreLocked: the process that owns it shares it with nobody, or not with us.
    """
    try:
        return settings.open_store(url, read_only=read_only, settle=settle)
    except StoreLocked:
        path = embedded_path(url or settings.store)
        if store := joined(f"ladybug://{path}", home_of(path)):
            return store
        raise


@contextmanager
def _as_known(store: Store, text: str) -> Iterator[Store]:
    from api.cli.progress import load_progress  # noqa: PLC0415 only such questions need it
    from loaders.keep.known import as_known  # noqa: PLC0415 only such questions need it

    with load_progress(Asked.lang) as progress, as_known(store, text, progress=progress) as known:
        yield known


def _tell(store: Store, known: int = 0) -> None:
    """Say what was noticed, or set right, when the store was opened; and, at the end, what has come since."""
    Asked.notices = [notice.get(Asked.lang) for notice in store.notices]
    for notice in Asked.notices[known:]:
        STDERR.print(notice, soft_wrap=True)


def _readable(settings: Settings, url: str | None) -> Store | None:
    """Open a store for reading alone; none where it is still empty."""
    try:
        store = open_or_join(settings, url, read_only=True)
    except StoreReadOnly:  # a file without tables, as its maker was stopped: as good as new
        return None
    try:
        with store.read() as session:
            filled = session.version() > 0
    except ShuniuError:
        store.close()
        raise
    if filled:
        return store
    store.close()
    return None


def _day(text: str) -> date:
    """Read a day as in tables: 2026-01-31, 2026/1/31, 2026年1月31日; not the number of a workbook's cell."""
    with suppress(ValueError):
        return date.fromisoformat(text)
    found = cells.day(text) if re.search(r"[年/.\-]", text) else None
    if not isinstance(found, date):
        raise ValueError(text)
    return found


def read_day(text: str | None, name: str = "--as-of") -> date:
    """Return the day that an option of this name says, without one today.

    Raises:
        BadParameter: it is no date, or one that no data can speak of.
    """
    try:
        day = _day(text) if text else today()
    except (ValueError, CellError) as error:
        raise BadParameter(name=name, value=text, reason="YYYY-MM-DD") from error
    if not FIRST_DAY <= day <= LAST_DAY:
        raise BadParameter(name=name, value=text, reason=f"{FIRST_DAY} … {LAST_DAY}")
    return day


def ask_password(lang: Lang) -> str:
    """Ask for a password: what stands in a command stays in the shell's history; there is nothing to hide in a pipe.

    Raises:
        typer.Abort: there is no input.
    """
    asked = Text("密码", "Password").get(lang)
    if sys.stdin.isatty():
        return str(typer.prompt(asked, hide_input=True, err=True))
    typer.echo(f"{asked}: ", err=True)
    if not (line := sys.stdin.readline()):
        raise typer.Abort
    return line.rstrip("\r\n")
