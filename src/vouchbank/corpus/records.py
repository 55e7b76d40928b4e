r"""The records of annotation files: one per annotation, with its table and its place in the file.

Reading reports no errors: whatever is not a record is listed as a stray, and the checks report it.

Example:
    >>> from vouchbank.toml.reader import read_toml
    >>> from vouchbank.schema import default_schema_folder, load_schema
    >>> document = read_toml(b'[p3]\ne6 = { q = "Reuters", type = "ORG" }\n', "entities.toml")
    >>> file = layer_file(document, load_schema(default_schema_folder()), "entities", "004")
    >>> file.records[0].id, file.records[0].table.name
    ('004-e6', 'entities')
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from vouchbank.corpus.ids import LOCAL_ID, PARAGRAPH, WAITING_ID
from vouchbank.findings import Excerpt, Fault, Place
from vouchbank.schema import Schema, Table
from vouchbank.schema.source import FILE_FIELDS, WAIVE
from vouchbank.toml.reader import NO_ID, Document
from vouchbank.toml.walk import Path

At = str | Path | Place  # where a fault is: a column, the path of a value, or a place
_TO_WRITE = re.compile(r"(?:\s|…|\.\.\.)*(?:TODO\b.*)?\Z", re.DOTALL)


def to_write(value: Any) -> bool:
    """Whether a value is a placeholder for one that is not yet written: `…`, `TODO` with any words, or empty.

    >>> to_write("…"), to_write("TODO: who?"), to_write(""), to_write("40"), to_write([])
    (True, True, True, False, False)
    """
    return isinstance(value, str) and bool(_TO_WRITE.match(value))


def _to_write(value: Any, path: Path = ()) -> Iterator[Path]:
    inner = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    for step, held in inner:
        yield from _to_write(held, (*path, step))
    if to_write(value):
        yield path


def _filled(value: Any) -> Any:
    """The value with placeholders replaced by words in quotes and lists, and removed from other fields."""
    if isinstance(value, Mapping):
        kept = {name: held for name, held in value.items() if name == "q" or not to_write(held)}
        return {name: _filled(held) for name, held in kept.items()}
    if isinstance(value, list):
        return [_filled(held) for held in value]
    return "words" if to_write(value) else value


@dataclass(frozen=True, slots=True)
class Record:
    """One annotation, as it is written in its file.

    Attributes:
        table: The table that it becomes a row of.
        article: Its article; empty in tables of the whole corpus.
        paragraph: Its section; empty in tables of the whole corpus.
        name: Its key in the file: `e6`, or the key of a registry row.
        values: The written values, without defaults.
        document: The file.
        namesake: Whether another record without an id has the same name in the file.
    """

    table: Table
    article: str
    paragraph: str
    name: str
    values: Mapping[str, Any]
    document: Document
    namesake: bool = False

    @property
    def id(self) -> str:
        """Its id in the corpus; a unique name if it has no id yet."""
        own = f"{self.paragraph}.{self.name}" if self.namesake else self.name
        return f"{self.article}-{own}" if self.article else self.name

    @property
    def numbered(self) -> bool:
        """Whether it has an id, or a key in the tables of the whole corpus."""
        return not self.article or bool(LOCAL_ID.match(self.name))

    @property
    def unwritten(self) -> tuple[Path, ...]:
        """The paths of the values that are not yet written (see `to_write`)."""
        return tuple(_to_write(self.values))

    @property
    def filled(self) -> Any:
        """The values with words in place of unwritten quotes and list items; other unwritten fields are left out."""
        return _filled(self.values)

    @property
    def begun(self) -> bool:
        """Whether a required value is not yet written."""
        needed = {"q", *(column.name for column in self.table.columns if column.written == "required")}
        return any(path[0] in needed for path in self.unwritten)

    @property
    def waived(self) -> Mapping[str, str]:
        """The checks whose findings it waives, each with the reason; waivers without a reason are left out."""
        written = self.values.get(WAIVE)
        listed = written.items() if isinstance(written, Mapping) else ()
        return {name: reason for name, reason in listed if isinstance(reason, str) and reason.strip()}

    @property
    def path(self) -> Path:
        """Its path in the file."""
        return (self.paragraph, self.name) if self.paragraph else (self.name,)

    def place(self, *inside: str | int) -> Place:
        """The place of the record, or of a value inside it."""
        return self.document.place(*self.path, *inside)

    def key_place(self, *inside: str | int) -> Place:
        """The place of its key, or of a key inside it."""
        return self.document.key_place(*self.path, *inside)

    @property
    def last_line(self) -> int:
        """Its last line in the file."""
        return self._last_line(self.path, self.values)

    def _last_line(self, path: Path, value: Any) -> int:
        if cell := self.document.cells.get(path):
            return cell.end_line
        inner = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
        return max((self._last_line((*path, step), held) for step, held in inner), default=0)

    def fault(self, at: At, message: str, help_: str = "", excerpt: Excerpt | None = None, **more: Any) -> Fault:
        """A fault of this record.

        Args:
            at: Where it is: the name of a column, the path of a value, or a place; empty for the record itself.
            message: What is wrong.
            help_: What to do.
            excerpt: The words of the article that the fault is about.
            more: `fix`, `related` and `paste` of the fault.
        """
        path = (at,) if isinstance(at, str) and at else at
        place = path if isinstance(path, Place) else self.place(*("q" if s == "span" else s for s in path))
        return Fault(message, place, help_, self.article, self.paragraph, self.id, excerpt, **more)

    def full_id(self, reference: str) -> str:
        """The full id of a reference, which may be short: `004-q3` for `q3`."""
        own = self.article and (LOCAL_ID.match(reference) or WAITING_ID.match(reference))
        return f"{self.article}-{reference}" if own else reference

    def full_ids(self, name: str) -> list[str]:
        """The full ids in a column of references; values that are not text are ignored."""
        written = self.values.get(name)
        listed = written if isinstance(written, list) else [written]
        return [self.full_id(one) for one in listed if isinstance(one, str) and not to_write(one)]


@dataclass(frozen=True, slots=True)
class LayerFile:
    """An annotation file: its header, its records, and the paths of anything else (`strays`)."""

    document: Document
    header: Mapping[str, Any]
    records: tuple[Record, ...]
    strays: tuple[Path, ...]

    def status(self) -> str:
        """The status in the header; `missing` without a file, `draft` if the header has no valid status."""
        if self.document.missing:
            return "missing"
        status = self.header.get("status")
        return status if isinstance(status, str) and status != "missing" else "draft"

    @property
    def fields(self) -> frozenset[str] | None:
        """The only fields that are annotated in it, if the header lists them; else None."""
        fields = self.header.get("fields")
        return frozenset(map(str, fields)) if isinstance(fields, list) else None

    @property
    def draft(self) -> bool:
        """Whether the header says that the file is a draft."""
        return self.header.get("status") == "draft"

    @property
    def unnumbered(self) -> list[Record]:
        """The records without an id, in the order of their paragraphs."""
        waiting = (record for record in self.records if not record.numbered)
        return sorted(waiting, key=lambda record: int(record.paragraph[1:]))


def layer_file(document: Document, schema: Schema, file: str, article: str) -> LayerFile:
    """The records of `annotations/<article>/<file>.toml`."""
    header: dict[str, Any] = {}
    records: list[Record] = []
    strays: list[Path] = []
    names = Counter(name for held in document.values.values() if isinstance(held, dict) for name in held)
    for key, value in document.values.items():
        if PARAGRAPH.match(key) and isinstance(value, dict):
            for name, inner in value.items():
                match = LOCAL_ID.match(name) or NO_ID.match(name)
                table = schema.by_prefix(file, match[1]) if match else None
                if table and isinstance(inner, dict):
                    twice = names[name] > 1 and not LOCAL_ID.match(name)
                    records.append(Record(table, article, key, name, inner, document, twice))
                else:
                    strays.append((key, name))
        elif isinstance(value, dict):
            strays.append((key,))
        else:
            header[key] = value
    return LayerFile(document, header, tuple(records), tuple(strays))


def corpus_file(document: Document, table: Table) -> LayerFile:
    """The records of `annotations/<file>.toml`, one per section, and its header."""
    shared = {column.name for column in table.columns if column.written == "inherited"}
    header = {name: value for name, value in document.values.items() if name in shared and not isinstance(value, dict)}
    records = tuple(
        Record(table, "", "", name, inner, document)
        for name, inner in document.values.items()
        if isinstance(inner, dict)
    )
    strays = tuple((n,) for n, inner in document.values.items() if not isinstance(inner, dict) and n not in header)
    return LayerFile(document, header, records, strays)


def inherited(file: LayerFile, record: Record, name: str) -> Any:
    """The value of a field that can be in the record or at the top of its file."""
    return record.values.get(name, file.header.get(name) if name in FILE_FIELDS else None)
