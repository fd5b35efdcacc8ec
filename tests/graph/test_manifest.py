"""The list of the files beside a store, as it is written down."""

from pathlib import Path

from graph.manifest import FORM, FileEntry, Listing, entry_of

ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
"""SHA-256 of "abc" (FIPS 180-2, appendix B.1)."""


def test_an_entry_is_size_and_checksum(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    assert entry_of(tmp_path / "a") == FileEntry(3, ABC)


def test_a_list_is_plain_data() -> None:
    listing = Listing({"a": FileEntry(3, ABC)}, {"b": FileEntry(0, "")}, {"load-000001": "token"})
    assert listing.as_json() == {
        "form": 1, "files": {"a": [3, ABC]}, "coming": {"b": [0, ""]}, "loads": {"load-000001": "token"},
    }  # fmt: skip
    assert Listing().as_json() == {"form": FORM, "files": {}, "coming": {}, "loads": {}}
