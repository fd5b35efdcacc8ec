"""Who is meant: codes, doubles, mentions, people; and texts that want to be more than text."""

from tests.golden.case import Bad, Case, Rows, organizations

CODE, OTHER = "91110000600037341L", "91350100M000100Y43"
HOSTILE = [
    "<script>alert('甲')</script>",
    '<img src=x onerror="alert(1)">',
    "甲'}) DETACH DELETE n //",
    '乙"}) MATCH (m) DELETE m; //',
    "`丙` {name: $name} \\u0027",
    "丁'; DROP TABLE Organization; --",
]
FORMULAS = ["=cmd|'/c calc'!A0", "+86 号院", "-2+3", "@SUM(1;2)", '=HYPERLINK("http://x.invalid")']


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _named(names: list[str]) -> Case:
    text = "名称,地址,所在地区\n" + "".join(f"{_quoted(n)},{_quoted(n)},绵阳市\n" for n in names)
    return organizations(text, {n: {"address": n} for n in names}, Rows(created=len(names)))


CASES = {
    "wrong social credit codes": organizations(
        f"名称,统一社会信用代码,所在地区\n示例-甲,{CODE},绵阳市\n"
        "示例-乙,91350100M000100Y4A,绵阳市\n示例-丙,91350100M000100YIO,绵阳市\n示例-丁,9135010,绵阳市\n",
        {"示例-甲": {"key": CODE, "uscc": CODE}, **{f"示例-{n}": {"uscc": None} for n in "乙丙丁"}},
        Rows(created=4),
        Bad("", 3, "统一社会信用代码", "91350100M000100Y4A", "校验"),
        Bad("", 4, "统一社会信用代码", "91350100M000100YIO", "社会信用代码"),
        Bad("", 5, "统一社会信用代码", "9135010", "18"),
    ),
    "one organisation twice in a file": organizations(
        "名称,类型,所在地区\n示例-甲,商会,绵阳市\n示例-甲,商会,绵阳市\n示例-甲,服务机构,涪城区\n",
        {"示例-甲": {"kind": "service_institution", "region": {"510703"}}},
        Rows(created=1, merged=2),
    ),
    "one name in two prefectures is two organisations": organizations(
        "名称,所在地区\n示例-甲,绵阳市\n示例-甲,成都市\n",
        {"示例-甲": {}},
        Rows(created=2),
    ),
    "one code under two names is one organisation": organizations(
        f"名称,统一社会信用代码,所在地区\n示例-旧名,{OTHER},绵阳市\n示例-新名,{OTHER.lower()},绵阳市\n",
        {"示例-新名": {"key": OTHER}},
        Rows(created=1, merged=1),
    ),
    "brackets and white space in another width": organizations(
        "名称,所在地区\n示例-甲（绵阳）科技有限公司,绵阳市\n示例-甲(绵阳) 科技有限公司,涪城区\n",
        {"示例-甲(绵阳)科技有限公司": {"region": {"510703"}}},
        Rows(created=1, merged=1),
    ),
    "another legal form with the same code": organizations(
        f"名称,统一社会信用代码,所在地区\n示例-甲科技有限公司,{CODE},绵阳市\n示例-甲科技有限责任公司,{CODE},绵阳市\n",
        {"示例-甲科技有限责任公司": {"key": CODE}},
        Rows(created=1, merged=1),
    ),
    "formulas in a text file": _named(FORMULAS),
    "Cypher and HTML in names": _named(HOSTILE),
    "very long cells": Case(
        {"需求清单.csv": ("编号,所在地区,服务类型,描述\n" f"示例-1,绵阳市,技术支持,{'长' * 20_000}\n"
                       f"{'号' * 5_000},绵阳市,技术支持,短\n").encode()},
        {"needs": Rows(created=1, rejected=1)},
        {"Need": {"示例-1": {"description": "长" * 20_000}}},
        (Bad("需求清单.csv", 3, "编号", "号" * 5_000, "字符"),),
    ),
    "a carrier that nobody knows": Case(
        {
            "机构.csv": "名称,所在地区\n示例-甲,绵阳市\n".encode(),
            "服务资源.csv": ("名称,资源类别,服务类型,提供机构,所在载体\n示例-一,仪器设备,技术支持,示例-甲,\n"
                         "示例-二,仪器设备,技术支持,示例-甲,示例-没有的众创空间\n").encode(),
        },
        {"organizations": Rows(created=1), "resources": Rows(created=1, rejected=1)},
        {"Organization": {"示例-甲": {}}, "Resource": {"示例-一": {}}},
        (Bad("服务资源.csv", 3, "所在载体", "示例-没有的众创空间", "示例-没有的众创空间"),),
    ),
    "a partner of itself": Case(
        {
            "机构.csv": "名称,所在地区\n示例-甲,绵阳市\n示例-乙,绵阳市\n".encode(),
            "合作关系.csv": ("甲方,乙方,合作维度\n示例-甲,示例-乙,创新链\n示例-甲,示例-甲,创新链\n"
                         "示例-乙,示例-甲,创新链\n").encode(),
        },
        {"organizations": Rows(created=2), "partnerships": Rows(created=1, merged=1, rejected=1)},
        {"Organization": {"示例-甲": {}, "示例-乙": {}}},
        (Bad("合作关系.csv", 3, "乙方", "示例-甲", "同一"),),
    ),
    "a masked telephone": organizations(
        "名称,所在地区,联系人,联系电话\n示例-甲,绵阳市,张*,138****1234\n", {"示例-甲": {}}, Rows(created=1)
    ),
}  # fmt: skip
