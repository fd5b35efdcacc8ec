"""Whatever is killed on its way is before or after, never between: graph, ledger, journal, contacts agree."""

import hashlib
import secrets
import shutil
import signal
import tarfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest

from graph import schema
from graph.errors import DiskFull, StoreLocked
from graph.stores import embedded_writing
from graph.stores.address import embedded_path, is_embedded
from graph.stores.base import Store
from graph.stores.opening import open_store
from graph.stores.redo import FILE as REDO
from graph.stores.swap import LOGS, NOTE, home_of
from loaders.identify.review import decide, decided
from loaders.keep.backup import backup, restore
from loaders.keep.doctor import examine
from loaders.keep.history import History
from loaders.keep.journal import Journal
from loaders.keep.keys import KEY
from loaders.keep.rebuild import rebuild_file, rebuild_in
from loaders.keep.recovery import settle
from loaders.keep.rotation import rotate
from loaders.keep.vault import Contacts, Seal
from loaders.merge.full_delivery import full_delivery
from loaders.merge.service_ledger import done_services
from loaders.pipeline import load
from loaders.reference.graph import ensure_reference
from loaders.write import requests
from queries.coverage import CoverageQuestion
from queries.snapshots import create, snapshots
from tests.support.export import digest
from tests.support.kills import APART, Moment, Step, die, fill_disk, moments, record, recorded, take_images, tell
from tests.support.soak import trials
from tests.support.stores import WAYS, copy_store, new_store

GOLDEN = Path(__file__).parents[1] / "golden" / "stores"
DAY = date(2026, 6, 1)
NAME = "graph.lbug"
TABLES = {
    "机构.csv": "名称,类型,所在地区,联系人,联系电话\n"
    "示例-甲研究院,服务机构,三台县,张三,13812341234\n示例-乙服务站,服务机构,三台县,李四,13912341234\n"
    "示例-甲研究所,服务机构,三台县,王五,13712341234\n",
    "服务资源.csv": "名称,资源类别,服务类型,提供机构,年服务能力\n示例-检测,服务产品,技术支持,示例-甲研究院,100\n",
    "服务台账.csv": "编号,日期,服务类型,提供机构,服务地区,方式\n示例-1,2026-05-18,技术支持,示例-甲研究院,三台县,线下\n",
    "企业数量.csv": "所在地区,产业链,企业数,统计时间\n三台县,白酒,120,2026-03-31\n",
}
MORE = {
    "机构.csv": "名称,类型,所在地区,联系人,联系电话\n"
    "示例-甲研究院,行业协会,三台县,张三,13600001111\n示例-丙站,服务机构,盐亭县,赵六,13500001111\n",
    "服务台账.csv": "编号,日期,服务类型,提供机构,服务地区,方式\n"
    "示例-1,2026-05-18,技术支持,示例-甲研究院,三台县,线上\n示例-2,2026-05-19,技术支持,示例-丙站,盐亭县,线上\n",
}


def written(folder: Path, tables: dict[str, str]) -> Path:
    folder.mkdir()
    for name, text in tables.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@dataclass(frozen=True)
class World:
    """A store with something of everything, what it is to be given, and what a request and a pair in it are called."""

    path: Path
    more: Path
    request: str
    pair: tuple[str, str]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    folder = tmp_path_factory.mktemp("stopped")
    path = folder / NAME
    with new_store(path) as store:
        load(store, [written(folder / "tables", TABLES)])
        key = requests.ask(store, "示例-甲研究院", "示例-乙服务站", dimension="innovation_chain", day=DAY)
        requests.advance(store, key, "met", day=DAY)
        with store.read() as session:
            orgs = session.nodes(schema.nodes()["Organization"])
        keys = dict(zip(orgs["name"].to_pylist(), orgs["key"].to_pylist(), strict=True))
        create(store, CoverageQuestion(as_of=DAY))
        backup(store, folder / "earlier.zip", with_key=True)
        load(store, [written(folder / "between", {"机构.csv": "名称,所在地区\n示例-丁,三台县\n"})])
        backup(store, folder / "start.zip", with_key=True)
    pair = (keys["示例-甲研究院"], keys["示例-甲研究所"])
    return World(path, written(folder / "more", MORE), key, pair)


