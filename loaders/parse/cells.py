"""How a cell is read: one small parser for each kind of value.

A parser sees one trimmed, non-empty text and returns the value or raises CellError. Columns are read by
their distinct texts, so a parser runs once for each different cell, not for each row.
"""

import re
from collections.abc import Callable

from graph.identity import is_uscc
from graph.language import Text
from graph.places import gazetteer
from graph.vocabulary import fold, vocabulary
from loaders.keep.privacy import mask_text
from loaders.parse.dates import begun_day, day, first_day, last_day
from loaders.parse.issues import CellError, NotedValue, ours
from loaders.parse.place_cells import place, place_or_zone, region
from loaders.parse.quantities import COUNTS, YUAN, degrees, integer, money, number, text

Parser = Callable[[str], object]
__all__ = [
    "COUNTS", "YUAN", "Parser", "at_most", "begun_day", "called", "chain", "day", "degrees", "first_day",
    "industry_code", "integer", "is_name", "last_day", "many", "modes", "money", "named", "number", "place",
    "place_or_zone", "region", "term", "text", "uscc", "yes_no",
]  # fmt: skip

SEPARATORS = re.compile(r"[;；、\r\n]")
WEAK_SEPARATORS = re.compile(r"[,，/|]")
"""They separate values only where the whole is no value, but each part is."""
WEAKEST_SEPARATORS = re.compile(r"以?及|[和与\s&+\\·]")
"""As these, and so often inside of a value that one which fails is told whole."""
LEVEL = re.compile("^(?:国家|四川省|省|市|县|区)级?")
YES = {
    *("是", "是的", "有", "可", "可以", "能", "可共享", "yes", "y", "true", "t", "1"),
    *("√", "✓", "✔", "☑", "✅", "✔️", "☑️", "v", "●", "■", "★", "▲", "◆"),
}
NO = {"否", "不是", "无", "没有", "不可", "不可以", "不能", "不可共享", "no", "n", "false", "f", "0", "×", "✗", "✘"}


ROUNDED = re.compile(r"\d(?:\.\d+)?E\+\d{2}")
"""How a spreadsheet shows a number of more digits than it keeps."""
_NUMBER = re.compile(r"[\d\s.,]+")
KEPT_DIGITS = 15


def _rounded(value: str) -> CellError:
    return CellError(
        f"“{value}”被表格软件当作数字舍入，只剩前 {KEPT_DIGITS} 位，请把该列设为文本后重新填写",
        f"the spreadsheet took “{value}” for a number and kept {KEPT_DIGITS} digits of it; make the column text and"
        " write it again",
    )


def at_most(length: int) -> Parser:
    """Return a parser that takes a text as it stands, up to a number of characters.

    Raises:
        CellError: by the parser: the text is longer.
    """

    def parse(value: str) -> object:
        if ROUNDED.fullmatch(value):
            raise _rounded(value)
        if len(value) > length:
            raise CellError(f"超过 {length} 个字符（{len(value)}）", f"longer than {length} characters ({len(value)})")
        return value

    return parse


def named(length: int) -> Parser:
    """Return a parser of a name of up to a number of characters; one that holds a way to reach a person is told."""
    plain = at_most(length)

    def parse(value: str) -> object:
        masked = mask_text(value)
        if masked == value:
            return plain(value)
        return NotedValue(
            plain(value),
            Text(
                f"“{masked}”含电话、证件号或邮箱，请移到联系电话一列；这里照原样保存，对外以掩码显示",
                f"“{masked}” holds a telephone or identity number or an e-mail address; move it to the column of"
                " telephones. Here it is kept as it stands and shown masked",
            ),
        )

    return parse


def called(length: int) -> Parser:
    """Return a parser of what a thing itself is called, as :func:`named`.

    Raises:
        CellError: by the parser: the text is longer, or nobody's name.
    """
    plain = named(length)

    def parse(value: str) -> object:
        read = plain(value)
        if not is_name(value):
            shown = mask_text(value)
            raise CellError(
                f"“{shown}”只是数字、符号或信用代码，请写名称",
                f"“{shown}” is nothing but digits, signs or a credit code; write a name",
            )
        return read

    return parse


def is_name(value: str) -> bool:
    """Tell whether something may be called so: 123, ☆ and a social credit code are no names."""
    plain = fold(value).upper()
    return any(map(str.isalnum, plain)) and not _NUMBER.fullmatch(plain) and not is_uscc(plain)


def term(name: str) -> Parser:
    """Return a parser of one term of a vocabulary; people also write its level before it: 省级科技企业孵化器."""

    def parse(value: str) -> object:
        plain = gazetteer.simplified(value).strip(" 、，,；;。.")
        try:
            return ours(vocabulary(name).resolve, plain)
        except CellError:
            bare = LEVEL.sub("", fold(plain))
            if not bare or bare == fold(plain):
                raise
            try:
                return ours(vocabulary(name).resolve, bare)
            except CellError:
                pass
            raise

    return parse


