"""What number words say: `4.5 million` is 4500000, `doubled` is 2, `ten to 12` are two ends, `several` is none.

English only. Words that this grammar does not know give nothing, never a guess.

Example:
    >>> readings("4.5 million"), readings("ten to 12"), readings("third")
    (((4500000.0,),), ((10.0, 12.0),), ((3.0,), (0.3333333333333333,)))
    >>> readings("a growing chorus"), is_vague("a slew"), vague_floor("tens of thousands")
    ((), True, 10000.0)
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence

from vouchbank.language.number_words import ORDINALS, PLURALS, TENS, TIMES, UNITS, VAGUE

Values = tuple[float, ...]

_SHORT = {"k": 1e3, "m": 1e6, "mn": 1e6, "bn": 1e9, "b": 1e9, "tn": 1e12}
_FACTORS = {
    "single": 1.0, "once": 1.0, "double": 2.0, "twice": 2.0, "triple": 3.0, "treble": 3.0, "thrice": 3.0,
    "quadruple": 4.0, "quintuple": 5.0, "halve": 0.5, "half": 0.5, "quarter": 0.25,
}  # fmt: skip
_PLAIN = re.compile(r"[0-9]{1,18}(?:\.[0-9]{1,9})?\Z", re.ASCII)
_GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3}){1,5}(?:\.[0-9]{1,9})?\Z|[0-9]{1,3}(?:\.[0-9]{3}){2,5}\Z", re.ASCII)
_SUFFIXED = re.compile(rf"(.*[0-9])({'|'.join(_SHORT)})\Z", re.ASCII)
_ORDINAL_DIGITS = re.compile(r"([0-9]{1,9})(?:st|nd|rd|th)\Z", re.ASCII)
_RANGE = re.compile(r"\s+(?:to|and|or)\s+|\s*[–—-]\s*")
_SHARE = re.compile(r"\s+(?:in|out\s+of|of)\s+(?:every\s+)?")
_PLURAL = re.compile(rf"(?:(tens|dozens|scores|hundreds|thousands)\s+of\s+)?({'|'.join(PLURALS)})\Z")
MAX_WORDS = 200  # longer is not a number, whatever it is


def readings(words: str) -> tuple[Values, ...]:
    """Every reading of the words as one number, or as the two ends of a range; none if they are not a number."""
    text = _plain(words)
    if not text or len(text) > MAX_WORDS:
        return ()
    if text.startswith(("-", "−", "minus ")):
        return tuple(tuple(-n for n in one) for one in readings(text.removeprefix("minus ").lstrip("-−")))
    found: list[Values] = [(n,) for n in _numbers(text)]
    if not found:
        ends = [
            _scaled(a, b, left, right)
            for left, right in _cuts(text, _RANGE)
            for a in _numbers(left)
            for b in _numbers(right)
        ]
        found += [(low, high) for low, high in ends if low <= high]
        found += [(a / b,) for left, right in _cuts(text, _SHARE) for a in _numbers(left) for b in _numbers(right) if b]
    return tuple(dict.fromkeys(found))


def is_vague(words: str) -> bool:
    """Whether they are of the closed list of vague words, or a bare plural magnitude."""
    text = _plain(words)
    return text in VAGUE or bool(_PLURAL.match(text))


def is_factor(words: str) -> bool:
    """Whether the words can only be a factor: "doubled", "tenfold"; not "single" or "half", which count things too."""
    text = _plain(words)
    return " " not in text and any(value > 1 or text.startswith("halv") for value in _factor(text))


def is_share(words: str) -> bool:
    """Whether the words can only be a part of a whole: "half", "two thirds", "one in five"; not digits, not "third"."""
    found = [value for one in readings(words) for value in one]
    return bool(found) and all(0 < value < 1 for value in found) and _digits(_plain(words)) is None


def half_vague(words: str) -> bool:
    """Whether a vague word and a magnitude stand together ("several hundred"): the guidelines leave it open."""
    text = _plain(words)
    rests = [text.removeprefix(f"{vague} ") for vague in VAGUE if text.startswith(f"{vague} ")]
    return not is_vague(text) and any(rest and all(map(_magnitude, rest.split())) for rest in rests)


def _magnitude(word: str) -> bool:
    return word in TIMES or bool(_PLURAL.match(word))


def vague_floor(words: str) -> float | None:
    """The lower bound that a bare plural magnitude keeps: of "millions", a million. Of other words, none."""
    match = _PLURAL.match(_plain(words))
    return math.prod(PLURALS[word] for word in match.groups() if word) if match else None


def _plain(words: str) -> str:
    text = "".join(f" {unicodedata.numeric(c)}" if c in "½¼¾⅓⅔⅛" else c for c in words)
    return " ".join(text.replace("‑", "-").strip("“”\"'‘’ ").casefold().split())


def _cuts(text: str, at: re.Pattern[str]) -> list[tuple[str, str]]:
    return [(text[: m.start()], text[m.end() :]) for m in at.finditer(text) if m.start()]


def _scaled(a: float, b: float, left: str, right: str) -> tuple[float, float]:
    """The two ends of a range; the magnitude of the second holds for the first ("2 to 3 million")."""
    last = right.rsplit(maxsplit=1)[-1]
    factor = TIMES.get(last, 1.0)
    return (a * factor, b) if factor > 1 and a < factor and last not in left else (a, b)


def _numbers(text: str) -> list[float]:
    tokens = text.replace("-", " ").split()
    if not tokens:
        return []
    cardinal = _cardinal(tokens)
    factors = _factor(tokens[0]) if len(tokens) == 1 else []
    found = (*([] if cardinal is None else [cardinal]), *_ordinal(tokens), *factors)
    return list(dict.fromkeys(found))


def _factor(word: str) -> list[float]:
    if word.endswith("fold"):
        value = _cardinal([word.removesuffix("fold")])
        return [] if value is None else [value]
    stems = (word, word.removesuffix("d"), word.removesuffix("s"), word.removesuffix("ing") + "e")
    return [_FACTORS[stem] for stem in stems if stem in _FACTORS][:1]


def _ordinal(tokens: Sequence[str]) -> list[float]:
    """An ordinal, or the fraction that the same words can be: "third", "two thirds", "a quarter"."""
    *before, last = tokens
    digits = _ORDINAL_DIGITS.match(last)
    part = float(digits[1]) if digits else float(ORDINALS.get(last.removesuffix("s"), 0))
    part = 4.0 if last in ("quarter", "quarters") else part
    count = _cardinal(before) if before else 1.0
    if not part or count is None:
        return [count / 2] if last in ("half", "halves") and count is not None else []
    if before and part < 10 and count in TENS.values():
        return [count + part]  # "twenty-first"
    plural = last.endswith("s") or "quarter" in last
    return [count / part] if before or plural else [part, 1 / part]


def _digits(token: str) -> float | None:
    suffixed = _SUFFIXED.match(token)
    number, factor = (suffixed[1], _SHORT[suffixed[2]]) if suffixed else (token, 1.0)
    if _PLAIN.match(number):
        return float(number) * factor
    if _GROUPED.match(number):
        continental = number.count(".") > 1
        return float(number.replace("." if continental else ",", "")) * factor
    return None


def _cardinal(tokens: Sequence[str]) -> float | None:
    """The value of a cardinal in words, digits or both: `two hundred and five thousand`, `4.5 million`, `a dozen`."""
    words = _without_halves(tokens)
    if words is None or not words or words[-1] == "and":
        return None
    total = current = 0.0
    seen = False
    for position, word in enumerate(words):
        step = _step(word, position)
        if word == "and" and seen:
            continue
        if step is None:
            return None
        kind, value = step
        if kind == "times":
            current = (current if seen and current else 1.0) * value
            if value >= 1000:
                total, current = total + current, 0.0
        elif seen and value >= 1 and current and current % (100 if value >= 10 else 10):
            return None  # "five ten" is not a number
        else:
            current += value
        seen = True
    return total + current


def _step(word: str, position: int) -> tuple[str, float] | None:
    if word in TIMES:
        return "times", TIMES[word]
    if word in ("a", "an") and position == 0:
        return "plus", 1.0
    value = UNITS.get(word, TENS.get(word, _digits(word)))
    return None if value is None else ("plus", value)


def _without_halves(tokens: Sequence[str]) -> list[str] | None:
    """`half a million` as `0.5 million`, `one and a half million` as `1.5 million`."""
    words = list(tokens)
    if words[:1] == ["half"] and len(words) > 1:
        rest = words[2:] if words[1] in ("a", "an") else words[1:]
        return ["0.5", *rest] if rest and rest[0] in TIMES else None
    if words[1:4] == ["and", "a", "half"] and words[0] in UNITS:
        return [str(UNITS[words[0]] + 0.5), *words[4:]]
    return words
