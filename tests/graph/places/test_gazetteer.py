"""Places and chains by whatever people call them."""

import csv
import re
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import AmbiguousRegion, UnknownCode, UnknownRegion
from graph.language import Text
from graph.places import gazetteer
from graph.places.divisions import level
from graph.places.english import in_english, industry_names
from graph.vocabulary import fold

FOLDER = Path(__file__).parents[3] / "graph" / "reference"


def rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


DIVISIONS = {row["adcode"]: row for row in rows("divisions")}
# Where a code was given to another place (码位改派), the two have nothing to do with each other.
CHANGES = [row for row in rows("division_changes") if row["old_name"] and row["type"] != "码位改派"]

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
    "5.10704E+05": "510704",
    "5.10704001E8": "510704",
    "510781000000": "510781",
    "510781000": "510781",
    # the part of the free trade zone, then where in it
    "中国（四川）自由贸易试验区成都片区双流区华府大道": "510116",
    "绵阳市仙海旅游度假区": "510700",
    "５１０７００": "510700",
    "510703 绵阳市涪城区": "510703",
    "涪城区（510703）": "510703",
    # separators, traditional characters, what stands for the whole
    "四川省 / 绵阳市 / 涪城区": "510703",
    "四川-绵阳-涪城": "510703",
    "绵阳市（涪城区）": "510703",
    "綿陽市涪城區": "510703",
    "樂山市五通橋區": "511112",
    "绵阳市本级": "510700",
    "成都市市辖区": "510100",
    "全省": "510000",
    "省本级": "510000",
    # in the prefecture of then or of today
    "资阳市简阳市": "510185",
    "成都市简阳市": "510185",
    "泸州市市中区": "510502",
    "达川地区达县": "511703",
    "渡口市": "510400",
    "甘孜州康定县": "513301",
    # townships and addresses
    "中坝街道": "510781",
    "绵阳市太平镇": "510781",
    "江油市中坝镇诗仙路12号": "510781",
    "攀枝花仁和镇": "510411",
    "四川省绵阳市涪城区临园路12号": "510703",
    "成都市武侯区天府大道": "510107",
    "宜宾县柏溪镇": "511504",
    "新津区（原新津县）五津街道": "510118",
    "江油市江油市场3号": "510781",
    "成都市天府大道北段966号": "510100",
    # zones that are no divisions
    "成都高新区": "510107",
    "成都市高新区天府大道": "510107",
    "成都高新技术产业开发区": "510107",
    "绵阳高新区": "510703",
    "泸州国家高新技术产业开发区": "510502",
    **dict.fromkeys(("阿坝州本级", "阿坝州州级", "阿坝州直", "阿坝州州直属", "阿坝州内"), "513200"),
    **dict.fromkeys(("绵阳市直", "绵阳市市直", "绵阳市级", "绵阳市属", "绵阳本级", "绵阳市市本级"), "510700"),
    **dict.fromkeys(("涪城区级", "涪城区区直属", "涪城区本级"), "510703"),
    **dict.fromkeys(("省直", "省级", "省属", "四川省直", "四川省级", "四川省内", "省内"), "510000"),
    "德阳国家级经开区泰山南路": "510603",
    "雅安国家经济技术开发区": "511803",
    "成都海峡两岸科技产业开发园": "510100",
    "成阿工业园区": "510121",
    "天府新区自贸区": "510100",
    "川南临港自由贸易试验区": "510504",
    "中国（四川）自由贸易试验区临港片区": "510504",
    "青白江铁路港自贸区": "510113",
    "宜宾临港自贸区": "511500",
    "翠屏区自贸区": "511502",
    "甘眉工业园区": "511402",
    "德阳市高新区": "510681",
    "广汉高新区": "510681",
    "宜宾临港": "511500",
    "宜宾市临港经开区": "511500",
    "临港经开区": "511500",
    "游仙高新区": "510704",
    "成都天府新区": "510100",
    "四川天府新区眉山片区": "511400",
    "南充临江新区": "511300",
    # unlisted zones: the place before them
    "蒲江工业园区": "510131",
    "达州市东部经开区": "511700",
    "绵阳科创区创新中心二期": "510700",
    "绵阳市仙海区": "510700",
    "绵阳科技城": "510700",
    "成都现代工业港": "510100",
    # the pilot free trade zone, whose name says nothing of the place
    "中国（四川）自由贸易试验区成都高新区天府三街219号": "510107",
    "中国（四川）自由贸易试验区成都市青白江区桂通北路1号": "510113",
    "中国（四川）自由贸易试验区川南临港片区云台路一段68号": "510504",
    "中国(四川)自由贸易试验区成都天府新区片区": "510100",
    "四川自贸区成都青白江铁路港片区香岛大道1509号": "510113",
    "自贸试验区泸州市龙马潭区": "510504",
    "成都市自由贸易试验区双流片区": "510116",
    # what follows a zone of several counties
    "天府新区仁寿": "511421",
    "四川天府新区眉山市仁寿县视高街道": "511421",
    "天府新区华阳街道": "510116",
    "四川天府新区成都直管区兴隆街道": "510116",
    "成都东部新区三岔街道": "510185",
    "宜宾三江新区沙坪街道": "511502",
    # the built-up part of a town, and a street behind it
    "四川省德阳市区泰山南路220号": "510600",
    "达州市市区朝阳东路": "511700",
    "江油市区诗仙路": "510781",
    "西昌城区航天大道": "513401",
    "会理城关镇": "513402",
    # a seat called after its county
    "会东镇满银路东段81号": "513426",
    "中江镇": "510623",
    "合江镇北街": "510522",
    "凉山州会东镇": "513426",
    # streets with 镇 in their names, and buildings
    "德阳市镇江路12号": "510600",
    "绵阳市古镇街3号": "510700",
    "四川省自贡市泰丰国际贸易中心": "510300",
}


