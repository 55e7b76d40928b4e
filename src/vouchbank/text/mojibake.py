r"""Correct text that was decoded with the wrong encoding, with exact offsets.

>>> text, offsets = fix_encoding("It\xe2\x80\x99s")
>>> text, offsets.runs
('It’s', (ChangedRun(raw_start=2, raw_end=5, start=2, end=3),))

ftfy (by Robyn Speer; `ftfy.badness` describes its heuristic) decides what to correct: `fix_encoding` returns the same
text as `ftfy.fix_encoding`. ftfy returns no offsets but explains its steps, and each step has a map. Every corrected
character is one changed run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from vouchbank.text.offsets import MapBuilder, OffsetMap

# ftfy changes no text without one of these, and it is slow to import: a C1 control; two adjacent characters beyond
# ASCII, at least one of which is not ordinary punctuation; œ at the end of a word; Ã or Â before a space. A test
# compares this with ftfy's own heuristic.
_PUNCTUATION = "\xa0\xad·–—―…’‘‚“„”•‹›«»©®™¡¿"
_BEYOND = "\x80-\u045f\u0490\u0491\u2000-\u2660\uf8ff\ufb01\ufb02\ufffd"
_LETTER = f"(?![{_PUNCTUATION}])[{_BEYOND}]"
_SUSPECT = re.compile(f"[\x80-\x9f]|{_LETTER}[{_BEYOND}]|[{_PUNCTUATION}]{_LETTER}|[Œœ](?![A-Za-z])|[ÃÂ] ")

# ftfy repeats until nothing changes, and each pass may correct one more character ("Ãƒƒƒƒ…"). Real text is not decoded
# wrongly so often, so a text that still changes after this many steps is left unchanged.
MOST_STEPS = 12


def fix_encoding(text: str) -> tuple[str, OffsetMap]:
    """Return the text in the right encoding, and the map from the broken text to it.

    >>> fix_encoding("Pe\u00f1a said: “Sí”")[1].runs
    ()
    """
    return _fixed(text, MOST_STEPS) if suspected(text) else (text, OffsetMap.identity(len(text)))


def suspected(text: str) -> bool:
    """Whether ftfy may change a text; false for text that it certainly does not change.

    >>> suspected("“Sí,” said Peña…"), suspected("â€œSÃ­")
    (False, True)
    """
    return not text.isascii() and _SUSPECT.search(text) is not None


def _fixed(text: str, most: int) -> tuple[str, OffsetMap]:
    from ftfy import TextFixerConfig, _fix_encoding_one_step_and_explain

    config = TextFixerConfig()
    fixed, offsets = text, OffsetMap.identity(len(text))
    for _ in range(most + 1):  # the last step finds nothing
        after, plan = _fix_encoding_one_step_and_explain(fixed, config)
        if after == fixed:
            return fixed, offsets
        offsets = offsets.compose(_step(fixed, after, plan or ()))
        fixed = after
    return text, OffsetMap.identity(len(text))


def _step(text: str, fixed: str, plan: Sequence[tuple[str, str]]) -> OffsetMap:
    """The map of one step of ftfy, which replaces single characters, or encodes and decodes the whole text."""
    (_, name), (_, last) = plan[0], plan[-1]
    if name == "decode_inconsistent_utf8":
        return _by_sequences(text)
    if last.startswith("utf-8"):
        return _by_widths(text, fixed, _widths(text.encode(name), fixed))
    return _by_widths(text, fixed, (1 for _ in fixed))  # Latin-1 instead of Windows-1252: one character each


def _by_sequences(text: str) -> OffsetMap:
    """The map of `ftfy.fixes.decode_inconsistent_utf8`, which decodes each sequence that looks like UTF-8."""
    from ftfy.badness import is_bad
    from ftfy.chardata import UTF8_DETECTOR_RE

    builder = MapBuilder()
    done = 0
    for found in UTF8_DETECTOR_RE.finditer(text):
        if len(found[0]) < len(text) and is_bad(found[0]):
            builder.keep(found.start() - done)
            builder.append(_fixed(found[0], 2 * len(found[0]))[1])
            done = found.end()
    builder.keep(len(text) - done)
    return builder.build()


def _by_widths(text: str, fixed: str, widths: Iterator[int]) -> OffsetMap:
    builder = MapBuilder()
    place = 0
    for character, width in zip(fixed, widths, strict=True):
        if text[place : place + width] == character:
            builder.keep(1)
        else:
            builder.replace(width, 1)
        place += width
    return builder.build()


def _widths(data: bytes, decoded: str) -> Iterator[int]:
    """The number of bytes for each decoded character; damaged bytes are matched by ftfy's own patterns."""
    from ftfy.chardata import LOSSY_UTF8_RE
    from ftfy.fixes import A_GRAVE_WORD_RE

    place = 0
    for character in decoded:
        whole = character.encode("utf-8", "surrogatepass")
        width = len(whole)
        if not data.startswith(whole, place):
            if character == "à" and A_GRAVE_WORD_RE.match(data, place):  # "Ã la carte": only the space is left of A0
                width = 1
            elif character == "\ufffd" and (lost := LOSSY_UTF8_RE.match(data, place)):
                width = lost.end() - place
            elif character == "\0":  # C0 80
                width = 2
            elif data[place] == 0xED and width == 4:  # CESU-8: two surrogates
                width = 6
        yield width
        place += width
