"""What-if and snapshots through the HTTP door."""

from tests.api.support import Client

ADD = {"action": "add", "name": "x", "place": "510703", "service_types": ["SC03"], "capacity": 500}


def test_a_plan_is_answered_and_changes_nothing(client: Client) -> None:
    before = client.get("/v1/coverage", params={"limit": 50}).json()["data"]
    answer = client.post("/v1/what-if", json={"changes": [ADD], "limit": 5})
    assert answer.status_code == 200, answer.text
    assert len(answer.json()["data"]["cells"]) <= 5
    assert answer.json()["data"]["totals"]["unmet_change"] <= 0
    assert client.get("/v1/coverage", params={"limit": 50}).json()["data"] == before


def test_nonsense_is_refused(client: Client) -> None:
    answer = client.post("/v1/what-if", json={"changes": [{**ADD, "capacity": -1}]})
    assert answer.status_code in (400, 422)
    assert "capacity" in answer.text


def test_snapshots_are_listed(client: Client) -> None:
    assert client.get("/v1/snapshots").status_code == 200
    assert client.get("/v1/snapshots/none/diff/none").status_code == 404
