"""A damaged store file or log is told by name: it never answers wrongly, and never ends or stops the process."""

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from random import Random

import ladybug
import pytest

from graph.errors import ShuniuError, StoreDamaged
from graph.home import Home
from graph.stores import embedded_writing
from graph.stores.embedded import EmbeddedStore
from graph.stores.opening import open_store
from graph.stores.soundness import NOTE, FolderOfAnother, _check
from loaders.keep.rebuild import rebuild_file
from loaders.pipeline import load
from tests.support.export import digest
from tests.support.kills import APART
from tests.support.soak import trials
from tests.support.stores import WAYS, new_store
from tests.support.terminal import apart, shuniu
from tests.worlds import random_world

SECONDS = 60
PAGE = 4096
FILE, LOG, PINNED = "graph.lbug", "graph.lbug.wal", "graph.lbug.pinned.tmp"
Damage = Callable[[Random, bytearray], None]


def flip_bits(rng: Random, content: bytearray) -> None:
    for _ in range(rng.choice([1, 10, 200])):
        content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)


def cut(rng: Random, content: bytearray) -> None:
    del content[rng.randrange(len(content)) :]


def empty_pages(rng: Random, content: bytearray) -> None:
    for _ in range(rng.choice([1, 4, 64])):
        at = rng.randrange(0, len(content), PAGE)
        content[at : at + PAGE] = bytes(len(content[at : at + PAGE]))


def fill_pages(rng: Random, content: bytearray) -> None:
    for _ in range(rng.choice([1, 4])):
        at = rng.randrange(0, len(content), PAGE)
        content[at : at + PAGE] = rng.randbytes(len(content[at : at + PAGE]))


def spoil_the_catalogue(rng: Random, content: bytearray) -> None:
    """Ladybug keeps what it knows of its tables near the end."""
    for _ in range(rng.choice([1, 10, 100])):
        content[-1 - rng.randrange(min(len(content), 2**18))] ^= rng.randint(1, 255)


def add_noise(rng: Random, content: bytearray) -> None:
    content += rng.randbytes(rng.randint(1, 3 * PAGE))


DAMAGES: list[Damage] = [flip_bits, cut, empty_pages, fill_pages, spoil_the_catalogue, add_noise]


def killed_after_a_load(url: str, tables: Path, way: str) -> None:
    embedded_writing.BULK_ROWS = WAYS[way]  # of this process alone
    store = open_store(url)
    assert isinstance(store, EmbeddedStore)
    reader = ladybug.Connection(store._database)  # a reader that the store does not know of: its log stays
    reader.execute("BEGIN TRANSACTION READ ONLY")
    load(store, [tables])
    os.kill(os.getpid(), signal.SIGKILL)


def outcome(path: Path) -> str:
    """Return the digest of all that a store file holds, or the code of the error that opening or reading it gives."""
    try:
        with open_store(f"ladybug://{path}") as store:
            return digest(store)
    except ShuniuError as error:
        return error.code


