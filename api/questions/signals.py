"""Searches that found nothing become signs of demand, at both doors alike."""

import logging

from graph.errors import DiskFull, FileUnwritable
from graph.stores.base import Store
from loaders.keep.signals import keep_search
from queries.partners.candidates import PartnerQuestion
from queries.partners.find import PartnerAnswer

log = logging.getLogger("shuniu.signals")
SIGNAL_FIELDS = ("service_types", "industry", "dimensions", "level", "mode", "max_km", "shareable", "min_spare")
"""What a sign of demand says beside the region; who asked stays with the one who asked."""


def note_in_vain(store: Store, question: PartnerQuestion, answer: PartnerAnswer) -> None:
    """Keep a search for partners that found nobody."""
    if not len(answer.ranked):
        note_search(store, question, answer)


def note_search(store: Store, question: PartnerQuestion, answer: PartnerAnswer) -> None:
    """Keep a search for partners; that it cannot be kept does not spoil the answer."""
    stated = question.model_dump(mode="json", include=set(SIGNAL_FIELDS), exclude_defaults=True)
    asked = {name: "、".join(value) if isinstance(value, list) else str(value) for name, value in stated.items()}
    try:
        where = {"region": answer.who.region or ""}
        keep_search(store.home, "partners", {**where, **asked}, question.as_of, found=bool(len(answer.ranked)))
    except (DiskFull, FileUnwritable) as error:
        log.warning("%s", error)
