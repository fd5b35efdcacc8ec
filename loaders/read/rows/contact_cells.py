"""A person and a telephone in one cell (张三 13812345678): two columns of ours, both of which are kept sealed.

Masked ones (张* 138****5678), as a rejects workbook shows them, are parted alike, so that their values are found again.
"""

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from loaders.tables import Table

NAME, PHONE = "contact_name", "contact_phone"
_WHO = r"(?P<name>\p{Han}[\p{Han}·*]{1,7})"
_NUMBER = r"(?P<phone>[+(（]?[\d*][\d*\s()（）+\-—/,，、;；转]{5,}?)"
_BETWEEN = r"[\s:：/,，、;；(（\-—]*"
_FORMS = (rf"^\s*{_WHO}{_BETWEEN}{_NUMBER}[)）]?\s*$", rf"^\s*{_NUMBER}[\s:：/,，、;；(（]*{_WHO}[)）]?\s*$")


def part_contacts(table: Table, columns: Mapping[str, int], named: dict[str, pa.Array]) -> None:
    """Put the people whom the column of telephones names, too, into that of people, where there is no such column."""
    if PHONE not in named or NAME in columns or not table.has(NAME):
        return
    cells = named[PHONE]
    who, number = pa.nulls(len(cells), pa.string()), pa.nulls(len(cells), pa.string())
    for form in _FORMS:
        found = pc.extract_regex(cells, form)
        who = pc.coalesce(who, pc.struct_field(found, "name"))
        number = pc.coalesce(number, pc.struct_field(found, "phone"))
    if who.null_count < len(who):
        named[NAME] = pc.fill_null(who, "")
        named[PHONE] = pc.utf8_trim_whitespace(pc.coalesce(number, cells))
