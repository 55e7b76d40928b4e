"""Other processes that open the same corpus and share the work on its articles."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from vouchbank.corpus.corpus import Corpus
from vouchbank.workers import Workers, workers

FEW = 50  # below this number of articles, starting another process takes longer than the work


@contextmanager
def open_in_processes(corpus: Corpus, jobs: int, begin: Callable[[Corpus], None]) -> Iterator[Workers | None]:
    """Start processes that open the corpus; yields None if this process should do the work alone.

    It should if there are few articles, and if the corpus differs from its folder: an earlier revision, or files
    replaced in memory.

    Args:
        corpus: The corpus.
        jobs: How many processes may share the work.
        begin: Called once in each process, with the corpus that it has opened.
    """
    folder = type(corpus) is Corpus and corpus.base is None and corpus.own_schema
    if jobs < 2 or not folder or len(corpus.article_ids) < FEW:
        yield None
        return
    with workers(jobs, _open, (begin, corpus.root, corpus.annotations)) as processes:
        yield processes


def _open(begin: Callable[[Corpus], None], root: Path, annotations: str) -> None:
    begin(Corpus(root, annotations=annotations))
