"""Requests for cooperation as they are stored, newest first, and by state or party."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from graph.errors import BadParameter
from graph.stores.base import Store
from graph.stores.opening import open_store
from queries.requests import CooperationRequest, requests
from tests.support.handmade import link, write

FIRST = CooperationRequest(
    key="R-1", state="asked", a="o1", a_name="甲", b="w1", b_name="窗口", dimension="innovation", service_type="SC03",
    content="共享", day=date(2026, 1, 2), changed=date(2026, 2, 3), evidence="函", data_class="REAL",
)  # fmt: skip
SECOND = CooperationRequest(
    key="R-2", state="agreed", a="c1", a_name="园", b="o1", b_name="甲", dimension=None, service_type=None,
    content=None, day=date(2026, 3, 1), changed=date(2026, 3, 1), evidence=None, data_class="SYNTHETIC",
)  # fmt: skip
EVERY = [SECOND, FIRST]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    own = ("key", "state", "dimension", "content", "day", "changed", "evidence", "data_class")
    nodes: dict[str, list[dict[str, Any]]] = {
        "Organization": [{"key": "o1", "name": "甲"}],
        "Carrier": [{"key": "c1", "name": "园"}],
        "Window": [{"key": "w1", "name": "窗口"}],
        "ServiceType": [{"key": "SC03"}],
        "Request": [request.model_dump(include=set(own)) for request in EVERY],
    }
    links = {
        ("ASKS", "Organization", "Request"): link({"o1": "R-1"}),
        ("ASKS", "Carrier", "Request"): link({"c1": "R-2"}),
        ("ASKED_OF", "Request", "Window"): link({"R-1": "w1"}),
        ("ASKED_OF", "Request", "Organization"): link({"R-2": "o1"}),
        ("CONCERNS", "Request", "ServiceType"): link({"R-1": "SC03"}),
    }
    with open_store(f"ladybug://{tmp_path_factory.mktemp('requests') / 's.lbug'}") as made:
        write(made, nodes, links)
        yield made


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, EVERY),
        ({"state": "agreed"}, [SECOND]),
        ({"state": "declined"}, []),
        ({"party": "o1"}, EVERY),
        ({"party": "甲"}, EVERY),
        ({"party": "窗口"}, [FIRST]),
        ({"party": "c1"}, [SECOND]),
        ({"party": "R-1"}, []),
        ({"party": "w1", "state": "agreed"}, []),
    ],
)
def test_requests(store: Store, asked: dict[str, str], found: list[CooperationRequest]) -> None:
    answer = requests(store, **asked)
    assert (answer.data, answer.total, answer.next, answer.meta.parameters) == (found, len(found), None, asked)
    real, invented = (sum(r.data_class == c for r in found) for c in ("REAL", "SYNTHETIC"))
    assert answer.meta.data_class == {"REAL": real, "EDITORIAL": 0, "SYNTHETIC": invented}


def test_there_is_no_such_state(store: Store) -> None:
    with pytest.raises(BadParameter) as refused:
        requests(store, state="lost")
    assert (refused.value.details["name"], refused.value.details["value"]) == ("state", "lost")
