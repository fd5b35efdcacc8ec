"""Things are found by any part of their name, by its sound, by code, former name and place; better fits come first."""

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import BadParameter
from graph.stores.base import Store
from queries.search.find import Found, SearchQuestion, search
from queries.search.index import Names
from queries.search.sounds import LONGEST_SYLLABLE, readings
from tests.support.stores import delivery, loaded_store

CODE = "91510700MA6ABCDE40"
TABLES = {
    "机构": "名称,所在地区,类型,统一社会信用代码,曾用名\n"
    f"绵阳长虹检测院,涪城区,服务机构,{CODE},绵阳老技转所(2010-01-01~2024-02-29)\n"
    "重庆行者公司驻蓉处,成都市,服务机构,,\n",
    "服务资源": "名称,资源类别,服务类型,提供机构,年服务能力\nEMC 检测,服务产品,技术支持,绵阳长虹检测院,100\n",
    "企业": "名称,所在地区\n检测仪器厂,德阳市\n",
}
LABELS = ("Organization", "Resource", "Enterprise")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("named")
    with loaded_store(delivery(folder, TABLES), folder / "store") as made:
        yield made


def asked(store: Store, text: str, labels: tuple[str, ...] = LABELS, region: str | None = None) -> list[Found]:
    return search(store, SearchQuestion(text=text, labels=labels, region=region)).page(100).data


def names(store: Store, text: str, region: str | None = None) -> list[tuple[str | None, str]]:
    return [(row.name, row.fits) for row in asked(store, text, region=region)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("检测", [("检测仪器厂", "begins"), ("绵阳长虹检测院", "contains"), ("EMC 检测", "contains")]),
        ("jiance", [("检测仪器厂", "sounds_begin"), ("绵阳长虹检测院", "sounds"), ("EMC 检测", "sounds")]),
        ("检测仪器厂", [("检测仪器厂", "exact")]),
        ("mych", [("绵阳长虹检测院", "sounds_begin")]),
        ("mianyangch", [("绵阳长虹检测院", "sounds_begin")]),
        ("ianyang", []),
        ("emc", [("EMC 检测", "begins")]),
        ("EMCjian", [("EMC 检测", "sounds_begin")]),
        ("chongqing", [("重庆行者公司驻蓉处", "sounds_begin")]),
        ("zhongqingxing", [("重庆行者公司驻蓉处", "sounds_begin")]),
        (CODE, [("绵阳长虹检测院", "exact")]),
        (CODE[:9], [("绵阳长虹检测院", "otherwise")]),
        ("老技转", [("绵阳长虹检测院", "otherwise")]),
        ("绵阳老技转所", [("绵阳长虹检测院", "exact")]),
        ("检测 绵阳", [("绵阳长虹检测院", "contains"), ("EMC 检测", "contains")]),
        ("检测 涪城", [("绵阳长虹检测院", "contains"), ("EMC 检测", "contains")]),
        ("德阳", []),
        ("2024", []),
    ],
)
def test_what_a_text_finds(store: Store, text: str, expected: list[tuple[str, str]]) -> None:
    assert names(store, text) == expected


def test_only_what_is_there(store: Store) -> None:
    assert names(store, "检测", "510600") == [("检测仪器厂", "begins")]
    assert names(store, "检测", "510703") == [("绵阳长虹检测院", "contains"), ("EMC 检测", "contains")]
    assert names(store, "检测", "510105") == []
    assert len(names(store, "检测", "chengdu_plain")) == len(names(store, "检测", "510000")) == 3


def test_a_row_says_what_and_where(store: Store) -> None:
    (row,) = asked(store, "EMC")
    found = {
        "label": "Resource",
        "name": "EMC 检测",
        "kind": "service_product",
        "region": "510703",
        "region_name": "涪城区",
    }
    assert row.model_dump(exclude={"key"}) == {**found, "fits": "begins", "data_class": "REAL"}
    assert asked(store, row.key) == [row.model_copy(update={"fits": "exact"})]
    assert asked(store, f"resource:{row.key}") == [row.model_copy(update={"fits": "exact"})]


def test_places_come_before_what_is_named_after_them(store: Store) -> None:
    found = asked(store, "绵阳", labels=())
    assert [(row.label, row.key) for row in found[:2]] == [("Region", "510700"), ("Window", "W06")]
    assert (asked(store, "新津县", labels=())[0].key, asked(store, "新津县", labels=())[0].fits) == ("510118", "exact")
    assert asked(store, "mianyang", labels=())[0].key == "510700"


def test_pages_and_meta(store: Store) -> None:
    answer = search(store, SearchQuestion(text="绵阳"))
    whole = answer.page(1000)
    first, second = answer.page(3), answer.page(3, 3)
    assert [*first.data, *second.data] == whole.data[:6]
    assert (first.total, first.next, whole.next) == (len(whole.data), "3", None)
    assert sum(whole.meta.data_class.values()) == whole.total


@pytest.mark.parametrize("text", ["", "　 ", " ".join("abcdefghi")])
def test_a_text_has_some_words_and_not_too_many(store: Store, text: str) -> None:
    with pytest.raises(BadParameter):
        search(store, SearchQuestion(text=text))


def plainly(name: str, word: str) -> bool:
    """Tell whether a word stands at the beginning of a name, by its characters or by their sounds."""
    if not word or not name:
        return not word
    if name[0] == word[0] and plainly(name[1:], word[1:]):
        return True
    for end in range(1, min(LONGEST_SYLLABLE, len(word)) + 1):
        part, rest = word[:end], word[end:]
        whole = {*readings(name[0])}
        begun = {sound[:end] for sound in whole} if not rest or part in ("zh", "ch", "sh") or end == 1 else set()
        if part in whole | begun and plainly(name[1:], rest):
            return True
    return False


NAMES = st.lists(st.text("绵阳重庆长行西安ab1", max_size=5), min_size=1, max_size=6)
WORD = st.text("绵阳重mianyghsxcoq1", min_size=1, max_size=6)


@given(NAMES, WORD)
def test_all_names_at_once_as_one_by_one(given_names: list[str], word: str) -> None:
    found, first = Names(given_names, np.arange(len(given_names))).find(word, sounding=True)
    places = {n: [at for at in range(len(name)) if plainly(name[at:], word)] for n, name in enumerate(given_names)}
    expected = {n: at[0] == 0 for n, at in places.items() if at}
    assert dict(zip(found.tolist(), first.tolist(), strict=True)) == expected
