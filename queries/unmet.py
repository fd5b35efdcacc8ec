"""Unmet demand, and what actions save of it (method, sections 2 and 7), for scenarios, plans and remedies alike."""

import numpy as np
from scipy import sparse

from graph.arrays import Floats

Sparse = sparse.csr_array | sparse.csc_array


def unmet_demand(demand: Floats, access: Floats) -> Floats:
    """Return D · max(0, 1 − A), services a year, [R, N] or whatever shape both have; NaN where either is unknown."""
    lacking: Floats = demand * np.maximum(0.0, 1.0 - access)
    return lacking


def saved_by_action(demand: Floats, need: Floats, effects: Sparse, made_of: Sparse) -> sparse.csc_array:
    """Return what each action alone saves of the unmet demand of each cell, [M, J]; negative where it adds to it.

    Args:
        demand: [M] services a year.
        need: [M] 1 − A now; negative where there is more than enough.
        effects: [M, Z] A per unit of a basis effect.
        made_of: [Z, J] units of each basis effect that an action brings.
    """
    added = sparse.coo_array(effects @ made_of)
    cell = added.coords[0]
    saved = demand[cell] * (np.maximum(0.0, need[cell]) - np.maximum(0.0, need[cell] - added.data))
    return sparse.csc_array((saved, added.coords), shape=added.shape)
