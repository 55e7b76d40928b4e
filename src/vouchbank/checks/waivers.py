"""Waivers: a record may say, with a reason, that a check which judges language is wrong about it.

`waive = { cue-too-long = "a proverb" }` turns that one finding into a note. Only a rule that is stated with
`waivable=True` can be waived: one that reads English, and may misread it. Form, anchors, ids, references, files and
adjudication cannot.

Example:
    >>> sorted(waivable())[:2]
    ['certainty-contradicts-cue', 'content-without-that']
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from vouchbank.checks.rule import Faults, rule
from vouchbank.checks.subjects import JudgedArticle, JudgedCorpus
from vouchbank.corpus.records import Record
from vouchbank.findings import CHECKS, Fault, Finding, Level, Severity, declared, errors
from vouchbank.hints import closest
from vouchbank.schema.source import WAIVE


def waivable() -> list[str]:
    """The names of the checks that can be waived."""
    return [check.name for check in CHECKS.values() if check.waivable]


class Waivers:
    """The waivers of the records that are judged, and which of them have been needed."""

    def __init__(self, records: Iterable[Record] = ()) -> None:
        self._stated: dict[tuple[str, str], Record] = {}
        self._needed: set[tuple[str, str, str]] = set()
        self.add(records)

    def add(self, records: Iterable[Record]) -> None:
        """Heed what these records waive, too."""
        self._stated.update({(record.document.file, record.id): record for record in records if record.waived})

    def heed(self, finding: Finding) -> Finding:
        """A finding, as a note without a fix if its record waives it."""
        at = (finding.place.file, finding.annotation)
        reason = self._stated[at].waived.get(finding.slug, "") if at in self._stated else ""
        if not reason or not CHECKS[finding.slug].waivable:
            return finding
        self._needed.add((*at, finding.slug))
        return replace(finding, severity=Severity.NOTE, fix=None, waived=reason)

    def idle(self) -> list[Finding]:
        """The waivers that have waived nothing."""
        stated = ((at, record, check) for at, record in self._stated.items() for check in record.waived)
        return [
            idle_waiver(record, check)
            for at, record, check in stated
            if check in waivable() and (*at, check) not in self._needed
        ]


def surely_idle(idle: Iterable[Finding], found: Iterable[Finding]) -> Iterator[Finding]:
    """The idle waivers where there are no errors; with errors about nobody knows, since what is broken is not judged.

    Args:
        idle: The findings that a waiver waives nothing.
        found: All others of the run.
    """
    wrong = errors(found)
    unsure, shared = {f.article for f in wrong}, any(not f.article for f in wrong)
    return (f for f in idle if not shared and f.article not in unsure)


@rule(level=Level.SHAPE)
def unknown_waiver(held: JudgedArticle | JudgedCorpus) -> Faults:
    """A record waives a check that does not exist.

    A waiver names a check as `vouchbank check` prints it in brackets: waive = { cue-too-long = "a proverb" }.
    """
    for record, name in _named(held):
        if name not in CHECKS:
            yield record.fault(record.key_place(WAIVE, name), f"there is no check {name!r}", closest(name, waivable()))


@rule(level=Level.SHAPE)
def waiver_not_allowed(held: JudgedArticle | JudgedCorpus) -> Faults:
    """A record waives a check that cannot be waived.

    Only checks that judge language can be waived, since a program may misread words. Form, anchors, ids, references,
    files and adjudication are never a matter of reading. `vouchbank explain NAME` says whether a check can be waived.
    """
    for record, name in _named(held):
        if name in CHECKS and not CHECKS[name].waivable:
            help_ = "remove the waiver, and fix what the check finds"
            yield record.fault(record.key_place(WAIVE, name), f"{name} cannot be waived", help_)


def _named(held: JudgedArticle | JudgedCorpus) -> Iterator[tuple[Record, str]]:
    """Every record with the name of each check that it waives."""
    return ((record, name) for record in held.records for name in record.waived)


@declared(Level.CORPUS)
def idle_waiver(record: Record, name: str) -> Fault:
    """A waiver waives nothing.

    The check finds nothing wrong with the record, so the waiver would only hide what comes later. Judged only where the
    article, and what articles share, has no errors.
    """
    message = f"{name} finds nothing here that could be waived"
    return record.fault(record.key_place(WAIVE, name), message, "remove the waiver")
