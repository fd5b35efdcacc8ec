"""What only the embedded store must be told to do."""

import sys
import threading
from pathlib import Path
from types import CodeType, FrameType

import ladybug
import pyarrow as pa
import pytest

from graph import schema
from graph.comparison import plan
from graph.delta import Delta, Facts
from graph.errors import FileUnwritable, StoreDamaged
from graph.stores import embedded, migrate
from graph.stores.embedded import COMPLETED, LOST
from graph.stores.opening import open_store
from graph.stores.redo import RedoLog
from graph.stores.soundness import UNCLOSED, Soundness
from graph.stores.swap import home_of
from tests.support.handmade import write


@pytest.mark.slow
@pytest.mark.usefixtures("way")
def test_a_store_that_stays_open_takes_any_number_of_loads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ladybug gives back what a COPY took of the page cache only when its connection is closed."""
    monkeypatch.setattr(embedded, "BUFFER_BYTES", 2**27)
    with open_store(f"ladybug://{tmp_path / 'graph.lbug'}") as store:
        for number in range(70):
            write(store, {"Need": [{"key": str(number), "state": "open"}]})


def next_load(number: int) -> Delta:
    """Return a load of one need."""
    facts = Facts()
    for label, row in (("Need", {"key": f"n{number}"}),
                       ("Load", {"key": f"load-{number}", "sequence": number, "state": "done"})):  # fmt: skip
        facts.add(schema.nodes()[label], pa.Table.from_pylist([row]))
    return plan(facts, None)


@pytest.mark.parametrize("read_only", [False, True])
def test_a_transaction_that_was_stopped_is_completed_when_the_store_is_opened(tmp_path: Path, read_only: bool) -> None:
    path = tmp_path / "graph.lbug"
    with open_store(f"ladybug://{path}") as store:
        write(store, {"Need": [{"key": "n1"}]})
        assert store.notices == []
    log = RedoLog(home_of(path))
    log.write(next_load(2))
    for notices in ([COMPLETED], []):
        with open_store(f"ladybug://{path}", read_only=read_only) as store, store.read() as session:
            assert store.notices == notices
            assert session.version() == 2
            assert sorted(session.nodes(schema.nodes()["Need"])["key"].to_pylist()) == ["n1", "n2"]
        assert not log.path.exists()
    log.write(next_load(4))
    with pytest.raises(StoreDamaged) as caught:
        open_store(f"ladybug://{path}")
    assert caught.value.details["reason"] == LOST


def test_a_file_is_asked_for_its_tables_only_where_it_is_not_known_what_made_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, asked, needed = tmp_path / "graph.lbug", list[str](), migrate.needed

    def noted(connection: ladybug.Connection, place: object) -> tuple[bool, list[str]]:
        asked.append(str(place))
        return needed(connection, place)

    monkeypatch.setattr(migrate, "needed", noted)
    for read_only in (False, False, True):
        open_store(f"ladybug://{path}", read_only=read_only).close()
    assert asked == [str(path)], "as it was made"
    monkeypatch.setattr(migrate, "fingerprint", lambda: "of another")
    open_store(f"ladybug://{path}").close()
    assert asked == [str(path)] * 2


def test_a_file_whose_opening_cannot_be_noted_is_left_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "graph.lbug"
    with open_store(f"ladybug://{path}") as store:
        write(store, {"Need": [{"key": "n1"}]})
    home, content = home_of(path), path.read_bytes()
    home.rename(tmp_path / "aside")
    home.touch()  # nothing can be written into it, whoever runs the tests
    with pytest.raises(FileUnwritable):
        open_store(f"ladybug://{path}")
    home.unlink()
    (tmp_path / "aside").rename(home)
    assert path.read_bytes() == content
    with open_store(f"ladybug://{path}") as store:
        assert store.notices == []


@pytest.mark.parametrize(
    ("code", "event"), [(ladybug.Database.__init__.__code__, "return"), (Soundness.opened.__code__, "call")]
)
def test_a_file_whose_opening_was_interrupted_is_sound(tmp_path: Path, code: CodeType, event: str) -> None:
    """To close it changes it, so that it no longer is what was noted of it."""
    with open_store(f"ladybug://{tmp_path / 'graph.lbug'}") as store:
        write(store, {"Need": [{"key": "n1"}]})

    def interrupt(frame: FrameType, came: str, _: object) -> None:
        if (frame.f_code, came) == (code, event):
            sys.setprofile(None)
            raise KeyboardInterrupt

    sys.setprofile(interrupt)
    with pytest.raises(KeyboardInterrupt):
        open_store(f"ladybug://{tmp_path / 'graph.lbug'}")
    with open_store(f"ladybug://{tmp_path / 'graph.lbug'}") as again, again.read() as session:
        assert again.notices == [UNCLOSED]
        assert session.nodes(schema.nodes()["Need"])["key"].to_pylist() == ["n1"]


@pytest.mark.parametrize("ends_in_time", [True, False])
def test_a_store_closed_under_a_reader_is_sound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ends_in_time: bool
) -> None:
    """A service is stopped while threads of it read: the file is changed when the last session ends, noted or not."""
    if not ends_in_time:
        monkeypatch.setattr(embedded, "REST_SECONDS", 0.1)
    store = open_store(f"ladybug://{tmp_path / 'graph.lbug'}")
    write(store, {"Need": [{"key": "n1"}]})
    reads, closed = threading.Event(), threading.Event()

    def read() -> None:
        with store.read() as session:
            session.version()
            reads.set()
            closed.wait(0.5 if ends_in_time else None)

    reader = threading.Thread(target=read)
    reader.start()
    assert reads.wait(60)
    store.close()
    closed.set()
    reader.join()
    with open_store(f"ladybug://{tmp_path / 'graph.lbug'}") as again, again.read() as session:
        assert again.notices == ([] if ends_in_time else [UNCLOSED])
        assert session.nodes(schema.nodes()["Need"])["key"].to_pylist() == ["n1"]
