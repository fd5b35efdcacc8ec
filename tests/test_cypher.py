"""Every Cypher text: the cookbook's answers are the product's on both stores, and Neo4j looks up what is asked for."""

import ast
import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, NamedTuple

import neo4j
import pandas as pd
import pytest

from benchmarks.files import driver_of
from graph import comparison, schema
from graph.geography import DETOUR, road_km
from graph.places.gazetteer import reference
from graph.stores import cypher, neo4j_writes
from graph.stores.base import Query, Store
from graph.stores.neo4j import Neo4jStore
from graph.stores.neo4j_session import Neo4jSession
from loaders.pipeline import load
from loaders.sample import write_sample
from queries.alerts.findings import findings
from queries.alerts.rules import read_rules
from queries.coverage import CoverageCell, CoverageQuestion, coverage
from queries.kpi import kpi
from queries.network.matrix import chain_matrix
from queries.network.report import network
from queries.regions import region_counts
from queries.snapshots import create, publish
from tests.support.stores import loaded_store
from tests.test_architecture import FILES, ROOT, questions, tree
from viz.bloom import PHRASES, Phrase
from viz.browser_queries import questions as questions_of

PAGE = ROOT / "docs" / "cypher.md"
DAY = date(2026, 7, 1)
TYPES = {"str": str, "int": int, "float": float, "date": date}
SCALE = 0.003
RECOGNISED_TWICE = """名称,类型,级别,所在地区,服务产业,认定日期,有效期至
示例-双流孵化器,科技企业孵化器,国家级,双流区,清洁能源,2024-01-01,2026-12-31
示例-双流孵化器,科技企业孵化器,省级,双流区,清洁能源,2019-01-01,2021-12-31
示例-金牛孵化器,科技企业孵化器,省级,金牛区,清洁能源,2019-01-01,2026-12-31
示例-金牛孵化器,科技企业孵化器,省级,金牛区,清洁能源,2027-01-01,2029-12-31
"""
"""Carriers whose own days, those of the newest row, are not the ones that count."""


class Recipe(NamedTuple):
    """One question of the page."""

    number: int
    title: str
    neo4j_alone: bool
    query: Query


def recipes() -> list[Recipe]:
    return [
        Recipe(
            q.number, q.title, q.neo4j_alone,
            Query(q.text, {n: TYPES[t] for n, t in re.findall(r"(\w+)=(\w+)", q.columns)}),
        )
        for q in questions_of(PAGE.read_text(encoding="utf-8"))
    ]  # fmt: skip


RECIPES = recipes()
BOTH = [r for r in RECIPES if not r.neo4j_alone]
Rows = list[dict[str, Any]]


