"""What a load says of itself: the fields that change, who disagrees with whom, what moves from one end to another."""

from typing import Any

import pyarrow as pa
import pytest

from graph import schema
from graph.delta import Change, Delta, Facts, Spec, key_of
from graph.language import Text
from graph.schema import stated
from loaders.merge.derived import COUNTED
from loaders.parse.issues import RowIssue
from loaders.write.report import Fate, FieldChange, LoadReport, field_changes, identities, names_of_moved
from loaders.write.tally import TableTally

ORGANIZATION = schema.nodes()["Organization"]
MONTH = schema.nodes()["ServiceMonth"]
HOME = schema.relationships()["LOCATED_IN", "Organization", "Region"]
ASKS = schema.relationships()["ASKS", "Region", "Request"]
PARTNERS = schema.relationships()["PARTNERS_WITH", "Organization", "Organization"]
SUMS = [s for s in schema.relationships().values() if s.type in COUNTED and stated(s) and "services" in s.arrow.names]
Row = dict[str, Any]


def table(spec: Spec, rows: list[Row]) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=spec.arrow)


def change(spec: Spec, **rows: list[Row]) -> Change:
    """Return a change of a spec; parts that are not given are empty."""
    parts = ("created", "changed", "replaced", "retired", "outdone", "shown")
    return Change(spec, unchanged=0, **{part: table(spec, rows.get(part, [])) for part in parts})


def report(*changes: Change, **rest: Any) -> LoadReport:
    return LoadReport("load-000002", (), delta=Delta(changes), **rest)


def node(key: str, source: str, **said: Any) -> Row:
    return {"key": key, "name": f"{key}名", "source": source, **said}


OLD = [node("a", "甲局", kind="service", uscc="1"), node("b", "甲局", kind="service"), node("c", "甲局", uscc="2")]
NEW = [node("a", "乙局", kind="chamber", uscc="1"), node("b", "甲局", kind="chamber"), node("c", "乙局")]


def test_each_field_that_changes_is_told_with_its_sources() -> None:
    told = [*report(change(ORGANIZATION, replaced=OLD, changed=NEW)).changes()]
    assert {one.what for one in told} == {"Organization"}
    assert {(one.key, one.name, one.field, one.old, one.new, one.old_source, one.new_source) for one in told} == {
        ("a", "a名", "kind", "service", "chamber", "甲局", "乙局"),
        ("a", "a名", "source", "甲局", "乙局", "甲局", "乙局"),
        ("b", "b名", "kind", "service", "chamber", "甲局", "甲局"),
        ("c", "c名", "uscc", "2", None, "甲局", "乙局"),
        ("c", "c名", "source", "甲局", "乙局", "甲局", "乙局"),
    }


def test_two_sources_disagree_where_both_say_something_of_the_thing() -> None:
    found = report(change(ORGANIZATION, replaced=OLD, changed=NEW)).conflicts
    assert [(one.key, one.field, one.old, one.new) for one in found] == [("a", "kind", "service", "chamber")]


def test_what_does_not_show_is_a_conflict_too() -> None:
    outdone, shown = [node("a", "乙局", kind="chamber")], [node("a", "甲局", kind="service")]
    (found,) = report(change(ORGANIZATION, outdone=outdone, shown=shown)).conflicts
    assert found == FieldChange("Organization", "a", "a名", "kind", "chamber", "service", "乙局", "甲局")


def test_nobody_disagrees_about_what_the_program_counts() -> None:
    outdone, shown = [{"key": "m", "services": 1, "source": "a"}], [{"key": "m", "services": 2, "source": "b"}]
    assert report(change(MONTH, outdone=outdone, shown=shown)).conflicts == []
    assert SUMS
    for spec in SUMS:
        ends = {name: 2026 if name == "year" else "a" for name in key_of(spec)}
        rows = [[{**ends, "services": n, "source": str(n)}] for n in (1, 2)]
        assert report(change(spec, outdone=rows[0], shown=rows[1])).conflicts == []


@pytest.mark.parametrize(
    ("old", "new", "conflict"),
    [
        (FieldChange("O", "k", "n", "kind", 1, 2, "a", "b"), None, True),
        (FieldChange("O", "k", "n", "kind", None, 2, "a", "b"), None, False),
        (FieldChange("O", "k", "n", "kind", 1, 2, "a", "a"), None, False),
        (FieldChange("O", "k", "n", "source", 1, 2, "a", "b"), None, False),
    ],
)
def test_a_conflict_takes_two_sources_and_two_values(old: FieldChange, new: None, *, conflict: bool) -> None:
    assert (old.conflict, new) == (conflict, None)


