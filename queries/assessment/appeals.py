"""Appeals against an assessment: a case each, closed with evidence; what was wrong is corrected by loading it anew."""

from collections import defaultdict
from contextlib import suppress
from datetime import date
from pathlib import Path

from graph.errors import AmbiguousRegion, BadParameter, NotFound, UnknownRegion, listed_by
from graph.language import Text
from graph.places import gazetteer
from queries.alerts.cases import AlertCase, cases, open_cases
from queries.alerts.findings import AlertFinding
from queries.assessment.assess import Assessed, part_name

RULE = "appeal"
"""What their cases are told by."""
ASSIGN = Text("省级枢纽", "provincial hub")


def subject_of(subjects: list[Assessed], named: str) -> Assessed:
    """Return the subject of a key or name; a place by any of its names.

    Raises:
        NotFound: nobody of this key or name was assessed.
    """
    meant = {named}
    with suppress(UnknownRegion, AmbiguousRegion):
        meant.add(gazetteer.division(named))
    found = next((s for s in subjects if meant & {s.key, s.name}), None)
    if found is None:
        way = listed_by("shuniu assess", "GET /v1/assessment")
        raise NotFound(kind=Text("被评对象", "subject"), key=named, way=way)
    return found


def open_appeal(home: Path, subjects: list[Assessed], subject: str, indicator: str, says: str, day: date) -> AlertCase:
    """Open the case of an appeal of one subject against the points of an indicator.

    Raises:
        NotFound: nobody of this key or name was assessed.
        BadParameter: the scheme has no such indicator, nothing is said, or the same appeal was made that day.
    """
    found = subject_of(subjects, subject)
    part = next((p for p in found.parts if p.indicator == indicator), None)
    if part is None:
        raise BadParameter(name="indicator", value=indicator, reason=" | ".join(p.indicator for p in found.parts))
    if not says.strip():
        raise BadParameter(name="says", value=says, reason=Text("申诉须写明理由", "an appeal states its reason"))
    points = "—" if part.points is None else f"{part.points:.2f}"
    finding = AlertFinding(
        rule=RULE, subject=found.key, occasion=f"{day.isoformat()} {indicator}", subject_name=found.name,
        text_zh=f"对指标“{part_name(part).zh}”得分 {points} 的申诉：{says.strip()}",
        text_en=f"Appeal against {points} points for {part_name(part).en}: {says.strip()}", assign=ASSIGN.zh,
        assign_en=ASSIGN.en,
        rule_zh="申诉", rule_en="appeal",
    )  # fmt: skip
    made = open_cases(home, [finding], day)
    if not made:
        raise BadParameter(name="indicator", value=indicator, reason=Text("当日已申诉", "appealed on that day already"))
    return made[0]


def open_appeals(home: Path) -> dict[str, tuple[str, ...]]:
    """Return the numbers of the open appeals by the key of who made them."""
    found = defaultdict[str, list[str]](list)
    for case in cases(home):
        if case.finding.rule == RULE and case.state == "open":
            found[case.finding.subject].append(case.case)
    return {subject: tuple(numbers) for subject, numbers in found.items()}
