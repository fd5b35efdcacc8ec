"""YAML that users write is read, or told what is wrong with it."""

from pathlib import Path

import pytest

from graph.errors import FileMissing, NotYaml
from graph.settings_files import read_yaml


def test_what_windows_editors_save_is_read(tmp_path: Path) -> None:
    path = tmp_path / "方案.yml"
    path.write_bytes("\ufeff名称: 试\r\n变更: []\r\n".encode())
    assert read_yaml(path) == {"名称": "试", "变更": []}


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileMissing, match=r"none\.yml"):
        read_yaml(tmp_path / "none.yml")


@pytest.mark.parametrize(
    "content", [b"a: [1", b"a:\n\t- 1", "名称: 试".encode("gb18030"), b"[" * 10_000, b"PK\x03\x04\x00\x00"],
    ids=["open bracket", "tab", "GBK", "deep", "zip"],
)  # fmt: skip
def test_what_is_no_yaml_is_told_in_one_line(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "plan.yml"
    path.write_bytes(content)
    with pytest.raises(NotYaml) as caught:
        read_yaml(path)
    assert "plan.yml" in caught.value.say("en") and "\n" not in caught.value.say("en")
    assert "UTF-8" in caught.value.way_out("en")
