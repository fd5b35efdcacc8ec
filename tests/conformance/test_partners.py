"""Partners and allocation: both stores answer alike."""

import itertools
from collections.abc import Callable
from pathlib import Path

import pytest

from graph.stores.base import Store
from graph.stores.opening import open_store
from loaders.pipeline import load
from loaders.reference.graph import ensure_reference
from queries.allocation.allocate import allocate
from queries.allocation.flows import AllocationQuestion
from queries.partners.candidates import PartnerQuestion
from queries.partners.find import partners
from queries.suggestions import SuggestionQuestion, suggestions
from tests.worlds import AS_OF, random_world

pytestmark = [pytest.mark.neo4j, pytest.mark.slow]


def test_both_stores_answer_alike(wipe: Callable[[], None], neo4j_store: Store, tmp_path: Path) -> None:
    wipe()
    world = random_world(5)
    folder = world.write(tmp_path / "tables")
    names = list(dict.fromkeys(row["provider"] for row in world.tables["resources"]))
    lines = ["甲方,乙方,合作维度", *(f"{a},{b},供应链" for a, b in itertools.pairwise(names))]
    (folder / "合作关系.csv").write_text("\n".join(lines), encoding="utf-8")
    with open_store(f"ladybug://{tmp_path / 'w.lbug'}") as embedded:
        for store in (embedded, neo4j_store):
            ensure_reference(store)
            load(store, [folder])
        question = PartnerQuestion(requester="chengdu_plain", candidates="all", as_of=AS_OF)
        one, other = (partners(store, question) for store in (embedded, neo4j_store))
        assert [p.model_dump() for p in one.rows()] == [p.model_dump() for p in other.rows()]
        assert one.who == other.who
        assert len(one.ranked)
        asked = SuggestionQuestion(as_of=AS_OF)
        found = [suggestions(store, asked).page(100).model_dump(exclude={"meta"}) for store in (embedded, neo4j_store)]
        assert found[0] == found[1]
        assert found[0]["total"]
        plans = [allocate(store, AllocationQuestion(as_of=AS_OF, level="county")) for store in (embedded, neo4j_store)]
        fields = plans[0].data.model_dump(exclude={"seconds"}), plans[1].data.model_dump(exclude={"seconds"})
        assert fields[0] == fields[1]
