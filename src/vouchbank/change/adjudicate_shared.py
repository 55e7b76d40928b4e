"""Adjudicate figures, claims and the registry: list every difference between the annotators as a row to complete.

The gold is written first, so a new row has the choice that the gold has, and lacks only the reason. Decisions are never
overwritten.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from vouchbank.change.adjudicate import Adjudicated, CannotAdjudicateError, names_in, with_annotators
from vouchbank.change.difference_rows import OPEN
from vouchbank.change.scaffold import guidelines_version
from vouchbank.checks.adjudicated import FEWEST_ANNOTATORS, unusable
from vouchbank.checks.adjudicated_shared import shared_adjudications, sharing
from vouchbank.compare.adjudication import OTHER, Trouble, undecided
from vouchbank.compare.annotators import GOLD, articles_of
from vouchbank.compare.registries import REGISTRY, registries
from vouchbank.compare.relations import relations, shared_adjudication, shared_digest, shared_troubles
from vouchbank.corpus import Corpus
from vouchbank.corpus.format import literal
from vouchbank.corpus.overlay import OverlayCorpus
from vouchbank.report.text import printable
from vouchbank.toml.reader import Document

MOST_TOLD = 5  # pairs or values of one difference
_HEAD = """\
# Every difference between the annotators in figures, claims and the registry has a row. Its choice is what the gold
# has: replace the three dots with a reason, or change both the gold and the choice. The comment after a choice lists
# what it may be: the annotator who is right, or other if the gold has a value of its own.
"""


def shared_adjudicated(corpus: Corpus, by: str = "", annotators: Sequence[str] = ()) -> Adjudicated:
    """The adjudication of figures, claims and the registry, with every difference listed.

    Args:
        corpus: The sources.
        by: The adjudicator.
        annotators: Whom to compare, if there is no adjudication; by default all who have figures or claims.

    Raises:
        CannotAdjudicateError: there are fewer than two annotators, or their files cannot be compared.
    """
    if fault := corpus.annotator_fault(by) if by else "":
        raise CannotAdjudicateError(f"{by!r} is not a valid annotator name: {fault}")
    document = shared_adjudication(corpus)
    names = _names(corpus, document, annotators)
    right = {name: shared_digest(corpus.raw(name)) for name in names}
    if not document.faults:
        document = with_annotators(document, right, by, _HEAD, guidelines_version(corpus))
    corpus = OverlayCorpus.over(corpus, {document.file: document.text.encode("utf-8")})
    if found := unusable(shared_adjudications(corpus)):
        said = f"{found[0].place}: {found[0].message}; run: vouchbank check"
        raise CannotAdjudicateError(printable(f"figures, claims and the registry cannot be compared: {said}"))
    troubles = [one for one in shared_troubles(corpus, names) if one.problem == "undecided"]
    rows = [_row(corpus, names, trouble) for trouble in troubles]
    text = "\n\n".join((document.text.rstrip("\n"), *rows))
    waiting = sum(map(undecided, document.values.get("difference", ())))
    return Adjudicated(
        {document.file: f"{text}\n".encode()}, names, added=len(rows), open=waiting + len(rows), finished=True
    )


def _names(corpus: Corpus, document: Document, chosen: Sequence[str]) -> list[str]:
    """The annotators to compare."""
    if listed := names_in(document, chosen):
        return listed
    having = sharing(corpus)
    names = sorted(set(chosen or having) & having.keys())
    if len(names) < FEWEST_ANNOTATORS or set(chosen) - having.keys():
        needed = f"{FEWEST_ANNOTATORS} annotators of adjudicated articles must have figures or claims"
        raise CannotAdjudicateError(f"{needed}; so far: {', '.join(having) or 'none'}")
    return names


def _row(corpus: Corpus, names: Sequence[str], trouble: Trouble) -> str:
    """The row of a difference, with comments that say what each annotator has."""
    lines = [*(f"# {printable(line)}" for line in _told(corpus, names, trouble.row)), f"[[{trouble.section}]]"]
    for key, value in trouble.row.items():
        beside = f"  # {', '.join([*names, OTHER])}" if key == "choice" else ""
        lines.append(f"{key} = {literal(value)}{beside}")
    return "\n".join([*lines, f"reason = {literal(OPEN)}"])


def _told(corpus: Corpus, names: Sequence[str], row: Mapping[str, Any]) -> Iterator[str]:
    """What each annotator has for the pairs or values of a row, and the gold for pairs."""
    works, read = {name: corpus.raw(name) for name in names}, articles_of(corpus, names)
    if row["layer"] == REGISTRY:
        raw = {name: own for name, own in works.items() if not own.shared[REGISTRY].document.missing}
        for name, held in registries(raw, corpus, read).items():
            for value in row["values"][:MOST_TOLD]:
                key, _, field = value.partition(".")
                yield f"{name}: {value} = {', '.join(map(literal, held.get((key, field), ()))) or '–'}"
        return
    for name, own in {**works, GOLD: corpus}.items():
        related = relations(own, row["layer"], read)
        for pair in row["pairs"][:MOST_TOLD]:
            said = related.get((min(pair), max(pair)), ())
            yield f"{name}: {', '.join(said) or f'{pair[0]} and {pair[1]} are not related'}"
