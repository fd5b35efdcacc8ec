"""English of a load's messages: what is said of several is said of one as grammar has it."""

import re

from graph.language import Text

_NOUNS = (
    "row", "cell", "name", "place", "ditto", "table", "block", "column", "file", "record", "count", "prefecture", "id",
    "thing", "number", "need", "pair", "copie", "item", "organisation", "enterprise", "organization",
)  # fmt: skip
_VERBS = {
    "are": "is",
    "were": "was",
    "differ": "differs",
    "do": "does",
    "have": "has",
    "stand": "stands",
    "say": "says",
}
_ONE = re.compile(
    rf"(?<![\d.,:/-])1 (?P<between>(?:other |former )?)(?P<noun>{'|'.join(_NOUNS)})s\b"
    rf"(?:(?P<of> of [\w “”]{{1,40}}?| in brackets behind 原| above the header)?(?P<verb> (?:{'|'.join(_VERBS)})\b))?"
)


_ROW = re.compile(rf"\brows (?P<row>\d+)(?![\d、…])(?P<verb> (?:{'|'.join(_VERBS)})\b)?")
"""One row that is named: rows 2 have cells of …"""


def in_number(text: Text) -> Text:
    """Return a message with the English of one thing where it counts or names one: 1 rows are left out -> 1 row is."""
    return Text(text.zh, _ROW.sub(_named, _ONE.sub(_singular, text.en)))


def _named(match: re.Match[str]) -> str:
    verb = (match["verb"] or "").strip()
    return f"row {match['row']}" + (f" {_VERBS[verb]}" if verb else "")


def _singular(match: re.Match[str]) -> str:
    verb = (match["verb"] or "").strip()
    noun = "copy" if match["noun"] == "copie" else match["noun"]
    said = f" {_VERBS[verb]}" if verb else ""
    return f"1 {match['between']}{noun}{match['of'] or ''}{said}"
