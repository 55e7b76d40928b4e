"""The change between two states of the sources in annotation terms: what a reviewer wants to read, not lines.

Both sides are resolved on their own text; where a text changed, old places are followed to the new text first, so that
an annotation that only moved along with its words is no change.

Example:
    >>> from vouchbank.corpus import Corpus, repository_root
    >>> corpus = Corpus(repository_root())
    >>> list(changes(corpus, corpus))
    []
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from vouchbank.change.align import Alignment
from vouchbank.change.changes import ADDED, MOVED, NARROWED, REMOVED, WIDENED, Change
from vouchbank.change.textdiff import paragraph_changes
from vouchbank.change.then import text_of
from vouchbank.corpus import Article, Corpus
from vouchbank.corpus.format import literal, same_values
from vouchbank.corpus.records import Record
from vouchbank.corpus.resolve import Annotation, resolve
from vouchbank.language.interval import parse_interval
from vouchbank.report.text import counted, plural
from vouchbank.schema import Column, Table
from vouchbank.schema.source import FILE_FIELDS
from vouchbank.spans import Paragraph, Span

NOTHING = "–"
CONTEXT = 24
Paragraphs = Callable[[Article], Mapping[str, Paragraph] | None]
Line = tuple[str, str]  # verb and detail


class _Side:
    """An article with the text that its annotation speaks of."""

    def __init__(self, article: Article, paragraphs: Mapping[str, Paragraph]) -> None:
        self.article = article
        self.paragraphs = paragraphs
        self.text = text_of(paragraphs)

    def resolved(self, record: Record) -> Annotation:
        return resolve(record, self.paragraphs)


def changes(old: Corpus, new: Corpus, paragraphs_then: Paragraphs | None = None) -> Iterator[Change]:
    """All changes from one state of the sources to another, article by article, then what the articles share.

    Args:
        old: The earlier state.
        new: The later one.
        paragraphs_then: Gives the paragraphs of an article of the earlier state; None if they cannot be told.
    """
    for name in sorted({*old.article_ids, *new.article_ids}):
        if name not in new.article_ids:
            yield Change(name, "article", name, REMOVED, _counts(old.article(name)))
        elif name not in old.article_ids:
            yield Change(name, "article", name, ADDED, _counts(new.article(name)))
        else:
            then = old.article(name)
            known = paragraphs_then(then) if paragraphs_then else _paragraphs(then)
            before = _Side(then, _paragraphs(then) if known is None else known)
            after = _Side(new.article(name), _paragraphs(new.article(name)))
            yield from _article(before, after)
    for name, file in new.shared.items():
        before_file = old.shared.get(name)
        if before_file is not None:
            yield from _shared(name, before_file.records, file.records)
            yield from _readable("", before_file.document.faults, file.document.faults, file.document.file)


def _paragraphs(article: Article) -> dict[str, Paragraph]:
    return {p.id: p for p in article.paragraphs}


def _counts(article: Article) -> str:
    rows = {t.name: len(article.annotations[t.name]) for t in article.schema.layers}
    listed = ", ".join(counted(count, name) for name, count in rows.items() if count)
    return f"{plural(len(article.paragraphs), 'paragraph')}; {listed or 'no annotation'}"


def _article(old: _Side, new: _Side) -> Iterator[Change]:
    article = new.article.id
    for verb, subject, detail in paragraph_changes(old.paragraphs, new.paragraphs):
        yield Change(article, "text", subject, verb, detail)
    yield from _meta(old.article, new.article)
    same = old.text == new.text
    alignment = None if same else Alignment(old.text, new.text)
    follow = (lambda span: span) if alignment is None else alignment.moved
    for name, file in new.article.files.items():
        before = old.article.files.get(name)
        if before is None:
            continue
        if before.document.faults or file.document.faults:
            yield from _readable(article, before.document.faults, file.document.faults, file.document.file)
            continue
        for field in FILE_FIELDS:
            was, now = before.header.get(field), file.header.get(field)
            if not same_values(was, now):
                yield Change(article, name, f"{article} {name}", field, f"{_said(was)} → {_said(now)}")
    for table in new.article.schema.layers:
        files = [s.article.files[table.file] for s in (old, new) if table.file in s.article.files]
        if not any(file.document.faults for file in files):
            yield from _layer(table, old, new, follow)


def _readable(article: str, was: Sequence[Any], now: Sequence[Any], file: str) -> Iterator[Change]:
    if now:
        yield Change(article, "file", file, "cannot be read", f"({now[0].message}); its annotations are not compared")
    elif was:
        yield Change(article, "file", file, "could not be read before", "its annotations are not compared")


def _meta(old: Article, new: Article) -> Iterator[Change]:
    was, now = dict(old.seed.meta.values), dict(new.seed.meta.values)
    for key in dict.fromkeys((*was, *now)):
        if key not in ("paragraphs", "sha256") and not same_values(was.get(key), now.get(key)):
            yield Change(new.id, "seed", f"{new.id} {key}", "", f"{_said(was.get(key))} → {_said(now.get(key))}")
    if old.seed.sha256 != new.seed.sha256:
        yield Change(new.id, "seed", new.seed.file, "changed", "its bytes are other ones")


def _layer(table: Table, old: _Side, new: _Side, follow: Callable[[Span], Span | None]) -> Iterator[Change]:
    was, now = _records(old.article, table), _records(new.article, table)
    headers = _header(old.article, table), _header(new.article, table)
    for name, record in was.items():
        if name not in now:
            gone = described(record, old.resolved(record), old.text)
            yield Change(new.article.id, table.name, name, REMOVED, gone)
    for name, record in now.items():
        after = new.resolved(record)
        if name not in was:
            yield Change(new.article.id, table.name, name, ADDED, described(record, after, new.text))
            continue
        before = old.resolved(was[name])
        nowhere = {str(u.path[0]) for u in after.unplaced}
        for column in table.columns:
            written = "q" if column.name == "span" else column.name
            if (column.span or column.spans) and not column.hull and written not in nowhere:
                spans = before.spans.get(column.name, ()), after.spans.get(column.name, ())
                label = "" if column.name == "span" else f"{column.name} "
                for verb, detail in span_changes(*spans, old.text, new.text, follow):
                    yield Change(new.article.id, table.name, name, f"{label}{verb}", detail)
        yield from (
            Change(new.article.id, table.name, name, v, d)
            for v, d in _unplaced(before, after) + value_changes(table, was[name], record, headers)
        )


def _records(article: Article, table: Table) -> dict[str, Record]:
    file = article.files.get(table.file)
    return {r.id: r for r in (file.records if file else ()) if r.table.name == table.name}


def _header(article: Article, table: Table) -> Mapping[str, Any]:
    file = article.files.get(table.file)
    return file.header if file else {}


def _unplaced(before: Annotation, after: Annotation) -> list[Line]:
    """Quotes without a place on either side are compared as they are written."""
    was = {u.path: f"{u.quote} ({u.paragraph})" for u in before.unplaced}
    now = {u.path: f"{u.quote} ({u.paragraph})" for u in after.unplaced}
    paths = [p for p in dict.fromkeys((*was, *now)) if was.get(p) != now.get(p)]
    found = []
    for path in paths:
        field = "" if path == ("q",) else f"{path[0]} "
        if path in now:
            found.append((f"{field}has no place any more" if path not in was else f"{field}has no place", now[path]))
        else:
            found.append((f"{field}has a place now", f"before: {was[path]}"))
    return found


def described(record: Record, annotation: Annotation, text: str) -> str:
    """A record in a few words: its first label, what it quotes, its paragraph."""
    labels = [c.name for c in record.table.written if c.labels and c.written == "required"]
    label = next((str(record.values[n]) for n in labels if n in record.values), "")
    fields = [annotation.spans.get(n) for n in ("span", *record.table.anchor)]
    spans: tuple[Span, ...] = next(filter(None, fields), ())
    words = " … ".join(_short(s.of(text)) for s in spans)
    interval = record.values.get("interval")
    parts = (label, words, str(interval) if isinstance(interval, str) else "", f"({record.paragraph})")
    return " ".join(filter(None, parts))


def span_changes(
    was: Sequence[Span], now: Sequence[Span], old: str, new: str, follow: Callable[[Span], Span | None]
) -> Iterator[Line]:
    """What became of the fragments of one field.

    A fragment whose words went is compared by its words: the same words in an uncertain place are no change.
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
        near = next((s for s in fresh if place is not None and s.overlaps(place)), None)
        if near is None and len(left) == len(fresh) == 1:
            near = fresh[0]
        if near is None:
            yield REMOVED, _short(span.of(old))
            continue
        fresh.remove(near)
        yield _span_change(span, place, near, old, new)
    for span in fresh:
        yield ADDED, _short(span.of(new))


