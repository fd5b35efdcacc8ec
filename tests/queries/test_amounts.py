"""How figures are told: some is never told as none."""

import pytest

from queries.amounts import below, figure, services, share


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (0.04, "<+0.1"), (-0.04, ">−0.1"), (1e-12, "0.0"), (-1e-12, "0.0"), (0.05, "+0.1"), (-0.05, "−0.1"),
        (0.0, "0.0"), (1234.5, "+1,234.5"),
    ],
)  # fmt: skip
def test_a_change_has_its_sign_either_way(change: float, told: str) -> None:
    assert figure(change, 1, plus=True) == told


def test_what_is_less_than_a_bound_reads_as_less() -> None:
    told = [below(value, 1.0, 3) for value in (0.02428, 0.9994, 0.9996, 0.999_99, 0.0001)]
    assert told == ["0.024", "0.999", "0.9996", "0.99999", "<0.001"]


def test_some_in_a_sentence_is_not_told_as_none() -> None:
    assert [services(n) for n in (0, 0.04, 0.4, 9.96, 10, 1234.5)] == ["0", "<0.1", "0.4", "10.0", "10", "1,234"]
    assert [share(n) for n in (0, 0.0004, 0.05, 0.1, 0.996, 1)] == ["0.0%", "<0.1%", "5.0%", "10%", "99%", "100%"]
