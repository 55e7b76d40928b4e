"""Divide inputs into parts in a fixed order: row groups of Parquet, byte ranges of JSON Lines.

A plan depends only on the inputs and the options, so every process that makes it makes the same one.
"""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Literal

from vouchbank.bulk.options import Options
from vouchbank.errors import VouchBankError, needed
from vouchbank.hints import enumerated

InputKind = Literal["parquet", "jsonl", "jsonl.gz"]
ENDINGS: dict[str, InputKind] = {
    ".parquet": "parquet",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
    ".jsonl.gz": "jsonl.gz",
    ".ndjson.gz": "jsonl.gz",
    ".json.gz": "jsonl.gz",
}
_READ = 4 * 1024**2


class NoInputError(VouchBankError):
    """An input does not exist, or a folder contains no input files."""

    def __init__(self, place: object) -> None:
        super().__init__(f"{place}: no input files; input files end with {enumerated(list(ENDINGS))}")


class InputChangedError(VouchBankError):
    """An input has changed since the plan was made."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} changed while this ran; run this again")


@dataclass(frozen=True, slots=True)
class InputPart:
    """A part of one input, which is processed as a unit and becomes one file of articles.

    Attributes:
        number: Its number in the plan, counted from 0.
        path: The path of the input.
        name: The name of the input in findings.
        start: The first row group, or the first byte.
        end: One past the last row group, or the last byte.
        row: The first row, counted from 0; in JSON Lines, the line.
        size: The size of the whole input in bytes.
        changed: When the input was last changed, in nanoseconds.
    """

    number: int
    path: str
    name: str
    kind: InputKind
    start: int
    end: int
    row: int
    size: int
    changed: int

    @property
    def stem(self) -> str:
        """The name of its files, without ending."""
        return f"part-{self.number:05d}"

    def same(self) -> None:
        """Make sure that the input has not changed since the plan was made.

        Raises:
            InputChangedError: its size or its time of change differs.
        """
        stat = Path(self.path).stat()
        if (stat.st_size, stat.st_mtime_ns) != (self.size, self.changed):
            raise InputChangedError(self.name)

    @property
    def identity(self) -> str:
        """SHA-256 that identifies the part of the input; it depends on neither the path nor the content."""
        stated = {key: value for key, value in asdict(self).items() if key != "path"}
        return hashlib.sha256(repr(sorted(stated.items())).encode()).hexdigest()


@needed("reading Parquet")
def plan(inputs: Sequence[str | Path], options: Options) -> list[InputPart]:
    """The parts of the inputs, which are files or folders of files, in the order of their names.

    A JSON Lines file that makes several parts is read once to count its lines; a compressed one is always one part.

    Raises:
        NoInputError: an input does not exist, or contains no file with a known ending.
    """
    named = _named([file for one in inputs for file in _files(Path(one))])
    parts: list[InputPart] = []
    for name, path in named:
        kind, stat = _kind(path), path.stat()
        cut = {"parquet": _row_groups, "jsonl": _ranges, "jsonl.gz": _whole}[kind]
        for start, end, row in cut(path, options.part_bytes):
            parts.append(InputPart(len(parts), str(path), name, kind, start, end, row, stat.st_size, stat.st_mtime_ns))
    return parts


def _kind(path: Path) -> InputKind:
    return ENDINGS[max((ending for ending in ENDINGS if path.name.endswith(ending)), key=len)]


def _files(place: Path) -> list[Path]:
    if place.is_dir():
        listed = (Path(folder, name) for folder, _, names in os.walk(place) for name in names)
        found = sorted(p for p in listed if p.name.endswith(tuple(ENDINGS)) and not p.name.startswith((".", "_")))
    else:
        found = [place] if place.is_file() and place.name.endswith(tuple(ENDINGS)) else []
    if not found:
        raise NoInputError(place)
    return found


def _named(files: Sequence[Path]) -> list[tuple[str, Path]]:
    """Each file once, named by the shortest end of its path that is unique, sorted."""
    unique = list(dict.fromkeys(Path(os.path.abspath(file)) for file in files))
    names = dict.fromkeys(unique, 1)
    while True:
        called = {file: "/".join(file.parts[-count:]) for file, count in names.items()}
        twice = {name for name, count in Counter(called.values()).items() if count > 1}
        if not twice:
            return sorted((name, file) for file, name in called.items())
        names = {file: count + (called[file] in twice) for file, count in names.items()}


def _whole(path: Path, most: int) -> Iterator[tuple[int, int, int]]:
    yield 0, path.stat().st_size, 0


def _ranges(path: Path, most: int) -> Iterator[tuple[int, int, int]]:
    """Byte ranges of whole lines, of about `most` bytes each, with the number of lines before each."""
    size, start, row = path.stat().st_size, 0, 0
    if size <= most * 3 // 2:
        yield 0, size, 0
        return
    with path.open("rb") as file:
        while start + most * 3 // 2 < size:
            end = _line_end(file, start + most)
            yield start, end, row
            row += _line_ends(file, start, end)
            start = end
    if start < size:
        yield start, size, row


def _line_end(file: IO[bytes], at: int) -> int:
    """One past the first line end at or after a byte, or the end of the file."""
    file.seek(at)
    while block := file.read(_READ):
        found = block.find(b"\n")
        if found >= 0:
            return at + found + 1
        at += len(block)
    return at


def _line_ends(file: IO[bytes], start: int, end: int) -> int:
    """The number of line ends in a range."""
    file.seek(start)
    return sum(file.read(min(_READ, end - at)).count(b"\n") for at in range(start, end, _READ))


def _row_groups(path: Path, most: int) -> Iterator[tuple[int, int, int]]:
    """Ranges of row groups of about `most` bytes each, with the number of rows before each.

    A file that cannot be read becomes one part, so that reading that part reports why.
    """
    import pyarrow
    import pyarrow.parquet

    try:
        with pyarrow.parquet.ParquetFile(path) as file:
            groups = [file.metadata.row_group(index) for index in range(file.metadata.num_row_groups)]
            sizes = [(group.total_byte_size, group.num_rows) for group in groups]
    except (OSError, pyarrow.ArrowException):
        yield 0, 0, 0
        return
    start = row = rows = held = 0
    for index, (size, count) in enumerate(sizes):
        held, rows = held + size, rows + count
        if held >= most or index + 1 == len(sizes):
            yield start, index + 1, row
            start, row, held = index + 1, rows, 0
    if not sizes:
        yield 0, 0, 0
