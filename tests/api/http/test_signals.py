"""Searches in vain become signs of demand when that is asked for; reading changes nothing."""

from tests.api.support import Client

IN_VAIN = {"requester": "绵阳市", "service_types": ["SC03"], "max_km": 0, "min_spare": 1e9, "as_of": "2026-06-30"}


def signals(client: Client) -> list[dict]:
    found: list[dict] = client.get("/v1/signals").json()["data"]
    return found


def test_getting_partners_changes_nothing(client: Client) -> None:
    before = signals(client)
    for _ in range(30):
        assert client.get("/v1/partners", params=IN_VAIN).json()["total"] == 0
    assert signals(client) == before


def test_a_search_in_vain_is_noted_where_it_is_posted(client: Client) -> None:
    asked = IN_VAIN | {"min_spare": 2e9}
    got, posted = client.get("/v1/partners", params=asked).json(), client.post("/v1/signals", json=asked).json()
    assert (posted["data"], posted["relaxations"]) == ([], got["relaxations"])
    assert client.post("/v1/signals", json=asked).status_code == 200
    (signal,) = (s for s in signals(client) if s["asked"].get("min_spare") == "2000000000.0")
    assert signal == {
        "question": "partners",
        "asked": {"region": "510700", "service_types": "SC03", "max_km": "0.0", "min_spare": "2000000000.0"},
        "times": 2, "first": "2026-06-30", "last": "2026-06-30",
    }  # fmt: skip


def test_a_search_that_found_somebody_is_none(client: Client) -> None:
    before = signals(client)
    found = client.post("/v1/signals", json={"requester": "绵阳市", "limit": 3, "as_of": "2026-06-30"}).json()
    assert 0 < len(found["data"]) <= 3
    assert signals(client) == before
