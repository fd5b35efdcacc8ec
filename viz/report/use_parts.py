"""Parts of a gap report about what the supply there is does: what of it is of use, and how evenly access is spread."""

from graph.language import Text, capital
from graph.vocabulary import vocabulary
from queries.coverage import CoverageCell
from viz.numbers import UNKNOWN, number, percent, share
from viz.report.document import Composer, Value
from viz.report.model import GapReport
from viz.report.summary import place
from viz.report.wording import AREAS, Headings

MEASURES = {
    "gini": Text("基尼系数", "Gini"),
    "theil": Text("泰尔指数", "Theil"),
    "palma": Text("帕尔马比", "Palma"),
}
"""Names of the measures of equity, in the order of a table."""
DIGITS = {"gini": 3, "theil": 3, "palma": 1}
"""Decimals of each that tell something: a Palma of 25.3 is as exact as its tenths of enterprises."""


def supply_use(report: GapReport, to: Composer) -> None:
    """Split the supply within reach into what meets demand and what nothing here uses, by what lacks it."""
    total = report.total
    if total is None or not total.supply_use or not total.supply:
        return
    uses, used = vocabulary("supply_uses"), total.supply_use
    to.heading("供给的有效与闲置", "Supply that is of use and that is not")
    idle = {use: used[use] for use in uses.ids if use != "effective"}
    worst = max(idle, key=lambda use: idle[use])
    off, off_en = (
        f"；其余中最多的是“{uses.text(worst, 'zh')}”，{number(idle[worst])} 次",
        f". Most of the rest is {uses.text(worst, 'en')}: {number(idle[worst])}",
    )
    some = idle[worst] > 0
    to.text(
        f"可及供给每年 {number(total.supply)} 次中，满足需求的 {number(used['effective'])} 次（"
        f"{share(used['effective'], total.supply)}）{off if some else ''}。"
        "其余按本范围内谁用得上依次归类，每次服务只计一次。",
        f"Of {number(total.supply)} services a year within reach {number(used['effective'])} meet demand "
        f"({share(used['effective'], total.supply)}){off_en if some else ''}. The rest is told apart by what in the "
        "scope lacks it, each service counted once.",
    )
    say, area = Headings(to), AREAS[report.scope.area]
    everywhere = (to.say("合计", "All"), *_used(total))
    rows = [(place(c, report.scope).get(to.lang), *_used(c)) for c in report.by_area.rows()]
    to.table(
        ("可及供给的去向（次/年）", "What supply within reach is used for, services a year"),
        (
            say.text(*area, 1.2),
            say.number("可及供给", "Within reach", 0, 1.2),
            *(say.number(use.label.zh, capital(use.label.en), 0, 1.2) for use in uses),
        ),
        [everywhere, *rows],
    )


def _used(cell: CoverageCell) -> tuple[Value, ...]:
    """Return supply and its uses; where nothing is known of a place, nothing is known of its supply."""
    used = cell.supply_use
    return (cell.supply, *(used[use] if used else None for use in vocabulary("supply_uses").ids))


def equity(report: GapReport, to: Composer) -> None:
    """How evenly access is spread over enterprises: Gini, Theil between and within zones, Palma."""
    total = report.total
    if total is None or not total.equity or total.equity["gini"] is None:
        return
    spread = total.equity
    to.heading("可及能力的均衡程度", "How evenly access is spread")
    parts, parts_en = "", ""
    if report.scope.region is None and spread["theil"] and spread["theil_between"] is not None:
        between = spread["theil_between"] / spread["theil"]
        parts = f"，其中经济区之间的差距占 {percent(between)}，其余为经济区之内的差距"
        parts_en = f", {percent(between)} of it between economic zones and the rest within them"
    to.text(
        f"按企业计，可及能力的基尼系数为 {_three(spread['gini'])}（0 为完全均等，1 为全部集中于一处）；"
        f"泰尔指数 {_three(spread['theil'])}{parts}。需求不明的单元不计。",
        f"Over enterprises the Gini coefficient of access is {_three(spread['gini'])} (0 even, 1 all in one place); "
        f"Theil's index is {_three(spread['theil'])}{parts_en}. Cells of unknown demand do not count.",
    )
    say, area = Headings(to), AREAS[report.scope.area]
    rows = [(to.say("合计", "All"), *_measured(total))]
    rows += [(place(c, report.scope).get(to.lang), *_measured(c)) for c in report.by_area.rows()]
    to.table(
        ("可及能力在企业间的均衡", "Evenness of access over enterprises"),
        (say.text(*area, 1.5), *(say.number(m.zh, m.en, DIGITS[name]) for name, m in MEASURES.items())),
        rows,
        note=to.say(
            "帕尔马比为可及能力最高的一成企业与最低的四成企业的可及能力之比，后者为零时不详。",
            "Palma: access of the tenth of enterprises with most over that of the two fifths with least; unknown "
            "where these have none.",
        ),
    )


def _measured(cell: CoverageCell) -> tuple[Value, ...]:
    return tuple(cell.equity[name] if cell.equity else None for name in MEASURES)


def _three(value: float | None) -> str:
    return UNKNOWN if value is None else number(value, 3)
