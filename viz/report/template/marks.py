"""Numbers in text: which changed since the last edition, carried into words of the office's own, and marked."""

import re
from copy import deepcopy
from difflib import get_close_matches
from typing import Any

from docx.enum.text import WD_COLOR_INDEX, WD_UNDERLINE
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph
from docx.text.run import Run

NUMBER = re.compile(r"(?<![A-Za-z\d.])[-−]?\d[\d,]*(?:\.\d+)?%?")
CHANGED, CHECK = WD_UNDERLINE.SINGLE, WD_UNDERLINE.WAVY
"""Beside a yellow ground, so that a mark is seen in black and white: one line under what changed, a wave under what
the office has to look at."""
LIKE = 0.5
"""From this likeness on a paragraph is taken for another edited by hand (difflib's ratio)."""


def skeleton(text: str) -> str:
    """Return a text with its numbers blanked: a sentence of the next month has the same."""
    return NUMBER.sub("#", text)


def numbers(text: str) -> list[str]:
    """Return the numbers of a text as written, in order."""
    return NUMBER.findall(text)


def telling(found: str) -> bool:
    """Whether a number is long enough to be known again: 1,234 or 56.7 %, not 3."""
    return len(re.sub(r"\D", "", found)) >= 3 or "%" in found


def counterpart(text: str, among: list[str]) -> str | None:
    """Return the text that says the same with other numbers; None where none is like it."""
    bare = {skeleton(one): one for one in reversed(among)}
    like = get_close_matches(skeleton(text), list(bare), n=1, cutoff=LIKE)
    return bare[like[0]] if like else None


def renewed(old: str, new: str) -> dict[str, str]:
    """Return the new number for each old one where two editions of one sentence differ in numbers alone.

    A number that stands for two things which went apart has no new one.
    """
    if skeleton(old) != skeleton(new):
        return {}
    found: dict[str, set[str]] = {}
    for before, now in zip(numbers(old), numbers(new), strict=True):
        found.setdefault(before, set()).add(now)
    return {before: now.pop() for before, now in found.items() if len(now) == 1}


def mark_changed(paragraph: Paragraph, old: str | None) -> int:
    """Mark the numbers that the last edition of this paragraph did not have in their place; return how many."""
    text, found = paragraph.text, 0
    if old is None:
        return 0
    alike, before = skeleton(old) == skeleton(text), numbers(old)
    for at, match in reversed(list(enumerate(NUMBER.finditer(text)))):
        if before[at] != match[0] if alike else match[0] not in before:
            mark(piece(_runs(paragraph), *match.span()), CHANGED)
            found += 1
    return found


def renew(paragraph: Paragraph, new: dict[str, str], stale: set[str]) -> tuple[int, int]:
    """Carry new numbers into a paragraph of the office's own; return how many changed and how many want a look.

    Nothing but numbers of ours is touched: words and their looks stay.
    """
    changed = check = 0
    _clear_all(paragraph)
    for match in reversed(list(NUMBER.finditer(paragraph.text))):
        said = match[0]
        if said in new:
            if new[said] != said:
                run = piece(_runs(paragraph), *match.span())
                run.text = new[said]
                mark(run, CHANGED)
                changed += 1
        elif said in stale:
            mark(piece(_runs(paragraph), *match.span()), CHECK)
            check += 1
    return changed, check


def reword(paragraph: Paragraph, old: str, new: str) -> int:
    """Put the new wording of a sentence of ours where a paragraph holds the old one whole, amid the office's own words.

    Numbers that the old wording did not have are marked; return how many.
    """
    _clear_all(paragraph)
    at = paragraph.text.index(old)
    piece(_runs(paragraph), at, at + len(old)).text = new
    changed = [match for match in NUMBER.finditer(new) if match[0] not in numbers(old)]
    for match in reversed(changed):
        mark(piece(_runs(paragraph), at + match.start(), at + match.end()), CHANGED)
    return len(changed)


def set_text(runs: list[Run], text: str) -> bool:
    """Put a single figure into runs, in the looks of the first; mark it where another stood there; tell whether."""
    before = "".join(run.text for run in runs)
    first, *others = runs
    for run in others:
        run._r.getparent().remove(run._r)
    first.text = text
    _clear(first)
    changed = bool(NUMBER.search(before)) and before != text
    if changed:
        mark(first, CHANGED)
    return changed


def mark(run: Run, line: WD_UNDERLINE) -> None:
    """Put a yellow ground and a line under a run."""
    run.font.highlight_color, run.font.underline = WD_COLOR_INDEX.YELLOW, line


def _clear(run: Run) -> None:
    if run.font.highlight_color == WD_COLOR_INDEX.YELLOW and run.font.underline in (CHANGED, CHECK, True):
        run.font.highlight_color = run.font.underline = None


def _clear_all(paragraph: Paragraph) -> None:
    for run in paragraph.runs:
        if NUMBER.fullmatch(run.text):
            _clear(run)


def piece(runs: list[Run], first: int, after: int) -> Run:
    """Return one run that holds just these characters of some runs; they are split where they reach further."""
    at, inside = 0, []
    for run in runs:
        length, text = len(run.text), run.text
        low, high = max(first - at, 0), min(after - at, length)
        if low < high:
            if high < length:
                _copy_after(run, text[high:])
            if low:
                run.text = text[:low]
                run = _copy_after(run, text[low:high])  # noqa: PLW2901
            elif high < length:
                run.text = text[:high]
            inside.append(run)
        at += length
    whole, *others = inside
    for other in others:
        whole.text += other.text
        other._r.getparent().remove(other._r)
    return whole


def _runs(paragraph: Paragraph) -> list[Run]:
    """Return the runs whose text makes up ``paragraph.text``: its own and those of links."""
    own: list[Any] = []
    for child in paragraph._p:
        own += [child] if child.tag == qn("w:r") else child.findall(qn("w:r")) if child.tag == qn("w:hyperlink") else []
    return [Run(r, paragraph) for r in own]


def _copy_after(run: Run, text: str) -> Run:
    element = deepcopy(run._r)
    run._r.addnext(element)
    made = Run(element, run._parent)
    made.text = text
    return made
