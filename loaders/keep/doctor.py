"""What is wrong with a store, and what to do about it."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa
import pyarrow.parquet as pq

from graph.errors import ShuniuError
from graph.language import Text
from graph.stores.base import Query, ReadSession, Store
from loaders.identify.review import pending
from loaders.keep.archive import fetch_check
from loaders.keep.history import History
from loaders.keep.journal import Journal
from loaders.keep.vault import KEY, Seal
from loaders.merge.service_ledger import done_services
from loaders.write.commit import UNFINISHED

Level = Literal["good", "note", "bad"]
SPARE = 1 << 30
"""Free bytes below which the load of a whole province may fail."""
SERVICES = Query("MATCH (m:ServiceMonth) RETURN coalesce(sum(m.services), 0) AS services", {"services": int})
NOTHING = Text("", "")


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    level: Level
    what: Text
    way_out: Text = NOTHING


def examine(store: Store, *, thorough: bool = False) -> list[Finding]:
    """Look at everything a store consists of; ``thorough`` also opens every sealed copy of a source.

    Raises:
        StoreProblem: the store itself cannot be read.
    """
    with store.read(loading=True) as session:
        checks: list[Callable[[], Iterator[Finding]]] = [
            lambda: _version(store, session),
            lambda: _staging(store),
            lambda: _history(store),
            lambda: _services(store, session),
            lambda: _key(store),
            lambda: _sources(store, thorough=thorough),
            lambda: _disk(store),
            lambda: _open_ends(store),
        ]
        return [finding for check in checks for finding in check()]


def _version(store: Store, session: ReadSession) -> Iterator[Finding]:
    unfinished = session.table(UNFINISHED)["key"].to_pylist()
    if unfinished:
        yield Finding(
            "bad",
            Text(
                f"载入 {unfinished[0]} 只写了一半，查询已停用",
                f"load {unfinished[0]} is half written; queries are stopped",
            ),
            Text("再次运行同一条 load 命令，它会接着完成。", "Run the same load command again; it will finish."),
        )
    version = session.version()
    last = History(store.home).last()
    if last != (f"load-{version:06d}" if version else ""):
        yield Finding(
            "bad",
            Text(
                f"图的版本是 {version}，而本机的载入历史止于 {last or '（空）'}",
                f"the graph is at version {version}, but the history here ends with {last or '(nothing)'}",
            ),
            Text(
                "若另一台机器也向这个图载入，请只用其中一台；否则运行 shuniu rebuild。",
                "If another machine loads into this graph, use one of them alone; otherwise run `shuniu rebuild`.",
            ),
        )
    else:
        yield Finding("good", Text(f"图可读，版本 {version}", f"the graph can be read, version {version}"))


def _staging(store: Store) -> Iterator[Finding]:
    staging = History(store.home).staging
    left = sorted(p.name for p in staging.iterdir()) if staging.is_dir() else []
    if left:
        yield Finding(
            "note",
            Text(f"有中断的载入：{'、'.join(left)}", f"loads were stopped: {', '.join(left)}"),
            Text("下一次载入会自动补完或清除它们。", "The next load completes or drops them by itself."),
        )


def _history(store: Store) -> Iterator[Finding]:
    history = History(store.home)
    damaged = []
    for folder in history.folders():
        for file in folder.glob("*.parquet"):
            try:
                pq.read_metadata(file)
            except (pa.ArrowInvalid, OSError):
                damaged.append(f"{folder.name}/{file.name}")
    begun = [str(e["load"]) for e in Journal(store.home).loads() if e["state"] == "begun"]
    if damaged:
        yield Finding(
            "bad",
            Text(f"历史文件已损坏：{'、'.join(damaged)}", f"files of the history are damaged: {', '.join(damaged)}"),
            Text("运行 shuniu rebuild，或从备份恢复。", "Run `shuniu rebuild`, or restore a backup."),
        )
    else:
        n = len(history.folders())
        yield Finding("good", Text(f"载入历史完整，共 {n} 次", f"the history is whole, {n} loads"))
    if begun:
        yield Finding(
            "note",
            Text(f"未见结束的载入：{'、'.join(begun)}", f"loads that never ended: {', '.join(begun)}"),
            Text("若数据缺失，请重新载入同一文件。", "If data are missing, load the same files again."),
        )


def _services(store: Store, session: ReadSession) -> Iterator[Finding]:
    graph = session.table(SERVICES)["services"][0].as_py()
    ledger = done_services(History(store.home))
    if graph != ledger:
        yield Finding(
            "bad",
            Text(
                f"服务台账有 {ledger:,} 次服务，图中的月度汇总为 {graph:,} 次",
                f"the ledger holds {ledger:,} services, the monthly sums of the graph {graph:,}",
            ),
            Text("运行 shuniu rebuild。", "Run `shuniu rebuild`."),
        )
    else:
        yield Finding("good", Text(f"台账与图一致：{graph:,} 次服务", f"ledger and graph agree: {graph:,} services"))


def _key(store: Store) -> Iterator[Finding]:
    key = store.home / KEY
    if not key.exists():
        if any((store.home / "sources").glob("*")):
            yield Finding(
                "bad",
                Text(
                    "密钥文件不见了，联系方式和源文件副本无法打开",
                    "the key file is gone; contacts and sources cannot be opened",
                ),
                Text(f"请把备份的密钥放回 {key}。", f"Put your copy of the key back at {key}."),
            )
    elif key.stat().st_mode & 0o077:
        yield Finding(
            "bad",
            Text("密钥文件可被其他用户读取", "other users can read the key file"),
            Text(f"运行 chmod 600 {key}。", f"Run chmod 600 {key}."),
        )
    else:
        yield Finding("good", Text("密钥文件只有本人可读", "only its owner can read the key file"))


def _sources(store: Store, *, thorough: bool) -> Iterator[Finding]:
    seal = Seal(store.home / KEY)
    digests = {d for e in Journal(store.home).loads() if e["state"] == "done" for d in e.get("files", {}).values()}
    wrong = []
    for digest in sorted(digests):
        try:
            fetch_check(digest, store.home, seal, thorough=thorough)
        except ShuniuError as error:
            wrong.append((digest[:12], Text(error.say("zh"), error.say("en"))))
    for digest, why in wrong:
        yield Finding(
            "bad",
            Text(f"源文件副本 {digest}：{why.zh}", f"copy of a source {digest}: {why.en}"),
            Text("请再次载入原文件，或从备份恢复。", "Load the original file again, or restore a backup."),
        )
    if not wrong:
        n = len(digests)
        yield Finding("good", Text(f"{n} 个源文件副本齐全", f"all {n} copies of sources are there"))


def _disk(store: Store) -> Iterator[Finding]:
    free = shutil.disk_usage(store.home).free
    said = Text(f"磁盘剩余 {free / 2**30:.1f} GiB", f"{free / 2**30:.1f} GiB of disk are free")
    yield Finding("note" if free < SPARE else "good", said)


def _open_ends(store: Store) -> Iterator[Finding]:
    waiting = len(pending(store))
    if waiting:
        yield Finding(
            "note",
            Text(f"{waiting} 对机构等待判定", f"{waiting} pairs of organisations wait for a decision"),
            Text("运行 shuniu review。", "Run `shuniu review`."),
        )
