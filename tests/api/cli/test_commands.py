"""What users meet: every command, every form of answer, both languages."""

import csv
import io
import json
import re
import signal
import socket
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep
from typing import Any, NoReturn

import pytest
import typer
from python_calamine import CalamineWorkbook

from api.cli.commands import app
from api.questions.labels import LABELS
from graph.language import Text
from queries.answers import Meta
from queries.coverage import CoverageCell
from queries.rankings import Gap
from tests.support.stores import copy_store
from tests.support.terminal import Said, apart, process, shuniu
from tests.worlds import random_world

SCALE = "0.01"
HAN = re.compile(r"[\u3400-\u9fff\uff00-\uffef]")
FORMS = {"coverage": CoverageCell, "gaps": Gap}
ASKING = ["coverage", "gaps", "network", "kpi"]


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Said]:
    """A demonstration's folder, and what it said."""
    folder = tmp_path_factory.mktemp("demo") / "out"
    return folder, shuniu("demo", "--scale", SCALE, "--out", folder)


@pytest.fixture
def store(demo: tuple[Path, Said], monkeypatch: pytest.MonkeyPatch) -> str:
    """The demonstration's store, set as users set theirs."""
    url = f"ladybug://{demo[0] / 'shuniu.lbug'}"
    monkeypatch.setenv("SHUNIU_STORE", url)
    return url


@pytest.fixture(scope="session")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the reference data alone."""
    file = tmp_path_factory.mktemp("pristine") / "graph.lbug"
    assert shuniu("kpi", "--store", f"ladybug://{file}").code == 0
    return file


@pytest.fixture
def new(pristine: Path, tmp_path: Path) -> str:
    """URL of such a store, of the test's own."""
    return f"ladybug://{copy_store(pristine, tmp_path)}"


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    return random_world(1).write(tmp_path / "tables")


def good(said: Said) -> str:
    """Return the answer of a command that did what it was asked, and had nothing to remark."""
    assert (said.code, said.err) == (0, "")
    return said.out


def answer(*arguments: object) -> dict[str, Any]:
    def refuse(constant: str) -> NoReturn:
        raise AssertionError(f"{constant} is no JSON")

    whole: dict[str, Any] = json.loads(good(shuniu(*arguments, "--format", "json")), parse_constant=refuse)
    return whole


@pytest.fixture(scope="module")
def everything(demo: tuple[Path, Said]) -> list[dict[str, Any]]:
    """Coverage where nothing is filtered."""
    rows: list[dict[str, Any]] = answer("coverage", "--store", f"ladybug://{demo[0] / 'shuniu.lbug'}")["data"]
    return rows


# --- the demonstration --------------------------------------------------------------------------------


def test_the_demonstration_shows_the_whole_product(demo: tuple[Path, Said]) -> None:
    folder, said = demo
    out = good(said)
    for heading in ("载入了什么", "目标与实际", "最突出的 10 个缺口", "写出的文件", "接下来可以试试"):
        assert heading in out
    assert "含示例（虚构）数据" in out
    assert "补法" in out
    for name in ("network.html", "gap-report.html", "gap-report.en.html"):
        assert f"{folder / name}" in out
        assert (folder / name).read_text(encoding="utf-8").lower().startswith("<!doctype html>")


