"""Derive the interval, dimension and unit code of a quantity, and whether it is approximate or vague, from its words.

Only if the words leave no choice: "third" can be a rank or a share, "$" can be one of many currencies, and "nearly"
says nothing about approximation. Then nothing is derived, and the annotator writes the value.

Example:
    >>> derived(AmountWords("at least", "4.5 million"))
    {'interval': '[4500000, inf)', 'dimension': 'count', 'approximate': False, 'vague': False}
    >>> derived(AmountWords("", "half")), derived(AmountWords("", "50 million", "$"))["dimension"]
    ({'interval': '[0.5, 0.5]', 'dimension': 'ratio', 'approximate': False, 'vague': False}, 'money')
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from vouchbank.language.amounts import Values, bounds, is_factor, is_rank, is_share, is_vague, may_count_times, readings
from vouchbank.language.interval import Interval
from vouchbank.language.lexicon import modifier_kind
from vouchbank.language.units import meanings

DERIVED = ("interval", "dimension", "approximate", "vague", "unit_code")
DIGITS = 9  # after the point of an end of an interval


@dataclass(frozen=True, slots=True)
class AmountWords:
    """The words of a quantity: modifier, number and unit."""

    modifier: str = ""
    number: str = ""
    unit: str = ""

    @property
    def kind(self) -> tuple[str, bool]:
        """The kind of the modifier, and whether it means "about"; empty if it is not in the lexicon."""
        return (modifier_kind(self.modifier) or ("", False)) if self.modifier else ("exact", False)

    @property
    def values(self) -> tuple[Values, ...]:
        """All readings of the number: a range after "between" and "from", otherwise one number or a range."""
        between = self.kind[0] == "between"
        return (readings(self.number, between=True) if between else ()) or readings(self.number)


@lru_cache(maxsize=4096)
def derived(words: AmountWords) -> Mapping[str, Any]:
    """The values that follow from the words, by column; values that a reader must decide are left out."""
    kind, about = words.kind
    found = {
        "interval": _interval(words),
        "dimension": _dimension(words),
        "approximate": None if kind in ("", "open") else about,
        "vague": is_vague(words.number),
        "unit_code": _code(words.unit),
    }
    return {name: value for name, value in found.items() if value is not None}


def claimed(kind: str, value: Values) -> Interval | None:
    """The interval of a number or range with a kind of modifier; None if the two do not fit."""
    low, high = value[0], value[-1]
    forms = {
        "at_least": Interval(low, None, True, False), "more_than": Interval(low, None, False, False),
        "up_to": Interval(None, high, False, True), "less_than": Interval(None, high, False, False),
        "between": Interval(low, high, True, True) if low < high else None,
    }  # fmt: skip
    return forms.get(kind, Interval(low, high, True, True)) if kind else None


def in_writing(interval: Interval) -> str:
    """An interval in its written form, as short as possible."""
    low, high = (None if end is None else _shortest(end) for end in (interval.lower, interval.upper))
    left, right = "[" if interval.lower_closed else "(", "]" if interval.upper_closed else ")"
    return f"{left}{'-inf' if low is None else low}, {'inf' if high is None else high}{right}"


def _shortest(end: float) -> str:
    return f"{Decimal(f'{end:.{DIGITS}f}').normalize() + 0:f}"


def _interval(words: AmountWords) -> str | None:
    kind, said = words.kind[0], bounds(words.number)
    if said:
        return in_writing(Interval(*said, True, False)) if kind in ("exact", "about", "open", "at_least") else None
    values = words.values
    interval = claimed(kind, values[0]) if len(values) == 1 else None
    ends = [end for end in (interval.lower, interval.upper) if end is not None] if interval else []
    return in_writing(interval) if interval and all(round(e, DIGITS) == e and abs(e) < 1e18 for e in ends) else None


def _dimension(words: AmountWords) -> str | None:
    if words.unit:
        dimensions = {dimension for dimension, _ in meanings(words.unit)}
        return dimensions.pop() if len(dimensions) == 1 else None
    if is_vague(words.number):
        return "count"
    if may_count_times(words.number):
        return None
    kinds = {"multiplier": is_factor, "ratio": is_share, "ordinal": is_rank}
    said = next((dimension for dimension, applies in kinds.items() if applies(words.number)), "count")
    return said if len(words.values) == 1 or bounds(words.number) else None


def _code(unit: str) -> str | None:
    codes = {code for _, code in meanings(unit)} if unit else set[str]()
    return codes.pop() if len(codes) == 1 else None
