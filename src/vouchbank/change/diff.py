"""The changes between two states of the sources, in annotation terms instead of lines.

The annotations of each side are placed in the text of that side. If the text changed, old places are followed to the
new text first, so that an annotation that only moved along with its words does not count as changed.

Example:
    >>> from vouchbank.corpus import Corpus, repository_root
    >>> corpus = Corpus(repository_root())
    >>> list(changes(corpus, corpus))
    []
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from vouchbank.change.align import Alignment
from vouchbank.change.changes import ADDED, MOVED, NARROWED, REMOVED, WIDENED, Change, side_by_side
from vouchbank.change.larger_changes import counts, decisions, described, new_article, new_layer, raw_changes
from vouchbank.change.old_text import text_of
from vouchbank.change.textdiff import in_context, paragraph_changes, shortened
from vouchbank.corpus import Article, Corpus
from vouchbank.corpus.format import literal, same_values
from vouchbank.corpus.records import Record
from vouchbank.corpus.resolve import Annotation, resolve
from vouchbank.corpus.seeds import Seed
from vouchbank.language.interval import parse_interval
from vouchbank.schema import Column, Table
from vouchbank.schema.source import FILE_FIELDS
from vouchbank.spans import Paragraph, Span
from vouchbank.toml.reader import Document

NOTHING = "–"
CONTEXT, MOST = 24, 90  # characters shown beside a span, and of the span
Paragraphs = Callable[[Article], Mapping[str, Paragraph] | None]
Follow = Callable[[Span], Span | None]
Line = tuple[str, str]  # verb and detail


class _Side:
    """An article with the text that was annotated."""

    def __init__(self, article: Article, paragraphs: Mapping[str, Paragraph] | None = None) -> None:
        self.article = article
        self.paragraphs = {p.id: p for p in article.paragraphs} if paragraphs is None else paragraphs
        self.text = text_of(self.paragraphs)

    def rows(self, table: Table) -> dict[str, Annotation]:
        """Its annotations of a layer by id, placed in that text."""
        file = self.article.files.get(table.file)
        records = [r for r in file.records if r.table.name == table.name] if file else []
        return {r.id: resolve(r, self.paragraphs) for r in records}


def changes(old: Corpus, new: Corpus, old_paragraphs: Paragraphs | None = None) -> Iterator[Change]:
    """All changes from one state of the sources to another, article by article, then those of shared files.

    Args:
        old: The earlier state.
        new: The later one.
        old_paragraphs: Gives the paragraphs of an article of the earlier state; None if they are not known.
    """
    for name in sorted({*old.article_ids, *new.article_ids}):
        if name not in new.article_ids:
            yield Change(name, "article", name, REMOVED, counts(old.article(name)))
        elif name not in old.article_ids:
            yield from new_article(new, name)
        else:
            then = old.article(name)
            before = _Side(then, old_paragraphs(then) if old_paragraphs else None)
            yield from _article(before, _Side(new.article(name)), new)
        yield from decisions(old, new, name)
    yield from raw_changes(old, new)
    for name, file in new.shared.items():
        before_file = old.shared.get(name)
        if before_file is not None:
            for field, said in _fields(before_file.header, file.header, FILE_FIELDS):
                yield Change("", name, name, field, said)
            yield from _shared(name, before_file.records, file.records)
            yield from _unread("", before_file.document, file.document)


def _article(old: _Side, new: _Side, corpus: Corpus) -> Iterator[Change]:
    article, was, now = new.article.id, old.article.files, new.article.files
    for verb, subject, detail in paragraph_changes(old.paragraphs, new.paragraphs):
        yield Change(article, "text", subject, verb, detail)
    yield from _meta(old.article.seed, new.article.seed)
    unread = {name for files in (was, now) for name, file in files.items() if file.document.faults}
    for name in (n for n in now if n in was):
        yield from _unread(article, was[name].document, now[name].document)
        if name not in unread and not was[name].document.missing:
            for field, said in _fields(was[name].header, now[name].header, FILE_FIELDS):
                yield Change(article, name, f"{article} {name}", field, said)
    follow: Follow = (lambda span: span) if old.text == new.text else Alignment(old.text, new.text).moved
    for table in new.article.schema.layers:
        if table.file not in was or was[table.file].document.missing:
            if new.article.annotations[table.name]:
                yield new_layer(corpus, article, table)
        elif table.file not in unread:
            yield from _layer(table, old, new, follow)


def _unread(article: str, was: Document, now: Document) -> Iterator[Change]:
    if now.faults:
        detail = f"({now.faults[0].message}); its annotations are not compared"
        yield Change(article, "file", now.file, "cannot be read", detail)
    elif was.faults:
        yield Change(article, "file", now.file, "could not be read before", "its annotations are not compared")


def _meta(old: Seed, new: Seed) -> Iterator[Change]:
    was, now = old.meta.values, new.meta.values
    for key, said in _fields(
        was, now, [k for k in dict.fromkeys((*was, *now)) if k not in ("paragraphs", "sha256", "history")]
    ):
        yield Change(new.article, "seed", f"{new.article} {key}", "", said)
    if old.sha256 != new.sha256:
        listed = now.get("history") if len(new.hashes) > len(old.hashes) else None
        reasons = [str(row.get("reason")) for row in listed[len(old.hashes) - 1 :]] if isinstance(listed, list) else []
        corrected = f"; its publisher corrected it: {_short('; '.join(reasons))}" if reasons else ""
        yield Change(new.article, "seed", new.file, "changed", f"its bytes differ{corrected}")


def _fields(was: Mapping[str, Any], now: Mapping[str, Any], names: Iterable[str]) -> Iterator[Line]:
    """The named fields whose values differ, each with the old and the new value."""
    for name in names:
        if not same_values(was.get(name), now.get(name)):
            yield name, f"{_said(was.get(name))} → {_said(now.get(name))}"


def _layer(table: Table, old: _Side, new: _Side, follow: Follow) -> Iterator[Change]:
    for name, was, now in side_by_side(old.rows(table), new.rows(table)):
        if now is None:
            lines: Iterable[Line] = [(REMOVED, _described(was, old.text))]
        elif was is None:
            lines = [(ADDED, _described(now, new.text))]
        else:
            lines = _annotation(table, was, now, old.text, new.text, follow)
        yield from (Change(new.article.id, table.name, name, *line) for line in lines)


def _annotation(table: Table, was: Annotation, now: Annotation, old: str, new: str, follow: Follow) -> Iterator[Line]:
    """The changes of an annotation: first its spans in the old and the new text, then its other values."""
    nowhere = {u.path[0] for u in now.unplaced}
    for column in table.columns:
        written = "q" if column.name == "span" else column.name
        if (column.span or column.spans) and not column.hull and written not in nowhere:
            before, after = was.spans.get(column.name, ()), now.spans.get(column.name, ())
            for verb, detail in span_changes(before, after, old, new, follow):
                yield f"{'' if written == 'q' else f'{written} '}{verb}", detail
    yield from _unplaced(was, now)
    yield from value_changes(table, was.record, now.record)


def _unplaced(before: Annotation, after: Annotation) -> Iterator[Line]:
    """Quotes that are not found in the text of either side, compared as written."""
    was, now = ({u.path: f"{u.quote} ({u.paragraph})" for u in side.unplaced} for side in (before, after))
    for path in dict.fromkeys((*was, *now)):
        field = "" if path == ("q",) else f"{path[0]} "
        if path not in now:
            yield f"{field}has a place now", f"before: {was[path]}"
        elif was.get(path) != now[path]:
            yield f"{field}{'has no place' if path in was else 'no longer has a place'}", now[path]


def _described(annotation: Annotation, text: str) -> str:
    return f"{_short(described(annotation, text))} ({annotation.record.paragraph})"


def span_changes(was: Sequence[Span], now: Sequence[Span], old: str, new: str, follow: Follow) -> Iterator[Line]:
    """The changes of the fragments of one field.

    A fragment that cannot be followed is compared by its words: the same words elsewhere do not count as a change.
    """
    left, fresh = [], list(now)
    for span in was:
        place = follow(span)
        same = next((s for s in fresh if s == place or (place is None and s.of(new) == span.of(old))), None)
        if same is None:
            left.append((span, place))
        else:
            fresh.remove(same)
    for span, place in left:
        only = fresh[0] if len(left) == len(fresh) == 1 else None
        near = next((s for s in fresh if place is not None and s.overlaps(place)), only)
        if near is None:
            yield REMOVED, _short(span.of(old))
        else:
            fresh.remove(near)
            yield _span_change(span, place, near, old, new)
    yield from ((ADDED, _short(span.of(new))) for span in fresh)


def _span_change(span: Span, place: Span | None, now: Span, old: str, new: str) -> Line:
    if place is not None and now.contains(place):
        return WIDENED, _marked(now, place, new, "[", "]")
    if place is not None and place.contains(now):
        return NARROWED, _marked(place, now, new, "[-", "-]")
    return MOVED, f"{in_context(span, old, CONTEXT, MOST)} → {in_context(now, new, CONTEXT, MOST)}"


def _marked(outer: Span, inner: Span, text: str, opening: str, closing: str) -> str:
    """The words of the outer span, with those outside the inner span in brackets."""
    head, tail = text[outer.start : inner.start], text[inner.end : outer.end]

    def bracket(words: str) -> str:
        bare = words.strip()
        return words.replace(bare, f"{opening}{_short(bare)}{closing}", 1) if bare else words

    return f"{bracket(head)}{_short(inner.of(text))}{bracket(tail)}"


def value_changes(table: Table, was: Record, now: Record) -> Iterator[Line]:
    """The fields, other than spans, whose values differ; defaults count as written, references by their full id.

    A value that both records inherit from their file is reported for the file instead.
    """
    columns = {c.name: c for c in table.columns}
    passed = {"q", "n"} | {c.name for c in table.columns if c.span or c.spans or not c.written}
    for name in dict.fromkeys((*columns, *was.values, *now.values)):
        if name in passed or not (name in was.values or name in now.values):
            continue
        a, b = (_value(record, name, columns.get(name)) for record in (was, now))
        if not same_values(a, b):
            yield from _TELLERS.get(name, _plain)(name, a, b)


def _value(record: Record, name: str, column: Column | None) -> Any:
    if column is None:
        return record.values.get(name)
    unwritten = record.document.values.get(name) if column.written == "inherited" else column.default
    value = record.values.get(name, unwritten)
    if column.annotation_ids and isinstance(value, list):
        return [record.full_id(v) if isinstance(v, str) else v for v in value]
    return record.full_id(value) if column.annotation_ids and isinstance(value, str) else value


def _plain(name: str, was: Any, now: Any) -> Iterable[Line]:
    """A value that changed; for a list of words, the words added and removed."""
    if not all(isinstance(value, list) and all(isinstance(v, str) for v in value) for value in (was, now)):
        return [(name, f"{_said(was)} → {_said(now)}")]
    gone, come = [v for v in was if v not in now], [v for v in now if v not in was]
    if len(gone) == len(come) == 1:
        return [(name, f"{gone[0]} → {come[0]}")]
    apart = [(f"{name} {verb}", ", ".join(words)) for verb, words in ((REMOVED, gone), (ADDED, come)) if words]
    return apart or [(name, f"{', '.join(was)} → {', '.join(now)}")]


def _interval(name: str, was: Any, now: Any) -> Iterable[Line]:
    """The bounds that changed, or the whole interval if that does not show the change, as when an end opens."""
    whole = name, f"{_said(was)} → {_said(now)}"
    a, b = (parse_interval(v) if isinstance(v, str) else None for v in (was, now))
    if a is None or b is None:
        return [whole]
    ends = [(end, getattr(a, end), getattr(b, end)) for end in ("lower", "upper")]
    said = [(end, f"{_number(x)} → {_number(y)}") for end, x, y in ends if x != y]
    closed = [getattr(a, f"{end}_closed") == getattr(b, f"{end}_closed") for end, x, y in ends if None not in (x, y)]
    return said if said and all(closed) else [*said, whole]


def _number(value: float | None) -> str:
    return NOTHING if value is None else f"{int(value)}" if value == int(value) else f"{value}"


def _pairs(_: str, was: Any, now: Any) -> Iterator[Line]:
    """The pairs of a figure or a claim that were added, removed or changed."""
    for _, a, b in side_by_side(_by_members(was), _by_members(now)):
        if a is None or b is None:
            yield f"pair {REMOVED if b is None else ADDED}", _pair(a if b is None else b)
            continue
        if _pair(a) != _pair(b):
            yield "pair", f"{_pair(a)} → {_pair(b)}"
        for field, said in _fields(a, b, ("sure", "reason", "despite")):
            yield f"pair {_pair(b)}, {field}", said


def _by_members(value: Any) -> dict[Any, dict[str, Any]]:
    listed = value if isinstance(value, list) else []
    return {frozenset((str(p.get("a")), str(p.get("b")))): p for p in listed if isinstance(p, dict)}


def _pair(pair: Mapping[str, Any]) -> str:
    return f"{pair.get('a')} {pair.get('relation')} {pair.get('b')}"


_TELLERS: dict[str, Callable[[str, Any, Any], Iterable[Line]]] = {"interval": _interval, "pairs": _pairs}


def _shared(name: str, was: Sequence[Record], now: Sequence[Record]) -> Iterator[Change]:
    for key, a, b in side_by_side({r.name: r for r in was}, {r.name: r for r in now}):
        if a is None or b is None:
            yield Change("", name, f"{name} {key}", ADDED if a is None else REMOVED, _row(a or b))
        else:
            for line in value_changes(b.table, a, b):
                yield Change("", name, f"{name} {key}:", *line)


def _row(record: Record) -> str:
    values = [record.values.get(k) for k in ("name", "label", "type", "qid")]
    return ", ".join(str(v) for v in values if isinstance(v, str))


def _said(value: Any) -> str:
    if value is None:
        return NOTHING
    return _short(value) if value and isinstance(value, str) else _short(literal(value).replace("\n", " "))


def _short(words: str) -> str:
    return shortened(words.replace("\n", " ¶ "), MOST)
