"""Running the checks, level by level: all findings of a run at once, and one finding for one fault.

The articles are judged one by one, in this process or in several (see `vouchbank.checks.apart`), and none is kept; then
the rules of the whole corpus judge what articles share, and what each article has left behind. A record that fails a
level is left alone by later ones.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Iterable, Sequence
from dataclasses import replace
from typing import get_args

from vouchbank.checks.adjudicated_shared import shared_adjudications
from vouchbank.checks.apart import judged_alone
from vouchbank.checks.ids import Ids
from vouchbank.checks.judging import JudgedAlone, broken_records, graded, named, of_article
from vouchbank.checks.part import Part
from vouchbank.checks.subjects import JudgedArticle, JudgedCorpus
from vouchbank.checks.waivers import Waivers, surely_idle
from vouchbank.corpus import Article, Corpus
from vouchbank.corpus.corpus import unusable_schema
from vouchbank.errors import SchemaError
from vouchbank.findings import CHECKS, Check, Finding, Level, in_reading_order
from vouchbank.hints import for_annotator

Progress = Callable[[Sequence[str]], Iterable[str]]


def check(
    corpus: Corpus, progress: Progress = iter, only: Collection[str] | None = None, jobs: int = 1
) -> list[Finding]:
    """All findings of a corpus, or of some articles and of what they share with others, in reading order.

    Args:
        corpus: The sources.
        progress: Wraps the ids of the articles as they are gone through, to show how far the run is.
        only: The ids of the articles to judge; no others are read but those that they refer to (see `Part`).
        jobs: How many processes may share the work; where articles are few, one does it. The findings are the same.

    Raises:
        UnknownArticleError: the corpus lacks an article that `only` names.
        ProcessDiedError: one of several processes was killed.
    """
    try:
        return _check(corpus, progress, only, jobs)
    except SchemaError as error:
        finding = unusable_schema(error)
        return [replace(finding, line=corpus.line(finding.place))]


def _check(corpus: Corpus, progress: Progress, only: Collection[str] | None, jobs: int) -> list[Finding]:
    part = None if only is None else Part.of(corpus, only)
    source = part.source if part else corpus
    judged, came = judged_alone(source, part.articles if part else None, progress, jobs)
    drafts = {name for one in came for name in one.trace.drafts}
    found = list(graded(_of_all(judged, came, drafts, part is not None), drafts))
    return in_reading_order(
        replace(f, line=corpus.line(f.place), help=for_annotator(f.help, corpus.annotator))
        for f in (filter(part.concerns, found) if part else found)
    )


def check_article(article: Article, ids: Ids, upto: Level = Level.FORM, without: Container[str] = ()) -> list[Finding]:
    """The findings of one article by itself; whether each of its waivers is needed only the corpus can show.

    Args:
        article: The article.
        ids: What its references may point to.
        upto: The last level that is judged.
        without: Checks that are left out: those of files, where the article stands in none.
    """
    judged = JudgedArticle(article, ids)
    try:
        return of_article(judged, Waivers(), upto, without)
    finally:
        judged.forget()


def _of_all(judged: JudgedCorpus, came: Sequence[JudgedAlone], drafts: set[str], part: bool) -> list[Finding]:
    """The findings of all articles, and of the rules that judge more than one."""
    waivers = Waivers(judged.records)
    found = [f for one in came for f in one.findings]
    compared = [f for one in came for f in one.compared]
    compared += [] if part else shared_adjudications(judged.source)
    for level in Level:
        broken = broken_records(found, drafts)
        found += [f for f in compared if CHECKS[f.slug].level is level and f.annotation not in broken]
        for one in CHECKS.values():
            if one.level is level and one.rule and _of_corpus(one) and not (part and one.whole):
                found += named(one, one.rule(judged), broken, waivers)
    idle = [*waivers.idle(), *(f for one in came for f in one.idle)]
    return [*found, *surely_idle(idle, found)]


def _of_corpus(check: Check) -> bool:
    """Whether a check judges the corpus, be it besides other things."""
    return JudgedCorpus in (check.judges, *get_args(check.judges))
