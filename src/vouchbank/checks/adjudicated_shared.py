"""The adjudication of figures, claims and the registry: every difference between annotators is decided."""

from __future__ import annotations

from collections.abc import Iterator

from vouchbank.checks.adjudicated import (
    CHECK_OF,
    FEWEST_ANNOTATORS,
    HELP,
    difference_not_adjudicated,
    end,
    gold_not_explained,
    malformed_adjudication,
    missing_row,
    open_differences,
    raw_changed,
    raw_not_comparable,
    unlisted,
    unreadable_adjudication,
)
from vouchbank.checks.shape import Held, shape_findings, validators
from vouchbank.compare.adjudication import OTHER, Trouble
from vouchbank.compare.annotators import listed_annotators
from vouchbank.compare.registries import REGISTRY
from vouchbank.compare.relations import SHARED, shared_adjudication, shared_annotators, shared_digest, shared_troubles
from vouchbank.corpus import Corpus
from vouchbank.corpus.corpus import RAW
from vouchbank.corpus.format import literal
from vouchbank.corpus.inventory import CORPUS
from vouchbank.findings import Fault, Finding, Place
from vouchbank.toml.reader import Document

COMPARED = (*SHARED, REGISTRY)
HEAD = ("guidelines", "by", "via", "fields")  # the header of an annotator's registry


def shared_adjudications(corpus: Corpus) -> Iterator[Finding]:
    """All findings on the raw figures, claims and registries and their adjudication."""
    broken = set[str]()
    for name in corpus.annotators:
        work = corpus.raw(name)
        # a file that cannot be read already has a finding
        broken |= {name for table in COMPARED if table in work.shared and work.shared[table].document.faults}
        for fault in _not_comparable(work):
            broken.add(name)
            yield raw_not_comparable("", fault.place, fault.message, f"restore it: git checkout -- {fault.place.file}")
    document = shared_adjudication(corpus)
    if document.missing:
        yield from _not_adjudicated(corpus, document, broken)
    unread = any(corpus.shared[table].document.faults for table in COMPARED if table in corpus.shared)
    if (
        document.missing
        or unread
        or not corpus.shared.keys() >= {*COMPARED}
        or any(True for _ in _not_comparable(corpus))
    ):
        return
    wrong = list(_malformed(corpus, document)) or [*_work(corpus, document, broken), *_gone(corpus, document)]
    yield from wrong
    names = shared_annotators(corpus)
    if wrong or broken & set(names):
        return
    found = list(shared_troubles(corpus, names))
    waiting = open_differences(document, "", sum(trouble.problem == "undecided" for trouble in found))
    if waiting is not None:
        yield difference_not_adjudicated(waiting)
    for trouble in (one for one in found if one.problem != "undecided"):
        yield CHECK_OF[trouble.problem](_from_trouble(document, trouble))


def _from_trouble(document: Document, trouble: Trouble) -> Fault:
    """The fault of a trouble, at its row or at the end of the file, with the row that would fix it."""
    if trouble.index >= 0:
        return Fault(trouble.text, document.place(trouble.section, trouble.index), HELP[trouble.problem])
    return Fault(trouble.text, end(document), f"add to the end of {document.file}:", paste=missing_row(trouble))


def _not_comparable(work: Corpus) -> Iterator[Finding | Fault]:
    """What prevents figures, claims and a registry from being compared: the first fault of each file."""
    known = validators(work.schema)
    for name, file in ((name, work.shared[name]) for name in COMPARED if name in work.shared):
        found: list[Finding | Fault] = []
        strays = [path for path in file.strays if name != REGISTRY or path[0] not in HEAD]
        found.extend(Fault(f"{path[0]!r} is not a record", file.document.key_place(*path)) for path in strays)
        check = known[f"{name} in part" if name == REGISTRY else name]
        for record in file.records:
            found += shape_findings(check, Held.record(record))
        yield from found[:1]


def _malformed(corpus: Corpus, document: Document) -> Iterator[Finding]:
    """What does not conform to schema/shared_adjudication.json or names an annotator who is not listed."""
    yield from (unreadable_adjudication("", fault) for fault in document.faults)
    check = validators(corpus.schema).get("shared_adjudication")
    if document.faults or check is None:
        return
    faults = list(shape_findings(check, Held.document(document, dict(document.values))))
    yield from (malformed_adjudication("", fault.place, fault.message, fault.help) for fault in faults)
    choices = [] if faults else [*document.values["annotators"], OTHER]
    for index in range(len(document.values.get("difference", ())) if choices else 0):
        open_ = str(document.value("difference", index, "choice")).strip("… ") == ""
        for message, help_, place in () if open_ else unlisted(document, choices, "difference", index, "choice"):
            yield malformed_adjudication("", place, message, help_)


def _work(corpus: Corpus, document: Document, broken: set[str]) -> Iterator[Finding]:
    """Faults of the listed raw annotations: missing, or different from their digest."""
    for name, stated in document.values["annotators"].items():
        folder = f"{RAW}/{name}"
        work = corpus.raw(name) if name in corpus.annotators else None
        gone = [f"{table}.toml" for table in SHARED if work is None or work.shared[table].document.missing]
        if work is None or gone:
            place, message = document.key_place("annotators", name), f"{folder}/{gone[0]} is missing"
            yield raw_not_comparable("", place, message, f"restore it: git checkout -- {folder}")
        elif name not in broken and stated != (right := shared_digest(work)):
            line = f"{name} = {literal(right)}"
            yield raw_changed("", document.place("annotators", name), f"the shared files in {folder}", folder, line)


def _not_adjudicated(corpus: Corpus, document: Document, broken: set[str]) -> Iterator[Finding]:
    """Figures and claims of annotators of adjudicated articles that are not adjudicated themselves."""
    having = {name: file for name, file in sharing(corpus).items() if name not in broken}
    if len(having) >= FEWEST_ANNOTATORS:
        message = f"{' and '.join(having)} have figures or claims, but {document.file} is missing"
        help_ = f"restore it, or run: vouchbank adjudicate {CORPUS}"
        yield malformed_adjudication("", Place(next(iter(having.values())), 1), message, help_)


def sharing(corpus: Corpus) -> dict[str, str]:
    """The annotators of adjudicated articles who have figures or claims, each with one of these files."""
    listed = {name for article in corpus.article_ids for name in listed_annotators(corpus, article)}
    works = {name: corpus.raw(name) for name in sorted(listed)}
    files = {n: [w.shared[t].document.file for t in SHARED if w.shared[t].records] for n, w in works.items()}
    return {name: found[0] for name, found in files.items() if found}


def _gone(corpus: Corpus, document: Document) -> Iterator[Finding]:
    """Files that annotators have but the gold does not."""
    works = [corpus.raw(name) for name in shared_annotators(corpus)]
    for name in COMPARED:
        file = corpus.shared[name].document
        if file.missing and any(work.shared[name].records for work in works):
            text = f"{file.file} is missing, but annotators have one"
            place = Place(document.file, max(1, document.text.count("\n")))
            yield gold_not_explained(Fault(text, place, f"restore it: git checkout -- {file.file}"))
