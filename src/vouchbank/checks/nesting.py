"""Attributions, quantities and entities together: who vouches, who is the source, what holds what."""

from __future__ import annotations

import re

from vouchbank.checks.rule import Faults, rule
from vouchbank.checks.subjects import Judged, JudgedArticle
from vouchbank.corpus.ids import is_of
from vouchbank.findings import Fix, Level, Severity
from vouchbank.spans import Span, inside_any
from vouchbank.tables.rows import as_computed, interval_of
from vouchbank.tables.sources import in_apposition
from vouchbank.tables.statements import evidence
from vouchbank.toml.lines import with_key_behind

ROLES = ("source", "cue", "content")
UNLINKED = ("document", "implicit")
# What may stand in a source beside the mention that it is linked by: before it no other head, after it no head at all.
_BEFORE = re.compile(r",|\b(?:and|or|of|for|from|in|at|with|to|by|on)\b")
_REDUCED = re.compile(  # behind a noun: "researchers led by …", "officials who …"
    r"\s+(?:who|whom|whose|which|that|led|held|known|seen|made|paid|sent|close|familiar|able|\w+(?:ed|ing))\b"
)
_AFTER = re.compile(r"\s*\Z|\s*[(,;)”—–]|\s+(?:and|or|of|for|from|in|at|with|to|by|on)\b")


@rule("quantities", level=Level.ARTICLE)
def vouching_without_reason(quantity: Judged) -> Faults:
    """Who vouches is written by hand without a reason.

    vouched_by is computed from the contents that hold the quantity. Where the computed chain is wrong, write it with
    vouched_by_reason.
    """
    written = quantity.record.values
    if "vouched_by" in written and "vouched_by_reason" not in written:
        help_ = "add vouched_by_reason, or leave vouched_by out"
        yield quantity.fault("vouched_by", "vouched_by has no reason", help_)


@rule("quantities", level=Level.ARTICLE)
def vouching_by_denial(quantity: Judged) -> Faults:
    """An attribution is named as vouching that denies, doubts or declines, or that belongs to another article.

    The chain leaves out whoever does not affirm.
    """
    own = quantity.article.by_id
    for index, target in enumerate(quantity.full_ids("vouched_by")):
        said = own[target].text("polarity") if target in own else ""
        if (target in own and said != "affirm") or not is_of(target, quantity.article.id):
            wrong = f"has polarity {said!r}, not 'affirm'" if said else "belongs to another article"
            message = f"{target} {wrong}"
            yield quantity.fault(("vouched_by", index), message, "leave it out of the chain")


@rule("quantities", level=Level.ARTICLE, severity=Severity.WARNING)
def vouching_as_computed(quantity: Judged) -> Faults:
    """Who vouches is written by hand exactly as it would be computed (a warning).

    What can be computed is not written: leave out vouched_by and its reason.
    """
    written = {"vouched_by", "vouched_by_reason"} <= quantity.record.values.keys()
    if written and "vouched_by" in as_computed(quantity.article.source, quantity.annotation):
        yield quantity.fault("vouched_by", "this is the chain that would be computed", "leave vouched_by out")


@rule("quantities", level=Level.ARTICLE)
def status_by_hand(quantity: Judged) -> Faults:
    """The status of a quantity is written by hand although it is computed.

    `claimed` and `asserted` follow from who vouches. They are written only where somebody denies or doubts what the
    number stands in, but not the number, and then the note says so.
    """
    written = quantity.record.values.get("status")
    if written in ("claimed", "asserted"):
        against = sorted(evidence(quantity.article.source, quantity.annotation))
        if not against:
            yield quantity.fault("status", f"{written} is computed from who vouches", "leave status out")
        elif "note" not in quantity.record.values:
            help_ = "leave status out, or say in note why the number itself is not contested"
            yield quantity.fault("status", f"{against[0]} contests the number", help_)


@rule(level=Level.ARTICLE)
def source_not_linked(article: JudgedArticle) -> Faults:
    """A source is not annotated as an entity.

    A source that is a name, a noun phrase or a pronoun is also a mention in entities.toml: the whole source, or its
    head without determiner and title. Documents and evidence fit no type and link to nothing.
    """
    if not article.finished("entities"):
        return
    unsound = {j.record.paragraph for j in article.every("entities") if j.annotation.unplaced}
    prefix = article.source.schema.tables["entities"].prefix
    for attribution in article.placed("attributions"):
        source = attribution.spans["source"]
        kind, paragraph = attribution.text("source_kind"), attribution.record.paragraph
        if not source or kind in UNLINKED or paragraph in unsound:
            continue
        inside = ((span, mention) for span in source for mention in article.spans("entities", "span").inside(span))
        if not any(_links(mention, span, article.text) for span, mention in inside):
            message = f"no mention is annotated for the source {attribution.words('source')!r}"
            entry = f'{article.free.next(prefix)} = {{ q = "…", type = "…", mention = "nominal" }}'
            yield attribution.fault("source", message, f"add it to entities.toml: {entry}")


