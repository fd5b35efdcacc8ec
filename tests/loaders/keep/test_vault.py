"""What is sealed opens with its key alone, whole, and in its own place."""

import stat
from collections.abc import Callable
from pathlib import Path
from random import Random

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import KeyMissing, SealBroken, SourceMissing
from graph.stores.base import Store
from loaders.keep.archive import FRAME_BYTES, fetch, fetch_check, keep, kept_at
from loaders.keep.journal import digest
from loaders.keep.keys import KEY
from loaders.keep.vault import Contacts, Seal
from loaders.pipeline import load
from tests.loaders.write.test_rejects import lines

Make = Callable[..., Path]


@pytest.fixture
def seal(tmp_path: Path) -> Seal:
    """A seal whose key is made on first use."""
    return Seal(tmp_path / "home" / KEY)


def test_what_is_sealed_opens_again(seal: Seal) -> None:
    assert seal.open(seal.close("张三".encode(), "a"), "a").decode() == "张三"


def test_the_key_is_its_owners_and_never_made_twice(seal: Seal, tmp_path: Path) -> None:
    sealed = seal.close(b"x", "a")
    key = tmp_path / "home" / KEY
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert Seal(key).open(sealed, "a") == b"x"
    Seal(key).keys.ensure()
    assert Seal(key).open(sealed, "a") == b"x"
    assert sorted(p.name for p in key.parent.iterdir()) == [KEY, "loads", "manifest.json"]


def test_another_key_or_place_opens_nothing(seal: Seal, tmp_path: Path) -> None:
    sealed = seal.close(b"x", "a")
    with pytest.raises(SealBroken, match="b"):
        seal.open(sealed, "b")
    with pytest.raises(KeyMissing, match="nowhere"):
        Seal(tmp_path / "nowhere").open(sealed, "a")
    other = Seal(tmp_path / "other")
    other.keys.ensure()
    with pytest.raises(SealBroken):
        other.open(sealed, "a")


