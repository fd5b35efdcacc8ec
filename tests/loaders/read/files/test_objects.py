"""JSON lines, JSON lists and Parquet: keys and column names are headers."""

import datetime as dt
import io
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.errors import FileUnreadable, MissingColumn
from graph.stores.base import Store
from loaders.parse.marks import NESTED, is_mark
from loaders.pipeline import load
from loaders.read import Sheet, open_all
from loaders.read.files import objects
from loaders.read.words.unseen import seen_text

Make = Callable[..., Path]


def raw(sheet: Sheet) -> dict[int, dict[str, str]]:
    """Return the rows of a sheet by their number."""
    return {number: row for chunk in sheet.chunks() for number, row in chunk.rows(set(chunk.numbers.tolist()))}


def one(path: Path) -> Sheet:
    (sheet,) = open_all([path])
    return sheet


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
def test_json_lines(csv: Make, encoding: str) -> None:
    lines = [
        '{"名称": "示例-甲", "所在地区": 510700, "经度": 104.70, "未知": true}',
        "",
        '{"地址": ["一号", "二号", null], "名称": " 示例-乙 ", "所在地区": "涪城区"}',
        '{"名称": "", "所在地区": null}',
    ]
    sheet = one(csv("机构.jsonl", "\n".join(lines), encoding))
    assert raw(sheet) == {
        1: {"name": "示例-甲", "region": "510700", "lon": "104.70", "address": ""},
        3: {"name": "示例-乙", "region": "涪城区", "lon": "", "address": "一号；二号"},
    }
    assert sheet.ignored == ("未知",)
    assert dict(next(sheet.chunks()).originals({1}))[1][3] == "是"


BAD = {
    "cut off": '{"名称": "丙", "所在地区"',
    "a list": '["丙", "绵阳市"]',
    "a word": "丙",
    "a key twice": '{"名称": "丙", "名称": "丁", "所在地区": "绵阳市"}',
    "deep": '{"名称": ' + "[" * 100_000,
}


@pytest.mark.parametrize("bad", BAD)
@pytest.mark.parametrize("name", ["机构.jsonl", "机构.ndjson", "机构.json"])
def test_a_bad_line_is_a_misfit(csv: Make, bad: str, name: str) -> None:
    good = '{"名称": "示例-甲", "所在地区": "绵阳市"}'
    (chunk,) = one(csv(name, f"{good}\n{BAD[bad]}\n{good}\n")).chunks()
    assert chunk.numbers.tolist() == [1, 3]
    assert [(m.number, m.cells) for m in chunk.misfits] == [(2, ())]
    assert len(chunk) == 3


def test_a_list_of_objects(csv: Make) -> None:
    text = '[{"名称": "示例-甲", "所在地区": "绵阳市", "经度": 104.5}, 7,\n {"名称": "示例-乙", "所在地区": 510703}]'
    (chunk,) = one(csv("机构.json", text)).chunks()
    assert dict(chunk.rows({1, 2, 3})) == {
        1: {"name": "示例-甲", "region": "绵阳市", "lon": "104.5"},
        3: {"name": "示例-乙", "region": "510703", "lon": ""},
    }
    assert [m.number for m in chunk.misfits] == [2]


@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize(
    ("envelope", "under"),
    [
        (lambda rows: {"rows": rows}, "rows"),
        (lambda rows: {"code": 0, "data": {"total": 2, "List": rows}}, "data.List"),
    ],
)
def test_the_answer_of_a_service_is_the_list_in_it(
    csv: Make, envelope: Callable[[Any], Any], under: str, indent: int | None
) -> None:
    rows = [{"名称": "示例-甲", "所在地区": 510703}, 7, {"名称": "示例-乙", "所在地区": "绵阳市"}]
    sheet = one(csv("机构.json", json.dumps(envelope(rows), indent=indent)))
    assert raw(sheet) == {1: {"name": "示例-甲", "region": "510703"}, 3: {"name": "示例-乙", "region": "绵阳市"}}
    assert [text.zh for text in sheet.warnings] == [f"机构.json：读的是其中“{under}”下的列表"]


