"""Every number of the gap report is the API's answer: read back from Word, workbook, page and PDF."""

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from graph.stores.opening import open_store
from queries.coverage import CoverageQuestion
from queries.network.gap_kinds import GAP_LISTS
from tests.api.support import Client
from tests.support.reported import Table, book_tables, page_tables, printed, shown, word_tables
from tests.support.stores import copy_store
from tests.worlds import AS_OF
from viz.report.build import build_reports, report_scope
from viz.report.compose import gap_document
from viz.report.document import ReportDocument
from viz.report.writing import WRITERS, write_report

DAY = {"as_of": AS_OF.isoformat()}
BUDGET = 300.0


SCOPES: dict[str, dict[str, str]] = {
    "province": {}, "zone": {"region": "chengdu_plain"}, "chain": {"industry": "CH04"},
    "type of a prefecture": {"region": "510700", "service_type": "SC03"},
}  # fmt: skip
"""What a report may be about, as the API's filters say it."""


@pytest.fixture(scope="module")
def documents(store_url: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, ReportDocument]:
    own = copy_store(store_url, tmp_path_factory.mktemp("reported") / "world.lbug")
    with open_store(f"ladybug://{own}") as store:
        made = build_reports(
            store, [report_scope(**of) for of in SCOPES.values()], CoverageQuestion(as_of=AS_OF), budget=BUDGET
        )
        return {scope: gap_document(report) for scope, report in zip(SCOPES, made, strict=True)}


@pytest.fixture(scope="module")
def document(documents: dict[str, ReportDocument]) -> ReportDocument:
    return documents["province"]


