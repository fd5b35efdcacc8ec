"""The review list in a terminal: one key a decision, a capital for the whole group."""

import os
import select
import sys
import termios
import tty
from collections.abc import Iterator
from contextlib import contextmanager

from rich.text import Text as Styled

from api.cli.options import opened
from api.cli.output import out, say
from graph.errors import ShuniuError
from graph.language import Lang, Text, counted
from graph.places.gazetteer import places
from loaders.identify.groups import Group
from loaders.identify.matching.reasons import differing_part
from loaders.identify.resolver import Decision, Entity
from loaders.identify.review import Said, decide_all, decided, pending
from loaders.identify.stakes import Stake
from loaders.identify.walk import Walk

ALONG = 4
"""So many other pairs of the group are shown beside the one that is asked about."""
KEYS = Text(
    "[s] 同一家  [d] 不同  [l] 以后再说   大写 S D L：本组余下全部   [u] 撤销上一步  [q] 退出",
    "[s] same  [d] different  [l] later   capitals S D L: all that is left of the group   [u] undo  [q] quit",
)
LEAVE = ("q", "", "\x04", "\x1b")
"""Keys that end the walk; what comes where there is no more keyboard is one of them."""


def walk_through(url: str | None, lang: Lang) -> None:
    """Ask about every pair that waits, until there is none left or the person leaves."""
    with opened(url) as store:
        doubts, known, home = pending(store), decided(store), store.home

    def decide(said: list[Said]) -> list[Decision]:
        # The store is free while somebody thinks.
        with opened(url, write=True) as mine:
            decide_all(mine, said)
            return decided(mine)

    walk = Walk(doubts, known, decide, home)
    with _key_by_key():
        while groups := walk.groups:
            termios.tcflush(sys.stdin, termios.TCIFLUSH)  # a key pressed before the page is there decides nothing
            _show(groups, walk, lang)
            if (key := _pressed()) in LEAVE:
                break
            try:
                _obey(key, walk, groups[0], lang)
            except ShuniuError as error:
                say(Text(f"未判定：{error.say('zh')}", f"Not decided: {error.say('en')}"), lang)
    _farewell(walk, lang)


@contextmanager
def _key_by_key() -> Iterator[None]:
    """Let the terminal hand over every key at once, and not show it."""
    before = termios.tcgetattr(sys.stdin)
    tty.setcbreak(sys.stdin)
    try:
        yield
    finally:
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)


def _pressed() -> str:
    """Return the next key; one that sends several characters, as arrows do, is all of them."""
    try:
        raw = os.read(sys.stdin.fileno(), 1)
        while (raw and not raw.isascii()) or raw == b"\x1b":
            if not select.select([sys.stdin], [], [], 0.05)[0]:
                break
            raw += os.read(sys.stdin.fileno(), 8)
    except KeyboardInterrupt:
        return ""
    return raw.decode("utf-8", "ignore") or ("?" if raw else "")


def _obey(key: str, walk: Walk, group: Group, lang: Lang) -> None:
    some = group.doubts if key.isupper() else group.doubts[:1]
    match key.lower():
        case "s" | "d":
            walk.say(some, same=key.lower() == "s")
            verdict = Text("同一家", "the same") if key.lower() == "s" else Text("不同", "different")
            say(Text(f"✓ {verdict.zh}：{len(some)} 对", f"✓ {verdict.en}: {len(some)}"), lang)
        case "l":
            walk.put_off(some)
            say(Text(f"→ 以后再说：{len(some)} 对", f"→ later: {len(some)}"), lang)
        case "u":
            back = walk.undo()
            none = Text("没有可撤销的", "nothing to take back")
            say(Text(f"↶ 已撤销：{back} 对", f"↶ taken back: {back}") if back else none, lang)
        case _:
            say(Text("不认识这个键", "no such key"), lang)


def _show(groups: list[Group], walk: Walk, lang: Lang) -> None:
    """Show the first pair of the first group, what differs and what is at stake."""
    group, console = groups[0], out()
    doubt, rest, left = group.doubts[0], group.doubts[1:], sum(len(g.doubts) for g in groups)
    console.print()
    console.rule(style="dim")
    ahead = Text(
        f"余 {left} 对，{len(groups)} 组；已判定 {walk.done}，以后再说 {walk.postponed}",
        f"{counted(left, 'pair')} left in {counted(len(groups), 'group')}; "
        f"{walk.done} decided, {walk.postponed} for later",
    )
    console.print(Styled(ahead.get(lang), style="dim"))
    console.print(Styled(f"{group.title.get(lang)}（{len(group.doubts)}）", style="bold"), soft_wrap=True)
    begin, *differing = differing_part(doubt.a.name, doubt.b.name)
    for letter, entity, stake, part in zip("甲乙", (doubt.a, doubt.b), doubt.stakes, differing, strict=True):
        _side(letter, entity, stake, slice(begin, begin + len(part)), lang)
    console.print(f"   {doubt.evidence.get(lang)}", soft_wrap=True)
    if doubt.firms:
        around = Text(f"当地企业 {doubt.firms:,.0f} 家", f"{doubt.firms:,.0f} firms around")
        console.print(f"   {around.get(lang)}")
    if rest:
        console.print(Styled(Text("   本组还有：", "   also in the group:").get(lang), style="dim"))
        for more in rest[:ALONG]:
            console.print(Styled(f"     {more.a.name} / {more.b.name}", style="dim"), soft_wrap=True)
        if len(rest) > ALONG:
            console.print(Styled(f"     … +{len(rest) - ALONG}", style="dim"))
    console.print(KEYS.get(lang))


def _side(letter: str, entity: Entity, stake: Stake, differing: slice, lang: Lang) -> None:
    place = places().get(entity.region)
    name = Styled(f" {letter} {entity.name}")
    name.stylize("bold underline", 3 + differing.start, 3 + differing.stop)
    out().print(name, soft_wrap=True)
    code = entity.code or Text("无信用代码", "no credit code").get(lang)
    out().print(f"   {place.full_name if place else '—'}  {code}  {stake.sentence.get(lang)}", soft_wrap=True)


def _farewell(walk: Walk, lang: Lang) -> None:
    left = sum(len(group.doubts) for group in walk.groups) + walk.postponed
    done, later = walk.done, walk.postponed
    said = Text(
        f"本次判定 {done} 对，以后再说 {later} 对，还剩 {left} 对；再次运行 shuniu review 继续。",
        f"{done} decided, {later} for later, {left} left; `shuniu review` goes on here.",
    )
    nothing = Text("没有等待判定的机构。", "Nothing waits for a decision.")
    say(said if left or done else nothing, lang)
