"""All tables of a corpus at once, as rows and as Arrow.

Example:
    >>> from vouchbank.corpus import Corpus, repository_root
    >>> corpus = Corpus(repository_root())
    >>> make_tables(corpus)["articles"].num_rows == len(corpus.article_ids)
    True
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from vouchbank.corpus import Article, Corpus
from vouchbank.errors import needed
from vouchbank.schema import Schema, Table
from vouchbank.schema.derive import arrow_schema
from vouchbank.tables.articles import article_row, segment_rows
from vouchbank.tables.rows import Row, corpus_rows, layer_rows
from vouchbank.tables.shared import Shared
from vouchbank.tables.tokens import token_rows

if TYPE_CHECKING:
    import pyarrow


def article_tables(article: Article, schema: Schema, shared: Shared) -> dict[str, list[Row]]:
    """The rows that one article gives to each table, nothing of its drafts. The unit of work of a larger engine."""
    article = article.published
    layers = {table.name: layer_rows(article, table, shared) for table in schema.layers}
    return {
        "articles": [article_row(article, schema, layers)],
        "segments": segment_rows(article),
        "tokens": token_rows(article, schema),
        **layers,
    }


@needed("making tables")
def make_tables(corpus: Corpus, progress: Callable[[Sequence[str]], Iterable[str]] = iter) -> dict[str, pyarrow.Table]:
    """Every table of the schema, in the schema's order, rows sorted by article and position.

    Args:
        corpus: Sources without findings.
        progress: Wraps the ids of the articles as they are gone through.
    """
    shared = Shared.of(corpus)
    rows: dict[str, list[Row]] = {name: [] for name in corpus.schema.tables}
    for article in map(corpus.article, progress(corpus.article_ids)):
        for name, found in article_tables(article, corpus.schema, shared).items():
            rows[name] += found
    for table in corpus.schema.corpus_tables:
        rows[table.name] = corpus_rows(corpus, table)
    return {name: to_arrow(found, corpus.schema.tables[name]) for name, found in rows.items()}


def to_arrow(rows: list[Row], table: Table) -> pyarrow.Table:
    """Rows as an Arrow table of the schema's types."""
    import pyarrow

    return pyarrow.Table.from_pylist(rows, schema=arrow_schema(table))
