"""Hashes that only those who have the article can check.

A plain hash of "Reuters" is guessed by hashing all names of agencies. So every withheld string gets a keyed hash
(HMAC-SHA-256), and the key is made of the whole article, which is what the reader must have anyway. The published
`seed_sha256` is no help: the key hashes the article *behind* a prefix, and neither hash leads to the other.

The place of the string goes into the hash too. Otherwise equal words of an article would get equal hashes, and counting
them would tell which of them is "the".

Example:
    >>> key = article_key("Rain stops play")
    >>> marker(key, "tokens/0/tokens.0", "Rain") == marker(key, "tokens/0/tokens.1", "Rain")
    False
    >>> MARKER.fullmatch(marker(key, "tokens/0/tokens.0", "Rain")) is None
    False
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

MARKER = re.compile(r"withheld:([0-9a-f]{32})")
# 200 characters of prose are far beyond guessing, even for a model that predicts each at well under one bit
LOCATABLE = 200
_PREFIX = b"vouchbank-withheld\0"


class Stretch(NamedTuple):
    """A stretch of a raw article and its hash, by which a reader's copy is compared piece by piece."""

    raw_start: int
    raw_end: int
    sha256: str


def article_key(raw: str) -> bytes:
    """The key of an article: nobody has it who has not every character of it."""
    return hashlib.sha256(_PREFIX + raw.encode()).digest()


def corpus_key(keys: Iterable[bytes]) -> bytes:
    """The key of a whole corpus, from the keys of its articles in the order of their ids."""
    return hashlib.sha256(_PREFIX + b"".join(keys)).digest()


def keyed(key: bytes, place: str, words: str) -> str:
    """The keyed hash of a string at a place, 64 hex digits."""
    return hmac.new(key, f"{place}\0{words}".encode(), hashlib.sha256).hexdigest()


def marker(key: bytes, place: str, words: str) -> str:
    """What stands for a withheld string: `withheld:` and 128 bits of its keyed hash."""
    return f"withheld:{keyed(key, place, words)[:32]}"


def stretches(article: str, raw: str, edges: Sequence[int]) -> list[Stretch]:
    """Cut an article into stretches at the ends of segments, each too long to be guessed.

    A copy that differs in one character has another key, so keyed hashes cannot say where it differs. These hashes can:
    each needs its own stretch only. Short segments go together with their neighbours until they are long enough.

    Args:
        article: Its id.
        raw: Its raw text.
        edges: Where its segments end.

    Example:
        >>> [(s.raw_start, s.raw_end) for s in stretches("000", "a" * 700, [10, 250, 500, 690, 700])]
        [(0, 250), (250, 500), (500, 700)]
    """
    cuts = [0]
    for edge in edges:
        if edge - cuts[-1] >= LOCATABLE:
            cuts.append(edge)
    if len(cuts) > 1:
        cuts[-1] = len(raw)  # what is left is too short to stand alone
    else:
        cuts.append(len(raw))
    return [Stretch(a, b, stretch_hash(article, a, raw[a:b])) for a, b in pairwise(cuts)]


def stretch_hash(article: str, raw_start: int, words: str) -> str:
    """The hash of a stretch; its place goes in, so that equal stretches do not show."""
    place = f"{article}/{raw_start}\0".encode()
    return hashlib.sha256(_PREFIX + place + words.encode("utf-8", "surrogatepass")).hexdigest()[:32]
