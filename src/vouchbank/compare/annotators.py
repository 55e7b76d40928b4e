"""The annotators of an article: which ones its adjudication lists, and the digest that locks the values of each.

Raw annotations are never edited. Only their anchors (the quoted words, `n`, the paragraph) may follow a text that
changed, so the digest leaves them out: of a span it keeps the number of fragments.

Example:
    >>> from vouchbank.corpus import Corpus, repository_root
    >>> corpus = Corpus(repository_root())
    >>> listed_annotators(corpus, "004")
    ('annotator-a', 'annotator-b', 'annotator-c', 'annotator-d')
    >>> right = adjudication(corpus, "004").value("annotators", "annotator-a")
    >>> digest(article_by(corpus, "annotator-a", "004")) == right
    True
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from operator import itemgetter
from typing import Any

from vouchbank.corpus import Article, Corpus
from vouchbank.corpus.records import LayerFile, Record
from vouchbank.toml.reader import Document

GOLD = "gold"  # the name under which what is published is compared
SECTIONS = ("difference", "all_wrong", "outside")  # the lists of decisions in an adjudication


def article_by(corpus: Corpus, name: str, article: str) -> Article:
    """An article as one annotator, or `gold`, has annotated it, as far as it can be compared: without drafts.

    Every comparison asks this function, so what counts is decided in one place.
    """
    whole = (corpus if name == GOLD else corpus.raw(name)).article(article)
    drafts = {name: file for name, file in whole.files.items() if file.draft}
    if not drafts:
        return whole
    gone = {n: LayerFile(Document(f.document.file, missing=True), {}, (), ()) for n, f in drafts.items()}
    return Article(whole.id, whole.seed, {**whole.files, **gone}, whole.schema)


def adjudication(corpus: Corpus, article: str) -> Document:
    """The adjudication file of an article."""
    return corpus.optional(f"adjudication/{article}")


def listed_annotators(corpus: Corpus, article: str) -> tuple[str, ...]:
    """The annotators that the adjudication of an article lists, if their raw annotations exist, sorted."""
    listed = adjudication(corpus, article).value("annotators")
    return tuple(name for name in corpus.annotators if isinstance(listed, dict) and name in listed)


def has_annotations(article: Article) -> bool:
    """Whether an article has any annotation file."""
    return not all(file.document.missing for file in article.files.values())


def articles_of(corpus: Corpus, names: Iterable[str]) -> frozenset[str]:
    """The articles that one of some annotators has annotated; all articles if they have annotated none."""
    works = [corpus.raw(name) for name in names]
    annotated = frozenset(
        name for name in corpus.article_ids if any(has_annotations(work.article(name)) for work in works)
    )
    return annotated or frozenset(corpus.article_ids)


def digest(article: Article) -> str:
    """The SHA-256 of an annotator's values for an article, without anchors, as canonical JSON."""
    files = {name: content(article, name) for name, file in article.files.items() if not file.document.missing}
    canonical = json.dumps(files, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()


def content(article: Article, file: str, places: bool = False) -> list[tuple[str, Any]]:
    """The values of a file by id; the head of the file has the empty id.

    Args:
        article: The article of one annotator.
        file: The name of the file.
        places: Include the offsets of spans in the text; otherwise only their number of fragments.
    """
    spans = {id(a.record): a.spans for t in article.schema.in_file(file) for a in article.annotations[t.name]}
    found = [(r.name, {**_values(r), **(spans[id(r)] if places else {})}) for r in article.files[file].records]
    return [("", dict(article.files[file].header)), *sorted(found, key=itemgetter(0))]


def _values(record: Record) -> dict[str, Any]:
    spans = {c.name for c in record.table.columns if c.span or c.spans}
    own = ("q", "n") if record.table.own_span else ()
    return {k: _fragments(v) if k in spans else v for k, v in record.values.items() if k not in own}


def _fragments(value: Any) -> int:
    return len(value) if isinstance(value, list) else 1
