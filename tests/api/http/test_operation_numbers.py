"""Every number of monthly bulletin, report card and assessment is the API's: read back from all four forms."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import docx
import openpyxl
import pandas as pd
import pytest

from graph.language import Lang, Text, capital
from graph.places.english import english_names
from graph.stores.base import Store
from graph.stores.opening import open_store
from graph.vocabulary import vocabulary
from loaders.pipeline import load
from queries.assessment import schemes
from queries.assessment.scheme import INDICATORS, SHARES
from queries.monitoring import MonitoringQuestion
from queries.monitoring.forecasts import forecasts
from tests.api.support import Client, served
from tests.support.reported import Table, book_tables, page_tables, printed, shown, word_tables
from tests.support.stores import new_store
from tests.support.terminal import shuniu
from tests.viz import parsing
from viz.report.writing import WRITERS

DAY, MONTH = "2026-06-20", "2026-05"
ASKED = {"as_of": DAY, "month": MONTH}
SITES = ("", "示例-载体", "绵阳市窗口平台")
PLACES = ("510703", "511502")
SEASON = (1.0, 0.6, 1.1, 1.2, 1.3, 1.0, 0.9, 0.8, 1.1, 1.0, 1.2, 1.4)


def services() -> pd.DataFrame:
    """29 months that grow, with a season, so that a forecast beats last year's value."""
    rng, rows = Random(18), list[dict[str, Any]]()
    for at in range(29):
        year, month = 2024 + at // 12, at % 12 + 1
        rows += [
            {
                "id": f"F{at:02d}-{n:03d}", "date": f"{year}-{month:02d}-{rng.randint(1, 28):02d}",
                "service_type": rng.choice(["SC01", "SC03", "SC03"]), "provider": "示例-甲",
                "carrier": rng.choice(SITES), "enterprise": rng.choice(["", "企业一", "企业二", "企业三"]),
                "region": rng.choice((*PLACES, PLACES[0])), "mode": rng.choice(["线上", "线下"]),
                "satisfaction": rng.choice(["", "2", "3.5", "4", "5", "5", "5"]),
                "fee": rng.choice(["", "0", "0", "300"]), "state": "已完成",
            }
            for n in range(round((30 + 2.0 * at) * SEASON[month - 1]))
        ]  # fmt: skip
    return pd.DataFrame(rows)


def feedback(of: pd.DataFrame) -> pd.DataFrame:
    rng = Random(20)
    rows = [
        {
            "id": f"P{at}", "record": record, "kind": rng.choice(["投诉", "回访", "评价"]),
            "date": f"2026-05-{rng.randint(1, 28):02d}", "closed": rng.choice(["2026-06-01", "2026-06-08", ""]),
        }
        for at, record in enumerate(of["id"].sample(90, random_state=1))
    ]  # fmt: skip
    return pd.DataFrame([*rows, {"id": "P-", "record": "NOBODY", "kind": "投诉", "date": "2026-05-03", "closed": ""}])


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """URL of a closed store that holds them."""
    folder = tmp_path_factory.mktemp("bulletin")
    delivered = services()
    offered = {"kind": "服务产品", "service_types": "SC01", "provider": "示例-甲"}
    fees = enumerate(("公益", "公益", "低收费", ""))
    tables = {
        "organizations": [{"name": "示例-甲", "region": "510703"}],
        "carriers": [{"name": "示例-载体", "kind": "众创空间", "region": "510703"}],
        "windows": [{"name": "绵阳市窗口平台", "kind": "市州窗口", "region": "510700"}],
        "resources": [{**offered, "name": f"示例-{fee}{n}", "fee": fee} for n, fee in fees],
        "activities": [
            {"name": "银河一", "brand": "银河培训", "date": "2026-05-03", "region": "510700", "participants": "40"},
            {"name": "夜校", "brand": "", "date": "2026-05-11", "region": "511500", "participants": ""},
        ],
        "service_records": delivered,
        "feedback": feedback(delivered),
    }  # fmt: skip
    for name, rows in tables.items():
        pd.DataFrame(rows).to_csv(folder / f"{name}.csv", index=False)
    with new_store(tmp_path_factory.mktemp("store") / "g.lbug") as made:
        assert not load(made, [folder]).issues
        return made.url


