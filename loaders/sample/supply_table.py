"""The table ``resources``: what is drawn in ``supply``, plus the columns that only the table needs."""

import numpy as np
import pyarrow as pa

from graph.arrays import Bools, Ints
from loaders.sample import cells
from loaders.sample.draws import choose, choose_distinct, slices
from loaders.sample.province import PROVINCE_NAME, Province, Setting
from loaders.sample.sites import LEVELS, Network
from loaders.sample.supply import HOME, KINDS, MODES, NEIGHBOUR, PROVINCE_WIDE, SEVERAL, Resources
from loaders.sample.writer import TableWriter

DIMENSIONS = ("供应链", "创新链", "资金链", "管理链", "价值链", "品牌链")

_TERMS = ("提前预约，免费共享", "签订共享协议后使用", "按次收费共享", "仅限网络成员单位")
_FEES = ("免费", "优惠价", "市场价", "首次免费，后续优惠")
_NEAREST = 3


def write_resources(
    writer: TableWriter, rng: np.random.Generator, setting: Setting, network: Network, resources: Resources
) -> None:
    """Write the table ``resources``."""
    province = setting.province
    for part in slices(len(resources)):
        rows = len(resources.kind[part])
        shareable = rng.random(rows) < 0.65
        stated = resources.stated[part]
        rating = np.round(3.5 + 1.5 * rng.beta(4.0, 2.0, rows), 1)
        writer.write(
            name=resources.names[part],
            kind=cells.pick(cells.labels(tuple(KINDS)), resources.kind[part]),
            service_types=cells.pick_many(cells.labels(province.service_types), resources.types[part]),
            provider=cells.pick(network.organisations.names, resources.provider[part]),
            carrier=cells.pick(network.carriers.names, resources.carrier[part]),
            chains=cells.pick_many(cells.labels(province.chains), resources.chains[part]),
            serves=_serves(rng, province, resources, part),
            modes=cells.pick(cells.labels(MODES), resources.mode[part]),
            capacity=cells.blank_unless(resources.capacity[part], stated),
            used=cells.blank_unless(resources.used[part], stated),
            level=cells.pick(cells.labels(LEVELS), resources.level[part]),
            rating=cells.blank_unless(rating, rng.random(rows) >= 0.08),
            shareable=cells.either(shareable, "是", "否"),
            terms=_if(rng, shareable, _TERMS),
            fee=cells.pick(cells.labels(_FEES), choose(rng, (0.45, 0.3, 0.15, 0.1), rows)),
            dimensions=_dimensions(rng, rows),
            since=cells.dates(resources.since[part]),
            until=cells.dates(resources.until[part], ~resources.unlimited[part]),
        )


def _if(rng: np.random.Generator, condition: Bools, texts: tuple[str, ...]) -> pa.Array:
    drawn = rng.integers(0, len(texts), len(condition))
    return cells.pick(cells.labels(texts), np.where(condition, drawn, -1))


def _dimensions(rng: np.random.Generator, rows: int) -> pa.Array:
    weights = np.tile([1.2, 1.2, 0.9, 1.0, 0.8, 0.6], (rows, 1))
    drawn = choose_distinct(rng, weights, choose(rng, (0.3, 0.5, 0.2), rows))
    return cells.pick_many(cells.labels(DIMENSIONS), drawn)


def _serves(rng: np.random.Generator, province: Province, resources: Resources, part: slice) -> pa.Array:
    """Return the regions served, home first; blank means the home prefecture."""
    home, scope = resources.prefecture[part], resources.scope[part]
    near = np.argsort(province.distances, axis=1, kind="stable")[:, 1 : 1 + _NEAREST]
    order = rng.permuted(np.tile(np.arange(_NEAREST), (len(home), 1)), axis=1)
    others = near[home[:, None], order]
    places = np.full((len(home), 3), -1)
    _fill(places, scope == PROVINCE_WIDE, [np.full(len(home), len(province.prefectures))])
    _fill(places, scope == NEIGHBOUR, [home, others[:, 0]])
    _fill(places, scope == SEVERAL, [home, others[:, 0], others[:, 1]])
    places[scope == HOME] = -1
    return cells.pick_many(cells.labels([*province.prefectures, PROVINCE_NAME]), places)


def _fill(places: Ints, rows: Bools, columns: list[Ints]) -> None:
    for i, column in enumerate(columns):
        places[rows, i] = column[rows]
