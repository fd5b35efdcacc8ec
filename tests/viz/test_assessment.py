"""The report on an assessment: what is not known is said to be so, an open appeal too, and its pages have no fault."""

from typing import Any

import pytest

from queries.answers import Answer
from queries.assessment import schemes
from queries.assessment.assess import Assessed, Assessment, PointPart
from tests.viz.scenes import meta
from viz.report.assessment import AssessmentReport, assessment_document
from viz.report.checking import check_file
from viz.report.document import ReportDocument, ReportParagraph
from viz.report.writing import WRITERS, write_report


def subject(at: int, scheme: str, score: float | None, **other: Any) -> Assessed:
    of = schemes()[scheme]
    parts = [
        PointPart(indicator=i.id, value=0.4, reached=0.5, weight=i.weight / 100, points=i.weight / 2)
        for i in of.indicators
    ] + [
        PointPart(indicator="unrecorded", name_zh=u.name.zh, value=None, reached=None, weight=0.1, points=None)
        for u in of.unrecorded
    ]
    known: dict[str, Any] = {
        "rank": None if score is None else at, "key": f"51{at:02d}00", "name": f"示例甲{at}", "score": score,
        "grade": "优秀" if score and score >= 90 else None, "known_weight": 0.9, "bonus": 0.0, "parts": parts,
        "holds_over_next": 0.5 + at / 100, "rank_low": 1, "rank_high": at, "services": 10 * at, "data_class": ["REAL"],
    }  # fmt: skip
    return Assessed(**{**known, **other})


def made(subjects: list[Assessed], scheme: str = "notice_2020") -> AssessmentReport:
    of = schemes()[scheme]
    data = Assessment(
        title_zh=of.title.zh, title_en=of.title.en, scheme=of.id, source=of.source, source_en=of.source_en,
        verification=of.verification, checked=False, of=of.of, months="2025-04—2026-03", subjects=subjects,
    )  # fmt: skip
    return AssessmentReport(Answer(data=data, meta=meta()), of)


def said(document: ReportDocument) -> list[str]:
    return [b.text for b in document.body if isinstance(b, ReportParagraph) and b.kind == "body"]


def test_who_cannot_be_judged_has_no_score_and_no_zero() -> None:
    document = assessment_document(made([
        subject(1, "notice_2020", 92.5, appeals=("case-00003", "case-00007")), subject(2, "notice_2020", 30.0),
        subject(3, "notice_2020", None, holds_over_next=None, grade=None),
    ]))  # fmt: skip
    assert said(document)[:3] == [
        "2025-04—2026-03 共评分 2 个市（州）：优秀 1 个、不足最低等次 1 个。最高的是示例甲1（92.5 分），"
        "最低的是示例甲2（30.0 分）。另有 1 个没有可评的指标，不评分，也不按零分计。",
        "权重随机变动 1,000 次，相邻两名的 1 对中，先后次序在 95% 以上的变动中不变的有 0 对；"
        "最不稳的是示例甲1与示例甲2，次序只在 51.0% 的变动中不变。名次相近的，不宜只凭先后区别对待。",
        "示例甲1有未办结的申诉：case-00003、case-00007，分数可能更正。",
    ]
    (ranks, *_) = document.tables()
    assert [row[:4] for row in ranks.rows] == [
        (1, "示例甲1", 92.5, "优秀"), (2, "示例甲2", 30.0, "—"), (None, "示例甲3", None, "—")
    ]  # fmt: skip


def test_one_alone_is_neither_highest_nor_lowest() -> None:
    alone = made([subject(1, "notice_2020", 92.5, holds_over_next=None)])
    assert said(assessment_document(alone))[0] == "2025-04—2026-03 共评分 1 个市（州）：优秀 1 个。示例甲1得 92.5 分。"
    assert said(assessment_document(alone, "en"))[0] == (
        "1 prefecture was assessed for 2025-04—2026-03: 1 excellent. Chengdu has 92.5 points."
    )


def test_nobody_is_an_honest_report() -> None:
    document = assessment_document(made([]))
    assert said(document)[0] == ("2025-04—2026-03 没有可以评分的市（州）：没有月度服务数据。没有数据不等于零分。")
    assert [t.caption for t in document.tables()] == ["表 1　评分方案的指标"]
    assert assessment_document(made([]), "en").annexes == ()


def test_what_a_scheme_asks_and_nobody_records_is_told() -> None:
    document = assessment_document(made([subject(1, "platform_2017", 50.0)], "platform_2017"))
    scheme = schemes()["platform_2017"]
    unrecorded = sum(u.weight for u in scheme.unrecorded)
    whole = unrecorded + sum(i.weight for i in scheme.indicators)
    assert (
        f"方案要求而本图不记录的指标占权重的 {100 * unrecorded / whole:.1f}%，其得分不知道，因此总分只反映其余部分。"
        in said(document)
    )


@pytest.mark.parametrize("scheme", list(schemes()))
def test_its_pages_have_no_fault(scheme: str, tmp_path: Any) -> None:
    document = assessment_document(made([subject(at, scheme, 95.0 - at) for at in range(1, 60)], scheme))
    written = {form: write_report(document, tmp_path / f"a.{form}", form) for form in WRITERS}
    assert [fault for form in ("docx", "pdf") for fault in check_file(written[form])] == []


def test_what_was_seen_is_the_document_and_not_the_weights() -> None:
    report = made([subject(1, "notice_2020", 92.5)])
    zh, en = (" ".join(said(assessment_document(report, lang))) for lang in ("zh", "en"))
    assert "权重和阈值是假设。所依据的文件：见于官方或媒体页面。" in zh
    assert (
        "weights and thresholds assumed. The document it is after: Seen on an official or press page. Points are linear"
        in en
    )
