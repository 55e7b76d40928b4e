"""Level 2: the shape of records. Fields, labels, patterns, ids and references."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from weakref import WeakKeyDictionary

from vouchbank.checks.faults import shape_faults, validators
from vouchbank.checks.hints import closest
from vouchbank.checks.registry import Ids, Subject, article_check, at_record, corpus_check
from vouchbank.corpus import Article, Corpus
from vouchbank.corpus.ids import LOCAL_ID
from vouchbank.corpus.records import NOBODY, LayerFile, Record
from vouchbank.findings import Finding
from vouchbank.schema import Schema
from vouchbank.schema.source import local_or_full

KEPT_IN = {"registry": "annotations/registry.toml"}
_FOUND: WeakKeyDictionary[Article, list[Finding]] = WeakKeyDictionary()


def _shape(subject: Subject, slug: str) -> Iterator[Finding]:
    """Those findings of the shape of an article that have this slug."""
    return (finding for finding in found_in(subject.article) if finding.slug == slug)


def found_in(article: Article) -> list[Finding]:
    """All findings of the shape of an article, which is validated once for all that ask."""
    if article not in _FOUND:
        _FOUND[article] = list(_all_faults(article))
    return _FOUND[article]


def _all_faults(article: Article) -> Iterator[Finding]:
    known, meta = validators(article.schema), article.seed.meta
    if not meta.faults and not meta.missing and "meta" in known:
        for slug, message, help_, place in shape_faults(known["meta"], dict(meta.values), meta.place, meta.key_place):
            yield Finding(slug, message, place, help_, article=article.id)
    for file in article.files.values():
        document = file.document
        if document.faults or document.missing:
            continue
        for slug, message, help_, place in shape_faults(
            known["header"], dict(file.header), document.place, document.key_place
        ):
            yield Finding(slug, message, place, help_, article=article.id)
        for record in file.records:
            check = known[record.table.name]
            for slug, message, help_, place in shape_faults(check, record.values, record.place, record.key_place):
                yield at_record(slug, record, message, help_, place)
        yield from _by_nobody(article, file)


def _by_nobody(article: Article, file: LayerFile) -> Iterator[Finding]:
    """The placeholder that `vouchbank new` writes, in a file that is no draft."""
    said = f"{NOBODY!r} is nobody, and this is no draft", "write by = …, the id of who annotated"
    if file.status() == "draft":
        return
    if file.header.get("by") == NOBODY:
        yield Finding("missing-field", said[0], file.document.place("by"), said[1], article=article.id)
    for record in file.records:
        if record.values.get("by") == NOBODY:
            yield at_record("missing-field", record, *said, record.place("by"))


@article_check(2)
def unknown_field(subject: Subject) -> Iterator[Finding]:
    """The record has a field that its table does not have.

    Usually a slip of the pen: the help names the field that is near, or all there are. Computed fields are not written.
    """
    yield from _shape(subject, "unknown-field")


@article_check(2)
def missing_field(subject: Subject) -> Iterator[Finding]:
    """A required field is missing.

    Some fields are required only together with others: every GPE has a reading, every quantity an interval or `vague`.
    Who annotated (`by`) may be unnamed in a draft only.
    """
    yield from _shape(subject, "missing-field")


@article_check(2)
def misplaced_field(subject: Subject) -> Iterator[Finding]:
    """Two fields do not go together.

    Only a PERSON has a title, only a PRODUCT a subtype, only a DATE or TIME a value.
    """
    yield from _shape(subject, "misplaced-field")


@article_check(2)
def unknown_label(subject: Subject) -> Iterator[Finding]:
    """The value is no label of the closed list.

    The help names the label that is near, or all there are; schema/ and the guidelines say what each means.
    """
    yield from _shape(subject, "unknown-label")


@article_check(2)
def wrong_type(subject: Subject) -> Iterator[Finding]:
    """The value has the wrong type.

    Text stands in quotation marks, true and false do not, a list stands in square brackets.
    """
    yield from _shape(subject, "wrong-type")


@article_check(2)
def malformed_quote(subject: Subject) -> Iterator[Finding]:
    """The value is no quote.

    A span is written as quoted words, as a table { q, n, p }, or as a list of these where it may have fragments.
    """
    yield from _shape(subject, "malformed-quote")


@article_check(2)
def malformed_value(subject: Subject) -> Iterator[Finding]:
    """The value has not the form that its field asks for.

    An interval is "[21, inf)", an occurrence "1/2", a key lower-case words with hyphens, a date EDTF.
    """
    yield from _shape(subject, "malformed-value")


@corpus_check(2)
def malformed_shared_record(corpus: Corpus, ids: Ids) -> Iterator[Finding]:
    """A record of the registry, the figures or the claims does not have the right shape.

    The message says which field; the data dictionary says what it may hold.
    """
    for file in corpus.shared.values():
        for record in file.records:
            check = validators(corpus.schema)[record.table.name]
            for _, message, help_, place in shape_faults(check, record.values, record.place, record.key_place):
                yield at_record("malformed-shared-record", record, message, help_, place)
        for path in file.strays:
            place = file.document.key_place(*path)
            yield Finding("malformed-shared-record", f"{path[0]!r} is no record", place, "records are [sections]")


@article_check(2)
def stray_key(subject: Subject) -> Iterator[Finding]:
    """The key names no paragraph and no annotation of this file.

    Sections are paragraph ids ([p3]); keys in them are the letters of the layer and a number (e7, q2, nq1, a4, na1). Of
    many annotations of one other file, only the first is named.
    """
    article = subject.article
    for name, file in article.files.items():
        homes: set[str] = set()
        free = {path: subject.free.next(prefix) for path, prefix in file.unnumbered(article.schema.in_file(name))}
        for path in file.strays:
            place = file.document.key_place(*path)
            if len(path) == 1:
                message, help_ = f"[{path[0]}] is no paragraph section", "sections are [p1], [p2], …"
                yield Finding("stray-key", message, place, help_, article=article.id)
                continue
            home = _home(article, str(path[1]))
            if home in homes:
                continue
            homes |= {home} - {name, ""}
            message = f"{path[1]!r} is no id of an annotation in this file"
            help_ = _id_help(article, name, home)
            if path in free:
                help_ = f"run: vouchbank check --fix, which calls it {free[path]}"
            yield Finding("stray-key", message, place, help_, article=article.id)


def _home(article: Article, key: str) -> str:
    """The file whose ids look like this key; empty if there is none."""
    match = LOCAL_ID.match(key)
    return next((t.file for t in article.schema.layers if match and t.prefix == match[1]), "")


def _id_help(article: Article, name: str, home: str) -> str:
    prefixes = [t.prefix for t in article.schema.in_file(name)]
    if home and home != name:
        return f"it belongs in annotations/{article.id}/{home}.toml, with all of its kind"
    return f"ids here look like {', '.join(f'{p}1' for p in prefixes)}; each is followed by a table {{ … }}"


@article_check(2)
def duplicate_id(subject: Subject) -> Iterator[Finding]:
    """Two annotations of an article have the same id.

    Ids are unique in an article and are never reused. Give the newer one the next free number.
    """
    seen: dict[str, Record] = {}
    for record in subject.records:
        if record.name in seen:
            free = subject.free.next(record.table.prefix)
            first = seen[record.name].key_place()
            message = f"{record.name} was already used in line {first.line}"
            yield at_record("duplicate-id", record, message, f"call this one {free}", record.key_place())
        seen.setdefault(record.name, record)


def references(record: Record) -> Iterator[tuple[tuple[str | int, ...], str, tuple[str, ...]]]:
    """Path, full id and admissible tables of everything a record refers to."""
    for column in record.table.written:
        value = record.values.get(column.name)
        if column.targets:
            form = local_or_full(column) if column.annotation_ids else (column.item or column).pattern
            for path, target in _strings(value, (column.name,)):
                if not re.search(form, target):
                    continue  # the checks of shape have said so
                yield path, record.full_id(target) if column.annotation_ids else target, column.targets
        elif column.item is not None and isinstance(value, list):
            for index, inner in enumerate(value):
                for field in column.item.fields if isinstance(inner, dict) else ():
                    target = inner.get(field.name)
                    if field.targets and isinstance(target, str) and re.search(field.pattern, target):
                        yield (column.name, index, field.name), target, field.targets


def _strings(value: Any, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, list):
        yield from (((*path, i), v) for i, v in enumerate(value) if isinstance(v, str))


def _unknown(record: Record, ids: Ids) -> Iterator[Finding]:
    for path, target, tables in references(record):
        if not ids.known(target, tables):
            message = f"there is no {target!r} in {' or '.join(KEPT_IN.get(t, t) for t in tables)}"
            help_ = _reference_help(target, tables, ids)
            yield at_record("unknown-reference", record, message, help_, record.place(*path))


def _reference_help(target: str, tables: tuple[str, ...], ids: Ids) -> str:
    if entry := ids.retirement(target, tables):
        instead = f"refer to {entry.successor}" if entry.successor else "take the reference out"
        return f"{entry.name} was retired ({entry.reason[:80]}): {instead}"
    near = closest(target, sorted(set().union(*(ids.tables.get(t, ()) for t in tables))))
    add = f"mend the key, or add [{target}] there" if tables == ("registry",) else ""
    return (near.split("choose one of")[0] or add or "mend the reference, or add what it refers to").strip()


@article_check(2)
def unknown_reference(subject: Subject) -> Iterator[Finding]:
    """A field refers to something that does not exist.

    Keys refer to annotations/registry.toml, ids to annotations of this article (q3) or of another (001-q3).
    """
    for record in subject.records:
        yield from _unknown(record, subject.ids)


@corpus_check(2)
def unknown_shared_reference(corpus: Corpus, ids: Ids) -> Iterator[Finding]:
    """A figure or a claim refers to an annotation that does not exist.

    Members and pairs name annotations with their article: 001-q3.
    """
    for file in corpus.shared.values():
        for record in file.records:
            for finding in _unknown(record, ids):
                yield at_record("unknown-shared-reference", record, finding.message, finding.help, finding.place)


def ids_of(articles: Iterable[Any], shared: Mapping[str, LayerFile], schema: Schema) -> Ids:
    """Everything that references may point to."""
    tables: dict[str, set[str]] = {name: set() for name in schema.tables}
    unread = {(name, "") for name, file in shared.items() if file.document.faults}
    for article in articles:
        faulty = [name for name, file in article.files.items() if file.document.faults]
        unread |= {(table.name, article.id) for name in faulty for table in schema.in_file(name)}
        tables.setdefault("articles", set()).add(article.id)
        for file in article.files.values():
            for record in file.records:
                tables[record.table.name].add(record.id)
    for name, file in shared.items():
        tables[name] |= {record.name for record in file.records}
    known = {name: frozenset(values) for name, values in tables.items()}
    return Ids(known, unread=frozenset(unread), shared=frozenset(shared))