@pytest.fixture(scope="module")
def apart_from_us() -> Iterator[Callable[[Path], str]]:
    """Find the outcome in another process: if that ends, the test fails and not the tests."""
    with ProcessPoolExecutor(1, APART) as pool:
        yield lambda path: pool.submit(outcome, path).result(SECONDS)


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a store that was closed well, with its tables beside it."""
    folder = tmp_path_factory.mktemp("closed")
    with new_store(folder / FILE) as store:
        load(store, [random_world(3).write(folder / "tables")])
    return folder


@pytest.fixture(scope="module", params=WAYS)
def stopped(closed: Path, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """Folder of a store whose process was killed after a load, its log still beside it."""
    folder = tmp_path_factory.mktemp("stopped") / "store"
    shutil.copytree(closed, folder)
    tables = random_world(4).write(folder / "more")
    killed = APART.Process(target=killed_after_a_load, args=(f"ladybug://{folder / FILE}", tables, request.param))
    killed.start()
    killed.join()
    assert killed.exitcode == -signal.SIGKILL
    assert (folder / LOG).stat().st_size
    assert (folder / PINNED).exists() == (request.param == "bulk")
    return folder


def damaged(folder: Path, name: str, to: Path, trial: int) -> Path:
    """Copy a store, do something to one of its files, and return its path."""
    rng = Random(trial)
    shutil.copytree(folder, to)
    content = bytearray((to / name).read_bytes())
    before = bytes(content)
    DAMAGES[trial % len(DAMAGES)](rng, content)
    if content == before:
        content[0] ^= 255
    (to / name).write_bytes(content)
    return to / FILE


@pytest.mark.slow
def test_a_damaged_file_is_told_by_name(closed: Path, apart_from_us: Callable[[Path], str], tmp_path: Path) -> None:
    for trial in range(trials(len(DAMAGES), 300)):
        path = damaged(closed, FILE, tmp_path / str(trial), trial)
        before = path.read_bytes()
        assert apart_from_us(path) == "store-damaged", trial
        assert path.read_bytes() == before, "it is set aside as it is"
        shutil.rmtree(path.parent)


@pytest.mark.slow
def test_a_damaged_log_is_told_by_name(stopped: Path, apart_from_us: Callable[[Path], str], tmp_path: Path) -> None:
    whole = apart_from_us(shutil.copytree(stopped, tmp_path / "whole") / FILE)
    assert len(whole) == 64, "what a killed process left is as good as ever"
    for trial in range(trials(len(DAMAGES), 300)):
        path = damaged(stopped, LOG, tmp_path / str(trial), trial)
        assert apart_from_us(path) in {"store-damaged", whole}, trial
        shutil.rmtree(path.parent)


@pytest.mark.slow
def test_a_file_damaged_while_it_was_open_ends_no_process(
    stopped: Path, apart_from_us: Callable[[Path], str], tmp_path: Path
) -> None:
    """Nothing tells what it was, so it may open; but then it can be read to its end."""
    for trial in range(trials(5, 300)):
        path = damaged(stopped, FILE, tmp_path / str(trial), trial)
        found = apart_from_us(path)
        assert found in {"store-damaged", "store-failure"} or len(found) == 64, trial
        shutil.rmtree(path.parent)


@pytest.mark.slow
def test_a_log_of_another_file_is_not_brought_in(closed: Path, stopped: Path, tmp_path: Path) -> None:
    path = shutil.copytree(closed, tmp_path / "store") / FILE
    left = [name for name in (LOG, PINNED) if (stopped / name).exists()]
    for name in left:
        shutil.copy(stopped / name, path.parent)
    before = path.read_bytes()
    assert outcome(path) == "store-damaged"
    assert path.read_bytes() == before
    for name in left:
        (path.parent / name).unlink()
    assert outcome(path) == outcome(shutil.copytree(closed, tmp_path / "other") / FILE)


def test_a_file_without_its_folder_is_taken_as_it_is(closed: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copy(closed / FILE, tmp_path))
    assert outcome(copy) == outcome(shutil.copytree(closed, tmp_path / "store") / FILE)


def test_a_folder_of_another_store_is_told_for_what_it_is(closed: Path, tmp_path: Path) -> None:
    """As the file cannot be known by its checksum there, it was called damaged, and the folder was built from."""
    path = shutil.copytree(closed, tmp_path / "store") / FILE
    (path.with_name(f"{FILE}.d") / NOTE).write_text(f"0 1 {_check('0 1')}", encoding="ascii")
    with pytest.raises(StoreDamaged) as raised:
        open_store(f"ladybug://{path}")
    assert raised.type is StoreDamaged, "the folder is its own"
    home = Home(path.with_name(f"{FILE}.d"))
    home.update(lambda listing: listing.loads.update({min(listing.loads): "of another"}))
    with pytest.raises(FolderOfAnother) as raised:
        open_store(f"ladybug://{path}")
    assert raised.value.say("zh") == f"旁边的文件夹 {home.folder} 是另一个存储的，与 {path} 对不上"
    told = shuniu("doctor", "--store", f"ladybug://{path}", "--lang", "en")
    assert (told.code, "run `shuniu rebuild --from-graph`" in " ".join(told.out.split())) == (1, True)
    before = path.read_bytes()
    with pytest.raises(FolderOfAnother):
        rebuild_file(path)
    assert [path.read_bytes() == before, *path.parent.glob("*.aside-*")] == [True]
    path.rename(tmp_path / "kept")
    assert rebuild_file(path).loads != ()


def test_what_reads_only_leaves_the_note(closed: Path, tmp_path: Path) -> None:
    path = shutil.copytree(closed, tmp_path / "store") / FILE
    note = path.with_name(f"{FILE}.d") / NOTE
    noted = note.read_text()
    with open_store(f"ladybug://{path}", read_only=True):
        assert note.read_text() == noted
    with open_store(f"ladybug://{path}"):
        assert note.read_text() == ""
    assert note.read_text() != ""


@pytest.mark.slow
@pytest.mark.parametrize("damage", [flip_bits, cut], ids=lambda damage: damage.__name__)
def test_one_command_builds_it_again(damage: Damage, closed: Path, tmp_path: Path) -> None:
    whole = outcome(shutil.copytree(closed, tmp_path / "whole") / FILE)
    path = damaged(closed, FILE, tmp_path / "store", DAMAGES.index(damage))
    url = f"ladybug://{path}"
    said = shuniu("doctor", "--store", url)
    assert said.code == 1
    assert "shuniu rebuild" in said.out
    assert shuniu("rebuild", "--store", url).code == 0
    assert outcome(path) == whole
    assert shuniu("doctor", "--store", url).code == 0
    assert any(path.parent.glob(f"{FILE}.aside-*")), "nothing is thrown away"


@pytest.mark.slow
def test_a_folder_without_its_file_is_not_loaded_into(closed: Path, tmp_path: Path) -> None:
    whole = outcome(shutil.copytree(closed, tmp_path / "whole") / FILE)
    path = shutil.copytree(closed, tmp_path / "store") / FILE
    path.unlink()
    url = f"ladybug://{path}"
    table = tmp_path / "windows.csv"
    table.write_text("名称,类型,地区\n某市窗口,市（州）窗口,成都市\n", encoding="utf-8")
    said = shuniu("load", table, "--store", url, "--lang", "en")
    assert said.code == 3
    assert "version 0 only" in said.err
    assert "shuniu rebuild" in said.err
    assert shuniu("rebuild", "--store", url).code == 0
    assert outcome(path) == whole


@pytest.mark.slow
def test_a_damaged_store_is_not_served(closed: Path, tmp_path: Path) -> None:
    path = damaged(closed, FILE, tmp_path / "store", 0)
    said = apart("serve", "--store", f"ladybug://{path}", "--port", "1", "--lang", "en")
    assert said.code == 3
    assert "is damaged and cannot be opened" in said.err