def _span_change(span: Span, place: Span | None, now: Span, old: str, new: str) -> Line:
    if place is not None and now.contains(place):
        return WIDENED, _marked(now, place, new, "[", "]")
    if place is not None and place.contains(now):
        return NARROWED, _marked(place, now, new, "[-", "-]")
    return MOVED, f"{_in_context(span, old)} → {_in_context(now, new)}"


def _marked(outer: Span, inner: Span, text: str, opening: str, closing: str) -> str:
    """The outer words, with those that the inner span does not have between brackets."""
    head, tail = text[outer.start : inner.start], text[inner.end : outer.end]

    def bracket(words: str) -> str:
        bare = words.strip()
        return words.replace(bare, f"{opening}{_short(bare)}{closing}", 1) if bare else words

    return f"{bracket(head)}{_short(inner.of(text))}{bracket(tail)}"


def _in_context(span: Span, text: str) -> str:
    before, after = text[max(0, span.start - CONTEXT) : span.start], text[span.end : span.end + CONTEXT]
    return f"“…{before}[{_short(span.of(text))}]{after}…”".replace("\n", " ¶ ")


def value_changes(
    table: Table, was: Record, now: Record, headers: tuple[Mapping[str, Any], Mapping[str, Any]] = ({}, {})
) -> list[Line]:
    """The fields that are no spans and have other values; defaults count as written, references by their full id.

    Args:
        table: The table of both.
        was: The earlier record.
        now: The later one.
        headers: What stands at the top of their files. A change there that both records inherit is told of the file.
    """
    spans = {c.name for c in table.columns if c.span or c.spans} | {"q", "n"}
    columns = {c.name: c for c in table.columns}
    names = [c.name for c in table.written] + [k for k in (*was.values, *now.values) if k not in columns]
    found: list[Line] = []
    for name in dict.fromkeys(n for n in names if n not in spans):
        own = name in was.values or name in now.values
        a, b = (_value(r, name, columns.get(name), h if own else {}) for r, h in zip((was, now), headers, strict=True))
        if same_values(a, b):
            continue
        if name == "interval":
            found += _interval_changes(a, b)
        elif name == "pairs":
            found += pair_changes(a, b)
        elif isinstance(a, list) and isinstance(b, list) and all(isinstance(v, str) for v in (*a, *b)):
            found += _list_changes(name, a, b)
        else:
            found.append((name, f"{_said(a)} → {_said(b)}"))
    return found


