"""What a header such as Accept or Accept-Language prefers (RFC 9110, 12.4.2)."""

import re

from graph.language import Lang

LANGUAGES: tuple[Lang, ...] = ("zh", "en")
_WEIGHT = re.compile(r"0?\.\d+|0\.?|1(\.0*)?")


def preferences(header: str) -> list[tuple[str, float]]:
    """Return the values of a header in lower case, each with its weight, 0 to 1; a weight that is none counts as 0."""
    found = []
    for part in header.lower().split(","):
        value, *parameters = (p.strip() for p in part.split(";"))
        stated = next((p.removeprefix("q=") for p in parameters if p.startswith("q=")), "1")
        found.append((value, float(stated) if _WEIGHT.fullmatch(stated) else 0.0))
    return found


def preferred_language(header: str, default: Lang) -> Lang:
    """Return which of our languages an Accept-Language header prefers; the default where it names none of them."""
    ranked = [(weight, lang) for tag, weight in preferences(header) for lang in LANGUAGES if tag.split("-")[0] == lang]
    best = max(ranked, key=lambda r: r[0], default=None)
    return best[1] if best and best[0] > 0 else default
