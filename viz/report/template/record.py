"""What the program wrote into each place last time: kept in the Word file, as the custom XML that Word keeps.

From it the next edition knows a paragraph of the office from one of its own, and which figures changed.
"""

import json
from dataclasses import asdict, dataclass, field
from typing import Any

from docx.document import Document as WordFile
from docx.opc.oxml import serialize_part_xml
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml

from graph.errors import BadParameter
from graph.language import Text

SPACE = "urn:shuniu:report-edition:1"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/customXml"
EDITION = "shuniu report edition"
"""Stands in the file's properties, so that an edition whose record some program dropped is known as such."""


@dataclass
class Written:
    """What one place was given: paragraphs, and the cells of tables by their row's and column's name,
    and the head rows of the tables."""

    texts: list[str] = field(default_factory=list)
    tables: list[dict[str, str]] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)


def read_record(file: WordFile) -> dict[str, list[Written]]:
    """Return what was written by name of the place, in the order of the places; nothing for a fresh template.

    Raises:
        BadParameter: this is an edition, but a program dropped what was kept in it.
    """
    for part in _parts(file):
        root: Any = parse_xml(part.blob)
        stored: dict[str, list[dict[str, Any]]] = json.loads(root.text or "{}")
        return {name: [Written(**one) for one in all_] for name, all_ in stored.items()}
    if file.core_properties.identifier == EDITION:
        raise BadParameter(
            name="template", value=EDITION,
            reason=Text(
                "这份上期文件里的填写记录被别的软件去掉了，无法分辨哪些是手写的；请用程序上期写出的文件或空白模板",
                "another program dropped the record of what was filled in, so that words written by hand cannot be "
                "told apart: use the last edition as it was written, or the empty template",
            ),
        )  # fmt: skip
    return {}


def keep_record(file: WordFile, record: dict[str, list[Written]]) -> None:
    """Put what was written into the file, instead of the last edition's."""
    root: Any = parse_xml(f'<edition xmlns="{SPACE}"/>')
    root.text = json.dumps({name: [asdict(one) for one in all_] for name, all_ in record.items()}, ensure_ascii=False)
    blob = serialize_part_xml(root)
    file.core_properties.identifier = EDITION
    for part in _parts(file):
        part._blob = blob
        return
    package = file.part.package
    taken = {str(part.partname) for part in package.iter_parts()}
    name = next(n for k in range(1, len(taken) + 2) if (n := f"/customXml/item{k}.xml") not in taken)
    file.part.relate_to(Part(PackURI(name), "application/xml", blob, package), RELATION)


def _parts(file: WordFile) -> list[Any]:
    parts = [r.target_part for r in file.part.rels.values() if r.reltype == RELATION and not r.is_external]
    return [part for part in parts if SPACE.encode() in part.blob]
