"""Values and places as people write them."""

from datetime import date

from tests.golden.case import Bad, Case, Rows, book, organizations, places

DAY = date(2026, 1, 31)
PROVIDER: list[list[object]] = [["名称", "类型", "所在地区"], ["示例-甲", "服务机构", "绵阳市"]]
MADE = {"示例-甲": {"region": {"510700"}}}


def _needs(header: str, *lines: str) -> dict[str, bytes]:
    return {"需求清单.csv": "\n".join([f"编号,所在地区,服务类型,{header}", *lines, ""]).encode()}


def _resources(header: list[object], *lines: list[object]) -> dict[str, bytes]:
    known: list[list[object]] = [["示例-" + "一二三四"[at], "仪器设备", "示例-甲", *ln] for at, ln in enumerate(lines)]
    return {"表.xlsx": book({"机构": PROVIDER, "服务资源": [["名称", "资源类别", "提供机构", *header], *known]})}


def _day(number: int, text: str) -> str:
    return f"示例-{number},绵阳市,技术支持,{text}"


DATES = ["2026-01-31", "2026/1/31", "2026年1月31日", "46053", "２０２６年１月３１日"]

CASES = {
    "full-width digits and letters": organizations(
        "名称,统一社会信用代码,所在地区,经度\n示例-甲,９１１１００００６０００３７３４１ｌ,５１０７０３,１０４．７５\n",
        {"示例-甲": {"uscc": "91110000600037341L", "region": {"510703"}, "lon": 104.75}},
        Rows(created=1),
    ),
    "dates in every spelling, a serial number of Excel among them": Case(
        _needs("日期", *[_day(at, text) for at, text in enumerate(DATES)]),
        {"needs": Rows(created=5)},
        {"Need": {f"示例-{at}": {"day": DAY} for at in range(5)}},
    ),
    "dates that are none": Case(
        _needs("日期", _day(1, "2026-02-30"), _day(2, "上个月"), _day(3, "2026-01-31")),
        {"needs": Rows(created=3)},
        {"Need": {"示例-1": {"day": None}, "示例-2": {"day": None}, "示例-3": {"day": DAY}}},
        (Bad("需求清单.csv", 2, "日期", "2026-02-30", "日期"), Bad("需求清单.csv", 3, "日期", "上个月", "日期")),
    ),
    "units": Case(
        _resources(["服务类型", "年服务能力"], ["技术支持", "1.2万家次"], ["技术支持", "1,200"], ["技术支持", "300次"]),
        {"organizations": Rows(created=1), "resources": Rows(created=3)},
        {"Organization": MADE, "Resource": {"示例-一": {"capacity": 12000.0}, "示例-二": {"capacity": 1200.0},
                                            "示例-三": {"capacity": 300.0}}},
    ),
    "a percentage where none belongs, a number that is none": Case(
        _resources(["服务类型", "评分", "年服务能力"], ["技术支持", "4.5", 1], ["技术支持", "85%", 2],
                   ["技术支持", "6", 3], ["技术支持", "5", "很多"]),
        {"organizations": Rows(created=1), "resources": Rows(created=4)},
        {"Organization": MADE, "Resource": {"示例-一": {"rating": 4.5, "capacity": 1.0},
                                            "示例-二": {"rating": None, "capacity": 2.0},
                                            "示例-三": {"rating": None, "capacity": 3.0},
                                            "示例-四": {"rating": 5.0, "capacity": None}}},
        (
            Bad("表.xlsx", 3, "评分", "85%", "85%", sheet="服务资源"),
            Bad("表.xlsx", 4, "评分", "6", "范围", sheet="服务资源"),
            Bad("表.xlsx", 5, "年服务能力", "很多", "数字", sheet="服务资源"),
        ),
    ),
    "several values in a cell": Case(
        _resources(["服务类型", "服务地区"], ["技术支持；信息咨询;投资融资、创业辅导", "绵阳市；涪城区、510104；"]),
        {"organizations": Rows(created=1), "resources": Rows(created=1)},
        {"Organization": MADE, "Resource": {"示例-一": {
            "service_types": {"SC01", "SC02", "SC03", "SC04"}, "serves": {"510700", "510703", "510104"}}}},
    ),
    "yes and no as cells of Excel": Case(
        _resources(["服务类型", "可共享"], ["技术支持", True], ["技术支持", False],
                   ["技术支持", "是"], ["技术支持", 0]),
        {"organizations": Rows(created=1), "resources": Rows(created=4)},
        {"Organization": MADE, "Resource": {f"示例-{n}": {"shareable": n in "一三"} for n in "一二三四"}},
    ),
    "another word for a term": Case(
        _needs("状态", "示例-1,绵阳市,检验检测,", "示例-2,绵阳市,SC03,", "示例-3,绵阳市,技 术 支 持,"),
        {"needs": Rows(created=3)},
        {"Need": {f"示例-{n}": {"service_type": {"SC03"}} for n in "123"}},
    ),
    "a mistyped term": Case(
        _needs("状态", "示例-1,绵阳市,技术支撑,", "示例-2,绵阳市,技术支持,"),
        {"needs": Rows(created=1, rejected=1)},
        {"Need": {"示例-2": {"service_type": {"SC03"}}}},
        (Bad("需求清单.csv", 2, "服务类型", "技术支撑", "技术支持"),),
    ),
    "two bad cells in one row": Case(
        _needs("日期", "示例-1,无此地,技术支持,昨天"),
        {"needs": Rows(rejected=1)},
        {},
        (Bad("需求清单.csv", 2, "所在地区", "无此地", "无此地"), Bad("需求清单.csv", 2, "日期", "昨天", "日期")),
    ),
    # --- places
    "places by code and by name, short and full": places(
        {"绵阳": "510700", "涪城区": "510703", "绵阳市涪城区": "510703", "四川省绵阳市涪城区": "510703",
         "510703": "510703", "阿坝州": "513200", "北川": "510726"}
    ),
    "a name of several places": places(
        {"市中区": "", "乐山市市中区": "511102", "内江市中区": "511002"},
        Bad("", 2, "所在地区", "市中区", "乐山市市中区"), Bad("", 2, "所在地区", "市中区", "内江市市中区"),
    ),
    "names and codes of former times": places({"新津县": "510118", "成都市新津县": "510118", "510132": "510118"}),
    "an address for a place": places({"四川省绵阳市涪城区临园路12号": "510703", "绵阳市游仙区某街1号": "510704"}),
    "townships": places({"510703001": "510703", "510703001000": "510703", "绵阳市涪城区城厢街道": "510703"}),
    # The zones' places are those of zones.csv; which high-tech zone is meant by its bare name, nobody can tell.
    "development zones": places(
        {"绵阳高新区": "510703", "德阳经开区": "510603", "高新区": ""},
        Bad("", 4, "所在地区", "高新区", "绵阳"), Bad("", 4, "所在地区", "高新区", "成都"),
    ),
    "places outside the province": places(
        {"重庆市渝中区": "", "110000": ""},
        Bad("", 2, "所在地区", "重庆市渝中区", "四川"), Bad("", 3, "所在地区", "110000", "110000"),
    ),
    "a county of another prefecture": places({"绵阳市武侯区": ""}, Bad("", 2, "所在地区", "绵阳市武侯区", "武侯区")),
    "a mistyped place": places({"绵羊市": ""}, Bad("", 2, "所在地区", "绵羊市", "绵阳市")),
}  # fmt: skip
