"""What solvers are given: numbers of which none is negative, refused by name and place where they are not."""

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from graph.arrays import Floats
from graph.errors import BadParameter
from graph.language import Text


def amounts(name: str, values: npt.ArrayLike, size: int | None = None, *, infinite: bool = False) -> Floats:
    """Return a vector [n] of numbers ≥ 0, of ``size`` where one is given, ∞ among them only if ``infinite``.

    Raises:
        BadParameter: another shape, not numbers, negative, NaN.
    """
    made = numbers(name, values)
    if made.ndim != 1 or size not in (None, len(made)):
        why = Text("应为一维数组", "must have one dimension")
        if size is not None:
            why = Text(f"应为 {size} 个数的一维数组", f"must be {size} numbers in one row")
        raise BadParameter(name=name, value=made.shape, reason=why)
    return natural(name, made, infinite=infinite)


def numbers(name: str, values: Any) -> Floats:
    """Return an array of numbers, [n] or [n, m] as it is given.

    Raises:
        BadParameter: not numbers, or ragged.
    """
    try:
        return np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise BadParameter(
            name=name, value=type(values).__name__, reason=Text("应为数组", "must be numbers")
        ) from error


def natural(name: str, made: Floats, *, infinite: bool = False) -> Floats:
    """Return the array, [n] or [n, m], if nothing in it is negative, NaN or, unless allowed, infinite.

    Raises:
        BadParameter: something is.
    """
    wrong = np.isnan(made) | (made < 0) | (False if infinite else np.isinf(made))
    if wrong.any():
        at = tuple(int(k) for k in np.argwhere(wrong)[0])
        where = at[0] if len(at) == 1 else at
        raise BadParameter(
            name=f"{name}[{where}]",
            value=made[at],
            reason=Text("应为不小于 0 的数", "must be 0 or more")
            if infinite
            else Text("应为不小于 0 的有限数", "must be finite, 0 or more"),
        )
    return made


def weights(name: str, values: Any) -> sparse.csr_array:
    """Return a matrix of finite numbers of 0 or more as a sparse array by rows, entries of one cell summed.

    Raises:
        BadParameter: it is no such matrix.
    """
    given: Any = values
    if sparse.issparse(values):
        made = sparse.csr_array(given, dtype=np.float64, copy=True)
        made.sum_duplicates()  # in the copy: the caller's own is never changed
        natural(f"{name}.data", made.data)
        return made
    dense = numbers(name, values)
    if dense.ndim != 2:
        raise BadParameter(name=name, value=dense.shape, reason=Text("应为二维数组", "must have two dimensions"))
    return sparse.csr_array(natural(name, dense))
