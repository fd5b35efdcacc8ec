"""What is wrong with a store, and what to do about it."""

import shutil
from collections.abc import Callable, Iterator

from graph.errors import HistoryApart, StoreBehind
from graph.language import Text
from graph.stores import swap
from graph.stores.base import Query, ReadSession, Store
from loaders.identify.review import pending
from loaders.keep.damage import REBUILD, Finding, examine_files, finding_of, guarded, obstacles
from loaders.keep.displaced import displaced
from loaders.keep.history import History
from loaders.keep.recovery import check_chain
from loaders.merge.service_ledger import MONTHS, done_services

SPARE = 1 << 30
"""Free bytes below which the load of a whole province may fail."""
SERVICES = Query("MATCH (m:ServiceMonth) RETURN coalesce(sum(m.services), 0) AS services", {"services": int})


def examine(store: Store, *, thorough: bool = False) -> list[Finding]:
    """Look at everything a store consists of; ``thorough`` also reads every file beside it and opens what is sealed.

    Raises:
        StoreProblem: the store itself cannot be read.
    """
    noticed = [Finding("note", notice) for notice in store.notices]
    with store.read(loading=True) as session:
        session.version()
        if found := obstacles(store.home):
            return [*noticed, *found]
        checks: list[Callable[[], Iterator[Finding]]] = [
            lambda: _version(store, session),
            lambda: _staging(store),
            lambda: iter(examine_files(store.home, thorough=thorough)),
            lambda: _services(store, session),
            lambda: _displaced(store, session) if thorough else iter(()),
            lambda: _disk(store),
            lambda: _open_ends(store),
        ]
        return [*noticed, *(finding for check in checks for finding in guarded(check))]


def _version(store: Store, session: ReadSession) -> Iterator[Finding]:
    if unfinished := session.unfinished():
        yield Finding(
            "bad",
            Text(
                f"载入 {unfinished} 只写了一半，查询已停用", f"load {unfinished} is half written; queries are stopped"
            ),
            Text("再次运行同一条 load 命令，它会接着完成。", "Run the same load command again; it will finish."),
        )
    try:
        check_chain(History(store.home), session)
    except (StoreBehind, HistoryApart) as error:
        yield finding_of(error)
    else:
        n = session.version()
        yield Finding("good", Text(f"图可读，版本 {n}，与载入历史一致", f"the graph is at version {n}, as its history"))


def _staging(store: Store) -> Iterator[Finding]:
    left = [folder.name for folder in History(store.home).staged()]
    if left:
        yield Finding(
            "note",
            Text(f"有中断的载入：{'、'.join(left)}", f"loads were stopped: {', '.join(left)}"),
            Text("下一次载入会自动补完或清除它们。", "The next load completes or drops them by itself."),
        )
    new = swap.place_beside(store.home).parent
    if new.exists():
        yield Finding(
            "note",
            Text(
                f"{new} 是重建或恢复中断时留下的，里面可能有密钥的副本",
                f"{new} was left by a rebuild or restore that was stopped and may hold a copy of the key",
            ),
            Text("下一次重建或恢复会清除它；也可以直接删除。", "The next one clears it; it may also be deleted."),
        )


def _services(store: Store, session: ReadSession) -> Iterator[Finding]:
    graph = session.table(SERVICES)["services"][0].as_py()
    ledger = done_services(History(store.home))
    if graph > ledger and History(store.home).files(MONTHS):
        n = graph - ledger
        yield Finding(
            "note", Text(f"{n:,} 次服务只有月度汇总，没有台账记录", f"of {n:,} services only monthly sums are known")
        )
    elif graph != ledger:
        yield Finding(
            "bad",
            Text(
                f"服务台账有 {ledger:,} 次服务，图中的月度汇总为 {graph:,} 次",
                f"the ledger holds {ledger:,} services, the monthly sums of the graph {graph:,}",
            ),
            REBUILD,
        )
    else:
        yield Finding("good", Text(f"台账与图一致：{graph:,} 次服务", f"ledger and graph agree: {graph:,} services"))


def _displaced(store: Store, session: ReadSession) -> Iterator[Finding]:
    for spec, keys in displaced(History(store.home), session).items():
        n, first = len(keys), keys[0]
        yield Finding(
            "bad",
            Text(
                f"{n} 个{spec.label.zh}节点的内容与载入历史不符，如 {first}（较早的程序在有人读取时载入，会写错节点）",
                f"{n} nodes of {spec.name} do not show what the history says of them, such as {first} "
                "(earlier programs changed wrong nodes where somebody read meanwhile)",
            ),
            REBUILD,
        )


def _disk(store: Store) -> Iterator[Finding]:
    if store.home.exists():
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
