"""What people said of pairs, as one mapping of keys; and a person's way through the list, forth and back."""

import json
from pathlib import Path
from typing import Any

import pytest

from graph.errors import HomeDamaged
from graph.identity import uscc_check_digit
from graph.language import Text
from loaders.identify.doubts import Doubt, doubt_of
from loaders.identify.resolver import DECISION, Decision, Entity, Resolver, as_json, decisions
from loaders.identify.review import Said
from loaders.identify.walk import PUT_OFF, Walk, read_put_off
from loaders.keep.history import History

SMALL, LARGE = sorted(f"91510700MA6234{end}" + uscc_check_digit(f"91510700MA6234{end}") for end in ("5X1", "5X2"))


def decision(a: str, b: str, verdict: Any = "same", at: str = "1", label: str = "Organization") -> Decision:
    one, other = (Entity(key, key, "510703", "") for key in (a, b))
    return Decision(label, one, other, verdict, at)


def resolver(*decided: Decision) -> Resolver:
    return Resolver("Organization", list(decided))


def test_one_node_has_the_key_of_a_code_before_a_digest_and_the_smaller_one() -> None:
    said = resolver(decision("d2", "d1"), decision("d2", LARGE), decision(SMALL, "d9"), decision(LARGE, "d9"))
    assert said.mapping() == {"d1": SMALL, "d2": SMALL, "d9": SMALL, LARGE: SMALL}
    assert said.cluster("d1") == {"d1", "d2", "d9", SMALL, LARGE}
    assert said.cluster("alone") == {"alone"}
    assert [said.canonical(key) for key in ("d9", "alone")] == [SMALL, "alone"]


def test_the_last_name_goes_before_a_smaller_digest_and_not_before_a_code() -> None:
    said = resolver()
    said.join("d1", "d2", last=True)
    assert said.mapping() == {"d1": "d2"}
    said.join(SMALL, "d2", last=True)
    assert said.mapping() == {"d1": SMALL, "d2": SMALL}


def test_only_what_is_the_same_in_this_label_is_joined() -> None:
    said = resolver(decision("a", "b", "different"), decision("c", "d", None), decision("e", "f", label="Enterprise"))
    assert (said.mapping(), said.distinct) == ({}, {("a", "b")})
    assert [e.key for e in said.entities()] == ["a", "b", "c", "d"]


def test_pairs_are_open_of_which_and_of_whose_nodes_nobody_spoke() -> None:
    said = resolver(decision("b", "a", "different"), decision("c", "b"), decision("d", "e"))
    asked = [("a", "b"), ("c", "a"), ("d", "e"), ("b", "c"), ("a", "d"), ("x", "y")]
    assert said.open_among(asked) == [False, False, False, False, True, True]


def test_a_decision_is_stored_as_it_was_said() -> None:
    assert as_json(decision("b", "a", "different", at="2")) == {
        "label": "Organization", "a": ("b", "b", "510703", ""), "b": ("a", "a", "510703", ""), "verdict": "different",
        "at": "2",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("coded", "left", "found"),
    [({"x"}, set(), "x"), (set(), {"x"}, "x"), ({"x"}, {"x"}, "x"), ({"x"}, {"y"}, None), ({"x", "y"}, set(), None),
     (set(), set(), None), ({"z"}, set(), None)],
)  # fmt: skip
def test_a_bare_name_is_of_the_one_that_has_or_had_it(coded: set[str], left: set[str], found: str | None) -> None:
    assert resolver(decision("z", "n", "different")).certain("n", coded, left) == found


# --- the way through the list -------------------------------------------------------------------------


class Decisions:
    """Decisions as they are made."""

    def __init__(self) -> None:
        self.force: dict[tuple[str, str], Decision] = {}
        self.heard: list[list[Said]] = []

    def __call__(self, said: list[Said]) -> list[Decision]:
        self.heard.append(said)
        for one in said:
            self.force.pop((one.a, one.b), None)
            if one.verdict:
                self.force[one.a, one.b] = decision(one.a, one.b, one.verdict, at=str(len(self.heard)))
        return list(self.force.values())


def doubt(a: str, b: str) -> Doubt:
    one, other = (Entity(key, key, "510703", "") for key in (a, b))
    return Doubt("Organization", one, other, 0.9, "slip", "same", ("", ""), Text("", ""), "l")


def left(walk: Walk) -> list[str]:
    return [d.a.key for group in walk.groups for d in group.doubts]


A, B, C = doubt("a", "a2"), doubt("b", "b2"), doubt("c", "c2")


