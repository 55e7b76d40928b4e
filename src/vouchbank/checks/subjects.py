"""What rules judge: a record, a layer, a file, an article, the corpus.

From each a rule reaches what stands beside it, and says what is wrong with `fault`, which knows place and record.
Which records are sound enough to be judged is decided by `vouchbank.checks.run`.
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
    """One annotation, with the article around it."""

    annotation: Annotation
    article: JudgedArticle

    @property
    def record(self) -> Record:
        """What is written in the file."""
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
    def held_against_mentions(self) -> bool:
        """Whether the mentions of the article count: those of a draft only if it stands in a draft itself."""
        source = self.article.source
        return source.known("entities") or source.files[self.record.table.file].draft

    def mentions_inside(self, span: Span) -> Sequence[Judged]:
        """The mentions inside a span that it is held against."""
        return self.article.spans("entities", "span").inside(span) if self.held_against_mentions else ()

    @property
    def spans(self) -> Mapping[str, tuple[Span, ...]]:
        """For each span column its fragments, in code points of the article's text."""
        return self.annotation.spans

    def value(self, name: str) -> Any:
        """What a column has: written, settled by the words, or its default; None where it is a list or a table."""
        written = self.record.values.get(name)
        if self.record.table.came_later(name):
            return None  # the guidelines that raw annotations follow do not have it
        if written is None or to_write(written):
            default = self.record.table.column(name).default
            written = self.settled.get(name, default)
        return written if isinstance(written, str | bool | int | float) else None

    @property
    def settled(self) -> Mapping[str, Any]:
        """What the words of a quantity or an attribution settle, by column; of other annotations nothing."""
        return settled(self.article.source, self.annotation)

    def text(self, name: str) -> str:
        """The text of a column or its default; empty if it is none."""
        written = self.value(name)
        return written if isinstance(written, str) else ""

    def words(self, name: str) -> str:
        """The words of a span column, its fragments joined by spaces; empty if it has none."""
        return " ".join(span.of(self.article.text) for span in self.spans.get(name, ()))

    def written_spans(self) -> Iterator[tuple[str, Span]]:
        """Every span that somebody wrote, with its column. Hulls are made, not written."""
        for name, spans in self.spans.items():
            if not self.record.table.column(name).hull:
                yield from ((name, span) for span in spans)

    def full_ids(self, name: str) -> list[str]:
        """The ids that a column of references names, in full."""
        return self.record.full_ids(name)

    def fault(self, at: At, message: str, help_: str = "", **more: Any) -> Fault:
        """What is wrong with it: see `Record.fault`."""
        return self.article.source.fault(self.record, at, message, help_, **more)


@dataclass(frozen=True, slots=True, eq=False)
class JudgedLayer:
    """The annotations of one layer of an article whose every quote has its place, in reading order."""

    table: Table
    annotations: Sequence[Judged]
    article: JudgedArticle


