"""Damage to whole files: bytes, encodings, line ends, merges, canonical form, the seed."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from random import Random

from bench.mutants import Mutant, Sources, bounds, extent, operator, replaced, toml
from vouchbank.toml.reader import Document

ADDED_EACH = 3


def _bytes(name: str, document: Document, data: bytes, line: int, what: str) -> Mutant:
    return Mutant(name, document.file, data, (line, line), what)


def _strings(document: Document) -> list[tuple[int, int]]:
    """Where the strings of a file begin and end."""
    found = [bounds(document.text, p) for path, p in document.cells.items()]
    return [(a, b) for a, b in found if document.text[a] == '"' and b - a > 4]


def _put(name: str, document: Document, rng: Random, data: bytes, what: str) -> Mutant:
    """A mutant with bytes put into one of the strings."""
    start, end = rng.choice(_strings(document))
    at = rng.randrange(start + 1, end - 1)
    before = document.text[:at].encode()
    line = document.text.count("\n", 0, at) + 1
    return _bytes(name, document, before + data + document.text[at:].encode(), line, what)


def _each(sources: Sources) -> Iterator[Document]:
    for document in sources.documents:
        for _ in range(ADDED_EACH):
            yield document


@operator()
def latin_1_byte(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A byte of another encoding stands in the file."""
    for document in _each(sources):
        yield _put("latin-1-byte", document, rng, rng.choice([b"\xe9", b"\x93", b"\xff"]), "a byte that is no UTF-8")


