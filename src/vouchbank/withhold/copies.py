"""The reader's own copies of the articles: which is which, which is missing, which differs, and where.

A copy is right if its SHA-256 is the stated one, whatever its name. Of an article without such a copy, the file that
is most like it is compared with it stretch by stretch, and the places that differ are named.

Example:
    >>> wanted = Wanted("000", "0" * 64, "rain.txt", 3, (Stretch(0, 3, stretch_hash("000", 0, "abc")),), ())
    >>> found = sorted_out([wanted], {"x.txt": b"abd"})
    >>> print(found.problems[0])
    000: there is no copy of this article
    >>> print(sorted_out([wanted], {"rain.txt": b"abd"}).problems[0])
    000: rain.txt is another text: nothing of it is as in the article
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vouchbank.report.text import plural, printable
from vouchbank.withhold.secret import Stretch, stretch_hash

_NEAR = 100  # by how many characters a stretch may have moved between two changes
BOM = "\ufeff"
# how copies of the same article come to differ, and the change that would undo it
_KNOWN_CHANGES: Sequence[tuple[str, Callable[[str], str]]] = (
    ("its line ends are CRLF where the article has LF", lambda t: t.replace("\r\n", "\n")),
    ("its line ends are LF where the article has CRLF", lambda t: t.replace("\n", "\r\n")),
    ("it begins with a byte order mark that the article has not", lambda t: t.removeprefix(BOM)),
    ("it lacks the byte order mark with which the article begins", lambda t: BOM + t),
    ("it ends with a line end that the article has not", lambda t: t.removesuffix("\n")),
    ("it lacks the line end with which the article ends", lambda t: f"{t}\n"),
    ("its accents are composed otherwise (the article is in NFC)", lambda t: unicodedata.normalize("NFC", t)),
    ("its accents are composed otherwise (the article is in NFD)", lambda t: unicodedata.normalize("NFD", t)),
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is known of an article that is withheld."""

    article: str
    sha256: str
    seed_file: str
    length: int
    stretches: tuple[Stretch, ...]
    segments: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of the raw article that the copy has otherwise: code points of the article, line of the copy."""

    raw_start: int
    raw_end: int
    line: int


@dataclass(frozen=True, slots=True)
class Problem:
    """Why an article cannot be restored; prints as what the reader is told."""

    article: str
    file: str = ""
    why: str = ""
    places: tuple[str, ...] = ()

    def __str__(self) -> str:
        if not self.file:
            return f"{self.article}: there is no copy of this article"
        return "\n".join((f"{self.article}: {printable(self.file)} {self.why}", *(f"  {p}" for p in self.places)))


@dataclass(frozen=True, slots=True)
class SortedOut:
    """The raw text of each article that has its copy, and the problems of the others."""

    raws: Mapping[str, str]
    problems: list[Problem]


def sorted_out(wanted: Sequence[Wanted], copies: Mapping[str, bytes]) -> SortedOut:
    """Give each article its copy.

    Args:
        wanted: The articles.
        copies: The reader's files by name.
    """
    by_hash = {hashlib.sha256(data).hexdigest(): name for name, data in sorted(copies.items(), reverse=True)}
    raws, lacking = {}, []
    for one in wanted:
        if one.sha256 in by_hash:
            raws[one.article] = copies[by_hash[one.sha256]].decode()
        else:
            lacking.append(one)
    known = {one.sha256 for one in wanted}
    left = {name: data for name, data in sorted(copies.items()) if hashlib.sha256(data).hexdigest() not in known}
    problems = []
    for one in lacking:
        name = _most_like(one, left)
        problems.append(Problem(one.article) if name is None else compared(one, name, left.pop(name)))
    return SortedOut(raws, problems)


def compared(one: Wanted, name: str, data: bytes) -> Problem:
    """How a copy differs from its article."""
    if _utf_16(data):
        return Problem(one.article, name, "is not UTF-8: it is UTF-16; save it as UTF-8")
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        return Problem(
            one.article, name, f"is not UTF-8: byte 0x{data[error.start]:02x} at {error.start} cannot be read"
        )
    if said := _known_change(one, text):
        return Problem(one.article, name, f"differs from the article: {said}")
    found = places(one, text)
    if sum(p.raw_end - p.raw_start for p in found) >= one.length:
        return Problem(one.article, name, "is another text: nothing of it is as in the article")
    longer = len(text) - one.length
    size = f"; it is {plural(abs(longer), 'character')} {'longer' if longer > 0 else 'shorter'}" if longer else ""
    why = f"differs from the article in {plural(len(found), 'place')}{size}:"
    return Problem(one.article, name, why, tuple(_said(p, one.segments) for p in found))


def places(one: Wanted, text: str) -> list[Place]:
    """The places at which a copy differs, those that touch as one; an empty one where only something was put in."""
    shift, found = 0, list[Place]()
    for stretch in one.stretches:
        start, end, _ = stretch
        moved = _shift(one.article, stretch, text, shift, len(text) - one.length, _NEAR)
        line = text.count("\n", 0, max(0, start + shift)) + 1
        explained = bool(found) and found[-1].raw_end == start
        if moved is None and explained:
            found[-1] = Place(found[-1].raw_start, end, found[-1].line)
        elif moved is None:
            found.append(Place(start, end, line))
        elif moved != shift and not explained:
            found.append(Place(start, start, line))
        shift = shift if moved is None else moved
    if one.length + shift < len(text) and not (found and found[-1].raw_end == one.length):
        found.append(Place(one.length, one.length, text.count("\n", 0, one.length + shift) + 1))
    return found


def _known_change(one: Wanted, text: str) -> str:
    hashes = ((said, hashlib.sha256(undone(text).encode("utf-8", "replace"))) for said, undone in _KNOWN_CHANGES)
    return next((said for said, found in hashes if found.hexdigest() == one.sha256), "")


def _shift(article: str, stretch: Stretch, text: str, shift: int, last: int, near: int) -> int | None:
    """By how much a stretch has moved in a copy; None if it is not there."""
    start, end, wanted = stretch
    tried: tuple[int, ...] = (shift, last, *range(shift - near, shift + near))
    for by in tried:
        words = text[start + by : end + by] if start + by >= 0 else ""
        if len(words) == end - start and stretch_hash(article, start, words) == wanted:
            return by
    return None


def _most_like(one: Wanted, copies: Mapping[str, bytes]) -> str | None:
    """The file that shares the most stretches with an article; if none does, the one that is called like it."""
    shares = {}
    for name, data in copies.items():
        text = data.decode(_utf_16(data) or "utf-8", "replace").removeprefix(BOM if _utf_16(data) else "")
        if hashlib.sha256(text.encode("utf-8", "replace")).hexdigest() == one.sha256 or _known_change(one, text):
            return name
        last = len(text) - one.length
        shares[name] = sum(_shift(one.article, s, text, 0, last, 0) is not None for s in one.stretches)
    best = max(shares, key=lambda name: shares[name], default=None)
    if best is not None and shares[best]:
        return best
    names = (f"{one.article}/raw.txt", one.seed_file, f"{one.article}.txt")
    called = [name for name in copies if name in names or name.rsplit("/", 1)[-1] in names[1:]]
    return called[0] if called else None


def _utf_16(data: bytes) -> str:
    """The name of the encoding, if the bytes are UTF-16: every second byte of Western text is zero there."""
    zeros = data[::2].count(0), data[1::2].count(0)
    if max(zeros) <= len(data) / 4:
        return ""
    return "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le"


def _said(place: Place, segments: Sequence[Mapping[str, Any]]) -> str:
    end = max(place.raw_end, place.raw_start + 1)
    inside = [s for s in segments if s["raw_start"] < end and place.raw_start < s["raw_end"]] or segments[-1:]
    numbers = [str(s["index"]) for s in inside]
    which = f"segment{'s' * (len(numbers) > 1)} {' to '.join(dict.fromkeys((*numbers[:1], *numbers[-1:])))}"
    named = ", ".join((which, *(s["paragraph_id"] for s in inside if s["paragraph_id"])))
    if place.raw_start == place.raw_end:
        return f"something is put in at character {place.raw_start} of the article ({named}), line {place.line}"
    stretch = f"characters {place.raw_start} to {place.raw_end} of the article"
    return f"{stretch} ({named}), from line {place.line} of the file"
