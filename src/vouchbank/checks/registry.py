"""The old form of a rule, until every file has the new one (see rule.py)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from vouchbank.checks.ids import Ids
from vouchbank.corpus import Article
from vouchbank.corpus.records import Record
from vouchbank.findings import Finding, Level, Place, Severity, declare

LEVELS = {1: Level.FILE, 2: Level.SHAPE, 3: Level.RECORD, 4: Level.ARTICLE, 5: Level.CORPUS}


@dataclass(frozen=True)
class Subject:
    article: Article
    ids: Ids

    @property
    def records(self) -> tuple[Record, ...]:
        return tuple(r for file in self.article.files.values() for r in file.records)

    @property
    def free(self):
        from vouchbank.corpus.ids import FreeIds

        return FreeIds(self.article.id, lambda: self.ids.used(self.article))


class Old:
    pass


def article_check(level: int, severity: Severity = Severity.ERROR) -> Callable[[Any], Any]:
    def register(function: Any) -> Any:
        declare(function, LEVELS[level], severity=severity, rule=function, judges=Subject)
        return function

    return register


def corpus_check(level: int, severity: Severity = Severity.ERROR) -> Callable[[Any], Any]:
    def register(function: Any) -> Any:
        declare(function, LEVELS[level], severity=severity, rule=function, judges=Old)
        return function

    return register


def at_record(slug: str, record: Record, message: str, help_: str = "", place: Place | None = None) -> Finding:
    return Finding(
        slug,
        message,
        place or record.place(),
        help_,
        article=record.article,
        paragraph=record.paragraph,
        annotation=record.id,
    )


def from_fault(fault: Finding, article: str = "") -> Iterator[Finding]:
    from dataclasses import replace

    return replace(fault, article=article)