def _value(record: Record, name: str, column: Column | None, header: Mapping[str, Any]) -> Any:
    value = record.values.get(name, column.default if column else None)
    if name not in record.values and column is not None and column.written == "inherited":
        value = header.get(name)
    if column is not None and column.annotation_ids:
        if isinstance(value, str):
            return record.full_id(value)
        if isinstance(value, list):
            return [record.full_id(v) if isinstance(v, str) else v for v in value]
    return value


def _list_changes(name: str, was: list[str], now: list[str]) -> Iterator[Line]:
    gone, come = [v for v in was if v not in now], [v for v in now if v not in was]
    if len(gone) == len(come) == 1:
        yield name, f"{gone[0]} → {come[0]}"
        return
    if gone:
        yield f"{name} {REMOVED}", ", ".join(gone)
    if come:
        yield f"{name} {ADDED}", ", ".join(come)
    if not gone and not come:
        yield name, f"{', '.join(was)} → {', '.join(now)}"


def _interval_changes(was: Any, now: Any) -> list[Line]:
    a, b = (parse_interval(v) if isinstance(v, str) else None for v in (was, now))
    ends = [(end, getattr(a, end), getattr(b, end)) for end in ("lower", "upper") if a and b]
    if not ends or all(x == y for _, x, y in ends):
        return [("interval", f"{_said(was)} → {_said(now)}")]
    said = [(end, f"{_number(x)} → {_number(y)}") for end, x, y in ends if x != y]
    assert a is not None
    assert b is not None
    closed = any(
        x is not None and y is not None and getattr(a, f"{end}_closed") != getattr(b, f"{end}_closed")
        for end, x, y in ends
    )
    return [*said, ("interval", f"{was} → {now}")] if closed else said