Operation = Callable[[Store, World], object]


def in_store(operation: Operation) -> Callable[[str, World], None]:
    """Return an operation as a process of its own runs it: in a store that it opens."""

    def run(url: str, world: World) -> None:
        with open_store(url) as store:
            operation(store, world)

    return run


def in_bulk(operation: Operation) -> Callable[[str, World], None]:
    """Return an operation that writes as one of many rows does, past the log of the file."""

    def run(url: str, world: World) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(embedded_writing, "BULK_ROWS", WAYS["bulk"])
            in_store(operation)(url, world)

    return run


def rebuild_at(url: str, _world: World) -> None:
    if url.startswith("ladybug://"):
        rebuild_file(Path(url.removeprefix("ladybug://")))
    else:
        with open_store(url) as store:
            rebuild_in(store)


OPERATIONS: dict[str, Callable[[str, World], None]] = {
    "load": in_store(lambda store, world: load(store, [world.more])),
    "bulk": in_bulk(lambda store, world: load(store, [world.more])),
    "replace": in_store(
        lambda store, world: load(
            store, [world.more / "机构.csv"], full=full_delivery("organizations", "510700"), shrink=True
        )
    ),
    "review": in_store(lambda store, world: decide(store, *world.pair, "same")),
    "requests": in_store(
        lambda store, world: requests.advance(store, world.request, "agreed", day=DAY, evidence="协议")
    ),
    "restore": in_store(lambda store, world: restore(world.path.parent / "earlier.zip", store, replace=True)),
    "rebuild": rebuild_at,
    "backup": in_store(lambda store, _: backup(store, store.home.parent / "b.zip")),
    "snapshot": in_store(lambda store, _: create(store, CoverageQuestion(as_of=date(2026, 6, 2)))),
    "rotate": in_store(lambda store, _: rotate(store.home)),
}
FIRST_OPERATIONS: dict[str, Callable[[str, World], None]] = {
    "open": lambda url, _: open_store(url).close(),
    "reference": in_store(lambda store, _: ensure_reference(store)),
}
"""What a store of this version has behind it."""


def run(name: str, url: str, world: World) -> None:
    (OPERATIONS | FIRST_OPERATIONS)[name](url, world)


def run_recorded(name: str, url: str, folder: Path, world: World, to: Path) -> None:
    record(folder, to, lambda: run(name, url, world))


def run_to_death(name: str, url: str, folder: Path, world: World, moment: Moment) -> None:
    die(folder, moment, lambda: run(name, url, world))


def run_telling(name: str, url: str, folder: Path, world: World, said: "Connection[int, None]") -> None:
    tell(folder, said, lambda: run(name, url, world))


def steps_of(name: str, url: str, folder: Path, world: World) -> list[Step]:
    """Run an operation to its end, in a process of its own; return its steps."""
    notes = world.path.parent / f"{name}.steps"
    running = APART.Process(target=run_recorded, args=(name, url, folder, world, notes))
    running.start()
    running.join()
    assert running.exitcode == 0
    return recorded(notes)


def seen(url: str) -> tuple[object, ...]:
    """Return everything that must agree, as whoever opens the store next sees it; no finding of the doctor is bad."""
    content = whole_file(url)
    with opened(url) as store:
        settle(store)
        home = store.home
        bad = [f.what.en for f in examine(store, thorough=True) if f.level == "bad"]
        assert bad == []
        assert not History(home).staged()
        rows = Contacts(home, Seal(home / KEY)).read().select(["key", "contact_name", "contact_phone"]).to_pylist()
        return (
            DIGESTS[content] if content in DIGESTS else DIGESTS.setdefault(content, digest(store)),
            done_services(History(home)),
            [(e["load"], e["state"], e.get("kind")) for e in Journal(home).loads() if e["state"] == "done"],
            rows,
            [(d.pair, d.verdict) for d in decided(store)],
            [s.id for s in snapshots(store)],
        )


