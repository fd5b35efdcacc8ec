"""One workbook with all the troubles of the others together: a month's delivery at its worst."""

import io
from datetime import date

import openpyxl  # type: ignore[import-untyped]
from openpyxl.worksheet.worksheet import Worksheet  # type: ignore[import-untyped]

from tests.golden.case import Bad, Case, Cells, Rows

FILE = "大杂烩.xlsx"
CODE = "91110000600037341L"
LAST = ["地址", "打算", "地址", None, ""]

# Row 4 is the header; the rows below are numbered as Excel shows them.
ORGANIZATIONS: Cells = [
    ["２０２６年机构一览（合并的标题）"],
    ["填报单位：", "绵阳市窗口"],
    [],
    ["名称*", "社会信用代码", " 类型 ", "所在地区", "经度（度）", "联系电话", *LAST],
    [
        "示例-甲（绵阳）科技有限公司",
        CODE.lower(),
        "服务机构",
        510703.0,
        "１０４．７５",
        "138****1234",
        "一号\n二层",
        "扩建",
        "x",
    ],
    ["示例-甲（绵阳）科技有限责任公司", CODE, "服务机构", None, 104.75],  # the place is merged down from above
    ["示例-乙", None, "协会", "新津县"],  # hidden
    [],
    ["示例-丙", None, "商会", "市中区"],
    ["示例-丁", "91350100M000100Y4A", "商会", "绵阳市"],
    [None, None, "商会", "绵阳市"],
    ["=cmd|'/c calc'!A0", None, "商会", "四川省绵阳市涪城区临园路12号"],
    ["<script>alert('甲')</script>", None, "商会", "510703001"],
    ["甲'}) DETACH DELETE n //", None, "商 会", "绵阳高新区"],
    ["示例-戊", None, "商会", "重庆市渝中区"],
    ["示例-己", None, "无此类型", "绵阳市"],
    ["示例-庚", None, "商会", "绵阳市", "很东"],
    ["示例-1001", None, "商会", "510700", None, None, "=1+1"],
    ["示例-乙", None, "协会", "成都市新津区"],
    ["示例-辛" + "长" * 2_000, None, "商会", "绵阳市"],
    ["", " ", None, "　"],
]
FIRMS: Cells = [
    ["企业名称", "region", "产业链"],
    ["示例-企业", "绵阳", "优质白酒、CH01"],
    ["示例-企业", "绵阳市", "优质白酒；CH01"],
]
RESOURCES: Cells = [
    ["名称", "资源类别", "服务类型", "提供机构", "所在载体", "年服务能力", "可共享", "生效日期", "评分"],
    ["示例-一", "仪器设备", "检验检测；信息咨询", "示例-乙", None, "1.2万家次", True, date(2026, 1, 31), "4.5"],
    ["示例-二", "仪器设备", "技术支撑", "示例-乙"],
    ["示例-三", "仪器设备", "技术支持", "示例-乙", "示例-没有的众创空间"],
    ["示例-四", "仪器设备", "技术支持", "示例-乙", None, None, None, "2026-02-30", "85%"],
]
NEEDS: Cells = [
    ["编号", "所在地区", "服务类型", "日期", "描述"],
    [20260001, "绵阳", "SC03", "46053", "-1"],
    ["示例-2", "510132", "技术支持", "2026年1月31日", "+1"],
]
PARTNERS: Cells = [["甲方", "乙方", "合作维度"], ["示例-乙", "示例-乙", "创新链"], ["示例-乙", "示例-1001", "创新链"]]


def _fill(page: Worksheet, lines: Cells) -> None:
    for row, cells in enumerate(lines, start=1):
        for column, value in enumerate(cells, start=1):
            cell = page.cell(row, column, value)
            if isinstance(value, str):
                cell.data_type = "s"  # a text that begins with = is a text


def _workbook() -> bytes:
    workbook, made = openpyxl.Workbook(), io.BytesIO()
    workbook.worksheets[0].title = "说明"
    workbook["说明"]["A1"] = "请先看这里"
    sheets = {"机构": ORGANIZATIONS, "企业": FIRMS, "服务资源": RESOURCES, "需求清单": NEEDS, "合作关系": PARTNERS}
    for title, lines in {**sheets, "Sheet7": []}.items():
        _fill(workbook.create_sheet(title), lines)
    page = workbook["机构"]
    page.merge_cells("A1:F1")
    page.merge_cells("D5:D6")
    page.row_dimensions[7].hidden = True
    workbook["企业"].sheet_state = "hidden"
    workbook.save(made)
    return made.getvalue()


def _bad(sheet: str, row: int, column: str, value: str, word: str) -> Bad:
    return Bad(FILE, row, column, value, word, sheet)


DAY = date(2026, 1, 31)
CHAMBER = {"kind": "chamber", "region": {"510703"}}
CASES = {
    "all together": Case(
        {FILE: _workbook(), "照片.jpg": b"\xff\xd8"},
        {
            "organizations": Rows(created=9, merged=2, rejected=4),
            "enterprises": Rows(created=1, merged=1),
            "resources": Rows(created=2, rejected=2),
            "needs": Rows(created=2),
            "partnerships": Rows(created=1, rejected=1),
        },
        {
            "Organization": {
                "示例-甲（绵阳）科技有限责任公司": {"key": CODE, "lon": 104.75, "region": {"510703"}},
                "示例-乙": {"kind": "industry_association", "region": {"510118"}},
                "=cmd|'/c calc'!A0": CHAMBER,
                "<script>alert('甲')</script>": CHAMBER,
                "甲'}) DETACH DELETE n //": CHAMBER,
                "示例-丁": {"uscc": None, "kind": "chamber", "region": {"510700"}},
                "示例-己": {"kind": None, "region": {"510700"}},
                "示例-庚": {"lon": None, "kind": "chamber"},
                "示例-1001": {"address": "=1+1", "region": {"510700"}},
            },
            "Enterprise": {"示例-企业": {"region": {"510700"}, "chains": {"CH01", "CH11"}}},
            "Resource": {
                "示例-一": {"capacity": 12000.0, "shareable": True, "since": DAY, "service_types": {"SC01", "SC03"}},
                "示例-四": {"since": None, "rating": None, "service_types": {"SC03"}},
            },
            "Need": {
                "20260001": {"day": DAY, "description": "-1"},
                "示例-2": {"day": DAY, "description": "+1", "region": {"510118"}},
            },
        },
        (
            _bad("机构", 9, "所在地区", "市中区", "乐山市市中区"),
            _bad("机构", 10, "统一社会信用代码", "91350100M000100Y4A", "校验"),
            _bad("机构", 11, "名称", "", "必填"),
            _bad("机构", 15, "所在地区", "重庆市渝中区", "四川"),
            _bad("机构", 16, "类型", "无此类型", "无此类型"),
            _bad("机构", 17, "经度", "很东", "数字"),
            _bad("机构", 20, "名称", "示例-辛" + "长" * 2_000, "字符"),
            _bad("服务资源", 3, "服务类型", "技术支撑", "技术支持"),
            _bad("服务资源", 4, "所在载体", "示例-没有的众创空间", "示例-没有的众创空间"),
            _bad("服务资源", 5, "生效日期", "2026-02-30", "日期"),
            _bad("服务资源", 5, "评分", "85%", "85%"),
            _bad("合作关系", 2, "乙方", "示例-乙", "同一"),
        ),
        says=("表头上方", "隐藏", "“地址”", "打算", "照片.jpg"),
    )
}
