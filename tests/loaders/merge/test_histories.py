"""Random histories of loads, corrections and full deliveries, against a dictionary that does the same by hand."""

import csv
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import pytest

from graph import schema
from graph.stores.base import Store
from graph.stores.opening import open_store
from graph.vocabulary import vocabulary
from loaders.keep.rebuild import rebuild
from loaders.merge.full_delivery import full_delivery
from loaders.pipeline import load
from tests.support.export import digest
from tests.support.soak import trials

Row = dict[str, str]
PLACES = {"510700": ("510703", "510704", "510722"), "511100": ("511102", "511112")}
KINDS = {"服务机构": "service_institution", "商会": "chamber", "行业协会": "industry_association"}
TYPES = {vocabulary("service_types").text(type_): type_ for type_ in ("SC02", "SC05")}
MONTHS = ("2026-01", "2026-02", "2026-03")


@dataclass
class World:
    """What the graph must hold, kept by hand: rows by name, or by the number of a service record."""

    rng: Random
    organizations: dict[str, Row] = field(default_factory=dict)
    carriers: dict[str, Row] = field(default_factory=dict)
    counts: dict[tuple[str, str], str] = field(default_factory=dict)
    records: dict[str, Row] = field(default_factory=dict)

    def some_organizations(self, prefecture: str) -> list[Row]:
        """Return new and corrected organisations of a prefecture; an address left blank says nothing."""
        chosen = self.rng.sample(range(6), self.rng.randint(1, 5))
        return [
            {
                "名称": f"示例-{PLACES[prefecture][0]}机构{number}",
                "类型": self.rng.choice(list(KINDS)),
                "所在地区": self.rng.choice(PLACES[prefecture]),
                "地址": self.rng.choice(["", "一号路", "二号路"]),
            }
            for number in chosen
        ]

    def add_organizations(self, rows: list[Row]) -> None:
        for row in rows:
            before = self.organizations.get(row["名称"], {"地址": ""})
            self.organizations[row["名称"]] = {**row, "地址": row["地址"] or before["地址"]}

    def keep_organizations(self, prefecture: str, rows: list[Row]) -> None:
        """A full delivery: what it lacks is gone, unless a carrier is operated by it."""
        names = {row["名称"] for row in rows} | {row["运营机构"] for row in self.carriers.values()}
        self.organizations = {
            name: row
            for name, row in self.organizations.items()
            if name in names or row["所在地区"] not in PLACES[prefecture]
        }

    def some_carriers(self, prefecture: str) -> list[Row]:
        operators = [name for name, row in self.organizations.items() if row["所在地区"] in PLACES[prefecture]]
        if not operators:
            return []
        return [
            {
                "名称": f"示例-{PLACES[prefecture][0]}平台{number}",
                "类型": "公共服务示范平台",
                "运营机构": self.rng.choice(operators),
                "所在地区": self.rng.choice(PLACES[prefecture]),
                "有效期至": self.rng.choice(["", "2027-12-31", "2028-12-31"]),
            }
            for number in self.rng.sample(range(4), self.rng.randint(1, 3))
        ]

    def add_carriers(self, rows: list[Row]) -> None:
        for row in rows:
            before = self.carriers.get(row["名称"], {"有效期至": ""})
            self.carriers[row["名称"]] = {**row, "有效期至": row["有效期至"] or before["有效期至"]}

    def some_counts(self, prefecture: str) -> list[Row]:
        return [
            {"所在地区": place, "产业链": chain, "企业数": str(self.rng.randint(0, 99)), "统计时间": "2026-06-30"}
            for place in PLACES[prefecture]
            for chain in ("优质白酒", "川鱼")
            if self.rng.random() < 0.5
        ]

    def add_counts(self, rows: list[Row]) -> None:
        self.counts |= {(row["所在地区"], row["产业链"]): row["企业数"] for row in rows}

    def some_records(self, prefecture: str) -> list[Row]:
        providers = [name for name, row in self.organizations.items() if row["所在地区"] in PLACES[prefecture]]
        if not providers:
            return []
        return [
            {
                "编号": f"{prefecture}-{number}",
                "日期": f"{self.rng.choice(MONTHS)}-{self.rng.randint(1, 28):02d}",
                "服务类型": self.rng.choice(list(TYPES)),
                "提供机构": self.rng.choice(providers),
                "服务地区": self.rng.choice(PLACES[prefecture]),
                "方式": self.rng.choice(["线上", "线下"]),
            }
            for number in self.rng.sample(range(30), self.rng.randint(1, 12))
        ]

    def months(self) -> dict[tuple[str, str], tuple[int, int]]:
        """Return services and those online by month and service type."""
        whole = Counter((row["日期"][:7], TYPES[row["服务类型"]]) for row in self.records.values())
        online = Counter(
            (row["日期"][:7], TYPES[row["服务类型"]]) for row in self.records.values() if row["方式"] == "线上"
        )
        return {at: (n, online[at]) for at, n in whole.items()}