@pytest.mark.parametrize("name", PLACES)
def test_place(name: str) -> None:
    assert gazetteer.region(name) == PLACES[name]


@pytest.mark.parametrize("code", DIVISIONS)
def test_every_division_by_code_and_full_name(code: str) -> None:
    division, parent = DIVISIONS[code], DIVISIONS.get(DIVISIONS[code]["parent_adcode"])
    assert gazetteer.region(code) == code
    above = parent["name"] if parent and division["level"] == "3" else ""
    assert gazetteer.region(above + division["name"]) == code


def test_every_township_stands_for_its_county() -> None:
    assert all(gazetteer.region(row["code"]) == row["county_adcode"] for row in rows("townships"))


SEVERAL = {
    "市中区": "511002 511102",
    "市中区人民路1号": "511002 511102",
    "阿坝": "513200 513231",
    "高新区": "510107 510302 510502 510681 510703 510903 511011 511102 511302 511400 511504 512000",
    "经开区天府路1号": "510112 510500 510603 510700 510800 510900 511000 511300 511600 511803",
    "天府新区": "510100 511400",
    "太平镇": "510525 510781 511025 511111 511325 511781 511826 513402",
    "大竹镇": "511724 511781",
    "中国（四川）自由贸易试验区": "510100 510113 510504",
    "天府新区创新路": "510100 511400",
    "高新区自由贸易试验区": "510107 510502",
}


@pytest.mark.parametrize("name", SEVERAL)
def test_a_name_of_several_places_lists_them(name: str) -> None:
    with pytest.raises(AmbiguousRegion) as caught:
        gazetteer.region(name)
    places = gazetteer.places()
    codes = SEVERAL[name].split()
    zh = "、".join(f"{places[code].full_name}（{code}）" for code in codes)
    en = "; ".join(f"{in_english(code, places[code].name)} ({code})" for code in codes)
    assert caught.value.details == {"value": name, "candidates": Text(zh, en)}


def test_of_places_of_one_name_the_prefecture_is_meant_where_one_is_asked_for() -> None:
    asked = ("阿坝", "甘孜", "凉山", "绵阳市", "涪城区", "阿坝县", "四川省")
    codes = ["513200", "513300", "513400", "510700", "510703", "513231", "510000"]
    assert [gazetteer.prefecture(name) for name in asked] == codes
    for several in ("市中区", "天府新区"):  # two counties, two prefectures
        with pytest.raises(AmbiguousRegion):
            gazetteer.prefecture(several)
    with pytest.raises(UnknownRegion):
        gazetteer.prefecture("阿霸")


