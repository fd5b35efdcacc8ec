"""How marks are read: numbers of our own scale, stars, and the five words; one of another scale is refused."""

import re
from collections.abc import Callable, Sequence

from graph.language import Text
from loaders.parse.issues import CellError, NotedValue
from loaders.parse.quantities import HIGHEST_MARK, POINTS, number, text

WORDS = {"非常满意": 5, "满意": 4, "基本满意": 3, "不满意": 2, "非常不满意": 1}
"""The five grades of 好差评, by which citizens rate public services (国办发〔2019〕51号)."""
READ_AS = Text("“{value}”按好差评五级读作 {mark} 分", "“{value}” is read as {mark}, by the five grades of 好差评")
MOST = 100
"""No scale of marks goes further."""
OTHERS = 0.5
"""From this share of numbers beyond a scale on, a column is of another one."""
_STARS = re.compile("(?P<full>[★⭐]{1,5})☆*")
_SCALE = re.compile(
    r"(?P<digits>\d+|[百十五])分?制|(?:满分|总分)[为:]?(?P<full>\d+)分?|/(?P<of>\d+)分?|\d+分?(?:-|—|–|~|至|到)(?P<last>\d+)分?"
    "|(?P<percent>%|百分比)"
)
_PLAIN = re.compile(r"\d+(?:\.\d+)?分?")
_NUMERALS = {"百": 100, "十": 10, "五": 5}


def scale_of(said: str) -> int | None:
    """Return out of how many marks are, by what stands beside them (百分制, 满分10分, 1-5, %), if that says it."""
    match = _SCALE.fullmatch(text(said).replace(" ", ""))
    if not match:
        return None
    if match["percent"]:
        return MOST
    digits = match["digits"] or match["full"] or match["of"] or match["last"]
    return _NUMERALS.get(digits) or int(digits)


def score(low: float) -> Callable[[str], object]:
    """Return a parser of a mark from ``low`` to 5: 4.5, 4分, 4星, ★★★★, 满意, 4/5.

    Raises:
        CellError: by the parser: it is none, or out of another number of marks: 95（百分制）, 9/10, 95%.
    """
    parse_number = number(low, HIGHEST_MARK, POINTS)

    def parse(value: str) -> object:
        plain = text(value)
        if (mark := WORDS.get(plain)) is not None:
            return NotedValue(float(mark), Text(*(part.format(value=value, mark=mark) for part in READ_AS)))
        # NFKC leaves stars; a coloured one brings the mark that asks for colour.
        if stars := _STARS.fullmatch(plain.replace("\ufe0f", "")):
            return float(len(stars["full"]))
        match = re.match(r"(?P<number>[\d.]+)\s*分?\s*(?P<rest>[^\d分星].*)", plain)
        scale = scale_of(match["rest"].strip("() ")) if match else None
        if match and scale == HIGHEST_MARK:
            return parse_number(match["number"])
        if scale:
            raise CellError(
                f"“{value}”按 {scale} 分制打分，此列是 {low:g}–5 分，请换算后填写",
                f"“{value}” is out of {scale}, and marks here are {low:g}–5; convert it",
            )
        if not any(map(str.isdigit, plain)):
            words = "、".join(WORDS)
            raise CellError(
                f"“{value}”不是评分，请写 {low:g}–5 分，或 {words}",
                f"“{value}” is no mark; write {low:g}–5, or one of {words}",
            )
        return parse_number(value)

    return parse


def beyond(texts: list[str], times: Sequence[int]) -> str:
    """Return the first number that lies beyond our marks, where so many do that a column is of another scale.

    Args:
        texts: Distinct cells of the column.
        times: How many rows hold each.
    """
    numbers = [(float(text(t).strip("分")), n, t.strip()) for t, n in zip(texts, times, strict=True) if is_plain(t)]
    over = [(n, said) for mark, n, said in numbers if HIGHEST_MARK < mark <= MOST]
    return over[0][1] if over and sum(n for n, _ in over) >= OTHERS * sum(n for _, n, _ in numbers) else ""


def is_plain(cell: str) -> bool:
    """Tell whether a cell is a number that does not say of which scale."""
    return bool(_PLAIN.fullmatch(text(cell)))


def misplaced(cell: str, other: str, low: float) -> Text:
    """Return why a mark cannot be taken, where ``other`` in its column is beyond our scale."""
    return Text(
        f"“{cell}”的同列有“{other}”，看来不是 {low:g}–5 分制，请换算后填写",
        f"“{cell}” stands in a column with “{other}”, which is not of marks {low:g}–5; convert it",
    )
