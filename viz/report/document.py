"""What a report says, in order: headings, paragraphs, tables, figures. Four writers render this one model.

Values stay numbers until a writer shows them, so that a workbook holds what a page prints.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from graph.language import Lang, Text
from queries.answers import Meta
from viz.numbers import INVENTED, UNKNOWN, chinese, number, percent
from viz.report.glyphs import visible
from viz.report.official import OfficialHead

Value = str | float | int | None
Form = Literal["text", "number", "percent"]


@dataclass(frozen=True)
class ReportColumn:
    """A column: its heading, how its values are shown, and its share of the width."""

    heading: str
    form: Form = "text"
    decimals: int = 0
    width: float = 1.0

    def shown(self, value: Value) -> str:
        """Return a value as it is read; a dash where unknown, never 0."""
        if value is None or (isinstance(value, float) and math.isnan(value)):
            return UNKNOWN
        if isinstance(value, str):
            return visible(value)
        return percent(value, max(self.decimals, 1)) if self.form == "percent" else number(value, self.decimals)


@dataclass(frozen=True)
class ReportTable:
    """A table with its caption; ``states`` gives cells the look of a coverage state, None where they have none."""

    id: str
    caption: str
    columns: tuple[ReportColumn, ...]
    rows: tuple[tuple[Value, ...], ...]
    states: tuple[tuple[str | None, ...], ...] = ()
    note: str = ""

    def state(self, row: int, column: int) -> str | None:
        """Return the coverage state that a cell shows."""
        return self.states[row][column] if self.states else None

    def side(self, row: int, column: int) -> Literal["left", "center", "right"]:
        """Return where a cell's text stands: numbers right, states and short words in the middle."""
        of = self.columns[column]
        if of.form != "text":
            return "right"
        return "center" if self.state(row, column) is not None or of.width <= 1 else "left"


@dataclass(frozen=True)
class Bar:
    """One bar: a share of 0 to 1 (None: unknown) in a coverage state."""

    label: str
    value: float | None
    state: str


@dataclass(frozen=True)
class Drawn:
    """What a chart draws: bars, what their length means, what the chart shows in words.

    ``regions`` are the codes of the bars where the chart is a map.
    """

    bars: tuple[Bar, ...]
    axis: str
    alt: str
    regions: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class ReportFigure:
    """A chart with its caption; ``table`` is the id of the table that holds every number drawn.

    ``mark`` stands in the picture itself, which goes its own way once somebody copies it.
    """

    id: str
    caption: str
    kind: Literal["bars", "map"]
    drawn: Drawn
    table: str
    mark: str = ""


@dataclass(frozen=True)
class ReportHeading:
    """A heading with its number: level 1 (一、) or 2 (（一）)."""

    level: Literal[1, 2]
    text: str


@dataclass(frozen=True)
class ReportParagraph:
    """A paragraph; a warning stands out, a note is small."""

    text: str
    kind: Literal["body", "warning", "note"] = "body"


Block = ReportHeading | ReportParagraph | ReportTable | ReportFigure


@dataclass(frozen=True)
class Annex:
    """What follows the signature, from a new page on; a wide one lies across the page."""

    label: str
    title: str
    wide: bool
    blocks: tuple[Block, ...]
    section: str = ""


@dataclass(frozen=True)
class Section:
    """Which blocks of the body, ``first`` to before ``after``, belong to one part of the report."""

    name: str
    first: int
    after: int


@dataclass(frozen=True)
class ReportDocument:
    """A whole report in one language.

    ``sections`` and ``values`` (single figures by name, as they are read) are what an office's template can name;
    ``mark`` stands on every page.
    """

    title: str
    subtitle: tuple[str, ...]
    body: tuple[Block, ...]
    annexes: tuple[Annex, ...]
    lang: Lang
    as_of: date
    meta: Meta
    official: OfficialHead = field(default_factory=OfficialHead)
    sections: tuple[Section, ...] = ()
    values: dict[str, str] = field(default_factory=dict)
    mark: str = ""

    @property
    def blocks(self) -> tuple[Block, ...]:
        """All blocks, those of the annexes last."""
        return (*self.body, *(block for annex in self.annexes for block in annex.blocks))

    def tables(self) -> list[ReportTable]:
        """All tables, in order."""
        return [b for b in self.blocks if isinstance(b, ReportTable)]

    def annex_list(self) -> list[str]:
        """Return the lines that name the annexes below the text (7.3.5): numbered where there are several."""
        before = "附件：" if self.lang == "zh" else "Annexes: "
        alone = len(self.annexes) == 1 and self.lang == "zh"
        dot = "." if self.lang == "zh" else ". "
        said = [annex.title if alone else f"{at}{dot}{annex.title}" for at, annex in enumerate(self.annexes, 1)]
        return [before + said[0], *said[1:]] if said else []

    def figures(self) -> list[ReportFigure]:
        """All figures, in order."""
        return [b for b in self.blocks if isinstance(b, ReportFigure)]


TITLE_LINE = 20
"""Characters of a title on one line: 22 pt on 156 mm."""


