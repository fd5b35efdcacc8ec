"""RCA, proximity and density: ecomplexity's numbers, a plain double loop, and what must hold."""

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as stn

from graph.arrays import Floats
from graph.errors import BadParameter
from queries.solvers.relatedness import density, proximity, revealed_comparative_advantage

SHAPES = stn.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=7)
AMOUNTS = stn.arrays(np.float64, SHAPES, elements=st.sampled_from([0.0, 0.0, 0.5, 1.0, 3.0, 70.0]))


def plain(x: Floats) -> tuple[Floats, Floats, Floats]:
    """The formulas, word by word."""
    regions, activities = x.shape
    rca = np.zeros(x.shape)
    for r in range(regions):
        for c in range(activities):
            if x[r].sum() and x[:, c].sum():
                rca[r, c] = (x[r, c] / x[r].sum()) / (x[:, c].sum() / x.sum())
    has = rca >= 1
    phi = np.eye(activities)
    for c in range(activities):
        for d in range(activities):
            both = sum(has[r, c] and has[r, d] for r in range(regions))
            if c != d and has[:, c].any() and has[:, d].any():
                phi[c, d] = min(both / has[:, c].sum(), both / has[:, d].sum())
    omega = np.zeros(x.shape)
    for r in range(regions):
        for c in range(activities):
            omega[r, c] = sum(phi[c, d] for d in range(activities) if has[r, d]) / sum(phi[c])
    return rca, phi, omega


def ours(x: Floats) -> tuple[Floats, Floats, Floats]:
    rca = revealed_comparative_advantage(x)
    phi = proximity(rca >= 1)
    return rca, phi, density(rca >= 1, phi)


def test_a_worked_example() -> None:
    rca, phi, omega = ours(np.array([[6.0, 2.0, 0.0], [2.0, 2.0, 4.0]]))
    assert rca == pytest.approx(np.array([[1.5, 1.0, 0.0], [0.5, 1.0, 2.0]]))
    assert phi == pytest.approx(np.array([[1, 0.5, 0], [0.5, 1, 0.5], [0, 0.5, 1]]))
    assert omega[1] == pytest.approx([0.5 / 1.5, 1.5 / 2, 1])


def test_ecomplexity_says_the_same() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from ecomplexity.calc_density import calc_density  # noqa: PLC0415
        from ecomplexity.calc_proximity import calc_discrete_proximity  # noqa: PLC0415
    rng = np.random.default_rng(7)
    x = rng.gamma(0.4, 50, (21, 60))
    has = ((x / x.sum(1, keepdims=True)) / (x.sum(0) / x.sum()) >= 1).astype(int)
    rca, phi, omega = ours(x)
    assert (rca >= 1).astype(int).tolist() == has.tolist()
    theirs = calc_discrete_proximity(has, has.sum(0))
    assert phi == pytest.approx(theirs)
    assert omega == pytest.approx(calc_density(has, theirs))


@given(AMOUNTS)
def test_the_plain_loop_says_the_same(x: Floats) -> None:
    found, wanted = ours(x), plain(x)
    near = np.abs(wanted[0] - 1) < 1e-9  # a tie of rounding may fall on either side of 1
    if not (near & (found[0] != wanted[0])).any():
        for one, other in zip(found, wanted, strict=True):
            assert one == pytest.approx(other)


@given(AMOUNTS)
def test_what_must_hold(x: Floats) -> None:
    rca, phi, omega = ours(x)
    assert np.isfinite(rca).all()
    assert (phi == phi.T).all()
    assert (np.diag(phi) == 1).all()
    assert ((phi >= 0) & (phi <= 1)).all()
    assert ((omega >= 0) & (omega <= 1 + 1e-12)).all()
    # The shares of a region's total average RCA to 1, weighted by how common an activity is.
    some = x.sum(axis=1) > 0
    if some.any():
        assert (rca[some] * (x.sum(axis=0) / x.sum())).sum(axis=1) == pytest.approx(1)


@given(AMOUNTS, st.sampled_from([0.25, 4.0, 1024.0]))
def test_the_unit_does_not_matter(x: Floats, factor: float) -> None:
    assert revealed_comparative_advantage(x * factor) == pytest.approx(revealed_comparative_advantage(x))


def test_nothing_is_defined() -> None:
    rca, phi, omega = ours(np.zeros((2, 3)))
    assert not rca.any()
    assert phi.tolist() == np.eye(3).tolist()
    assert not omega.any()
    assert revealed_comparative_advantage(np.zeros((0, 4))).shape == (0, 4)
    assert proximity(np.zeros((0, 4))).tolist() == np.eye(4).tolist()


@pytest.mark.parametrize("x", [[[-1.0, 2.0]], [[np.nan, 2.0]], [[np.inf, 2.0]], [1.0, 2.0], [["a"]], [[1], [1, 2]]])
def test_nonsense_is_refused(x: object) -> None:
    with pytest.raises(BadParameter):
        revealed_comparative_advantage(x)  # type: ignore[arg-type]


def test_presence_is_yes_or_no_and_shapes_fit() -> None:
    for wrong in ([[0.5]], [[2]], [[-1]], [[np.nan]]):
        with pytest.raises(BadParameter):
            proximity(wrong)
    with pytest.raises(BadParameter, match=r"\[2, 2\]"):
        density([[1, 0]], [[1.0]])
