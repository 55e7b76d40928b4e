"""The reader's front door: `Corpus(root)` opens the sources of a corpus, `Article` is one of its articles.

Opening reads nothing; each article is read when it is asked for, and nothing is judged here (see `vouchbank.checks`).

Example:
    >>> corpus = Corpus(repository_root())
    >>> corpus.article_ids[:5]
    ('000', '001', '002', '003', '004')
    >>> corpus.article("004").paragraphs[1].text
    'WASHINGTON (Realist English).'
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

from vouchbank import files
from vouchbank.corpus.cache import RecentCache
from vouchbank.corpus.excerpt import cut_out
from vouchbank.corpus.format import name_order
from vouchbank.corpus.git import at_head
from vouchbank.corpus.ids import NO_ANNOTATORS, Retirement, article_id_fault, ids_in, retirements
from vouchbank.corpus.records import At, LayerFile, Record, corpus_file, layer_file
from vouchbank.corpus.resolve import Annotation, resolve
from vouchbank.corpus.seeds import Seed, letters, read_seed
from vouchbank.errors import CorpusNotFoundError, SchemaError, UnknownArticleError, UnreadableFileError
from vouchbank.findings import Excerpt, Fault, Finding, Level, Place, declared
from vouchbank.schema import ByTable, Schema, Table, default_schema_folder, load_schema
from vouchbank.spans import Paragraph, Span, SpanIndex
from vouchbank.text import Normalised
from vouchbank.toml.reader import Document, read_toml

RAW = "annotations/raw"
UNKNOWN = ("missing", "draft")  # how far a layer has come of which nothing is published


class Article:
    """One article: its seed, its clean text, and its annotation.

    It is made from data, not from a folder, so that any engine can make one wherever the data is.

    Attributes:
        id: Its slug (see `vouchbank.corpus.ids`).
        seed: The raw article and its metadata.
        files: Its annotation files by name.
        schema: The tables the records belong to.
    """

    def __init__(self, article_id: str, seed: Seed, files: Mapping[str, LayerFile], schema: Schema) -> None:
        self.id = article_id
        self.seed = seed
        self.files = files
        self.schema = schema
        self._spans: dict[tuple[str, str], SpanIndex[Annotation]] = {}
        self._referring: dict[tuple[str, str], dict[str, list[Annotation]]] = {}

    @property
    def normalised(self) -> Normalised:
        """Segments, clean text and offset map; of a seed with faults, of the empty text."""
        return self.seed.normalised

    @property
    def text(self) -> str:
        """The clean text: one paragraph a line."""
        return self.normalised.text

    @cached_property
    def letters(self) -> frozenset[str]:
        """The letters of the seed and of the text; two articles that share one of these are the same."""
        return frozenset(map(letters, (self.seed.raw, self.text))) - {""}

    @property
    def paragraphs(self) -> tuple[Paragraph, ...]:
        """The paragraphs of the text, with stable ids."""
        return self.seed.paragraphs

    @cached_property
    def annotations(self) -> Mapping[str, tuple[Annotation, ...]]:
        """For each layer its annotations in reading order."""
        by_id = {p.id: p for p in self.paragraphs}
        found: dict[str, list[Annotation]] = {table.name: [] for table in self.schema.layers}
        for file in self.files.values():
            for record in file.records:
                found[record.table.name].append(resolve(record, by_id))
        return ByTable((name, tuple(sorted(items, key=_reading_order))) for name, items in found.items())

    @property
    def used_ids(self) -> set[str]:
        """The full ids of the annotations in its files."""
        return {name for file in self.files.values() for name in ids_in(file.document.values, self.id)}

    def annotation_of(self, record: Record) -> Annotation | None:
        """The annotation that a record of this article became."""
        return self._annotations_of.get(id(record))

    @cached_property
    def _annotations_of(self) -> Mapping[int, Annotation]:
        return {id(annotation.record): annotation for listed in self.annotations.values() for annotation in listed}

    def spans(self, layer: str, column: str) -> SpanIndex[Annotation]:
        """The annotations of a layer by the spans of a column; none where the schema has no such layer."""
        if (layer, column) not in self._spans:
            listed = self.annotations.get(layer, ())
            self._spans[layer, column] = SpanIndex((span, a) for a in listed for span in a.spans[column])
        return self._spans[layer, column]

    def referring(self, layer: str, column: str) -> Mapping[str, Sequence[Annotation]]:
        """The annotations of a layer by each id that a column of them names."""
        if (layer, column) not in self._referring:
            found = self._referring[layer, column] = dict[str, list[Annotation]]()
            for annotation in self.annotations.get(layer, ()):
                for name in annotation.record.full_ids(column):
                    found.setdefault(name, []).append(annotation)
        return self._referring[layer, column]

    @cached_property
    def by_id(self) -> Mapping[str, Annotation]:
        """The annotations of all layers by their ids."""
        return {annotation.id: annotation for listed in self.annotations.values() for annotation in listed}

    def paragraph_at(self, span: Span) -> Paragraph | None:
        """The paragraph that contains a span."""
        at = bisect_right(self.paragraphs, span.start, key=lambda paragraph: paragraph.span.start)
        found = self.paragraphs[at - 1] if at else None
        return found if found and found.span.contains(span) else None

    def fault(self, record: Record, at: At, message: str, help_: str = "", **more: Any) -> Fault:
        """What is wrong with a record, with the words of the text that it is about (see `Record.fault`)."""
        path = at if isinstance(at, tuple) else (at,)
        return record.fault(at, message, help_, self._excerpt(record, str(path[0]) if path else ""), **more)

    def _excerpt(self, record: Record, name: str) -> Excerpt | None:
        """The words of a column of a record, or those of its anchor, with some of their paragraph."""
        annotation = self.annotation_of(record)
        if annotation is None:
            return None
        column = "span" if name == "q" else name
        spans = annotation.spans.get(column, ()) if name in record.values or name == "span" else ()
        if not spans:
            found = ((n, s) for n in record.table.anchor if (s := annotation.spans.get(n)))
            column, spans = next(found, ("", ()))
        paragraph = self.paragraph_at(spans[0]) if spans else None
        caption = record.id if column == "span" else f"{column} of {record.id}"
        return cut_out(paragraph, spans, caption) if paragraph else None

    @property
    def published(self) -> Article:
        """The article without what its drafts hold; a file that does not say how far it is counts as one."""
        return self._without_drafts or self

    @cached_property
    def _without_drafts(self) -> Article | None:
        """None where it has no drafts: an article that held itself would stay until the garbage is collected."""
        drafts = {name: file for name, file in self.files.items() if file.status() == "draft"}
        if not drafts:
            return None
        emptied = {name: replace(file, header={}, records=(), strays=()) for name, file in drafts.items()}
        return Article(self.id, self.seed, {**self.files, **emptied}, self.schema)

    def status(self, table: Table) -> str:
        """How far a layer has come: missing, draft, complete, adjudicated; or selective, if it is not exhaustive."""
        status = self.files[table.file].status()
        return status if table.exhaustive or status in UNKNOWN else "selective"

    def known(self, layer: str) -> bool:
        """Whether the schema has a layer, and it is neither missing nor a draft."""
        table = self.schema.tables.get(layer)
        return table is not None and self.status(table) not in UNKNOWN

    def finished(self, table: Table) -> bool:
        """Whether what is not annotated is known to be absent: not where the file holds what is not a record.

        Nor where an annotator filled in some fields only.
        """
        file = self.files[table.file]
        return self.status(table) in ("complete", "adjudicated") and not file.strays and file.fields is None


class Corpus:
    """The sources of a corpus: seeds/, annotations/ and schema/ below `root`.

    The articles that were asked for last are kept (see `vouchbank.corpus.cache`), the others read anew, so that memory
    does not grow with their number.

    A root without schema/ uses the schema of the package. Another folder of annotations can be named, to open the
    work of one annotator (`annotations/raw/<annotator>`) on the same seeds.

    Attributes:
        base: An older state of the sources, if what changed since then is to be judged too.

    Raises:
        CorpusNotFoundError: `root` has no folder seeds/.
    """

    def __init__(self, root: str | Path, schema: Schema | None = None, annotations: str = "annotations") -> None:
        self.root = Path(root)
        self.annotations = annotations
        if not (self.root / "seeds").is_dir():
            raise CorpusNotFoundError(root)
        self._schema = schema
        self.base: Corpus | None = None
        self._articles = RecentCache[Article]()
        self._seeds = RecentCache[Seed]()
        self._raw: dict[str, Corpus] = {}
        self._sources = RecentCache[Document]()  # to quote lines from
        self._optional = RecentCache[Document]()

    @cached_property
    def schema(self) -> Schema:
        """The tables the records belong to.

        Raises:
            SchemaError: a file of schema/ is wrong.
        """
        own = self.root / "schema"
        stated = own.resolve() if files.kind(own) == files.FOLDER else default_schema_folder()
        return self._schema or load_schema(stated)

    @property
    def own_schema(self) -> bool:
        """Whether its schema is the one that whoever opens its folder gets."""
        return self._schema is None

    @cached_property
    def article_ids(self) -> tuple[str, ...]:
        """The ids of all articles, sorted."""
        return tuple(sorted(name for name in self._folders("seeds") if not self.id_fault(name)))

    def id_fault(self, name: str) -> str:
        """Why a name is not the id of an article of this corpus, whether there is one or not; empty if it is one."""
        return article_id_fault(name, self.schema.tables)

    @property
    def articles(self) -> Iterator[Article]:
        """All articles, in the order of their ids, each read when it is reached."""
        return map(self.article, self.article_ids)

    def article(self, article_id: str) -> Article:
        """One article.

        Raises:
            UnknownArticleError: the corpus has no article with this id.
        """
        if not self.has(article_id):
            raise UnknownArticleError(article_id, list(self.article_ids))
        return self._articles.get(article_id, lambda: self._open(article_id))

    def has(self, article_id: str) -> bool:
        """Whether there is an article of that id."""
        at = bisect_left(self.article_ids, article_id)
        return self.article_ids[at : at + 1] == (article_id,)

    @cached_property
    def shared(self) -> Mapping[str, LayerFile]:
        """For each table of the whole corpus (registry, figures, claims) its file."""
        return ByTable(
            (t.name, corpus_file(self.document(f"{self.annotations}/{t.file}.toml"), t))
            for t in self.schema.corpus_tables
        )

    def optional(self, name: str) -> Document:
        """A file of annotations/ that need not be there, read once: `retired`, `floors`, `adjudication/004`."""
        return self._optional.get(name, lambda: self.document(f"{self.annotations}/{name}.toml"))

    @cached_property
    def retired(self) -> Mapping[str, Retirement]:
        """The ids that are gone, by the names of their sections."""
        return retirements(self.optional("retired").values)

    @cached_property
    def committed(self) -> Mapping[str, bytes]:
        """The annotation files of the last commit; git is asked when a free id is needed, and not before."""
        return at_head(self.root, self.annotations)

    def used_ids(self, article: Article) -> set[str]:
        """The annotation ids of an article that no other annotation may take: in use, in the last commit, retired."""
        found = article.used_ids
        for file in article.files.values():
            then = self.committed.get(file.document.file, b"")
            found.update(ids_in(read_toml(then, file.document.file).values, article.id))
        return found.union(*((entry.name, entry.successor) for entry in self.retired.values()))

    def annotator_fault(self, name: str) -> str:
        """Why a name is not the id of an annotator, whether there is one or not; empty if it is one."""
        return "the word means something else in an adjudication" if name in NO_ANNOTATORS else self.id_fault(name)

    @property
    def annotator(self) -> str:
        """The annotator whose raw annotations these are; empty if it is the gold."""
        return self.annotations.removeprefix(f"{RAW}/") if self.annotations.startswith(f"{RAW}/") else ""

    @cached_property
    def annotators(self) -> tuple[str, ...]:
        """The ids of the annotators whose raw annotations are kept, sorted; none in the work of one annotator."""
        held = () if self.annotator else self._folders(RAW)
        return tuple(sorted(name for name in held if not self.annotator_fault(name)))

    def raw(self, annotator: str) -> Corpus:
        """The same seeds with the raw annotations of one annotator, each file by the guidelines that it names."""
        if annotator not in self._raw:
            raw = self._raw[annotator] = self.of(f"{RAW}/{annotator}")
            raw.article_ids, raw._seeds = self.article_ids, self._seeds
        return self._raw[annotator]

    def part(self, ids: Collection[str]) -> Corpus:
        """The same sources as if they had only the articles of these ids; what was read is not read again."""
        part = copy(self)
        part.article_ids = tuple(name for name in self.article_ids if name in ids)
        part.base = self.base and self.base.part(ids)
        part._raw = {}
        return part

    def of(self, annotations: str) -> Corpus:
        """The same seeds with another folder of annotations."""
        return Corpus(self.root, self.schema, annotations)

    def read(self, file: str) -> bytes | None:
        """The bytes of a file below the root; None if there is none that can be read."""
        return self._read(file)[0]

    def entries(self, folder: str) -> dict[str, str]:
        """What stands in a folder below the root, by name, with its kind (see `vouchbank.files`)."""
        return files.entries(self.root, folder)

    def _folders(self, inside: str) -> set[str]:
        return {name for name, kind in self.entries(inside).items() if kind == files.FOLDER}

    def _open(self, article_id: str) -> Article:
        """Read one article; raw annotations are read by the schema of the guidelines that they name."""
        documents = {n: self.document(f"{self.annotations}/{article_id}/{n}.toml") for n in self.schema.layer_files}
        schema = self.schema
        if self.annotator:
            schema = schema.at({name: document.values.get("guidelines") for name, document in documents.items()})
        layers = {name: layer_file(document, schema, name, article_id) for name, document in documents.items()}
        return Article(article_id, self._seed(article_id), layers, schema)

    def _seed(self, article_id: str) -> Seed:
        """The seed of an article, read once for all annotators."""
        return self._seeds.get(article_id, lambda: self._read_seed(article_id))

    def _read_seed(self, article_id: str) -> Seed:
        file = f"seeds/{article_id}/raw.txt"
        data, fault = self._read(file)
        page = self.read(f"seeds/{article_id}/source-map.json")
        seed = read_seed(article_id, data or b"", file, self.document(f"seeds/{article_id}/meta.toml"), page)
        return seed if fault is None else replace(seed, faults=(fault,))

    def document(self, file: str) -> Document:
        """A TOML file below the root, with its faults; `missing` where there is none."""
        data, fault = self._read(file)
        if fault is not None:
            return Document(file, faults=(fault,))
        return Document(file, missing=True) if data is None else read_toml(data, file, finite=True)

    def line(self, place: Place) -> str:
        """The line of a source file in which a place begins; empty where there is none."""
        lines = self._sources.get(place.file, lambda: self._quoted(place.file)).lines
        return lines[place.line - 1] if 0 < place.line <= len(lines) else ""

    def _quoted(self, file: str) -> Document:
        """A source file of which only the lines are asked for."""
        data = self._read(file)[0] if file.endswith((".toml", ".txt", ".json", ".html")) else None
        return Document(file, (data or b"").decode("utf-8", "replace"))

    def _read(self, file: str) -> tuple[bytes | None, Finding | None]:
        """The bytes of a file; None if there is none, a fault if there is one that cannot be read."""
        try:
            return files.read(self.root, file), None
        except UnreadableFileError as error:
            return None, unreadable_file(file, error.why)


@declared(Level.FILE)
def unreadable_file(file: str, why: str) -> Fault:
    """The file cannot be read.

    The system refused to open it, or it is not a file: a folder stands there, a pipe, or a symbolic link, which is
    never followed. Check its permissions, or put the file itself there.
    """
    return Fault(f"the file cannot be read: {why}", Place(file), "check its permissions, and that it is a file")


@declared(Level.FILE)
def unusable_schema(error: SchemaError) -> Fault:
    """A file of schema/ is wrong, so that nothing else can be checked.

    It is not JSON, a key is in it twice, a number is not finite; a keyword is unknown, a pattern is not a regular
    expression, a reference leads nowhere or in a circle, or a name is required that no property has. The first such
    fault is named; schema/README.md says what the files look like.
    """
    return Fault(error.said, Place(f"schema/{error.file}".rstrip("/"), error.line), error.help)


def repository_root() -> Path:
    """The root of the clone this package runs from (not meaningful for an installed wheel)."""
    return Path(__file__).parents[3]


def _reading_order(annotation: Annotation) -> tuple[int, int, tuple[str, int, str]]:
    span = annotation.first() or Span(0, 0)
    return span.start, -span.end, name_order(annotation.record.name)
