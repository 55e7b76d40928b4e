"""Find the digits and number words of a text, each of which must be annotated as a quantity or a non-quantity.

The words are English cardinals, ordinals, fractions, multipliers, and the closed list of vague amounts in the
guidelines. A run of digits is one number, including an attached minus sign, fraction or letters of a magnitude; "F-35"
contains 35, "Buk-M2E" contains 2. "Both" followed by "and" in the same clause is a conjunction and "how many" a
question, so they are skipped.

Example:
    >>> text = "At least 4,500 Marines, a slew of F-35s and two-track talks"
    >>> [span.of(text) for span in numbers(text)]
    ['4,500', 'a slew', '35', 'two']
    >>> text = "Two-thirds of both boats, half a dozen at £2bn each, a threefold, six-figure sum"
    >>> [span.of(text) for span in numbers(text)]
    ['Two-thirds', 'both', 'half a dozen', '2bn', 'threefold', 'six-figure']
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from vouchbank.spans import Span

_UNITS = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
_UNITS += " seventeen eighteen nineteen"
UNITS = {word: float(value) for value, word in enumerate(_UNITS.split())} | {"nought": 0.0, "naught": 0.0}
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
TENS = {word: 10.0 * value for value, word in enumerate(_TENS.split(), 2)}
TIMES = {
    "hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "dozen": 12.0, "score": 20.0,
}  # fmt: skip
# magnitudes that multiply a group of up to three digits or a decimal; "hundred" is part of the group
MAGNITUDES = {word: value for word, value in TIMES.items() if word != "hundred"} | {
    "k": 1e3, "m": 1e6, "mn": 1e6, "mln": 1e6, "b": 1e9, "bn": 1e9, "bln": 1e9, "tn": 1e12, "tln": 1e12, "trn": 1e12,
    "lakh": 1e5, "crore": 1e7, "dozens": 12.0,
}  # fmt: skip
SCALES = MAGNITUDES | {"hundred": TIMES["hundred"]}
ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9,
    "tenth": 10, "eleventh": 11, "twelfth": 12, "thirteenth": 13, "fourteenth": 14, "fifteenth": 15, "sixteenth": 16,
    "seventeenth": 17, "eighteenth": 18, "nineteenth": 19, "twentieth": 20, "thirtieth": 30, "fortieth": 40,
    "fiftieth": 50, "hundredth": 100, "thousandth": 1000, "millionth": 1000000,
    "billionth": 1000000000, "trillionth": 1000000000000,
}  # fmt: skip
PLURALS = {"tens": 10.0} | {f"{word}s": value for word, value in TIMES.items()}
_OTHERS = (
    "single", "dual", "twice", "thrice", "once", "half", "halve", "halves", "halved", "halving", "quarter", "a pair",
    *(stem + end for stem in ("doubl", "tripl", "trebl", "quadrupl", "quintupl") for end in ("e", "ed", "es", "ing")),
)  # fmt: skip
VAGUE = (
    "several", "many", "few", "a few", "numerous", "countless", "a handful", "a couple", "a slew", "a number of",
    "a series of", "dozens", "scores", "hundreds", "thousands", "tens of thousands", "hundreds of thousands",
    "millions", "billions",
)  # fmt: skip
_WORDS = {*UNITS, *TENS, *ORDINALS, *TIMES, *PLURALS, *_OTHERS, *VAGUE} - {"many"}
_ONES = "|".join(w for w in (*UNITS, *TENS) if w != "zero")
_SIGNED = r"(?:(?<![\w.])−|(?<![^\s(])-|(?<![^\W_])minus )?"
# words that form one number although their parts are numbers too
_WHOLES = (
    rf"(?:{_ONES}|hundred|thousand|million)[ -]?fold",
    rf"(?:(?:{_ONES}|[1-9])-(?:digit|figure)s?|(?:single|double|triple)[ -](?:digit|figure)s?)",
    rf"(?:{_ONES})-(?:half|quarter|{'|'.join(w for w in ORDINALS if w not in ('first', 'second'))})",
    rf"(?:{_ONES})[ -](?:{'|'.join(f'{w}s' for w in ORDINALS if w not in ('first', 'second'))})",
    rf"(?:{_ONES})-quarters",
    rf"(?:{'|'.join(TENS)})-(?:{'|'.join(_UNITS.split()[1:10])})",
    rf"minus (?:{_ONES})",
    rf"half an? (?:{'|'.join(TIMES)})",
    r"(?<!how )many",
    r"both(?![^,.;:!?\n]{0,80}\band\b)",
)  # fmt: skip
_DIGITS = r"[0-9]+(?:[.,][0-9]+)*"
_FRACTION = "¼½¾⅐⅑⅒⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞"


def _any_of(words: Iterable[str]) -> str:
    """A pattern of words, longest first and grouped by first letter, so that few are tried at each position."""
    of: dict[str, list[str]] = {}
    for word in sorted(words, key=lambda word: (-len(word), word)):
        of.setdefault(word[0], []).append(re.escape(word[1:]))
    return "|".join(f"{first}(?:{'|'.join(rest)})" for first, rest in sorted(of.items()))


_NUMBER = re.compile(
    rf"(?=[-−m0-9{_FRACTION}])(?:{_SIGNED}(?:[0-9]+ ?)?[{_FRACTION}]"
    rf"|(?<=[$£€¥₹]){_DIGITS}(?:mn?|mln|bn?|bln|tn|tln|trn|k)(?![^\W_])"
    rf"|{_SIGNED}{_DIGITS}(?:(?:mn|mln|bn|bln|tn|tln|trn|x)(?![^\W_]))?)"
    rf"|(?<![^\W_])(?=[a-z0-9])(?:{'|'.join(_WHOLES)}|{_any_of(_WORDS)})(?![^\W_])",
    re.IGNORECASE,
)


def numbers(text: str) -> list[Span]:
    """All runs of digits and all number words, in order, as spans of the text."""
    return list(_numbers(text))


@lru_cache(maxsize=64)
def _numbers(text: str) -> tuple[Span, ...]:
    """The same; cached, because several rules ask for the numbers of an article."""
    return tuple(Span(m.start(), m.end()) for m in _NUMBER.finditer(text))
