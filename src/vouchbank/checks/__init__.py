"""The gate: every rule of the sources, run level by level, all findings of a run at once.

Example:
    >>> from vouchbank.corpus import Corpus, repository_root
    >>> check(Corpus(repository_root()))
    []
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from vouchbank.checks import (
    across,
    adjudicated,
    against,
    attribution_rules,
    characters,
    figures,
    files,
    floors,
    layer,
    linking,
    nesting,
    numbers,
    once,
    references,
    registry_rules,
    seeds,
    shape,
    spans,
    unit_rules,
)
from vouchbank.checks.references import retired_in
from vouchbank.checks.registry import CHECKS, Check, Ids, Subject
from vouchbank.checks.shape import ids_of
from vouchbank.corpus import Article, Corpus
from vouchbank.findings import Finding, errors, in_reading_order

__all__ = ["CHECKS", "Check", "Ids", "Subject", "check", "check_article"]

_LAYER = (layer, spans, numbers, unit_rules, attribution_rules, once)
_CORPUS = (linking, registry_rules, figures, adjudicated, floors, against)
_ROOMS = (files, characters, shape, references, seeds, *_LAYER, across, nesting, *_CORPUS)


def check(corpus: Corpus, progress: Callable[[Iterable[Article]], Iterable[Article]] = iter) -> list[Finding]:
    """All findings of a corpus, in reading order.

    Args:
        corpus: The sources.
        progress: Wraps the articles as they are gone through, to show how far the run is.
    """
    ids = replace(ids_of(corpus.articles, corpus.shared, corpus.schema), retired=retired_in(corpus))
    found: list[Finding] = []
    for article in progress(corpus.articles):
        found += check_article(article, ids)
    broken = {f.annotation for f in errors(found) if f.annotation}
    for level in _levels():
        for rule in CHECKS.values():
            if rule.corpus and rule.level == level:
                found += [rule.graded(f) for f in rule.corpus(corpus, ids) if f.annotation not in broken]
        broken |= {f.annotation for f in errors(found) if f.annotation}
    return in_reading_order(found)


def check_article(article: Article, ids: Ids) -> list[Finding]:
    """The findings of one article, cheap levels first.

    A record that failed a level is not judged by later ones, and an article whose seed cannot be used is judged by
    the first level only, so that one fault gives one finding.
    """
    subject = Subject(article, ids)
    found: list[Finding] = []
    for level in _levels():
        broken = {f.annotation for f in errors(found) if f.annotation}
        for rule in CHECKS.values():
            if rule.article and rule.level == level:
                found += [rule.graded(f) for f in rule.article(subject) if f.annotation not in broken]
        if level == 1 and (article.seed.faults or any(f.slug == "nothing-kept" for f in found)):
            break
    return found


def _levels() -> list[int]:
    return sorted({rule.level for rule in CHECKS.values()})
