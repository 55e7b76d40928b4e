"""Read the sources of a corpus: `Corpus(root)` opens them, `Article` is one of its articles.

`Corpus` reads each article on first use. It checks nothing; `vouchbank.checks` does.

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
UNKNOWN = ("missing", "draft")  # the states of layers that are not published


class Article:
    """One article: its seed, its clean text and its annotations.

    >>> article = Corpus(repository_root()).article("004")
    >>> quantity = article.annotations["quantities"][0]
    >>> quantity.id, quantity.spans["number"][0].of(article.text)
    ('004-q1', 'four')

    All offsets are Unicode code points of `text`, half-open. An article is made from data and not from a folder, so
    that it can also be made without files, as in `vouchbank.bulk`.

    Attributes:
        id: Its id, a slug (see `vouchbank.corpus.ids`).
        seed: The raw article and its metadata.
        files: Its annotation files by name.
        schema: The tables that the records belong to.
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
        """Segments, clean text and offset map; those of an empty text if the seed has faults."""
        return self.seed.normalised

    @property
    def text(self) -> str:
        """The clean text, one paragraph per line."""
        return self.normalised.text

    @cached_property
    def letters(self) -> frozenset[str]:
        """The letters of the seed and of the text; articles with the same letters are duplicates."""
        return frozenset(map(letters, (self.seed.raw, self.text))) - {""}

    @property
    def paragraphs(self) -> tuple[Paragraph, ...]:
        """The paragraphs of the text, with stable ids."""
        return self.seed.paragraphs

    @cached_property
    def annotations(self) -> Mapping[str, tuple[Annotation, ...]]:
        """The annotations of each layer, in reading order."""
        by_id = {p.id: p for p in self.paragraphs}
        found: dict[str, list[Annotation]] = {table.name: [] for table in self.schema.layers}
        for file in self.files.values():
            for record in file.records:
                found[record.table.name].append(resolve(record, by_id))
        return ByTable((name, tuple(sorted(items, key=_reading_order))) for name, items in found.items())

    @property
    def used_ids(self) -> set[str]:
        """The full ids of all annotations in its files."""
        return {name for file in self.files.values() for name in ids_in(file.document.values, self.id)}

    def annotation_of(self, record: Record) -> Annotation | None:
        """The annotation of a record of this article."""
        return self._annotations_of.get(id(record))

    @cached_property
    def _annotations_of(self) -> Mapping[int, Annotation]:
        return {id(annotation.record): annotation for listed in self.annotations.values() for annotation in listed}

    def spans(self, layer: str, column: str) -> SpanIndex[Annotation]:
        """The annotations of a layer, indexed by the spans of a column; empty if the schema has no such layer."""
        if (layer, column) not in self._spans:
            listed = self.annotations.get(layer, ())
            self._spans[layer, column] = SpanIndex((span, a) for a in listed for span in a.spans[column])
        return self._spans[layer, column]

    def referring(self, layer: str, column: str) -> Mapping[str, Sequence[Annotation]]:
        """The annotations of a layer by the ids that a column refers to."""
        if (layer, column) not in self._referring:
            found = self._referring[layer, column] = dict[str, list[Annotation]]()
            for annotation in self.annotations.get(layer, ()):
                for name in annotation.record.full_ids(column):
                    found.setdefault(name, []).append(annotation)
        return self._referring[layer, column]

    @cached_property
    def by_id(self) -> Mapping[str, Annotation]:
        """The annotations of all layers by id."""
        return {annotation.id: annotation for listed in self.annotations.values() for annotation in listed}

    def paragraph_at(self, span: Span) -> Paragraph | None:
        """The paragraph that contains a span."""
        at = bisect_right(self.paragraphs, span.start, key=lambda paragraph: paragraph.span.start)
        found = self.paragraphs[at - 1] if at else None
        return found if found and found.span.contains(span) else None

    def fault(self, record: Record, at: At, message: str, help_: str = "", **more: Any) -> Fault:
        """A fault of a record, with an excerpt of the text that it is about (see `Record.fault`)."""
        path = at if isinstance(at, tuple) else (at,)
        return record.fault(at, message, help_, self._excerpt(record, str(path[0]) if path else ""), **more)

    def _excerpt(self, record: Record, name: str) -> Excerpt | None:
        """An excerpt around the spans of a column, or around the record's anchor."""
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
        """The article without its drafts; a file without a status counts as a draft."""
        return self._without_drafts or self

    @cached_property
    def _without_drafts(self) -> Article | None:
        """None without drafts: an article that referred to itself would stay in memory until garbage collection."""
        drafts = {name: file for name, file in self.files.items() if file.status() == "draft"}
        if not drafts:
            return None
        emptied = {name: replace(file, header={}, records=(), strays=()) for name, file in drafts.items()}
        return Article(self.id, self.seed, {**self.files, **emptied}, self.schema)

    def status(self, table: Table) -> str:
        """The status of a layer: missing, draft, complete or adjudicated; selective if it is not exhaustive."""
        status = self.files[table.file].status()
        return status if table.exhaustive or status in UNKNOWN else "selective"

    def known(self, layer: str) -> bool:
        """Whether the layer is published: the schema has it, and it is neither missing nor a draft."""
        table = self.schema.tables.get(layer)
        return table is not None and self.status(table) not in UNKNOWN

    def finished(self, table: Table) -> bool:
        """Whether the layer is complete, so that anything not annotated is known to be absent.

        It is not if its file contains anything but records, or if the annotator filled in only some fields.
        """
        file = self.files[table.file]
        return self.status(table) in ("complete", "adjudicated") and not file.strays and file.fields is None


