"""The adjudication of figures and claims: what annotators differed in was decided, pair by pair."""

from __future__ import annotations

from collections.abc import Iterator

from vouchbank.checks.adjudicated import (
    CHECK_OF,
    HELP,
    end,
    malformed_adjudication,
    missing_row,
    raw_changed,
    raw_not_comparable,
    unlisted,
    unreadable_adjudication,
)
from vouchbank.checks.shape import Held, shape_findings, validators
from vouchbank.compare.adjudication import OTHER, Trouble
from vouchbank.compare.relations import SHARED, shared_adjudication, shared_digest, shared_hands, shared_troubles
from vouchbank.corpus import Corpus
from vouchbank.corpus.corpus import RAW
from vouchbank.corpus.format import literal
from vouchbank.findings import Fault, Finding
from vouchbank.toml.reader import Document


def shared_adjudications(corpus: Corpus) -> Iterator[Finding]:
    """Everything that is wrong with the raw figures and claims, and with their adjudication."""
    broken = set[str]()
    for name in corpus.annotators:
        work = corpus.raw(name)
        # a file that cannot be read has its finding
        broken |= {name for table in SHARED if table in work.shared and work.shared[table].document.faults}
        for fault in _not_comparable(work):
            broken.add(name)
            yield raw_not_comparable("", fault.place, fault.message, f"restore it: git checkout -- {fault.place.file}")
    document = shared_adjudication(corpus)
    unread = any(corpus.shared[table].document.faults for table in SHARED if table in corpus.shared)
    if (
        document.missing
        or unread
        or not corpus.shared.keys() >= {*SHARED}
        or any(True for _ in _not_comparable(corpus))
    ):
        return
    wrong = list(_malformed(corpus, document)) or list(_work(corpus, document, broken))
    yield from wrong
    names = shared_hands(corpus)
    if wrong or broken & set(names):
        return
    for trouble in shared_troubles(corpus, names):
        yield CHECK_OF[trouble.problem](_from_trouble(document, trouble))


def _from_trouble(document: Document, trouble: Trouble) -> Fault:
    """A trouble, at its row, or at the end with the row that would end it."""
    if trouble.index >= 0:
        return Fault(trouble.text, document.place(trouble.section, trouble.index), HELP[trouble.problem])
    return Fault(trouble.text, end(document), f"add to the end of {document.file}:", paste=missing_row(trouble))


def _not_comparable(work: Corpus) -> Iterator[Finding | Fault]:
    """What keeps figures and claims from being compared, the first thing of each file."""
    known = validators(work.schema)
    for file in (work.shared[name] for name in SHARED if name in work.shared):
        found: list[Finding | Fault] = []
        found.extend(Fault(f"{path[0]!r} is not a record", file.document.key_place(*path)) for path in file.strays)
        for record in file.records:
            found += shape_findings(known[record.table.name], Held.record(record))
        yield from found[:1]


def _malformed(corpus: Corpus, document: Document) -> Iterator[Finding]:
    """What does not have the form of schema/shared_adjudication.json, or names an annotator who is not listed."""
    yield from (unreadable_adjudication("", fault) for fault in document.faults)
    check = validators(corpus.schema).get("shared_adjudication")
    if document.faults or check is None:
        return
    faults = list(shape_findings(check, Held.document(document, dict(document.values))))
    yield from (malformed_adjudication("", fault.place, fault.message, fault.help) for fault in faults)
    choices = [] if faults else [*document.values["hands"], OTHER]
    for index in range(len(document.values.get("difference", ())) if choices else 0):
        for message, help_, place in unlisted(document, choices, "difference", index, "choice"):
            yield malformed_adjudication("", place, message, help_)


def _work(corpus: Corpus, document: Document, broken: set[str]) -> Iterator[Finding]:
    """What is wrong with the raw work that is listed: missing, or not as its digest says."""
    for name, stated in document.values["hands"].items():
        folder = f"{RAW}/{name}"
        work = corpus.raw(name) if name in corpus.annotators else None
        gone = [f"{table}.toml" for table in SHARED if work is None or work.shared[table].document.missing]
        if work is None or gone:
            place, message = document.key_place("hands", name), f"there is no {folder}/{gone[0]}"
            yield raw_not_comparable("", place, message, f"restore it: git checkout -- {folder}")
        elif name not in broken and stated != (right := shared_digest(work)):
            line = f"{name} = {literal(right)}"
            yield raw_changed("", document.place("hands", name), f"what {folder} shares", folder, line)
