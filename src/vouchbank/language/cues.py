"""What follows from the words of a cue: its kind, and how far the source commits itself.

Only where the words leave no choice: "said" is a verb, but so are most words that a list does not have, and "claims of"
may be a noun. There is nothing derived then, and the default of the field holds, or what the annotator writes.

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
    """The kind that a cue can only be; None where a reader decides."""
    cue = plain(words)
    if not re.search(r"\w", cue):
        return "punctuation" if cue else "none"
    if cue in word_list("cues", "prepositions"):
        return "preposition"
    adverb = cue in word_list("cues", "adverbs") or (" " not in cue and cue.endswith("edly"))
    return "adverb" if adverb else None


def leaves_open(words: str) -> bool:
    """Whether a cue leaves open how far its source commits itself: "reportedly", "reports of"."""
    return plain(words) in word_list("cues", "underspecified")


def certainty(polarity: str, cue: str) -> str | None:
    """The certainty that polarity and cue settle; None where a reader decides."""
    settled = CERTAINTY_OF.get(polarity)
    return settled or ("underspecified" if polarity == "affirm" and leaves_open(cue) else None)
