"""The monthly bulletin: its numbers are the answers', in every form; what is not known is said to be so."""

import io
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import docx
import openpyxl
import pytest

from graph.language import Text
from queries.answers import Answer
from queries.monitoring.figures import MonthFigures
from queries.monitoring.forecasts import Forecasts, MonthForecast, PastForecast, UnusualMonth
from queries.monitoring.monthly import BrandMonth, By, FeeShare, Monitoring
from tests.viz.scenes import meta
from viz.report.checking import check_file
from viz.report.month import month_document
from viz.report.month_summary import MonthReport, sentences
from viz.report.writing import WRITERS, write_report

UNKNOWN = {**dict.fromkeys(MonthFigures.model_fields), "data_class": []}
FULL: dict[str, Any] = {
    "services": 1200, "services_before": 1000, "year_on_year": 0.2, "firms": 345, "online_share": 0.55, "rated": 900,
    "answer_rate": 0.75, "satisfaction": 0.931, "satisfaction_low": 0.9126, "satisfaction_high": 0.9459,
    "few_ratings": False, "mean_rating": 4.4, "complaints": 7, "complaints_open": 2, "days_to_close": 6.5,
    "return_visits": 11, "priced": 800, "free_share": 0.65,
}  # fmt: skip
FEW: dict[str, Any] = {
    **FULL, "services": 2, "services_before": 0, "year_on_year": None, "firms": None, "rated": 1, "satisfaction": 1.0,
    "satisfaction_low": 0.2066, "satisfaction_high": 1.0, "few_ratings": True, "complaints": 0,
    "complaints_open": 0, "days_to_close": None,
}  # fmt: skip


def figures(group: str | None, values: Mapping[str, Any], month: str = "2026-02") -> MonthFigures:
    return MonthFigures.model_validate({**UNKNOWN, "group": group, "name": group, "month": month, **values})


def report(total: Mapping[str, Any] = FULL, *, known: bool = True) -> MonthReport:
    groups: dict[By, list[MonthFigures]] = {
        "region": [figures("绵阳市", FULL), figures("甘孜州", FEW)],
        "service_type": [figures("SC01", FULL)],
        "window": [figures("=甲窗口", {**FEW, "satisfaction_shrunk": 0.92, "shrunk_error": 0.03})],
        "month": [figures(None, FULL, "2026-01"), figures(None, total)],
    }

    def answer(by: By) -> Answer[Monitoring]:
        data = Monitoring(
            month="2026-02", by=by, total=figures(None, total), groups=groups[by] if known else [], newest="2026-01",
            feedback_unplaced=3, fees_unstated=4,
            fees=[FeeShare(fee_class="low_fee", resources=2, share=1.0, data_class=[])],
            brands=[BrandMonth(brand="tax_help", activities=3, participants=None, data_class=[])] if known else [],
        )  # fmt: skip
        return Answer(data=data, meta=meta())

    return MonthReport(
        Text("四川省", "Sichuan"), None, answer("region"), answer("service_type"), answer("window"), answer("month")
    )


LOOKED = Forecasts(
    months=30, withheld=None, error=0.031, last_year_error=0.085, trend=0.06, trend_low=-0.01, trend_high=0.12,
    adjusted={}, past=[PastForecast(month="2026-02", services=1200, forecast=1236, error=0.03, last_year=1000,
                                    last_year_error=-0.1667)],
    forecasts=[MonthForecast(month="2026-03", value=1300, low=1100, high=1500, last_year=None)],
    unusual=[UnusualMonth(month="2025-08", services=900, expected=1150, silent=["绵阳市"], region="510100",
                          region_name="成都市", region_change=-120)],
)  # fmt: skip


