"""Copies of what was loaded: made once, opened to what they were, and to nothing where anything is wrong with them."""

import hashlib
import secrets
from pathlib import Path

import pytest

from graph.errors import FileUnwritable, KeyMissing, SealBroken, SourceMissing
from loaders.keep import archive
from loaders.keep.archive import FRAME_BYTES, fetch, fetch_check, is_kept, keep, kept_at, reseal
from loaders.keep.keys import KEY
from loaders.keep.vault import Seal

FRAME = 1000
HEAD = 8
"""Bytes before a frame: two numbers of four."""
SIZES = (0, 1, FRAME - 1, FRAME, FRAME + 1, 3 * FRAME)


@pytest.fixture(autouse=True)
def _small_frames(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "FRAME_BYTES", FRAME)


@pytest.fixture
def seal(tmp_path: Path) -> Seal:
    return Seal(tmp_path / "home" / KEY)


def test_a_frame_is_small_beside_memory() -> None:
    assert FRAME_BYTES == 8 * 1024 * 1024


def source(folder: Path, content: bytes) -> tuple[Path, str]:
    path = folder / "source.csv"
    path.write_bytes(content)
    return path, hashlib.sha256(content).hexdigest()


def kept(folder: Path, seal: Seal, content: bytes) -> tuple[str, Path]:
    """Keep a content and return its digest and the file of the copy."""
    path, digest = source(folder, content)
    assert keep(path, digest, folder / "home", seal)
    return digest, kept_at(digest, folder / "home")


@pytest.mark.parametrize("size", SIZES)
def test_a_copy_opens_to_what_it_was(tmp_path: Path, seal: Seal, size: int) -> None:
    content = secrets.token_bytes(size)
    digest, copy = kept(tmp_path, seal, content)
    assert fetch(digest, tmp_path / "home", seal, tmp_path, "again") == tmp_path / "again"
    assert (tmp_path / "again").read_bytes() == content
    assert copy == tmp_path / "home" / "sources" / digest
    assert [p.name for p in copy.parent.iterdir()] == [digest]
    assert size < len(digest) or content not in copy.read_bytes()  # a byte or two may stand there by chance
    fetch_check(digest, tmp_path / "home", seal, thorough=True)


def test_what_is_kept_is_not_kept_again(tmp_path: Path, seal: Seal) -> None:
    digest, copy = kept(tmp_path, seal, b"abc")
    before = copy.read_bytes()
    assert is_kept(digest, tmp_path / "home", seal)
    assert not keep(tmp_path / "source.csv", digest, tmp_path / "home", seal)
    assert copy.read_bytes() == before


def test_a_damaged_copy_is_made_again(tmp_path: Path, seal: Seal) -> None:
    digest, copy = kept(tmp_path, seal, b"abc")
    copy.write_bytes(b"?")
    assert not is_kept(digest, tmp_path / "home", seal)
    assert keep(tmp_path / "source.csv", digest, tmp_path / "home", seal)
    fetch_check(digest, tmp_path / "home", seal, thorough=True)


def test_a_folder_in_the_place_of_a_copy_is_moved(tmp_path: Path, seal: Seal) -> None:
    kept(tmp_path, seal, b"makes the key")
    path, digest = source(tmp_path, b"abc")
    (kept_at(digest, tmp_path / "home") / "in").mkdir(parents=True)
    assert keep(path, digest, tmp_path / "home", seal)
    fetch_check(digest, tmp_path / "home", seal, thorough=True)
    (aside,) = (p for p in (tmp_path / "home" / "sources").iterdir() if p.is_dir())
    assert (aside.name[: len(digest) + 1], (aside / "in").exists()) == (f"{digest}.", True)


def test_what_cannot_be_written_leaves_nothing(tmp_path: Path, seal: Seal) -> None:
    path, digest = source(tmp_path, b"abc")
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "sources").write_text("no folder")
    with pytest.raises(FileUnwritable):
        keep(path, digest, tmp_path / "home", seal)
    (tmp_path / "home" / "sources").unlink()
    path.unlink()
    with pytest.raises(FileUnwritable) as raised:
        keep(path, digest, tmp_path / "home", seal)
    assert raised.value.details["path"] == kept_at(digest, tmp_path / "home")
    assert [*(tmp_path / "home" / "sources").iterdir()] == []


@pytest.mark.parametrize("thorough", [False, True])
def test_a_copy_that_is_gone_is_named(tmp_path: Path, seal: Seal, *, thorough: bool) -> None:
    with pytest.raises(SourceMissing) as raised:
        fetch_check("00", tmp_path, seal, thorough=thorough)
    assert raised.value.details["path"] == tmp_path / "sources" / "00"
    with pytest.raises(SourceMissing) as raised:
        fetch("00", tmp_path, seal, tmp_path, "again")
    assert raised.value.details["path"] == tmp_path / "sources" / "00"
    assert not is_kept("00", tmp_path, seal)


