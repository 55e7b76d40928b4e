"""Turn the quoted words of annotations into offsets in the article.

Example:
    >>> from vouchbank.spans import Paragraph, Span
    >>> place_of({"q": "Reuters"}, "p1", {"p1": Paragraph("p1", "body", Span(10, 22), "told Reuters")})
    Span(start=15, end=22)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from vouchbank.corpus.anchors import AnchorFault, find
from vouchbank.corpus.records import Record, to_write
from vouchbank.schema import Column
from vouchbank.schema.source import is_fragment
from vouchbank.spans import Paragraph, Span, hull
from vouchbank.toml.walk import Path


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A fragment that does not match exactly one place: its path in the record, its words, its paragraph, and why."""

    path: Path
    quote: str
    paragraph: str
    fault: AnchorFault | Literal["unknown-paragraph"]


@dataclass(frozen=True, slots=True)
class Annotation:
    """A record with its spans, in code points of the article's text.

    Attributes:
        record: The record in the annotation file.
        spans: For each span column, the fragments that were found, in the order of the file.
        unplaced: The fragments that were not.
    """

    record: Record
    spans: Mapping[str, tuple[Span, ...]]
    unplaced: tuple[Unplaced, ...]

    @property
    def id(self) -> str:
        """Its id, unique in the corpus."""
        return self.record.id

    def extent(self, *names: str) -> Span | None:
        """The shortest span that covers the named span columns, or all of them; None without spans."""
        return hull(s for name in names or self.spans for s in self.spans.get(name, ()))

    def first(self) -> Span | None:
        """The span that orders annotations: the first one in the anchor columns of its table."""
        anchors = [s for name in self.record.table.anchor for s in self.spans.get(name, ())]
        if len(anchors) < 2:
            return anchors[0] if anchors else None
        return min(anchors, key=lambda s: (s.start, -s.end))


def resolve(record: Record, paragraphs: Mapping[str, Paragraph]) -> Annotation:
    """Find every fragment of a record; values of the wrong shape are ignored, since other checks report them."""
    spans: dict[str, tuple[Span, ...]] = {}
    unplaced: list[Unplaced] = []
    for column in record.table.quoted:
        found: list[Span] = []
        for path, fragment in fragments(record, column):
            paragraph, quote, _ = parts(fragment, record.paragraph)
            place = place_of(fragment, record.paragraph, paragraphs)
            if isinstance(place, Span):
                found.append(place)
            else:
                unplaced.append(Unplaced(path, quote, paragraph, place))
        spans[column.name] = tuple(found)
    for column in record.table.columns:
        if column.hull:
            whole = hull(s for name in column.hull for s in spans.get(name, ()))
            spans[column.name] = (whole,) if whole else ()
    return Annotation(record, spans, tuple(unplaced))


def place_of(
    fragment: str | Mapping[str, str], section: str, paragraphs: Mapping[str, Paragraph]
) -> Span | AnchorFault | Literal["unknown-paragraph"]:
    """The span of one fragment in the article, or why it was not found."""
    name, quote, occurrence = parts(fragment, section)
    paragraph = paragraphs.get(name)
    if paragraph is None:
        return "unknown-paragraph"
    found = find(paragraph.text, quote, occurrence)
    return found.shifted(paragraph.span.start) if isinstance(found, Span) else found


def parts(fragment: str | Mapping[str, str], section: str) -> tuple[str, str, str]:
    """The paragraph, the quoted words and the occurrence of a fragment."""
    if isinstance(fragment, str):
        return section, fragment, ""
    return fragment.get("p", section), fragment["q"], fragment.get("n", "")


def fragments(record: Record, column: Column) -> Iterator[tuple[Path, str | Mapping[str, str]]]:
    """The fragments of a span column of a record, each with its path in the record, without unwritten ones."""
    if column.name == "span" and record.table.own_span:
        own = {k: record.values[k] for k in ("q", "n") if k in record.values}
        if is_fragment(own) and not to_write(own["q"]):
            yield ("q",), own
        return
    value: Any = record.values.get(column.name)
    if column.span and is_fragment(value) and not to_write(parts(value, "")[1]):
        yield (column.name,), value
    elif column.spans:
        listed = value if isinstance(value, list) else [value]
        for index, fragment in enumerate(listed):
            if is_fragment(fragment) and not to_write(parts(fragment, "")[1]):
                yield (column.name, index) if isinstance(value, list) else (column.name,), fragment
