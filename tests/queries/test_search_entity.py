"""One thing, with every fact that is known of it and everything that it is tied to."""

from collections.abc import Iterator

import pytest

from graph.errors import NotFound
from graph.stores.base import Store
from queries.search.entity import EntityReport, entity
from queries.search.find import SearchQuestion, search
from tests.support.stores import delivery, loaded_store

CODE = "91510700MA6ABCDE40"
TABLES = {
    "机构": f"名称,所在地区,类型,统一社会信用代码,地址\n甲院,涪城区,服务机构,{CODE},和平路1号\n",
    "服务资源": "名称,资源类别,服务类型,提供机构,年服务能力,方式\n"
    + "".join(f"检测{n},服务产品,技术支持；科技服务,甲院,{n}0,线上；线下\n" for n in range(10, 22)),
}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("entity")
    with loaded_store(delivery(folder, TABLES), folder / "store") as made:
        yield made


def keys(store: Store, text: str, label: str) -> list[str]:
    return [row.key for row in search(store, SearchQuestion(text=text, labels=(label,))).page(100).data]


def facts(found: EntityReport) -> dict[str, tuple[object, str | None]]:
    return {fact.property: (fact.value, fact.value_zh) for fact in found.facts}


def ties(found: EntityReport) -> list[tuple[str, bool, str, int, list[str | None]]]:
    return [(t.type, t.outgoing, t.label, t.number, [end.name for end in t.first]) for t in found.ties]


def test_an_organisation_with_what_it_provides(store: Store) -> None:
    answer = entity(store, "organization", CODE)  # a label in any case
    found = answer.data
    assert (found.key, found.label, found.name, found.data_class, found.stated) == (
        CODE, "Organization", "甲院", "REAL", None,
    )  # fmt: skip
    assert {name: value for name, value in facts(found).items() if name in ("kind", "address", "uscc")} == {
        "kind": ("service_institution", "服务机构"), "address": ("和平路1号", None), "uscc": (CODE, None),
    }  # fmt: skip
    assert ties(found) == [
        ("LOCATED_IN", True, "Region", 1, ["涪城区"]),
        ("PROVIDES", True, "Resource", 12, [f"检测{n}" for n in range(10, 20)]),
    ]
    assert (found.ties[0].name_zh, found.ties[1].first[0].key) == ("位于", keys(store, "检测10", "Resource")[0])
    assert (answer.meta.parameters, answer.meta.data_class) == (
        {"kind": "Organization", "key": CODE},
        {"REAL": 1, "EDITORIAL": 0, "SYNTHETIC": 0},
    )


def test_who_points_here_comes_after_what_is_pointed_at(store: Store) -> None:
    found = entity(store, "Resource", keys(store, "检测13", "Resource")[0]).data
    assert facts(found) == {
        "kind": ("service_product", "服务产品"), "capacity": (130.0, None), "any_chain": (True, None),
        "online": (True, None), "offline": (True, None),
    }  # fmt: skip
    assert ties(found) == [
        ("OFFERS", True, "ServiceType", 2, ["技术支持", "科技服务"]), ("PROVIDES", False, "Organization", 1, ["甲院"]),
    ]  # fmt: skip


@pytest.mark.parametrize(("label", "key"), [("Organization", "none"), ("Nothing", CODE), ("Resource", CODE)])
def test_what_is_not_there_is_told(store: Store, label: str, key: str) -> None:
    with pytest.raises(NotFound) as raised:
        entity(store, label, key)
    assert raised.value.way_out("en").startswith("Allowed: " if label == "Nothing" else "Check the name or key; ")
