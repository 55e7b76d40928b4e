"""Levels 3 and 4: everything is annotated once, and a number that counts nothing stands where its reason says."""

from __future__ import annotations

from collections.abc import Iterator

from vouchbank.checks.parts import field, sound, text
from vouchbank.checks.registry import Subject, article_check, at_record
from vouchbank.findings import Finding
from vouchbank.spans import Span, inside_any

TIMES = ("DATE", "TIME")


@article_check(4)
def accounted_twice(subject: Subject) -> Iterator[Finding]:
    """A number is a quantity and a non-quantity, or quoted words are a content and a non-attribution.

    What is listed as none of a layer is not annotated in it.
    """
    for layer, other, column in (
        ("quantities", "non_quantities", "span"),
        ("attributions", "non_attributions", "content"),
    ):
        held = [(span, a.id) for a in sound(subject, layer) for span in a.spans[column]]
        for annotation in sound(subject, other):
            for span in annotation.spans["span"]:
                owner = next((name for whole, name in held if whole.contains(span)), "")
                if owner:
                    message = f"{span.of(subject.article.text)!r} is in {owner}"
                    place = annotation.record.place("q")
                    help_ = f"remove it here, or from {owner}"
                    yield at_record("accounted-twice", annotation.record, message, help_, place)


@article_check(4)
def reason_without_mention(subject: Subject) -> Iterator[Finding]:
    """A number is called part of a date or of a name, and no such mention holds it.

    The number of a date stands in a DATE or TIME, that of a designator in a name. Articles whose entities are not
    complete, and paragraphs in which a mention has no place, are not judged.
    """
    article = subject.article
    table = article.schema.tables.get("entities")
    if table is None or not article.finished(table):
        return
    unsound = {a.record.paragraph for a in article.annotations["entities"] if a.unplaced}
    dates: list[Span] = []
    names: list[Span] = []
    for mention in sound(subject, "entities"):
        into = dates if text(mention.record, "type") in TIMES else names
        if text(mention.record, "mention") == "name":
            into += mention.spans["span"]
    for annotation in sound(subject, "non_quantities"):
        record, reason = annotation.record, text(annotation.record, "reason")
        held = {"date": dates, "designator": names}.get(reason)
        spans = annotation.spans["span"]
        if held is None or record.paragraph in unsound or all(inside_any(span, held) for span in spans):
            continue
        what = "DATE or TIME" if reason == "date" else "name"
        message = f"no {what} holds {spans[0].of(article.text)!r}"
        help_ = "mend the reason, or annotate the mention in entities.toml"
        yield at_record("reason-without-mention", record, message, help_, record.place(field("reason")))
