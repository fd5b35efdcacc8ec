"""What earlier versions left opens: every model that landed is described, and a store of each is kept."""

import tarfile
from datetime import date
from pathlib import Path

import ladybug
import pyarrow as pa
import pytest

from graph import errors, evolution, schema
from graph.comparison import plan
from graph.delta import Facts
from graph.stores import migrate
from graph.stores.file_format import OURS, format_of
from graph.stores.opening import open_store
from loaders.keep.backup import restore
from queries.coverage import CoverageQuestion, coverage

GOLDEN = Path(__file__).parents[1] / "golden" / "stores"
STORES = sorted(place.parent.name for place in GOLDEN.glob("*/store.tar.xz") if "-" not in place.parent.name)
BACKUPS = sorted(place.parent.name for place in GOLDEN.glob("*/backup.zip"))
QUESTION = CoverageQuestion(as_of=date(2026, 6, 30))


def unpacked(name: str, folder: Path) -> Path:
    with tarfile.open(GOLDEN / name / "store.tar.xz") as archive:
        archive.extractall(folder, filter="data")
    return folder / "graph.lbug"


def test_the_present_model_is_described() -> None:
    assert evolution.landed().get(schema.fingerprint()) == schema.statements(), "run: make docs"


def test_every_described_model_has_only_been_added_to() -> None:
    assert {model: evolution.only_added_to(model) for model in evolution.landed()} == dict.fromkeys(
        evolution.landed(), True
    )


def test_a_model_that_is_not_known_is_newer() -> None:
    with pytest.raises(errors.StoreNewer):
        evolution.ensure_readable(["0123456789ab"], "g.lbug")


def test_a_model_with_something_else_is_outdated(monkeypatch: pytest.MonkeyPatch) -> None:
    other = {"0123456789ab": schema.statements() | {("property", "Region", "height", "float")}}
    monkeypatch.setattr(evolution, "landed", lambda: other)
    with pytest.raises(errors.StoreOutdated):
        evolution.ensure_readable(["0123456789ab"], "g.lbug")


@pytest.mark.slow
@pytest.mark.parametrize("model", STORES)
def test_a_store_of_an_earlier_version_opens_and_answers(model: str, tmp_path: Path) -> None:
    path = unpacked(model, tmp_path)
    with open_store(f"ladybug://{path}", read_only=True) as store:
        told = [notice for notice in store.notices if notice in (migrate.MIGRATED, migrate.AHEAD)]
        assert len(told) == (model != schema.fingerprint()), "once, and of earlier models alone"
        with store.read() as session:
            assert session.version() == 2
        assert len(coverage(store, QUESTION).cells)
    with open_store(f"ladybug://{path}", read_only=True) as store:
        assert migrate.MIGRATED not in store.notices


@pytest.mark.slow
@pytest.mark.parametrize("model", BACKUPS)
def test_a_backup_of_an_earlier_version_comes_back(model: str, tmp_path: Path) -> None:
    with open_store(f"ladybug://{tmp_path / 'graph.lbug'}") as store:
        assert restore(GOLDEN / model / "backup.zip", store) == 2
        assert len(coverage(store, QUESTION).cells)


def test_a_file_with_columns_that_nobody_knows_is_newer(tmp_path: Path) -> None:
    path = tmp_path / "graph.lbug"
    open_store(f"ladybug://{path}").close()
    (tmp_path / "graph.lbug.d" / "graph.crc32").unlink()
    with ladybug.Database(str(path), buffer_pool_size=2**28) as file, ladybug.Connection(file) as connection:
        connection.execute("ALTER TABLE Region ADD height DOUBLE")
    with pytest.raises(errors.StoreNewer):
        open_store(f"ladybug://{path}")


def test_a_file_that_lacks_columns_gets_them(tmp_path: Path) -> None:
    path = tmp_path / "graph.lbug"
    open_store(f"ladybug://{path}").close()
    (tmp_path / "graph.lbug.d" / "graph.crc32").unlink()
    with ladybug.Database(str(path), buffer_pool_size=2**28) as file, ladybug.Connection(file) as connection:
        connection.execute("ALTER TABLE Region DROP pinyin")
        connection.execute("ALTER TABLE BRANDED_AS DROP verification")
        connection.execute("DROP TABLE ASKS")
    with open_store(f"ladybug://{path}", read_only=True) as store:
        assert migrate.MIGRATED in store.notices
        with store.read() as session:
            assert session.nodes(schema.nodes()["Region"]).num_rows == 0
            brands = schema.relationships()["BRANDED_AS", "Activity", "Brand"]
            assert "verification" in session.relationships(brands).column_names


def test_an_older_file_format_is_told_and_a_copy_kept_until_the_first_write(tmp_path: Path) -> None:
    path = unpacked("ladybug-0.21", tmp_path)
    before = path.read_bytes()
    copy = tmp_path / "graph.lbug.format47"
    with open_store(f"ladybug://{path}") as store:
        assert any(str(copy) in told.zh for told in store.notices)
        assert copy.read_bytes() == before
        facts = Facts()
        facts.add(schema.nodes()["Need"], pa.Table.from_pylist([{"key": "m"}]))
        store.apply(plan(facts, None))
        assert not copy.exists()
    assert format_of(path) == OURS
    with open_store(f"ladybug://{path}") as store, store.read() as session:
        assert sorted(session.nodes(schema.nodes()["Need"])["key"].to_pylist()) == ["m", "n"]