WRONG = {
    "": "",
    "；": "",
    "N/A": "",
    "长" * 5000: "",
    "999999": "",
    "51": "",
    "510799": "",
    # outside the province, today or since then
    "北京市": "该地区不在四川省内。",
    "110000": "该地区不在四川省内。",
    "110000001": "该地区不在四川省内。",
    "1100000": "",
    "重庆市渝中区": "该地区不在四川省内。",
    "500103": "该地区不在四川省内。",
    "万县市": "该地区不在四川省内。",
    "510202": "该地区不在四川省内。",
    "510702": "这是“市中区”的旧代码，1992 年已撤销；请写今天的区县。",
    "510102.0": "这是“东城区”的旧代码，1990 年已撤销；请写今天的区县。",
    # what contradicts itself
    "绵阳市武侯区": "“武侯区”是 成都市武侯区（510107），不在绵阳市。",
    "绵阳市武侯区天府大道1号": "“武侯区”是 成都市武侯区（510107），不在绵阳市。",
    "成都市武侯区锦江区": "“锦江区”是 成都市锦江区（510104），不在成都市武侯区。",
    "绵阳市犀浦街道": "“犀浦街道”是 成都市郫都区（510117），不在绵阳市。",
    "成都绵阳": "“绵阳”是 绵阳市（510700），不在成都市。",
    "中国（四川）自由贸易试验区绵阳市武侯区": "是否指 成都市武侯区（510107）、绵阳市（510700）？",
    "自贸区临港经开区": "",
    "绵阳市会东镇": "“会东镇”是 凉山彝族自治州会东县（513426），不在绵阳市。",
    "绵阳市犀浦镇北街1号": "是否指 绵阳市（510700）？",
    "绵阳市武候区": "是否指 绵阳市（510700）、绵阳市涪城区（510703）、绵阳市游仙区（510704）？",
    "绵阳市渝中区": "是否指 绵阳市（510700）、绵阳市涪城区（510703）、绵阳市游仙区（510704）？",
    "510703绵阳市游仙区": "代码与名称不符：代码为 绵阳市涪城区（510703）。",
    # misspellings
    "绵羊市": "是否指 绵阳市（510700）、德阳市绵竹市（510683）？",
    "成度市": "是否指 成都市（510100）？",
    "绵阳市涪程区": "是否指 绵阳市涪城区（510703）、绵阳市（510700）？",
    "绵阳市涪程区临园路12号": "是否指 绵阳市涪城区（510703）、绵阳市（510700）？",
    # a street or a town's side may bear a place's name
    "成都路12号": "是否指 成都市（510100）？",
    "西区大道12号": "是否指 攀枝花市西区（510403）？",
    "成都金牛大道": "是否指 成都市金牛区（510106）、成都市（510100）？",
    "临港大道": "",
}


def test_every_english_name_that_is_shown_is_taken() -> None:
    shown = {code: in_english(code, place.name) for code, place in gazetteer.places().items()}
    assert {code: gazetteer.region(name) for code, name in shown.items()} == {code: code for code in shown}


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("mianyang city", "510700"), ("Fucheng", "510703"), ("FUCHENG, MIANYANG", "510703"), ("Sichuan", "510000"),
        ("Guang’an, Guang’an", "511602"), ("Guang'an", "511600"), ("Aba", "513200"), ("Aba County, Aba", "513231"),
        ("Garze", "513300"), ("Wenjiang District", "510115"),
    ],
)  # fmt: skip
def test_english_names_in_other_spellings(name: str, code: str) -> None:
    assert gazetteer.region(name) == code


def test_an_english_name_of_several_and_of_none() -> None:
    with pytest.raises(AmbiguousRegion) as several:
        gazetteer.region("Shizhong")
    assert several.value.say("zh") == "地区“Shizhong”有多种可能：内江市市中区（511002）、乐山市市中区（511102）"
    assert several.value.say("en") == (
        "Region “Shizhong” fits several places: Shizhong, Neijiang (511002); Shizhong, Leshan (511102)"
    )
    for name in ("Mars", "City", "Mianyang 12", "a"):
        with pytest.raises(UnknownRegion):
            gazetteer.region(name)