@given(st.binary(max_size=200), st.data())
def test_a_changed_byte_is_noticed(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, data: st.DataObject
) -> None:
    seal = Seal(tmp_path_factory.getbasetemp() / "flipped.key")
    sealed = bytearray(seal.close(content, "a"))
    at = data.draw(st.integers(0, len(sealed) - 1))
    sealed[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(SealBroken):
        seal.open(bytes(sealed), "a")


# --- copies of sources --------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [0, 1, FRAME_BYTES, FRAME_BYTES + 1, 3 * FRAME_BYTES + 17])
def test_a_copy_comes_back_to_the_bit(seal: Seal, tmp_path: Path, size: int) -> None:
    path = tmp_path / "机构.csv"
    path.write_bytes(Random(size).randbytes(size))
    home, sha = tmp_path / "home", digest(path)
    keep(path, sha, home, seal)
    keep(path, sha, home, seal)
    assert [p.name for p in (home / "sources").iterdir()] == [sha]
    back = fetch(sha, home, seal, tmp_path, "back")
    assert back.read_bytes() == path.read_bytes()


@pytest.mark.parametrize("how", ["flipped", "cut", "swapped", "gone"])
def test_a_damaged_copy_is_named(seal: Seal, tmp_path: Path, how: str) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.write_text("张三,13812341234\n" * 1000, encoding="utf-8")
    other.write_text("李四", encoding="utf-8")
    home = tmp_path / "home"
    for path in (one, other):
        keep(path, digest(path), home, seal)
    copy = kept_at(digest(one), home)
    content = copy.read_bytes()
    assert b"13812341234" not in content
    damaged = {
        "flipped": content[:99] + bytes([content[99] ^ 1]) + content[100:],
        "cut": content[:-5],
        "swapped": kept_at(digest(other), home).read_bytes(),
        "gone": b"",
    }
    copy.write_bytes(damaged[how])
    if how == "gone":
        copy.unlink()
    with pytest.raises(SourceMissing if how == "gone" else SealBroken):
        fetch_check(digest(one), home, seal, thorough=True)


def test_no_byte_before_a_frame_can_be_changed(seal: Seal, tmp_path: Path) -> None:
    path = tmp_path / "one"
    path.write_text("张三,13812341234\n" * 1000, encoding="utf-8")
    home = tmp_path / "home"
    keep(path, digest(path), home, seal)
    copy = kept_at(digest(path), home)
    content = copy.read_bytes()
    for bit in range(64):
        copy.write_bytes(bytes([*content[: bit // 8], content[bit // 8] ^ 1 << bit % 8]) + content[bit // 8 + 1 :])
        with pytest.raises(SealBroken):
            fetch_check(digest(path), home, seal, thorough=True)


# --- contacts -----------------------------------------------------------------------------------------

HEAD = "名称,所在地区,联系人,联系电话\n"


def contacts(store: Store) -> list[tuple[str, str | None, str | None]]:
    rows: pa.Table = Contacts(store.home, Seal(store.home / KEY)).read()
    return [(r["name"], r["contact_name"], r["contact_phone"]) for r in rows.to_pylist()]


def test_contacts_are_kept_for_their_organisation(store: Store, csv: Make) -> None:
    load(store, [csv("机构.csv", HEAD + "示例-甲,绵阳市,张三,13812341234\n示例-乙,绵阳市,,\n")])
    assert contacts(store) == [("示例-甲", "张三", "13812341234")]
    sealed = b"".join(p.read_bytes() for p in store.home.rglob("*") if p.is_file())
    assert b"13812341234" not in sealed


@pytest.mark.parametrize(
    ("head", "cells", "masked"),
    [
        (HEAD, "王五,13912345678", ["王*", "139****5678"]),
        ("名称,所在地区,联系人及电话\n", "王五 13912345678", ["王* 139****5678"]),
    ],
)
def test_a_masked_workbook_of_rejects_loses_no_contact(
    store: Store, csv: Make, xlsx: Make, head: str, cells: str, masked: list[str]
) -> None:
    report = load(store, [csv("机构.csv", f"{head}示例-丙,火星,{cells}\n")])
    assert report.rejects
    titles, row = lines(report.rejects)
    places = [titles.index(title) for title in head.strip().split(",")[2:]]
    assert [row[at] for at in places] == masked
    row[titles.index("所在地区")] = "绵阳市"
    mended = load(store, [xlsx("改好.xlsx", {"机构": [titles, row]})])
    assert mended.written and not mended.issues
    assert contacts(store) == [("示例-丙", "王五", "13912345678")]


def test_who_is_forgotten_is_not_kept_in_rejected_rows(store: Store, csv: Make) -> None:
    load(store, [csv("机构.csv", HEAD + "示例-甲,绵阳市,张三,13812341234\n示例-甲,火星,张三,13812345678\n")])
    people = Contacts(store.home, Seal(store.home / KEY))
    (key,) = people.read()["key"].to_pylist()
    assert people.forget([key]) == 2
    assert people.unmask() == {}


def test_people_can_be_forgotten(store: Store, csv: Make) -> None:
    load(store, [csv("机构.csv", HEAD + "示例-甲,绵阳市,张三,13812341234\n示例-乙,绵阳市,李四,13912341234\n")])
    people = Contacts(store.home, Seal(store.home / KEY))
    (key,) = [r["key"] for r in people.read().to_pylist() if r["name"] == "示例-甲"]
    assert people.forget([key]) == 1
    assert contacts(store) == [("示例-乙", "李四", "13912341234")]


def test_a_piece_of_no_known_form_opens_to_nothing(seal: Seal) -> None:
    sealed = seal.close(b"x", "a")
    for bad in (b"", b"\x00" + sealed[1:], b"\x03" + sealed[1:], sealed[:1], sealed[:9], sealed[:21], sealed[1:]):
        with pytest.raises(SealBroken) as raised:
            seal.open(bad, "a")
        assert raised.value.details["what"] == "a"


def test_a_piece_that_names_no_key_is_tried_with_each(seal: Seal) -> None:
    sealed = seal.close(b"x", "a")
    unnamed = b"\x01" + sealed[9:]
    assert seal.open(unnamed, "a") == b"x"
    key = seal.keys.read(seal.keys.file)
    assert [seal.is_of(piece, key) for piece in (sealed, unnamed, sealed[:9], sealed[:8])] == [True, False, True, False]
    assert not seal.is_of(sealed, bytes(32))


def person(key: str | None, name: str, contact: str | None = None, phone: str | None = None) -> dict[str, str | None]:
    return {"key": key, "name": name, "contact_name": contact, "contact_phone": phone}


def sealed_contacts(seal: Seal, home: Path, files: dict[str, list[dict[str, str | None]]]) -> Contacts:
    made = Contacts(home, seal)
    for name, rows in files.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_bytes(made.sealed(pa.Table.from_pylist(rows)))
    return made


LOADED, LATER, HELD = "loads/load-000002/contacts.sealed", "loads/load-000003/contacts.sealed", "rejects/r.sealed"


def test_the_last_that_is_known_of_somebody_is_no_news(seal: Seal, tmp_path: Path) -> None:
    seal.keys.ensure()
    made = sealed_contacts(seal, tmp_path / "home", {
        LATER: [person("a", "甲", "李四", "2")],
        LOADED: [person("a", "甲", "张三", "1"), person("b", "乙", "王五", "3")],
    })  # fmt: skip
    assert made.read()["contact_name"].to_pylist() == ["张三", "王五", "李四"]
    assert made.of(["b", "c"])["contact_name"].to_pylist() == ["王五"]
    assert [made.named(who) for who in ("a", " 甲", "乙", "丙", "")] == [["a"], ["a"], ["b"], [], []]
    said = [
        person("a", "甲", "李四", "2"),
        person("b", "乙", "王五", "4"),
        person("c", "丙", "赵六"),
        person(None, "丁", "x"),
    ]
    assert made.news(pa.Table.from_pylist(said)) == {"b", "c"}
    assert made.news(pa.Table.from_pylist([person("a", "甲", "张三", "1")])) == {"a"}


def test_who_is_forgotten_goes_from_every_file_with_rejected_rows_of_his_name(seal: Seal, tmp_path: Path) -> None:
    seal.keys.ensure()
    home = tmp_path / "home"
    made = sealed_contacts(seal, home, {
        LOADED: [person("a", "甲", "张三"), person("b", "乙", "王五")], LATER: [person("b", "甲", "王六")],
        HELD: [person(None, " 甲 ", "张三一"), person(None, "丙", "赵六")],
    })  # fmt: skip
    before = (home / LATER).read_bytes()
    assert made.forget(["a"]) == 2
    assert made.read()["contact_name"].to_pylist() == ["王五", "王六"]
    assert (home / LATER).read_bytes() == before
    assert set(made.unmask().values()) == {"王五", "王六", "赵六"}
    assert made.forget(["a"]) == 0


def test_a_file_of_contacts_that_does_not_open_is_named(seal: Seal, tmp_path: Path) -> None:
    seal.keys.ensure()
    home = tmp_path / "home"
    made = sealed_contacts(seal, home, {LOADED: [person("a", "甲", "张三")]})
    (home / LOADED).write_bytes(b"x")
    with pytest.raises(SealBroken) as raised:
        made.read()
    assert raised.value.details["what"] == home / LOADED
    with pytest.raises(SealBroken):
        made.reseal(home / "loads" / "none")
