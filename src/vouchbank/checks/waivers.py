"""Waivers: a record may state, with a reason, that a check which interprets language is wrong about it.

`waive = { cue-too-long = "a proverb" }` turns that finding into a note. Only rules with `waivable=True` can be waived:
they interpret English and may be wrong. Checks of form, anchors, ids, references, files and adjudication cannot.

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
    """The waivers of the judged records, and which of them were needed."""

    def __init__(self, records: Iterable[Record] = ()) -> None:
        self._stated: dict[tuple[str, str], Record] = {}
        self._needed: set[tuple[str, str, str]] = set()
        self.add(records)

    def add(self, records: Iterable[Record]) -> None:
        """Add the waivers of more records."""
        self._stated.update({(record.document.file, record.id): record for record in records if record.waived})

    def heed(self, finding: Finding) -> Finding:
        """The finding; a note without a fix if its record waives it."""
        at = (finding.place.file, finding.annotation)
        reason = self._stated[at].waived.get(finding.slug, "") if at in self._stated else ""
        if not reason or not CHECKS[finding.slug].waivable:
            return finding
        self._needed.add((*at, finding.slug))
        return replace(finding, severity=Severity.NOTE, fix=None, waived=reason)

    def idle(self) -> list[Finding]:
        """A finding for each waiver that waived nothing."""
        stated = ((at, record, check) for at, record in self._stated.items() for check in record.waived)
        return [
            idle_waiver(record, check)
            for at, record, check in stated
            if check in waivable() and (*at, check) not in self._needed
        ]


def surely_idle(idle: Iterable[Finding], found: Iterable[Finding]) -> Iterator[Finding]:
    """The findings on idle waivers where there are no errors; broken records are not judged, so a waiver may be needed.

    Args:
        idle: The findings on idle waivers.
        found: All other findings of the run.
    """
    wrong = errors(found)
    unsure, shared = {f.article for f in wrong}, any(not f.article for f in wrong)
    return (f for f in idle if not shared and f.article not in unsure)


@rule(level=Level.SHAPE)
def unknown_waiver(held: JudgedArticle | JudgedCorpus) -> Faults:
    """A record waives a check that does not exist.

    A waiver names a check as `vouchbank check` prints it, in brackets: waive = { cue-too-long = "a proverb" }.
    """
    for record, name in _named(held):
        if name not in CHECKS:
            yield record.fault(record.key_place(WAIVE, name), f"no such check: {name!r}", closest(name, waivable()))


@rule(level=Level.SHAPE)
def waiver_not_allowed(held: JudgedArticle | JudgedCorpus) -> Faults:
    """A record waives a check that cannot be waived.

    Only checks that interpret language can be waived, because a program may misread words. Checks of form, anchors,
    ids, references, files and adjudication cannot. `vouchbank explain NAME` shows whether a check can be waived.
    """
    for record, name in _named(held):
        if name in CHECKS and not CHECKS[name].waivable:
            help_ = "remove the waiver, and fix what the check finds"
            yield record.fault(record.key_place(WAIVE, name), f"the check {name!r} cannot be waived", help_)


def _named(held: JudgedArticle | JudgedCorpus) -> Iterator[tuple[Record, str]]:
    """Every record with the name of each check that it waives."""
    return ((record, name) for record in held.records for name in record.waived)


@declared(Level.CORPUS)
def idle_waiver(record: Record, name: str) -> Fault:
    """A waiver waives nothing.

    The check has no finding on this record, so the waiver could only hide a future one. This check runs only if the
    article and the shared files have no errors.
    """
    message = f"the check {name!r} has no finding on this record"
    return record.fault(record.key_place(WAIVE, name), message, "remove the waiver")
