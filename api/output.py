"""How the command line shows answers: tables for people, JSON, CSV and XLSX for programs.

Answers go to stdout, everything else to stderr.
"""

import errno
import json
import math
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any

import typer
import xlsxwriter
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table

from api.export import cell, columns_of, csv_lines, flat
from graph.errors import BadParameter, FileUnwritable
from graph.language import Lang, Text
from graph.vocabulary import vocabulary
from queries.answers import Meta


class Screen(Console):
    """A console that shows text as it is: no markup, no emoji codes, no colours for numbers.

    Whoever reads through a pipe may have seen enough (``| head``): that ends the command, and is no fault.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(highlight=False, markup=False, emoji=False, **options)

    def on_broken_pipe(self) -> None:
        """End the command."""
        raise typer.Exit(0)


STDERR = Screen(stderr=True)


class Format(StrEnum):
    """Form of an answer."""

    table = "table"
    json = "json"
    csv = "csv"
    xlsx = "xlsx"


LABELS = {
    "rank": Text("排名", "Rank"),
    "region_name": Text("地区", "Region"),
    "industry_name": Text("产业", "Industry"),
    "service_type": Text("服务类型", "Service type"),
    "demand": Text("需求", "Demand"),
    "supply": Text("可及供给", "Supply"),
    "ratio": Text("覆盖率", "Covered"),
    "ratio_local": Text("本地", "Local"),
    "unmet": Text("未满足", "Unmet"),
    "providers": Text("机构", "Providers"),
    "severity": Text("严重度", "Severity"),
    "access": Text("每次需求的能力 A", "Capacity per demand A"),
    "number": Text("数量", "Number"),
    "rate": Text("需求率", "Rate"),
    "services": Text("年需求", "Services a year"),
    "newest": Text("最新", "Newest"),
    "provider_name": Text("提供机构", "Provider"),
    "resource_name": Text("资源", "Resource"),
    "service_type_name": Text("服务类型", "Service type"),
    "home_name": Text("所在地", "Home"),
    "mode": Text("方式", "Mode"),
    "weight": Text("权重", "Weight"),
    "capacity": Text("年能力", "Capacity"),
    "asked": Text("所及需求", "Asked"),
    "pressure": Text("需求/能力", "Asked/capacity"),
    "turned_away": Text("归其未满足", "Turned away"),
    "way": Text("办法", "Way"),
    "needed": Text("需增能力", "Capacity to add"),
    "relief": Text("全省减少未满足", "Unmet removed"),
    "distance_km": Text("距离（公里）", "Distance, km"),
    "same_chain": Text("同产业链", "Same chain"),
    "spare": Text("富余", "Spare"),
    "id": Text("单元", "Cell"),
    "state": Text("状态", "State"),
    "reasons": Text("原因", "Reasons"),
    "name": Text("名称", "Name"),
    "kind": Text("类别", "Kind"),
    "reason": Text("说明", "Reason"),
    "level": Text("层级", "Level"),
    "total": Text("总数", "Total"),
    "with_presence": Text("已覆盖", "Present"),
    "share": Text("占比", "Share"),
    "target": Text("目标", "Target"),
    "actual": Text("实际", "Actual"),
    "met": Text("达标", "Met"),
    "table": Text("数据表", "Table"),
    "read": Text("读取", "Read"),
    "created": Text("新增", "Created"),
    "updated": Text("更新", "Updated"),
    "unchanged": Text("未变", "Unchanged"),
    "merged": Text("合并", "Merged"),
    "rejected": Text("退回", "Rejected"),
    "load": Text("批次", "Load"),
    "at": Text("时间（UTC）", "Time (UTC)"),
    "files": Text("文件", "Files"),
    "where": Text("出处", "Where"),
    "source": Text("来源", "Source"),
    "what": Text("内容", "What"),
    "said": Text("陈述", "Statement"),
    "field": Text("字段", "Field"),
    "old": Text("原值", "Old"),
    "new": Text("新值", "New"),
    "shows": Text("采用", "Shows"),
    "kept": Text("未采用（已留存）", "Kept, not shown"),
    "other_source": Text("其来源", "Its source"),
    "key": Text("标识", "Key"),
    "a": Text("甲", "One"),
    "b": Text("乙", "Other"),
    "score": Text("相似度", "Score"),
    "evidence": Text("依据", "Evidence"),
    "mark": Text("", ""),
    "way_out": Text("怎么办", "What to do"),
    "contact_name": Text("联系人", "Contact"),
    "contact_phone": Text("联系电话", "Telephone"),
    "file": Text("文件", "File"),
    "sheet": Text("工作表", "Sheet"),
    "row": Text("行", "Row"),
    "cost": Text("费用（万元）", "Cost"),
    "marginal": Text("边际效果", "Marginal"),
    "alone": Text("单独效果", "Alone"),
    "unmet_before": Text("现未满足", "Unmet now"),
    "unmet_after": Text("后未满足", "Unmet after"),
    "ratio_before": Text("现覆盖率", "Covered now"),
    "ratio_after": Text("后覆盖率", "Covered after"),
    "budget": Text("预算（万元）", "Budget"),
    "actions": Text("行动数", "Actions"),
    "gap": Text("差距", "Gap"),
    "left": Text("仍缺", "Left"),
    "quantity": Text("数量", "Quantity"),
    "to_name": Text("接收地", "To"),
    "from_name": Text("供给地", "From"),
    "by_carriers": Text("有其载体的窗口", "Windows with such carriers"),
    "carriers": Text("载体数", "Carriers"),
    "stated": Text("自身声明的窗口", "Windows that say so"),
    "beyond": Text("超出之和", "Beyond sum"),
    "second_name": Text("乙", "Other"),
    "first_name": Text("甲", "One"),
    "names": Text("失联者", "Who"),
    "cut_off": Text("失联数", "Cut off"),
    "hit": Text("主要影响", "Hits"),
    "cells_emptied": Text("唯一支撑", "Sole for"),
    "importance": Text("重要性", "Importance"),
    "unmet_added": Text("新增未满足", "Unmet added"),
    "resources": Text("资源", "Resources"),
    "chain_name": Text("产业链", "Chain"),
    "stage": Text("位置", "Stage"),
    "segment_name": Text("环节", "Segment"),
    "enterprises": Text("企业", "Firms"),
    "chain_resources": Text("全链资源", "Resources of chain"),
    "where_most": Text("最多的市州", "Most in"),
    "dimension": Text("合作维度", "Dimension"),
    "dimensions": Text("合作维度", "Dimensions"),
    "partnerships": Text("合作", "Partnerships"),
    "a_name": Text("甲地", "One"),
    "b_name": Text("乙地", "Other"),
    "prefecture_name": Text("市州", "Prefecture"),
    "density": Text("密度", "Density"),
    "rca": Text("RCA", "RCA"),
    "because": Text("已有的相近活动", "Close to"),
    "had_by": Text("具备者", "Had by"),
    "adds": Text("得分", "Adds"),
}
"""Headings of the columns that tables for people show; any other column is shown by its field name."""

VOCABULARIES = {"state": "coverage_states", "reasons": "coverage_reasons", "service_type": "service_types"}
PERCENT = {"ratio_before", "ratio_after", "gap", "ratio", "ratio_local", "share"}
NUMBERS = {"cost", "marginal", "alone", "unmet_before", "unmet_after", "budget", "demand", "supply", "unmet",
           "severity", "unmet_added", "importance", "beyond"}
RIGHT = PERCENT | NUMBERS | {"access", "number", "rate", "services", "weight", "capacity", "asked", "pressure",
                             "turned_away", "needed", "relief", "distance_km", "spare", "cut_off", "resources",
                             "cells_emptied", "carriers", "rank", "providers", "total", "with_presence", "read",
                             "created", "updated",
                             "unchanged", "merged", "rejected"}  # fmt: skip


def is_missing(value: Any) -> bool:
    """Tell whether a value is unknown: none, or not a number."""
    return value is None or (isinstance(value, float) and math.isnan(value))


def shown(column: str, value: Any, lang: Lang) -> str:
    """Return a value as people read it; unknown is an en dash, never 0."""
    if is_missing(value):
        return "–"
    if column in PERCENT:
        return f"{value:.1%}"
    if column in NUMBERS:
        return f"{value:,.1f}"
    if isinstance(value, bool):
        return {True: Text("是", "yes"), False: Text("否", "no")}[value].get(lang)
    if isinstance(value, int):
        return f"{value:,}"
    if column in VOCABULARIES:
        terms = vocabulary(VOCABULARIES[column])
        ids = [value] if isinstance(value, str) else value
        return ("、" if lang == "zh" else ", ").join(terms.text(i, lang) for i in ids)
    return str(value)


def table(title: str, columns: Sequence[str], rows: Iterable[Mapping[str, Any]], lang: Lang) -> Table:
    """Return rows as a table for people."""
    made = Table(title=title, title_justify="left", title_style="bold", header_style="bold", box=None, pad_edge=False,
                 min_width=cell_len(title))  # fmt: skip
    for column in columns:
        label = LABELS.get(column, Text(column, column)).get(lang)
        made.add_column(label, justify="right" if column in RIGHT else "left", overflow="fold")
    for row in rows:
        made.add_row(*(shown(column, row.get(column), lang) for column in columns))
    return made


def out() -> Console:
    """Return the console of stdout; made anew, as a caller may have redirected it."""
    return Screen(width=None if sys.stdout.isatty() else 160)


def say(message: Text, lang: Lang) -> None:
    """Print one line as an answer; a path in it stays in one piece."""
    out().print(message.get(lang), soft_wrap=True)


def form_of(form: Format, output: Path | None) -> Format:
    """Return the form of the answer, before any work is done; a file's ending says it, where nobody else does.

    Raises:
        BadParameter: XLSX without a file; or a file whose ending says nothing.
        FileUnwritable: the file cannot be made.
    """
    if output is None:
        if form is Format.xlsx:
            raise BadParameter(name="--format", value="xlsx", reason="--output FILE.xlsx")
        return form
    nearest = next(p for p in (output, *output.absolute().parents) if p.exists())
    room = not output.is_dir() and (nearest == output or nearest.is_dir())
    if not room or not os.access(nearest, os.W_OK):
        number = errno.EACCES if room else errno.EISDIR if output.is_dir() else errno.ENOTDIR
        raise FileUnwritable(path=output, reason=os.strerror(number))
    if form is Format.table:
        try:
            return Format(output.suffix.lower().removeprefix("."))
        except ValueError as error:
            raise BadParameter(name="--output", value=output, reason="--format json|csv|xlsx") from error
    return form


def meta_line(meta: Meta, lang: Lang) -> str:
    """Return version, freshness and reality of an answer in one line; invented facts are never silent."""
    classes = vocabulary("data_classes")
    parts = [f"{classes.text(c, lang)} {n:,}" for c, n in meta.data_class.items() if n]
    said = Text(
        f"图版本 {meta.graph_version} · 依据：{'，'.join(parts) or '无'}",
        f"Graph version {meta.graph_version} · based on: {', '.join(parts) or 'nothing'}",
    )
    warning = (
        Text("  ⚠ 含示例（虚构）数据", "  ⚠ includes synthetic data")
        if meta.data_class.get("SYNTHETIC")
        else Text("", "")
    )
    return said.get(lang) + warning.get(lang)


def emit(
    form: Format,
    rows: Sequence[Mapping[str, Any]],
    whole: Mapping[str, Any],
    output: Path | None,
    fields: Iterable[str] = (),
) -> None:
    """Write an answer for programs: ``whole`` as JSON, ``rows`` as CSV or XLSX, to a file or stdout.

    Raises:
        FileUnwritable: the file cannot be written.
    """
    if form is Format.xlsx and output:
        _write_xlsx(rows, output, fields)
        return
    if form is Format.json:
        lines: Iterable[str] = [json.dumps(whole, ensure_ascii=False, indent=None, default=str), "\n"]
    else:
        lines = csv_lines(columns_of(rows, fields), rows)
    if output is None:
        try:
            sys.stdout.writelines(lines)
            sys.stdout.flush()
        except BrokenPipeError as error:
            raise typer.Exit(0) from error
        return
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        with output.open("w", encoding="utf-8", newline="") as file:
            file.writelines(lines)
    except OSError as error:
        raise FileUnwritable(path=output, reason=error.strerror or error) from error


def _write_xlsx(rows: Sequence[Mapping[str, Any]], path: Path, fields: Iterable[str]) -> None:
    options = {"strings_to_formulas": False, "strings_to_urls": False, "constant_memory": True}
    columns = columns_of(rows, fields)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with xlsxwriter.Workbook(str(path), options) as book:
            sheet = book.add_worksheet("shuniu")
            sheet.freeze_panes(1, 0)
            sheet.write_row(0, 0, columns, book.add_format({"bold": True}))
            for line, row in enumerate(rows, start=1):
                plain = flat(row)
                for at, column in enumerate(columns):
                    value = plain.get(column)
                    if isinstance(value, int | float) and not is_missing(value):
                        sheet.write_number(line, at, value)
                    else:
                        sheet.write_string(line, at, cell(value))
    except (OSError, xlsxwriter.exceptions.XlsxWriterException) as error:
        raise FileUnwritable(path=path, reason=error) from error
