"""The review list as a file that people fill in: written as XLSX or CSV, read back with its verdicts."""

import io
from pathlib import Path
from typing import Any

from api.cli.output import Format, emit
from graph.errors import BadParameter, FileUnreadable
from graph.export.cells import cell
from graph.language import Lang, Text
from graph.places.gazetteer import places
from graph.vocabulary import fold
from graph.whole_file import write_whole
from graph.workbook import workbook
from loaders.identify.doubts import Doubt
from loaders.identify.groups import Group
from loaders.identify.resolver import Verdict
from loaders.identify.review import Said
from loaders.read.opening import rows_of

VERDICT, A_KEY, B_KEY = "判定", "标识甲", "标识乙"
SAME, DIFFERENT = "相同", "不同"
WORDS: dict[str, Verdict] = {
    **dict.fromkeys(("相同", "同一家", "同", "是", "same", "s", "y"), "same"),
    **dict.fromkeys(("不同", "不是", "否", "different", "d", "n"), "different"),
}
WIDTHS = {"组": 28, VERDICT: 8, "依据": 44, "甲": 30, "乙": 30, "甲名下": 24, "乙名下": 24}


def write_list(groups: list[Group], path: Path, lang: Lang) -> None:
    """Write the pairs, group by group, with an empty column for the verdict.

    Raises:
        BadParameter: the file is to be neither .xlsx nor .csv.
        DiskFull, FileUnwritable: it cannot be written.
    """
    rows = [_row(number, group, doubt, lang) for number, group in enumerate(groups, 1) for doubt in group.doubts]
    columns = list(_row(0, groups[0], groups[0].doubts[0], lang)) if groups else [VERDICT, A_KEY, B_KEY]
    match path.suffix.lower():
        case ".csv":
            emit(Format.csv, rows, {}, path, columns)
        case ".xlsx":
            _write_xlsx(rows, columns, path)
        case _:
            raise BadParameter(name="--export", value=path, reason=".xlsx | .csv")


def _row(number: int, group: Group, doubt: Doubt, lang: Lang) -> dict[str, Any]:
    row: dict[str, Any] = {"组": f"{number} {group.title.get(lang)}", VERDICT: ""}
    for title, entity, stake in zip("甲乙", (doubt.a, doubt.b), doubt.stakes, strict=True):
        place = places().get(entity.region)
        row |= {
            title: entity.name,
            f"{title}所在地": place.full_name if place else "",
            f"{title}信用代码": entity.code,
            f"{title}名下": stake.sentence.get(lang),
        }
    return {**row, "依据": doubt.evidence.get(lang), "当地企业": doubt.firms, A_KEY: doubt.a.key, B_KEY: doubt.b.key}


def _write_xlsx(rows: list[dict[str, Any]], columns: list[str], path: Path) -> None:
    made = io.BytesIO()
    with workbook(made) as book:
        sheet, wrapped = book.add_worksheet("复核"), book.add_format({"text_wrap": True, "valign": "top"})
        sheet.freeze_panes(1, 2)
        sheet.write_row(0, 0, columns, book.add_format({"bold": True}))
        for at, column in enumerate(columns):
            sheet.set_column(at, at, WIDTHS.get(column, 20), wrapped)
        for line, row in enumerate(rows, 1):
            for at, column in enumerate(columns):
                sheet.write(line, at, row[column] if isinstance(row[column], float) else cell(row[column]))
        sheet.data_validation(1, 1, max(1, len(rows)), 1, {"validate": "list", "source": [SAME, DIFFERENT]})
    write_whole(path, made.getvalue())


def read_verdicts(path: Path) -> list[Said]:
    """Return what a filled-in list says; rows without a verdict say nothing.

    Raises:
        FileMissing, FileUnreadable: there is no such file, it is no such list, or a verdict is not understood.
    """
    said: dict[tuple[str, ...], Said] = {}
    for number, row in rows_of(path, (VERDICT, A_KEY, B_KEY)):
        word = fold(row[VERDICT])
        if not word:
            continue
        if word not in WORDS:
            raise _wrong(path, number, f"判定“{row[VERDICT]}”应为 {SAME} 或 {DIFFERENT}",
                         f"“{row[VERDICT]}” should be {SAME} or {DIFFERENT}")  # fmt: skip
        one = Said(row[A_KEY].strip(), row[B_KEY].strip(), WORDS[word])
        pair = tuple(sorted(one[:2]))
        if said.setdefault(pair, one).verdict != one.verdict:
            raise _wrong(path, number, "与前面一行的判定相反", "an earlier row says the opposite of this pair")
        said[pair] = one
    return list(said.values())


def _wrong(path: Path, row: int, zh: str, en: str) -> FileUnreadable:
    return FileUnreadable(path=path, reason=Text(f"第 {row} 行：{zh}", f"row {row}: {en}"))
