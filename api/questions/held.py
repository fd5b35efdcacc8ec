"""How somebody of one region is held to it: a rule a question, inside what is asked, before anything is answered."""

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from api.questions.cells import cell_ref
from api.questions.codes import region_code
from api.security.roles import Held, NotYourRegion, OfTheProvince, is_within
from graph.errors import UnknownRegion
from graph.places.divisions import PROVINCE, places
from graph.stores.base import Store
from graph.vocabulary import fold
from queries.search.index import search_index


def check(region: str, own: str) -> None:
    """Pass a region, in codes, that is the own one or a part of it.

    Raises:
        NotYourRegion: it is another one, or a larger one.
    """
    if not is_within(region, own):
        raise NotYourRegion(region=_called(region), own=_called(own))


def _called(code: str) -> str:
    place = places().get(code)
    return place.full_name if place else code


def anywhere(_: Store, asked: Any, __: str) -> Any:
    """Hold nobody: the answer tells nothing of any place."""
    return asked


def whole_province(_: Store, __: Any, own: str) -> Any:
    """Refuse whoever has a region: the answer is about the province, and cannot be cut."""
    raise beyond(own)


def beyond(own: str) -> OfTheProvince:
    """Return what somebody of one region is told who asks for the whole province."""
    return OfTheProvince(own=_called(own))


def in_region(parameter: str = "region") -> Held:
    """Hold to the region that a parameter names; where it names none, the own one is put there."""

    def held(_: Store, asked: Any, own: str) -> Any:
        if place := getattr(asked, parameter):
            check(region_code(place), own)
            return asked
        return asked.model_copy(update={parameter: own})

    return held


def of_cell(_: Store, asked: Any, own: str) -> Any:
    """Hold to the region of a cell or group; one without a region is of the province."""
    check(cell_ref(asked.cell).region or PROVINCE, own)
    return asked


def at_home(parameter: str, each_of: str | None = None) -> Held:
    """Hold to who or what a parameter names by code, key or name: it lies in the own region; its answer may lead out.

    Args:
        parameter: Its name.
        each_of: The list whose items have it, where there are several.
    """

    def held(store: Store, asked: Any, own: str) -> Any:
        for one in getattr(asked, each_of) if each_of else [asked]:
            _check_meant(store, getattr(one, parameter), own)
        return asked

    return held


def node(store: Store, asked: Any, own: str) -> Any:
    """Hold to a node that lies in the own region."""
    text = f"{asked.kind}:{asked.key}"
    _check_homes(homes(store, [text])[text], text, own)
    return asked


def _check_meant(store: Store, text: str, own: str) -> None:
    """Pass what a text may mean, a thing or a place, where all of it lies in the own region."""
    meant = homes(store, [text])[text]
    with suppress(UnknownRegion):
        meant.add(region_code(text))
    _check_homes(meant, text, own)


def _check_homes(found: set[str | None], text: str, own: str) -> None:
    """Pass homes that all lie in the own region; what lies nowhere, or is nothing, does not."""
    for home in found or {None}:
        if home is None:
            raise NotYourRegion(region=text, own=_called(own))
        check(home, own)


def homes(store: Store, texts: Iterable[str]) -> dict[str, set[str | None]]:
    """Return by key, name, or label and key the codes of where all that is called so lies; None for nowhere."""
    with store.read() as session:
        _, index = search_index(store, session)
    region = index.entries["region"].astype(object)
    region = region.where(region.notna(), None)
    return {text: {region.loc[number] for number in index.exact.get(fold(text), ())} for text in texts}
