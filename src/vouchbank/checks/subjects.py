"""What rules judge: a record, a layer, a file, an article, the corpus.

From each of these, a rule can reach the rest of the article or corpus, and report with `fault`, which adds the place
and the record. `vouchbank.checks.judging` decides which records are judged.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from operator import itemgetter
from typing import Any, TypeVar

from vouchbank.checks.ids import Ids
from vouchbank.corpus import Article, Corpus
from vouchbank.corpus.corpus import RAW
from vouchbank.corpus.ids import FreeIds
from vouchbank.corpus.inventory import Stray, strays
from vouchbank.corpus.records import At, LayerFile, Record, to_write
from vouchbank.corpus.resolve import Annotation
from vouchbank.findings import Fault, Place
from vouchbank.language.interval import Interval
from vouchbank.schema import Table
from vouchbank.spans import Span, SpanIndex
from vouchbank.tables.rows import settled
from vouchbank.toml.reader import Document

T = TypeVar("T")
TIMES = ("DATE", "TIME")


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """One annotation and its article."""

    annotation: Annotation
    article: JudgedArticle

    @property
    def record(self) -> Record:
        """The record as written in the file."""
        return self.annotation.record

    @property
    def id(self) -> str:
        """Its id in the whole corpus."""
        return self.record.id

    @property
    def is_time(self) -> bool:
        """Whether it is a mention of a date or a time."""
        return self.text("type") in TIMES

    @property
    def is_name(self) -> bool:
        """Whether it is a mention by name of something other than a date or a time."""
        return self.text("mention") == "name" and not self.is_time

    @property
    def judged_against_mentions(self) -> bool:
        """Whether it is judged against the mentions of the article; a draft of these counts only for another draft."""
        source = self.article.source
        return source.known("entities") or source.files[self.record.table.file].draft

    def mentions_inside(self, span: Span) -> Sequence[Judged]:
        """The mentions inside a span, if it is judged against them."""
        return self.article.spans("entities", "span").inside(span) if self.judged_against_mentions else ()

    @property
    def spans(self) -> Mapping[str, tuple[Span, ...]]:
        """The fragments of each span column, in code points of the article's text."""
        return self.annotation.spans

    def value(self, name: str) -> Any:
        """The value of a column: written, derived from the words, or its default; None if it is a list or a table."""
        written = self.record.values.get(name)
        if self.record.table.came_later(name):
            return None  # the guidelines of these raw annotations do not have it
        if written is None or to_write(written):
            default = self.record.table.column(name).default
            written = self.settled.get(name, default)
        return written if isinstance(written, str | bool | int | float) else None

    @property
    def settled(self) -> Mapping[str, Any]:
        """The values, by column, that follow from the words of a quantity or attribution; else empty."""
        return settled(self.article.source, self.annotation)

    def text(self, name: str) -> str:
        """The text of a column or its default; empty if it is not text."""
        written = self.value(name)
        return written if isinstance(written, str) else ""

    def words(self, name: str) -> str:
        """The words of a span column, its fragments joined by spaces; empty if it has none."""
        return " ".join(span.of(self.article.text) for span in self.spans.get(name, ()))

    def written_spans(self) -> Iterator[tuple[str, Span]]:
        """Every written span with its column; hulls are computed, not written."""
        for name, spans in self.spans.items():
            if not self.record.table.column(name).hull:
                yield from ((name, span) for span in spans)

    def full_ids(self, name: str) -> list[str]:
        """The full ids in a column of references."""
        return self.record.full_ids(name)

    def fault(self, at: At, message: str, help_: str = "", **more: Any) -> Fault:
        """A fault of it (see `Record.fault`)."""
        return self.article.source.fault(self.record, at, message, help_, **more)


@dataclass(frozen=True, slots=True, eq=False)
class JudgedLayer:
    """The annotations of one layer of an article whose quotes all have a place, in reading order."""

    table: Table
    annotations: Sequence[Judged]
    article: JudgedArticle


