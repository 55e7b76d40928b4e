"""Level 3: the numbers of quantities. Words against interval, modifier against bounds, unit against code, dates."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from math import isclose

from vouchbank.checks.parts import field, sound, text, value, words
from vouchbank.checks.registry import Subject, article_check, at_record
from vouchbank.compare.figures import interval_of
from vouchbank.corpus.format import literal
from vouchbank.corpus.records import Record
from vouchbank.corpus.resolve import Annotation
from vouchbank.findings import Finding, Severity
from vouchbank.language import edtf
from vouchbank.language.amounts import half_vague, is_factor, is_share, is_vague, readings, vague_floor
from vouchbank.language.interval import Interval
from vouchbank.language.lexicon import modifier_kind
from vouchbank.language.number_words import numbers
from vouchbank.spans import Span

TIMES = ("DATE", "TIME")
DIGITS = 9  # after the point of an end of an interval
_END = re.compile(r"-?[0-9]+(?:\.[0-9]+)?", re.ASCII)
# For each kind of modifier the bounds of "modifier n": lower end, upper end; closed, open, or none.
SHAPES = {
    "at_least": ("[", ""), "more_than": ("(", ""), "up_to": ("", "]"), "less_than": ("", ")"),
    "between": ("[", "]"), "about": ("[", "]"), "exact": ("[", "]"), "open": ("[", "]"),
}  # fmt: skip
FORMS = {
    "at_least": "[n, inf)", "more_than": "(n, inf)", "up_to": "(-inf, n]", "less_than": "(-inf, n)",
    "between": "[a, b]", "about": "[n, n]", "exact": "[n, n]", "open": "[n, n]",
}  # fmt: skip


def _judged(subject: Subject) -> Iterator[tuple[Annotation, str]]:
    """The quantities, with the words of their number."""
    for annotation in sound(subject, "quantities"):
        if annotation.spans["number"]:
            yield annotation, words(subject, annotation, "number")


def _fits(record: Record, number: str) -> bool:
    """Whether the ends of an interval are the values of the words."""
    written = {float(end): end for end in _END.findall(text(record, "interval"))}
    ends = [written[end] for end in sorted(written)]
    found = (sorted(set(one)) for one in readings(number))
    return any(len(one) == len(ends) and all(map(_is, ends, one)) for one in found)


def _is(written: str, value: float) -> bool:
    """Whether a decimal is a value; one that no decimal ends, such as a third, may be rounded to two digits or more."""
    if isclose(float(written), value):
        return True
    whole, _, places = written.partition(".")
    endless = not isclose(round(value, DIGITS), value, rel_tol=1e-12)
    rounded = f"{value:.{len(places)}f}"
    return endless and len((whole + places).lstrip("-0")) >= 2 and written == rounded


def _shown(number: str) -> str:
    """The values of the words, as an interval can have them."""
    return ", ".join(f"{n:.{DIGITS}f}".rstrip("0").rstrip(".") for n in readings(number)[0])


def cut_numbers(subject: Subject) -> Iterator[tuple[Annotation, str, Span, Span]]:
    """Annotations whose number is only a part of one: annotation, column, its span, the span of the whole number."""
    article = subject.article
    whole = numbers(article.text)
    starts = {n.start: n for n in whole}
    for layer, name in (("quantities", "number"), ("non_quantities", "span")):
        for annotation in sound(subject, layer):
            for span in annotation.spans[name]:
                # only the number at either edge of the span can reach over it
                at_edges = [whole[i - 1] for i in (bisect_right(whole, (edge, -1)) for edge in span) if i]
                at_edges += [starts[span.start]] if span.start in starts else []
                cut = next((n for n in at_edges if n.crosses(span) or (n != span and n.contains(span))), None)
                after = starts.get(span.end + 1) if article.text[span.end : span.end + 1] == " " else None
                if cut is None and after and layer == "quantities":
                    joined = Span(span.start, after.end)
                    cut = joined if _magnitude(span.of(article.text), joined.of(article.text)) else None
                if cut:
                    yield annotation, name, span, cut


@article_check(3)
def number_cut(subject: Subject) -> Iterator[Finding]:
    """The span of a number holds only a part of the number.

    Digits with their separators and words with their magnitude are one number: "6,000" and "4.5 million", not "6" and
    "4.5".
    """
    text_ = subject.article.text
    for annotation, name, span, whole in cut_numbers(subject):
        message = f"{span.of(text_)!r} is a part of {whole.of(text_)!r}"
        place = annotation.record.place(field(name))
        yield at_record("number-cut", annotation.record, message, "quote the whole number", place)


def _magnitude(number: str, joined: str) -> bool:
    """Whether the words after a number multiply it: `4.5` before `million`."""
    if is_vague(joined):
        return True
    one, both = readings(number), readings(joined)
    return bool(one and both) and len(one[0]) == len(both[0]) == 1 and both[0][0] > one[0][0]


@article_check(3)
def number_not_understood(subject: Subject) -> Iterator[Finding]:
    """The words of a number cannot be read as one.

    Look whether the span holds the number and nothing else. Only English articles are judged: the words of other
    languages are not known here.
    """
    if not str(subject.article.seed.meta.values.get("language", "")).startswith("en"):
        return
    for annotation, number in _judged(subject):
        if not (readings(number) or is_vague(number) or half_vague(number)):
            message = f"{number!r} is no number that the checks can read"
            place, help_ = annotation.record.place("number"), _divided(number) or "look at span and interval again"
            yield at_record("number-not-understood", annotation.record, message, help_, place)


def _divided(words_: str) -> str:
    """What to write where the words are a modifier and its number; empty if they are not."""
    tokens = words_.split()
    for cut in range(1, len(tokens)):
        one, other = " ".join(tokens[:cut]), " ".join(tokens[cut:])
        for modifier, number in ((one, other), (other, one)):
            if modifier_kind(modifier) and (readings(number) or is_vague(number)):
                return f"put {modifier!r} into modifier: modifier = {literal(modifier)}, number = {literal(number)}"
    return ""


@article_check(3)
def number_contradicts_interval(subject: Subject) -> Iterator[Finding]:
    """The interval is not that of the number's words.

    The words are read again: "4.5 million" is 4500000, "doubled" is 2. Their value is the finite end of the interval,
    in the unit as written; "a third" may be rounded, to two digits at least: 0.33.
    """
    for annotation, number in _judged(subject):
        interval = interval_of(annotation.record)
        if interval is None or interval.empty or is_vague(number) or half_vague(number) or not readings(number):
            continue
        if not _fits(annotation.record, number):
            message = (
                f"{number!r} is {_shown(number)}; the interval {text(annotation.record, 'interval')} has other ends"
            )
            place = annotation.record.place("interval")
            help_ = "mend the interval, or the words of the number"
            yield at_record("number-contradicts-interval", annotation.record, message, help_, place)


@article_check(3)
def factor_without_dimension(subject: Subject) -> Iterator[Finding]:
    """A factor is not of the dimension multiplier, or a share is called a count.

    "doubled" and "tenfold" say how many times, "half" and "two thirds" say which part, not how many.
    """
    for annotation, number in _judged(subject):
        dimension = text(annotation.record, "dimension")
        if is_factor(number) and dimension != "multiplier":
            message = f"{number!r} is a factor, not a {dimension}"
            place = annotation.record.place("dimension")
            help_ = 'write dimension = "multiplier"'
            yield at_record("factor-without-dimension", annotation.record, message, help_, place)
        elif dimension == "count" and is_share(number):
            place, help_ = annotation.record.place("dimension"), 'write dimension = "ratio"'
            message = f"{number!r} is a share, not a count"
            yield at_record("factor-without-dimension", annotation.record, message, help_, place)


@article_check(3, Severity.WARNING)
def nothing_measured(subject: Subject) -> Iterator[Finding]:
    """A quantity does not say what it measures (a warning).

    Quote the thing counted or measured; where it is elided, the earlier phrase: measured = { p = "p2", q = "boats" }.
    """
    for annotation, number in _judged(subject):
        if not annotation.spans["measured"]:
            help_ = "add measured = …; of money what it is, of a duration the verb that lasts"
            yield at_record("nothing-measured", annotation.record, f"{number!r} of what?", help_)


@article_check(3)
def modifier_contradicts_bounds(subject: Subject) -> Iterator[Finding]:
    """The interval is not what the modifier makes of the number.

    at least n is [n, inf), more than n is (n, inf), up to n is (-inf, n], under n is (-inf, n), between a and b is [a,
    b]; a number alone, and about n, is the point [n, n].
    """
    for annotation, number in _judged(subject):
        interval, modifier = interval_of(annotation.record), words(subject, annotation, "modifier")
        if interval is None or interval.empty or is_vague(number) or not _fits(annotation.record, number):
            continue
        kind = modifier_kind(modifier) if modifier else ("exact", False)
        if kind is None:
            continue
        lower = "" if interval.lower is None else "[" if interval.lower_closed else "("
        upper = "" if interval.upper is None else "]" if interval.upper_closed else ")"
        if (lower, upper) != SHAPES[kind[0]]:
            said = f"{modifier} n" if modifier else "a number without modifier"
            message = f"{said!r} is {FORMS[kind[0]]}, not {text(annotation.record, 'interval')}"
            place = annotation.record.place("interval")
            help_ = "mend the interval, or the modifier"
            yield at_record("modifier-contradicts-bounds", annotation.record, message, help_, place)


@article_check(3)
def modifier_contradicts_approximate(subject: Subject) -> Iterator[Finding]:
    """Whether the number is approximate is not what the modifier says.

    About, some, roughly, approximately: `approximate = true`. A bound ("at least", "over") and a number alone are not
    approximate.
    """
    for annotation, _ in _judged(subject):
        modifier = words(subject, annotation, "modifier")
        kind = modifier_kind(modifier) if modifier else ("exact", False)
        if kind is None or kind[0] == "open":
            continue
        wanted = kind[0] == "about" or kind[1]
        if bool(value(annotation.record, "approximate")) != wanted:
            message = f"{modifier!r} is {'' if wanted else 'not '}approximate" if modifier else "nothing says about"
            help_ = "write approximate = true" if wanted else "leave approximate out"
            place = annotation.record.place("approximate")
            yield at_record("modifier-contradicts-approximate", annotation.record, message, help_, place)


@article_check(3, Severity.WARNING)
def unknown_modifier(subject: Subject) -> Iterator[Finding]:
    """The modifier is not in the lexicon, so the bounds are not compared with it (a warning).

    The lexicon is language/lexicon.toml. Look whether the span holds the modifier and nothing else; if it does, propose
    it for the lexicon.
    """
    for annotation, _ in _judged(subject):
        modifier = words(subject, annotation, "modifier")
        if modifier and modifier_kind(modifier) is None:
            message = f"the checks do not know what {modifier!r} makes of a number"
            place = annotation.record.place("modifier")
            help_ = "quote the modifier alone, or propose it for the lexicon"
            yield at_record("unknown-modifier", annotation.record, message, help_, place)


@article_check(3)
def vague_word(subject: Subject) -> Iterator[Finding]:
    """An amount is called vague and its words are not of the closed list, or the other way round.

    several, many, few, numerous, a handful, a slew, dozens, thousands, millions … are vague; nothing else is.
    """
    for annotation, number in _judged(subject):
        if half_vague(number):
            continue
        stated = bool(value(annotation.record, "vague"))
        if stated != is_vague(number):
            is_, what = ("no vague word", "leave vague out") if stated else ("a vague word", "write vague = true")
            place = annotation.record.place("vague") if stated else annotation.record.place("number")
            yield at_record("vague-word", annotation.record, f"{number!r} is {is_}", what, place)


@article_check(3)
def vague_bounds(subject: Subject) -> Iterator[Finding]:
    """A vague amount has a bound that its words do not give, or lacks the one they do.

    The bounds of a vague amount stay empty. A bare plural magnitude keeps its lower bound: "millions" is [1000000,
    inf).
    """
    for annotation, number in _judged(subject):
        interval, floor = interval_of(annotation.record), vague_floor(number)
        if not is_vague(number) or not value(annotation.record, "vague") or (interval and interval.empty):
            continue
        wanted = Interval(floor, None, True, False) if floor else None
        small = floor is not None and floor < 100  # dozens, scores: a magnitude, or only a word; both are right
        if interval != wanted and not (interval is None and small):
            form = f"[{floor:.0f}, inf)" if floor else "no interval"
            place = annotation.record.place("interval")
            yield at_record("vague-bounds", annotation.record, f"{number!r} has {form}", "mend the interval", place)


@article_check(3)
def impossible_date(subject: Subject) -> Iterator[Finding]:
    """The value is no date of the calendar, or an interval that ends before it begins.

    Dates are EDTF: months 01 to 12 (or a season or quarter, 21 to 41), days that the month has. X leaves a digit open.
    """
    for layer, name in (("entities", "value"), ("quantities", "as_of")):
        for annotation in sound(subject, layer):
            written = text(annotation.record, name)
            if written and not edtf.possible(written):
                message = f"there is no date {written}"
                place = annotation.record.place(name)
                yield at_record("impossible-date", annotation.record, message, "look at month, day and order", place)


@article_check(3)
def date_contradicts_words(subject: Subject) -> Iterator[Finding]:
    """The value of a date is not what its words say.

    "Sept. 23, 2025" is 2025-09-23. What the words do not say may come from elsewhere in the article.
    """
    for annotation in sound(subject, "entities"):
        written = text(annotation.record, "value")
        if text(annotation.record, "type") in TIMES and written and edtf.possible(written):
            said = words(subject, annotation, "span")
            if part := edtf.contradicts(written, said):
                message = f"{said!r} has another {part} than {written}"
                place = annotation.record.place("value")
                yield at_record("date-contradicts-words", annotation.record, message, f"mend the {part}", place)
