"""Run the checks level by level and return all findings at once, one finding for each fault.

Articles are judged one by one, in this process or in several (see `vouchbank.checks.one_by_one`), and are not kept in
memory; then the rules of the whole corpus judge what the articles share and the summary of each article. A record that
fails a level is not judged at later ones.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Iterable, Sequence
from dataclasses import replace
from typing import get_args

from vouchbank.checks.adjudicated_shared import shared_adjudications
from vouchbank.checks.ids import Ids
from vouchbank.checks.judging import ArticleFindings, broken_records, graded, named, of_article
from vouchbank.checks.one_by_one import judge_articles
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
    """All findings of a corpus, or of some articles and what they share with others, in reading order.

    Args:
        corpus: The sources.
        progress: Wraps the iteration over the article ids, to show progress.
        only: The ids of the articles to judge; besides them, only the articles they refer to are read (see `Part`).
        jobs: The maximum number of processes; a few articles are judged in one. The findings are the same.

    Raises:
        UnknownArticleError: `only` names an article that the corpus does not have.
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
    judged, came = judge_articles(source, part.articles if part else None, progress, jobs)
    drafts = {name for one in came for name in one.summary.drafts}
    found = list(graded(_of_all(judged, came, drafts, part is not None), drafts))
    return in_reading_order(
        replace(f, line=corpus.line(f.place), help=for_annotator(f.help, corpus.annotator))
        for f in (filter(part.concerns, found) if part else found)
    )


def check_article(article: Article, ids: Ids, upto: Level = Level.FORM, without: Container[str] = ()) -> list[Finding]:
    """The findings of one article by itself; unused waivers are found only when the whole corpus is checked.

    Args:
        article: The article.
        ids: What its references may point to.
        upto: The last level to judge.
        without: Checks to skip, such as those of files if the article is not stored in any.
    """
    judged = JudgedArticle(article, ids)
    try:
        return of_article(judged, Waivers(), upto, without)
    finally:
        judged.forget()


def _of_all(judged: JudgedCorpus, came: Sequence[ArticleFindings], drafts: set[str], part: bool) -> list[Finding]:
    """The findings of all articles and of the rules that judge more than one article."""
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
    """Whether a check judges the corpus, perhaps among other things."""
    return JudgedCorpus in (check.judges, *get_args(check.judges))
