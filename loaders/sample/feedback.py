"""Evaluations, complaints and return visits on about one service in a hundred."""

import numpy as np

from loaders.sample import cells
from loaders.sample.draws import choose
from loaders.sample.naming import synthetic_ids
from loaders.sample.services import Services
from loaders.sample.writer import TableWriter

SHARE = 0.01
KINDS = ("评价", "投诉", "回访")

_CONTENTS = ("示例：对服务质量作出评价", "示例：反映服务响应不及时", "示例：电话回访服务成效")
_RESULTS = ("满意", "不满意", "已解决")
_CHANCES_IF_POOR = (0.35, 0.50, 0.15)
_CHANCES = (0.62, 0.04, 0.34)
_OPEN = 0.06


def write_feedback(writer: TableWriter, rng: np.random.Generator, services: Services, as_of: int) -> None:
    """Append the feedback on some of these services to the table ``feedback``."""
    chosen = np.flatnonzero((rng.random(len(services.day)) < SHARE) & services.done)
    rows = len(chosen)
    if not rows:
        return
    rating = services.rating[chosen]
    poor = (rating > 0) & (rating <= 3)
    kind = np.where(poor, choose(rng, _CHANCES_IF_POOR, rows), choose(rng, _CHANCES, rows))
    day = np.minimum(services.day[chosen] + rng.integers(0, 30, rows), as_of)
    closed = day + rng.geometric(0.15, rows)
    settled = (closed <= as_of) & (rng.random(rows) >= _OPEN)
    result = np.where(kind == KINDS.index("投诉"), _RESULTS.index("已解决"), poor.astype(np.int64))
    writer.write(
        id=synthetic_ids("FK", writer.rows + 1, rows),
        record=cells.pick(services.ids, chosen),
        kind=cells.pick(cells.labels(KINDS), kind),
        date=cells.dates(day),
        content=cells.pick(cells.labels(_CONTENTS), kind),
        closed=cells.dates(closed, settled),
        result=cells.pick(cells.labels(_RESULTS), np.where(settled, result, -1)),
    )
