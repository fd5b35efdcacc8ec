"""What became of a graph since a version: pages of it, typed, with the properties of what is there now."""

from collections.abc import Iterator
from datetime import date

import pyarrow as pa
import pytest

from graph.errors import StoreChanged
from graph.stores.base import Store
from graph.stores.opening import open_store
from queries.answers import meta
from queries.changes import ChangedGraph, GraphChange, with_properties
from tests.support.handmade import link, write

DAY = date(2026, 7, 1)
ROWS = [
    ("Need", "created", "n1", None, None),
    ("Need", "deleted", "n0", None, None),
    ("PARTNERS_WITH.Organization.Organization", "changed", "a", "b", "innovation"),
    ("DELIVERED_AS.Organization.ServiceType", "created", "a", "SC01", "2026"),
    ("NEEDS.Enterprise.Need", "deleted", "e", "n0", None),
]
NODE = {"kind": "node", "from_label": None, "to_label": None}
EXPECTED = [
    {**NODE, "change": "created", "label": "Need", "identity": {"key": "n1"}},
    {**NODE, "change": "deleted", "label": "Need", "identity": {"key": "n0"}},
    {"kind": "relationship", "change": "changed", "label": "PARTNERS_WITH", "from_label": "Organization",
     "to_label": "Organization", "identity": {"from_key": "a", "to_key": "b", "dimension": "innovation"}},
    {"kind": "relationship", "change": "created", "label": "DELIVERED_AS", "from_label": "Organization",
     "to_label": "ServiceType", "identity": {"from_key": "a", "to_key": "SC01", "year": 2026}},
    {"kind": "relationship", "change": "deleted", "label": "NEEDS", "from_label": "Enterprise", "to_label": "Need",
     "identity": {"from_key": "e", "to_key": "n0"}},
]  # fmt: skip
PROPERTIES = [{"quantity": 2.0, "day": "2026-07-01"}, None, {"content": "共建", "since": "2026-07-01"},
              {"services": 3, "online": 0}, None]  # fmt: skip


def changed(version: int = 1) -> ChangedGraph:
    columns = ("kind", "change", "first", "second", "third")
    rows = pa.Table.from_pylist([dict(zip(columns, row, strict=True)) for row in ROWS])
    return ChangedGraph("v0", "v1", rows, meta(version, {}, {}))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """What changed and, of each kind, one more that did not."""
    partners = [
        *link({"a": "b"}, dimension="innovation", content="共建", since=DAY),
        *link({"a": "b"}, dimension="supply"),
    ]
    delivered = [*link({"a": "SC01"}, year=2026, services=3, online=0), *link({"a": "SC01"}, year=2025, services=1)]
    nodes = {
        "Need": [{"key": "n1", "quantity": 2.0, "day": DAY}, {"key": "n2", "quantity": 9.0}],
        "Organization": [{"key": "a"}, {"key": "b"}],
        "ServiceType": [{"key": "SC01"}],
    }
    links = {
        ("PARTNERS_WITH", "Organization", "Organization"): partners,
        ("DELIVERED_AS", "Organization", "ServiceType"): delivered,
    }
    with open_store(f"ladybug://{tmp_path_factory.mktemp('changes') / 's.lbug'}") as made:
        write(made, nodes, links)
        yield made


def test_pages_are_parts_of_the_whole_in_its_order() -> None:
    whole = changed().page(5)
    assert [change.model_dump(exclude={"properties"}) for change in whole.data] == EXPECTED
    assert {change.properties for change in whole.data} == {None}
    assert (whole.total, whole.next, whole.since, whole.until) == (5, None, "v0", "v1")
    first, rest = changed().page(3), changed().page(3, 3)
    assert (first.data, rest.data) == (whole.data[:3], whole.data[3:])
    assert (first.next, rest.next, first.total, rest.total) == ("3", None, 5, 5)


def test_what_is_there_now_has_its_properties(store: Store) -> None:
    bare = changed().page(5).data
    found = with_properties(store, changed(), bare)
    assert found == [GraphChange(**one, properties=own) for one, own in zip(EXPECTED, PROPERTIES, strict=True)]
    assert with_properties(store, changed(), bare[1:2]) == bare[1:2]


def test_a_load_in_between_is_told(store: Store) -> None:
    with pytest.raises(StoreChanged):
        with_properties(store, changed(version=2), changed(2).page(5).data)