def ask(store: Store, recipe: Recipe) -> Rows:
    with store.read() as session:
        return session.table(recipe.query).to_pylist()


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A small demonstration province."""
    folder = tmp_path_factory.mktemp("province")
    write_sample(folder / "tables", scale=SCALE, as_of=DAY)
    (folder / "carriers.csv").write_text(RECOGNISED_TWICE, encoding="utf-8")
    with loaded_store(folder / "tables", folder / "store") as store:
        assert not load(store, [folder / "carriers.csv"]).rejected
        create(store, CoverageQuestion(as_of=DAY))
        publish(store)
        yield store


@pytest.fixture(scope="module")
def server(embedded: Store, neo4j_store: Store, wipe: Callable[[], None]) -> Store:
    """The same graph on a Neo4j."""
    wipe()
    with embedded.read() as new, neo4j_store.read(loading=True) as present:
        delta = comparison.replacement(new, present)
    neo4j_store.apply(delta)
    return neo4j_store


@pytest.mark.parametrize("place", ["embedded", "server"])
@pytest.mark.slow
def test_no_node_stands_alone(place: str, request: pytest.FixtureRequest) -> None:
    store: Store = request.getfixturevalue(place)
    tied: dict[str, set[str]] = {label: set() for label in schema.nodes()}
    with store.read() as session:
        for spec in schema.relationships().values():
            rows = session.relationships(spec)
            tied[spec.source].update(rows["from_key"].to_pylist())
            tied[spec.target].update(rows["to_key"].to_pylist())
        alone = {label: set(session.nodes(s)["key"].to_pylist()) - tied[label] for label, s in schema.nodes().items()}
    assert {label: keys for label, keys in alone.items() if keys} == {}


def test_the_page_asks_enough_in_few_lines() -> None:
    assert [r.number for r in RECIPES] == list(range(1, len(RECIPES) + 1))
    assert len(BOTH) >= 25
    assert [r.title for r in RECIPES if len(r.query.text.splitlines()) > 6] == []
    assert [r.title for r in RECIPES if " · " not in r.title] == []


@pytest.mark.slow
@pytest.mark.parametrize("recipe", BOTH, ids=lambda r: str(r.number))
def test_both_stores_answer_alike(recipe: Recipe, embedded: Store, server: Store) -> None:
    one, other = ask(embedded, recipe), ask(server, recipe)
    assert one == [{n: pytest.approx(v) if isinstance(v, float) else v for n, v in row.items()} for row in other]
    assert one


def actual(store: Store, target: str) -> float | None:
    return next(t.actual for t in kpi(store, as_of=DAY).data if t.id == target)


def missing(store: Store, kind: str) -> Rows:
    report = network(store, as_of=DAY).data
    return [{"key": g.key} for g in report.vertical if g.kind == kind]


def present(store: Store, level: str) -> int:
    return next(p.with_presence for p in network(store, as_of=DAY).data.presence if p.level == level)


def ending(store: Store) -> Rows:
    """Return the recognitions that an alert tells of in the twelve months, by the months' alerts."""
    (rule,) = (r for r in read_rules() if r.kind == "ending_next_month")
    before = pd.date_range("2026-06-01", periods=12, freq="MS").date
    told = [found for day in before for found in findings(store, (rule,), as_of=day)]
    rows = [
        {"name": found.subject_name, "until": date.fromisoformat(found.occasion)}
        for found in told if found.text_zh.startswith("载体认定")
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (row["until"], row["name"]))


def near(code: str, most: float) -> Rows:
    places = reference("divisions").set_index("adcode")
    seats = {c: (float(places.loc[c, "seat_lon"]), float(places.loc[c, "seat_lat"])) for c in places.index}
    away = {c: float(road_km(*seats[code], *seats[c])) / DETOUR for c in places.index[places["level"] == "3"]}
    return [
        {"county": c, "km": pytest.approx(km)} for c, km in sorted(away.items(), key=lambda of: of[1]) if km <= most
    ]


FIGURES = ("demand", "supply", "ratio", "unmet")


def gaps(store: Store, **narrowed: str) -> list[CoverageCell]:
    asked = {"group_by": ("prefecture", "service_type"), "as_of": DAY, **narrowed}
    return coverage(store, CoverageQuestion.model_validate(asked)).rows()


def largest_gaps(store: Store, region: str) -> Rows:
    cells = [c for c in gaps(store, region=region) if c.unmet]
    cells.sort(key=lambda c: (-(c.unmet or 0.0), c.service_type_name))
    return [
        {"type": c.service_type_name, "state": c.state, **{n: pytest.approx(getattr(c, n)) for n in FIGURES}}
        for c in cells
    ]


def unreached(store: Store) -> Rows:
    found = [{"region": c.region_name, "type": c.service_type_name} for c in gaps(store, state="empty")]
    return sorted(found, key=lambda row: (str(row["region"]), str(row["type"])))


