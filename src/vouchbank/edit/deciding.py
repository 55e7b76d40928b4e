"""Adjudication in the editor: show the differences side by side, and write each decision as a choice and a reason.

`vouchbank.change.adjudicate` adds the rows to `annotations/adjudication/<article>.toml` and carries out the decisions,
as for `vouchbank adjudicate`; the editor only shows the rows and fills them in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vouchbank.change.adjudicate import adjudicated
from vouchbank.change.difference_rows import DifferenceRows
from vouchbank.compare.adjudication import DROP, KEEP, OTHER, undecided, with_rows
from vouchbank.compare.annotators import GOLD, adjudication, article_by
from vouchbank.compare.pairs import Aligned, Match
from vouchbank.corpus import Article, Corpus
from vouchbank.corpus.format import literal
from vouchbank.corpus.ids import NOBODY
from vouchbank.corpus.records import to_write
from vouchbank.edit.operations import CannotDoError, OperationResult, perform
from vouchbank.report.text import plural
from vouchbank.toml.reader import Document, read_toml


@dataclass(frozen=True)
class Compare:
    """List the differences between the annotators of an article, and carry out the decisions.

    Attributes:
        by: The adjudicator; may be empty.
    """

    by: str = ""


@dataclass(frozen=True)
class Decide:
    """The decision on one difference, by its number in the file."""

    row: int
    choice: str
    reason: str


@perform.register
def _(compare: Compare, corpus: Corpus, article: Article) -> OperationResult:
    done = adjudicated(corpus, article.id, compare.by)
    changed = [*done.gold.added, *done.gold.changed, *done.gold.removed]
    what = f"added {plural(done.added, 'difference')}" if done.added else "compared the annotators"
    also = f" and carried out decisions on {plural(len(changed), 'record')}" if changed else ""
    return OperationResult(dict(done.files), what + also)


@perform.register
def _(decide: Decide, corpus: Corpus, article: Article) -> OperationResult:
    document = adjudication(corpus, article.id)
    rows = document.values.get("difference", ())
    if document.faults or not 0 <= decide.row < len(rows):
        raise CannotDoError("This difference is no longer in the file")
    lines = document.text.split("\n")
    for name, value in (("choice", decide.choice), ("reason", decide.reason)):
        cell = document.cells.get(("difference", decide.row, name))
        if cell is None or cell.line != cell.end_line:
            raise CannotDoError(f"The {name} of this difference spans several lines; edit it in the file")
        line = lines[cell.line - 1]
        written = literal(value.replace("\n", " ").strip() or "…")
        lines[cell.line - 1] = line[: cell.column - 1] + written + line[cell.end_column - 1 :]
    data = "\n".join(lines).encode("utf-8")
    if read_toml(data, document.file).faults:
        raise CannotDoError("The reason contains characters that cannot be saved")
    return OperationResult({document.file: data}, f"decided difference {decide.row + 1}")


def differences_view(corpus: Corpus, article_id: str) -> dict[str, Any]:
    """The adjudication of an article for the browser.

    Returns:
        `file`, `by` (the adjudicator), `names` (the annotators compared), `rows`, and `open`, the number of undecided
        rows. A row has its number, its layer, its field (empty: the annotation as a whole), its choices, its choice and
        reason (empty until they are decided), its notes (findings on a value, the guidelines), and for each annotator
        (`sides`) the words, their spans and the value.
    """
    document = adjudication(corpus, article_id)
    listed = document.value("annotators")
    names = sorted(map(str, listed)) if isinstance(listed, dict) else []
    stated = document.value("by")
    by = stated if isinstance(stated, str) and stated != NOBODY else ""
    if document.missing or document.faults or not names:
        waiting = [n for n in corpus.annotators if _has_work(corpus, n, article_id)]
        return {"file": document.file, "by": by, "names": [], "rows": [], "open": 0, "annotators": waiting}
    aligned = Aligned(
        {**{name: article_by(corpus, name, article_id) for name in names}, GOLD: corpus.article(article_id)}
    )
    rows = document.values.get("difference", ())
    writer = DifferenceRows.of(corpus, article_id, names)
    found = {i: (match, name) for match, name, i in with_rows(aligned.matches, rows, names) if i >= 0}
    shown = [_row(document, i, rows[i], *found[i], writer) for i in sorted(found)]
    return {
        "file": document.file,
        "by": by,
        "names": names,
        "rows": shown,
        "open": sum(map(undecided, rows)),
        "annotators": names,
    }


def _has_work(corpus: Corpus, name: str, article_id: str) -> bool:
    return not all(file.document.missing for file in corpus.raw(name).article(article_id).files.values())


def _row(
    document: Document, index: int, row: Mapping[str, Any], match: Match, name: str, writer: DifferenceRows
) -> dict[str, Any]:
    names = writer.names
    choices = [n for n in names if n in match.having(names, name)] + [OTHER] if name else [KEEP, DROP]
    said = {key: "" if to_write(row.get(key, "")) else row.get(key, "") for key in ("choice", "reason")}
    sides = {held: _side(match, held, name) for held in (*names, GOLD) if held in match.members}
    return {
        "row": index,
        "line": document.place("difference", index).line,
        "layer": match.layer,
        "field": name,
        "choices": choices,
        **said,
        "notes": [line for line in writer.notes(match, name) if not line.startswith(tuple(f"{n}: " for n in names))],
        "sides": sides,
    }


def _side(match: Match, annotator: str, name: str) -> dict[str, Any]:
    annotation = match.members[annotator]
    table = annotation.record.table
    column = table.column(name) if name else None
    words = [name] if column and (column.span or column.spans) else list(table.anchor)
    spans = sorted({span for n in words for span in annotation.spans.get(n, ())})
    shown: Sequence[str] | str | None = None
    if column:
        value = match.shown(annotator, name)
        shown = value if isinstance(value, str) or value is None else literal(value)
    values = {k: v for k, v in annotation.record.values.items() if k not in ("q", "n")}
    return {"id": annotation.record.name, "spans": [list(s) for s in spans], "value": shown, "values": values}
