"""What only the embedded store must be told to do."""

from pathlib import Path

import pytest

from graph.stores import embedded
from graph.stores.opening import open_store
from tests.support.facts import write


@pytest.mark.slow
def test_a_store_that_stays_open_takes_any_number_of_loads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ladybug gives back what a COPY took of the page cache only when its connection is closed."""
    monkeypatch.setattr(embedded, "BUFFER_BYTES", 2**27)
    with open_store(f"ladybug://{tmp_path / 'graph.lbug'}") as store:
        for number in range(70):
            write(store, {"Need": [{"key": str(number), "state": "open"}]})