class Bulletin(NamedTuple):
    """What was asked, in which language, and the files by form."""

    asked: dict[str, str]
    lang: Lang
    files: dict[str, Path]


KINDS: dict[str, tuple[dict[str, str], Lang]] = {
    "province": ({}, "zh"), "in English": ({}, "en"), "prefecture": ({"region": "510700"}, "zh")
}  # fmt: skip


@pytest.fixture(scope="module")
def bulletins(url: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Bulletin]:
    """The bulletins, as a terminal writes them."""
    made = {}
    for kind, (narrow, lang) in KINDS.items():
        out, asked = tmp_path_factory.mktemp("out"), ASKED | narrow
        options = [f"--{name.replace('_', '-')}={value}" for name, value in asked.items()]
        said = shuniu("report", "month", *options, "--lang", lang, "-o", out, "--store", url)
        assert said.code == 0, said.err
        made[kind] = Bulletin(asked, lang, {path.suffix[1:]: path for path in out.iterdir()})
    return made


SCHEMES: dict[str, tuple[str, Lang]] = {
    "prefectures": ("notice_2020", "zh"), "windows": ("platform_2017", "zh"), "in English": ("notice_2020", "en")
}  # fmt: skip


@pytest.fixture(scope="module")
def assessments(url: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Path]]:
    """The reports on assessments by kind and form, as a terminal writes them."""
    made = {}
    for kind, (scheme, lang) in SCHEMES.items():
        out = tmp_path_factory.mktemp("assessed")
        options = ["--scheme", scheme, "--as-of", DAY, "--lang", lang, "-o", out, "--store", url]
        said = shuniu("report", "assessment", *options)
        assert said.code == 0, said.err
        made[kind] = {path.suffix[1:]: path for path in out.iterdir()}
    return made


@pytest.fixture(scope="module")
def store(url: str, bulletins: dict[str, Bulletin], assessments: dict[str, dict[str, Path]]) -> Iterator[Store]:
    assert (len(bulletins), len(assessments)) == (len(KINDS), len(SCHEMES))
    with open_store(url) as made:
        yield made


@pytest.fixture(scope="module")
def client(store: Store) -> Iterator[Client]:
    with served(store) as made:
        yield made


SERVED = "0 % 0 % 0 % % %"
FIGURES = (
    "services", "year_on_year", "firms", "online_share", "rated", "satisfaction", "satisfaction_low",
    "satisfaction_high",
)  # fmt: skip
CARD = ("satisfaction_shrunk", "shrunk_error", "complaints", "return_visits")
FORECAST = ("month", "value", "low", "high", "last_year")
PAST = ("month", "services", "forecast", "error", "last_year", "last_year_error")


def named(group: dict[str, Any], lang: Lang) -> str:
    """What a group is called: places without what kind they are, and in English; what has few ratings, with a mark."""
    code, name = group["group"] or "", group["name"] or ""
    if code == "-":
        name = Text("不在窗口或载体", "At no window or carrier").get(lang)
    elif code.startswith("51") and len(code) == 6:
        name = english_names()[code] if lang == "en" else name.removesuffix("市")
    elif code.startswith("SC"):
        name = vocabulary("service_types").text(code, lang)
    return f"{name} *" if group["few_ratings"] else name


@pytest.fixture(scope="module", params=list(KINDS))
def bulletin(request: pytest.FixtureRequest, bulletins: dict[str, Bulletin]) -> Bulletin:
    found: Bulletin = bulletins[request.param]
    return found


Answers = dict[str, Any]


