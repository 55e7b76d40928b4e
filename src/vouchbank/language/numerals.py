"""Parse one number in digits, words or both: cardinals, ordinals, fractions, decimals and magnitudes.

A small grammar of English. Ambiguous words have several values ("third" is a rank or a share). Unknown words, and words
that could only be guessed, have none.

Example:
    >>> numerals("four thousand three hundred and 21"), numerals("2½ million"), numerals("third")
    ([4321.0], [2500000.0], [3.0, 0.3333333333333333])
    >>> numerals("one hundred twenty-fifth"), numerals("five ten"), numerals("9/11")
    ([125.0], [], [])
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence

from vouchbank.language.number_words import MAGNITUDES, ORDINALS, SCALES, TENS, UNITS

Tokens = Sequence[str]

_SIGN = re.compile(r"(?:[-−–]\s*(?=[0-9.])|(?:minus|negative)\s+)")
_SPACED = re.compile(r"(?<![0-9.,])[0-9]{1,3}(?: [0-9]{3})+(?![0-9])", re.ASCII)
_TOKEN = re.compile(r"(?:[0-9][0-9.,]*)?[0-9]|\.[0-9]+|[a-z]+|[^\s-]", re.ASCII)
_DIGITS = re.compile(
    r"[0-9]{0,18}(?:(?<=[0-9])|\.[0-9]|(?<=[0-9])\.[0-9])[0-9]{0,9}\Z"  # 4500, 4.5, .5
    r"|[0-9]{1,3}(?:,[0-9]{3}){1,5}(?:\.[0-9]{1,9})?\Z"  # 1,234,567.5
    r"|[0-9]{1,2}(?:,[0-9]{2}){1,6},[0-9]{3}(?:\.[0-9]{1,9})?\Z",  # 12,34,567.5, as in India
    re.ASCII,
)
_CONTINENTAL = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3}){2,5}\Z|[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]{1,2}\Z", re.ASCII)
_POWER = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,9})?)\s*(?:e|[x×]\s*10\s*\^)\s*([+-]?[0-9]{1,2})\Z", re.ASCII)
_PARTS = {"half": 2.0, "halves": 2.0, "quarter": 4.0, "quarters": 4.0}
_DENOMINATED = _PARTS | {f"{word}{s}": value for word, value in ORDINALS.items() for s in ("", "s")}
# the denominators of fractions written with a slash: 9/11 is a date, 24/7 and 50/50 are idioms
_DENOMINATORS = {2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0, 12.0, 16.0, 20.0, 100.0, 1000.0}
_CARDINAL_OF = {value: word for word, value in (SCALES | TENS | UNITS).items()}
_CARDINALS = {ordinal: _CARDINAL_OF[value] for ordinal, value in ORDINALS.items()}
_LETTERS = {"k", "m", "b"}
_DOZENS = (12.0, 20.0)
_MILLION = 1e6


def numerals(text: str) -> list[float]:
    """All values of the words as one number; the words must be in lower case, without quotation marks."""
    sign = _SIGN.match(text)
    if sign:
        return [-value for value in numerals(text[sign.end() :])] if not _SIGN.match(text[sign.end() :]) else []
    power = _POWER.match(text)
    if power:
        return [float(f"{power[1]}e{power[2]}")]
    tokens = _TOKEN.findall(_SPACED.sub(lambda match: match[0].replace(" ", ""), _spelt(text)))
    readers = (_whole, _pointed, _ordinal, _fraction, _mixed, _and_a_half)
    found = (reader(tokens) for reader in readers if tokens)
    return list(dict.fromkeys(value for value in found if value is not None))


def cardinal(text: str) -> float | None:
    """The value of a cardinal; None for ranks and shares."""
    tokens = _TOKEN.findall(_spelt(text))
    return _whole(tokens) if tokens else None


def _spelt(text: str) -> str:
    """The text with single-character fractions written with a slash: `2½` becomes `2 1/2`."""
    fractions = {c: unicodedata.normalize("NFKC", c).replace("⁄", "/") for c in text if unicodedata.category(c) == "No"}
    return "".join(f" {fractions[c]}" if "/" in fractions.get(c, "") else c for c in text)


# --- cardinals ----------------------------------------------------------------------------------------------


def digits(token: str) -> float | None:
    """The value of digits with their separators; None if they do not have the form of one number."""
    if _DIGITS.match(token):
        return float(token.replace(",", ""))
    if _CONTINENTAL.match(token):
        return float(token.replace(".", "").replace(",", "."))
    return None


def _below_hundred(tokens: Tokens, at: int) -> tuple[float, int] | None:
    word = tokens[at] if at < len(tokens) else ""
    if word in UNITS:
        return UNITS[word], at + 1
    if word in TENS:
        after = UNITS.get(tokens[at + 1], 0.0) if at + 1 < len(tokens) else 0.0
        return (TENS[word] + after, at + 2) if 1 <= after <= 9 else (TENS[word], at + 1)
    return None


def _rest(tokens: Tokens, at: int) -> tuple[float, int] | None:
    """The number after "and" that follows a hundred or a magnitude: 1 to 99, in words or digits."""
    found = _below_hundred(tokens, at)
    if found is None and at < len(tokens):
        value = digits(tokens[at])
        found = None if value is None else (value, at + 1)
    whole = found is not None and 1 <= found[0] < 100 and found[0].is_integer()
    return found if whole else None


def _group(tokens: Tokens, at: int) -> tuple[float, int] | None:
    """A number without magnitude, or with hundreds: `three hundred and 21`, `4,500`, `a`."""
    word = tokens[at] if at < len(tokens) else ""
    value = digits(word)
    if word in ("a", "an", "hundred"):
        found: tuple[float, int] | None = (1.0, at if word == "hundred" else at + 1)
    else:
        found = (value, at + 1) if value is not None else _below_hundred(tokens, at)
    if found is None or tokens[found[1] : found[1] + 1] != ["hundred"]:
        return found
    total, after = found[0] * 100, found[1] + 1
    if found[0] >= 100 and value is None:
        return None
    tail = _rest(tokens, after + (tokens[after : after + 1] == ["and"]))
    return (total + tail[0], tail[1]) if tail else (total, after)


def _magnitude(tokens: Tokens, at: int) -> tuple[float, int]:
    """The product of the magnitudes at this position: `million`, `lakh crore`; 1 for none."""
    product = 1.0
    while at < len(tokens) and tokens[at] in MAGNITUDES and (product == 1.0 or MAGNITUDES[tokens[at]] > product):
        product, at = product * MAGNITUDES[tokens[at]], at + 1
    return product, at


def _whole(tokens: Tokens) -> float | None:
    """The value of a cardinal in groups of decreasing magnitude: `two million five hundred thousand`."""
    total, at, last = 0.0, 0, math.inf
    while at < len(tokens):
        if total and tokens[at - 1] in _LETTERS:
            return None  # "24703m2" is an area
        joined = bool(total) and tokens[at] == "and"
        group = _group(tokens, at + 1) if joined and _in_words(tokens, at) else None
        group = group or (_rest if joined else _group)(tokens, at + joined)
        if group is None and not joined and not total and tokens[at] in MAGNITUDES:
            group = (1.0, at)  # "million" alone
        if group is None or (total and group[0] >= 1000):
            return None
        factor, after = _magnitude(tokens, group[1])
        if group[0] * factor >= last or last in _DOZENS or (joined and factor > 1):
            return None
        if (factor == 1.0 and group[1] < len(tokens)) or (factor in _DOZENS and (total or group[0] >= 100)):
            return None
        total, at, last = total + group[0] * factor, after, factor
    return total if tokens else None


def _in_words(tokens: Tokens, at: int) -> bool:
    """Whether "and" joins a hundred in words to a magnitude: `two thousand and two hundred`."""
    return tokens[at + 2 : at + 3] == ["hundred"] and digits(tokens[at + 1]) is None


# --- numbers built from cardinals ---------------------------------------------------------------------------


def _pointed(tokens: Tokens) -> float | None:
    """A decimal in words: `nine point nought four`, `two point five million`."""
    if "point" not in tokens:
        return None
    at = tokens.index("point")
    factor, end = 1.0, len(tokens)
    while end > at and tokens[end - 1] in MAGNITUDES:
        factor, end = factor * MAGNITUDES[tokens[end - 1]], end - 1
    after = tokens[at + 1 : end]
    before = _whole(tokens[:at]) if at else 0.0
    pair = _below_hundred(after, 0)
    if after and all(UNITS.get(word, 10) < 10 for word in after):
        decimals = "".join(f"{UNITS[word]:.0f}" for word in after)
    elif pair and pair[1] == len(after):
        decimals = f"{pair[0]:.0f}"
    else:
        return None
    return None if before is None or not before.is_integer() else (before + float(f"0.{decimals}")) * factor


def _ordinal(tokens: Tokens) -> float | None:
    """A rank: `twenty-first`, `two hundredth`, `21st`."""
    *before, last = tokens
    if len(tokens) == 2 and last in ("st", "nd", "rd", "th"):
        return digits(tokens[0])
    return _whole([*before, _CARDINALS[last]]) if last in ORDINALS and before[:1] != ["a"] else None


def _fraction(tokens: Tokens) -> float | None:
    """A fraction, alone or of a magnitude: `two thirds`, `3/4`, `half a million`, `a quarter of a million`."""
    factor, end = 1.0, len(tokens)
    while end and tokens[end - 1] in SCALES:
        factor, end = factor * SCALES[tokens[end - 1]], end - 1
    if factor > 1 and tokens[end - 1 : end] in (["a"], ["one"]):
        end -= 1
        end -= tokens[end - 1 : end] == ["of"]
    value = _part(tokens[:end])
    return None if value is None else value * factor


def _part(tokens: Tokens) -> float | None:
    if len(tokens) == 3 and tokens[1] == "/":
        above, below = digits(tokens[0]), digits(tokens[2])
        return above / below if above and below in _DENOMINATORS and 0 < above < below else None
    for size in (2, 1):
        below = _denominator(tokens[-size:]) if len(tokens) >= size else None
        if below is None:
            continue
        before = tokens[:-size]
        if size == 2 and not before:
            continue  # "twenty-first" is a rank
        above = 1.0 if not before or before in (["a"], ["an"]) else _whole(before)
        plural = tokens[-1].endswith("s")
        if above is not None and above < below and (above == 1 or plural or below < 10) and (above > 1 or not plural):
            return above / below
    return None


def _denominator(tokens: Tokens) -> float | None:
    last = tokens[-1]
    if len(tokens) == 2:
        tens, units = TENS.get(tokens[0]), ORDINALS.get(last.removesuffix("s"), 0.0)
        return tens + units if tens and 1 <= units <= 9 else None
    value = _DENOMINATED.get(last, 0.0)
    return value if value > 2 or last in _PARTS else None


def _mixed(tokens: Tokens) -> float | None:
    """A mixed number: `five and a quarter`, `2 1/2`, `one and a half million`."""
    for at in range(1, len(tokens)):
        joined = tokens[at] == "and"
        if not joined and tokens[at + 1 : at + 2] != ["/"]:
            continue
        whole, end = _whole(tokens[:at]), len(tokens)
        while end > at and tokens[end - 1] in MAGNITUDES:
            end -= 1
        factor = _magnitude(tokens, end)[0]
        part = _part(tokens[at + joined : end])
        if whole is None or part is None or not whole.is_integer() or not 1 <= whole < 1000:
            continue
        # "two hundred and fifty-four hundredths" has two readings, "one hundred and three quarters" has one
        simple = whole < 100 or _DENOMINATED.get(tokens[end - 1], 100) <= 10
        if simple and (joined or digits(tokens[at - 1]) is not None):
            return (whole + part) * factor
    return None


def _and_a_half(tokens: Tokens) -> float | None:
    """`a million and a half` is 1.5 million; only from a million on, where nobody counts halves of single things."""
    head, tail = list(tokens[:-3]), list(tokens[-3:])
    if (
        tail not in (["and", "a", "half"], ["and", "one", "half"])
        or not head
        or MAGNITUDES.get(head[-1], 0.0) < _MILLION
    ):
        return None
    count = _whole(head[:-1]) if head[:-1] else 1.0
    return None if count is None else (count + 0.5) * MAGNITUDES[head[-1]]
