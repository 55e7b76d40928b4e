"""Findings for quotes that do not match exactly one place in their paragraph, with what to write instead.

`resolve` looks for the quoted words and lists the fragments without a place; here each of them becomes a finding.
Nothing is guessed: the help lists the places that may be meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from vouchbank.corpus.anchors import ELISION, AnchorFault, elided, find, word_edge
from vouchbank.corpus.corpus import Article
from vouchbank.corpus.format import literal
from vouchbank.corpus.quote_repair import as_in_text, straightened
from vouchbank.corpus.records import Record
from vouchbank.corpus.resolve import Unplaced, fragments, parts
from vouchbank.findings import Edit, Fault, Finding, Fix, Level, Place, declared
from vouchbank.spans import Span

CONTEXT = 20
# an ambiguous quote in the first column means the occurrence next to the span in the second column
BESIDE = {
    ("quantities", "modifier"): "number", ("quantities", "unit"): "number", ("attributions", "cue"): "source",
}  # fmt: skip
DOTS = re.compile(r"\.\.\.|\S…|…\S")


def misquotes(article: Article) -> Iterator[Finding]:
    """Findings for all quotes of an article that do not match exactly one place."""
    known = {p.id: p.text for p in article.paragraphs}
    for layer in article.annotations.values():
        for annotation in layer:
            record = annotation.record
            named = {u.paragraph: record.place(*u.path) for u in annotation.unplaced if u.paragraph not in known}
            if record.paragraph not in known:
                named[record.paragraph] = record.key_place()
            for name, place in sorted(named.items()):
                yield unknown_paragraph(article, record, place, name)
            for unplaced in annotation.unplaced:
                if isinstance(unplaced.fault, AnchorFault):
                    found = _KINDS[unplaced.fault.kind]
                    yield found(article, record, unplaced, unplaced.fault.spans)


@declared(Level.ANCHOR)
def unknown_paragraph(article: Article, record: Record, place: Place, name: str) -> Fault:
    """The section names a paragraph that the article does not have.

    `vouchbank show <article>` prints the article with its paragraph ids.
    """
    help_ = f"choose one of: {', '.join(p.id for p in article.paragraphs)}"
    return article.fault(record, place, f"unknown paragraph {name!r}", help_)


@declared(Level.ANCHOR)
def quote_not_found(article: Article, record: Record, unplaced: Unplaced, inside: tuple[Span, ...]) -> Fault:
    """The quoted words are not in the paragraph.

    Copy the words from corpus/text/<article>.txt, with its typographic quotes and dashes. A span begins and ends at
    word boundaries.
    """
    text = _text_of(article, unplaced)
    if inside:
        help_ = f"quote whole words; these occur only inside longer words: {_in_context(text, inside[0])}"
    else:
        help_ = _elsewhere(article, unplaced.quote) or _nearest(text, unplaced.quote)
    message = f"{_short(unplaced.quote)!r} does not occur in {unplaced.paragraph}"
    return article.fault(record, unplaced.path, message, help_, fix=_as_in_text(record, unplaced, text))


@declared(Level.ANCHOR)
def quote_ambiguous(article: Article, record: Record, unplaced: Unplaced, places: tuple[Span, ...]) -> Fault:
    """The quoted words occur more than once in the paragraph.

    Say which occurrence you mean: n = "1/2" is the first of two. Or quote more words.
    """
    message = f"{_short(unplaced.quote)!r} occurs {len(places)} times in {unplaced.paragraph}"
    help_, fix = _choices(_text_of(article, unplaced), places), _beside(article, record, unplaced, places)
    return article.fault(record, unplaced.path, message, help_, fix=fix)


@declared(Level.ANCHOR)
def quote_miscounted(article: Article, record: Record, unplaced: Unplaced, places: tuple[Span, ...]) -> Fault:
    """The occurrence n = "k/N" does not match how often the words occur in the paragraph.

    N must be how often the words occur as whole words, and k one of these occurrences. If the text has changed, check
    again which one is meant.
    """
    times = f"{len(places)} time{'s' * (len(places) != 1)}"
    help_ = _choices(_text_of(article, unplaced), places) if len(places) > 1 else "remove `n`"
    message = f"{_short(unplaced.quote)!r} occurs {times} in {unplaced.paragraph}"
    return article.fault(record, unplaced.path, message, help_)


@declared(Level.ANCHOR)
def elision_too_short(article: Article, record: Record, unplaced: Unplaced, places: tuple[Span, ...]) -> Fault:
    """A quote that leaves out its middle has fewer than four words on one side, or more than one gap.

    Write the whole quote, or at least four words, ' … ' and at least four words.
    """
    message, text = "the quote has fewer than four words on one side of ' … '", _text_of(article, unplaced)
    better = elided(places[0].of(text)) if len(places) == 1 else ""
    edit = Edit(record.place(*unplaced.path, "q"), literal(better))
    fix = Fix(f"write {better!r}", (edit,), safe=True) if better and find(text, better) == places[0] else None
    return article.fault(record, unplaced.path, message, "write at least four words on each side", fix=fix)


_KINDS = {
    "not-found": quote_not_found,
    "ambiguous": quote_ambiguous,
    "miscounted": quote_miscounted,
    "elision": elision_too_short,
}


def _beside(article: Article, record: Record, unplaced: Unplaced, places: tuple[Span, ...]) -> Fix | None:
    """Fix: name the occurrence next to the number of the quantity, or to the source of the cue, if only one is."""
    head = BESIDE.get((record.table.name, str(unplaced.path[0])), "")
    annotation, (name, *more) = article.annotation_of(record), unplaced.path
    around = next((p for p in article.paragraphs if p.id == unplaced.paragraph), None)
    held = annotation.spans.get(head, ()) if annotation and head else ()
    if around is None or more or len(held) != 1 or record.values.get(str(name)) != unplaced.quote:
        return None
    other = held[0].shifted(-around.span.start)
    near = [k for k, place in enumerate(places, 1) if _touch(around.text, place, other)]
    if len(near) != 1:
        return None
    said = literal({"q": unplaced.quote, "n": f"{near[0]}/{len(places)}"})
    return Fix(f"{name} = {said}, beside the {head}", (Edit(record.place(*unplaced.path), said),), safe=True)


def _touch(text: str, one: Span, other: Span) -> bool:
    first, second = sorted((one, other))
    return first.end <= second.start and text[first.end : second.start] in ("", " ")


def _text_of(article: Article, unplaced: Unplaced) -> str:
    return next((p.text for p in article.paragraphs if p.id == unplaced.paragraph), "")


def _choices(text: str, places: tuple[Span, ...]) -> str:
    listed = (f'n = "{i}/{len(places)}": {_in_context(text, place)}' for i, place in enumerate(places, 1))
    return f"choose one of: {'; '.join(listed)}"


def _in_context(text: str, span: Span) -> str:
    before, after = text[max(0, span.start - CONTEXT) : span.start], text[span.end : span.end + CONTEXT]
    return f"…{before}[{span.of(text)}]{after}…"


def _as_in_text(record: Record, unplaced: Unplaced, text: str) -> Fix | None:
    """Fix: write the quote as the text does, if only punctuation marks and white space differ and one place fits."""
    fragment = next((f for c in record.table.columns for p, f in fragments(record, c) if p == unplaced.path), "")
    better = as_in_text(text, unplaced.quote, parts(fragment, "")[2]) if fragment else ""
    if not better:
        return None
    edit = Edit(record.place(*unplaced.path, "q"), literal(better))
    return Fix(f"write {_short(better)!r}, as the text has it", (edit,), safe=True)


def _short(quote: str) -> str:
    return quote if len(quote) <= 60 else f"{quote[:28]} … {quote[-28:]}"


def _elsewhere(article: Article, quote: str) -> str:
    found = [p.id for p in article.paragraphs if quote in p.text]
    return f"move the annotation: these words are in {', '.join(found)}" if found else ""


def _nearest(text: str, quote: str) -> str:
    if DOTS.search(quote) and "…" not in text:
        return f"mark the omitted middle with {ELISION!r}: the single character …, between two spaces"
    at = straightened(text).find(straightened(quote))
    if at >= 0:
        return f"copy the quotation marks of the text: {text[at : at + len(quote)]}"
    common = longest_common(text.casefold(), quote.casefold(), max(4, len(quote) // 2))
    if common is None:
        return "copy the words from the text"
    start = max(0, common[0] - common[1])
    whole = _whole_words(text, start, min(len(text), start + len(quote)))
    return f"did you mean {_short(whole)!r}?"


def longest_common(text: str, quote: str, least: int) -> tuple[int, int] | None:
    """Where the longest common substring begins in `text` and in `quote`; None if it is shorter than `least`.

    >>> longest_common("told the Lake Post so", "the Lake Pots", 4)
    (5, 0)
    """
    size = least
    for at in range(len(quote)):
        while at + size <= len(quote) and quote[at : at + size] in text:
            size += 1
    size -= 1
    begun = ((text.find(quote[at : at + size]), at) for at in range(len(quote) - size + 1))
    return min((found for found in begun if found[0] >= 0), default=None) if size >= least else None


def _whole_words(text: str, start: int, end: int) -> str:
    """The words from `start` to `end`, widened to whole words and stripped."""
    while start > 0 and not word_edge(text, start):
        start -= 1
    while end < len(text) and not word_edge(text, end):
        end += 1
    return text[start:end].strip()
