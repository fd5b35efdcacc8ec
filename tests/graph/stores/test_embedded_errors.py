"""What Ladybug says of a file of another version; what else it says is tested in conformance."""

from pathlib import Path

import pytest

from graph import errors
from graph.language import Text
from graph.stores.embedded_errors import translate
from graph.stores.file_format import OURS


@pytest.mark.parametrize(
    ("version", "kind"),
    [(OURS + 1, errors.StoreNewer), (OURS, errors.StoreOutdated), (OURS - 1, errors.StoreOutdated),
     (None, errors.StoreOutdated)],
)  # fmt: skip
def test_another_version_is_newer_or_older(tmp_path: Path, version: int | None, kind: type[errors.ShuniuError]) -> None:
    path = tmp_path / "g.lbug"
    if version:
        path.write_bytes(b"LBUG" + version.to_bytes(8, "little"))
    found = translate(RuntimeError("a file of a different version"), path)
    assert (type(found), found.details) == (kind, {"path": path})


def test_details_of_what_ladybug_says() -> None:
    path = Path("/g.lbug")
    said = {
        "Could not set lock on file (held by PID 4711)": {"path": path, "holder": Text("（PID 4711）", " (PID 4711)")},
        "Could not set lock on file": {"path": path, "holder": ""},
        "Error 28": {"path": path},
        " Permission denied ": {"path": path, "reason": "Permission denied"},
        "the read only one": {},
        "Interrupted": {"seconds": 7.0},
        "something new": {"reason": "something new"},
    }
    assert [translate(RuntimeError(text), path, 7.0).details for text in said] == list(said.values())