def test_a_glance_opens_nothing(tmp_path: Path, seal: Seal) -> None:
    digest, copy = kept(tmp_path, seal, b"abc")
    copy.write_bytes(b"")
    fetch_check(digest, tmp_path / "home", seal, thorough=False)
    with pytest.raises(SealBroken):
        fetch_check(digest, tmp_path / "home", seal, thorough=True)


@pytest.mark.parametrize("size", SIZES)
def test_a_copy_that_is_cut_off_anywhere_is_broken(tmp_path: Path, seal: Seal, size: int) -> None:
    digest, copy = kept(tmp_path, seal, secrets.token_bytes(size))
    whole = copy.read_bytes()
    for end in {0, HEAD - 1, HEAD, len(whole) // 2, len(whole) - HEAD, len(whole) - 1}:
        copy.write_bytes(whole[:end])
        with pytest.raises(SealBroken) as raised:
            fetch_check(digest, tmp_path / "home", seal, thorough=True)
        assert str(raised.value.details["what"]).startswith(digest)


@pytest.mark.parametrize("at", [0, 3, 4, HEAD, HEAD + 1, HEAD + 40, -HEAD, -1])
def test_a_byte_that_is_changed_is_seen(tmp_path: Path, seal: Seal, at: int) -> None:
    digest, copy = kept(tmp_path, seal, secrets.token_bytes(FRAME + 1))
    content = bytearray(copy.read_bytes())
    content[at] ^= 1
    copy.write_bytes(content)
    with pytest.raises(SealBroken):
        fetch_check(digest, tmp_path / "home", seal, thorough=True)


def test_a_frame_longer_than_any_is_not_even_opened(tmp_path: Path, seal: Seal) -> None:
    digest, copy = kept(tmp_path, seal, secrets.token_bytes(FRAME))
    fetch_check(digest, tmp_path / "home", seal, thorough=True)
    content = copy.read_bytes()
    copy.write_bytes((FRAME + 1).to_bytes(4, "little") + content[4:])
    with pytest.raises(SealBroken) as raised:
        fetch_check(digest, tmp_path / "home", seal, thorough=True)
    assert raised.value.details["what"] == digest


def test_the_copy_of_one_file_does_not_pass_for_another(tmp_path: Path, seal: Seal) -> None:
    _, copy = kept(tmp_path, seal, b"abc")
    copy.rename(kept_at("00", tmp_path / "home"))
    assert not is_kept("00", tmp_path / "home", seal)


def test_a_content_kept_under_anothers_name_is_seen(tmp_path: Path, seal: Seal) -> None:
    path, _ = source(tmp_path, b"abc")
    keep(path, "00", tmp_path / "home", seal)
    with pytest.raises(SealBroken) as raised:
        fetch("00", tmp_path / "home", seal, tmp_path, "again")
    assert raised.value.details["what"] == "00"


def test_frames_do_not_change_places(tmp_path: Path, seal: Seal) -> None:
    content = bytes(FRAME)
    digest, copy = kept(tmp_path, seal, content + content)
    raw = copy.read_bytes()
    size = HEAD + int.from_bytes(raw[4:8], "little")
    copy.write_bytes(raw[size : 2 * size] + raw[:size] + raw[2 * size :])
    assert not is_kept(digest, tmp_path / "home", seal)


def test_without_its_key_nothing_opens(tmp_path: Path, seal: Seal) -> None:
    digest, _ = kept(tmp_path, seal, b"abc")
    (tmp_path / "home" / KEY).unlink()
    keyless = Seal(tmp_path / "home" / KEY)
    with pytest.raises(KeyMissing):
        fetch_check(digest, tmp_path / "home", keyless, thorough=True)
    path, other = source(tmp_path, b"another")
    with pytest.raises(KeyMissing):
        keep(path, other, tmp_path / "home", keyless)
    assert [p.name for p in (tmp_path / "home" / "sources").iterdir()] == [digest]


@pytest.mark.parametrize("size", SIZES)
def test_sealed_anew_it_is_the_same_in_other_bytes(tmp_path: Path, seal: Seal, size: int) -> None:
    content = secrets.token_bytes(size)
    digest, copy = kept(tmp_path, seal, content)
    before, again = copy.read_bytes(), reseal(digest, tmp_path / "home", seal)
    assert (again != before, len(again)) == (True, len(before))
    copy.write_bytes(again)
    assert fetch(digest, tmp_path / "home", seal, tmp_path, "again").read_bytes() == content
