"""What a mutant is, how sources are edited at a known place, and the list that operators enter themselves in.

A mutant is one source file of the corpus with one fault put in, and the lines where the gate should complain.

Example:
    >>> from vouchbank.toml.reader import read_toml
    >>> text = 'e6 = { q = "Reuters", type = "ORG" }'
    >>> place = read_toml(text.encode(), "e.toml").place("e6", "type")
    >>> replaced(text, place, '"GPE"')
    'e6 = { q = "Reuters", type = "GPE" }'
    >>> without_field(text, *fields_of(read_toml(text.encode(), "e.toml"), ("e6", "type")))
    'e6 = { q = "Reuters" }'
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any, Literal

from vouchbank.corpus import Article, Corpus
from vouchbank.corpus.records import Record
from vouchbank.corpus.resolve import Annotation, parts, place_of
from vouchbank.findings import Place
from vouchbank.schema import Column
from vouchbank.schema.source import is_fragment
from vouchbank.spans import Paragraph, Span
from vouchbank.toml.reader import Document, Path

Kind = Literal["structural", "plausible"]


@dataclass(frozen=True, slots=True)
class Mutant:
    """One fault.

    Attributes:
        operator: What made it.
        file: The file that is changed.
        data: Its bytes; None if it is deleted.
        lines: First and last line of the changed place, in the changed file; (0, 0) means anywhere in the file.
        paragraph: Of something deleted: its paragraph, the only place that is left of it.
        what: The change in words.
        folder: Whether a folder stands there instead of a file.
        also: Other right places, as file and line: a file that the change contradicts.
    """

    operator: str
    file: str
    data: bytes | None
    lines: tuple[int, int]
    what: str
    paragraph: str = ""
    folder: bool = False
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Operator:
    """A kind of fault: the function that makes it, and what is asked of the gate.

    Attributes:
        kind: `structural` breaks a rule that can be stated; `plausible` is wrong only for who reads the article.
        floor: The share of its mutants that must be caught.
        form: Whether the fault is one of form only, so that values stay and being out of canonical form is the finding.
        title: What it does, in words.
    """

    name: str
    make: Callable[[Sources, Random], Iterator[Mutant]]
    kind: Kind
    floor: float
    form: bool
    title: str


OPERATORS: dict[str, Operator] = {}


def operator(
    kind: Kind = "structural", floor: float | None = None, form: bool = False
) -> Callable[[Callable[..., Iterator[Mutant]]], Callable[..., Iterator[Mutant]]]:
    """Register an operator; its name is that of the function, its title the first line of the docstring."""

    def register(make: Callable[..., Iterator[Mutant]]) -> Callable[..., Iterator[Mutant]]:
        name = make.__name__.replace("_", "-")
        if name in OPERATORS:
            raise ValueError(f"two operators are called {name}")
        lowest = floor if floor is not None else 0.0 if kind == "plausible" else 1.0
        title = (make.__doc__ or "").partition("\n")[0]
        OPERATORS[name] = Operator(name, make, kind, lowest, form, title)
        return make

    return register


@dataclass(frozen=True, slots=True)
class Fragment:
    """A quote as it stands: its record, column, path in the record, words, where they point, and their paragraph."""

    record: Record
    column: Column
    path: Path
    value: Any
    span: Span
    paragraph: Paragraph

    @property
    def quote(self) -> str:
        """The words."""
        return parts(self.value, self.record.paragraph)[1]

    @property
    def quote_path(self) -> Path:
        """The path of the string that holds the words."""
        return (*self.path, "q") if isinstance(self.value, dict) and self.path != ("q",) else self.path

    @property
    def name(self) -> str:
        """Table and column: `entities.span`."""
        return f"{self.record.table.name}.{self.column.name}"


@dataclass
class Sources:
    """The corpus that is mutated, with what operators look for in it."""

    corpus: Corpus
    _fragments: list[Fragment] = field(default_factory=list)

    @property
    def articles(self) -> list[Article]:
        """All articles."""
        return list(self.corpus.articles)

    @property
    def records(self) -> list[Record]:
        """All records of all layers of all articles."""
        return [r for a in self.articles for file in a.files.values() for r in file.records]

    @property
    def annotations(self) -> list[tuple[Article, Annotation]]:
        """All annotations with their spans."""
        return [(a, x) for a in self.articles for layer in a.annotations.values() for x in layer]

    @property
    def shared(self) -> list[Record]:
        """All records of the registry, the figures and the claims."""
        return [r for file in self.corpus.shared.values() for r in file.records]

    @property
    def documents(self) -> list[Document]:
        """Every TOML file."""
        own = [d for a in self.articles for d in (a.seed.meta, *(f.document for f in a.files.values()))]
        return [*own, *(f.document for f in self.corpus.shared.values())]

    def of(self, *tables: str) -> list[Record]:
        """The records of some tables."""
        return [r for r in (*self.records, *self.shared) if r.table.name in tables]

    def fragments(self, *names: str) -> list[Fragment]:
        """All quotes, or those of some columns (`entities.span`)."""
        if not self._fragments:
            self._fragments = [f for a, x in self.annotations for f in _fragments(a, x.record)]
        return [f for f in self._fragments if not names or f.name in names]


def _fragments(article: Article, record: Record) -> Iterator[Fragment]:
    by_id = {p.id: p for p in article.paragraphs}
    for column in record.table.columns:
        if column.name == "span" and record.table.own_span:
            found: list[tuple[Path, Any]] = [(("q",), {k: v for k, v in record.values.items() if k in ("q", "n")})]
        elif column.span or column.spans:
            value = record.values.get(column.name)
            listed = enumerate(value) if isinstance(value, list) else ()
            found = [((column.name, i), v) for i, v in listed] or [((column.name,), value)]
        else:
            continue
        for path, value in found:
            if is_fragment(value):
                span = place_of(value, record.paragraph, by_id)
                if isinstance(span, Span):
                    yield Fragment(record, column, path, value, span, by_id[parts(value, record.paragraph)[0]])


def offset(text: str, line: int, column: int) -> int:
    """Where a line and column are in a text."""
    at = 0
    for _ in range(line - 1):
        at = text.index("\n", at) + 1
    return at + column - 1


def bounds(text: str, place: Place) -> tuple[int, int]:
    """Where a place begins and ends in a text."""
    return offset(text, place.line, place.column), offset(text, place.end_line, place.end_column)


def replaced(text: str, place: Place, new: str) -> str:
    """The text with other words at a place."""
    start, end = bounds(text, place)
    return text[:start] + new + text[end:]


def toml(value: Any) -> str:
    """A value as TOML: strings, numbers, booleans, lists, inline tables."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{k} = {toml(v)}" for k, v in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(toml(v) for v in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def fields_of(document: Document, path: Path) -> tuple[Place, Place]:
    """Where the key and the value of a field stand."""
    return document.keys[path], document.cells[path]


def without_field(text: str, key: Place, value: Place) -> str:
    """The text without one field, in a small table or on a line."""
    start, end = offset(text, key.line, key.column), bounds(text, value)[1]
    if text[:start].endswith("\n"):
        return text[:start] + text[text.index("\n", end) + 1 :]
    if text[end:].startswith(", "):
        return text[:start] + text[end + 2 :]
    return text[:start].rstrip(", ") + text[end:]


def with_field(record: Record, name: str, value: Any) -> tuple[str, int]:
    """The file with one more field in a record, and the line it stands in."""
    text, place = record.document.text, record.place()
    added = f"{name} = {toml(value)}"
    if record.path in record.document.cells:  # one line: { … }
        end = bounds(text, place)[1]
        return f"{text[: end - 2]}, {added}{text[end - 2 :]}", place.line
    last = max(p.end_line for path, p in record.document.cells.items() if path[: len(record.path)] == record.path)
    at = offset(text, last + 1, 1) if text.count("\n") >= last else len(text)
    return f"{text[:at]}{added}\n{text[at:]}", last + 1


def extent(record: Record) -> tuple[int, int]:
    """The first and last line of a record."""
    cells = [p for path, p in record.document.cells.items() if path[: len(record.path)] == record.path]
    return record.key_place().line, max([record.key_place().line, *(p.end_line for p in cells)])


def changed(name: str, record: Record, path: Path, new: Any, raw: str | None = None) -> Mutant:
    """A mutant that has another value at a path of a record."""
    place = record.document.cells[(*record.path, *path)]
    text = record.document.text
    start, end = bounds(text, place)
    written = toml(new) if raw is None else raw
    what = f"{record.id} {'.'.join(map(str, path))}: {text[start:end]} → {written}"
    lines = (place.line, place.line + written.count("\n"))
    return Mutant(name, place.file, replaced(text, place, written).encode(), lines, what)


def contradiction(mutant: Mutant, record: Record) -> Mutant:
    """The same mutant, rightly reported anywhere in its record: the fault lies between two of its fields."""
    first, last = extent(record)
    return replace(mutant, lines=(first, max(last, mutant.lines[1])))


def added(name: str, record: Record, key: str, value: Any) -> Mutant:
    """A mutant with one more field; if the field is there, with another value."""
    if key in record.values:
        return changed(name, record, (key,), value)
    text, line = with_field(record, key, value)
    first = extent(record)[0]
    return Mutant(name, record.document.file, text.encode(), (first, line), f"{record.id} + {key} = {toml(value)}")


def dropped(name: str, record: Record, *path: str | int) -> Mutant:
    """A mutant without one field; the right place is the record."""
    key, value = fields_of(record.document, (*record.path, *path))
    text = without_field(record.document.text, key, value)
    first, last = extent(record)
    what = f"{record.id} without {'.'.join(map(str, path))}"
    return Mutant(name, record.document.file, text.encode(), (first, last), what)


def removed(name: str, record: Record, what: str = "") -> Mutant:
    """A mutant without a record; all that is left of it is its paragraph."""
    text = _without_record(record)
    said = what or f"{record.id} deleted"
    return Mutant(name, record.document.file, text.encode(), (0, 0), said, paragraph=record.paragraph)


def _without_record(record: Record) -> str:
    lines = record.document.text.split("\n")
    first, last = extent(record)
    return "\n".join([*lines[: first - 1], *lines[last:]])


def block(record: Record) -> str:
    """The lines of a record."""
    first, last = extent(record)
    return "\n".join(record.document.text.split("\n")[first - 1 : last])


def inserted(name: str, document: Document, line: int, new: str, what: str) -> Mutant:
    """A mutant with lines put in after a line."""
    lines = document.text.split("\n")
    text = "\n".join([*lines[:line], *new.split("\n"), *lines[line:]])
    return Mutant(name, document.file, text.encode(), (line + 1, line + 1 + new.count("\n")), what)