ANSWERS: dict[int, Callable[[Store], Rows]] = {
    2: lambda store: [{"prefectures": present(store, "prefecture")}],
    3: lambda store: sorted(missing(store, "county_without_presence"), key=lambda row: row["key"]),
    5: lambda store: [
        {"chain": c.chain, "windows": c.cluster_windows, "carriers": c.carriers}
        for c in sorted(chain_matrix(store, as_of=DAY).data.chains, key=lambda c: c.chain)
    ],
    7: lambda store: [{"carriers": region_counts(store, "510700").data.carriers}],
    8: ending,
    9: lambda store: [{"resources": actual(store, "resources"), "capacity": pytest.approx(actual(store, "capacity"))}],
    16: lambda store: [{"enterprises": region_counts(store, "510700").data.enterprises}],
    22: lambda store: [{"share": pytest.approx(actual(store, "online_share"))}],
    23: lambda store: [{"share": pytest.approx(actual(store, "satisfaction"))}],
    39: lambda _: near("510700", 60.0),
    43: lambda store: largest_gaps(store, "510700"),
    44: unreached,
}
"""Number of a question -> what the product answers."""


@pytest.mark.slow
@pytest.mark.parametrize("number", ANSWERS)
def test_the_product_answers_the_same(number: int, embedded: Store) -> None:
    expected = ANSWERS[number](embedded)
    assert [{n: row[n] for n in expected[0]} for row in ask(embedded, RECIPES[number - 1])] == expected


@pytest.mark.slow
@pytest.mark.parametrize("recipe", [r for r in RECIPES if r.neo4j_alone], ids=lambda r: str(r.number))
def test_neo4j_alone(recipe: Recipe, server: Store) -> None:
    rows = ask(server, recipe)
    if "km" in recipe.query.columns:
        away = {row["place"]: row["km"] for row in rows if row["level"] == "county"}
        # Neo4j's earth has the radius of the equator.
        expected = {row["county"]: pytest.approx(row["km"].expected, rel=2e-3) for row in near("510700", 60.0)}
        assert away == expected
        assert next(row for row in rows if row["km"] == 0.0)["place"] == "510700"
    elif "label" in recipe.query.columns:
        with server.read() as session:
            counted = {label: len(session.nodes(spec)) for label, spec in schema.nodes().items()}
        assert {row["label"]: row["nodes"] for row in rows} == {label: n for label, n in counted.items() if n}
    else:
        windows = Query("MATCH (w:Window)-[:REPORTS_TO]->(:Window) RETURN count(DISTINCT w) AS n", {"n": int})
        with server.read() as session:
            ((reporting,),) = [tuple(row.values()) for row in session.table(windows).to_pylist()]
        assert sum(row["windows"] for row in rows) == reporting
        assert rows[0]["steps"] == 1


@pytest.mark.slow
@pytest.mark.parametrize("phrase", PHRASES, ids=lambda phrase: phrase.text)
def test_a_phrase_of_the_perspective_shows_something(phrase: Phrase, server: Store, neo4j_url: str) -> None:
    assert isinstance(server, Neo4jStore)
    names = {"Region": "绵阳市", "Chain": "集成电路与新型显示", "Organization": None}
    with driver_of(neo4j_url) as driver:
        if phrase.label == "Organization":
            (found,) = driver.execute_query(
                "MATCH (o:Organization)-[:PARTNERS_WITH]-() RETURN o.name AS name ORDER BY name LIMIT 1"
            ).records
            names["Organization"] = found["name"]
        given = {phrase.label.lower(): names[phrase.label]} if phrase.label else {}
        shown = driver.execute_query(neo4j.Query(phrase.cypher), given).records  # type: ignore[arg-type]
    assert 0 < len(shown) <= 300


# --- how Neo4j finds what is asked for ----------------------------------------------------------------

SCAN = re.compile("Scan$")
INDEX = re.compile(r"\b(\w+)\((\w+)\)")
"""As a plan names what an index stands on: ``n:Region(key)``, ``h:HOLDS(until)``."""
MONTHS = {"first": "2025-07", "last": "2026-06"}
DAYS = {"first": DAY, "last": date(2026, 12, 31)}
SOME: dict[str, object] = {"key": "510700", "keys": ["510700"], "name": "绵阳市", "region": "510704", "day": DAY,
                           "month": "2026-06", "kind": "complaint", "most": 10, "rows": [], "load": {}}  # fmt: skip


