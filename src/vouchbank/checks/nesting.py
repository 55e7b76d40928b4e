"""Attributions, quantities and entities together: vouchers, sources, and nesting."""

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
# What a source may contain beside the mention that links it: no other head before it, no head after it.
_BEFORE = re.compile(r",|\b(?:and|or|of|for|from|in|at|with|to|by|on)\b")
_REDUCED = re.compile(  # after a noun: "researchers led by …", "officials who …"
    r"\s+(?:who|whom|whose|which|that|led|held|known|seen|made|paid|sent|close|familiar|able|\w+(?:ed|ing))\b"
)
_AFTER = re.compile(r"\s*\Z|\s*[(,;)”—–]|\s+(?:and|or|of|for|from|in|at|with|to|by|on)\b")


@rule("quantities", level=Level.ARTICLE)
def vouching_without_reason(quantity: Judged) -> Faults:
    """`vouched_by` is written without a reason.

    `vouched_by` is computed from the contents that contain the quantity. Write it only if the computed chain is wrong,
    and add `vouched_by_reason`.
    """
    written = quantity.record.values
    if "vouched_by" in written and "vouched_by_reason" not in written:
        help_ = "add `vouched_by_reason`, or remove `vouched_by`"
        yield quantity.fault("vouched_by", "`vouched_by` has no reason", help_)


@rule("quantities", level=Level.ARTICLE)
def vouching_by_denial(quantity: Judged) -> Faults:
    """`vouched_by` names an attribution that denies, doubts or declines, or that belongs to another article.

    Only attributions of this article that affirm can vouch.
    """
    own = quantity.article.by_id
    for index, target in enumerate(quantity.full_ids("vouched_by")):
        polarity = own[target].text("polarity") if target in own else ""
        if (target in own and polarity != "affirm") or not is_of(target, quantity.article.id):
            wrong = f"has the polarity {polarity!r}, not 'affirm'" if polarity else "belongs to another article"
            message = f"{target} {wrong}"
            yield quantity.fault(("vouched_by", index), message, "remove it from `vouched_by`")


@rule("quantities", level=Level.ARTICLE, severity=Severity.WARNING)
def vouching_as_computed(quantity: Judged) -> Faults:
    """`vouched_by` is written exactly as it would be computed (a warning).

    Values that can be computed are not written. Remove `vouched_by` and its reason.
    """
    written = {"vouched_by", "vouched_by_reason"} <= quantity.record.values.keys()
    if written and "vouched_by" in as_computed(quantity.article.source, quantity.annotation):
        yield quantity.fault(
            "vouched_by", "`vouched_by` is the same as the computed chain", "remove `vouched_by` and its reason"
        )


@rule("quantities", level=Level.ARTICLE)
def status_by_hand(quantity: Judged) -> Faults:
    """The status of a quantity is written although it is computed.

    `claimed` and `asserted` follow from who vouches. Write them only if an attribution denies or doubts the statement
    that contains the number, but not the number itself, and explain this in the note.
    """
    written = quantity.record.values.get("status")
    if written in ("claimed", "asserted"):
        against = sorted(evidence(quantity.article.source, quantity.annotation))
        if not against:
            yield quantity.fault("status", f"the status {written!r} is computed from who vouches", "remove `status`")
        elif "note" not in quantity.record.values:
            help_ = "remove `status`, or explain in `note` why the number itself is not contested"
            yield quantity.fault("status", f"`status` is {written!r}, but {against[0]} contests the number", help_)


@rule(level=Level.ARTICLE)
def source_not_linked(article: JudgedArticle) -> Faults:
    """A source is not annotated as an entity.

    A source that is a name, a noun phrase or a pronoun must also be a mention in entities.toml: the whole source, or
    its head without determiner and title. Documents and evidence have no entity type and need no mention.
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
            message = f"the source {attribution.words('source')!r} is not annotated as an entity"
            entry = f'{article.free.next(prefix)} = {{ q = "…", type = "…", mention = "nominal" }}'
            yield attribution.fault("source", message, f"add it to entities.toml: {entry}")


@rule(level=Level.ARTICLE)
def source_key_contradicts_mention(article: JudgedArticle) -> Faults:
    """The key of a source differs from the key of its mention.

    `source_key` is computed from the mention of the source. Write it only if the source has no mention.
    """
    keys = {span: mention.text("key") for span, mention in article.mentions}
    for attribution in article.placed("attributions"):
        written, source = attribution.text("source_key"), attribution.spans["source"]
        found = keys.get(source[0], "") if len(source) == 1 else ""
        if written and found and written != found and attribution.judged_against_mentions:
            message = f"`source_key` is {written!r}, but the source is a mention of {found!r}"
            yield attribution.fault("source_key", message, "remove `source_key`, or fix the key of the mention")


def _links(judged: Judged, source: Span, text: str) -> bool:
    """Whether a mention is the source, or its head with a determiner or title before and complements after it."""
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

    In "X said …, according to CNN", the content of CNN's attribution contains the source, cue and content of X's.
    """
    for target in attribution.full_ids("parent"):
        parent = attribution.article.by_id.get(target)
        if not is_of(target, attribution.article.id):
            message = f"{target} belongs to another article"
            yield attribution.fault("parent", message, "name an attribution of this article")
        if parent is None or parent is attribution:
            continue  # reported elsewhere: without a place, or reference-to-itself
        outside = [s for s in _whole(attribution) if not inside_any(s, parent.spans.get("content", ()))]
        if outside:
            words = outside[0].of(attribution.article.text)
            help_ = f"extend the content of {target}, or name another parent"
            yield attribution.fault("parent", f"{words[:60]!r} is not in the content of {target}", help_)


@rule("attributions", level=Level.ARTICLE)
def child_without_parent(attribution: Judged) -> Faults:
    """An attribution lies inside the content of another but has no parent.

    Name the attribution whose content contains this one as its `parent`.
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
        yield attribution.fault(
            "", f"the attribution lies inside the content of {inner.id} but has no `parent`", f"add {line}", fix=fix
        )


def _with_line(judged: Judged, line: str) -> Fix | None:
    """The fix that adds a field to a record."""
    record = judged.record
    behind = (with_key_behind(record.document, *record.path, name, line=line) for name in record.values)
    edit = next(filter(None, behind), None)
    return Fix(f"add {line} to {record.id}", (edit,), safe=True) if edit else None


@rule("quantities", level=Level.ARTICLE)
def part_larger_than_whole(quantity: Judged) -> Faults:
    """A quantity is part of a smaller one.

    `part_of` names the whole, which must be at least as large: the lower end of the part must not exceed the upper end
    of the whole.
    """
    part = interval_of(quantity.article.source, quantity.annotation)
    for target in quantity.full_ids("part_of"):
        other = quantity.article.by_id.get(target)
        whole = interval_of(other.article.source, other.annotation) if other else None
        if part is None or whole is None or part.empty or whole.empty or other is quantity:
            continue
        if part.lower is not None and whole.upper is not None and part.lower > whole.upper:
            message = f"this quantity is {part}, but its whole {target} is {whole}"
            yield quantity.fault(("part_of",), message, "fix the intervals, or `part_of`")
