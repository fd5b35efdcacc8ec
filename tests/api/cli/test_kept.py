"""Answers that are said again: as long as the graph stays as it is, and never wrong."""

import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from api.cli import main
from api.cli.kept import MOST_OF_ALL, KeptAnswer, _make_room
from graph.stores.address import embedded_path
from graph.stores.migrate import AHEAD, MIGRATED
from graph.stores.opening import open_store
from loaders.pipeline import load
from tests.support.stores import copy_store
from tests.support.terminal import PROJECT, apart
from tests.worlds import random_world

OLDER = PROJECT / "tests" / "golden" / "stores"
Captured = pytest.CaptureFixture[str]


class Door:
    """The command line at one store, as a process runs it."""

    def __init__(self, file: Path, patch: pytest.MonkeyPatch, captured: Captured) -> None:
        self.url = f"ladybug://{file}"
        self.folder = file.with_name(f"{file.name}.d") / "answers"
        self._patch, self._captured = patch, captured

    def ask(self, *arguments: str) -> tuple[str, str]:
        """Return what is said on stdout and stderr."""
        self._patch.setattr(sys, "argv", ["shuniu", *arguments, "--store", self.url])
        try:
            main()
        except SystemExit as done:
            self.code = done.code
        return tuple(self._captured.readouterr())  # type: ignore[return-value]

    def kept(self) -> list[Path]:
        return sorted(self.folder.iterdir()) if self.folder.is_dir() else []


@pytest.fixture
def door(store_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> Door:
    return Door(copy_store(store_url, tmp_path), monkeypatch, capsys)


def test_the_same_question_is_answered_from_what_was_kept(door: Door) -> None:
    first = door.ask("kpi", "--format", "csv")
    (file,) = door.kept()
    assert file.stat().st_mode & 0o777 == 0o600
    told, text = file.read_bytes().decode().split("\n", 1)
    assert (first[0], first[1]) == (text.removeprefix("[]\n"), "")
    assert door.ask("kpi", "--format", "csv") == first
    assert door.kept() == [file]
    assert door.ask("kpi", "--format", "json")[0] != first[0]
    assert len(door.kept()) == 2
    assert len(told) == 64
    code = "import sys; from api.cli import main; main(); sys.stderr.write(' '.join(sys.modules))"
    asked = [sys.executable, "-c", code, "kpi", "--format", "csv", "--store", door.url]
    loaded = subprocess.run(asked, cwd=PROJECT, capture_output=True, text=True, check=True).stderr.split()
    assert {"pandas", "numpy", "typer", "graph.stores.embedded"} & {*loaded} == set()


def test_a_file_without_its_folder_answers_and_so_does_a_link(door: Door, tmp_path: Path) -> None:
    said = door.ask("kpi", "--format", "csv")
    file, link = tmp_path / "alone" / "graph.lbug", tmp_path / "link.lbug"
    file.parent.mkdir()
    shutil.copy(embedded_path(door.url), file)
    link.symlink_to(file)
    for url in (f"ladybug://{file}", f"ladybug://{link}"):
        door.url = url
        assert (door.ask("kpi", "--format", "csv")[0], door.code) == (said[0], 0)
    assert not link.with_name("link.lbug.d").exists()


def test_a_load_ends_what_was_kept(door: Door, tmp_path: Path) -> None:
    before = door.ask("kpi", "--format", "csv")
    old = door.kept()
    with open_store(door.url) as store:
        load(store, [random_world(4).write(tmp_path / "more")])
    after = door.ask("kpi", "--format", "csv")
    assert after != before
    assert len(door.kept()) == 1
    assert door.kept() != old


@pytest.mark.parametrize("damage", [b"", b"{", b"\xff\xfe", None])
def test_a_damaged_answer_is_made_again(door: Door, damage: bytes | None) -> None:
    right = door.ask("kpi", "--format", "csv")
    (file,) = door.kept()
    file.write_bytes(file.read_bytes()[:-3] if damage is None else damage)
    text, told = door.ask("kpi", "--format", "csv")
    assert text == right[0]
    assert "已丢弃" in told
    assert door.ask("kpi", "--format", "csv") == right


def test_what_is_noticed_of_the_store_is_told_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    with tarfile.open(next(OLDER.glob("1932f50c790b/store.tar.xz"))) as archive:
        archive.extractall(tmp_path, filter="data")
    door = Door(tmp_path / "graph.lbug", monkeypatch, capsys)
    added = door.ask("kpi", "--as-of", "2026-06-30")  # what the model has gained is added to the file
    assert (MIGRATED.zh in added[1], door.kept()) == (True, [])
    ahead = door.ask("kpi", "--as-of", "2026-06-30")
    assert (ahead, len(door.kept())) == ((added[0], f"{AHEAD.zh}\n"), 1)
    assert door.ask("kpi", "--as-of", "2026-06-30") == ahead


def test_what_does_not_last_is_not_kept(door: Door, tmp_path: Path) -> None:
    for arguments in (
        ["snapshot", "list"],
        ["requests", "signals"],
        ["kpi", "-o", str(tmp_path / "kpi.csv")],
        ["paths", "绵阳市", "绵阳市"],
        ["kpi", "--help"],
    ):
        door.ask(*arguments)
        assert door.kept() == [], arguments


def test_day_settings_and_program_are_part_of_the_question(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    name = KeptAnswer(["kpi"], Path(door.url.removeprefix("ladybug://")))._name
    monkeypatch.setenv("SHUNIU_LANG", "en")
    assert KeptAnswer(["kpi"], Path(door.url.removeprefix("ladybug://")))._name != name


def test_there_is_an_end_to_what_is_kept(tmp_path: Path) -> None:
    for at in range(3):
        (tmp_path / f"now-{at}").write_bytes(b"0")
    (tmp_path / "then-0").write_bytes(b"0")
    _make_room(tmp_path, "now", 10)
    assert sorted(f.name for f in tmp_path.iterdir()) == ["now-0", "now-1", "now-2"]
    _make_room(tmp_path, "now", MOST_OF_ALL)
    assert list(tmp_path.iterdir()) == []


def test_no_store_keeps_nothing(tmp_path: Path) -> None:
    assert KeptAnswer.of(["kpi", "--store", f"ladybug://{tmp_path / 'none.lbug'}"]) is None
    assert KeptAnswer.of(["kpi", "--store", "bolt://127.0.0.1:1"]) is None
    assert apart("kpi", "--store=nowhere://").code == 2
