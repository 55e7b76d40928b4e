"""Build corpus/ from the sources: text, tables, card, checksums.

Example:
    >>> no_progress(["004", "005"], "checking")
    ['004', '005']
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vouchbank.build.about import tell
from vouchbank.build.card import PICTURED, dataset_card, picture_of
from vouchbank.build.croissant import croissant
from vouchbank.build.datacite import datacite
from vouchbank.build.parquet import own_metadata, row_groups
from vouchbank.build.plots import figures_plot
from vouchbank.build.rows import rows_told
from vouchbank.checks import check
from vouchbank.checks.built import check_built
from vouchbank.corpus import Corpus
from vouchbank.errors import BuiltWrongError, SourcesNotCleanError
from vouchbank.findings import errors
from vouchbank.schema import Schema
from vouchbank.schema.derive import arrow_schema
from vouchbank.schema.dictionary import data_dictionary
from vouchbank.tables.digest import RowDigest
from vouchbank.tables.make import grouped_tables
from vouchbank.tables.parquet_tables import ParquetTable, parquet_tables
from vouchbank.writing import replaced_folder

if TYPE_CHECKING:
    import pyarrow

SUMS = "SHA256SUMS"
Progress = Callable[[Sequence[str], str], Iterable[str]]


def no_progress(articles: Sequence[str], doing: str) -> Iterable[str]:
    """Show no progress."""
    return articles


def build(corpus: Corpus, target: Path, progress: Progress = no_progress, jobs: int = 1) -> Mapping[str, ParquetTable]:
    """Check the sources, make every table, write them beside `target`, check what was written, and swap it in.

    Args:
        corpus: The sources.
        target: The folder to write.
        progress: Shows progress.
        jobs: The number of processes that share the work. The output does not depend on it.

    Returns:
        The tables in their files.

    Raises:
        SourcesNotCleanError: the sources have findings; nothing was written.
        BuiltWrongError: the new tables do not pass their checks; the old folder is untouched.
        BusyError: another build is writing the same folder.
    """
    with replaced_folder(target) as folder:
        found = errors(check(corpus, lambda ids: progress(ids, "checking"), jobs=jobs))
        if found:
            raise SourcesNotCleanError(len(found))
        write_corpus(corpus, grouped_tables(corpus, lambda ids: progress(ids, "making tables"), jobs), folder)
        wrong = check_built(folder, corpus.schema, pandera=True, jobs=jobs)
        if wrong:
            raise BuiltWrongError([str(f) for f in wrong])
    return parquet_tables(target, list(corpus.schema.tables))


def write_corpus(corpus: Corpus, groups: Iterable[Mapping[str, pyarrow.Table]], folder: Path) -> None:
    """Write all files of corpus/ into an empty folder.

    Args:
        corpus: The sources.
        groups: The tables of a group of articles at a time; tables that articles share come once.
        folder: The folder to write to.
    """
    for name in ("text", "data", "plots"):
        (folder / name).mkdir()
    digests = _write_tables(corpus.schema, groups, folder)
    _write(folder / "digests.json", json.dumps(digests, indent=2) + "\n")
    _write(folder / "DICTIONARY.md", data_dictionary(corpus.schema))
    tables = parquet_tables(folder, list(corpus.schema.tables))
    _write(folder / "plots" / "figures.svg", figures_plot(rows_told({n: t.to_pylist() for n, t in tables.items()})))
    if (picture := picture_of(corpus)) is not None:
        (folder / PICTURED).parent.mkdir()
        (folder / PICTURED).write_bytes(picture)
    told = tell(corpus, tables)
    _write(folder / "README.md", dataset_card(corpus, tables, told))
    _write(folder / "croissant.json", croissant(corpus.schema, folder, told))
    _write(folder / "datacite.json", datacite(told))
    _write(folder / SUMS, checksums(folder))


def _write_tables(
    schema: Schema, groups: Iterable[Mapping[str, pyarrow.Table]], folder: Path
) -> dict[str, dict[str, Any]]:
    """Write every table, one row group for each group that has it, and the texts of its articles.

    Returns:
        The entry of digests.json for each table.
    """
    digests = {name: RowDigest() for name in schema.tables}
    with ExitStack() as files:
        write = {}
        for name, table in schema.tables.items():
            stated = arrow_schema(table).with_metadata(own_metadata(table, schema))
            write[name] = files.enter_context(row_groups(stated, folder / "data" / f"{name}.parquet"))
        for group in groups:
            for name, rows in group.items():
                write[name](rows)
                digests[name].add(rows)
            for row in group["articles"].select(["article_id", "text"]).to_pylist():
                _write(folder / "text" / f"{row['article_id']}.txt", f"{row['text']}\n")
    return {name: digest.said() for name, digest in digests.items()}


def checksums(folder: Path) -> str:
    """SHA-256 of every file of the folder except the list itself, in the form that `sha256sum -c` reads."""
    files = sorted(p for p in folder.rglob("*") if p.is_file() and p.name != SUMS)
    return "".join(f"{hashlib.sha256(p.read_bytes()).hexdigest()}  {p.relative_to(folder).as_posix()}\n" for p in files)


def differences(corpus: Corpus, target: Path, progress: Progress = no_progress, jobs: int = 1) -> list[str]:
    """Build into a temporary folder and name each file of `target` that differs: changed, missing or superfluous."""
    with tempfile.TemporaryDirectory() as elsewhere:
        fresh = Path(elsewhere) / "corpus"
        build(corpus, fresh, progress, jobs)
        made, found = _hashes(fresh), _hashes(target)
    return [
        f"{name}: {'missing' if name not in found else 'not made by the build' if name not in made else 'changed'}"
        for name in sorted(made.keys() | found.keys())
        if made.get(name) != found.get(name)
    ]


def _hashes(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def _write(path: Path, text: str) -> None:
    path.write_bytes(text.encode("utf-8"))
