"""A corpus opened anew by other processes, which share some work on its articles."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from vouchbank.corpus.corpus import Corpus
from vouchbank.workers import Workers, workers

FEW = 50  # articles that one process has done sooner than another one has started


@contextmanager
def opened_anew(corpus: Corpus, jobs: int, begin: Callable[[Corpus], None]) -> Iterator[Workers | None]:
    """Processes that have opened a corpus; None where this one should do the work.

    That is where articles are few, and where what another process would find in the folder is not the same: an older
    state, files that are held in memory.

    Args:
        corpus: The corpus.
        jobs: How many processes may share the work.
        begin: Called once in each of them with the corpus that it has opened.
    """
    folder = type(corpus) is Corpus and corpus.base is None and corpus.own_schema
    if jobs < 2 or not folder or len(corpus.article_ids) < FEW:
        yield None
        return
    with workers(jobs, _open, (begin, corpus.root, corpus.annotations)) as processes:
        yield processes


def _open(begin: Callable[[Corpus], None], root: Path, annotations: str) -> None:
    begin(Corpus(root, annotations=annotations))
