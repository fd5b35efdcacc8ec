"""Another user of the machine, who owns none of the files."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

NOBODY = 65534


@contextmanager
def limited() -> Iterator[None]:
    """Act as a user who may not do everything; whoever runs the tests as root may."""
    before = os.geteuid()
    if before == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(before)
