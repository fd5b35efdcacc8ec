"""HSDS as nested JSON: which files it is, and the tables that its objects are taken apart into."""

import json
from pathlib import Path
from typing import Any

import pytest

from graph.errors import FileUnreadable
from loaders.read.files import hsds_json
from loaders.read.files.hsds_json import is_nested, read, table_of, tables

HERE = Path("shown.json")


def file(folder: Path, content: str | bytes) -> Path:
    path = folder / "x.json"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


# --- read ---------------------------------------------------------------------------------------------


def test_numbers_stay_as_they_are_written(tmp_path: Path) -> None:
    content = '\ufeff{"services": [{"id": 7, "latitude": 30.60, "rate": 1e3, "more": NaN, "free": true}]}'
    assert read(file(tmp_path, content), HERE) == {
        "services": [{"id": "7", "latitude": "30.60", "rate": "1e3", "more": "NaN", "free": True}]
    }


@pytest.mark.parametrize(
    ("content", "likely"),
    [
        ('{"services": []}', True),
        ('{"services"  :\n{}}', True),
        ('{"organization": {}}', True),
        ('{"contents": []}', True),
        ('{"services": 3}', False),
        ('{"names": []}', False),
        ('[{"a": 1}]', False),
    ],
)
def test_only_what_looks_like_it_is_read(tmp_path: Path, content: str, *, likely: bool) -> None:
    path = file(tmp_path, content)
    assert (read(path, HERE) is not None) == likely
    assert read(path, HERE, named=True) == json.loads(content, parse_int=str)


@pytest.mark.parametrize(("before", "likely"), [(2**16 - 20, True), (2**16, False)])
def test_it_must_look_like_it_at_its_beginning(tmp_path: Path, before: int, *, likely: bool) -> None:
    found = read(file(tmp_path, " " * before + '{"services": []}'), HERE)
    assert found == ({"services": []} if likely else None)


def test_what_is_too_large_or_no_json_is_left_to_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = '{"services": []}'
    monkeypatch.setattr(hsds_json, "MOST", len(content))
    assert read(file(tmp_path, content), HERE) == {"services": []}
    assert read(file(tmp_path, content + " "), HERE) is None
    monkeypatch.undo()
    assert hsds_json.MOST == 50 * 1024 * 1024
    for bad in (content + "\n" + content, b'{"services": [\xff]}', '{"services": ' + "[" * 100_000):
        assert read(file(tmp_path, bad), HERE, named=True) is None


def test_what_cannot_be_opened_is_named_as_it_is_shown(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable) as raised:
        read(tmp_path / "none.json", HERE)
    assert raised.value.details["path"] == HERE


# --- is it HSDS? --------------------------------------------------------------------------------------

ONE: dict[str, Any] = {"id": "1"}
NESTED: list[tuple[Any, bool]] = [
    ({"organizations": [ONE], "services": [ONE]}, True),
    ({"organization": [ONE], "service": [ONE], "more": 1}, True),
    ({"organizations": [ONE], "services": []}, False),
    ({"organizations": [ONE]}, False),
    ({"organizations": [ONE], "services": [ONE, 3]}, False),
    ([{"id": "1", "services": [ONE]}], True),
    ([3, {"id": "1", "location": ONE}], True),
    ({"contents": [{"organization": ONE}]}, True),
    ({"contents": {"organization": ONE}}, False),
    ({"id": "1", "schedules": [ONE]}, True),
    ({"id": "1", "location": {}}, False),
    ([{"id": "1", "phones": [ONE]}], False),
    ([], False),
    ("services", False),
    (None, False),
]


@pytest.mark.parametrize(("found", "nested"), NESTED)
def test_what_is_hsds_by_itself(found: Any, *, nested: bool) -> None:
    assert is_nested(found) == nested


@pytest.mark.parametrize(
    ("name", "table"),
    [("services.json", "service"), ("Service.JSON", "service"), ("taxonomy_detail.json", "taxonomy"),
     ("organization", "organization"), ("location.json.json", ""), ("others.json", "")],
)  # fmt: skip
def test_a_file_is_named_after_a_table(name: str, table: str) -> None:
    assert table_of(name) == table


# --- taken apart --------------------------------------------------------------------------------------