@operator()
def nul_byte(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A NUL stands in the file."""
    for document in _each(sources):
        yield _put("nul-byte", document, rng, b"\0", "a NUL")


@operator()
def control_character(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A control character stands in a string: an escape, a bell."""
    for document in _each(sources):
        yield _put("control-character", document, rng, rng.choice([b"\x1b", b"\x07", b"\x7f"]), "a control character")


@operator()
def bidi_character(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """An invisible character stands in a string: a bidi override, a zero-width space."""
    for document in _each(sources):
        hidden = rng.choice(["\u202e", "\u2066", "\u200b"]).encode()
        yield _put("bidi-character", document, rng, hidden, "an invisible character")


@operator()
def escaped_control_character(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A control or bidi character is written as an escape, so that the file looks harmless."""
    for document in _each(sources):
        hidden = rng.choice([b"\\u001b", b"\\u202e", b"\\u0000"])
        yield _put("escaped-control-character", document, rng, hidden, "an escaped control character")


@operator()
def decomposed_letters(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """The letters of the file are decomposed (NFD), or one is."""
    for document in sources.documents:
        text = unicodedata.normalize("NFD", document.text)
        if text != document.text:
            yield Mutant("decomposed-letters", document.file, text.encode(), (0, 0), "NFD")
        start, _ = _strings(document)[-1]
        text = document.text[: start + 2] + "\u0301" + document.text[start + 2 :]
        line = document.text.count("\n", 0, start) + 1
        if unicodedata.normalize("NFC", text) != text:  # there is a letter with this accent
            yield _bytes("decomposed-letters", document, text.encode(), line, "an accent apart")


@operator()
def byte_order_mark(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """The file begins with a byte order mark."""
    for document in sources.documents:
        data = b"\xef\xbb\xbf" + document.text.encode()
        yield _bytes("byte-order-mark", document, data, 1, "a byte order mark")


@operator(form=True)
def windows_line_ends(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """The file has Windows line ends, all or one."""
    for document in sources.documents:
        yield _bytes("windows-line-ends", document, document.text.replace("\n", "\r\n").encode(), 1, "CRLF")
        lines = document.text.split("\n")
        at = rng.randrange(1, len(lines) - 1)
        text = "\n".join([*lines[: at - 1], lines[at - 1] + "\r", *lines[at:]])
        yield _bytes("windows-line-ends", document, text.encode(), at, f"CRLF in line {at}")


@operator()
def other_encoding(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """The file is saved as UTF-16."""
    for document in sources.documents:
        yield _bytes("other-encoding", document, document.text.encode("utf-16"), 1, "UTF-16")


@operator()
def merge_marker(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A merge was not finished: the markers and both versions stand in the file."""
    for document in _each(sources):
        lines = document.text.split("\n")
        at = rng.randrange(0, len(lines) - 1)
        block = ["<<<<<<< HEAD", lines[at], "=======", lines[at], ">>>>>>> branch"]
        text = "\n".join([*lines[:at], *block, *lines[at + 1 :]])
        what = f"a merge at line {at + 1}"
        yield Mutant("merge-marker", document.file, text.encode(), (at + 1, at + 5), what)


@operator()
def merge_marker_left(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """One marker line of a merge was left."""
    for document in _each(sources):
        lines = document.text.split("\n")
        at = rng.randrange(0, len(lines) - 1)
        marker = rng.choice(["<<<<<<< HEAD", "=======", ">>>>>>> branch", "||||||| base"])
        text = "\n".join([*lines[:at], marker, *lines[at:]])
        yield _bytes("merge-marker-left", document, text.encode(), at + 1, f"{marker} in line {at + 1}")


@operator()
def file_cut(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """The file ends in the middle of a record."""
    for document in _each(sources):
        start, end = rng.choice(_strings(document))
        at = rng.randrange(start + 1, end)
        line = document.text.count("\n", 0, at) + 1
        yield _bytes("file-cut", document, document.text[:at].encode(), line, f"cut in line {line}")


@operator()
def line_lost(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """The first line of a multi-line list is lost."""
    for record in (*sources.records, *sources.shared):
        for name in record.values:
            place = record.document.cells.get((*record.path, name))
            if place and place.end_line > place.line:
                lines = record.document.text.split("\n")
                text = "\n".join([*lines[: place.line - 1], *lines[place.line :]])
                what = f"{record.id} without the first line of {name}"
                yield Mutant("line-lost", place.file, text.encode(), extent(record), what)


@operator(form=True)
def quotes_of_another_style(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A string stands in single quotation marks."""
    for record in (*sources.records, *sources.shared):
        texts = [k for k, v in record.values.items() if isinstance(v, str) and "'" not in v and '"' not in v]
        if texts:
            place = record.document.cells[(*record.path, rng.choice(texts))]
            start, end = bounds(record.document.text, place)
            text = replaced(record.document.text, place, f"'{record.document.text[start + 1 : end - 1]}'")
            what = f"{record.id}: single quotation marks"
            yield Mutant("quotes-of-another-style", place.file, text.encode(), (place.line, place.line), what)


@operator(form=True)
def fields_in_another_order(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """Two fields of a record stand in another order."""
    for record in sources.records:
        if record.path in record.document.cells and len(record.values) > 1:
            place = record.document.cells[record.path]
            text = replaced(record.document.text, place, toml(dict(reversed(list(record.values.items())))))
            what = f"{record.id}: fields in another order"
            yield Mutant("fields-in-another-order", place.file, text.encode(), (place.line, place.line), what)


@operator(form=True)
def spaces_out_of_form(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A line ends in a space, is indented, or a blank line is missing or too many."""
    for document in (d for d in _each(sources) if d.file.startswith("annotations/")):  # meta.toml has no canonical form
        lines = document.text.split("\n")
        at = rng.choice([i for i, line in enumerate(lines) if line and not line.startswith("#")])
        new = rng.choice([[lines[at] + " "], ["  " + lines[at]], ["", "", lines[at]]])
        text = "\n".join([*lines[:at], *new, *lines[at + 1 :]])
        what = f"spaces at line {at + 1}"
        yield Mutant("spaces-out-of-form", document.file, text.encode(), (at, at + 3), what)


@operator()
def seed_byte_changed(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A byte of the seed is another, is missing, or is added."""
    for article in sources.articles:
        data, meta = article.seed.data, article.seed.meta
        line = meta.cells[("sha256",)].line
        for _ in range(8):
            at = rng.randrange(len(data))
            changed = data[:at] + rng.choice([b"", b"x", b"\xff", b"\r\n", b"\0"]) + data[at + 1 :]
            if changed != data:
                yield Mutant("seed-byte-changed", article.seed.file, changed, (0, 0), "", also=(f"{meta.file}:{line}",))
        whole = {"CRLF": data.replace(b"\n", b"\r\n"), "BOM": b"\xef\xbb\xbf" + data, "half": data[: len(data) // 2]}
        for what, new in (*whole.items(), ("empty", b""), ("blank", b"\n \n"), ("no body", b"Share this\n")):
            yield Mutant("seed-byte-changed", article.seed.file, new, (0, 0), what, also=(f"{meta.file}:{line}",))


@operator()
def file_missing(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A file is missing that others refer to, or a folder stands in its place."""
    for article in sources.articles:
        meta = article.seed.meta.file
        yield Mutant("file-missing", meta, None, (0, 0), "deleted")
        line = article.seed.meta.cells[("sha256",)].line
        yield Mutant("file-missing", article.seed.file, None, (0, 0), "deleted", also=(f"{meta}:{line}",))
        for file in (meta, article.seed.file, *(f.document.file for f in article.files.values())):
            yield Mutant("file-missing", file, None, (0, 0), "a folder", folder=True)
    for shared in sources.corpus.shared.values():
        yield Mutant("file-missing", shared.document.file, None, (0, 0), "a folder", folder=True)


@operator("plausible")
def layer_missing(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A layer of an article is deleted, or is said to be a draft: it counts as not annotated."""
    for article in sources.articles:
        for file in article.files.values():
            name = file.document.file
            yield Mutant("layer-missing", name, None, (0, 0), "deleted")
            place = file.document.cells[("status",)]
            text = replaced(file.document.text, place, '"draft"')
            yield Mutant("layer-missing", name, text.encode(), (place.line, place.line), "called a draft")
