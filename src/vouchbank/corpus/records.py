r"""Annotation files as records: one per annotation, each knowing its table and its place in the file.

Reading is lenient and judges nothing: whatever is not a record is kept as a stray, for the checks to report.

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

At = str | Path | Place  # where something is wrong: a column, the path of a value, a place
_TO_WRITE = re.compile(r"(?:\s|…|\.\.\.)*(?:TODO\b.*)?\Z", re.DOTALL)


def to_write(value: Any) -> bool:
    """Whether a value only stands for one that is still to be written: `…`, `TODO` with any words, nothing.

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
    """A value as if what is still to be written were: words in a quote or a list, nothing in another field."""
    if isinstance(value, Mapping):
        kept = {name: held for name, held in value.items() if name == "q" or not to_write(held)}
        return {name: _filled(held) for name, held in kept.items()}
    if isinstance(value, list):
        return [_filled(held) for held in value]
    return "words" if to_write(value) else value


@dataclass(frozen=True, slots=True)
class Record:
    """One annotation as it stands in the source.

    Attributes:
        table: The table it becomes a row of.
        article: Its article; empty for the tables of the whole corpus.
        paragraph: Its section; empty for the tables of the whole corpus.
        name: Its key in the file: `e6`, or the key of a registry row.
        values: What is written, defaults not filled in.
        namesake: Whether another record of the file is still without an id under the same name.
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
        """Its id in the whole corpus; of what has none yet, a name that nothing else has."""
        own = f"{self.paragraph}.{self.name}" if self.namesake else self.name
        return f"{self.article}-{own}" if self.article else self.name

    @property
    def numbered(self) -> bool:
        """Whether it has its id, or, of what articles share, its key."""
        return not self.article or bool(LOCAL_ID.match(self.name))

    @property
    def unwritten(self) -> tuple[Path, ...]:
        """The paths of the values that are still to be written (see `to_write`)."""
        return tuple(_to_write(self.values))

    @property
    def filled(self) -> Any:
        """What is written, and words in the quotes and lists where a value is still to be written.

        Other fields that are still to be written are left out.
        """
        return _filled(self.values)

    @property
    def begun(self) -> bool:
        """Whether a value that every record of its table needs is still to be written."""
        needed = {"q", *(column.name for column in self.table.columns if column.written == "required")}
        return any(path[0] in needed for path in self.unwritten)

    @property
    def waived(self) -> Mapping[str, str]:
        """The checks whose findings it waives, each with the reason; without those that give none."""
        written = self.values.get(WAIVE)
        listed = written.items() if isinstance(written, Mapping) else ()
        return {name: reason for name, reason in listed if isinstance(reason, str) and reason.strip()}

    @property
    def path(self) -> Path:
        """Its path in the file."""
        return (self.paragraph, self.name) if self.paragraph else (self.name,)

    def place(self, *inside: str | int) -> Place:
        """Where it, or a value inside it, stands."""
        return self.document.place(*self.path, *inside)

    def key_place(self, *inside: str | int) -> Place:
        """Where its key, or a key inside it, stands."""
        return self.document.key_place(*self.path, *inside)

    @property
    def last_line(self) -> int:
        """The last line that it takes up in its file."""
        return self._last_line(self.path, self.values)

    def _last_line(self, path: Path, value: Any) -> int:
        if cell := self.document.cells.get(path):
            return cell.end_line
        inner = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
        return max((self._last_line((*path, step), held) for step, held in inner), default=0)

    def fault(self, at: At, message: str, help_: str = "", excerpt: Excerpt | None = None, **more: Any) -> Fault:
        """What is wrong with it.

        Args:
            at: Where: the name of a column, the path of a value, or a place; the record itself if empty.
            message: What is wrong.
            help_: What to do.
            excerpt: The words of the article that it is about.
            more: `fix`, `related` and `paste` of the fault.
        """
        path = (at,) if isinstance(at, str) and at else at
        place = path if isinstance(path, Place) else self.place(*("q" if s == "span" else s for s in path))
        return Fault(message, place, help_, self.article, self.paragraph, self.id, excerpt, **more)

    def full_id(self, reference: str) -> str:
        """A reference as written (`q3` or `004-q3`) as an id of the whole corpus."""
        own = self.article and (LOCAL_ID.match(reference) or WAITING_ID.match(reference))
        return f"{self.article}-{reference}" if own else reference

    def full_ids(self, name: str) -> list[str]:
        """The ids that a column of references names, in full; what is not text is left to the checks of shape."""
        written = self.values.get(name)
        listed = written if isinstance(written, list) else [written]
        return [self.full_id(one) for one in listed if isinstance(one, str) and not to_write(one)]


@dataclass(frozen=True, slots=True)
class LayerFile:
    """One file of annotations: its header, its records, and the paths of what is neither."""

    document: Document
    header: Mapping[str, Any]
    records: tuple[Record, ...]
    strays: tuple[Path, ...]

    def status(self) -> str:
        """The status its header gives; `missing` without a file, `draft` where it cannot be told."""
        if self.document.missing:
            return "missing"
        status = self.header.get("status")
        return status if isinstance(status, str) and status != "missing" else "draft"

    @property
    def fields(self) -> frozenset[str] | None:
        """The only fields that are annotated in it, if its header says so; else None."""
        fields = self.header.get("fields")
        return frozenset(map(str, fields)) if isinstance(fields, list) else None

    @property
    def draft(self) -> bool:
        """Whether its header says that it is a draft."""
        return self.header.get("status") == "draft"

    @property
    def unnumbered(self) -> list[Record]:
        """The records that have only the letters of their table as yet, in the order of the text."""
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
    """The records of `annotations/<file>.toml`, one per section, under what its table lets stand at the top."""
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
    """A value that may stand in the record or at the top of its file."""
    return record.values.get(name, file.header.get(name) if name in FILE_FIELDS else None)
