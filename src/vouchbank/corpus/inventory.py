"""The files and folders that belong in the source folders, and those that do not (strays).

Each folder in seeds/, annotations/ and schema/ has a list of known file and folder names. Anything with another name,
or of another kind than its name says, is a stray. Names that begin with a dot and files that git ignores are skipped.

Example:
    >>> from vouchbank.corpus.corpus import Corpus, repository_root
    >>> corpus = Corpus(repository_root())
    >>> sorted(known_names(corpus, "annotations/004")[0])
    ['attributions.toml', 'entities.toml', 'quantities.toml']
    >>> list(strays(corpus))
    []
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from vouchbank.corpus.corpus import Corpus
from vouchbank.corpus.git import ignored
from vouchbank.files import FILE, FOLDER, kind
from vouchbank.schema import Schema

FOLDERS = ("annotations", "schema", "seeds")
DOCUMENTS = ("README.md", "GUIDELINES.md", "AGREEMENT.md")
OPTIONAL = ("adjudication", "floors", "retired")  # optional files and folders in annotations/ that schema/ describes
GUIDELINES = "guidelines"  # the folder of earlier versions, and of versions for single annotators
_VERSION = re.compile(r"[0-9]+\.[0-9]+(-[a-z]+)?\.md", re.ASCII)
CORPUS = "corpus"  # the adjudication of what articles share
Names = tuple[frozenset[str], frozenset[str]]


@dataclass(frozen=True, slots=True)
class Stray:
    """A file or folder that does not belong in its source folder.

    Attributes:
        folder: The path of the source folder, relative to the root.
        name: Its name.
        kind: Its kind (see `vouchbank.files`).
        files: The known file names in the folder.
        folders: The known folder names in the folder.
    """

    folder: str
    name: str
    kind: str
    files: frozenset[str] = frozenset()
    folders: frozenset[str] = frozenset()

    @property
    def path(self) -> str:
        """Its path, relative to the root."""
        return f"{self.folder}/{self.name}" if self.folder else self.name

    @property
    def known(self) -> bool:
        """Whether its name is known there, so that only its kind is wrong."""
        return self.name in self.files | self.folders


def strays(corpus: Corpus) -> Iterator[Stray]:
    """All strays in the source folders; the contents of a stray folder are not listed."""
    kinds = {name: kind(corpus.root / name) for name in FOLDERS}
    found = [
        Stray("", name, kinds[name], folders=frozenset(FOLDERS)) for name in FOLDERS if kinds[name] not in ("", FOLDER)
    ]
    for folder in FOLDERS:
        found += _strays_in(corpus, folder)
    hidden = ignored(corpus.root, [stray.path for stray in found]) if found else set()
    yield from (stray for stray in found if stray.path not in hidden)


def _strays_in(corpus: Corpus, folder: str) -> Iterator[Stray]:
    files, folders = known_names(corpus, folder)
    try:
        listed = corpus.entries(folder)
    except OSError as error:
        around, _, name = folder.rpartition("/")
        yield Stray(around, name, f"folder that cannot be opened ({error.strerror})", folders=frozenset((name,)))
        return
    for name, what in listed.items():
        stray = Stray(folder, name, what, files, folders)
        # a known file of the wrong kind is reported by its reader
        fine = what == FOLDER if name in folders else name in files and (what == FILE or not name.endswith(".md"))
        if fine and name in folders:
            yield from _strays_in(corpus, stray.path)
        elif not fine and (not name.startswith(".") or name.lstrip(".") in files | folders):
            yield stray


def known_names(corpus: Corpus, folder: str) -> Names:
    """The names of the files and of the folders that belong in a source folder."""
    schema, articles, none = corpus.schema, frozenset(corpus.article_ids), frozenset[str]()
    layers = frozenset(f"{name}.toml" for name in schema.layer_files)
    tables = frozenset(f"{table.file}.toml" for table in schema.corpus_tables)
    match folder.split("/"):
        case ["seeds"]:
            return frozenset(DOCUMENTS[:1]), articles
        case ["seeds", _]:
            return frozenset(("raw.txt", "meta.toml", "source-map.json", "page.html")), none
        case ["schema"]:
            return frozenset((*DOCUMENTS[:1], *_schema_files(schema))), none
        case ["annotations"]:
            optional = (f"{name}.toml" for name in OPTIONAL[1:])
            return tables.union(DOCUMENTS, optional), articles | {"raw", GUIDELINES, OPTIONAL[0]}
        case ["annotations", "guidelines"]:
            return frozenset(filter(_VERSION.fullmatch, corpus.entries(folder))), none
        case ["annotations", "raw"]:
            return none, frozenset(corpus.annotators)
        case ["annotations", "raw", _]:
            return tables, articles
        case ["annotations", "adjudication"]:
            return frozenset(f"{name}.toml" for name in articles | {CORPUS}), none
        case _:
            return layers, none


def _schema_files(schema: Schema) -> Iterator[str]:
    """The files of schema/ that describe a table or a file, or that another file refers to."""
    for name, document in schema.documents.items():
        files = ("meta", "source_map", "shared_adjudication", *OPTIONAL)
        stated = "table" in document or name.removesuffix(".json") in files
        others = (other for key, other in schema.documents.items() if key != name)
        if stated or any(f'"{name}' in json.dumps(other) for other in others):
            yield name
