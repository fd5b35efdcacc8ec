"""Coroutines are run in a thread of their own: a browser of other tests keeps a loop in the tests' own thread."""

from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import anyio

Answer = TypeVar("Answer")


def run_apart(function: Callable[..., Awaitable[Answer]], *arguments: object) -> Answer:
    """Run it to its end and return its answer; whatever it raises is raised here."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(anyio.run, function, *arguments).result()
