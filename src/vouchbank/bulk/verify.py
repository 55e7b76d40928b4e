"""`check --tables` on the output of `vouchbank bulk`: receipts, files, and every article, in batches.

The checks have the same names as for a corpus; checks of the corpus as a whole, such as those of the registry, do not
run. Memory does not grow with the output.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

from vouchbank.bulk import resources
from vouchbank.bulk.folder import STEM
from vouchbank.bulk.input_findings import findings_schema
from vouchbank.bulk.receipts import DATA, FINDINGS, RECEIPTS, Receipt
from vouchbank.bulk.shards import article_schema
from vouchbank.bulk.spans import wrong_spans, wrong_texts
from vouchbank.bulk.values import wrong_values
from vouchbank.checks.read_back import SHOWN
from vouchbank.checks.table_spans import Misplaced
from vouchbank.errors import needed
from vouchbank.findings import CHECKS, Fault, Finding, Place

if TYPE_CHECKING:
    import pyarrow
    import pyarrow.parquet

CHECKED = (
    *("missing-table", "checksum-differs", "table-types", "table-values", "nested-values", "reference-without-row"),
    *("span-text-differs", "map-round-trip", "span-edge", "fragments-out-of-order"),
    *("text-file-differs", "seed-not-reassembled"),
)
MOST = 1_000  # findings kept for each check; further ones are only counted
_READ = 4 * 1024**2  # approximate bytes of articles read at once
HELP = "remove the receipt of the part, then run `vouchbank bulk` again"


class Verified:
    """The findings on an output, and the number of its articles.

    Attributes:
        articles: The number of articles checked.
        findings: The findings on them.
    """

    def __init__(self) -> None:
        self.articles = 0
        self.findings: list[Finding] = []
        self._number: Counter[str] = Counter()

    def add(self, check: str, fault: Fault) -> None:
        """Keep a finding, or only count it if its check has many."""
        self._number[check] += 1
        if self._number[check] <= MOST:
            self.findings.append(CHECKS[check].finding(fault))

    def close(self) -> None:
        """For each check, state how many findings were only counted."""
        for check, number in self._number.items():
            if number > MOST:
                at = max(index for index, one in enumerate(self.findings) if one.slug == check)
                last = self.findings[at]
                self.findings[at] = replace(last, message=f"{last.message}, and {number - MOST:,} more of this check")


@needed("checking tables")
def verify(folder: Path, progress: Callable[[Sequence[str]], Iterable[str]] = iter) -> Verified:
    """The findings on an output.

    Args:
        folder: A folder that `vouchbank bulk` wrote.
        progress: Wraps the names of the parts, to show progress.
    """
    found = Verified()
    held = [path for name in (DATA, FINDINGS, RECEIPTS) for path in (folder / name).glob("[!.]*") if path.is_file()]
    receipts = []
    for stem in progress(sorted({path.stem for path in held} - {STEM})):
        receipt = _receipt(folder, stem, found)
        receipts += [receipt] if receipt else []
        for name in (DATA, FINDINGS):
            _file(folder, name, stem, receipt, found)
    _complete(folder, receipts, found)
    found.close()
    return found


def _receipt(folder: Path, stem: str, found: Verified) -> Receipt | None:
    """The receipt of a part."""
    name = f"{RECEIPTS}/{stem}.json"
    try:
        receipt = Receipt(**json.loads((folder / name).read_text("utf-8")))
        if f"part-{receipt.part:05d}" == stem:
            return receipt
        why = f"it belongs to part {receipt.part}"
    except FileNotFoundError:
        why = "it is missing"
    except (OSError, ValueError, TypeError, RecursionError) as error:
        why = _short(error)
    found.add("checksum-differs", _fault(name, 0, f"the receipt of {stem} cannot be used: {why}"))
    return None


def _complete(folder: Path, receipts: Sequence[Receipt], found: Verified) -> None:
    """Whether all parts exist, according to the file that is written last."""
    name = f"{RECEIPTS}/{STEM}.txt"
    if not (folder / name).is_file():
        message = "the run is not finished: parts and the findings on duplicate ids may be missing"
        found.add("checksum-differs", _fault(name, 0, message, "run `vouchbank bulk` again; it keeps finished parts"))
        return
    wanted = hashlib.sha256("".join(one.data_sha256 for one in receipts).encode()).hexdigest()
    stated = (folder / name).read_text("utf-8", "replace").split()
    if stated[:1] != [wanted]:
        found.add("checksum-differs", _fault(name, 0, "the receipts belong to a different run"))
    elif stated[1:] != [_sha256(folder / FINDINGS / f"{STEM}.parquet")]:
        said = "the file does not match its checksum, or is missing"
        found.add("checksum-differs", _fault(f"{FINDINGS}/{STEM}.parquet", 0, said))


# --- files --------------------------------------------------------------------------------------------


def _file(folder: Path, name: str, stem: str, receipt: Receipt | None, found: Verified) -> None:
    """Check a file of a part."""
    import pyarrow
    import pyarrow.parquet

    path, file = folder / name / f"{stem}.parquet", f"{name}/{stem}.parquet"
    if not path.is_file():
        found.add("missing-table", _fault(file, 0, f"{stem} lacks its file of {name}"))
        return
    if receipt and _sha256(path) != getattr(receipt, f"{name}_sha256"):
        found.add("checksum-differs", _fault(file, 0, f"{file} does not match the checksum in its receipt"))
    try:
        with pyarrow.parquet.ParquetFile(path) as opened:
            right = article_schema() if name == DATA else findings_schema()
            if different := _different(right, opened.schema_arrow):
                found.add("table-types", _fault(file, 0, f"the file of {name} {different}"))
                return
            before = 0
            for rows in _batches(opened):
                rows.validate(full=True)  # text that is not UTF-8, lists whose offsets lead outside
                if name == DATA:
                    _articles(rows, file, before, found)
                before += rows.num_rows
    except (pyarrow.ArrowException, OSError, ValueError) as error:
        found.add("table-types", _fault(file, 0, f"the file of {name} cannot be read: {_short(error)}"))
        return
    if name == DATA:
        found.articles += before
        if receipt and before != receipt.articles:
            message = f"{file} has {before:,} articles; its receipt says {receipt.articles:,}"
            found.add("checksum-differs", _fault(file, 0, message))


def _batches(file: pyarrow.parquet.ParquetFile) -> Iterator[pyarrow.RecordBatch]:
    """The rows of a file, in batches that fit into memory."""
    size = sum(file.metadata.row_group(number).total_byte_size for number in range(file.num_row_groups))
    rows = max(1, file.metadata.num_rows * _READ // max(1, size))
    yield from file.iter_batches(min(rows, 65_536), use_threads=False)


def _articles(rows: pyarrow.RecordBatch, file: str, before: int, found: Verified) -> None:
    """Check some articles."""
    schema, ids = resources.schema(), rows.column("article_id")
    broken = set[int]()
    for one in wrong_values(rows, schema):
        broken.add(one.row)
        found.add(one.check, _at(one, file, before, ids))
    for one in (*wrong_spans(rows, schema), *wrong_texts(rows)):
        if one.row not in broken:  # these checks rely on valid values
            found.add(one.check, _at(one, file, before, ids))


def _at(one: Misplaced, file: str, before: int, ids: pyarrow.Array) -> Fault:
    fault = _fault(file, before + one.row, f"{one.path}: {one.message}")
    return replace(fault, article=ids[one.row].as_py() or "")


def _different(right: pyarrow.Schema, given: pyarrow.Schema) -> str:
    """How the columns differ from the expected ones; empty if they do not."""
    for number, (wanted, held) in enumerate(zip_longest(right, given), 1):
        if wanted is None or held is None or not wanted.equals(held):
            said = [f"{field.name}: {field.type}"[:SHOWN] if field else "no column" for field in (wanted, held)]
            return f"differs from schema/ in column {number}: expected {said[0]}, found {said[1]}"
    return ""


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def _short(error: BaseException) -> str:
    return " ".join(str(error).split())[:SHOWN]


def _fault(file: str, row: int, message: str, help_: str = HELP) -> Fault:
    """A fault at a row of a file, counted from 0."""
    return Fault(message, Place(file, row + 1), help_)