@pytest.mark.parametrize(
    ("withheld", "tables", "text"),
    [
        (None, ["以往预测的误差", "今后三个月的预测"],
         "2025年8月服务 900 次，按其余各月的趋势和季节应约为 1,150 次，属异常。绵阳市前后各月都有数据，该月没有。"
         "与上年同月相比变化最大的是成都市，减少 120 次。"),
        ("no_better", ["以往预测的误差"], "检验表明预测并不比直接用上年同月的数更准，因此不作预测。"),
        ("too_few", [], "有数据的 30 个月中没有可供检验的月份，不作预测。"),
        ("too_few 13", [], "有数据的月份只有 13 个，不足 24 个，不作预测。"),
    ],
)  # fmt: skip
def test_the_outlook_stands_beside_its_errors(withheld: Any, tables: list[str], text: str) -> None:
    why, _, months = (withheld or "").partition(" ")
    found = LOOKED.model_copy(update={"withheld": why or None, "months": int(months or LOOKED.months)})
    document = month_document(replace(report(), outlook=Answer(data=found, meta=meta())))
    shown = {t.caption.split("　")[1]: t.rows for t in document.tables()}
    wanted = {
        "以往预测的误差": (("2026-02", 1200, 1236, 0.03, 1000, -0.1667),),
        "今后三个月的预测": (("2026-03", 1300, 1100, 1500, None),),
    }
    assert {name: shown[name] for name in wanted if name in shown} == {name: wanted[name] for name in tables}
    assert text in [getattr(b, "text", "") for b in document.body]


def test_months_that_cannot_be_forecast_are_said_to_be_so() -> None:
    found = LOOKED.model_copy(update={"forecasts": []})
    document = month_document(replace(report(), outlook=Answer(data=found, meta=meta())), "en")
    assert [t.caption.partition(". ")[2] for t in document.tables() if "orecast" in t.caption] == [
        "Errors of past forecasts"
    ]
    assert (
        "Of the next 3 months 3 cannot be forecast: the months with data hold none of that calendar month, or one "
        "Spring Festival only, whose effect cannot be told from that of its month."
    ) in [getattr(b, "text", "") for b in document.body]


def test_every_table_is_its_answer() -> None:
    made = report()
    shown = {t.caption.split("　")[1]: t.rows for t in month_document(made).tables()}
    columns = (
        "services", "year_on_year", "firms", "online_share", "rated", "satisfaction", "satisfaction_low",
        "satisfaction_high",
    )  # fmt: skip

    def rows(*named: tuple[str, MonthFigures]) -> tuple[tuple[Any, ...], ...]:
        return tuple((name, *(getattr(f, c) for c in columns)) for name, f in named)

    mianyang, ganzi = made.places.data.groups
    (window,) = made.windows.data.groups
    assert shown == {
        "分市（州）服务情况": rows(("合计", made.total), ("绵阳市", mianyang), ("甘孜州 *", ganzi)),
        "分服务类型情况": rows(("信息咨询", made.types.data.groups[0])),
        "分市（州）投诉与回访": (("绵阳市", 7, 2, 6.5, 11), ("甘孜州", 0, 0, None, 11)),
        "服务资源的收费类型": (("低收费", 2, 1.0),),
        "当月服务活动": (("税务助企", 3, None),),
        "逐月服务情况": rows(*((f.month, f) for f in made.series.data.groups)),
        "窗口与载体成绩单": ((*rows(("=甲窗口 *", window))[0], 0.92, 0.03, 0, 11),),
    }


def test_reasons_of_an_unusual_month_in_english() -> None:
    document = month_document(replace(report(), outlook=Answer(data=LOOKED, meta=meta())), "en")
    assert (
        "August 2025 is unusual: 900 services, where trend and season of the others give 1,150. No data of that month, "
        "only, came from Mianyang. On the year Chengdu changed most, by −120."
    ) in [getattr(b, "text", "") for b in document.body]


def test_a_prefecture_is_not_told_twice_and_what_is_at_no_window_is_none() -> None:
    made, elsewhere = report(), figures("-", FEW)
    own = made.places.data.model_copy(update={"groups": [figures("510700", FULL)]})
    windows = made.windows.data.model_copy(update={"groups": [elsewhere, *made.windows.data.groups]})
    document = month_document(replace(
        made, region="510700", places=Answer(data=own, meta=meta()), windows=Answer(data=windows, meta=meta()),
    ))  # fmt: skip
    tables = {t.caption.split("　")[1]: t for t in document.tables()}
    assert "分市（州）服务情况" not in tables
    assert [row[0] for row in tables["窗口与载体成绩单"].rows] == ["不在窗口或载体 *", "=甲窗口 *"]
    (told,) = [t for b in document.body if (t := getattr(b, "text", "")).startswith("当月有服务记录")]
    assert told.startswith("当月有服务记录的窗口和载体 1 个，其中 1 个评价少于 30 条。")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_files_hold_the_same_and_have_no_fault(lang: Any, tmp_path: Any) -> None:
    document = month_document(report(), lang)
    written = {form: write_report(document, tmp_path / f"m.{form}", form) for form in WRITERS}
    shown = [[[c.shown(v) for c, v in zip(t.columns, r, strict=True)] for r in t.rows] for t in document.tables()]
    word = docx.Document(str(written["docx"]))
    assert [[[c.text for c in row.cells] for row in t.rows[1:]] for t in word.tables] == shown
    book = openpyxl.load_workbook(io.BytesIO(written["xlsx"].read_bytes()))
    for sheet, table in zip(book.sheetnames[1:], document.tables(), strict=True):
        values = [*book[sheet].iter_rows(min_row=3, max_row=2 + len(table.rows), values_only=True)]
        assert values == [tuple("—" if v is None else v for v in row) for row in table.rows]
    if lang == "zh":
        assert [fault for form in ("docx", "pdf") for fault in check_file(written[form])] == []


