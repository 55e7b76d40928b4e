"""Judge one article: its own rules level by level, its adjudication, and a summary for the rules of the whole corpus.

At each level the readers report first, then the rules. A record that fails a level is not judged at later ones, and an
article without readable text is judged only at the first level. In a draft that can be read, all findings are warnings,
because drafts are not published.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import get_args

from vouchbank.checks.adjudicated import adjudications
from vouchbank.checks.ids import Ids
from vouchbank.checks.rule import Faults
from vouchbank.checks.shape import article_shape
from vouchbank.checks.subjects import ArticleSummary, Judged, JudgedArticle, JudgedFile, JudgedLayer, Sharing
from vouchbank.checks.summaries import summary_of
from vouchbank.checks.waivers import Waivers
from vouchbank.corpus import Article, Corpus
from vouchbank.corpus.misquotes import misquotes
from vouchbank.findings import CHECKS, Check, Finding, Level, Severity


@dataclass(frozen=True, slots=True)
class ArticleFindings:
    """The result of judging one article: plain data.

    Attributes:
        summary: What the rules of the whole corpus need to know about it.
        findings: The findings of its own rules.
        compared: The findings of its raw annotations and adjudication; the whole run sorts them into levels.
        idle: Its waivers that waived nothing; they become findings only if the article has no errors.
    """

    summary: ArticleSummary
    findings: tuple[Finding, ...] = ()
    compared: tuple[Finding, ...] = ()
    idle: tuple[Finding, ...] = ()


@dataclass(frozen=True, eq=False)
class Judge:
    """Judges the articles of a corpus one by one.

    Attributes:
        source: The corpus.
        ids: What references may point to.
        sharing: What the articles share.
    """

    source: Corpus
    ids: Ids
    sharing: Sharing

    def judge(self, article_id: str, own: bool = True) -> ArticleFindings:
        """The result of judging an article; only its summary if it is not one of those to judge (`own`)."""
        judged = JudgedArticle(self.source.article(article_id), self.ids, self.sharing)
        try:
            if not own:
                return ArticleFindings(summary_of(judged))
            waivers = Waivers()
            found = of_article(judged, waivers)
            compared = adjudications(self.source, [article_id])
            return ArticleFindings(summary_of(judged), tuple(found), tuple(compared), tuple(waivers.idle()))
        finally:
            judged.forget()


def of_article(
    judged: JudgedArticle, waivers: Waivers, upto: Level = Level.FORM, without: Container[str] = ()
) -> list[Finding]:
    """The findings of the rules of one article.

    Args:
        judged: The article.
        waivers: Collects what its records waive, and which waivers were needed.
        upto: The last level to judge.
        without: Checks to skip.
    """
    article = judged.source
    waivers.add(judged.records)
    found: list[Finding] = []
    for level in list(Level)[: upto.rank]:
        broken = broken_records(found)
        found += [f for f in _read(judged, level) if f.annotation not in broken]
        for one in CHECKS.values():
            if one.level is level and one.rule and one.name not in without:
                for subject in _subjects(one, judged, broken):
                    found += named(one, one.rule(subject), broken, waivers)
        if not article.text:
            break
    return list(graded(found, _drafts(article)))


def _subjects(
    check: Check, article: JudgedArticle, broken: set[str]
) -> Iterator[Judged | JudgedLayer | JudgedFile | JudgedArticle]:
    """What a check judges in an article."""
    tables = check.tables or tuple(table.name for table in article.source.schema.layers)
    if JudgedArticle in (check.judges, *get_args(check.judges)):
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
    """What the readers of an article found at a level."""
    source = article.source
    if level is Level.FILE:
        faults = (*source.seed.faults, *(fault for file in article.files for fault in file.document.faults))
        yield from (replace(fault, article=source.id) for fault in faults)
    elif level is Level.SHAPE:
        yield from article_shape(source, raw=article.of_one_annotator)
    elif level is Level.ANCHOR:
        yield from misquotes(source)


def named(check: Check, faults: Faults, broken: set[str], waivers: Waivers) -> Iterator[Finding]:
    """The findings of a check, without those of broken records."""
    return (waivers.heed(f) for f in map(check.finding, faults) if f.annotation not in broken)


def broken_records(found: Iterable[Finding], drafts: Container[str] = ()) -> set[str]:
    """The records with errors; in drafts also those whose findings would be errors elsewhere."""
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
    """The readable files of an article whose status is draft."""
    return {file.document.file for file in article.files.values() if file.draft}


def graded(found: Iterable[Finding], drafts: Container[str]) -> Iterator[Finding]:
    """The findings; those in drafts become warnings."""
    for f in found:
        yield replace(f, severity=Severity.WARNING) if f.place.file in drafts and not f.waived else f