def title_lines(title: str) -> list[str]:
    """Return a title in lines that end where words do (7.3.1): a long Chinese one breaks before what kind it is."""
    kind = next((k for k in ("缺口分析报告", "运行简报") if title.endswith(k)), "")
    return [title.removesuffix(kind), kind] if kind and TITLE_LINE < len(title) <= 2 * TITLE_LINE else [title]


ANNEX = "附件"


class Composer:
    """Puts blocks in order and numbers headings, tables, figures and annexes."""

    def __init__(self, lang: Lang) -> None:
        self.lang = lang
        self.mark = ""
        self.body: list[Block] = []
        self._later: list[tuple[str, str, Callable[[], None], bool, str]] = []
        self._into = self.body
        self._begun: list[tuple[str, int]] = []
        self._numbers = {"1": 0, "2": 0, "table": 0, "figure": 0, "annex": 0}

    def say(self, zh: str, en: str) -> str:
        """Return the wording of the report's language."""
        return visible(zh if self.lang == "zh" else en)

    def section(self, name: str) -> None:
        """Begin a part that a template can name; what follows belongs to it."""
        self._begun.append((name, len(self.body)))

    def sections(self) -> tuple[Section, ...]:
        """Return the parts begun so far that hold anything."""
        ends = [first for _, first in self._begun[1:]] + [len(self.body)]
        made = (Section(name, first, after) for (name, first), after in zip(self._begun, ends, strict=True))
        return tuple(s for s in made if s.after > s.first)

    def heading(self, zh: str, en: str, level: Literal[1, 2] = 1) -> None:
        """Add a numbered heading."""
        first = self._next(str(level))
        if level == 1:
            self._numbers["2"] = 0
            said = self.say(f"{chinese(first)}、{zh}", f"{first}. {en}")
        else:
            said = self.say(f"（{chinese(first)}）{zh}", f"{self._numbers['1']}.{first} {en}")
        self._into.append(ReportHeading(level, said))

    def text(self, zh: str, en: str, kind: Literal["body", "warning", "note"] = "body") -> None:
        """Add a paragraph."""
        self._into.append(ReportParagraph(self.say(zh, en), kind))

    def invented(self, zh: str, en: str) -> None:
        """Warn of synthetic data, here and in a mark on every page and picture."""
        self.text(zh, en, "warning")
        self.mark = self.say(*INVENTED)

    def label(self, kind: Literal["table", "figure"], ahead: int = 1) -> Text:
        """Return what a table or figure to come is called, the next one where nothing else is said."""
        number = self._numbers[kind] + ahead
        return Text(f"表 {number}" if kind == "table" else f"图 {number}", f"{kind.capitalize()} {number}")

    def table(
        self,
        caption: tuple[str, str],
        columns: tuple[ReportColumn, ...],
        rows: list[tuple[Value, ...]],
        *,
        states: list[tuple[str | None, ...]] | None = None,
        note: str = "",
    ) -> None:
        """Add a table that has rows; in the body a sentence stands before it."""
        if self._into is self.body and self.body and isinstance(self.body[-1], ReportHeading):
            what, number = Text(*caption), self.label("table")
            self.text(f"{what.zh}见{number.zh}。", f"{number.en} gives {what.en[:1].lower()}{what.en[1:]}.")
        id_, said = self._caption("table", *caption)
        self._into.append(ReportTable(id_, said, columns, tuple(rows), tuple(states or ()), note))

    def figure(self, caption: tuple[str, str], kind: Literal["bars", "map"], drawn: Drawn) -> None:
        """Add a chart below the table that holds its numbers: one before it may end up among the rows."""
        id_, said = self._caption("figure", *caption)
        self._into.append(ReportFigure(id_, said, kind, drawn, f"table-{self._numbers['table']}", self.mark))

    def refer(self) -> str:
        """Return the label of the next annex, which somebody promises to write."""
        return self.say(ANNEX, "Annex ") + str(self._next("annex"))

    def annex(self, label: str, title: tuple[str, str], write: Callable[[], None], *, wide: bool) -> None:
        """Have the annex of a label written after the body: tables are numbered in the order of the document."""
        section = self._begun[-1][0] if self._begun else ""
        self._later.append((label, self.say(*title), write, wide, section))

    def finish(self) -> tuple[tuple[Block, ...], tuple[Annex, ...]]:
        """Write the annexes; return the body and them."""
        made = []
        for label, title, write, wide, section in self._later:
            self._into = []
            write()
            made.append(Annex(label, title, wide, tuple(self._into), section))
        if len(made) == 1 and self.lang == "zh":  # one alone has no number (GB/T 9704, 7.3.5)
            label = made[0].label
            self.body[:] = [
                replace(b, text=b.text.replace(label, ANNEX)) if isinstance(b, ReportParagraph) else b
                for b in self.body
            ]
            made = [replace(made[0], label=ANNEX)]
        return tuple(self.body), tuple(made)

    def _caption(self, kind: Literal["table", "figure"], zh: str, en: str) -> tuple[str, str]:
        label = self.label(kind)
        return f"{kind}-{self._next(kind)}", self.say(f"{label.zh}　{zh}", f"{label.en}. {en}")

    def _next(self, kind: str) -> int:
        self._numbers[kind] += 1
        return self._numbers[kind]
