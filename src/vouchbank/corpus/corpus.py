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

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from vouchbank.errors import CorpusNotFoundError, UnknownArticleError
from vouchbank.findings import Place
from vouchbank.corpus.format import name_order
from vouchbank.corpus.records import LayerFile, corpus_file, layer_file
from vouchbank.corpus.resolve import Annotation, resolve
from vouchbank.toml.reader import Document, Fault, read_toml
from vouchbank.schema import Schema, Table, default_schema_folder, load_schema
from vouchbank.corpus.seeds import Seed, known_paragraphs, normalise_seed, paragraphs_of, read_seed
from vouchbank.spans import Paragraph, Span
from vouchbank.text import Normalised

ARTICLE_ID = re.compile(r"[0-9]{3}\Z", re.ASCII)
RAW = "annotations/raw"


class Article:
    """One article: its seed, its clean text, and its annotation.

    It is made from data, not from a folder, so that any engine can make one wherever the data is.

    Attributes:
        id: Three digits.
        seed: The raw article and its metadata.
        files: Its annotation files by name.
        schema: The tables the records belong to.
    """

    def __init__(self, article_id: str, seed: Seed, files: Mapping[str, LayerFile], schema: Schema) -> None:
        self.id = article_id
        self.seed = seed
        self.files = files
        self.schema = schema

    @cached_property
    def normalised(self) -> Normalised:
        """Segments, clean text and offset map; of a seed with faults, of the empty text."""
        return normalise_seed(self.seed)

    @property
    def text(self) -> str:
        """The clean text: one paragraph a line."""
        return self.normalised.text

    @cached_property
    def paragraphs(self) -> tuple[Paragraph, ...]:
        """The paragraphs of the text, with stable ids."""
        return paragraphs_of(self.normalised, known_paragraphs(self.seed.meta.values))

    @cached_property
    def annotations(self) -> Mapping[str, tuple[Annotation, ...]]:
        """For each layer its annotations in reading order."""
        by_id = {p.id: p for p in self.paragraphs}
        found: dict[str, list[Annotation]] = {table.name: [] for table in self.schema.layers}
        for file in self.files.values():
            for record in file.records:
                found[record.table.name].append(resolve(record, by_id))
        return {name: tuple(sorted(items, key=_reading_order)) for name, items in found.items()}

    def status(self, table: Table) -> str:
        """How far a layer has come: missing, draft, complete, adjudicated; or selective, if it is not exhaustive."""
        status = self.files[table.file].status()
        return status if table.exhaustive or status == "missing" else "selective"

    def finished(self, table: Table) -> bool:
        """Whether what is not annotated is known to be absent: not where the file holds what is no record."""
        return self.status(table) in ("complete", "adjudicated") and not self.files[table.file].strays


class Corpus:
    """The sources of a corpus: seeds/, annotations/ and schema/ below `root`.

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
        own = self.root / "schema"
        self.schema = schema or load_schema(own.resolve() if own.is_dir() else default_schema_folder())
        self.base: Corpus | None = None
        self._articles: dict[str, Article] = {}
        self._optional: dict[str, Document] = {}
        self._raw: dict[str, Corpus] = {}

    @cached_property
    def article_ids(self) -> tuple[str, ...]:
        """The ids of all articles, sorted."""
        return tuple(sorted(p.name for p in (self.root / "seeds").iterdir() if ARTICLE_ID.match(p.name)))

    @property
    def articles(self) -> Iterator[Article]:
        """All articles, in the order of their ids."""
        return map(self.article, self.article_ids)

    def article(self, article_id: str) -> Article:
        """One article.

        Raises:
            UnknownArticleError: there is none of that id.
        """
        if article_id not in self._articles:
            if article_id not in self.article_ids:
                raise UnknownArticleError(article_id, list(self.article_ids))
            self._articles[article_id] = self._open(article_id)
        return self._articles[article_id]

    @cached_property
    def shared(self) -> Mapping[str, LayerFile]:
        """For each table of the whole corpus (registry, figures, claims) its file."""
        return {
            t.name: corpus_file(self._document(f"{self.annotations}/{t.file}.toml"), t)
            for t in self.schema.corpus_tables
        }

    def optional(self, name: str) -> Document:
        """A file of annotations/ that need not be there, read once: `retired`, `floors`, `adjudication/004`."""
        if name not in self._optional:
            self._optional[name] = self._document(f"{self.annotations}/{name}.toml")
        return self._optional[name]

    @cached_property
    def annotators(self) -> tuple[str, ...]:
        """The ids of the annotators whose raw work is kept, sorted."""
        return tuple(sorted(self._folders(RAW)))

    def raw(self, annotator: str) -> Corpus:
        """The same seeds with the raw work of one annotator, each file by the guidelines that it names."""
        if annotator not in self._raw:
            self._raw[annotator] = self.of(f"{RAW}/{annotator}")
        return self._raw[annotator]

    def of(self, annotations: str) -> Corpus:
        """The same seeds with another folder of annotations."""
        return Corpus(self.root, self.schema, annotations)

    def read(self, file: str) -> bytes | None:
        """The bytes of a file below the root; None if there is none that can be read."""
        return self._read(file)[0]

    def _folders(self, inside: str) -> set[str]:
        path = self.root / inside
        return {p.name for p in path.iterdir() if p.is_dir()} if path.is_dir() else set()

    def _open(self, article_id: str) -> Article:
        file = f"seeds/{article_id}/raw.txt"
        meta = self._document(f"seeds/{article_id}/meta.toml")
        data, fault = self._read(file)
        seed = read_seed(article_id, data or b"", file, meta)
        if fault is not None:
            seed = replace(seed, faults=(fault,))
        documents = {n: self._document(f"{self.annotations}/{article_id}/{n}.toml") for n in self.schema.layer_files}
        schema = self.schema
        if self.annotations.startswith(RAW):
            schema = schema.at({name: document.values.get("guidelines") for name, document in documents.items()})
        files = {name: layer_file(document, schema, name, article_id) for name, document in documents.items()}
        return Article(article_id, seed, files, schema)

    def _document(self, file: str) -> Document:
        data, fault = self._read(file)
        if fault is not None:
            return Document(file, faults=(fault,))
        return Document(file, missing=True) if data is None else read_toml(data, file)

    def _read(self, file: str) -> tuple[bytes | None, Fault | None]:
        """The bytes of a file; None if there is none, a fault if there is one that cannot be read."""
        path = self.root / file
        try:
            return (path.read_bytes() if path.exists() else None), None
        except OSError as error:
            help_ = "look at its permissions, and whether it is a file"
            return None, Fault("unreadable-file", f"the file cannot be read: {error.strerror}", help_, Place(file))


def repository_root() -> Path:
    """The root of the clone this package runs from (not meaningful for an installed wheel)."""
    return Path(__file__).parents[3]


def _reading_order(annotation: Annotation) -> tuple[int, int, tuple[str, int, str]]:
    span = annotation.first() or Span(0, 0)
    return span.start, -span.end, name_order(annotation.record.name)
