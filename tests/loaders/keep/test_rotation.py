"""Another key for all that is sealed."""

import hashlib
from pathlib import Path

import pytest

from graph.errors import FileUnwritable, WrongKey
from graph.home import Home
from loaders.keep import rotation
from loaders.keep.archive import fetch, is_kept, keep, kept_at
from loaders.keep.keys import KEY, Keys
from loaders.keep.rotation import rotate
from loaders.keep.vault import Seal

TEXTS = (b"one" * 100, b"two" * 100, b"three" * 100)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder with three copies of sources."""
    folder = tmp_path / "h.d"
    folder.mkdir()
    for text in TEXTS:
        (tmp_path / "source").write_bytes(text)
        assert keep(tmp_path / "source", digest(text), folder, Seal(folder / KEY))
        assert not keep(tmp_path / "source", digest(text), folder, Seal(folder / KEY))
    Home(folder).enter(*(f"sources/{digest(text)}" for text in TEXTS), KEY)
    return folder


def digest(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()


def opened(home: Path, folder: Path) -> list[bytes]:
    return [fetch(digest(text), home, Seal(home / KEY), folder, "out").read_bytes() for text in TEXTS]


def test_all_that_is_sealed_opens_with_the_new_key_alone(home: Path, tmp_path: Path) -> None:
    before = (home / KEY).read_bytes()
    assert rotate(home, old=tmp_path / "old") == 3
    assert (tmp_path / "old").read_bytes() == before != (home / KEY).read_bytes()
    assert opened(home, tmp_path) == [*TEXTS]
    assert all(
        Home(home).fault(name, entry, thorough=True) is None for name, entry in Home(home).listing().files.items()
    )
    with pytest.raises(FileUnwritable):
        rotate(home, old=tmp_path / "old")
    assert (tmp_path / "old").read_bytes() == before
    (home / KEY).write_bytes(before)
    (home / "key.next").unlink()
    assert not is_kept(digest(TEXTS[0]), home, Seal(home / KEY))


def test_one_that_was_stopped_goes_on_where_it_was(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rotation, "AT_ONCE", 1)
    new = Keys(home / KEY).begin_change()
    path = kept_at(digest(TEXTS[1]), home)
    Home(home).keep({f"sources/{path.name}": rotation.reseal(path.name, home, Seal(home / KEY))})
    assert rotate(home) == 2
    assert (home / KEY).read_bytes() == new
    assert not (home / "key.next").exists()
    assert opened(home, tmp_path) == [*TEXTS]


def test_what_another_key_sealed_is_named_and_nothing_is_lost(home: Path, tmp_path: Path) -> None:
    whole = {path.name: path.read_bytes() for path in (home / "sources").iterdir()}
    key = (home / KEY).read_bytes()
    (home / KEY).write_bytes(bytes(len(key)))
    with pytest.raises(WrongKey):
        rotate(home)
    assert {path.name: path.read_bytes() for path in (home / "sources").iterdir()} == whole
    (home / KEY).write_bytes(key)
    assert opened(home, tmp_path) == [*TEXTS]
