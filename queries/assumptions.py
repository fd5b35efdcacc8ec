"""What stands in an answer although nobody stated it: default rates, costs, capacities; called 假设 (assumed)."""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from graph.language import Text, counted
from queries.answers import Result
from queries.cube import Cube
from queries.supply import ASSUMED_CAPACITY

Assumed = Literal["rates", "capacity", "use", "cost"]
TEXTS: dict[Assumed, Text] = {
    "rates": Text(
        "需求率用内置的占位值，不是调查结果（可换成自己的）",
        "demand rates are built-in placeholders, not surveyed (your own can stand for them)",
    ),
    "capacity": Text(
        f"{{count:,}} 项资源没有写年服务能力，按 {ASSUMED_CAPACITY:.0f} 次计",
        f"{{resources}} without a stated capacity, counted with {ASSUMED_CAPACITY:.0f} a year",
    ),
    "use": Text(
        "{count:,} 项余量来自没有填已用能力的资源，只按供需模型计",
        "{parts} of spare capacity from resources that state no use, the model's alone",
    ),
    "cost": Text(
        "{count:,} 项行动的费用、能力或份额是默认值（可换成自己的）",
        "default costs, capacities or parts of {actions} (your own can stand for them)",
    ),
}


class Assumption(Result):
    """One assumption, and how much of the answer rests on it."""

    what: Assumed = Field(description="rates 需求率 | capacity 能力 | use 已用能力 | cost 费用与效果")
    count: int | None = Field(description="涉及几项；空为全部 / how many it is about; null: all")
    text_zh: str
    text_en: str


def assumptions(
    cube: Cube, rates: Mapping[str, float] | None, *, use: int = 0, costs: int = 0
) -> tuple[Assumption, ...]:
    """Return what an answer rests on that nobody stated.

    Args:
        cube: The cells; active resources without a capacity are counted.
        rates: Demand rates that were given, none for the built-in ones.
        use: Parts of spare capacity for which nobody stated what is used.
        costs: Actions with default costs or effects.
    """
    blank = cube.offered.resources["capacity"].isna().to_numpy() & cube.offered.active
    counts: dict[Assumed, int] = {"capacity": int(blank.sum()), "use": use, "cost": costs}
    made = [_assumption("rates", None)] if rates is None else []
    return (*made, *(_assumption(what, count) for what, count in counts.items() if count))


def _assumption(what: Assumed, count: int | None) -> Assumption:
    of = {f"{one}s": counted(count or 0, one) for one in ("resource", "part", "action")}
    zh, en = (TEXTS[what].get(lang).format(count=count or 0, **of) for lang in ("zh", "en"))
    return Assumption(what=what, count=count, text_zh=f"假设：{zh}", text_en=f"Assumed: {en}")
