"""Rename or remove an article that is not published.

A published id is a promise (docs/versions.md). Before that, an article can get another id, everywhere it is referred
to, or be removed if nothing refers to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from vouchbank import files
from vouchbank.change.edits import applied
from vouchbank.compare.annotators import digest
from vouchbank.compare.relations import shared_digest
from vouchbank.corpus import Corpus
from vouchbank.corpus.corpus import RAW
from vouchbank.corpus.format import literal
from vouchbank.corpus.git import releases_with
from vouchbank.corpus.overlay import OverlayCorpus
from vouchbank.errors import UnknownArticleError, VouchBankError
from vouchbank.findings import Edit, Place
from vouchbank.hints import capped
from vouchbank.toml.reader import Document, read_toml
from vouchbank.toml.walk import Path

MOST_NAMED = 10
_WHOLE = 2**30  # bytes: some files kept beside the sources are larger than a source file may be
_NAMING = ("article", "successor")  # fields that name an article itself


class CannotMoveError(VouchBankError):
    """The article is published, something refers to it, or a file cannot be read."""


def renamed(corpus: Corpus, old: str, new: str) -> dict[str, bytes | None]:
    """The files to write, or to remove (None), so that an article has another id everywhere.

    Args:
        corpus: The sources.
        old: The id of an article.
        new: An id that was never used.

    Raises:
        UnknownArticleError: the corpus has no article with this id.
        CannotMoveError: the article is published, or a file that may refer to it cannot be read.
    """
    _movable(corpus, old)
    moved = {name: re.sub(rf"/{re.escape(old)}(?=/|\.toml\Z)", f"/{new}", name, count=1) for name in _own(corpus, old)}
    change: dict[str, bytes | None] = dict.fromkeys(moved)
    change |= {there: files.read(corpus.root, name, _WHOLE) for name, there in moved.items()}
    documents = list(_documents(corpus))
    # the key of an unnamed entity ends with the id of its article
    held = ((key, row) for document in documents for key, row in document.values.items() if key.endswith(f"-{old}"))
    own = (key for key, row in held if isinstance(row, dict) and row.get("article") == old)
    rows = {key: f"{key.removesuffix(old)}{new}" for key in own}
    for document in documents:
        edits = [Edit(place, text) for _, place, text in _named(corpus, document, old, new, rows)]
        if edits:
            change[moved.get(document.file, document.file)] = applied(document.text, edits).encode("utf-8")
    meta = f"seeds/{new}/meta.toml"
    said, says = (f"`vouchbank show {name}".encode() for name in (old, new))  # in the comments that `new` wrote
    change[meta] = (change.get(meta) or b"").replace(said, says)
    return change | _locked_anew(corpus, change, old, new)


def _locked_anew(corpus: Corpus, change: Mapping[str, bytes | None], old: str, new: str) -> dict[str, bytes | None]:
    """The adjudication files with new digests where only the id changes; a digest that was wrong stays wrong."""
    names = (name for folder in ("seeds", "annotations") for name in files.names(corpus.root, folder))
    sources: dict[str, bytes | None] = {name: files.read(corpus.root, name, _WHOLE) for name in names}
    sources.update(change)
    after = OverlayCorpus(corpus.root, corpus.schema, {n: d for n, d in sources.items() if d is not None}, whole=True)
    digests: dict[bytes, bytes] = {}
    for name in corpus.annotators:
        was, now = corpus.raw(name), after.raw(name)
        pairs = [(digest(was.article(a)), digest(now.article(new if a == old else a))) for a in corpus.article_ids]
        digests |= {a.encode(): b.encode() for a, b in (*pairs, (shared_digest(was), shared_digest(now)))}
    known = re.compile(b"|".join(digests) or b"(?!)")
    locked = {n: data for n, data in sources.items() if data and n.startswith("annotations/adjudication/")}
    anew = {name: known.sub(lambda match: digests[match[0]], data) for name, data in locked.items()}
    return {name: data for name, data in anew.items() if data != locked[name]}


def dropped(corpus: Corpus, article: str) -> dict[str, bytes | None]:
    """The files to remove with an article: its seed, its annotations, and the raw annotations of its annotators.

    Raises:
        UnknownArticleError: the corpus has no article with this id.
        CannotMoveError: the article is published, or a file of another article or a shared file refers to it.
    """
    _movable(corpus, article)
    own = _own(corpus, article)
    outside = (document for document in _documents(corpus) if document.file not in own)
    referring = [
        f"{document.file}:{place.line}"
        for document in outside
        for path, place, _ in _named(corpus, document, article, article, {})
        if document.file != "annotations/retired.toml" and _refers(document.value(*path), article)
    ]
    if referring:
        listed = capped([*dict.fromkeys(referring)], MOST_NAMED)
        raise CannotMoveError(f"article {article} is referred to in {listed}; remove those references first")
    return dict.fromkeys(own)


def _movable(corpus: Corpus, article: str) -> None:
    if article not in corpus.article_ids:
        raise UnknownArticleError(article, list(corpus.article_ids))
    if found := releases_with(corpus.root, f"seeds/{article}/raw.txt"):
        raise CannotMoveError(
            f"article {article} is published in {found[0]}, so its id stays; to take an article down, see "
            "docs/releasing.md"
        )


def _own(corpus: Corpus, article: str) -> list[str]:
    """The names of all files that belong to an article."""
    folders = [f"seeds/{article}", f"annotations/{article}"]
    folders += [f"{RAW}/{name}/{article}" for name, kind in corpus.entries(RAW).items() if kind == files.FOLDER]
    found = [name for folder in folders for name in files.names(corpus.root, folder)]
    decided = f"{article}.toml" in corpus.entries("annotations/adjudication")
    return [*found, *([f"annotations/adjudication/{article}.toml"] if decided else [])]


def _documents(corpus: Corpus) -> Iterator[Document]:
    """The TOML files of annotations/."""
    for name in files.names(corpus.root, "annotations"):
        if name.endswith(".toml"):
            document = read_toml(corpus.read(name) or b"", name)
            if document.faults:
                raise CannotMoveError(f"{name} cannot be read: {document.faults[0].message}; run: vouchbank check")
            yield document


def _named(
    corpus: Corpus, document: Document, old: str, new: str, rows: Mapping[str, str]
) -> Iterator[tuple[Path, Place, str]]:
    """Where a file refers to an article, or to an annotation or row of it, outside quotes: path, place, new text."""
    pattern = re.compile(rf"(?<![\w.,-]){re.escape(old)}(?=-[a-z]+[1-9][0-9]{{0,5}}(?![\w-]))", re.ASCII)
    columns = (column for table in corpus.schema.tables.values() for column in table.columns)
    quoted = {"q", *(column.name for column in columns if column.span or column.spans)}
    for path, place in document.cells.items():
        value = document.value(*path)
        if not isinstance(value, str) or quoted & set(path):
            continue
        names = value == old and next(step for step in reversed(path) if isinstance(step, str)) in _NAMING
        row, dot, field = value.partition(".")  # a decision on the registry is about a row, or a field of it
        text = new if names else f"{rows[row]}{dot}{field}" if row in rows else pattern.sub(new, value)
        if names or row in rows or pattern.search(value):
            yield path, place, literal(text)
    for path, place in document.keys.items():
        key = str(path[-1])
        if key in rows:
            yield path, place, rows[key]
        elif key == old or (pattern.match(key) and not pattern.sub("", key).startswith(old)):
            yield path, place, f"{new}{key.removeprefix(old)}"


def _refers(value: object, article: str) -> bool:
    """Whether a value is a reference, rather than a text that mentions one; a key is a reference."""
    return not isinstance(value, str) or re.fullmatch(rf"{re.escape(article)}(-[a-z]+[0-9]+)?", value) is not None
