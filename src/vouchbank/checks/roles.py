"""The roles of one annotation: each has its own words, and number and cue are in the annotation's paragraph."""

from __future__ import annotations

from vouchbank.checks.rule import Faults, rule
from vouchbank.checks.subjects import Judged
from vouchbank.findings import Level
from vouchbank.spans import Span

# The roles that anchor an annotation: it is written in the section of the paragraph that contains them.
ANCHORED = {"quantities": ("modifier", "number", "unit"), "attributions": ("cue",)}
# For each role, the roles that it must not overlap, and those that it must not be equal to.
DISTINCT = {
    "scope": (("modifier", "number", "unit"), ("measured", "property")),
    "measured": (("modifier", "number"), ("property",)),
    "property": (("modifier", "number"), ()),
    "predicate": ((), ("measured", "property", "scope", "arguments")),
    "arguments": ((), ("measured", "property", "scope")),
    "justification": (("source", "cue"), ("anonymity_reason",)),
    "source": ((), ("cue", "addressee", "anonymity_reason")),
    "addressee": ((), ("cue", "content", "anonymity_reason")),
    "content": ((), ("anonymity_reason",)),
    "anonymity_reason": ((), ("cue",)),
}


@rule("quantities", "attributions", level=Level.ARTICLE)
def words_in_two_roles(judged: Judged) -> Faults:
    """Two roles of an annotation have the same words.

    What is measured and what restricts it are different from the number and from each other; a source is different from
    its cue and its addressee. Remove the role that the text does not express.
    """
    for role, (disjoint, unequal) in DISTINCT.items():
        for span in judged.spans.get(role, ()):
            shared = [name for name in disjoint if any(span.overlaps(other) for other in judged.spans.get(name, ()))]
            shared += [name for name in unequal if span in judged.spans.get(name, ())]
            if shared:
                message = f"{span.of(judged.article.text)!r} in `{role}` is also in `{shared[0]}`"
                yield judged.fault(role, message, "keep the words in one role")


@rule(*ANCHORED, level=Level.RECORD)
def outside_own_paragraph(judged: Judged) -> Faults:
    """A number or a cue is not in the paragraph of its annotation.

    Write an annotation in the section of the paragraph that contains its number or cue. What is measured, what is said
    and who says it may be in other paragraphs.
    """
    article = judged.article.source
    own = next((p.span for p in article.paragraphs if p.id == judged.record.paragraph), Span(0, 0))
    for role in ANCHORED[judged.record.table.name]:
        for span in judged.spans[role]:
            if not own.contains(span):
                message = f"{span.of(article.text)!r} in `{role}` is not in {judged.record.paragraph}"
                yield judged.fault(
                    role, message, "move the annotation to the section of the paragraph with these words"
                )