@pytest.fixture(scope="module")
def answers(bulletin: Bulletin, client: Client) -> Answers:
    """What the API says, by what it is broken down."""
    found = {}
    for by in ("region", "service_type", "window", "month"):
        answer = client.get("/v1/monitoring", params={**bulletin.asked, "by": by})
        assert answer.status_code == 200, answer.text
        found[by] = answer.json()["data"]
    return found


@pytest.fixture(scope="module")
def wanted(bulletin: Bulletin, answers: Answers, store: Store) -> dict[str, tuple[str, Table]]:
    """Caption -> forms of its columns, and the rows that the answers make."""
    lang, month = bulletin.lang, answers["region"]
    looked = forecasts(
        store, MonitoringQuestion(as_of=date.fromisoformat(DAY), month=MONTH, region=bulletin.asked.get("region"))
    ).data
    assert (looked.withheld, len(looked.past), len(looked.forecasts)) == (None, 6, 3)

    def rows(groups: list[dict[str, Any]], *more: str) -> Table:
        return [[named(g, lang), *(g[name] for name in (*FIGURES, *more))] for g in groups]

    labels, brands = vocabulary("fee_classes"), vocabulary("brands")
    whole = {**month["total"], "name": Text("合计", "All").get(lang)}
    places = [g for g in month["groups"] if g["complaints"] or g["return_visits"]]
    made: dict[Text, tuple[str, Table]] = {
        Text("分市（州）服务情况", "Services by prefecture"): (f"t {SERVED}", rows([whole, *month["groups"]])),
        Text("分服务类型情况", "Services by type"): (f"t {SERVED}", rows(answers["service_type"]["groups"])),
        Text("分市（州）投诉与回访", "Complaints and return visits by prefecture"): ("t 0 0 1 0", [
            [named({**g, "few_ratings": False}, lang),
             *(g[name] for name in ("complaints", "complaints_open", "days_to_close", "return_visits"))]
            for g in places
        ]),
        Text("服务资源的收费类型", "Resources by class of fee"): ("t 0 %", [
            [labels.text(f["fee_class"], lang), f["resources"], f["share"]] for f in month["fees"]
        ]),
        Text("当月服务活动", "Activities of the month"): ("t 0 0", [
            [brands.text(b["brand"], lang) or Text("未标品牌", "no brand stated").get(lang), b["activities"],
             b["participants"]]
            for b in month["brands"]
        ]),
        Text("逐月服务情况", "Services month by month"): (f"t {SERVED}", [
            [f"{g['month']} *" if g["few_ratings"] else g["month"], *(g[name] for name in FIGURES)]
            for g in answers["month"]["groups"]
        ]),
        Text("以往预测的误差", "Errors of past forecasts"): (
            "t 0 0 % 0 %", [[getattr(p, name) for name in PAST] for p in looked.past]
        ),
        Text("今后三个月的预测", "Forecast of the next three months"): (
            "t 0 0 0 0", [[getattr(f, name) for name in FORECAST] for f in looked.forecasts]
        ),
        Text("窗口与载体成绩单", "Report card of windows and carriers"): (
            f"t {SERVED} % % 0 0", rows([g for g in answers["window"]["groups"] if g["services"]], *CARD)
        ),
    }  # fmt: skip
    if "region" in bulletin.asked:
        del made[Text("分市（州）服务情况", "Services by prefecture")]
    return {caption.get(lang): table for caption, table in made.items()}


def check_tables(files: dict[str, Path], wanted: dict[str, tuple[str, Table]]) -> None:
    """The tables of all four forms are these and no others: words and shown numbers, in a workbook the numbers."""
    assert sorted(files) == sorted(set(WRITERS) - {"json"})
    said = {
        caption: [[shown(v, form) for v, form in zip(row, forms.split(), strict=True)] for row in rows]
        for caption, (forms, rows) in wanted.items()
    }
    assert all(rows for rows in said.values())
    assert dict(word_tables(files["docx"])) == said
    assert dict(page_tables(files["html"])) == said
    exact = {
        caption: [
            ["—" if v is None else float(f"{v:.16g}") if isinstance(v, float) else v for v in row] for row in rows
        ]
        for caption, (_, rows) in wanted.items()
    }
    assert dict(book_tables(files["xlsx"])) == exact
    lines = [re.sub(r"\s", "", "".join(row)) for rows in said.values() for row in rows]
    paper = printed(files["pdf"])
    assert [line for line in lines if line not in paper] == []


