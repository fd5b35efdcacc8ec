"""One node through the door: its facts, where they were stated, its ties."""

import pytest

from tests.api.support import Client


def test_a_place_with_its_ties(client: Client) -> None:
    answer = client.get("/v1/entities/region/510700").json()
    found = answer["data"]
    assert {k: found[k] for k in ("key", "label", "name", "data_class")} == {
        "key": "510700", "label": "Region", "name": "绵阳市", "data_class": "REAL",
    }  # fmt: skip
    facts = {fact["property"]: fact for fact in found["facts"]}
    assert (facts["level"]["value"], facts["level"]["value_zh"]) == ("prefecture", "市州")
    assert found["stated"] == {**found["stated"], "load": "load-000001", "file": "", "row": None}
    ties = {(tie["type"], tie["label"], tie["outgoing"]): tie for tie in found["ties"]}
    assert ties["PART_OF", "EconomicZone", True]["first"] == [{"key": "chengdu_plain", "name": "成都平原经济区"}]
    below = ties["PART_OF", "Region", False]
    assert (below["number"], len(below["first"])) == (9, 9)
    assert answer["meta"]["data_class"] == {"REAL": 1, "EDITORIAL": 0, "SYNTHETIC": 0}


def test_what_a_table_stated_names_its_row(client: Client) -> None:
    listed = client.get("/v1/entities/Region/510700/neighbours", params={"limit": 1000}).json()["data"]
    organization = next(node for node in listed if node["label"] == "Organization" and node["key"].startswith("org"))
    found = client.get(f"/v1/entities/Organization/{organization['key']}").json()["data"]
    assert found["name"] == organization["name"]
    assert found["stated"]["load"] in ("load-000001", "load-000002")


def test_a_label_is_asked_for_in_the_words_that_tables_have_for_it(client: Client) -> None:
    by_label, by_word, english = (
        client.get(f"/v1/entities/{said}/510700/neighbours?hops=1").json()["data"]
        for said in ("Region", "行政区划", "Administrative region")
    )
    assert by_label == by_word == english != []


@pytest.mark.parametrize("address", ["Region/nothing", "Nothing/510700", "Load/load-000001"])
def test_what_is_not_there(client: Client, address: str) -> None:
    assert client.get(f"/v1/entities/{address}").status_code == 404
