"""Memory that is free within this process: back to the system, for those who take much of it at a time."""

import ctypes
import gc

import pyarrow as pa


def give_back() -> None:
    """Give back to the system what is free; where the C library cannot, it stays with this process."""
    gc.collect()
    pa.default_memory_pool().release_unused()
    if trim := getattr(ctypes.CDLL(None), "malloc_trim", None):  # glibc's
        trim(0)