@pytest.mark.parametrize("named", [{"data": [1]}, {"data": {"甲": []}}, {"data": "甲"}, {"list": []}])
def test_what_holds_no_list_of_objects_is_a_row(csv: Make, named: dict[str, Any]) -> None:
    row = {"名称": "示例-甲", "所在地区": "绵阳市"}
    sheet = one(csv("机构.json", json.dumps(row | named)))
    assert (raw(sheet), sheet.warnings) == ({1: {"name": "示例-甲", "region": "绵阳市"}}, ())


def test_what_no_cell_can_hold_is_told_of_its_cell(reference_store: Store, csv: Make) -> None:
    rows = [
        {"名称": "甲中心", "类型": "服务机构", "所在地区": "涪城区", "地址": {"街": "一号"}},
        {"名称": "乙中心", "类型": ["服务机构"], "所在地区": {"市": "绵阳市"}},
        {"名称": "丙中心", "类型": "服务机构", "所在地区": "涪城区", "经度": [["104.7"]]},
    ]
    report = load(reference_store, [csv("机构.json", json.dumps(rows))], dry_run=True)
    assert [(i.row, i.column, i.value, i.cell_only) for i in report.issues] == [
        (2, "所在地区", NESTED, False), (1, "地址", NESTED, True), (3, "经度", NESTED, True),
    ]  # fmt: skip
    assert {i.reason.zh for i in report.issues} == {"不是文字、数字或它们的列表，请写出其中的值"}


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", FileUnreadable),
        ("{}\n", FileUnreadable),
        ("[]", FileUnreadable),
        ("[1, 2", FileUnreadable),
        ('[{"名称": 1} {', FileUnreadable),
        ("[" * 100_000, FileUnreadable),
        ('{"名称": "甲"}', MissingColumn),
        ("\0\0", FileUnreadable),
    ],
)
def test_json_that_cannot_be_read(csv: Make, text: str, error: type[Exception]) -> None:
    with pytest.raises(error, match=r"机构\.json"):
        open_all([csv("机构.json", text)])


# A mark of an empty cell would be read as one.
CELL = (
    st.text(st.characters(exclude_categories=("Cs", "Cc", "P")), max_size=8)
    .map(lambda text: seen_text(text).strip())
    .filter(lambda text: not is_mark(text, "empty"))
)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(CELL, CELL, CELL).filter(any), min_size=1, max_size=6))
def test_every_format_says_the_same(tmp_path: Path, rows: list[tuple[str, str, str]]) -> None:
    header = ("名称", "所在地区", "地址")
    lines = [dict(zip(header, row, strict=True)) for row in rows]
    (tmp_path / "机构.jsonl").write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    (tmp_path / "机构.json").write_text(json.dumps(lines, ensure_ascii=False), encoding="utf-8")
    pq.write_table(pa.Table.from_pylist(lines), tmp_path / "机构.parquet")
    expected = [dict(zip(("name", "region", "address"), row, strict=True)) for row in rows]
    for ending in ("jsonl", "json", "parquet"):
        assert list(raw(one(tmp_path / f"机构.{ending}")).values()) == expected


def test_parquet_columns_become_text(tmp_path: Path) -> None:
    columns = {
        "编号": pa.array([1, 2**53 + 1, None], pa.int64()),
        "日期": pa.array([dt.date(2026, 1, 31), None, None]),
        "服务类型": pa.array([["SC01", "SC02"], [], None]),
        "提供机构": pa.array(["甲", "乙", None]).dictionary_encode(),
        "服务地区": pa.array([510703.0, 510700.0, None]),
        "方式": pa.array(["线上", "线下", None], pa.large_string()),
        "满意度": pa.array([Decimal("4.50"), None, None]),
        "服务券": pa.array([True, False, None]),
        "产业链": pa.array([dt.datetime(2026, 1, 31, 8), None, None]),
    }
    pq.write_table(pa.table(columns), tmp_path / "服务台账.parquet")
    found = raw(one(tmp_path / "服务台账.parquet"))
    assert [*found[1].values()] == [
        *("1", "2026-01-31", "SC01；SC02", "甲", "510703", "线上", "4.50", "是", "2026-01-31")
    ]
    assert [*found[2].values()] == ["9007199254740993", "", "", "乙", "510700", "线下", "", "否", ""]
    assert set(found) == {1, 2}


