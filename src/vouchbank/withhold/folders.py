"""Folder to folder: withhold a built corpus, restore a withheld one. What is written takes its place in one step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from vouchbank.build.swap import replaced_folder
from vouchbank.schema import Schema
from vouchbank.withhold.copies import Problem, Wanted, sorted_out
from vouchbank.withhold.files import record_of, restored_files, withheld_files
from vouchbank.withhold.record import Record
from vouchbank.withhold.tables import read_table

_TOO_LARGE = 10_000_000  # no news article


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a restoration.

    Attributes:
        restored: The articles whose words were put back; none if nothing was written.
        problems: The others, and why.
        other_bytes: The rows are proven right, but another pyarrow than that of the full corpus wrote the files; this
            is the one needed. Empty if every byte is right.
        right: The articles that have their right copy.
    """

    restored: tuple[str, ...]
    problems: tuple[Problem, ...]
    other_bytes: str = ""
    right: tuple[str, ...] = ()


def withhold(full: Path, target: Path, schema: Schema) -> None:
    """Write a built corpus without the words of its articles.

    Raises:
        CannotWithholdError: a file quotes an article in a form that cannot be put back.
    """
    _write(target, withheld_files(contents(full), schema))


def rehydrate(folder: Path, seeds: Path, out: Path | None = None, partial: bool = False) -> Outcome:
    """Restore a withheld corpus from the reader's copies of the articles.

    Args:
        folder: The withheld corpus.
        seeds: A folder with the articles, under any names, also in folders below.
        out: Where to; in place if left out.
        partial: Restore the articles that have their copy, and leave the others withheld.

    Raises:
        NotWithheldError: the folder is no withheld corpus, or was changed.
        RestoredWrongError: what was restored is not what was withheld.
    """
    files = contents(folder)
    record = record_of(files)
    found = sorted_out(_wanted(files, record), copies(seeds))
    problems = tuple(found.problems)
    if not found.raws or (problems and not partial):
        return Outcome((), problems, right=tuple(found.raws))
    made = restored_files(files, found.raws)
    _write(out or folder, made.files)
    return Outcome(tuple(found.raws), problems, record.pyarrow if made.other_bytes else "", tuple(found.raws))


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, by its path from there."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def copies(seeds: Path) -> dict[str, bytes]:
    """The files that may be articles: not hidden, and of a size that articles have."""
    named = {p.relative_to(seeds): p for p in sorted(seeds.rglob("*")) if p.is_file()}
    return {
        name.as_posix(): path.read_bytes()
        for name, path in named.items()
        if not any(part.startswith(".") for part in name.parts) and path.stat().st_size <= _TOO_LARGE
    }


def _wanted(files: Mapping[str, bytes], record: Record) -> list[Wanted]:
    articles = read_table(files["data/articles.parquet"]).select(["article_id", "seed_sha256", "seed_file"]).to_pylist()
    columns = ["article_id", "index", "raw_start", "raw_end", "paragraph_id"]
    segments = read_table(files["data/segments.parquet"]).select(columns).to_pylist()
    wanted = []
    for row in articles:
        name = row["article_id"]
        if name in record.articles:
            own = tuple(s for s in segments if s["article_id"] == name)
            length = max((s["raw_end"] for s in own), default=0)
            wanted.append(Wanted(name, row["seed_sha256"], row["seed_file"], length, record.articles[name], own))
    return wanted


def _write(target: Path, files: Mapping[str, bytes]) -> None:
    with replaced_folder(target) as folder:
        for name, data in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
