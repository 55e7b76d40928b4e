"""Level 3: each layer by itself. Anchors, span edges, nesting, intervals, canonical form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from difflib import SequenceMatcher

from vouchbank.checks.registry import Ids, Subject, article_check, at_record, corpus_check
from vouchbank.corpus import Corpus
from vouchbank.corpus.anchors import ELISION, AnchorFault, word_edge
from vouchbank.corpus.canonical import canonical_layer
from vouchbank.corpus.format import format_corpus, literal, same_values
from vouchbank.corpus.marks import as_in_text, without_edges
from vouchbank.corpus.records import Record
from vouchbank.corpus.resolve import Annotation, Unplaced, fragments, parts
from vouchbank.corpus.stretch import changed_lines
from vouchbank.findings import Edit, Finding, Fix, Place
from vouchbank.language.interval import parse_interval
from vouchbank.spans import Span
from vouchbank.toml.reader import Document, read_toml

CONTEXT = 20
DOTS = re.compile(r"\.\.\.|\S…|…\S")


def _annotations(subject: Subject) -> Iterator[Annotation]:
    for layer in subject.article.annotations.values():
        yield from layer


def _unplaced(subject: Subject, kind: str) -> Iterator[tuple[Annotation, Unplaced]]:
    for annotation in _annotations(subject):
        for unplaced in annotation.unplaced:
            fault = unplaced.fault
            if (fault.kind if isinstance(fault, AnchorFault) else fault) == kind:
                yield annotation, unplaced


def _text_of(subject: Subject, paragraph: str) -> str:
    return next((p.text for p in subject.article.paragraphs if p.id == paragraph), "")


def _in_context(text: str, span: Span) -> str:
    before, after = text[max(0, span.start - CONTEXT) : span.start], text[span.end : span.end + CONTEXT]
    return f"…{before}[{span.of(text)}]{after}…"


@article_check(3)
def unknown_paragraph(subject: Subject) -> Iterator[Finding]:
    """The section names a paragraph that the article does not have.

    corpus/text/<article>.txt has one paragraph a line; `vouchbank show <article>` prints their ids.
    """
    known = {p.id for p in subject.article.paragraphs}
    for annotation in _annotations(subject):
        record = annotation.record
        named = {u.paragraph: record.place(*u.path) for u in annotation.unplaced if u.fault == "unknown-paragraph"}
        if record.paragraph not in known:
            named[record.paragraph] = record.key_place()
        for name, place in sorted(named.items()):
            help_ = f"this article has {', '.join(p.id for p in subject.article.paragraphs)}"
            yield at_record("unknown-paragraph", record, f"there is no paragraph {name}", help_, place)


@article_check(3)
def quote_not_found(subject: Subject) -> Iterator[Finding]:
    """The quoted words are not in the paragraph.

    Copy them from corpus/text/<article>.txt, with its typographic quotes and dashes. A span begins and ends at the edge
    of a word.
    """
    for annotation, unplaced in _unplaced(subject, "not-found"):
        text = _text_of(subject, unplaced.paragraph)
        assert isinstance(unplaced.fault, AnchorFault)
        if unplaced.fault.spans:
            help_ = f"they stand only inside words: {_in_context(text, unplaced.fault.spans[0])}"
        else:
            help_ = _elsewhere(subject, unplaced.quote) or _nearest(text, unplaced.quote)
        message = f"{_short(unplaced.quote)} is not in {unplaced.paragraph}"
        place = annotation.record.place(*unplaced.path)
        finding = at_record("quote-not-found", annotation.record, message, help_, place)
        yield replace(finding, fix=_as_in_text(annotation.record, unplaced, text))


@article_check(3)
def quote_ambiguous(subject: Subject) -> Iterator[Finding]:
    """The quoted words stand in the paragraph more than once.

    Say which occurrence is meant: n = "1/2" is the first of two. Or quote more words.
    """
    for annotation, unplaced in _unplaced(subject, "ambiguous"):
        assert isinstance(unplaced.fault, AnchorFault)
        text, places = _text_of(subject, unplaced.paragraph), unplaced.fault.spans
        choices = "; ".join(f'n = "{i}/{len(places)}": {_in_context(text, s)}' for i, s in enumerate(places, 1))
        message = f"{_short(unplaced.quote)} stands in {unplaced.paragraph} {len(places)} times"
        place = annotation.record.place(*unplaced.path)
        yield at_record("quote-ambiguous", annotation.record, message, f"choose: {choices}", place)


@article_check(3)
def quote_miscounted(subject: Subject) -> Iterator[Finding]:
    """The occurrence n = "k/N" does not match how often the words stand in the paragraph.

    N must be the number of places at word edges, k one of them. Where the text changed, look again which one is meant.
    """
    for annotation, unplaced in _unplaced(subject, "miscounted"):
        assert isinstance(unplaced.fault, AnchorFault)
        text, places = _text_of(subject, unplaced.paragraph), unplaced.fault.spans
        choices = "; ".join(f'n = "{i}/{len(places)}": {_in_context(text, s)}' for i, s in enumerate(places, 1))
        message = (
            f"{_short(unplaced.quote)} stands in {unplaced.paragraph} {len(places)} time{'s' * (len(places) != 1)}"
        )
        help_ = f"choose: {choices}" if len(places) > 1 else "leave n out"
        place = annotation.record.place(*unplaced.path)
        yield at_record("quote-miscounted", annotation.record, message, help_, place)


@article_check(3)
def elision_too_short(subject: Subject) -> Iterator[Finding]:
    """A quote that leaves out its middle has fewer than four words on one side, or more than one gap.

    Write the whole quote, or at least four words, ' … ', at least four words.
    """
    for annotation, unplaced in _unplaced(subject, "elision"):
        message = "too few words beside ' … ' to find the place"
        place = annotation.record.place(*unplaced.path)
        yield at_record(
            "elision-too-short", annotation.record, message, "write at least four words on each side", place
        )


@article_check(3)
def span_edge(subject: Subject) -> Iterator[Finding]:
    """A span begins or ends with white space.

    Leave the space out of the quote. Spans never begin or end in white space, nor reach over a paragraph.
    """
    text = subject.article.text
    for annotation in _annotations(subject):
        for name, spans in annotation.spans.items():
            for span in spans:
                words = span.of(text)
                if annotation.record.table.column(name).hull and "\n" in words:
                    message = f"{name} reaches over the end of a paragraph"
                    yield at_record("span-edge", annotation.record, message, "its parts belong to one paragraph")
                elif words != words.strip():
                    message = f"{name} begins or ends with white space"
                    place = annotation.record.place("q" if name == "span" else name)
                    finding = at_record("span-edge", annotation.record, message, "leave the space out", place)
                    yield replace(finding, fix=_without_edges(subject, annotation.record, name))


@article_check(3)
def crossing_spans(subject: Subject) -> Iterator[Finding]:
    """Two spans of one layer overlap without one holding the other.

    Within a layer spans may nest but never cross. Look which of the two begins or ends in the wrong place.
    """
    text = subject.article.text
    for table in subject.article.schema.layers:
        stack: list[tuple[Span, Annotation]] = []
        anchored = [
            (span, annotation)
            for annotation in subject.article.annotations[table.name]
            for name in table.anchor
            for span in annotation.spans.get(name, ())
        ]
        for span, annotation in sorted(anchored, key=lambda x: (x[0].start, -x[0].end)):
            while stack and stack[-1][0].end <= span.start:
                stack.pop()
            for other, owner in stack:
                if other.crosses(span):
                    message = f"{_short(span.of(text))} crosses {_short(other.of(text))} of {owner.id}"
                    help_ = f"one of the two ends in the wrong place; {owner.id} is in line {owner.record.place().line}"
                    yield at_record("crossing-spans", annotation.record, message, help_)
            stack.append((span, annotation))


@article_check(3)
def empty_interval(subject: Subject) -> Iterator[Finding]:
    """The interval holds no number.

    The lower end is above the upper one, or they are equal and one of them is open.
    """
    for annotation in _annotations(subject):
        written = annotation.record.values.get("interval")
        interval = parse_interval(written) if isinstance(written, str) else None
        if interval is not None and interval.empty:
            place = annotation.record.place("interval")
            yield at_record(
                "empty-interval",
                annotation.record,
                f"no number lies in {written}",
                "a point is [n, n]",
                place,
            )


@article_check(3)
def not_canonical(subject: Subject) -> Iterator[Finding]:
    """The file is not in canonical form.

    `vouchbank format` orders records by their place in the text and fields by the schema; it changes no value and
    keeps comments.
    """
    for name, file in subject.article.files.items():
        if file.document.missing or file.document.faults or "\r" in file.document.text:
            continue
        wanted = canonical_layer(subject.article, name, file.document)
        if wanted != file.document.text:
            line = _first_difference(wanted, file.document.text)
            place = Place(file.document.file, line)
            message = "from this line on the file is not in canonical form"
            fix = _canonical(file.document, wanted)
            help_ = "run: vouchbank format"
            yield Finding("not-canonical", message, place, help_, article=subject.article.id, fix=fix)


@corpus_check(3)
def shared_file_not_canonical(corpus: Corpus, ids: Ids) -> Iterator[Finding]:
    """The registry, the figures or the claims are not in canonical form.

    `vouchbank format` sorts the sections by key and the fields by the schema; it changes no value and keeps comments.
    """
    for name, file in corpus.shared.items():
        if file.document.missing or file.document.faults:
            continue
        wanted = format_corpus(corpus.schema.tables[name], file.document)
        if wanted != file.document.text:
            place = Place(file.document.file, _first_difference(wanted, file.document.text))
            message = "from this line on the file is not in canonical form"
            fix = _canonical(file.document, wanted)
            yield Finding("shared-file-not-canonical", message, place, "run: vouchbank format", fix=fix)


def _canonical(document: Document, wanted: str) -> Fix | None:
    """The lines that differ from the canonical form; not where that would change a value."""
    again = read_toml(wanted.encode("utf-8"), document.file)
    if again.faults or not same_values(dict(again.values), dict(document.values)):
        return None
    return Fix("bring the file into canonical form", (changed_lines(document.file, document.text, wanted),), safe=True)


def _as_in_text(record: Record, unplaced: Unplaced, text: str) -> Fix | None:
    """Write a quote as the text does, if only marks and white space differ and the place is one."""
    fragment = next((f for c in record.table.columns for p, f in fragments(record, c) if p == unplaced.path), "")
    mended = as_in_text(text, unplaced.quote, parts(fragment, "")[2]) if fragment else ""
    if not mended:
        return None
    edit = Edit(record.place(*unplaced.path, "q"), literal(mended))
    return Fix(f"write {_short(mended)}, as the text has it", (edit,), safe=True)


def _without_edges(subject: Subject, record: Record, name: str) -> Fix | None:
    """Leave white space at the edges of the quotes of a column out, where they stay the same places."""
    edits = []
    for path, fragment in fragments(record, record.table.column(name)):
        paragraph, quote, occurrence = parts(fragment, record.paragraph)
        bare = without_edges(_text_of(subject, paragraph), quote, occurrence)
        edits += [Edit(record.place(*path, "q"), literal(bare))] if bare else []
    return Fix("leave the space at the edges out", tuple(edits), safe=True) if edits else None


def _first_difference(a: str, b: str) -> int:
    pairs = zip(a.split("\n"), b.split("\n"), strict=False)
    return next((i for i, (x, y) in enumerate(pairs, 1) if x != y), min(a.count("\n"), b.count("\n")) + 1)


def _short(quote: str) -> str:
    return f"{quote!r}" if len(quote) <= 60 else f"{quote[:28]!r} … {quote[-28:]!r}"


def _elsewhere(subject: Subject, quote: str) -> str:
    found = [p.id for p in subject.article.paragraphs if quote in p.text]
    return f"they stand in {', '.join(found)}" if found else ""


def _nearest(text: str, quote: str) -> str:
    folded = re.sub(r"[‘’]", "'", re.sub(r"[“”]", '"', text))
    if DOTS.search(quote) and "…" not in text:
        return f"leave the middle of a long quote out with {ELISION!r}: one sign, with a space on either side"
    at = folded.find(re.sub(r"[‘’]", "'", re.sub(r"[“”]", '"', quote)))
    if at >= 0:
        return f"the text has other quotation marks: {text[at : at + len(quote)]}"
    match = SequenceMatcher(None, text.casefold(), quote.casefold(), autojunk=False).find_longest_match()
    if match.size < max(4, len(quote) // 2):
        return "copy them from the text"
    start = max(0, match.a - match.b)
    whole = _whole_words(text, start, min(len(text), start + len(quote)))
    return f"the nearest words there: {_short(whole)}"


def _whole_words(text: str, start: int, end: int) -> str:
    """The stretch without cut words and spaces at its edges: a word that is cut is taken in whole."""
    while start > 0 and not word_edge(text, start):
        start -= 1
    while end < len(text) and not word_edge(text, end):
        end += 1
    return text[start:end].strip()
