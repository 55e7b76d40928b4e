r"""The operations of the editor: each takes the sources and returns the files that change.

This module writes nothing to disk. Every file is in canonical form, with its list of numbers and quotations to account
for updated, so that it has the bytes that `vouchbank format` would write for a person who typed the same values.

Example:
    >>> from vouchbank.corpus import Corpus, repository_root
    >>> toy = Corpus(repository_root() / "tests" / "toy")
    >>> done = applied(toy, "000", Add("entities", {"span": [Span(81, 88)]}, {"type": "DATE"}))
    >>> done.selected, done.said
    ('e15', 'added e15')
    >>> print(*(line for line in done.files["annotations/000/entities.toml"].decode().split("\n") if "e15" in line))
    e15 = { q = "outside", type = "DATE" }
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial, singledispatch
from typing import Any

from vouchbank.change.fixes import apply_fixes
from vouchbank.change.rewriting import canonical
from vouchbank.change.scaffold import empty_layers, guidelines_version
from vouchbank.change.stubs import stub_rows, with_rows
from vouchbank.change.waiting import with_waiting
from vouchbank.corpus import Article, Corpus
from vouchbank.corpus.canonical import reformatted
from vouchbank.corpus.format import format_corpus, same_values
from vouchbank.corpus.ids import KEY, NOBODY, FreeIds
from vouchbank.corpus.overlay import OverlayCorpus
from vouchbank.corpus.records import LayerFile, Record
from vouchbank.edit.quoting import CannotQuoteError, by_paragraph, home, value_of, written
from vouchbank.errors import VouchBankError
from vouchbank.report.text import plural
from vouchbank.schema import Column, Table
from vouchbank.spans import Span
from vouchbank.toml.reader import Document, read_toml

Spans = Mapping[str, Sequence[Span]]
Values = Mapping[str, Any]  # None removes a field
_SECTION = {"quantities": ("number",), "attributions": ("cue", "source", "content", "addressee")}


class CannotDoError(VouchBankError):
    """An operation does not fit the article, or the file it would change."""


@dataclass(frozen=True)
class Add:
    """A new record of a layer."""

    layer: str
    spans: Spans
    values: Values = field(default_factory=dict)


@dataclass(frozen=True)
class Amend:
    """New words or values for a record; everything else stays."""

    id: str
    spans: Spans = field(default_factory=dict)
    values: Values = field(default_factory=dict)


@dataclass(frozen=True)
class Delete:
    """Delete a record, and every reference to it in the same article."""

    id: str


@dataclass(frozen=True)
class SetHead:
    """New values at the head of a file, such as its status and annotator."""

    file: str
    values: Values


@dataclass(frozen=True)
class SetRow:
    """New values for a row of a shared table: registry, figures or claims; None deletes the row."""

    table: str
    key: str
    values: Values | None


@dataclass(frozen=True)
class AddRegistryRows:
    """Add the rows that the registry lacks for the article."""


@dataclass(frozen=True)
class ReplaceText:
    """Replace a file by a text that somebody typed."""

    file: str
    text: str


@dataclass(frozen=True)
class FixAll:
    """Apply every safe fix of the article, as `vouchbank check --fix` does."""


@dataclass(frozen=True)
class OperationResult:
    """The result of an operation.

    Attributes:
        files: The files that change, by their names below the root.
        said: What was done, in a few words.
        selected: The id of the record concerned, as in its file; empty if there is none.
    """

    files: Mapping[str, bytes]
    said: str
    selected: str = ""


def applied(corpus: Corpus, article_id: str, operation: object) -> OperationResult:
    """Carry out an operation on an article.

    Args:
        corpus: The sources, of the gold or of one annotator.
        article_id: The article.
        operation: The operation.

    Raises:
        CannotDoError: the operation does not fit the article.
        CannotQuoteError: words cannot be quoted.
        UnknownArticleError: the corpus has no article with this id.
    """
    article = corpus.article(article_id)
    done = perform(operation, corpus, article)
    changed = {file: data for file, data in done.files.items() if corpus.read(file) != data}
    return replace(done, files=changed)


@singledispatch
def perform(operation: object, corpus: Corpus, article: Article) -> OperationResult:
    """Carry out an operation; there is one function for each type."""
    raise CannotDoError(f"Unknown operation {type(operation).__name__!r}")


@perform.register
def _(add: Add, corpus: Corpus, article: Article) -> OperationResult:
    table = _layer(article, add.layer)
    state, article = _begun(corpus, article, table.file)
    spans = {name: _pieces(article, _column(table, name), found) for name, found in add.spans.items() if found}
    section = _section(article, table, spans)
    name = FreeIds(article.id, partial(corpus.used_ids, article)).next(table.prefix)
    record = _with_values(table, {}, add.values) | _quotes(article, table, spans, section, {})
    files = _put(state, article, table.file, {(section, name): record})
    return OperationResult(files, f"added {name}", name)


@perform.register
def _(change: Amend, corpus: Corpus, article: Article) -> OperationResult:
    record = _record(article, change.id)
    table = record.table
    held = {name: list(found) for name, found in _spans_of(article, record).items()}
    spans = {name: _pieces(article, _column(table, name), found) for name, found in change.spans.items()}
    gone = [name for name, found in spans.items() if not found]
    held = {name: found for name, found in (held | spans).items() if found}
    section = _section(article, table, held) if change.spans else record.paragraph
    moved = held if section != record.paragraph else {name: spans[name] for name in spans if spans[name]}
    values = {k: v for k, v in record.values.items() if k not in _keys(table, [*gone, *moved])}
    values = _with_values(table, values, change.values) | _quotes(article, table, moved, section, record.values)
    files = _put(corpus, article, table.file, {record.path: None, (section, record.name): values})
    return OperationResult(files, f"changed {record.name}", record.name)


@perform.register
def _(delete: Delete, corpus: Corpus, article: Article) -> OperationResult:
    record = _record(article, delete.id)
    files = dict(_put(corpus, article, record.table.file, {record.path: None}))
    state, freed = OverlayCorpus.over(corpus, files), 0
    for name in article.files:
        article = state.article(article.id)
        changes = {r.path: _without(r, record.id) for r in article.files[name].records}
        changes = {path: values for path, values in changes.items() if values is not None}
        if changes:
            files |= _put(state, article, name, changes)
            state, freed = OverlayCorpus.over(corpus, files), freed + len(changes)
    also = f" and the references to it in {plural(freed, 'record')}" if freed else ""
    return OperationResult(files, f"deleted {record.name}{also}")


@perform.register
def _(head: SetHead, corpus: Corpus, article: Article) -> OperationResult:
    if head.file not in article.files:
        raise CannotDoError(f"Unknown file {head.file!r}")
    state, article = _begun(corpus, article, head.file)
    document = _readable(article.files[head.file])
    values = {k: v for k, v in document.values.items() if k not in head.values}
    new = {k: v for k, v in head.values.items() if v is not None}
    if any(isinstance(v, Mapping) for v in new.values()) or any(isinstance(values.get(k), Mapping) for k in new):
        raise CannotDoError("The head of a file can have only single values")
    text = _canonical(state, article, head.file, replace(document, values=values | new))
    return OperationResult({document.file: text}, f"changed the head of {head.file}.toml")


@perform.register
def _(row: SetRow, corpus: Corpus, article: Article) -> OperationResult:
    table = next((t for t in corpus.schema.corpus_tables if t.name == row.table), None)
    if table is None:
        raise CannotDoError(f"Unknown shared table {row.table!r}")
    if not KEY.match(row.key):
        raise CannotDoError(f"Invalid key {row.key!r}: a key has lowercase letters a–z and digits, joined by hyphens")
    document = _readable(corpus.shared[table.name])
    values = {key: held for key, held in document.values.items() if key != row.key}
    if row.values is not None:
        before = document.values.get(row.key)
        values[row.key] = _with_values(table, before if isinstance(before, Mapping) else {}, row.values)
    wanted = replace(document, values=values, missing=False)
    data = format_corpus(table, wanted).encode("utf-8")
    _same(data, wanted)
    return OperationResult(
        {document.file: data}, f"{'deleted' if row.values is None else 'changed'} {row.key} in {table.name}"
    )


@perform.register
def _(_: AddRegistryRows, corpus: Corpus, article: Article) -> OperationResult:
    rows = {} if corpus.annotator else stub_rows(corpus, [article.id])
    data = with_rows(corpus, rows) if rows else None
    if data is None:
        raise CannotDoError("The registry has a row for every key of this article")
    return OperationResult(
        {corpus.shared["registry"].document.file: data}, f"added {plural(len(rows), 'row')} to the registry"
    )


@perform.register
def _(typed: ReplaceText, corpus: Corpus, article: Article) -> OperationResult:
    files = {file.document.file for file in (*article.files.values(), *corpus.shared.values())}
    if typed.file not in files:
        raise CannotDoError(f"{typed.file!r} does not belong to this article")
    data = typed.text.replace("\r\n", "\n").encode("utf-8")
    if found := read_toml(data, typed.file, finite=True).faults:
        fault = found[0]
        raise CannotDoError(f"Line {fault.place.line}: {fault.message}; the text was not applied")
    state = OverlayCorpus.over(corpus, {typed.file: data})
    formed = {file: text for file, text, problem in reformatted(state.part([article.id])) if not problem}
    return OperationResult(
        {typed.file: formed.get(typed.file, typed.text).encode("utf-8")}, f"edited {typed.file} as text"
    )


@perform.register
def _(_: FixAll, corpus: Corpus, article: Article) -> OperationResult:
    own = {file.document.file for file in (*article.files.values(), *corpus.shared.values())}
    files = {
        file: data for file, data in apply_fixes(corpus.part([article.id]), [article.id]).files.items() if file in own
    }
    if not files:
        raise CannotDoError("Nothing can be fixed without a decision")
    return OperationResult(files, f"fixed {plural(len(files), 'file')}")


def _layer(article: Article, name: str) -> Table:
    table = next((t for t in article.schema.layers if t.name == name), None)
    if table is None:
        raise CannotDoError(f"Unknown layer {name!r}")
    return table


def _column(table: Table, name: str) -> Column:
    column = next((c for c in table.quoted if c.name == name and c.written), None)
    if column is None:
        raise CannotDoError(f"Unknown span {name!r} in {table.name}")
    return column


def _record(article: Article, name: str) -> Record:
    """A record by its id in the file or in the corpus; ids are looked up, never used as paths."""
    records = (record for file in article.files.values() for record in file.records)
    found = [record for record in records if name in (record.name, record.id)]
    if len(found) != 1:
        raise CannotDoError(f"Two records have the id {name!r}" if found else f"Record {name!r} no longer exists")
    _readable(article.files[found[0].table.file])
    return found[0]


def _readable(file: LayerFile) -> Document:
    if file.document.faults:
        fault = file.document.faults[0]
        raise CannotDoError(f"{file.document.file} cannot be read: line {fault.place.line}: {fault.message}")
    return file.document


def _begun(corpus: Corpus, article: Article, file: str) -> tuple[Corpus, Article]:
    """The sources with a layer file; if it is missing, an empty one as `vouchbank new` writes it."""
    if not article.files[file].document.missing:
        return corpus, article
    folder = f"{corpus.annotations}/{article.id}"
    layers = empty_layers(article, folder, guidelines_version(corpus), corpus.annotator or NOBODY)
    name = f"{folder}/{file}.toml"
    state = OverlayCorpus.over(corpus, {name: layers[name]})
    return state, state.article(article.id)


def _spans_of(article: Article, record: Record) -> Spans:
    found = article.annotation_of(record)
    return {c.name: found.spans.get(c.name, ()) for c in record.table.quoted} if found else {}


def _pieces(article: Article, column: Column, spans: Sequence[Span]) -> list[Span]:
    """The selected spans as fragments: in reading order, each inside one paragraph."""
    found = [piece for span in spans for piece in by_paragraph(span, article.paragraphs)]
    if len(found) < len(spans):
        raise CannotQuoteError("The selection has no words")
    if len(found) > 1 and not column.spans:
        raise CannotQuoteError(f"`{column.name}` must be one span in one paragraph")
    return sorted(set(found))


def _section(article: Article, table: Table, spans: Spans) -> str:
    """The paragraph in whose section a record belongs."""
    names = _SECTION.get(table.name, table.anchor)
    first = next((spans[name][0] for name in names if spans.get(name)), None)
    if first is None:
        raise CannotDoError(f"Select the words first: {table.row} needs its {names[0] if names else 'words'}")
    return home(first, article.paragraphs).id


def _keys(table: Table, names: Sequence[str]) -> set[str]:
    """The keys under which columns of words are written."""
    return {key for name in names for key in (("q", "n") if name == "span" and table.own_span else (name,))}


def _quotes(article: Article, table: Table, spans: Spans, section: str, before: Values) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name, found in spans.items():
        fragments = written(found, article.paragraphs, section)
        value = value_of(table.column(name), fragments, before.get(name))
        own = name == "span" and table.own_span
        made |= (value if isinstance(value, dict) else {"q": value}) if own else {name: value}
    return made


def _with_values(table: Table, before: Values, new: Values) -> dict[str, Any]:
    """The values of a record with new ones; fields that the schema does not know are refused."""
    spans = {c.name for c in table.columns if c.span or c.spans}
    known = {c.name for c in table.columns if c.written} - spans | {"waive"}
    for name in new.keys() - known:
        raise CannotDoError(f"Unknown field {name!r} in {table.name}")
    values = {k: v for k, v in before.items() if k not in new}
    return values | {k: v for k, v in new.items() if v is not None}


def _without(record: Record, name: str) -> Values | None:
    """The values of a record without its references to another one; None if it has no such references."""
    values: dict[str, Any] = dict(record.values)
    for column in record.table.written:
        if column.annotation_ids and column.name in values and name in record.full_ids(column.name):
            value = values.pop(column.name)
            kept = [v for v in value if record.full_id(v) != name] if isinstance(value, list) else []
            values |= {column.name: kept} if kept else {}
    return values if values != record.values else None


def _put(
    corpus: Corpus, article: Article, name: str, records: Mapping[tuple[str | int, ...], Values | None]
) -> dict[str, bytes]:
    """A file with some records replaced; None deletes one."""
    document = _readable(article.files[name])
    values = {key: dict(held) if isinstance(held, dict) else held for key, held in document.values.items()}
    for path, record in records.items():
        section, key = map(str, path)
        if record is not None:
            values.setdefault(section, {})[key] = dict(record)
        elif section in values:
            values[section].pop(key, None)
    emptied = {str(section) for section, _ in records if not values.get(str(section))}
    values = {key: held for key, held in values.items() if key not in emptied}
    return {document.file: _canonical(corpus, article, name, replace(document, values=values))}


def _canonical(corpus: Corpus, article: Article, name: str, wanted: Document) -> bytes:
    """The canonical bytes of a file with other values, its list of numbers and quotations updated."""
    text = canonical(article, name, wanted)
    if text is None:
        raise CannotDoError(f"These values cannot be written to {wanted.file}; nothing was changed")
    data = text.encode("utf-8")
    state = OverlayCorpus.over(corpus, {wanted.file: data})
    return with_waiting(state.article(article.id), name) or data


def _same(data: bytes, wanted: Document) -> None:
    again = read_toml(data, wanted.file)
    if again.faults or not same_values(dict(again.values), dict(wanted.values)):
        raise CannotDoError(f"These values cannot be written to {wanted.file}; nothing was changed")
