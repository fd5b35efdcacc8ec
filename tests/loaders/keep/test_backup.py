"""A backup brings back all that there was, into either kind of store; a damaged one is refused and touches nothing."""

import hashlib
import json
import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest

from graph import schema
from graph.errors import BackupRefused, FileMissing, FileUnwritable
from graph.stores.base import Store
from graph.stores.opening import open_store
from loaders.keep.backup import SEAL_BYTES, _ensure_readable, backup, restore
from loaders.keep.journal import Journal
from loaders.keep.keys import KEY
from loaders.keep.vault import Contacts, Seal
from loaders.pipeline import load
from tests.support.export import digest
from tests.support.stores import copy_store, new_store

Make = Callable[..., Path]
ROWS = "名称,所在地区,联系电话\n示例-甲,绵阳市,13812341234\n示例-乙,火星,13912341234\n"
RECORDS = "编号,日期,服务类型,提供机构,服务地区,方式\n示例-1,2026-05-18,技术支持,示例-甲,绵阳市,线下\n"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with something of everything, closed."""
    folder = tmp_path_factory.mktemp("full")
    with new_store(folder / "graph.lbug") as store:
        for name, text in (("机构.csv", ROWS), ("服务台账.csv", RECORDS)):
            (folder / name).write_text(text, encoding="utf-8")
            load(store, [folder / name])
    return folder / "graph.lbug"


@pytest.fixture
def full(made: Path, tmp_path: Path) -> Iterator[Store]:
    """A copy of it, of the test's own."""
    (tmp_path / "full").mkdir()
    with open_store(f"ladybug://{copy_store(made, tmp_path / 'full')}") as store:
        yield store


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Store]:
    """A store with nothing in it."""
    with open_store(f"ladybug://{tmp_path / 'empty' / 'graph.lbug'}") as made:
        yield made


def home(store: Store) -> dict[str, bytes]:
    """Return the files of a store's home but for the key."""
    files = (p for p in store.home.rglob("*") if p.is_file() and p.name != KEY)
    return {str(p.relative_to(store.home)): p.read_bytes() for p in files}


def test_everything_comes_back(full: Store, empty: Store, tmp_path: Path) -> None:
    path = backup(full, tmp_path / "out" / "b.zip")
    assert restore(path, empty) == 3
    assert digest(empty) == digest(full)
    assert home(empty) == home(full)
    assert [p.name for p in path.parent.iterdir()] == ["b.zip"]


def test_loading_goes_on_where_it_was(full: Store, empty: Store, csv: Make, tmp_path: Path) -> None:
    restore(backup(full, tmp_path / "b.zip", with_key=True), empty)
    again = load(empty, [csv("机构.csv", ROWS)])
    assert [(t.created, t.unchanged, t.rejected) for t in again.tables] == [(0, 1, 1)]
    assert Journal(empty.home).loads()[-1]["state"] == "read"


def test_contacts_need_the_key(full: Store, empty: Store, tmp_path: Path) -> None:
    assert KEY not in zipfile.ZipFile(backup(full, tmp_path / "b.zip")).namelist()
    restore(tmp_path / "b.zip", empty)
    shutil.copy(full.home / KEY, empty.home / KEY)
    assert Contacts(empty.home, Seal(empty.home / KEY)).read().num_rows == 1


def test_a_full_store_is_replaced_only_if_that_is_said(full: Store, csv: Make, tmp_path: Path) -> None:
    path, before = backup(full, tmp_path / "b.zip"), digest(full)
    load(full, [csv("机构.csv", "名称,所在地区\n示例-丙,宜宾市\n")])
    changed = digest(full)
    with pytest.raises(BackupRefused, match="--replace"):
        restore(path, full)
    assert digest(full) == changed
    restore(path, full, replace=True)
    assert digest(full) == before


@pytest.mark.parametrize("trials", [10, pytest.param(100, marks=pytest.mark.slow)])
def test_a_damaged_backup_is_refused(full: Store, empty: Store, tmp_path: Path, trials: int) -> None:
    whole = backup(full, tmp_path / "b.zip").read_bytes()
    rng = Random(trials)
    nothing = digest(empty)
    damaged = tmp_path / "damaged.zip"
    for trial in range(trials):
        at = rng.randrange(len(whole))
        flipped = whole[:at] + bytes([whole[at] ^ rng.randint(1, 255)]) + whole[at + 1 :]
        damaged.write_bytes(whole[:at] if trial % 3 == 0 else flipped)
        with pytest.raises(BackupRefused):
            restore(damaged, empty)
    assert digest(empty) == nothing


