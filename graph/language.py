"""Two languages, Chinese first: the smallest thing that lets every message exist in both."""

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

Lang = Literal["zh", "en"]


class Text(NamedTuple):
    """One sentence or label in both languages."""

    zh: str
    en: str

    def get(self, lang: Lang) -> str:
        """Return the wording for ``lang``."""
        return self.zh if lang == "zh" else self.en


def about(what: str, said: Text) -> Text:
    """Return what is said behind what it is about: 机构.csv：…, in English 机构.csv: …"""
    return Text(f"{what}：{said.zh}", f"{what}: {said.en}")


def listed(values: Iterable[object]) -> Text:
    """Return values as a list in a sentence: a、b in Chinese, a, b in English."""
    words = [*map(str, values)]
    return Text("、".join(words), ", ".join(words))


def counted(n: int, one: str, many: str = "") -> str:
    """Return how many of something there are, in English: 1 action, 2 actions, 1,234 actions.

    ``many`` where adding an s to ``one`` does not make it several.
    """
    return f"{n:,} {one if n == 1 else many or f'{one}s'}"


def capital(text: str) -> str:
    """Return an English text with a capital in front, as a heading or a sentence begins; the rest stays as it is."""
    return text[:1].upper() + text[1:]


def first_few(values: Sequence[object], most: int) -> str:
    """Return the first values of some as one text in either language, with … where there are more: 2、3…"""
    return "、".join(map(str, values[:most])) + ("…" if len(values) > most else "")
