"""Scores, grades and ranks by a scheme, over the last 12 full months."""

from collections.abc import Callable
from datetime import date

import numpy as np
from pydantic import Field

from graph.arrays import Bools, Floats
from graph.language import Text
from graph.stores.base import Store
from queries.answers import Answer, Result, meta
from queries.assessment.scheme import INDICATORS, SERVED, Indicator, Scheme
from queries.data_classes import BEHIND
from queries.monitoring.aggregates import ServiceLedger
from queries.monitoring.figures import MonthFigures
from queries.monitoring.monthly import year_figures
from queries.ordering import comparable

DRAWS, SEED = 1000, 2020
CONCENTRATION = 50.0
"""Sum of the parameters of the Dirichlet distribution that weights are drawn from; its mean are the scheme's."""
LOW, HIGH = 5, 95
"""Percentiles between which a rank lies."""


class PointPart(Result):
    """What one indicator brings to a score."""

    indicator: str = Field(description="指标；unrecorded 为本图不记录的 / indicator; unrecorded: not in the graph")
    name_zh: str | None = Field(default=None, description="本图不记录的指标的名称 / name of an unrecorded one, Chinese")
    name_en: str | None = Field(default=None, description="其英文名称 / its name in English")
    value: float | None = Field(description="指标值，无从得知时为空 / its value; null where nothing is known")
    reached: float | None = Field(description="达到程度 0–1 / how far it is reached")
    weight: float = Field(description="权重占比 / share of the weights")
    points: float | None = Field(description="得分（百分制）/ points of 100; null where the value is unknown")


def part_name(part: PointPart) -> Text:
    """Return what the indicator of a part is called."""
    return Text(part.name_zh or "", part.name_en or "") if part.name_zh else INDICATORS[part.indicator]


class Assessed(Result):
    """One subject with its score, grade and rank."""

    rank: int | None = Field(description="名次；无可评指标时为空 / rank; null where nothing can be judged")
    key: str
    name: str
    score: float | None = Field(description="总分 = 得分之和 ÷ 已知权重 + 加分 / points by known weight, and bonus")
    grade: str | None = Field(description="等次；低于最低等次的线时为空 / grade; null below the bound of the lowest")
    known_weight: float = Field(description="有数据的指标的权重占比 / share of the weights whose value is known")
    bonus: float = Field(description="加分，不超过上限 / bonus, capped")
    parts: list[PointPart] = Field(description="各指标得分 / points by indicator")
    holds_over_next: float | None = Field(
        description=f"{DRAWS} 次随机权重中不低于下一名的比例 / share of draws in which it is not below the next"
    )
    rank_low: int | None = Field(description="随机权重下名次的第 5 百分位 / 5th percentile of its rank over the draws")
    rank_high: int | None = Field(description="随机权重下名次的第 95 百分位 / 95th percentile")
    appeals: tuple[str, ...] = Field(default=(), description="未办结的申诉的案件编号 / numbers of its open appeals")
    services: int | None = Field(description="近 12 个完整月服务次数 / services of the last 12 full months")
    data_class: list[str] = Field(description=BEHIND)


class Assessment(Result):
    """All subjects by a scheme."""

    title_zh: str = Field(description="方案名称 / title of the scheme, Chinese")
    title_en: str = Field(description="方案名称（英文）/ title of the scheme")
    scheme: str = Field(description="方案标识 / id of the scheme")
    source: str = Field(description="依据 / where the scheme is from")
    source_en: str = Field(description="依据（英文，方案没写则为中文）/ the same in English, where the scheme says it")
    verification: str = Field(description="方案原文在哪里见到 / where the scheme was seen")
    checked: bool = Field(description="方案是否经核定 / whether somebody approved the scheme")
    of: str = Field(description="region 市（州）| window 窗口与载体 / what is assessed")
    months: str = Field(description="所依据的月份 / months it stands on")
    subjects: list[Assessed] = Field(description="被评对象，得分高者在前 / who is assessed, best first")


def _ratio(part: float | None, whole: float | None) -> float | None:
    return None if part is None or not whole else part / whole


_VALUES: dict[Indicator, Callable[[MonthFigures], float | None]] = {
    "services": lambda f: f.services,
    "growth": lambda f: f.year_on_year,
    "online_share": lambda f: f.online_share,
    "answer_rate": lambda f: f.answer_rate,
    "satisfaction": lambda f: f.satisfaction,
    "complaint_rate": lambda f: _ratio(f.complaints, f.services),
    "complaints_closed": lambda f: _ratio((f.complaints or 0) - (f.complaints_open or 0), f.complaints),
    "days_to_close": lambda f: f.days_to_close,
    "visit_rate": lambda f: _ratio(f.return_visits, f.services),
    "firms": lambda f: f.firms,
    "free_share": lambda f: f.free_share,
}


