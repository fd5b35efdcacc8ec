"""How a cell is read."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders.parse import cells
from loaders.parse.dates import AS_MOMENT
from loaders.parse.issues import CellError, NotedValue, value_of
from loaders.parse.quantities import slack
from loaders.tables import TABLES, Table
from loaders.tables.columns import coordinates

SERVES = TABLES["resources"].column("serves").parse or cells.region

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
    (cells.day, "2026-01-31 00:00:00", date(2026, 1, 31)),
    (cells.day, "2026-01-31T10:20:30Z", date(2026, 1, 31)),
    (cells.day, "2026年1月31日 上午10时20分", date(2026, 1, 31)),
    (cells.day, "2026年1月31号", date(2026, 1, 31)),
    (cells.day, "2026年 1月 31日", date(2026, 1, 31)),
    (cells.day, "二〇二六年一月三十一日", date(2026, 1, 31)),
    (cells.day, "二零二六年十二月十日", date(2026, 12, 10)),
    (cells.day, "2026年1月31日 星期六", date(2026, 1, 31)),
    (cells.day, "2026-01-31（周六）10:20", date(2026, 1, 31)),
    # as a workbook shows a date that lost its format
    *(
        (cells.day, f"2026年1月31日{hours}", date(2026, 1, 31))
        for hours in ("上午", " 全天", "9:00-11:30", "（星期六）下午2时至4时30分", "上午9点～下午5点")
    ),
    (cells.day, "46053", date(2026, 1, 31)),
    (cells.day, "46053.0", date(2026, 1, 31)),
    (cells.day, "46053.75", date(2026, 1, 31)),
    # numbers
    (cells.number(), "12", 12.0),
    (cells.number(), "１２．５", 12.5),
    (cells.number(), "1,234,567.5", 1234567.5),
    (cells.number(), "１，２３４", 1234.0),
    (cells.number(), "-0.5", -0.5),
    (cells.number(), "1e3", 1000.0),
    (cells.number(0), "0", 0.0),
    (cells.number(0, 5), "5", 5.0),
    (cells.number(), "1 200", 1200.0),
    (cells.number(), "1.2万家次", 12_000.0),
    (cells.number(), "12万", 120_000.0),
    (cells.number(), "1.13万", 11_300.0),
    (cells.number(), "3百万", 3_000_000.0),
    (cells.number(), "1.5亿", 150_000_000.0),
    (cells.number(), "1,200 家", 1200.0),
    (cells.number(), "200次/年", 200.0),
    (cells.number(), "每年200次", 200.0),
    (cells.number(), "年200次", 200.0),
    (cells.number(), "'12", 12.0),
    (cells.number(), "200台（套）", 200.0),
    *((cells.chain, text, "CH11") for text in ("1.优质白酒", "（三）优质白酒", "3、优质白酒产业链", "十、白酒")),
    (TABLES["resources"].column("capacity").parse, "1.2万台次", 12_000.0),
    (TABLES["resources"].column("capacity").parse, "12.5", 12.5),  # half a year's of 25
    (cells.term("resource_kinds"), "仪器设备、", "equipment"),
    (cells.term("resource_kinds"), " 仪器 设备；", "equipment"),
    (cells.number(0, units=cells.COUNTS), "1亿", 100_000_000.0),
    (cells.number(), "0.5万元", 5000.0),
    (cells.number(), "￥1,200.50", 1200.5),
    (cells.number(), "12.345", 12.345),
    (cells.number(-180, 180), "104.750", 104.75),
    (cells.money, "3.5万元", 35_000.0),
    (cells.place_or_zone, "川南", "川南"),
    (cells.place_or_zone, "涪城区", "510703"),
    (cells.number(0, units=cells.YUAN), "300元整", 300.0),
    (cells.number(0, 5), "4.5分", 4.5),
    (cells.number(0, 1), "85%", 0.85),
    (cells.number(0, 1), "８５．５％", 0.855),
    (cells.number(0, 1), "百分之85", 0.85),
    (cells.number(-180, 180), "104.06°", 104.06),
    (cells.integer(0), "1.2万人", 12_000),
    (cells.integer(0), "50人次", 50),
    (cells.integer(0), "１２０", 120),
    (cells.integer(0), "120.0", 120),
    # yes and no
    *((cells.yes_no, word, True) for word in ("是", "有", "可", "可以", "✔️", "Yes", "y", "TRUE", "1", "１", "√")),
    *((cells.yes_no, word, False) for word in ("否", "无", "不可", "没有", "✘", "no", "N", "false", "0", "×")),
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
    (cells.industry_code, "111", "111"),
    (cells.industry_code, "B11", "11"),
    (cells.industry_code, "T9700", "9700"),
    # closed lists
    (cells.term("service_types"), "技术支持", "SC03"),
    (cells.term("service_types"), "SC03", "SC03"),
    (cells.term("levels"), " 省 级", "provincial"),
    (cells.term("levels"), "省級", "provincial"),
    (cells.term("enterprise_sizes"), "中等型", "medium"),
    (cells.term("service_types"), "知产类", "SC05"),
    (cells.term("service_types"), "知識產權", "SC05"),
    # several in a cell
    (cells.many(cells.term("service_types")), "技术支持;信息咨询", ("SC01", "SC03")),
    (cells.many(cells.term("service_types")), "技术支持；信息咨询", ("SC01", "SC03")),
    (cells.many(cells.term("service_types")), "技术支持、信息咨询、技术支持；", ("SC01", "SC03")),
    (cells.many(cells.term("service_types")), "技术支持\n信息咨询", ("SC01", "SC03")),
    *((cells.many(cells.term("service_types")), f"技术支持{mark}信息咨询", ("SC01", "SC03")) for mark in ",，/|"),
    *(
        (cells.many(cells.term("service_types")), f"技术支持{mark}信息咨询", ("SC01", "SC03"))
        for mark in ("和", "与", "及", "以及", "&", " + ", "\\", " ", "·")
    ),
    (cells.region, "绵阳市涪城区等候路8号", "510703"),
    (cells.region, "涪城区和平路1号", "510703"),
    (cells.region, "中江县和平镇", "510623"),
    *((cells.region, f"绵阳市（含{parts}）", "510700") for parts in ("三台县", "北川、平武", "市本级", "下辖县区")),
    (cells.region, "涪城区(含高新区、经开区)", "510703"),
    (cells.many(cells.region), "绵阳/德阳，成都", ("510100", "510600", "510700")),
    (cells.many(cells.region), "四川省/绵阳市/涪城区", ("510703",)),
    (SERVES, "四川省/绵阳市/涪城区", ("510703",)),
    (SERVES, "绵阳市和武侯区", ("510107", "510700")),
    (SERVES, "涪城区和游仙区", ("510703", "510704")),
    (SERVES, "涪城区 游仙区", ("510703", "510704")),
    (SERVES, "绵阳江油及游仙区、成都", ("510100", "510704", "510781")),
    (cells.many(cells.region), "绵阳市；涪城区;510104", ("510104", "510700", "510703")),
    (cells.many(cells.chain), "优质白酒、CH01", ("CH01", "CH11")),
    # modes
    *((cells.modes, f"线上{mark}线下", ("offline", "online")) for mark in ("", "+", "/", "；", "、", "和")),
    *((cells.modes, f"线上线下{end}", ("offline", "online")) for end in ("均可", "都有", "皆可以", "相结合", "融合")),
    *((cells.modes, both, ("offline", "online")) for both in ("均可", "都可以", "不限", "混合", "电话+现场")),
    (cells.modes, "线上", ("online",)),
    (cells.modes, "线下", ("offline",)),
    # text of a limited length
    (cells.at_most(3), "一二三", "一二三"),
    *((cells.degrees(73, 136), text, 104.75) for text in ("东经104.75", "E 104.75", "104.75E", "104.75°E")),
    (cells.degrees(73, 136), "104°44′42″", 104.745),
    *((cells.number(0, units=cells.COUNTS), text, 1200.0) for text in ("1,200（家）", "0.12万（人次）")),
]  # fmt: skip

BAD = [
    *((cells.day, text) for text in ("2026-02-30", "2026-13-01", "20261301", "0000-01-01")),
    *((cells.day, text) for text in ("31.1.2026", "昨天", "2026-01-31 abc", "10000", "99999")),
    *((cells.number(), text) for text in ("十", "1.2.3", "12,34", "1 2", "200次/月", "300美元")),
    *((cells.number(), text) for text in ("--1", "", "nan", "inf", "1e400", "0x10", "1_000")),
    (cells.number(0), "-1"),
    (cells.number(0, 5), "5.1"),
    *((cells.number(0), text) for text in ("1.200", "12.500", "1.234.500", "1200①", "1200²")),
    *((cells.number(0, units=cells.COUNTS), text) for text in ("3.5万元", "1200元整")),
    (cells.money, "200家"),
    *((cells.region, text) for text in ("川南", "成都平原经济区", "攀西地区", "5.20104E+05")),
    (cells.integer(), "1.5"),
    (cells.integer(), "1e400"),
    (cells.integer(), "99999999999999999999"),
    *((cells.yes_no, text) for text in ("也许", "2", "是否", "-")),
    *((cells.uscc, text) for text in ("91110000600037341M", "9111000060003734", "91350100M000100YIO")),
    *((cells.industry_code, text) for text in ("Z01", "0", "12345", "白酒", "C-35", "9999", "98", "0012", "C9900")),
    (cells.term("service_types"), "技术支撑"),
    (cells.many(cells.term("service_types")), "技术支持；别的"),
    (cells.many(cells.term("service_types")), "技术支持，别的"),
    (cells.many(cells.term("service_types")), "；、"),
    *((SERVES, text) for text in ("四川省/绵阳市/武侯区", "绵阳市 武侯区")),
    *((of, text) for of in (SERVES, cells.region) for text in ("涪城区（含游仙区）", "绵阳市（三台县除外）")),
    *((cells.region, f"绵阳市（{parts}）") for parts in ("不含三台县", "含绵竹", "含三台县、绵竹市", "含成都市")),
    *((cells.region, text) for text in ("涪城区和游仙区", "巴州区与恩阳区")),
    (cells.many(cells.term("service_types")), "技术支持和别的"),
    (cells.number(0, 5), "5家"),
    (cells.number(0), "1200元/年"),
    (cells.number(0, units=cells.COUNTS), "1200元"),
    (cells.number(0, 1), "120%"),
    (cells.integer(0), "1.25人"),
    (cells.modes, "线上或邮寄"),
    (cells.region, "市中区"),
    (cells.region, "北京市"),
    (cells.chain, "未知产业"),
    (cells.at_most(3), "一二三四"),
    *((cells.degrees(73, 136), text) for text in ("西经104.75", "104.75W", "东经")),
    *((coordinates()[0].parse, text) for text in ("116.4", "31.47", "96.9")),  # 北京; swapped; west of the province
    *((coordinates()[1].parse, text) for text in ("39.9", "104.75", "35.1")),
]  # fmt: skip


REFUSED = [
    *((text, f"“{text}”是按{part}计的数，请换算成全年的或总的，只写数字，如 2400")
      for text, part in (("200次/月", "月"), ("每月20次", "月"), ("3次/天", "天"), ("月均200家", "月"),
                         ("20次每周", "周"), ("每季度5场", "季"))),
    ("1.2亿", "1.2亿 太大，不会是这一列的数，请核对单位"),
    ("-5", "-5 小于 0，请核对"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "why"), REFUSED)
def test_a_number_of_a_part_of_the_year_or_of_something_else_says_so(text: str, why: str) -> None:
    with pytest.raises(CellError) as caught:
        cells.number(0, units=cells.COUNTS)(text)
    assert caught.value.reason.zh == why


@pytest.mark.parametrize(
    ("text", "by"),
    [("12.3万家", 500), ("１２万", 5_000), ("5.12万", 50), ("1.2亿", 5e6), ("12.5", 0.05), ("每年1.2万家次", 500),
     ("1200", 0), ("1,200家", 0), ("1.2345万", 0), ("约12万", 0), ("", 0), ("十二万", 0)],
)  # fmt: skip
def test_a_number_may_be_rounded_by_half_of_its_last_place(text: str, by: float) -> None:
    assert slack(text) == by


def test_a_spreadsheet_may_have_made_january_of_october() -> None:
    found = cells.last_day("2025.1")
    assert isinstance(found, NotedValue)
    assert found.value == date(2025, 1, 31)
    assert found.how.zh.endswith("；若是十月，请写作 2025-10")
    other = cells.last_day("2026.2")
    assert isinstance(other, NotedValue)
    assert "十月" not in other.how.zh


def short(part: object) -> str:
    """Name a function by its name: where it lies in memory differs from one worker to another."""
    return str(getattr(part, "__name__", part))[:24]


@pytest.mark.parametrize(("parse", "text", "value"), GOOD, ids=short)
def test_good(parse: cells.Parser, text: str, value: object) -> None:
    found = parse(text)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(("parse", "text"), BAD, ids=short)
def test_bad(parse: cells.Parser, text: str) -> None:
    with pytest.raises(CellError) as caught:
        parse(text)
    assert caught.value.reason.zh and caught.value.reason.en


REASONS = [
    (cells.number(), "约200", "不是确定的数"),
    (cells.number(), "≥500", "不是确定的数"),
    (cells.number(), "500+", "不是确定的数"),
    (cells.number(), "200余家", "不是确定的数"),
    (cells.number(), "200-300", "区间"),
    (cells.number(), "200家至300家", "区间"),
    (cells.number(), "三百家", "阿拉伯数字"),
    (cells.number(0, 5), "95%", "此列请写 0–5 的数值"),
    (cells.number(1, 5), "90%", "此列请写 1–5 的数值"),
    (cells.number(), "5万平方米", "单位“平方米”"),
    *(
        (cells.region, text, "不止一个地方")
        for text in ("雅安市雨城区等8个县区", "绵阳市涪城区等地", "成都等 5 市", "绵阳及周边")
    ),
    *(
        (cells.uscc, text, "是否为 91110000600037341L？")
        for text in ("9111OOOO600037341L", "9I110000600037341l", "91110000-60003734-1L")
    ),
    (cells.day, "2026年2月30日", "没有 2026 年 2 月 30 日"),
    (cells.day, "2026年1月30日 星期六", "这一天是星期五"),
    *((cells.day, text, "没有写明年") for text in ("1月31日", "01-31", "1.31上午", "1月31号（星期六）9:00")),
    *((cells.day, text, "只写一天") for text in ("2026.1.5-1.7", "2026年1月5日至7日", "2026-01-05~2026-01-07")),
    *((cells.day, text, "请写实际的日期") for text in ("0001-01-01", "1899/12/30", "9999-12-31")),
    *((cells.day, text, "没有写明日") for text in ("2026年1月", "2026-01", "202601", "2026", "2026年第一季度")),
    *((cells.day, text, "年份请写四位") for text in ("26-1-31", "26年1月31日", "1/31/26", "260131")),
    (cells.term("service_types"), "技术支撑", "可用：技术支持?"),
    (cells.region, "绵羊市", "绵阳市（510700）"),
]  # fmt: skip


@pytest.mark.parametrize(("parse", "text", "reason"), REASONS, ids=short)
def test_a_refusal_says_what_to_write(parse: cells.Parser, text: str, reason: str) -> None:
    with pytest.raises(CellError) as caught:
        parse(text)
    assert reason in caught.value.reason.zh


@given(st.integers(0, 10**9))
def test_a_number_is_read_however_it_is_grouped(value: int) -> None:
    for written in (f"{value}", f"{value:,}", f"{value:,}".replace(",", " "), f"{value}家", f"{value / 10**4:.4f}万"):
        assert cells.number()(written) == value


@given(st.dates(date(1955, 1, 1), date(2099, 12, 31)))
def test_a_date_is_read_however_it_is_written(day: date) -> None:
    weekday = "一二三四五六日"[day.weekday()]
    for written in (
        f"{day:%Y-%m-%d}",
        f"{day.year}/{day.month}/{day.day}",
        f"{day.year}.{day.month}.{day.day}",
        f"{day.year}年{day.month}月{day.day}日 星期{weekday}",
        f"{day:%Y%m%d}",
        str((day - date(1899, 12, 30)).days),
    ):
        assert cells.day(written) == day


STRANGE = [
    "=1+1",
    "'; DROP",
    "\x00",
    "9" * 400,
    "🐉",
    "-",
    "1e308",
    "长" * 40_000,
    "；",
    "٣",
    "²",
    "½",
    "¥",
    "%",
    "二〇二六年十十月一日",
]


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


@pytest.mark.parametrize(
    ("cell", "first", "last"),
    [
        ("二〇二四年三月", date(2024, 3, 1), date(2024, 3, 31)),
        ("二〇二四年十二月", date(2024, 12, 1), date(2024, 12, 31)),
        ("二〇二四年", date(2024, 1, 1), date(2024, 12, 31)),
        ("2024-03-01至2027-02-28", date(2024, 3, 1), date(2027, 2, 28)),
        ("2024年3月～2027年2月", date(2024, 3, 1), date(2027, 2, 28)),
        ("2024.3-2027.2", date(2024, 3, 1), date(2027, 2, 28)),
        ("2024年三月", date(2024, 3, 1), date(2024, 3, 31)),
        ("2024年上半年", date(2024, 1, 1), date(2024, 6, 30)),
        ("2024下半年度", date(2024, 7, 1), date(2024, 12, 31)),
        ("2024年第二季度", date(2024, 4, 1), date(2024, 6, 30)),
        ("2024Q4", date(2024, 10, 1), date(2024, 12, 31)),
        ("2024年2月上旬", date(2024, 2, 1), date(2024, 2, 10)),
        ("2024-02中旬", date(2024, 2, 11), date(2024, 2, 20)),
        ("2024年2月下旬", date(2024, 2, 21), date(2024, 2, 29)),
        ("2024年3-5月", date(2024, 3, 1), date(2024, 5, 31)),
        ("202412", date(2024, 12, 1), date(2024, 12, 31)),
        ("2024年度", date(2024, 1, 1), date(2024, 12, 31)),
    ],
)
def test_periods_in_characters_and_from_to(cell: str, first: date, last: date) -> None:
    found = [parse(cell) for parse in (cells.first_day, cells.last_day)]
    assert [value_of(f) for f in found] == [first, last]


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("1", "01"),
        ("9", "09"),
        ("A1", "01"),
        ("A111", "0111"),
        ("B610", "0610"),
        ("0", None),
        ("A6", None),
        ("C1", None),
    ],
)
def test_a_lost_zero_comes_back_where_there_can_be_no_other_code(cell: str, code: str | None) -> None:
    if code is None:
        with pytest.raises(CellError):
            cells.industry_code(cell)
    else:
        found = cells.industry_code(cell)
        assert isinstance(found, NotedValue)
        assert found.value == code


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("三台服务站13812341234", "三台服务站138****1234"),
        ("盐亭中心（0816-7123456）", "盐亭中心(0816-****456)"),
        ("服务站 a@b.cn", "服务站 a****@b.cn"),
    ],
)
def test_a_way_to_reach_somebody_in_a_name_is_told_masked(name: str, shown: str) -> None:
    found = cells.named(40)(name)
    assert isinstance(found, NotedValue)
    assert found.value == name
    assert found.how.zh == f"“{shown}”含电话、证件号或邮箱，请移到联系电话一列；这里照原样保存，对外以掩码显示"
    assert cells.named(40)("三台第13812341号站") == "三台第13812341号站"


@pytest.mark.parametrize(
    "cell",
    ["2026.3.5-3.7", "2026年3月5日至7日", "2026年3月5-7日", "2026-03-05～2026-03-07", "２０２６年３月５日—４月１日",
     "2026/3/5--2027/1/2", "2026-03-05-07"],
)  # fmt: skip
def test_what_took_a_few_days_is_of_the_first_one_and_that_is_told(cell: str) -> None:
    found = cells.begun_day(cell)
    assert isinstance(found, NotedValue)
    assert (found.value, found.how.zh) == (date(2026, 3, 5), f"“{cell}”是几天，按首日 2026-03-05 计一次")


def test_one_day_is_no_period_and_separate_days_are_no_one_service() -> None:
    for cell in ("2026-03-05", "2026-03-05 9:00-11:30", "2026-03-05至2026-03-05"):
        assert cells.begun_day(cell) == date(2026, 3, 5)
    for cell in ("2026年5月6日、13日", "2026.5.7-5.3", "2026.2.30-3.2", "2026.2.25-2.30", "2026年5月"):
        with pytest.raises(CellError):
            cells.begun_day(cell)


def test_the_first_of_what_holds_from_a_day_on() -> None:
    assert cells.first_day("自2024年3月1日起") == date(2024, 3, 1)


def test_the_beginning_of_a_period_is_no_end_and_its_end_no_beginning() -> None:
    assert cells.first_day("2024年初").value == date(2024, 1, 1)  # type: ignore[attr-defined]
    assert cells.last_day("2024年6月底").value == date(2024, 6, 30)  # type: ignore[attr-defined]
    for parse, text in ((cells.last_day, "2024年初"), (cells.first_day, "2024年底"), (cells.first_day, "2024年5-3月"),
                        (cells.first_day, "2024年13月"), (cells.first_day, "2024年0月")):  # fmt: skip
        with pytest.raises(CellError):
            parse(text)


@pytest.mark.parametrize(
    ("moment", "there"),
    [
        ("2025-12-31T16:00:00.000Z", date(2026, 1, 1)),
        ("2025-12-31 17:30:00+00:00", date(2026, 1, 1)),
        ("2026-01-01 00:30+0900", date(2025, 12, 31)),
    ],
)
def test_a_moment_with_its_zone_is_of_the_day_in_beijing(moment: str, there: date) -> None:
    assert cells.day(moment) == NotedValue(there, AS_MOMENT)


@pytest.mark.parametrize("moment", ["2026-01-01T15:59:59Z", "2026-01-01T00:00:00+08:00", "2026-01-01 9:00-11:30"])
def test_of_the_same_day_nothing_is_said(moment: str) -> None:
    assert cells.day(moment) == date(2026, 1, 1)
