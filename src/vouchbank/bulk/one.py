r"""One article in, its row and its findings out: the function that every door calls.

Example:
    >>> done = one(Given("news.jsonl", 0, "a", "It rains.\n\nShare this article"), Options())
    >>> done.row["text"], [segment["role"] for segment in done.row["segments"]]
    ('It rains.', ['body', 'interface'])
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from vouchbank.bulk import tools
from vouchbank.bulk.annotation import annotate, annotated, judge
from vouchbank.bulk.found import InputFinding
from vouchbank.bulk.given import Given
from vouchbank.bulk.options import Options
from vouchbank.checks.inputs import input_nothing_kept
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
    return [_done(each, normalise(each.text, rules=tools.rules(options.rules)), options) for each in given]


def _done(given: Given, normalised: Normalised, options: Options) -> Done:
    if not normalised.text:
        row = (given.source, given.row)
        return Done(None, (InputFinding.of(input_nothing_kept(row), row, given.article_id),))
    made = annotate(given, normalised, options)
    found = [*made.found, *(judge(made, given, options) if options.check and annotated(given) else ())]
    article = made.article
    made_row = whole_row(article, tools.schema(), tools.shared(options.registry))
    segments = [{key: value for key, value in row.items() if key != "article_id"} for row in segment_rows(article)]
    return Done({**made_row, "segments": segments}, tuple(found))
