"""Intervals in their written form: `[21, inf)` is at least 21, `(8000000, inf)` is more than eight million.

Example:
    >>> parse_interval("[21, inf)")
    Interval(lower=21.0, upper=None, lower_closed=True, upper_closed=False)
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

_NUMBER = r"-?[0-9]{1,18}(?:\.[0-9]{1,9})?"
_INTERVAL = re.compile(rf"([\[(])({_NUMBER}|-inf), ({_NUMBER}|inf)([\])])\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Interval:
    """An interval of numbers; None means unbounded."""

    lower: float | None
    upper: float | None
    lower_closed: bool
    upper_closed: bool

    @property
    def empty(self) -> bool:
        """Whether it contains no number."""
        return self.end <= self.start

    @property
    def start(self) -> tuple[float, bool]:
        """Its start, for comparisons with ends: the number, and whether it is excluded.

        There are numbers between a start and an end if the end is greater: the closed end of `[1, 2]` is `(2, True)`,
        which is greater than the closed start `(2, False)` but not than the open start `(2, True)`.
        """
        return (-math.inf, False) if self.lower is None else (self.lower, not self.lower_closed)

    @property
    def end(self) -> tuple[float, bool]:
        """Its end, for comparisons with starts: the number, and whether it is included."""
        return (math.inf, True) if self.upper is None else (self.upper, self.upper_closed)

    def __str__(self) -> str:
        """The interval for people: `= 21`, `≥ 21`, `> 21`, `≤ 6,000`, `21–38`."""
        lower, upper = _shown(self.lower), _shown(self.upper)
        if self.lower is not None and self.lower == self.upper:
            return f"= {lower}"
        if self.upper is None:
            return f"{'≥' if self.lower_closed else '>'} {lower}" if lower else "any"
        if self.lower is None:
            return f"{'≤' if self.upper_closed else '<'} {upper}"
        return f"{lower} to {upper}"


def parse_interval(written: str) -> Interval | None:
    """The interval of a written form; None if the form is invalid."""
    match = _INTERVAL.match(written)
    if not match:
        return None
    opening, low, high, closing = match.groups()
    return Interval(
        None if low == "-inf" else float(low),
        None if high == "inf" else float(high),
        opening == "[" and low != "-inf",
        closing == "]" and high != "inf",
    )


def _shown(number: float | None) -> str:
    if number is None:
        return ""
    return f"{int(number):,}" if number == int(number) else f"{number:,}"
