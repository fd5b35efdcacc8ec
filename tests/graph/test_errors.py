"""Every error can be said in both languages with what it is raised with."""

import ast
import errno
import importlib
import os
import re
import string
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from graph import errors
from graph.language import Lang, Text

ROOT = Path(__file__).parents[2]
PACKAGES = ("graph", "loaders", "queries", "viz", "api")
DETAILS: dict[str, dict[str, Any]] = {
    "AmbiguousRegion": {"value": "市中区", "candidates": "乐山市市中区（511102）"},
    "BadDeliveryNote": {"path": "source.yml", "problem": Text("没有这张表", "no such table")},
    "BadCursor": {"value": "x"},
    "BadParameter": {"name": "standard", "value": -1, "reason": Text("应大于 0", "must be above 0")},
    "BadStoreUrl": {"url": "http://x"},
    "BodyTooLarge": {"limit": 1000},
    "BodyTooSlow": {"seconds": 20},
    "DatabaseMissing": {"url": "bolt://x/y", "database": "y"},
    "DatabaseStarting": {"url": "bolt://x"},
    "DatabaseShared": {"url": "bolt://x", "what": Text("(:City) × 1", "(:City) × 1")},
    "BadForm": {},
    "ChangesGone": {"since": "3", "first": 5, "last": 9},
    "DeadlineOver": {"seconds": 60},
    "ForeignHost": {"host": "evil.example"},
    "ForeignOrigin": {"origin": "http://evil.example"},
    "JobEnded": {"job": "1a", "state": Text("完成", "done")},
    "JobInterrupted": {},
    "JobUnfinished": {"job": "1a", "state": Text("排队", "queued")},
    "KeyInUse": {"key": "a"},
    "KeyReused": {"key": "a"},
    "LengthUnclear": {},
    "NotAllowed": {"role": Text("公众", "public"), "rule": Text("查询网络", "ask about the network")},
    "NotDelivered": {"to": "http://127.0.0.1:9", "reason": "refused"},
    "NotYourRegion": {"region": "成都市", "own": "绵阳市"},
    "OfTheProvince": {"own": "绵阳市"},
    "QueueUnreachable": {},
    "RangeBeyondEnd": {"range": "bytes=9-", "size": 4},
    "ProviderAway": {},
    "TooManyAtOnce": {"seconds": 5},
    "TooManyOfYours": {"most": 3},
    "TooManyRequests": {},
    "UnknownKey": {},
    "WorkerLost": {},
    "DeliveryShrunk": {"table": Text("机构", "Organisations"), "place": "绵阳市", "stored": 9, "delivered": 1},
    "DiskFull": {"path": "g.lbug"},
    "HistoryApart": {"home": "g.lbug.d", "load": "load-000002"},
    "HomeUnknown": {"path": "~"},
    "HomeForbidden": {"path": "key"},
    "HomeDamaged": {"path": "journal.jsonl", "reason": Text("内容不完整", "it is not whole")},
    "SumsOnly": {"months": "2026-01"},
    "WrongKey": {"path": "key"},
    "BackupRefused": {"path": "b.zip", "reason": "SHA-256"},
    "EncryptionMismatch": {"url": "bolt+s://x", "reason": "self-signed certificate"},
    "FileMissing": {"path": "机构.csv"},
    "FolderOfAnother": {"path": "g.lbug", "home": "g.lbug.d"},
    "FileNameUnreadable": {"path": "机构.csv"},
    "FileRefused": {"path": "机构.xlsx", "reason": "50 MB"},
    "FileUnreadable": {"path": "机构.xlsx", "reason": "not a zip file"},
    "FileUnwritable": {"path": "out", "reason": "read-only file system"},
    "KeyMissing": {"path": "key"},
    "MissingColumn": {
        "where": "机构.csv",
        "columns": "名称（name）",
        "found": "地区",
        "row": 1,
        "suggestion": Text("", ""),
    },
    "NoneYet": {"kind": Text("快照", "snapshot")},
    "NotYaml": {"path": "plan.yml", "reason": "found a tab"},
    "KnownStateMissing": {"load": "load-000002"},
    "NothingToRebuild": {"path": "g.lbug.d"},
    "NotReady": {"reason": "…"},
    "NotFound": {"kind": Text("机构", "organisation"), "key": "x"},
    "QueryTimeout": {"seconds": 5.0},
    "RegionNotFound": {"value": "x", "suggestion": Text("", "")},
    "SealBroken": {"what": "contacts.sealed"},
    "ShuniuError": {},
    "SourceMissing": {"path": "sources/x"},
    "StaleCursor": {"reason": Text("图已更新", "the graph has moved on")},
    "StoreBeingRead": {"seconds": 60.0},
    "StoreBehind": {"version": 0, "home": "g.lbug.d", "last": "load-000003"},
    "StoreBusy": {"load": "load-000002"},
    "StoreChanged": {},
    "StoreDamaged": {"path": "g.lbug", "reason": "Checksum"},
    "StoreFailure": {"reason": "what the store said"},
    "StoreForbids": {"url": "bolt://x", "reason": "what the server said"},
    "StoreLocked": {"path": "g.lbug", "holder": Text("（PID 1）", " (PID 1)")},
    "StoreMoved": {},
    "StoreNewer": {"path": "g.lbug"},
    "StoreOutdated": {"path": "g.lbug"},
    "StoreProblem": {},
    "StoreReadOnly": {},
    "StoreUnreachable": {"url": "bolt://x"},
    "UnknownNode": {"value": "x", "suggestion": Text("", "")},
    "AmbiguousNode": {"value": "x", "candidates": "Window:W07"},
    "UnknownCode": {"value": "x", "list": Text("级别", "Level"), "allowed": "国家级、省级"},
    "UnknownRegion": {"value": "x", "suggestion": Text("", "")},
    "UnknownTable": {"where": "x.csv", "name": "x", "tables": "机构 organizations", "note": "tables:"},
    "WrongPassword": {"url": "bolt://x"},
    "WrongUse": {},
}


