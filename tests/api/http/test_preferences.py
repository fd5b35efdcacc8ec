"""What headers prefer, as clients write them."""

import pytest

from api.http.preferences import preferences, preferred_language


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("", [("", 1.0)]),
        ("text/csv; q=0.4, application/json;q=0.5", [("text/csv", 0.4), ("application/json", 0.5)]),
        ("EN-GB ; Q=1.000 ,*;q=.2", [("en-gb", 1.0), ("*", 0.2)]),
        ("text/csv;header=absent", [("text/csv", 1.0)]),
        ("zh;q=2, en;q=-1, fr;q=nan, de;q=", [("zh", 0.0), ("en", 0.0), ("fr", 0.0), ("de", 0.0)]),
    ],
)
def test_each_value_has_its_weight(header: str, found: list[tuple[str, float]]) -> None:
    assert preferences(header) == found


def test_of_languages_alike_the_first_is_meant_and_without_any_the_default() -> None:
    assert preferred_language("en, zh", "zh") == "en"
    assert preferred_language("zh-Hant;q=0.3,en;q=0.3", "en") == "zh"
    assert [preferred_language("fr, *", default) for default in ("zh", "en")] == ["zh", "en"]
