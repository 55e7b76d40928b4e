"""Remove the words from a built corpus, or restore them; a folder is written completely or not at all."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Any

from vouchbank._version import __version__
from vouchbank.build.parquet import write_rows
from vouchbank.build.steps import SUMS, checksums
from vouchbank.corpus.seeds import digest
from vouchbank.errors import VouchBankError, needed
from vouchbank.schema import Schema, default_schema_folder, load_schema
from vouchbank.tables.digest import digest_of
from vouchbank.tables.make import to_arrow
from vouchbank.text import OffsetMap
from vouchbank.withhold.copies import Copies, Hashed, WithheldArticle, difference, words_of
from vouchbank.withhold.words import Row, lines_of, numbered_keys, with_words, without_words
from vouchbank.writing import replaced_folder

if TYPE_CHECKING:
    import pyarrow

RECORD = "withheld.json"
FORMAT = 3
_CARD, _DICTIONARY = "README.md", "DICTIONARY.md"
_TOO_LARGE = 10_000_000  # no news article


class NotWithheldError(VouchBankError):
    """The folder cannot be rehydrated: it is not a corpus without words, or it was changed."""

    def __init__(self, why: str) -> None:
        super().__init__(f"this folder cannot be rehydrated: {why}")


@dataclass(frozen=True, slots=True)
class Restoration:
    """The result of restoring words.

    Attributes:
        restored: The articles whose words were restored; none if nothing was written.
        found: The articles for which the copies have all words.
        without_raw: The found articles whose seed is not among the copies.
        problems: For each article still withheld, the reason.
        made_by: The version that made the folder.
    """

    restored: tuple[str, ...]
    found: tuple[str, ...]
    without_raw: tuple[str, ...]
    problems: Mapping[str, str]
    made_by: str


@needed("withholding text")
def withhold(full: Path, target: Path, schema: Schema) -> None:
    """Write a built corpus without the words of its articles."""
    tables = _tables(full, schema)
    keys = numbered_keys(schema, tables)
    head = (full / _CARD).read_text("utf-8").partition("\n---\n")[0]
    notice = Template((resources.files("vouchbank.withhold") / "notice.md").read_text("utf-8"))
    record = {"format": FORMAT, "vouchbank": __version__, "paragraphs": _paragraph_digests(tables["articles"])}
    with replaced_folder(target) as folder:
        shutil.copy(full / _DICTIONARY, folder)
        _write(folder / _CARD, f"{head}\n---\n\n{notice.substitute(version=__version__)}")
        _write(folder / RECORD, json.dumps(record, indent=1) + "\n")
        _write_tables(folder, schema, tables, lambda name, row: without_words(schema.tables[name], row, keys))


@needed("restoring text")
def rehydrate(folder: Path, seeds: Path, out: Path | None = None, partial: bool = False) -> Restoration:
    """Restore the words at the published offsets, from the reader's copies of the articles.

    Args:
        folder: The corpus without words.
        seeds: A folder with the articles, under any names; subfolders count.
        out: The folder to write; by default, `folder` itself.
        partial: Restore the articles whose words are found, even if others stay withheld.

    Raises:
        NotWithheldError: the folder is not a corpus without words, or was changed.
    """
    schema = load_schema(default_schema_folder())
    with replaced_folder(out or folder) as fresh:
        made_by, tables, articles = _read(folder, schema)
        copies = Copies.of(_files(seeds), articles)
        words = {article.id: found for article in articles if (found := words_of(article, copies))}
        withheld = {row["article_id"] for row in tables["articles"].to_pylist() if row["text"] is None}
        problems = {a.id: difference(a, copies) for a in articles if a.id in withheld - words.keys()}
        without_raw = tuple(name for name, found in words.items() if found.raw is None and name in withheld)
        if not words or (problems and not partial):
            return Restoration((), tuple(words), without_raw, problems, made_by)
        shutil.copytree(folder, fresh, dirs_exist_ok=True)
        (fresh / "text").mkdir(exist_ok=True)
        for name, found in words.items():
            _write(fresh / "text" / f"{name}.txt", f"{found.text}\n")
        lines = lines_of(tables, words)
        _write_tables(fresh, schema, tables, lambda name, row: with_words(name, row, words, lines))
    return Restoration(tuple(words), tuple(words), without_raw, problems, made_by)


def _read(folder: Path, schema: Schema) -> tuple[str, dict[str, pyarrow.Table], list[WithheldArticle]]:
    """The version that made the folder, its tables, and its articles without words."""
    if not (folder / RECORD).is_file():
        raise NotWithheldError(f"{RECORD} is missing")
    try:
        record = json.loads((folder / RECORD).read_text("utf-8"))
        if record["format"] != FORMAT:
            raise NotWithheldError(f"it has the format {record['format']!r}; this version reads {FORMAT}")
        if checksums(folder) != (folder / SUMS).read_text("utf-8"):
            raise NotWithheldError(f"its files do not match {SUMS}")
        tables = _tables(folder, schema)
        rows = tables["articles"].to_pylist()
        wanted = schema.tables["articles"].column("article_id").pattern
        return record["vouchbank"], tables, [_article(row, record, wanted) for row in rows]
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        raise NotWithheldError(f"it cannot be read: {error!r}") from error


def _paragraph_digests(articles: pyarrow.Table) -> dict[str, dict[str, str]]:
    rows = articles.select(["article_id", "text", "paragraphs"]).to_pylist()
    return {
        row["article_id"]: {p["id"]: digest(row["text"][p["start"] : p["end"]]) for p in row["paragraphs"]}
        for row in rows
    }


def _article(row: Row, record: Any, wanted: str) -> WithheldArticle:
    """An article of the folder. Its id becomes the name of a file, so it must be a valid id."""
    name = row["article_id"]
    if not re.fullmatch(wanted, name):
        raise NotWithheldError(f"{name!r} is not a valid article id")
    offsets = OffsetMap.from_deltas(row["map"])
    hashes = record["paragraphs"][name]
    paragraphs = [
        Hashed(p["id"], p["start"], p["end"], *offsets.to_raw(p["start"], p["end"])[:2], hashes[p["id"]])
        for p in row["paragraphs"]
    ]
    return WithheldArticle(name, row["text_sha256"], row["seed_sha256"], paragraphs)


def _tables(folder: Path, schema: Schema) -> dict[str, pyarrow.Table]:
    import pyarrow.parquet

    tables = {name: pyarrow.parquet.ParquetFile(folder / "data" / f"{name}.parquet").read() for name in schema.tables}
    for name, table in tables.items():
        if tuple(table.column_names) != schema.tables[name].names:
            raise NotWithheldError(f"the table {name!r} has other columns than in this version of vouchbank")
    return tables


def _files(seeds: Path) -> Iterator[tuple[str, bytes]]:
    """The files that may be articles: visible, readable, and not too large."""
    for path in sorted(seeds.rglob("*")):
        name = path.relative_to(seeds)
        with suppress(OSError):
            if path.is_file() and path.stat().st_size <= _TOO_LARGE and not any(p.startswith(".") for p in name.parts):
                yield name.as_posix(), path.read_bytes()


def _write_tables(
    folder: Path, schema: Schema, tables: Mapping[str, pyarrow.Table], changed: Callable[[str, Row], Row]
) -> None:
    """Write every table with its rows changed, then the digests and checksums of the files."""
    (folder / "data").mkdir(exist_ok=True)
    digests = {}
    for name, table in tables.items():
        rows = to_arrow([dict(changed(name, row)) for row in table.to_pylist()], schema.tables[name])
        digests[name] = digest_of(rows)
        write_rows(rows.replace_schema_metadata(table.schema.metadata), folder / "data" / f"{name}.parquet")
    _write(folder / "digests.json", json.dumps(digests, indent=2) + "\n")
    _write(folder / SUMS, checksums(folder))


def _write(path: Path, text: str) -> None:
    path.write_bytes(text.encode())
