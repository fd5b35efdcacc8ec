"""Two languages, Chinese first: the smallest thing that lets every message exist in both."""

from typing import Literal, NamedTuple

Lang = Literal["zh", "en"]


class Text(NamedTuple):
    """One sentence or label in both languages."""

    zh: str
    en: str

    def get(self, lang: Lang) -> str:
        """Return the wording for ``lang``."""
        return self.zh if lang == "zh" else self.en
