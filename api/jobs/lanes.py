"""The queues that jobs wait in: huey, a lane a kind of work, each with one thread of a server that takes from it.

What waits outlasts the process; see :mod:`api.jobs.storage` for where.
"""

from collections.abc import Callable, Mapping

from huey import Huey
from huey.consumer import Consumer

from api.jobs.storage import JobStorage

Run = Callable[[str], None]
"""Does the job with an id; raises nothing of what becomes of the job itself."""
LONGEST_PAUSE = 0.5
"""Seconds between two looks into an empty lane."""
RETRIES, RETRY_SECONDS = 3, 20
"""Of a lane whose work is with somebody else, who may not be there just now."""
END_SECONDS = 3.0


class _Taker(Consumer):  # type: ignore[misc]
    """Takes jobs in threads of the server, which hears the signals itself."""

    def _set_signal_handlers(self) -> None:
        pass


class Lanes:
    """The queues of one store."""

    def __init__(self, storage: JobStorage, lanes: Mapping[str, Run], retried: Mapping[str, Run]) -> None:
        self._queues: dict[str, Huey] = {}
        self._tasks: dict[str, Callable[[str], object]] = {}
        self._takers: list[Consumer] = []
        for lane, run in {**lanes, **retried}.items():
            queue = storage.queue(lane)
            again = {"retries": RETRIES, "retry_delay": RETRY_SECONDS} if lane in retried else {}
            self._queues[lane] = queue
            self._tasks[lane] = queue.task(name="run", **again)(run)

    def put(self, lane: str, id_: str) -> None:
        """Have a job done when its turn comes."""
        self._tasks[lane](id_)

    def waiting(self) -> set[str]:
        """Return the ids that wait in any lane."""
        return {task.args[0] for queue in self._queues.values() for task in queue.pending()}

    def start(self) -> None:
        """Begin to take."""
        for queue in self._queues.values():
            taker = _Taker(queue, workers=1, periodic=False, initial_delay=0.05, max_delay=LONGEST_PAUSE)
            taker.start()
            self._takers.append(taker)

    def close(self) -> bool:
        """Take no more; what is being done is waited for a little. Tell whether nothing is done any more."""
        threads = [thread for t in self._takers for thread in (*(w for _, w in t.worker_threads), t.scheduler)]
        for taker in self._takers:
            taker.stop_flag.set()
        for thread in threads:
            thread.join(END_SECONDS)
        for queue in self._queues.values():
            queue.storage.close()
        return not any(thread.is_alive() for thread in threads)
