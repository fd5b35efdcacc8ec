"""Wrong use of the command line, told in the asker's language: the parser underneath speaks English only."""

import re
from collections.abc import Sequence

from graph.language import Lang

PHRASES = (
    (r"No such command '([^']+)'\.?", r"没有这个命令：\1"),
    (r"No such option: (\S+)", r"没有这个选项：\1"),
    (r"\(Possible options: (.+)\)", r"（是否指 \1？）"),
    (r" Did you mean (.+)\?", r"（是否指 \1？）"),
    (r"Option '(.+)' requires an argument\.?", r"选项 \1 需要一个值"),
    (r"Option '(.+)' does not take a value\.?", r"选项 \1 不带值"),
    (r"Got unexpected extra argument(?:s|\(s\))? \((.+)\)", r"多出的参数：\1"),
    (r"\.? Choose from: (.+)", r"，可用：\1"),
    (r"Missing (?:argument|option|parameter) '(.+)'\.?", r"缺少参数：\1"),
    (r"Missing command\.?", "缺少命令"),
    (r"Invalid value for (.+?): ", r"参数 \1 不正确："),
    (r"Input should be a valid integer.*", "应为整数"),
    (r"Input should be a valid number.*", "应为数字"),
    (r"Input should be greater than or equal to (\S+)", r"应 ≥ \1"),
    (r"Input should be less than or equal to (\S+)", r"应 ≤ \1"),
    (r"Input should be greater than (\S+)", r"应大于 \1"),
    (r"Input should be a finite number", "应为有限的数字"),
    (r"Input should be a valid string, unable to parse raw data as a unicode string", "不是 UTF-8 编码的文字"),
    (r"Input should be a valid dictionary", "应为若干“名称: 值”"),
    (r"(\S+) is not one of (.+)\.", r"\1 不是可用的值，可用：\2"),
)
"""What the parser says, and the same in Chinese; anything else stays as it is."""


def translated(message: str, lang: Lang) -> str:
    """Return what the parser says in ``lang``, on one line."""
    message = re.sub(r"\s*\n\s*", " ", message.replace("Value error, ", ""))
    if lang == "en":
        return message
    for english, chinese in PHRASES:
        message = re.sub(english, chinese, message)
    return message


def asked_language(arguments: Sequence[str]) -> str | None:
    """Return the value of ``--lang``, found before anything is parsed: the parser itself may have to complain."""
    for at, argument in enumerate(arguments):
        if argument.startswith("--lang="):
            return argument.removeprefix("--lang=")
        if argument == "--lang":
            return next(iter(arguments[at + 1 :]), None)
    return None
