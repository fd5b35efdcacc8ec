"""The closed lists: well formed, unambiguous, as long as the notice and the contract say, and open to one more line."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from graph.errors import UnknownCode
from graph.language import Text
from graph.vocabulary import allowed, fold, names, vocabulary
from loaders.tables import TABLES

ROOT = Path(__file__).parents[2]
LENGTHS = {
    "service_types": 13,
    "cooperation_dimensions": 6,
    "clauses": 21,
    "window_kinds": 4,
    "industry_systems": 3,
    "economic_zones": 5,
    "levels": 4,
    "modes": 2,
    "chain_stages": 3,
    "coverage_states": 5,
    "data_classes": 3,
    "feedback_kinds": 3,
}
CONTRACT = {
    "organization_kinds": "企业/服务机构/高等院校/科研院所/行业协会/商会/服务联盟/政府部门/龙头企业/志愿者组织",
    "window_kinds": "省级枢纽/市州窗口/产业集群窗口/服务站点",
    "carrier_kinds": "公共服务示范平台/小微双创示范基地/科技企业孵化器/众创空间/"
    "星级服务机构/服务联盟/产业园区/开发区/其他",
    "levels": "国家级/省级/市级/县级",
    "resource_kinds": "服务产品/专家导师/仪器设备/技术成果/场地/资金/市场渠道/品牌/培训",
    "modes": "线上/线下",
    "cooperation_dimensions": "供应链/创新链/资金链/管理链/价值链/品牌链",
    "chain_stages": "上游/中游/下游",
    "feedback_kinds": "评价/投诉/回访",
    "service_types": "信息咨询/创业辅导/技术支持/投资融资/市场开拓",
}
STATES = {"not_applicable", "unknown", "empty", "partial", "covered"}

each = pytest.mark.parametrize("name", names())


@each
def test_ids_are_unique(name: str) -> None:
    lines = (ROOT / "graph" / "vocabulary" / f"{name}.yml").read_text(encoding="utf-8").splitlines()
    ids = [line.removeprefix("  - id: ") for line in lines if line.startswith("  - id: ")]
    assert len(ids) == len(set(ids)) == len(vocabulary(name)) > 1


@each
def test_every_entry_is_labelled_in_both_languages(name: str) -> None:
    words = vocabulary(name)
    assert all((*words.label, *words.note))
    for entry in words:
        assert entry.label.zh.strip() and entry.label.en.strip(), entry.id
        assert not any("\u4e00" <= letter <= "\u9fff" for letter in entry.label.en), entry.id


@each
def test_a_spelling_means_one_entry(name: str) -> None:
    meanings: dict[str, set[str]] = {}
    for entry in vocabulary(name):
        for spelling in (entry.id, entry.label.zh, entry.label.en, *entry.aliases):
            meanings.setdefault(fold(spelling), set()).add(entry.id)
    assert {spelling: ids for spelling, ids in meanings.items() if len(ids) > 1} == {}


@each
def test_every_spelling_is_understood(name: str) -> None:
    for entry in vocabulary(name):
        for spelling in (entry.id, entry.label.zh, entry.label.en, *entry.aliases):
            assert vocabulary(name).resolve(f" {spelling.upper()}\u3000") == entry.id


@pytest.mark.parametrize("numbered", ["1.信息咨询", "（一）信息咨询", "一、信息咨询", "12)信息咨询", "(3)信息咨询服务"])
def test_the_number_of_a_list_is_no_part_of_a_term(numbered: str) -> None:
    assert vocabulary("service_types").resolve(numbered) == "SC01"


@pytest.mark.parametrize("none", ["1.", "(一)", "一", "1.5", "1信息咨询"])
def test_a_number_alone_is_no_term(none: str) -> None:
    with pytest.raises(UnknownCode):
        vocabulary("service_types").resolve(none)


@each
def test_clauses_are_those_of_the_notice(name: str) -> None:
    for entry in vocabulary(name):
        assert entry.clause is None or entry.clause in range(1, 22), entry.id


@pytest.mark.parametrize("name", LENGTHS)
def test_lists_are_as_long_as_in_the_notice(name: str) -> None:
    assert len(vocabulary(name)) == LENGTHS[name]


def test_clauses_number_themselves() -> None:
    assert [(entry.id, entry.clause) for entry in vocabulary("clauses")] == [(str(n), n) for n in range(1, 22)]


@pytest.mark.parametrize("name", CONTRACT)
def test_the_words_of_the_contract(name: str) -> None:
    words = CONTRACT[name].split("/")
    assert [vocabulary(name).text(vocabulary(name).resolve(word)) for word in words] == words


def test_states_of_a_cell() -> None:
    assert set(vocabulary("coverage_states").ids) == STATES


def test_an_unknown_word_names_the_list_and_the_nearest() -> None:
    with pytest.raises(UnknownCode) as caught:
        vocabulary("service_types").resolve("技术支撑")
    assert "服务类型" in caught.value.say("zh")
    assert "Service type" in caught.value.say("en")
    assert caught.value.way_out("zh").startswith("可用：技术支持?")
    assert caught.value.way_out("en") == "Allowed: Technical support? (the nearest of 13)"


def test_what_comes_near_is_offered_else_everything() -> None:
    a, b, c, d, z, q = (Text(name, f"{name}{name}") for name in "ABCDZQ")
    labels = {"abcd": a, "abce": b, "abcf": c, "abcg": d, "zabz": z, "z": z}
    every = Text("A、B、C、D、Z", "AA, BB, CC, DD, ZZ")
    assert allowed("b", labels) == every  # one character is part of too much
    assert allowed("", labels) == every
    assert allowed("ab", {"xxxxabxxxx": a, "yy": b}) == Text("A?（共 2 项中最相近的）", "AA? (the nearest of 2)")
    three = Text("A?、B?、C?（共 5 项中最相近的）", "AA?, BB?, CC? (the nearest of 5)")
    assert allowed("abcd", labels) == three
    first = Text("Q?、A?、B?（共 5 项中最相近的）", "QQ?, AA?, BB? (the nearest of 5)")
    assert allowed("abcd", labels, [q]) == first


def test_a_list_is_a_mapping_in_its_order_and_what_an_entry_has_beside_is_kept() -> None:
    levels = vocabulary("levels")
    assert [e.id for e in levels] == list(levels.ids)
    assert [id_ in levels for id_ in (*levels.ids, "none", "国家级")] == [True] * len(levels) + [False, False]
    assert all(set(e.extra) & {"id", "zh", "en", "aliases", "clause"} == set() for e in levels)
    assert all(isinstance(e["rank"], int) for e in levels)
    assert [levels.text(id_, "en") for id_ in (None, "none")] == ["", "none"]


def test_every_list_of_a_table_exists() -> None:
    used = {column.vocabulary for table in TABLES.values() for column in table.columns} - {None}
    assert used <= set(names())


ONE_MORE = """  - id: SC14
    zh: 绿色转型
    en: Green transition
    aliases: [低碳服务]
    clause: 9
