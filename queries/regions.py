"""What is there in one region? Its place, what is on record, and its coverage by service type."""

from collections import Counter
from dataclasses import dataclass

import pandas as pd
from pydantic import Field

from graph.errors import NotFound
from graph.language import Text
from graph.projection import cached, plain_rows
from graph.stores.base import Query, ReadSession, Store
from graph.vocabulary import vocabulary
from queries import supply
from queries.answers import DATA_CLASSES, Answer, Meta, Result, meta
from queries.coverage import CoverageCell, CoverageQuestion, coverage
from queries.data_classes import BEHIND, among, counted

PLACES = Query(
    "MATCH (r:Region) OPTIONAL MATCH (r)-[:PART_OF]->(p:Region) "
    "RETURN r.key AS region, r.name AS region_name, r.level AS level, r.kind AS kind, r.zone AS zone, "
    "r.pinyin AS pinyin, r.lon AS lon, r.lat AS lat, r.area_km2 AS area_km2, r.population AS population, "
    "r.gdp AS gdp, r.source AS source, r.verification AS verification, r.data_class AS data_class, "
    "p.key AS parent",
    {
        "region": str, "region_name": str, "level": str, "kind": str, "zone": str, "pinyin": str,
        "lon": float, "lat": float, "area_km2": float, "population": int, "gdp": float, "source": str,
        "verification": str, "data_class": str, "parent": str,
    },
)  # fmt: skip
_COUNTED = {"region": str, "data_class": str, "number": int}
COUNTS = {
    "windows": Query(
        "MATCH (n:Window)-[:LOCATED_IN]->(r:Region) "
        "RETURN r.key AS region, n.data_class AS data_class, count(n) AS number",
        _COUNTED,
    ),
    "carriers": Query(
        "MATCH (n:Carrier)-[:LOCATED_IN]->(r:Region) "
        "RETURN r.key AS region, n.data_class AS data_class, count(n) AS number",
        _COUNTED,
    ),
    "organizations": Query(
        "MATCH (n:Organization)-[:LOCATED_IN]->(r:Region) "
        "RETURN r.key AS region, n.data_class AS data_class, count(n) AS number",
        _COUNTED,
    ),
    "enterprises": Query(
        "MATCH (n:Enterprise)-[:LOCATED_IN]->(r:Region) "
        "RETURN r.key AS region, n.data_class AS data_class, count(n) AS number",
        _COUNTED,
    ),
}
ON_RECORD = (*COUNTS, "resources")


class RegionRef(Result):
    """A region by name."""

    region: str
    region_name: str
    level: str = Field(description="province | prefecture | county | township")
    data_class: list[str] = Field(description=BEHIND)


class RegionCounts(Result):
    """What is on record in a region and all below it, whatever its validity."""

    windows: int = Field(description="枢纽、窗口与站点 / hub, windows and stations")
    carriers: int = Field(description="服务载体 / carriers")
    organizations: int = Field(description="机构 / organisations")
    resources: int = Field(
        description="服务资源，按载体或提供机构所在地 / resources, at their carrier, else their provider"
    )
    enterprises: int = Field(description="逐家列出的企业 / enterprises listed one by one")
    data_class: list[str] = Field(description=BEHIND)


class RegionReport(Result):
    """A region: its place among the others, what is there, and coverage of each service type."""

    region: str = Field(description="行政区划代码 / GB/T 2260 code")
    region_name: str
    level: str = Field(description="province | prefecture | county")
    kind: str | None = Field(description="id in region_types")
    zone: str | None = Field(description="所属经济区 / id in economic_zones")
    zone_name: str | None
    pinyin: str | None
    lon: float | None = Field(description="驻地经度 / longitude of its seat, degrees")
    lat: float | None = Field(description="驻地纬度 / latitude of its seat, degrees")
    area_km2: float | None = Field(description="面积（平方公里）/ area, km²")
    population: int | None = Field(description="2020 年普查人口 / population, census 2020")
    gdp: float | None = Field(description="2023 年地区生产总值（亿元）/ GDP 2023, 100 million yuan")
    source: str | None
    verification: str | None
    data_class: str | None
    parents: list[RegionRef] = Field(description="上级，由近到远 / regions above, nearest first")
    children: list[RegionRef] = Field(description="下一级，按代码 / regions right below, by code")
    counts: RegionCounts
    coverage: list[CoverageCell] = Field(description="各服务类型的覆盖情况 / coverage of each service type")


