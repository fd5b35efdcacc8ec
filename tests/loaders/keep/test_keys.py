"""A key is never replaced in silence: loads go on without it, nothing sealed is lost, it is changed in place."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from graph.errors import FileUnwritable, KeyMissing, WrongKey
from graph.home import Home
from graph.stores.base import Store
from loaders.keep.archive import fetch, is_kept, keep, reseal
from loaders.keep.doctor import examine
from loaders.keep.journal import Journal, digest
from loaders.keep.keys import KEY, NEXT, Keys, key_id, sealed_files
from loaders.keep.rotation import rotate
from loaders.keep.vault import Contacts, Seal
from loaders.pipeline import load

Make = Callable[..., Path]
ROWS = "名称,所在地区,联系人,联系电话\n示例-甲,绵阳市,张三,13812341234\n"
CHANGED = "名称,所在地区,联系人,联系电话\n示例-甲,绵阳市,李四,13912341234\n"


def people(store: Store) -> list[tuple[str, str]]:
    rows = Contacts(store.home, Seal(store.home / KEY)).read()
    return list(zip(rows["contact_name"].to_pylist(), rows["contact_phone"].to_pylist(), strict=True))


def bad(store: Store) -> list[str]:
    return [finding.what.en for finding in examine(store, thorough=True) if finding.level == "bad"]


def test_a_delivery_whose_only_news_are_contacts_is_saved(store: Store, csv: Make) -> None:
    load(store, [csv("机构.csv", ROWS)])
    report = load(store, [csv("机构.csv", CHANGED)])
    assert [(t.created, t.updated, t.unchanged) for t in report.tables] == [(0, 1, 0)]
    assert people(store) == [("张三", "13812341234"), ("李四", "13912341234")]
    again = load(store, [csv("机构.csv", CHANGED)])
    assert [(t.created, t.updated, t.unchanged) for t in again.tables] == [(0, 0, 1)]
    digests = [d for e in Journal(store.home).loads() if e["state"] == "done" for d in e.get("files", {}).values()]
    assert len(digests) == 2
    assert (
        fetch(digests[1], store.home, Seal(store.home / KEY), store.home, "copy.csv").read_bytes() == CHANGED.encode()
    )


@pytest.mark.parametrize("lost", ["gone", "another", "cut"])
def test_a_load_goes_on_without_the_key_and_says_so(store: Store, csv: Make, tmp_path: Path, lost: str) -> None:
    load(store, [csv("机构.csv", ROWS)])
    key, copy = store.home / KEY, shutil.copy(store.home / KEY, tmp_path / "copy.key")
    sealed = {path: path.read_bytes() for path in sealed_files(store.home)}
    key.unlink()
    if lost != "gone":
        key.write_bytes(b"x" * (32 if lost == "another" else 7))
    report = load(store, [csv("机构.csv", CHANGED + "示例-乙,绵阳市,,\n")])
    assert [(t.created, t.unchanged) for t in report.tables] == [(1, 1)]
    assert [w.zh for w in report.warnings if "密钥" in w.zh] != []
    assert {path: path.read_bytes() for path in sealed_files(store.home)} == sealed, (
        "nothing sealed is touched or added"
    )
    assert key.exists() == (lost != "gone"), "no key is made"
    assert bad(store) != []
    shutil.copy(copy, key)
    assert people(store) == [("张三", "13812341234")]
    load(store, [csv("机构.csv", CHANGED + "示例-乙,绵阳市,,\n")])
    assert people(store) == [("张三", "13812341234"), ("李四", "13912341234")]
    assert bad(store) == []


def test_a_key_is_changed_in_place(store: Store, csv: Make, tmp_path: Path) -> None:
    load(store, [csv("机构.csv", ROWS)])
    before, old = people(store), (store.home / KEY).read_bytes()
    assert rotate(store.home, old=tmp_path / "old.key") == len(list(sealed_files(store.home)))
    assert (tmp_path / "old.key").read_bytes() == old
    assert (store.home / KEY).read_bytes() != old
    assert not (store.home / NEXT).exists()
    assert (people(store), bad(store)) == (before, [])
    with pytest.raises(FileUnwritable, match=r"old\.key"):
        rotate(store.home, old=tmp_path / "old.key")


def test_what_another_key_sealed_is_not_changed(store: Store, csv: Make) -> None:
    load(store, [csv("机构.csv", ROWS)])
    key = (store.home / KEY).read_bytes()
    (store.home / KEY).write_bytes(b"x" * 32)
    with pytest.raises(WrongKey):
        rotate(store.home)
    (store.home / KEY).unlink()
    with pytest.raises(KeyMissing):
        rotate(store.home)
    (store.home / KEY).write_bytes(key)
    assert people(store) == [("张三", "13812341234")]


def test_the_first_key_is_made_where_nothing_was_sealed(tmp_path: Path) -> None:
    Keys(tmp_path / "home" / KEY).ensure()
    assert len((tmp_path / "home" / KEY).read_bytes()) == 32


def keys(folder: Path) -> Keys:
    made = Keys(folder / KEY)
    made.ensure()
    return made


def test_where_no_folder_can_be_no_key_is_claimed_to_be_made(tmp_path: Path) -> None:
    (tmp_path / "home").symlink_to(tmp_path / "not mounted")
    with pytest.raises(FileUnwritable, match="home"):
        Keys(tmp_path / "home" / KEY).ensure()
    assert [p.name for p in tmp_path.iterdir()] == ["home"]


def test_a_key_is_made_once_for_its_owner_and_listed(tmp_path: Path) -> None:
    made = keys(tmp_path)
    key = made.file.read_bytes()
    assert (made.file.stat().st_mode & 0o777, sorted(Home(tmp_path).listing().files)) == (0o600, [KEY])
    keys(tmp_path)
    assert (made.file.read_bytes(), made.read(made.file), made.sealing()) == (key, key, key)
    assert [*made.ciphers()] == [key_id(key)]
    assert sorted(p.name for p in tmp_path.iterdir() if p.is_file()) == [KEY, "manifest.json"]
    assert len(key_id(key)) == 8
    assert key_id(key) != key_id(bytes(32))


@pytest.mark.parametrize("sealed", ["loads/load-000002/contacts.sealed", "rejects/r.sealed", "sources/00"])
def test_where_something_is_sealed_a_lost_key_is_not_made_anew(tmp_path: Path, sealed: str) -> None:
    (tmp_path / sealed).parent.mkdir(parents=True)
    (tmp_path / sealed).touch()
    (tmp_path / f"{sealed}.part").touch()
    assert [*sealed_files(tmp_path)] == [tmp_path / sealed]
    with pytest.raises(KeyMissing) as raised:
        keys(tmp_path)
    assert raised.value.details["path"] == tmp_path / KEY


def test_a_lost_key_that_is_listed_is_not_made_anew(tmp_path: Path) -> None:
    keys(tmp_path).file.unlink()
    with pytest.raises(KeyMissing):
        keys(tmp_path)
    assert not (tmp_path / KEY).exists()


@pytest.mark.parametrize("size", [0, 31, 33])
def test_a_key_of_another_length_is_none(tmp_path: Path, size: int) -> None:
    (tmp_path / KEY).write_bytes(bytes(size))
    with pytest.raises(KeyMissing):
        Keys(tmp_path / KEY).read(tmp_path / KEY)


def test_while_keys_are_changed_the_one_to_come_seals_and_both_open(tmp_path: Path) -> None:
    made = keys(tmp_path)
    old, new = made.file.read_bytes(), made.begin_change()
    assert new == made.begin_change() == (tmp_path / NEXT).read_bytes() != old
    assert (made.sealing(), [*made.ciphers()]) == (new, [key_id(old), key_id(new)])
    made.file.write_bytes(new)  # who was stopped here goes on
    made.check()
    made.file.write_bytes(old)
    made.finish_change()
    assert (made.sealing(), (tmp_path / NEXT).exists(), [*made.ciphers()]) == (new, False, [key_id(new)])
    assert sorted(Home(tmp_path).listing().files) == [KEY]
    made.check()
    made.file.write_bytes(old)
    with pytest.raises(WrongKey) as raised:
        made.check()
    assert raised.value.details["path"] == made.file


def test_a_change_that_was_stopped_goes_on_where_it_was(tmp_path: Path) -> None:
    seal = Seal(tmp_path / KEY)
    (tmp_path / "sources").mkdir()
    for number in range(3):
        path = tmp_path / f"{number}.csv"
        path.write_text(str(number))
        keep(path, digest(path), tmp_path, seal)
    seal.keys.begin_change()
    first = next(sealed_files(tmp_path))
    Home(tmp_path).keep({f"sources/{first.name}": reseal(first.name, tmp_path, Seal(tmp_path / KEY))})
    assert rotate(tmp_path) == 2
    assert rotate(tmp_path) == 3
    assert [is_kept(path.name, tmp_path, Seal(tmp_path / KEY)) for path in sealed_files(tmp_path)] == [True] * 3
