"""The characters of the files: composed (NFC), visible, and of one alphabet per word."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from vouchbank.checks.rule import Faults, rule
from vouchbank.checks.subjects import JudgedCorpus, JudgedFile
from vouchbank.findings import Fault, Level, Place
from vouchbank.toml.reader import Document

# Control characters (tabs and line ends have their own checks) and invisible layout characters: soft hyphen, zero-width
# space, directional marks and overrides, a byte order mark within the text. Emoji and some scripts need joiners.
_CONTROLS = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
_LAYOUT = "\xad\u061c\u200b\u200e\u200f\u202a-\u202e\u2028\u2029\u2060-\u2064\u2066-\u206f\ufeff"
_HIDDEN = re.compile(f"[{_CONTROLS}{_LAYOUT}]")
NAMING = ("label", "name")
# Alphabets with letters that look like Latin ones. Of Greek only these do: `µg` and `kΩ` are valid.
LOOK_ALIKE = ("CYRILLIC", "ARMENIAN", "CHEROKEE", "FULLWIDTH", "MATHEMATICAL")
GREEK = "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u03bf"
NFC_HELP = "type the character again, or save the file as composed Unicode (NFC)"
HIDDEN_HELP = "delete the character, or type the line again"


@rule(level=Level.FILE)
def not_nfc(file: JudgedFile) -> Faults:
    """A character in an annotation file is not composed (NFC).

    Quotes are compared with the text of the articles, which is composed Unicode (NFC): a letter and its accent are one
    character.
    """
    for place, message in _decomposed(file.document):
        yield file.fault(place, message, NFC_HELP)


@rule(level=Level.FILE)
def hidden_character(file: JudgedFile) -> Faults:
    """An annotation file contains an invisible character.

    Control characters, zero-width spaces and directional marks make a line look different from what it is. The clean
    text has none of them, so no quote needs one.
    """
    for place, message in _hidden(file.document):
        yield file.fault(place, message, HIDDEN_HELP)


@rule(level=Level.FILE)
def damaged_shared_file(corpus: JudgedCorpus) -> Faults:
    """A shared file contains an invisible character, or one that is not composed (NFC).

    The registry, the figures and the claims follow the same rules as the files of an article.
    """
    for file in corpus.source.shared.values():
        yield from (Fault(message, place, NFC_HELP) for place, message in _decomposed(file.document))
        yield from (Fault(message, place, HIDDEN_HELP) for place, message in _hidden(file.document))


@rule(level=Level.RECORD)
def mixed_alphabets(corpus: JudgedCorpus) -> Faults:
    """A word in a label or a name mixes letters of two alphabets.

    With a Cyrillic or Greek letter that looks like a Latin one, it is a different word, which no search finds.
    """
    for file in corpus.source.shared.values():
        for record in file.records:
            for name in NAMING:
                value = record.values.get(name)
                for word, letter in _mixed(value) if isinstance(value, str) else ():
                    character = f"U+{ord(letter):04X} {unicodedata.name(letter).lower()}"
                    yield record.fault(
                        name, f"{word!r} mixes alphabets: {character}", "type the word again in one alphabet"
                    )


def _mixed(text: str) -> Iterator[tuple[str, str]]:
    """The words with Latin letters and look-alikes, each with its first look-alike."""
    for word in re.findall(r"\w+", text):
        kinds = {c: unicodedata.name(c, "").split(" ")[0] for c in word if c.isalpha()}
        odd = [c for c, kind in kinds.items() if kind in LOOK_ALIKE or c in GREEK]
        if odd and "LATIN" in kinds.values():
            yield word, odd[0]


def _at(document: Document, start: int, end: int) -> Place:
    text = document.text
    line, begin = text.count("\n", 0, start) + 1, text.rfind("\n", 0, start) + 1
    return Place(document.file, line, start - begin + 1, line, end - begin + 1)


def _escaped(document: Document) -> Iterator[tuple[Place, str]]:
    """Hidden characters that are written as escapes in a value, so that the file itself does not contain them."""
    for path, place in document.cells.items():
        value = document.value(*path)
        if isinstance(value, str) and (match := _HIDDEN.search(value)):
            yield place, match[0]


def _hidden(document: Document) -> Iterator[tuple[Place, str]]:
    """The place of each hidden character of a readable file, with a message."""
    if document.faults:
        return
    found = [
        (_at(document, match.start(), match.end()), match[0])
        for match in _HIDDEN.finditer(document.text)
        if match[0] != "\ufeff" or match.start()
    ]
    shown = {place.line for place, _ in found}
    if "\\" in document.text:
        found += [(place, c) for place, c in _escaped(document) if place.line not in shown]
    yield from ((place, f"invisible character U+{ord(character):04X}") for place, character in found)


def _decomposed(document: Document) -> Iterator[tuple[Place, str]]:
    """The first decomposed character of each line, with a message."""
    if unicodedata.is_normalized("NFC", document.text):
        return
    start = 0
    for line in document.text.split("\n"):
        if not unicodedata.is_normalized("NFC", line):
            composed = unicodedata.normalize("NFC", line)
            at = next((i for i, (a, b) in enumerate(zip(line, composed, strict=False)) if a != b), len(composed) - 1)
            place = _at(document, start + at, start + at + 2)
            yield place, f"{line[at : at + 2]!a} is a decomposed {composed[at : at + 1]!r}"
        start += len(line) + 1