@dataclass(frozen=True, eq=False)
class Sharing:
    """What articles share: the registry, the figures, the claims; and what rules have made of it, once for all.

    Attributes:
        files: For each of these tables its file.
    """

    files: Mapping[str, LayerFile] = field(default_factory=dict)
    _made: dict[Callable[..., Any], Any] = field(default_factory=dict, repr=False)

    def rows(self, table: str) -> tuple[Record, ...]:
        """The records of a table; none where the schema has no such table."""
        return self.files[table].records if table in self.files else ()

    def once(self, make: Callable[[Sharing], T]) -> T:
        """What a function makes of it."""
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
        sharing: What it shares with other articles; nothing where it is judged by itself.
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
        """The clean text: one paragraph a line."""
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
        """For each file its records, each with the line that it begins on, in the order of the lines."""
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
        """The annotations of a layer; none where the schema has no such layer."""
        return self._judged.get(table, ())

    def placed(self, table: str) -> tuple[Judged, ...]:
        """The annotations of a layer whose every quote has its place, and that have what all of it must have.

        The others have their findings already.
        """
        return self._placed.get(table, ())

    def spans(self, table: str, column: str) -> SpanIndex[Judged]:
        """The annotations of a layer whose every quote has its place, by the spans of a column."""
        if (table, column) not in self._spans:
            listed = ((span, judged) for judged in self.placed(table) for span in judged.spans[column])
            self._spans[table, column] = SpanIndex(listed)
        return self._spans[table, column]

    @cached_property
    def by_id(self) -> Mapping[str, Judged]:
        """The annotations of all layers whose every quote has its place, by their ids."""
        return {judged.id: judged for layer in self._placed.values() for judged in layer}

    @cached_property
    def mentions(self) -> tuple[tuple[Span, Judged], ...]:
        """The span of every entity whose quotes have their places, with the entity."""
        return tuple((span, judged) for judged in self.placed("entities") for span in judged.spans["span"])

    def finished(self, *tables: str) -> bool:
        """Whether the schema has these layers and what is not annotated in them is known to be absent."""
        known = self.source.schema.tables
        return all(name in known and self.source.finished(known[name]) for name in tables)

    def unsettled(self, *tables: str) -> set[str]:
        """The paragraphs in which a quote of these layers has no place: what it may account for is not asked for."""
        listed = (j for table in tables for j in self.every(table))
        unplaced = [j.annotation for j in listed if j.annotation.unplaced or j.record.begun]
        return {name for a in unplaced for name in (a.record.paragraph, *(u.paragraph for u in a.unplaced))}

    @cached_property
    def free(self) -> FreeIds:
        """The ids that are promised to new annotations, none of them twice."""
        return FreeIds(self.id, lambda: self.ids.used(self.source))

    def fault(self, place: Place, message: str, help_: str = "", **more: Any) -> Fault:
        """What is wrong with it, at a place of one of its files."""
        return Fault(message, place, help_, article=self.id, **more)

    def fault_of(self, record: Record, at: At, message: str, help_: str = "") -> Fault:
        """What is wrong with a record of it (see `Record.fault`)."""
        return self.source.fault(record, at, message, help_)

    def forget(self) -> None:
        """Let go of what was found out about it: that leads back to it, so it would stay until garbage is collected."""
        self._spans.clear()
        for name in ("_judged", "_placed", "by_id", "mentions", "files", "free"):
            self.__dict__.pop(name, None)


@dataclass(frozen=True, slots=True, eq=False)
class JudgedFile:
    """One TOML file of an article."""

    document: Document
    article: JudgedArticle

    def fault(self, place: Place, message: str, help_: str = "", **more: Any) -> Fault:
        """What is wrong at a place of it; if that is in a record, dearer checks leave that record alone."""
        record = self._owner(place)
        paragraph, annotation = (record.paragraph, record.id) if record else ("", "")
        return self.article.fault(place, message, help_, paragraph=paragraph, annotation=annotation, **more)

    def _owner(self, place: Place) -> Record | None:
        """The record in whose lines a place is."""
        begun = self.article.by_line.get(self.document.file, [])
        at = bisect_right(begun, place.line, key=itemgetter(0))
        record = begun[at - 1][1] if at else None
        return record if record and place.line <= record.last_line else None


@dataclass(frozen=True, slots=True)
class Trace:
    """What the rules of the whole corpus need of an article: plain data, little even where the article is long.

    Attributes:
        article: Its id.
        seed_file: The name of its raw.txt.
        letters: Digests of the letters of its seed and of its text (see `Article.letters`).
        address: Where its page was found, without what makes no difference; empty if it is not known.
        address_place: Where that is stated.
        readable: Whether its seed and all of its files can be read.
        settled: Whether its files can be read, none is a draft, and every name has its key.
        keys: The keys that stand in its annotation.
        aliases: Each alias of rows of these keys that its text contains, behind the key.
        edges: For each column whose references must not form a circle, of each annotation what it refers to.
        tellers: The sources of those of its annotations that claims name.
        intervals: The intervals of those of its quantities that figures name.
        drafts: Its files that say that they are drafts.
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
    """The whole corpus: what its articles share, and what each has left behind.

    Attributes:
        source: The corpus.
        ids: What references may point to.
        sharing: What articles share.
        traces: Of each article, in the order of their ids, what rules of the whole corpus need.
    """

    source: Corpus
    ids: Ids
    sharing: Sharing
    traces: tuple[Trace, ...]

    @cached_property
    def records(self) -> tuple[Record, ...]:
        """The records of all that articles share."""
        return tuple(record for file in self.sharing.files.values() for record in file.records)

    def fault_of(self, record: Record, at: At, message: str, help_: str = "") -> Fault:
        """What is wrong with a record that articles share."""
        return record.fault(at, message, help_)

    @cached_property
    def strays(self) -> tuple[Stray, ...]:
        """What stands in the source folders and is not known there."""
        return tuple(strays(self.source))

    def rows(self, table: str) -> tuple[Record, ...]:
        """The records of a table that articles share; none where the schema has no such table."""
        return self.sharing.rows(table)
