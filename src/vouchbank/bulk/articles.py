r"""Process articles: input articles in, rows and findings out. Every command and function for bulk work calls this.

Example:
    >>> done = process_article(InputArticle("news.jsonl", 0, "a", "It rains.\n\nShare this article"), Options())
    >>> done.row["text"], [segment["role"] for segment in done.row["segments"]]
    ('It rains.', ['body', 'interface'])
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from vouchbank.bulk import resources
from vouchbank.bulk.annotation import annotate, annotated, judge
from vouchbank.bulk.input_findings import InputFinding
from vouchbank.bulk.input_rows import InputArticle
from vouchbank.bulk.options import Options
from vouchbank.checks.inputs import input_draft_failed, input_not_a_page, input_nothing_kept
from vouchbank.pages import NotAPageError, WebPage, html_page
from vouchbank.tables.articles import segment_rows, whole_row
from vouchbank.text import Normalised, Verdict, normalise
from vouchbank.text.recurring import recurring_by_site

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ArticleResult:
    """The result of processing an article.

    Attributes:
        row: Its row of `articles`, with `segments`; None if it could not be processed.
        found: The findings on it.
    """

    row: Row | None
    found: tuple[InputFinding, ...] = ()


def process_article(given: InputArticle, options: Options) -> ArticleResult:
    """Process one article."""
    return process_articles([given], options)[0]


def process_articles(given: Sequence[InputArticle], options: Options) -> list[ArticleResult]:
    """Process some articles, in their order and independently of each other unless `options.sites` is set."""
    read = [_text_of(each) for each in given]
    texts = [one for one in read if isinstance(one, _Text)]
    clean = iter(_normalised(texts, options))
    return [_done(one, next(clean), options) if isinstance(one, _Text) else one for one in read]


@dataclass(frozen=True, slots=True)
class _Text:
    """An article whose raw text is known, and the page that it was read from."""

    given: InputArticle
    page: WebPage | None = None


def _text_of(given: InputArticle) -> _Text | ArticleResult:
    """The raw text of an article, or a finding if its page cannot be read."""
    if not given.html:
        return _Text(given)
    try:
        page = html_page(given.html, resources.page_reader(), given.facts.get("url", ""))
    except NotAPageError as error:
        row = (given.source, given.row)
        return ArticleResult(None, (InputFinding.of(input_not_a_page(row, error.why), row, given.article_id),))
    return _Text(replace(given, text=page.raw.decode(), html=""), page)


def _normalised(texts: Sequence[_Text], options: Options) -> list[Normalised]:
    """Normalise raw texts; for a line, the verdicts on the page itself come before those from other pages."""
    recur: Sequence[tuple[Verdict, ...]] = [()] * len(texts)
    if options.sites:
        recur = recurring_by_site([(one.given.facts.get("url", ""), one.given.text) for one in texts])
    rules = resources.rules(options.rules)
    return [
        normalise(one.given.text, rules=rules, verdicts=one.page.verdicts if one.page else verdicts)
        for one, verdicts in zip(texts, recur, strict=True)
    ]


def _done(one: _Text, normalised: Normalised, options: Options) -> ArticleResult:
    if not normalised.text:
        row = (one.given.source, one.given.row)
        return ArticleResult(None, (InputFinding.of(input_nothing_kept(row), row, one.given.article_id),))
    return _with_annotation(one.given, normalised, options, one.page)


def _with_annotation(
    given: InputArticle, normalised: Normalised, options: Options, page: WebPage | None
) -> ArticleResult:
    found, drafted = list[InputFinding](), bool(options.draft) and not annotated(given)
    if drafted:
        given, failed = _drafted(given, normalised, options)
        found += failed
    made = annotate(given, normalised, options, page, clean=drafted)
    found += [*made.found, *(judge(made, given, options) if annotated(given) else ())]
    row = whole_row(made.sound, resources.schema(), resources.shared(options.registry))
    rows = segment_rows(made.article)
    segments = [{key: value for key, value in one.items() if key != "article_id"} for one in rows]
    return ArticleResult({**row, "segments": segments}, tuple(found))


def _drafted(given: InputArticle, normalised: Normalised, options: Options) -> tuple[InputArticle, list[InputFinding]]:
    """The article with the annotation that the drafting function makes from its clean text."""
    draft = resources.draft_function(options.draft)
    try:
        layers = draft(normalised.text)
        why = "" if isinstance(layers, Mapping) else f"the function returned a {type(layers).__name__}"
    except Exception as error:  # whatever it is, it affects only this article
        layers, why = {}, f"{type(error).__name__}: {str(error)[:200]!a}"
    if why:
        row = (given.source, given.row)
        return given, [InputFinding.of(input_draft_failed(row, why), row, given.article_id)]
    names = {table.name for table in resources.schema().layers}
    return replace(given, layers={name: held for name, held in layers.items() if name in names}), []
