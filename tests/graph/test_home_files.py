"""What lies beside a store is read, or what is in the way is named."""

from datetime import date
from pathlib import Path

import pytest

from graph.errors import HomeDamaged, HomeForbidden
from graph.home_files import NOT_WHOLE, files_in, read_json
from graph.language import Text
from tests.support.users import limited


def test_a_small_file_is_read_or_damaged(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("[1]")
    (tmp_path / "b").write_text("[1")
    assert read_json(tmp_path / "a", list[int]) == [1]
    wrong: list[tuple[str, type, Text | str]] = [
        ("b", list[int], NOT_WHOLE), ("a", dict[str, int], NOT_WHOLE), ("a", list[date], NOT_WHOLE),
        ("none", list[int], "No such file or directory"),
    ]  # fmt: skip
    for name, shape, reason in wrong:
        with pytest.raises(HomeDamaged) as damaged:
            read_json(tmp_path / name, shape)
        assert damaged.value.details == {"path": tmp_path / name, "reason": reason}


def test_a_folder_is_listed_or_what_is_in_the_way_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # the folders above are the own ones of who runs the tests
    tmp_path.chmod(0o755)
    folder = Path("in")
    assert files_in(folder) == []
    folder.mkdir()
    for name in ("b.json", "a.json", "a.json.part"):
        (folder / name).write_text("{}")
    assert files_in(folder, ".json") == [folder / "a.json", folder / "b.json"]
    with pytest.raises(HomeDamaged) as caught:
        files_in(folder / "a.json")
    assert caught.value.details == {"path": folder / "a.json", "reason": "Not a directory"}
    folder.chmod(0)
    with limited(), pytest.raises(HomeForbidden) as forbidden:
        files_in(folder)
    assert forbidden.value.details == {"path": folder}
    folder.chmod(0o755)
