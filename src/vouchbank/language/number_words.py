"""Digits and number words of a text: everything that must be a quantity or a listed non-quantity.

The words are those of English cardinals, ordinals, fractions, multipliers, and the closed list of vague amounts of the
annotation scheme (section 2). A run of digits is one number; "F-35" holds 35, "Buk-M2E" holds 2.

Example:
    >>> text = "At least 4,500 Marines, a slew of F-35s and two-track talks"
    >>> [span.of(text) for span in numbers(text)]
    ['4,500', 'a slew', '35', 'two']
"""

from __future__ import annotations

import re

from vouchbank.spans import Span

_UNITS = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
_UNITS += " seventeen eighteen nineteen"
UNITS = {word: float(value) for value, word in enumerate(_UNITS.split())} | {"nought": 0.0, "naught": 0.0}
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
TENS = {word: 10.0 * value for value, word in enumerate(_TENS.split(), 2)}
TIMES = {
    "hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "dozen": 12.0, "score": 20.0,
}  # fmt: skip
# what multiplies a group of up to three digits, or a number with a point; "hundred" is part of the group
MAGNITUDES = {word: value for word, value in TIMES.items() if word != "hundred"} | {
    "k": 1e3, "m": 1e6, "mn": 1e6, "mln": 1e6, "b": 1e9, "bn": 1e9, "bln": 1e9, "tn": 1e12, "tln": 1e12, "trn": 1e12,
    "lakh": 1e5, "crore": 1e7, "dozens": 12.0,
}  # fmt: skip
ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9,
    "tenth": 10, "eleventh": 11, "twelfth": 12, "thirteenth": 13, "fourteenth": 14, "fifteenth": 15, "sixteenth": 16,
    "seventeenth": 17, "eighteenth": 18, "nineteenth": 19, "twentieth": 20, "thirtieth": 30, "fortieth": 40,
    "fiftieth": 50, "hundredth": 100, "thousandth": 1000, "millionth": 1000000,
    "billionth": 1000000000, "trillionth": 1000000000000,
}  # fmt: skip
PLURALS = {"tens": 10.0} | {f"{word}s": value for word, value in TIMES.items()}
_OTHERS = (
    "single", "dual", "double", "doubled", "doubling", "doubles", "triple", "tripled", "quadruple", "quadrupled",
    "twice", "thrice", "once", "half", "halved", "quarter",
)  # fmt: skip
VAGUE = (
    "several", "many", "few", "a few", "numerous", "countless", "a handful", "a couple", "a slew", "a number of",
    "a series of", "dozens", "scores", "hundreds", "thousands", "tens of thousands", "hundreds of thousands",
    "millions", "billions",
)  # fmt: skip
_WORDS = {*UNITS, *TENS, *ORDINALS, *TIMES, *PLURALS, *_OTHERS, *VAGUE}
_DIGITS = r"[0-9]+(?:[.,][0-9]+)*"
_NUMBER = re.compile(
    rf"{_DIGITS}|(?<![^\W_])(?:{'|'.join(sorted(map(re.escape, _WORDS), key=len, reverse=True))})(?![^\W_])",
    re.IGNORECASE,
)


def numbers(text: str) -> list[Span]:
    """Every run of digits and every number word, in order, as spans of the text."""
    return [Span(m.start(), m.end()) for m in _NUMBER.finditer(text)]
