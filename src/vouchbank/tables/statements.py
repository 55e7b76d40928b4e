"""What a quantity says as a whole: who vouches for it, its status and for whose sake, and one line for people.

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
    """The attributions whose content holds the quantity, innermost first, without those that deny or doubt.

    Scheme section 2: the chain is computed from the nesting of contents; an implicit source counts. None where the
    attributions of the article are not known.
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
    """For whose sake a number is disputed or unverified: what is written, and what is found.

    None where the attributions are not known; empty where the record says that the number itself is not contested.
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
    """What is found to contest a number: a quantity that disputes it, or somebody who denies or doubts it.

    That is who answers a voucher of the number in words that hold this number and no other: a denial of a whole content
    does not by itself contest each number in it.
    """
    found = {other.id for other in article.referring("quantities", "disputes").get(annotation.id, ())}
    whole = annotation.extent("span")
    vouching = set(vouched_by(article, annotation, NOTHING) or ())
    for other in article.spans("attributions", "content").containing(whole) if whole and vouching else ():
        if contests(other) and vouching.intersection(other.record.full_ids("about")) and _alone(article, other, whole):
            found.add(other.id)
    return found


def contests(evidence: Annotation) -> bool:
    """Whether an attribution or a quantity, if it speaks of a number, says otherwise, not only that it is not known."""
    return evidence.record.table.name == "quantities" or evidence.record.values.get("polarity") in ("deny", "doubt")


def _alone(article: Article, holder: Annotation, whole: Span | None) -> bool:
    """Whether a number is the only one in the fragment of the content that holds it."""
    quantities = article.spans("quantities", "span")
    return any(whole and c.contains(whole) and quantities.beginning(c) == 1 for c in holder.spans["content"])


def status(article: Article, annotation: Annotation, shared: Shared) -> str | None:
    """Whether somebody vouches for a number, or contests it; None where that is not known."""
    evidence = status_by(article, annotation, shared)
    if any(name in article.by_id and contests(article.by_id[name]) for name in evidence or ()):
        return "disputed"
    if evidence or annotation.spans.get("status_words"):
        return "unverified"
    written = annotation.record.values.get("vouched_by")
    chain = vouched_by(article, annotation, shared) if written is None else written
    return None if chain is None else "claimed" if chain else "asserted"


def statement(article: Article, annotation: Annotation, shared: Shared) -> str:
    """What is measured, the number and its predicate in the order of the text, as one line (see `lines`).

    What is measured is said as the record says it that `measured_of` names; a pronoun that is an argument gives way to
    what it refers to. Behind it stands what no words say: a change, and that it is not a fact.
    """
    values = annotation.record.values
    named = (article.by_id.get(name) for name in annotation.record.full_ids("measured_of"))
    full = next((one.spans for one in named if one and one.spans.get("span")), None)
    labels = [values.get("change"), values.get("factuality")]
    return one_line(article.text, annotation.spans, _names(article), labels, full if annotation.spans["span"] else None)


def _names(article: Article) -> Mapping[Span, str]:
    """What the pronouns of an article refer to, found once."""
    if article not in _KNOWN:
        held = ((a.extent("span"), a.record.values) for a in article.annotations.get("entities", ()))
        _KNOWN[article] = names_of(
            article.text, ((span, v.get("mention", "name"), v.get("key")) for span, v in held if span)
        )
    return _KNOWN[article]
