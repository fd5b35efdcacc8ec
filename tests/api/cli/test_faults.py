"""Whatever goes wrong: one message and the way out, in the asker's language, the contract's exit code, nothing lost."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from time import sleep
from urllib.parse import urlsplit

import pytest

from graph.stores.opening import open_store
from graph.stores.soundness import UNCLOSED
from loaders.keep.journal import Journal
from tests.support.disk import small_disk
from tests.support.export import digest
from tests.support.machine import Lacking, in_ci
from tests.support.stores import copy_store
from tests.support.terminal import PROJECT, Said, process, shuniu
from tests.worlds import random_world

NOWHERE = "bolt://127.0.0.1:1"
"""A port that nothing listens on."""

HOLD = """
import sys
from graph.stores.opening import open_store
with open_store(sys.argv[1]):
    print("held", flush=True)
    sys.stdin.read()
"""


def refused(said: Said, code: int, *words: str) -> None:
    """Check that a command said one thing that is wrong, these words in it, and what to do about it."""
    assert said.code == code, said
    assert said.out == ""
    lines = [line for line in said.err.splitlines() if line not in UNCLOSED]  # told at opening, before the error
    assert lines[0].startswith("✗ ")
    if "tables:" not in lines:  # a block for source.yml is there to be copied, as it stands
        assert len(lines) <= 2, said.err
        assert all(line.startswith("  ") for line in lines[1:])
    assert said.err.count("✗") == 1
    for word in words:
        assert word in said.err


def in_both_languages(code: int, zh: str, en: str, *arguments: object) -> None:
    refused(shuniu(*arguments), code, zh)
    said = shuniu(*arguments, "--lang", "en")
    refused(said, code, en)


@pytest.fixture
def store(store_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A store of the test's own, set as users set theirs; whatever happens, its content stays as it was."""
    there = Path(store_url.removeprefix("ladybug://"))
    here = tmp_path / "graph.lbug"
    url = f"ladybug://{copy_store(there, here)}"
    monkeypatch.setenv("SHUNIU_STORE", url)
    yield url
    assert here.read_bytes() == there.read_bytes() or content(url) == content_before(store_url)


@cache
def content_before(url: str) -> tuple[str, int]:
    """Return the content of a store that no test changes."""
    return content(url)


def content(url: str) -> tuple[str, int]:
    with open_store(url) as opened:
        with opened.read() as session:
            version = session.version()
        return digest(opened), version


@pytest.fixture
def world(tmp_path: Path) -> Path:
    """Tables that the store does not know yet."""
    return random_world(5).write(tmp_path / "tables")


