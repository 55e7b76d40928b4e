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
from vouchbank.bulk.found import InputFinding
from vouchbank.bulk.given import Given
from vouchbank.bulk.options import Options
from vouchbank.corpus import Article
from vouchbank.corpus.records import LayerFile
from vouchbank.corpus.seeds import Seed
from vouchbank.tables.articles import segment_rows, whole_row
from vouchbank.tables.shared import NOTHING
from vouchbank.text import Normalised, normalise
from vouchbank.toml.reader import Document

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
    article = Article(given.article_id, _seed(given, normalised, options), _missing_layers(), tools.schema())
    row = whole_row(article, tools.schema(), NOTHING)
    segments = [{key: value for key, value in row.items() if key != "article_id"} for row in segment_rows(article)]
    return Done({**row, "segments": segments})


def _seed(given: Given, normalised: Normalised, options: Options) -> Seed:
    facts = {name: {"value": value, "from": "given"} for name, value in given.facts.items() if name != "language"}
    meta = {**facts, "seed_file": given.source, "language": given.facts.get("language", options.language)}
    seed = Seed(given.article_id, given.text.encode(), given.source, given.text, Document("meta", values=meta), ())
    vars(seed).update(normalised=normalised)
    return seed


def _missing_layers() -> dict[str, LayerFile]:
    names = tools.schema().layer_files
    return {name: LayerFile(Document(name, missing=True), {}, (), ()) for name in names}