def _number(value: float | None) -> str:
    return NOTHING if value is None else f"{int(value)}" if value == int(value) else f"{value}"


def pair_changes(was: Any, now: Any) -> list[Line]:
    """The pairs of a figure or a claim that came, went, or say something else."""
    a, b = _pairs(was), _pairs(now)
    found: list[Line] = [(f"pair {REMOVED}", _pair(a[key])) for key in a if key not in b]
    for key, pair in b.items():
        if key not in a:
            found.append((f"pair {ADDED}", _pair(pair)))
        elif not same_values(a[key], pair):
            first, second = (f"{p.get('a')} {p.get('relation')} {p.get('b')}" for p in (a[key], pair))
            others = [k for k in ("sure", "reason", "despite") if a[key].get(k) != pair.get(k)]
            if first != second:
                found.append(("pair", f"{first} → {second}"))
            found += [(f"pair {second}, {k}", f"{_said(a[key].get(k))} → {_said(pair.get(k))}") for k in others]
    return found


def _pairs(value: Any) -> dict[Any, dict[str, Any]]:
    listed = value if isinstance(value, list) else []
    return {frozenset((str(p.get("a")), str(p.get("b")))): p for p in listed if isinstance(p, dict)}


def _pair(pair: Mapping[str, Any]) -> str:
    return f"{pair.get('a')} {pair.get('relation')} {pair.get('b')}"


def _shared(name: str, was: Sequence[Record], now: Sequence[Record]) -> Iterator[Change]:
    before, after = {r.name: r for r in was}, {r.name: r for r in now}
    for key, record in before.items():
        if key not in after:
            yield Change("", name, f"{name} {key}", REMOVED, _row(record))
    for key, record in after.items():
        if key not in before:
            yield Change("", name, f"{name} {key}", ADDED, _row(record))
            continue
        for verb, detail in value_changes(record.table, before[key], record):
            yield Change("", name, f"{name} {key}:", verb, detail)


def _row(record: Record) -> str:
    values = [record.values.get(k) for k in ("name", "label", "type", "qid")]
    return ", ".join(str(v) for v in values if isinstance(v, str))


def _said(value: Any) -> str:
    if value is None:
        return NOTHING
    if isinstance(value, str):
        return _short(value) if value else '""'
    try:
        return _short(literal(value).replace("\n", " "))
    except (TypeError, ValueError):
        return _short(repr(value))


def _short(words: str, most: int = 90) -> str:
    words = words.replace("\n", " ¶ ")
    return words if len(words) <= most else f"{words[: most // 2]} … {words[-most // 2 :]}"
