"""Which characters can be meant by letters: syllables of pinyin, whole or begun, and initials.

``my``, ``mianyang``, ``mianys`` all mean 绵阳市. Every reading of a character counts, so that 重庆 is found as
chongqing and as zhongqing: whoever types does not ask which one is right in a name.
"""

from collections.abc import Iterator
from functools import cache

LONGEST_SYLLABLE = 6
DIGRAPHS = ("zh", "ch", "sh")
"""Initials of two letters."""


@cache
def readings(character: str) -> frozenset[str]:
    """Return the syllables of a character in plain letters, ü as v and as u; none for what is no Chinese character."""
    if character.isascii():
        return frozenset()
    from pypinyin import Style, pinyin  # noqa: PLC0415 it reads a whole dictionary, for those who type letters

    found = pinyin(character, style=Style.NORMAL, heteronym=True, errors="ignore", v_to_u=False)
    syllables = {syllable for several in found for syllable in several}
    return frozenset(syllables | {syllable.replace("v", "u") for syllable in syllables})


def means(segment: str, character: str, *, last: bool) -> bool:
    """Tell whether letters can stand for a character: its syllable or initial; at the end also a syllable begun."""
    begun = last or len(segment) == 1 or segment in DIGRAPHS
    return any(sound == segment or (begun and sound.startswith(segment)) for sound in readings(character))


def segments(text: str, at: int) -> Iterator[tuple[str, bool]]:
    """Yield the runs of letters that begin at a place and may stand for one character; true where ``text`` ends."""
    for end in range(at + 1, min(at + LONGEST_SYLLABLE, len(text)) + 1):
        segment = text[at:end]
        if not (segment.isascii() and segment.isalpha()):
            return
        yield segment, end == len(text)
