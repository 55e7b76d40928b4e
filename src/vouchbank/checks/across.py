"""Level 4: across the layers of an article. Every number and every quotation mark is accounted for."""

from __future__ import annotations

from collections.abc import Iterator

from vouchbank.checks.numbers import cut_numbers
from vouchbank.checks.registry import Subject, article_check
from vouchbank.findings import Finding
from vouchbank.language.number_words import numbers
from vouchbank.language.quotation import quoted
from vouchbank.spans import Span, inside_any


def _finished(subject: Subject, *layers: str) -> bool:
    tables = subject.article.schema.tables
    return all(name in tables and subject.article.finished(tables[name]) for name in layers)


def _spans(subject: Subject, layer: str, *columns: str) -> list[Span]:
    annotations = subject.article.annotations[layer]
    return [span for a in annotations for column in columns for span in a.spans[column]]


def _unplaced(subject: Subject, *layers: str) -> set[str]:
    """The paragraphs in which a quote of these layers has no place: what it may account for is not asked for."""
    return {
        name
        for layer in layers
        for a in subject.article.annotations[layer]
        for name in ((a.record.paragraph, *(u.paragraph for u in a.unplaced)) if a.unplaced else ())
    }


def _at_text(subject: Subject, slug: str, span: Span, message: str, help_: str, file: str) -> Finding:
    article = subject.article
    paragraph = next((p for p in article.paragraphs if p.span.contains(span)), None)
    name = paragraph.id if paragraph else ""
    place = article.files[file].document.key_place(name)
    return Finding(slug, f"{message} in {name}", place, help_, article=article.id, paragraph=name)


@article_check(4)
def number_not_accounted(subject: Subject) -> Iterator[Finding]:
    """A digit or number word is no quantity and no listed non-quantity.

    Every number of the kept text is accounted for. Annotate it as a quantity (q), or list it as a non-quantity (nq)
    with a reason, also where it is part of a date. Only articles whose quantities are complete are judged, and only
    paragraphs in which every quote has its place.
    """
    if not _finished(subject, "quantities", "non_quantities"):
        return
    held = _spans(subject, "quantities", "span") + _spans(subject, "non_quantities", "span")
    held += [whole for *_, whole in cut_numbers(subject)]  # number-cut has its finding
    unplaced = _unplaced(subject, "quantities", "non_quantities")
    held += [p.span for p in subject.article.paragraphs if p.id in unplaced]
    text = subject.article.text
    for span in numbers(text):
        if not inside_any(span, held):
            context = text[max(0, span.start - 20) : span.end + 20].replace("\n", " ")
            message = f"{span.of(text)!r} (…{context}…) is not accounted for"
            free = subject.free.next("nq")
            help_ = f'annotate a quantity, or list it: {free} = {{ q = "…", reason = "…" }}'
            yield _at_text(subject, "number-not-accounted", span, message, help_, "quantities")


@article_check(4)
def quotation_mark_not_accounted(subject: Subject) -> Iterator[Finding]:
    """Words in quotation marks are in no content and are no listed non-attribution.

    Every quotation mark is accounted for: it stands inside the content of an attribution, or the quoted words are
    listed (na) as a scare quote, a term or a title. Only articles whose attributions are complete are judged, and only
    paragraphs in which every quote has its place.
    """
    if not _finished(subject, "attributions", "non_attributions"):
        return
    held = _spans(subject, "attributions", "content") + _spans(subject, "non_attributions", "span")
    unplaced = _unplaced(subject, "attributions", "non_attributions")
    held += [p.span for p in subject.article.paragraphs if p.id in unplaced]
    text = subject.article.text
    for span in quoted(text):
        marks = [Span(span.start, span.start + 1), Span(span.end - 1, span.end)]
        if not all(inside_any(mark, held) for mark in marks):
            message = f"the quotation {span.of(text)!r} is not accounted for"
            free = subject.free.next("na")
            help_ = f'put it into a content, or list it: {free} = {{ q = "…", reason = "scare_quote" }}'
            yield _at_text(subject, "quotation-mark-not-accounted", span, message, help_, "attributions")
