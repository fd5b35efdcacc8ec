"""A key revoked in the midst of traffic: whoever shows it is told within a second, everybody else notices nothing."""

import threading
import time
from collections import Counter
from pathlib import Path

import pytest

from api.security.keys import KeyRing
from api.security.roles import Role
from graph.stores.opening import open_store
from tests.support.server import Server, serving
from tests.support.stores import copy_store
from tests.support.terminal import apart
from tests.worlds import AS_OF

DAY = AS_OF.isoformat()
CELL = f"/v1/coverage?region=510700&limit=5&as_of={DAY}"
LONG = {"budget": 500, "time_limit": 20, "as_of": DAY}
SECONDS = 60


class Asker(threading.Thread):
    """Asks one question again and again; notes when each was asked, and the status."""

    def __init__(self, server: Server, words: str) -> None:
        super().__init__()
        self._server, self._headers = server, {"Authorization": f"Bearer {words}"}
        self.ended = threading.Event()
        self.told: list[tuple[float, int]] = []

    def run(self) -> None:
        while not self.ended.is_set():
            asked = time.time()
            self.told.append((asked, self._server.ask(CELL, headers=self._headers).status))

    def since(self, moment: float) -> Counter[int]:
        return Counter(status for asked, status in self.told if asked >= moment)

    def wait_for(self, status: int, since: float) -> None:
        until = time.time() + SECONDS
        while not self.since(since)[status]:
            assert time.time() < until, self.told[-3:]
            time.sleep(0.05)


@pytest.mark.slow
@pytest.mark.parametrize("processes", ["0", "2"])
def test_a_key_revoked_under_traffic_is_of_no_use_within_a_second(
    store_url: str, tmp_path: Path, processes: str
) -> None:
    own = f"ladybug://{copy_store(store_url, tmp_path / 'world.lbug')}"
    with open_store(own) as store:
        ring = KeyRing(store.home)
    gone, words = ring.create("gone", Role.ANALYST, None, 1)
    _, others = ring.create("stays", Role.ANALYST, None, 1)
    bearer = {"Authorization": f"Bearer {words}"}
    with serving(own, SHUNIU_PROCESSES=processes, SHUNIU_REQUESTS_A_MINUTE="100000") as server:
        job = server.ask("/v1/expand", LONG, headers={**bearer, "Prefer": "respond-async"})
        assert job.status == 202
        askers = [Asker(server, words), Asker(server, words), Asker(server, others)]
        for asker in askers:
            asker.start()
        for asker in askers:
            asker.wait_for(200, 0)
        said = apart("keys", "revoke", gone.id, "--store", own)
        revoked = time.time()
        assert said.code == 0, said.err
        for asker in askers[:2]:
            asker.wait_for(401, revoked)
        askers[2].wait_for(200, revoked + 1)
        for path in (job.headers["location"], f"{job.headers['location']}/result"):
            assert server.ask(path, headers=bearer).status == 401
        for asker in askers:
            asker.ended.set()
            asker.join()
    for asker in askers[:2]:
        assert set(asker.since(revoked + 1)) <= {401}
        assert {status for _, status in asker.told} == {200, 401}
    assert {status for _, status in askers[2].told} == {200}
