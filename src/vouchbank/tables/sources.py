"""The source of an attribution: its mention, its key, whom it speaks for, and its grounds.

Example:
    >>> from vouchbank.corpus import Corpus, repository_root
    >>> from vouchbank.tables.shared import NOTHING
    >>> article = Corpus(repository_root()).article("004")
    >>> grounds(article, article.by_id["004-a19"], NOTHING)
    'title'
"""

from __future__ import annotations

import re

from vouchbank.corpus import Article
from vouchbank.corpus.resolve import Annotation
from vouchbank.language.amounts import is_vague, readings
from vouchbank.language.lexicon import plain, word_list
from vouchbank.tables.shared import Shared, principal_of

_JOINT = re.compile(r",|\b(?:and|or|of|for|from|in)\b")
# "its chairman, [Paul Dray]": one person, mentioned twice
_TOLD_TWICE = re.compile(r"(?:an?|the|its|his|her|their|our|my|your)\b[^,;]*, \Z", re.IGNORECASE)


def source_mention(article: Article, annotation: Annotation) -> Annotation | None:
    """The entity mention of a source; None if it has none, or the entities of the article are not known.

    It has the span of the source, or, because names are annotated without title and determiner, it is the longest
    mention that ends where the source ends ("Defense Secretary [Pete Hegseth]"), or else the only outermost mention in
    the source. A draft attribution can also refer to draft entities.
    """
    source = annotation.extent("source")
    known = article.known("entities") or article.files[annotation.record.table.file].draft
    if source is None or len(annotation.spans["source"]) > 1 or not known:
        return None
    outermost: list[Annotation] = []
    for mention in sorted(article.spans("entities", "span").inside(source), key=_outer_first):
        if not outermost or mention.spans["span"][0].end > outermost[-1].spans["span"][0].end:
            outermost.append(mention)
    between = article.text[source.start : source.end]
    at_end = [
        mention
        for mention in outermost
        if (span := mention.spans["span"][0]).end == source.end
        and (not _JOINT.search(before := between[: span.start - source.start]) or in_apposition(mention, before))
    ]
    chosen = at_end or (outermost if len(outermost) == 1 else [])
    return chosen[0] if chosen else None


def in_apposition(mention: Annotation, before: str) -> bool:
    """Whether a name only repeats the noun phrase before it: "its chairman, Paul Dray"."""
    given = mention.record.values
    named = given.get("type") in ("PERSON", "ORG") and given.get("mention", "name") == "name"
    return named and bool(_TOLD_TWICE.match(before))


def _outer_first(mention: Annotation) -> tuple[int, int]:
    span = mention.spans["span"][0]
    return span.start, -span.end


def source_kind(article: Article, annotation: Annotation) -> str | None:
    """The kind of a source if the words determine it: `implicit` without a source, `named` for named people and states.

    None if a reader must decide: a named organisation may be an outlet, and nouns and pronouns can be of any kind.
    """
    if annotation.extent("source") is None:
        return None if annotation.record.values.get("source") else "implicit"
    mention = source_mention(article, annotation)
    given = mention.record.values if mention else {}
    named = given.get("type") in ("PERSON", "GPE") and given.get("mention", "name") == "name"
    return "named" if named else None


def source_key(article: Article, annotation: Annotation, shared: Shared) -> str | None:
    """The registry key of the source's mention; None without one, or if the entities are not known."""
    mention = source_mention(article, annotation)
    return mention.record.values.get("key") if mention else None


def speaking(article: Article, annotation: Annotation, shared: Shared) -> tuple[str, bool] | None:
    """The principal that a source ultimately speaks for, and whether officially; None if it has none or is unknown."""
    key = annotation.record.values.get("source_key") or source_key(article, annotation, shared)
    row, mention = shared.registry.get(key or ""), source_mention(article, annotation)
    if key is None or row is None:
        return None
    government = mention is not None and mention.record.values.get("reading") == "government"
    return principal_of(row.values, key, shared.principals, government)


def speaks_for(article: Article, annotation: Annotation, shared: Shared) -> str | None:
    """The principal of a source (see `speaking`)."""
    found = speaking(article, annotation, shared)
    return found[0] if found else None


def capacity(article: Article, annotation: Annotation, shared: Shared) -> str | None:
    """In what capacity a source speaks for its principal; None without one."""
    found = speaking(article, annotation, shared)
    return None if found is None else "official" if found[1] else "affiliated"


def grounds(article: Article, annotation: Annotation, shared: Shared) -> str | None:
    """What qualifies the source to speak; None if that depends on entities that are not known."""
    source = annotation.extent("source")
    if annotation.spans.get("justification") or source is None:
        return "none" if source is None else "justification"
    if not article.known("entities"):
        return None
    mentions = article.spans("entities", "span").inside(source)
    if any(source.contains(title) for mention in mentions for title in mention.spans["title"]):
        return "title"
    if annotation.record.values.get("source_kind") == "role" or any(_role(m, article) for m in mentions):
        return "role"
    return "anonymity" if annotation.spans["anonymity_reason"] else "none"


def _role(mention: Annotation, article: Article) -> bool:
    """Whether a mention says more about people than that they are people or sources."""
    given, words = mention.record.values, plain(mention.spans["span"][0].of(article.text)).split()
    empty = {*word_list("names", "determiners"), *word_list("sources", "bare")}
    said = [word for word in words if word not in empty and not is_vague(word) and not readings(word)]
    return given.get("type") == "PERSON" and given.get("mention") == "nominal" and bool(said)
