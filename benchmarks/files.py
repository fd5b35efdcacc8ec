"""Loading what people send against the plainest ways to get the same rows in.

- 100,000 enterprises from CSV, the whole load, against a bare ``COPY`` of the graph that it makes (embedded), and, with
  ``--neo4j URL``, against the driver's plain ``UNWIND … MERGE`` in batches of the same nodes and relationships.
- The same file again.
- A million service records from CSV, from the sample, into ledger and graph: seconds and peak memory.

    python -m benchmarks.files [--enterprises 100000] [--scale 1] [--neo4j bolt://neo4j:PASSWORD@127.0.0.1:7687]
"""

import argparse
import csv
import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import NamedTuple
from urllib.parse import urlsplit

import ladybug
import neo4j
import pyarrow as pa

from benchmarks._setting import Clock, machine, peak_mib, sample, say, scratch, show
from graph import schema
from graph.identity import uscc_check_digit
from graph.places.gazetteer import reference
from graph.schema import NodeSpec, RelationshipSpec
from graph.stores import cypher
from graph.stores.address import is_embedded
from graph.stores.embedded import BUFFER_BYTES
from graph.stores.opening import open_store
from loaders.pipeline import load
from loaders.reference.graph import ensure_reference

Content = dict[NodeSpec | RelationshipSpec, pa.Table]
BATCH = 10_000
CPU = (
    "CALL dbms.queryJmx('java.lang:type=OperatingSystem') YIELD attributes "
    "RETURN attributes.ProcessCpuTime.value AS nanoseconds"
)
SPECS: tuple[NodeSpec | RelationshipSpec, ...] = (
    schema.nodes()["Enterprise"],
    schema.relationships()["LOCATED_IN", "Enterprise", "Region"],
    schema.relationships()["BELONGS_TO", "Enterprise", "Chain"],
    schema.relationships()["CLASSIFIED_AS", "Enterprise", "Industry"],
    schema.relationships()["HOLDS", "Enterprise", "Title"],
)
"""Everything that the load of enterprises makes, so that the plain ways make it, too."""
HEAD = ("名称", "统一社会信用代码", "所在地区", "行业代码", "产业链", "规模", "资质")


def write_enterprises(path: Path, number: int, seed: int = 1) -> Path:
    """Write a table of invented enterprises, each with a code, a county, a chain and a size."""
    rng = random.Random(seed)
    counties = [r for r in reference("divisions").to_dict("records") if not r["adcode"].endswith("00")]
    chains = list(reference("industry_chains")["chain"])
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEAD)
        for n in range(number):
            county = rng.choice(counties)
            body = f"91{county['adcode']}{n:09d}"
            code = body + uscc_check_digit(body)
            name = f"示例-{county['name']}第{n}号科技有限公司"
            sizes, tags = rng.choice(["小型", "微型", "中型"]), rng.choice(["", "专精特新"])
            writer.writerow([name, code, county["adcode"], "3911", rng.choice(chains), sizes, tags])
    return path


@dataclass(frozen=True)
class Run:
    """Seconds of a load, of CPU (a server's, too) and of the same again, both of its writing, the most memory, MiB."""

    seconds: float
    cpu: float
    again: float
    write: float
    write_cpu: float
    rows: int
    peak: float


def load_here(url: str, path: Path) -> Run:
    """Load a table twice in this process."""
    marks: dict[str, tuple[float, float]] = {}

    def mark(what: str, _: int) -> None:
        if what not in marks:
            marks[what] = time.perf_counter(), cpu_seconds(url)

    with open_store(url) as store:
        ensure_reference(store)
        used, start = cpu_seconds(url), time.perf_counter()
        report = load(store, [path], progress=mark)
        end, used_then = time.perf_counter(), cpu_seconds(url)
        peak = peak_mib()
        began = time.perf_counter()
        again = load(store, [path])
        done = time.perf_counter()
    assert report.rejected == 0 and not again.written
    write, used_before = marks["write"]
    return Run(
        end - start, used_then - used, done - began, end - write, used_then - used_before,
        sum(t.read for t in report.tables), peak,
    )  # fmt: skip


def apart(url: str, path: Path, home: Path | None = None) -> Run:
    """Load in a process of its own, so that its memory is its own; ``home`` holds what is kept beside a server."""
    command = [sys.executable, "-m", "benchmarks.files", "--here", url, str(path)]
    environment = {**os.environ, "XDG_DATA_HOME": str(home)} if home else None
    return Run(**json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, env=environment).stdout))


