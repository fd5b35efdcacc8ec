"""An export as Parquet fills an empty store of either kind by one command, Ladybug being there or not."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from graph.errors import BackupRefused, FileMissing
from graph.export.export import Form, export
from graph.manifest import entry_of
from graph.stores.base import Store
from graph.stores.opening import open_store
from loaders.keep.damage import examine_home
from loaders.keep.exported import restore_export
from loaders.keep.journal import Journal
from loaders.pipeline import load
from tests.support.export import digest
from tests.support.stores import loaded_store
from tests.support.terminal import apart
from tests.worlds import random_world

Make = Callable[..., Path]
ROWS = "名称,所在地区\n示例-甲,绵阳市\n"
GONE = """
class Gone:
    def __init__(self, *_: object, **__: object) -> None:
        raise SystemExit("Ladybug has ended")

    @staticmethod
    def get_storage_version() -> int:
        return 0


def __getattr__(_: str) -> type:
    return Gone
"""


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A random world."""
    folder = tmp_path_factory.mktemp("full")
    with loaded_store(random_world(2).write(folder / "tables"), folder / "store") as made:
        yield made


@pytest.fixture(scope="module")
def exported(full: Store, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exported") / "parquet"
    export(full, folder, Form.parquet)
    return folder


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"ladybug://{tmp_path / 'empty.lbug'}") as made:
        yield made


def test_an_export_becomes_a_store_that_loads_go_on_in(
    full: Store, exported: Path, empty: Store, csv: Make, tmp_path: Path
) -> None:
    assert restore_export(exported, empty) is None, "there was no history to set aside"
    assert digest(empty) == digest(full)
    with empty.read() as there, full.read() as here:
        assert there.version() == here.version()
    assert [(event["load"], event["kind"]) for event in Journal(empty.home).loads()] == [
        ("load-000001", "adopted"), ("load-000002", "adopted"),
    ]  # fmt: skip
    assert [found for found in examine_home(empty.home, thorough=True) if found.level == "bad"] == []
    again = load(empty, [csv("机构.csv", ROWS)])
    assert [(table.created, table.rejected) for table in again.tables] == [(1, 0)]
    assert [path.name for path in tmp_path.glob("empty*") if path.is_dir()] == ["empty.lbug.d"]


@pytest.mark.neo4j
def test_the_day_ladybug_ends_one_command_moves_the_province_to_neo4j(
    full: Store, exported: Path, empty_neo4j: str, tmp_path: Path
) -> None:
    (tmp_path / "ladybug.py").write_text(GONE, encoding="utf-8")
    here = {"PYTHONPATH": str(tmp_path)}
    assert "Ladybug has ended" in apart("kpi", "--store", f"ladybug://{tmp_path / 'g.lbug'}", **here).err
    said = apart("restore", exported, "--store", empty_neo4j, **here)
    assert (said.code, said.out) == (0, f"已从 {exported} 恢复\n"), said.err
    with open_store(empty_neo4j) as server:
        assert digest(server) == digest(full)
        assert [event["load"] for event in Journal(server.home).loads()] == ["load-000001", "load-000002"]


def test_a_full_store_is_left_alone(full: Store, exported: Path) -> None:
    before = digest(full)
    with pytest.raises(BackupRefused, match="不是空的"):
        restore_export(exported, full)
    assert digest(full) == before


def _cut(folder: Path) -> None:
    file = folder / "nodes" / "Region.parquet"
    file.write_bytes(file.read_bytes()[:-1])


def _lost(folder: Path) -> None:
    (folder / "nodes" / "Region.parquet").unlink()


def _more(folder: Path) -> None:
    shutil.copy(folder / "nodes" / "Region.parquet", folder / "nodes" / "Park.of.mine.parquet")


def _stating(**changed: object) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        manifest = folder / "manifest.json"
        manifest.write_text(json.dumps({**json.loads(manifest.read_bytes()), **changed}), encoding="utf-8")

    return change


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_cut, "nodes/Region.parquet 缺失或已改动"),
        (_lost, "nodes/Region.parquet 缺失或已改动"),
        (_more, "nodes/Park.of.mine.parquet 不在 manifest.json 中"),
        (_stating(model="ffffffffffff"), "由更新版本的程序写成"),
        (_stating(format="csv"), r"需要整个图的 Parquet 导出（shuniu export --format parquet）"),
        (_stating(only="Region"), r"需要整个图的 Parquet 导出（shuniu export --format parquet）"),
        (_stating(files=3), "manifest.json 不是导出写下的"),
        (lambda folder: (folder / "manifest.json").write_text("[]"), "manifest.json 不是导出写下的"),
    ],
)
def test_what_is_no_whole_export_is_refused(
    exported: Path, empty: Store, tmp_path: Path, change: Callable[[Path], None], said: str
) -> None:
    copy = Path(shutil.copytree(exported, tmp_path / "copy"))
    change(copy)
    nothing = entry_of(tmp_path / "empty.lbug")
    with pytest.raises(BackupRefused) as refused:
        restore_export(copy, empty)
    assert refused.value.details == {"path": copy, "reason": refused.value.details["reason"]}
    assert refused.value.say("zh") == f"不能从 {copy} 恢复：{said}"
    assert entry_of(tmp_path / "empty.lbug") == nothing


def test_a_folder_without_a_manifest_is_told(empty: Store, tmp_path: Path) -> None:
    with pytest.raises(FileMissing, match=r"manifest\.json"):
        restore_export(tmp_path, empty)
