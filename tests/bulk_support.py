"""Inputs for the tests of `vouchbank.bulk`, and what became of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet

from vouchbank.bulk import InputPart, Options, Receipt, begin, finish, plan, shard
from vouchbank.corpus import repository_root

ROOT = repository_root()
PUBLISHED = ROOT / "corpus/data/articles.parquet"
REGISTRY = str(ROOT / "annotations/registry.toml")
TEXT = "Rain stops play\n\nShare this article\n\nPlay stopped at four on Monday, for rain, officials said.\n"
LAYERS = ("entities", "quantities", "attributions")
Rows = list[dict[str, Any]]


def json_lines(path: Path, rows: Iterable[Mapping[str, Any] | bytes]) -> Path:
    """A file with these rows, or lines."""
    path.write_bytes(b"".join((row if isinstance(row, bytes) else json.dumps(row).encode()) + b"\n" for row in rows))
    return path


def parquet(path: Path, rows: Sequence[Mapping[str, Any]], group: int = 1000) -> Path:
    """A file with these rows."""
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(list(rows)), path, row_group_size=group)
    return path


def published() -> Rows:
    """The rows of the published articles."""
    held: Rows = pyarrow.parquet.ParquetFile(PUBLISHED).read().to_pylist()
    return held


def made(sources: Sequence[Path], target: Path, options: Options | None = None) -> list[Receipt]:
    """The receipts of a whole run in this process."""
    options = options or Options()
    parts = plan(sources, options)
    begin(target, parts)
    receipts = [shard(part, target, options) for part in parts]
    assert finish(target, parts, options) == receipts
    return receipts


def table(folder: Path) -> Rows:
    """All rows of the files of a folder, in the order of their names."""
    files = sorted(folder.glob("*.parquet"))
    return [row for file in files for row in pyarrow.parquet.ParquetFile(file).read().to_pylist()]


def ids(target: Path) -> list[str]:
    """The ids of the articles of an output."""
    return [row["article_id"] for row in table(target / "data")]


def findings(target: Path) -> list[tuple[str, int, str, str]]:
    """Of the findings of an output article, row, path and check."""
    return [(row["article_id"], row["row"], row["path"], row["check"]) for row in table(target / "findings")]


def state(target: Path) -> dict[str, bytes]:
    """The bytes of every file of an output."""
    return {p.relative_to(target).as_posix(): p.read_bytes() for p in sorted(target.rglob("*")) if p.is_file()}


def whole(part: InputPart, target: str, options: Options) -> None:
    """A part made and finished, as a process of its own does it."""
    begin(target, [part])
    shard(part, target, options)
    finish(target, [part], options)


def drafted(text: str) -> dict[str, Any]:
    """A function that drafts: the first word of a text is a number."""
    if "refused" in text:
        raise ValueError("\x1b[2J")
    return {"quantities": [{"number": {"start": 0, "end": text.index(" ")}}]}


def not_drafted(text: str) -> str:
    """A function that returns what is no annotation."""
    return text