@dataclass(frozen=True, eq=False)
class Sharing:
    """What the articles share (registry, figures, claims), and what rules compute from it once.

    Attributes:
        files: The file of each of these tables.
    """

    files: Mapping[str, LayerFile] = field(default_factory=dict)
    _made: dict[Callable[..., Any], Any] = field(default_factory=dict, repr=False)

    def rows(self, table: str) -> tuple[Record, ...]:
        """The records of a table; empty if the schema does not have it."""
        return self.files[table].records if table in self.files else ()

    def once(self, make: Callable[[Sharing], T]) -> T:
        """The result of a function, computed once."""
        if make not in self._made:
            self._made[make] = make(self)
        made: T = self._made[make]
        return made


@dataclass(frozen=True, eq=False)
class JudgedArticle:
    """One article, with the ids of the whole corpus.

    Attributes:
        source: The article.
        ids: What references may point to.
        sharing: What it shares with other articles; empty if it is judged by itself.
    """

    source: Article
    ids: Ids
    sharing: Sharing = field(default_factory=Sharing)
    _spans: dict[tuple[str, str], SpanIndex[Judged]] = field(default_factory=dict, repr=False)

    @property
    def id(self) -> str:
        """Its id."""
        return self.source.id

    @property
    def text(self) -> str:
        """The clean text: one paragraph per line."""
        return self.source.text

    @property
    def of_one_annotator(self) -> bool:
        """Whether these are the raw annotations of one annotator."""
        return any(file.document.file.startswith(f"{RAW}/") for file in self.source.files.values())

    @cached_property
    def records(self) -> tuple[Record, ...]:
        """All records of all layers, as written."""
        return tuple(r for file in self.source.files.values() for r in file.records)

    @cached_property
    def by_line(self) -> Mapping[str, list[tuple[int, Record]]]:
        """The records of each file with their first lines, in the order of these lines."""
        found: dict[str, list[tuple[int, Record]]] = {}
        for record in self.records:
            found.setdefault(record.document.file, []).append((record.key_place().line, record))
        return {file: sorted(begun, key=itemgetter(0)) for file, begun in found.items()}

    @cached_property
    def files(self) -> tuple[JudgedFile, ...]:
        """Its TOML files: meta.toml and those of its layers."""
        documents = (self.source.seed.meta, *(file.document for file in self.source.files.values()))
        return tuple(JudgedFile(document, self) for document in documents)

    @cached_property
    def _judged(self) -> dict[str, tuple[Judged, ...]]:
        return {name: tuple(Judged(a, self) for a in layer) for name, layer in self.source.annotations.items()}

    @cached_property
    def _placed(self) -> dict[str, tuple[Judged, ...]]:
        return {
            name: tuple(judged for judged in layer if not judged.annotation.unplaced and not judged.record.begun)
            for name, layer in self._judged.items()
        }

    def every(self, table: str) -> tuple[Judged, ...]:
        """The annotations of a layer; empty if the schema does not have it."""
        return self._judged.get(table, ())

    def placed(self, table: str) -> tuple[Judged, ...]:
        """The annotations of a layer whose quotes all have a place and whose required fields are written.

        The others already have findings.
        """
        return self._placed.get(table, ())

    def spans(self, table: str, column: str) -> SpanIndex[Judged]:
        """The annotations of a layer whose quotes all have a place, indexed by the spans of a column."""
        if (table, column) not in self._spans:
            listed = ((span, judged) for judged in self.placed(table) for span in judged.spans[column])
            self._spans[table, column] = SpanIndex(listed)
        return self._spans[table, column]

    @cached_property
    def by_id(self) -> Mapping[str, Judged]:
        """The annotations of all layers whose quotes all have a place, by id."""
        return {judged.id: judged for layer in self._placed.values() for judged in layer}

    @cached_property
    def mentions(self) -> tuple[tuple[Span, Judged], ...]:
        """The span of every entity whose quotes all have a place, with the entity."""
        return tuple((span, judged) for judged in self.placed("entities") for span in judged.spans["span"])

    def finished(self, *tables: str) -> bool:
        """Whether the schema has these layers and they are complete."""
        known = self.source.schema.tables
        return all(name in known and self.source.finished(known[name]) for name in tables)

    def unsettled(self, *tables: str) -> set[str]:
        """The paragraphs in which a quote of these layers has no place, so that it may cover anything in them."""
        listed = (j for table in tables for j in self.every(table))
        unplaced = [j.annotation for j in listed if j.annotation.unplaced or j.record.begun]
        return {name for a in unplaced for name in (a.record.paragraph, *(u.paragraph for u in a.unplaced))}

    @cached_property
    def free(self) -> FreeIds:
        """The free ids for new annotations; none is given twice."""
        return FreeIds(self.id, lambda: self.ids.used(self.source))

    def fault(self, place: Place, message: str, help_: str = "", **more: Any) -> Fault:
        """A fault at a place in one of its files."""
        return Fault(message, place, help_, article=self.id, **more)

    def fault_of(self, record: Record, at: At, message: str, help_: str = "") -> Fault:
        """A fault of one of its records (see `Record.fault`)."""
        return self.source.fault(record, at, message, help_)

    def forget(self) -> None:
        """Clear cached values: they refer back to the article and would keep it in memory until garbage collection."""
        self._spans.clear()
        for name in ("_judged", "_placed", "by_id", "mentions", "files", "free"):
            self.__dict__.pop(name, None)


