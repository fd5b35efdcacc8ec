"""What goes wrong in a scratch table: a damaged file is told as such, a mistake of ours stays what it is."""

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from graph.errors import HomeDamaged
from graph.scratch import scratch


def read(path: Path) -> int:
    with scratch() as db:
        return len(db.sql(f"SELECT * FROM read_parquet('{path}')").fetchall())  # noqa: S608 a path of this test


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "facts.parquet"
    pq.write_table(pa.table({"key": [str(n) for n in range(1000)]}), path)
    return path


def test_a_whole_file_is_read(file: Path) -> None:
    assert read(file) == 1000


@pytest.mark.parametrize("damage", ["missing", "cut", "foreign", "empty", "changed"])
def test_a_file_that_is_not_what_was_written_is_told_as_damage(file: Path, damage: str) -> None:
    content = file.read_bytes()
    changed = {"cut": content[:-9], "foreign": b"key\n1\n" * 99, "empty": b"",
               "changed": content[:-40] + b"\xff" * 30 + content[-10:]}  # fmt: skip
    if damage == "missing":
        file.unlink()
    else:
        file.write_bytes(changed[damage])
    with pytest.raises(HomeDamaged) as told:
        read(file)
    assert told.value.details["path"] == "parquet"
    assert str(told.value.details["reason"])
    assert isinstance(told.value.__cause__, duckdb.Error)


@pytest.mark.parametrize("mistake", ["SELEC 1", "SELECT * FROM no_such_table", "SELECT no_such_column"])
def test_a_mistake_in_a_question_is_no_damage(mistake: str) -> None:
    with pytest.raises(duckdb.ProgrammingError), scratch() as db:
        db.sql(mistake)


def test_an_interrupted_question_is_no_damage() -> None:
    with pytest.raises(duckdb.InterruptException), scratch():
        raise duckdb.InterruptException("stopped")