def test_every_table_of_every_form_is_the_answer(bulletin: Bulletin, wanted: dict[str, tuple[str, Table]]) -> None:
    check_tables(bulletin.files, wanted)


NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?%?")


@pytest.mark.slow
def test_every_number_of_the_summary_is_the_answer(bulletin: Bulletin, answers: Answers) -> None:
    total, zh = answers["region"]["total"], bulletin.lang == "zh"
    written = [p.text for p in docx.Document(str(bulletin.files["docx"])).paragraphs]
    first = next(at for at, text in enumerate(written) if re.match("一、|1\\. Summary", text))
    sentences = written[first + 1 : first + 4]

    def figures(**forms: str) -> list[str]:
        return [shown(abs(total[name]), form) for name, form in forms.items()]

    assert total["year_on_year"] > 0
    grown = [*figures(services_before="0"), *figures(year_on_year="%")][:: 1 if zh else -1]
    when = ["2026", "5"] if zh else ["2026"]
    assert [NUMBER.findall(s) for s in sentences] == [
        [*when, *figures(services="0"), *grown, *figures(firms="0", online_share="%")],
        [*figures(rated="0", answer_rate="%", satisfaction="%"), "95%",
         *figures(satisfaction_low="%", satisfaction_high="%")],
        figures(complaints="0", complaints_open="0", days_to_close="1", return_visits="0"),
    ]  # fmt: skip
    page = [e.text for e in parsing.read(bulletin.files["html"]).all("p")]
    book = openpyxl.load_workbook(bulletin.files["xlsx"]).worksheets[0]
    noted = [cell for (cell,) in book.iter_rows(values_only=True)]
    paper = re.sub(r"—\d+—", "", printed(bulletin.files["pdf"]))
    assert [s for s in sentences if s not in page or s not in noted or re.sub(r"\s", "", s) not in paper] == []


@pytest.mark.slow
def test_every_number_of_the_other_sentences_is_the_answer(
    bulletins: dict[str, Bulletin], client: Client, store: Store
) -> None:
    """Of the whole province in Chinese: a sentence is known by its first words, and each number of it is told."""
    asked = bulletins["province"].asked
    by = {
        by: client.get("/v1/monitoring", params={**asked, "by": by}).json()["data"]
        for by in ("region", "window", "month")
    }
    looked = forecasts(store, MonitoringQuestion(as_of=date.fromisoformat(DAY), month=MONTH)).data
    found, total, last = by["region"], by["region"]["total"], looked.past[-1]
    sites = [g for g in by["window"]["groups"] if g["services"] and g["group"] != "-"]
    served_there = [g for g in by["window"]["groups"] if g["services"]]
    assert [g["services"] is None for g in by["month"]["groups"]] == [False] * 24
    wanted = {
        "当月有服务记录": [len(sites), sum(g["few_ratings"] for g in sites), 30, len(served_there)],
        "另有": [found["feedback_unplaced"]],
        "写明费用的": [total["priced"], shown(total["free_share"], "%")],
        "分析日有效的": [sum(f["resources"] for f in found["fees"]), found["fees_unstated"]],
        "近": [24],
        "扣除季节": [*(shown(v, "%") for v in (looked.trend, looked.trend_low, looked.trend_high)), looked.months],
        "用过去检验": [
            len(looked.past), shown(looked.error, "%"), shown(looked.last_year_error, "%"), 2026, 5, last.forecast,
            last.services, shown(last.error, "%"),
        ],
    }  # fmt: skip
    written = [p.text for p in docx.Document(str(bulletins["province"].files["docx"])).paragraphs]
    told = {
        first: [NUMBER.findall(re.sub(r"附件 ?\d*|95% ?(?=置信)", "", t)) for t in written if t.startswith(first)]
        for first in wanted
    }
    assert told == {first: [[str(n) for n in numbers]] for first, numbers in wanted.items()}


