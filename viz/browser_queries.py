"""The cookbook as scripts of Neo4j Browser: a ZIP to be dropped on its page, a folder a section, a script a question.

``python -m viz.browser_queries docs/cypher.md deploy/neo4j/queries.zip`` writes it; a test proves that it is current.
The first line of a script, a comment, is what Neo4j Browser calls it.
"""

import io
import re
import sys
from pathlib import Path
from typing import NamedTuple
from zipfile import ZIP_STORED, ZipFile, ZipInfo

SECTION = re.compile(r"^## (.+)$", re.MULTILINE)
QUESTION = re.compile(r"^### (\d+)\. (.+)\n\n```cypher (neo4j )?(.+)\n((?:.+\n)+?)```$", re.MULTILINE)
BEFORE_ALL = (1980, 1, 1, 0, 0, 0)
"""The earliest time a ZIP knows: the same content has the same bytes."""


class CookbookEntry(NamedTuple):
    """One question of the page: its columns as ``name=type``, and whether only Neo4j understands it."""

    number: int
    section: str
    title: str
    neo4j_alone: bool
    columns: str
    text: str


def questions(page: str) -> list[CookbookEntry]:
    """Return the questions of the cookbook, in its order."""
    sections = [(found.start(), found[1]) for found in SECTION.finditer(page)]
    return [
        CookbookEntry(int(q[1]), [name for at, name in sections if at < q.start()][-1], q[2], bool(q[3]), q[4], q[5])
        for q in QUESTION.finditer(page)
    ]


def scripts(page: str) -> dict[str, str]:
    """Return the content of each script by its path."""
    return {
        f"{q.section.partition(' · ')[0]}/{q.number:02d}.cypher": f"// {q.number:02d} {q.title}\n{q.text}"
        for q in questions(page)
    }


def archive(page: str) -> bytes:
    """Return the ZIP."""
    sink = io.BytesIO()
    with ZipFile(sink, "w", ZIP_STORED) as made:
        for path, content in scripts(page).items():
            made.writestr(ZipInfo(path, BEFORE_ALL), content)
    return sink.getvalue()


if __name__ == "__main__":
    Path(sys.argv[2]).write_bytes(archive(Path(sys.argv[1]).read_text(encoding="utf-8")))
