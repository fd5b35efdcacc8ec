"""Tables and sentences at a terminal of 80 columns: no word is cut where there is room for whole ones."""

import pytest
from rich.cells import cell_len

from api.cli.output import broken, by_words, fitted

LINES = [
    ["Name", "Cost, million yuan", "Gain", "Service type"],
    ["Build a station at Litang, Garzê", "0.6", "259", "Industry-university-research collaboration"],
    ["示例-成都-众创空间-056", "1.5", "72", "Legal advice"],
]


@pytest.mark.parametrize(
    ("room", "widths"),
    [
        (100, None),  # all fits as it is
        (74, [24, 14, 4, 32]),
        (33, [9, 7, 4, 13]),  # every column as narrow as its longest word
        (32, None),  # some word has to be cut: the screen does so
    ],
)
def test_columns_are_as_wide_as_their_words(room: int, widths: list[int] | None) -> None:
    assert fitted(LINES, room) == widths
    assert widths is None or sum(widths) == room


def test_english_is_broken_at_spaces_and_hyphens_and_chinese_is_left_to_the_screen() -> None:
    said = "Industry-university-research collaboration"
    assert broken(said, 20) == "Industry-university-\nresearch\ncollaboration"
    assert (broken("示例-成都-众创空间-056", 8), broken("", 8)) == ("示例-成都-众创空间-056", "")


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 5, [""]),
        ("one two three", 7, ["one two", "three"]),
        ("one two three", 6, ["one", "two", "three"]),
        ("  1  one two", 8, ["  1  one", "two"]),
        ("/a/very/long/path stays", 6, ["/a/very/long/path", "stays"]),
        ("two lines\nhere", 20, ["two lines", "here"]),
        ("失去 甲 costs", 7, ["失去 甲", "costs"]),
    ],
)
def test_sentences_are_broken_between_words_alone(text: str, width: int, lines: list[str]) -> None:
    made = by_words(text, width).split("\n")
    assert made == lines
    assert all(cell_len(line) <= width or " " not in line for line in made)
