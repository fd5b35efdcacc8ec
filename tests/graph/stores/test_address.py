"""Addresses of stores say where they are, and never a password."""

import os
from pathlib import Path

import pytest

from graph.errors import BadStoreUrl, HomeUnknown
from graph.stores.address import data_folder, default_url, embedded_path, is_embedded, masked


def test_a_path_is_what_stands_behind_the_slashes(tmp_path: Path) -> None:
    assert embedded_path(f"ladybug://{tmp_path}/a.lbug") == tmp_path / "a.lbug"
    assert embedded_path("ladybug:////srv/%E5%9B%BE.lbug") == Path("/srv/图.lbug")
    assert embedded_path("ladybug:here/a.lbug") == Path.cwd() / "here/a.lbug"
    assert embedded_path("ladybug://~/a.lbug") == Path.home() / "a.lbug"
    assert embedded_path() == data_folder() / "shuniu.lbug" == embedded_path(default_url())


def test_a_link_is_the_file_to_which_it_leads(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "folder").symlink_to(tmp_path / "real")
    (tmp_path / "b.lbug").symlink_to(tmp_path / "a.lbug")
    (tmp_path / "a.lbug").symlink_to("real/g.lbug")
    for _ in range(2):  # before the file is there, and when it is
        assert embedded_path(f"ladybug://{tmp_path}/b.lbug") == tmp_path / "real" / "g.lbug"
        (tmp_path / "real" / "g.lbug").touch()
    assert embedded_path(f"ladybug://{tmp_path}/folder/g.lbug") == tmp_path / "folder" / "g.lbug"
    (tmp_path / "round.lbug").symlink_to("round.lbug")
    with pytest.raises(BadStoreUrl):
        embedded_path(f"ladybug://{tmp_path}/round.lbug")


def test_another_address_is_none_of_a_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    half = os.fsdecode("机构.lbug".encode("gbk"))  # a name in another encoding, as Python takes it from the terminal
    for url in ("neo4j://a:geheim@b", f"ladybug://{tmp_path}", "/a.lbug", f"ladybug:///{half}", "ladybug:///a%00b",
                f"ladybug://{tmp_path}/pipe", "ladybug:///dev/null", f"ladybug:///{'x' * 300}"):  # fmt: skip
        with pytest.raises(BadStoreUrl) as raised:
            embedded_path(url)
        assert "geheim" not in raised.value.say("en")
        raised.value.say("zh").encode()


def test_a_home_that_nobody_knows_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(os, "getuid", lambda: 2**31 - 7)  # of no line in the list of users, as in some containers
    for url, path in (
        (None, "~"),
        ("ladybug://~/a.lbug", "~"),
        ("ladybug://~nobody-of-that-name/a.lbug", "~nobody-of-that-name"),
    ):
        with pytest.raises(HomeUnknown) as raised:
            embedded_path(url)
        assert raised.value.say("en").splitlines()[0] == f"Nothing says where the home folder is: {path}"
    assert embedded_path("ladybug:////srv/a.lbug") == Path("/srv/a.lbug")


def test_which_addresses_are_of_files() -> None:
    asked = [None, "ladybug:///a", "neo4j://a", "bolt://a", "/a.lbug"]
    assert [is_embedded(url) for url in asked] == [True, True, False, False, False]


def test_a_password_is_masked() -> None:
    for password in ("p:w", "p@w", "p/@:w", "p%40w"):
        assert masked(f"neo4j://user:{password}@host:7687") == "neo4j://user:***@host:7687"
    assert masked("neo4j://host:7687") == "neo4j://host:7687"