def content(url: str) -> Content:
    """Return the enterprises of a store with their relationships."""
    with open_store(url, read_only=True) as store, store.read() as session:
        rows = {s: session.nodes(s) if isinstance(s, NodeSpec) else session.relationships(s) for s in SPECS}
    return {spec: table.combine_chunks() for spec, table in rows.items()}


def copy(base: Path, path: Path, tables: Content) -> float:
    """Copy finished columns into a store that holds the reference data, by Ladybug's own COPY, in one transaction."""
    shutil.copy(base, path)
    with ladybug.Database(str(path), buffer_pool_size=BUFFER_BYTES) as database, ladybug.Connection(database) as to:
        with Clock().running() as clock:
            to.execute("BEGIN TRANSACTION")
            for spec, rows in tables.items():
                to.execute(cypher.ladybug_copy(spec), {"rows": rows})
            to.execute("COMMIT")
        return clock.wall


NODES = "UNWIND $rows AS row MERGE (n:Enterprise {key: row.key}) SET n += row"
LINKS = (
    "UNWIND $rows AS row MATCH (a:Enterprise {{key: row.from_key}}) MATCH (b:{label} {{key: row.to_key}}) "
    "MERGE (a)-[r:{type}]->(b) SET r += row.properties"
)


def driver_of(url: str) -> neo4j.Driver:
    """Return a driver of the server."""
    parts = urlsplit(url)
    address = f"{parts.scheme}://{parts.hostname}:{parts.port}"
    return neo4j.GraphDatabase.driver(address, auth=(parts.username or "", parts.password or ""))


def server_seconds(url: str) -> float:
    """Return the CPU seconds that the server has used."""
    with driver_of(url) as driver:
        return float(driver.execute_query(CPU).records[0]["nanoseconds"]) / 1e9


def cpu_seconds(url: str) -> float:
    """Return the CPU seconds of this process and, where the store is a server, of that."""
    return time.process_time() + (0.0 if is_embedded(url) else server_seconds(url))


def refuse_what_holds_data(url: str) -> None:
    """Stop before anything is deleted that this benchmark did not write."""
    with driver_of(url) as driver:
        (found,) = driver.execute_query("MATCH (n) RETURN count(n)").records[0]
    if found:
        raise SystemExit(f"{url} holds {found:,} nodes; this benchmark deletes what it finds: name an empty server.")


def empty(url: str) -> None:
    """Delete everything on the server; a region alone may have more relationships than fit into one transaction."""
    with driver_of(url) as driver, driver.session() as session:
        for text in ("MATCH ()-[x]->()", "MATCH (x)"):
            session.run(f"{text} CALL (x) {{ DELETE x }} IN TRANSACTIONS OF 10000 ROWS").consume()  # type: ignore[arg-type]


class Merged(NamedTuple):
    """Seconds of the plain way, and those of CPU, the server's among them."""

    seconds: float
    cpu: float


def merge(url: str, path: Path, tables: Content) -> Merged:
    """Read the CSV with the standard library and merge its rows by the driver in batches: what one writes first.

    Keys, provenance and resolved codes are taken from the finished columns; only reading and writing are measured.
    """
    with driver_of(url) as driver, driver.session() as session:
        session.run("MATCH (n:Enterprise) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 10000 ROWS").consume()
        used = cpu_seconds(url)
        with Clock().running() as clock:
            with path.open(encoding="utf-8", newline="") as file:
                read = list(csv.DictReader(file))
            for text, rows in statements(tables):
                for start in range(0, len(rows), BATCH):
                    driver.execute_query(text, rows=rows[start : start + BATCH])
            assert len(read) >= len(tables.get(SPECS[0], ()))
        return Merged(clock.wall, cpu_seconds(url) - used)


