"""What is noted of a file when it is closed, and what is made of the note when it is opened again."""

import zlib
from pathlib import Path

import ladybug
import pytest

from graph.errors import StoreDamaged
from graph.stores.probe import read_all
from graph.stores.soundness import NOTE, OTHER, PIECE_BYTES, STRAY_LOG, UNCLOSED, Soundness
from tests.support.users import limited

CONTENT = bytes(range(256)) * (PIECE_BYTES // 100)
"""More than two pieces, and no whole number of them."""


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A file of Ladybug with a node and a relationship."""
    path = tmp_path_factory.mktemp("database") / "g.lbug"
    opened = ladybug.Database(str(path), buffer_pool_size=2**26)
    connection = ladybug.Connection(opened)
    for text in (
        "CREATE NODE TABLE A(key STRING PRIMARY KEY)", "CREATE REL TABLE B(FROM A TO A)", "CREATE (:A {key: 'a'})",
        "MATCH (a:A) CREATE (a)-[:B]->(a)",
    ):  # fmt: skip
        connection.execute(text)
    connection.close()
    opened.close()
    return path.read_bytes()


@pytest.fixture
def store(tmp_path: Path) -> Soundness:
    (tmp_path / "g.lbug").write_bytes(CONTENT)
    return Soundness(tmp_path / "g.lbug", tmp_path / "g.lbug.d")


def test_a_file_that_was_closed_well_is_as_it_was_noted(store: Soundness, tmp_path: Path) -> None:
    assert store.check() == [], "it came without its folder"
    store.opened()
    assert (tmp_path / "g.lbug.d" / NOTE).read_text() == ""
    store.closed()
    mark = f"{zlib.crc32(CONTENT):08x} {len(CONTENT)}"
    assert (tmp_path / "g.lbug.d" / NOTE).read_text() == f"{mark} {zlib.crc32(mark.encode()):08x}"
    assert store.check() == []
    for other in (CONTENT[:-1], CONTENT[:-1] + b"\x00", CONTENT + b"\x00"):
        (tmp_path / "g.lbug").write_bytes(other)
        with pytest.raises(StoreDamaged) as caught:
            store.check()
        assert caught.value.details["reason"] == OTHER
    (tmp_path / "g.lbug").unlink()
    assert store.check() == []


def test_what_made_its_tables_is_known_of_that_very_file_alone(store: Soundness, tmp_path: Path) -> None:
    note = tmp_path / "g.lbug.d" / NOTE
    store.closed("0123456789ab")
    mark, _, said = note.read_text().partition("\n")
    assert (store.check(), store.tables) == ([], "0123456789ab")
    for damaged in (mark, f"{mark}\n", f"{mark}\n1{said[1:]}", f"{mark}\n{said[:-1]}", f"{mark}\ntables 0"):
        note.write_text(damaged)
        assert (store.check(), store.tables) == ([], "")
    (tmp_path / "g.lbug").write_bytes(CONTENT[::-1])
    store.closed()
    note.write_text(f"{note.read_text()}\n{said}")  # what was said of another file
    assert (store.check(), store.tables) == ([], "")
    store.closed("0123456789ab")
    assert (store.check(), store.tables) == ([], "0123456789ab")
    (tmp_path / "g.lbug").unlink()
    assert (store.check(), store.tables) == ([], "")


def test_a_file_is_noted_whatever_else_this_process_has_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # the folders above are the own ones of who runs the tests
    tmp_path.chmod(0o777)
    Path("g.lbug").write_bytes(CONTENT)
    Path("g.lbug").chmod(0o644)
    Path("of another").mkdir(mode=0o700)
    store = Soundness(Path("g.lbug"), Path("g.lbug.d"))
    with Path("of another/out").open("w"), limited():  # as by sudo -u … shuniu … > out
        store.closed()
    noted = Path("g.lbug.d", NOTE)
    assert noted.read_text().startswith(f"{zlib.crc32(CONTENT):08x} {len(CONTENT)} ")
    noted.unlink()
    with Path("g.lbug").open("rb"):  # who still reads may change it once more
        store.closed()
    assert not noted.exists()


def test_a_log_beside_a_file_that_was_closed_is_not_its_own(store: Soundness, tmp_path: Path) -> None:
    store.closed()
    (tmp_path / "g.lbug.wal").touch()
    with pytest.raises(StoreDamaged) as caught:
        store.check()
    assert caught.value.details["reason"] == STRAY_LOG
    store.opened()
    store.closed()
    assert (tmp_path / "g.lbug.d" / NOTE).read_text() == "", "with its log there it was not closed well"


def test_a_file_without_a_valid_note_is_read_to_its_end_and_noted(tmp_path: Path, database: bytes) -> None:
    path, note = tmp_path / "g.lbug", tmp_path / "g.lbug.d" / NOTE
    path.write_bytes(database)
    store = Soundness(path, note.parent)
    note.parent.mkdir()
    for damage in (lambda: note.write_bytes(b"\xff"), lambda: note.write_text("0 0 0"), note.unlink):
        damage()
        assert store.check() == [UNCLOSED]
        assert store.check() == []
    note.unlink()
    note.mkdir()
    assert store.check() == [UNCLOSED]
    assert note.is_file()
    assert [p.name[: len(NOTE) + 1] for p in note.parent.iterdir() if p.is_dir()] == [f"{NOTE}."]


def test_what_ladybug_cannot_open_is_told_in_its_words(store: Soundness, tmp_path: Path, database: bytes) -> None:
    store.opened()
    with pytest.raises(RuntimeError, match="not a valid"):
        store.check()
    (tmp_path / "g.lbug").write_bytes(database)
    assert Soundness(tmp_path / "g.lbug", tmp_path / "g.lbug.d").check(interrupted=True) == [UNCLOSED]
    read_all(str(tmp_path / "g.lbug"), salvage=False)
    with pytest.raises(RuntimeError):
        read_all(str(tmp_path / "none" / "g.lbug"), salvage=True)


def test_a_log_stays_where_ladybug_says_anything_but_that_its_shadow_is_empty(store: Soundness, tmp_path: Path) -> None:
    store.opened()
    log, shadow = tmp_path / "g.lbug.wal", tmp_path / "g.lbug.shadow"
    log.write_bytes(b"log")
    shadow.touch()
    with pytest.raises(RuntimeError, match="WAL file is corrupted"):
        store.check()
    assert (log.read_bytes(), shadow.exists()) == (b"log", True)
