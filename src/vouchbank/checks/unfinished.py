"""What is still to be done: annotations without an id, values and rows that are still to be written.

These checks only count; what is unfinished keeps nothing else from being judged (`vouchbank.corpus.records.to_write`).
"""

from __future__ import annotations

from vouchbank.checks.rule import Faults, rule
from vouchbank.checks.subjects import Judged, JudgedArticle, JudgedCorpus
from vouchbank.findings import Level


@rule(level=Level.SHAPE, joined=True)
def id_missing(article: JudgedArticle) -> Faults:
    """An annotation has no id yet.

    Whoever writes an annotation may give it the letters of its layer with `_` and any word (e_1, q_new). `vouchbank
    check --fix` gives it the next free number, and lets what refers to it follow.
    """
    for file in article.source.files.values():
        for record in file.unnumbered:
            message = f"{record.name!r} in {record.paragraph} has no id yet"
            help_ = f"run: vouchbank check --fix, which calls it {article.free.next(record.table.prefix)}"
            yield article.source.fault(record, record.key_place(), message, help_)


@rule(level=Level.SHAPE, joined=True)
def value_to_write(judged: Judged) -> Faults:
    """A value is still to be written.

    "…", "TODO" and an empty text stand for a value. What else the annotation says is judged as if the field were not
    there; leave out fields that nothing fills.
    """
    for path in judged.record.unwritten:
        field = ".".join(str(step) for step in path if isinstance(step, str))
        message = f"`{field}` of {judged.record.name} in {judged.record.paragraph} is still to be written"
        yield judged.fault(path, message, "write it, or leave the field out")


@rule(level=Level.CORPUS, joined=True)
def row_to_complete(corpus: JudgedCorpus) -> Faults:
    """A row of the registry, a figure or a claim is still to be completed.

    "…", "TODO" and an empty text stand for a value, also in the note of a row that `vouchbank check --fix` has begun.
    Complete the row, and remove the note.
    """
    for file in corpus.source.shared.values():
        for record in file.records:
            if waiting := record.unwritten:
                message = f"{record.name} is still to be completed: `{waiting[0][0]}`"
                yield record.fault(waiting[0], message, "complete the row, and remove what stands for a value")
