"""Which tests take so long that ``make quick`` does without them, as measured: tests/seconds.txt.

``make test PYTEST_ADDOPTS=--junitxml=out/tests.xml``, then ``python -m tests.support.seconds out/tests.xml`` lists them
anew. A name that is no more does no harm; a new test that takes long carries ``slow``, or is listed the next time.
"""

import sys
from collections import defaultdict
from pathlib import Path
from xml.etree import ElementTree

LISTED = Path(__file__).parents[1] / "seconds.txt"
LONG, LONG_IN_ALL = 0.11, 2.0
"""Seconds of a case, and of all cases of a function, on a machine whose cores do other work, too."""


def listed() -> set[str]:
    """Return file and name of each function, as pytest writes them."""
    return set(LISTED.read_text(encoding="utf-8").split())


def long_ones(report: Path) -> list[str]:
    """Return the functions of a report of pytest (JUnit's XML) whose cases take long on average, or in all."""
    seconds: dict[str, list[float]] = defaultdict(list)
    for case in ElementTree.parse(report).iter("testcase"):  # noqa: S314 our own report
        name = f"{case.attrib['classname'].replace('.', '/')}.py::{case.attrib['name'].partition('[')[0]}"
        seconds[name].append(float(case.attrib["time"]))
    return sorted(name for name, each in seconds.items() if sum(each) >= min(LONG * len(each), LONG_IN_ALL))


if __name__ == "__main__":
    LISTED.write_text("\n".join(long_ones(Path(sys.argv[1]))) + "\n", encoding="utf-8")
