"""What a sender's delivery says of itself, and how the sender's words are to be read: a YAML file a sender.

It lies beside the tables as ``source.yml`` or is given for a load::

    sender: 绵阳市窗口
    source: 绵阳市经信局
    verification: 二手来源
    data_class: REAL
    tables: {Sheet1: 机构, 统计: 不载入}
    headers: {单位名称: 名称}          # or of one table: {机构: {单位名称: 名称}}
    values: {类型: {平台: 公共服务示范平台}}   # or of one table: {服务载体: {类型: {平台: …}}}
    defaults: {服务载体: {类型: 科技企业孵化器}}   # of a table, of a sheet, or of all: {级别: 省级}
    region: 内江市                     # 市中区 is that of 内江
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from graph.errors import BadDeliveryNote, FileMissing, FileUnreadable, NotYaml, ShuniuError, UnknownCode
from graph.language import Text, listed
from graph.places import gazetteer
from graph.places.gazetteer import places
from graph.vocabulary import fold, vocabulary
from loaders.parse.issues import CellError
from loaders.read.words.headers import find_column, find_table, plain_header
from loaders.read.words.unseen import seen_text
from loaders.tables import TABLES, Origin, Table

NOTE_FILE = "source.yml"
LEFT_OUT = "不载入"
"""Stands for no table: the sheet is not loaded."""
REMARKS = "about"
"""Key under which a note may hold anything else that its sender wants to remember."""
_BROKEN = re.compile("[\ud800-\udfff]")
"""What no encoding can hold, though YAML can spell it."""
LARGEST = 2**20
"""Bytes a note may have."""


@dataclass(frozen=True)
class DeliveryNote:
    """A note, its names resolved; plain data, so that a journal can keep it.

    ``headers``: table name -> their header (folded) -> column name. ``tables``: their sheet or file name (folded) ->
    table name, empty for a sheet to be left out. ``values``: table name -> column name -> their text (folded) -> ours.
    ``defaults``: sheet or file name (folded), ``table`` and a table's name, or nothing for all -> header -> constant.
    ``region``: the place within which short names of places are meant.
    """

    sender: str = ""
    source: str = ""
    verification: str = ""
    data_class: str = ""
    headers: dict[str, dict[str, str]] = field(default_factory=dict)
    tables: dict[str, str] = field(default_factory=dict)
    values: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)
    defaults: dict[str, dict[str, str]] = field(default_factory=dict)
    region: str = ""

    def constants(self, table: Table, sheet: str, file: str) -> dict[str, str]:
        """Return the constants of a sheet by column: those of all tables, of its table, of its file and its own."""
        said: dict[str, str] = {}
        for key in ("", f"table {table.name}", fold(file), fold(sheet)):
            for title, value in self.defaults.get(key, {}).items():
                if column := find_column(table, title):
                    said[column.name] = value
        return said

    @property
    def origin(self) -> Origin | None:
        """Where the rows come from, None if the note says nothing of it."""
        stated = {
            "source": self.source or self.sender,
            "verification": self.verification,
            "data_class": self.data_class,
        }
        said = {name: text for name, text in stated.items() if text}
        return Origin(**said) if said else None

    def over(self, other: "DeliveryNote") -> "DeliveryNote":
        """Return this note, completed by what only ``other`` says."""
        return replace(
            self,
            **{name: getattr(self, name) or getattr(other, name) for name in _PLAIN},
            tables={**other.tables, **self.tables},
            defaults={
                k: {**other.defaults.get(k, {}), **self.defaults.get(k, {})}
                for k in {**other.defaults, **self.defaults}
            },
            headers={t: {**other.headers.get(t, {}), **self.headers.get(t, {})} for t in TABLES},
            values={
                t: {
                    c: {**other.values.get(t, {}).get(c, {}), **self.values.get(t, {}).get(c, {})}
                    for c in {*other.values.get(t, {}), *self.values.get(t, {})}
                }
                for t in TABLES
            },
        )


_PLAIN = ("sender", "source", "verification", "data_class", "region")


def read_note(path: Path, shown: Path | None = None) -> DeliveryNote:
    """Read a note; ``shown`` is its name for the reader, where it was unpacked.

    Raises:
        FileMissing, FileUnreadable, NotYaml: there is no such file, it is too large, or no YAML.
        BadDeliveryNote: it says something unknown, which is named.
    """
    shown = shown or path
    try:
        if path.stat().st_size > LARGEST:
            raise FileUnreadable(path=shown, reason=Text("说明文件超过 1 MB", "the note is larger than 1 MB"))
        # Every scalar stays a text: YAML would make 否 of no and a number of 510700.
        stated = yaml.load(seen_text(_text(path.read_bytes())), Loader=yaml.BaseLoader)  # noqa: S506 makes texts alone
    except OSError as error:
        raise FileMissing(path=shown) from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise NotYaml(path=shown, reason=" ".join(str(error).split())) from error
    return _Reader(shown).note(stated)


def _text(content: bytes) -> str:
    """Return a note's text; an older editor of the office saves it in GBK."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030")


