"""Findings: what is wrong, exactly where, and what to do next; and the checks that find it.

A rule or a reader says what is wrong as a `Fault`; the check it belongs to makes a `Finding` of it. A finding is plain
data: it holds every word that a rendering shows, so that nobody looks anything up again. Lines and columns count from
1, columns in Unicode code points; the end column is exclusive.

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
    """How bad a finding is, the worst first: errors fail a run, warnings and notes do not; a note is waived."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Level(Enum):
    """What the checks of a level make sure of, cheap ones first.

    A record that fails a level is not judged by later ones, so that one fault gives one finding.
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
        """What holds after this level has no findings."""
        return str(self.value)

    @property
    def rank(self) -> int:
        """Its place in the order, from 1."""
        return list(Level).index(self) + 1

    @property
    def command(self) -> str:
        """The command that judges it."""
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
    """A stretch of a source file."""

    file: str
    line: int = 1
    column: int = 1
    end_line: int = 0
    end_column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Edit:
    """A replacement of one stretch of a source file: from line and column up to end line and end column, exclusive."""

    place: Place
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """How a finding can be fixed. Safe: it changes no meaning, so it may be applied unread."""

    title: str
    edits: tuple[Edit, ...]
    safe: bool = False


@dataclass(frozen=True, slots=True)
class Related:
    """Another place that has to do with a finding, and what it is."""

    place: Place
    message: str


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The words of an article that a finding is about, with some of the paragraph around them.

    Attributes:
        paragraph: The id of the paragraph.
        text: The piece, with `…` where the paragraph goes on.
        marks: The words meant, in code points of the piece.
        caption: What the words are: `000-e4`, `cue of 000-a1`.
    """

    paragraph: str
    text: str
    marks: tuple[Span, ...]
    caption: str


@dataclass(frozen=True, slots=True)
class Fault:
    """What a rule or a reader says is wrong, before its check gives it a name.

    Attributes:
        paste: Lines to put into a file, as the help says.
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
    """One fault with the name of its check: what is wrong, what to do, where, whose it is, and how to fix it.

    Attributes:
        paste: Lines to put into a file, as the help says.
        line: The line of the file in which the place begins; empty if it is not known.
        excerpt: The words of the article that it is about, if they have a place.
        waived: Why it is only a note, as the record says; else empty.
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
    """A check: what it is called, which level it belongs to, what it means, and the rule that looks for it.

    Attributes:
        name: Lower-case words with hyphens, made from the name of the function. A promise: it never changes.
        title: One sentence: what is wrong.
        explanation: What that means and what to do.
        severity: `warning` for a matter of judgement.
        tolerated: Files that were not clean when the check came: there its findings are warnings, everywhere else they
            are errors, so that a file once clean does not fall back. A file leaves the list when it is clean.
        rule: The function that judges; None where a reader meets the fault.
        judges: The type of what it judges.
        tables: The tables whose records it judges; none means all layers.
        whole: Whether it judges the whole corpus only, and nothing where some articles are checked.
        waivable: Whether it judges language, so that a record may waive what it finds.
        joined: Whether it only counts what is still to be done: it keeps no record from being judged by others, and
            whoever reads a run gets its findings joined to one a file.
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
        """The finding that this check makes of a fault, or of what another check has found."""
        mild = self.severity is Severity.WARNING or fault.place.file in self.tolerated
        severity = Severity.WARNING if mild else Severity.ERROR
        if isinstance(fault, Finding):
            return replace(fault, slug=self.name, severity=severity)
        said = {field.name: getattr(fault, field.name) for field in fields(fault)}
        return Finding(self.name, severity=severity, **said)


_DECLARED: dict[str, Check] = {}
CHECKS: Mapping[str, Check] = _DECLARED


def declare(function: Callable[..., Any], level: Level, **more: Any) -> Check:
    """The check that a function states by its name and its docstring, known from now on.

    Raises:
        ValueError: two functions state a check of one name.
    """
    name = function.__name__.replace("_", "-")
    title, _, explanation = inspect.cleandoc(function.__doc__ or "").partition("\n")
    known = _DECLARED.get(name)
    if known is not None and known.title != title:
        raise ValueError(f"two checks share the name {name}")
    _DECLARED[name] = Check(name, level, title, explanation.strip(), **more)
    return _DECLARED[name]


def declared(level: Level, severity: Severity = Severity.ERROR) -> Callable[[Callable[P, Fault]], Callable[P, Finding]]:
    """State a fault that a reader meets: the function says what is wrong, its docstring explains the check."""

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
    """Findings for a reader: of the checks that only count, one a file, at the first place and with their number."""
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
    """Only those that fail a run."""
    return [f for f in findings if f.severity is Severity.ERROR]