# --- wrong use ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zh", "en", "arguments"),
    [
        ("没有这个命令：coverag", "No such command 'coverag'", ["coverag"]),
        ("没有这个选项：--regio （是否指 --region", "No such option: --regio", ["gaps", "--regio", "绵阳"]),
        ("没有这个命令：gap（是否指 'gaps'？）", "'gap'. Did you mean 'gaps'?", ["report", "gap"]),
        ("没有这个命令：what_if（是否指 'what-if'？）", "'what_if'. Did you mean 'what-if'?", ["what_if", "a.yml"]),
        ("缺少参数：--role，可用：admin, editor", "'--role'. Choose from: admin, editor", ["keys", "create", "a"]),
        ("'--role' 不正确：'x' 不是", "'--role': 'x' is not one of", ["keys", "create", "a", "--role", "x"]),
        (
            "可用：notice_2020、norm_2017",
            "not a valid scheme\n  Allowed: notice_2020, norm",
            ["assess", "--scheme", "x"],
        ),
        ("'--limit' 不正确：应为整数", "'--limit'", ["gaps", "--limit", "many"]),
        ("'--limit' 不正确：应 ≥ 1", "'--limit'", ["gaps", "--limit", "0"]),
        ("'--limit' 不正确：应 ≤ 1000", "'--limit'", ["gaps", "--limit", "999999999999"]),
        ("可用：'table', 'json', 'csv', 'xlsx'", "'table', 'json', 'csv', 'xlsx'", ["gaps", "--format", "yaml"]),
        ("多出的参数：b c", "unexpected extra argument(s) (b c)", ["template", "a.xlsx", "b", "c"]),
        ("缺少参数：paths", "Missing argument 'paths'", ["load"]),
        ("--as-of 不正确：2026-13-01（YYYY-MM-DD）", "(YYYY-MM-DD)", ["kpi", "--as-of", "2026-13-01"]),
        ("2000-01-01 … 2100-12-31", "2000-01-01 … 2100-12-31", ["coverage", "--as-of", "0001-01-01"]),
        ("无法识别的地区：火星", "Unknown region: 火星", ["gaps", "--region", "火星"]),
        ("内江市市中区（511002）、乐山市市中区（511102）", "fits several places", ["gaps", "--region", "市中区"]),
        ("“织布”不是有效的", "“织布” is not a valid", ["gaps", "--industry", "织布"]),
        ("“洗车”不是有效的", "“洗车” is not a valid", ["gaps", "--service-type", "洗车"]),
        ("“好”不是有效的", "“好” is not a valid", ["gaps", "--state", "好"]),
        ("group_by 不正确：village", "group_by: village (county, pref", ["coverage", "--group-by", "county,village"]),
        ("standard 不正确：-1.0", "standard: -1.0", ["coverage", "--standard", "-1"]),
        ("standard 不正确：nan", "standard: nan", ["coverage", "--standard", "nan"]),
        ("应 ≤ 36500", "less than or equal to 36500", ["coverage", "--freshness-days", "99999999999"]),
        ("'--reach-km' 不正确", "'--reach-km'", ["network", "--reach-km", "nan"]),
        ("'--scale' 不正确：应 ≤ 100", "'--scale'", ["sample", "--scale", "1e12"]),
        ("'--scale' 不正确", "'--scale'", ["demo", "--scale", "nan"]),
        ("--region 不正确：涪城区", "--region: 涪城区 (a prefecture", ["view", "network", "--region", "涪城区"]),
        ("--output FILE.xlsx", "--output FILE.xlsx", ["gaps", "--format", "xlsx"]),
        ("--format json|csv|xlsx", "--format json|csv|xlsx", ["gaps", "--output", "gaps.docx"]),
        ("PATH 不正确：template.csv", "PATH: template.csv", ["template", "template.csv"]),
        ("无法识别的存储地址", "Unknown store URL: mysql://host", ["kpi", "--store", "mysql://host"]),
        ("找不到或无法读取文件：plan.yml", "not readable: plan.yml", ["what-if", "plan.yml"]),
        ("请给出方案文件", "name a plan", ["what-if"]),
        ("--budget 不正确：0.0（应大于 0）", "greater than 0", ["expand", "--budget", "0"]),
        ("--objective 不正确：luck", "--objective: luck (unmet", ["expand", "--objective", "luck"]),
        ("--view 不正确：luck", "--view: luck (report |", ["network", "--view", "luck"]),
        ("'--pairs' 不正确：应 ≥ 0", "'--pairs'", ["network", "--pairs", "-1"]),
        ("“织布”不是有效的产业链", "“织布” is not a valid", ["chains", "--chain", "织布"]),
        ("无法识别的地区：nowhere", "Unknown region: nowhere", ["gaps", "why", "nowhere/大数据/技术支持"]),
        ("to 不正确：绵阳市（与起点是同一节点）", "is where paths begin", ["paths", "绵阳市", "绵阳市"]),
        ("没有叫“火星”的节点", "No node is called “火星”", ["paths", "火星", "绵阳市"]),
        ("'--max-hops' 不正确：应 ≤ 12", "'--max-hops'", ["paths", "绵阳市", "成都市", "--max-hops", "100"]),
        ("--to 不正确：–（必填）", "--to: – (required)", ["snapshot", "series", "--from", "2026-01-01"]),
        ("REQUESTER 不正确：–（必填）", "REQUESTER: – (required)", ["partners"]),
        ("REQUESTER 不正确：绵阳（不与 --matrix", "does not go with --matrix", ["partners", "绵阳", "--matrix"]),
        ("--everything 不正确", "with its switch only", ["suggest", "--everything"]),
        ("weights.reach 不正确：-1.0", "weights.reach: -1.0", ["partners", "绵阳", "--weight", "reach=-1"]),
        ("weights 不正确：luck", "weights: luck", ["partners", "绵阳", "--weight", "luck=3"]),
        ("--level 不正确：village", "--level: village (county", ["allocate", "--level", "village"]),
        ("'--limit-km' 不正确：应 ≥ 0", "'--limit-km'", ["allocate", "--limit-km", "-1"]),
        ("--method 不正确：luck", "--method: luck (common", ["suggest", "--method", "luck"]),
        ("无法识别的存储地址", "ladybug:///", ["kpi", "--store", "/"]),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_use(
    zh: str, en: str, arguments: list[str], store_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SHUNIU_STORE", store_url)
    in_both_languages(2, zh, en, *arguments)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("zh", "en", "arguments"),
    [
        (
            "没有找到地区、机构、载体或企业：火星",
            "No such region, organisation, carrier or enterprise: 火星",
            ["partners", "火星"],
        ),
        ("还没有快照\n  shuniu snapshot create", "There is no snapshot yet\n", ["snapshot", "diff"]),
        ("还没有快照\n", "There is no snapshot yet\n", ["snapshot", "publish"]),
        ("没有找到快照：a", "No such snapshot: a", ["snapshot", "diff", "a", "b"]),
        ("没有找到方案：甲", "No such scenario: 甲", ["what-if", "--compare", "甲"]),
        (
            "没有找到合作请求：request-9",
            "No such partner request: request-9",
            ["requests", "meet", "request-9", "--evidence", "x"],
        ),
        ("没有找到事实：nobody", "No such fact: nobody", ["trace", "nobody"]),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_is_not_there(
    zh: str, en: str, arguments: list[str], store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHUNIU_STORE", store_url)
    in_both_languages(1, zh, en, *arguments)


def test_an_option_without_its_value() -> None:
    refused(shuniu("gaps", "--limit"), 2, "选项 --limit 需要一个值")
    refused(shuniu("gaps", "--lang=en", "--limit"), 2, "Option '--limit' requires an argument")


def test_a_language_that_is_none() -> None:
    refused(shuniu("kpi", "--lang", "fr"), 2, "--lang", "zh | en")


def test_a_setting_that_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHUNIU_PORT", "eighty")
    refused(shuniu("serve"), 2, "SHUNIU_PORT", "eighty")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.1.2.3", "shuniu.example"])  # noqa: S104 that is what is refused
def test_a_service_without_keys_is_for_this_machine_alone(host: str) -> None:
    refused(shuniu("serve", "--host", host), 2, "--host", host, "127.0.0.1")


@pytest.mark.parametrize("arguments", [[], ["view"]])
def test_nothing_asked_gives_the_help(arguments: list[str]) -> None:
    said = shuniu(*arguments)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("Usage: shuniu ")


# --- input --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "text", "zh", "en"),
    [
        ("nothing.csv", None, "找不到或无法读取文件", "File not found or not readable"),
        ("empty", "", "empty", "empty"),
        ("工资.csv", "姓名,工资\n甲,1\n", "工资.csv 不是已知的数据表", "工资.csv is not a known table"),
        ("机构.csv", "名称,类型\n示例-甲,商会\n", "缺少必填列：所在地区（region）", "lacks required columns"),
        ("机构.xlsx", "no workbook", "无法解析文件", "Cannot read file"),
    ],
    ids=["missing", "empty folder", "unknown table", "missing column", "no workbook"],
)  # fmt: skip
@pytest.mark.usefixtures("store")
def test_input_that_cannot_be_loaded(
    name: str, text: str | None, zh: str, en: str, tmp_path: Path, world: Path
) -> None:
    path = tmp_path / name
    if text == "":
        path.mkdir()
    elif text is not None:
        path.write_text(text, encoding="utf-8")
    in_both_languages(2, zh, en, "load", world, path)


@pytest.mark.usefixtures("store")
def test_a_bad_region_in_a_row_is_told_with_its_place(tmp_path: Path) -> None:
    rows = tmp_path / "机构.csv"
    rows.write_text("名称,所在地区\n示例-甲,火星\n", encoding="utf-8")
    said = shuniu("load", rows, "--lang", "en")
    assert said.code == 1
    first, last = said.err.splitlines()
    assert first.startswith("机构.csv row 2 所在地区 “火星”: Unknown region: 火星")
    assert last.startswith("1 row rejected; correct and load again: ")
    assert Path(last.rpartition(": ")[2]).is_file()


@pytest.mark.usefixtures("store")
def test_rates_that_are_none(tmp_path: Path) -> None:
    refused(shuniu("coverage", "--rates", tmp_path / "rates.yml"), 2, "rates.yml")


# --- stores that are not there --------------------------------------------------------------------------


def test_no_neo4j_there() -> None:
    in_both_languages(3, "连不上 Neo4j", "Neo4j does not answer at bolt://127.0.0.1:1", "kpi", "--store", NOWHERE)


def test_a_wrong_password(neo4j_url: str) -> None:
    there = urlsplit(neo4j_url)
    url = f"{there.scheme}://nobody:secret-word@{there.hostname}:{there.port}"
    in_both_languages(3, "拒绝了用户名或密码", "refused the user name or password", "kpi", "--store", url)
    assert "secret-word" not in shuniu("kpi", "--store", url).err


@pytest.fixture
def holder(store: str) -> Iterator[int]:
    """Another process that owns the store; its id."""
    command = [sys.executable, "-c", HOLD, store]
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as running:
        assert running.stdout
        assert running.stdout.readline() == "held\n"
        yield running.pid
        running.communicate("")


@pytest.mark.slow
def test_a_store_that_another_process_holds(holder: int, world: Path) -> None:
    in_both_languages(3, f"（PID {holder}）", f"is in use by another process (PID {holder})", "load", world)


@pytest.mark.parametrize("damage", ["noise", "half"])
def test_a_damaged_store(damage: str, store: str, tmp_path: Path, world: Path) -> None:
    whole = Path(store.removeprefix("ladybug://")).read_bytes()
    file = tmp_path / "damaged.lbug"
    file.write_bytes(os.urandom(65536) if damage == "noise" else whole[: len(whole) // 2])
    before = file.read_bytes()
    url = f"ladybug://{file}"
    in_both_languages(3, "已损坏", "is damaged and cannot be opened", "kpi", "--store", url)
    in_both_languages(3, "运行 shuniu rebuild", "Run `shuniu rebuild`", "load", world, "--store", url)
    assert file.read_bytes() == before


def test_a_file_whose_maker_was_stopped_is_as_good_as_new(tmp_path: Path) -> None:
    (tmp_path / "graph.lbug").touch()
    assert shuniu("kpi", "--store", f"ladybug://{tmp_path / 'graph.lbug'}").code == 0


# --- places that cannot be written ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "command",
    [
        ("template", "x.xlsx"),
        ("sample", "x", "--scale", "0.001"),
        ("report", "gaps", "--format", "html", "--output", "x"),
        ("view", "network", "x.html"),
        ("gaps", "--output", "x.csv"),
        ("gaps", "--output", "x.xlsx"),
        ("demo", "--scale", "0.001", "--out", "x"),
    ],
    ids=lambda command: " ".join(command[:2]),
)
@pytest.mark.usefixtures("store")
def test_a_folder_that_cannot_be(command: tuple[str, ...], tmp_path: Path) -> None:
    file = tmp_path / "a file"
    file.write_text("kept", encoding="utf-8")
    arguments = [file / part if part.startswith("x") else part for part in command]
    in_both_languages(2, "无法写入", "Cannot write", *arguments)
    assert file.read_text(encoding="utf-8") == "kept"


def test_a_store_below_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    in_both_languages(2, "无法写入", "Cannot write", "kpi", "--store", f"ladybug://{tmp_path / 'file' / 'graph.lbug'}")


def test_an_answer_that_cannot_be_written_is_told_before_the_load(store: str, tmp_path: Path, world: Path) -> None:
    assert store
    refused(shuniu("load", world, "--output", tmp_path, "--format", "json"), 2, "无法写入")
    refused(shuniu("load", world, "--format", "xlsx"), 2, "--output")


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    try:
        with small_disk(tmp_path / "disk", 64) as folder:
            yield folder
    except Lacking as lack:
        if in_ci() and os.geteuid() == 0:
            raise
        pytest.skip(lack.en)


@pytest.mark.slow
def test_a_store_that_can_be_read_alone_is_examined(disk: Path, store_url: str) -> None:
    here = copy_store(Path(store_url.removeprefix("ladybug://")), disk / "graph.lbug")
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    said = shuniu("doctor", "--thorough", "--store", f"ladybug://{here}", "--lang", "en")
    first, *others = [line for line in said.out.splitlines() if line[:1] in "!✓✗"]
    assert (said.code, first.split()) == (0, f"! Cannot write {here}: Read-only file system".split())
    assert not [line for line in others if line.startswith("✗")]
    refused(shuniu("doctor", "--repair", "--store", f"ladybug://{here}"), 2, "Read-only file system")


@pytest.mark.slow
def test_a_full_disk(disk: Path, store_url: str, world: Path) -> None:
    there = Path(store_url.removeprefix("ladybug://"))
    here = copy_store(there, disk / "graph.lbug")
    load = ("load", world, "--store", f"ladybug://{here}")
    filler = disk / "filler"
    for left in (2**20, 0):  # too little for the rows; not even enough for the journal
        room = shutil.disk_usage(disk).free + (filler.stat().st_size if filler.exists() else 0)
        filler.write_bytes(bytes(room - left))
        refused(shuniu(*load), 3, "磁盘空间不足")
    refused(shuniu(*load, "--lang", "en"), 3, "No space left on the disk")
    filler.unlink()
    assert content(f"ladybug://{here}") == content_before(store_url)
    assert shuniu(*load).code == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    "command",
    ["template {}/a.xlsx", "sample {}/a --scale 0.001", "export {}/a", "export {}/a --format csv", "view network {}/a",
     "export {}/a --format neo4j-admin", "export {}/a --format hsds", "backup {}/a", "report template -o {}/a",
     "coverage --format json -o {}/a", "coverage --format csv -o {}/a", "coverage --format xlsx -o {}/a",
     "review --export {}/a.xlsx"],
)  # fmt: skip
def test_no_room_for_what_a_command_writes(command: str, disk: Path, store: str) -> None:
    assert store
    filler = disk / "filler"
    filler.write_bytes(bytes(shutil.disk_usage(disk).free))
    refused(shuniu(*command.format(disk).split()), 3, f"磁盘空间不足，没有写成：{disk}/a")
    assert [path for path in disk.rglob("*") if path != filler and path.is_file()] == []


# --- stopped ------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_an_interrupted_load_is_only_loaded_again(store_url: str, world: Path, tmp_path: Path) -> None:
    whole, stopped = (f"ladybug://{copy_store(store_url, tmp_path / name)}" for name in ("whole.lbug", "stopped.lbug"))
    assert shuniu("load", world, "--store", whole).code == 0
    with process("load", world, "--store", stopped, "--lang", "en") as running:
        staging = tmp_path / "stopped.lbug.d" / "staging"
        while not any(staging.glob("load-*")):  # the load has begun
            assert running.poll() is None
            sleep(0.01)
        running.send_signal(signal.SIGINT)
        _, err = running.communicate(timeout=60)
    assert (running.returncode, err) == (130, "✗ Interrupted.\n")
    assert shuniu("load", world, "--store", stopped).code == 0
    assert content(stopped) == content(whole)
    done = [e["load"] for e in Journal(tmp_path / "stopped.lbug.d").events() if e["state"] == "done"]
    assert done == [e["load"] for e in Journal(tmp_path / "whole.lbug.d").events() if e["state"] == "done"]