class Planned(NamedTuple):
    """A text and where it stands, or what a store puts it together for."""

    place: str
    text: str

    @property
    def chooses(self) -> bool:
        """Whether parameters say what of the graph is read, and not only what is made of it."""
        return "$" in self.text.partition("RETURN")[0]


def declared() -> Iterator[Planned]:
    """Yield every text of a Query in the tree of the program, found as it is declared."""
    for file in FILES:
        if "Query" not in file.read_text(encoding="utf-8"):  # most have none, and to parse them takes long
            continue
        for call in questions(tree(file)):
            yield Planned(str(file.relative_to(ROOT)), ast.literal_eval(call.args[0]))


def put_together() -> Iterator[Planned]:
    """Yield what the stores put together for some keys, or to write; one pair of a type stands for all."""
    for node in schema.nodes().values():
        yield Planned("nodes", cypher.read_nodes(node, KEYS))
        for outgoing in (True, False):
            yield Planned("ties", cypher.count_ties(node, *Neo4jSession.words, outgoing=outgoing))
    pairs = [specs[0] for specs in schema.relationship_types().values()]
    for pair in pairs:
        for end in ("from_key", "to_key"):
            yield Planned("relationships", cypher.read_relationships(pair, end, KEYS))
            yield Planned("ends", cypher.read_ends(pair, end))
        yield Planned("write", neo4j_writes.write_relationships(pair))
        for at in ("from_key", "to_key"):
            tie = neo4j_writes.Attachment(pair, at)
            yield Planned("write", neo4j_writes.create_nodes(schema.nodes()[tie.label], (tie,)))
    for node in schema.nodes().values():
        yield Planned("write", neo4j_writes.write_nodes(node))


KEYS = "UNWIND $keys AS key"
BETWEEN = ("relationships", "ends")
TEXTS = [*declared(), *put_together(), *(Planned("docs/cypher.md", r.query.text) for r in RECIPES)]
Steps = list[tuple[str, str]]
"""Operators of a plan with what each says of itself."""


@pytest.fixture(scope="module")
def plans(server: Store, neo4j_url: str) -> dict[str, Steps]:
    """How Neo4j would go about each text."""
    assert isinstance(server, Neo4jStore)
    found = {}
    with driver_of(neo4j_url) as driver, driver.session() as session:
        session.run("CALL db.prepareForReplanning(60)").consume()  # else plans depend on when it counted last
        for planned in TEXTS:
            values = SOME | (MONTHS if ".month" in planned.text else DAYS)
            found[planned.text] = list(steps(session.run(f"EXPLAIN {planned.text}", values).consume().plan))
    return found


def steps(plan: dict[str, Any]) -> Iterator[tuple[str, str]]:
    yield plan["operatorType"].partition("@")[0], plan["args"].get("Details", "")
    for child in plan.get("children", ()):
        yield from steps(child)


@pytest.mark.slow
def test_what_a_parameter_chooses_is_looked_up_and_not_searched_for(plans: dict[str, Steps]) -> None:
    assert len([p for p in TEXTS if p.chooses]) > 250
    searching = [
        (planned, step) for planned in TEXTS if planned.chooses for step in plans[planned.text] if SCAN.search(step[0])
    ]
    # What lies between two labels may be reached from the end of which there are few.
    assert [(p, s) for p, s in searching if p.place not in BETWEEN or s[0] != "NodeByLabelScan"] == []


@pytest.mark.slow
def test_only_what_counts_everything_goes_through_all_nodes(plans: dict[str, Steps]) -> None:
    """Sources of the whole graph in a report, and the count of the labels in the cookbook."""
    everything = {p.place for p in TEXTS if "AllNodesScan" in dict(plans[p.text])}
    assert everything == {"viz/report/build.py", "docs/cypher.md"}


@pytest.mark.slow
def test_every_index_is_asked_for(plans: dict[str, Steps]) -> None:
    """An index that no question uses costs writing and brings nothing."""
    used = {
        "_".join(found)
        for steps_ in plans.values()
        for operator, details in steps_
        if "Index" in operator
        for found in INDEX.findall(details)
    }
    assert set(cypher.neo4j_schema()) - used == set()
