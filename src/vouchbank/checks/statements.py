"""Rules of guidelines 0.5: predicates and arguments, evidence for the status, keys of sources.

Files that name an older version of the guidelines are not judged by the rules that were added in 0.5.
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
    """Whether an annotation follows guidelines 0.5 or newer."""
    file = judged.article.source.files[judged.record.table.file]
    return not newer("0.5", inherited(file, judged.record, "guidelines"))


@rule("quantities", level=Level.RECORD)
def predicate_in_number(quantity: Judged) -> Faults:
    """The predicate, an argument or the denominator overlaps the number.

    A predicate is outside modifier, number and unit. A verbal multiplier ("doubled") has no predicate: the verb is the
    predicate of the amount beside it.
    """
    number = hull(quantity.spans["span"])
    for name in ("predicate", "arguments", "per"):
        for span in quantity.spans.get(name, ()):
            if number and span.overlaps(number):
                message = f"{span.of(quantity.article.text)!r} in `{name}` is part of the number"
                yield quantity.fault(name, message, f"quote words beside the number, or remove `{name}`")


@rule("quantities", level=Level.RECORD)
def predicate_missing(quantity: Judged) -> Faults:
    """A quantity has no predicate, and no note explains why.

    The predicate is the verb, or the event noun with its "of", that governs what is measured. If there is none, or if
    the number is a verbal multiplier, explain this in a note.
    """
    if _asked(quantity) and not {"predicate", "note"} & quantity.record.values.keys():
        message = f"`predicate` is missing for {quantity.words('number')!r}"
        yield quantity.fault("", message, "add predicate = …, or explain in `note` why it has none")


@rule("quantities", level=Level.RECORD)
def since_without_date(quantity: Judged) -> Faults:
    """`since` is true, but the date is missing.

    For a number counted from a date on, `as_of` is that date: "since September" is as_of = "XXXX-09" and since = true.
    """
    if quantity.value("since") is True and "as_of" not in quantity.record.values:
        yield quantity.fault("since", "`since` is true, but `as_of` is missing", "add as_of = …, or remove `since`")


@rule("quantities", level=Level.ARTICLE)
def measured_of_not_earlier(quantity: Judged) -> Faults:
    """`measured_of` names an annotation that comes later, or that itself refers to another.

    `measured_of` names the earlier quantity of the same kind, or else the mention, that states in full what is
    measured.
    """
    own = quantity.spans["span"]
    for target in quantity.full_ids("measured_of"):
        other = quantity.article.by_id.get(target)
        first = other.annotation.first() if other else None
        if other is None or first is None or not own or other is quantity:
            continue
        if "measured_of" in other.record.values:
            message = f"{target} itself refers to {other.full_ids('measured_of')[0]}"
            yield quantity.fault("measured_of", message, "name the annotation that states it in full")
        elif first.end > own[0].start:
            yield quantity.fault(
                "measured_of", f"{target} does not come before this number", "name an earlier annotation"
            )


@rule("quantities", level=Level.ARTICLE)
def status_without_evidence(quantity: Judged) -> Faults:
    """A number is marked as disputed or unverified, but no evidence is given.

    `status_by` names the attributions or quantities that contest the number; `status_words` quotes words that no
    annotation covers. Attributions that deny or doubt what the voucher says about the number are found automatically.
    """
    written, known = quantity.text("status"), quantity.article.source.known("attributions")
    if written in CONTESTED and known and _asked(quantity) and not _named(quantity) and not _found(quantity):
        help_ = 'add status_by = ["…"], or status_words = "…"'
        yield quantity.fault("status", f"`status` is {written!r}, but no evidence is given", help_)


@rule("quantities", level=Level.ARTICLE)
def status_contradicts_evidence(quantity: Judged) -> Faults:
    """The status of a number does not follow from its evidence.

    An attribution that denies or doubts the number, or a quantity that disputes it, makes it disputed; any other
    evidence makes it unverified; disputed takes precedence. A claimed or asserted number has no evidence against it.
    """
    written = quantity.text("status")
    if written in ("claimed", "asserted") and (named := _named(quantity)):
        yield quantity.fault(
            named[0], f"`status` is {written!r}, but `{named[0]}` is given", f"remove `status` or `{named[0]}`"
        )
    elif written == "unverified" and status(quantity.article.source, quantity.annotation, NOTHING) == "disputed":
        yield quantity.fault(
            "status", "`status` is 'unverified', but the evidence makes the number disputed", "remove `status`"
        )


def _named(quantity: Judged) -> list[str]:
    """The fields with evidence."""
    return [name for name in ("status_by", "status_words") if quantity.record.values.get(name)]


def _found(quantity: Judged) -> set[str]:
    return evidence(quantity.article.source, quantity.annotation)


@rule("attributions", level=Level.ARTICLE)
def source_without_key(attribution: Judged) -> Faults:
    """A source has no key.

    Every expressed source has a row in the registry, except documents without a name. A pronoun has the key of what it
    refers to. People and groups without a name have a row of their own for the article, with named = false.
    """
    source, given = attribution.words("source"), attribution.record.values
    if not source or attribution.text("source_kind") == "document" or "source_key" in given or not _asked(attribution):
        return
    article = attribution.article
    made = COMPUTED["attributions", "source_key"](article.source, attribution.annotation, NOTHING)
    if article.source.known("entities") and not made:
        help_ = (
            f"add source_key = …, such as 'officials-{article.id}' for an unnamed source; "
            "`vouchbank check --fix` begins the row of a new key"
        )
        yield attribution.fault("source", f"the source {source!r} has no key", help_)


@rule("quantities", "attributions", level=Level.ARTICLE, severity=Severity.WARNING)
def value_as_computed(judged: Judged) -> Faults:
    """A written value is the same as the computed or default value (a warning).

    Write a value that can be derived only if it differs.
    """
    if not _asked(judged):
        return
    # derived values of amounts may stay; `check --fix` removes them
    elsewhere = {*DERIVED, "vouched_by"}  # vouching-as-computed
    if judged.record.values.get("status") not in CONTESTED:
        elsewhere.add("status")  # status-by-hand
    for name in as_computed(judged.article.source, judged.annotation):
        if name in elsewhere:
            continue
        edit = without_key(judged.record.document, *judged.record.path, name)
        fix = Fix(f"remove {name} from {judged.id}", (edit,), safe=True) if edit else None
        yield judged.fault(name, f"`{name}` is the same as the computed or default value", "remove the field", fix=fix)