@dataclass(frozen=True, slots=True, eq=False)
class JudgedFile:
    """One TOML file of an article."""

    document: Document
    article: JudgedArticle

    def fault(self, place: Place, message: str, help_: str = "", **more: Any) -> Fault:
        """A fault at a place in the file; if that is in a record, later levels do not judge the record."""
        record = self._owner(place)
        paragraph, annotation = (record.paragraph, record.id) if record else ("", "")
        return self.article.fault(place, message, help_, paragraph=paragraph, annotation=annotation, **more)

    def _owner(self, place: Place) -> Record | None:
        """The record whose lines contain a place."""
        begun = self.article.by_line.get(self.document.file, [])
        at = bisect_right(begun, place.line, key=itemgetter(0))
        record = begun[at - 1][1] if at else None
        return record if record and place.line <= record.last_line else None


@dataclass(frozen=True, slots=True)
class ArticleSummary:
    """What the rules of the whole corpus need to know about an article: plain data, small even for a long article.

    Attributes:
        article: Its id.
        seed_file: The name of its raw.txt.
        letters: Digests of the letters of its seed and of its text (see `Article.letters`).
        address: The normalised address of its page; empty if it is unknown.
        address_place: The place where the address is written.
        readable: Whether its seed and all its files can be read.
        settled: Whether its files can be read, none is a draft, and every name has its key.
        keys: The keys in its annotations.
        aliases: Key and alias for each alias of these rows that its text contains.
        edges: For each column that must not form circles, the references of each annotation.
        tellers: The sources of its annotations that are members of claims.
        intervals: The intervals of its quantities that are members of figures.
        drafts: Its files with the status draft.
    """

    article: str
    seed_file: str
    letters: frozenset[str]
    address: str
    address_place: Place
    readable: bool
    settled: bool
    keys: frozenset[str]
    aliases: frozenset[tuple[str, str]]
    edges: Mapping[str, Mapping[str, list[str]]]
    tellers: Mapping[str, tuple[str, str]]
    intervals: Mapping[str, Interval | None]
    drafts: frozenset[str]


@dataclass(frozen=True, eq=False)
class JudgedCorpus:
    """The whole corpus: what its articles share, and a summary of each.

    Attributes:
        source: The corpus.
        ids: What references may point to.
        sharing: What articles share.
        summaries: The summaries of the articles, in the order of their ids.
    """

    source: Corpus
    ids: Ids
    sharing: Sharing
    summaries: tuple[ArticleSummary, ...]

    @cached_property
    def records(self) -> tuple[Record, ...]:
        """The records of all shared files."""
        return tuple(record for file in self.sharing.files.values() for record in file.records)

    def fault_of(self, record: Record, at: At, message: str, help_: str = "") -> Fault:
        """A fault of a shared record."""
        return record.fault(at, message, help_)

    @cached_property
    def strays(self) -> tuple[Stray, ...]:
        """The unknown files and folders in the source folders."""
        return tuple(strays(self.source))

    def rows(self, table: str) -> tuple[Record, ...]:
        """The records of a shared table; empty if the schema does not have it."""
        return self.sharing.rows(table)
