r"""Clean the characters of a line: `clean` returns the clean line and its offset map.

A raw line can contain no-break spaces, soft hyphens, bidirectional marks, a letter and its accent as two characters, or
control characters from a broken feed.

>>> line, offsets = clean("\xa0The\u200b  cafe\u0301 ")
>>> line, offsets.to_raw(4, 8)
('The café', Projection(start=7, end=12, exact=True))

The steps, in this order: text in the wrong encoding is corrected (`mojibake`), characters are composed (NFC), invisible
characters are removed, white space becomes single spaces and is stripped, and repairs are applied. They are repeated
until nothing changes, because a removal can bring characters together.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby

from vouchbank.text import mojibake
from vouchbank.text.offsets import MapBuilder, OffsetMap

Edit = tuple[int, int, str]  # start, end, replacement
Repair = tuple[re.Pattern[str], str]  # a pattern, and the character that replaces each match

_OTHER_BREAK = re.compile("\r\n|[\n\r\v\f\u2028\u2029]")
LINE_BREAK = re.compile(f"{_OTHER_BREAK.pattern}|\x85")
_WINDOWS = frozenset(map(chr, range(0x80, 0xA0))) - {"\x85"}

# Tab and the separators of Unicode (categories Zs, Zl, Zp; the last two separate lines, so they occur only in broken
# text). A test compares this with unicodedata.
SPACES = re.compile("[\t \xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")

# Controls (Cc), and format characters (Cf) that only affect layout: soft hyphen, zero-width spaces and joiners,
# bidirectional marks. Lone surrogates are not characters, and UTF-8 cannot encode them.
_CONTROLS = "\x00-\x08\x0b-\x0c\x0e-\x1f\x7f-\x9f"
_LAYOUT = "\xad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff"
_SUSPECT = re.compile(f"[{_CONTROLS}{_LAYOUT}\ud800-\udfff]")

# Scripts whose letters join or stack, so that a (non-)joiner changes how a word reads: Hebrew to Mongolian
# and their neighbours, Syloti Nagri to Meetei, the scripts of the second plane, Adlam.
_JOINING = ((0x0590, 0x1C7F), (0xA800, 0xAB2F), (0x10A00, 0x11FFF), (0x1E900, 0x1E95F))

# Vowels that compose with the letter before them although they are letters: Hangul jamo, Kirat Rai.
_COMPOSING_LETTERS = ((0x1160, 0x11FF), (0xD7B0, 0xD7FF), (0x16D63, 0x16D6A))

_COMPOSED_BELOW = "\u0300"  # every character below this one is its own canonical composition
_LONG_CLUSTER = re.compile("[^\x00-\u02ff]{65}")  # negated, because a range up to the last character compiles slowly


def lines(raw: str) -> Iterator[tuple[int, int]]:
    r"""Yield start and end of every line, whatever separates them.

    U+0085 is a line ending unless it belongs to text in the wrong encoding: to a letter, or to control characters that
    are printable in Windows-1252.

    >>> list(lines("a\r\nb\u2028c"))
    [(0, 1), (3, 4), (5, 6)]
    >>> list(lines("\xc3\x85land"))
    [(0, 6)]
    """
    inside = frozenset(_broken_next_lines(raw))
    start = 0
    for found in LINE_BREAK.finditer(raw):
        if found.start() not in inside:
            yield start, found.start()
            start = found.end()
    yield start, len(raw)


def _broken_next_lines(raw: str) -> Iterator[int]:
    """The offsets of U+0085 that are not line endings."""
    if "\x85" not in raw:
        return
    start = 0
    for end in (*(found.start() for found in _OTHER_BREAK.finditer(raw)), len(raw)):
        line = raw[start:end]
        runs = mojibake.fix_encoding(line)[1].runs if "\x85" in line else ()
        letters = [run for run in runs if run.raw_end - run.raw_start > 1]
        windows = any(line[run.raw_start] in _WINDOWS for run in set(runs) - set(letters))
        for run in runs if windows else letters:
            yield from (start + place for place in range(run.raw_start, run.raw_end) if line[place] == "\x85")
        start = end


def clean(line: str, repairs: Sequence[Repair] = ()) -> tuple[str, OffsetMap]:
    """Return the clean line, and the map from the raw line to it.

    >>> clean("as it is")[1].runs
    ()
    """
    offsets = OffsetMap.identity(len(line))
    if _is_plain(line) and not any(pattern.search(line) for pattern, _ in repairs):
        return line, offsets
    # This ends: after the first round the text is composed, so every further change removes a character, corrects a
    # wrong encoding, or repairs a character that then no longer matches (rules.py checks that).
    while True:
        before = line
        line, fixed = mojibake.fix_encoding(line)
        offsets = offsets.compose(fixed) if fixed.runs else offsets
        for step in (_composition, _invisible, _white_space):
            line, offsets = _apply(line, offsets, step(line))
        line, offsets = _apply(line, offsets, _repair(line, repairs))
        if line == before:
            return line, offsets


@lru_cache(maxsize=4096)
def joins(character: str) -> bool:
    """Whether a character combines with the one before it (an accent, a vowel sign, a jamo).

    >>> joins("\u0301"), joins("e")
    (True, False)
    """
    if character < _COMPOSED_BELOW:
        return False
    return (
        unicodedata.combining(character) != 0
        or unicodedata.category(character)[0] == "M"
        or _within(character, _COMPOSING_LETTERS)
    )


def _within(character: str, ranges: Iterable[tuple[int, int]]) -> bool:
    return any(low <= ord(character) <= high for low, high in ranges)


def _is_plain(line: str) -> bool:
    edges = line[:1] != " " and line[-1:] != " "
    return edges and line.isascii() and line.isprintable() and "  " not in line


def _apply(text: str, offsets: OffsetMap, edits: Sequence[Edit]) -> tuple[str, OffsetMap]:
    """Apply the edits of one step to the text and the map."""
    if not edits:
        return text, offsets
    parts: list[str] = []
    builder = MapBuilder()
    done = 0
    for start, end, new in edits:
        parts += (text[done:start], new)
        builder.keep(start - done)
        builder.replace(end - start, len(new))
        done = end
    builder.keep(len(text) - done)
    return "".join(parts) + text[done:], offsets.compose(builder.build())


def _invisible(text: str) -> list[Edit]:
    """Edits that remove invisible characters; meaningful joiners are kept, and lone surrogates become U+FFFD."""
    edits = []
    before = ""  # the last character that is kept
    done = 0
    for found in _SUSPECT.finditer(text):
        place, character = found.start(), found[0]
        before = text[place - 1] if place > done else before
        done = place + 1
        if "\ud800" <= character <= "\udfff":
            edits.append((place, place + 1, "\ufffd"))
            before = "\ufffd"
        elif character in "\u200c\u200d" and _carries_meaning(before, text[place + 1 : place + 2]):
            before = character
        else:
            edits.append((place, place + 1, ""))
    return edits


def _carries_meaning(before: str, after: str) -> bool:
    """Whether to keep a (non-)joiner: after a letter or mark of a joining script, and between two symbols (emoji)."""
    if before and _within(before, _JOINING):
        return unicodedata.category(before)[0] in "LM"
    return _is_symbol(before, "\ufe0f") and _is_symbol(after)


def _is_symbol(character: str, also: str = "") -> bool:
    return character > "\u2190" and (character in also or unicodedata.category(character)[0] == "S")


def _white_space(text: str) -> list[Edit]:
    edits = []
    for found in SPACES.finditer(text):
        start, end = found.span()
        edge = start == 0 or end == len(text)
        if not edge and text[start] != " ":  # one to one, so that a span beside it stays exact
            edits.append((start, start + 1, " "))
        if edge or end > start + 1:
            edits.append((start if edge else start + 1, end, ""))
    return edits


def _repair(text: str, repairs: Sequence[Repair]) -> list[Edit]:
    found = {match.span(): new for pattern, new in repairs for match in pattern.finditer(text)}
    return [(start, end, found[start, end]) for start, end in sorted(found)]


def _composition(text: str) -> list[Edit]:
    # The whole line at once is the fast check, but a line with an endless pile of marks would be sorted in
    # quadratic time there; such lines go unit by unit.
    if not _LONG_CLUSTER.search(text) and unicodedata.is_normalized("NFC", text):
        return []
    edits = []
    for start, end in _units(text):
        if end - start > 1 or text[start] >= _COMPOSED_BELOW:
            unit = text[start:end]
            composed = unicodedata.normalize("NFC", _in_order(unit) if len(unit) > 64 else unit)
            if composed != unit:
                edits.append((start, end, composed))
    return edits


def _units(text: str) -> Iterator[tuple[int, int]]:
    """Yield the start and end of every character including the marks that follow it."""
    start = 0
    for place, character in enumerate(text):
        if place and not joins(character):
            yield start, place
            start = place
    if text:
        yield start, len(text)


def _in_order(unit: str) -> str:
    """Sort the marks of a long unit canonically; unicodedata would need quadratic time."""
    decomposed = "".join(unicodedata.normalize("NFD", one) for one in unit)
    runs = groupby(decomposed, key=lambda one: unicodedata.combining(one) != 0)
    return "".join("".join(sorted(run, key=unicodedata.combining) if combining else run) for combining, run in runs)
