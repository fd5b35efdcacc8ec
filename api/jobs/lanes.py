"""The queues that jobs wait in: huey on SQLite, a lane a kind of work, each with one thread that takes from it.

What waits lies on the disk and outlasts the process. Of several servers on one store, the one that came first takes.
"""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path

from huey import SqliteHuey
from huey.consumer import Consumer

from api.jobs.register import FILE
from graph.home import locked

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

    def __init__(self, folder: Path, lanes: Mapping[str, Run], retried: Mapping[str, Run]) -> None:
        self._folder = folder
        self._queues: dict[str, SqliteHuey] = {}
        self._tasks: dict[str, Callable[[str], object]] = {}
        self._takers: list[Consumer] = []
        self._holding = ExitStack()
        for lane, run in {**lanes, **retried}.items():
            queue = SqliteHuey(lane, filename=str(folder / FILE), results=False, fsync=True)
            again = {"retries": RETRIES, "retry_delay": RETRY_SECONDS} if lane in retried else {}
            self._queues[lane] = queue
            self._tasks[lane] = queue.task(name="run", **again)(run)

    def put(self, lane: str, id_: str) -> None:
        """Have a job done when its turn comes."""
        self._tasks[lane](id_)

    def waiting(self) -> set[str]:
        """Return the ids that wait in any lane."""
        return {task.args[0] for queue in self._queues.values() for task in queue.pending()}

    def mine(self) -> bool:
        """Tell whether this process is the one that takes; it stays so until the end."""
        return self._holding.enter_context(locked(self._folder, wait=False))

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
        self._holding.close()
        return not any(thread.is_alive() for thread in threads)
