"""The articles of a corpus judged one by one, in this process or in several; none is kept.

Several processes open the corpus anew, so that is done for a folder, and where articles are many. Each gets the ids of
all articles once, then some articles at a time. What comes of it is the same, and in the same order.

Example:
    >>> from vouchbank.corpus import repository_root
    >>> judged, came = judged_alone(Corpus(repository_root()), {"004"})
    >>> [(one.trace.article, len(one.findings)) for one in came][-1]
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
from vouchbank.checks.judging import Judge, JudgedAlone
from vouchbank.checks.subjects import JudgedCorpus, Sharing
from vouchbank.corpus import Corpus
from vouchbank.corpus.processes import open_in_processes
from vouchbank.workers import Workers

CHUNK = 25  # articles that are handed to a process at a time
_HERE: dict[str, Any] = {}


def judged_alone(
    source: Corpus,
    own: Collection[str] | None = None,
    progress: Callable[[Sequence[str]], Iterable[str]] = iter,
    jobs: int = 1,
) -> tuple[JudgedCorpus, list[JudgedAlone]]:
    """What comes of judging each article, and the corpus with what they have left behind for its rules.

    Args:
        source: The corpus.
        own: The articles that are judged, the others being referred to only; None for all.
        progress: Wraps the ids of the articles as they are gone through.
        jobs: How many processes may share the work.
    """
    sharing = Sharing(source.shared)
    with open_in_processes(source, jobs if own is None else 1, _begin) as processes:
        if processes is not None:
            ids, came = _shared(source, processes, progress)
        else:
            ids = Ids.of(source)
            judge = Judge(source, ids, sharing)
            came = [judge.alone(name, own is None or name in own) for name in progress(source.article_ids)]
    return JudgedCorpus(source, ids, sharing, tuple(one.trace for one in came)), came


def _shared(
    source: Corpus, processes: Workers, progress: Callable[[Sequence[str]], Iterable[str]]
) -> tuple[Ids, list[JudgedAlone]]:
    chunks = [source.article_ids[at : at + CHUNK] for at in range(0, len(source.article_ids), CHUNK)]
    ids = Ids.of(source, chain.from_iterable(processes.run(_ids, chunks)))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "ids"
        file.write_bytes(pickle.dumps(replace(ids, used=own_ids)))
        came = list[JudgedAlone]()
        shown = iter(progress(source.article_ids))
        for chunk in processes.run(partial(_judge, file), chunks):
            came += chunk
            for _ in chunk:
                next(shown, None)
        for _ in shown:  # lets it come to its end
            pass
    return ids, came


def _begin(corpus: Corpus) -> None:
    _HERE.clear()
    _HERE["corpus"] = corpus


def _ids(names: Sequence[str]) -> list[OwnIds]:
    return [OwnIds.of(_HERE["corpus"].article(name)) for name in names]


def _judge(file: Path, names: Sequence[str]) -> list[JudgedAlone]:
    if "judge" not in _HERE:
        corpus = _HERE["corpus"]
        ids: Ids = pickle.loads(file.read_bytes())
        _HERE["judge"] = Judge(corpus, replace(ids, used=corpus.used_ids), Sharing(corpus.shared))
    return [_HERE["judge"].alone(name) for name in names]
