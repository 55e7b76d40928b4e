"""What the rules of layers share: sound annotations, the words of a column, a value with its default."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from vouchbank.checks.registry import Subject
from vouchbank.corpus import Article
from vouchbank.corpus.records import Record
from vouchbank.corpus.resolve import Annotation
from vouchbank.spans import Span


def sound(subject: Subject, layer: str) -> list[Annotation]:
    """The annotations of a layer whose every quote has its place; the others have their findings already."""
    return sound_of(subject.article, layer)


def sound_of(article: Article, layer: str) -> list[Annotation]:
    """The same, of an article."""
    return [a for a in article.annotations.get(layer, ()) if not a.unplaced]


def value(record: Record, name: str) -> Any:
    """What is written in a column, or its default; None where neither is text, number or truth value."""
    written = record.values.get(name, record.table.column(name).default)
    return written if isinstance(written, str | bool | int | float) else None


def text(record: Record, name: str) -> str:
    """The text of a column or its default; empty if it is none."""
    written = value(record, name)
    return written if isinstance(written, str) else ""


def words(subject: Subject, annotation: Annotation, name: str) -> str:
    """The words of a span column, its fragments joined by spaces; empty if it has none."""
    article = subject.article.text
    return " ".join(span.of(article) for span in annotation.spans.get(name, ()))


def written_spans(subject: Subject, layer: str) -> Iterator[tuple[Annotation, str, Span]]:
    """Every span that somebody wrote: annotation, column, span. Hulls are made, not written."""
    for annotation in sound(subject, layer):
        for name, spans in annotation.spans.items():
            if not annotation.record.table.column(name).hull:
                for span in spans:
                    yield annotation, name, span


def field(name: str) -> str:
    """The key in the file that a span column is written under."""
    return "q" if name == "span" else name