@pytest.mark.parametrize("content", [b"", b"PAR1", b"PAR1" + b"\0" * 100 + b"PAR1"])
def test_parquet_that_is_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "机构.parquet").write_bytes(content)
    with pytest.raises(FileUnreadable, match=r"机构\.parquet"):
        open_all([tmp_path])


# --- a list, element by element ----------------------------------------------------------------------

PLAIN = st.none() | st.booleans() | st.integers(-999, 10**12) | st.text('甲"\\ ,]a', max_size=5)
KEYS = st.text("甲a ", max_size=2)
VALUES = st.recursive(
    PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3), max_leaves=6
)
SPACED = st.sampled_from([{"indent": None}, {"indent": 1}, {"separators": (" ,\n\t", " : ")}])


def elements(text: str, block: int) -> list[Any]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(objects, "BLOCK", block)
        return list(objects._elements(io.StringIO(text)))


@settings(max_examples=50)
@given(
    values=st.lists(VALUES, max_size=5), block=st.integers(1, 12), spaced=SPACED,
    around=st.text(" \r\n\t", max_size=9),
)  # fmt: skip
def test_a_list_read_in_pieces_is_what_json_says(
    values: list[Any], block: int, spaced: dict[str, Any], around: str
) -> None:
    text = f"{around}{json.dumps(values, ensure_ascii=False, **spaced)}{around}"
    assert elements(text, block) == [json.loads(json.dumps(value), parse_int=str) for value in values]


@given(text=st.text('[]{},:1-"a ', max_size=9), block=st.integers(1, 4))
def test_what_json_takes_for_no_list_is_none(text: str, block: int) -> None:
    try:
        wanted = json.loads(f"[{text}", parse_int=str)
    except ValueError:
        with pytest.raises(ValueError):
            elements(f"[{text}", block)
    else:
        assert elements(f"[{text}", block) == wanted


def test_an_element_may_be_so_long_and_no_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(objects, "LONGEST", 20)
    assert elements('["' + "a" * 10 + '", 1]', 4) == ["a" * 10, "1"]
    with pytest.raises(ValueError, match="too long"):
        elements('["' + "a" * 99 + '"]', 4)


def test_what_stands_under_another_name_of_a_column_is_a_row(reference_store: Store, csv: Make) -> None:
    lines = '{"名称": "甲中心", "所在地区": "涪城区"}\n{"name": "乙中心", "region": "游仙区"}\n'
    report = load(reference_store, [csv("机构.jsonl", lines)], dry_run=True)
    assert [(t.read, t.created, t.rejected) for t in report.tables] == [(2, 1, 1)]
    assert {(issue.row, issue.column) for issue in report.issues} == {(2, "名称"), (2, "所在地区")}
    assert report.notes == ()


def test_parquet_of_a_moment_in_utc_leaves_its_day_to_its_reader(tmp_path: Path) -> None:
    midnight = dt.datetime(2025, 12, 31, 16, tzinfo=dt.UTC)
    columns = {
        "名称": pa.array(["甲"]),
        "所在地区": pa.array(["绵阳市"]),
        "日期": pa.array([midnight], pa.timestamp("ns", "UTC")),
        "主办": pa.array([midnight], pa.timestamp("us", "Asia/Shanghai")),
        "品牌": pa.array([{"a": 1}]),
    }
    pq.write_table(pa.table(columns), tmp_path / "服务活动.parquet")
    found = raw(one(tmp_path / "服务活动.parquet"))[1]
    assert [found[name] for name in ("date", "organizer", "brand")] == [
        "2025-12-31T16:00:00+00:00", "2026-01-01", NESTED,
    ]  # fmt: skip
