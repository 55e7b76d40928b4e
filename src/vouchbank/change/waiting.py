"""The numbers and quotations of an article that are still to be accounted for, as comments in its layer files.

`vouchbank new` lists them, ready to become records, and `vouchbank check --fix` removes from the list what is done.
The checks number-not-accounted and quotation-mark-not-accounted ask for them once the layer is complete.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from vouchbank.checks.accounted import waiting_numbers, waiting_quotations
from vouchbank.checks.ids import Ids
from vouchbank.checks.subjects import JudgedArticle
from vouchbank.corpus import Article
from vouchbank.corpus.anchors import elided, occurrence_of, occurrences
from vouchbank.corpus.excerpt import cut_out
from vouchbank.corpus.format import literal, same_values
from vouchbank.language.amounts import joined_numbers
from vouchbank.language.number_words import numbers
from vouchbank.language.quotation import quoted as quotations
from vouchbank.spans import Paragraph, Span
from vouchbank.toml.reader import read_toml

SIGN = "#~"
LONGEST = 12  # words; a longer quotation is written without its middle
_HEAD = {
    "quantities": (
        f"Numbers still to be accounted for. To make one a quantity, delete {SIGN} from its two lines. If one is not a",
        'quantity, write [p2.nq_1], q = "…", reason = "…" instead. vouchbank check --fix updates this list.',
    ),
    "attributions": (
        f"Quotations still to be accounted for. To make one an attribution, delete {SIGN} from its two lines. If one",
        'quotes nobody, write [p2.na_1], q = "…", reason = "…" instead. vouchbank check --fix updates this list.',
    ),
}
_DONE = {"quantities": "Every number is accounted for.", "attributions": "Every quotation is accounted for."}
_NONE = {"quantities": "No numbers in this article.", "attributions": "No quotations in this article."}


def waiting_lines(article: Article, file: str) -> list[str]:
    """The comments that list what a file of an article still has to account for; none for other files."""
    judged = JudgedArticle(article, Ids({}))
    text = article.text
    if file == "quantities":
        found = any(True for _ in numbers(text))
        entries = [*_entries(judged, joined_numbers(text, waiting_numbers(judged)), "q_{}", "number")]
    elif file == "attributions":
        found = any(True for _ in quotations(text))
        entries = [*_entries(judged, waiting_quotations(judged), "a_{}", "content")]
    else:
        return []
    said = (*_HEAD[file], *entries) if entries else ((_DONE if found else _NONE)[file],)
    return [f"{SIGN} {line}" if line else SIGN for line in said]


def with_waiting(article: Article, file: str) -> bytes | None:
    """The text of a file with its list updated; None if it has no list, or if its values would change."""
    held = article.files[file]
    lines = held.document.lines
    bare = [line for line in lines if not line.lstrip().startswith(SIGN)]
    if held.document.faults or len(bare) == len(lines):
        return None
    listed = waiting_lines(article, file)
    if not held.draft and len(listed) == 1:
        listed = []
    text = "\n".join(["\n".join(bare).rstrip("\n"), *([""] if listed else []), *listed, ""])
    again = read_toml(text.encode(), held.document.file)
    same = not again.faults and same_values(dict(again.values), dict(held.document.values))
    return text.encode() if same and text != held.document.text else None


def _entries(article: JudgedArticle, spans: Iterable[Span], name: str, field: str) -> Iterator[str]:
    for count, span in enumerate(spans, 1):
        paragraph = article.source.paragraph_at(span)
        if paragraph is None:
            continue
        own = span.shifted(-paragraph.span.start)
        yield ""
        yield f"{paragraph.id}: {cut_out(paragraph, [span], '').text}"
        yield f"[{paragraph.id}.{name.format(count)}]"
        yield f"{field} = {literal(quoted(paragraph, own))}"


def quoted(paragraph: Paragraph, span: Span) -> str | dict[str, str]:
    """A span of a paragraph as it is quoted: without its middle if it is long, with `n` if that is needed.

    >>> quoted(Paragraph("p1", "body", Span(0, 20), "Ten of ten, ten boats"), Span(12, 15))
    {'q': 'ten', 'n': '2/2'}

    Args:
        paragraph: The paragraph.
        span: In code points of the paragraph.
    """
    quote = span.of(paragraph.text)
    short = elided(quote)
    if len(quote.split()) > LONGEST and span in occurrences(paragraph.text, short):
        quote = short
    which = occurrence_of(paragraph.text, quote, span) if span in occurrences(paragraph.text, quote) else ""
    return {"q": quote, "n": which} if which else quote
