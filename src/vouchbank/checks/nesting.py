"""Level 4: attributions, quantities and entities together. Who vouches, who is the source, what holds what."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vouchbank.checks.parts import sound, text, words
from vouchbank.checks.registry import Subject, article_check, at_record
from vouchbank.compare.figures import interval_of
from vouchbank.corpus.ids import article_of
from vouchbank.corpus.resolve import Annotation
from vouchbank.findings import Finding, Severity
from vouchbank.spans import Span, inside_any
from vouchbank.tables.rows import Shared, vouched_by

ROLES = ("source", "cue", "content")
UNLINKED = ("document", "implicit")
_NOTHING = Shared({}, {})
# What may stand in a source beside the mention that it is linked by: before it no other head, after it no head at all.
_BEFORE = re.compile(r",|\b(?:and|or|of|for|from|in|at|with|to|by|on)\b")
_AFTER = re.compile(r"\s*\Z|\s*[(,;)”—–]|\s+(?:and|or|of|for|from|in|at|with|to|by|on)\b")


def _full(annotation: Annotation, name: str) -> list[str]:
    """The ids that a column of references names, in full."""
    written = annotation.record.values.get(name)
    listed = written if isinstance(written, list) else [written]
    return [annotation.record.full_id(one) for one in listed if isinstance(one, str)]


@article_check(4)
def vouching_without_reason(subject: Subject) -> Iterator[Finding]:
    """Who vouches is written by hand, and nothing says why.

    vouched_by is computed from the contents that hold the quantity. Where the computed chain is wrong, write it with
    vouched_by_reason.
    """
    for annotation in sound(subject, "quantities"):
        record = annotation.record
        if "vouched_by" in record.values and "vouched_by_reason" not in record.values:
            place = record.place("vouched_by")
            help_ = "add vouched_by_reason, or leave vouched_by out"
            yield at_record("vouching-without-reason", record, "vouched_by has no reason", help_, place)


@article_check(4)
def vouching_by_denial(subject: Subject) -> Iterator[Finding]:
    """Somebody is named as vouching who denies, doubts or declines, or who speaks in another article.

    The chain leaves out who does not affirm.
    """
    own = {a.id: a for a in sound(subject, "attributions")}
    for annotation in sound(subject, "quantities"):
        record = annotation.record
        for index, target in enumerate(_full(annotation, "vouched_by")):
            said = text(own[target].record, "polarity") if target in own else ""
            if (target in own and said != "affirm") or article_of(target) != subject.article.id:
                message = f"{target} {'does not affirm: ' + said if said else 'is of another article'}"
                place = record.place("vouched_by", index)
                yield at_record("vouching-by-denial", record, message, "leave it out of the chain", place)


@article_check(4, Severity.WARNING)
def vouching_as_computed(subject: Subject) -> Iterator[Finding]:
    """Who vouches is written by hand as it would be computed (a warning).

    What is computed is never written: leave vouched_by and its reason out.
    """
    for annotation in sound(subject, "quantities"):
        record = annotation.record
        if not {"vouched_by", "vouched_by_reason"} <= record.values.keys():
            continue
        if _full(annotation, "vouched_by") == vouched_by(subject.article, annotation, _NOTHING):
            place = record.place("vouched_by")
            message = "this is the chain that the contents give"
            yield at_record("vouching-as-computed", record, message, "leave vouched_by out", place)


@article_check(4)
def status_by_hand(subject: Subject) -> Iterator[Finding]:
    """The status of a number is written where it is computed.

    `claimed` and `asserted` follow from who vouches. Only `disputed` and `unverified`, which the article itself says,
    are written.
    """
    for annotation in sound(subject, "quantities"):
        written = annotation.record.values.get("status")
        if written in ("claimed", "asserted"):
            place = annotation.record.place("status")
            message = f"{written} is computed from who vouches"
            yield at_record("status-by-hand", annotation.record, message, "leave status out", place)


@article_check(4)
def source_not_linked(subject: Subject) -> Iterator[Finding]:
    """A source is no entity.

    A source that is a name, a noun phrase or a pronoun is a mention in entities.toml: the mention is the source, or its
    head without determiner and title. Documents and evidence fit no type and link to nothing.
    """
    article = subject.article
    table = article.schema.tables.get("entities")
    if table is None or not article.finished(table):
        return
    unsound = {a.record.paragraph for a in article.annotations["entities"] if a.unplaced}
    mentions = [s for a in sound(subject, "entities") for s in a.spans["span"]]
    for annotation in sound(subject, "attributions"):
        record, source = annotation.record, annotation.spans["source"]
        if not source or text(record, "source_kind") in UNLINKED or record.paragraph in unsound:
            continue
        if not any(_links(mention, span, article.text) for span in source for mention in mentions):
            message = f"no mention stands for the source {words(subject, annotation, 'source')!r}"
            free = subject.free.next(table.prefix)
            help_ = f'add it to entities.toml: {free} = {{ q = "…", type = "…", mention = "nominal" }}'
            yield at_record("source-not-linked", record, message, help_, record.place("source"))


@article_check(4)
def source_key_contradicts_mention(subject: Subject) -> Iterator[Finding]:
    """The key of a source is another than that of the mention it consists of.

    source_key is computed from the mention; it is written only where there is none to compute it from.
    """
    keys = {a.spans["span"][0]: text(a.record, "key") for a in sound(subject, "entities") if a.spans["span"]}
    for annotation in sound(subject, "attributions"):
        written, source = text(annotation.record, "source_key"), annotation.spans["source"]
        found = keys.get(source[0], "") if len(source) == 1 else ""
        if written and found and written != found:
            message = f"the source is the mention of {found}, not of {written}"
            place = annotation.record.place("source_key")
            help_ = "remove it, or mend the key of the mention"
            yield at_record("source-key-contradicts-mention", annotation.record, message, help_, place)


def _links(mention: Span, source: Span, text_: str) -> bool:
    """Whether a mention is a source, or the head of one: determiner and title before it, complements after it."""
    if mention == source:
        return True
    before, after = text_[source.start : mention.start], text_[mention.end : source.end]
    return source.contains(mention) and not _BEFORE.search(before) and bool(_AFTER.match(after))


def _whole(annotation: Annotation) -> list[Span]:
    return [span for name in ROLES for span in annotation.spans[name]]


@article_check(4)
def parent_without_child(subject: Subject) -> Iterator[Finding]:
    """The content of the parent does not hold its child.

    "X said …, according to CNN": the content of CNN's attribution holds X's whole one, source, cue and content.
    """
    own = {a.id: a for a in sound(subject, "attributions")}
    for annotation in own.values():
        for target in _full(annotation, "parent"):
            parent, place = own.get(target), annotation.record.place("parent")
            if article_of(target) != subject.article.id:
                message = f"{target} is of another article, so its content holds nothing of this one"
                help_ = "name an attribution of this article"
                yield at_record("parent-without-child", annotation.record, message, help_, place)
            if parent is None or parent is annotation:
                continue  # not placed, or reference-to-itself
            outside = [s for s in _whole(annotation) if not inside_any(s, parent.spans["content"])]
            if outside:
                said = outside[0].of(subject.article.text)
                message = f"{said[:60]!r} is not in the content of {target}"
                help_ = f"widen the content of {target}, or name another parent"
                yield at_record("parent-without-child", annotation.record, message, help_, place)


@article_check(4)
def child_without_parent(subject: Subject) -> Iterator[Finding]:
    """An attribution stands wholly inside the content of another and has no parent.

    Nesting is required: name the attribution whose content holds this one.
    """
    every = sound(subject, "attributions")
    for annotation in every:
        whole = _whole(annotation)
        if "parent" in annotation.record.values or not whole:
            continue
        holders = [
            other
            for other in every
            if other is not annotation and all(inside_any(s, other.spans["content"]) for s in whole)
        ]
        if holders:
            inner = min(holders, key=lambda a: sum(s.length for s in a.spans["content"]))
            message = f"it stands inside the content of {inner.id}"
            help_ = f'add parent = "{inner.record.name}"'
            yield at_record("child-without-parent", annotation.record, message, help_)


@article_check(4)
def part_larger_than_whole(subject: Subject) -> Iterator[Finding]:
    """A quantity is part of a smaller one.

    What part_of names counts at least as much: the lower end of the part lies below the upper end of the whole.
    """
    own = {a.id: a for a in sound(subject, "quantities")}
    for annotation in own.values():
        part = interval_of(annotation.record)
        for target in _full(annotation, "part_of"):
            whole = interval_of(own[target].record) if target in own else None
            if part is None or whole is None or part.empty or whole.empty or target == annotation.id:
                continue
            if part.lower is not None and whole.upper is not None and part.lower > whole.upper:
                message = f"{part} is no part of {target}, which is {whole}"
                place = annotation.record.place("part_of")
                help_ = "mend the intervals, or the relation"
                yield at_record("part-larger-than-whole", annotation.record, message, help_, place)
