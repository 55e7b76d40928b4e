"""Receipts: what was made from each part, with which input and options, so that no finished part is made again."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path

from vouchbank.bulk.options import Options
from vouchbank.bulk.parts import InputPart

DATA, FINDINGS, RECEIPTS = "data", "findings", "receipts"


@dataclass(frozen=True)
class Receipt:
    """What was made from a part.

    Attributes:
        part: The number of the part.
        source: The name of the input.
        input: The identity of the part (see `InputPart`).
        options: The digest of the options.
        data_sha256: SHA-256 of the file of articles.
        findings_sha256: SHA-256 of the file of findings.
        data_bytes: The size of the file of articles.
        findings_bytes: The size of the file of findings.
        articles: Articles in the output.
        refused: Rows of the input that are not in the output.
        raw_characters: Characters of the raw articles.
        characters: Characters of the clean texts.
        roles: Segments by role.
        removed: Characters removed from the raw articles, by role.
        annotations: Annotations by layer.
        findings: Findings by check.
        errors: Findings that are errors.
        rows: The rows of the source that the articles of the output come from, as runs `[first, count]`.
    """

    part: int
    source: str
    input: str
    options: str
    data_sha256: str = ""
    findings_sha256: str = ""
    data_bytes: int = 0
    findings_bytes: int = 0
    articles: int = 0
    refused: int = 0
    raw_characters: int = 0
    characters: int = 0
    roles: dict[str, int] = field(default_factory=dict)
    removed: dict[str, int] = field(default_factory=dict)
    annotations: dict[str, int] = field(default_factory=dict)
    findings: dict[str, int] = field(default_factory=dict)
    errors: int = 0
    rows: list[list[int]] = field(default_factory=list)

    def row_of(self, index: int) -> int:
        """The row of the source that an article of the output comes from.

        >>> Receipt(0, "", "", "", rows=[[7, 2], [10, 5]]).row_of(3)
        11
        """
        for first, count in self.rows:
            if index < count:
                return first + index
            index -= count
        raise IndexError(index)

    def __add__(self, other: Receipt) -> Receipt:
        """The sum of the counts of both; all else is that of the first."""
        sums = {}
        for name, mine in asdict(self).items():
            theirs = getattr(other, name)
            if isinstance(mine, dict):
                sums[name] = dict(sorted((Counter(mine) + Counter(theirs)).items()))
            elif isinstance(mine, int) and name != "part":  # not the rows
                sums[name] = mine + theirs
        return Receipt(**{**asdict(self), **sums})


def paths(target: Path, part: InputPart) -> tuple[Path, Path, Path]:
    """The files of a part: articles, findings, receipt."""
    data, findings = (target / folder / f"{part.stem}.parquet" for folder in (DATA, FINDINGS))
    return data, findings, target / RECEIPTS / f"{part.stem}.json"


def finished_receipt(target: Path, part: InputPart, options: Options) -> Receipt | None:
    """The receipt of a part, if it was made from this input with these options and its files exist."""
    data, findings, file = paths(target, part)
    try:
        receipt = Receipt(**json.loads(file.read_text(encoding="utf-8")))
        sizes = data.stat().st_size, findings.stat().st_size
    except (OSError, ValueError, TypeError):
        return None
    same = (receipt.input, receipt.options) == (part.identity, options.digest)
    return receipt if same and sizes == (receipt.data_bytes, receipt.findings_bytes) else None


def written(receipt: Receipt) -> bytes:
    """The bytes of a receipt's file."""
    return f"{json.dumps(asdict(receipt), indent=2)}\n".encode()
