"""The documents say what is so: commands exist, links lead somewhere, generated pages are current, examples hold."""

import re
import shlex
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from api.http.app import create_app
from api.settings import Settings
from graph import schema
from graph.places import gazetteer
from graph.stores.base import Store
from graph.stores.opening import open_store
from graph.vocabulary import vocabulary
from loaders.pipeline import load
from queries.coverage import CoverageQuestion, coverage
from tests.api.support import Client, rows
from tests.support import cli_reference
from tests.support.stores import copy_store, new_store

ROOT = Path(__file__).parents[1]
READMES = [ROOT / "README.md", ROOT / "README.zh-CN.md"]
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
PAGES = [*READMES, ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md")), *DECISIONS]
GENERATED = ("cli.md", "schema.md")
COMMANDS = dict(cli_reference.commands())
FENCE = re.compile(r"^```(?P<info>[^\n]*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?P<target>[^)\s]+)\)")

pages = pytest.mark.parametrize("document", PAGES, ids=lambda p: str(p.relative_to(ROOT)))


def text(document: Path) -> str:
    return document.read_text(encoding="utf-8")


def without_fences(document: Path) -> str:
    return FENCE.sub("", text(document))


# --- commands -----------------------------------------------------------------------------------------


def shell_lines(document: Path) -> list[list[str]]:
    """Return the words of every line of the document's ``sh`` blocks, without comments."""
    bodies = [m["body"] for m in FENCE.finditer(text(document)) if m["info"].strip() == "sh"]
    lines = [shlex.split(line, comments=True) for body in bodies for line in body.splitlines()]
    return [words for words in lines if words]


def find_command(words: list[str]) -> tuple[tuple[str, ...], list[str]] | None:
    """Return the command that words after ``shuniu`` name, and the words that follow it."""
    for length in (2, 1):
        if tuple(words[:length]) in COMMANDS:
            return tuple(words[:length]), words[length:]
    return None


def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z0-9-]+):", text(ROOT / "Makefile"), re.MULTILINE))


@pytest.mark.parametrize("document", [p for p in PAGES if "sh" in {m["info"].strip() for m in FENCE.finditer(text(p))}],
                         ids=lambda p: p.name)  # fmt: skip
def test_shell_blocks_call_what_exists(document: Path) -> None:
    for words in shell_lines(document):
        match words:
            case ["shuniu", *rest]:
                found = find_command(rest)
                assert found, f"shuniu {' '.join(rest)}"
                stated = {w.partition("=")[0] for w in found[1] if w.startswith("-")}
                assert stated <= cli_reference.options(COMMANDS[found[0]]), words
            case ["make", target]:
                assert target in make_targets(), words
            case [("curl" | "export" | "unset" | "."), *_]:
                pass
            case _:
                pytest.fail(f"what is this? {words}")


def test_both_readmes_show_the_same_commands() -> None:
    english, chinese = (shell_lines(page) for page in READMES)
    assert english == chinese
    shown = {command[0] for w in english if w[0] == "shuniu" and (command := find_command(w[1:]))}
    assert shown == set(COMMANDS) - {("demo",), ("sample",)}, "every command but those that `make demo` runs"


@pages
def test_no_word_of_a_command_that_does_not_exist(document: Path) -> None:
    for code in re.findall(r"`([^`\n]+)`", without_fences(document)):
        if named := re.match(r"(?:\.venv/bin/)?shuniu ([a-z-]+)(?: ([a-z-]+))?", code):
            words = [w for w in named.groups() if w]
            assert find_command(words) or any(c[0] == words[0] for c in COMMANDS), code
        elif named := re.match(r"make ([a-z0-9-]+)", code):
            assert named[1] in make_targets(), code


@pytest.mark.parametrize("document", [READMES[0], READMES[1]], ids=lambda p: p.name)
def test_variables_of_the_environment_exist(document: Path) -> None:
    known = {f"SHUNIU_{name.upper()}" for name in Settings.model_fields}
    assert set(re.findall(r"SHUNIU_[A-Z0-9_]+", text(document))) <= known


# --- links and pictures -------------------------------------------------------------------------------


