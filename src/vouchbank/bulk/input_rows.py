r"""The rows of an input: the article that each contains, and findings on its values.

Example:
    >>> read_record({"id": "a", "text": "It rains."}, ("news.jsonl", 0), Options()).given.text
    'It rains.'
    >>> read_record({"id": "a\x1b[2J", "text": "It rains."}, ("news.jsonl", 0), Options()).found[0].message
    "the id 'a\\x1b[2J' contains a character that cannot be printed"
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from vouchbank.bulk import resources
from vouchbank.bulk.input_findings import InputFinding
from vouchbank.bulk.options import Options
from vouchbank.checks import inputs as faults
from vouchbank.findings import Finding

FACTS = ("outlet", "published", "language", "rights", "url")
IDS = ("article_id", "id")


@dataclass(frozen=True, slots=True)
class InputArticle:
    """An article as the input has it.

    Attributes:
        source: The name of the input.
        row: Its row in the source, counted from 0; in JSON Lines, its line.
        text: The raw text; empty if there is a page instead.
        html: The page, if there is no text; bytes if it is not decoded.
        facts: Known facts: outlet, published, language, rights, url.
        layers: Annotation by name of layer, and the column `layers` in its published form.
    """

    source: str
    row: int
    article_id: str
    text: str
    html: str | bytes = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    layers: Mapping[str, Any] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """The number of characters."""
        return len(self.text) + len(self.html)


@dataclass(frozen=True, slots=True)
class InputRow:
    """A row of an input: its article, if it has one, and the findings on it."""

    given: InputArticle | None
    found: tuple[InputFinding, ...] = ()


def read_record(values: Mapping[str, Any], row: tuple[str, int], options: Options) -> InputRow:
    """Read an article from the values of a row, by column."""
    name = options.id or next((one for one in IDS if values.get(one) is not None), IDS[0])
    article, fault = _id_of(values, name, row)
    fail = partial(failed, row, article)
    if fault:
        return fail(fault, name)
    column = next((one for one in (options.text, options.html) if one and values.get(one) is not None), "")
    if not column:
        wanted = options.text or options.html
        return fail(faults.input_column_missing(row, wanted, list(map(str, values))), wanted)
    facts, found = _facts_of(values, row, article)
    layers = {key: value for key, value in values.items() if isinstance(value, list)}
    given = InputArticle(*row, article, "", "", facts, layers)
    if column == options.html and isinstance(values[column], bytes):
        size = len(values[column])
        if size > options.most_bytes:
            return fail(faults.input_too_long(row, f"{size:,} bytes, more than {options.most_bytes:,}"), column)
        return InputRow(replace(given, html=values[column]), tuple(found))
    text, fault = _text_of(values[column], column, row, options)
    if fault:
        return fail(fault, column)
    made = replace(given, text=text) if column == options.text else replace(given, html=text)
    return InputRow(made, tuple(found))


def of_the_system(error: BaseException) -> bool:
    """Whether an error comes from the system, not from the file; it may go away, so the part is not done.

    >>> of_the_system(PermissionError(13, "Permission denied")), of_the_system(OSError("Not a gzipped file"))
    (True, False)
    """
    return isinstance(error, OSError) and error.errno is not None


def failed(row: tuple[str, int], article: str, finding: Finding, path: str = "") -> InputRow:
    """A row that gives no article."""
    return InputRow(None, (InputFinding.of(finding, row, article, path),))


def _id_of(values: Mapping[str, Any], name: str, row: tuple[str, int]) -> tuple[str, Finding | None]:
    given = values.get(name)
    if given is None:
        return "", faults.input_column_missing(row, name, list(map(str, values)))
    if isinstance(given, bool) or not isinstance(given, str | int):
        return "", faults.input_wrong_type(row, name, "text or a whole number", type(given).__name__)
    article = str(given)
    why = (
        "is empty" if not article.strip()
        else f"has more than {faults.MOST_ID:,} characters" if len(article) > faults.MOST_ID
        else "contains a character that cannot be printed" if not article.isprintable()
        else "begins or ends with white space" if article != article.strip()
        else ""
    )  # fmt: skip
    return ("", faults.input_id_unusable(row, article[:60], why)) if why else (article, None)


def _text_of(given: Any, name: str, row: tuple[str, int], options: Options) -> tuple[str, Finding | None]:
    if isinstance(given, bytes):
        try:
            given = given.decode("utf-8")
        except UnicodeDecodeError as error:
            return "", faults.input_not_utf8(row, given[error.start], error.start)
    if not isinstance(given, str):
        return "", faults.input_wrong_type(row, name, "text", type(given).__name__)
    return given, _fault_of(given, row, options)


def _fault_of(text: str, row: tuple[str, int], options: Options) -> Finding | None:
    """The reason why a text cannot be processed, if there is one."""
    try:
        size = len(text) if text.isascii() else len(text.encode())
    except UnicodeEncodeError as error:
        why = f"half of a surrogate pair (U+{ord(text[error.start]):04X}) at character {error.start:,}"
        return faults.input_not_text(row, why)
    if size > options.most_bytes:
        return faults.input_too_long(row, f"{size:,} bytes, more than {options.most_bytes:,}")
    if (lines := text.count("\n") + 1) > options.most_lines:
        return faults.input_too_long(row, f"{lines:,} lines, more than {options.most_lines:,}")
    if "\0" in text:
        return faults.input_not_text(row, f"NUL at character {text.index(chr(0)):,}")
    return None if text.strip("\ufeff \t\r\n") else faults.input_empty(row)


def _facts_of(
    values: Mapping[str, Any], row: tuple[str, int], article: str
) -> tuple[dict[str, str], list[InputFinding]]:
    """The known facts of an article, and findings on values that the table of articles does not allow."""
    facts, found = dict[str, str](), list[InputFinding]()
    columns = resources.schema().tables["articles"]
    for name in FACTS:
        value = values.get(name)
        pattern = columns.column(name).pattern if name in columns.names else ""
        if value is None or (isinstance(value, str) and not value.strip()):
            continue
        if not isinstance(value, str):
            finding = faults.input_wrong_type(row, name, "text", type(value).__name__)
        elif not value.isprintable() or (pattern and not re.search(pattern, value)):
            finding = faults.input_wrong_type(row, name, pattern or "printable text", ascii(value[:60]))
        else:
            facts[name] = value
            continue
        found.append(InputFinding.of(finding, row, article, name))
    return facts, found
