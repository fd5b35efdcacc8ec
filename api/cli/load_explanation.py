"""What ``load --explain`` shows: which sheet is read as which table, and the note to put beside the files."""

from pathlib import Path
from typing import Any

from api.cli.output import STDERR, Format, emit, out, table
from graph.language import Lang, Text
from graph.vocabulary import vocabulary
from loaders.read.explaining import FilesReading, SheetReading, write_note
from loaders.tables import TABLES
from loaders.write.wording import in_number


def show_explanation(
    explanation: FilesReading, paths: list[Path], form: Format, output: Path | None, lang: Lang
) -> None:
    """Show how files would be read, and write the note beside them where there is none."""
    rows = [_row(sheet, lang) for sheet in explanation.sheets]
    rows += [{"where": u.where, "table": "—", "said": u.why.get(lang)} for u in explanation.unknown]
    if form is not Format.table:
        emit(form, rows, {"data": rows, "note": explanation.note}, output, lang=lang)
    else:
        fields = ["where", "table", "header_row", "rows", "columns", "said"]
        out().print(table(Text("会这样读（未载入）", "How it would be read").get(lang), fields, rows, lang))
        out().print(explanation.note, markup=False, highlight=False)
    folder = paths[0] if paths[0].is_dir() else paths[0].parent
    written = write_note(explanation, folder)
    said = Text(f"已写出 {written}，改好后再载入。", f"Written to {written}: correct it, then load.")
    if written is None:
        said = Text(
            "该目录已有 source.yml，未改动；需要时请把上面的内容并入。", "There is a source.yml; it was not changed."
        )
    STDERR.print(said.get(lang), soft_wrap=True)


def _row(sheet: SheetReading, lang: Lang) -> dict[str, Any]:
    kinds = vocabulary("row_notes")
    said = [in_number(text).get(lang) for text in sheet.said]
    said += [f"{kinds.text(kind, lang)} × {n}" for kind, n in sheet.notes]
    said += [f"{column} = {value}" for column, value, _ in sheet.constants]
    return {
        "where": sheet.where,
        "table": TABLES[sheet.table].label.get(lang),
        "header_row": sheet.header_row,
        "rows": sheet.rows,
        "columns": "；".join(theirs if theirs == ours else f"{theirs}→{ours}" for theirs, ours in sheet.columns),
        "said": "；".join(said),
    }