def assess(store: Store, scheme: Scheme, ledger: ServiceLedger, *, as_of: date) -> Answer[Assessment]:
    """Return every subject's score by a scheme, best first; ties by key share a rank.

    An indicator whose value is unknown counts neither for nor against: its weight is left out, and
    ``known_weight`` says how much is left. How firm an order is: weights are drawn again from a Dirichlet
    distribution around the scheme's (seeded), see ``holds_over_next``, ``rank_low`` and ``rank_high``.
    """
    asked = SERVED & ({i.id for i in scheme.indicators} | {b.id for b in scheme.bonus})
    version, months, figures, classes = year_figures(store, scheme.of, ledger, as_of=as_of, served=bool(asked))
    values = np.array([[_number(_VALUES[i.id](f)) for i in scheme.indicators] for f in figures], dtype=np.float64)
    values = values.reshape(len(figures), len(scheme.indicators))
    subjects = _subjects(scheme, figures, values)
    return Answer(
        data=Assessment(
            title_zh=scheme.title.zh, title_en=scheme.title.en or scheme.title.zh, scheme=scheme.id,
            source=scheme.source, source_en=scheme.source_en or scheme.source, verification=scheme.verification,
            checked=scheme.checked, of=scheme.of, months=months, subjects=subjects,
        ),
        meta=meta(version, {"as_of": as_of.isoformat(), "draws": DRAWS, "seed": SEED}, classes),
    )  # fmt: skip


def _number(value: float | None) -> float:
    return np.nan if value is None else float(value)


def _subjects(scheme: Scheme, figures: list[MonthFigures], values: Floats) -> list[Assessed]:
    floor, full = (np.array([getattr(i, n) for i in scheme.indicators]) for n in ("floor", "full"))
    weight = np.array([i.weight for i in scheme.indicators])
    weight = weight / weight.sum()
    recorded = _recorded(scheme)
    reached = np.clip((values - floor) / (full - floor), 0.0, 1.0)
    bonus = np.array([_bonus(scheme, f) for f in figures])
    score = scores(reached, weight[None, :])[:, 0] + bonus
    level = comparable(score)
    order = sorted(
        (n for n in range(len(figures)) if not np.isnan(score[n])), key=lambda n: (-level[n], _key(figures[n]))
    )
    drawn = comparable(scores(reached, draws(weight)) + bonus[:, None])
    ranks = _ranks(drawn[order])
    judged = {n: at for at, n in enumerate(order)}
    made = []
    for n in [*order, *(n for n in range(len(figures)) if n not in judged)]:
        at, f = judged.get(n), figures[n]
        known: Bools = ~np.isnan(reached[n])
        after = order[at + 1] if at is not None and at + 1 < len(order) else None
        made.append(
            Assessed(
                rank=None if at is None else 1 + int((level[order] > level[n]).sum()),
                key=_key(f), name=f.name or _key(f), services=f.services, data_class=f.data_class,
                score=None if at is None else float(score[n]),
                grade=None if at is None else _grade(scheme, float(level[n])),
                known_weight=recorded * float(weight[known].sum()), bonus=float(bonus[n]),
                parts=_parts(scheme, values[n], reached[n], recorded * weight),
                holds_over_next=None if after is None else float((drawn[n] >= drawn[after]).mean()),
                rank_low=None if at is None else int(np.percentile(ranks[at], LOW, method="nearest")),
                rank_high=None if at is None else int(np.percentile(ranks[at], HIGH, method="nearest")),
            )
        )  # fmt: skip
    return made


def scores(reached: Floats, weights: Floats) -> Floats:
    """Return scores of 100, [n, d], of n subjects under d sets of weights; NaN where nothing is known.

    Args:
        reached: [n, k] how far each of k indicators is reached, 0 to 1; NaN where unknown.
        weights: [d, k].
    """
    known = ~np.isnan(reached)
    counted = known.astype(np.float64) @ weights.T
    points = np.where(known, reached, 0.0) @ weights.T
    made: Floats = np.divide(100.0 * points, counted, out=np.full(points.shape, np.nan), where=counted > 0)
    return made


def draws(weight: Floats) -> Floats:
    """Return sets of weights around one, [DRAWS, k]; the same each time."""
    made: Floats = np.random.default_rng(SEED).dirichlet(CONCENTRATION * weight, DRAWS)
    return made


def _ranks(drawn: Floats) -> Floats:
    """Return ranks [n, d] by score, best 1; ties share the best."""
    below = -np.sort(-drawn, axis=0)
    return np.stack(
        [1 + np.searchsorted(-below[:, d], -drawn[:, d], side="left") for d in range(drawn.shape[1])], axis=1
    )


def _bonus(scheme: Scheme, figures: MonthFigures) -> float:
    values = ((b, _VALUES[b.id](figures)) for b in scheme.bonus)
    return min(scheme.bonus_cap, sum((b.points for b, value in values if value is not None and value > b.above), 0.0))


def _grade(scheme: Scheme, score: float) -> str | None:
    return next((g.grade for g in scheme.grades if score >= g.at_least), None)


def _key(figures: MonthFigures) -> str:
    return figures.group or ""


def _parts(scheme: Scheme, values: Floats, reached: Floats, weight: Floats) -> list[PointPart]:
    found = []
    for one, value, far, share in zip(scheme.indicators, values, reached, weight, strict=True):
        known = not np.isnan(far)
        found.append(
            PointPart(
                indicator=one.id, value=float(value) if known else None, reached=float(far) if known else None,
                weight=float(share), points=100.0 * float(far * share) if known else None,
            )
        )  # fmt: skip
    whole = sum(i.weight for i in scheme.indicators) + sum(u.weight for u in scheme.unrecorded)
    return found + [
        PointPart(
            indicator="unrecorded", name_zh=u.name.zh, name_en=u.name.en or u.name.zh, value=None, reached=None,
            weight=u.weight / whole, points=None,
        )
        for u in scheme.unrecorded
    ]  # fmt: skip


def _recorded(scheme: Scheme) -> float:
    """Return the share of a scheme's weight that is on indicators which the graph records."""
    seen = sum(i.weight for i in scheme.indicators)
    return seen / (seen + sum(u.weight for u in scheme.unrecorded))