def chain(value: str) -> object:
    """Read an industry chain; the value is its chain_id."""
    return ours(gazetteer.chain, value)


def many(parse: Parser, is_one: Callable[[str, list[object]], bool] = lambda *_: False) -> Parser:
    """Return a parser of several values in one cell; the value is a sorted tuple without doubles.

    Values are separated by ; ； 、 or line breaks; by , ， / | & + \\ 和 与 及 or blanks where the whole is no value,
    each part is, and ``is_one`` does not say of the text and its parts' values that it means one thing.

    Raises:
        CellError: by the parser: one of the values is none, or there is none at all.
    """

    def parsed(parts: list[str]) -> list[object]:
        try:
            return [parse(p) for p in parts] if len(parts) > 1 else []
        except CellError:
            return []

    def parse_one(part: str) -> list[object]:
        try:
            return [parse(part)]
        except CellError:
            if len(parts := _parts(WEAK_SEPARATORS, part)) > 1:
                found = [parse(p) for p in parts]
            elif not (found := parsed(_parts(WEAKEST_SEPARATORS, part))):
                raise
            if is_one(part, found):
                raise
            return found

    def parse_all(value: str) -> object:
        parts = _parts(SEPARATORS, value)
        if not parts:
            raise CellError("只有分隔符", "nothing but separators")
        return tuple(sorted({found for part in parts for found in parse_one(part)}))  # type: ignore[type-var]

    return parse_all


def _parts(separators: re.Pattern[str], value: str) -> list[str]:
    return [part.strip() for part in separators.split(value) if part.strip()]


def modes(value: str) -> object:
    """Read one or both modes; people also write 线上线下, 线上+线下, 线上线下相结合, 均可 or 不限 for both."""
    plain = re.sub("(?:[均皆都](?:可以?|有|支持)?|相?结合|融合|混合|不限)$", "", fold(value)) or "线上线下"
    plain = plain.replace("线上线下", "线上;线下")
    return many(term("modes"))(re.sub(r"[+/&和与]", ";", plain))


def yes_no(value: str) -> object:
    """Read 是 or 否, or what people write instead: 有, 可以, √; 无, 不能, ×.

    Raises:
        CellError: it is neither.
    """
    plain = fold(value).replace("\ufe0f", "")  # the mark that asks for a coloured ✔️
    if plain in YES or plain in NO:
        return plain in YES
    raise CellError(f"“{value}”应为 是 或 否", f"“{value}” should be 是 (yes) or 否 (no)")


def uscc(value: str) -> object:
    """Read a unified social credit code and check its last character.

    Raises:
        CellError: it is no code, or its last character is wrong.
    """
    plain = text(value).upper().replace(" ", "").strip("'’")
    if ROUNDED.fullmatch(plain) or (re.fullmatch(r"\d{15}000", plain) and not is_uscc(plain)):
        raise _rounded(value)
    if not is_uscc(plain):
        meant = re.sub(r"[^\dA-Z]", "", plain).translate(_ALIKE)
        zh, en = (f"；是否为 {meant}？", f"; is it {meant}?") if is_uscc(meant) else ("", "")
        raise CellError(
            f"“{value}”不是有效的统一社会信用代码（18 位，末位为校验码）{zh}",
            f"“{value}” is not a valid social credit code (18 characters, the last one a check){en}",
        )
    return plain


_ALIKE = str.maketrans("OIZSV", "0125U")
"""Letters that no code has (GB 32100), and what they are taken for."""


_BELOW_TEN = {"A": range(1, 6), "B": range(6, 13)}
"""Divisions of GB/T 4754 by the letter of their section, where codes begin with a zero."""
_DIVISIONS = range(1, 98)
"""All divisions of GB/T 4754-2017, 01 to 97: what each code begins with."""


def industry_code(value: str) -> object:
    """Read a GB/T 4754 code: a letter, or two to four digits, perhaps with its letter before.

    Spreadsheets take the zero away before 01 to 09; it comes back, with a word, where there can be no other code.

    Raises:
        CellError: it is no such code.
    """
    plain = text(value).upper()
    match = re.fullmatch(r"([A-T])?(\d{1,4})?", plain)
    wrong = CellError(f"“{value}”不是 GB/T 4754 行业代码", f"“{value}” is not a GB/T 4754 code")
    if not plain or not match:
        raise wrong
    letter, digits = match[1], match[2]
    if not digits:
        return plain
    whole = f"0{digits}"
    section = _BELOW_TEN.get(letter or "", ())
    alone = len(digits) == 1
    lost = alone or (int(digits[:2]) not in section and len(digits) < 4)
    if not lost or not (int(whole[:2]) in section or (alone and not letter and digits != "0")):
        if alone or int(digits[:2]) not in _DIVISIONS:
            raise wrong
        return digits
    return NotedValue(
        whole, Text(f"开头的 0 被表格软件去掉，按 {whole} 读入", f"the zero before it was lost; read as {whole}")
    )
