"""What tests of stores share."""

import pytest

from graph.stores import embedded_writing
from tests.support.stores import WAYS


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Each way of an embedded store to write new rows, however few."""
    monkeypatch.setattr(embedded_writing, "BULK_ROWS", WAYS[request.param])
    name: str = request.param
    return name
