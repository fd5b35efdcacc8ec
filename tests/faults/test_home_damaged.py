"""Every file beside a store, damaged in every way: told by name with the command that mends it, and mended by it."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from graph.manifest import MANIFEST
from graph.stores.opening import open_store
from graph.stores.soundness import NOTE as CRC
from loaders.keep.backup import restore
from loaders.keep.keys import KEY
from tests.faults.test_stopped import NAME, TABLES, World, seen, world, written
from tests.support.soak import trials
from tests.support.stores import copy_store
from tests.support.terminal import shuniu

__all__ = ["world"]

Damage = Callable[[Path], None]


def delete(path: Path) -> None:
    path.unlink()


def cut(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def empty(path: Path) -> None:
    path.write_bytes(b"")


def unreadable(path: Path) -> None:
    """Put a folder in its place: whoever runs the tests, nobody reads that."""
    path.unlink()
    path.mkdir()


DAMAGES: dict[str, Damage] = {f.__name__: f for f in (delete, cut, flip, empty, unreadable)}
COMMANDS = (
    "doctor --thorough", "loads", "review", "requests", "requests signals", "snapshot list", "what-if --list",
    "trace 示例-甲研究院", "coverage --region 绵阳市",
)  # fmt: skip
"""One of each way in which the files beside a store are read."""


EACH = (
    "graph.crc32", "journal.jsonl", "key", "manifest.json", "load-000001/Organization.parquet", "load-000002/load.json",
    "load-000002/contacts.sealed", "load-000002/records.parquet", "sources/*", "snapshots/*.facts.parquet",
)  # fmt: skip
"""One file of each way in which the folder is written."""


def chosen(home: Path) -> list[str]:
    """Return the first file of each kind, by its name in the home."""
    found = [next(p for p in sorted(home.rglob(f"*{pattern}")) if p.is_file()) for pattern in EACH]
    return [path.relative_to(home).as_posix() for path in found]


@pytest.fixture(scope="module")
def whole(world: World) -> tuple[object, ...]:
    return seen(f"ladybug://{world.path}")


def damaged(world: World, folder: Path, name: str, damage: str) -> Path:
    path = copy_store(world.path, folder / NAME)
    DAMAGES[damage](path.with_name(f"{NAME}.d") / name)
    return path


@pytest.mark.slow
@pytest.mark.parametrize(("turn", "damage"), [*enumerate(DAMAGES)])
def test_it_is_named_and_mended(
    world: World, whole: tuple[object, ...], tmp_path: Path, turn: int, damage: str
) -> None:
    """On every change a damage is done to every third file, the next to those after; in the long run each to all."""
    apart = trials(3, 1)
    for number, name in enumerate(chosen(world.path.with_name(f"{NAME}.d"))[turn % apart :: apart]):
        folder = tmp_path / str(number)
        folder.mkdir()
        path = damaged(world, folder, name, damage)
        url = f"ladybug://{path}"
        said = shuniu("doctor", "--thorough", "--store", url, "--lang", "en", "--format", "json")
        assert "Traceback" not in said.err, (name, said.err)
        named = name.split("/")[-1] if name not in (CRC, MANIFEST) else ("note of its closing" if name == CRC else name)
        assert named[:12] in said.out + said.err, (name, said)
        mend(path, url, name, said.out + said.err, world)
        assert seen(url) == whole, name
        shutil.rmtree(folder)


def mend(path: Path, url: str, name: str, said: str, world: World) -> None:
    """Do what the doctor named."""
    home = path.with_name(f"{NAME}.d")
    if name == CRC:
        return
    if name == KEY:
        place = home / KEY
        shutil.rmtree(place) if place.is_dir() else place.unlink(missing_ok=True)
        shutil.copy(world.path.with_name(f"{NAME}.d") / KEY, place)
    elif "doctor --repair" in said and "restore" not in said:
        shuniu("doctor", "--repair", "--store", url)
    elif "shuniu rebuild" in said:
        assert shuniu("rebuild", "--store", url).code == 0, name
    elif name.startswith("sources"):
        shuniu("load", written(path.parent / "again", TABLES), "--store", url)
    else:
        with open_store(url) as store:
            restore(world.path.parent / "start.zip", store, replace=True)


@pytest.mark.slow
@pytest.mark.parametrize(("turn", "damage"), [*enumerate(["delete", "cut"])])
def test_no_command_ends_in_a_traceback(world: World, tmp_path: Path, turn: int, damage: str) -> None:
    """On every change one damage to every other file, the other to the rest; in the long run both to all."""
    apart = trials(2, 1)
    for number, name in enumerate(chosen(world.path.with_name(f"{NAME}.d"))[turn % apart :: apart]):
        folder = tmp_path / str(number)
        folder.mkdir()
        url = f"ladybug://{damaged(world, folder, name, damage)}"
        for command in COMMANDS:
            said = shuniu(*command.split(), "--store", url)
            assert "Traceback" not in said.err, (name, command, said.err)
            assert said.code in (0, 1, 2, 3)
        shutil.rmtree(folder)
