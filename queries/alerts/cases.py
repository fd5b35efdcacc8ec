"""Cases: each finding is opened once, told once, and closed with evidence; kept beside the graph.

What proves not to be done is opened again under its number, with a reason, and told again; what comes back later, on
another day or in another month, is a case of its own that names the former.
"""

import json
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import Field

from graph.errors import BadParameter, NotFound, listed_by
from graph.home import Home
from graph.home_files import files_in, read_json
from graph.language import Text
from queries.alerts.findings import AlertFinding
from queries.answers import Result

CASES = "cases"
FILE = f"{CASES}/cases.json"

CaseState = Literal["open", "closed"]


class Reopening(Result):
    """One time that a case was opened again: how it had been closed, when and why it was opened again."""

    closed: date = Field(description="原办结日期 / day on which it had been closed")
    evidence: str = Field(description="原办结依据 / evidence on which it had been closed")
    day: date = Field(description="重新立案日期 / day on which it was opened again")
    reason: str = Field(description="重新立案的理由 / why it was opened again")


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
    former: str | None = Field(
        default=None, description="同一规则、同一对象的前一案 / the case before of the same rule and subject"
    )
    reopened: tuple[Reopening, ...] = Field(
        default=(), description="办结后又重新立案的经过 / each time that it was closed and opened again"
    )

    @property
    def since(self) -> date:
        """The day since which it is open, or was until it was closed."""
        return self.reopened[-1].day if self.reopened else self.opened


def what_it_is_about(case: AlertCase) -> Text:
    """Return in words what was found, which case came before, and why it was opened again."""
    zh, en = [case.finding.text_zh], [case.finding.text_en]
    if case.former:
        zh.append(f"前案 {case.former}。")
        en.append(f"Case before: {case.former}.")
    if case.reopened:
        again = case.reopened[-1]
        zh.append(f"{again.day} 重新立案：{again.reason}")
        en.append(f"Opened again on {again.day}: {again.reason}")
    return Text("".join(zh), " ".join(en))


def cases(home: Path) -> list[AlertCase]:
    """Return all cases, oldest first.

    Raises:
        HomeDamaged, HomeForbidden: the file cannot be read.
    """
    path = home / FILE
    return read_json(path, list[AlertCase]) if path in files_in(path.parent) else []


def open_cases(home: Path, found: Iterable[AlertFinding], day: date) -> list[AlertCase]:
    """Open a case for each finding that never had one, and return these; whoever runs at the same time waits.

    One that its rule found of the same subject before, another time, names the last case of these.

    Raises:
        HomeDamaged, DiskFull, FileUnwritable: nothing has changed.
    """
    with Home(home).lock():
        known = cases(home)
        keys = {case.finding.key for case in known}
        fresh: dict[str, AlertFinding] = {one.key: one for one in found if one.key not in keys}
        last = {(case.finding.rule, case.finding.subject): case.case for case in known}
        made = [
            AlertCase(
                case=f"case-{at:05d}", finding=one, state="open", opened=day, former=last.get((one.rule, one.subject))
            )
            for at, one in enumerate(fresh.values(), len(known) + 1)
        ]  # fmt: skip
        if made:
            _keep(home, [*known, *made])
    return made


def close_case(home: Path, case: str, evidence: str, day: date) -> AlertCase:
    """Close a case with what shows that it is done.

    Raises:
        NotFound: there is no such case.
        BadParameter: it is closed already, it was opened after that day, or there is no evidence.
    """
    said = _said("evidence", evidence, Text("办结须写依据", "a case is closed on evidence"))

    def closed(one: AlertCase) -> AlertCase:
        if one.state == "closed":
            raise BadParameter(name="case", value=case, reason=Text("已办结", "it is closed already"))
        _after("立案", "opened", one.since, day)
        return one.model_copy(update={"state": "closed", "closed": day, "evidence": said})

    return _change_one(home, case, closed)


def reopen_case(home: Path, case: str, reason: str, day: date) -> AlertCase:
    """Open a closed case again, since what it was closed on does not hold; it is told again on every way.

    Raises:
        NotFound: there is no such case.
        BadParameter: it is open, it was closed after that day, or there is no reason.
    """
    said = _said("reason", reason, Text("重新立案须写理由", "a case is opened again for a reason"))

    def opened(one: AlertCase) -> AlertCase:
        if one.closed is None or one.evidence is None:
            raise BadParameter(name="case", value=case, reason=Text("尚未办结", "it is open"))
        _after("办结", "closed", one.closed, day)
        again = Reopening(closed=one.closed, evidence=one.evidence, day=day, reason=said)
        return one.model_copy(
            update={"state": "open", "closed": None, "evidence": None, "told": (), "reopened": (*one.reopened, again)}
        )

    return _change_one(home, case, opened)


def mark_notified(home: Path, notified: Iterable[AlertCase], way: str) -> None:
    """Keep that somebody was told of these cases on a way."""
    _change(home, {case.case for case in notified}, lambda one: one.model_copy(update={"told": (*one.told, way)}))


def _said(name: str, stated: str, why: Text) -> str:
    if not (said := stated.strip()):
        raise BadParameter(name=name, value=stated, reason=why)
    return said


def _after(what: str, what_en: str, before: date, day: date) -> None:
    """Refuse a day before what it follows."""
    if day < before:
        why = Text(f"早于{what}日期 {before}", f"it was {what_en} on {before}")
        raise BadParameter(name="--as-of", value=day.isoformat(), reason=why)


def _change_one(home: Path, case: str, change: Callable[[AlertCase], AlertCase]) -> AlertCase:
    changed = _change(home, {case}, change)
    if not changed:
        raise NotFound(kind=Text("案件", "case"), key=case, way=listed_by("shuniu alerts list", "GET /v1/alerts"))
    return changed[0]


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
