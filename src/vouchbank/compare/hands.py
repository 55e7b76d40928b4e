"""The hands of an annotation: the raw work of each annotator, opened as a corpus on the same seeds."""

from __future__ import annotations

from pathlib import Path

from vouchbank.corpus import Corpus

RAW = "annotations/raw"


def annotators(root: Path) -> list[str]:
    """The ids of the annotators whose raw work is kept, sorted."""
    folder = root / RAW
    return sorted(p.name for p in folder.iterdir() if p.is_dir()) if folder.is_dir() else []


def raw_corpus(corpus: Corpus, annotator: str) -> Corpus:
    """The same seeds with the raw work of one annotator."""
    return Corpus(corpus.root, corpus.schema, f"{RAW}/{annotator}")
