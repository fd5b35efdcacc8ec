"""Keys: social credit codes as the standard has them, natural keys that spelling does not move."""

import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from graph.identity import USCC_ALPHABET, is_uscc, natural_key, prefecture_of, uscc_check_digit
from graph.vocabulary import fold

VECTORS = json.loads(
    (Path(__file__).parents[2] / "graph" / "reference" / "uscc_test_vectors.json").read_text(encoding="utf-8")
)
bodies = st.text(USCC_ALPHABET, min_size=17, max_size=17)
words = st.text(min_size=1).filter(lambda text: fold(text) != "")


@pytest.mark.parametrize("code", [vector["code"] for vector in VECTORS["valid"]])
def test_valid_codes(code: str) -> None:
    assert is_uscc(code)
    assert uscc_check_digit(code[:17]) == code[17]


@pytest.mark.parametrize("code", [vector["code"] for vector in VECTORS["invalid"]])
def test_invalid_codes(code: str) -> None:
    assert not is_uscc(code)


def test_the_standards_own_alphabet() -> None:
    assert VECTORS["algorithm"]["alphabet"] == USCC_ALPHABET


@given(bodies)
def test_any_body_with_its_check_digit_is_valid(body: str) -> None:
    assert is_uscc(body + uscc_check_digit(body))


@given(bodies, st.integers(0, 17), st.sampled_from(USCC_ALPHABET))
def test_one_wrong_character_is_found(body: str, at: int, letter: str) -> None:
    code = body + uscc_check_digit(body)
    assume(code[at] != letter)
    assert not is_uscc(code[:at] + letter + code[at + 1 :])


@pytest.mark.parametrize("code", ["", "9151", "91110000600037341L0", "91110000600037341l", "９1110000600037341L"])
def test_other_texts_are_no_codes(code: str) -> None:
    assert not is_uscc(code)


@pytest.mark.parametrize("body", ["", "1" * 16, "I" * 17, "1" * 18])
def test_only_a_body_has_a_check_digit(body: str) -> None:
    with pytest.raises(ValueError):
        uscc_check_digit(body)


@given(st.lists(words, min_size=1, max_size=3))
def test_spelling_does_not_move_a_key(parts: list[str]) -> None:
    spaced = [f" {part}\u3000" for part in parts]
    folded = [fold(part) for part in parts]
    assert natural_key("kind", *parts) == natural_key("kind", *spaced) == natural_key("kind", *folded)


@given(st.text())
def test_fold_is_settled_at_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert fold(unicodedata.normalize("NFKC", text)) == fold(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [("ＡＢＣ科技（成都）", "abc科技(成都)"), ("示例 机构", "示例机构"), ("示例-①", "示例-1"), ("Straße", "STRASSE")],
)
def test_spellings_that_are_one(one: str, other: str) -> None:
    assert natural_key("organization", one) == natural_key("organization", other)


def test_parts_do_not_run_together() -> None:
    assert natural_key("kind", "ab", "c") != natural_key("kind", "a", "bc")
    assert natural_key("carrier", "a") != natural_key("window", "a")


def test_keys_are_short_and_safe_in_addresses() -> None:
    key = natural_key("organization", "四川/?#&" * 100)
    assert key.isascii() and len(key) == len("organization-") + 16 and "/" not in key


@pytest.mark.parametrize(("code", "prefecture"), [("510704", "510700"), ("510700", "510700"), ("510000", "510000")])
def test_prefecture_of(code: str, prefecture: str) -> None:
    assert prefecture_of(code) == prefecture