def test_what_it_proposes_to_try_next_works(demo: tuple[Path, Said], tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    proposed = re.findall(r"^  shuniu (.+?)  #", demo[1].out, re.MULTILINE)
    assert len(proposed) == 6
    for line in proposed:
        if not line.startswith("serve"):
            good(shuniu(*line.split()))


# --- answers ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ASKING)
@pytest.mark.usefixtures("store")
def test_tables_speak_both_languages(command: str) -> None:
    for lang in ("zh", "en"):
        lines = good(shuniu(command, "--lang", lang)).splitlines()
        # Places, chains and names are Chinese in both; what the program itself says is not.
        assert bool(HAN.search(lines[0] + lines[1] + lines[-1])) == (lang == "zh")


UNKNOWN = [
    (("allocate",), 0, "所问范围没有已知的缺口（需求没有报送，或都已满足），无可调剂；余量 0。",
     "No unmet demand is known in what was asked about (none reported, or all met): nothing to allocate; 0 to spare."),
    (("network", "--view", "resilience"), 0, "没有已知的需求，新增未满足无从判断；下面只有协调和连接。",
     "No demand is known, so nothing can be said of what would be unmet: what follows is of contacts and ties."),
    (("gaps",), 0, "已知的需求中没有这样的缺口。", "There is no such gap in what demand is known."),
    (("gaps", "rankings"), 0, "需求不少于 100 次/年的没有缺口；更少的不按深度排（--floor，接口 floor）。",
     "No gap where 100 services a year or more are asked for; less is not ranked by depth (--floor; API: floor)."),
    (("search", "没有叫这个的"), 1, "没有找到。", "Nothing was found."),
]  # fmt: skip


@pytest.mark.parametrize(("command", "code", "zh", "en"), UNKNOWN, ids=[" ".join(case[0]) for case in UNKNOWN])
def test_what_is_not_known_is_said_and_no_zero(new: str, command: tuple[str, ...], code: int, zh: str, en: str) -> None:
    said = {lang: shuniu(*command, "--store", new, "--lang", lang) for lang in ("zh", "en")}
    assert {lang: (one.code, one.err) for lang, one in said.items()} == dict.fromkeys(said, (code, ""))
    assert (zh in said["zh"].out.splitlines(), en in said["en"].out.splitlines()) == (True, True)
    assert not re.search(r"多缺 0|缺口 0|平均 –", said["zh"].out)


@pytest.mark.usefixtures("store")
def test_a_month_of_which_nothing_is_known_has_no_table(new: str) -> None:
    said = shuniu("monitor", "--month", "2019-01", "--lang", "en", "--store", new)
    assert (said.code, said.out.splitlines()) == (
        0, ["Nothing is known of 2019-01.", "Graph version 1 · based on: nothing"]
    )  # fmt: skip


@pytest.mark.usefixtures("store")
def test_why_two_rules_differ_follows_in_the_marks_of_the_language() -> None:
    assert "%：指标不同：这里是" in good(shuniu("policy", "--targets"))
    assert "%: Other indicators: here" in good(shuniu("policy", "--targets", "--lang", "en"))


@pytest.mark.usefixtures("store")
def test_a_region_that_has_not_reported_is_not_told_to_lack_nothing() -> None:
    unknown = next(cell for cell in answer("coverage", "--group-by", "county")["data"] if cell["state"] == "unknown")
    region = unknown["region"]
    gaps = good(shuniu("gaps", "--region", region)).splitlines()
    assert gaps[-1] == "所问地区没有报送需求，单元都不明，不能说没有缺口。"
    assert good(shuniu("gaps", "rankings", "--region", region)).splitlines()[-1] == gaps[-1]
    found = good(shuniu("partners", region, "--limit", 1)).splitlines()
    assert dict(zip(found[1].split(), found[2].split(), strict=False))["可补"] == "–"


def test_regions_that_report_nothing_do_nothing_for_each_other_that_is_known(new: str) -> None:
    lines = good(shuniu("partners", "--matrix", "--limit", 1, "--store", new)).splitlines()
    assert [line.split() for line in lines[1:]] == [
        ["甲", "乙", "甲补乙", "占乙缺口", "乙补甲", "占甲缺口", "公里"],
        ["成都市", "自贡市", "–", "–", "–", "–", "199"],
        ["…", "共", "210", "行；--limit", "显示更多，--format", "csv", "导出全部"],
        ["图版本", "1", "·", "依据：无"],
    ]


def test_demand_that_nothing_could_fill_is_told_without_gaps_in_the_telling(tmp_path: Path) -> None:
    store, table = f"ladybug://{tmp_path / 's.lbug'}", tmp_path / "企业数量.csv"
    table.write_text("所在地区,产业链,企业数\n色达县,优质白酒,1000\n色达县,大数据,500\n", encoding="utf-8")
    good(shuniu("load", table, "--store", store))
    lines = good(shuniu("allocate", "--limit", 2, "--store", store)).splitlines()
    assert lines[0] == "缺口 390 次/年，余量 0；可调剂 0（0.0%，已证明最优）：市州之内 0，市州之间 0；仍缺 390。"
    assert [line.split() for line in lines[2:4]] == [
        ["地区", "产业", "服务类型", "未满足", "仍缺", "说明"],
        ["甘孜藏族自治州", "优质白酒", "信息咨询", "20.0", "20.0", "没有余量"],
    ]
    assert good(shuniu("suggest", "--flows", "--store", store)).splitlines()[0] == (
        "没有尚无合作的调剂流向：没有可调剂的，或两地之间都已有合作。"
    )
    why = good(shuniu("gaps", "why", "色达县/优质白酒/技术支持", "--lang", "en", "--store", store)).splitlines()
    assert why[0].rstrip() == "Seda, Garzê · Fine baijiu · Technical support: why"
    assert "去向" not in good(shuniu("gaps", "why", "甘孜州/技术支持", "--store", store))


@pytest.mark.usefixtures("store")
def test_english_is_english_where_data_are_not_named() -> None:
    for command in (["coverage"], ["gaps", "--remedies", 0]):  # what fills a gap has a name
        english = good(shuniu(*command, "--group-by", "service_type", "--limit", 5, "--lang", "en"))
        assert "Information consulting" in english or "--limit shows more" in english
        assert not HAN.search(english)
    headings = [
        line for line in good(shuniu("network", "--limit", 1, "--lang", "en")).splitlines()
        if re.match(r"Presence|Vertical|Horizontal|Name|Graph", line)
    ]  # fmt: skip
    assert len(headings) == 7
    assert not HAN.search("\n".join(headings))


TABLES = [
    "coverage", "gaps", "gaps why 510100", "gaps why 绵阳市/技术支持", "gaps crowding", "kpi", "monitor", "policy",
    "policy --targets", "alerts list", "assess", "network", "network --view resilience --pairs 3",
    "network --view matrix", "chains", "chains --view cooperation", "chains --view pairs", "chains --view missing",
    "expand --region 绵阳市 --budget 100", "snapshot list",
    "snapshot create", "snapshot series --from 2026-01-01 --to 2026-02-01", "snapshot series --kept",
    "paths 绵阳市 成都市", "partners 绵阳市", "partners --matrix", "suggest", "suggest --quality", "suggest --flows",
    "allocate", "requests", "requests signals", "review", "doctor", "what-if plan.yml", "what-if --list",
    "what-if --compare 关 --compare 空", "what-if plan.yml --compare 空", "region 绵阳市", "neighbours Region 510700",
]  # fmt: skip


class Headings(dict[str, Text]):
    """Headings of columns; one that has none, and would be shown by its field name, fails the test."""

    def get(self, column: str, otherwise: Any = None) -> Any:
        assert column in self or not column.isascii() or not column.isidentifier(), column
        return super().get(column, otherwise)


FIELD = re.compile(r"(?<![/\w.-])[a-z]+(?:_[a-z]+)+(?![\w/-])")


@pytest.fixture(scope="module")
def plans(demo: tuple[Path, Said], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two plans, which the store keeps."""
    folder = tmp_path_factory.mktemp("plans")
    (folder / "plan.yml").write_text(
        "名称: 关\n变更:\n- {操作: 关闭, 窗口: 绵阳市窗口平台}\n"
        "- {操作: 新增, 名称: 站, 地点: 涪城区, 服务类型: [技术支持]}\n",
        encoding="utf-8",
    )
    (folder / "empty.yml").write_text("变更: []\n", encoding="utf-8")
    for name, file in (("关", "plan.yml"), ("空", "empty.yml")):
        good(shuniu("what-if", folder / file, "--keep", name, "--store", f"ladybug://{demo[0] / 'shuniu.lbug'}"))
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("command", TABLES)
@pytest.mark.usefixtures("store")
def test_tables_for_people_show_no_names_of_programs(
    command: str, plans: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(plans)
    monkeypatch.setattr("api.cli.output.LABELS", Headings(LABELS))
    said = shuniu(*command.split())
    assert said.err == ""
    assert not FIELD.findall(said.out)


@pytest.mark.parametrize("command", ASKING)
@pytest.mark.usefixtures("store")
def test_json_has_data_and_meta(command: str) -> None:
    whole = answer(command, *(["--group-by", "zone,service_type"] if command in FORMS else []))
    assert whole.keys() == ({"data", "meta", "total", "next"} if command in FORMS else {"data", "meta"})
    assert whole["data"]
    meta = whole["meta"]
    assert meta.keys() == set(Meta.model_fields)
    assert meta["question"] and meta["method"] == "docs/method.md"
    assert sum(meta["shares"].values()) == pytest.approx(1.0)
    assert bool(meta["assumptions"]) == ("standard" in meta["parameters"])
    assert meta["data_class"]["SYNTHETIC"] > 0
    if command in FORMS:
        assert whole["total"] == len(whole["data"])
        assert all(row.keys() == FORMS[command].model_fields.keys() for row in whole["data"])


@pytest.mark.usefixtures("store")
def test_forms_hold_the_same_rows(tmp_path: Path) -> None:
    asked = ("gaps", "--group-by", "prefecture,system")
    data = answer(*asked)["data"]
    listed = list(csv.DictReader(io.StringIO(good(shuniu(*asked, "--format", "csv")).removeprefix("\ufeff"))))
    assert [row["region"] for row in listed] == [row["region"] for row in data]
    unmet = [row["unmet"] for row in data]
    assert [float(row["unmet"]) for row in listed] == unmet
    assert [row["reasons"].split(";") for row in listed] == [row["reasons"] or [""] for row in data]
    assert listed[0]["cells_by_state.partial"] == str(data[0]["cells_by_state"]["partial"])
    for file in (tmp_path / "new" / "answer.xlsx", tmp_path / "answer.csv", tmp_path / "answer.JSON"):
        assert good(shuniu(*asked, "--output", file)) == ""  # the ending says the form
    head, *rows = CalamineWorkbook.from_path(str(tmp_path / "new" / "answer.xlsx")).get_sheet_by_index(0).to_python()
    assert [dict(zip(head, row, strict=True))["未满足"] for row in rows] == pytest.approx(unmet)
    text = (tmp_path / "answer.csv").read_bytes().decode("utf-8-sig")
    assert list(csv.DictReader(io.StringIO(text))) == listed
    assert json.loads((tmp_path / "answer.JSON").read_text(encoding="utf-8"))["data"] == data


@pytest.mark.parametrize(
    ("option", "spellings"),
    [
        ("--region", ["510700", "绵阳市", "绵阳"]),
        ("--region", ["northwest_sichuan", "川西北生态示范区"]),
        ("--industry", ["CH01", "集成电路与新型显示"]),
        ("--service-type", ["SC09", "市场开拓", "Market development"]),
        ("--state", ["partial", "部分覆盖"]),
    ],
)
@pytest.mark.usefixtures("store")
def test_codes_and_names_ask_the_same(option: str, spellings: list[str], everything: list[dict[str, Any]]) -> None:
    first, *others = [answer("coverage", option, spelling)["data"] for spelling in spellings]
    assert first
    assert all(other == first for other in others)
    assert first != everything


def test_the_store_is_said_by_option_or_environment(
    store: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    there = answer("kpi")["data"]
    monkeypatch.setenv("SHUNIU_STORE", "bolt://127.0.0.1:1")
    assert answer("kpi", "--store", store)["data"] == there
    monkeypatch.delenv("SHUNIU_STORE")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert answer("coverage", "--group-by", "zone")["meta"]["graph_version"] == 1  # the reference data
    assert (tmp_path / "shuniu" / "shuniu.lbug").is_file()


@pytest.mark.usefixtures("store")
def test_the_language_is_said_by_option_or_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHUNIU_LANG", "en")
    assert "Targets against actual" in good(shuniu("kpi"))
    assert "目标与实际" in good(shuniu("kpi", "--lang", "zh"))


@pytest.mark.usefixtures("store")
def test_limit_cuts_tables_and_says_so() -> None:
    asked = ("gaps", "--region", "阿坝州")
    out = good(shuniu(*asked, "--limit", 3))
    total = answer(*asked)["total"]
    assert f"共 {total:,} 行" in out
    assert len([line for line in out.splitlines() if re.match(r" *\d+  ", line)]) == 3


@pytest.mark.usefixtures("store")
def test_no_cell_fits() -> None:
    assert "已知的需求中没有这样的缺口" in good(shuniu("gaps", "--state", "covered"))


# --- loading ------------------------------------------------------------------------------------------


def test_a_load_tells_its_ledger(tables: Path, new: str) -> None:
    to = ("--store", new)
    first = json.loads(good(shuniu("load", tables, *to, "--format", "json")))
    assert first.keys() == {"data", "rejects", "load"}
    assert (first["rejects"], first["load"]) == (None, "load-000002")
    counted = ["created", "updated", "unchanged", "merged", "rejected"]
    for row in first["data"]:
        assert list(row) == ["table", "read", *counted]
        assert row["read"] == sum(row[c] for c in counted)
    assert sum(row["created"] for row in first["data"]) > 100
    again = good(shuniu("load", tables, *to))
    assert "图没有变化" in again
    assert "The graph did not change" in good(shuniu("load", tables, *to, "--lang", "en"))
    assert "机构" in again


def test_a_trial_says_that_it_is_one_and_not_that_nothing_would_change(tables: Path, new: str) -> None:
    tried = good(shuniu("load", tables, "--store", new, "--dry-run"))
    assert ("试载（未写入）load-000002" in tried, "图没有变化" in tried) == (True, False)


def test_bad_rows_are_told_and_kept(tmp_path: Path, new: str) -> None:
    to = ("--store", new)
    bad = tmp_path / "机构.csv"
    bad.write_text("名称,所在地区\n示例-甲,绵阳市\n示例-乙,火星\n示例-丙,市中区\n", encoding="utf-8")
    said = shuniu("load", bad, *to, "--strict", "--format", "json")
    assert said.code == 1
    assert answer("kpi", *to)["meta"]["graph_version"] == 1
    said = shuniu("load", bad, *to, "--dry-run", "--format", "json")
    assert said.code == 1
    assert answer("kpi", *to)["meta"]["graph_version"] == 1
    said = shuniu("load", bad, *to, "--lang", "en", "--format", "json")
    assert said.code == 1
    told = json.loads(said.out)
    assert [row["rejected"] for row in told["data"] if row["table"] == "organizations"] == [2]
    assert Path(told["rejects"]).is_file()
    assert "机构.csv row 3 所在地区 “火星”: Unknown region" in said.err
    assert "row 4" in said.err
    assert "Shizhong, Neijiang (511002)" in said.err
    assert said.err.splitlines()[-1] == f"2 rows rejected; correct and load again: {told['rejects']}"
    assert answer("kpi", *to)["meta"]["graph_version"] == 2


# --- files --------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    "command",
    [
        ("template", "t.xlsx"),
        ("report", "gaps", "--format", "html", "--output", "r"),
        ("view", "network", "n.html"),
        ("sample", "province"),
    ],
    ids=lambda command: command[0],
)
def test_files_are_written_where_they_are_wanted(command: tuple[str, ...], lang: str, tmp_path: Path) -> None:
    place = tmp_path / "a new folder" / command[-1]
    more = ("--scale", "0.001") if command[0] == "sample" else ()
    out = good(shuniu(*command[:-1], place, *more, "--lang", lang))
    assert place.exists()
    assert str(place) in out
    assert bool(HAN.search(out)) == (lang == "zh")


@pytest.mark.usefixtures("store")
def test_a_picture_of_one_prefecture_is_smaller(tmp_path: Path) -> None:
    for name, more in (("all", ()), ("one", ("--region", "绵阳"))):
        good(shuniu("view", "network", tmp_path / name, *more))
    assert (tmp_path / "one").stat().st_size < (tmp_path / "all").stat().st_size


# --- help ---------------------------------------------------------------------------------------------


def commands() -> Iterator[tuple[str, Any]]:
    def walk(path: str, command: Any) -> Iterator[tuple[str, Any]]:
        yield path, command
        for name in command.list_commands(None) if hasattr(command, "list_commands") else ():
            yield from walk(f"{path} {name}", command.get_command(None, name))

    return walk("shuniu", typer.main.get_command(app))


def test_help_is_in_both_languages() -> None:
    for path, command in commands():
        check_help(path, command)


def test_the_first_help_tells_all_of_each_command_and_what_stands_beside_it() -> None:
    said = " ".join(good(shuniu("--help")).split())
    assert "..." not in said.replace("[ARGS]...", "")
    brief = "某月的服务、满意度、投诉与回访 / services, satisfaction, complaints and return visits of a month."
    assert f" monitor {brief} records " in said
    assert said.endswith(
        "--lang zh|en 和 --store URL 写在命令前后均可；--version 显示版本；"
        "各命令的用法：shuniu 命令 --help "
        "--lang zh|en and --store URL stand before or after a command; --version; of a command: shuniu COMMAND --help"
    )


def check_help(path: str, command: Any) -> None:
    texts = {path: command.help} | {p.name: p.help for p in command.params if p.name != "help"}
    for what, text in texts.items():
        chinese, _, english = (text or "").rpartition("/ ")
        assert HAN.search(chinese), (path, what)
        assert re.search("[a-zA-Z]{3}", english), (path, what)
        assert not HAN.search(english), (path, what)
    said = good(shuniu(*path.split()[1:], "--help"))
    assert said.startswith(f"Usage: {path} ")
    assert all(p.opts[0] in said for p in command.params if p.param_type_name == "option"), path


# --- as a process -------------------------------------------------------------------------------------


@pytest.mark.slow
def test_exit_codes_of_the_process(tmp_path: Path, new: str) -> None:
    bad = tmp_path / "机构.csv"
    bad.write_text("名称,所在地区\n示例-甲,火星\n", encoding="utf-8")
    expected = {
        0: ["kpi"],
        1: ["load", bad],
        2: ["load", tmp_path / "nothing"],
        3: ["kpi", "--store", "bolt://127.0.0.1:1"],
    }
    for code, command in expected.items():
        said = apart(*command, SHUNIU_STORE=new, PYTHONIOENCODING="ascii")  # where no Chinese can be told
        assert said.code == code, said
        assert "Traceback" not in said.err
        assert HAN.search(said.out + said.err)


@pytest.mark.slow
@pytest.mark.parametrize("form", ["table", "csv"])
@pytest.mark.usefixtures("store")
def test_a_reader_that_has_seen_enough_is_no_fault(form: str) -> None:
    with process("coverage", "--group-by", "county,service_type", "--limit", 1000, "--format", form) as running:
        assert running.stdout and running.stderr
        assert running.stdout.readline()
        running.stdout.close()
        assert running.stderr.read() == ""
        assert running.wait(120) == 0


@pytest.mark.slow
@pytest.mark.usefixtures("store")
def test_serve_answers_until_it_is_stopped(tables: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.listen()
        taken = shuniu("serve", "--port", port)
    assert taken.code == 2
    assert f"127.0.0.1:{port}" in taken.err
    with process("serve", "--port", port) as running:
        deadline = monotonic() + 120
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready") as ready:
                    assert ready.status == 200
                break
            except OSError:
                assert running.poll() is None
                assert monotonic() < deadline
                sleep(0.1)
        through = shuniu("load", tables)
        busy = shuniu("rebuild")
        running.send_signal(signal.SIGHUP)  # its terminal is closed
        _, err = running.communicate(timeout=120)
    assert (running.returncode, "Traceback" in err) == (0, False)
    assert through.code == 0, "a load goes through the service"
    assert busy.code == 3, "what puts another file in place of the store does not"
    assert busy.err.startswith("✗ 存储文件正被另一个进程使用：")
