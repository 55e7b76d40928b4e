"""The undecided rows of an adjudication, with comments that show what each annotator has, in the words of the text.

An undecided value is `…`. Everything else is in comments, so to decide is to write two values: choice and reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from vouchbank.change.rulings import headings, ruling
from vouchbank.checks import CHECKS, Level, check
from vouchbank.compare.adjudication import DROP, KEEP, OTHER, decision
from vouchbank.compare.pairs import NOT_COMPARED, Match
from vouchbank.corpus import Article, Corpus
from vouchbank.corpus.excerpt import cut_out
from vouchbank.corpus.format import literal
from vouchbank.corpus.resolve import Annotation
from vouchbank.findings import Finding
from vouchbank.report.text import printable

OPEN = "…"
JUDGED = (Level.RECORD, Level.ARTICLE)  # levels whose findings are shown beside a value


@dataclass(frozen=True)
class DifferenceRows:
    """Writes the rows of an article's differences.

    Attributes:
        names: The annotators.
        rulings: For each layer and field, the heading of the guidelines that rules on it.
        findings: For each annotator, the findings on each of their annotations, by its id.
    """

    names: Sequence[str]
    rulings: Mapping[tuple[str, str], str]
    findings: Mapping[str, Mapping[str, Sequence[Finding]]] = field(default_factory=dict)

    @classmethod
    def of(cls, corpus: Corpus, article: str, names: Sequence[str]) -> DifferenceRows:
        """For the annotators of an article, with what the guidelines and the checks say."""
        pages = (corpus.read("annotations/GUIDELINES.md") or b"").decode("utf-8", "replace")
        return cls(names, headings(pages), {name: _findings(corpus.raw(name), article) for name in names})

    def row(self, match: Match, name: str, proposed: bool) -> str:
        """The row of a difference, with comments, as it is added to an adjudication.

        Args:
            match: The annotation.
            name: The field; empty for the annotation as a whole.
            proposed: Whether to fill in the choice that the gold has; otherwise the choice is left open.
        """
        wanted = decision(match, name, self.names)
        about = {key: literal(value) for key, value in wanted.items() if key != "choice"}
        choices = [n for n in self.names if n in match.having(self.names, name)] + [OTHER] if name else [KEEP, DROP]
        choice = wanted["choice"] if proposed else OPEN
        lines = [*(f"# {line}" for line in self.notes(match, name)), "[[difference]]"]
        lines += [f"{key} = {value}" for key, value in about.items()]
        lines += [f"choice = {literal(choice)}  # {', '.join(choices)}", f"reason = {literal(OPEN)}"]
        return "\n".join(lines) + "\n"

    def notes(self, match: Match, name: str) -> Iterator[str]:
        """The notes on a difference, line by line: each annotator's value, findings on it, the guidelines."""
        whole = match.whole(self.names)
        for annotator in self.names:
            if annotator in match.members and (not name or name in match.values[annotator]):
                yield printable(f"{annotator}: {_reading(match, annotator, name)}")
            elif annotator in whole and not name:
                yield f"{annotator}: –"
        for annotator in self.names:
            for finding in self._against(match, annotator, name):
                yield printable(f"finding on {annotator} [{finding.slug}]: {finding.message}")
        if found := ruling(self.rulings, match.layer, name):
            yield printable(f"see GUIDELINES.md: {found}")

    def _against(self, match: Match, annotator: str, name: str) -> Iterator[Finding]:
        """The findings on an annotator's value of a field; without a field, on the whole annotation."""
        if annotator in match.members:
            record = match.members[annotator].record
            key = "q" if name == "span" and record.table.own_span else name
            for finding in self.findings.get(annotator, {}).get(record.id, ()):
                if not name or (key in record.values and record.place(key) == finding.place):
                    yield finding


def _findings(work: Corpus, article: str) -> dict[str, list[Finding]]:
    found: dict[str, list[Finding]] = {}
    for finding in check(work, only=[article]):
        if finding.annotation and not finding.waived and CHECKS[finding.slug].level in JUDGED:
            found.setdefault(finding.annotation, []).append(finding)
    return found


def _reading(match: Match, annotator: str, name: str) -> str:
    """An annotator's value of a field, or the whole annotation, with its words in the text."""
    annotation, article = match.members[annotator], match.articles[annotator]
    column = annotation.record.table.column(name) if name else None
    if column and (column.span or column.spans):
        shown = ""
    elif column:
        shown = f"{name} = {_plain(match.shown(annotator, name))}  "
    else:
        passed = {"q", "n", *NOT_COMPARED, *(column.name for column in annotation.record.table.quoted)}
        plain = (f"{k} = {_plain(v)}" for k, v in annotation.record.values.items() if k not in passed)
        shown = "".join(f"{one}  " for one in plain)
    return f"{shown}{_in_context(article, annotation, name if column and not shown else '')}"


def _plain(value: Any) -> str:
    return "–" if value is None or value == [] else literal(value).replace("\n", " ")


def _in_context(article: Article, annotation: Annotation, name: str) -> str:
    """The words of a column, or by default of the anchor, in brackets in their paragraph."""
    names = [name] if name else list(annotation.record.table.anchor)
    spans = [span for column in names for span in annotation.spans.get(column, ())]
    paragraph = article.paragraph_at(spans[0]) if spans else None
    if paragraph is None:
        return "–"
    piece = cut_out(paragraph, [span for span in spans if paragraph.span.contains(span)], "")
    text = piece.text
    edges = [(m.start, "[") for m in piece.marks] + [(m.end, "]") for m in piece.marks]
    for at, sign in sorted(edges, key=lambda edge: (edge[0], edge[1] == "["), reverse=True):
        text = f"{text[:at]}{sign}{text[at:]}"
    return f"{paragraph.id}: {text}"
