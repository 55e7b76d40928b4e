"""Each layer by itself: edges of spans, spans that cross, annotations that stand twice, intervals without a number."""

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
    """A span does not lead to the seed and back.

    Every paragraph and every span has its place in the raw seed, and that place leads back to the same words. This
    fails if a span covers only part of what is one character in the seed, or if the normalisation has a bug.
    """
    offsets = article.source.normalised.map

    def returns(span: Span) -> bool:
        raw = offsets.to_raw(*span)
        back = offsets.to_text(raw.start, raw.end)
        return raw.exact and back.exact and Span(back.start, back.end) == span

    help_ = "quote all of what is one character in the seed, or report a bug in the normalisation"
    for paragraph in article.source.paragraphs:
        if not returns(paragraph.span):
            message = f"paragraph {paragraph.id} does not lead to the seed and back"
            yield article.fault(Place(article.source.seed.file), message, help_)
    for table in article.source.schema.layers:
        for judged in article.every(table.name):
            for name, span in judged.written_spans():
                if not returns(span):
                    yield judged.fault(name, only_part(span.of(article.text)), help_)


@rule(level=Level.RECORD)
def span_edge(judged: Judged) -> Faults:
    """A span begins or ends with white space.

    Leave the space out of the quote. Spans never begin or end with white space, nor extend beyond a paragraph.
    """
    for name, spans in judged.spans.items():
        for span in spans:
            words, hull = span.of(judged.article.text), judged.record.table.column(name).hull
            if "\n" in words and (hull or words == words.strip()):
                yield judged.fault("" if hull else name, beyond_paragraph(name), "its parts must be in one paragraph")
            elif words != words.strip():
                fix = _without_edges(judged, name)
                yield judged.fault(name, white_edge(name), "leave the space out", fix=fix)


@rule(level=Level.RECORD)
def crossing_spans(layer: JudgedLayer) -> Faults:
    """Two spans of one layer overlap, but neither contains the other.

    Within a layer spans may nest but never cross. Check which of the two begins or ends in the wrong place.
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
                help_ = f"one of the two begins or ends in the wrong place; {owner.id} is on line {line}"
                yield judged.fault("", message, help_)
        stack.append((span, judged))


@rule(level=Level.RECORD)
def fragments_out_of_order(judged: Judged) -> Faults:
    """The fragments of a field overlap or are out of reading order.

    Fragments are written in reading order, each once.
    """
    for name, spans in judged.spans.items():
        if any(one.end > other.start for one, other in pairwise(spans)):
            yield judged.fault((name,), out_of_order(name), "write them in reading order, each once")


@rule(level=Level.RECORD, waivable=True)
def punctuation_at_edge(judged: Judged) -> Faults:
    """A span begins or ends with a comma or a full stop.

    Commas and the full stop that ends a sentence are left out; inside quotation marks, and in abbreviations, they are
    kept. A colon may be a cue.
    """
    for name, span in judged.written_spans():
        said = span.of(judged.article.text)
        if not re.search(r"\w", said):
            continue  # white space has its own rule, a colon may be a cue
        edge = said[-1] if said[-1] in ",;:." else said[0] if said[0] in ",;:" else ""
        if edge and not (said[-1] == "." and (abbreviated(said) or said.endswith(".."))):
            message = f"{name} has a {'full stop' if edge == '.' else 'comma or the like'} at its edge: {edge!r}"
            yield judged.fault(name, message, "leave it out of the quote")


@rule(level=Level.RECORD)
def annotated_twice(layer: JudgedLayer) -> Faults:
    """Two annotations of a layer are the same.

    They have the same words in every role, so one of them is too many.
    """
    seen: dict[tuple[tuple[Span, ...], ...], str] = {}
    for judged in layer.annotations:
        whole = tuple(judged.spans.get(name, ()) for name in layer.table.anchor)
        if any(whole) and whole in seen:
            help_ = "remove one of the two; its id goes to annotations/retired.toml"
            yield judged.fault(judged.record.key_place(), f"{seen[whole]} has the same words", help_)
        seen.setdefault(whole, judged.id)


@rule(level=Level.RECORD)
def empty_interval(judged: Judged) -> Faults:
    """The interval contains no number.

    The lower end is greater than the upper end, or they are equal and one of them is open.
    """
    written = judged.record.values.get("interval")
    interval = parse_interval(written) if isinstance(written, str) else None
    if interval is not None and interval.empty:
        yield judged.fault("interval", f"the interval {written} contains no number", "a point is [n, n]")


# --- what is said of spans here and in tables (see `vouchbank.checks.placed`) -------------------------


def only_part(words: str) -> str:
    """What `map-round-trip` says of a span."""
    return f"{words!a} is only part of what the seed has there"


def beyond_paragraph(column: str) -> str:
    """What `span-edge` says of a span of several paragraphs."""
    return f"{column} extends beyond the end of a paragraph"


def white_edge(column: str) -> str:
    """What `span-edge` says of white space."""
    return f"{column} begins or ends with white space"


def out_of_order(column: str) -> str:
    """What `fragments-out-of-order` says."""
    return f"the fragments of {column} overlap or are out of order"


def _without_edges(judged: Judged, name: str) -> Fix | None:
    """Leave white space at the edges of the quotes of a column out, where they stay the same places."""
    record, texts = judged.record, {p.id: p.text for p in judged.article.source.paragraphs}
    edits = []
    for path, fragment in fragments(record, record.table.column(name)):
        paragraph, quote, occurrence = parts(fragment, record.paragraph)
        bare = without_edges(texts.get(paragraph, ""), quote, occurrence)
        edits += [Edit(record.place(*path, "q"), literal(bare))] if bare else []
    return Fix("leave out the space at the edges", tuple(edits), safe=True) if edits else None


def _short(quote: str) -> str:
    return f"{quote!r}" if len(quote) <= 60 else f"{quote[:28]!r} … {quote[-28:]!r}"
