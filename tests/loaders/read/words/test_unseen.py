"""Characters that nobody sees are taken away in every format, from cells, headers, names of sheets and notes."""

import json
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from graph.stores.base import Store
from loaders.pipeline import load
from loaders.read import open_all
from loaders.read.words.unseen import seen, seen_text

Make = Callable[..., Path]
SEEN = {
    "甲一\u200b中\u200d心": "甲一中心",
    "\ufeff甲一中心\u2060": "甲一中心",
    "甲\u00ad一中心": "甲一中心",
    "\u202a甲一中心\u202c": "甲一中心",
    "葛\U000e0100洲坝": "葛洲坝",
    "✔\ufe0f": "✔",
    "\u200b\u3164": "",
    "甲\u00a0一\u202f中\ue5e5心": "甲 一 中 心",
    "甲\u3000一": "甲\u3000一",
    "plain": "plain",
}


def test_what_nobody_sees_is_taken_away() -> None:
    assert [*map(seen_text, SEEN)] == [*SEEN.values()]
    assert seen(pa.array([*SEEN])).to_pylist() == [*SEEN.values()]
    plain = pa.array(["甲一中心", "plain"])
    assert seen(plain) is plain


HEADER = ["名\u200b称", "所在\u00a0地区", "\u202a备注一"]
ROW = ["甲一\u200b中心", "涪\ufeff城区", "好\u2060"]


def _file(kind: str, folder: Path, csv: Make, xlsx: Make) -> Path:
    if kind == "xlsx":
        return xlsx("表.xlsx", {"机\u200b构": [HEADER, ROW]})
    if kind == "jsonl":
        return csv("\u202a机构.jsonl", json.dumps(dict(zip(HEADER, ROW, strict=True)), ensure_ascii=False))
    if kind == "parquet":
        pq.write_table(
            pa.table({title: [cell] for title, cell in zip(HEADER, ROW, strict=True)}), folder / "机构.parquet"
        )
        return folder / "机构.parquet"
    return csv("机构\u200b.csv", f"{','.join(HEADER)}\n{','.join(ROW)}\n")


@pytest.mark.parametrize("kind", ["csv", "xlsx", "jsonl", "parquet"])
def test_in_every_format(kind: str, tmp_path: Path, csv: Make, xlsx: Make) -> None:
    (sheet,) = open_all([_file(kind, tmp_path, csv, xlsx)])
    assert (sheet.table.name, sheet.ignored, sheet.warnings) == ("organizations", ("备注一",), ())
    (chunk,) = sheet.chunks()
    assert {name: cells.to_pylist() for name, cells in chunk.columns.items()} == {
        "name": ["甲一中心"], "region": ["涪城区"],
    }  # fmt: skip
    assert [cells.to_pylist() for cells in chunk.cells] == [["甲一中心"], ["涪城区"], ["好"]]


def test_a_name_with_them_is_the_name_without(store: Store, csv: Make) -> None:
    csv("source.yml", "headers: {单位\u200b: 名称}\n")
    head = "单位\ufeff,所在地区\n"
    first = load(store, [csv("机构.csv", f"{head}甲一中心,涪城区\n")])
    again = load(store, [csv("机构.csv", f"{head}甲一\u200b中心,涪城区\n\u200b,\u2060\n乙二\u2060,\u200b中心\n")])
    assert [(t.read, t.created, t.unchanged, t.rejected) for t in (*first.tables, *again.tables)] == [
        (1, 1, 0, 0), (2, 0, 1, 1),
    ]  # fmt: skip
    assert [(i.row, i.column, i.value) for i in again.issues] == [(4, "所在地区", "中心")]