def test_what_moves_goes_from_an_old_end_to_a_new_one() -> None:
    retired = [{"from_key": "b", "to_key": "510100"}, {"from_key": "a", "to_key": "510700"}]
    created = [{"from_key": "a", "to_key": "511500"}, {"from_key": "c", "to_key": "510700"}]
    told = [*report(change(HOME, retired=retired, created=created), names={"a": "甲"}).changes()]
    assert told == [
        FieldChange("Organization", "a", "甲", "LOCATED_IN", "510700", "511500", None, None),
        FieldChange("Organization", "b", "b", "LOCATED_IN", "510100", None, None, None),
    ]


def test_what_moves_is_named_as_the_load_names_it() -> None:
    facts = Facts()
    facts.add(ORGANIZATION, table(ORGANIZATION, [node("a", "甲局"), node("c", "甲局")]))
    moved = change(HOME, retired=[{"from_key": "a", "to_key": "510700"}, {"from_key": "b", "to_key": "510100"}])
    stays = change(PARTNERS, retired=[{"from_key": "c", "to_key": "a"}])
    assert names_of_moved(Delta((moved, stays)), facts) == {"a": "a名"}
    assert names_of_moved(Delta((stays,)), facts) == {}


def test_of_several_ends_each_old_one_goes_with_a_new_one() -> None:
    retired = [{"from_key": "a", "to_key": "1"}, {"from_key": "a", "to_key": "2"}]
    created = [{"from_key": "a", "to_key": end} for end in "345"]
    told = [(one.old, one.new) for one in report(change(HOME, retired=retired, created=created)).changes()]
    assert told == [("1", "3"), ("2", "4"), (None, "5")]


def test_what_the_target_owns_moves_from_source_to_source() -> None:
    retired, created = [{"from_key": "510700", "to_key": "r"}], [{"from_key": "511500", "to_key": "r"}]
    (told,) = report(change(ASKS, retired=retired, created=created)).changes()
    assert told == FieldChange("Request", "r", "r", "ASKS", "510700", "511500", None, None)


def test_what_nobody_owns_and_what_only_comes_moves_nowhere() -> None:
    ends = {"from_key": "a", "to_key": "b", "dimension": "capital"}
    assert PARTNERS.owner_column is None
    assert [*report(change(PARTNERS, retired=[ends], created=[{**ends, "to_key": "c"}])).changes()] == []
    assert [*report(change(HOME, created=[{"from_key": "a", "to_key": "510700"}])).changes()] == []


def test_a_relationship_is_known_by_its_ends_and_what_tells_it_from_others() -> None:
    ends = {"from_key": "a", "to_key": "b", "dimension": "capital", "source": "甲局"}
    assert identities(PARTNERS, table(PARTNERS, [ends])) == ["a → b → capital"]
    assert identities(PARTNERS, table(PARTNERS, [{**ends, "dimension": None}])) == ["a → b → "]
    assert identities(ORGANIZATION, table(ORGANIZATION, OLD)) == ["a", "b", "c"]
    assert identities(ORGANIZATION, table(ORGANIZATION, [])) == []
    old, new = table(PARTNERS, [{**ends, "content": "一"}]), table(PARTNERS, [{**ends, "content": "二"}])
    assert [*field_changes(PARTNERS, old, new)] == [
        FieldChange("PARTNERS_WITH", "a → b → capital", "", "content", "一", "二", "甲局", "甲局")
    ]


def test_a_report_counts_what_came_changed_and_went() -> None:
    issue = {"table": "organizations", "file": "f", "sheet": "", "row": 2, "column": "c", "value": "v"}
    issues = tuple(RowIssue(**issue, reason=Text("", ""), cell_only=only) for only in (True, False, True))
    made = report(
        change(ORGANIZATION, created=[node("x", "s")] * 3, changed=NEW[:2], replaced=OLD[:2], retired=[node("y", "s")]),
        issues=issues,
    )
    assert (made.created, made.changed, made.retired, made.cells) == (3, 2, 1, 2)
    tallies = (TableTally("organizations", 9, 1, 1, 1, 1, 5), TableTally("needs", 9, 1, 1, 1, 4, 2))
    assert LoadReport("load-000002", tallies).rejected == 7


def test_a_load_come_again_changes_nothing() -> None:
    made = LoadReport("load-000003.1", ())
    assert (made.created, made.changed, made.retired, [*made.changes()], made.conflicts) == (0, 0, 0, [], [])
    assert (made.written, made.doubtful, made.cells, made.rejected) == (False, 0, 0, 0)


def test_what_came_and_went_is_named() -> None:
    assert report(gone=(Fate("Organization", "a", "甲"),)).gone == (("Organization", "a", "甲"),)
