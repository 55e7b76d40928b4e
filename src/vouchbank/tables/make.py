"""Make all tables of a corpus, as rows and as Arrow tables.

Example:
    >>> from vouchbank.corpus import Corpus, repository_root
    >>> corpus = Corpus(repository_root())
    >>> make_tables(corpus)["articles"].num_rows == len(corpus.article_ids)
    True
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from vouchbank.corpus import Article, Corpus
from vouchbank.corpus.processes import open_in_processes
from vouchbank.errors import needed
from vouchbank.schema import Schema, Table
from vouchbank.schema.derive import arrow_schema
from vouchbank.tables.articles import article_row, segment_rows
from vouchbank.tables.rows import Row, corpus_rows, layer_rows
from vouchbank.tables.shared import Shared
from vouchbank.tables.tokens import token_rows

if TYPE_CHECKING:
    import pyarrow


GROUP = 100  # articles of a row group
AT_A_TIME = 10
_HERE: dict[str, Any] = {}


def article_tables(article: Article, schema: Schema, shared: Shared) -> dict[str, list[Row]]:
    """The rows of one article for each table, without drafts."""
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
    """All tables as Arrow tables, in the order of the schema, with rows sorted by article and position.

    Args:
        corpus: A corpus without findings.
        progress: Wraps the iteration over article ids, to show progress.
    """
    import pyarrow

    parts = list(grouped_tables(corpus, progress))
    return {
        name: pyarrow.concat_tables([part[name] for part in parts if name in part] or [to_arrow([], table)])
        for name, table in corpus.schema.tables.items()
    }


@needed("making tables")
def grouped_tables(
    corpus: Corpus, progress: Callable[[Sequence[str]], Iterable[str]] = iter, jobs: int = 1
) -> Iterator[dict[str, pyarrow.Table]]:
    """The tables in groups of articles, in order; the first group includes the tables of the whole corpus.

    Args:
        corpus: A corpus without findings.
        progress: Wraps the iteration over article ids, to show progress.
        jobs: How many processes may share the work; few articles need only one. The result is the same.
    """
    ids = corpus.article_ids
    groups = [ids[at : at + GROUP] for at in range(0, len(ids), GROUP)] or [()]
    shared = {t.name: to_arrow(corpus_rows(corpus, t), t) for t in corpus.schema.corpus_tables}
    shown = iter(progress(ids))
    with open_in_processes(corpus, jobs if len(groups) > 1 else 1, _begin) as processes:
        if processes is None:
            of_corpus = Shared.of(corpus)
            made: Iterator[dict[str, pyarrow.Table]] = (_group(corpus, of_corpus, group) for group in groups)
        else:
            made = processes.run(_group_here, groups)
        for group, tables in zip(groups, made, strict=True):
            yield shared | tables
            shared = {}
            for _ in group:
                next(shown, None)
    for _ in shown:  # lets it come to its end
        pass


def _group(corpus: Corpus, shared: Shared, group: Sequence[str]) -> dict[str, pyarrow.Table]:
    """The tables of some articles; made in small parts, because rows as Python objects take much memory."""
    import pyarrow

    schema, parts = corpus.schema, dict[str, list[pyarrow.Table]]()
    for at in range(0, max(1, len(group)), AT_A_TIME):
        rows: dict[str, list[Row]] = {t.name: [] for t in schema.tables.values() if t.kind != "corpus"}
        for article in map(corpus.article, group[at : at + AT_A_TIME]):
            for name, found in article_tables(article, schema, shared).items():
                rows[name] += found
        for name, found in rows.items():
            parts.setdefault(name, []).append(to_arrow(found, schema.tables[name]))
    return {name: pyarrow.concat_tables(held).combine_chunks() for name, held in parts.items()}


def _begin(corpus: Corpus) -> None:
    _HERE["corpus"], _HERE["shared"] = corpus, Shared.of(corpus)


def _group_here(group: Sequence[str]) -> dict[str, pyarrow.Table]:
    return _group(_HERE["corpus"], _HERE["shared"], group)


def to_arrow(rows: list[Row], table: Table) -> pyarrow.Table:
    """An Arrow table of rows, with the types of the schema."""
    import pyarrow

    return pyarrow.Table.from_pylist(rows, schema=arrow_schema(table))
