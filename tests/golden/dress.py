"""Text files in every dress: encodings, delimiters, titles, blanks, headers, rows of another shape."""

from tests.golden.case import BOTH, JIA, ORGANIZATIONS, YI, Bad, Case, Refusal, Rows, organizations, plain

FIRMS = "厂家名称,所在地区\n示例-甲,绵阳市\n"

CASES = {
    "a UTF-8 mark": plain({"机构.csv": ORGANIZATIONS.encode("utf-8-sig")}),
    "GBK": plain({"机构.csv": ORGANIZATIONS.encode("gbk")}, "GB18030"),
    "a character of four bytes in GB18030": Case(
        {"机构.csv": "名称,所在地区\n示例-𠮷祥,绵阳市\n".encode("gb18030")},
        {"organizations": Rows(created=1)},
        {"Organization": {"示例-𠮷祥": {"region": {"510700"}}}},
    ),
    "UTF-16": plain({"机构.csv": ORGANIZATIONS.encode("utf-16")}),
    "semicolons between cells": plain({"机构.csv": ORGANIZATIONS.replace(",", ";").encode()}),
    "tabs between cells": plain({"机构.tsv": ORGANIZATIONS.replace(",", "\t").encode()}),
    "bars between cells": plain({"机构.csv": ORGANIZATIONS.replace(",", "|").encode()}),
    "line ends of Windows": plain({"机构.csv": ORGANIZATIONS.replace("\n", "\r\n").encode()}),
    # Rows are numbered as a spreadsheet shows them: the cell of two lines is in one row.
    "a line break in a cell": organizations(
        '名称,地址,所在地区\n示例-甲,"一号楼\n二层",绵阳市\n示例-乙,,无此地\n',
        {"示例-甲": {"address": "一号楼\n二层", "region": {"510700"}}},
        Rows(created=1, rejected=1),
        Bad("", 3, "所在地区", "无此地", "无此地"),
    ),
    "titles above the header": organizations(
        "绵阳市机构一览表\n填报单位：,绵阳市窗口,\n\n名称,类型,所在地区\n示例-甲,服务机构,绵阳市\n示例-丙,商会,无此地\n",
        {"示例-甲": JIA},
        Rows(created=1, rejected=1),
        Bad("", 6, "所在地区", "无此地", "无此地"),
        says=("表头上方",),
    ),
    "trailing blank rows and columns": organizations(
        "名称,类型,所在地区,,\n示例-甲,服务机构,绵阳市,,\n示例-乙,商会,涪城区,,\n,,,,\n,,,,\n\n",
        BOTH["Organization"],
        Rows(created=2),
    ),
    "blank lines in the middle": organizations(
        "名称,类型,所在地区\n示例-甲,服务机构,绵阳市\n\n,,\n示例-丙,商会,无此地\n",
        {"示例-甲": JIA},
        Rows(created=1, rejected=1),
        Bad("", 5, "所在地区", "无此地", "无此地"),
    ),
    "white space around cells": organizations(
        " 名称 ,类型　,所在地区*\n 示例-甲\t,　服务机构 , 绵阳市\n示例-乙,商 会,涪城 区\n",
        BOTH["Organization"],
        Rows(created=2),
    ),
    "a header that stands twice": organizations(
        "名称,地址,所在地区,地址\n示例-甲,一号,绵阳市,二号\n",
        {"示例-甲": {"address": "一号"}},
        Rows(created=1),
        says=("“地址”",),
    ),
    "a column nobody knows": organizations(
        ORGANIZATIONS.replace("类型", "类型,今年打算").replace("机构,", "机构,扩建,").replace("商会,", "商会,,"),
        BOTH["Organization"],
        Rows(created=2),
        says=("今年打算",),
    ),
    "English headers in another order": organizations(
        "region,kind,name\n绵阳市,服务机构,示例-甲\n涪城区,商会,示例-乙\n", BOTH["Organization"], Rows(created=2)
    ),
    "a renamed column": Case(
        {"企业.csv": FIRMS.encode()}, refusal=Refusal("MissingColumn", ("企业.csv", "名称", "“厂家名称”", "source.yml"))
    ),
    "a renamed column that the sender's note explains": Case(
        {"企业.csv": FIRMS.encode(), "source.yml": "headers: {厂家名称: 名称}\n".encode()},
        {"enterprises": Rows(created=1)},
        {"Enterprise": {"示例-甲": {"region": {"510700"}}}},
    ),
    "a required cell that is empty": organizations(
        "名称,类型,所在地区\n示例-甲,服务机构,绵阳市\n,商会,涪城区\n示例-丙,商会,　\n",
        {"示例-甲": JIA},
        Rows(created=1, rejected=2),
        Bad("", 3, "名称", "", "必填"),
        Bad("", 4, "所在地区", "　", "必填"),
    ),
    "rows with too few and too many cells": organizations(
        "名称,类型,所在地区\n示例-丙,商会\n示例-甲,服务机构,绵阳市\n示例-丁,商会,绵阳市,多出的\n示例-乙,商会,涪城区,\n",
        {"示例-甲": JIA, "示例-乙": YI},
        Rows(created=2, rejected=2),
        Bad("", 2, "", "", "单元格"),
        Bad("", 4, "", "", "单元格"),
    ),
    "a header without rows": organizations("名称,类型,所在地区\n", {}, Rows()),
    "an empty file": Case({"机构.csv": b""}, refusal=Refusal("FileUnreadable", ("机构.csv", "没有数据"))),
    "a file that is no text": Case(
        {"机构.csv": b"\x00\x01\x02\xff" * 50}, refusal=Refusal("FileUnreadable", ("机构.csv", "不是文本"))
    ),
}