def anchors(document: Path) -> set[str]:
    """Return the anchors that a document's headings get."""
    headings = re.findall(r"^#+ (.+)$", without_fences(document), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", h.strip().lower()).replace(" ", "-") for h in headings}


@pages
def test_relative_links_lead_somewhere(document: Path) -> None:
    for target in LINK.findall(without_fences(document)):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = unquote(target).partition("#")
        found = (document.parent / path) if path else document
        assert found.exists(), target
        assert not anchor or anchor in anchors(found), target


def test_readmes_link_to_each_other() -> None:
    assert READMES[1].name in LINK.findall(text(READMES[0]))
    assert READMES[0].name in LINK.findall(text(READMES[1]))


def test_pictures_are_used_light_and_wide_enough() -> None:
    pages_ = (*READMES, ROOT / "docs" / "explorer.md")
    used = {(page.parent / t).resolve() for page in pages_ for t in LINK.findall(text(page)) if t.endswith(".png")}
    assert used == {p.resolve() for p in (ROOT / "docs" / "pictures").iterdir()}
    for picture in used:
        head = picture.read_bytes()
        assert len(head) <= (150_000 if picture.name.startswith("explorer-") else 300_000)
        assert struct.unpack(">I", head[16:20])[0] == 1440


def test_decisions_are_all_listed_and_of_one_form() -> None:
    listed = set(LINK.findall(text(ROOT / "docs" / "README.md")))
    for page in DECISIONS:
        assert f"decisions/{page.name}" in listed
        assert text(page).startswith(f"# {page.name[:4]} ")
        parts = re.findall(r"^\*\*(.+?)\*\*", text(page), re.MULTILINE)
        assert parts == ["Decision.", "Why.", "What we looked at.", "Consequence."], page.name


# --- generated pages ----------------------------------------------------------------------------------


def test_schema_page_is_current() -> None:
    assert text(ROOT / "docs" / "schema.md") == schema.page(), "make docs"


def test_command_page_is_current() -> None:
    fresh = cli_reference.page()
    assert text(ROOT / "docs" / "cli.md") == fresh, "python -m tests.support.cli_reference docs/cli.md"


# --- worked examples ----------------------------------------------------------------------------------

NUMBERS = {"需求": "demand", "可及供给": "supply", "覆盖率": "ratio", "本地覆盖率": "ratio_local",
           "未满足": "unmet", "机构数": "providers"}  # fmt: skip


@dataclass(frozen=True)
class Example:
    """One worked example of the method: its tables by file name, its day, and the rows it promises."""

    title: str
    tables: dict[str, str]
    day: date
    rows: list[dict[str, str]]


def examples() -> list[Example]:
    _, *sections = re.split(r"^### (?=算例)", text(ROOT / "docs" / "method.md"), flags=re.MULTILINE)
    return [_example(section) for section in sections]


def _example(section: str) -> Example:
    section = section.partition("\n## ")[0]
    tables = {m["info"].split()[1]: m["body"] for m in FENCE.finditer(section) if m["info"].startswith("csv ")}
    stated = re.search(r"分析日 (\d{4}-\d\d-\d\d)", section)
    assert stated
    lines = [[c.strip() for c in line.strip("|").split("|")] for line in section.splitlines() if line.startswith("| ")]
    head, *body = lines
    rows = [dict(zip(head, row, strict=True)) for row in body]
    return Example(section.splitlines()[0], tables, date.fromisoformat(stated[1]), rows)


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that holds the reference data alone, closed."""
    path = tmp_path_factory.mktemp("docs") / "reference.lbug"
    new_store(path).close()
    return path


def promised(number: str) -> Any:
    """Return a printed number as what it may stand for: equal within half of its last digit, – for unknown."""
    if number == "–":
        return None
    digits = len(number.partition(".")[2])
    return pytest.approx(float(number), abs=0.5 * 10**-digits if digits else 1e-9, rel=0)


def answered(store: Store, row: dict[str, str], day: date) -> dict[str, Any]:
    """Return the one cell or group that a printed row speaks of."""
    own = row["地区"].endswith("市本级")
    code = gazetteer.region(row["地区"].removesuffix("本级"))
    level = "county" if own or code[4:] != "00" else "prefecture" if code[2:4] != "00" else ""
    question = CoverageQuestion(
        group_by=tuple(g for g in (level, "chain", "service_type") if g),
        region=code,
        industry=gazetteer.chain(row["产业链"]),
        service_type=vocabulary("service_types").resolve(row["服务类型"]),
        as_of=day,
    )
    # Asking for a prefecture brings its counties, too.
    found = [c for c in coverage(store, question).records() if c["region"] in (code, None)]
    assert len(found) == 1, row
    return found[0]


@pytest.mark.parametrize("example", examples(), ids=lambda e: e.title)
def test_worked_examples_hold(example: Example, reference: Path, tmp_path: Path) -> None:
    folder = tmp_path / "tables"
    folder.mkdir()
    for name, content in example.tables.items():
        (folder / name).write_text(content, encoding="utf-8")
    path = copy_store(reference, tmp_path / "example.lbug")
    assert example.rows
    with open_store(f"ladybug://{path}") as store:
        assert not load(store, [folder]).issues
        for row in example.rows:
            cell = answered(store, row, example.day)
            assert {zh: cell[name] for zh, name in NUMBERS.items()} == {zh: promised(row[zh]) for zh in NUMBERS}, row
            assert vocabulary("coverage_states").text(cell["state"]) == row["状态"], row
            reasons = {vocabulary("coverage_reasons").text(r) for r in cell["reasons"]}
            assert reasons == {r for r in row["原因"].split("、") if r}, row


def test_there_are_examples_for_every_state_and_reason() -> None:
    rows = [row for example in examples() for row in example.rows]
    states = {row["状态"] for row in rows}
    reasons = {r for row in rows for r in row["原因"].split("、") if r}
    assert len(examples()) >= 2
    assert states >= {e.label.zh for e in vocabulary("coverage_states")} - {"已覆盖"}
    assert reasons >= {e.label.zh for e in vocabulary("coverage_reasons")} - {"仅有低级别资源"}


def test_method_names_every_state_and_reason() -> None:
    page = text(ROOT / "docs" / "method.md")
    for name in ("coverage_states", "coverage_reasons"):
        for entry in vocabulary(name):
            assert f"| {entry.label.zh} |" in page


# --- HTTP examples ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def client(reference: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    path = copy_store(reference, tmp_path_factory.mktemp("http") / "served.lbug")
    with Client(create_app(Settings(store=f"ladybug://{path}", processes=0))) as made:
        yield made


def request_of(words: list[str]) -> tuple[str, list[tuple[str, str]], dict[str, str], str | None]:
    """Return address, parameters, headers and body, if any, of a ``curl`` line."""
    url, parameters, headers, body = "", [], {}, None
    rest = iter(words[1:])
    for word in rest:
        if word == "-H":
            name, _, value = next(rest).partition(": ")
            headers[name] = value
        elif word in ("-d", "--data-urlencode"):
            name, _, value = next(rest).partition("=")
            parameters.append((name, value))
        elif word == "--json":
            body, headers["Content-Type"] = next(rest), "application/json"
        elif word != "-G":
            url = word
    return url, parameters, headers, body


def test_curl_lines_are_answered(client: Client) -> None:
    lines = [words for words in shell_lines(READMES[0]) if words[0] == "curl"]
    assert lines
    for words in lines:
        url, parameters, headers, body = request_of(words)
        path = url.removeprefix("http://127.0.0.1:8000")
        assert path != url, words
        method = "GET" if body is None else "POST"
        answer = client.request(method, path, params=parameters or None, headers=headers, content=body)
        assert answer.status_code == 200, (words, answer.text)
        if headers.get("Accept") == "text/csv":
            assert isinstance(rows(answer.content), list)
            assert answer.headers["content-type"].startswith("text/csv")


@pytest.mark.parametrize("path", ["/", "/docs", "/openapi.json"])
def test_addresses_of_the_readmes_answer(client: Client, path: str) -> None:
    assert client.get(path).status_code == 200
