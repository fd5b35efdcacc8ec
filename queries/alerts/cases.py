"""Cases: each finding is opened once, told once, and closed with evidence; kept beside the graph."""

import json
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import Field

from graph.errors import BadParameter, NotFound
from graph.home import Home, read_json
from graph.language import Text
from queries.alerts.findings import AlertFinding
from queries.answers import Result

CASES = "cases"
FILE = f"{CASES}/cases.json"

CaseState = Literal["open", "closed"]


class AlertCase(Result):
    """One case, from finding to closed."""

    case: str = Field(description="案件编号 / number of the case")
    finding: AlertFinding = Field(description="立案的发现 / what was found")
    state: CaseState = Field(description="open 待办 | closed 已办结 / open or closed")
    opened: date = Field(description="立案日期 / day of opening")
    told: tuple[str, ...] = Field(
        default=(), description="已通知的途径：webhook、mail / ways on which somebody was told"
    )
    closed: date | None = Field(default=None, description="办结日期 / day of closing")
    evidence: str | None = Field(default=None, description="办结依据 / evidence on which it was closed")


def cases(home: Path) -> list[AlertCase]:
    """Return all cases, oldest first.

    Raises:
        HomeDamaged: the file cannot be read.
    """
    path = home / FILE
    return [AlertCase.model_validate(case) for case in read_json(path)] if path.exists() else []


def open_cases(home: Path, found: Iterable[AlertFinding], day: date) -> list[AlertCase]:
    """Open a case for each finding that never had one, and return these; whoever runs at the same time waits.

    Raises:
        HomeDamaged, DiskFull, FileUnwritable: nothing has changed.
    """
    with Home(home).lock():
        known = cases(home)
        keys = {case.finding.key for case in known}
        fresh: dict[str, AlertFinding] = {one.key: one for one in found if one.key not in keys}
        made = [
            AlertCase(case=f"case-{at:05d}", finding=one, state="open", opened=day)
            for at, one in enumerate(fresh.values(), len(known) + 1)
        ]
        if made:
            _keep(home, [*known, *made])
    return made


def close_case(home: Path, case: str, evidence: str, day: date) -> AlertCase:
    """Close a case with what shows that it is done.

    Raises:
        NotFound: there is no such case.
        BadParameter: it is closed already, or there is no evidence.
    """
    if not evidence.strip():
        raise BadParameter(name="evidence", value=evidence, reason=Text("办结须写依据", "a case is closed on evidence"))

    def closed(one: AlertCase) -> AlertCase:
        if one.state == "closed":
            raise BadParameter(name="case", value=case, reason=Text("已办结", "it is closed already"))
        return one.model_copy(update={"state": "closed", "closed": day, "evidence": evidence.strip()})

    changed = _change(home, {case}, closed)
    if not changed:
        raise NotFound(kind=Text("案件", "case"), key=case)
    return changed[0]


def mark_notified(home: Path, told: Iterable[AlertCase], way: str) -> None:
    """Keep that somebody was told of these cases on a way."""
    _change(home, {case.case for case in told}, lambda one: one.model_copy(update={"told": (*one.told, way)}))


def _change(home: Path, names: set[str], change: Callable[[AlertCase], AlertCase]) -> list[AlertCase]:
    with Home(home).lock():
        known = cases(home)
        made = [change(one) if one.case in names else one for one in known]
        changed = [one for one in made if one.case in names]
        if changed:
            _keep(home, made)
    return changed


def _keep(home: Path, all_of_them: list[AlertCase]) -> None:
    content = json.dumps([case.model_dump(mode="json") for case in all_of_them], ensure_ascii=False, indent=0)
    Home(home).keep({FILE: content.encode()})
