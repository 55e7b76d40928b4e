"""What was probably meant: the most similar name, or a list of all names; and how names are listed.

Example:
    >>> closest("ORGA", ["ORG", "GPE"]), closest("city", ["place", "facility"])
    ("did you mean 'ORG'?", 'choose one of: place, facility')
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

LISTED = 16
SHOWN = 12
LONGEST = 60
TIES = 3
ALIKE = 0.7
SLIP = 2
_COMMAND = re.compile(r"\bvouchbank (?:format|check(?: --fix)?)(?! --)\b")


def for_annotator(help_: str, name: str) -> str:
    """A help for an independent annotator: its commands get `--by NAME`, so that they use only that annotator's files.

    >>> for_annotator("run: vouchbank check --fix, or fix the key", "kim")
    'run: vouchbank check --fix --by kim, or fix the key'
    """
    return _COMMAND.sub(lambda found: f"{found[0]} --by {name}", help_) if name else help_


def closest(given: object, known: Iterable[str]) -> str:
    """A hint: the name that was probably meant, or if none is similar, the known names."""
    listed = list(known)
    if hint := did_you_mean(given, listed):
        return hint
    if len(listed) > LISTED:
        return f"choose one of: {', '.join(listed[:SHOWN])}, … (all {len(listed)}: corpus/DICTIONARY.md)"
    return f"choose one of: {', '.join(listed)}"


def did_you_mean(given: object, known: Iterable[str]) -> str:
    """A hint: the name that was probably meant; empty if none is similar.

    >>> did_you_mean("span_edges", ["span-edge", "span-twice"]), did_you_mean("100", ["200"])
    ("did you mean 'span-edge'?", '')
    """
    meant = near(given, known)
    return f"did you mean {' or '.join(map(repr, meant))}?" if meant else ""


def near(given: object, known: Iterable[str]) -> list[str]:
    """The names that `given` may stand for, all equally likely; none if that would be a guess.

    Two names are similar if difflib finds them so, or if one begins with the other; case, spaces, `_` and `-` do not
    count. Names with different numbers or a different prefix are not: 'uncertain' does not mean 'certain'.
    """
    if not isinstance(given, str) or not 0 < len(given) <= LONGEST:
        return []
    alike = {name: _alike(_folded(given), _folded(name)) for name in known}
    best = max([ALIKE, *alike.values()])
    found = [name for name, ratio in alike.items() if ratio == best]
    return found if len(found) <= TIES else []


def slip(given: str, known: Iterable[str]) -> bool:
    """Whether a name is probably a misspelling of one of these, not a new name.

    >>> slip("oxmeer", ["oxmere"]), slip("united-nations", ["united-states"])
    (True, False)
    """
    return any(abs(len(given) - len(name)) <= 1 and _apart(given, name) <= SLIP for name in near(given, known))


def _apart(a: str, b: str) -> int:
    """How many letters of the longer one are not in the other, in order."""
    from difflib import SequenceMatcher

    return max(len(a), len(b)) - sum(block.size for block in SequenceMatcher(None, a, b).get_matching_blocks())


def enumerated(words: Sequence[str]) -> str:
    """Words as a list in a sentence.

    >>> enumerated(["a", "b", "c"]), enumerated(["a"]), enumerated([])
    ('a, b and c', 'a', '')
    """
    return " and ".join(part for part in (", ".join(words[:-1]), *words[-1:]) if part)


def capped(words: Sequence[str], most: int) -> str:
    """Words separated by commas; if there are many, the first ones and how many more there are.

    >>> capped(["a", "b", "c"], 3), capped(["a", "b", "c"], 1)
    ('a, b, c', 'a and 2 more')
    """
    return ", ".join(words[:most]) + f" and {len(words) - most:,} more" * (len(words) > most)


def _folded(name: str) -> str:
    return "".join("-" if c in " _-" else c for c in name.strip().casefold())


def _alike(a: str, b: str) -> float:
    short, long = sorted((a, b), key=len)
    prefixed = long.endswith(short) and len(long) > len(short) + 1
    if prefixed or [c for c in a if c.isdigit()] != [c for c in b if c.isdigit()]:
        return 0.0
    from difflib import SequenceMatcher  # imported only if a name is misspelt

    return max(SequenceMatcher(None, a, b).ratio(), ALIKE * (len(short) > 2 and long.startswith(short)))