@rule(level=Level.ARTICLE)
def source_key_contradicts_mention(article: JudgedArticle) -> Faults:
    """The key of a source differs from the key of the mention it consists of.

    source_key is computed from the mention; it is written only where there is no mention to compute it from.
    """
    keys = {span: mention.text("key") for span, mention in article.mentions}
    for attribution in article.placed("attributions"):
        written, source = attribution.text("source_key"), attribution.spans["source"]
        found = keys.get(source[0], "") if len(source) == 1 else ""
        if written and found and written != found and attribution.held_against_mentions:
            message = f"the source is a mention of {found}, not of {written}"
            yield attribution.fault("source_key", message, "remove it, or fix the key of the mention")


def _links(judged: Judged, source: Span, text: str) -> bool:
    """Whether a mention is a source, or the head of one: determiner and title before it, complements after it."""
    mention = judged.spans["span"][0]
    if mention == source:
        return True
    before, after = text[source.start : mention.start], text[mention.end : source.end]
    head = not _BEFORE.search(before) or in_apposition(judged.annotation, before)
    noun = judged.text("mention") == "nominal"
    tail = _AFTER.match(after) or (noun and _REDUCED.match(after))
    return source.contains(mention) and head and bool(tail)


def _whole(attribution: Judged) -> list[Span]:
    return [span for name in ROLES for span in attribution.spans[name]]


@rule("attributions", level=Level.ARTICLE)
def parent_without_child(attribution: Judged) -> Faults:
    """The content of the parent does not contain its child.

    "X said …, according to CNN": the content of CNN's attribution contains all of X's: source, cue and content.
    """
    for target in attribution.full_ids("parent"):
        parent = attribution.article.by_id.get(target)
        if not is_of(target, attribution.article.id):
            message = f"{target} belongs to another article"
            yield attribution.fault("parent", message, "name an attribution of this article")
        if parent is None or parent is attribution:
            continue  # not placed, or reference-to-itself
        outside = [s for s in _whole(attribution) if not inside_any(s, parent.spans.get("content", ()))]
        if outside:
            said = outside[0].of(attribution.article.text)
            help_ = f"widen the content of {target}, or name another parent"
            yield attribution.fault("parent", f"{said[:60]!r} is not in the content of {target}", help_)


@rule("attributions", level=Level.ARTICLE)
def child_without_parent(attribution: Judged) -> Faults:
    """An attribution is entirely inside the content of another but has no parent.

    Nesting must be annotated: name the attribution whose content contains this one.
    """
    whole = _whole(attribution)
    if "parent" in attribution.record.values or not whole:
        return
    around = attribution.article.spans("attributions", "content").containing(whole[0])
    others = (other for other in around if other is not attribution)
    holders = [other for other in others if all(inside_any(s, other.spans["content"]) for s in whole)]
    if holders:
        inner = min(holders, key=lambda j: sum(s.length for s in j.spans["content"]))
        line = f'parent = "{inner.record.name}"'
        fix = _with_line(attribution, line)
        yield attribution.fault("", f"this is inside the content of {inner.id}", f"add {line}", fix=fix)


def _with_line(judged: Judged, line: str) -> Fix | None:
    """Write one more field into a record."""
    record = judged.record
    behind = (with_key_behind(record.document, *record.path, name, line=line) for name in record.values)
    edit = next(filter(None, behind), None)
    return Fix(f"{record.id}: {line}", (edit,), safe=True) if edit else None


@rule("quantities", level=Level.ARTICLE)
def part_larger_than_whole(quantity: Judged) -> Faults:
    """A quantity is part of a smaller one.

    The whole, which part_of names, is at least as large: the lower end of the part is not above its upper end.
    """
    part = interval_of(quantity.article.source, quantity.annotation)
    for target in quantity.full_ids("part_of"):
        other = quantity.article.by_id.get(target)
        whole = interval_of(other.article.source, other.annotation) if other else None
        if part is None or whole is None or part.empty or whole.empty or other is quantity:
            continue
        if part.lower is not None and whole.upper is not None and part.lower > whole.upper:
            message = f"{part} cannot be part of {target}, which is {whole}"
            yield quantity.fault(("part_of",), message, "fix the intervals, or the relation")
