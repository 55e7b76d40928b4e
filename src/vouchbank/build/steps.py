"""Sources in, corpus/ out: text, maps, tables, card, checksums.

Example:
    >>> silent(["004", "005"], "checking")
    ['004', '005']
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from vouchbank.build.about import tell
from vouchbank.build.card import PICTURED, dataset_card, picture_of
from vouchbank.build.croissant import croissant
from vouchbank.build.datacite import datacite
from vouchbank.build.parquet import write_parquet
from vouchbank.build.plots import figures_plot
from vouchbank.checks import check
from vouchbank.checks.built import check_built
from vouchbank.corpus import Article, Corpus
from vouchbank.errors import BuiltWrongError, SourcesNotCleanError
from vouchbank.findings import errors
from vouchbank.schema.dictionary import data_dictionary
from vouchbank.tables.digest import digest_of
from vouchbank.tables.make import make_tables
from vouchbank.writing import replaced_folder

if TYPE_CHECKING:
    import pyarrow

SUMS = "SHA256SUMS"
Progress = Callable[[Iterable[Article], str], Iterable[Article]]


def silent(articles: Iterable[Article], doing: str) -> Iterable[Article]:
    """Shows nothing."""
    return articles


def build(corpus: Corpus, target: Path, progress: Progress = silent) -> dict[str, pyarrow.Table]:
    """Check the sources, make every table, write them beside `target`, check what was written, and swap it in.

    Returns:
        The tables.

    Raises:
        SourcesNotCleanError: the sources have findings; nothing was written.
        BuiltWrongError: what was written does not pass its own checks; the old folder is untouched.
        BusyError: another build writes the same folder.
    """
    with replaced_folder(target) as folder:
        found = errors(check(corpus, lambda articles: progress(articles, "checking")))
        if found:
            raise SourcesNotCleanError(len(found))
        tables = make_tables(corpus, lambda articles: progress(articles, "making tables"))
        write_corpus(corpus, tables, folder)
        wrong = check_built(folder, corpus.schema, pandera=True)
        if wrong:
            raise BuiltWrongError([str(f) for f in wrong])
    return tables


def write_corpus(corpus: Corpus, tables: dict[str, pyarrow.Table], folder: Path) -> None:
    """Write all files of corpus/ into an empty folder."""
    for name in ("text", "map", "data", "plots"):
        (folder / name).mkdir()
    for article in corpus.articles:
        _write(folder / "text" / f"{article.id}.txt", f"{article.text}\n")
        _write(folder / "map" / f"{article.id}.json", offset_map(article))
    for name, rows in tables.items():
        write_parquet(rows, corpus.schema.tables[name], corpus.schema, folder / "data" / f"{name}.parquet")
    digests = {name: digest_of(table) for name, table in tables.items()}
    _write(folder / "digests.json", json.dumps(digests, indent=2) + "\n")
    _write(folder / "DICTIONARY.md", data_dictionary(corpus.schema))
    drawn = {name: tables[name].to_pylist() for name in ("figures", "quantities", "attributions", "registry")}
    _write(folder / "plots" / "figures.svg", figures_plot(drawn))
    if (picture := picture_of(corpus)) is not None:
        (folder / PICTURED).parent.mkdir()
        (folder / PICTURED).write_bytes(picture)
    told = tell(corpus, tables)
    _write(folder / "README.md", dataset_card(corpus, tables, told))
    _write(folder / "croissant.json", croissant(corpus.schema, folder, told))
    _write(folder / "datacite.json", datacite(told))
    _write(folder / SUMS, checksums(folder))


def offset_map(article: Article) -> str:
    """The offset map of an article as JSON, one row a line; `vouchbank.text.OffsetMap.from_list` reads the rows."""
    rows = ",\n  ".join(json.dumps(row) for row in article.normalised.map.to_list())
    fields = json.dumps(["raw_start", "raw_end", "start", "end"])
    return f'{{"article_id": "{article.id}", "fields": {fields},\n "rows": [\n  {rows}\n ]}}\n'


def checksums(folder: Path) -> str:
    """SHA-256 of every file of the folder but the list itself, in the form `sha256sum -c` reads."""
    files = sorted(p for p in folder.rglob("*") if p.is_file() and p.name != SUMS)
    return "".join(f"{hashlib.sha256(p.read_bytes()).hexdigest()}  {p.relative_to(folder).as_posix()}\n" for p in files)


def differences(corpus: Corpus, target: Path, progress: Progress = silent) -> list[str]:
    """Build elsewhere and name each file of `target` that is not what the sources make: changed, missing, too many."""
    with tempfile.TemporaryDirectory() as elsewhere:
        fresh = Path(elsewhere) / "corpus"
        build(corpus, fresh, progress)
        made, found = _contents(fresh), _contents(target)
    return [
        f"{name}: {'missing' if name not in found else 'not made by the build' if name not in made else 'changed'}"
        for name in sorted(made.keys() | found.keys())
        if made.get(name) != found.get(name)
    ]


def _contents(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def _write(path: Path, text: str) -> None:
    path.write_bytes(text.encode("utf-8"))
