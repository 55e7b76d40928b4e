"""Checks: one small pure function is one rule. Its name is its slug, the first line of its docstring its message.

Example:
    >>> from vouchbank.checks import CHECKS
    >>> CHECKS["quote-not-found"].title
    'The quoted words are not in the paragraph.'
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from vouchbank.corpus import Article, Corpus
from vouchbank.corpus.ids import FreeIds, Retirement, article_of, retirement_of, shared_name
from vouchbank.corpus.records import Record
from vouchbank.findings import Finding, Place, Severity

if TYPE_CHECKING:
    from vouchbank.toml.reader import Fault


@dataclass(frozen=True)
class Ids:
    """What references may point to: the table of every annotation id and the keys of the corpus tables.

    Attributes:
        retired: What references must not point to any more.
        unread: The tables, each with its article, of files that cannot be read: what refers to them is not judged.
        shared: The tables whose keys stand in a file of the whole corpus.
        used: Gives the ids of an article that no new annotation may take.
    """

    tables: Mapping[str, frozenset[str]]
    retired: Mapping[str, Retirement] = field(default_factory=dict, compare=False)
    unread: frozenset[tuple[str, str]] = frozenset()
    shared: frozenset[str] = frozenset()
    used: Callable[[Article], Iterable[str]] = field(default=lambda article: article.used_ids, compare=False)

    def known(self, target: str, tables: tuple[str, ...]) -> bool:
        """Whether one of `tables` has a row of that id, or may have, since its file cannot be read."""
        if any(target in self.tables.get(table, ()) for table in tables):
            return True
        return any((table, "") in self.unread or (table, article_of(target)) in self.unread for table in tables)

    def retirement(self, target: str, tables: tuple[str, ...]) -> Retirement | None:
        """The entry that says why there is no such id any more."""
        names = (shared_name(table, target) if table in self.shared else target for table in tables)
        return next(filter(None, (retirement_of(name, self.retired) for name in names)), None)


@dataclass(frozen=True)
class Subject:
    """What a check of an article sees: the article, and the ids of the whole corpus."""

    article: Article
    ids: Ids

    @cached_property
    def records(self) -> tuple[Record, ...]:
        """All records of all layers, as written."""
        return tuple(r for file in self.article.files.values() for r in file.records)

    @cached_property
    def free(self) -> FreeIds:
        """The ids that are promised to new annotations, none of them twice."""
        return FreeIds(self.article.id, lambda: self.ids.used(self.article))


Rule = Callable[[Subject], Iterator[Finding]]
CorpusRule = Callable[[Corpus, Ids], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Check:
    """A rule with its slug, its level (1 bytes, 2 shape, 3 layer, 4 across layers, 5 corpus) and its words.

    Attributes:
        severity: `warning` for a matter of judgement. To promote such a rule is to take that word away. tolerated:
        Files that were not clean when the rule entered: there its findings are warnings, everywhere else they
            are errors, so that a file once clean does not fall back. A file leaves the list when it is clean.
    """

    slug: str
    level: int
    title: str
    explanation: str
    article: Rule | None = None
    corpus: CorpusRule | None = None
    severity: Severity = Severity.ERROR
    tolerated: tuple[str, ...] = ()

    def graded(self, finding: Finding) -> Finding:
        """A finding of this rule, no worse than the rule is there."""
        mild = self.severity is Severity.WARNING or finding.place.file in self.tolerated
        return replace(finding, severity=Severity.WARNING) if mild else finding


CHECKS: dict[str, Check] = {}


def article_check(
    level: int, severity: Severity = Severity.ERROR, tolerated: tuple[str, ...] = ()
) -> Callable[[Rule], Rule]:
    """Register a rule that looks at one article."""

    def register(rule: Rule) -> Rule:
        _add(rule, Check("", level, "", "", article=rule, severity=severity, tolerated=tolerated))
        return rule

    return register


def corpus_check(
    level: int, severity: Severity = Severity.ERROR, tolerated: tuple[str, ...] = ()
) -> Callable[[CorpusRule], CorpusRule]:
    """Register a rule that looks at what the articles share."""

    def register(rule: CorpusRule) -> CorpusRule:
        _add(rule, Check("", level, "", "", corpus=rule, severity=severity, tolerated=tolerated))
        return rule

    return register


def _add(rule: Callable[..., object], check: Check) -> None:
    slug = rule.__name__.replace("_", "-")
    title, _, explanation = (rule.__doc__ or "").partition("\n")
    if slug in CHECKS:
        raise ValueError(f"two checks share the slug {slug}")
    CHECKS[slug] = replace(check, slug=slug, title=title.strip(), explanation=explanation.strip())


def at_record(
    slug: str,
    record: Record,
    message: str,
    help_: str = "",
    place: Place | None = None,
    severity: Severity = Severity.ERROR,
) -> Finding:
    """A finding about a record, at the given place or at the record itself."""
    return Finding(
        slug,
        message,
        place or record.place(),
        help_,
        severity,
        article=record.article,
        paragraph=record.paragraph,
        annotation=record.id,
    )


def from_fault(fault: Fault, article: str = "") -> Finding:
    """A finding from what prevented the reading of a file."""
    return Finding(fault.slug, fault.message, fault.place, fault.help, article=article)
