"""Findings of a bulk run, as rows of a table: each names the article, the source, the row and the path.

Example:
    >>> from vouchbank.checks.inputs import input_empty
    >>> InputFinding.of(input_empty(("news.jsonl", 6)), ("news.jsonl", 6), "000").check
    'input-empty'
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from vouchbank.findings import Finding
from vouchbank.report.text import printable

if TYPE_CHECKING:
    import pyarrow


@dataclass(frozen=True, slots=True)
class InputFinding:
    """A finding on an article or an input.

    Attributes:
        article_id: The article; empty if its id could not be read.
        source: The name of the input.
        row: The row of the source, counted from 0; in JSON Lines, the line.
        path: The value in the row, such as `quantities[2].number`; empty for the whole row.
    """

    article_id: str
    source: str
    row: int
    path: str
    check: str
    severity: str
    message: str
    help: str

    @classmethod
    def of(cls, finding: Finding, row: tuple[str, int], article: str = "", path: str = "") -> InputFinding:
        """The finding of a check at a row."""
        source, number = row
        message, help_ = _writable(finding.message), _writable(finding.help)
        return cls(article, source, number, printable(path), finding.slug, finding.severity.value, message, help_)

    def __str__(self) -> str:
        at = ", ".join(filter(None, (self.source, f"row {self.row}", self.path)))
        return printable(f"{at}: {self.severity}: {self.message} [{self.check}]")

    @property
    def as_row(self) -> dict[str, Any]:
        """The row of the table of findings."""
        return asdict(self)


def _writable(words: str) -> str:
    """Text that UTF-8 can encode: half of a surrogate pair, from a name in the input, is escaped."""
    return words if words.isascii() else words.encode("utf-8", "backslashreplace").decode()


def findings_schema() -> pyarrow.Schema:
    """The types of the table of findings."""
    import pyarrow

    types = {"row": pyarrow.int64()}
    names = InputFinding.__slots__
    return pyarrow.schema([pyarrow.field(name, types.get(name, pyarrow.string())) for name in names])