class Corpus:
    """The sources of a corpus: seeds/, annotations/ and schema/ in the folder `root`.

    >>> corpus = Corpus(repository_root())
    >>> [article.paragraphs[0].role for article in corpus.articles][:2]
    ['body', 'body']

    Articles are read on first use. Only the last ones stay in memory (see `vouchbank.corpus.cache`), so that memory use
    does not grow with the corpus. Without schema/, the packaged schema is used.

    Args:
        root: The folder of the corpus.
        schema: The schema to use instead of schema/.
        annotations: Another folder of annotations for the same seeds, such as `annotations/raw/<annotator>`.

    Attributes:
        base: The base revision, if changes since then should be checked too.

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
        """The tables that the records belong to.

        Raises:
            SchemaError: a file of schema/ is invalid.
        """
        own = self.root / "schema"
        stated = own.resolve() if files.kind(own) == files.FOLDER else default_schema_folder()
        return self._schema or load_schema(stated)

    @property
    def own_schema(self) -> bool:
        """Whether it uses the schema of its folder, and not one that was passed to it."""
        return self._schema is None

    @cached_property
    def article_ids(self) -> tuple[str, ...]:
        """The ids of all articles, sorted."""
        return tuple(sorted(name for name in self._folders("seeds") if not self.id_fault(name)))

    def id_fault(self, name: str) -> str:
        """Why a name cannot be the id of an article in this corpus; empty if it can."""
        return article_id_fault(name, self.schema.tables)

    @property
    def articles(self) -> Iterator[Article]:
        """All articles in the order of their ids; each is read when the iterator reaches it."""
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
        """Whether the corpus has an article with this id."""
        at = bisect_left(self.article_ids, article_id)
        return self.article_ids[at : at + 1] == (article_id,)

    @cached_property
    def shared(self) -> Mapping[str, LayerFile]:
        """The file of each table of the whole corpus (registry, figures, claims)."""
        return ByTable(
            (t.name, corpus_file(self.document(f"{self.annotations}/{t.file}.toml"), t))
            for t in self.schema.corpus_tables
        )

    def optional(self, name: str) -> Document:
        """An optional file of annotations/, read once: `retired`, `floors`, `adjudication/004`."""
        return self._optional.get(name, lambda: self.document(f"{self.annotations}/{name}.toml"))

    @cached_property
    def retired(self) -> Mapping[str, Retirement]:
        """The retired ids, by the names of their sections."""
        return retirements(self.optional("retired").values)

    @cached_property
    def committed(self) -> Mapping[str, bytes]:
        """The annotation files of the last commit; git runs only when a free id is needed."""
        return at_head(self.root, self.annotations)

    def used_ids(self, article: Article) -> set[str]:
        """The annotation ids of an article that are taken: in use, in the last commit, or retired."""
        found = article.used_ids
        for file in article.files.values():
            then = self.committed.get(file.document.file, b"")
            found.update(ids_in(read_toml(then, file.document.file).values, article.id))
        return found.union(*((entry.name, entry.successor) for entry in self.retired.values()))

    def annotator_fault(self, name: str) -> str:
        """Why a name cannot be the id of an annotator; empty if it can."""
        return "the word has another meaning in an adjudication" if name in NO_ANNOTATORS else self.id_fault(name)

    @property
    def annotator(self) -> str:
        """The annotator whose raw annotations these are; empty if it is the gold."""
        return self.annotations.removeprefix(f"{RAW}/") if self.annotations.startswith(f"{RAW}/") else ""

    @cached_property
    def annotators(self) -> tuple[str, ...]:
        """The ids of the annotators with raw annotations, sorted; none in the raw annotations of one annotator."""
        held = () if self.annotator else self._folders(RAW)
        return tuple(sorted(name for name in held if not self.annotator_fault(name)))

    def raw(self, annotator: str) -> Corpus:
        """The same seeds with the raw annotations of one annotator; each file follows the guidelines that it names."""
        if annotator not in self._raw:
            raw = self._raw[annotator] = self.of(f"{RAW}/{annotator}")
            raw.article_ids, raw._seeds = self.article_ids, self._seeds
        return self._raw[annotator]

    def part(self, ids: Collection[str]) -> Corpus:
        """The same sources, restricted to some articles; what is in memory is not read again."""
        part = copy(self)
        part.article_ids = tuple(name for name in self.article_ids if name in ids)
        part.base = self.base and self.base.part(ids)
        part._raw = {}
        return part

    def of(self, annotations: str) -> Corpus:
        """The same seeds with another folder of annotations."""
        return Corpus(self.root, self.schema, annotations)

    def read(self, file: str) -> bytes | None:
        """The bytes of a file below the root; None if it is missing or cannot be read."""
        return self._read(file)[0]

    def entries(self, folder: str) -> dict[str, str]:
        """The entries of a folder below the root, with their kinds (see `vouchbank.files`)."""
        return files.entries(self.root, folder)

    def _folders(self, inside: str) -> set[str]:
        return {name for name, kind in self.entries(inside).items() if kind == files.FOLDER}

    def _open(self, article_id: str) -> Article:
        """Read one article; raw annotations are read with the schema of the guidelines that they name."""
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
        """A TOML file below the root, with its faults; `missing` if it does not exist."""
        data, fault = self._read(file)
        if fault is not None:
            return Document(file, faults=(fault,))
        return Document(file, missing=True) if data is None else read_toml(data, file, finite=True)

    def line(self, place: Place) -> str:
        """The line of a source file in which a place begins; empty if the file has no such line."""
        lines = self._sources.get(place.file, lambda: self._quoted(place.file)).lines
        return lines[place.line - 1] if 0 < place.line <= len(lines) else ""

    def _quoted(self, file: str) -> Document:
        """A source file that is read only to quote its lines."""
        data = self._read(file)[0] if file.endswith((".toml", ".txt", ".json", ".html")) else None
        return Document(file, (data or b"").decode("utf-8", "replace"))

    def _read(self, file: str) -> tuple[bytes | None, Finding | None]:
        """The bytes of a file, None if it is missing; and the fault if it cannot be read."""
        try:
            return files.read(self.root, file), None
        except UnreadableFileError as error:
            return None, unreadable_file(file, error.why)


@declared(Level.FILE)
def unreadable_file(file: str, why: str) -> Fault:
    """The file cannot be read.

    The system refuses to open it, or it is not a regular file: a folder, a pipe, or a symbolic link, which is never
    followed. Check its permissions, or replace it with the file itself.
    """
    return Fault(f"the file cannot be read: {why}", Place(file), "check its permissions, and that it is a regular file")


@declared(Level.FILE)
def unusable_schema(error: SchemaError) -> Fault:
    """A file of schema/ is invalid, so nothing else can be checked.

    It is not JSON; it has a duplicate key, a number that is not finite, an unknown keyword, an invalid regular
    expression, a broken or circular reference, or it requires an unknown property. Only the first fault is reported;
    schema/README.md describes the files.
    """
    return Fault(error.said, Place(f"schema/{error.file}".rstrip("/"), error.line), error.help)


def repository_root() -> Path:
    """The root of the clone that this package runs from; meaningless for an installed wheel."""
    return Path(__file__).parents[3]


def _reading_order(annotation: Annotation) -> tuple[int, int, tuple[str, int, str]]:
    span = annotation.first() or Span(0, 0)
    return span.start, -span.end, name_order(annotation.record.name)
