"""What the command shows of a load: its ledger, changes, notes and issues, and where the rejected rows are."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby, islice
from pathlib import Path
from typing import Any

from api.cli.fields import field_text, value_text
from api.cli.output import STDERR, Format, emit, out, say, table
from api.questions.loads import LISTED, account
from graph.comparison import ABOUT
from graph.language import Lang, Text, first_few
from graph.vocabulary import vocabulary
from loaders.parse.issues import RowIssue
from loaders.tables import TABLES
from loaders.write.report import FieldChange, LoadReport, RowNote
from loaders.write.wording import in_number

SHOWN = 10
"""Issues and changes shown on the screen; the workbook and ``--format`` hold all."""


def show_load(report: LoadReport, form: Format, output: Path | None, lang: Lang, *, dry_run: bool = False) -> None:
    """Show the ledger of a load, what it changes, its first issues, and where the rejected rows are."""
    rows = [vars(t) for t in report.tables]
    if form is not Format.table:
        emit(form, rows, account(report), output, lang=lang)
    else:
        named = [{**r, "table": TABLES[r["table"]].label.get(lang)} for r in rows]
        fields = ["table", "read", "created", "updated", "unchanged", "merged", "rejected"]
        title = Text(f"试载（未写入）{report.load}", f"Dry run, nothing written: {report.load}")
        if not dry_run:
            title = Text(f"载入 {report.load}", f"Load {report.load}")
        out().print(table(title.get(lang), fields, named, lang))
        _show_changes(report, lang)
        if not report.written and not dry_run:
            say(Text("图没有变化。", "The graph did not change."), lang)
    for warning in report.warnings[:LISTED]:
        STDERR.print(f"⚠ {warning.get(lang)}", soft_wrap=True)
    for line in _note_lines(report):
        STDERR.print(line.get(lang), soft_wrap=True)
    for issue in islice(_issue_lines(report, lang), SHOWN):
        STDERR.print(issue, soft_wrap=True)
    if report.ignored:
        ignored = Text("；", "; ").get(lang).join(report.ignored)
        STDERR.print(Text(f"未识别的列：{ignored}", f"Columns not known: {ignored}").get(lang), soft_wrap=True)
    if report.rejects:
        STDERR.print(_rejected(report).get(lang), soft_wrap=True)


def _issue_lines(report: LoadReport, lang: Lang) -> Iterator[str]:
    """Yield what is wrong, once for all rows of a sheet that have the same fault."""
    rows: dict[RowIssue, list[int]] = {}
    for issue in report.issues:
        rows.setdefault(replace(issue, row=0), []).append(issue.row)
    for issue, numbers in rows.items():
        yield issue.say(lang, numbers)


def _note_lines(report: LoadReport) -> Iterator[Text]:
    """Yield what was left out as no data, a line for each sheet and kind."""
    kinds = vocabulary("row_notes")
    for (file, sheet, kind), group in groupby(sorted(report.notes, key=_kind_of), key=_kind_of):
        notes = list(group)
        where = f"{file}[{sheet}]" if sheet else file
        rows = first_few([n.row for n in notes], SHOWN)
        said = "、".join(f"“{text}”" for text in list(dict.fromkeys(n.text for n in notes))[:3])
        zh = f"{where}：{len(notes)} 行是{kinds.text(kind)}，未载入：第 {rows} 行（{said}）"
        out_ = in_number(Text("", f"{len(notes)} rows are left out")).en
        yield Text(zh, f"{where}: {out_} ({kinds.text(kind, 'en')}): {rows} ({said})")


def _kind_of(note: RowNote) -> tuple[str, str, str]:
    return note.file, note.sheet, note.kind


def _show_changes(report: LoadReport, lang: Lang) -> None:
    changes = [c for c in report.changes() if c.name and c.what != "ServiceMonth" and c.field not in ABOUT]
    if changes:
        rows = [_change_row(c, lang) for c in changes[:SHOWN]]
        title = Text(f"改动（{len(changes)} 处）", f"Changes ({len(changes)})").get(lang)
        out().print(table(title, ["name", "field", "old", "new"], rows, lang))
    if report.conflicts:
        rows = [_conflict_row(c, lang) for c in report.conflicts[:SHOWN]]
        title = Text(f"来源不一致（{len(report.conflicts)} 处）", f"Sources differ ({len(report.conflicts)})").get(lang)
        out().print(table(title, ["name", "field", "shows", "source", "kept", "other_source"], rows, lang))
    for heading, fates in (
        (Text("停用", "Retired"), report.gone),
        (Text("仍被引用，未停用", "Kept, as others refer to them"), report.kept),
    ):
        if fates:
            rows = [f._asdict() for f in fates[:SHOWN]]
            out().print(table(f"{heading.get(lang)} ({len(fates)})", ["name", "key"], rows, lang))
    if report.held:
        rows = [{"name": h.name, "where": f"{h.file}[{h.sheet}] {h.row}"} for h in report.held[:SHOWN]]
        why = Text("其行被退回，因此未停用", "Not retired, as their rows were rejected").get(lang)
        out().print(table(f"{why} ({len(report.held)})", ["name", "where"], rows, lang))
    if report.doubtful:
        n = report.doubtful
        say(
            in_number(
                Text(f"有 {n} 对机构疑似重复，请运行 shuniu review。", f"{n} pairs may be the same: shuniu review")
            ),
            lang,
        )


def _change_row(change: FieldChange, lang: Lang) -> dict[str, Any]:
    return {
        "name": change.name,
        "field": field_text(change.what, change.field, lang),
        "old": value_text(change.what, change.field, change.old, lang),
        "new": value_text(change.what, change.field, change.new, lang),
    }


def _conflict_row(conflict: FieldChange, lang: Lang) -> dict[str, Any]:
    row = _change_row(conflict, lang)
    return {
        "name": row["name"] or conflict.key,
        "field": row["field"],
        "shows": row["new"],
        "source": conflict.new_source,
        "kept": row["old"],
        "other_source": conflict.old_source,
    }


def _rejected(report: LoadReport) -> Text:
    zh = [f"退回 {report.rejected} 行"] if report.rejected else []
    en = [f"{report.rejected} rows rejected"] if report.rejected else []
    if report.cells:
        zh.append(f"{report.cells} 个单元格未读入（所在行已载入）")
        en.append(f"{report.cells} cells left out of rows that are in")
    counted = in_number(Text("，".join(zh), ", ".join(en)))
    return Text(
        f"{counted.zh}，改正后可再次载入：{report.rejects}", f"{counted.en}; correct and load again: {report.rejects}"
    )
