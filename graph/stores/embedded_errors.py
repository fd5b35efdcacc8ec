"""What Ladybug says, in our errors."""

import re
from pathlib import Path

from graph import errors
from graph.language import Text
from graph.stores.base import READ_SECONDS
from graph.stores.file_format import OURS, format_of

DAMAGED = (
    "Corrupted",
    "corrupted",
    "not a valid",
    "Checksum",
    "WAL",
    "deserial",
    "read checkpoint",
    "past the end",
    "left behind from a previous database",
)
"""Words by which Ladybug tells of a file that is not what it was."""

FULL = ("No space left", "Error 28", "Error: Success")
"""Words by which it tells of a full disk; no error at all is a write of which a part alone found room."""

FOREIGN = (RuntimeError, MemoryError, IndexError, ValueError)
"""Everything that Ladybug raises: one class by intent, and others where a damaged file leads it astray."""


def holder(process: int | str) -> Text:
    """Return which process has a file, as it stands in an error."""
    return Text(f"（PID {process}）", f" (PID {process})")


def translate(error: Exception, path: Path, seconds: float = READ_SECONDS) -> errors.ShuniuError:
    """Map what Ladybug says (one exception class for everything) to our errors, by its wording."""
    reason = str(error).strip()
    if "different version" in reason:
        return (errors.StoreNewer if (format_of(path) or 0) > OURS else errors.StoreOutdated)(path=path)
    if "Could not set lock" in reason:
        held = re.search(r"PID (\d+)", reason)
        return errors.StoreLocked(path=path, holder=holder(held[1]) if held else "")
    if any(sign in reason for sign in FULL):
        return errors.DiskFull(path=path)
    if "duplicated primary key" in reason:
        return errors.StoreMoved()
    if "Interrupted" in reason:
        return errors.QueryTimeout(seconds=seconds)
    if "read-only" in reason or "read only" in reason:
        return errors.StoreReadOnly()
    if "Cannot open file" in reason or "Permission denied" in reason:
        return errors.FileUnwritable(path=path, reason=reason)
    if any(sign in reason for sign in DAMAGED):
        return errors.StoreDamaged(path=path, reason=reason)
    return errors.StoreFailure(reason=reason)
