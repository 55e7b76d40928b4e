"""Each layer by itself: edges of spans, crossing spans, duplicate annotations, empty intervals."""

from __future__ import annotations

import re
from itertools import pairwise

from vouchbank.checks.rule import Faults, rule
from vouchbank.checks.subjects import Judged, JudgedArticle, JudgedLayer
from vouchbank.corpus.format import literal
from vouchbank.corpus.quote_repair import without_edges
from vouchbank.corpus.resolve import fragments, parts
from vouchbank.findings import Edit, Fix, Level, Place
from vouchbank.language.interval import parse_interval
from vouchbank.language.lexicon import abbreviated
from vouchbank.spans import Span


@rule(level=Level.ANCHOR)
def map_round_trip(article: JudgedArticle) -> Faults:
    """A span does not map to the seed and back.

    Every paragraph and every span maps to a range of the seed, and that range maps back to the same words. This fails
    if a span covers only part of what is a single character in the seed, or if the normaliser has a bug.
    """
    offsets = article.source.normalised.map

    def returns(span: Span) -> bool:
        raw = offsets.to_raw(*span)
        back = offsets.to_text(raw.start, raw.end)
        return raw.exact and back.exact and Span(back.start, back.end) == span

    help_ = "quote everything that is one character in the seed, or report a bug in the normaliser"
    for paragraph in article.source.paragraphs:
        if not returns(paragraph.span):
            message = f"paragraph {paragraph.id} does not map to the seed and back"
            yield article.fault(Place(article.source.seed.file), message, help_)
    for table in article.source.schema.layers:
        for judged in article.every(table.name):
            for name, span in judged.written_spans():
                if not returns(span):
                    yield judged.fault(name, only_part(span.of(article.text)), help_)


@rule(level=Level.RECORD)
def span_edge(judged: Judged) -> Faults:
    """A span begins or ends with white space.

    Spans never begin or end with white space or extend beyond a paragraph. Remove the space from the quote.
    """
    for name, spans in judged.spans.items():
        for span in spans:
            words, hull = span.of(judged.article.text), judged.record.table.column(name).hull
            if "\n" in words and (hull or words == words.strip()):
                yield judged.fault("" if hull else name, beyond_paragraph(name), "quote words of one paragraph only")
            elif words != words.strip():
                fix = _without_edges(judged, name)
                yield judged.fault(name, white_edge(name), "remove the space from the quote", fix=fix)


@rule(level=Level.RECORD)
def crossing_spans(layer: JudgedLayer) -> Faults:
    """Two spans of a layer overlap, but neither contains the other.

    Within a layer, spans may nest but must not cross. Check which of the two begins or ends in the wrong place.
    """
    text = layer.article.text
    stack: list[tuple[Span, Judged]] = []
    anchored = [(span, j) for j in layer.annotations for name in layer.table.anchor for span in j.spans.get(name, ())]
    for span, judged in sorted(anchored, key=lambda x: (x[0].start, -x[0].end)):
        while stack and stack[-1][0].end <= span.start:
            stack.pop()
        for other, owner in stack:
            if other.crosses(span):
                message = f"{_short(span.of(text))} crosses {_short(other.of(text))} of {owner.id}"
                line = owner.record.place().line
                help_ = f"check where each of the two begins and ends; {owner.id} is on line {line}"
                yield judged.fault("", message, help_)
        stack.append((span, judged))


@rule(level=Level.RECORD)
def fragments_out_of_order(judged: Judged) -> Faults:
    """The fragments of a field overlap or are not in reading order.

    Write each fragment once, in reading order.
    """
    for name, spans in judged.spans.items():
        if any(one.end > other.start for one, other in pairwise(spans)):
            yield judged.fault((name,), out_of_order(name), "write each fragment once, in reading order")


@rule(level=Level.RECORD, waivable=True)
def punctuation_at_edge(judged: Judged) -> Faults:
    """A span begins or ends with a comma or a full stop.

    Leave out commas, and the full stop that ends a sentence; keep them inside quotation marks and in abbreviations. A
    colon may be a cue.
    """
    for name, span in judged.written_spans():
        words = span.of(judged.article.text)
        if not re.search(r"\w", words):
            continue  # span-edge checks white space; a colon may be a cue
        edge = words[-1] if words[-1] in ",;:." else words[0] if words[0] in ",;:" else ""
        if edge and not (words[-1] == "." and (abbreviated(words) or words.endswith(".."))):
            message = f"`{name}` {'ends' if edge == words[-1] else 'begins'} with {edge!r}"
            yield judged.fault(name, message, "leave it out of the quote")


@rule(level=Level.RECORD)
def annotated_twice(layer: JudgedLayer) -> Faults:
    """Two annotations of a layer are identical.

    Both quote the same words in every role. Remove one of them.
    """
    seen: dict[tuple[tuple[Span, ...], ...], str] = {}
    for judged in layer.annotations:
        whole = tuple(judged.spans.get(name, ()) for name in layer.table.anchor)
        if any(whole) and whole in seen:
            help_ = "remove one of the two, and list its id in annotations/retired.toml"
            yield judged.fault(judged.record.key_place(), f"{seen[whole]} quotes the same words", help_)
        seen.setdefault(whole, judged.id)


@rule(level=Level.RECORD)
def empty_interval(judged: Judged) -> Faults:
    """The interval contains no number.

    Its lower end is greater than its upper end, or both are equal and one of them is open.
    """
    written = judged.record.values.get("interval")
    interval = parse_interval(written) if isinstance(written, str) else None
    if interval is not None and interval.empty:
        yield judged.fault(
            "interval", f"the interval {written!r} contains no number", "fix the ends; write a single number as [n, n]"
        )


# --- messages for spans in sources and in tables (see `vouchbank.checks.table_spans`) -----------------------


def only_part(words: str) -> str:
    """The message of `map-round-trip` for a span."""
    return f"{words!a} begins or ends inside a single character of the seed"


def beyond_paragraph(column: str) -> str:
    """The message of `span-edge` for a span of several paragraphs."""
    return f"`{column}` extends beyond the end of a paragraph"


def white_edge(column: str) -> str:
    """The message of `span-edge` for white space."""
    return f"`{column}` begins or ends with white space"


def out_of_order(column: str) -> str:
    """The message of `fragments-out-of-order`."""
    return f"the fragments of `{column}` overlap or are out of order"


def _without_edges(judged: Judged, name: str) -> Fix | None:
    """Strip white space from the quotes of a column, if each quote keeps its place."""
    record, texts = judged.record, {p.id: p.text for p in judged.article.source.paragraphs}
    edits = []
    for path, fragment in fragments(record, record.table.column(name)):
        paragraph, quote, occurrence = parts(fragment, record.paragraph)
        bare = without_edges(texts.get(paragraph, ""), quote, occurrence)
        edits += [Edit(record.place(*path, "q"), literal(bare))] if bare else []
    return Fix("strip white space from the quote", tuple(edits), safe=True) if edits else None


def _short(quote: str) -> str:
    return f"{quote!r}" if len(quote) <= 60 else f"{quote[:28]!r} … {quote[-28:]!r}"
