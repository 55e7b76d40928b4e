r"""One article in, its row and its findings out: the function that every door calls.

Example:
    >>> done = one(Given("news.jsonl", 0, "a", "It rains.\n\nShare this article"), Options())
    >>> done.row["text"], [segment["role"] for segment in done.row["segments"]]
    ('It rains.', ['body', 'interface'])
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from vouchbank.bulk import tools
from vouchbank.bulk.annotation import annotate, annotated, judge
from vouchbank.bulk.found import InputFinding
from vouchbank.bulk.given import Given
from vouchbank.bulk.options import Options
from vouchbank.checks.inputs import input_draft_failed, input_not_a_page, input_nothing_kept
from vouchbank.pages import NotAPageError, WebPage, html_page
from vouchbank.tables.articles import segment_rows, whole_row
from vouchbank.text import Normalised, normalise

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Done:
    """What became of an article.

    Attributes:
        row: Its row of `articles`, with `segments`; None if it could not be processed.
        found: What is wrong with it.
    """

    row: Row | None
    found: tuple[InputFinding, ...] = ()


def one(given: Given, options: Options) -> Done:
    """What becomes of one article."""
    return many([given], options)[0]


def many(given: Sequence[Given], options: Options) -> list[Done]:
    """What becomes of some articles, each as if it were alone, in their order."""
    return [_done(each, options) for each in given]


def _done(given: Given, options: Options) -> Done:
    row, page = (given.source, given.row), None
    if given.html:
        try:
            page = html_page(given.html, tools.page_reader(), given.facts.get("url", ""))
        except NotAPageError as error:
            return Done(None, (InputFinding.of(input_not_a_page(row, error.why), row, given.article_id),))
        given = replace(given, text=page.raw.decode(), html="")
    normalised = normalise(given.text, rules=tools.rules(options.rules), verdicts=page.verdicts if page else ())
    if not normalised.text:
        return Done(None, (InputFinding.of(input_nothing_kept(row), row, given.article_id),))
    return _with_annotation(given, normalised, options, page)


def _with_annotation(given: Given, normalised: Normalised, options: Options, page: WebPage | None) -> Done:
    found, drafted = list[InputFinding](), bool(options.draft) and not annotated(given)
    if drafted:
        given, failed = _drafted(given, normalised, options)
        found += failed
    made = annotate(given, normalised, options, page, clean=drafted)
    found += [*made.found, *(judge(made, given, options) if annotated(given) else ())]
    row = whole_row(made.sound, tools.schema(), tools.shared(options.registry))
    rows = segment_rows(made.article)
    segments = [{key: value for key, value in one.items() if key != "article_id"} for one in rows]
    return Done({**row, "segments": segments}, tuple(found))


def _drafted(given: Given, normalised: Normalised, options: Options) -> tuple[Given, list[InputFinding]]:
    """The article with the annotation that a function drafts for its clean text."""
    draft = tools.function(options.draft)
    try:
        layers = draft(normalised.text)
        why = "" if isinstance(layers, Mapping) else f"the function returned a {type(layers).__name__}"
    except Exception as error:  # whatever it is, it concerns this article alone
        layers, why = {}, f"{type(error).__name__}: {str(error)[:200]!a}"
    if why:
        row = (given.source, given.row)
        return given, [InputFinding.of(input_draft_failed(row, why), row, given.article_id)]
    names = {table.name for table in tools.schema().layers}
    return replace(given, layers={name: held for name, held in layers.items() if name in names}), []
