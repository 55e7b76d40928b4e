"""Find ids that several articles have, across all parts and in bounded memory.

The ids are read from the finished files, hashed to 128 bits and distributed over buckets that each fit into memory.
Equal hashes are in the same bucket, and sorting it brings them together.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vouchbank.bulk.folder import SCRATCH, STEM
from vouchbank.bulk.input_findings import InputFinding, findings_schema
from vouchbank.bulk.options import Options
from vouchbank.bulk.parts import InputPart
from vouchbank.bulk.receipts import FINDINGS, RECEIPTS, Receipt, finished_receipt, paths
from vouchbank.bulk.tables_out import GroupWriter, new_file
from vouchbank.checks.inputs import input_id_twice
from vouchbank.errors import needed
from vouchbank.writing import PREFIX, locked, replace_file

if TYPE_CHECKING:
    import numpy

_BUCKET = 2**21  # ids in a bucket: 64 MB, and as much again to sort them
_ID = [("high", "<u8"), ("low", "<u8"), ("part", "<u4"), ("index", "<u4")]
_AGAIN = [(name, "<u4") for name in ("part", "index", "first_part", "first")]


@needed("looking for duplicate ids")
def finish(target: str | Path, parts: Sequence[InputPart], options: Options) -> list[Receipt] | None:
    """Once every part is done, write the findings on duplicate ids and return all receipts; until then, return None.

    Raises:
        BusyError: another process is finishing the folder.
    """
    target = Path(target)
    receipts = [receipt for part in parts if (receipt := finished_receipt(target, part, options))]
    if len(receipts) < len(parts):
        return None
    wanted = hashlib.sha256("".join(receipt.data_sha256 for receipt in receipts).encode()).hexdigest()
    file, findings = target / RECEIPTS / f"{STEM}.txt", target / FINDINGS / f"{STEM}.parquet"
    with locked(target / f"{PREFIX}lock-{STEM}", findings, "bulk"):
        if not (file.is_file() and findings.is_file() and file.read_text(encoding="utf-8").split()[:1] == [wanted]):
            file.unlink(missing_ok=True)
            with new_file(findings) as sink, _scratch(target) as folder:
                writer = GroupWriter(sink, findings_schema())
                for one in duplicate_ids(target, parts, receipts, folder):
                    writer.add(one.as_row)
                writer.close()
            replace_file(file, f"{wanted} {sink.sha256}\n".encode())
    return receipts


@contextmanager
def _scratch(target: Path) -> Iterator[Path]:
    """An empty temporary folder; if a run is killed, the next one or `begin` removes it."""
    import shutil

    folder = target / SCRATCH
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def duplicate_ids(
    target: Path, parts: Sequence[InputPart], receipts: Sequence[Receipt], folder: Path
) -> Iterator[InputFinding]:
    """A finding for every article whose id an earlier one has, in the order of the parts.

    Args:
        target: The output folder.
        parts: The parts, all of them done.
        receipts: Their receipts, in the same order.
        folder: An empty folder for temporary files of 24 bytes per article.
    """
    import numpy

    count = 1 + sum(receipt.articles for receipt in receipts) // _BUCKET
    _deal(target, parts, folder, count)
    for bucket in sorted(folder.glob("bucket-*")):
        again = _twice(numpy.fromfile(bucket, dtype=_ID))
        for number in numpy.unique(again["part"]).tolist():
            _append(folder / f"twice-{number}", again[again["part"] == number])
        bucket.unlink()
    for number, part in enumerate(parts):
        file = folder / f"twice-{number}"
        if file.is_file():
            held = numpy.fromfile(file, dtype=_AGAIN)
            yield from _named(target, part, receipts, numpy.sort(held, order="index"))


def _named(
    target: Path, part: InputPart, receipts: Sequence[Receipt], again: numpy.ndarray[Any, Any]
) -> Iterator[InputFinding]:
    """The findings of a part; its ids are read again, for the messages."""
    waiting, before, at = again.tolist(), 0, 0
    for names in _ids(target, part):
        while at < len(waiting) and waiting[at][1] < before + len(names):
            _, index, first_part, first = waiting[at]
            row = (part.name, receipts[part.number].row_of(index))
            other = receipts[first_part]
            said = input_id_twice(row, names[index - before], f"{other.source}, row {other.row_of(first)}")
            yield InputFinding.of(said, row, names[index - before])
            at += 1
        before += len(names)


def _deal(target: Path, parts: Sequence[InputPart], folder: Path, count: int) -> None:
    """Write the hashes of all ids into buckets by their first bits, each with its part and its index there."""
    import numpy

    for number, part in enumerate(parts):
        index = 0
        for names in _ids(target, part):
            digests = b"".join(hashlib.blake2b(name.encode(), digest_size=16).digest() for name in names)
            hashed = numpy.frombuffer(digests, dtype=">u8").astype(numpy.uint64).reshape(-1, 2)
            held = numpy.zeros(len(names), dtype=_ID)
            held["high"], held["low"] = hashed[:, 0], hashed[:, 1]
            held["part"], held["index"] = number, numpy.arange(index, index + len(names))
            index += len(names)
            buckets = hashed[:, 0] % numpy.uint64(count)
            for bucket in numpy.unique(buckets).tolist():
                _append(folder / f"bucket-{bucket:06d}", held[buckets == bucket])


def _append(path: Path, held: numpy.ndarray[Any, Any]) -> None:
    with path.open("ab") as file:
        file.write(held.tobytes())


def _twice(held: numpy.ndarray[Any, Any]) -> numpy.ndarray[Any, Any]:
    """Every occurrence of an id but its first: its part and index, and those of the first."""
    import numpy

    held = numpy.sort(held, order=["high", "low", "part", "index"])
    again = numpy.zeros(len(held), dtype=bool)
    again[1:] = (held["high"][1:] == held["high"][:-1]) & (held["low"][1:] == held["low"][:-1])
    first = numpy.maximum.accumulate(numpy.where(again, 0, numpy.arange(len(held))))
    found = numpy.zeros(int(again.sum()), dtype=_AGAIN)
    found["part"], found["index"] = held["part"][again], held["index"][again]
    found["first_part"], found["first"] = held["part"][first][again], held["index"][first][again]
    return found


def _ids(target: Path, part: InputPart) -> Iterator[list[str]]:
    """The ids of a part, in batches."""
    import pyarrow.parquet

    with pyarrow.parquet.ParquetFile(paths(target, part)[0]) as file:
        for batch in file.iter_batches(65_536, columns=["article_id"], use_threads=False):
            yield batch.column(0).to_pylist()
