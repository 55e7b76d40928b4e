"""Computed columns of a quantity: who vouches for it, its status and the evidence, and its statement in one line.

Example:
    >>> from vouchbank.corpus import Corpus, repository_root
    >>> article = Corpus(repository_root()).article("004")
    >>> statement(article, article.by_id["004-q6"], NOTHING)
    'Since September, U.S. forces … killing at least 83 people'
"""

from __future__ import annotations

from collections.abc import Mapping
from weakref import WeakKeyDictionary

from vouchbank.corpus import Article
from vouchbank.corpus.resolve import Annotation
from vouchbank.spans import Span
from vouchbank.tables.one_line import names_of, one_line
from vouchbank.tables.shared import NOTHING, Shared

NOWHERE = Span(0, 0)
_KNOWN: WeakKeyDictionary[Article, Mapping[Span, str]] = WeakKeyDictionary()


def vouched_by(article: Article, annotation: Annotation, shared: Shared) -> list[str] | None:
    """The attributions whose content contains the quantity, innermost first, without those that deny or doubt it.

    They are computed from the nesting of contents; implicit sources count. None if the attributions of the article are
    not known.
    """
    if not article.known("attributions"):
        return None
    whole = annotation.extent("span")
    if whole is None:
        return []
    holding = article.spans("attributions", "content").containing(whole)
    affirmed = {a.id: a for a in holding if a.record.values.get("polarity", "affirm") == "affirm"}
    sizes = {name: min(c.length for c in a.spans["content"] if c.contains(whole)) for name, a in affirmed.items()}
    return sorted(sizes, key=lambda name: (sizes[name], name))


def status_by(article: Article, annotation: Annotation, shared: Shared) -> list[str] | None:
    """The annotations that make a number disputed or unverified: those that are written, and those that are found.

    None if the attributions are not known; empty if the record says that the number itself is not contested.
    """
    record = annotation.record
    written = record.full_ids("status_by")
    if not article.known("attributions"):
        return written or None
    if record.values.get("status") in ("claimed", "asserted"):
        return []
    found = {*written, *evidence(article, annotation)}
    placed = {name: article.by_id[name].first() for name in found if name in article.by_id}
    return sorted(found, key=lambda name: (placed.get(name) or NOWHERE, name))


def evidence(article: Article, annotation: Annotation) -> set[str]:
    """The annotations that contest a number: a quantity that disputes it, or an attribution that denies or doubts it.

    Such an attribution responds to a voucher of the number, in words that contain this number and no other: a denial of
    a whole content does not contest each number in it.
    """
    found = {other.id for other in article.referring("quantities", "disputes").get(annotation.id, ())}
    whole = annotation.extent("span")
    vouching = set(vouched_by(article, annotation, NOTHING) or ())
    for other in article.spans("attributions", "content").containing(whole) if whole and vouching else ():
        if contests(other) and vouching.intersection(other.record.full_ids("about")) and _alone(article, other, whole):
            found.add(other.id)
    return found


def contests(evidence: Annotation) -> bool:
    """Whether an annotation contradicts a number, instead of only saying that it is unknown."""
    return evidence.record.table.name == "quantities" or evidence.record.values.get("polarity") in ("deny", "doubt")


def _alone(article: Article, holder: Annotation, whole: Span | None) -> bool:
    """Whether a number is the only one in its fragment of the content."""
    quantities = article.spans("quantities", "span")
    return any(whole and c.contains(whole) and quantities.beginning(c) == 1 for c in holder.spans["content"])


def status(article: Article, annotation: Annotation, shared: Shared) -> str | None:
    """The status of a number; None if the attributions are not known."""
    evidence = status_by(article, annotation, shared)
    if any(name in article.by_id and contests(article.by_id[name]) for name in evidence or ()):
        return "disputed"
    if evidence or annotation.spans.get("status_words"):
        return "unverified"
    written = annotation.record.values.get("vouched_by")
    chain = vouched_by(article, annotation, shared) if written is None else written
    return None if chain is None else "claimed" if chain else "asserted"


def statement(article: Article, annotation: Annotation, shared: Shared) -> str:
    """What is measured, the number and its predicate as one line, in the order of the text (see `one_line`).

    What is measured is in the words of the record that `measured_of` names; the name replaces a pronoun among the
    arguments. Labels are appended for a change and for anything but a fact.
    """
    values = annotation.record.values
    named = (article.by_id.get(name) for name in annotation.record.full_ids("measured_of"))
    full = next((one.spans for one in named if one and one.spans.get("span")), None)
    labels = [values.get("change"), values.get("factuality")]
    return one_line(article.text, annotation.spans, _names(article), labels, full if annotation.spans["span"] else None)


def _names(article: Article) -> Mapping[Span, str]:
    """The names that pronouns of an article refer to; cached."""
    if article not in _KNOWN:
        held = ((a.extent("span"), a.record.values) for a in article.annotations.get("entities", ()))
        _KNOWN[article] = names_of(
            article.text, ((span, v.get("mention", "name"), v.get("key")) for span, v in held if span)
        )
    return _KNOWN[article]
