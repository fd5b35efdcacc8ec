"""Places and chains by whatever people call them."""

import csv
from pathlib import Path

import pytest

from graph.errors import AmbiguousRegion, UnknownCode, UnknownRegion
from loaders import lookups

FOLDER = Path(__file__).parents[2] / "loaders" / "reference"


def rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


DIVISIONS = {row["adcode"]: row for row in rows("divisions")}

PLACES = {
    "四川省": "510000",
    "四川": "510000",
    "绵阳": "510700",
    "绵阳市": "510700",
    "四川省绵阳市": "510700",
    "涪城区": "510703",
    "涪城": "510703",
    "绵阳市涪城区": "510703",
    "绵阳涪城": "510703",
    "四川省绵阳市涪城区": "510703",
    " 绵阳市　涪城区 ": "510703",
    "阿坝州": "513200",
    "阿坝藏族羌族自治州": "513200",
    "阿坝县": "513231",
    "北川": "510726",
    "凉山": "513400",
    # as they were once called
    "新津县": "510118",
    "双流县": "510116",
    "宜宾县": "511504",
    # of two, the one whose prefecture is named
    "乐山市市中区": "511102",
    "内江市中区": "511002",
    # codes: current, historical, a township's, as a spreadsheet mangles them
    "510700": "510700",
    "510122": "510116",
    "510704001": "510704",
    "510704001000": "510704",
    "510700.0": "510700",
    "５１０７００": "510700",
}


@pytest.mark.parametrize("name", PLACES)
def test_place(name: str) -> None:
    assert lookups.region(name) == PLACES[name]


@pytest.mark.parametrize("code", DIVISIONS)
def test_every_division_by_code_and_full_name(code: str) -> None:
    division, parent = DIVISIONS[code], DIVISIONS.get(DIVISIONS[code]["parent_adcode"])
    assert lookups.region(code) == code
    above = parent["name"] if parent and division["level"] == "3" else ""
    assert lookups.region(above + division["name"]) == code


def test_every_township_stands_for_its_county() -> None:
    assert all(lookups.region(row["code"]) == row["county_adcode"] for row in rows("townships"))


@pytest.mark.parametrize(
    ("name", "candidates"),
    [("市中区", ["511002", "511102", "内江市市中区", "乐山市市中区"]), ("阿坝", ["513200", "513231"])],
)
def test_a_name_of_several_places_lists_them(name: str, candidates: list[str]) -> None:
    with pytest.raises(AmbiguousRegion) as caught:
        lookups.region(name)
    for lang in ("zh", "en"):
        assert all(candidate in caught.value.say(lang) for candidate in candidates)


@pytest.mark.parametrize("name", ["", "北京市", "110000", "999999", "51", "510799", "重庆市渝中区", "N/A", "；"])
def test_no_place_of_the_province(name: str) -> None:
    with pytest.raises(UnknownRegion):
        lookups.region(name)


def test_an_unknown_name_suggests_the_nearest() -> None:
    with pytest.raises(UnknownRegion) as caught:
        lookups.region("涪城区某街道")
    assert "绵阳市涪城区（510703）" in caught.value.way_out("zh")


@pytest.mark.parametrize(
    ("name", "id_"),
    [("CH11", "CH11"), ("ch11", "CH11"), ("优质白酒", "CH11"), ("优质白酒产业", "CH11"), ("优质白酒产业链", "CH11")],
)
def test_chain(name: str, id_: str) -> None:
    assert lookups.chain(name) == id_


@pytest.mark.parametrize("row", rows("industry_chains"), ids=lambda row: row["chain_id"])
def test_every_chain_by_id_and_name(row: dict[str, str]) -> None:
    assert lookups.chain(row["chain_id"]) == lookups.chain(row["chain"]) == row["chain_id"]


@pytest.mark.parametrize("name", ["", "CH99", "白酒酿造", "SC01"])
def test_no_chain(name: str) -> None:
    with pytest.raises(UnknownCode) as caught:
        lookups.chain(name)
    assert "优质白酒" in caught.value.way_out("zh")
