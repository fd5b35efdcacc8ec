"""The ledger of services over 24 months, streamed month by month together with the feedback on it."""

from datetime import date

import numpy as np

from loaders.sample.draws import largest_remainder, scaled, slices
from loaders.sample.feedback import write_feedback
from loaders.sample.seasons import MONTHS, daily_weights, months_ending, online_shares
from loaders.sample.services import World, draw_services, month_of, write_services
from loaders.sample.writer import TableWriter

RECORDS_A_YEAR = 520_000


def records_expected(scale: float) -> int:
    """Return how many service records a sample of that scale has."""
    return scaled(RECORDS_A_YEAR * MONTHS / 12, scale)


def write_ledger(
    records: TableWriter,
    feedback: TableWriter,
    rngs: tuple[np.random.Generator, np.random.Generator],
    world: World,
    as_of: date,
) -> None:
    """Write the tables ``service_records`` and ``feedback`` side by side, in the order of days.

    ``rngs`` draw the one and the other; ``records.expected`` rows are spread over the days.
    """
    rng, feedback_rng = rngs
    months = months_ending(as_of)
    days = np.arange(months[0][0], months[-1][1] + 1)
    counts = largest_remainder(records.expected, daily_weights(days))
    for (first, last), online in zip(months, online_shares(len(months)), strict=True):
        inside = (days >= first) & (days <= last)
        busy = np.repeat(days[inside], counts[inside])
        month = month_of(world.resources, first, last, float(online))
        for part in slices(len(busy)):
            services = draw_services(rng, world, busy[part], month, first=records.rows + 1)
            write_services(records, rng, world, services)
            write_feedback(feedback, feedback_rng, services, world.as_of)
