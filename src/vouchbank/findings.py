"""Findings: what is wrong, exactly where, and what to do next; and the checks that report them.

A rule or a reader reports what is wrong as a `Fault`; its check turns it into a `Finding`. A finding is plain data: it
holds all the text that is shown, so that nothing has to be looked up later. Lines and columns count from 1, columns in
Unicode code points; the end column is exclusive.

Example:
    >>> place = Place("annotations/004/entities.toml", 8, 12)
    >>> f = Finding("quote-not-found", "the words 'Reuter' are not in p3", place)
    >>> str(f)
    "annotations/004/entities.toml:8:12: error: the words 'Reuter' are not in p3 [quote-not-found]"
"""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from enum import Enum, StrEnum
from functools import wraps
from typing import Any, ParamSpec

from vouchbank.spans import Span

P = ParamSpec("P")


class Severity(StrEnum):
    """How bad a finding is, worst first: errors fail a run, warnings and notes do not. A note is a waived finding."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Level(Enum):
    """What the checks of a level ensure, cheap ones first.

    A record that fails a level is not checked by later ones, so that one fault gives one finding.
    """

    FILE = "every file can be read and is what its place and name require"
    SHAPE = "records have the form that schema/ requires and refer only to what exists"
    ANCHOR = "every quote has exactly one place in the text, and that place maps to the seed and back"
    RECORD = "each layer is consistent with itself and with the words it quotes"
    ARTICLE = "the layers of an article are consistent with each other"
    CORPUS = "the articles are consistent in what they share, and the adjudication explains the gold"
    FORM = "the annotation files are in canonical form"
    SOURCES = "the built tables contain exactly the rows that the sources produce"
    TABLES = "the built tables conform to schema/ and match their texts"
    ACROSS = "the built tables are consistent with each other, and computed values match their inputs"
    DIGESTS = "the digests match the built tables"
    INPUTS = "the input articles can be read, and their spans have a place in the clean text"

    @property
    def assures(self) -> str:
        """What is true when this level has no findings."""
        return str(self.value)

    @property
    def rank(self) -> int:
        """Its position in the order, from 1."""
        return list(Level).index(self) + 1

    @property
    def command(self) -> str:
        """The command that runs its checks."""
        bulk = self is Level.INPUTS
        return "vouchbank bulk" if bulk else f"vouchbank check{' --tables' * self.built}"

    @property
    def of_sources(self) -> bool:
        """Whether it is about the sources of a corpus."""
        return not self.built and self is not Level.INPUTS

    @property
    def built(self) -> bool:
        """Whether it is about the built tables, not about the sources."""
        return self in (Level.SOURCES, Level.TABLES, Level.ACROSS, Level.DIGESTS)


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A range in a source file."""

    file: str
    line: int = 1
    column: int = 1
    end_line: int = 0
    end_column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Edit:
    """The replacement of a range in a source file, from line and column to end line and end column, exclusive."""

    place: Place
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """How a finding can be fixed. A safe fix changes no meaning and can be applied without review."""

    title: str
    edits: tuple[Edit, ...]
    safe: bool = False


@dataclass(frozen=True, slots=True)
class Related:
    """Another place that concerns a finding, and what is there."""

    place: Place
    message: str


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The words of an article that a finding is about, with some context.

    Attributes:
        paragraph: The id of the paragraph.
        text: Part of the paragraph, with `…` where the paragraph continues.
        marks: The spans of the words within `text`.
        caption: What the words are: `000-e4`, `cue of 000-a1`.
    """

    paragraph: str
    text: str
    marks: tuple[Span, ...]
    caption: str


@dataclass(frozen=True, slots=True)
class Fault:
    """What a rule or a reader reports, before its check gives it a name.

    Attributes:
        paste: Lines to add to a file, as the help says.
    """

    message: str
    place: Place
    help: str = ""
    article: str = ""
    paragraph: str = ""
    annotation: str = ""
    excerpt: Excerpt | None = None
    related: tuple[Related, ...] = ()
    fix: Fix | None = None
    paste: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found: what is wrong, where, what to do, which record it concerns, and how to fix it.

    Attributes:
        paste: Lines to add to a file, as the help says.
        line: The text of the line where the place begins; empty if unknown.
        excerpt: The words of the article that the finding is about, if they have a place.
        waived: If the record waives the finding, which makes it a note, the reason; otherwise empty.
    """

    slug: str
    message: str
    place: Place
    help: str = ""
    severity: Severity = Severity.ERROR
    article: str = ""
    paragraph: str = ""
    annotation: str = ""
    related: tuple[Related, ...] = ()
    fix: Fix | None = None
    paste: tuple[str, ...] = ()
    line: str = ""
    excerpt: Excerpt | None = None
    waived: str = ""

    def __str__(self) -> str:
        return f"{self.place}: {self.severity}: {self.message} [{self.slug}]"