"""
ASK = """
import json
from graph.schema import nodes
from graph.vocabulary import vocabulary
from loaders.reference.graph import reference_facts
from loaders.tables import TABLES
from loaders.tables.columns import allowed
column = TABLES["resources"].column("service_types")
types = reference_facts().tables[nodes()["ServiceType"]]
print(json.dumps({
    "parsed": column.parse("低碳服务；技术支持"),
    "allowed": allowed(column),
    "node": [row for row in types.select(["key", "name"]).to_pylist() if row["key"] == "SC14"],
    "label": vocabulary("service_types").text("SC14", "en"),
}))
"""


@pytest.mark.slow
def test_one_more_entry_is_one_change(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "graph", tmp_path / "graph", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "loaders").symlink_to(ROOT / "loaders")
    with (tmp_path / "graph" / "vocabulary" / "service_types.yml").open("a", encoding="utf-8") as file:
        file.write(ONE_MORE)
    environment = {**os.environ, "PYTHONPATH": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"}
    told = subprocess.run(
        [sys.executable, "-c", ASK], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    answer = json.loads(told.stdout)
    assert answer["parsed"] == ["SC03", "SC14"]
    assert answer["allowed"][-1] == "绿色转型"
    assert answer["node"] == [{"key": "SC14", "name": "绿色转型"}]
    assert answer["label"] == "Green transition"
