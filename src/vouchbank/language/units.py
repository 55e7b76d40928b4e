"""Units: the codes that a word can mean, which codes are valid, and what they measure.

Physical units have UCUM codes, and currencies have ISO 4217 codes; the lists are in units.toml.

Example:
    >>> sorted(meanings("meters")), dimension_of("10.a"), dimension_of("km/h"), dimension_of("meter")
    ([('length', 'm')], 'duration', 'other', None)
    >>> is_currency("USD"), is_currency("$")
    (True, False)
"""

from __future__ import annotations

import re
from functools import cache

from vouchbank.language.lexicon import data, plain

MAX_CODE = 60
_FACTOR = re.compile(r"[1-9][0-9]{0,9}\Z", re.ASCII)
_COMPONENT = re.compile(r"((?:[A-Za-z%']|\[[A-Za-z0-9_'/%]+\])+)([+-]?[1-9])?(?:\{[!-z|~]*\})?\Z", re.ASCII)


@cache
def _words() -> dict[str, frozenset[tuple[str, str]]]:
    known: dict[str, set[tuple[str, str]]] = {}
    for kind, listed in data("units")["words"].items():
        for codes, words in listed.items():
            for word in words:
                known.setdefault(word, set()).update((kind, code) for code in codes.split())
    return {word: frozenset(found) for word, found in known.items()}


def meanings(words: str) -> frozenset[tuple[str, str]]:
    """The dimensions and codes that the words of a unit can mean; none if they are not listed.

    An ISO 4217 code in capitals, such as "USD", is a unit too. Words of one or two letters are case-sensitive: "M" and
    "MM" are millions, "m" and "mm" are lengths.
    """
    code = frozenset({("money", words)}) if is_currency(words) else frozenset()
    return _words().get(words if len(words) < 3 else plain(words), frozenset()) | code


def is_sign(words: str) -> bool:
    """Whether the words are a currency sign that precedes the number: `£`, `US$`."""
    return plain(words)[-1:] not in "abcdefghijklmnopqrstuvwxyz" and any(kind == "money" for kind, _ in meanings(words))


@cache
def _currencies() -> frozenset[str]:
    return frozenset(data("units")["iso4217"]["codes"].split())


def is_currency(code: str) -> bool:
    """Whether a code is an ISO 4217 code of a currency."""
    return code in _currencies()


@cache
def _atoms() -> dict[str, str]:
    ucum = data("units")["ucum"]
    known = {atom: dimension for dimension, atoms in ucum["plain"].items() for atom in atoms}
    for dimension, atoms in ucum["metric"].items():
        for atom in atoms:
            known.setdefault(atom, dimension)
            for prefix in ucum["prefixes"]:
                known.setdefault(prefix + atom, dimension)
    return known


def dimension_of(code: str) -> str | None:
    """The dimension of a UCUM code, `other` for a combination of dimensions; None if the code is invalid.

    A term consists of atoms (with prefix and exponent) and plain numbers, joined by `.` and `/`.
    """
    if len(code) > MAX_CODE:
        return None
    found = []
    for part in re.split(r"[./]", code.removeprefix("/")):
        if _FACTOR.match(part):
            continue
        match = _COMPONENT.match(part)
        dimension = _atoms().get(match[1]) if match else None
        if match is None or dimension is None:
            return None
        found.append("other" if match[2] else dimension)
    if not found:
        return None
    return found[0] if len(found) == 1 and "/" not in code else "other"
