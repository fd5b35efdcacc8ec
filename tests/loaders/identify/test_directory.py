"""Who a mention means: one node, whatever names its rows have; nobody, or several, is said."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from graph.stores.base import ReadSession, Store
from loaders.identify.directory import Directory, Nobody
from loaders.identify.known import namesake
from loaders.identify.resolver import Decision, Entity
from tests.support.handmade import link, write
from tests.support.stores import new_store

HERE, THERE = "510722", "510723"
ONE, OTHER = (Entity(key, "示例-研究院", "510700", "") for key in ("a", "b"))
STATION, PLATFORM = "绵阳市窗口平台", "无此窗口"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with new_store(Path(tmp_path_factory.mktemp("directory")) / "w.lbug") as made:
        yield made


def found(directory: Directory, label: str, *names: str) -> list[tuple[str | None, str | None]]:
    rows = directory.find((label,), pd.Series(names))
    return [(None, None) if error else (of, key) for of, key, error in zip(*rows.to_dict("list").values(), strict=True)]


def test_two_that_are_decided_to_be_one_are_one_candidate(store: Store) -> None:
    same = Decision("Organization", ONE, OTHER, "same", "2026-06-01")
    with store.read() as session:
        assert found(Directory(session, [same]), "Organization", ONE.name) == [("Organization", "a")]
        apart = Directory(session, [Decision("Organization", ONE, OTHER, "different", "2026-06-01")])
        assert found(apart, "Organization", ONE.name) == [(None, None)]
        [error] = apart.find(("Organization",), pd.Series([ONE.name]))["error"]
    assert error.reason.zh == "“示例-研究院”有多种可能：示例-研究院（绵阳市，b）、示例-研究院（绵阳市，a）"


def test_what_has_no_code_is_known_by_its_name(store: Store) -> None:
    with store.read() as session:
        directory = Directory(session)
        [known, unknown] = found(directory, "Window", STATION, PLATFORM)
        assert known[0] == "Window"
        assert known[1] in directory.keys("Window")
        assert unknown == (None, None)
        [error] = directory.find(("Window",), pd.Series([PLATFORM]))["error"]
    assert isinstance(error, Nobody)
    assert error.reason.zh == "没有名为“无此窗口”的登记对象，请先在相应的表中登记"


def test_a_site_is_one_in_its_prefecture(store: Store) -> None:
    with store.read() as session:
        directory = Directory(session)
        names, regions = pd.Series(["示例-载体"] * 3), pd.Series([HERE, THERE, "510100"])
        mine, same, elsewhere = directory.identify("Carrier", names, regions)
        assert mine == same != elsewhere
        near = directory.find(("Carrier",), pd.Series(["示例-载体"] * 2), pd.Series([HERE, "510100"]))
    assert near["key"].tolist() == [mine, elsewhere]


CODE, OLD, SAME = "91510700MA6XXXXX1A", "示例-旧名研究院", "示例-转移中心"
BORNE = f"{OLD}(2010-01-01~2024-02-29)"
NAMES = pd.Series(["示例-新名研究院", SAME, SAME, OLD], index=[4, 5, 6, 7])
REGIONS = pd.Series([HERE, THERE, "510104", "511502"], index=NAMES.index)


def entered(session: ReadSession, label: str = "Organization") -> tuple[Directory, list[str]]:
    """Four rows: one has a code and left its name, two bear one name, the last has now what the first was called."""
    directory = Directory(session)
    codes, former = pd.Series([CODE, None, None, ""], NAMES.index), pd.Series([(BORNE,), None, None, None], NAMES.index)
    keys = directory.identify(label, NAMES, REGIONS, codes, former)
    assert keys.index.tolist() == [4, 5, 6, 7]
    return directory, keys.tolist()


def test_a_subject_is_its_code_or_its_name_in_its_prefecture(store: Store) -> None:
    with store.read() as session:
        directory, keys = entered(session)
        assert keys == [CODE, *(namesake("Organization", n, r) for n, r in list(zip(NAMES, REGIONS, strict=True))[1:])]
        assert len(set(keys)) == 4
        assert directory.fresh == {"Organization": keys, "Enterprise": []}
        assert directory.identify("Organization", NAMES, REGIONS).tolist() == [
            namesake("Organization", NAMES[4], HERE), *keys[1:]
        ]  # fmt: skip
        assert directory.fresh["Organization"] == [*keys, namesake("Organization", NAMES[4], HERE)]
        assert directory.keys("Organization") >= set(directory.fresh["Organization"])
        assert [directory.region_of("Organization", key) for key in (*keys, "nobody")] == [*REGIONS, None]
        assert directory.own_keys("Organization", keys[1]) == {keys[1]}
        of = directory.entities("Organization").set_index("key")
        assert of.loc[keys].reset_index().to_dict("split")["data"] == [
            [key, name, region, CODE if key == CODE else ""]
            for key, name, region in zip(keys, NAMES, REGIONS, strict=True)
        ]  # fmt: skip
        assert directory.entities("Enterprise")["key"].isin(keys).sum() == 0


def means(directory: Directory, mentions: list[str | None], near: list[str | None], on: list[date]) -> list[object]:
    at = range(9, 9 - len(mentions), -1)
    rows = directory.find(("Enterprise", "Organization"), *(pd.Series(of, at) for of in (mentions, near, on)))
    assert rows.index.tolist() == [*at]
    keys = rows["key"].tolist()
    assert [row["label"] for row in rows.to_dict("records")] == ["Organization" if key else None for key in keys]
    return [key or (error and error.reason.en) for key, error in zip(keys, rows["error"].tolist(), strict=True)]


def test_a_mention_means_who_bears_the_name_or_bore_it_on_that_day(store: Store) -> None:
    with store.read() as session:
        directory, (coded, mine, theirs, now) = entered(session)
        first, last = date(2010, 1, 1), date(2024, 2, 29)
        days = [date(2009, 12, 31), first, last, date(2024, 3, 1)]
        assert means(directory, [OLD] * 4, [None] * 4, days) == [now, coded, coded, now]
        assert means(directory, [OLD, OLD, None], ["511503", "510703", "510703"], [last] * 3) == [now, coded, None]
        assert directory.find(("Enterprise",), pd.Series([OLD]), days=pd.Series([last]))["key"].tolist() == [None]
        organization = directory.find(("Organization",), pd.Series([OLD]))
        assert organization.to_numpy().tolist() == [["Organization", now, None]]
        said = f"“{SAME}” fits several: {SAME}（成都市锦江区，{theirs}）、{SAME}（绵阳市盐亭县，{mine}）"
        assert means(
            directory, [SAME, SAME, SAME, None, SAME, f" {CODE.lower()} ", NAMES[4]],
            [HERE, "510100", "511502", "510100", None, None, None], [last] * 7,
        ) == [mine, theirs, said, None, said, coded, coded]  # fmt: skip


def test_who_was_called_so_is_meant_where_nobody_is_any_more(store: Store) -> None:
    with store.read() as session:
        directory, (coded, *_, now) = entered(session)
        directory.forget("Organization", {now})
        assert found(directory, "Organization", OLD, SAME[:-1]) == [("Organization", coded), (None, None)]
        assert directory.region_of("Organization", now) is None
        assert now not in directory.keys("Organization")
        directory.alias("Organization", coded, "示例-别名", HERE)
        directory.split_off("Organization", "k", "示例-分出", THERE)
        assert found(directory, "Organization", "示例-别名", "示例-分出") == [
            ("Organization", coded),
            ("Organization", "k"),
        ]
        assert directory.fresh["Organization"][-1] == "k"
        named = directory.entities("Organization").set_index("key")["name"]
        assert (named[coded], named["k"]) == (NAMES[4], "示例-分出")


def test_a_place_near_by_settles_whom_another_spelling_means(store: Store) -> None:
    with store.read() as session:
        directory, (_, mine, theirs, _) = entered(session)
        spelt = pd.Series(["示例·转移中心"] * 3)
        rows = directory.find(("Organization",), spelt, pd.Series([THERE, "510107", "511502"]))
        assert rows["key"].tolist() == [mine, theirs, None]
        assert [e and type(e) for e in rows["error"]] == [None, None, Nobody]


def test_what_is_stored_is_known_by_name_code_and_former_name(tmp_path: Path) -> None:
    with new_store(tmp_path / "w.lbug") as made:
        body = {"name": "示例-库中院", "data_class": "REAL", "namesake": namesake("Organization", "示例-库中院", HERE)}
        write(
            made,
            {"Organization": [{**body, "key": CODE, "uscc": CODE, "former_names": [BORNE]}]},
            {("LOCATED_IN", "Organization", "Region"): link({CODE: HERE})},
        )
        with made.read() as session:
            directory = Directory(session)
            assert found(directory, "Organization", "示例-库中院", OLD, CODE) == [("Organization", CODE)] * 3
            own = {CODE, body["namesake"], namesake("Organization", OLD, HERE)}
            assert directory.own_keys("Organization", namesake("Organization", OLD, HERE)) == own
            key = directory.identify("Organization", pd.Series(["示例-库中院"]), pd.Series([HERE]))[0]
            assert key == body["namesake"]
            assert directory.own_keys("Organization", key) == own
            assert directory.fresh["Organization"] == [key]


def test_a_place_is_mentioned_by_any_of_its_names_and_by_no_address_in_it(store: Store) -> None:
    mentions = ["绵阳市", "绵阳", "四川省绵阳市涪城区", "阿坝", "绵阳市生产力促进中心"]
    with store.read() as session:
        found = Directory(session).find(("Organization", "Region"), pd.Series(mentions))
        alone = Directory(session).find(("Organization",), pd.Series(["绵阳"]))
    assert found[["label", "key"]].to_numpy().tolist() == [
        ["Region", "510700"], ["Region", "510700"], ["Region", "510703"], [None, None], [None, None],
    ]  # fmt: skip
    assert [error and error.reason.zh for error in found["error"]] == [
        None, None, None,
        "地区“阿坝”有多种可能：阿坝藏族羌族自治州（513200）、阿坝藏族羌族自治州阿坝县（513231）",
        "没有名为“绵阳市生产力促进中心”的登记对象，请先在相应的表中登记",
    ]  # fmt: skip
    assert alone["key"].tolist() == [None]
