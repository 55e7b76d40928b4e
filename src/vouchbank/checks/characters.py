"""Level 1: the characters of the files. Composed, visible, merged; and every span leads to the seed and back."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from vouchbank.checks.files import documents, merge_line
from vouchbank.checks.registry import Ids, Subject, article_check, corpus_check
from vouchbank.corpus import Corpus
from vouchbank.corpus.records import Record
from vouchbank.findings import Finding, Place
from vouchbank.spans import Span
from vouchbank.toml.reader import Document

# Controls (tab and line ends have their own rules), and what steers layout unseen: soft hyphen, zero-width space, marks
# and overrides of direction, a byte order mark within the text. Joiners stay: emoji and some scripts need them.
_CONTROLS = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
_LAYOUT = "\xad\u061c\u200b\u200e\u200f\u202a-\u202e\u2028\u2029\u2060-\u2064\u2066-\u206f\ufeff"
_HIDDEN = re.compile(f"[{_CONTROLS}{_LAYOUT}]")


def _at(document: Document, start: int, end: int) -> Place:
    text = document.text
    line, begin = text.count("\n", 0, start) + 1, text.rfind("\n", 0, start) + 1
    return Place(document.file, line, start - begin + 1, line, end - begin + 1)


def _owner(records: Iterable[Record], place: Place) -> Record | None:
    """The record in whose lines a place is, so that dearer checks leave that record alone."""
    near = [r for r in records if r.document.file == place.file and r.key_place().line <= place.line]
    if not near:
        return None
    record = max(near, key=lambda r: r.key_place().line)
    path = record.path
    ends = [cell.end_line for key, cell in record.document.cells.items() if key[: len(path)] == path]
    return record if place.line <= max(ends, default=0) else None


def _escaped(document: Document) -> Iterator[tuple[Place, str]]:
    """Hidden characters that stand in a value as an escape, so that the file itself does not show them."""
    for path, place in document.cells.items():
        value = document.value(*path)
        if isinstance(value, str) and (match := _HIDDEN.search(value)):
            yield place, match[0]


def _hidden(document: Document) -> Iterator[tuple[Place, str]]:
    shown: set[int] = set()
    for match in _HIDDEN.finditer(document.text):
        place = _at(document, match.start(), match.end())
        if match[0] != "\ufeff" or match.start():
            shown.add(place.line)
            yield place, match[0]
    if "\\" in document.text:
        yield from ((place, c) for place, c in _escaped(document) if place.line not in shown)


def _decomposed(document: Document) -> Iterator[tuple[Place, str, str]]:
    """The first character of each line that is not in its composed form, as it stands and as it should."""
    if unicodedata.is_normalized("NFC", document.text):
        return
    start = 0
    for line in document.text.split("\n"):
        if not unicodedata.is_normalized("NFC", line):
            composed = unicodedata.normalize("NFC", line)
            at = next((i for i, (a, b) in enumerate(zip(line, composed, strict=False)) if a != b), len(composed) - 1)
            yield _at(document, start + at, start + at + 2), line[at : at + 2], composed[at : at + 1]
        start += len(line) + 1


def _finding(slug: str, message: str, place: Place, help_: str, subject: Subject | None) -> Finding:
    if subject is None:
        return Finding(slug, message, place, help_)
    record = _owner(subject.records, place)
    paragraph, annotation = (record.paragraph, record.id) if record else ("", "")
    return Finding(slug, message, place, help_, article=subject.article.id, paragraph=paragraph, annotation=annotation)


NFC_HELP = "save it as composed Unicode (NFC); most editors do so when the character is typed again"
HIDDEN_HELP = "delete it and type the line again; nothing that a reader cannot see belongs there"
MERGE_HELP = "decide between the two versions and remove the lines <<<<<<<, =======, >>>>>>>"


@article_check(1)
def not_nfc(subject: Subject) -> Iterator[Finding]:
    """A character of an annotation file is written in parts.

    The text of the articles is composed Unicode (NFC), and quotes are compared with it: a letter and its accent are one
    character.
    """
    for document in documents(subject):
        for place, given, wanted in _decomposed(document):
            yield _finding("not-nfc", f"{given!a} is {wanted!r} in parts", place, NFC_HELP, subject)


@article_check(1)
def hidden_character(subject: Subject) -> Iterator[Finding]:
    """An annotation file holds a character that cannot be seen.

    Control characters, zero-width spaces and marks that turn the direction of writing make a line read otherwise than
    it is. The clean text has none, so no quote needs one.
    """
    for document in documents(subject):
        if not document.faults:
            for place, character in _hidden(document):
                yield _finding(
                    "hidden-character", f"U+{ord(character):04X} stands here unseen", place, HIDDEN_HELP, subject
                )


@article_check(1)
def merge_marker(subject: Subject) -> Iterator[Finding]:
    """The file holds the marks of a merge that was not finished.

    Git wrote both versions one above the other. Decide between them and remove the marker lines.
    """
    for document in documents(subject):
        if line := merge_line(document):
            place = Place(document.file, line)
            yield _finding("merge-marker", "a merge was not finished here", place, MERGE_HELP, subject)


@corpus_check(1)
def damaged_shared_file(corpus: Corpus, ids: Ids) -> Iterator[Finding]:
    """A file of the whole corpus holds unseen characters, characters in parts, or the marks of a merge.

    What holds for the files of an article holds for the registry, the figures and the claims.
    """
    for file in corpus.shared.values():
        document = file.document
        if line := merge_line(document):
            if not document.faults:  # else unreadable-shared-file has said so
                message = "a merge was not finished here"
                yield _finding("damaged-shared-file", message, Place(document.file, line), MERGE_HELP, None)
            continue
        for place, given, wanted in _decomposed(document):
            yield _finding("damaged-shared-file", f"{given!a} is {wanted!r} in parts", place, NFC_HELP, None)
        for place, character in _hidden(document) if not document.faults else ():
            message = f"U+{ord(character):04X} stands here unseen"
            yield _finding("damaged-shared-file", message, place, HIDDEN_HELP, None)


@article_check(1)
def map_round_trip(subject: Subject) -> Iterator[Finding]:
    """A span does not lead to the seed and back.

    Every paragraph and every span has its place in the raw seed, and that place leads back to the same words. A span
    that cuts what the seed has as one character, or a fault of the normalisation, breaks this.
    """
    article = subject.article
    offsets = article.normalised.map

    def returns(span: Span) -> bool:
        raw = offsets.to_raw(*span)
        back = offsets.to_text(raw.start, raw.end)
        return raw.exact and back.exact and Span(back.start, back.end) == span

    help_ = "take the whole of what the seed has as one; or report a fault of the normalisation"
    for paragraph in article.paragraphs:
        if not returns(paragraph.span):
            message = f"paragraph {paragraph.id} does not lead back from the seed"
            yield Finding("map-round-trip", message, Place(article.seed.file), help_, article=article.id)
    for layer in article.annotations.values():
        for annotation in layer:
            record = annotation.record
            for name, spans in annotation.spans.items():
                hull = record.table.column(name).hull
                for span in () if hull else spans:
                    if not returns(span):
                        message = f"{span.of(article.text)!a} is only a part of what the seed has there"
                        place = record.place("q" if name == "span" else name)
                        yield Finding(
                            "map-round-trip", message, place, help_, article=article.id,
                            paragraph=record.paragraph, annotation=record.id,
                        )  # fmt: skip
