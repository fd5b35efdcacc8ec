"""What it costs that nothing is lost: the redo log of a load, and what many small loads leave beside the store.

The peer is the very same load without its redo log, in turns. Then 200 small loads one after another: seconds of each
and size of the folder, as a line fitted to them says how they grow; a load must not cost more for those before it.

    python -m benchmarks.durability [--loads 200] [--rows 20000]
"""

import argparse
import sys
import time
from pathlib import Path
from statistics import median
from unittest import mock

import numpy as np

from benchmarks._setting import machine, say, scratch, show
from graph.stores.opening import open_store
from graph.stores.redo import RedoLog
from loaders.pipeline import load
from loaders.reference.graph import ensure_reference

TURNS = 5


def table(path: Path, rows: int, start: int = 0) -> Path:
    """Write a table of organisations that no other table has."""
    names = (f"示例-绵阳-企业服务机构-{start + n:07d}" for n in range(rows))
    path.write_text("名称,类型,所在地区\n" + "".join(f"{name},服务机构,三台县\n" for name in names), encoding="utf-8")
    return path


def seconds(folder: Path, path: Path) -> float:
    """Return how long one load into a new store takes."""
    with open_store(f"ladybug://{folder / 'g.lbug'}") as store:
        ensure_reference(store)
        began = time.perf_counter()
        load(store, [path])
        return time.perf_counter() - began


def redo_cost(rows: int) -> None:
    with_log, without = [], []
    for turn in range(TURNS):
        with scratch() as folder:
            path = table(folder / "机构.csv", rows)
            (folder / "a").mkdir()
            (folder / "b").mkdir()
            with_log.append(seconds(folder / "a", path))
            with mock.patch.object(RedoLog, "write", lambda *_: None):
                without.append(seconds(folder / "b", path))
        say(f"turn {turn + 1}: {with_log[-1]:.2f} s, without the log {without[-1]:.2f} s")
    ratio = median(with_log) / median(without)
    show(
        [f"load of {rows:,} rows", "seconds"],
        [
            ["with its redo log", f"{median(with_log):.2f}"],
            ["without", f"{median(without):.2f}"],
            ["ratio", f"x {ratio:.2f}"],
        ],
    )


def many(loads: int) -> None:
    took, size = [], []
    with scratch() as folder, open_store(f"ladybug://{folder / 'g.lbug'}") as store:
        ensure_reference(store)
        for number in range(loads):
            path = table(folder / "机构.csv", 10, 10 * number)
            began = time.perf_counter()
            load(store, [path])
            took.append(time.perf_counter() - began)
            size.append(sum(f.stat().st_size for f in store.home.rglob("*") if f.is_file()))
    tenth = max(1, loads // 10)
    growth = np.diff(size)
    show(
        [f"{loads} loads of ten rows", "first tenth", "last tenth", "ratio"],
        [
            _compared("seconds", took[:tenth], took[-tenth:], "{:.3f}"),
            _compared("bytes beside the store", list(growth[:tenth]), list(growth[-tenth:]), "{:,.0f}"),
        ],
    )


def _compared(what: str, first: list[float], last: list[float], form: str) -> list[str]:
    one, other = median(first), median(last)
    return [what, form.format(one), form.format(other), f"x {other / one:.2f}"]


def main(arguments: list[str]) -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--loads", type=int, default=200)
    options.add_argument("--rows", type=int, default=20_000)
    asked = options.parse_args(arguments)
    say(machine())
    redo_cost(asked.rows)
    many(asked.loads)


if __name__ == "__main__":
    main(sys.argv[1:])
