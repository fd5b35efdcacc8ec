"""Payloads for every text of every table, and where in graph or ledger each text must turn up as plain data."""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from loaders.read.words.unseen import seen_text

PAYLOADS = (
    "'}) DETACH DELETE n //",
    '"}) MATCH (n) SET n.name = "x" //',
    "`$name` {a: 1} \\u0027 \\",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "&lt;b&gt; &amp;",
    "{{7*7}} ${7*7} #{7*7} {value}",
    "=cmd|'/c calc'!A0",
    "+1+1",
    "-2",
    "@SUM(A1)",
    '=HYPERLINK("http://x.invalid","y")',
    "\u202e倒过来\u202c",
    "a\u2066b\u2069",
    "a\u0001b\u0008\u001bc\u007f",
    "\u200b零\ufeff宽",
    "🐉👩\u200d👩\u200d👧 🇨🇳",
    "𠮷𪚥",
    "two\nlines",
    "tab\tin it",
    "e\u0301 ﬁ Ａ",
    "%s %n %00 \\x00",
    "null",
    "；甲、乙;丙",
)
TEXTS: dict[str, dict[str, tuple[str, str]]] = {
    "organizations": {f: ("Organization", f) for f in ("name", "address", "source")},
    "windows": {"name": ("Window", "name"), "operator": ("Organization", "name")},
    "carriers": {"name": ("Carrier", "name"), "operator": ("Organization", "name"), "address": ("Carrier", "address")},
    "enterprises": {"name": ("Enterprise", "name")},
    "resources": {f: ("Resource", f) for f in ("name", "terms", "fee")},
    "needs": {"id": ("Need", "name"), "description": ("Need", "description")},
    "partnerships": {f: ("PARTNERS_WITH", f) for f in ("content", "evidence")},
    "chain_nodes": {"node": ("ChainSegment", "name")},
    "activities": {"name": ("Activity", "name"), "organizer": ("Organization", "name")},
    "feedback": {"id": ("Feedback", "name"), **{f: ("Feedback", f) for f in ("record", "content", "result")}},
    "service_records": {f: ("ledger", f) for f in ("id", "resource", "enterprise", "voucher")},
}
"""Table -> text column -> where it is kept: a label (or relationship, or the ledger of services) and its field."""
MENTIONS: dict[str, dict[str, tuple[str, str]]] = {
    "carriers": {"window": ("windows", "name")},
    "resources": {"provider": ("organizations", "name"), "carrier": ("carriers", "name")},
    "needs": {"enterprise": ("enterprises", "name")},
    "partnerships": {"a": ("organizations", "name"), "b": ("carriers", "name")},
    "chain_links": {"source": ("chain_nodes", "node"), "target": ("chain_nodes", "node")},
    "service_records": {"provider": ("organizations", "name"), "carrier": ("carriers", "name")},
}
"""Table -> column -> the column whose text of the same row it repeats: hostile names must be found again, too."""
REST: dict[str, dict[str, str]] = {
    "organizations": {"region": "绵阳市"},
    "windows": {"kind": "服务站点", "region": "绵阳市"},
    "carriers": {"kind": "众创空间", "region": "绵阳市"},
    "enterprises": {"region": "绵阳市"},
    "resources": {"kind": "仪器设备", "service_types": "技术支持"},
    "needs": {"region": "绵阳市", "service_type": "技术支持"},
    "partnerships": {"dimension": "创新链"},
    "chain_nodes": {"chain": "优质白酒"},
    "chain_links": {"chain": "优质白酒"},
    "activities": {"date": "2026-01-31", "region": "绵阳市"},
    "feedback": {"date": "2026-01-31"},
    "service_records": {"date": "2026-01-31", "service_type": "技术支持", "region": "绵阳市", "mode": "线下"},
}
"""The other required cells of each table."""
_numbers = count()


@dataclass(frozen=True)
class Sent:
    """One delivery: the rows of each table."""

    tables: dict[str, list[dict[str, str]]]

    def write(self, folder: Path, *, json_lines: bool) -> Path:
        """Write a file a table and return their folder."""
        folder.mkdir(parents=True)
        for table, rows in self.tables.items():
            if json_lines:
                lines = "".join(json.dumps(row) + "\n" for row in rows)
                (folder / f"{table}.jsonl").write_text(lines, encoding="utf-8")
                continue
            with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, list(rows[0]))
                writer.writeheader()
                writer.writerows(rows)
        return folder

    def expected(self) -> Iterator[tuple[str, str, set[str]]]:
        """Yield for each text column where it is kept, and the texts sent, trimmed and without what nobody sees."""
        for table, columns in TEXTS.items():
            for column, (kept, name) in columns.items():
                yield kept, name, {seen_text(row[column]).strip() for row in self.tables[table]}


def delivery(payloads: list[str]) -> Sent:
    """Return a delivery in which every text of every table carries each payload once, told apart by a number."""
    tables: dict[str, list[dict[str, str]]] = {}
    for table, rest in REST.items():
        tables[table] = []
        for at, payload in enumerate(payloads):
            row = {column: f"{payload}·{next(_numbers):06d}" for column in TEXTS.get(table, {})}
            for column, (other, name) in MENTIONS.get(table, {}).items():
                # A chain link leads to the next segment, so that none feeds itself.
                shift = (at + (column == "target")) % len(payloads)
                row[column] = tables[other][shift][name]
            tables[table].append({**row, **rest})
    return Sent(tables)
