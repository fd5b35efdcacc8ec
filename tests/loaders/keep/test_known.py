"""What was known after a load: the very graph that stood then, made again and kept apart."""

import os
from pathlib import Path

import pytest

from graph.clock import today
from graph.errors import BadParameter, NothingToRebuild
from graph.home import KNOWN
from graph.language import Text
from graph.lines import checked_line
from graph.manifest import JOURNAL
from graph.stores.base import Store
from loaders.keep.history import LoadNote, write_note
from loaders.keep.journal import Journal
from loaders.keep.known import KEPT, KnownState, as_known, find_known, make_known
from loaders.pipeline import load
from tests.support.export import digest

HEAD = "名称,类型,所在地区,联系人,联系电话\n"
STATES = [
    HEAD + "示例-甲,服务机构,绵阳市涪城区,张三,13812341234\n示例-丙,商会,绵阳市游仙区,,\n",
    HEAD + "示例-甲,商会,绵阳市游仙区,张三,13812341234\n示例-乙,行业协会,绵阳市游仙区,李四,0816-6351872\n",
]


@pytest.fixture
def states(store: Store, tmp_path: Path) -> list[str]:
    """A store of two loads, of which the second adds and corrects; the digest of what it held after each."""
    held = [digest(store)]
    for number, rows in enumerate(STATES):
        table = tmp_path / f"{number}" / "机构.csv"
        table.parent.mkdir()
        table.write_text(rows, encoding="utf-8")
        load(store, [table])
        held.append(digest(store))
    return held


def test_it_is_the_graph_that_stood_then_made_once_and_kept_in_small_number(store: Store, states: list[str]) -> None:
    assert len(set(states)) == len(states) == KEPT
    folder = store.home / KNOWN
    with as_known(store, "load-000002") as known:
        assert digest(known) == states[1]
        assert [str(notice) for notice in known.notices] == [str(find_known(store.home, "2").said())]
    (made,) = folder.glob("*.lbug")
    assert not [*folder.glob("*.d/key"), *folder.glob("*.d/sources")]
    number = made.stat().st_ino
    for other in range(KEPT):
        older = folder / f"load-00000{other}-0.lbug"
        older.touch()
        os.utime(older, (other, other))
    with as_known(store, "2") as again:
        assert digest(again) == states[1]
    assert made.stat().st_ino == number
    assert {path.name for path in folder.glob("*.lbug")} == {made.name, "load-000001-0.lbug", "load-000002-0.lbug"}
    assert digest(store) == states[-1]


def test_a_load_by_name_number_or_day(store: Store, states: list[str]) -> None:
    last = find_known(store.home, today().isoformat())
    assert (last.load, last.loads) == ("load-000003", len(states))
    assert find_known(store.home, "3") == find_known(store.home, "load-000003") == last
    for nothing in ("load-000004", "0", "2001-01-01", "昨天"):
        with pytest.raises(BadParameter, match="load-000001"):
            find_known(store.home, nothing)


FIRST, SECOND = "load-000001", "load-000002"


def journal(home: Path, *times: str | None) -> None:
    """Write a journal of loads that were done at these times; of one without, only its folder tells."""
    lines = []
    for number, at in enumerate(times, 1):
        name, event = f"load-{number:06d}", {"kind": "load", "doubtful": number}
        if at is None:
            (home / "loads" / name).mkdir(parents=True)
            write_note(home / "loads" / name, LoadNote(name, "t", event, {}))  # type: ignore[arg-type]
        else:
            lines.append(checked_line({"load": name, "state": "done", "at": at, **event}))
    home.mkdir(exist_ok=True)
    (home / JOURNAL).write_text("".join(lines), encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "load"),
    [
        ("1", FIRST), (" load-000002 ", SECOND), ("000003", "load-000003"),
        ("2026-07-01", FIRST), ("2026-07-02", SECOND), ("2026-07-03", SECOND), ("2026-07-04", "load-000003"),
        ("2027-01-01", "load-000003"),
    ],
)  # fmt: skip
def test_a_state_is_meant_by_number_name_or_day_in_beijing(tmp_path: Path, text: str, load: str) -> None:
    journal(tmp_path, "2026-07-01T15:59:59+00:00", "2026-07-01T16:00:00+00:00", "2026-07-03T16:00:00+00:00")
    found = find_known(tmp_path, text)
    assert (found.load, found.loads, found.path.parent) == (load, int(load[-1]), tmp_path / KNOWN)
    assert found.path.name.startswith(f"{load}-")


@pytest.mark.parametrize("text", ["0", "4", "load-4", "2026-06-30", "２", "", "yesterday"])
def test_what_means_no_state_is_told_which_there_are(tmp_path: Path, text: str) -> None:
    journal(tmp_path, "2026-07-01T00:00:00+00:00", "2026-07-02T00:00:00+00:00")
    with pytest.raises(BadParameter) as raised:
        find_known(tmp_path, text)
    told = raised.value.details
    assert (told["name"], told["value"], told["reason"].en) == (
        "known_at", text, "it should be one of load-000001 … load-000002, or a day from 2026-07-01 on",
    )  # fmt: skip


def test_a_load_of_which_no_time_is_told_was_before_all_others(tmp_path: Path) -> None:
    journal(tmp_path, None, "2026-07-02T00:00:00+00:00")
    found = find_known(tmp_path, "1999-01-01")
    assert (found.load, found.finished) == (FIRST, "")
    assert found.said().en == "As known after load-000001: 1 loads made again from the journal, none of the later ones"
    last = find_known(tmp_path, "2")
    assert last.said() == Text(
        "按 load-000002（2026-07-02）之后所知：由日志重做 2 次载入，以后的都不计",
        "As known after load-000002 (2026-07-02): 2 loads made again from the journal, none of the later ones",
    )


def test_a_state_has_another_file_where_what_led_to_it_is_another(tmp_path: Path) -> None:
    times = ("2026-07-01T00:00:00+00:00", "2026-07-02T00:00:00+00:00")
    journal(tmp_path / "a", *times)
    journal(tmp_path / "b", *times, "2026-07-03T00:00:00+00:00")
    journal(tmp_path / "c", *times)
    Journal(tmp_path / "c").write(SECOND, "done", listed=False, kind="load", doubtful=9)
    names = [[find_known(tmp_path / home, load).path.name for load in "12"] for home in "abc"]
    assert names[0] == names[1]
    assert (names[2][0] == names[0][0], names[2][1] == names[0][1]) == (True, False)


def test_where_nothing_was_loaded_nothing_is_known(tmp_path: Path) -> None:
    with pytest.raises(NothingToRebuild) as raised:
        find_known(tmp_path, "1")
    assert raised.value.details == {"path": tmp_path}


def test_a_state_that_cannot_be_made_leaves_nothing(store: Store) -> None:
    state = KnownState(store.home / KNOWN / "load-000009-0.lbug", "load-000000", 1, "")
    with pytest.raises(NothingToRebuild):
        make_known(state, store)
    assert [p.name for p in state.path.parent.iterdir() if "load-" in p.name] == []


def test_a_state_that_is_there_is_not_made_again(store: Store) -> None:
    state = KnownState(store.home / KNOWN / "load-000001-0.lbug", FIRST, 1, "")
    state.path.parent.mkdir()
    state.path.write_text("made")
    os.utime(state.path, (1, 1))
    assert make_known(state, store) is state
    assert (state.path.read_text(), state.path.stat().st_mtime > 1) == ("made", True)