@pytest.fixture(scope="module")
def files(document: ReportDocument, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("numbers")
    return {form: write_report(document, folder / f"r.{form}", form) for form in WRITERS}


def numbered(rows: list[list[Any]], forms: str) -> list[list[Any]]:
    """The columns that hold numbers: those whose form is not ``t``."""
    return [[v for v, form in zip(row, forms.split(), strict=True) if form != "t"] for row in rows]


def kinds_of(rows: list[list[Any]], forms: str) -> list[str]:
    """The forms of the columns that hold numbers; of amounts, ``a``, those under 100 make all have a decimal."""

    def small(at: int) -> bool:
        return any(row[at] is not None and 0 < row[at] < 100 for row in rows)

    kinds = [form for form in forms.split() if form != "t"]
    return [str(int(small(at))) if kind == "a" else kind for at, kind in enumerate(kinds)]


def asked_of(answer: Any) -> Any:
    """What the API answered."""
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


@pytest.fixture(scope="module")
def asked(client: Client) -> dict[str, tuple[str, Table]]:
    """Caption -> forms of its columns (``t``: words, not compared), and the rows that the API's answers make."""

    def get(path: str, **parameters: Any) -> Any:
        return asked_of(client.get(path, params={**DAY, **parameters}))

    def post(path: str, **body: Any) -> Any:
        return asked_of(client.post(path, json={**DAY, **body}))

    areas = get("/v1/coverage", group_by="prefecture", limit=1000)
    pairs = get("/v1/coverage", group_by="prefecture,service_type", limit=1000)
    orders, network = get("/v1/gaps/rankings"), get("/v1/network")
    flows = [f for f in post("/v1/allocate")["flows"] if f["from"] != f["to"]]
    flows.sort(key=lambda f: (-f["quantity"], f["from"], f["to"], f["service_type"], f["industry"] or ""))
    plan = post("/v1/expand", budget=BUDGET, gap=0.05)
    actions = sorted(plan["actions"], key=lambda a: (-a["effect"], a["key"]))
    assert len(actions) <= 30
    figures = ["demand", "supply", "unmet", "ratio", "ratio_local", "providers"]
    uses = ["effective", "other_chains", "other_types", "other_places", "nobody"]
    measures = ["gini", "theil", "palma"]
    gaps = {
        sort: [[n, None, None, g["demand"], g["empty_demand" if sort == "empty" else "unmet"], g["ratio"], None]
               for n, g in enumerate(orders[sort]["gaps"][:10], 1)]
        for sort in ("size", "depth", "empty")
    }  # fmt: skip
    missing = {
        GAP_LISTS[kind].zh: [n for _, n in sorted(Counter((g["region"] or "")[:4] for g in found).items())]
        for kind in GAP_LISTS
        if (found := [g for g in [*network["vertical"], *network["horizontal"]] if g["kind"] == kind])
    }
    ordered = sorted(areas, key=lambda c: (c["ratio"] is None, -(c["ratio"] or 0.0)))
    assert len(pairs) == 21 * 13
    return {
        "各市（州）覆盖情况（需求、供给单位：次/年）": ("t 0 0 0 % % 0 t 0 0", [
            [None, *(c[f] for f in figures), None, *(c["cells_by_state"][s] for s in ("empty", "unknown"))]
            for c in areas
        ]),
        "可及供给的去向（次/年）": ("t 0 0 0 0 0 0", [
            [None, c["supply"], *((c["supply_use"] or {}).get(u) for u in uses)] for c in areas
        ]),
        "可及能力在企业间的均衡": ("t 3 3 1", [[None, *(c["equity"][m] for m in measures)] for c in areas]),
        "目标任务完成情况（全省）": ("t t s t t t", [
            [None, None, v if (v := t["actual"]) is None else shown(v, "%" if t["unit_en"] == "share" else "0"),
             None, None, None]
            for t in get("/v1/kpi")
        ]),
        **{caption: ("t 0 t", [[None, n, None] for n in counts]) for caption, counts in missing.items()},
        "未满足需求最多的缺口": ("0 t t a a % t", gaps["size"]),
        "需求不少于 100 次/年的缺口中覆盖率最低者": ("0 t t a a % t", gaps["depth"]),
        "无人可及的需求最多之处": ("0 t t a a % t", gaps["empty"]),
        "数量最大的跨市（州）余量调剂": ("t t t t a 0", [
            [None] * 4 + [f["quantity"], f["distance_km"]] for f in flows[:10]
        ]),
        "各级服务存在情况（全省）": ("t 0 0 % %", [
            [None, p["total"], p["with_presence"] if p["share"] is not None else None, p["share"], p["target"]]
            for p in network["presence"]
        ]),
        "行动建议表": ("0 t t t 0 0 a a t t t", [
            [n, None, None, None, a["cost"], a["quantity"], a["effect"], a["alone"], None, None, None]
            for n, a in enumerate(actions, 1)
        ]),
        "图 1的数据": ("t % t", [[None, c["ratio"], None] for c in areas]),
        "图 2的数据": ("t % t", [[None, c["ratio"], None] for c in ordered]),
    }  # fmt: skip


WITH_SUM = ("可及供给的去向（次/年）", "可及能力在企业间的均衡")
"""Tables whose first row is the whole province."""


def compared(found: dict[str, list[list[Any]]], caption: str, forms: str) -> list[list[Any]]:
    return numbered(found[caption][1 if caption in WITH_SUM else 0 :], forms)


def test_tables_of_every_form_are_the_answers(asked: dict[str, tuple[str, Table]], files: dict[str, Path]) -> None:
    word, page, book = (
        dict(word_tables(files["docx"])),
        dict(page_tables(files["html"])),
        dict(book_tables(files["xlsx"])),
    )
    paper = printed(files["pdf"])
    for caption, (forms, rows) in asked.items():
        wanted = numbered(rows, forms)
        kinds = kinds_of(wanted, forms)
        said = [[shown(v, form) for v, form in zip(row, kinds, strict=True)] for row in wanted]
        assert compared(word, caption, forms) == said, caption
        assert compared(page, caption, forms) == said, caption
        exact = [[None if v == "—" else v for v in row] for row in compared(book, caption, forms)]
        assert exact == [[float(f"{v:.16g}") if isinstance(v, float) else v for v in row] for row in wanted], caption
        rows_of_page = ["".join(row) for row in word[caption]]
        assert [row for row in rows_of_page if re.sub(r"\s", "", row) not in paper] == [], caption


def test_the_matrix_is_the_answer(client: Client, files: dict[str, Path]) -> None:
    pairs = client.get("/v1/coverage", params={**DAY, "group_by": "prefecture,service_type", "limit": 1000}).json()
    wanted = [shown(c["ratio"], "%").removesuffix("%").replace("—", "") for c in pairs["data"]]
    for tables in (word_tables, page_tables, book_tables):
        rows = dict(tables(files["docx" if tables is word_tables else "html" if tables is page_tables else "xlsx"]))
        cells = [value for row in rows["市（州）×服务类型需求覆盖率（%）"] for value in row[1:]]
        assert [re.sub(r"^\S ?", "", str(c)) for c in cells] == wanted


FIGURES = ("demand", "supply", "unmet", "ratio", "ratio_local", "providers")
USES = ("effective", "other_chains", "other_types", "other_places", "nobody")
NUMBER = re.compile(r"[\d,]+(?:\.\d+)?%?")


@pytest.mark.parametrize("scope", [s for s in SCOPES if s != "province"])
def test_tables_of_a_narrower_report_are_the_answers(
    scope: str, client: Client, documents: dict[str, ReportDocument]
) -> None:
    narrow, area = SCOPES[scope], "county" if scope == "type of a prefecture" else "prefecture"

    def get(path: str, **parameters: Any) -> Any:
        return asked_of(client.get(path, params={**DAY, **parameters}))

    def post(path: str, **body: Any) -> Any:
        return asked_of(client.post(path, json={**DAY, **body}))

    areas = get("/v1/coverage", group_by=area, limit=1000, **narrow)
    orders, plan = get("/v1/gaps/rankings", **narrow), post("/v1/expand", budget=BUDGET, gap=0.05, **narrow)
    actions = sorted(plan["actions"], key=lambda a: (-a["effect"], a["key"]))
    if "region" in narrow:
        others = get("/v1/partners", requester=narrow["region"], limit=10, service_types=narrow.get("service_type"))
        caption = "可以提供帮助的外地机构"
        fields = ("spare_capacity", "would_meet", "distance_km", "score")  # of those who would fill anything
        helped = [[at, *(p[f] for f in fields)] for at, p in enumerate((p for p in others if p["would_meet"]), 1)]
    else:
        flows = [f for f in post("/v1/allocate", **narrow)["flows"] if f["from"] != f["to"]]
        flows.sort(key=lambda f: (-f["quantity"], f["from"], f["to"], f["service_type"], f["industry"] or ""))
        caption, helped = "数量最大的跨市（州）余量调剂", [[f["quantity"], f["distance_km"]] for f in flows[:10]]
    word = {"prefecture": "市（州）", "county": "区县"}[area]
    lists = {
        "size": "未满足需求最多的缺口",
        "depth": "需求不少于 100 次/年的缺口中覆盖率最低者",
        "empty": "无人可及的需求最多之处",
    }
    wanted = {
        f"各{word}覆盖情况（需求、供给单位：次/年）": [
            [*(c[f] for f in FIGURES), *(c["cells_by_state"][s] for s in ("empty", "unknown"))] for c in areas
        ],
        "可及供给的去向（次/年）": [[c["supply"], *((c["supply_use"] or {}).get(u) for u in USES)] for c in areas],
        "可及能力在企业间的均衡": [[c["equity"][m] for m in ("gini", "theil", "palma")] for c in areas],
        caption: helped,
        "行动建议表": [[n, *(a[f] for f in ("cost", "quantity", "effect", "alone"))] for n, a in enumerate(actions, 1)],
        **{
            name: [
                [n, g["demand"], g["empty_demand" if sort == "empty" else "unmet"], g["ratio"]]
                for n, g in enumerate(orders[sort]["gaps"][:10], 1)
            ]
            for sort, name in lists.items()
        },
    }
    wanted = {caption: rows if any(map(any, rows)) else [] for caption, rows in wanted.items()}  # none of nothing
    found = {
        table.caption.partition("　")[2]: [
            [v for v, column in zip(row, table.columns, strict=True) if column.form != "text"] for row in table.rows
        ]
        for table in documents[scope].tables()
    }
    told = {caption: found.get(caption, [])[1 if caption in WITH_SUM else 0 :] for caption in wanted}
    assert told == wanted


@pytest.mark.parametrize("scope", list(SCOPES))
@pytest.mark.slow
def test_numbers_of_the_summary_are_the_answers(
    scope: str, client: Client, documents: dict[str, ReportDocument]
) -> None:
    narrow = SCOPES[scope]
    asked = {**DAY, "group_by": "prefecture", "limit": 1000, **narrow}
    areas = client.get("/v1/coverage", params=asked).json()["data"]
    targets = client.get("/v1/kpi", params=DAY).json()["data"]
    known = [c for c in areas if c["demand"] is not None]
    demand, supply, unmet = (sum(c[f] for c in known) for f in ("demand", "supply", "unmet"))
    local = sum(c["ratio_local"] * c["demand"] for c in known if c["ratio_local"] is not None) / demand
    states = {s: sum(c["cells_by_state"][s] for c in areas) for s in areas[0]["cells_by_state"]}
    whole = sum(states.values())
    body = [b.text for b in documents[scope].body if hasattr(b, "text") and not hasattr(b, "level")]
    total = next(t for t in body if t.startswith("截至"))
    counted = next(t for t in body if "个单元中：" in t)
    judged = next(t for t in body if t.startswith("对照通知"))
    met = [t["met"] for t in targets]
    assert re.findall(NUMBER, total)[3:7] == [
        shown(demand, "0"), shown(supply, "0"), shown(1 - unmet / demand, "%"), shown(local, "%")
    ]  # fmt: skip
    assert re.findall(NUMBER, counted) == [
        shown(whole, "0"),
        *(
            x for n in states.values()
            for x in (shown(n, "0"), "0.1%" if 0 < n / whole < 0.0005 else shown(n / whole, "%"))
        ),
    ]  # fmt: skip
    assert counted.count("<0.1%") == sum(0 < n / whole < 0.0005 for n in states.values())
    assert re.findall(r"\d+", judged) == [str(len(met)), *(str(met.count(m)) for m in (True, False, None))]
