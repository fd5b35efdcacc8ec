"""Every command line of the READMEs and of docs/ works as written; the five tasks of a planner are answered in one."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from graph.clock import today
from graph.stores.base import Query
from loaders.pipeline import load
from loaders.sample import write_sample
from queries.snapshots.months import keep_month
from tests.support.stores import new_store
from tests.support.terminal import shuniu
from tests.test_docs import PAGES, ROOT, shell_lines

STORE = "ladybug://{}/out/shuniu.lbug"
ORGANIZATIONS = Query("MATCH (o:Organization) RETURN o.key AS key ORDER BY o.key LIMIT 3", {"key": str})
PLAN = (
    "名称: 补点\n变更:\n  - {操作: 新增, 名称: 涪城站, 地点: 涪城区, 服务类型: [SC03], 能力: 500, 方式: [线上, 线下]}\n"
)
ELSEWHERE = {
    ("serve",): "stays open; the routes are asked in test_docs",
    ("mcp",): "stays open; tests/api/http/mcp asks it",
    ("alerts", "run", "--webhook"): "needs servers of the reader's own",
    ("load", "mended.xlsx"): "rows that were rejected before",
    ("load", "organizations.xlsx"): "a full delivery of the reader's own",
    ("load", "example"): "test_docs loads the worked examples",
    ("coverage", "--group-by", "county,chain,service_type"): "of that example",
    ("review", "same"): "of a pair that is on the reader's list",
    ("review", "different"): "of a pair that is on the reader's list",
    ("review", "undo"): "of a decision that was made",
    ("contacts",): "of an organisation with contacts",
    ("trace",): "of an organisation of the reader's own",
    ("report",): "the tests of viz/report write and check every form",
    ("view",): "the tests of viz write every page",
    ("export",): "tests/graph/export reads every form back",
    ("restore",): "the tests of faults restore and rebuild many times",
    ("rebuild",): "as above",
    ("keys",): "as above",
    ("backup",): "as above",
    ("doctor",): "as above",
}
"""Lines that need what a reader brings, and where else they are tried."""


def lines() -> list[list[str]]:
    """Return every line that calls the program, each once, in the order of the pages."""
    chinese = ROOT / "README.zh-CN.md"  # shows the same as the other: test_docs
    found = [words[1:] for page in PAGES if page != chinese for words in shell_lines(page) if words[0] == "shuniu"]
    once = dict.fromkeys(tuple(words) for words in found)
    return [list(w) for w in once if not any(w[: len(start)] == start for start in ELSEWHERE)]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder as `make demo` leaves it: the sample's tables, the store with two months."""
    folder = tmp_path_factory.mktemp("documented")
    tables = write_sample(folder / "out" / "sample", scale=0.02).folder
    (folder / "plan.yml").write_text(PLAN, encoding="utf-8")
    with new_store(folder / "out" / "shuniu.lbug") as store:
        load(store, [tables])
        for day in (today().replace(day=1) - timedelta(days=1), today()):
            keep_month(store, day)
        with store.read() as session:
            keys = session.frame(ORGANIZATIONS)["key"].tolist()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("PWD", str(folder))
        patch.setenv("SHUNIU_STORE", STORE.format(folder))
        patch.setenv("COLUMNS", "160")
        (folder / "keys").write_text("\n".join(keys), encoding="utf-8")
        yield folder


def as_typed(words: list[str], folder: Path) -> list[str]:
    """Return a line with what stands in it for the reader's own keys."""
    keys = (folder / "keys").read_text(encoding="utf-8").split()
    texts = [re.sub(r"organization-(\d)\1{15}", lambda m: keys[int(m[1]) - 1], word) for word in words]
    return [text.replace("$PWD", str(folder)) for text in texts]


TASKS = {
    "gaps --region 凉山州 --sort depth": "满足得最少的是凉山彝族自治州",
    "partners 资阳市 --service-type 知识产权 --fewest": "资阳市",
    "network --view resilience --region 攀枝花市": "最怕失去",
    "expand --kinds station --sites 3 --budget 300": "建议：",
    "snapshot diff": "未满足",
}


@pytest.mark.parametrize("task", list(TASKS))
def test_a_task_of_a_planner_is_one_command_and_an_answer_to_read_aloud(task: str, home: Path) -> None:
    assert home
    said = shuniu(*task.split(), "--lang", "zh")
    assert said.code in (0, 1)
    assert TASKS[task] in said.out


@pytest.mark.slow
def test_every_line_works_as_written(home: Path) -> None:
    """Last in this file: its loads change the store."""
    said = {" ".join(words): shuniu(*as_typed(words, home)) for words in lines()}
    assert {line: each for line, each in said.items() if each.code} == {}
