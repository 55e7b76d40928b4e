"""The values of number words: `4.5 million` is 4500000, `doubled` is 2, `ten to 12` is a range, `several` has no value.

English only. Words that the grammar does not know have no value; nothing is guessed.

Example:
    >>> readings("4.5 million"), readings("ten to 12"), readings("third")
    (((4500000.0,),), ((10.0, 12.0),), ((3.0,), (0.3333333333333333,)))
    >>> readings("a growing chorus"), is_vague("a slew"), bounds("tens of thousands"), bounds("double-digit")
    ((), True, (10000.0, None), (10.0, 100.0))
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable

from vouchbank.language.number_words import ORDINALS, PLURALS, SCALES, UNITS, VAGUE
from vouchbank.language.numerals import cardinal, numerals
from vouchbank.language.units import is_sign, meanings
from vouchbank.spans import Span

Values = tuple[float, ...]

_FACTORS = {
    "single": 1.0, "once": 1.0, "double": 2.0, "twice": 2.0, "triple": 3.0, "treble": 3.0, "thrice": 3.0,
    "quadruple": 4.0, "quintuple": 5.0, "halve": 0.5, "both": 2.0, "pair": 2.0, "a pair": 2.0, "a pair of": 2.0,
}  # fmt: skip
_RANGE = re.compile(r"\s+(?:to|or|through)\s+|-(?:to|or)-|\s*[–—~]\s*|(?<=[0-9kmnb%])\s*-\s*(?=[^\w\s]{0,3}[0-9])")
_BETWEEN_ENDS = re.compile(r"\s?[-–—]\s?| (?:to|or|in|out of) ")
_OF_TWO = re.compile(r"\b[Bb]etween\s\Z")
_BETWEEN = re.compile(r"\s+and\s+")
_SHARE = re.compile(r"(?:\s+(?:in|out of|of|over)\s+|-in-)(?:every\s+)?")
# "3:1", "1:4", "1:500"; two digits after the colon are minutes
_COLON = re.compile(r"([1-9][0-9]{0,2})\s?:\s?1|1\s?:\s?([2-9]|[1-9][0-9]{2,5})", re.ASCII)
_TIMES = re.compile(r"(.+?)(?:\s*[x×]|\s+times|[\s-]?fold)(?:\s+(?:as|more|over).*)?\Z")
_AS_MANY = re.compile(r"(twice|half) as (?:many|much)\Z")
_PLURAL = re.compile(rf"(?:(tens|dozens|scores|hundreds|thousands) of )?({'|'.join(PLURALS)})\Z")
_PLACES = re.compile(r"(single|double|triple|[a-z]+|[1-9])[ -](?:digit|figure)s?\Z")
_DECADE = re.compile(r"([2-9]0)s\Z")
_NAMED_PLACES = {"single": 1.0, "double": 2.0, "triple": 3.0}
_HALF_VAGUE = re.compile(rf"(?:{'|'.join(sorted(VAGUE, key=len, reverse=True))}|a couple of)\s+(.+)\Z")
MAX_WORDS = 200  # longer text is not a number


def readings(words: str, between: bool = False) -> tuple[Values, ...]:
    """All readings of the words as one number or as the two ends of a range; none if they are not a number.

    Two numbers joined by "and" are a range only after "between"; otherwise they are two numbers and have no reading.
    """
    text = plain(words)
    if not text or len(text) > MAX_WORDS or is_vague(text):
        return ()
    ones = () if between else (*numerals(text), *_factor(text), *_shares(text), *_proportion(text))
    ranges = _ranges(text, _BETWEEN if between else _RANGE)
    return tuple(dict.fromkeys((*((one,) for one in ones), *ranges)))


def multiplied(number: str, joined: str) -> bool:
    """Whether the words after a number multiply it: `4.5` before `million`."""
    one, both = readings(number), readings(joined)
    larger = bool(one and both) and len(one[0]) == len(both[0]) == 1 and both[0][0] > one[0][0]
    return larger or is_vague(joined)


def joined_numbers(text: str, spans: Iterable[Span]) -> list[Span]:
    """The numbers of a text, with those joined that form one number: with a magnitude, as a range, as a share.

    >>> text = "4.5 million people, 12 to 14 of 60 towns, one in five, between 7 million and 9 million of them"
    >>> spans = (Span(m.start(), m.end()) for m in re.finditer(r"[0-9.]+|million|one|five", text))
    >>> [span.of(text) for span in joined_numbers(text, spans)]
    ['4.5 million', '12 to 14', '60', 'one in five', '7 million and 9 million']
    """
    whole = _joined(text, spans, lambda one, gap, both: gap == " " and multiplied(one.of(text), both.of(text)))

    def of_one(_: Span, gap: str, both: Span) -> bool:
        between = gap == " and " and _OF_TWO.search(text, max(0, both.start - 10), both.start) is not None
        return (between or _BETWEEN_ENDS.fullmatch(gap) is not None) and bool(readings(both.of(text), between))

    return _joined(text, whole, of_one)


def _joined(text: str, spans: Iterable[Span], belong: Callable[[Span, str, Span], bool]) -> list[Span]:
    """Join adjacent spans that `belong` together, given the first span, the words between them, and the joined span."""
    found: list[Span] = []
    for span in spans:
        both = Span(found[-1].start, span.end) if found else span
        if found and belong(found[-1], text[found[-1].end : span.start], both):
            found[-1] = both
        else:
            found.append(span)
    return found


def is_vague(words: str) -> bool:
    """Whether the words are vague: from the closed list, alone or with a magnitude, or a bare plural magnitude."""
    text = plain(words)
    return text in VAGUE or _vague_magnitude(text) is not None


def is_factor(words: str) -> bool:
    """Whether the words can only be a factor: "doubled", "twice as many"; not "single" or "twice", which can count."""
    text = plain(words)
    alone = " " not in text and text not in ("both", "pair", "twice", "thrice")
    compared = bool(re.search(r" as (?:many|much)\Z|fold\Z| times (?:as|more|over)\b", text))
    return (alone or compared) and any(value > 1 or text.startswith("halv") for value in _factor(text))


def may_count_times(words: str) -> bool:
    """Whether the words can be a factor or a count of events: "twice" as large, or he came "four times"."""
    return bool(re.fullmatch(r"once|twice|thrice|.+ times", plain(words)))


def is_share(words: str) -> bool:
    """Whether the words can only be a share or a proportion: "half", "one in five", "3:1"; not digits, not "third"."""
    if _COLON.fullmatch(plain(words)):
        return True
    found = [value for one in readings(words) for value in one]
    return bool(found) and all(0 < value < 1 for value in found) and not re.fullmatch(r"[0-9.,]+", plain(words))


def is_rank(words: str) -> bool:
    """Whether the words can only be a rank: "first", "21st"; not "third", which can be a share."""
    last = re.split(r"[\s-]", plain(words))[-1]
    ranked = last in ORDINALS or re.fullmatch(r"[0-9,]*[0-9](?:st|nd|rd|th)", last)
    return bool(ranked) and len(readings(words)) == 1 and not is_share(words)


def bounds(words: str) -> tuple[float, float | None] | None:
    """The interval `[low, high)` that the words mean; None if they are a number or have no bounds.

    "Millions" begins at a million and "several hundred" at a hundred. "Double-digit" has both bounds, and so does
    "60s", for an age or degrees.
    """
    text = plain(words)
    decade = _DECADE.match(text)
    if decade:
        return float(decade[1]), float(decade[1]) + 10
    places = _PLACES.match(text)
    if places:
        count = _NAMED_PLACES.get(places[1]) or UNITS.get(places[1]) or (cardinal(places[1]) or 0.0)
        return (10.0 ** (count - 1) if count > 1 else 0.0, 10.0**count) if 1 <= count <= 12 else None
    floor = _vague_magnitude(text)
    return None if floor is None else (floor, None)


def plain(words: str) -> str:
    """The words in lower case, with single spaces and plain signs, without surrounding quotation marks."""
    text = words.replace("‑", "-").replace("‐", "-").replace("−", "-")
    return " ".join(text.strip("“”\"'‘’ ").casefold().split())


def _vague_magnitude(text: str) -> float | None:
    """The magnitude of a vague amount, such as "tens of thousands" or "several hundred thousand"; None without one."""
    match = _PLURAL.match(text)
    if match:
        return math.prod(PLURALS[word] for word in match.groups() if word)
    half = _HALF_VAGUE.match(text)
    if not half:
        return None
    known = PLURALS | SCALES
    return math.prod(known[word] for word in half[1].split()) if all(w in known for w in half[1].split()) else None


def _factor(text: str) -> list[float]:
    """The values of a factor: "doubled", "threefold", "4x", "four times as many", "twice as much"."""
    as_many = _AS_MANY.match(text)
    if as_many:
        return [2.0 if as_many[1] == "twice" else 0.5]
    times = _TIMES.match(text)
    value = cardinal(times[1].replace("-", " ")) if times else None
    stems = (text, text.removesuffix("d"), text.removesuffix("s"), text.removesuffix("ing") + "e")
    return [value] if value is not None else [_FACTORS[stem] for stem in stems if stem in _FACTORS][:1]


def _shares(text: str) -> list[float]:
    """The values of a share: "one in five", "nine out of every ten", "one over three"."""
    pairs = ((numerals(left), cardinal(right)) for left, right in _cuts(text, _SHARE))
    return [a / b for (a, *_), b in ((a, b) for a, b in pairs if a and b) if 0 < abs(a) <= b]


def _proportion(text: str) -> list[float]:
    """The value of a ratio with a colon, one side of which is 1; other digits may be a time or a score."""
    match = _COLON.fullmatch(text)
    return [float(match[1]) if match[1] else 1 / float(match[2])] if match else []


def _ranges(text: str, at: re.Pattern[str]) -> list[Values]:
    """The two ends of a range, the lower one first; the magnitude and the unit of one end hold for both."""
    found: list[Values] = []
    for left, right in _cuts(text, at):
        low, high = _without_unit(left), _without_sign(right)
        ends = [_scaled(a, b, low, high) for a in numerals(low)[:1] for b in numerals(high)[:1]]
        found += [(a, b) for a, b in ends if a < b]
    return found


def _cuts(text: str, at: re.Pattern[str]) -> list[tuple[str, str]]:
    return [(text[: m.start()], text[m.end() :]) for m in at.finditer(text) if m.start()]


def _without_unit(end: str) -> str:
    """The first end of a range without its unit, as in "5 per cent to 7"."""
    tokens = re.findall(r"[%°].*|[0-9][0-9.,]*(?=[a-z]{2})|\S+(?<![%°])", end)
    rests = (cut for cut in range(1, len(tokens)) if meanings(" ".join(tokens[cut:])))
    return " ".join(tokens[: next(rests, len(tokens))])


def _without_sign(end: str) -> str:
    """The second end of a range without its currency sign, as in "£3.8 million and £4.2 million"."""
    match = re.match(r"([^0-9\s]+)\s*(?=[0-9])", end)
    return end[match.end() :] if match and is_sign(match[1]) else end


def _scaled(a: float, b: float, left: str, right: str) -> tuple[float, float]:
    """The two ends of a range; the magnitude of the second holds for the first ("2 to 3 million")."""
    last = [word for word in re.findall(r"[a-z]+", right)[-1:] if word in SCALES]
    factor = SCALES[last[0]] if last else 1.0
    own = any(word in SCALES for word in re.findall(r"[a-z]+", left)[-1:])
    return (a * factor, b) if a < b / factor and (not own or left.endswith("hundred")) else (a, b)
