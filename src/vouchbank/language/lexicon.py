"""Word lists from lexicon.toml: modifiers, determiners, titles, abbreviations and cues.

Example:
    >>> modifier_kind("No less than"), modifier_kind("at least about"), modifier_kind("a whopping")
    (('at_least', False), ('at_least', True), None)
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any


@cache
def data(name: str) -> dict[str, Any]:
    """The values of a data file in this package."""
    return tomllib.loads(Path(__file__).with_name(f"{name}.toml").read_text(encoding="utf-8"))


def plain(words: str) -> str:
    """Words in the form of the lexicon: lower case, straight apostrophes, single spaces."""
    return " ".join(words.replace("’", "'").casefold().split())


@cache
def word_list(section: str, name: str) -> frozenset[str]:
    """One closed list of the lexicon."""
    return frozenset(data("lexicon")[section][name])


@cache
def _modifiers() -> dict[str, str]:
    return {words: kind for kind, listed in data("lexicon")["modifiers"].items() for words in listed}


def modifier_kind(words: str) -> tuple[str, bool] | None:
    """The kind of a modifier, and whether it also means "about"; None if it is not in the lexicon."""
    text, known = plain(words), _modifiers()
    if text in known:
        return known[text], known[text] == "about"
    tokens = text.split()
    for cut in range(1, len(tokens)):
        pair = known.get(" ".join(tokens[:cut])), known.get(" ".join(tokens[cut:]))
        if None not in pair and "about" in pair:
            return next((kind for kind in pair if kind and kind != "about"), "about"), True
    return None


def abbreviated(words: str) -> bool:
    """Whether the full stop at the end belongs to an abbreviation: "U.S.", "Inc.", "Gerald R."."""
    last = plain(words).split()[-1].strip("()[]“”\"'").removesuffix(".")
    return "." in last or len(last) == 1 or last in word_list("names", "abbreviations")
