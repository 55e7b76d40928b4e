r"""Turn places in a text into quotes, as a person writes them.

Example:
    >>> text = "He told Reuters.\nReuters asked Reuters again."
    >>> here = [Paragraph("p1", "body", Span(0, 16), text[:16]), Paragraph("p2", "body", Span(17, 45), text[17:])]
    >>> written([Span(31, 38)], here, "p2"), written([Span(8, 15)], here, "p2")
    ([{'q': 'Reuters', 'n': '2/2'}], [{'p': 'p1', 'q': 'Reuters'}])
    >>> [span.of(text) for span in by_paragraph(Span(8, 24), here)]
    ['Reuters.', 'Reuters']
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from vouchbank.change.waiting import quoted
from vouchbank.corpus.anchors import occurrences, word_edge
from vouchbank.errors import VouchBankError
from vouchbank.schema import Column
from vouchbank.spans import Paragraph, Span

LISTED = frozenset({"scope"})  # columns that often have several spans: always written as a list


class CannotQuoteError(VouchBankError):
    """A place of the text cannot be quoted: it is outside the text, or begins or ends inside a word."""


def by_paragraph(span: Span, paragraphs: Iterable[Paragraph]) -> Iterator[Span]:
    """A span cut at the ends of paragraphs, without white space at the edges of the parts."""
    for paragraph in paragraphs:
        start, end = max(span.start, paragraph.span.start), min(span.end, paragraph.span.end)
        words = paragraph.text[start - paragraph.span.start : end - paragraph.span.start] if start < end else ""
        bare = words.strip()
        if bare:
            start += words.index(bare)
            yield Span(start, start + len(bare))


def written(spans: Sequence[Span], paragraphs: Sequence[Paragraph], section: str) -> list[str | dict[str, str]]:
    """The fragments of a column of a record in `section`, each as it is written in its file.

    Args:
        spans: Half-open ranges of code points, each inside one paragraph.
        paragraphs: The paragraphs of the article.
        section: The paragraph of the record; a fragment in another paragraph names it.

    Raises:
        CannotQuoteError: a span is in no paragraph, or does not begin and end at the edge of a word.
    """
    return [_fragment(span, home(span, paragraphs), section) for span in spans]


def home(span: Span, paragraphs: Iterable[Paragraph]) -> Paragraph:
    """The paragraph that contains a span.

    Raises:
        CannotQuoteError: no paragraph contains it.
    """
    found = next((p for p in paragraphs if p.span.contains(span)), None)
    if found is None or span.length < 1:
        raise CannotQuoteError("The selection is not inside one paragraph; select words of one paragraph")
    return found


def _fragment(span: Span, paragraph: Paragraph, section: str) -> str | dict[str, str]:
    own = span.shifted(-paragraph.span.start)
    words = own.of(paragraph.text)
    if own not in occurrences(paragraph.text, words):
        raise CannotQuoteError(_why(paragraph.text, own))
    said = quoted(paragraph, own)
    if paragraph.id == section:
        return said
    return {"p": paragraph.id} | (said if isinstance(said, dict) else {"q": said})


def _why(text: str, span: Span) -> str:
    """Why a span cannot be quoted."""
    words = span.of(text)
    side = "begins" if not word_edge(text, span.start) else "ends"
    return f"{words!r} {side} inside a word; select whole words"


def value_of(column: Column, fragments: list[str | dict[str, str]], before: Any = None) -> Any:
    """The value of a column of spans: a single fragment without a list, unless it was in a list before."""
    if not column.spans:
        return fragments[0]
    listed = len(fragments) > 1 or isinstance(before, list) or column.name in LISTED
    return fragments if listed else fragments[0]
