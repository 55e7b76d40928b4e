"""Unfinished work: annotations without an id, values and rows to complete.

These checks only count; unfinished work does not prevent other checks (see `vouchbank.corpus.records.to_write`).
"""

from __future__ import annotations

from vouchbank.checks.rule import Faults, rule
from vouchbank.checks.subjects import Judged, JudgedArticle, JudgedCorpus
from vouchbank.findings import Level


@rule(level=Level.SHAPE, joined=True)
def id_missing(article: JudgedArticle) -> Faults:
    """An annotation has no id yet.

    A new annotation may have a temporary id: the letters of its layer, `_` and any word (e_1, q_new). `vouchbank check
    --fix` replaces it with the next free number, also in references.
    """
    for file in article.source.files.values():
        for record in file.unnumbered:
            message = f"{record.name!r} in {record.paragraph} has no id yet"
            help_ = f"run: vouchbank check --fix, which assigns {article.free.next(record.table.prefix)}"
            yield article.source.fault(record, record.key_place(), message, help_)


@rule(level=Level.SHAPE, joined=True)
def value_to_write(judged: Judged) -> Faults:
    """A value is still a placeholder.

    "…", "TODO" and an empty text are placeholders. The rest of the annotation is judged as if the field were missing.
    Remove fields that have no value.
    """
    for path in judged.record.unwritten:
        field = ".".join(str(step) for step in path if isinstance(step, str))
        message = f"`{field}` of {judged.record.name} in {judged.record.paragraph} is still a placeholder"
        yield judged.fault(path, message, "write the value, or remove the field")


@rule(level=Level.CORPUS, joined=True)
def row_to_complete(corpus: JudgedCorpus) -> Faults:
    """A registry row, figure or claim is incomplete.

    "…", "TODO" and an empty text are placeholders, also in the note of a row that `vouchbank check --fix` started.
    Read that row: if its name and type are right, delete the line that begins with `note`.
    """
    for file in corpus.source.shared.values():
        for record in file.records:
            if waiting := record.unwritten:
                message = f"{record.name} is incomplete: `{waiting[0][0]}` is still a placeholder"
                read = "read the row; if its name and type are right, delete the line that begins with `note`"
                begun = waiting[0] == ("note",)
                yield record.fault(waiting[0], message, read if begun else "write the value, or remove the field")