def test_what_lies_in_an_object_is_a_table_of_its_own() -> None:
    service = {
        "id": "s", "name": "甲培训", "status": "active", "free": True, "paid": False, "nothing": None, "empty": "",
        "organization": {"id": "o", "name": "甲协会"},
        "service_at_locations": [{"id": "sl", "location": {"id": "l", "name": "楼"}}],
        "attributes": [{"id": "b", "taxonomy_term": {"id": "x"}}], "phones": [], "odd": [1, 2], "languages": [{}],
    }  # fmt: skip
    assert tables({"services.json": [service]}, HERE) == {
        "service": [{"id": "s", "name": "甲培训", "status": "active", "free": "true", "paid": "false",
                     "organization_id": "o"}],
        "organization": [{"id": "o", "name": "甲协会"}],
        "service_at_location": [{"id": "sl", "service_id": "s", "location_id": "l"}],
        "location": [{"id": "l", "name": "楼"}],
        "attribute": [{"id": "b", "link_id": "s", "link_entity": "service", "taxonomy_term_id": "x"}],
        "taxonomy_term": [{"id": "x"}],
        "language": [{"id": "language-1-s", "service_id": "s"}],
    }  # fmt: skip


def test_a_thing_met_twice_is_one_with_all_that_was_said() -> None:
    found = {
        "a.json": [{"id": "s", "name": "甲", "services": [{"id": "t", "name": "旧"}]}],
        "services.json": [
            {"id": "t", "name": "新", "organization_id": "other"}, {"id": "u", "organization": {"id": "s"}},
        ],
    }  # fmt: skip
    assert tables(found, HERE) == {
        "organization": [{"id": "s", "name": "甲"}],
        "service": [{"id": "t", "name": "新", "organization_id": "other"}, {"id": "u", "organization_id": "s"}],
    }


def test_what_an_object_says_of_its_owner_counts() -> None:
    one = {
        "id": "s",
        "organization_id": "mine",
        "organization": {"id": "o"},
        "phones": [{"id": "p", "service_id": "q"}],
    }
    found = tables({"services.json": one}, HERE)
    assert found["service"] == [{"id": "s", "organization_id": "mine"}]
    assert found["phone"] == [{"id": "p", "service_id": "q"}]


def test_things_without_an_id_get_one_by_their_owner() -> None:
    found = tables(
        {"organizations.json": [{"name": "甲", "phones": [{"number": "1"}, {"number": "2"}]}, {"name": "乙"}]}, HERE
    )
    assert found == {
        "organization": [{"id": "organization-1-", "name": "甲"}, {"id": "organization-2-", "name": "乙"}],
        "phone": [
            {"id": "phone-1-organization-1-", "number": "1", "organization_id": "organization-1-"},
            {"id": "phone-2-organization-1-", "number": "2", "organization_id": "organization-1-"},
        ],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("one", "table"),
    [
        ({"services": []}, "organization"),
        ({"locations": []}, "organization"),
        ({"addresses": []}, "location"),
        ({"addresses": [], "service_at_locations": []}, "service"),
        ({"addresses": [], "services": []}, "organization"),
        ({}, "service"),
    ],
)
def test_a_thing_that_nobody_names_is_known_by_what_it_holds(one: dict[str, Any], table: str) -> None:
    assert [*tables({"x.json": [{"id": "1", **one}]}, HERE)] == [table]


def test_a_file_of_tables_names_them_itself() -> None:
    found = {"services": [{"id": "s"}], "odd": {"id": "o"}, "organizations": "none", "units": [3, {"id": "u"}]}
    assert tables({"x.json": found}, HERE) == {"service": [{"id": "s"}], "odd": [{"id": "o"}], "unit": [{"id": "u"}]}


def test_a_page_of_the_api_holds_its_objects() -> None:
    page = {"total_pages": "3", "contents": [{"id": "s", "name": "甲"}, 7]}
    assert tables({"services.json": page}, HERE) == {"service": [{"id": "s", "name": "甲"}]}
    assert tables({"x.json": "text", "y.json": None}, HERE) == {}


def test_objects_without_end_are_refused() -> None:
    one: dict[str, Any] = {"id": "1"}
    for _ in range(100_000):
        one = {"id": "1", "location": one}
    with pytest.raises(FileUnreadable) as raised:
        tables({"services.json": one}, HERE)
    told = raised.value.details
    assert (told["path"], told["reason"].en) == (HERE, "it is nested too deeply")
    while "location" in one:  # Python takes it apart step by step, or not at all
        one = one.pop("location")
