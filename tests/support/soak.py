"""How often a fault is tried: a few times on every change, many in the long run (``make soak``)."""

import os


def trials(short: int, long: int) -> int:
    """Return ``long`` where SHUNIU_SOAK is set, else ``short``."""
    return long if os.environ.get("SHUNIU_SOAK") else short