@dataclass(frozen=True, slots=True)
class Check:
    """A check: its name, its level, what it means, and the rule that implements it.

    Attributes:
        name: Lowercase words with hyphens, from the name of the function. Names are stable: they never change.
        title: One sentence: what is wrong.
        explanation: What that means and what to do.
        severity: `warning` for a matter of judgement.
        tolerated: Files that had findings when the check was introduced. There its findings are warnings, everywhere
            else errors. Remove a file from the list once it is clean.
        rule: The function that checks; None if a reader reports the fault.
        judges: The type that the rule takes.
        tables: The tables whose records it checks; if empty, all layers.
        whole: Whether it needs the whole corpus, and is skipped when only some articles are checked.
        waivable: Whether it judges language, so that a record may waive its findings.
        joined: Whether it only reports unfinished work. Its findings do not keep other checks from a record, and they
            are shown as one finding per file.
    """

    name: str
    level: Level
    title: str
    explanation: str
    severity: Severity = Severity.ERROR
    tolerated: tuple[str, ...] = ()
    rule: Callable[[Any], Iterable[Fault | Finding]] | None = None
    judges: type | None = None
    tables: tuple[str, ...] = ()
    whole: bool = False
    waivable: bool = False
    joined: bool = False

    def finding(self, fault: Fault | Finding) -> Finding:
        """Turn a fault, or a finding of another check, into a finding of this check."""
        mild = self.severity is Severity.WARNING or fault.place.file in self.tolerated
        severity = Severity.WARNING if mild else Severity.ERROR
        if isinstance(fault, Finding):
            return replace(fault, slug=self.name, severity=severity)
        said = {field.name: getattr(fault, field.name) for field in fields(fault)}
        return Finding(self.name, severity=severity, **said)


_DECLARED: dict[str, Check] = {}
CHECKS: Mapping[str, Check] = _DECLARED


def declare(function: Callable[..., Any], level: Level, **more: Any) -> Check:
    """Register the check that a function defines by its name and its docstring.

    Raises:
        ValueError: two functions define a check with the same name.
    """
    name = function.__name__.replace("_", "-")
    title, _, explanation = inspect.cleandoc(function.__doc__ or "").partition("\n")
    known = _DECLARED.get(name)
    if known is not None and known.title != title:
        raise ValueError(f"two checks share the name {name!r}")
    _DECLARED[name] = Check(name, level, title, explanation.strip(), **more)
    return _DECLARED[name]


def declared(level: Level, severity: Severity = Severity.ERROR) -> Callable[[Callable[P, Fault]], Callable[P, Finding]]:
    """Define a check that a reader reports: the function makes the fault, its docstring explains the check."""

    def decorate(function: Callable[P, Fault]) -> Callable[P, Finding]:
        check = declare(function, level, severity=severity)

        @wraps(function)
        def found(*args: P.args, **kwargs: P.kwargs) -> Finding:
            return check.finding(function(*args, **kwargs))

        return found

    return decorate


def in_reading_order(findings: Iterable[Finding]) -> list[Finding]:
    """Sorted by file, line, column, then name."""
    return sorted(findings, key=lambda f: (f.place, f.slug, f.message))


def joined(findings: Iterable[Finding]) -> list[Finding]:
    """Findings as they are shown: those of `joined` checks become one per file, at the first place, with a count."""
    first: dict[tuple[str, str, Severity], Finding] = {}
    found, counted = [], Counter[tuple[str, str, Severity]]()
    for finding in findings:
        group = (finding.slug, finding.place.file, finding.severity)
        if CHECKS[finding.slug].joined:
            counted[group] += 1
            if first.setdefault(group, finding) is not finding:
                continue
        found.append(finding)
    return [_counted(f, counted[f.slug, f.place.file, f.severity] - 1) for f in found]


def _counted(finding: Finding, more: int) -> Finding:
    return replace(finding, message=f"{finding.message}, and {more:,} more in this file") if more > 0 else finding


def errors(findings: Iterable[Finding]) -> list[Finding]:
    """The findings that fail a run."""
    return [f for f in findings if f.severity is Severity.ERROR]
