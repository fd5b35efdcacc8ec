"""How time and memory of dear questions grow with the data: one process a question, a store a scale.

python -m benchmarks.growth 0.3 1 3          # makes a store a scale, in a temporary folder
python -m benchmarks.growth --kept FOLDER 1 3 # keeps the stores there, and uses those of an earlier run

Beside seconds of processor and peak memory stands what they grew by since the scale before, for a growth of the data
(resources and enterprises) by 1: 1.0 is as the data grow, less is slower, more is faster.
"""

import argparse
import math
import os
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from benchmarks._setting import fill, machine, sample, say, scratch, show
from graph.stores.base import Query
from graph.stores.opening import open_store

QUESTIONS = {
    "coverage": ("coverage", "--format", "csv", "--output", "{out}.csv"),
    "gaps": ("gaps", "--format", "csv", "--output", "{out}.csv"),
    "partners": ("partners", "资阳市", "--service-type", "知识产权"),
    "allocate": ("allocate",),
    "suggest": ("suggest",),
    "expand 513200": ("expand", "--region", "513200", "--budget", "500"),
}
SIZE = Query(
    "MATCH (n:Resource) RETURN count(n) AS number UNION ALL MATCH (n:Enterprise) RETURN count(n) AS number",
    {"number": int},
)


@dataclass(frozen=True)
class Cost:
    """What a process took: seconds on the clock and of processor, MiB at most."""

    wall: float
    cpu: float
    mib: float


def measured(question: tuple[str, ...], store: Path, out: Path) -> Cost:
    """Return what a command costs on a store, nothing kept of an earlier answer."""
    words = [word.format(out=out) for word in question]
    program = [sys.executable, "-c", "from api.cli import main; main()", *words, "--store", f"ladybug://{store}"]
    kept = store.with_name(f"{store.name}.d") / "answers"
    for file in kept.glob("*"):
        file.unlink()
    begun = time.perf_counter()
    running = subprocess.Popen(program, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(running.pid, 0)
    wall = time.perf_counter() - begun
    if os.waitstatus_to_exitcode(status):
        raise SystemExit(f"shuniu {' '.join(words)} failed")
    return Cost(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def made(folder: Path, scale: float) -> tuple[Path, int]:
    """Return the store of a scale, made if it is not there, and how many resources and enterprises it holds."""
    path = folder / f"scale-{scale:g}.lbug"
    if not path.exists():
        with scratch() as tables, open_store(f"ladybug://{path}") as store:
            fill(store, sample(tables, scale))
    with open_store(f"ladybug://{path}", read_only=True) as store, store.read() as session:
        return path, sum(session.table(SIZE)["number"].to_pylist())


def made_apart(folder: Path, scale: float) -> tuple[Path, int]:
    """Return :func:`made` of a process of its own: what this one holds would count as memory of all that it starts."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as apart:
        return apart.submit(made, folder, scale).result()


def growth(now: float, before: float, data: float) -> str:
    """Return the power of the growth of the data by which a figure grew."""
    return f"{math.log(now / before) / math.log(data):.2f}" if data > 1 else ""


def main() -> None:
    """Print what each question costs at each scale, and how it grows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scales", nargs="*", type=float, default=[0.3, 1.0])
    parser.add_argument("--kept", type=Path)
    asked = parser.parse_args()
    with ExitStack() as stack:
        folder = asked.kept or stack.enter_context(scratch())
        folder.mkdir(parents=True, exist_ok=True)
        rows: list[list[str]] = []
        before: dict[str, tuple[Cost, int]] = {}
        for scale in sorted(asked.scales):
            store, held = made_apart(folder, scale)
            for name, question in QUESTIONS.items():
                say(f"{name} at scale {scale:g} …")
                cost = measured(question, store, folder / "out")
                last, had = before.get(name, (cost, held))
                figures = f"{cost.wall:.1f}", f"{cost.cpu:.1f}", f"{cost.mib:,.0f}"
                grown = growth(cost.cpu, last.cpu, held / had), growth(cost.mib, last.mib, held / had)
                rows.append([name, f"{scale:g}", f"{held:,}", *figures, *grown])
                before[name] = cost, held
    print(machine())
    show(["question", "scale", "data", "wall s", "cpu s", "MiB", "cpu grows", "memory grows"], rows)


if __name__ == "__main__":
    main()
