"""Across the layers of an article: every number and quotation is annotated or listed as excluded, exactly once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from vouchbank.checks.numbers import cut_numbers
from vouchbank.checks.rule import Faults, rule
from vouchbank.checks.subjects import Judged, JudgedArticle
from vouchbank.findings import Fault, Level
from vouchbank.language.number_words import numbers
from vouchbank.language.quotation import quoted
from vouchbank.spans import Span, SpanIndex

# the tables that list what is excluded from a layer
LISTED_IN = {"non_quantities": ("quantities", "span"), "non_attributions": ("attributions", "content")}


@rule(level=Level.ARTICLE)
def number_not_accounted(article: JudgedArticle) -> Faults:
    """A number is neither annotated as a quantity nor listed as a non-quantity.

    Annotate every number in the clean text as a quantity (q), or list it as a non-quantity (nq) with a reason, even if
    it is part of a date. This check covers only articles whose quantities are complete, and only paragraphs in which
    every quote has been found.
    """
    text = article.text
    for span in waiting_numbers(article) if article.finished("quantities", "non_quantities") else ():
        context = text[max(0, span.start - 20) : span.end + 20].replace("\n", " ")
        message = f"the number {span.of(text)!r} (…{context}…) is not annotated or listed"
        free = article.free.next("nq")
        help_ = f'annotate a quantity, or list it: {free} = {{ q = "…", reason = "…" }}'
        yield _at_text(article, span, message, help_, "quantities")


def waiting_numbers(article: JudgedArticle) -> Iterator[Span]:
    """The numbers neither annotated nor listed, except in paragraphs in which a quote has no place."""
    held = _index(
        [*_accounted(article, "non_quantities"), *(whole for *_, whole in cut_numbers(article))]
    )  # number-cut
    return (span for span in numbers(article.text) if not held.containing(span))


@rule(level=Level.ARTICLE)
def quotation_mark_not_accounted(article: JudgedArticle) -> Faults:
    """Words in quotation marks are neither inside the content of an attribution nor listed as a non-attribution.

    Include every quotation in the content of an attribution, or list the quoted words as a non-attribution (na): a
    scare quote, a term or a title. This check covers only articles whose attributions are complete, and only paragraphs
    in which every quote has been found.
    """
    for span in waiting_quotations(article) if article.finished("attributions", "non_attributions") else ():
        message = f"the quotation {span.of(article.text)!r} is not annotated or listed"
        free = article.free.next("na")
        help_ = (
            f'include it in the `content` of an attribution, or list it: {free} = {{ q = "…", reason = "scare_quote" }}'
        )
        yield _at_text(article, span, message, help_, "attributions")


def waiting_quotations(article: JudgedArticle) -> Iterator[Span]:
    """The quotations neither annotated nor listed, except in paragraphs in which a quote has no place."""
    held = _index(_accounted(article, "non_attributions"))
    for span in quoted(article.text):
        marks = [Span(span.start, span.start + 1), Span(span.end - 1, span.end)]
        if not all(held.containing(mark) for mark in marks):
            yield span


@rule(*LISTED_IN, level=Level.ARTICLE)
def accounted_twice(listed: Judged) -> Faults:
    """A number is both a quantity and a non-quantity, or quoted words are both a content and a non-attribution.

    What is listed as excluded from a layer must not be annotated in it.
    """
    layer, column = LISTED_IN[listed.record.table.name]
    for span in listed.spans["span"]:
        if owners := listed.article.spans(layer, column).containing(span):
            owner = owners[0].id
            message = f"{span.of(listed.article.text)!r} is already part of {owner}"
            yield listed.fault("span", message, f"remove it here, or remove it from {owner}")


@rule(level=Level.ARTICLE)
def reason_without_mention(article: JudgedArticle) -> Faults:
    """A number is listed as part of a date or a name, but no such mention contains it.

    The number of a date must be inside a DATE or TIME mention, the number of a designator inside a name. This check
    covers only articles whose entities are complete, and only paragraphs in which every mention has been found.
    """
    if not article.finished("entities"):
        return
    unsound = {j.record.paragraph for j in article.every("entities") if j.annotation.unplaced}
    named = [(span, mention) for span, mention in article.mentions if mention.text("mention") == "name"]
    dates = _index(span for span, mention in named if mention.is_time)
    names = _index(span for span, mention in named if mention.is_name)
    for listed in article.placed("non_quantities"):
        held = {"date": dates, "designator": names}.get(reason := listed.text("reason"))
        spans = listed.spans["span"]
        if held is None or listed.record.paragraph in unsound or all(held.containing(span) for span in spans):
            continue
        message = f"no {'DATE or TIME' if reason == 'date' else 'name'} mention contains {spans[0].of(article.text)!r}"
        yield listed.fault("reason", message, "fix the reason, or annotate the mention in entities.toml")


def _accounted(article: JudgedArticle, listed_in: str) -> list[Span]:
    """The spans annotated in a layer or listed as excluded from it, and the paragraphs where these are not known."""
    layer, column = LISTED_IN[listed_in]
    unsettled = article.unsettled(layer, listed_in)
    held = [span for j in article.every(layer) for span in j.spans[column]]
    held += [span for j in article.every(listed_in) for span in j.spans["span"]]
    held += [span for j in article.every(layer) for span in j.spans.get("per", ())]  # "40 per 100,000 people"
    return held + [p.span for p in article.source.paragraphs if p.id in unsettled]


def _index(spans: Iterable[Span]) -> SpanIndex[Span]:
    return SpanIndex((span, span) for span in spans)


def _at_text(article: JudgedArticle, span: Span, message: str, help_: str, file: str) -> Fault:
    around = article.source.paragraph_at(span)
    paragraph = around.id if around else ""
    place = article.source.files[file].document.key_place(paragraph)
    return article.fault(place, f"{message} in {paragraph}", help_, paragraph=paragraph)
