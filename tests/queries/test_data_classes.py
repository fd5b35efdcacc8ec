"""Each row says of what classes the facts behind it are: what is invented is told of a table cut to one place, too."""

from collections.abc import Iterator
from datetime import date

import pytest

from graph.places import gazetteer
from graph.stores.base import Store
from queries.allocation import AllocationQuestion, allocate
from queries.coverage import CoverageQuestion, coverage
from queries.crowding import CrowdingQuestion, crowding
from queries.data_classes import among
from queries.partners import PartnerQuestion, partners
from queries.partners.matrix import complementarity_matrix
from queries.resilience.impact import ResilienceQuestion
from queries.resilience.losses import resilience
from tests.support.stores import loaded_store

DAY = date(2026, 6, 30)
TABLES = {
    "organizations": "名称,类型,所在地区\n绵阳检测所,服务机构,绵阳市涪城区\n示例-成都-云服务,服务机构,成都市锦江区\n",
    "resources": "名称,资源类别,服务类型,提供机构,服务产业,服务地区,方式,年服务能力\n"
    "检测服务,服务产品,技术支持,绵阳检测所,智能装备,,线下,15\n"
    "示例-云诊断,服务产品,技术支持,示例-成都-云服务,智能装备,四川省,线上,900\n"
    "法务,服务产品,法律咨询,绵阳检测所,智能装备,,线下,900\n",
    "demand_counts": "所在地区,产业链,企业数,统计时间\n绵阳市涪城区,智能装备,1000,2026-06-01\n"
    "成都市锦江区,智能装备,2500,2026-06-01\n",
}
REAL, BOTH, INVENTED = ["REAL"], ["REAL", "SYNTHETIC"], ["SYNTHETIC"]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("classes")
    (folder / "tables").mkdir()
    for name, text in TABLES.items():
        (folder / "tables" / f"{name}.csv").write_text(text, encoding="utf-8")
    with loaded_store(folder / "tables", folder / "store") as made:
        yield made


def test_cells_and_groups_name_the_classes_of_demand_and_of_those_who_cover_it(store: Store) -> None:
    asked = CoverageQuestion(as_of=DAY, region="510703", industry=gazetteer.chain("智能装备"))
    rows = coverage(store, asked).rows()
    assert {r.service_type: r.data_class for r in rows if r.service_type in ("SC03", "SC07", "SC01")} == {
        "SC03": BOTH, "SC07": REAL, "SC01": REAL,
    }  # fmt: skip
    whole = coverage(store, CoverageQuestion(as_of=DAY, group_by=("prefecture", "service_type"))).rows()
    by = {(r.region, r.service_type): r.data_class for r in whole}
    assert (by["510700", "SC03"], by["510700", "SC07"]) == (BOTH, REAL)
    # Nobody has reported there, but the service reaches it; and where none does, there is no fact at all.
    assert (by["511500", "SC03"], by["511500", "SC07"]) == (INVENTED, [])


def test_who_helps_or_is_crowded_or_lost_is_of_the_class_of_its_resources(store: Store) -> None:
    found = partners(store, PartnerQuestion(requester="510703", as_of=DAY)).rows()
    assert [(p.name, p.data_class) for p in found] == [("示例-成都-云服务", INVENTED)]
    crowded = crowding(store, CrowdingQuestion(as_of=DAY, by=("provider",))).data
    assert [(c.provider_name, c.data_class) for c in crowded] == [("绵阳检测所", REAL)]
    lost = resilience(store, ResilienceQuestion(as_of=DAY, kinds=("organization",))).data.losses
    assert {loss.name: loss.data_class for loss in lost} == {"绵阳检测所": REAL, "示例-成都-云服务": INVENTED}


def test_flows_and_pairs_are_of_the_classes_of_both_ends(store: Store) -> None:
    flows = allocate(store, AllocationQuestion(as_of=DAY, level="county")).data.flows
    assert [(f.from_name, f.to_name, f.service_type, f.data_class) for f in flows] == [
        ("绵阳市涪城区", "成都市锦江区", "SC07", REAL)
    ]
    pairs = complementarity_matrix(store, CoverageQuestion(as_of=DAY)).data
    classes = {(p.a, p.b): p.data_class for p in pairs}
    assert (classes["510100", "510700"], classes["510700", "511500"]) == (BOTH, BOTH)


def test_classes_are_told_once_and_in_their_order() -> None:
    assert among(["SYNTHETIC", None, "REAL", "SYNTHETIC"]) == BOTH
