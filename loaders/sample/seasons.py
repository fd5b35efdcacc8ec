"""The shape of two years: growth, seasons, spring festival, weekends, and the way online."""

from datetime import date

import numpy as np

from graph.arrays import Floats, Ints

MONTHS = 24

_EPOCH = date(1970, 1, 1).toordinal()
_MONTH_FACTORS = (0.92, 0.90, 1.02, 1.02, 1.02, 1.04, 0.97, 0.94, 1.03, 0.98, 1.10, 1.26)
_WEEKEND_FACTOR = 0.25
_GROWTH_A_YEAR = 0.09
_FESTIVAL_DEPTH, _FESTIVAL_DAYS = 0.85, 6.0
_ONLINE_FROM, _ONLINE_TO = 0.42, 0.545

_NEW_MOON, _SYNODIC_MONTH = 10962.76 + 8 / 24, 29.530588853
"""A new moon (2000-01-06) in days since 1970 at UTC+8, and the mean time from one to the next."""


def day_number(day: date) -> int:
    """Return days since 1970-01-01."""
    return day.toordinal() - _EPOCH


def spring_festival(year: int) -> int:
    """Return the first day of the lunar year, within a day: the first new moon from 21 January on."""
    earliest = day_number(date(year, 1, 21))
    moons = np.ceil((earliest - _NEW_MOON) / _SYNODIC_MONTH)
    return int(np.floor(_NEW_MOON + moons * _SYNODIC_MONTH))


def months_ending(as_of: date) -> list[tuple[int, int]]:
    """Return first and last day of each calendar month in the 24 months up to ``as_of``, cut at both ends."""
    after = date.fromordinal(as_of.toordinal() + 1)
    start = day_number(date(after.year - MONTHS // 12, after.month, min(after.day, 28)))
    end = day_number(as_of)
    first, months = start, []
    while first <= end:
        here = date.fromordinal(first + _EPOCH)
        following = day_number(date(here.year + here.month // 12, here.month % 12 + 1, 1))
        months.append((first, min(following - 1, end)))
        first = following
    return months


def daily_weights(days: Ints) -> Floats:
    """Return how busy each day is, relative to the others."""
    months = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    weights = np.array(_MONTH_FACTORS)[months % 12]
    weights = weights * np.where((days + 3) % 7 >= 5, _WEEKEND_FACTOR, 1.0)
    for year in range(1970 + int(months[0]) // 12, 1971 + int(months[-1]) // 12):
        away = (days - (spring_festival(year) + 2)) / _FESTIVAL_DAYS
        weights = weights * (1 - _FESTIVAL_DEPTH * np.exp(-0.5 * away**2))
    growth = (1 + _GROWTH_A_YEAR) ** ((days - days[0]) / 365.25)
    return np.asarray(weights * growth)


def online_shares(months: int) -> Floats:
    """Return the share of online services to reach in each month."""
    return np.linspace(_ONLINE_FROM, _ONLINE_TO, months)
