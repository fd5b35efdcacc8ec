"""A person and a telephone in one cell are the two columns that they are elsewhere."""

import pyarrow as pa
import pytest

from loaders.keep.privacy import mask
from loaders.read.rows.contact_cells import part_contacts
from loaders.read.words.headers import find_column
from loaders.tables import TABLES

ORGANIZATIONS = TABLES["organizations"]


@pytest.mark.parametrize(
    ("cell", "who", "number"),
    [
        ("张三/13812345678", "张三", "13812345678"),
        ("李四 0816-5221234", "李四", "0816-5221234"),
        ("欧阳主任：0816-1234567、13712345678", "欧阳主任", "0816-1234567、13712345678"),
        ("买买提·艾力(138 1234 5678)", "买买提·艾力", "138 1234 5678"),
        ("13812345678（王五）", "王五", "13812345678"),
        ("13812345678", "", "13812345678"),
        ("（0816）5221234", "", "（0816）5221234"),
        ("张三", "", "张三"),
        ("", "", ""),
    ],
)
def test_cells(cell: str, who: str, number: str) -> None:
    named = {"contact_phone": pa.array([cell, "赵六13912345678"])}
    part_contacts(ORGANIZATIONS, {"contact_phone": 0}, named)
    assert [column.to_pylist() for column in (named["contact_name"], named["contact_phone"])] == [
        [who, "赵六"], [number, "13912345678"],
    ]  # fmt: skip


@pytest.mark.parametrize("cell", ["张三/13812345678", "李四 0816-5221234", "王五：13812345678", "13812345678（王五）"])
def test_masked_cells_are_parted_into_the_masks_of_their_parts(cell: str) -> None:
    plain, masked = ({"contact_phone": pa.array([text])} for text in (cell, mask("contact_phone", cell)))
    for named in (plain, masked):
        part_contacts(ORGANIZATIONS, {"contact_phone": 0}, named)
    assert {column: mask(column, cells[0].as_py()) for column, cells in plain.items()} == {
        column: cells[0].as_py() for column, cells in masked.items()
    }


def test_only_where_no_column_has_the_people() -> None:
    cells = pa.array(["张三13812345678"])
    for table, columns in ((ORGANIZATIONS, {"contact_phone": 0, "contact_name": 1}), (TABLES["enterprises"], {})):
        named = {"contact_phone": cells}
        part_contacts(table, columns, named)
        assert named == {"contact_phone": cells}
    numbers = {"contact_phone": pa.array(["13812345678"])}
    part_contacts(ORGANIZATIONS, {"contact_phone": 0}, numbers)
    assert list(numbers) == ["contact_phone"]


@pytest.mark.parametrize("header", ["联系人及联系电话", "联系人/联系电话", "负责人、电话", "联络人和手机号码"])
def test_headers(header: str) -> None:
    column = find_column(ORGANIZATIONS, header)
    assert column
    assert (column.name, column.personal) == ("contact_phone", True)
