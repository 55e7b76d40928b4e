"""Faults in quotes: their letters, their edges, their place, their fragments. Every column of spans has them.

A quote is a sequence of words of its paragraph, at word edges and in one place; anything else is structural. Other
words that the paragraph has are plausible, unless a number, a quotation mark or a mention contradicts them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from random import Random
from typing import Any

from bench.contradictions import TIMES, accounts
from bench.mutants import Kind, Mutant, exchanged, replaced, toml
from bench.sources import Quote, Sources
from vouchbank.corpus.anchors import ELISION, OCCURRENCE, occurrences
from vouchbank.spans import Span, hull
from vouchbank.toml.walk import Path

SETTLED = {"cue", "number"}  # no other words of the record attribute, or count
_WORD = re.compile(r"[^\W\d_]{3,}")
_STRAIGHT = str.maketrans("“”‘’", "\"\"''")
_DETERMINER = re.compile(r"\b([Tt]he|[Aa]n?) $")
_POSSESSIVE = re.compile(r"[’']s\b")


def _mutant(sources: Sources, quote: Quote, path: Path, new: Any, whole: bool = False) -> Mutant:
    record, where = quote.record, (*quote.record.path, *path)
    what = f"{record.id} {'.'.join(map(str, path))}: {toml(record.document.value(*where))} → {toml(new)}"
    return sources.mutant(record, replaced(record.document, where, toml(new)), what, whole)


def _words(sources: Sources, quote: Quote, new: str, whole: bool = False) -> Mutant:
    return _mutant(sources, quote, quote.words_path, new, whole)


def _text(quote: Quote) -> tuple[str, int, int]:
    """The paragraph, and where the quote begins and ends in it."""
    start = quote.paragraph.span.start
    return quote.paragraph.text, quote.span.start - start, quote.span.end - start


def _single(quote: Quote, words: str) -> bool:
    """Whether words are one place of the paragraph, so that no finding of an ambiguous quote helps the checks."""
    return bool(words) and ELISION not in words and len(occurrences(quote.paragraph.text, words)) == 1


def quote_misspelt(sources: Sources, quote: Quote, rng: Random) -> Iterator[Mutant]:
    """A quote has letters swapped or missing, capitals, straight quotation marks, or words from another place."""
    words = quote.words
    found = [m for m in _WORD.finditer(words) if m[0][-1] != m[0][-2]]
    swapped = [f"{words[: m.end() - 2]}{words[m.end() - 1]}{words[m.end() - 2]}{words[m.end() :]}" for m in found]
    cut = [words[:-1]] if words[-2:].isalpha() else []
    for new in (*swapped[:2], *cut, words.upper(), words.translate(_STRAIGHT), rng.choice(sources.quotes).words):
        if new != words and not occurrences(quote.paragraph.text, new):
            yield _words(sources, quote, new)


def quote_at_another_edge(sources: Sources, quote: Quote, rng: Random) -> Iterator[Mutant]:
    """A quote includes the space or comma beside it, or a name its determiner or possessive."""
    text, start, end = _text(quote)
    if text[end : end + 1] in (",", ";") and _single(quote, quote.words + text[end]):
        yield _words(sources, quote, quote.words + text[end])
    if text[end : end + 1] == " ":
        yield _words(sources, quote, f"{quote.words} ")
    if start and text[start - 1] == " ":
        yield _words(sources, quote, f" {quote.words}")
    values = quote.record.values
    if quote.name == "entities.span" and values.get("mention", "name") == "name" and values["type"] not in TIMES:
        before, after = _DETERMINER.search(text[:start]), _POSSESSIVE.match(text[end:])
        for new in ([before[0] + quote.words] if before else []) + ([quote.words + after[0]] if after else []):
            if _single(quote, new):
                yield _words(sources, quote, new)


def other_words(sources: Sources, quote: Quote, rng: Random) -> Iterator[Mutant]:
    """A quote is longer, shorter or shifted by a whole word, or includes the mention beside it."""
    for words in () if ELISION in quote.words else _shifts(sources, quote):
        if _single(quote, words):
            span = occurrences(quote.paragraph.text, words)[0].shifted(quote.paragraph.span.start)
            kind = _kind_of_words(sources, quote, span, words)
            yield replace(_words(sources, quote, words, whole=True), kind=kind)


def _shifts(sources: Sources, quote: Quote) -> Iterator[str]:
    text, start, end = _text(quote)
    after, before = re.match(r"\s\S*\w", text[end:]), re.search(r"\w\S*\s$", text[:start])
    words = quote.words.split(" ")
    if after:
        yield text[start:end] + after[0]
    if before:
        yield before[0] + text[start:end]
    if len(words) > 1:
        yield " ".join(words[:-1])
        yield " ".join(words[1:])
        if after:
            yield text[start + len(words[0]) + 1 : end] + after[0]
    for span in _mentions(sources, quote) if quote.name == "attributions.cue" else ():
        if 1 in (span.start - quote.span.end, quote.span.start - span.end):
            both = hull([span, quote.span]) or span
            yield both.shifted(-quote.paragraph.span.start).of(text)


def _mentions(sources: Sources, quote: Quote) -> list[Span]:
    return [q.span for q in sources.quotes_in[quote.home] if q.name == "entities.span"]


def _kind_of_words(sources: Sources, quote: Quote, new: Span, words: str) -> Kind:
    lost = any(not new.contains(span) for span in accounts(sources, quote))
    that = quote.name == "attributions.content" and quote.words == f"that {words}"
    cue = quote.name == "attributions.cue" and any(
        new.contains(m) and (m.start == new.start or m.end == new.end) for m in _mentions(sources, quote)
    )
    return "structural" if lost or that or cue or quote.name == "quantities.number" else "plausible"


def occurrence_wrong(sources: Sources, quote: Quote, rng: Random) -> Iterator[Mutant]:
    """The occurrence of a quote is missing, miscounted or malformed, or is given for a quote that occurs once."""
    n = quote.value.get("n", "") if isinstance(quote.value, dict) else ""
    if OCCURRENCE.match(n):
        k, count = (int(part) for part in n.split("/"))
        forms = [
            f"{k}/{count + 1}",
            f"{count + 1}/{count}",
            f"{count + 2}/{count + 2}",
            f"{k} of {count}",
            f"0/{count}",
            n[0],
            f"{n} ",
        ]
        path = ("n",) if quote.path == ("q",) else (*quote.path, "n")
        yield from (_mutant(sources, quote, path, new) for new in forms)
        if quote.path != ("q",):
            yield _mutant(sources, quote, quote.path, quote.words)
    elif isinstance(quote.value, str):
        yield _mutant(sources, quote, quote.path, {"q": quote.value, "n": "2/2"})


def occurrence_of_another_place(sources: Sources, quote: Quote, rng: Random) -> Iterator[Mutant]:
    """The occurrence is that of the same words in another place."""
    n = quote.value.get("n", "") if isinstance(quote.value, dict) else ""
    if OCCURRENCE.match(n):
        k, count = (int(part) for part in n.split("/"))
        path = ("n",) if quote.path == ("q",) else (*quote.path, "n")
        made = _mutant(sources, quote, path, f"{k % count + 1}/{count}", whole=True)
        place = occurrences(quote.paragraph.text, quote.words)[k % count].shifted(quote.paragraph.span.start)
        same = [q for q in sources.quotes_in[quote.home] if q.name == quote.name == "entities.span" and q.span == place]
        kind = "structural" if same else _kind_of_words(sources, quote, place, quote.words)
        yield replace(made, kind=kind, also=made.also | sources.places([q.record for q in same]))


def elision_wrong(sources: Sources, quote: Quote, rng: Random) -> Iterator[Mutant]:
    """An ellipsis has only three words on one side, is typed as three dots, or occurs twice."""
    if ELISION in quote.words and quote.words not in quote.paragraph.text:
        head, tail = quote.words.split(ELISION, 1)
        few = [" ".join(head.split()[:3]) + ELISION + tail, head + ELISION + " ".join(tail.split()[-3:])]
        for new in (*few, f"{head} ... {tail}", head + ELISION + tail.replace(" ", ELISION, 1)):
            yield _words(sources, quote, new)


def quote_malformed(sources: Sources, quote: Quote, rng: Random) -> Iterator[Mutant]:
    """A quote is empty, names an unknown paragraph, or has an unknown key."""
    yield _words(sources, quote, "")
    if quote.path != ("q",):
        for more in ({"p": "p99"}, {"p": "body"}, {"m": "1/2"}):
            yield _mutant(sources, quote, quote.path, {**more, "q": quote.words})


def fragments_wrong(sources: Sources, quote: Quote, rng: Random) -> Iterator[Mutant]:
    """The fragments of a field overlap or are out of order, or one run of words is split in two."""
    value, column = quote.record.values.get(quote.column.name), (quote.column.name,)
    if quote.column.spans and isinstance(value, list) and len(value) > 1:
        yield _mutant(sources, quote, column, value[::-1])
    elif quote.column.spans:
        yield _mutant(sources, quote, column, [value, value])
        words = quote.words.split(" ")
        pieces = [" ".join(words[:-1]), words[-1]]
        if len(words) > 1 and isinstance(value, str) and all(_single(quote, piece) for piece in pieces):
            kind: Kind = "structural" if quote.column.name == "cue" else "plausible"
            yield replace(_mutant(sources, quote, column, pieces, whole=True), kind=kind)


def words_of_another_field(sources: Sources, quote: Quote, rng: Random) -> Iterator[Mutant]:
    """A field has the words of another field of its record, or the words of two fields are exchanged."""
    record, own = quote.record, quote.column.name
    spans = [c.name for c in record.table.written if c.span or c.spans]
    others = [n for n in spans if n != own and isinstance(record.values.get(n), str | dict)]
    for other in others if quote.path == (own,) else ():
        settled = own in SETTLED or (own == "content" and other in ("source", "cue"))
        copied = _mutant(sources, quote, quote.path, record.values[other], whole=True)
        yield replace(copied, kind="structural" if settled else "plausible")
        edit = exchanged(record.document, (*record.path, own), (*record.path, other))
        swapped = sources.mutant(record, edit, f"{record.id} {own} ⇄ {other}", whole=True)
        yield replace(swapped, kind="structural" if {own, other} & SETTLED else "plausible")
