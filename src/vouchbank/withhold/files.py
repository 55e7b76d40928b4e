"""A built corpus as files in memory: full → withheld → full. Nothing here reads or writes a folder.

Example:
    >>> from vouchbank.corpus.published import path
    >>> from vouchbank.schema import default_schema_folder, load_schema
    >>> full = {p.relative_to(path()).as_posix(): p.read_bytes() for p in path().rglob("*") if p.is_file()}
    >>> made = withheld_files(full, load_schema(default_schema_folder()))
    >>> made["text/004.txt"][:9], restored_files(made, raw_articles(full)).files == full
    (b'withheld:', True)
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vouchbank._version import __version__
from vouchbank.schema import Schema
from vouchbank.tables.digest import logical_digest
from vouchbank.text import OffsetMap
from vouchbank.withhold.columns import NAMES, Withholder
from vouchbank.withhold.documents import (
    BINARY,
    SUMS,
    document_without_words,
    mentions,
    own_prose,
    with_notice,
    with_other_hashes,
    without_notice,
)
from vouchbank.withhold.problems import CannotWithholdError, NotWithheldError, RestoredWrongError
from vouchbank.withhold.record import RECORD, Record
from vouchbank.withhold.restore import Restorer
from vouchbank.withhold.secret import Stretch, corpus_key, keyed, stretches
from vouchbank.withhold.tables import read_table, table_like, written
from vouchbank.withhold.wording import Gram, Source, grams, words

if TYPE_CHECKING:
    import pyarrow

Files = Mapping[str, bytes]
CARD = "README.md"


@dataclass(frozen=True)
class Restored:
    """What was restored: the files, and the tables whose rows are right while pyarrow wrote other bytes."""

    files: dict[str, bytes]
    other_bytes: bool = False


def withheld_files(full: Files, schema: Schema) -> dict[str, bytes]:
    """A built corpus without the words of its articles, proven to lead back to the same bytes.

    Raises:
        CannotWithholdError: a file quotes an article in a form that cannot be put back.
    """
    import pyarrow

    raws = raw_articles(full)
    tables = {name[5:-8]: read_table(full[name]) for name in full if name.startswith("data/")}
    withholder = Withholder.of({article: Source(text, raws[article]) for article, text in _texts(tables).items()})
    made: dict[str, bytes] = {}
    for name, table in tables.items():
        if name not in schema.tables:
            raise CannotWithholdError(_parquet(name), "schema/ has no such table, so nobody can say what it holds")
        rows = [withholder.row(schema.tables[name], i, row) for i, row in enumerate(table.to_pylist())]
        made[_parquet(name)] = written(table_like(table, rows))
    for article, source in withholder.wording.sources.items():
        made[_text(article)] = f"{withholder.whole(_text(article), article, source.text)}\n".encode()
    made |= _documents_withheld(full, made, withholder, own_prose(schema) | _of_names(tables))
    key = corpus_key(withholder.keys.values())
    record = Record(
        __version__,
        pyarrow.__version__,
        _stretches(tables["segments"], raws),
        withholder.recipes,
        hashlib.sha256(full[SUMS]).hexdigest(),
        {name: keyed(key, name, logical_digest(table)) for name, table in tables.items()},
    )
    made[RECORD] = record.to_json().encode()
    made = _consistent(made, full)
    if restored_files(made, raws).files != dict(full):
        raise CannotWithholdError("the corpus", "what was withheld does not lead back to the same bytes")
    return made


def restored_files(withheld: Files, raws: Mapping[str, str]) -> Restored:
    """Put the words back: of all articles whose raw text is given, or was restored before.

    Args:
        withheld: The files.
        raws: Raw articles by id, each the right one.

    Raises:
        NotWithheldError: these are not the files of a withheld corpus.
        RestoredWrongError: what was restored is not what was withheld.
    """
    record = record_of(withheld)
    tables = {name[5:-8]: read_table(withheld[name]) for name in withheld if name.startswith("data/")}
    known = {**_restored_before(tables["segments"], record), **raws}
    restorer = Restorer.of(known, tables, {article: _map(withheld, article) for article in known}, record)
    made: dict[str, bytes] = {}
    for name, table in tables.items():
        rows = [restorer.row(name, i, row) for i, row in enumerate(table.to_pylist())]
        made[_parquet(name)] = written(table_like(table, rows))
    for article, source in restorer.sources.items():
        made[_text(article)] = f"{source.text}\n".encode()
    still = {a: found for a, found in record.articles.items() if a not in known}
    for name, data in withheld.items():
        if name not in made and name not in (SUMS, RECORD):
            made[name] = data if name.endswith(BINARY) else restorer.strings(data.decode()).encode()
    if still:
        left = {n: r for n, r in record.recipes.items() if r.article in still}
        made[RECORD] = (
            Record(record.version, record.pyarrow, still, left, record.sums, record.tables).to_json().encode()
        )
        return Restored(_consistent(made, withheld))
    made[CARD] = without_notice(made[CARD].decode()).encode()
    made = _consistent(made, withheld)
    return Restored(made, _proven_rows_only(made, record, restorer))


def record_of(files: Files) -> Record:
    """The record of a withheld corpus, whose files are those of its list of checksums.

    Raises:
        NotWithheldError: there is no record, or a file is not the listed one.
    """
    if RECORD not in files:
        raise NotWithheldError(f"it has no {RECORD}")
    if SUMS not in files or files[SUMS] != _sums(files):
        listed = set(files.get(SUMS, b"").splitlines())
        wrong = [line.split(b"  ", 1)[1].decode() for line in _sums(files).splitlines() if line not in listed]
        raise NotWithheldError(f"{wrong[0] if wrong else 'a file'} is not the one that {SUMS} speaks of")
    missing = [n for n in ("data/segments.parquet", "data/articles.parquet", CARD) if n not in files]
    if missing:
        raise NotWithheldError(f"it has no {missing[0]}")
    return Record.from_json(files[RECORD].decode("utf-8", "replace"))


def raw_articles(files: Files) -> dict[str, str]:
    """The raw text of every article, from the segments of a full corpus."""
    raws: dict[str, str] = {}
    for row in read_table(files["data/segments.parquet"]).select(["article_id", "raw_text"]).to_pylist():
        raws[row["article_id"]] = raws.get(row["article_id"], "") + row["raw_text"]
    return raws


def _map(files: Files, article: str) -> OffsetMap:
    try:
        return OffsetMap.from_list(json.loads(files[f"map/{article}.json"])["rows"])
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise NotWithheldError(f"it has no map/{article}.json that can be read") from error


def _of_names(tables: Mapping[str, pyarrow.Table]) -> frozenset[Gram]:
    """Every three words in a row of names and labels: what stays in the tables may stay in the card."""
    columns = [(tables[table], column) for table, named in NAMES.items() if table in tables for column in named]
    values = [value or "" for table, column in columns for value in table.column(column).to_pylist()]
    return frozenset(gram for value in values for gram in grams(words(value)))


def _restored_before(segments: pyarrow.Table, record: Record) -> dict[str, str]:
    """The articles that an earlier, partial restoration has put back."""
    raws: dict[str, str] = {}
    for row in segments.to_pylist():
        if row["article_id"] not in record.articles:
            raws[row["article_id"]] = raws.get(row["article_id"], "") + row["raw_text"]
    return raws


def _documents_withheld(full: Files, made: Files, withholder: Withholder, own: frozenset[Gram]) -> dict[str, bytes]:
    documents = {}
    for name, data in full.items():
        if name in made or name == SUMS:
            continue
        if name.endswith(BINARY):
            documents[name] = data
            continue
        try:
            text = document_without_words(withholder, name, data.decode(), own)
        except UnicodeDecodeError as error:
            raise CannotWithholdError(
                name, "it is neither text nor a picture, so nobody can say what it holds"
            ) from error
        documents[name] = (with_notice(text) if name == CARD else text).encode()
    return documents


def _consistent(made: Mapping[str, bytes], before: Files) -> dict[str, bytes]:
    """Documents that state hashes of other files state those of the files beside them; and the list of checksums.

    A document is brought up to date after those that it speaks of.
    """
    files = dict(made)
    hashes, sizes = _changed(before, files, [n for n in files if n.startswith(("data/", "text/"))])
    waiting = [n for n in files if not n.startswith(("data/", "text/")) and not n.endswith(BINARY) and n != RECORD]
    stated = {name: mentions(files[name].decode()) for name in waiting}
    own = {name: hashlib.sha256(before[name]).hexdigest() for name in waiting if name in before}
    while waiting:
        free = [n for n in waiting if not any(own.get(o) in stated[n] for o in waiting if o != n)] or waiting
        for name in free:
            files[name] = with_other_hashes(files[name].decode(), hashes, sizes).encode()
        more = _changed(before, files, free)
        hashes, sizes = {**hashes, **more[0]}, {**sizes, **more[1]}
        waiting = [n for n in waiting if n not in free]
    files.pop(SUMS, None)
    files[SUMS] = _sums(files)
    return dict(sorted(files.items()))


def _changed(before: Files, after: Files, names: Iterable[str]) -> tuple[dict[str, str], dict[str, tuple[int, int]]]:
    """Old hash to new hash, and old hash to both sizes; of tables also old digest to new digest."""
    hashes, sizes = {}, {}
    for name in names:
        if name in before and before[name] != after[name]:
            old = hashlib.sha256(before[name]).hexdigest()
            hashes[old] = hashlib.sha256(after[name]).hexdigest()
            sizes[old] = len(before[name]), len(after[name])
            if name.endswith(".parquet"):
                hashes[logical_digest(read_table(before[name]))] = logical_digest(read_table(after[name]))
    return hashes, sizes


def _proven_rows_only(made: Files, record: Record, restorer: Restorer) -> bool:
    """Whether only the rows of the tables are proven to be right, since another pyarrow wrote other bytes.

    Raises:
        RestoredWrongError: not even that.
    """
    import pyarrow

    if hashlib.sha256(made[SUMS]).hexdigest() == record.sums:
        return False
    key = corpus_key(restorer.keys[article] for article in sorted(restorer.keys))
    for name, stated in record.tables.items():
        if keyed(key, name, logical_digest(read_table(made[_parquet(name)]))) != stated:
            raise RestoredWrongError(f"the table {name}", record.version)
    if pyarrow.__version__ == record.pyarrow:
        raise RestoredWrongError("a file", record.version)
    return True


def _stretches(segments: pyarrow.Table, raws: Mapping[str, str]) -> dict[str, tuple[Stretch, ...]]:
    edges: dict[str, list[int]] = {}
    for row in segments.select(["article_id", "raw_end"]).to_pylist():
        edges.setdefault(row["article_id"], []).append(row["raw_end"])
    return {article: tuple(stretches(article, raw, edges[article])) for article, raw in raws.items()}


def _texts(tables: Mapping[str, pyarrow.Table]) -> dict[str, str]:
    rows = tables["articles"].select(["article_id", "text"]).to_pylist()
    return {row["article_id"]: row["text"] for row in rows}


def _sums(files: Files) -> bytes:
    names = sorted(name for name in files if name != SUMS)
    return "".join(f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in names).encode()


def _parquet(table: str) -> str:
    return f"data/{table}.parquet"


def _text(article: str) -> str:
    return f"text/{article}.txt"