@cache
def classes() -> dict[str, type[errors.ShuniuError]]:
    """Return every error class of the product, wherever it is declared."""
    ours = "|".join(name for name, kind in vars(errors).items() if isinstance(kind, type))
    declares = re.compile(rf"^class \w+\((errors\.)?({ours})\b", re.MULTILINE)
    for package in PACKAGES:
        for file in (ROOT / package).rglob("*.py"):
            if declares.search(file.read_text(encoding="utf-8")):
                importlib.import_module(".".join(file.relative_to(ROOT).with_suffix("").parts))
    found, new = {}, [errors.ShuniuError]
    while new:
        kind = new.pop()
        found[kind.__name__] = kind
        new += kind.__subclasses__()
    return found


def fields(kind: type[errors.ShuniuError]) -> set[str]:
    """Return the blanks in a class's wording."""
    texts = (*kind.message, *kind.hint)
    return {name for text in texts for _, name, _, _ in string.Formatter().parse(text) if name}


def test_the_table_names_every_error() -> None:
    assert set(DETAILS) == set(classes())


@pytest.mark.parametrize("name", sorted(DETAILS))
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_it_can_be_said(name: str, lang: Lang) -> None:
    kind = classes()[name]
    error = kind(**DETAILS[name])
    assert error.say(lang).strip()
    assert "{" not in error.say(lang) + error.way_out(lang)
    assert str(error).startswith(error.say("zh"))
    assert error.exit_code in (1, 2, 3)


@pytest.mark.parametrize("name", sorted(DETAILS))
def test_both_languages_say_the_same(name: str) -> None:
    for text in (classes()[name].message, classes()[name].hint):
        zh, en = ({field for _, field, _, _ in string.Formatter().parse(part) if field} for part in text)
        assert zh == en
        assert bool(text.zh) == bool(text.en)


def test_what_is_wrong_with_the_machine_has_a_way_out() -> None:
    declared = [kind for kind in vars(errors).values() if isinstance(kind, type)]
    problems = [kind for kind in declared if issubclass(kind, errors.StoreProblem)]
    silent = [kind.__name__ for kind in problems if not kind.hint.zh]
    assert set(silent) == {"StoreProblem", "StoreReadOnly"}


def test_exit_codes_follow_the_contract() -> None:
    for kind in classes().values():
        if issubclass(kind, errors.StoreProblem):
            assert kind.exit_code == 3
        elif issubclass(kind, errors.WrongUse) and not issubclass(kind, errors.NotFound):
            assert kind.exit_code == 2


def test_a_wrong_key_is_looked_up_where_those_of_its_kind_are() -> None:
    kind = Text("合作请求", "partner request")
    elsewhere = errors.NotFound(kind=kind, key="x", way=errors.listed_by("shuniu requests", "GET /v1/requests"))
    assert (elsewhere.way_out("zh"), elsewhere.way_out("en")) == (
        "请核对编号；shuniu requests、GET /v1/requests 列出现有的。",
        "Check the key; what there is: shuniu requests, GET /v1/requests.",
    )
    assert errors.NotFound(kind=kind, key="x").way_out("en") == errors.NotFound.hint.en


def test_slugs_are_stable_and_differ() -> None:
    slugs = [kind().code for kind in classes().values()]
    assert len(set(slugs)) == len(slugs)
    assert errors.StoreLocked().code == "store-locked"


Raised = tuple[str, type[errors.ShuniuError], set[str]]


@cache
def raises() -> tuple[Raised, ...]:
    """Return every place where an error is made, its class and the details given there."""
    return tuple(_raises())


def _raises() -> Iterator[Raised]:
    known = classes()
    for package in PACKAGES:
        for file in (ROOT / package).rglob("*.py"):
            for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if not isinstance(call, ast.Call):
                    continue
                name = getattr(call.func, "id", None) or getattr(call.func, "attr", None)
                if name in known and all(word.arg for word in call.keywords):
                    place = f"{file.relative_to(ROOT)}:{call.lineno}"
                    yield place, known[name], {word.arg for word in call.keywords if word.arg}


def test_every_place_gives_what_the_wording_needs() -> None:
    assert len(raises()) > 30
    lacking = {place: fields(kind) - given for place, kind, given in raises() if fields(kind) - given}
    assert lacking == {}


def test_every_error_is_raised_somewhere() -> None:
    abstract = {"ShuniuError", "WrongUse", "StoreProblem"}
    declared = {name for name, kind in vars(errors).items() if isinstance(kind, type)}
    assert {kind.__name__ for _, kind, _ in raises()} >= (declared & set(DETAILS)) - abstract


def test_a_failed_write_is_a_full_disk_or_a_place_that_cannot_be_written() -> None:
    quoted = RuntimeError(f"a library's own words: {os.strerror(errno.ENOSPC)}")
    for error in (OSError(errno.ENOSPC, "no space"), OSError(errno.EDQUOT, "no more for you"), quoted):
        full = errors.unwritable("p", error)
        assert (type(full), full.details) == (errors.DiskFull, {"path": "p"})
    for error, reason in ((OSError(errno.EACCES, "not allowed"), "not allowed"), (bare := OSError("odd"), bare)):
        found = errors.unwritable("p", error)
        assert (type(found), found.details) == (errors.FileUnwritable, {"path": "p", "reason": reason})
