"""Texts in what offices and their computers write: UTF-8, GBK, Big5, line ends of old Macs; others by name."""

from pathlib import Path

import pytest

from graph.errors import FileUnreadable
from graph.schema import nodes
from graph.stores.base import Store
from loaders.pipeline import load
from loaders.read.encodings import MAC, SAID, _is_big5, _is_mac, encoding_of

PLAIN = "名称,类型,所在地区\n绵阳市创业服务协会,行业协会,绵阳市涪城区\n成都孵化器联盟,服务联盟,成都市武侯区\n"
TRADITIONAL = "名稱,類型,所在地區\n綿陽市創業服務協會,行業協會,綿陽市涪城區\n成都孵化器聯盟,服務聯盟,成都市武侯區\n"
KINDS = ["industry_association", "service_alliance"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (PLAIN.replace("\n", "\r").encode(), None),
        (PLAIN.replace("\n", "\r").encode("gbk"), "gb18030"),
        (TRADITIONAL.encode("gbk"), "gb18030"),
        (TRADITIONAL.encode("big5"), "cp950"),
    ],
)
def test_every_encoding_brings_the_same(store: Store, content: bytes, said: str | None, tmp_path: Path) -> None:
    path = tmp_path / "机构.csv"
    path.write_bytes(content)
    report = load(store, [path])
    assert (report.issues, [t.created for t in report.tables]) == ((), [2])
    assert [w for w in report.warnings if any(text.zh in w.zh for text in SAID.values())] == [
        w for w in report.warnings if said and SAID[said].zh in w.zh
    ]
    with store.read() as session:
        kinds = [r["kind"] for r in session.nodes(nodes()["Organization"]).to_pylist() if r["source"] == "用户提交"]
    assert sorted(kinds) == KINDS


def test_the_encoding_of_chinese_macs_is_named(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "机构.csv"
    name = "协会,".encode("gb2312")
    path.write_bytes(PLAIN.encode("gb2312").replace(name, name[:-1] + b"\xa0,", 1))
    with pytest.raises(FileUnreadable) as failed:
        load(store, [path])
    assert MAC.zh in str(failed.value)


@pytest.mark.parametrize(
    ("start", "mac"),
    [
        ("甲乙,".encode("gb2312"), False), (b"abc,", False), (b"\x80abc,", False), (b"", False),
        *(("甲".encode("gb2312") + bytes([alone]) + b",", True) for alone in (0x80, 0xA0, 0xFD, 0xFE, 0xFF)),
        ("甲".encode("gb2312") + b"\xa0,\x81\x40,", False), ("甲".encode("gb2312") + b"\xa0,\xa1\xa0,", False),
        (b"\xa0a" + b"\xfc\xa1,", True), (b"\xa0a" + b"\xa1\xa1,", True),
    ],
)  # fmt: skip
def test_a_character_of_its_own_between_pairs_is_of_a_mac(start: bytes, mac: bool) -> None:
    assert _is_mac(start) is mac


def test_big5_has_low_second_bytes_and_its_usual_characters() -> None:
    assert _is_big5("機構名稱,縣區,產業協會,成都市綿陽市".encode("big5"))
    assert not _is_big5("机构名称,县区,产业协会,成都市绵阳市".encode("gbk"))
    assert not _is_big5("機構名稱,縣區,產業協會,成都市綿陽市".encode("gbk"))
    assert not _is_big5(b"abc")


@pytest.mark.parametrize(
    ("content", "word"),
    [
        ("名称,类型\n甲站,商会\n".encode("utf-16-le"), "没有标记的 UTF-16"),
        ("名称\t类型\r\n甲站\t商会\r\n".encode("utf-16-be"), "没有标记的 UTF-16"),
        ("名称,类型\n甲\0站,商会\n".encode(), "不是文本"),
        (bytes(range(256)), "不是文本"),
    ],
)
def test_a_text_of_two_bytes_a_character_without_its_mark_is_named(tmp_path: Path, content: bytes, word: str) -> None:
    path = tmp_path / "机构.csv"
    path.write_bytes(content)
    with pytest.raises(FileUnreadable) as caught:
        encoding_of(path, path)
    assert word in caught.value.say("zh")
