"""How a cell is read."""

from datetime import date

import pytest

from loaders import cells
from loaders.issues import CellError
from loaders.tables import TABLES, Table

GOOD = [
    # dates
    (cells.day, "2026-01-31", date(2026, 1, 31)),
    (cells.day, "2026/1/31", date(2026, 1, 31)),
    (cells.day, "2026年1月31日", date(2026, 1, 31)),
    (cells.day, "20260131", date(2026, 1, 31)),
    (cells.day, "2026.1.31", date(2026, 1, 31)),
    (cells.day, "２０２６年１月３１日", date(2026, 1, 31)),
    (cells.day, "2026-01-31 10:20:30", date(2026, 1, 31)),
    (cells.day, "2026-01-31T10:20:30", date(2026, 1, 31)),
    (cells.day, "2024-02-29", date(2024, 2, 29)),
    # numbers
    (cells.number(), "12", 12.0),
    (cells.number(), "１２．５", 12.5),
    (cells.number(), "1,234,567.5", 1234567.5),
    (cells.number(), "１，２３４", 1234.0),
    (cells.number(), "-0.5", -0.5),
    (cells.number(), "1e3", 1000.0),
    (cells.number(0), "0", 0.0),
    (cells.number(0, 5), "5", 5.0),
    (cells.integer(0), "１２０", 120),
    (cells.integer(0), "120.0", 120),
    # yes and no
    *((cells.yes_no, word, True) for word in ("是", "有", "可", "Yes", "y", "TRUE", "1", "１", "√")),
    *((cells.yes_no, word, False) for word in ("否", "无", "不可", "no", "N", "false", "0", "×")),
    # social credit codes
    (cells.uscc, "91110000600037341L", "91110000600037341L"),
    (cells.uscc, "91110000600037341l", "91110000600037341L"),
    (cells.uscc, "９１１１００００６０００３７３４１Ｌ", "91110000600037341L"),
    (cells.uscc, "9111 0000 6000 3734 1L", "91110000600037341L"),
    # national industries
    (cells.industry_code, "3562", "3562"),
    (cells.industry_code, "C3562", "3562"),
    (cells.industry_code, "c", "C"),
    (cells.industry_code, "０１", "01"),
    # closed lists
    (cells.term("service_types"), "技术支持", "SC03"),
    (cells.term("service_types"), "SC03", "SC03"),
    (cells.term("levels"), " 省 级", "provincial"),
    # several in a cell
    (cells.many(cells.term("service_types")), "技术支持;信息咨询", ("SC01", "SC03")),
    (cells.many(cells.term("service_types")), "技术支持；信息咨询", ("SC01", "SC03")),
    (cells.many(cells.term("service_types")), "技术支持、信息咨询、技术支持；", ("SC01", "SC03")),
    (cells.many(cells.region), "绵阳市；涪城区;510104", ("510104", "510700", "510703")),
    (cells.many(cells.chain), "优质白酒、CH01", ("CH01", "CH11")),
    # modes
    *((cells.modes, f"线上{mark}线下", ("offline", "online")) for mark in ("", "+", "/", "；", "、", "和")),
    (cells.modes, "线上", ("online",)),
    (cells.modes, "线下", ("offline",)),
    # text of a limited length
    (cells.at_most(3), "一二三", "一二三"),
]  # fmt: skip

BAD = [
    *((cells.day, text) for text in ("2026-02-30", "2026-13-01", "20261301", "0000-01-01")),
    *((cells.day, text) for text in ("31.1.2026", "昨天", "45000", "2026-01")),
    *((cells.number(), text) for text in ("十", "1.2.3", "12万", "--1", "", "nan", "inf", "1e400", "0x10", "1_000")),
    (cells.number(0), "-1"),
    (cells.number(0, 5), "5.1"),
    (cells.integer(), "1.5"),
    (cells.integer(), "1e400"),
    (cells.integer(), "99999999999999999999"),
    *((cells.yes_no, text) for text in ("也许", "2", "是否", "-")),
    *((cells.uscc, text) for text in ("91110000600037341M", "9111000060003734", "91350100M000100YIO")),
    *((cells.industry_code, text) for text in ("Z01", "1", "12345", "白酒", "C-35")),
    (cells.term("service_types"), "技术支撑"),
    (cells.many(cells.term("service_types")), "技术支持；别的"),
    (cells.many(cells.term("service_types")), "；、"),
    (cells.modes, "线上或邮寄"),
    (cells.region, "市中区"),
    (cells.region, "北京市"),
    (cells.chain, "未知产业"),
    (cells.at_most(3), "一二三四"),
]  # fmt: skip


@pytest.mark.parametrize(("parse", "text", "value"), GOOD, ids=lambda part: str(part)[:24])
def test_good(parse: cells.Parser, text: str, value: object) -> None:
    found = parse(text)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(("parse", "text"), BAD, ids=lambda part: str(part)[:24])
def test_bad(parse: cells.Parser, text: str) -> None:
    with pytest.raises(CellError) as caught:
        parse(text)
    assert caught.value.reason.zh and caught.value.reason.en


STRANGE = ["=1+1", "'; DROP", "\x00", "9" * 400, "🐉", "-", "1e308", "长" * 40_000, "；", "٣", "²", "½"]


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_a_cell_is_read_or_refused_whatever_it_holds(table: Table) -> None:
    for column in table.columns:
        assert column.parse, column.name
        for text in STRANGE:
            try:
                column.parse(text)
            except CellError as error:
                assert error.reason.zh and error.reason.en


def test_examples_of_the_template_are_readable() -> None:
    for table in TABLES.values():
        for example in table.examples:
            for name, text in example.items():
                parse = table.column(name).parse
                assert parse is None or parse(text) is not None, (table.name, name, text)
