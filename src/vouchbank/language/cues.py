"""Derive the kind of a cue, and the certainty of its attribution, from the words of the cue.

Only if the words leave no choice: "claims of" can be a noun or a verb, so nothing is derived. Then the default of the
field applies, or what the annotator writes.

Example:
    >>> cue_kind("according to"), cue_kind("reportedly"), cue_kind(":"), cue_kind(""), cue_kind("claims of")
    ('preposition', 'adverb', 'punctuation', 'none', None)
    >>> certainty("decline", "declined to comment"), certainty("affirm", "Reportedly"), certainty("affirm", "said")
    ('underspecified', 'underspecified', None)
"""

from __future__ import annotations

import re

from vouchbank.language.lexicon import plain, word_list

CERTAINTY_OF = {"doubt": "possible", "decline": "underspecified"}


def cue_kind(words: str) -> str | None:
    """The kind of a cue; None if a reader must decide."""
    cue = plain(words)
    if not re.search(r"\w", cue):
        return "punctuation" if cue else "none"
    if cue in word_list("cues", "prepositions"):
        return "preposition"
    adverb = cue in word_list("cues", "adverbs") or (" " not in cue and cue.endswith("edly"))
    return "adverb" if adverb else None


def leaves_open(words: str) -> bool:
    """Whether a cue leaves the commitment of its source open: "reportedly", "reports of"."""
    return plain(words) in word_list("cues", "underspecified")


def certainty(polarity: str, cue: str) -> str | None:
    """The certainty that follows from polarity and cue; None if a reader must decide."""
    settled = CERTAINTY_OF.get(polarity)
    return settled or ("underspecified" if polarity == "affirm" and leaves_open(cue) else None)
