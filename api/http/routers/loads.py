"""Tables brought by upload: taken up as a job, loaded by the server one at a time."""

import shutil
import unicodedata
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Annotated

from fastapi import APIRouter, Depends, File, Query, Request, Response, UploadFile

from api.http.access import own_region
from api.http.admission import asker
from api.http.jobs import LOADS
from api.http.kept_requests import kept_request
from api.http.parameters import LanguageQuery, Sent, StoreOf, check_once
from api.http.problems import documented
from api.http.routers.jobs import TAKEN, jobs_of, taken_up
from api.http.routers.reports import Webhook
from api.questions.codes import region_code
from api.questions.held import check
from api.questions.loads import LoadParameters
from graph.errors import BadParameter
from graph.language import Text
from loaders.read.opening import ENDINGS
from loaders.read.words.delivery import NOTE_FILE

router = APIRouter(tags=["jobs"])
LONGEST_NAME = 200
"""Bytes; a file system takes 255."""
UNFIT = Text(f"应为 {' '.join(ENDINGS)} 文件", f"must be a file {' '.join(ENDINGS)}")
TWICE = Text("两个文件同名", "two files have this name")
NO_FILES = Text(
    "表单只带文件，字段名为 files；选项写在地址中，如 /v1/loads?dry_run=true",
    "the form brings files alone, in the field `files`; options stand in the address: /v1/loads?dry_run=true",
)
ALONE = Text("只有说明，没有数据表", "it is a note, and no table is with it")
Files = Annotated[
    list[UploadFile],
    File(description="数据表或 zip，可附 source.yml / tables or zips, and source.yml beside them", max_length=50),
]


class LoadQuery(LoadParameters, LanguageQuery, Sent):
    """How tables are loaded."""


async def _files_alone(request: Request) -> None:
    """Refuse what a form brings beside files: a ``dry_run`` that stands there would be dropped, and the load done.

    Raises:
        BadParameter: it names the first such field.
    """
    for name, value in (await request.form()).multi_items():
        if name != "files":
            raise BadParameter(name=name, value=getattr(value, "filename", value), reason=NO_FILES)


@router.post(
    "/loads", status_code=202, responses={**documented(400, 429), **TAKEN}, summary="载入数据表 / Load tables",
    dependencies=[Depends(_files_alone)],
)  # fmt: skip
def post_loads(
    request: Request, store: StoreOf, files: Files, asked: Annotated[LoadQuery, Query()], webhook: Webhook = None
) -> Response:
    """上传数据表（CSV、XLSX、JSON 行、Parquet、zip，合计至多 50 MB）；受理后为作业，结果为载入账目。
    窗口编辑的载入中，别的地区的行会被退回。

    Upload tables (CSV, XLSX, JSON lines, Parquet, zip; at most 50 MB together). They are taken up as a job, whose
    result is the account of the load: `data`, `rejects`, `load`; rejected rows come as a workbook. Of a window editor
    the rows of other regions are rejected.
    """
    check_once(request, asked)
    own = own_region(request)
    if own and asked.complete_for:
        check(region_code(asked.complete_for), own)
    elif own and asked.replace:
        asked = asked.model_copy(update={"complete_for": own})
    asked.checked()
    named = names_of(files)
    jobs = jobs_of(request)

    def give(folder: Path) -> None:
        for name, file in named.items():
            with (folder / name).open("wb") as kept:
                shutil.copyfileobj(file.file, kept)

    options = asked.model_dump(include=set(LoadParameters.model_fields))
    order = {**kept_request(request.scope), "options": options, "only": own}
    who = asker(request.scope)
    told = jobs.webhooks.checked(webhook)
    return taken_up(request, store, lambda: jobs.take(LOADS, "loads", who, order, webhook=told, give=give))


def names_of(files: Sequence[UploadFile]) -> dict[str, UploadFile]:
    """Return uploads by the names that they get: the last part of what the sender calls them.

    Raises:
        BadParameter: a name is none of a table, two have the same, or there is no table.
    """
    named: dict[str, UploadFile] = {}
    for file in files:
        stated = file.filename or ""
        name = unicodedata.normalize("NFC", PurePosixPath(stated.replace("\\", "/")).name)
        if not (name == NOTE_FILE or Path(name).suffix.casefold() in ENDINGS) or not fits(name):
            raise BadParameter(name="files", value=stated, reason=UNFIT)
        if name in named:
            raise BadParameter(name="files", value=stated, reason=TWICE)
        named[name] = file
    if set(named) <= {NOTE_FILE}:
        raise BadParameter(name="files", value=NOTE_FILE, reason=ALONE)
    return named


def fits(name: str) -> bool:
    """Tell whether a file may be called so: whole characters that show, not too many."""
    return name.isprintable() and not name.startswith(".") and len(name.encode()) <= LONGEST_NAME
