"""Faults that no schema states: in bytes and lines, the seed, intervals, decisions, and optional files.

Faults that would only repeat the fixture of a check (`tests/broken/`) are not included, such as a malformed list of
retired ids or of floors, a floor above the agreement, or annotation without an article.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import replace
from random import Random

from bench.mutants import ANYWHERE, Mutant, added, bounds, extent, lines_replaced, replaced, toml, without
from bench.sources import ADJUDICATION, Sources, Spot
from vouchbank.corpus import Article
from vouchbank.corpus.records import Record
from vouchbank.language.derived import in_writing
from vouchbank.language.interval import parse_interval
from vouchbank.toml.reader import Document

# --- bytes and lines of any file ------------------------------------------------------------------

IN_A_STRING: Mapping[str, bytes] = {
    "a byte of Latin-1": b"\xe9",
    "a byte of Windows": b"\x93",
    "a NUL": b"\0",
    "an escape": b"\x1b",
    "a bell": b"\x07",
    "a delete": b"\x7f",
    "a bidi override": "\u202e".encode(),
    "a bidi isolate": "\u2066".encode(),
    "a zero-width space": "\u200b".encode(),
    "an escaped escape": b"\\u001b",
    "an escaped bidi override": b"\\u202e",
    "an escaped NUL": b"\\u0000",
}
MARKERS = ("<<<<<<< HEAD", "=======", ">>>>>>> branch", "||||||| base")


def _bytes(document: Document, data: bytes, lines: tuple[int, int], what: str, form: bool = False) -> Mutant:
    return Mutant("", document.file, data, lines, what, form=form)


def _in_a_string(document: Document, rng: Random) -> int:
    """A place within one of the strings of a file."""
    strings = [bounds(document.text, p) for p in document.cells.values()]
    start, end = rng.choice([(a, b) for a, b in strings if document.text[a] == '"' and b - a > 4])
    return rng.randrange(start + 1, end - 1)


def character_wrong(sources: Sources, document: Document, rng: Random) -> Iterator[Mutant]:
    """A string contains a byte that is not UTF-8, a control character or an invisible one, raw or as an escape."""
    for what, data in IN_A_STRING.items():
        at = _in_a_string(document, rng)
        line = document.text.count("\n", 0, at) + 1
        whole = document.text[:at].encode() + data + document.text[at:].encode()
        yield _bytes(document, whole, (line, line), what)


def letters_decomposed(sources: Sources, document: Document, rng: Random) -> Iterator[Mutant]:
    """One letter or all letters of a file are decomposed (NFD)."""
    text = document.text
    if (whole := unicodedata.normalize("NFD", text)) != text:
        yield _bytes(document, whole.encode(), ANYWHERE, "NFD")
    found = re.finditer(r'(?<=["\w])[aeiou](?=\w)', text)
    for match in rng.sample(list(found), 2):
        line = text.count("\n", 0, match.start()) + 1
        apart = f"{text[: match.end()]}\u0301{text[match.end() :]}"
        yield _bytes(document, apart.encode(), (line, line), "an accent apart")


def encoding_wrong(sources: Sources, document: Document, rng: Random) -> Iterator[Mutant]:
    """A file begins with a byte order mark, or is saved as UTF-16."""
    yield _bytes(document, b"\xef\xbb\xbf" + document.text.encode(), (1, 1), "a byte order mark")
    yield _bytes(document, document.text.encode("utf-16"), (1, 1), "UTF-16")


def windows_line_ends(sources: Sources, document: Document, rng: Random) -> Iterator[Mutant]:
    """One line or all lines of a file have Windows line ends."""
    at = rng.randrange(1, document.text.count("\n"))
    one = lines_replaced(document, at, at, [document.text.split("\n")[at - 1] + "\r"]).text
    whole = document.text.replace("\n", "\r\n")
    for text, line in ((whole, 1), (one, at)):
        yield _bytes(document, text.encode(), (line, line), f"CRLF from line {line}", form=True)


def merge_unfinished(sources: Sources, document: Document, rng: Random) -> Iterator[Mutant]:
    """A merge is unfinished: the file has the markers and both versions, or one leftover marker line."""
    at = rng.randrange(1, document.text.count("\n"))
    line = document.text.split("\n")[at - 1]
    for new in ([MARKERS[0], line, MARKERS[1], line, MARKERS[2]], *([marker, line] for marker in MARKERS)):
        edit = lines_replaced(document, at, at, new)
        yield _bytes(document, edit.text.encode(), edit.lines, f"{new[0]} in line {at}")


def file_cut(sources: Sources, document: Document, rng: Random) -> Iterator[Mutant]:
    """A file ends in the middle of a record."""
    for _ in range(3):
        at = _in_a_string(document, rng)
        line = document.text.count("\n", 0, at) + 1
        yield _bytes(document, document.text[:at].encode(), (line, line), f"cut in line {line}")


def file_missing(sources: Sources, document: Document, rng: Random) -> Iterator[Mutant]:
    """A required file is missing or replaced by a folder, or a layer is deleted."""
    meta = document.file.endswith("meta.toml")
    seed = document.file.replace("meta.toml", "raw.txt")
    line = f"{document.file}:{document.key_place('sha256').line}"
    for file in (document.file, seed) if meta else (document.file,):
        yield Mutant("", file, None, ANYWHERE, "a folder", folder=True)
        if meta:
            yield Mutant("", file, None, ANYWHERE, "deleted", also=frozenset([line]))
    if ("status",) in document.cells:
        yield Mutant("", document.file, None, ANYWHERE, "deleted", "plausible")


# --- form -----------------------------------------------------------------------------------------


def spaces_out_of_form(sources: Sources, document: Document, rng: Random) -> Iterator[Mutant]:
    """A line ends in a space, is indented, or has blank lines before it."""
    lines = document.text.split("\n")
    if document.file.startswith("annotations/"):  # meta.toml has no canonical form
        at = rng.choice([i for i, line in enumerate(lines, 1) if line and not line.startswith("#")])
        for new in ([f"{lines[at - 1]} "], [f"  {lines[at - 1]}"], ["", "", lines[at - 1]]):
            text = lines_replaced(document, at, at, new).text
            yield _bytes(document, text.encode(), (at - 1, at + 3), f"line {at}", form=True)


def record_out_of_form(sources: Sources, record: Record, rng: Random) -> Iterator[Mutant]:
    """A string is in single quotation marks, or the fields of a record are in another order."""
    document, path = record.document, record.path
    edits = {}
    for name, value in record.values.items():
        if isinstance(value, str) and not set(value) & set("'\"\\"):
            edits[f"{name} in single quotation marks"] = replaced(document, (*path, name), f"'{value}'")
    if path in document.cells and len(record.values) > 1:
        edits["fields in another order"] = replaced(document, path, toml(dict(reversed(list(record.values.items())))))
    for what, edit in edits.items():
        yield replace(sources.mutant(record, edit, f"{record.id}: {what}"), form=True)


# --- seeds and their meta.toml --------------------------------------------------------------------


def seed_changed(sources: Sources, article: Article, rng: Random) -> Iterator[Mutant]:
    """A byte of a seed is changed, missing or added; or the seed is cut, is empty, or has other line ends."""
    data, meta = article.seed.data, article.seed.meta
    whole = {"CRLF": data.replace(b"\n", b"\r\n"), "BOM": b"\xef\xbb\xbf" + data, "half": data[: len(data) // 2]}
    whole |= {"empty": b"", "blank": b"\n \n", "no body": b"Share this\n"}
    for byte in (b"", b"~", b"\xff", b"\r\n", b"\0"):
        at = rng.randrange(len(data))
        whole[f"byte {at} is {byte!r}"] = data[:at] + byte + data[at + 1 :]
    also = frozenset([f"{meta.file}:{meta.cells['sha256',].line}"])
    for what, new in whole.items():
        yield Mutant("", article.seed.file, new, ANYWHERE, what, also=also)


def words_not_in_the_seed(sources: Sources, at: Spot, rng: Random) -> Iterator[Mutant]:
    """Words that meta.toml quotes from the seed do not occur in it."""
    if at.of == "meta" and at.written and at.column.endswith((".evidence", ".q")):
        for new in (f"{at.value[:-2]}~", "not in this seed"):
            yield sources.mutant(at, replaced(at.document, at.path, toml(new)), at.what)


# --- values that have the right form and cannot be ------------------------------------------------

IMPOSSIBLE: Mapping[str, tuple[str, ...]] = {
    "date": ("2025-13-01", "2025-02-30", "2025-11/2025-10", "2025-00"),
    "unit_code": ("dollars", "meters", "XQZ", "US$"),
    "by": ("unnamed",),
}


def value_impossible(sources: Sources, at: Spot, rng: Random) -> Iterator[Mutant]:
    """A date is impossible, a unit code or an annotator is unknown, or an interval is empty."""
    name = "date" if at.column in ("as_of", "value") else at.column
    if at.written and at.of in ("entities", "quantities", "header"):
        interval = parse_interval(str(at.value)) if name == "interval" else None
        low = _end(interval.lower) if interval and interval.lower is not None else ""
        empty = (f"({low}, {low}]", f"[{low}, {low})", f"[{low}, {_end(float(low) - 1)}]") if low else ()
        for new in (*IMPOSSIBLE.get(name, ()), *empty):
            yield sources.mutant(at, replaced(at.document, at.path, toml(new)), f"{at.what} → {new}")


def _end(number: float | None) -> str:
    return "" if number is None else f"{number:.9f}".rstrip("0").rstrip(".")


def interval_of_another_kind(sources: Sources, at: Spot, rng: Random) -> Iterator[Mutant]:
    """A bound and a point, a lower and an upper bound, or an open and a closed end are exchanged.

    Also where it is not written, since the words settle it.
    """
    interval = sources.claimed.get(at.record.id) if at.record and at.column == "interval" else None
    if interval:
        n = _end(interval.lower if interval.lower is not None else interval.upper)
        for new in (f"[{n}, {n}]", f"[{n}, inf)", f"({n}, inf)", f"(-inf, {n}]", f"(-inf, {n})"):
            if new != in_writing(interval):
                if at.written:
                    edit = replaced(at.document, at.path, toml(new))
                else:
                    edit = added(at.document, at.home, "interval", new)
                yield sources.mutant(at, edit, f"{at.what} → {new}", whole=True)


# --- files that need not be there -----------------------------------------------------------------

RETIRED = "annotations/retired.toml"


def id_retired(sources: Sources, record: Record, rng: Random) -> Iterator[Mutant]:
    """An id that an annotation, a registry row, a figure or a claim has is listed as retired."""
    name = record.id if record.article else f"{record.table.name}.{record.name}"
    data = f'[{name}]\nreason = "it is gone"\n'.encode()
    yield Mutant(record.table.name, RETIRED, data, (1, 2), name, also=sources.places([record]))


# --- decisions of the adjudication, and the raw annotations that they decide about -----------------------


def decision_wrong(sources: Sources, document: Document, rng: Random) -> Iterator[Mutant]:
    """A decision is deleted, makes another choice, concerns nothing, or has no reason."""
    annotators = list(document.value("annotators"))
    decided = [
        p for p in document.keys if len(p) == 2 and p[0] in ("difference", "all_wrong") and isinstance(p[1], int)
    ]
    for path in decided:
        lines, row = extent(document, path), document.value(*path)
        edits = {"deleted": without(document, path), "without reason": replaced(document, (*path, "reason"), '""')}
        if "pairs" not in row:
            named = (*path, "gold") if "gold" in row else (*path, "ids", next(iter(row["ids"])))
            edits["about nothing"] = replaced(document, named, '"e999"')
        if "choice" in row:
            whole = "field" not in row and row["choice"] not in annotators
            choices = ["keep", "drop"] if whole else annotators
            other = next(choice for choice in choices if choice != row["choice"])
            edits["turned"] = replaced(document, (*path, "choice"), toml(other))
        for what, edit in edits.items():
            where = ANYWHERE if what == "deleted" else lines
            yield Mutant("", document.file, edit.text.encode(), where, f"{path[0]} {path[1]} {what}")


def raw_work_changed(sources: Sources, article: Article, rng: Random) -> Iterator[Mutant]:
    """In the raw annotations of an annotator, a quote is misspelt, a value is changed, or a file is missing."""
    decisions = sources.corpus.document(f"{ADJUDICATION}/{article.id}.toml")
    for name in decisions.value("annotators"):  # the work of others is locked by nothing
        work = Sources(sources.corpus.raw(name))
        quotes = [q for q in work.quotes if q.record.article == article.id]
        for quote in rng.sample(quotes, min(3, len(quotes))):
            path = (*quote.record.path, *quote.words_path)
            edit = replaced(quote.record.document, path, toml(f"{quote.words}x"))
            yield replace(work.mutant(quote.record, edit, f"{name}: {quote.words}x"), of="")
        mention = next(iter(work.of("entities")), None)
        if mention and mention.article == article.id:
            new = "ORG" if mention.values["type"] != "ORG" else "LOC"
            edit = replaced(mention.document, (*mention.path, "type"), toml(new))
            digest = frozenset([f"{decisions.file}:{decisions.place('annotators', name).line}"])
            made = work.mutant(mention, edit, f"{name}: {mention.id} type {new}")
            yield replace(made, of="", also=made.also | digest)
        for file in article.files.values():
            gone = file.document.file.replace("annotations/", f"annotations/raw/{name}/", 1)
            if work.corpus.read(gone) is None:
                continue  # who has some fields only has not every file
            also = frozenset([f"{file.document.file}:{file.document.place('status').line}"])
            yield Mutant("", gone, None, ANYWHERE, f"{gone} deleted", also=also)