DIGESTS: dict[str, str] = {}
"""SHA-256 of a file that holds all there is -> that of the graph in it."""


def whole_file(url: str) -> str:
    """Return the SHA-256 of a store file that has nothing beside it to be brought into it; else a word used once."""
    if not is_embedded(url):
        return secrets.token_hex()
    path = embedded_path(url)
    beside = [path.with_name(path.name + end) for end in (*LOGS, NOTE)] + [home_of(path) / REDO]
    return secrets.token_hex() if any(file.exists() for file in beside) else content_of(path)


def content_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def stop(name: str, url: str, folder: Path, world: World, moment: Moment) -> None:
    """Start an operation in a process of its own that is killed at a moment."""
    running = APART.Process(target=run_to_death, args=(name, url, folder, world, moment))
    running.start()
    running.join()
    wanted = {-signal.SIGALRM, 0} if moment.after else {-signal.SIGKILL}
    assert running.exitcode in wanted, "it must come to every step again"


def opened(url: str) -> Store:
    """Open a store; wait for a child of a killed process that reads the file to see whether it is sound."""
    until = time.monotonic() + 30
    while True:
        try:
            return open_store(url)
        except StoreLocked:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)


@cache
def before_it(path: Path) -> tuple[object, ...]:
    """Return what is in a world's store, by a copy of it."""
    with TemporaryDirectory() as folder:
        return seen(f"ladybug://{copy_store(path, Path(folder) / NAME)}")


@cache
def undisturbed(name: str, world: World) -> tuple[list[Step], tuple[object, ...]]:
    """Return the steps of an operation in a copy of a world's store that nothing stops, and what it leaves."""
    with TemporaryDirectory() as folder:
        url = f"ladybug://{copy_torn(world.path, Path(folder) / NAME)}"
        return steps_of(name, url, Path(folder), world), seen(url)


def copy_torn(path: Path, to: Path) -> Path:
    """Copy a store with all that may lie beside it."""
    for end in LOGS:
        if (log := path.with_name(path.name + end)).exists():
            shutil.copy(log, to.with_name(to.name + end))
    return copy_store(path, to)


def left_at(name: str, world: World, folder: Path, chosen: list[Moment]) -> Iterator[tuple[Moment, Path]]:
    """Run an operation in a copy of the world's store; yield what each kill would leave, once."""
    path = copy_torn(world.path, folder / "running" / NAME)
    ours, theirs = APART.Pipe()
    running = APART.Process(target=run_telling, args=(name, f"ladybug://{path}", path.parent, world, theirs))
    running.start()
    theirs.close()
    images, known = dict[Moment, Path](), set[str]()

    def take(moment: Moment) -> None:
        files = sorted(p for p in path.parent.rglob("*") if p.is_file())
        content = str([(str(p.relative_to(path.parent)), content_of(p)) for p in files])
        if content not in known:
            known.add(content)
            images[moment] = shutil.copytree(path.parent, folder / str(len(images)))

    take_images(running.pid or 0, ours, chosen, take)
    running.join()
    assert running.exitcode == 0
    for moment, image in images.items():
        yield moment, image / NAME
        shutil.rmtree(image)


def ends_before_or_after(name: str, world: World, folder: Path, at_steps: int, between: int) -> None:
    """Stop an operation at so many moments, each in a copy of the world's store, and look at what is left.

    The last one is a process that is killed; of the others a run that goes on leaves the image.
    """
    before = before_it(world.path)
    (folder / "running").mkdir()
    (folder / "killed").mkdir()
    steps, after = undisturbed(name, world)
    *chosen, last = moments(steps, Random(name), at_steps=at_steps, between=between)
    for moment, path in left_at(name, world, folder, chosen):
        assert seen(f"ladybug://{path}") in (before, after), (steps[moment.step], moment)
    url = f"ladybug://{copy_store(world.path, folder / 'killed' / NAME)}"
    stop(name, url, folder / "killed", world, last)
    assert seen(url) in (before, after), (steps[last.step], last)


