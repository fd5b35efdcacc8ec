"""One organisation is one node, whatever order its rows come in; merges can be decided and undone."""

from collections.abc import Callable
from itertools import pairwise, permutations
from pathlib import Path
from random import Random

import pandas as pd
import pyarrow as pa
import pytest

from graph import schema
from graph.delta import Facts
from graph.errors import BadParameter, NotFound
from graph.identity import uscc_check_digit
from graph.stores.base import Store
from graph.stores.opening import open_store
from loaders.identify.review import decide, decided, pending
from loaders.keep.rebuild import rebuild
from loaders.keep.tracing import trace
from loaders.merge.entities import renamed, renamed_subjects
from loaders.pipeline import load
from tests.support.export import digest
from tests.support.soak import trials

Make = Callable[..., Path]
HEAD = "名称,统一社会信用代码,类型,所在地区\n"


def code(number: int) -> str:
    body = f"91510700{number:09d}"
    return body + uscc_check_digit(body)


def keys(store: Store, name: str) -> set[str]:
    with store.read() as session:
        rows = session.nodes(schema.nodes()["Organization"]).to_pylist()
    return {row["key"] for row in rows if row["name"] == name}


def providers(store: Store) -> dict[str, str]:
    """Return the key of the provider of each resource, by the resource's name."""
    with store.read() as session:
        names = {r["key"]: r["name"] for r in session.nodes(schema.nodes()["Resource"]).to_pylist()}
        rows = session.relationships(schema.relationships()["PROVIDES", "Organization", "Resource"]).to_pylist()
    return {names[r["to_key"]]: r["from_key"] for r in rows}


WITHOUT = HEAD + "示例-绵阳科创服务中心,,服务机构,绵阳市\n"
WITH = HEAD + f"示例-绵阳科创服务中心,{code(1)},服务机构,绵阳市\n"
OTHER = HEAD + f"示例-绵阳科创服务中心,{code(2)},商会,绵阳市游仙区\n"
OFFER = "名称,资源类别,服务类型,提供机构,所在载体\n示例-检测,仪器设备,技术支持,示例-绵阳科创服务中心,\n"


def test_a_row_without_a_code_is_the_one_with_its_name(store: Store, csv: Make) -> None:
    for n, text in enumerate((WITHOUT, WITH, WITHOUT)):
        load(store, [csv(f"{n}/机构.csv", text)])
        assert keys(store, "示例-绵阳科创服务中心") == {
            code(1) if n else next(iter(keys(store, "示例-绵阳科创服务中心")))
        }


def test_resources_follow_their_provider_to_its_code(store: Store, csv: Make) -> None:
    load(store, [csv("1/机构.csv", WITHOUT)])
    load(store, [csv("2/服务资源.csv", OFFER)])
    load(store, [csv("3/机构.csv", WITH)])
    assert providers(store) == {"示例-检测": code(1)}


def test_a_code_that_comes_and_goes_is_one_organisation(store: Store, csv: Make) -> None:
    """First without, then with, then without again: what each load says of its row, and what stands."""
    said = []
    for n, text in enumerate((WITHOUT, WITH, WITHOUT, WITH)):
        report = load(store, [csv(f"{n}/机构.csv", text)])
        (told,) = report.tables
        said.append((told.created, told.updated, told.unchanged, told.merged, report.written))
    assert said == [(1, 0, 0, 0, True), (1, 0, 0, 0, True), (0, 0, 1, 0, False), (0, 0, 1, 0, False)]
    assert keys(store, "示例-绵阳科创服务中心") == {code(1)}
    assert pending(store) == []


def test_with_a_code_first_and_without_one_later_is_one_organisation(store: Store, csv: Make) -> None:
    said = []
    for n, text in enumerate((WITH, WITHOUT, OTHER, WITHOUT)):
        report = load(store, [csv(f"{n}/机构.csv", text)])
        (told,) = report.tables
        said.append(
            (told.created, told.updated, told.unchanged, told.merged, len(keys(store, "示例-绵阳科创服务中心")))
        )
    # The second code makes the name fit two: what came without a code is then a third, and the list asks.
    assert said == [(1, 0, 0, 0, 1), (0, 0, 1, 0, 1), (1, 0, 0, 0, 3), (0, 0, 1, 0, 3)]
    assert len(pending(store)) == 2


