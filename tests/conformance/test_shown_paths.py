"""What a path shows for Neo4j Browser, run in a real Neo4j: any text stays text."""

import neo4j
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.stores.browser import PathStep, literal, path_text

pytestmark = [pytest.mark.neo4j, pytest.mark.slow]

TRICKY = ["'", '"', "\\", "\\'", "\\u0027", "\\\\u0027", "\\\\\\u0027 OR", "\n\t\r", "\x00\x07", "`",
          "}) DETACH DELETE n //", "𠮷\u2028", "\\U0041", "u0041", "$key", "\\", "四川 '绵阳'"]  # fmt: skip


@pytest.mark.parametrize("text", TRICKY, ids=repr)
def test_any_text_is_shown_as_it_is(driver: neo4j.Driver, text: str) -> None:
    with driver.session() as session:
        assert session.run(f"RETURN {literal(text)} AS text").single(strict=True)["text"] == text  # type: ignore[arg-type]


@given(st.text(alphabet=st.sampled_from(list("\\'uU0027n\"a\n`")), max_size=14))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_of_backslashes_and_quotes_is_shown_as_it_is(driver: neo4j.Driver, text: str) -> None:
    with driver.session() as session:
        assert session.run(f"RETURN {literal(text)} AS text").single(strict=True)["text"] == text  # type: ignore[arg-type]


def test_a_key_cannot_leave_its_place(driver: neo4j.Driver) -> None:
    text = path_text(
        [("Window", key) for key in TRICKY], [PathStep("REPORTS_TO", None, along=True)] * (len(TRICKY) - 1)
    )
    with driver.session() as session:
        assert session.run(text).consume().counters.contains_updates is False  # type: ignore[arg-type]
