"""How likely are two nodes of an undirected graph to be linked, by their neighbours alone?

Scores of Liben-Nowell & Kleinberg (2007), Adamic & Adar (2003) and Zhou, Lü & Zhang (2009), by sparse products.
"""

from collections.abc import Callable
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt
from scipy import sparse

from graph.arrays import Floats
from graph.errors import BadParameter
from graph.language import Text, listed

Method = Literal[
    "common_neighbours", "jaccard", "adamic_adar", "resource_allocation", "preferential_attachment", "local_path"
]
METHODS: tuple[Method, ...] = get_args(Method)
LOCAL_PATH_WEIGHT = 0.01
"""What a path of three steps counts beside one of two (Lü, Jin & Zhou 2009)."""
_WEIGHTS: dict[Method, Callable[[Floats], Floats]] = {
    "common_neighbours": np.ones_like,
    # A common neighbour has two neighbours at least, unless the pair is one node twice.
    "adamic_adar": lambda degree: 1.0 / np.log(np.maximum(degree, 2.0)),
    "resource_allocation": lambda degree: 1.0 / np.maximum(degree, 1.0),
}
"""What a common neighbour counts, by its degree."""


def link_scores(adjacency: sparse.csr_array, pairs: npt.ArrayLike, method: Method) -> Floats:
    """Return a score for each pair of nodes; the larger, the likelier a link.

    With N(a) the neighbours of a and d(z) the degree of z:

    - ``common_neighbours``: |N(a) ∩ N(b)|
    - ``jaccard``: |N(a) ∩ N(b)| / |N(a) ∪ N(b)|, 0 where neither has any
    - ``adamic_adar``: Σ over common z of 1 / ln d(z)
    - ``resource_allocation``: Σ over common z of 1 / d(z)
    - ``preferential_attachment``: d(a) · d(b)
    - ``local_path``: paths of two steps + 0.01 · walks of three steps

    Args:
        adjacency: [n, n], symmetric; every stored value but 0 is a link, loops do not count.
        pairs: [q, 2] node numbers.
        method: One of METHODS.

    Returns:
        [q] scores ≥ 0.

    Raises:
        BadParameter: the matrix is not square or not symmetric, a pair names no node, or there is no such method.
    """
    if method not in METHODS:
        raise BadParameter(name="method", value=method, reason=listed(METHODS))
    links = _links(adjacency)
    ends = _ends(pairs, links.shape[0])
    degree = np.asarray(links.sum(axis=1), dtype=float)
    first, second = degree[ends[:, 0]], degree[ends[:, 1]]
    one, other = links[ends[:, 0]], links[ends[:, 1]]
    if method == "preferential_attachment":
        product: Floats = first * second
        return product
    if method in _WEIGHTS:
        return _common(one, other, _WEIGHTS[method](degree))
    shared = _common(one, other, np.ones(len(degree)))
    if method == "local_path":
        longer = _common(sparse.csr_array(one @ links), other, np.ones(len(degree)))
        return shared + LOCAL_PATH_WEIGHT * longer
    either = first + second - shared  # jaccard
    share: Floats = np.divide(shared, either, out=np.zeros(len(ends)), where=either > 0)
    return share


def _common(one: sparse.csr_array, other: sparse.csr_array, weight: Floats) -> Floats:
    """Return for each row Σ over columns of both values · weight."""
    return np.asarray(one.multiply(other) @ weight, dtype=float).reshape(-1)


def _links(adjacency: sparse.csr_array) -> sparse.csr_array:
    shape = adjacency.shape
    if shape[0] != shape[1]:
        raise BadParameter(name="adjacency", value=shape, reason=Text("应为方阵", "must be square"))
    links: Any = sparse.csr_array(adjacency).astype(bool).astype(float)
    links.setdiag(0.0)
    links.eliminate_zeros()
    if (links != links.T).nnz:
        raise BadParameter(name="adjacency", value=shape, reason=Text("应为对称矩阵", "must be symmetric"))
    made: sparse.csr_array = links
    return made


def _ends(pairs: npt.ArrayLike, nodes: int) -> npt.NDArray[np.int64]:
    given = np.asarray(pairs)
    ends = given.astype(np.int64).reshape(-1, 2) if given.size % 2 == 0 else np.full((1, 2), -1)
    if ends.size and (ends.min() < 0 or ends.max() >= nodes):
        last = nodes - 1
        reason = Text(f"每对应为 0 到 {last} 的两个节点号", f"each pair must be two node numbers, 0 to {last}")
        raise BadParameter(name="pairs", value=given.shape, reason=reason)
    return ends
