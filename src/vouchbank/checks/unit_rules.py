"""Level 3: the units of quantities. Words, code and dimension go together."""

from __future__ import annotations

from collections.abc import Iterator

from vouchbank.checks.parts import sound, text, words
from vouchbank.checks.registry import Subject, article_check, at_record
from vouchbank.corpus.resolve import Annotation
from vouchbank.findings import Finding
from vouchbank.language.units import dimension_of, is_currency, meanings

UNITLESS = ("count", "multiplier", "ratio", "ordinal")
NEED_UNIT = ("money", "length", "duration", "mass", "percent")


def _valid(dimension: str, code: str) -> bool:
    return is_currency(code) if dimension == "money" else dimension_of(code) is not None or is_currency(code)


def _wrong_dimension(unit: str, dimension: str, code: str) -> str:
    """What is wrong between a dimension and its unit or code; empty if nothing."""
    meant = {d for d, _ in meanings(unit)}
    if dimension in UNITLESS:
        if meant:
            return f"{unit!r} is a unit of {' or '.join(sorted(meant))}, not of a {dimension}"
        if code:
            return f"a {dimension} has no unit code"
        return f"{unit!r} is no unit: what is counted is measured" if unit and dimension == "count" else ""
    if meant and dimension not in meant:
        return f"{unit!r} is a unit of {' or '.join(sorted(meant))}, not of {dimension}"
    of_code = "money" if is_currency(code) and dimension == "money" else dimension_of(code)
    of_code = of_code or ("money" if is_currency(code) else None)
    return f"{code} is a code of {of_code}, not of {dimension}" if code and of_code != dimension else ""


def _judged(subject: Subject) -> Iterator[tuple[Annotation, str, str, str]]:
    """The quantities, with the words of their unit, their dimension and their code."""
    for annotation in sound(subject, "quantities"):
        record = annotation.record
        yield annotation, words(subject, annotation, "unit"), text(record, "dimension"), text(record, "unit_code")


@article_check(3)
def unknown_unit_code(subject: Subject) -> Iterator[Finding]:
    """The unit code is no code.

    Physical units have a code of UCUM (m, km, h, 10.a), money has a code of ISO 4217 (USD, EUR). Capitals matter.
    """
    for annotation, _, dimension, code in _judged(subject):
        if code and not _valid(dimension, code):
            list_ = "ISO 4217" if dimension == "money" else "UCUM"
            place = annotation.record.place("unit_code")
            help_ = "money: USD, EUR …" if dimension == "money" else "meters: m, kilometers: km, years: a, tonnes: t …"
            yield at_record("unknown-unit-code", annotation.record, f"{code!r} is no code of {list_}", help_, place)


@article_check(3)
def unit_contradicts_dimension(subject: Subject) -> Iterator[Finding]:
    """The dimension is not that of the unit, or has no unit.

    Meters measure a length, $ is money, percent is percent; counts and multipliers have neither unit nor code.
    """
    for annotation, unit, dimension, code in _judged(subject):
        if code and not _valid(dimension, code):
            continue
        if wrong := _wrong_dimension(unit, dimension, code):
            record = annotation.record
            place = record.place("dimension" if "dimension" in record.values else "unit_code" if code else "unit")
            help_ = "write the dimension of the unit, or mend the unit"
            yield at_record("unit-contradicts-dimension", record, wrong, help_, place)


@article_check(3)
def unit_contradicts_code(subject: Subject) -> Iterator[Finding]:
    """The unit code is not one that the words of the unit can mean.

    Meters are m; "$" is a dollar (USD, CAD …) or a peso, which the annotator decides.
    """
    for annotation, unit, dimension, code in _judged(subject):
        possible = {c for d, c in meanings(unit) if d == dimension}
        if code and possible and code not in possible and _valid(dimension, code):
            if _wrong_dimension(unit, dimension, code):
                continue
            listed = sorted(possible)
            message = f"{unit!r} is not {code}"
            place = annotation.record.place("unit_code")
            help_ = f"choose {', '.join(listed[:6])}{' …' if len(listed) > 6 else ''}"
            yield at_record("unit-contradicts-code", annotation.record, message, help_, place)


@article_check(3)
def unit_code_missing(subject: Subject) -> Iterator[Finding]:
    """A unit has no code.

    A unit that UCUM or ISO 4217 has a code for gets it; percent and counts need none.
    """
    for annotation, unit, dimension, code in _judged(subject):
        possible = sorted(c for d, c in meanings(unit) if d == dimension)
        if possible and not code and dimension != "percent":
            help_ = f'add unit_code = "{"USD" if "USD" in possible else possible[0]}"'
            place = annotation.record.place("unit")
            yield at_record("unit-code-missing", annotation.record, f"{unit!r} has no unit code", help_, place)


@article_check(3)
def unit_missing(subject: Subject) -> Iterator[Finding]:
    """Money, a length, a duration, a mass or a percentage has no unit.

    The unit is its own span: "$" of "$50 million", "decade" of "more than a decade".
    """
    for annotation, unit, dimension, code in _judged(subject):
        if dimension in NEED_UNIT and not unit and (not code or _valid(dimension, code)):
            if _wrong_dimension(unit, dimension, code):
                continue
            message = f"this {dimension} has no unit"
            place = annotation.record.place("dimension")
            help_ = "quote the unit, or change the dimension"
            yield at_record("unit-missing", annotation.record, message, help_, place)
