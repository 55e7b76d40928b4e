"""Derive from a regular expression which lines it can match, so that few patterns have to be tried on each line.

A line that a pattern matches has a minimum and maximum length, begins with certain characters, and contains one of
certain literals. `ways` derives these from the parse tree, with one `Way` for each alternative at the beginning. A line
that a pattern matches is never excluded.

>>> [(way.least, way.most, sorted(way.heads), way.folded) for way in ways(re.compile("(?i)(?:exit|open) sites?"))]
[(9, 10, ['exi'], ('exit site',)), (9, 10, ['ope'], ('open site',))]
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from re import _parser  # type: ignore[attr-defined]
from typing import Any, NamedTuple

HEAD = 3  # the number of characters of a line's beginning that are compared
ANY, OTHER = "\0any", "\0other"  # at the end of a head: any character may follow; a character other than ASCII letters
# the letters beyond ASCII that match ASCII letters when case is ignored; a test compares this with `re`
_DOTTED, _DOTLESS, _LONG_S, _KELVIN = FOLDING = "\u0130\u0131\u017f\u212a"

_MOST_HEADS, _MOST_WAYS, _MOST_LITERALS = 300, 60, 40
_RARE_ENOUGH = 0.2
_UNBOUNDED = 1 << 30
# roughly the share of lines that contain a character, to estimate how rare a string is
_SHARES = {" ": 1.0, ".": 0.9, ",": 0.7, "-": 0.3, "(": 0.1, "/": 0.02}

_Item = tuple[Any, Any, int]  # operation, argument and flags of an item of a pattern


class Way(NamedTuple):
    """The properties of the lines that a pattern matches through one alternative.

    Attributes:
        least: The minimum length, in code points.
        most: The maximum length.
        heads: The possible beginnings, in lower case: `HEAD` characters, or fewer followed by `ANY` or `OTHER`; shorter
            ones are whole lines.
        exact: The line contains one of these, or in lower case one of `folded`; None for no such condition.
        folded: See `exact`.
        barred: Characters that cannot be the last one.
    """

    least: int
    most: int
    heads: frozenset[str]
    exact: tuple[str, ...] | None
    folded: tuple[str, ...]
    barred: str = ""


def ways(pattern: re.Pattern[str]) -> list[Way]:
    """The ways in which a pattern can match a whole line."""
    tree = _parser.parse(pattern.pattern, pattern.flags)
    return [_way(items, tree.state) for items in _branched(list(_flat(tree, tree.state.flags)), _MOST_WAYS)]


def literals(pattern: re.Pattern[str]) -> tuple[str, ...]:
    """Strings one of which occurs in every text that the pattern matches; empty if none are known."""
    tree = _parser.parse(pattern.pattern, pattern.flags)
    found = _required(list(_flat(tree, tree.state.flags)))
    return () if found is None or any(folded for folded, _ in found) else tuple(sorted(one for _, one in found))


Needs = tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]  # the text contains one of each pair: exact, or lowercase


def needs(pattern: re.Pattern[str]) -> tuple[Needs, ...]:
    r"""What a text must contain for a pattern to match: all of one of these; empty if any alternative needs nothing.

    Lowercase literals apply to texts without the letters in `FOLDING`.

    >>> needs(re.compile("(?i)our (?:team|site)|[$]\\d"))
    ((((), ('$',)),), (((), ('our ',)), ((), ('site', 'team'))))
    """
    tree = _parser.parse(pattern.pattern, pattern.flags)
    found = set[Needs]()
    for items in _branched(list(_flat(tree, tree.state.flags)), _MOST_WAYS):
        known = {shortest for one in _requirements(items) if _cost(shortest := _without_longer(one)) < _RARE_ENOUGH}
        if not known:
            return ()
        found.add(tuple(map(_told_apart, sorted(known, key=lambda one: (_cost(one), sorted(one))))))
    return tuple(sorted(found))


def begins_only(pattern: re.Pattern[str]) -> bool:
    """Whether a pattern can match only at the beginning of a text.

    >>> begins_only(re.compile("^a|b")), begins_only(re.compile("^(?:a|b)"))
    (False, True)
    """
    tree = _parser.parse(pattern.pattern, pattern.flags)
    begins = bool(tree) and tree[0] == (_parser.AT, _parser.AT_BEGINNING)
    return begins and not tree.state.flags & re.MULTILINE


def _told_apart(found: _Required) -> tuple[tuple[str, ...], tuple[str, ...]]:
    exact, folded = (tuple(sorted(one for kind, one in found if kind is wanted)) for wanted in (False, True))
    return exact, folded


def folds_plainly(text: str) -> bool:
    """Whether a text has no letters beyond ASCII that match ASCII letters when case is ignored."""
    return text.isascii() or (
        _DOTTED not in text and _DOTLESS not in text and _LONG_S not in text and _KELVIN not in text
    )


def _way(items: Sequence[_Item], state: Any) -> Way:
    least, most = _parser.SubPattern(state, [(op, argument) for op, argument, _ in items]).getwidth()
    found = _required(items)
    exact, folded = _told_apart(found or frozenset())
    heads = frozenset(_heads(items))
    return Way(int(least), min(int(most), _UNBOUNDED), heads, None if found is None else exact, folded, _barred(items))


def _barred(items: Sequence[_Item]) -> str:
    """Characters that cannot end a match of a sequence of items, if its last item shows that."""
    if not items:
        return ""
    op, argument, flags = items[-1]
    plain = op is _parser.IN and argument[0][0] is _parser.NEGATE and not flags & re.IGNORECASE
    return "".join(chr(code) for kind, code in argument[1:] if kind is _parser.LITERAL) if plain else ""


def _flat(tree: Iterable[tuple[Any, Any]], flags: int) -> Iterator[_Item]:
    """The items of a pattern, including those inside groups."""
    for op, argument in tree:
        if op is _parser.SUBPATTERN:
            _, added, removed, inner = argument
            yield from _flat(inner, (flags | added) & ~removed)
        else:
            yield op, argument, flags


def _branched(items: list[_Item], most: int) -> Iterator[list[_Item]]:
    """The sequences of items that result from the alternatives at the beginning."""
    begin = next((place for place, item in enumerate(items) if item[0] not in _WIDTHLESS), len(items))
    if begin < len(items) and items[begin][0] is _parser.BRANCH and len(items[begin][1][1]) <= most:
        _, (_, branches), flags = items[begin]
        for branch in branches:
            yield from _branched([*_flat(branch, flags), *items[begin + 1 :]], most // len(branches))
    else:
        yield items[begin:]


_WIDTHLESS = (_parser.AT, _parser.ASSERT, _parser.ASSERT_NOT)
_REPEATS = (_parser.MAX_REPEAT, _parser.MIN_REPEAT, _parser.POSSESSIVE_REPEAT)


def _ended(head: str) -> bool:
    return len(head) >= HEAD or head.endswith((ANY, OTHER))


def _heads(items: Iterable[_Item]) -> set[str]:
    """The possible beginnings of a match of a sequence of items; those shorter than `HEAD` without an end are whole."""
    heads = {""}
    for item in items:
        heads = _joined(heads, _head(item))
        if all(map(_ended, heads)):
            break
    return heads


def _joined(heads: set[str], more: set[str]) -> set[str]:
    if len(heads) * len(more) > _MOST_HEADS:
        more = {ANY}
    return {_cut(head + tail) if not _ended(head) else head for head in heads for tail in more}


def _cut(head: str) -> str:
    """A shortened beginning: characters other than letters count only in the first position."""
    known = head.removesuffix(ANY).removesuffix(OTHER)
    if len(known) >= HEAD:
        return known[:HEAD]
    return head if head in (known, OTHER) else known + ANY


def _head(item: _Item) -> set[str]:
    op, argument, flags = item
    if op in _WIDTHLESS:
        return {""}
    if op is _parser.LITERAL:
        return {_character(argument, flags)}
    if op is _parser.IN:
        return _members(argument, flags)
    if op is _parser.BRANCH:
        return set().union(*(_heads(_flat(branch, flags)) for branch in argument[1]))
    if op in _REPEATS:
        return _repeated(argument, flags)
    return {ANY}


def _repeated(argument: tuple[int, int, Any], flags: int) -> set[str]:
    least, most, inner = argument
    once = _heads(_flat(inner, flags))
    if "" in once:
        return {ANY}
    heads, found = {""}, {""} if least == 0 else set[str]()
    for count in range(1, min(int(most), HEAD) + 1):
        heads = _joined(heads, once)
        if count >= least or count == HEAD:
            found |= heads
    return found


def _character(code: int, flags: int) -> str:
    """A literal in lower case; only ASCII letters are folded."""
    character = chr(code)
    if character.isascii():
        return character.lower()
    return ANY if character.lower() != character.upper() else character


def _members(members: Sequence[tuple[Any, Any]], flags: int) -> set[str]:
    found: set[str] = set()
    for op, argument in members:
        if op is _parser.LITERAL:
            found.add(_character(argument, flags))
        elif op is _parser.RANGE and argument[1] < 128:
            found |= {_character(code, flags) for code in range(argument[0], argument[1] + 1)}
        elif (op is _parser.RANGE and argument[0] >= 128) or argument is _parser.CATEGORY_DIGIT:
            found.add(OTHER)
        else:
            return {ANY}
    return found


_Required = frozenset[tuple[bool, str]]  # whether in lower case, and what


def _required(items: Iterable[_Item]) -> _Required | None:
    """The rarest set of strings one of which occurs in every match of a sequence of items."""
    known = [shortest for one in _requirements(items) if len(shortest := _without_longer(one)) <= _MOST_LITERALS]
    best = min(known, key=_cost, default=None)
    return best if best and _cost(best) < _RARE_ENOUGH else None


def _requirements(items: Iterable[_Item]) -> Iterator[_Required]:
    run, folds = "", False
    for op, argument, flags in items:
        ignored = bool(flags & re.IGNORECASE)
        if op is _parser.LITERAL and _tells(argument, ignored) and (not run or folds == ignored):
            run, folds = run + (chr(argument).lower() if ignored else chr(argument)), ignored
            continue
        if run:
            yield frozenset([(folds, run)])
        run = ""
        if op is _parser.LITERAL and _tells(argument, ignored):
            run, folds = chr(argument).lower() if ignored else chr(argument), ignored
        elif op is _parser.BRANCH:
            yield from _of_all([_required(_flat(branch, flags)) for branch in argument[1]])
        elif op in _REPEATS and argument[0]:
            yield from _of_all([_required(_flat(argument[2], flags))])
        elif op is _parser.IN and all(one is _parser.LITERAL and _tells(code, ignored) for one, code in argument):
            yield frozenset((ignored, chr(code).lower() if ignored else chr(code)) for _, code in argument)
    if run:
        yield frozenset([(folds, run)])


def _of_all(found: Sequence[_Required | None]) -> Iterator[_Required]:
    if None not in found:
        yield frozenset[tuple[bool, str]]().union(*(one for one in found if one is not None))


def _tells(code: int, ignored: bool) -> bool:
    """Whether a literal can be searched for in the line or in its lower case."""
    character = chr(code)
    return character.isascii() or not ignored or character.lower() == character.upper()


def _without_longer(found: _Required) -> _Required:
    """The strings that do not contain another one of them."""
    return frozenset(
        one
        for one in found
        if not any(other in one[1] for kind, other in found if (kind, other) != one and kind is one[0])
    )


def _cost(found: _Required) -> float:
    """Roughly what a search for some strings costs: the searches, and trying the pattern if one is found."""
    return sum(0.004 + math.prod(_SHARES.get(character, 0.05) for character in one) for _, one in found)