def test_one_is_not_several_in_english() -> None:
    one = {**FULL, "services": 1, "firms": 1, "rated": 1, "complaints": 1}
    assert [s.en for s in sentences(report(one))] == [
        "In February 2026 1 service was delivered in Sichuan, 20.0% more than the 1,000 of the same month of the year "
        "before; 1 different firm was served; 55.0% were online.",
        "1 of them was rated (75.0%); 93.1% were satisfied, 95% interval 91.3% to 94.6%.",
        "There was 1 complaint (2 still open); those closed took 6.5 days (median). Return visits: 11.",
    ]


@pytest.mark.parametrize(("low", "told"), [(-0.01, True), (0.01, False)])
def test_a_trend_that_may_be_none_is_said_to_be_open(low: float, told: bool) -> None:
    lower = "−1.0%" if low < 0 else "1.0%"
    found = LOOKED.model_copy(update={"trend_low": low})
    document = month_document(replace(report(), outlook=Answer(data=found, meta=meta())), "en")
    (trend,) = [t for b in document.body if (t := getattr(b, "text", "")).startswith("Season taken out")]
    assert trend == (
        f"Season taken out, services grow by 6.0% a year (95% interval {lower} to 12.0%), by 30 months"
        + ("; the interval holds zero: whether they grow or fall cannot be told." if told else ".")
    )


def test_without_windows_there_is_no_report_card_and_without_resources_no_class_of_fee() -> None:
    made = report()
    windows = made.windows.data.model_copy(update={"groups": [figures("-", FEW)]})
    places = made.places.data.model_copy(update={"fees": [], "fees_unstated": 0})
    document = month_document(
        replace(made, windows=Answer(data=windows, meta=meta()), places=Answer(data=places, meta=meta()))
    )
    told = [getattr(b, "text", "") for b in document.body]
    assert "当月的服务都没有写明窗口或载体，不作成绩单。" in told
    assert "分析日没有有效的服务资源。" in told
    assert document.annexes == ()


def test_a_prefecture_without_feedback_stands_among_the_others_with_zeros() -> None:
    made = report()
    groups = [figures("绵阳市", FULL), figures("甘孜州", {**FEW, "return_visits": 0})]
    places = made.places.data.model_copy(update={"groups": groups})
    document = month_document(replace(made, places=Answer(data=places, meta=meta())))
    shown = {t.caption.split("　")[1]: t.rows for t in document.tables()}
    assert shown["分市（州）投诉与回访"] == (("绵阳市", 7, 2, 6.5, 11), ("甘孜州", 0, 0, None, 0))


def test_a_month_of_which_nothing_is_known_says_so() -> None:
    made = report({"complaints": None}, known=False)
    assert [s.zh for s in sentences(made)] == [
        "2026年2月，四川省没有月度服务数据，无法判断服务情况；没有数据不等于没有服务。有数据的最近月份为2026年1月。"
    ]
    assert [t.caption for t in month_document(made).tables()] == ["表 1　服务资源的收费类型"]


def test_one_record_is_said_to_be_few() -> None:
    assert [s.zh for s in sentences(report(FEW))] == [
        "2026年2月，四川省共完成服务 2 次；台账没有逐次写明企业，服务企业数不详；线上占比 55.0%。",
        "收到评价 1 条（评价率 75.0%），满意度 100.0%，95% 置信区间 20.7% 至 100.0%；评价少，仅供参考。",
        "当月投诉 0 件，其中 0 件尚未办结；回访 11 次。",
    ]
