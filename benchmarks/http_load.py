"""The service under load: 50 users with think time, mixed questions; then one cached cell beside a bare handler.

python -m benchmarks.http_load [--seconds 180] [--users 50] [--scale 0.2] [--store ladybug:///…]

The peer is what one would write first: FastAPI, one handler, two Cypher queries on a copy of the same store, which sum
what serves a place and the firms there. It knows no catchments, no states, no reasons.
"""

import argparse
import asyncio
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlencode

import psutil

from benchmarks._setting import fill, machine, sample, scratch
from graph.stores.address import embedded_path
from graph.stores.base import Query
from graph.stores.opening import open_store

THINK = (1.0, 3.0)
"""Seconds between two questions of one user."""
DAY = {"as_of": "2026-06-30"}
PLACES = ("成都市", "绵阳市", "宜宾市", "泸州市", "资阳市", "达州市", "南充市", "德阳市")
CELL = {"region": "510700", "industry": "CH04", "service_type": "SC05", **DAY}
STEADY_CONNECTIONS, STEADY_SECONDS = 8, 10
OFFERED = Query(
    "MATCH (r:Resource)-[:OFFERS]->(t:ServiceType) WHERE t.key = $type MATCH (r)-[:SERVES]->(p:Region) "
    "WHERE p.key = $region RETURN count(r) AS offers, sum(r.capacity) AS capacity",
    {"offers": int, "capacity": float},
)
FIRMS = Query(
    "MATCH (n:EnterpriseCount)-[:LOCATED_IN]->(p:Region) WHERE p.key STARTS WITH $digits RETURN sum(n.count) AS firms",
    {"firms": float},
)


@dataclass
class Measured:
    """What came of the questions: seconds of each answer by route, and what went wrong."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)


class Connection:
    """One kept connection; as little of a client as measuring takes."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, address: str, document: object = None) -> tuple[int, bytes]:
        """Return status and body."""
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port, limit=2**24)
        reader, writer = self._streams
        body = b"" if document is None else json.dumps(document).encode()
        method = "GET" if document is None else "POST"
        head = (
            f"{method} {address} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        writer.write(head.encode() + body)
        lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower().split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines[1:] if ": " in line)
        if "chunked" in headers.get("transfer-encoding", ""):
            content = b""
            while size := int(await reader.readline(), 16):
                content += await reader.readexactly(size)
                await reader.readline()
            await reader.readline()
        else:
            content = await reader.readexactly(int(headers.get("content-length", 0)))
        return int(lines[0].split()[1]), content

    def close(self) -> None:
        """End it."""
        if self._streams:
            self._streams[1].close()
            self._streams = None


def questions(rng: random.Random) -> tuple[str, str, object]:
    """Return route, address and document of what a user asks next."""
    place = rng.choice(PLACES)
    mixed: list[tuple[int, str, dict[str, object], object]] = [
        (24, "/v1/coverage", {"region": place, "limit": 20, **DAY}, None),
        (16, "/v1/gaps", {"region": place, "limit": 20, **DAY}, None),
        (14, "/v1/search", {"q": place, "limit": 10}, None),
        (12, "/v1/partners", {"requester": place, "limit": 3, **DAY}, None),
        (8, "/v1/paths", {"from": place, "to": rng.choice([to for to in PLACES if to != place]), "k": 3, **DAY}, None),
        (8, "/v1/entities/Region/510700", {}, None),
        (6, f"/v1/regions/{quote(place)}", DAY, None),
        (5, "/v1/kpi", {}, None),
        (4, "/v1/vocabularies", {"vocabulary": "service_types"}, None),
        (2, "/v1/chains", {"prefecture": "510700", **DAY}, None),
        (1, "/v1/expand", {}, {"region": place, "service_type": "SC09", "budget": 100, "time_limit": 1, **DAY}),
    ]
    weights = [weight for weight, *_ in mixed]
    _, route, asked, document = rng.choices(mixed, weights)[0]
    return route, f"{route}?{urlencode(asked)}" if asked else route, document


async def user(port: int, number: int, until: float, measured: Measured) -> None:
    """Ask, think, ask."""
    rng, connection = random.Random(number), Connection(port)
    await asyncio.sleep(rng.uniform(0, THINK[1]))
    while time.monotonic() < until:
        route, address, document = questions(rng)
        begun = time.monotonic()
        try:
            status, content = await connection.ask(address, document)
            if status >= 400:
                measured.errors.append(f"{status} {route} {content[:200].decode(errors='replace')}")
        except (OSError, asyncio.IncompleteReadError) as error:
            connection.close()
            measured.errors.append(f"{route} {error}")
        measured.seconds.setdefault(route, []).append(time.monotonic() - begun)
        await asyncio.sleep(rng.uniform(*THINK))
    connection.close()