CAST = [
    ("示例-绵阳科创服务中心", "", ""), ("示例-绵阳科创服务中心", code(1), ""), ("示例-绵阳市科创服务中心", "", ""),
    ("示例-绵阳科创院", code(2), "示例-绵阳创新院"), ("示例-绵阳创新院", "", ""), ("示例-绵阳创新院", code(3), ""),
    ("示例-绵阳锦江所", "", "示例-绵阳旧所"), ("示例-绵阳旧所", "", ""), ("示例-绵阳锦江所", code(4), ""),
]  # fmt: skip
WAYS = 3


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(trials(2, 100)))
def test_identity_depends_neither_on_order_nor_on_files_nor_on_repetition(
    seed: int, fresh: Callable[[], Store], csv: Make
) -> None:
    random = Random(seed)
    cast = random.sample(CAST, random.randint(4, len(CAST)))
    graphs = set()
    for way in range(WAYS):
        made, rows = fresh(), random.sample(cast, len(cast))
        cuts = sorted(random.sample(range(1, len(rows)), random.randint(0, 2)))
        for n, (begin, end) in enumerate(pairwise([0, *cuts, len(rows)])):
            lines = [f"{name},{uscc},,绵阳市,{former}\n" for name, uscc, former in rows[begin:end]]
            path = csv(f"{way}-{n}/机构.csv", "名称,统一社会信用代码,类型,所在地区,曾用名\n" + "".join(lines))
            load(made, [path])
        assert not load(made, [path]).written
        graphs.add(digest(made))
    assert len(graphs) == 1


@pytest.mark.slow
@pytest.mark.parametrize("texts", [(WITHOUT, WITH), (WITHOUT, WITH, OTHER)], ids=["one code", "two codes"])
def test_split_files_make_the_same_graph_in_any_order(
    texts: tuple[str, ...], fresh: Callable[[], Store], csv: Make
) -> None:
    graphs = set()
    for order in permutations(texts):
        store = fresh()
        for n, text in enumerate(order):
            load(store, [csv(f"{n}/机构.csv", text)])
        graphs.add(digest(store))
        assert len(keys(store, "示例-绵阳科创服务中心")) == (1 if len(texts) == 2 else 3)
    assert len(graphs) == 1


# --- decisions ----------------------------------------------------------------------------------------

PAIR = HEAD + "示例-绵阳市技术转移中心,,服务机构,绵阳市\n示例-绵阳技转中心,,,绵阳市涪城区\n"
OFFERS = (
    "名称,资源类别,服务类型,提供机构\n"
    "示例-甲,仪器设备,技术支持,示例-绵阳市技术转移中心\n示例-乙,专家导师,技术支持,示例-绵阳技转中心\n"
)


@pytest.fixture
def pair(store: Store, csv: Make) -> tuple[str, str]:
    """Load two organisations that may be one, each with a resource, and return their keys."""
    load(store, [csv("机构.csv", PAIR), csv("服务资源.csv", OFFERS)])
    by_name = providers(store)
    return by_name["示例-甲"], by_name["示例-乙"]


def test_a_merge_joins_what_both_have_and_can_be_undone(store: Store, pair: tuple[str, str]) -> None:
    before = digest(store)
    decide(store, *pair, "same")
    assert len(set(providers(store).values())) == 1
    assert len(keys(store, "示例-绵阳市技术转移中心") | keys(store, "示例-绵阳技转中心")) == 1
    assert [d.verdict for d in decided(store)] == ["same"]
    decide(store, *pair, None)
    assert digest(store) == before
    assert decided(store) == []


def test_later_loads_remember_a_merge(store: Store, csv: Make, pair: tuple[str, str]) -> None:
    decide(store, *pair, "same")
    merged = digest(store)
    again = load(store, [csv("机构.csv", PAIR), csv("服务资源.csv", OFFERS)])
    assert not again.written
    load(store, [csv("3/机构.csv", HEAD + f"示例-绵阳技转中心,{code(7)},商会,绵阳市\n")])
    assert set(providers(store).values()) == {code(7)}
    assert digest(store) != merged


