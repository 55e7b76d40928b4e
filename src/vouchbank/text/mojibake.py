r"""Text that was read in the wrong encoding is set right, with exact offsets.

>>> text, offsets = mend("It\xe2\x80\x99s")
>>> text, offsets.runs
('It’s', (ChangedRun(raw_start=2, raw_end=5, start=2, end=3),))

What is broken, and what it should be, is decided by ftfy (Robyn Speer; its heuristic is described in `ftfy.badness`):
the text of `mend` is that of `ftfy.fix_encoding`. ftfy gives no offsets, but names its steps, and each step has a map.
Every character that is set right is one changed run, from all the characters that stood for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from vouchbank.text.offsets import MapBuilder, OffsetMap

# ftfy finds nothing in a text without these; it takes a while to import, so that is asked first. A control of C1; two
# neighbours beyond ASCII, at least one of which is no ordinary punctuation; œ at the end of a word; Ã or Â before a
# space. A test compares this with ftfy's own heuristic.
_PUNCTUATION = "\xa0\xad·–—―…’‘‚“„”•‹›«»©®™¡¿"
_BEYOND = "\x80-\u045f\u0490\u0491\u2000-\u2660\uf8ff\ufb01\ufb02\ufffd"
_LETTER = f"(?![{_PUNCTUATION}])[{_BEYOND}]"
_SUSPECT = re.compile(f"[\x80-\x9f]|{_LETTER}[{_BEYOND}]|[{_PUNCTUATION}]{_LETTER}|[Œœ](?![A-Za-z])|[ÃÂ] ")

# ftfy goes over a text until nothing changes, and one character more may come right each time ("Ãƒƒƒƒ…"). No honest
# text was read wrongly so often: what is still not right after this many steps is left as it is.
MOST_STEPS = 12


def mend(text: str) -> tuple[str, OffsetMap]:
    """Return a text as it was before it was read in the wrong encoding, and the map from the broken text to it.

    >>> mend("Pe\u00f1a said: “Sí”")[1].runs
    ()
    """
    return _mend(text, MOST_STEPS) if suspected(text) else (text, OffsetMap.identity(len(text)))


def suspected(text: str) -> bool:
    """Whether ftfy is worth asking: false for text that it would surely leave alone.

    >>> suspected("“Sí,” said Peña…"), suspected("â€œSÃ­")
    (False, True)
    """
    return not text.isascii() and _SUSPECT.search(text) is not None


def _mend(text: str, most: int) -> tuple[str, OffsetMap]:
    from ftfy import TextFixerConfig, _fix_encoding_one_step_and_explain

    config = TextFixerConfig()
    mended, offsets = text, OffsetMap.identity(len(text))
    for _ in range(most + 1):  # the last one finds nothing
        after, plan = _fix_encoding_one_step_and_explain(mended, config)
        if after == mended:
            return mended, offsets
        offsets = offsets.compose(_step(mended, after, plan or ()))
        mended = after
    return text, OffsetMap.identity(len(text))


def _step(text: str, mended: str, plan: Sequence[tuple[str, str]]) -> OffsetMap:
    """The map of one step of ftfy: some characters alone, or all encoded, the bytes perhaps repaired, and decoded."""
    (_, name), (_, last) = plan[0], plan[-1]
    if name == "decode_inconsistent_utf8":
        return _by_sequences(text)
    if last.startswith("utf-8"):
        return _by_widths(text, mended, _widths(text.encode(name), mended))
    return _by_widths(text, mended, (1 for _ in mended))  # Latin-1 that was Windows-1252: one for one


def _by_sequences(text: str) -> OffsetMap:
    """The map of `ftfy.fixes.decode_inconsistent_utf8`: what looks like UTF-8 within other text, each for itself."""
    from ftfy.badness import is_bad
    from ftfy.chardata import UTF8_DETECTOR_RE

    builder = MapBuilder()
    done = 0
    for found in UTF8_DETECTOR_RE.finditer(text):
        if len(found[0]) < len(text) and is_bad(found[0]):
            builder.keep(found.start() - done)
            builder.append(_mend(found[0], 2 * len(found[0]))[1])
            done = found.end()
    builder.keep(len(text) - done)
    return builder.build()


def _by_widths(text: str, mended: str, widths: Iterator[int]) -> OffsetMap:
    builder = MapBuilder()
    place = 0
    for character, width in zip(mended, widths, strict=True):
        if text[place : place + width] == character:
            builder.keep(1)
        else:
            builder.replace(width, 1)
        place += width
    return builder.build()


def _widths(data: bytes, decoded: str) -> Iterator[int]:
    """How many bytes stood for each decoded character; ftfy also decodes what was damaged, by these same patterns."""
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
