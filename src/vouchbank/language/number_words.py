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
_UNITS += " seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety"
_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth"
_ORDINALS += " fifteenth sixteenth seventeenth eighteenth nineteenth twentieth thirtieth fortieth fiftieth hundredth"
_ORDINALS += " thousandth millionth"
_MAGNITUDES = "hundred thousand million billion trillion dozen score"
_OTHERS = (
    "single dual double doubled doubling doubles triple tripled quadruple quadrupled twice thrice once half halved"
)
_OTHERS += " quarter"
_PLURALS = "hundreds thousands millions billions trillions dozens scores tens"
VAGUE = (
    "several", "many", "few", "a few", "numerous", "countless", "a handful", "a couple", "a slew", "a number of",
    "a series of", "dozens", "scores", "hundreds", "thousands", "tens of thousands", "hundreds of thousands",
    "millions", "billions",
)  # fmt: skip
_WORDS = {w for words in (_UNITS, _ORDINALS, _MAGNITUDES, _OTHERS, _PLURALS) for w in words.split()} | set(VAGUE)
_DIGITS = r"[0-9]+(?:[.,][0-9]+)*"
_NUMBER = re.compile(
    rf"{_DIGITS}|(?<![^\W_])(?:{'|'.join(sorted(map(re.escape, _WORDS), key=len, reverse=True))})(?![^\W_])",
    re.IGNORECASE,
)


def numbers(text: str) -> list[Span]:
    """Every run of digits and every number word, in order, as spans of the text."""
    return [Span(m.start(), m.end()) for m in _NUMBER.finditer(text)]
