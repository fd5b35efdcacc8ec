"""The golden set of nasty files: what each becomes is written down beforehand, from the contract alone."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import openpyxl  # type: ignore[import-untyped]
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph import errors, schema
from graph.delta import Delta
from graph.stores.base import Store
from loaders.pipeline import load
from loaders.read.rows.renamed import without_gaps, without_marks
from loaders.write.report import LoadReport
from tests.golden import CASES
from tests.golden.case import Case, Rows
from tests.golden.payloads import PAYLOADS, delivery
from tests.support.soak import trials

Make = Callable[..., Path]
Nodes = dict[str, dict[str, Any]]
LABELS = (
    "Organization",
    "Enterprise",
    "Carrier",
    "Window",
    "Resource",
    "Need",
    "EnterpriseCount",
    "Activity",
    "Feedback",
)
LINKS = {
    "region": ("LOCATED_IN", "Region"),
    "service_type": ("CONCERNS", "ServiceType"),
    "service_types": ("OFFERS", "ServiceType"),
    "serves": ("SERVES", "Region"),
    "chains": ("BELONGS_TO", "Chain"),
}
"""Fields of a case that are relationships: type and label of the other end."""


def nodes(store: Store, label: str) -> Nodes:
    """Return the nodes of a label by key."""
    with store.read() as session:
        return {row["key"]: row for row in session.nodes(schema.nodes()[label]).to_pylist()}


def targets(store: Store, label: str, link: str) -> dict[str, set[str]]:
    """Return the keys to which a relationship leads, by the key of its source."""
    type_, other = LINKS[link]
    with store.read() as session:
        rows = session.relationships(schema.relationships()[type_, label, other]).to_pylist()
    return by_source(rows)


def by_source(rows: Iterable[dict[str, str]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for row in rows:
        found.setdefault(row["from_key"], set()).add(row["to_key"])
    return found


def arrived(store: Store, before: Mapping[str, Nodes], label: str) -> list[dict[str, Any]]:
    """Return the nodes of a label that were not there before."""
    return [node for key, node in nodes(store, label).items() if key not in before[label]]


def ledger(report: LoadReport) -> dict[str, Rows]:
    """Return what became of the rows of every table that had any."""
    for t in report.tables:
        assert t.read == t.created + t.updated + t.unchanged + t.merged + t.rejected
    return {t.table: Rows(t.created, t.updated, t.unchanged, t.merged, t.rejected) for t in report.tables if t.read}


def check_issues(report: LoadReport, case: Case) -> None:
    """Compare the issues with the expected ones; two expectations of one place are two words of one reason."""
    found = {(i.file, i.sheet, i.row, i.column, i.value): i.reason for i in report.issues}
    assert set(found) == {(bad.file, bad.sheet, bad.row, bad.column, bad.value) for bad in case.issues}
    for bad in case.issues:
        reason = found[bad.file, bad.sheet, bad.row, bad.column, bad.value]
        assert bad.word in reason.zh
        assert reason.en
    assert (report.rejects is not None) == bool(case.issues)


def check_graph(
    case: Case, came: Callable[[str], list[dict[str, Any]]], linked: Callable[[str, str], dict[str, set[str]]]
) -> None:
    """Compare what came of each label, and what it is linked to, with what was to come: every node, and no other."""
    for label in LABELS:
        expected = case.graph.get(label, {})
        assert {node["name"] for node in came(label)} == set(expected)
        links = {name: linked(label, name) for name in LINKS if any(name in f for f in expected.values())}
        for node in came(label):
            for name, value in expected[node["name"]].items():
                stored = links[name].get(node["key"], set()) if name in links else node[name]
                assert stored == value, (node["name"], name)


def created(delta: Delta, label: str) -> list[dict[str, Any]]:
    return [row for change in delta.of(label) for row in change.created.to_pylist()]


def created_targets(delta: Delta, label: str, link: str) -> dict[str, set[str]]:
    type_, other = LINKS[link]
    changes = [c for c in delta.of(type_) if c.spec == schema.relationships()[type_, label, other]]
    return by_source(row for change in changes for row in change.created.to_pylist())


def stand(store: Store) -> dict[str, Nodes]:
    return {label: nodes(store, label) for label in LABELS}


TOGETHER = "all together"
ONE_BY_ONE = [name for name, case in CASES.items() if not case.refusal and name != TOGETHER]


def said(report: LoadReport) -> str:
    return "\n".join([*(warning.zh for warning in report.warnings), *report.ignored])


def check_report(report: LoadReport, case: Case) -> None:
    assert ledger(report) == {table: rows for table, rows in case.ledger.items() if rows.read}
    check_issues(report, case)
    assert all(word in said(report) for word in case.says), said(report)


@pytest.mark.parametrize("name", ONE_BY_ONE)
def test_what_would_become_of(reference_store: Store, tmp_path: Path, name: str) -> None:
    case = CASES[name]
    report = load(reference_store, [case.write(tmp_path / "数据")], dry_run=True)
    check_report(report, case)
    assert report.delta is not None
    check_graph(case, partial(created, report.delta), partial(created_targets, report.delta))


@pytest.mark.parametrize(
    "name", [TOGETHER, *(pytest.param(n, marks=pytest.mark.slow) for n in ONE_BY_ONE if trials(0, 1))]
)
def test_what_becomes_of(store: Store, tmp_path: Path, name: str) -> None:
    case, before = CASES[name], stand(store)
    folder = case.write(tmp_path / "数据")
    check_report(load(store, [folder]), case)
    check_graph(case, partial(arrived, store, before), partial(targets, store))
    check_again(store, folder, case)


def check_again(store: Store, folder: Path, case: Case) -> None:
    """The same files again change nothing."""
    before = stand(store)
    again = load(store, [folder])
    assert not again.written
    assert ledger(again) == {
        table: Rows(unchanged=rows.created, merged=rows.merged, rejected=rows.rejected)
        for table, rows in case.ledger.items()
        if rows.read
    }
    assert stand(store) == before


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.refusal])
def test_what_is_refused_as_a_whole(reference_store: Store, tmp_path: Path, name: str) -> None:
    case, before = CASES[name], stand(reference_store)
    assert case.refusal
    with pytest.raises(getattr(errors, case.refusal.error)) as caught:
        load(reference_store, [case.write(tmp_path / "数据")])
    told = f"{caught.value.say('zh')}。{caught.value.way_out('zh')}"
    assert all(word in told for word in case.refusal.words), told
    assert caught.value.say("en")
    assert stand(reference_store) == before


def test_two_kinds_of_legal_form_without_a_code_are_never_lost_from_sight(store: Store, csv: Make) -> None:
    names = ("示例-绵阳智造科技有限公司", "示例-绵阳智造科技有限责任公司")
    report = load(store, [csv("机构.csv", "名称,所在地区\n" + "".join(f"{n},涪城区\n" for n in names))])
    (rows,) = ledger(report).values()
    assert rows == Rows(created=1, merged=1) or (rows == Rows(created=2) and report.doubtful == 1)


def test_the_rejects_corrected_and_loaded_again(store: Store, csv: Make) -> None:
    before = stand(store)
    text = (
        "名称,类型,所在地区,备注\n示例-甲,服务机构,绵阳市,\n示例-乙,商会,市中区,\n"
        "=丙,无此类型,无此区,好\n示例-丁,商会\n"
    )
    path = csv("机构.csv", text)
    report = load(store, [path])
    assert ledger(report) == {"organizations": Rows(created=1, rejected=3)}
    assert report.rejects
    book = openpyxl.load_workbook(report.rejects)
    page = book["机构"]
    assert [page.cell(row, 1).value for row in (2, 3, 4)] == ["示例-乙", "=丙", "示例-丁"]
    page["C2"], page["B3"], page["C3"], page["C4"] = "乐山市市中区", "商会", "涪城区", "绵阳市"
    mended = path.parent / "改好.xlsx"
    book.save(mended)
    for rows in (Rows(created=3), Rows(unchanged=3)):
        report = load(store, [mended])
        assert ledger(report) == {"organizations": rows}
        assert report.rejects is None
    names = sorted(node["name"] for node in arrived(store, before, "Organization"))
    assert names == ["=丙", "示例-丁", "示例-乙", "示例-甲"]
    # the first file once more: what was good and what was mended are there, the bad rows are still bad
    report = load(store, [path])
    assert ledger(report) == {"organizations": Rows(unchanged=1, rejected=3)}


PEOPLE = ("张三丰", "13812341234", "0816-2345678")


def test_people_are_in_no_node_and_no_file(store: Store, csv: Make) -> None:
    text = (
        "名称,所在地区,联系人,联系电话\n示例-甲,绵阳市,张三丰,13812341234\n示例-乙,绵阳市,张三丰,0816-2345678\n"
        "示例-丙,无此地,张三丰,13812341234\n"
    )
    report = load(store, [csv("机构.csv", text)])
    assert ledger(report) == {"organizations": Rows(created=2, rejected=1)}
    assert report.rejects
    cells = [str(c) for row in openpyxl.load_workbook(report.rejects)["机构"].iter_rows(values_only=True) for c in row]
    with store.read() as session:
        stored = [str(session.nodes(spec).to_pylist()) for spec in schema.nodes().values()]
        stored += [str(session.relationships(spec).to_pylist()) for spec in schema.relationships().values()]
    everything = "\n".join([*cells, *stored, repr(report.issues)])
    kept = b"\n".join(file.read_bytes() for file in sorted(store.home.rglob("*")) if file.is_file())
    for person in PEOPLE:
        assert person not in everything
        assert person.encode() not in kept


# --- payloads in every text (check 13 of reliability.md) ----------------------------------------------


def stored_texts(store: Store, kept: str, name: str) -> set[str]:
    """Return all texts of a field of a label, a relationship or the ledger of services."""
    if kept == "ledger":
        tables = [pq.read_table(file, columns=[name]) for file in store.home.rglob("records.parquet")]
    else:
        with store.read() as session:
            if kept in schema.nodes():
                tables = [session.nodes(schema.nodes()[kept])]
            else:
                specs = [spec for slot, spec in schema.relationships().items() if slot[0] == kept]
                tables = [session.relationships(spec) for spec in specs]
    return {text for table in tables for text in table[name].to_pylist() if text is not None}


def check_payloads(store: Store, folder: Path, payloads: list[str], *, json_lines: bool) -> None:
    sent = delivery(payloads)
    report = load(store, [sent.write(folder, json_lines=json_lines)])
    assert not report.issues
    assert ledger(report) == {table: Rows(created=len(rows)) for table, rows in sent.tables.items()}
    for kept, name, texts in sent.expected():
        assert texts <= stored_texts(store, kept, name), (kept, name)


@pytest.mark.parametrize("json_lines", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_payloads_are_plain_data(store: Store, tmp_path: Path, json_lines: bool) -> None:
    check_payloads(store, tmp_path / "数据", list(PAYLOADS), json_lines=json_lines)


# No lone surrogates, which no encoding can hold, and no NUL, which makes a file binary.
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=40)
FOLDERS = count()


def is_all_name(text: str) -> bool:
    """Tell whether all of a text is name where it stands as one: no number or star of a list before it, no gap."""
    names = pa.array([f"{text}·1"], pa.string())
    return without_gaps(without_marks(names)[0]) == names


@pytest.mark.slow
@settings(max_examples=trials(2, 20), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(PAYLOADS) | TEXT.filter(is_all_name), min_size=72, max_size=72), st.booleans())
def test_any_text_is_plain_data(store: Store, tmp_path: Path, payloads: list[str], json_lines: bool) -> None:
    check_payloads(store, tmp_path / str(next(FOLDERS)), payloads, json_lines=json_lines)
