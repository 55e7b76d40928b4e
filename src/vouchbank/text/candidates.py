"""Find the rules whose patterns match a line, without trying all of them.

A rule is tried only on lines with the length, the beginning and a literal that its pattern needs (`prefilter` derives
them). The result is the same as that of trying every rule, in the same order.

>>> share = Trial("share", 1, re.compile("(?i)share(?: this)?"), begins=False)
>>> dateline = Trial("dateline", 2, re.compile("[A-Z]+ [(]AP[)]"), begins=True)
>>> found = Candidates([share, dateline], longest=400)
>>> found.of("Share this", 1 | 2), found.of("PARIS (AP) It rained.", 2), found.of("PARIS (AP) It rained.", 1)
(('share',), ('dateline',), ())
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

from vouchbank.text.prefilter import ANY, HEAD, OTHER, Way, folds_plainly, ways

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Trial(Generic[T]):
    """An item to find, its zone (one bit), its pattern, and whether that matches only the beginning of a line."""

    what: T
    zone: int
    pattern: re.Pattern[str]
    begins: bool


class _Entry(NamedTuple, Generic[T]):
    """A trial, and what a line needs for it (see `prefilter.Way`)."""

    place: int
    zone: int
    least: int
    most: int
    exact: tuple[str, ...] | None
    folded: tuple[str, ...]
    barred: str
    reads: Callable[[str], object]
    what: T


# entries to try on any line, all entries, and the strings that a line must contain for the other entries: one of the
# first, or in lower case one of the second
_Plan = tuple[tuple[_Entry[T], ...], tuple[_Entry[T], ...], tuple[str, ...], tuple[str, ...]]


class Candidates(Generic[T]):
    """Trials in order of precedence, with tables that select those to try on a line."""

    def __init__(self, trials: Sequence[Trial[T]], longest: int) -> None:
        self._longest = longest
        known = [
            (_entry(place, trial, way), way.heads)
            for place, trial in enumerate(trials)
            for way in ([_BEGINS] if trial.begins else ways(trial.pattern))
        ]
        self._every = _merged(entry._replace(exact=None) for entry, _ in known)
        self._beginnings = tuple(entry for entry in self._every if trials[entry.place].begins)
        # by the beginning of a line: three characters, two, one letter or none (""); longer ones include the shorter
        self._tables: tuple[dict[str, tuple[_Entry[T], ...]], ...] = ({}, {}, {}, {})
        heads = {_known(head) for _, some in known for head in some} | {"", *"abcdefghijklmnopqrstuvwxyz"}
        by_head: dict[str, list[_Entry[T]]] = {}
        for entry, some in known:
            for head in some:
                by_head.setdefault(head, []).append(entry)
        for head in heads:
            if not head or "a" <= head[0] <= "z":
                marked = (head[:size] + (ANY if size < HEAD else "") for size in range(len(head) + 1))
                self._tables[len(head)][head] = _merged(entry for one in marked for entry in by_head.get(one, ()))
        others = [head for head in by_head if head in (ANY, OTHER) or not "a" <= head[0] <= "z"]
        self._tables[0][""] = _merged(entry for head in others for entry in by_head[head])
        self._known: dict[tuple[str, int, int], _Plan[T]] = {}
        self._plans: dict[tuple[str, int, int], _Plan[T]] = {}

    def of(self, line: str, zone: int) -> tuple[T, ...]:
        """The items that match the line and can be in one of the zones."""
        size = len(line)
        if size > self._longest:
            line = line[: self._longest]
            entries = self._beginnings
        elif size < HEAD or not folds_plainly(line):
            entries = self._every
        else:
            key = line[:HEAD], zone, size >> _SIZES
            always, every, exact, folded = self._known.get(key) or self._plan(key)
            entries = every if len(always) < len(every) and _holds(line, exact, folded) else always
        if not entries:
            return ()
        last = line[-1:]
        return tuple(
            [
                what
                for _, where, least, most, exact, folded, barred, reads, what in entries
                if where & zone and least <= size <= most and not (barred and last in barred)
                if exact is None or _holds(line, exact, folded)
                if reads(line)
            ]
        )

    def _plan(self, key: tuple[str, int, int]) -> _Plan[T]:
        """The entries to try on lines with this beginning, zone and approximate size."""
        head, zone, size = key
        head = head.lower()
        if head not in self._tables[3]:
            head = head[:2] if head[:2] in self._tables[2] else head[:1]
            head = head if head in self._tables[len(head)] else ""
        plan = self._plans.get((head, zone, size))
        if plan is None:
            low, high = size << _SIZES, (size + 1) << _SIZES
            entries = [one for one in self._tables[len(head)][head] if one.zone & zone]
            plan = self._plans[head, zone, size] = _planned(
                [one for one in entries if one.least < high and one.most >= low]
            )
        if len(self._known) >= _MOST_KNOWN:
            self._known.clear()
        self._known[key] = plan
        return plan


# lines of the same approximate size differ by less than 2 to the power of this
_SIZES = 5
_MOST_KNOWN = 1 << 14


def _planned(entries: Sequence[_Entry[T]]) -> _Plan[T]:
    always = tuple(one for one in entries if one.exact is None)
    exact = dict.fromkeys(string for one in entries for string in one.exact or ())
    folded = dict.fromkeys(string for one in entries if one.exact is not None for string in one.folded)
    return always, tuple(entries), tuple(exact), tuple(folded)


def _holds(line: str, exact: Iterable[str], folded: Iterable[str]) -> bool:
    """Whether a line contains one of the strings `exact`, or in lower case one of `folded`."""
    for one in exact:
        if one in line:
            return True
    if folded:
        lowered = line.lower()
        for one in folded:
            if one in lowered:
                return True
    return False


# matches the beginning of any line
_BEGINS = Way(0, 1 << 60, frozenset([ANY]), None, ())


def _entry(place: int, trial: Trial[T], way: Way) -> _Entry[T]:
    reads = trial.pattern.match if trial.begins else trial.pattern.fullmatch
    return _Entry(place, trial.zone, way.least, way.most, way.exact, way.folded, way.barred, reads, trial.what)


def _known(head: str) -> str:
    return head.removesuffix(ANY).removesuffix(OTHER)


def _merged(entries: Iterable[_Entry[T]]) -> tuple[_Entry[T], ...]:
    """One entry per trial, in order, with the conditions of all its ways combined."""
    found: dict[int, _Entry[T]] = {}
    for one in entries:
        if (same := found.get(one.place)) is not None:
            least, most = min(same.least, one.least), max(same.most, one.most)
            exact = None if same.exact is None or one.exact is None else tuple(dict.fromkeys(same.exact + one.exact))
            found[one.place] = same._replace(
                least=least,
                most=most,
                exact=exact,
                folded=tuple(dict.fromkeys(same.folded + one.folded)),
                barred="".join(character for character in same.barred if character in one.barred),
            )
        else:
            found[one.place] = one
    return tuple(found[place] for place in sorted(found))
