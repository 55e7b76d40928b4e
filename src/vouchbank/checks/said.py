"""What a quantity says as a whole, and who says it: predicate and arguments, evidence of the status, keys of sources.

These rules came with guidelines 0.5: a file that names an older version is not held to what it could not know.
"""

from __future__ import annotations

from vouchbank.checks.rule import Faults, rule
from vouchbank.checks.subjects import Judged
from vouchbank.corpus.records import inherited
from vouchbank.findings import Fix, Level, Severity
from vouchbank.language.derived import DERIVED
from vouchbank.schema.model import newer
from vouchbank.spans import hull
from vouchbank.tables.rows import COMPUTED, as_computed
from vouchbank.tables.shared import NOTHING
from vouchbank.tables.statements import evidence, status
from vouchbank.toml.lines import without_key

CONTESTED = ("disputed", "unverified")


def _asked(judged: Judged) -> bool:
    """Whether the guidelines that an annotation follows know what 0.5 asks for."""
    file = judged.article.source.files[judged.record.table.file]
    return not newer("0.5", inherited(file, judged.record, "guidelines"))


@rule("quantities", level=Level.RECORD)
def predicate_in_number(quantity: Judged) -> Faults:
    """The predicate, an argument or the denominator has words of the number itself.

    A predicate stands outside modifier, number and unit. A verbal multiplier ("doubled") has none: the sum beside it
    takes that verb.
    """
    number = hull(quantity.spans["span"])
    for name in ("predicate", "arguments", "per"):
        for span in quantity.spans.get(name, ()):
            if number and span.overlaps(number):
                message = f"{span.of(quantity.article.text)!r} in `{name}` is part of the number"
                yield quantity.fault(name, message, "quote the words beside the number, or leave it out")


@rule("quantities", level=Level.RECORD)
def predicate_missing(quantity: Judged) -> Faults:
    """A quantity has no predicate, and no note says why.

    The predicate is the verb, or the event noun with its "of", that governs what is measured. Where nothing of the kind
    governs it, and of a verbal multiplier, the note says so.
    """
    if _asked(quantity) and not {"predicate", "note"} & quantity.record.values.keys():
        message = f"nothing says what is true of {quantity.words('number')!r}"
        yield quantity.fault("", message, "add predicate = …, or say in note why there is none")


@rule("quantities", level=Level.RECORD)
def since_without_date(quantity: Judged) -> Faults:
    """A number is counted from a date on, but the date is not given.

    "Since September" is as_of = "XXXX-09" and since = true.
    """
    if quantity.value("since") is True and "as_of" not in quantity.record.values:
        yield quantity.fault("since", "`since` says nothing without `as_of`", "add as_of = …, or leave since out")


@rule("quantities", level=Level.ARTICLE)
def measured_of_not_earlier(quantity: Judged) -> Faults:
    """What is measured is said in full by something that stands later, or is not said there in full either.

    measured_of names the earlier quantity of the same kind, else the mention, that says it in full.
    """
    own = quantity.spans["span"]
    for target in quantity.full_ids("measured_of"):
        other = quantity.article.by_id.get(target)
        first = other.annotation.first() if other else None
        if other is None or first is None or not own or other is quantity:
            continue
        if "measured_of" in other.record.values:
            message = f"{target} refers on to {other.full_ids('measured_of')[0]}"
            yield quantity.fault("measured_of", message, "name the one that says it in full")
        elif first.end > own[0].start:
            yield quantity.fault("measured_of", f"{target} does not stand before this number", "name an earlier one")


@rule("quantities", level=Level.ARTICLE)
def status_without_evidence(quantity: Judged) -> Faults:
    """A number is called disputed or unverified, but nothing says for whose sake.

    status_by names the attributions or quantities that contest it, status_words quotes the words where no annotation
    stands for them. Attributions that deny or doubt what the voucher says of the number are found automatically.
    """
    written, known = quantity.text("status"), quantity.article.source.known("attributions")
    if written in CONTESTED and known and _asked(quantity) and not _named(quantity) and not _found(quantity):
        help_ = 'add status_by = ["…"], or status_words = "…"'
        yield quantity.fault("status", f"nothing says why the number is {written}", help_)


@rule("quantities", level=Level.ARTICLE)
def status_contradicts_evidence(quantity: Judged) -> Faults:
    """The status of a number is not what its evidence says.

    The status follows from the evidence: an attribution that denies or doubts, or a quantity that disputes, makes a
    number disputed; all else that is named makes it unverified; disputed beats unverified. A number that is claimed or
    asserted has no evidence against it.
    """
    written = quantity.text("status")
    if written in ("claimed", "asserted") and (named := _named(quantity)):
        yield quantity.fault(named[0], f"the status is {written}, but there is `{named[0]}`", "leave one of them out")
    elif written == "unverified" and status(quantity.article.source, quantity.annotation, NOTHING) == "disputed":
        yield quantity.fault("status", "what is disputed is not only unverified", "leave status out")


def _named(quantity: Judged) -> list[str]:
    """The fields that name evidence."""
    return [name for name in ("status_by", "status_words") if quantity.record.values.get(name)]


def _found(quantity: Judged) -> set[str]:
    return evidence(quantity.article.source, quantity.annotation)


@rule("attributions", level=Level.ARTICLE)
def source_without_key(attribution: Judged) -> Faults:
    """A source has no key.

    Every source that is expressed is a row of the registry; only documents without a name have none. A pronoun takes
    the key of what it refers to. People and groups without a name have a row of their article, with named = false.
    """
    source, given = attribution.words("source"), attribution.record.values
    if not source or attribution.text("source_kind") == "document" or "source_key" in given or not _asked(attribution):
        return
    article = attribution.article
    made = COMPUTED["attributions", "source_key"](article.source, attribution.annotation, NOTHING)
    if article.source.known("entities") and not made:
        help_ = "add source_key = …, and, if it is new, its row in annotations/registry.toml:"
        paste = (f"[…-{article.id}]", "name = …", "named = false", f'article = "{article.id}"', "description = …")
        yield attribution.fault("source", f"the source {source!r} has no key", help_, paste=paste)


@rule("quantities", "attributions", level=Level.ARTICLE, severity=Severity.WARNING)
def value_as_computed(judged: Judged) -> Faults:
    """A value is written that would be computed, or that is the default (a warning).

    What can be derived is left out; it is written only where it departs.
    """
    if not _asked(judged):
        return
    # what the words of an amount settle may stand, and `check --fix` takes it out
    elsewhere = {*DERIVED, "vouched_by"}  # vouching-as-computed
    if judged.record.values.get("status") not in CONTESTED:
        elsewhere.add("status")  # status-by-hand
    for name in as_computed(judged.article.source, judged.annotation):
        if name in elsewhere:
            continue
        edit = without_key(judged.record.document, *judged.record.path, name)
        fix = Fix(f"leave {name} of {judged.id} out", (edit,), safe=True) if edit else None
        yield judged.fault(name, f"`{name}` is what it would be without it", "leave it out", fix=fix)
