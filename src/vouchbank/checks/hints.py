"""What was probably meant: a name that is truly near, else all that there are.

Example:
    >>> closest("ORGA", ["ORG", "GPE"]), closest("city", ["place", "facility"])
    ("did you mean 'ORG'?", 'choose one of: place, facility')
"""

from __future__ import annotations

from collections.abc import Iterable

LISTED = 16
SHOWN = 12
SHORT = 5
TIES = 3
BEGUN = 3


def closest(given: object, known: Iterable[str]) -> str:
    """A hint at the name that was probably meant; if there is none, at those that there are."""
    listed = list(known)
    if meant := near(given, listed):
        return f"did you mean {' or '.join(map(repr, meant))}?"
    if len(listed) > LISTED:
        return f"choose one of: {', '.join(listed[:SHOWN])}, … (all {len(listed)}: corpus/DICTIONARY.md)"
    return f"choose one of: {', '.join(listed)}"


def near(given: object, known: Iterable[str]) -> list[str]:
    """The names that one who wrote `given` can have meant, all as likely; none if that would be a guess.

    Near is: other case or joints, one begun as the other, or one slip of the pen, in a long word two. Another number is
    another name, and so is 'uncertain' for 'certain'.
    """
    if not isinstance(given, str) or len(given) > 60:
        return []
    ranked: dict[int, list[str]] = {}
    for name in known:
        distance = _distance(_folded(given), _folded(name))
        if distance is not None:
            ranked.setdefault(distance, []).append(name)
    best = ranked[min(ranked)] if ranked else []
    return best if len(best) <= TIES else []


def _folded(name: str) -> str:
    return "".join("-" if c in " _-" else c for c in name.strip().casefold())


def _distance(a: str, b: str) -> int | None:
    if [c for c in a if c.isdigit()] != [c for c in b if c.isdigit()]:
        return None
    slips, shorter = _slips(a, b), min(len(a), len(b))
    if slips < shorter and (slips < 2 or (slips == 2 and a[0] == b[0] and max(len(a), len(b)) > SHORT)):
        return slips
    return BEGUN if shorter > 2 and (a.startswith(b) or b.startswith(a)) else None


def _slips(a: str, b: str) -> int:
    """Letters put in, left out, changed or swapped with their neighbour."""
    before: list[int] = []
    last = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        now = [i]
        for j, y in enumerate(b, 1):
            least = min(last[j] + 1, now[j - 1] + 1, last[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                least = min(least, before[j - 2] + 1)
            now.append(least)
        before, last = last, now
    return last[-1]