@pytest.mark.parametrize("name", WRONG, ids=lambda name: name[:16])
def test_no_place_of_the_province_and_why(name: str) -> None:
    with pytest.raises(UnknownRegion) as caught:
        gazetteer.region(name)
    assert caught.value.way_out("zh") == f"{WRONG[name]}请用行政区划代码或全称，如 510700 或 绵阳市。"
    said = caught.value.way_out("en").removesuffix("Use a code or full name, e.g. 510700 or Mianyang.")
    assert re.findall(r"\d{6}", said) == re.findall(r"\d{6}", WRONG[name])
    assert bool(said) == bool(WRONG[name])


def spellings(code: str) -> list[str]:
    """Everything that a division may be called: short or long, with and without what lies above it."""
    name, parent = DIVISIONS[code]["name"], DIVISIONS[code]["city"]
    own = [name, gazetteer.short_name(name), gazetteer.short_name(name) + name[-1]]
    above = [parent, gazetteer.short_name(parent)] if DIVISIONS[code]["level"] == "3" else []
    inside = [f"{a}{mark}{o}" for a in above for mark in ("", "/", " ") for o in own]
    return [f"{before}{n}" for before in ("", "四川", "四川省", "四川省-") for n in (*own, *inside)]


@given(st.sampled_from(sorted(set(DIVISIONS) - {"510000"})), st.data())
def test_every_spelling_is_the_division_or_lists_it(code: str, data: st.DataObject) -> None:
    spelling = data.draw(st.sampled_from(spellings(code)))
    try:
        assert gazetteer.region(spelling) == code
    except AmbiguousRegion as error:
        assert f"（{code}）" in error.say()


@given(st.sampled_from(sorted(c for c in DIVISIONS if DIVISIONS[c]["level"] == "3")), st.integers(1, 999))
def test_an_address_behind_the_full_name_is_in_the_county(code: str, number: int) -> None:
    full = DIVISIONS[code]["city"] + DIVISIONS[code]["name"]
    assert gazetteer.region(f"四川省{full}人民路{number}号") == code


def test_every_township_by_county_and_name() -> None:
    for row in rows("townships"):
        county = DIVISIONS[row["county_adcode"]]
        assert gazetteer.region(county["city"] + county["name"] + row["name"] + "1号") == row["county_adcode"]
        try:
            assert gazetteer.region(row["name"]) == row["county_adcode"]
        except AmbiguousRegion as error:
            assert f"（{row['county_adcode']}）" in error.say()


def today(code: str, name: str) -> str:
    """Follow a division by code and name through the changes to its code of today; empty where the track is lost."""
    changes = [row for row in CHANGES if row["new_code"]]
    for _ in changes:
        if DIVISIONS.get(code, {}).get("name") == name:
            return code
        after = [(r["new_code"], r["new_name"]) for r in changes if (r["old_code"], r["old_name"]) == (code, name)]
        if not after:
            return ""
        code, name = after[-1]
    return ""


def test_every_former_name_is_the_division_of_today() -> None:
    names = {
        name
        for row in DIVISIONS.values()
        for name in (row["name"], gazetteer.short_name(row["name"]) + row["name"][-1])
    }
    seen = 0
    for row in CHANGES:
        code = today(row["old_code"], row["old_name"])
        if not code:
            continue
        seen += 1
        if row["old_code"] not in DIVISIONS:
            assert gazetteer.region(row["old_code"]) == code
        full = DIVISIONS[code]["city"] + row["old_name"] if DIVISIONS[code]["level"] == "3" else row["old_name"]
        for spelling in {full, row["old_name"]} - names:
            try:
                assert gazetteer.region(spelling) == code, spelling
            except AmbiguousRegion as error:
                assert f"（{code}）" in error.say(), spelling
    assert seen > 200


def test_a_new_text_is_read_in_a_fifth_of_a_millisecond() -> None:
    gazetteer.region("江油市中坝镇")
    counties = [row for row in DIVISIONS.values() if row["level"] == "3"]
    texts = [f"{row['city']}{row['name']}解放路{n}号" for row in counties for n in range(1000, 1005)]
    started = time.process_time()
    for text in texts:
        gazetteer.region(text)
    assert (time.process_time() - started) / len(texts) < 0.5e-3  # 0.1 ms on a quiet machine


