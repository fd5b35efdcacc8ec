"""The scripts for Neo4j Browser are the cookbook, question by question."""

import io
import re
from pathlib import Path
from zipfile import ZipFile

from viz import browser_queries

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "cypher.md").read_text(encoding="utf-8")
FILE = ROOT / "deploy" / "neo4j" / "queries.zip"


def test_the_file_is_current() -> None:
    assert FILE.read_bytes() == browser_queries.archive(PAGE), "make docs"


def test_each_question_is_a_script_in_the_folder_of_its_section() -> None:
    with ZipFile(io.BytesIO(browser_queries.archive(PAGE))) as archive:
        found = {name: archive.read(name).decode() for name in archive.namelist()}
    assert len(found) == len(re.findall(r"^### ", PAGE, re.MULTILINE))
    assert {name.partition("/")[0] for name in found} == {
        title.partition(" · ")[0] for title in re.findall(r"^## (.+)$", PAGE, re.MULTILINE)
    }
    title, text = found["网络/01.cypher"].split("\n", 1)
    assert title == "// 01 各级枢纽、窗口和站点有多少？ · How many hubs, windows and stations are there?"
    assert text == "MATCH (w:Window)\nRETURN w.kind AS kind, count(*) AS windows ORDER BY kind\n"
