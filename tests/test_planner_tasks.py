"""The five tasks of a planner (docs/planning.md): one command each, with a sentence that can be read aloud."""

from datetime import timedelta
from pathlib import Path

import pytest

from api.cli.commands import run
from graph.stores.opening import open_store
from loaders.pipeline import load
from loaders.reference.graph import ensure_reference
from loaders.sample import write_sample
from queries.answers import today
from queries.snapshots.months import keep_month

TASKS = {
    "gaps --region 凉山州 --sort depth": "满足得最少的是凉山彝族自治州",
    "partners 资阳市 --service-type 知识产权 --fewest": "资阳市",
    "network --view resilience --region 攀枝花市": "最怕失去",
    "expand --kinds station --sites 3 --budget 300": "费用 ",
    "snapshot diff": "未满足",
}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    """URL of the sample as `make demo` leaves it: with two months."""
    folder: Path = tmp_path_factory.mktemp("tasks")
    url = f"ladybug://{folder / 'shuniu.lbug'}"
    with open_store(url) as opened:
        ensure_reference(opened)
        load(opened, [write_sample(folder / "sample", scale=0.02).folder])
        for day in (today().replace(day=1) - timedelta(days=1), today()):
            keep_month(opened, day)
    return url


@pytest.mark.parametrize("task", list(TASKS))
def test_a_task_is_one_command_and_an_answer_to_read_aloud(
    task: str, store: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    assert run([*task.split(), "--store", store, "--lang", "zh"]) in (0, 1)
    assert TASKS[task] in capsys.readouterr().out