def statements(tables: Content) -> Iterator[tuple[str, list[dict[str, object]]]]:
    """Yield the texts of the plain way with their parameters."""
    for spec, table in tables.items():
        rows = [{k: v for k, v in row.items() if v is not None} for row in table.to_pylist()]
        if isinstance(spec, NodeSpec):
            yield NODES, rows
        else:
            ends = ("from_key", "to_key")
            links = [
                {**{e: r[e] for e in ends}, "properties": {k: v for k, v in r.items() if k not in ends}} for r in rows
            ]
            yield LINKS.format(label=spec.target, type=spec.type), links


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--enterprises", type=int, default=100_000)
    parser.add_argument("--scale", type=float, default=1.0, help="of the sample whose service records are loaded")
    parser.add_argument("--repeats", type=int, default=3, help="of load and copy; the medians count")
    parser.add_argument("--neo4j", metavar="URL", help="an empty Neo4j to write to")
    parser.add_argument("--here", nargs=2, metavar=("URL", "FILE"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.here:
        print(json.dumps(asdict(load_here(arguments.here[0], Path(arguments.here[1])))))
        return
    with scratch() as folder:
        enterprises(folder, arguments.enterprises, arguments.repeats, arguments.neo4j)
        if arguments.scale:
            service_records(folder, arguments.scale)


def enterprises(folder: Path, number: int, repeats: int, url: str | None) -> None:
    """Print the figures of the enterprises."""
    path = write_enterprises(folder / "enterprises.csv", number)
    base = folder / "base.lbug"
    with open_store(f"ladybug://{base}") as store:
        ensure_reference(store)
    urls = [f"ladybug://{folder / f'load{n}.lbug'}" for n in range(repeats)]
    say(f"{repeats} × load …")
    runs = sorted((apart(url, path) for url in urls), key=lambda run: run.seconds)
    run = runs[len(runs) // 2]
    tables = content(urls[0])
    say(f"{repeats} × copy …")
    bare = median(copy(base, folder / f"copy{n}.lbug", tables) for n in range(repeats))
    print(f"\n{machine()}\n\n{number:,} enterprises from CSV, {sum(map(len, tables.values())):,} rows in the graph\n")
    lines = [
        ["whole load, embedded", f"{run.seconds:.2f}", f"{run.cpu:.2f}", f"× {run.seconds / bare:.1f} of a bare COPY"],
        ["its writing", f"{run.write:.2f}", f"{run.write_cpu:.2f}", f"× {run.write / bare:.1f} of a bare COPY"],
        ["bare COPY of finished columns", f"{bare:.2f}", "", ""],
        ["the same file again", f"{run.again:.2f}", "", f"× {run.again / run.seconds:.2f} of the first"],
    ]
    if url:
        refuse_what_holds_data(url)
        theirs: list[Merged] = []
        ours: list[Run] = []
        for turn in range(1 + repeats):
            say(f"Neo4j: load, then plain MERGE, {'to warm up' if not turn else f'{turn} of {repeats}'} …")
            ours.append(apart(url, path, home=folder / f"home{turn}"))
            theirs.append(merge(url, path, tables))
            empty(url)
        there, plain = sorted(ours[1:], key=lambda run: run.seconds)[repeats // 2], sorted(theirs[1:])[repeats // 2]
        whole, writing = (
            f"× {seconds / plain.seconds:.2f} of plain UNWIND … MERGE, CPU × {cpu / plain.cpu:.2f}"
            for seconds, cpu in ((there.seconds, there.cpu), (there.write, there.write_cpu))
        )
        lines += [
            ["whole load, Neo4j", f"{there.seconds:.2f}", f"{there.cpu:.2f}", whole],
            ["its writing", f"{there.write:.2f}", f"{there.write_cpu:.2f}", writing],
            ["plain UNWIND … MERGE", f"{plain.seconds:.2f}", f"{plain.cpu:.2f}", ""],
            [
                "the same file again, Neo4j",
                f"{there.again:.2f}",
                "",
                f"× {there.again / there.seconds:.2f} of the first",
            ],
        ]
    show(["what", "seconds", "CPU", "ratio"], lines)


def service_records(folder: Path, scale: float) -> None:
    """Print the figures of the service records."""
    tables = sample(folder, scale)
    url = f"ladybug://{folder / 'records.lbug'}"
    (folder / "others").mkdir()
    for file in tables.iterdir():
        if not file.stem.startswith("service_records"):
            shutil.copy(file, folder / "others")
    load_others = apart(url, folder / "others")
    say(f"loaded the rest of the sample in {load_others.seconds:.1f} s; now the records …")
    (path,) = tables.glob("service_records*")
    run = apart(url, path)
    print(f"\n{run.rows:,} service records from CSV ({path.stat().st_size / 2**20:,.0f} MiB)\n")
    show(
        ["what", "seconds", "rows/s", "peak MiB"],
        [
            ["into ledger and graph", f"{run.seconds:.2f}", f"{run.rows / run.seconds:,.0f}", f"{run.peak:,.0f}"],
            ["the same file again", f"{run.again:.2f}", f"{run.rows / run.again:,.0f}", ""],
        ],
    )


if __name__ == "__main__":
    main()
