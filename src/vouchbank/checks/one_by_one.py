"""Judge the articles of a corpus one by one, in this process or in several, without keeping them in memory.

Several processes are used only for a corpus in a folder that has many articles, because each opens the corpus again.
Each process first gets the ids of all articles, then the articles in chunks. Results and their order are the same.

Example:
    >>> from vouchbank.corpus import repository_root
    >>> judged, came = judge_articles(Corpus(repository_root()), {"004"})
    >>> [(one.summary.article, len(one.findings)) for one in came][-1]
    ('004', 0)
"""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

from vouchbank.checks.ids import Ids, OwnIds, own_ids
from vouchbank.checks.judging import ArticleFindings, Judge
from vouchbank.checks.subjects import JudgedCorpus, Sharing
from vouchbank.corpus import Corpus
from vouchbank.corpus.processes import open_in_processes
from vouchbank.workers import Workers

CHUNK = 25  # articles given to a process at a time
_HERE: dict[str, Any] = {}


def judge_articles(
    source: Corpus,
    own: Collection[str] | None = None,
    progress: Callable[[Sequence[str]], Iterable[str]] = iter,
    jobs: int = 1,
) -> tuple[JudgedCorpus, list[ArticleFindings]]:
    """The corpus with the summaries of its articles, and the result for each article.

    Args:
        source: The corpus.
        own: The articles to judge; the others only contribute a summary. None judges all.
        progress: Wraps the iteration over the article ids.
        jobs: The maximum number of processes.
    """
    sharing = Sharing(source.shared)
    with open_in_processes(source, jobs if own is None else 1, _begin) as processes:
        if processes is not None:
            ids, came = _shared(source, processes, progress)
        else:
            ids = Ids.of(source)
            judge = Judge(source, ids, sharing)
            came = [judge.judge(name, own is None or name in own) for name in progress(source.article_ids)]
    return JudgedCorpus(source, ids, sharing, tuple(one.summary for one in came)), came


def _shared(
    source: Corpus, processes: Workers, progress: Callable[[Sequence[str]], Iterable[str]]
) -> tuple[Ids, list[ArticleFindings]]:
    chunks = [source.article_ids[at : at + CHUNK] for at in range(0, len(source.article_ids), CHUNK)]
    ids = Ids.of(source, chain.from_iterable(processes.run(_ids, chunks)))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "ids"
        file.write_bytes(pickle.dumps(replace(ids, used=own_ids)))
        came = list[ArticleFindings]()
        shown = iter(progress(source.article_ids))
        for chunk in processes.run(partial(_judge, file), chunks):
            came += chunk
            for _ in chunk:
                next(shown, None)
        for _ in shown:  # finishes the progress display
            pass
    return ids, came


def _begin(corpus: Corpus) -> None:
    _HERE.clear()
    _HERE["corpus"] = corpus


def _ids(names: Sequence[str]) -> list[OwnIds]:
    return [OwnIds.of(_HERE["corpus"].article(name)) for name in names]


def _judge(file: Path, names: Sequence[str]) -> list[ArticleFindings]:
    if "judge" not in _HERE:
        corpus = _HERE["corpus"]
        ids: Ids = pickle.loads(file.read_bytes())
        _HERE["judge"] = Judge(corpus, replace(ids, used=corpus.used_ids), Sharing(corpus.shared))
    return [_HERE["judge"].judge(name) for name in names]