def step(world: World, store: Store, folder: Path) -> None:
    """Do one thing to both."""
    prefecture, rng = world.rng.choice(list(PLACES)), world.rng
    what = rng.choice(["机构", "机构", "服务载体", "企业数量", "服务台账", "服务台账"])
    make = {
        "机构": world.some_organizations,
        "服务载体": world.some_carriers,
        "企业数量": world.some_counts,
        "服务台账": world.some_records,
    }
    rows = make[what](prefecture)
    if not rows:
        return
    whole = rng.random() < 0.3
    rng.shuffle(rows)
    table = {
        "机构": "organizations",
        "服务载体": "carriers",
        "企业数量": "demand_counts",
        "服务台账": "service_records",
    }
    full = full_delivery(table[what], prefecture) if whole else None
    report = load(store, [write(folder / f"{what}.csv", rows)], full=full, shrink=True)
    assert report.rejected == 0, report.issues
    if what == "机构":
        world.add_organizations(rows)
        if whole:
            world.keep_organizations(prefecture, rows)
    elif what == "服务载体":
        if whole:
            kept = {row["名称"] for row in rows}
            world.carriers = {
                n: r for n, r in world.carriers.items() if n in kept or r["所在地区"] not in PLACES[prefecture]
            }
        world.add_carriers(rows)
    elif what == "企业数量":
        if whole:
            world.counts = {at: n for at, n in world.counts.items() if at[0] not in PLACES[prefecture]}
        world.add_counts(rows)
    else:
        if whole:
            world.records = {k: r for k, r in world.records.items() if not k.startswith(prefecture)}
        world.records |= {row["编号"]: row for row in rows}


def write(path: Path, rows: list[Row]) -> Path:
    path.parent.mkdir(parents=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def places_of(session: Any, label: str) -> dict[str, str]:
    rows = session.relationships(schema.relationships()["LOCATED_IN", label, "Region"]).to_pylist()
    return {row["from_key"]: row["to_key"] for row in rows}


def ours(session: Any, label: str) -> Iterator[dict[str, Any]]:
    """Yield the nodes of a label that the histories bring, with their place."""
    where = places_of(session, label)
    for row in session.nodes(schema.nodes()[label]).to_pylist():
        if (row["name"] or "").startswith("示例-"):
            yield {**row, "region": where.get(row["key"])}


def check(world: World, store: Store) -> None:
    """Compare graph and dictionary."""
    with store.read() as session:
        organizations = {
            row["name"]: (row["kind"], row["address"] or "", row["region"]) for row in ours(session, "Organization")
        }
        names = {row["key"]: row["name"] for row in ours(session, "Organization")}
        operated = session.relationships(schema.relationships()["OPERATED_BY", "Carrier", "Organization"]).to_pylist()
        operator = {row["from_key"]: names.get(row["to_key"]) for row in operated}
        carriers = {
            row["name"]: (operator[row["key"]], row["region"], str(row["until"] or ""))
            for row in ours(session, "Carrier")
        }
        where = places_of(session, "EnterpriseCount")
        counts = Counter(
            (where[row["key"]], row["count"]) for row in session.nodes(schema.nodes()["EnterpriseCount"]).to_pylist()
        )
        concerns = session.relationships(schema.relationships()["CONCERNS", "ServiceMonth", "ServiceType"]).to_pylist()
        type_of = {row["from_key"]: row["to_key"] for row in concerns}
        months: dict[tuple[str, str], tuple[int, int]] = {}
        for row in session.nodes(schema.nodes()["ServiceMonth"]).to_pylist():
            at = (row["month"], type_of[row["key"]])
            before = months.get(at, (0, 0))
            months[at] = (before[0] + row["services"], before[1] + row["online"])
    assert organizations == {
        name: (KINDS[row["类型"]], row["地址"], row["所在地区"]) for name, row in world.organizations.items()
    }
    assert carriers == {
        name: (row["运营机构"], row["所在地区"], row["有效期至"]) for name, row in world.carriers.items()
    }
    assert counts == Counter((place, float(n)) for (place, _), n in world.counts.items())
    assert {at: n for at, n in months.items() if n[0]} == world.months()


@pytest.mark.slow
@pytest.mark.parametrize("history", range(trials(3, 500)))
def test_any_history_equals_the_dictionary(store: Store, tmp_path: Path, history: int) -> None:
    world = World(Random(history))
    for number in range(trials(6, 50)):
        step(world, store, tmp_path / str(number))
        check(world, store)
    with open_store(f"ladybug://{tmp_path / 'again.lbug'}") as again:
        rebuilt = rebuild(again, store.home)
        assert rebuilt.different == ()
        assert digest(again) == digest(store)
    shutil.rmtree(tmp_path / "again.lbug.d")
