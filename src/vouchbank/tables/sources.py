"""Who the source of an attribution is: its mention and its key, whom it speaks for, and why the article lets it speak.

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
# "its chairman, [Paul Dray]": one person, told twice
_TOLD_TWICE = re.compile(r"(?:an?|the|its|his|her|their|our|my|your)\b[^,;]*, \Z", re.IGNORECASE)


def source_mention(article: Article, annotation: Annotation) -> Annotation | None:
    """The mention that a source consists of.

    It is the source itself, or, since names are annotated without title and determiner, the longest mention that ends
    where the source ends ("Defense Secretary [Pete Hegseth]"), or else the only outermost one in it. None also where
    the entities of the article are not known; a draft knows those of a draft.
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
    """The kind that a source can only be: implicit where there is none, `named` for a person or a state by its name.

    An organisation with a name may be an outlet, and who is meant by a noun or a pronoun a reader decides: None.
    """
    if annotation.extent("source") is None:
        return None if annotation.record.values.get("source") else "implicit"
    mention = source_mention(article, annotation)
    given = mention.record.values if mention else {}
    named = given.get("type") in ("PERSON", "GPE") and given.get("mention", "name") == "name"
    return "named" if named else None


def source_key(article: Article, annotation: Annotation, shared: Shared) -> str | None:
    """The key of the entity that the source mentions; None where there is none, or the entities are not known."""
    mention = source_mention(article, annotation)
    return mention.record.values.get("key") if mention else None


def speaking(article: Article, annotation: Annotation, shared: Shared) -> tuple[str, bool] | None:
    """Whom a source speaks for at last, and whether officially (see `principal_of`); None also for unknown ones."""
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
    """In what capacity a source speaks for its principal."""
    found = speaking(article, annotation, shared)
    return None if found is None else "official" if found[1] else "affiliated"


def grounds(article: Article, annotation: Annotation, shared: Shared) -> str | None:
    """Why the article lets a source speak; None where that depends on its mentions, and they are not known."""
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
    """Whether a mention of people says more of them than that they are people, or sources."""
    given, words = mention.record.values, plain(mention.spans["span"][0].of(article.text)).split()
    empty = {*word_list("names", "determiners"), *word_list("sources", "bare")}
    said = [word for word in words if word not in empty and not is_vague(word) and not readings(word)]
    return given.get("type") == "PERSON" and given.get("mention") == "nominal" and bool(said)
