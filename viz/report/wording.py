"""Words and columns that several parts of a report share."""

from graph.language import Lang, Text
from graph.vocabulary import vocabulary
from queries.coverage import CoverageCell
from queries.kpi import TargetStatus
from queries.policy.targets import PolicyTarget
from viz import numbers, theme
from viz.report.document import Composer, ReportColumn


def target_value(target: TargetStatus | PolicyTarget, value: float | None) -> str:
    """Return a target's value as its unit asks: a share as percent, a number grouped."""
    return numbers.percent(value) if target.unit_en == "share" else numbers.number(value)


def class_shares(counted: dict[str, int], lang: Lang) -> str:
    """Return shares of the data classes in words, or that there is no fact behind a figure."""
    whole = sum(counted.values())
    labels = vocabulary("data_classes")
    said = [f"{labels.text(c, lang)} {numbers.share(n, whole)}" for c, n in counted.items() if n]
    return ("；" if lang == "zh" else "; ").join(said) or Text("无", "none").get(lang)


def state_text(state: str, lang: Lang) -> str:
    """Return a coverage state as symbol and word, so that it is read without colour."""
    mark = theme.marks("coverage_states")[state]
    return f"{mark.symbol} {mark.label.get(lang)}"


def state_counts(cell: CoverageCell, state: str) -> int | None:
    """Return how many cells of a group are in a state; None where nothing was counted."""
    return (cell.cells_by_state or {}).get(state)


class Headings:
    """Columns by the words of the report's language."""

    def __init__(self, to: Composer) -> None:
        self._to = to

    def text(self, zh: str, en: str, width: float = 1.0) -> ReportColumn:
        """Return a column of words."""
        return ReportColumn(self._to.say(zh, en), "text", 0, width)

    def number(self, zh: str, en: str, decimals: int = 0, width: float = 1.0) -> ReportColumn:
        """Return a column of numbers."""
        return ReportColumn(self._to.say(zh, en), "number", decimals, width)

    def percent(self, zh: str, en: str, width: float = 1.0) -> ReportColumn:
        """Return a column of shares, shown as percent."""
        return ReportColumn(self._to.say(zh, en), "percent", 1, width)


AREAS = {"prefecture": Text("市（州）", "Prefecture"), "county": Text("区县", "County")}
