"""Running the checks, level by level: all findings of a run at once, and one finding for one fault.

Readers come first at their level, then the rules. A record that fails a level is left alone by later ones, and an
article of which nothing can be read is judged by the first level only. In a draft that can be read, everything found is
a warning: nothing of it is published.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Iterable, Iterator
from dataclasses import replace

from vouchbank.checks.adjudicated import adjudications
from vouchbank.checks.adjudicated_shared import shared_adjudications
from vouchbank.checks.ids import Ids
from vouchbank.checks.part import Part
from vouchbank.checks.rule import Faults
from vouchbank.checks.shape import article_shape
from vouchbank.checks.subjects import Judged, JudgedArticle, JudgedCorpus, JudgedFile, JudgedLayer
from vouchbank.checks.waivers import Waivers
from vouchbank.corpus import Article, Corpus
from vouchbank.corpus.corpus import unusable_schema
from vouchbank.corpus.misquotes import misquotes
from vouchbank.errors import SchemaError
from vouchbank.findings import CHECKS, Check, Finding, Level, Severity, in_reading_order
from vouchbank.hints import for_annotator


def check(
    corpus: Corpus,
    progress: Callable[[Iterable[Article]], Iterable[Article]] = iter,
    only: Collection[str] | None = None,
) -> list[Finding]:
    """All findings of a corpus, or of some articles and of what they share with others, in reading order.

    Args:
        corpus: The sources.
        progress: Wraps the articles as they are gone through, to show how far the run is.
        only: The ids of the articles to judge; no others are read but those that they refer to (see `Part`).

    Raises:
        UnknownArticleError: there is no article of an id in `only`.
    """
    try:
        return _check(corpus, progress, only)
    except SchemaError as error:
        finding = unusable_schema(error)
        return [replace(finding, line=corpus.line(finding.place))]


def _check(
    corpus: Corpus, progress: Callable[[Iterable[Article]], Iterable[Article]], only: Collection[str] | None
) -> list[Finding]:
    part = None if only is None else Part.of(corpus, only)
    source = part.source if part else corpus
    articles = [source.article(name) for name in sorted(part.articles)] if part else source.articles
    judged = JudgedCorpus(source, Ids.of(source))
    waivers = Waivers(record for file in source.shared.values() for record in file.records)
    found = [f for article in progress(articles) for f in _of_article(article, judged.ids, waivers)]
    drafts = {name for article in source.articles for name in _drafts(article)}
    compared = list(adjudications(source, part.articles if part else source.article_ids))
    compared += [] if part else shared_adjudications(source)
    for level in Level:
        broken = _broken(found, drafts)
        found += [f for f in compared if CHECKS[f.slug].level is level and f.annotation not in broken]
        for one in CHECKS.values():
            if one.level is level and one.rule and one.judges is JudgedCorpus and not (part and one.whole):
                found += _named(one, one.rule(judged), broken, waivers)
    graded = _graded([*found, *waivers.idle(found)], drafts)
    concern = filter(part.concerns, graded) if part else graded
    return in_reading_order(
        replace(f, line=corpus.line(f.place), help=for_annotator(f.help, corpus.hand)) for f in concern
    )


def check_article(article: Article, ids: Ids, upto: Level = Level.FORM, without: Container[str] = ()) -> list[Finding]:
    """The findings of one article by itself; whether each of its waivers is needed only the corpus can show.

    Args:
        article: The article.
        ids: What its references may point to.
        upto: The last level that is judged.
        without: Checks that are left out: those of files, where the article stands in none.
    """
    return _of_article(article, ids, Waivers(), upto, without)


def _of_article(
    article: Article, ids: Ids, waivers: Waivers, upto: Level = Level.FORM, without: Container[str] = ()
) -> list[Finding]:
    judged = JudgedArticle(article, ids)
    waivers.add(judged.records)
    found: list[Finding] = []
    for level in list(Level)[: upto.rank]:
        broken = _broken(found)
        found += [f for f in _read(judged, level) if f.annotation not in broken]
        for one in CHECKS.values():
            if one.level is level and one.rule and one.name not in without:
                for subject in _subjects(one, judged, broken):
                    found += _named(one, one.rule(subject), broken, waivers)
        if not article.text:
            break
    return list(_graded(found, _drafts(article)))


def _subjects(
    check: Check, article: JudgedArticle, broken: set[str]
) -> Iterator[Judged | JudgedLayer | JudgedFile | JudgedArticle]:
    """What a rule judges in an article."""
    tables = check.tables or tuple(table.name for table in article.source.schema.layers)
    if check.judges is JudgedArticle:
        yield article
    elif check.judges is JudgedFile:
        yield from article.files
    elif check.judges is JudgedLayer:
        listed = (table for table in article.source.schema.layers if table.name in tables)
        yield from (JudgedLayer(table, article.placed(table.name), article) for table in listed)
    elif check.judges is Judged:
        of = article.every if check.level.rank <= Level.ANCHOR.rank else article.placed
        yield from (judged for table in tables for judged in of(table) if judged.id not in broken)


def _read(article: JudgedArticle, level: Level) -> Iterator[Finding]:
    """What the readers of an article have met at a level."""
    source = article.source
    if level is Level.FILE:
        faults = (*source.seed.faults, *(fault for file in article.files for fault in file.document.faults))
        yield from (replace(fault, article=source.id) for fault in faults)
    elif level is Level.SHAPE:
        yield from article_shape(source, raw=article.in_a_hand)
    elif level is Level.ANCHOR:
        yield from misquotes(source)


def _named(check: Check, faults: Faults, broken: set[str], waivers: Waivers) -> Iterator[Finding]:
    """The findings that a check makes of what its rule says, those of broken records left out."""
    return (waivers.heed(f) for f in map(check.finding, faults) if f.annotation not in broken)


def _broken(found: Iterable[Finding], drafts: Container[str] = ()) -> set[str]:
    """The records with errors, and those of drafts with what would be errors elsewhere."""
    error = Severity.ERROR
    return {
        f.annotation
        for f in found
        if error in (f.severity, f.place.file in drafts and CHECKS[f.slug].severity)
        and f.annotation
        and not f.waived
        and not CHECKS[f.slug].joined
    }


def _drafts(article: Article) -> set[str]:
    """The files of an article that can be read, and say that they are drafts."""
    return {file.document.file for file in article.files.values() if file.draft}


def _graded(found: Iterable[Finding], drafts: Container[str]) -> Iterator[Finding]:
    """The findings, those in drafts as warnings."""
    for f in found:
        yield replace(f, severity=Severity.WARNING) if f.place.file in drafts and not f.waived else f