class _Reader:
    """Checks what a note states, so that every error names the file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def wrong(self, zh: str, en: str) -> BadDeliveryNote:
        return BadDeliveryNote(path=self.path, problem=Text(zh, en))

    def note(self, stated: Any) -> DeliveryNote:
        parts: dict[str, Callable[[Any], Any]] = {
            "sender": self.text,
            "source": self.text,
            "verification": lambda said: self.term("verifications", said),
            "data_class": lambda said: self.term("data_classes", said),
            "tables": self.tables,
            "headers": self.headers,
            "values": self.values,
            "defaults": self.defaults,
            "region": self.region,
        }
        found = {}
        for key, said in self.mapping(stated, "—").items():
            if key == REMARKS:
                continue
            if key not in parts:
                known = listed(parts)
                raise self.wrong(f"不认识“{key}”，可用：{known.zh}", f"unknown key “{key}”; known: {known.en}")
            found[key] = parts[key](said)
        return DeliveryNote(**found)

    def mapping(self, said: Any, where: str) -> dict[str, Any]:
        if isinstance(said, dict) and all(isinstance(key, str) for key in said):
            return {self.text(key): value for key, value in said.items()}
        raise self.wrong(f"{where} 应为“名称: 内容”的列表", f"{where} should be a mapping of names")

    def text(self, said: Any) -> str:
        """Read a text; one in two languages is known by its Chinese."""
        chosen = said.get("zh") if isinstance(said, dict) else said
        if not isinstance(chosen, str):
            raise self.wrong("应为一段文字", "a text is wanted")
        if _BROKEN.search(chosen):
            raise self.wrong("文字中有不成对的代理字符", "a text holds half of a pair of surrogates")
        return chosen.strip()

    def term(self, name: str, said: Any) -> str:
        try:
            return vocabulary(name).resolve(self.text(said))
        except UnknownCode as error:
            raise self.wrong(
                f"{error.say('zh')}；{error.way_out('zh')}", f"{error.say('en')}; {error.way_out('en')}"
            ) from error

    def region(self, said: Any) -> str:
        try:
            return places()[gazetteer.region(self.text(said))].full_name
        except ShuniuError as error:
            raise self.wrong(
                f"{error.say('zh')}；{error.way_out('zh')}", f"{error.say('en')}; {error.way_out('en')}"
            ) from error

    def defaults(self, said: Any) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = {}
        for key, inner in self.mapping(said, "defaults").items():
            one = isinstance(inner, dict)
            table = find_table(key) if one else None
            place = f"table {table.name}" if table else fold(key) if one else ""
            for title, value in (self.mapping(inner, key) if one else {key: inner}).items():
                self.constant(title, self.text(value), table)
                found.setdefault(place, {})[title] = self.text(value)
        return found

    def constant(self, title: str, value: str, table: Table | None) -> None:
        """Check that a constant can be read by the column that it is for, or by one of them."""
        reasons = []
        for name, column in self.columns(title, table):
            parse = TABLES[name].column(column).parse
            try:
                if parse is not None:
                    parse(value)
            except CellError as error:
                reasons.append(error.reason)
            else:
                return
        raise self.wrong(f"defaults 中的 {title}：{reasons[0].zh}", f"{title} in defaults: {reasons[0].en}")

    def table(self, said: str) -> Table:
        found = find_table(said)
        if found is None:
            known = listed(t.label.zh for t in TABLES.values())
            raise self.wrong(f"没有“{said}”这张表，可用：{known.zh}", f"there is no table “{said}”; known: {known.en}")
        return found

    def tables(self, said: Any) -> dict[str, str]:
        named = {fold(theirs): self.text(ours) for theirs, ours in self.mapping(said, "tables").items()}
        return {theirs: "" if ours in ("", LEFT_OUT) else self.table(ours).name for theirs, ours in named.items()}

    def columns(self, ours: str, table: Table | None) -> list[tuple[str, str]]:
        """Return (table, column) of every column that a name stands for, in one table or in all."""
        searched = [table] if table else list(TABLES.values())
        found = [(t.name, c.name) for t in searched if (c := find_column(t, ours))]
        if not found:
            where = Text(*table.label) if table else Text("各表", "any table")
            raise self.wrong(f"{where.zh} 中没有“{ours}”列", f"there is no column “{ours}” in {where.en}")
        return found

    def headers(self, said: Any) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = {}
        for key, inner in self.mapping(said, "headers").items():
            one = isinstance(inner, dict)
            table = self.table(key) if one else None
            for theirs, ours in (self.mapping(inner, key) if one else {key: inner}).items():
                for name, column in self.columns(self.text(ours), table):
                    found.setdefault(name, {})[plain_header(theirs)] = column
        return found

    def values(self, said: Any) -> dict[str, dict[str, dict[str, str]]]:
        found: dict[str, dict[str, dict[str, str]]] = {}
        for key, inner in self.mapping(said, "values").items():
            inside = self.mapping(inner, key)
            one = any(isinstance(value, dict) for value in inside.values())
            table = self.table(key) if one else None
            for ours, texts in (inside if one else {key: inside}).items():
                plain = {fold(theirs): self.text(text) for theirs, text in self.mapping(texts, ours).items()}
                for name, column in self.columns(ours, table):
                    found.setdefault(name, {}).setdefault(column, {}).update(plain)
        return found