@pytest.mark.slow
@pytest.mark.parametrize("name", OPERATIONS)
def test_it_is_before_or_after(name: str, world: World, tmp_path: Path) -> None:
    ends_before_or_after(name, world, tmp_path, at_steps=trials(10, 100), between=trials(10, 200))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("made_by", "name"),
    [
        ("ad85fadbdba0", "open"),
        ("ad85fadbdba0", "load"),
        ("469caec48eeb", "load"),
        ("13dee0acb3c4", "load"),
        ("ladybug-0.21", "reference"),
        ("b0a3c5b4dded", "load"),
        ("1932f50c790b", "load"),
        ("c403e7927caa", "load"),
    ][: trials(3, 8)],
)
def test_a_file_of_an_earlier_version_is_before_or_after(made_by: str, name: str, world: World, tmp_path: Path) -> None:
    """It gets new tables, or pages of a newer format, when it is opened or first written to."""
    with tarfile.open(GOLDEN / made_by / "store.tar.xz") as archive:
        archive.extractall(tmp_path / "earlier", filter="data")
    earlier = replace(world, path=tmp_path / "earlier" / NAME)
    ends_before_or_after(name, earlier, tmp_path, at_steps=trials(1, 50), between=trials(1, 50))


@pytest.mark.slow
def test_it_is_before_or_after_where_its_completion_is_stopped_too(world: World, tmp_path: Path) -> None:
    (tmp_path / "running").mkdir()
    steps, after = undisturbed("load", world)
    number = next(n for n, step in enumerate(steps) if step.kind == f"open {NAME}.d/{REDO}")
    chosen = [Moment(number, share * steps[number].seconds) for share in (0.9, 0.5, 0.8, 0.95, 1.0)[: trials(1, 5)]]
    tried = 0
    for at, (_, path) in enumerate(left_at("load", world, tmp_path, chosen)):
        torn = replace(world, path=path)
        folder = tmp_path / f"again-{at}"
        (folder / "running").mkdir(parents=True)
        again, completed = undisturbed("open", torn)
        assert completed in (before_it(world.path), after)
        for _, left in left_at(
            "open", torn, folder, moments(again, Random(at), at_steps=trials(3, 10), between=trials(2, 10))
        ):
            assert seen(f"ladybug://{left}") == completed
            tried += 1
    assert tried >= len(chosen)


def run_without_room(name: str, url: str, folder: Path, world: World, at: int, told: "Connection[str, None]") -> None:
    try:
        fill_disk(folder, at, lambda: run(name, url, world))
    except DiskFull:
        told.send("full")
    else:
        told.send("done")


@pytest.mark.slow
@pytest.mark.parametrize("name", OPERATIONS)
def test_a_disk_that_is_full_from_a_step_on_is_told(name: str, world: World, tmp_path: Path) -> None:
    """What is told as undone is as before; tried at one step on every change, in the long run at all of them."""
    steps, after = undisturbed(name, world)
    left = {"full": before_it(world.path), "done": after}
    first = {step.kind: at for at, step in reversed([*enumerate(steps)]) if step.kind.startswith("open ")}
    for at in Random(name).sample(sorted(first.values()), trials(1, len(first))):
        folder = tmp_path / str(at)
        folder.mkdir()
        url = f"ladybug://{copy_store(world.path, folder / NAME)}"
        ours, theirs = APART.Pipe()
        running = APART.Process(target=run_without_room, args=(name, url, folder, world, at, theirs))
        running.start()
        theirs.close()
        told = ours.recv()
        running.join()
        assert seen(url) == left[told], steps[at]
        shutil.rmtree(folder)
