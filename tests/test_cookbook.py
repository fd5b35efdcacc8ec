"""What the cookbook answers is what the delivered tables say, counted by pandas without a graph."""

from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pytest
import yaml

from graph.places.gazetteer import reference
from graph.stores.base import Store
from graph.vocabulary import vocabulary
from loaders.sample import write_sample
from tests.support.stores import loaded_store
from tests.test_cypher import DAY, RECIPES, SCALE, ask

pytestmark = pytest.mark.slow

HERE = "绵阳市"
Rows = list[dict[str, Any]]


class Tables:
    """The tables of a delivery, and of the reference data, all cells as text."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, table: str) -> pd.DataFrame:
        return pd.read_csv(self._folder / f"{table}.csv", dtype=str, keep_default_na=False, encoding="utf-8-sig")

    @property
    def note(self) -> dict[str, Any]:
        """What the delivery says of itself."""
        said: dict[str, Any] = yaml.safe_load((self._folder / "source.yml").read_text(encoding="utf-8"))
        return said

    @cached_property
    def done(self) -> pd.DataFrame:
        """The services that were finished, with their year."""
        rows = self.read("service_records")
        return rows[rows["状态"] == "已完成"].assign(year=rows["日期"].str[:4], online=rows["方式"] == "线上")

    @cached_property
    def resources(self) -> pd.DataFrame:
        """A row a resource and service type, with the place of its provider."""
        places = self.read("organizations").set_index("名称")["所在地区"]
        rows = self.read("resources").assign(type=lambda all_: all_["服务类型"].str.split("[；;、]"))
        return rows.assign(place=rows["提供机构"].map(places)).explode("type")


class Made(NamedTuple):
    """A store and the tables it was filled with."""

    store: Store
    tables: Tables


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    folder = tmp_path_factory.mktemp("province")
    write_sample(folder / "tables", scale=SCALE, as_of=DAY)
    with loaded_store(folder / "tables", folder / "store") as store:
        yield Made(store, Tables(folder / "tables"))


NUMBERS = ("services", "complaints", "firms")


def rows_of(frame: pd.DataFrame, *columns: str) -> Rows:
    """Return a frame's rows in the order of some columns, the highest first where one is a number."""
    ordered = frame.sort_values(list(columns), ascending=[name not in NUMBERS for name in columns])
    return [{str(name): value for name, value in row.items()} for row in ordered.to_dict("records")]


def complaints_by_carrier(tables: Tables) -> Rows:
    told = tables.read("feedback").merge(tables.read("service_records"), left_on="记录", right_on="编号")
    carriers = set(tables.read("carriers")["名称"])
    there = told[told["载体或窗口"].isin(carriers)].rename(columns={"载体或窗口": "carrier"})
    counted = there.assign(closed=there["办结日期"] != "", complaints=there["类型"] == "投诉").groupby("carrier")
    sums = counted.agg(feedback=("closed", "size"), closed=("closed", "sum"), complaints=("complaints", "sum"))
    return rows_of(sums.reset_index(), "complaints", "carrier")


def services_by_provider_and_chain(tables: Tables) -> Rows:
    done = tables.done[(tables.done["year"] == "2026") & (tables.done["产业链"] != "")]
    counted = done.groupby(["提供机构", "产业链"]).size().rename("services").reset_index()
    return rows_of(counted.rename(columns={"提供机构": "provider", "产业链": "chain"}), "services", "provider", "chain")


def services_by_type(tables: Tables) -> Rows:
    counted = tables.done[tables.done["year"] == "2026"].groupby("服务类型").agg(
        providers=("提供机构", "nunique"), services=("online", "size"), online=("online", "sum")
    )  # fmt: skip
    return rows_of(counted.rename_axis("type").reset_index(), "services", "type")


def most_used_resources(tables: Tables) -> Rows:
    named = tables.done[tables.done["资源"] != ""]
    counted = named.groupby(["资源", "提供机构"]).size().rename("services").reset_index()
    named_so = counted.rename(columns={"资源": "resource", "提供机构": "provider"})
    return rows_of(named_so, "services", "resource", "provider")[:20]


def types_that_a_chain_lacks_at_home(tables: Tables) -> Rows:
    counts = tables.read("demand_counts")
    own = counts[counts["所在地区"].str.startswith(HERE)].assign(firms=lambda rows: rows["企业数"].astype(float))
    at_home = tables.resources[tables.resources["place"].str.startswith(HERE)]
    served = {(row["type"], to) for row in at_home.to_dict("records") for to in row["服务产业"].split("；")}
    names = [entry.label.zh for entry in vocabulary("service_types")]
    lacking = [
        {"chain": chain, "type": type_, "firms": firms}
        for chain, firms in own[own["firms"] > 0].groupby("产业链")["firms"].sum().items() for type_ in names
        if not {(type_, chain), (type_, "")} & served  # none stated: any chain
    ]  # fmt: skip
    return rows_of(pd.DataFrame(lacking), "firms", "chain", "type")


def pillars(tables: Tables) -> Rows:
    firms = tables.read("demand_counts").groupby("产业链")["企业数"].apply(lambda counts: counts.astype(float).sum())
    systems = {entry.id: entry.label.zh for entry in vocabulary("industry_systems")}
    chains = reference("industry_chains").set_index("chain")
    rows = chains.assign(firms=firms, system=chains["system"].map(systems)).groupby(["system", "pillar"])
    summed = rows.agg(chains=("firms", "size"), firms=("firms", "sum"))
    return rows_of(summed.reset_index(), "system", "pillar")


def segments_that_nobody_is_in(tables: Tables) -> Rows:
    firms = tables.read("enterprises")
    firms = firms[firms["所在地区"].str.startswith(HERE)]
    there, codes = set(firms["产业链"].str.split("；").explode()), set(firms["行业代码"])
    rows = reference("chain_nodes")
    nobody = rows["gbt4754_codes"].map(lambda own: not codes & set(own.split(";")))
    lacking = rows[rows["chain"].isin(there) & nobody]
    terms = {entry.label.zh: entry.id for entry in vocabulary("chain_stages")}
    named = pd.DataFrame({"chain": lacking["chain"], "stage": lacking["stage"].map(terms), "segment": lacking["node"]})
    return rows_of(named, "chain", "stage", "segment")


COUNTED: dict[int, Callable[[Tables], Rows]] = {
    32: complaints_by_carrier,
    33: services_by_provider_and_chain,
    34: services_by_type,
    35: most_used_resources,
    36: types_that_a_chain_lacks_at_home,
    38: pillars,
    40: segments_that_nobody_is_in,
}
"""Number of a question -> its answer by the tables."""


@pytest.mark.parametrize("number", COUNTED)
def test_the_tables_say_the_same(number: int, made: Made) -> None:
    expected = COUNTED[number](made.tables)
    assert ask(made.store, RECIPES[number - 1]) == expected
    assert expected


def test_each_load_brought_the_sources_that_its_rows_name(made: Made) -> None:
    """Question 37: the reference data, then the delivery."""
    brought = pd.DataFrame(ask(made.store, RECIPES[36])).groupby("load")["source"].agg(set)
    files = ("divisions", "industry_chains", "industry_clusters", "network_windows", "zones", "agri_parks")
    assert list(brought.index) == ["load-000001", "load-000002"]
    assert {source for file in files for source in reference(file)["source"]} <= brought["load-000001"]
    assert brought["load-000002"] == {*made.tables.read("organizations")["来源"], made.tables.note["source"]["zh"]}
