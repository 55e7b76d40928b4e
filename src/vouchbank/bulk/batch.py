r"""Process articles in a pipeline of the `datasets` library, also when it streams.

Example:
    >>> batch = {"id": ["a", "b"], "text": ["It rains.\n\nShare this article", "\0"]}
    >>> made = annotate_batch(batch)
    >>> made["text"], [[finding["check"] for finding in found] for found in made["findings"]]
    (['It rains.', None], [[], ['input-not-text']])
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from vouchbank.bulk import resources
from vouchbank.bulk.articles import ArticleResult, Row
from vouchbank.bulk.input_findings import findings_schema
from vouchbank.bulk.input_rows import read_record
from vouchbank.bulk.options import Options
from vouchbank.bulk.shards import article_schema, processed
from vouchbank.errors import needed

if TYPE_CHECKING:
    from datasets import Features

FINDINGS = "findings"
SEGMENTS = "segments"


def annotate_batch(
    batch: Mapping[str, Sequence[Any]],
    indices: Sequence[int] | None = None,
    options: Options | None = None,
    source: str = "batch",
) -> dict[str, list[Any]]:
    """Normalise, map and check the articles of a batch, as `vouchbank bulk` does.

    Use it as `Dataset.map(annotate_batch, batched=True, remove_columns=…, features=batch_features())`, with any number
    of processes, also on streamed datasets. With `with_indices=True`, findings name the rows of the dataset.

    Args:
        batch: The columns of some articles: ids, texts or pages, and the other columns that `vouchbank bulk` reads.
        indices: Their rows in the dataset; if missing, rows count from the start of the batch.
        options: How articles are read and processed.
        source: The name of the dataset in findings and in `seed_file`.

    Returns:
        A row for each row of the batch: the columns that `vouchbank bulk` writes, and its findings as `findings`. For
        an article that could not be processed, only `article_id` and `findings` are set.
    """
    options = options or Options()
    names = list(batch)
    rows = [dict(zip(names, values, strict=True)) for values in zip(*batch.values(), strict=True)]
    at = range(len(rows)) if indices is None else indices
    read = [read_record(row, (source, number), options) for row, number in zip(rows, at, strict=True)]
    made = [with_findings(done) for _, done in processed(read, options)]
    return {name: [row[name] for row in made] for name in columns()}


def with_findings(done: ArticleResult) -> Row:
    """The row of an article with its findings; if it could not be processed, all other columns are null."""
    ids = [finding.article_id for finding in done.found if finding.article_id]
    row = done.row or {**dict.fromkeys(columns()), "article_id": next(iter(ids), None)}
    return {**row, FINDINGS: [finding.as_row for finding in done.found]}


def columns() -> list[str]:
    """The columns of a row: those of `articles`, then `segments` and `findings`."""
    return [*resources.schema().tables["articles"].names, SEGMENTS, FINDINGS]


@needed("the features of a batch")
def batch_features() -> Features:
    """The types of the columns that `annotate_batch` returns, for `Dataset.map(features=…)`."""
    import pyarrow
    from datasets import Features

    found = pyarrow.list_(pyarrow.struct(list(findings_schema())))
    return Features.from_arrow_schema(article_schema().append(pyarrow.field(FINDINGS, found)))