@pytest.mark.parametrize(
    ("name", "id_"),
    [
        ("CH11", "CH11"),
        ("ch11", "CH11"),
        ("优质白酒", "CH11"),
        ("优质白酒产业", "CH11"),
        ("优质白酒产业链", "CH11"),
        ("優質白酒", "CH11"),
        ("白酒", "CH11"),
        ("集成电路", "CH01"),
        ("新型显示", "CH01"),
        ("川菜产业链", "CH21"),
        ("生猪", "CH19"),
        ("新能源汽车", "CH08"),
        ("软件和信息技术服务业", "CH04"),
        ("6.智能装备", "CH06"),
        ("（十）医药健康", "CH13"),
        ("5G", "CH02"),
        ("蔬菜", "CH21"),
        ("生猪产业链", "CH19"),
        ("先进材料产业", "CH14"),
    ],
)
def test_chain(name: str, id_: str) -> None:
    assert gazetteer.chain(name) == id_


@pytest.mark.parametrize("row", rows("industry_chains"), ids=lambda row: row["chain_id"])
def test_every_chain_by_id_and_name(row: dict[str, str]) -> None:
    english = industry_names()[row["chain_id"]]
    assert {gazetteer.chain(name) for name in (row["chain_id"], row["chain"], english)} == {row["chain_id"]}


def test_a_common_name_is_of_one_chain_and_none_of_the_chains_names() -> None:
    common = rows("chain_names")
    assert {row["name"]: gazetteer.chain(row["name"]) for row in common} == {
        row["name"]: row["chain_id"] for row in common
    }
    assert len({fold(row["name"]) for row in common}) == len(common)


@pytest.mark.parametrize(
    ("name", "offered"),
    [
        ("白酒酿造", "可用：优质白酒?（共 40 项中最相近的）"),
        ("智能装配", "可用：智能装备?"),
        ("物流", "可用：现代农业烘干冷链物流?、现代物流?（共 40 项中最相近的）"),
        ("电子信息", "可用：集成电路与新型显示?、新一代网络技术?、大数据?（共 40 项中最相近的）"),
        ("能源化工产业", "可用：清洁能源?、绿色化工?（共 40 项中最相近的）"),
        ("", "集成电路与新型显示、新一代网络技术"),
        ("CH99", "集成电路与新型显示、新一代网络技术"),
        ("务", "可用"),
    ],
)
def test_no_chain_and_what_comes_near(name: str, offered: str) -> None:
    with pytest.raises(UnknownCode) as caught:
        gazetteer.chain(name)
    assert offered in caught.value.way_out("zh")


def test_the_level_of_a_division_is_told_by_its_code() -> None:
    assert {code: level(code) for code in DIVISIONS} == {code: int(row["level"]) for code, row in DIVISIONS.items()}


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("绵阳", "510700"), ("四川省绵阳市", "510700"), ("绵阳-涪城", "510703"), ("资阳市简阳市", "510185"),
        ("新津县", "510118"), ("綿陽市", "510700"), ("510703", "510703"), ("四川", "510000"),
        ("Fucheng, Mianyang", "510703"), ("成都高新区", "510107"), ("会东镇", "513426"),
    ],
)  # fmt: skip
def test_a_division_by_its_name_alone(name: str, code: str) -> None:
    assert gazetteer.division(name) == code


@pytest.mark.parametrize(
    "text", ["绵阳市生产力促进中心", "绵阳市涪城区某路1号", "涪城区人民政府", "绵阳科技城管委会", "川南"]
)
def test_what_holds_more_than_a_name_is_no_division(text: str) -> None:
    with pytest.raises(UnknownRegion):
        gazetteer.division(text)


@pytest.mark.parametrize("code", DIVISIONS)
def test_every_division_is_one_by_code_and_full_name(code: str) -> None:
    assert gazetteer.division(code) == code == gazetteer.division(gazetteer.places()[code].full_name)


def test_a_short_name_leaves_the_type_out_but_no_single_character() -> None:
    names = ("四川省", "绵阳市", "北川羌族自治县", "涪城区", "阿坝藏族羌族自治州", "茂县", "市中区", "绵阳")
    assert [gazetteer.short_name(name) for name in names] == [
        "四川", "绵阳", "北川", "涪城", "阿坝", "茂县", "市中", "绵阳"
    ]  # fmt: skip
