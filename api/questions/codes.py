"""What askers may write: codes or names of places and industries (contract), and days that can be meant."""

from collections.abc import Callable
from datetime import date

from api.security.roles import is_within
from graph.errors import UnknownCode
from graph.identity import prefecture_of
from graph.language import Text
from graph.places import gazetteer
from graph.places.english import industry_names
from graph.vocabulary import allowed, fold, vocabulary

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)


def region_code(value: str, find: Callable[[str], str] = gazetteer.region) -> str:
    """Return the code of a region, or the id of an economic zone, by code or name; ``find`` reads what is no zone.

    Raises:
        UnknownRegion, AmbiguousRegion: with suggestions or candidates.
    """
    try:
        return vocabulary("economic_zones").resolve(value)
    except UnknownCode:
        return find(value)


def place_code(value: str) -> str:
    """Return the code of a region or zone where somebody else may be meant: an address in one is none.

    Raises:
        UnknownRegion, AmbiguousRegion: with suggestions or candidates.
    """
    return region_code(value, gazetteer.division)


def lies_in(region: str, area: str) -> bool:
    """Tell whether a division lies in another one or in an economic zone, or is it; all in codes."""
    if area in vocabulary("economic_zones"):
        within = gazetteer.places_of_zone(vocabulary("economic_zones").text(area))
        return region == area or prefecture_of(region) in within
    return is_within(region, area)


def industry_code(value: str) -> str:
    """Return the id of a chain, pillar or system by id or name.

    Raises:
        UnknownCode: it is none of them.
    """
    # "5+1" arrives from an unescaped query string as "5 1".
    lists: tuple[Callable[[str], str], ...] = (
        gazetteer.chain,
        vocabulary("industry_pillars").resolve,
        vocabulary("industry_systems").resolve,
        lambda v: vocabulary("industry_systems").resolve(v.strip().replace(" ", "+")),
    )
    for resolve in lists:
        try:
            return resolve(value)
        except UnknownCode:
            continue
    names = [Text(name, industry_names().get(id_, name)) for id_, name in gazetteer.chain_names().items()]
    names += [e.label for name in ("industry_pillars", "industry_systems") for e in vocabulary(name)]
    labels = {fold(spelling): name for name in names for spelling in name}
    what = Text("产业链、产业或体系", "chain, pillar or system")
    raise UnknownCode(value=value, list=what, allowed=allowed(fold(value), labels))
