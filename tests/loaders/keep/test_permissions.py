"""A folder of which something is not for this user to read."""

from collections.abc import Callable
from pathlib import Path

import pytest

from graph.errors import HomeForbidden
from graph.home import Home
from graph.home_files import read_json
from graph.lines import read_lines
from graph.manifest import JOURNAL, MANIFEST
from loaders.keep.permissions import ensure_permitted
from tests.support.users import limited

SHUT = [".", MANIFEST, JOURNAL, "key", "cases", "cases/in", "cases/in/b.json"]


@pytest.mark.parametrize("name", SHUT)
def test_what_is_not_for_this_user_to_read_is_no_damage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)  # the folders above are the own ones of who runs the tests
    home = Home(Path("store.d"))
    home.keep({"cases/a.json": b"{}", "cases/in/b.json": b"{}", "key": b"k"})
    home.append(JOURNAL, {"load": "load-000001"})
    (home.folder / "answers").mkdir(mode=0o700)  # of whoever asked
    for path in (tmp_path, *tmp_path.rglob("*[!s]")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    with limited():
        ensure_permitted(home.folder)
    (home.folder / name).chmod(0)
    with limited(), pytest.raises(HomeForbidden) as caught:
        ensure_permitted(home.folder)
    assert caught.value.details == {"path": home.folder / name}
    read: dict[str, Callable[[], object]] = {
        MANIFEST: home.listing,
        JOURNAL: lambda: read_lines(home.folder / JOURNAL),
        "cases/in/b.json": lambda: read_json(home.folder / name, list[int]),
    }
    if name in read:
        with limited(), pytest.raises(HomeForbidden) as caught:
            read[name]()
        assert caught.value.details == {"path": home.folder / name}
