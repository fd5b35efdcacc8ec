"""Texts in what offices and their computers write: UTF-8, GBK, Big5, line ends of old Macs; others by name."""

from pathlib import Path

import pytest

from graph.errors import FileUnreadable
from graph.language import Text
from graph.schema import nodes
from graph.stores.base import Store
from loaders.pipeline import load
from loaders.read.files import encodings
from loaders.read.files.encodings import BINARY, MAC, NEITHER, SAID, UNMARKED, WORKBOOK, _is_big5, _is_mac, encoding_of

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
        ("甲".encode("gb2312") + b"\xa0,\x81\x40,", False), ("甲".encode("gb2312") + b"\xa0\x81\x40,", False),
        ("甲".encode("gb2312") + b"\xa0,\xa1\xa0,", False),
        ("甲".encode("gb2312") + b"\xa0,\xb0", True),  # cut off within a pair
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


TELLS, TELLS_NOTHING = b"\xa4\x40", b"\xf9\x40"
"""A frequent character of Big5 with a low second byte; a rare one."""


@pytest.mark.parametrize(
    ("start", "big5"),
    [
        (TELLS, True), (TELLS + b"\xa4", True), (b"a" + TELLS + b"\n", True), (b"", False), (b"\xa4", False),
        # a tenth has a low second byte: 40 to 7E
        *((b"\xa4\xa1" * 9 + bytes([0xA4, second]), 0x40 <= second <= 0x7E) for second in (0x3F, 0x40, 0x7E, 0x7F)),
        (b"\xa4\xa1" * 10 + TELLS, False),
        # six of ten are frequent: A4 to C6
        (TELLS * 6 + TELLS_NOTHING * 4, True), (TELLS * 5 + TELLS_NOTHING * 5, False),
        *((bytes([first, 0x40]) * 10, 0xA4 <= first <= 0xC6) for first in (0xA3, 0xA4, 0xC6, 0xC7)),
        # and three of ten more than are frequent in GB 2312: B0 to D7 with a second byte of A1 and above
        (TELLS * 7 + b"\xd7\xa1" * 3, True), (TELLS * 6 + b"\xd7\xa1" * 4, False),
        (TELLS * 6 + b"\xd7\xa0" * 4, True), (TELLS * 6 + b"\xd8\xa1" * 4, True),
        (TELLS * 3 + b"\xb0\xa1" * 7, True), (TELLS * 2 + b"\xb0\xa1" * 8, False), (TELLS * 2 + b"\xaf\xa1" * 8, True),
        (b"\x80" + TELLS, True), (b"\x81\xa4\x40", False),  # 80 begins no pair
    ],
)  # fmt: skip
def test_what_is_big5_is_a_matter_of_shares(start: bytes, big5: bool) -> None:
    assert _is_big5(start) is big5


ENCODED = {
    "utf-8": ["名称,类型\n".encode(), "\ufeff名称".encode(), b"", b"abc"],
    "utf-16": ["名称".encode("utf-16"), b"\xfe\xff" + "名称".encode("utf-16-be")],
    "utf-32": ["名称".encode("utf-32"), b"\x00\x00\xfe\xff" + "名称".encode("utf-32-be")],
    "gb18030": ["名称,类型\n".encode("gbk"), "名称\U00020000".encode("gb18030")],
    "cp950": ["名稱,類型\n".encode("big5")],
}  # fmt: skip


@pytest.mark.parametrize("block", [1, 3, encodings.BLOCK])
def test_the_encoding_of_a_whole_file(block: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encodings, "BLOCK", block)
    path = tmp_path / "机构.csv"
    for encoding, contents in ENCODED.items():
        for content in contents:
            path.write_bytes(content)
            assert encoding_of(path, path) == encoding, content


@pytest.mark.parametrize(
    ("encoding", "bad"),
    [("utf-8", b"\xff"), ("utf-8", "乙二".encode("gbk")), ("utf-8", "乙".encode()[:2]), ("gb18030", b"\x81")],
)
def test_lines_that_cannot_be_read_are_told(tmp_path: Path, encoding: str, bad: bytes) -> None:
    """Its headers and names have an even number of bytes each, so that GB18030 could read all of the first."""
    lines = ["名称,所在地区".encode(encoding), *["甲一,涪城".encode(encoding)] * 12]
    for at in (3, 5):
        lines[at] = bad + b"," + lines[at]
    path = tmp_path / "机构.csv"
    path.write_bytes(b"\n".join(lines))
    with pytest.raises(FileUnreadable) as caught:
        encoding_of(path, path)
    name = encoding.upper()
    assert caught.value.details["reason"] == Text(
        f"是 {name} 文本，但有 2 行含读不出的字节（第 4、6 行）：文件已损坏，或由几种编码的文字拼成；"
        "请在原来的程序中重新导出，或用文本编辑器改正这些行，另存为 UTF-8",
        f"it is text in {name}, but some lines hold bytes that are none (in all 2: 4, 6): it is damaged, or put"
        " together of texts in several encodings; export it again, or mend these lines in an editor and save it as"
        " UTF-8",
    )
    path.write_bytes(b"\n".join([*lines[:1] * 20, *lines[3:4] * 11]))
    with pytest.raises(FileUnreadable, match=r"有 11 行.*第 21、22、23、24、25、26、27、28、29、30… 行"):
        encoding_of(path, path)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("名称".encode()[:-1], NEITHER), ("名称".encode("utf-16")[:-1], NEITHER), (b"\xff\xff\xff", NEITHER),
        (b"PK\x03\x04\0", WORKBOOK), (encodings.COMPOUND + b"\0", WORKBOOK), (b"\0\0PK", BINARY),
        ("甲".encode("gb2312") + b"\xff,", MAC),
        # NULs every other byte at most, and one of twenty at least, in what is then text
        ("甲乙\n".encode("utf-16-be"), UNMARKED), ("甲乙\n".encode("utf-16-le"), UNMARKED),
        ("甲乙丙\n".encode("utf-16-le") + b"x", UNMARKED), (("甲" * 9 + "\n").encode("utf-16-be"), UNMARKED),
        (("甲" * 10 + "\n").encode("utf-16-be"), BINARY), ("甲\x01".encode("utf-16-be"), BINARY),
        ("甲\x01".encode("utf-16-le"), BINARY), (b"a\0\0b", BINARY),
    ],
    ids=repr,
)  # fmt: skip
def test_what_is_in_none_is_named(content: bytes, reason: Text, tmp_path: Path) -> None:
    path = tmp_path / "机构.csv"
    path.write_bytes(content)
    with pytest.raises(FileUnreadable) as caught:
        encoding_of(path, Path("传来.csv"))
    assert caught.value.details == {"path": Path("传来.csv"), "reason": reason}
