"""A later version, whose model has one property more, takes over what this one left; and this one says so."""

from pathlib import Path

import pytest

from graph.errors import StoreNewer
from graph.language import Text
from graph.stores.migrate import AHEAD, MIGRATED
from graph.stores.opening import open_store
from loaders.pipeline import load
from loaders.reference.graph import ensure_reference
from tests.support.program import copied_to, run_there
from tests.support.terminal import Said

pytestmark = pytest.mark.slow

PROPERTY = '    motto: str | None = prop("口号", "motto")\n'
BEFORE = "    mentioned: bool | None = prop("


@pytest.fixture(scope="module")
def later(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the program in which organisations have a motto."""
    folder = copied_to(tmp_path_factory.mktemp("later"))
    model = folder / "graph" / "model.py"
    text = model.read_text(encoding="utf-8")
    assert text.count(BEFORE) == 1
    model.write_text(text.replace(BEFORE, PROPERTY + BEFORE), encoding="utf-8")
    return folder


def in_order(url: str, later: Path, folder: Path, told: Text) -> None:
    """Load with this version, ask and load with the later one, and open once more with this."""

    def said(*arguments: object) -> Said:
        return run_there(later, *arguments, store=url)

    tables = [folder / "一" / "机构.csv", folder / "二" / "机构.csv"]
    for table, name in zip(tables, "甲乙", strict=True):
        table.parent.mkdir()
        table.write_text(f"名称,所在地区\n示例-{name},三台县\n", encoding="utf-8")
    with open_store(url) as store:
        ensure_reference(store)
        load(store, [tables[0]])
    asked = said("coverage", "--region", "三台县")
    assert asked.code == 0
    assert told.zh in asked.err
    assert (loaded := said("load", tables[1])).code == 0, loaded.err
    examined = said("doctor", "--thorough")
    assert (examined.code, "✗" in examined.out) == (0, False), examined.out
    again = said("coverage", "--region", "三台县")
    assert (again.code, told.zh in again.err) == (0, False)
    with pytest.raises(StoreNewer):
        open_store(url)


def test_a_file_gets_the_property_and_is_then_refused_here(later: Path, tmp_path: Path) -> None:
    in_order(f"ladybug://{tmp_path / 'graph.lbug'}", later, tmp_path, MIGRATED)


def test_a_server_needs_no_column_for_it_and_is_refused_here_after_a_load(
    later: Path, empty_neo4j: str, tmp_path: Path
) -> None:
    in_order(empty_neo4j, later, tmp_path, AHEAD)
