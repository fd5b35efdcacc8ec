"""The text of a path for Neo4j Browser, sign by sign; that Neo4j reads it so is tested in conformance."""

import pytest

from graph.stores.browser import PathStep, literal, path_text


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("", "''"), ("甲", "'甲'"), ("a'b", r"'a\'b'"), ("a\\b", r"'a\\b'"), ("\n\r\t", r"'\n\r\t'"),
        ("\x07", r"'\u0007'"), ("\uffff", r"'\uFFFF'"), ("\U000e0001", "'\U000e0001'"),
        # a backslash of the text's own before a u would be read as the beginning of \uXXXX
        ("\\u0041", r"'\\' + 'u0041'"), ("\\U", r"'\\' + 'U'"), ("a\\u\\u", r"'a\\' + 'u\\' + 'u'"),
        ("\\\\u", r"'\\\\' + 'u'"), ("u", "'u'"), ("ouou", "'ouou'"), ("\\'u", r"'\\\'u'"), ("\\au", r"'\\au'"),
    ],
)  # fmt: skip
def test_a_text_as_a_literal(text: str, written: str) -> None:
    assert literal(text) == written


def test_a_path_goes_along_its_steps_or_against_them() -> None:
    nodes = [("Organization", "甲"), ("Resource", "r'1"), ("Organization", "乙")]
    steps = [PathStep("PROVIDES", None, along=True), PathStep("PARTNERS_WITH", "supply", along=False)]
    assert path_text(nodes, steps) == (
        "MATCH path = (:`Organization` {key: '甲'})-[:`PROVIDES`]->(:`Resource` {key: 'r\\'1'})"
        "<-[:`PARTNERS_WITH` {dimension: 'supply'}]-(:`Organization` {key: '乙'}) RETURN path"
    )
    assert path_text(nodes[:1], []) == "MATCH path = (:`Organization` {key: '甲'}) RETURN path"
