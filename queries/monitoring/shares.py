"""A share of few: how far it may be off, and what it is worth beside the shares of others."""

from statistics import NormalDist

import numpy as np

from graph.arrays import Floats

CONFIDENCE = 0.95
_Z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)


def wilson(successes: Floats, trials: Floats) -> tuple[Floats, Floats]:
    """Return the bounds of the 95 % interval of shares (Wilson 1927); NaN where there was no trial.

    Args:
        successes: [n] how often it was so.
        trials: [n] of how many.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        share, z2 = successes / trials, _Z**2
        centre = (share + z2 / (2 * trials)) / (1 + z2 / trials)
        half = _Z * np.sqrt(share * (1 - share) / trials + z2 / (4 * trials**2)) / (1 + z2 / trials)
        # The bound of none and of all is exact; rounding must not push it past 0 or 1.
        return np.clip(centre - half, 0.0, share), np.clip(centre + half, share, 1.0)


def shrunk(successes: Floats, trials: Floats) -> tuple[Floats, Floats]:
    """Return shares drawn towards that of all, the more so the fewer trials there were, and their standard errors.

    Empirical Bayes with moments (Marshall 1991, binomial variance): with m = Σs/Σn, V = m(1−m)/n and
    A = max(0, Σn(p−m)²/Σn − m(1−m)/n̄), a share becomes m + B(p−m), B = A/(A+V); its variance is
    A(1−B) + (1−B)²·m(1−m)/Σn. One without trials becomes m, with variance A + m(1−m)/Σn. NaN where nobody had any.

    Args:
        successes: [n] how often it was so.
        trials: [n] of how many.
    """
    whole = float(trials.sum())
    if not whole:
        return np.full(len(trials), np.nan), np.full(len(trials), np.nan)
    mean = float(successes.sum()) / whole
    tried = trials > 0
    share = np.divide(successes, trials, out=np.full(len(trials), mean), where=tried)
    one = mean * (1 - mean)
    spread = max(0.0, float((trials * (share - mean) ** 2).sum()) / whole - one / (whole / int(tried.sum())))
    noise = np.divide(one, trials, out=np.full(len(trials), np.inf), where=tried)
    keep = spread / (spread + noise) if spread else np.zeros(len(trials))
    return mean + keep * (share - mean), np.sqrt(spread * (1 - keep) + (1 - keep) ** 2 * one / whole)
