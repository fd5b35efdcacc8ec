"""Both stores, one world: the same graph and the same answers."""

import dataclasses
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from graph.export.export import Form, export
from graph.stores.base import Store
from loaders.pipeline import load
from loaders.reference.graph import ensure_reference
from loaders.write.report import LoadReport
from queries.coverage import CoverageQuestion, coverage
from queries.kpi import kpi
from queries.network.report import network, network_graph
from queries.rankings import GapQuestion, gaps
from tests.support.export import export_rows
from tests.support.soak import trials
from tests.support.stores import Twins, new_store
from tests.worlds import AS_OF, random_world

pytestmark = [pytest.mark.neo4j, pytest.mark.slow]

SEEDS = range(trials(3, 24))
GROUPINGS = [("county", "chain", "service_type"), ("prefecture", "pillar"), ("zone", "service_type")]
NUMBERS = ["demand", "supply", "ratio", "ratio_local", "unmet"]
RECORDS = """编号,日期,服务类型,提供机构,服务地区,方式,满意度
FW-1,2026-05-03,SC01,{who},510104,线上,5
FW-2,2026-05-09,SC01,{who},510104,线下,2
FW-3,2026-06-01,SC02,{who},510104,线上,
"""


@pytest.fixture(scope="module")
def both(wipe: Callable[[], None], neo4j_store: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twins]:
    """Both stores with the reference data."""
    wipe()
    with new_store(tmp_path_factory.mktemp("twin") / "graph.lbug") as embedded:
        for store in (embedded, neo4j_store):
            ensure_reference(store)
        yield Twins(embedded, neo4j_store)


def tallies(report: LoadReport) -> list[dict[str, object]]:
    return [dataclasses.asdict(table) for table in report.tables]


@pytest.fixture(scope="module", params=SEEDS, ids=lambda seed: f"world{seed}")
def twins(both: Twins, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Twins:
    """The next world on top of those before: it creates, changes and retires."""
    folder: Path = random_world(request.param).write(tmp_path_factory.mktemp("world") / "tables")
    who = random_world(request.param).tables["organizations"][0]["name"]
    (folder / "服务台账.csv").write_text(RECORDS.format(who=who), encoding="utf-8")
    one, other = (load(store, [folder]) for store in both)
    assert not one.issues
    assert tallies(one) == tallies(other)
    assert (one.created, one.changed, one.retired) == (other.created, other.changed, other.retired)
    return both


def test_the_graph(twins: Twins) -> None:
    one, other = export_rows(twins.embedded), export_rows(twins.neo4j)
    assert len(one) == len(other)
    assert [pair for pair in zip(one, other, strict=True) if pair[0] != pair[1]] == []


def test_an_export_has_the_same_bytes(twins: Twins, tmp_path: Path) -> None:
    one, other = (export(store, tmp_path / name, Form.csv) for name, store in twins._asdict().items())
    for told in (one, other):  # what a load says of itself is its own
        told["files"] = [file for file in told["files"] if file["name"] != "nodes/Load.csv"]
        told["generated_at"] = None
    assert one == other
    assert len(one["files"]) > 60


@pytest.mark.parametrize("group_by", GROUPINGS, ids="-".join)
def test_coverage(twins: Twins, group_by: tuple[str, ...]) -> None:
    question = CoverageQuestion(group_by=group_by, as_of=AS_OF)
    one, other = (coverage(store, question) for store in twins)
    compare(one.cells, other.cells)
    assert one.meta.data_class == other.meta.data_class
    assert set(one.cells["state"]) > {"unknown"}


def test_gaps(twins: Twins) -> None:
    question = GapQuestion(as_of=AS_OF, per_place=0)
    one, other = (gaps(store, question).cells for store in twins)
    compare(one, other)
    np.testing.assert_allclose(one["severity"], other["severity"], rtol=1e-9)
    assert len(one)


def compare(one: pd.DataFrame, other: pd.DataFrame) -> None:
    np.testing.assert_allclose(
        one[NUMBERS].to_numpy(float), other[NUMBERS].to_numpy(float), rtol=1e-9, atol=1e-9, equal_nan=True
    )
    exact = [c for c in one.columns if c not in [*NUMBERS, "severity", "empty_demand", "share", "cumulative"]]
    pd.testing.assert_frame_equal(one[exact], other[exact])


@pytest.mark.parametrize("day", [AS_OF, date(2020, 1, 1)], ids=str)
def test_network(twins: Twins, day: date) -> None:
    one, other = (network(store, as_of=day).data for store in twins)
    assert one == other
    assert one.presence


def test_network_graph(twins: Twins) -> None:
    one, other = (network_graph(store, as_of=AS_OF) for store in twins)
    assert one == other
    assert one.nodes


def test_kpi(twins: Twins) -> None:
    one, other = (kpi(store, as_of=AS_OF).data for store in twins)
    assert one == other
    assert {target.id for target in one if target.actual is not None} > {"online_share", "satisfaction"}