@dataclass(frozen=True)
class _Facts:
    """All regions by code, and what is on record in each: columns what, region, data_class, number."""

    places: pd.DataFrame
    counts: pd.DataFrame

    def below(self, code: str) -> set[str]:
        """Return a region and all below it."""
        parents, found, fresh = self.places["parent"], {code}, {code}
        while fresh:
            fresh = set(parents.index[parents.isin(fresh)]) - found
            found |= fresh
        return found

    def above(self, code: str) -> list[str]:
        """Return all regions above one, nearest first."""
        line: list[str] = []
        parent = self.places["parent"].get(code)
        while isinstance(parent, str) and parent in self.places.index and parent not in line:
            line.append(parent)
            parent = self.places["parent"].get(parent)
        return line


def _read(session: ReadSession) -> _Facts:
    places = session.frame(PLACES).sort_values(["region", "parent"]).drop_duplicates("region")
    # A resource is at home where coverage places it: one definition, in queries.supply.
    resources = session.frame(supply.RESOURCES).dropna(subset=["home"]).drop_duplicates("resource")
    homes = resources.rename(columns={"home": "region"}).assign(number=1)
    frames = {"resources": homes, **{what: session.frame(query) for what, query in COUNTS.items()}}
    columns = ["what", "region", "data_class", "number"]
    counts = pd.concat([frame.assign(what=what)[columns] for what, frame in frames.items()])
    return _Facts(places.set_index("region"), counts)


def _facts(store: Store, code: str) -> tuple[int, _Facts]:
    version, facts = cached(store, "regions", _read)
    if code not in facts.places.index or facts.places.loc[code, "level"] == "township":
        raise NotFound(kind=Text("地区", "region"), key=code)
    return version, facts


def _counted(facts: _Facts, code: str) -> tuple[RegionCounts, dict[str, Counter[str]]]:
    """Return the counts of a region, and each of them by data class."""
    here = facts.counts[facts.counts["region"].isin(facts.below(code))]
    by_class = {what: Counter[str]() for what in ON_RECORD}
    for what, data_class, number in zip(here["what"], here["data_class"], here["number"], strict=True):
        by_class[what][str(data_class)] += int(number)
    numbers = {what: count.total() for what, count in by_class.items()}
    return RegionCounts(**numbers, data_class=counted(sum(by_class.values(), Counter()))), by_class


def region_counts(store: Store, code: str) -> Answer[RegionCounts]:
    """Return what is on record in a region and all below it; a region without anything has zeros.

    Raises:
        NotFound: the store has no province, prefecture or county of this code.
    """
    version, facts = _facts(store, code)
    counts, by_class = _counted(facts, code)
    return Answer(data=counts, meta=meta(version, {"region": code}, sum(by_class.values(), Counter())))


def region(store: Store, code: str, question: CoverageQuestion | None = None) -> Answer[RegionReport]:
    """Return a region with parents, children, counts and its own coverage by service type.

    Args:
        store: Where the graph is kept.
        code: GB/T 2260 code of a province, prefecture or county.
        question: Day, standard, freshness and rates of the coverage; its grouping and filters do not count.

    Raises:
        NotFound: the store has no such region.
        BadParameter: see :func:`queries.coverage.coverage`.
    """
    _, facts = _facts(store, code)
    counts, by_class = _counted(facts, code)
    own = {
        "group_by": ("service_type",),
        "region": code,
        "industry": None,
        "service_type": None,
        "state": None,
    }
    covered = coverage(store, (question or CoverageQuestion()).model_copy(update=own))
    place = plain_rows(facts.places.loc[[code]].drop(columns="parent"))[0]
    labels = vocabulary("economic_zones")
    report = RegionReport(
        region=code,
        **place,
        zone_name=labels.text(place["zone"]) or None,
        parents=[_ref(facts, parent) for parent in facts.above(code)],
        children=[_ref(facts, child) for child in _children(facts, code)],
        counts=counts,
        coverage=covered.rows(),
    )
    return Answer(data=report, meta=_meta(covered.meta, by_class))


def _children(facts: _Facts, code: str) -> list[str]:
    return sorted(facts.places.index[facts.places["parent"] == code])


def _ref(facts: _Facts, code: str) -> RegionRef:
    row = facts.places.loc[code]
    classes = among([str(row["data_class"])])
    return RegionRef(region=code, region_name=row["region_name"], level=row["level"], data_class=classes)


def _meta(covered: Meta, by_class: dict[str, Counter[str]]) -> Meta:
    """Add to the facts behind coverage (resources and enterprises are among them) what is counted besides."""
    others = sum((by_class[what] for what in ("windows", "carriers", "organizations")), Counter[str]())
    return covered.model_copy(update={"data_class": {c: covered.data_class[c] + others[c] for c in DATA_CLASSES}})
