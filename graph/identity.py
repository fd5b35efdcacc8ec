"""Stable keys: social credit codes, division codes, and keys from natural names."""

import hashlib
from operator import mul

from graph.vocabulary import fold

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_VALUES = {c: value for value, c in enumerate(USCC_ALPHABET)}
USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


def uscc_check_digit(body: str) -> str:
    """Return the check character of the first 17 characters of a social credit code (GB 32100-2015).

    C18 = alphabet[(31 − Σ Cᵢ·Wᵢ mod 31) mod 31]; the outer modulus matters when the sum is a multiple of 31.

    Raises:
        ValueError: ``body`` is not 17 characters of the standard's alphabet.
    """
    try:
        values = [_USCC_VALUES[c] for c in body]
    except KeyError as error:
        raise ValueError(body) from error
    if len(values) != len(USCC_WEIGHTS):
        raise ValueError(body)
    total = sum(map(mul, values, USCC_WEIGHTS))
    return USCC_ALPHABET[(31 - total % 31) % 31]


def is_uscc(code: str) -> bool:
    """Tell whether ``code`` is a well-formed social credit code with the right check character."""
    try:
        return len(code) == 18 and uscc_check_digit(code[:17]) == code[17]
    except ValueError:
        return False


def natural_key(kind: str, *parts: str) -> str:
    """Return a short stable key from what names a thing, equal for spellings that :func:`fold` equates.

    The readable parts stay in the node; the digest keeps keys short, of one length and safe in URLs.
    """
    return folded_key(kind, *map(fold, parts))


def folded_key(kind: str, *parts: str) -> str:
    """Return the natural key of parts that are folded already."""
    text = "\x1f".join(parts)
    return f"{kind}-{hashlib.blake2b(text.encode(), digest_size=8).hexdigest()}"


def source_key(text: str) -> str:
    """Return the key of the node of a source, given as facts name it."""
    return folded_key("source", text)


def prefecture_of(code: str) -> str:
    """Return the prefecture code of a county or prefecture code; the province stays itself."""
    return code if code.endswith("0000") else code[:4] + "00"
