"""Characters that nobody sees: copied along from web pages and chats, they make of one name two.

They are taken away as a file is read, before anything is matched or keyed; blanks that only look like a blank become
one.
"""

import re

import pyarrow as pa
import pyarrow.compute as pc

_UNSEEN = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\U000e0000-\U000e0fff"
)
"""What Unicode lets programs leave undrawn (Default_Ignorable_Code_Point): joiners, marks of direction, variants."""
_BLANK = "\u00a0\u2007\u202f\u2800\ue5e5"
"""Blanks that do not break or have no ink; the last is what GB18030 makes of the wide blank A3A0."""
_TAKEN_AWAY, _MADE_BLANK = f"[{_UNSEEN}]", f"[{_BLANK}]"
_EITHER = f"[{_UNSEEN}{_BLANK}]"


def seen_text(text: str) -> str:
    """Return a text as a reader sees it."""
    return text if text.isascii() else re.sub(_MADE_BLANK, " ", re.sub(_TAKEN_AWAY, "", text))


def seen(texts: pa.Array) -> pa.Array:
    """Return a column as a reader sees it; most have nothing unseen, and to see that takes little time."""
    if pc.all(pc.string_is_ascii(texts)).as_py() or not pc.any(pc.match_substring_regex(texts, _EITHER)).as_py():
        return texts
    return pc.replace_substring_regex(pc.replace_substring_regex(texts, _TAKEN_AWAY, ""), _MADE_BLANK, " ")
