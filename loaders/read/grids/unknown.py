"""Sheets that are no table that anyone can tell: which one comes nearest, what it lacks, and what to write."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

import yaml

from graph.errors import MissingColumn, UnknownTable
from graph.language import Text, about, listed
from loaders.read.files.chunks import Line
from loaders.read.grids.sheets import where
from loaders.read.words.headers import Matched, find_column, is_serial, lacking, match, near_titles, suggested
from loaders.read.words.surroundings import TitleWords, constants_said
from loaders.tables import TABLES, Column, Table

LEFT_OUT = "不载入"
ONE_CELL = Text(
    "表头挤在一格里：单元格之间请用半角逗号或制表符分隔，或另存为 XLSX。",
    "The headers are all in one cell: part the cells by commas or tabs, or save as XLSX. ",
)
NO_ID = Text(
    "编号用来认出同一条，各次交付里不重复也不改变；请补一列 编号，如 202506-001。",
    "An id tells which row is which, in every delivery: add a column 编号 such as 202506-001. ",
)
SERIAL_ALONE = Text(
    "“序号”每张表都从 1 编起，不能当编号：请补一列 编号，如 202506-001；若各次交付的序号从不重复，可在该目录的"
    " source.yml 中写 headers: {序号: 编号}。",
    "A serial number begins anew in every list and is no id: add a column 编号 such as 202506-001; if the numbers never"
    " come again in any delivery, write headers: {序号: 编号} into the folder's source.yml. ",
)
_APART = re.compile(r"[，、；\s]+")
LEAST = 2
"""So many headers in one cell are no coincidence."""


@dataclass(frozen=True)
class Unknown:
    """A sheet that is not loaded: the table that it comes nearest to, the row that may be its header, and the words."""

    file: str
    sheet: str
    name: PurePosixPath
    near: Table
    line: Line
    words: list[TitleWords]
    several: tuple[Table, ...] = ()
    hidden: bool = False
    leftover: bool = False
    """It is a table, but another sheet of the file has taken its place."""

    @property
    def where(self) -> str:
        """File and sheet for messages."""
        return where(self.file, self.sheet)

    @property
    def key(self) -> str:
        """The name by which a note calls it."""
        return self.sheet or self.name.stem

    @property
    def is_near(self) -> bool:
        """Tell whether any header of it is known, so that it may be a table at all."""
        return bool(match(self.near, self.line.cells, {}).columns or self.several)

    @property
    def missing(self) -> list[str]:
        """Labels of the columns that it lacks of the nearest table."""
        return [c.zh for c in lacking(self.near, match(self.near, self.line.cells, {}))]

    @property
    def warning(self) -> Text:
        """What is said where the other sheets of its file are loaded."""
        if self.leftover:
            return Text(
                f"{self.where} 是隐藏或旧的“{self.near.label.zh}”工作表，未载入；要载入请在 source.yml 中写 tables: "
                f"{{{self.key}: {self.near.label.zh}}}",
                f"{self.where} is a hidden or old sheet of {self.near.label.en} and is not loaded; to load it, write "
                f"tables: {{{self.key}: {self.near.label.zh}}} into source.yml",
            )
        zh, en = self.why
        return Text(
            f"{self.where} 不是已知的数据表，未载入（{zh}）；可在 source.yml 中写 tables: "
            f"{{{self.key}: 表名或{LEFT_OUT}}}",
            f"{self.where} is no known table and is not loaded ({en}); in source.yml write tables: "
            f"{{{self.key}: a table or {LEFT_OUT}}}",
        )

    @property
    def why(self) -> Text:
        """Why it is unknown: it fits several tables, or lacks columns of the nearest."""
        if len(self.several) > 1:
            several = [*zip(*(t.label for t in self.several), strict=True)]
            return Text(f"与几张表相符：{listed(several[0]).zh}", f"fits several tables: {listed(several[1]).en}")
        if not self.is_near:
            return Text("没有一列是认识的", "none of its columns is known")
        lacks = listed(self.missing or "—")
        at = self.line.number
        return Text(
            f"最接近“{self.near.label.zh}”，按第 {at} 行为表头还缺 {lacks.zh}",
            f"nearest to {self.near.label.en}, with row {at} as header it lacks {lacks.en}",
        )

    @property
    def left_out(self) -> dict[str, dict[str, object]]:
        """What a note says of it so that it is not loaded."""
        return {"tables": {self.key: LEFT_OUT}}

    def proposal(self) -> dict[str, dict[str, object]]:
        """Return what a note may say of it; where several tables fit, one of them is to be chosen."""
        if not self.is_near or self.leftover:
            return self.left_out
        if len(self.several) > 1:
            return {"tables": {self.key: "/".join(table.label.zh for table in self.several)}}
        return proposal(self.key, self.near, self.line, self.words)


def proposal(key: str, table: Table, line: Line, words: Sequence[TitleWords]) -> dict[str, dict[str, object]]:
    """Return what a note may say of a sheet so that it is read as a table."""
    said: dict[str, dict[str, object]] = {"tables": {key: table.label.zh}}
    if headers := suggested(table, line.cells):
        said["headers"] = {table.label.zh: dict(headers)}
    matched = match(table, line.cells, {})
    named = {ours for _, ours in headers}
    constants = {
        table.column(name).zh: value
        for name, (value, _) in constants_said(table, words).items()
        if name not in matched.columns and table.column(name).zh not in named
    }
    if constants:
        said["defaults"] = {table.label.zh: constants}
    return said


def as_yaml(proposals: Sequence[dict[str, dict[str, object]]]) -> str:
    """Return proposals as one note."""
    whole: dict[str, dict[str, object]] = {}
    for one in proposals:
        for key, said in one.items():
            whole.setdefault(key, {}).update(said)
    return yaml.safe_dump(whole, allow_unicode=True, sort_keys=False, width=100)


def unknown_table(unknown: Sequence[Unknown]) -> UnknownTable:
    """Return the error that names all unknown sheets at once."""
    said = [about(one.where, one.why) for one in unknown]
    return UnknownTable(
        where=listed(one.where for one in unknown),
        name=Text("；".join(text.zh for text in said), "; ".join(text.en for text in said)),
        tables=listed(f"{t.label.zh} {t.name}" for t in TABLES.values()),
        note=as_yaml([one.proposal() for one in unknown]).rstrip(),
    )


def missing_column(shown: str, key: str, table: Table, line: Line, matched: Matched, words: Sequence[TitleWords],
                   given: Collection[str]) -> MissingColumn:  # fmt: skip
    """Return the error of a table that lacks columns: which row is its header, what comes near, what the title says."""
    missing = lacking(table, matched, given)
    return MissingColumn(
        where=shown,
        columns=listed(f"{c.zh}（{c.name}）" for c in missing),
        found=listed([t.strip() for t in line.cells if t.strip()] or "—"),
        row=line.number,
        suggestion=_suggestion(key, table, missing, line, matched, words),
    )


def _in_one_cell(table: Table, line: Line) -> bool:
    """Tell whether the headers stand in one cell, with something between them that parts no cells: 名称，类型."""
    filled = [cell for cell in line.cells if cell.strip()]
    pieces = _APART.split(filled[0].strip()) if len(filled) == 1 else []
    return sum(find_column(table, piece) is not None for piece in pieces) >= LEAST


def _suggestion(
    key: str, table: Table, missing: list[Column], line: Line, matched: Matched, words: Sequence[TitleWords]
) -> Text:
    if _in_one_cell(table, line):
        return ONE_CELL
    if [column.name for column in missing] == ["id"] and not near_titles(missing[0], matched.ignored):
        return SERIAL_ALONE if any(map(is_serial, matched.ignored)) else NO_ID
    pairs = [(title, column.zh) for column in missing for title in near_titles(column, matched.ignored)]
    said = {c.name: constants_said(table, words)[c.name] for c in missing if c.name in constants_said(table, words)}
    zh = [f"“{title}”是否就是 {ours}？" for title, ours in pairs]
    en = [f"Does “{title}” mean {ours}?" for title, ours in pairs]
    for name, (value, source) in said.items():
        zh.append(f"{source.zh}是否说明 {table.column(name).zh} 都是“{value}”？")
        en.append(f"Does {source.en} say that {name} is {value} throughout?")
    if not zh:
        return Text("", "")
    block = as_yaml([proposal(key, table, line, words)])
    return Text(
        f"{''.join(zh)}若是，请改表头，或在该目录的 source.yml 中写：\n{block}",
        f"{' '.join(en)} If so, rename it, or write into the folder's source.yml:\n{block}",
    )