async def watched(port: int, server: int, users: int, seconds: float) -> tuple[Measured, list[float]]:
    """Let users ask for some seconds; return what came of it, and the memory (MB) ten times on the way."""
    measured, memory = Measured(), []
    until = time.monotonic() + seconds
    asking = [asyncio.create_task(user(port, number, until, measured)) for number in range(users)]
    for _ in range(10):
        await asyncio.sleep(seconds / 10)
        memory.append(memory_of(server))
    await asyncio.gather(*asking)
    return measured, memory


async def steady(port: int, address: str) -> float:
    """Return the answers a second to one question, on some connections without thinking."""
    count, until = 0, time.monotonic() + STEADY_SECONDS

    async def ask() -> None:
        nonlocal count
        connection = Connection(port)
        while time.monotonic() < until:
            status, _ = await connection.ask(address)
            assert status == 200, status
            count += 1
        connection.close()

    await asyncio.gather(*(ask() for _ in range(STEADY_CONNECTIONS)))
    return count / STEADY_SECONDS


def memory_of(pid: int) -> float:
    """Return the memory that a process and its children have to themselves, MB."""
    own = psutil.Process(pid)
    total = 0
    for process in (own, *own.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):
            total += process.memory_full_info().uss
    return total / 1e6


@contextmanager
def running(*command: str) -> Iterator[tuple[int, int]]:
    """Run a server; yield its port and process when it answers."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    process = subprocess.Popen(
        [sys.executable, *(part.replace("PORT", str(port)) for part in command)], stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, env={**os.environ, "SHUNIU_LANG": "zh"},
    )  # fmt: skip
    try:
        while True:
            assert process.poll() is None, "the server has ended"
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.2)
        yield port, process.pid
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)


def bare(url: str, port: int) -> None:
    """Serve the peer."""
    import uvicorn  # noqa: PLC0415 the process that measures needs none of it
    from fastapi import FastAPI  # noqa: PLC0415

    app, store = FastAPI(), open_store(url, read_only=True)

    @app.get("/cell")
    def cell(region: str, service_type: str) -> dict[str, object]:
        with store.read() as session:
            offered = session.table(OFFERED, region=region, type=service_type).to_pylist()[0]
            return {**offered, **session.table(FIRMS, digits=region[:4]).to_pylist()[0]}

    uvicorn.run(app, port=port, log_level="critical", access_log=False)


def percentile(values: list[float], share: float) -> float:
    """Return the value that a share of them does not exceed."""
    return sorted(values)[min(int(share * len(values)), len(values) - 1)]


def report(measured: Measured, memory: list[float], seconds: float) -> None:
    """Print what came of it."""
    every = [one for some in measured.seconds.values() for one in some]
    print(f"{len(every):,} answers, {len(every) / seconds:.1f}/s, {len(measured.errors)} errors")
    print(f"all: median {percentile(every, 0.5) * 1000:.0f} ms, p95 {percentile(every, 0.95) * 1000:.0f} ms, "
          f"slowest {max(every) * 1000:.0f} ms")  # fmt: skip
    for route, some in sorted(measured.seconds.items()):
        print(f"    {route:34} {len(some):5,}  p95 {percentile(some, 0.95) * 1000:6.0f} ms")
    print("memory, MB: " + " ".join(f"{one:.0f}" for one in memory))
    half = memory[len(memory) // 2]
    print(f"growth in the second half: {(memory[-1] - half) / half:+.1%}")
    for error in measured.errors[:5]:
        print(f"    ✗ {error}")


def measure(url: str, folder: Path, users: int, seconds: float) -> None:
    """Run both parts."""
    with running("-c", "from api.cli import main; main()", "serve", "--store", url, "--port", "PORT") as (port, pid):
        asyncio.run(watched(port, pid, 8, 10))  # what is made once is made
        measured, memory = asyncio.run(watched(port, pid, users, seconds))
        report(measured, memory, seconds)
        ours = asyncio.run(steady(port, f"/v1/coverage?{urlencode({**CELL, 'limit': 1})}"))
    copy = folder / "peer.lbug"
    shutil.copyfile(embedded_path(url), copy)
    with running("-m", "benchmarks.http_load", "--peer", f"ladybug://{copy}", "--port", "PORT") as (port, _):
        theirs = asyncio.run(steady(port, f"/cell?{urlencode({'region': '510700', 'service_type': 'SC05'})}"))
    print(f"one cached cell: {ours:.0f}/s; bare FastAPI + Cypher: {theirs:.0f}/s; ratio {ours / theirs:.1f}")


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--seconds", type=float, default=180)
    asked.add_argument("--users", type=int, default=50)
    asked.add_argument("--scale", type=float, default=0.2)
    asked.add_argument("--store")
    asked.add_argument("--peer")
    asked.add_argument("--port", type=int)
    given = asked.parse_args()
    if given.peer:
        bare(given.peer, given.port)
        return
    print(machine())
    with scratch() as folder:
        url = given.store or f"ladybug://{folder / 'province.lbug'}"
        if not given.store:
            with open_store(url) as store:
                fill(store, sample(folder, given.scale))
        measure(url, folder, given.users, given.seconds)


if __name__ == "__main__":
    main()
