"""Everything that a fault can damage: every field that a source file has or may have, according to the schema.

The files are walked together with their schemas, so new fields of schema/ are covered automatically. A `Spot` is a
field, or an item of a list, with the schema of its value; a `Quote` is a quoted span.

Example:
    >>> from vouchbank.corpus import Corpus, repository_root
    >>> spots = Sources(Corpus(repository_root())).spots
    >>> sorted({s.column for s in spots if s.of == "figures" and s.targets})
    ['members.item', 'pairs.item.a', 'pairs.item.b']
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from bench.mutants import Edit, Mutant, extent
from vouchbank.compare.figures import intervals
from vouchbank.corpus import Article, Corpus
from vouchbank.corpus.records import Record
from vouchbank.corpus.resolve import Annotation, fragments, parts, place_of
from vouchbank.language.interval import Interval
from vouchbank.schema import Column
from vouchbank.schema.load import document_registry
from vouchbank.schema.source import header_schema, record_schema
from vouchbank.spans import Paragraph, Span
from vouchbank.toml.reader import Document
from vouchbank.toml.walk import Path

ABSENT: Any = object()  # the value of a field that is not written
ADJUDICATION = "annotations/adjudication"
_QUOTES = ("common.json#/$defs/fragment", "common.json#/$defs/fragments", "common.json#/$defs/quote")


@dataclass(frozen=True)
class Spot:
    """A field of a source file, or an item of a list; for each list also the item that may follow the last one.

    Attributes:
        of: What it is a field of: a table, `header`, or the name of a schema file.
        column: Its name, with the names of what holds it in the record: `pairs.item.relation`.
        document: The file.
        path: Where it stands, or would stand.
        schema: The schema of its value, references followed.
        value: What is written; ABSENT if nothing is.
        required: Whether what holds it must have it.
        targets: The tables one of which has the row that it refers to.
        quote: Whether it is quoted words.
        record: The record that holds it, if one does.
    """

    of: str
    column: str
    document: Document
    path: Path
    schema: Mapping[str, Any]
    value: Any
    required: bool
    targets: tuple[str, ...]
    quote: bool
    record: Record | None

    @property
    def written(self) -> bool:
        """Whether it has a value."""
        return self.value is not ABSENT

    @property
    def inline(self) -> bool:
        """Whether its value stands behind an equals sign or in a list, so that it can be written otherwise."""
        return self.path in self.document.cells

    @property
    def labels(self) -> tuple[str, ...]:
        """The closed list of its values that a file can hold, if there is one."""
        barred = self.schema.get("not", {}).get("enum", ())
        return tuple(o["const"] for o in self.schema.get("oneOf", ()) if o.get("const") not in barred)

    @property
    def home(self) -> Path:
        """The path of the record that holds it, or else of what holds it."""
        return self.record.path if self.record else self.path[:-1]

    @property
    def values(self) -> Mapping[str, Any]:
        """What is written in the record that holds it, or else in its file."""
        return self.record.values if self.record else self.document.values

    @property
    def inside(self) -> Path:
        """Its path in these values."""
        return self.path[len(self.record.path) :] if self.record else self.path

    @property
    def what(self) -> str:
        """Its name for people: `004-e6 type`."""
        name = self.record.id if self.record else self.document.file
        return f"{name} {'.'.join(map(str, self.inside))}"


@dataclass(frozen=True, slots=True)
class Quote:
    """A span as it is quoted: its record, column and path, what is written, where it points, and its paragraph."""

    record: Record
    column: Column
    path: Path
    value: Any
    span: Span
    paragraph: Paragraph

    @property
    def words(self) -> str:
        """The quoted words."""
        return parts(self.value, self.record.paragraph)[1]

    @property
    def words_path(self) -> Path:
        """The path of the string that holds the words."""
        return (*self.path, "q") if isinstance(self.value, dict) and self.path[-1] != "q" else self.path

    @property
    def home(self) -> tuple[str, str]:
        """The ids of its article and paragraph."""
        return self.record.article, self.paragraph.id

    @property
    def name(self) -> str:
        """Table and column: `entities.span`."""
        return f"{self.record.table.name}.{self.column.name}"


@dataclass
class Sources:
    """The corpus that is damaged, with its fields, records and quotes."""

    corpus: Corpus

    @cached_property
    def articles(self) -> list[Article]:
        """All articles."""
        return list(self.corpus.articles)

    @cached_property
    def records(self) -> list[Record]:
        """All records: of the layers, then of what the articles share."""
        own = [r for a in self.articles for file in a.files.values() for r in file.records]
        return own + [r for file in self.corpus.shared.values() for r in file.records]

    @cached_property
    def annotations(self) -> dict[str, tuple[Article, Annotation]]:
        """All annotations with their articles, by id."""
        return {x.id: (a, x) for a in self.articles for layer in a.annotations.values() for x in layer}

    @cached_property
    def documents(self) -> list[Document]:
        """Every TOML file that `check` judges by itself."""
        own = [d for a in self.articles for d in (a.seed.meta, *(f.document for f in a.files.values()))]
        return [*own, *(f.document for f in self.corpus.shared.values())]

    @cached_property
    def adjudications(self) -> list[Document]:
        """The adjudication files, where the corpus has them."""
        found = [self.corpus.document(f"{ADJUDICATION}/{a.id}.toml") for a in self.articles]
        return [document for document in found if not document.missing]

    def of(self, *tables: str) -> list[Record]:
        """The records of some tables."""
        return [r for name in tables for r in self.rows[name]]

    @cached_property
    def rows(self) -> dict[str, list[Record]]:
        """The records of each table."""
        found: dict[str, list[Record]] = defaultdict(list)
        for record in self.records:
            found[record.table.name].append(record)
        return found

    @cached_property
    def quotes(self) -> list[Quote]:
        """Every quote that has its place."""
        return [q for a, x in self.annotations.values() for q in quotes_of(a, x.record)]

    @cached_property
    def quotes_in(self) -> dict[tuple[str, str], list[Quote]]:
        """The quotes of each paragraph, by the ids of article and paragraph."""
        found: dict[tuple[str, str], list[Quote]] = defaultdict(list)
        for quote in self.quotes:
            found[quote.record.article, quote.paragraph.id].append(quote)
        return found

    @cached_property
    def claimed(self) -> dict[str, Interval | None]:
        """The interval of every quantity, by id."""
        return intervals(self.corpus)

    @cached_property
    def spots(self) -> list[Spot]:
        """Every field that is written or may be written, and every item of a list."""
        return [spot for document in (*self.documents, *self.adjudications) for spot in self._spots(document)]

    @cached_property
    def columns(self) -> dict[tuple[str, str], list[Spot]]:
        """The spots of each column."""
        found: dict[tuple[str, str], list[Spot]] = defaultdict(list)
        for spot in self.spots:
            found[spot.of, spot.column].append(spot)
        return found

    @cached_property
    def at(self) -> dict[tuple[str, Path], Spot]:
        """The spots by file and path."""
        return {(spot.document.file, spot.path): spot for spot in self.spots}

    @cached_property
    def referring(self) -> dict[str, list[Record]]:
        """The records that name an id or a key."""
        found: dict[str, list[Record]] = defaultdict(list)
        for spot in self.spots:
            if spot.targets and spot.record and isinstance(spot.value, str):
                found[spot.record.full_id(spot.value)].append(spot.record)
        return found

    def neighbours(self, record: Record) -> list[Record]:
        """The records that a record refers to, and those that refer to it."""
        to = [r for name, referring in self.referring.items() if record in referring for r in self.by_id[name]]
        return [*to, *self.referring.get(record.id, ())]

    @cached_property
    def by_id(self) -> dict[str, list[Record]]:
        """The records of an id or a key."""
        found: dict[str, list[Record]] = defaultdict(list)
        for record in self.records:
            found[record.id].append(record)
        return found

    def mutant(self, at: Spot | Record, edit: Edit, what: str, whole: bool = False) -> Mutant:
        """A mutant of an edit.

        Args:
            at: What is damaged.
            edit: The change.
            what: The change in words.
            whole: Whether the right place is all of the record, and what it refers to or is referred to by: the fault
                lies between two fields, or two records.
        """
        record = at if isinstance(at, Record) else at.record
        home = at.path if isinstance(at, Record) else at.home
        document, lines, also = at.document, edit.lines, frozenset[str]()
        if whole:
            first, last = extent(document, home)
            if record is None and isinstance(at, Spot) and at.of == "meta":  # the file is the record
                first, last = 1, document.text.count("\n")
            lines = (min(first, lines[0]), max(last, last + edit.moved, lines[1]))
            also = self.places(self.neighbours(record), document.file, last, edit.moved) if record else also
        of = record.table.name if record else at.of if isinstance(at, Spot) else ""
        return Mutant(of, document.file, edit.text.encode(), lines, what, also=also)

    def places(self, records: list[Record], file: str = "", after: int = 0, moved: int = 0) -> frozenset[str]:
        """The lines of some records, as file and line, those of `file` after a line as far on as it moved."""
        found = set()
        for record in records:
            first, last = extent(record.document, record.path)
            by = moved if record.document.file == file and first > after else 0
            found |= {f"{record.document.file}:{line + by}" for line in range(first, last + 1)}
        return frozenset(found)

    def _spots(self, document: Document) -> Iterator[Spot]:
        folder, _, name = document.file.rpartition("/")
        stem, documents = name.removesuffix(".toml"), self.corpus.schema.documents
        article = next((a for a in self.articles if a.id == folder.rpartition("/")[2]), None)
        if folder == ADJUDICATION:
            name = "shared_adjudication" if stem == "corpus" else "adjudication"
            yield from _Walk(name, document, documents).whole(f"{name}.json")
        elif article and document is article.seed.meta:
            yield from _Walk("meta", document, documents).whole("meta.json")
        elif article:
            walk = _Walk("header", document, documents)
            yield from walk.fields((), header_schema(), walk.base(""), article.files[stem].header)
        for record in self.records:
            if record.document is document:
                walk = _Walk(record.table.name, document, documents, record)
                yield from walk.fields(record.path, record_schema(record.table), walk.base(""), record.values)


@dataclass(frozen=True)
class _Walk:
    """A walk through a file, or a record of it, and the schema that states it."""

    of: str
    document: Document
    documents: Mapping[str, Mapping[str, Any]]
    record: Record | None = None

    def base(self, name: str) -> Any:
        """What follows the references of a schema file."""
        return document_registry(self.documents).resolver(name)

    def whole(self, name: str) -> Iterator[Spot]:
        """The fields of a file that one schema file states."""
        if name in self.documents:
            yield from self.fields((), self.documents[name], self.base(name), self.document.values)

    def fields(
        self, path: Path, schema: Mapping[str, Any], base: Any, values: Mapping[str, Any], within: str = ""
    ) -> Iterator[Spot]:
        """The fields that something has, or may have."""
        stated = schema.get("properties", {})
        patterns = {re.compile(p): s for p, s in schema.get("patternProperties", {}).items()}
        for name in dict.fromkeys([*stated, *values]):
            found = (s for p, s in patterns.items() if p.search(name))
            own = stated.get(name) or next(found, schema.get("additionalProperties"))
            if isinstance(own, Mapping):
                column = f"{within}{name if name in stated else '*'}"
                required = name in schema.get("required", ())
                yield from self._spot((*path, name), own, base, values.get(name, ABSENT), column, required)

    def _spot(
        self, path: Path, schema: Mapping[str, Any], base: Any, value: Any, column: str, required: bool
    ) -> Iterator[Spot]:
        merged, quote = dict(schema), False
        while "$ref" in merged:
            reference = merged.pop("$ref")
            quote = quote or reference in _QUOTES
            found = base.lookup(reference)
            merged, base = {**found.contents, **merged}, found.resolver
        if column.rpartition(".")[2] == "n":
            return  # which of several places is meant belongs to the quote
        named = merged.get("references", ())
        targets = (named,) if isinstance(named, str) else tuple(named) or _targets(self.record, column)
        yield Spot(self.of, column, self.document, path, merged, value, required, targets, quote, self.record)
        if isinstance(value, Mapping) and not quote:
            yield from self.fields(path, merged, base, value, f"{column}.")
        elif "items" in merged and not quote:
            held = value if isinstance(value, list) else []
            for index, item in enumerate([*held, ABSENT]):
                yield from self._spot((*path, index), merged["items"], base, item, f"{column}.item", False)


def _targets(record: Record | None, column: str) -> tuple[str, ...]:
    """The tables that a column of ids refers to; the schema of what is written has only the form of the ids."""
    name = column.removesuffix(".item")
    held = {c.name: c for c in record.table.columns} if record else {}
    target = held.get(name)
    return target.targets if target and target.annotation_ids and (target.item is None) == (name == column) else ()


def quotes_of(article: Article, record: Record) -> Iterator[Quote]:
    """The quotes of a record that have their place."""
    by_id = {p.id: p for p in article.paragraphs}
    for column in record.table.columns:
        for path, value in fragments(record, column):
            span = place_of(value, record.paragraph, by_id)
            if isinstance(span, Span):
                yield Quote(record, column, path, value, span, by_id[parts(value, record.paragraph)[0]])
