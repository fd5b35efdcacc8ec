"""Both stores know alike who gives what and who hangs on whom."""

from pathlib import Path

import pytest

from graph.stores.base import Store
from loaders.pipeline import load
from loaders.reference.graph import ensure_reference
from queries.network.matrix import chain_matrix
from queries.resilience.impact import ResilienceQuestion
from queries.resilience.losses import resilience
from tests.worlds import AS_OF, World, random_world

pytestmark = pytest.mark.slow

WINDOWS = """名称,类型,上级,所在地区,服务产业,运营机构
示例-甲站点,服务站点,,510104,CH06,{who}
示例-乙站点,服务站点,示例-甲站点,510105,,
"""


def filled(store: Store, world: World, folder: Path) -> Store:
    tables = world.write(folder / "tables")
    who = world.tables["organizations"][0]["name"]
    (tables / "枢纽与窗口.csv").write_text(WINDOWS.format(who=who), encoding="utf-8")
    ensure_reference(store)
    assert not load(store, [tables]).issues
    return store


def test_losses_add_up_on_every_store(store: Store, tmp_path: Path) -> None:
    world = random_world(2)
    answer = resilience(filled(store, world, tmp_path), ResilienceQuestion(as_of=AS_OF, pairs=3, limit=1000))
    found = answer.data
    providers = {row["provider"] for row in world.tables["resources"]}
    assert {loss.name for loss in found.losses if loss.kind == "organization"} == providers
    carriers = {row["carrier"] for row in world.tables["resources"] if row.get("carrier")}
    assert {loss.name for loss in found.losses if loss.kind == "carrier"} == carriers
    # What an operator provides without a carrier hangs on the station that it runs.
    who = world.tables["organizations"][0]["name"]
    own = [r for r in world.tables["resources"] if r["provider"] == who and not r.get("carrier")]
    assert bool(own) == any(loss.name == "示例-甲站点" for loss in found.losses)
    assert {b.source_name for b in found.bridges} >= {"示例-甲站点", "示例-乙站点"}
    assert next(c for c in found.cut_points if c.name == "示例-甲站点").names == ["示例-乙站点"]
    matrix = chain_matrix(store, as_of=AS_OF).data
    assert [(c.chain, c.stated) for c in matrix.cells if c.window_name == "示例-甲站点"] == [("CH06", True)]


@pytest.mark.neo4j
def test_both_stores_answer_alike(neo4j_store: Store, wipe: object, empty_file: Path, tmp_path: Path) -> None:
    from graph.stores.opening import open_store  # noqa: PLC0415

    wipe()  # type: ignore[operator]
    world, question = random_world(2), ResilienceQuestion(as_of=AS_OF, pairs=3, limit=1000)
    other = resilience(filled(neo4j_store, world, tmp_path / "a"), question).data
    copy = tmp_path / "graph.lbug"
    copy.write_bytes(empty_file.read_bytes())
    with open_store(f"ladybug://{copy}") as embedded:
        one = resilience(filled(embedded, world, tmp_path / "b"), question).data
        assert chain_matrix(embedded, as_of=AS_OF).data == chain_matrix(neo4j_store, as_of=AS_OF).data
    assert one.cut_points == other.cut_points
    assert one.bridges == other.bridges
    assert [(x.kind, x.key, round(x.unmet_added, 6), round(x.importance, 6)) for x in one.losses] == [
        (x.kind, x.key, round(x.unmet_added, 6), round(x.importance, 6)) for x in other.losses
    ]
