"""The numbers of quantities: words and interval, modifier and bounds, vague words, dates."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from decimal import Decimal
from math import isclose
from operator import attrgetter

from vouchbank.checks.rule import Faults, rule
from vouchbank.checks.subjects import Judged, JudgedArticle
from vouchbank.corpus.format import literal
from vouchbank.findings import Edit, Fix, Level, Severity
from vouchbank.language import edtf
from vouchbank.language.amounts import bounds, is_factor, is_share, is_vague, multiplied
from vouchbank.language.derived import DERIVED, DIGITS, AmountWords, claimed, in_writing
from vouchbank.language.interval import Interval
from vouchbank.language.lexicon import modifier_kind, plain, word_list
from vouchbank.language.number_words import numbers
from vouchbank.spans import Span
from vouchbank.tables.rows import interval_of
from vouchbank.toml.lines import with_key_behind

DATES = {"entities": "value", "quantities": "as_of"}
_SCORE = re.compile(r"[0-9]{1,3}[-–:][0-9]{1,3}\Z", re.ASCII)
_END = re.compile(r"-?[0-9]+(?:\.[0-9]+)?", re.ASCII)
LEXICON = "src/vouchbank/language/lexicon.toml"
BOUNDS = ("at_least", "more_than", "up_to", "less_than")
ALSO = {"duration": ("age",), "count": ("age", "ordinal")}  # the dimensions accepted besides the derived one
# The interval of "modifier n" for each kind of modifier.
FORMS = {
    "at_least": "[n, inf)", "more_than": "(n, inf)", "up_to": "(-inf, n]", "less_than": "(-inf, n)",
    "between": "[a, b]", "about": "[n, n]", "exact": "[n, n]", "open": "[n, n]",
}  # fmt: skip


def cut_numbers(article: JudgedArticle) -> Iterator[tuple[Judged, str, Span, Span]]:
    """Annotations of only part of a number: annotation, column, its span, the span of the whole number."""
    text, whole, start = article.text, numbers(article.text), attrgetter("start")
    for layer, name in (("quantities", "number"), ("non_quantities", "span")):
        for judged in article.placed(layer):
            for span in judged.spans[name]:
                first, after = (bisect_left(whole, edge, key=start) for edge in span)
                near = whole[max(0, first - 1) : after]  # no other number can reach over an edge of the span
                cut = next((n for n in near if n.crosses(span) or (n != span and n.contains(span))), None)
                if cut is None and layer == "quantities":
                    beside = (n for n in whole[after : after + 1] if text[span.end : n.start] == " ")
                    joined = (Span(span.start, n.end) for n in beside)
                    cut = next((j for j in joined if multiplied(span.of(text), j.of(text))), None)
                if cut:
                    yield judged, name, span, cut


@rule(level=Level.RECORD, waivable=True)
def number_cut(article: JudgedArticle) -> Faults:
    """The span of a number contains only part of the number.

    Digits with their separators, and words with their magnitude, are one number: quote "6,000" and "4.5 million", not
    "6" and "4.5".
    """
    for judged, name, span, whole in cut_numbers(article):
        message = f"{span.of(article.text)!r} is only part of {whole.of(article.text)!r}"
        yield judged.fault(name, message, "quote the whole number")


@rule("quantities", level=Level.RECORD, waivable=True)
def number_not_understood(quantity: Judged) -> Faults:
    """The words of a number cannot be read as a number.

    Check whether the span contains the number and nothing else. The score of a game ("lost 0-3") is not a range. This
    check covers only English articles.
    """
    number = quantity.words("number")
    understood = _words(quantity).values or is_vague(number) or bounds(number)
    if quantity.article.source.seed.english and not understood:
        help_ = _divided(number) or "quote only the number"
        yield quantity.fault("number", f"{number!r} cannot be read as a number", help_)
    elif _is_score(quantity):
        help_ = 'list it with reason = "score"; or, if it is a range, quote in `measured` what it counts'
        yield quantity.fault("number", f"{number!r} looks like the score of a game", help_)


def _is_score(quantity: Judged) -> bool:
    """Whether two numbers ("2-1", "2:1") follow a word of games, and neither a unit nor what they count follows."""
    (number, *_), text = quantity.spans["number"], quantity.article.text
    counted = any(number.end < span.start <= number.end + 1 for span in quantity.spans["measured"])
    if counted or quantity.spans["unit"] or not _SCORE.match(number.of(text)):
        return False
    before = re.findall(r"\w+", text[max(0, number.start - 40) : number.start].casefold())
    return not word_list("numbers", "games").isdisjoint(before)


def _words(quantity: Judged) -> AmountWords:
    return AmountWords(*(quantity.words(name) for name in ("modifier", "number", "unit")))


@rule("quantities", level=Level.RECORD)
def interval_missing(quantity: Judged) -> Faults:
    """A quantity has no interval, and its words do not determine one.

    "third" can be a rank or a share: write the interval that is meant. If number and modifier determine the interval,
    leave it out.
    """
    words = _words(quantity)  # unknown-modifier, number-not-understood
    readable = words.kind[0] and (words.values or not quantity.article.source.seed.english)
    if readable and not quantity.text("interval") and not quantity.value("vague"):
        yield quantity.fault("", f"the interval does not follow from {quantity.words('number')!r}", "add interval = …")


def _divided(words: str) -> str:
    """What to write if the words are a modifier and a number; empty if they are not."""
    tokens = words.split()
    for cut in range(1, len(tokens)):
        one, other = " ".join(tokens[:cut]), " ".join(tokens[cut:])
        for modifier, number in ((one, other), (other, one)):
            if modifier_kind(modifier) and (AmountWords(modifier, number).values or is_vague(number)):
                return f"quote the modifier separately: modifier = {literal(modifier)}, number = {literal(number)}"
    return ""


@rule("quantities", level=Level.RECORD, waivable=True)
def number_contradicts_interval(quantity: Judged) -> Faults:
    """The interval does not match the words of the number.

    The value of the words must be the finite end of the interval, in the unit as written: "4.5 million" is 4500000,
    "doubled" is 2. "a third" may be rounded, to at least two digits: 0.33.
    """
    number, stated, words = quantity.words("number"), quantity.text("interval"), _words(quantity)
    if words.values and _claims(quantity) and not _fits(words, stated):
        shown = ", ".join(f"{n:.{DIGITS}f}".rstrip("0").rstrip(".") for n in words.values[0])
        message = f"{number!r} is {shown}, but the interval is {stated}"
        yield quantity.fault("interval", message, "fix the interval, or the words of the number")


def _claims(quantity: Judged) -> bool:
    """Whether it has a non-empty interval."""
    interval = interval_of(quantity.article.source, quantity.annotation)
    return interval is not None and not interval.empty


def _fits(words: AmountWords, interval: str) -> bool:
    """Whether the ends of an interval are the values, or some of the values, of one of the readings of the words."""
    ends = [end for _, end in sorted({float(end): end for end in _END.findall(interval)}.items())]
    wanted = ([one, *([one[:1], one[-1:]] if words.kind[0] in BOUNDS else [])] for one in map(_distinct, words.values))
    return any(len(one) == len(ends) and all(map(_equals, ends, one)) for listed in wanted for one in listed)


def _distinct(values: Iterable[float]) -> list[float]:
    return sorted(set(values))


def _equals(stated: str, value: float) -> bool:
    """Whether a decimal equals a value; a value such as a third may be rounded to two or more digits."""
    if isclose(float(stated), value):
        return True
    whole, _, places = stated.partition(".")
    endless = not isclose(round(value, DIGITS), value, rel_tol=1e-12)
    return endless and len((whole + places).lstrip("-0")) >= 2 and stated == f"{value:.{len(places)}f}"


@rule("quantities", level=Level.RECORD, waivable=True)
def factor_without_dimension(quantity: Judged) -> Faults:
    """A factor does not have the dimension `multiplier`, or a share has the dimension `count`.

    "doubled" and "tenfold" say how many times; "half" and "two thirds" say what part, not how many.
    """
    number, dimension = quantity.words("number"), quantity.text("dimension")
    if quantity.words("unit"):
        return  # "half a mile"
    if is_factor(number) and dimension != "multiplier":
        message = f"{number!r} is a factor, not a {dimension}"
        yield quantity.fault("dimension", message, 'write dimension = "multiplier"')
    elif dimension == "count" and is_share(number):
        yield quantity.fault("dimension", f"{number!r} is a share, not a count", 'write dimension = "ratio"')


@rule("quantities", level=Level.RECORD)
def interval_not_shortest(quantity: Judged) -> Faults:
    """An interval is not written in its shortest form.

    Write no leading zeros, no zeros at the end of a fraction, and no minus before zero: `[5000, 5000]`, not
    `[05000, 5000.0]`.
    """
    stated = quantity.text("interval")
    short = _END.sub(lambda end: f"{Decimal(end[0]).normalize() + 0:f}", stated)
    if short != stated:
        yield quantity.fault("interval", f"the interval {stated} is not in its shortest form", f"write {short}")


@rule("quantities", level=Level.RECORD, severity=Severity.WARNING, waivable=True)
def nothing_measured(quantity: Judged) -> Faults:
    """A quantity does not say what it measures, and no note explains why (a warning).

    Quote what is counted or measured; if it is elided, quote the earlier phrase: measured = { p = "p2", q = "boats" }.
    For a duration, quote the verb of what lasts as the predicate instead.
    """
    lasts = quantity.text("dimension") == "duration" and quantity.spans.get("predicate")
    if not {"measured", "note"} & quantity.record.values.keys() and not lasts:
        help_ = "add measured = … (for a duration: predicate = …), or explain it in `note`"
        yield quantity.fault("", f"`measured` is missing for {quantity.words('number')!r}", help_)


@rule("quantities", level=Level.RECORD, waivable=True)
def modifier_contradicts_bounds(quantity: Judged) -> Faults:
    """The interval does not match the modifier of the number.

    "at least n" is [n, inf), "more than n" is (n, inf), "up to n" is (-inf, n], "under n" is (-inf, n), "between a and
    b" is [a, b]. A number without a modifier and "about n" are the point [n, n].
    """
    words, stated = _words(quantity), quantity.text("interval")
    form = FORMS.get(words.kind[0], "")
    judged = form and _claims(quantity) and _fits(words, stated)
    wanted = {_form(interval) for value in words.values if (interval := claimed(words.kind[0], value))}
    if judged and _END.sub("n", stated) not in wanted:
        modified = repr(f"{words.modifier} n") if words.modifier else "a number without modifier"
        yield quantity.fault("interval", f"{modified} is {form}, not {stated}", "fix the interval, or fix the modifier")


def _form(interval: Interval) -> str:
    """An interval without its numbers: `[n, inf)`."""
    return _END.sub("n", in_writing(interval))


@rule("quantities", level=Level.RECORD, waivable=True)
def modifier_contradicts_approximate(quantity: Judged) -> Faults:
    """The field `approximate` does not match the modifier.

    "about", "some", "roughly" and "approximately" need `approximate = true`. A bound ("at least", "over") and a number
    without a modifier are not approximate.
    """
    modifier = quantity.words("modifier")
    kind, about = _words(quantity).kind
    if kind not in ("", "open") and bool(quantity.value("approximate")) != about:
        message = f"the modifier {modifier!r} is {'' if about else 'not '}approximate"
        if not modifier:
            message = "`approximate` is true, but the number has no modifier"
        help_ = "write approximate = true" if about else "remove `approximate`"
        yield quantity.fault("approximate", message, help_)


@rule("quantities", level=Level.RECORD)
def unknown_modifier(quantity: Judged) -> Faults:
    """The modifier is not in the lexicon, so its interval is unknown.

    Check whether the span contains the modifier and nothing else. If so, add it to the lexicon,
    src/vouchbank/language/lexicon.toml, in the same pull request.
    """
    modifier = quantity.words("modifier")
    if not _words(quantity).kind[0]:
        message = f"the modifier {modifier!r} is not in the lexicon"
        help_ = f"quote only the modifier, or add {plain(modifier)!r} to [modifiers] in {LEXICON}"
        yield quantity.fault("modifier", message, help_)


@rule("quantities", level=Level.ARTICLE, severity=Severity.WARNING)
def departs_from_words(quantity: Judged) -> Faults:
    """A value differs from what the words determine, and no note explains why (a warning).

    `interval`, `dimension`, `unit_code`, `approximate` and `vague` follow from modifier, number and unit; write them
    only if they differ. For example, "magnitude 6.1" counts nothing: write dimension = "other" and explain it in a
    note.
    """
    for name in DERIVED:
        stated = quantity.record.values.get(name)
        derived = quantity.settled.get(name, stated)
        if stated not in (None, derived, *ALSO.get(str(derived), ())) and not quantity.value("note"):
            message = f"`{name}` is {literal(stated)}, but the words give {literal(derived)}"
            yield quantity.fault(name, message, "remove the field, or explain it in `note`")


@rule("quantities", level=Level.RECORD, waivable=True)
def vague_word(quantity: Judged) -> Faults:
    """An amount is marked as vague but its words are not in the list of vague words, or the reverse.

    The list has "several", "many", "few", "numerous", "a handful", "a slew", "dozens", "thousands", "millions" and the
    like. No other words are vague.
    """
    number, stated = quantity.words("number"), bool(quantity.value("vague"))
    if stated != is_vague(number):
        is_, help_ = ("not a vague word", "remove `vague`") if stated else ("a vague word", "write vague = true")
        yield quantity.fault("vague" if stated else "number", f"{number!r} is {is_}", help_)


@rule("quantities", level=Level.RECORD, waivable=True)
def vague_bounds(quantity: Judged) -> Faults:
    """The interval does not match a vague amount, or an amount such as "six-figure".

    Most vague amounts have no interval. With a magnitude, the magnitude is the lower bound: "millions" is
    [1000000, inf), "several hundred" is [100, inf). "double-digit" is [10, 100), "six-figure" is [100000, 1000000).
    """
    number, implied = quantity.words("number"), bounds(quantity.words("number"))
    interval = interval_of(quantity.article.source, quantity.annotation)
    capped = _words(quantity).kind[0] in ("up_to", "less_than")  # "up to several hundred"
    wanted = {None if implied is None or capped else Interval(implied[0], implied[1], True, False)}
    judged = implied or (is_vague(number) and quantity.value("vague"))
    if judged and not (interval and interval.empty) and interval not in wanted:
        form = "no interval" if implied is None or capped else f"the interval [{implied[0]:.0f}, {_open(implied[1])})"
        yield quantity.fault("interval", f"{number!r} implies {form}", "fix the interval")


def _open(end: float | None) -> str:
    return "inf" if end is None else f"{end:.0f}"


@rule(*DATES, level=Level.RECORD)
def impossible_date(judged: Judged) -> Faults:
    """The value is not a calendar date in EDTF, or is an interval that ends before it begins.

    Dates are EDTF (ISO 8601-2) up to level 2: months 01 to 12 (or 21 to 41 for a season or part of a year), and days
    that the month has. X stands for an unknown digit. Intervals need a year: "since September" of an unknown year is
    as_of = "XXXX-09" and since = true.
    """
    name = DATES[judged.record.table.name]
    written = judged.text(name)
    if written and not edtf.possible(written):
        yield judged.fault(name, f"{written!r} is not a calendar date", "fix the month, the day or the order")
    elif written and not edtf.is_edtf(written):
        first, known = edtf.since(written), "since" in judged.record.table.names
        help_ = "write an EDTF date, interval or set (level 2), with X for an unknown digit"
        if first:
            help_ = f"write {name} = {literal(first)}" + ", and since = true" * known
        fix = _counted_from(judged, name, first) if first and known else None
        yield judged.fault(name, f"{written!r} is not EDTF", help_, fix=fix)


def _counted_from(judged: Judged, name: str, date: str) -> Fix | None:
    """The fix that writes the date from which a number is counted, and `since`."""
    record = judged.record
    more = with_key_behind(record.document, *record.path, name, line="since = true")
    if "since" in record.values or more is None:
        return None
    return Fix(
        f"write {name} = {literal(date)} and since = true", (Edit(record.place(name), literal(date)), more), safe=True
    )


@rule("entities", level=Level.RECORD, waivable=True)
def date_contradicts_words(date: Judged) -> Faults:
    """The value of a date contradicts its words.

    "Sept. 23, 2025" is 2025-09-23. What the words leave open may come from elsewhere in the article.
    """
    written, words = date.text("value"), date.words("span")
    part = edtf.contradicts(written, words) if written and edtf.possible(written) else ""
    if part:
        yield date.fault(
            "value", f"`value` is {written!r}, which has a different {part} from {words!r}", f"fix the {part}"
        )