def test_what_is_said_is_done_and_can_be_taken_back(tmp_path: Path) -> None:
    said = Decisions()
    walk = Walk([A, B, C], [], said, tmp_path)
    assert (left(walk), walk.undo()) == (["a", "b", "c"], 0)
    walk.say([A, B], same=True)
    walk.say([C], same=False)
    assert (left(walk), walk.done) == ([], 3)
    assert said.heard == [[Said("a", "a2", "same"), Said("b", "b2", "same")], [Said("c", "c2", "different")]]
    assert (walk.undo(), left(walk), walk.done) == (1, ["c"], 2)
    assert (walk.undo(), left(walk), walk.done) == (2, ["a", "b", "c"], 0)
    assert said.heard[2:] == [[Said("c", "c2", None)], [Said("a", "a2", None), Said("b", "b2", None)]]
    assert walk.undo() == 0


def test_what_was_said_before_is_taken_back_at_once(tmp_path: Path) -> None:
    said = Decisions()
    before = [decision("a", "a2", at="1"), decision("b", "b2", at="2"), decision("c", "c2", at="2")]
    said.force = {(d.a.key, d.b.key): d for d in before}
    walk = Walk([A, B, C], before, said, tmp_path)
    assert (left(walk), walk.undo(), left(walk), walk.done) == ([], 2, ["b", "c"], 0)
    walk.say([B], same=True)
    assert (walk.done, walk.undo(), walk.undo(), left(walk), walk.done) == (1, 1, 1, ["a", "b", "c"], 0)
    walk.say([B], same=True)
    assert (walk.done, walk.undo(), walk.done) == (1, 1, 0)


def test_what_is_put_off_comes_last_the_next_time(tmp_path: Path) -> None:
    walk = Walk([A, B, C], [], Decisions(), tmp_path)
    walk.put_off([A])
    assert (left(walk), walk.postponed, walk.done) == (["b", "c"], 1, 0)
    assert read_put_off(tmp_path) == {("a", "a2")}
    again = Walk([A, B, C], [], Decisions(), tmp_path)
    assert left(again) == ["b", "c", "a"]
    again.put_off([B])
    assert (again.undo(), left(again), read_put_off(tmp_path)) == (1, ["b", "c", "a"], {("a", "a2")})
    again.say([A], same=True)
    assert (left(again), read_put_off(tmp_path)) == (["b", "c"], set())


def test_nothing_is_put_off_where_the_file_says_nothing(tmp_path: Path) -> None:
    assert read_put_off(tmp_path) == set()
    (tmp_path / PUT_OFF).write_text("[[")
    assert read_put_off(tmp_path) == set()


# --- what the history holds of decisions --------------------------------------------------------------


def write(home: Path, load: str, content: object) -> History:
    (home / "loads" / load).mkdir(parents=True)
    (home / "loads" / load / DECISION).write_text(json.dumps(content), encoding="utf-8")
    return History(home)


def test_the_last_word_on_a_pair_counts_whichever_is_named_first(tmp_path: Path) -> None:
    one, other, back = decision("a", "b", at="1"), decision("c", "d", at="2"), decision("c", "d", None, at="4")
    turned = decision("b", "a", "different", at="3")
    history = write(tmp_path, "load-000002", {"decisions": [as_json(one), as_json(other)]})
    assert decisions(history) == [one, other]
    write(tmp_path, "load-000003", as_json(turned))  # as earlier versions wrote it
    assert decisions(history) == [other, turned]
    write(tmp_path, "load-000004", {"decisions": [as_json(back)]})
    assert decisions(history) == [turned]
    (tmp_path / "loads" / "load-000005").mkdir()
    assert decisions(history) == [turned]


@pytest.mark.parametrize("content", [[], {"decisions": [{}]}, {"decisions": 3}, {"decisions": [{"a": ["k"], "b": []}]}])
def test_decisions_that_are_none_are_named(tmp_path: Path, content: object) -> None:
    history = write(tmp_path, "load-000002", content)
    with pytest.raises(HomeDamaged) as raised:
        decisions(history)
    assert raised.value.details["path"] == tmp_path / "loads" / "load-000002" / DECISION


def test_of_two_that_nothing_makes_one_there_is_no_doubt() -> None:
    one, other = Entity("a", "示例酒业", "510703", ""), Entity("b", "成都轨道交通集团", "510100", "")
    assert doubt_of("Organization", one, other, "load-000002") is None


def test_a_doubt_says_how_the_pair_is_alike_and_where() -> None:
    one, other = Entity("a", "绵阳科技城技术转移中心", "510703", ""), Entity("b", "绵阳科技城技转中心", "510700", "")
    found = doubt_of("Organization", one, other, "load-000002")
    why = Text(
        "其中一个像是另一个的简称，都在绵阳市；两家都没有信用代码。",
        "One looks like the short form of the other, both in 绵阳市; neither has a credit code.",
    )
    differing = ("术转移", "转")
    assert found == Doubt("Organization", one, other, 0.75, "short", "near", differing, why, "load-000002")
    assert found is not None
    assert found.pair == ("a", "b")
