"""Of where a table is by the words around it."""

from collections.abc import Callable
from pathlib import Path, PurePosixPath

import pytest

from graph.errors import MissingColumn
from graph.language import Text
from graph.stores.base import Store
from loaders.pipeline import load
from loaders.read.words.delivery import DeliveryNote
from loaders.read.words.places_said import county_said, place_around, place_of_cells, place_said, prefecture_said
from loaders.read.words.surroundings import TitleWords

FILE = PurePosixPath("绵阳/包.ZIP/德阳/a.csv")


def words(*texts: str) -> list[TitleWords]:
    return [TitleWords(text, Text(text, text)) for text in texts]


def test_the_prefecture_is_that_of_the_nearest_words_that_name_one_alone() -> None:
    assert place_said(words("绵阳市和德阳市", "三台县名单", "成都")) == ("绵阳市", Text("三台县名单", "三台县名单"))
    assert place_said(words("绵阳涪城区")) == ("绵阳市", Text("绵阳涪城区", "绵阳涪城区"))
    assert place_said(words("四川省名单")) is None
    assert place_said(words("市中区名单")) is None  # of 乐山, or of 内江


@pytest.mark.parametrize(
    ("cells", "place"),
    [
        (["全市", "涪城区", "游仙区", ""], "绵阳市"), (["涪城区", "游仙区"], ""), (["全市", "涪城区", "武侯区"], ""),
        (["全市"], ""), (["全市", "四川省", "涪城区"], "绵阳市"),
    ],
)  # fmt: skip
def test_a_column_with_a_row_of_its_whole_says_whose_it_is(cells: list[str], place: str) -> None:
    assert place_of_cells(cells) == place


@pytest.mark.parametrize(
    ("title", "note", "cells", "place", "source"),
    [
        ("成都名单", DeliveryNote(region="绵阳市", sender="德阳"), [], "绵阳市", "source.yml"),
        ("成都名单", DeliveryNote(sender="德阳市经信局"), ["全市", "涪城区"], "成都市", "成都名单"),
        ("名单", DeliveryNote(sender="德阳市经信局"), ["全市", "涪城区"], "德阳市", "报送单位“德阳市经信局”"),
        ("名单", DeliveryNote(), ["全市", "涪城区"], "绵阳市", "同列的其他地名"),
        ("名单", DeliveryNote(), ["涪城区"], "德阳市", "文件夹“德阳”"),
    ],
)
def test_who_says_where_a_table_lies(title: str, note: DeliveryNote, cells: list[str], place: str, source: str) -> None:
    found = place_around(words(title), note, cells, FILE)
    assert found
    assert (found[0], found[1].zh) == (place, source)
    assert place_around(words("名单"), DeliveryNote(), [], PurePosixPath("a.csv")) is None


@pytest.mark.parametrize(
    ("titles", "place"),
    [
        (("绵阳市第五批小巨人名单",), "绵阳市"),
        (("四川省成都市企业名单",), "成都市"),
        (("名单", "甘孜藏族自治州机构名单"), "甘孜藏族自治州"),
        (("名单", "绵阳机构名单"), None),  # not in full: 成都银行客户名单 is of no place
        (("绵阳市、德阳市企业名单", "绵阳市"), None),
        (("绵阳市企业名单（不含涪城区）",), None),
        (("四川省企业名单",), None),
    ],
)
def test_a_title_may_be_of_a_whole_prefecture(titles: tuple[str, ...], place: str | None) -> None:
    found = prefecture_said(words(*titles))
    assert (found and found[0]) == place


def test_of_one_county_the_title_says_so() -> None:
    assert county_said(words("名单", "三台县企业名单")) == ("绵阳市三台县", Text("三台县企业名单", "三台县企业名单"))
    assert county_said(words("三台县、盐亭县企业名单")) is None
    assert county_said(words("雨城区等8个县区名单")) is None


