"""Memory that is free within this process: back to the system, for those who take much of it at a time."""

import ctypes
import gc
from collections.abc import Iterator
from contextlib import contextmanager

import pyarrow as pa


def give_back() -> None:
    """Give back to the system what is free; where the C library cannot, it stays with this process."""
    gc.collect()
    pa.default_memory_pool().release_unused()
    if trim := getattr(ctypes.CDLL(None), "malloc_trim", None):  # glibc's
        trim(0)


@contextmanager
def giving_back() -> Iterator[None]:
    """Give back what is free before what takes much memory is done, and after it."""
    give_back()
    yield
    give_back()
