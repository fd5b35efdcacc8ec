import re
from importlib.resources import files

import pytest

from graph.vocabulary import names, vocabulary
from viz import theme

LOOKS = {"colour", "text", "shape", "pattern", "symbol"}
DRAWN = [n for n in names() if any(LOOKS & e.extra.keys() for e in vocabulary(n))]


@pytest.mark.parametrize("name", DRAWN)
def test_every_drawn_term_has_a_mark_and_a_custom_property(name: str) -> None:
    sheet = theme.stylesheet()
    assert list(theme.marks(name)) == list(vocabulary(name).ids)
    for mark in theme.marks(name).values():
        assert mark.shape in theme.SHAPES
        assert f"--{name}-{mark.id}: {mark.colour};".replace("_", "-").replace("#-", "#") in sheet


def test_data_classes_have_colours() -> None:
    assert set(theme.DATA_CLASS_COLOURS) == set(vocabulary("data_classes").ids)


def test_writing_on_a_state_is_readable() -> None:
    for mark in theme.marks("coverage_states").values():
        assert theme.contrast(mark.colour, mark.ink) >= 4.5, mark.id
    for i in range(len(theme.BANDS)):
        assert theme.contrast(theme.shade(i), theme.marks("coverage_states")["partial"].ink) >= 4.5, i


def test_contrast_is_that_of_wcag() -> None:
    assert theme.contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert theme.contrast("#777777", "#FFFFFF") == pytest.approx(4.478, abs=0.001)


def test_shades_get_darker_as_the_ratio_falls() -> None:
    light = [theme.contrast(theme.shade(i), "#000000") for i in range(len(theme.BANDS))]
    assert light == sorted(light)
    assert [theme.band(r) for r in (0.0, 0.1, 0.2, 0.35, 0.5, 0.75, 0.999, 1.0)] == [0, 1, 2, 3, 4, 5, 5, 5]


def test_an_unknown_kind_is_drawn_neutral() -> None:
    assert theme.node_mark("Carrier", "new kind").colour == theme.NEUTRAL
    assert theme.node_mark("Window", "hub").colour == vocabulary("window_kinds")["hub"]["colour"]


def test_sheets_use_only_properties_that_exist() -> None:
    for path in files("viz").joinpath("assets").iterdir():
        if path.name.endswith(".css"):
            sheet = theme.stylesheet(*({path.name.removesuffix(".css")} - {"theme"}))
            used = set(re.findall(r"var\((--[\w-]+)", sheet))
            assert used <= set(re.findall(r"(--[\w-]+):", sheet)), path.name