@pytest.mark.parametrize(
    ("folder", "title", "places"),
    [
        ("2024报送/三台县", "", {"510722"}),
        ("乐山市/市中区", "", {"511102"}),
        ("绵阳市报送材料", "", {"510700"}),
        ("绵阳市", "三台县服务机构名单\n", {"510722"}),
        ("绵阳市", "绵阳市、德阳市服务机构名单\n", None),
        ("绵阳市/德阳市、广元市", "", None),
        ("材料", "", None),
        ("三台县", "sender: 绵阳市窗口", {"510722"}),
        ("三台县", "sender: 内江市窗口", None),  # a folder of another place than the sender's
    ],
)
def test_a_list_without_places_lies_where_its_folder_says(
    reference_store: Store, tmp_path: Path, folder: str, title: str, places: set[str] | None
) -> None:
    file = tmp_path / folder / "机构.csv"
    file.parent.mkdir(parents=True)
    if sent := title.startswith("sender"):
        file.with_name("source.yml").write_text(title, encoding="utf-8")
    file.write_text(f"{'' if sent else title}名称,类型\n示例-甲,服务机构\n", encoding="utf-8")
    top = tmp_path / folder.partition("/")[0]
    if places is None:
        with pytest.raises(MissingColumn):
            load(reference_store, [top], dry_run=True)
        return
    report = load(reference_store, [top], dry_run=True)
    assert report.delta
    assert {r["to_key"] for c in report.delta.of("LOCATED_IN") for r in c.created.to_pylist()} == places
    assert any("所在地区 按“" in warning.zh for warning in report.warnings)


FIRMS = "企业名称,{header}\n甲公司,广安\n乙公司,{other}\n丙公司,阿坝\n"
GROUPS = "序号,企业名称\n达州（1家）,\n1,甲公司\n广安（1家）,\n1,乙公司\n阿坝,\n1,丙公司\n"
OWN = "市州,产业链,企业数\n广安本级,智能装备,1\n达州,智能装备,2\n"
SHARED = {
    "under a header of prefectures": (
        "企业.csv", FIRMS.format(header="市州", other="岳池县"), ["511600", "511621", "513200"],
    ),
    "beside other prefectures": (
        "企业.csv", FIRMS.format(header="所在地区", other="达州"), ["511600", "511700", "513200"],
    ),
    "beside a county": ("企业.csv", FIRMS.format(header="所在地区", other="岳池县"), ["511621"]),
    "among headings": ("企业.csv", GROUPS, ["511600", "511700", "513200"]),
    "across": ("企业数量.csv", "产业链,达州,广安\n智能装备,1,2\n", ["511600", "511700"]),
    "its own part": ("企业数量.csv", OWN, ["511600", "511700"]),
    "with a county": ("企业.csv", "企业名称,市州,区县\n甲公司,广安,广安\n乙公司,甘孜,/\n", ["511602", "513300"]),
}  # fmt: skip


@pytest.mark.parametrize(("name", "text", "codes"), SHARED.values(), ids=SHARED)
def test_a_name_of_a_prefecture_and_its_county_among_prefectures(
    reference_store: Store, csv: Callable[..., Path], name: str, text: str, codes: list[str]
) -> None:
    report = load(reference_store, [csv(name, text)], dry_run=True)
    assert report.delta
    found = [row["to_key"] for change in report.delta.of("LOCATED_IN") for row in change.created.to_pylist()]
    assert sorted(found) == codes


def test_sheets_of_prefectures(reference_store: Store, xlsx: Callable[..., Path]) -> None:
    sheets = {name: [["名称", "类型"], [f"{name}中心", "服务机构"]] for name in ("达州", "广安", "甘孜")}
    report = load(reference_store, [xlsx("机构.xlsx", sheets)], dry_run=True)
    assert report.delta
    (places,) = report.delta.of("LOCATED_IN")
    assert sorted(row["to_key"] for row in places.created.to_pylist()) == ["511600", "511700", "513300"]
