"""Whether a text is English, by the share of its words that every English text has.

The question is only English or not, so a list of words that no other large language shares decides it, instead of a
library of languages with its models. Words such as in, on, is, was, for, at and have are left out because German, Dutch
and the Nordic languages have them too.

Example:
    >>> not_english("Die Boote warteten am Montag in der Bucht, sagte die Bürgermeisterin. " * 5)
    True
    >>> not_english("The boats waited in the bay on Monday, and the mayor said that more would come. " * 5)
    False
"""

from __future__ import annotations

import re

LEAST_WORDS = 40  # fewer say too little
# above what other languages have (Dutch .04), below what 710 of 711 English web pages have (.09 and more)
LEAST_SHARE = 0.07
_COMMON = frozenset(
    re.findall(
        "[a-z]+",
        "the of and to that with by from were are this which his their been it they he she said but not who would "
        "about after more than its also when other there what you our",
    )
)
_WORD = re.compile(r"[^\W\d_]+")


def english_share(text: str) -> float:
    """The share of the words of a text that every English text has, and its neighbours have not."""
    words = _WORD.findall(text.casefold())
    return sum(word in _COMMON for word in words) / len(words) if words else 0.0


def not_english(text: str) -> bool:
    """Whether a text is long enough to be told, and is not English."""
    return len(_WORD.findall(text)) >= LEAST_WORDS and english_share(text) < LEAST_SHARE
