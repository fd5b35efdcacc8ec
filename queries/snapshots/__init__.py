"""Snapshots: coverage of a day kept in files, what changed between two and why, a group over time."""

from queries.snapshots.comparing import DiffQuestion, SnapshotPair, compare, diff
from queries.snapshots.keeping import create, find, snapshots
from queries.snapshots.months import keep_month
from queries.snapshots.publishing import publish, withdraw
from queries.snapshots.series import kept_series, series

__all__ = [
    "DiffQuestion",
    "SnapshotPair",
    "compare",
    "create",
    "diff",
    "find",
    "keep_month",
    "kept_series",
    "publish",
    "series",
    "snapshots",
    "withdraw",
]