@pytest.mark.parametrize("kind", list(SCHEMES))
@pytest.mark.slow
def test_every_table_and_sentence_of_an_assessment_is_the_answer(
    kind: str, client: Client, assessments: dict[str, dict[str, Path]]
) -> None:
    name, lang = SCHEMES[kind]
    scheme = schemes()[name]
    subjects = client.get("/v1/assessment", params={"as_of": DAY, "scheme": name}).json()["data"]["subjects"]
    seen = len(scheme.indicators)
    whole = sum(i.weight for i in (*scheme.indicators, *scheme.unrecorded))

    def called(subject: dict[str, Any]) -> str:
        return named({**subject, "group": subject["key"], "few_ratings": False}, lang)

    def told_grade(grade: str) -> str:
        return next(g.en if lang == "en" else g.grade for g in scheme.grades if g.grade == grade)

    def reached(at: int) -> list[Any]:
        known = [value for s in subjects if (value := s["parts"][at]["reached"]) is not None]
        return [len(known), sum(known) / len(known) if known else None]

    def bound(indicator: str, value: float) -> str:
        return shown(value, "%" if indicator in SHARES else "0")

    columns = ("bonus", "known_weight", "holds_over_next", "rank_low", "rank_high", "services")
    made: dict[Text, tuple[str, Table]] = {
        Text("得分、等次与名次", "Scores, grades and ranks"): (
            "0 t 1 t 1 % % 0 0 0", [
                [s["rank"], called(s), s["score"], told_grade(s["grade"]), *(s[column] for column in columns)]
                for s in subjects
            ]
        ),
        Text("评分方案的指标", "Indicators of the scheme"): ("t % t t 0 %", [
            *([capital(INDICATORS[i.id].get(lang)), i.weight / whole, bound(i.id, i.floor), bound(i.id, i.full),
               *reached(at)]
              for at, i in enumerate(scheme.indicators)),
            *([u.name.zh, u.weight / whole, None, None, None, None] for u in scheme.unrecorded),
        ]),
        Text("各项得分（百分制）", "Points by indicator, of 100"): (" ".join(["t", *["1"] * (seen + 2)]), [
            [called(s), *(part["points"] for part in s["parts"][:seen]), s["bonus"], s["score"]] for s in subjects
        ]),
    }  # fmt: skip
    files = assessments[kind]
    check_tables(files, {caption.get(lang): table for caption, table in made.items()})
    written = [p.text for p in docx.Document(str(files["docx"])).paragraphs]
    first, last = subjects[0], subjects[-1]
    holds = [s["holds_over_next"] for s in subjects[:-1]]
    least = holds.index(min(holds))
    if lang == "zh":
        told = next(t for t in written if "共评分" in t)
        assert re.findall(r"共评分 (\d+) 个", told) == [str(len(subjects))]
        assert (
            f"最高的是{called(first)}（{first['score']:.1f} 分），最低的是{called(last)}（{last['score']:.1f} 分）"
            in told
        )
        grades = Counter(s["grade"] for s in subjects)
        assert "、".join(f"{g.grade} {grades[g.grade]} 个" for g in scheme.grades if grades[g.grade]) in told
        firm = next(t for t in written if t.startswith("权重随机变动"))
        assert NUMBER.findall(firm) == [
            "1,000", str(len(holds)), "95%", str(sum(h >= 0.95 for h in holds)), shown(holds[least], "%")
        ]  # fmt: skip
        assert f"{called(subjects[least])}与{called(subjects[least + 1])}" in firm