def test_what_is_no_backup_is_refused(empty: Store, tmp_path: Path) -> None:
    with pytest.raises(FileMissing):
        restore(tmp_path / "nothing.zip", empty)
    (tmp_path / "text.zip").write_text("no backup", encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "foreign.zip", "w") as bundle:
        bundle.writestr("../../evil", "x")
    for name in ("text.zip", "foreign.zip"):
        with pytest.raises(BackupRefused, match=name):
            restore(tmp_path / name, empty)


def test_a_backup_says_its_form_and_one_of_a_later_form_is_refused(full: Store, tmp_path: Path) -> None:
    path = backup(full, tmp_path / "b.zip")
    with zipfile.ZipFile(path) as bundle:
        said = json.loads(bundle.read("manifest.json"))
    assert (said["form"], said["model"], said["version"]) == (1, schema.fingerprint(), 3)
    _ensure_readable(path, said)
    with pytest.raises(BackupRefused, match="由更新版本的程序写成"):
        _ensure_readable(path, {**said, "form": 2})


def with_member(path: Path, name: str) -> Path:
    """Add a member to a backup and seal it anew, as someone who means harm would."""
    with zipfile.ZipFile(path, "a") as bundle:
        bundle.writestr(name, "harm")
    content = path.read_bytes()[:-SEAL_BYTES]
    path.write_bytes(content + hashlib.sha256(content).hexdigest().encode())
    return path


@pytest.mark.parametrize(
    "name", ["home/../evil", "home/{}/evil", "home/loads/../../evil", "home/evil", "graph/evil", "x"]
)
def test_no_name_leads_out_of_the_home(full: Store, empty: Store, tmp_path: Path, name: str) -> None:
    path = with_member(backup(full, tmp_path / "b.zip"), name.format(tmp_path))
    nothing = digest(empty)
    with pytest.raises(BackupRefused, match="不安全"):
        restore(path, empty)
    assert digest(empty) == nothing
    assert not list(tmp_path.rglob("evil"))


@pytest.mark.parametrize("with_key", [True, False])
def test_sealed_data_do_not_come_to_another_key(full: Store, empty: Store, tmp_path: Path, with_key: bool) -> None:
    # The key goes along only where that is said.
    path = backup(full, tmp_path / "b.zip", with_key=True) if with_key else backup(full, tmp_path / "b.zip")
    assert bool(path.stat().st_mode & 0o077) != with_key, "a key that others can read"
    Seal(empty.home / KEY).keys.ensure()
    with pytest.raises(BackupRefused, match="另一把密钥"):
        restore(path, empty)
    assert not list(empty.home.parent.glob("*.new")), "a copy of what was refused is left"
    (empty.home / KEY).unlink()
    restore(path, empty)
    assert (empty.home / KEY).exists() == with_key


def test_no_room_for_the_files_leaves_all_as_it_was(full: Store, empty: Store, tmp_path: Path) -> None:
    path = backup(full, tmp_path / "b.zip")
    (tmp_path / "empty" / "graph.lbug.new").write_text("in the way", encoding="utf-8")
    nothing = digest(empty)
    with pytest.raises(FileUnwritable, match=r"graph\.lbug\.new"):
        restore(path, empty)
    assert digest(empty) == nothing


@pytest.mark.neo4j
def test_a_backup_goes_from_one_kind_of_store_to_the_other(
    full: Store, neo4j_url: str, empty: Store, tmp_path: Path
) -> None:
    with open_store(neo4j_url) as server:
        shutil.rmtree(server.home, ignore_errors=True)  # other tests left their key there
        restore(backup(full, tmp_path / "b.zip"), server, replace=True)
        assert digest(server) == digest(full)
        restore(backup(server, tmp_path / "c.zip"), empty)
    assert digest(empty) == digest(full)


def test_snapshots_and_scenarios_go_along(full: Store, empty: Store, tmp_path: Path) -> None:
    for kind in ("snapshots", "scenarios"):
        (full.home / kind).mkdir(exist_ok=True)
        (full.home / kind / "a.json").write_text(kind, encoding="utf-8")
    restore(backup(full, tmp_path / "kept.zip"), empty)
    for kind in ("snapshots", "scenarios"):
        assert (empty.home / kind / "a.json").read_text(encoding="utf-8") == kind
