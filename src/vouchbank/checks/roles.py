"""The roles of one annotation: each has words of its own, and number and cue stand in the annotation's paragraph."""

from __future__ import annotations

from vouchbank.checks.rule import Faults, rule
from vouchbank.checks.subjects import Judged
from vouchbank.findings import Level
from vouchbank.spans import Span

# What an annotation hangs on: it stands in the section of the paragraph that has these words.
ANCHORED = {"quantities": ("modifier", "number", "unit"), "attributions": ("cue",)}
# What has words of its own: each role with those whose words it may not share, and those it may not be equal to.
APART = {
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

    What is measured and what restricts it are not the number, and not each other; a source is not its cue or whom it
    speaks to. Leave out the role that is not said.
    """
    for role, (apart, unequal) in APART.items():
        for span in judged.spans.get(role, ()):
            shared = [name for name in apart if any(span.overlaps(other) for other in judged.spans.get(name, ()))]
            shared += [name for name in unequal if span in judged.spans.get(name, ())]
            if shared:
                message = f"{span.of(judged.article.text)!r} in `{role}` is also in `{shared[0]}`"
                yield judged.fault(role, message, "keep the words in one role")


@rule(*ANCHORED, level=Level.RECORD)
def outside_own_paragraph(judged: Judged) -> Faults:
    """A number or a cue is in another paragraph than its annotation.

    An annotation stands in the section of the paragraph that has its number or its cue. What is measured, what is said
    and who says it may stand elsewhere.
    """
    article = judged.article.source
    own = next((p.span for p in article.paragraphs if p.id == judged.record.paragraph), Span(0, 0))
    for role in ANCHORED[judged.record.table.name]:
        for span in judged.spans[role]:
            if not own.contains(span):
                message = f"{span.of(article.text)!r} in `{role}` is not in {judged.record.paragraph}"
                yield judged.fault(role, message, "move the annotation to the paragraph of these words")