def test_different_stays_two_and_leaves_the_list(store: Store, pair: tuple[str, str]) -> None:
    decide(store, *pair, "different")
    assert {pair} & {(d.a.key, d.b.key) for d in pending(store)} == set()
    assert len(set(providers(store).values())) == 2


def test_what_cannot_be_decided_is_an_error(store: Store, csv: Make, pair: tuple[str, str]) -> None:
    load(store, [csv("2/机构.csv", WITH + OTHER.removeprefix(HEAD))])
    with pytest.raises(BadParameter, match=code(1)):
        decide(store, code(1), code(2), "same")
    with pytest.raises(NotFound, match="nobody"):
        decide(store, pair[0], "nobody", "same")
    with pytest.raises(NotFound):
        decide(store, *pair, None)
    with pytest.raises(BadParameter):
        decide(store, pair[0], pair[0], "same")


# --- history ------------------------------------------------------------------------------------------


def test_a_fact_is_traced_to_its_rows(store: Store, csv: Make) -> None:
    load(store, [csv("1/机构.csv", WITHOUT)])
    load(store, [csv("2/机构.csv", WITH)])
    (told,) = (s for s in trace(store, code(1)) if s.what == "Organization")
    assert (told.file, told.row, told.load, told.source) == ("机构.csv", 2, "load-000003", "用户提交")
    (before,) = (s for s in trace(store, told.fields["namesake"]) if s.what == "Organization")
    assert (before.row, before.load, before.changes["name"]) == (2, "load-000002", (None, "示例-绵阳科创服务中心"))


def test_an_unknown_fact_has_no_history(store: Store) -> None:
    with pytest.raises(NotFound, match="nothing-like-that"):
        trace(store, "nothing-like-that")


@pytest.mark.slow
def test_everything_can_be_built_again_from_the_sources(
    store: Store, csv: Make, pair: tuple[str, str], tmp_path: Path
) -> None:
    decide(store, *pair, "same")
    load(store, [csv("4/机构.csv", WITH)])
    with open_store(f"ladybug://{tmp_path / 'again.lbug'}") as again:
        rebuilt = rebuild(again, store.home)
        assert rebuilt.different == ()
        assert digest(again) == digest(store)


def test_what_rows_are_about_has_the_keys_of_the_nodes() -> None:
    org, home = schema.nodes()["Organization"], schema.relationships()["LOCATED_IN", "Organization", "Region"]
    window = schema.nodes()["Window"]
    frame = pd.DataFrame({"key": ["a", "b"], "row": [2, 3]})
    made = renamed_subjects([(org, frame), (home, frame), (window, frame)], {"Organization": {"a": "z"}, "Window": {}})
    assert [(spec, told.to_dict("list")) for spec, told in made] == [
        (org, {"key": ["z", "b"], "row": [2, 3]}),
        (home, {"key": ["a", "b"], "row": [2, 3]}),
        (window, {"key": ["a", "b"], "row": [2, 3]}),
    ]


def test_a_partnership_goes_in_order_again_and_none_is_with_oneself() -> None:
    spec = schema.relationships()["PARTNERS_WITH", "Organization", "Organization"]
    facts = Facts()
    ends = [("a", "b"), ("b", "c"), ("c", "d"), ("d", "e")]
    rows = [{"from_key": one, "to_key": other, "dimension": "capital", "content": one} for one, other in ends]
    facts.add(spec, pa.Table.from_pylist(rows, schema=spec.arrow))
    made = renamed(facts, {"Organization": {"a": "c", "c": "d"}}).tables[spec]
    found = [(row["from_key"], row["to_key"], row["content"]) for row in made.to_pylist()]
    assert found == [("b", "c", "a"), ("b", "d", "b"), ("d", "e", "d")]


def test_who_partners_with_somebody_of_another_kind_stays_where_he_is() -> None:
    spec = schema.relationships()["PARTNERS_WITH", "Organization", "Region"]
    facts = Facts()
    row = {"from_key": "a", "to_key": "510700", "dimension": "capital"}
    facts.add(spec, pa.Table.from_pylist([row], schema=spec.arrow))
    made = renamed(facts, {"Organization": {"a": "z"}}).tables[spec]
    assert [(row["from_key"], row["to_key"]) for row in made.to_pylist()] == [("z", "510700")]
    assert renamed(facts, {"Organization": {"b": "z"}}).tables == facts.tables
