"""docs/extending.md is true: each of its patches, on a copy of the program, does what the page says."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from tests.support import terminal
from tests.support.program import copied_to, run_there
from tests.support.stores import delivery
from tests.support.terminal import PROJECT, Said

pytestmark = pytest.mark.slow

PAGE = PROJECT / "docs" / "extending.md"
Walk = Callable[[str], tuple[Path, "Callable[..., Said]"]]


@pytest.fixture
def walked(tmp_path: Path) -> Walk:
    """Return a function that takes the heading of a walk; it returns a patched copy and the program that runs there."""

    def walk(heading: str) -> tuple[Path, Callable[..., Said]]:
        (said,) = re.findall(rf"^## [^\n]*· {heading}\n(.*?)(?=^## |\Z)", PAGE.read_text(encoding="utf-8"), re.M | re.S)
        (patch,) = re.findall(r"```diff\n(.*?)```", said, re.S)
        copy = copied_to(tmp_path / "copy")
        subprocess.run(["git", "apply", "-"], cwd=copy, input=patch, text=True, check=True)

        def run(*arguments: object) -> Said:
            return run_there(copy, *arguments, store=f"ladybug://{tmp_path / 'graph.lbug'}")

        return tmp_path, run

    return walk


def test_a_service_type_is_an_entry(walked: Walk) -> None:
    folder, shuniu = walked("A service type")
    tables = {
        "机构": "名称,所在地区\n示例-绿色院,绵阳市\n",
        "服务资源": "名称,资源类别,服务类型,提供机构,年服务能力\n示例-诊断,服务产品,节能服务,示例-绿色院,100\n",
        "企业数量": "所在地区,产业链,企业数,统计时间\n绵阳市,白酒,120,2026-03-31\n",
    }
    assert shuniu("load", delivery(folder, tables)).code == 0
    asked = ("coverage", "--region", "绵阳市", "--service-type", "绿色低碳", "--as-of", "2026-06-30", "--format", "csv")
    said = shuniu(*asked, "--group-by", "service_type")
    names, values = (line.split(",") for line in said.out.splitlines()[:2])
    row = dict(zip(names, values, strict=True))
    assert (row["service_type"], float(row["demand"]), round(float(row["supply"]), 6)) == ("SC14", 2.4, 100.0)
    assert shuniu("template", folder / "t.xlsx").code == 0
    listed = {cell.value for sheet in openpyxl.load_workbook(folder / "t.xlsx") for row in sheet for cell in row}
    assert "绿色低碳" in listed


HOMEPAGES = """
import os
from graph import schema
from graph.stores.opening import open_store
with open_store(os.environ["SHUNIU_STORE"], read_only=True) as store, store.read() as session:
    rows = session.nodes(schema.nodes()["Organization"]).select(["name", "homepage"]).to_pylist()
    print(*(f"{row['name']} {row['homepage']}" for row in rows if row["name"].startswith("示例")))
"""


def test_a_field_is_a_property_and_a_column(walked: Walk, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, shuniu = walked("A field of a table")
    tables = delivery(folder, {"机构": "名称,所在地区,官网\n示例-绿色院,绵阳市,https://example.org\n"})
    assert shuniu("load", tables).code == 0
    monkeypatch.setattr(terminal, "PROGRAM", [sys.executable, "-c", HOMEPAGES])
    assert shuniu().out == "示例-绿色院 https://example.org\n"


CARRIERS = """
from api.http.app import create_app
from graph.stores.opening import open_store
from starlette.testclient import TestClient
import os
with open_store(os.environ["SHUNIU_STORE"]) as store:
    answer = TestClient(create_app(store=store), base_url="http://localhost").get("/v1/carriers")
print(next(row["carriers"] for row in answer.json()["data"] if row["kind"] == "other"))
"""


def test_a_question_is_a_query_a_declaration_and_a_line(walked: Walk, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, shuniu = walked("A question")
    assert shuniu("load", delivery(folder, {"机构": "名称,所在地区\n示例-院,绵阳市\n"})).code == 0
    before = shuniu("carriers", "--format", "csv").out.splitlines()
    assert before[0].lstrip("\ufeff") == "kind,carriers"
    more = folder / "载体.csv"
    more.write_text("名称,类型,所在地区\n示例-一,双创基地,绵阳市\n示例-二,双创基地,成都市\n", encoding="utf-8")
    assert shuniu("load", more).code == 0
    counts = [
        dict(line.split(",") for line in lines[1:])
        for lines in (before, shuniu("carriers", "--format", "csv").out.splitlines())
    ]
    kind = "entrepreneurship_base"
    assert counts[1] == counts[0] | {kind: str(int(counts[0][kind]) + 2)}
    monkeypatch.setattr(terminal, "PROGRAM", [sys.executable, "-c", CARRIERS])
    assert shuniu().out == f"{counts[1]['other']}\n"


def test_a_picture_is_a_part_of_the_report(walked: Walk) -> None:
    folder, shuniu = walked("A picture")
    assert shuniu("load", delivery(folder, {"机构": "名称,所在地区\n示例-院,绵阳市\n"})).code == 0
    assert shuniu("report", "gaps", "--format", "html,docx", "--output", folder / "out").code == 0
    page = (folder / "out" / "gap-report-510000.html").read_text(encoding="utf-8")
    assert re.findall(r"图 ?\d+\s*各级服务存在比例", page)
    assert shuniu("report", "check", folder / "out" / "gap-report-510000.docx").code == 0
