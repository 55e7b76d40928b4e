"""The units of quantities: words, code and dimension go together."""

from __future__ import annotations

from vouchbank.checks.rule import Faults, rule
from vouchbank.checks.subjects import Judged
from vouchbank.findings import Level
from vouchbank.language.units import dimension_of, is_currency, meanings

UNITLESS = ("count", "multiplier", "ratio", "ordinal")
USUAL = ("USD", "GBP", "EUR", "JPY", "INR")  # of the currencies of one sign
NEED_UNIT = ("money", "length", "duration", "mass", "percent")


def _unit(quantity: Judged) -> tuple[str, str, str]:
    """The words of its unit, its dimension and its code."""
    return quantity.words("unit"), quantity.text("dimension"), quantity.text("unit_code")


def _measures(code: str, dimension: str) -> str:
    """What a code measures, money where the dimension is that; empty for a code of another dimension."""
    physical = "" if dimension == "money" else dimension_of(code)
    aged = dimension == "age" and physical == "duration"
    return "age" if aged else physical or "money" * is_currency(code)


def _meant(unit: str) -> set[tuple[str, str]]:
    """The dimensions and codes that the words of a unit may mean; a length of time is also one of a life."""
    found = set(meanings(unit))
    return found | {("age", code) for dimension, code in found if dimension == "duration"}


def _wrong_dimension(unit: str, dimension: str, code: str) -> str:
    """What is wrong between a dimension and its unit or code; empty if nothing, or if the code is not a code."""
    meant, of_code = sorted({d for d, _ in _meant(unit)}), _measures(code, dimension)
    unitless = dimension in UNITLESS
    if code and not of_code:
        return ""
    if meant and (unitless or dimension not in meant):
        return f"{unit!r} is a unit of {' or '.join(meant)}, not of {'a ' * unitless}{dimension}"
    if unitless and code:
        return f"a {dimension} has no unit code"
    if unit and dimension == "count":
        return f"{unit!r} is not a unit: what is counted belongs in `measured`"
    return f"{code} is a code for {of_code}, not for {dimension}" if code and of_code != dimension else ""


@rule("quantities", level=Level.RECORD)
def unknown_unit_code(quantity: Judged) -> Faults:
    """The unit code is not a known code.

    Physical units have a UCUM code (m, km, h, 10.a), money has an ISO 4217 code (USD, EUR). Capitals matter.
    """
    _, dimension, code = _unit(quantity)
    if code and not _measures(code, dimension):
        money = dimension == "money"
        help_ = "money: USD, EUR …" if money else "meters: m, kilometers: km, years: a, tonnes: t …"
        yield quantity.fault("unit_code", f"{code!r} is not {'an ISO 4217' if money else 'a UCUM'} code", help_)


@rule("quantities", level=Level.RECORD)
def unit_contradicts_dimension(quantity: Judged) -> Faults:
    """The dimension does not match the unit, or takes no unit.

    Meters measure a length, $ is money, percent is percent; counts and multipliers have neither unit nor code.
    """
    written = quantity.record.values
    if wrong := _wrong_dimension(*_unit(quantity)):
        at = next((name for name in ("dimension", "unit_code") if name in written), "unit")
        yield quantity.fault(at, wrong, "write the dimension of the unit, or fix the unit")


@rule("quantities", level=Level.RECORD, waivable=True)
def unit_contradicts_code(quantity: Judged) -> Faults:
    """The unit code does not match the words of the unit.

    Meters are m; "$" is a dollar (USD, CAD …) or a peso, which the annotator decides.
    """
    unit, dimension, code = _unit(quantity)
    possible = sorted(c for d, c in _meant(unit) if d == dimension)
    if possible and code not in possible and _measures(code, dimension) == dimension:
        help_ = f"choose {', '.join(possible[:6])}{' …' if len(possible) > 6 else ''}"
        yield quantity.fault("unit_code", f"{unit!r} does not mean {code}", help_)


@rule("quantities", level=Level.RECORD, waivable=True)
def unit_code_missing(quantity: Judged) -> Faults:
    """A unit has no code.

    A unit that has a UCUM or ISO 4217 code must have it; percent and counts need none.
    """
    unit, dimension, code = _unit(quantity)
    possible = sorted(c for d, c in _meant(unit) if d == dimension)
    if possible and not code and dimension != "percent":
        usual = next((code for code in USUAL if code in possible), possible[0])
        others = " (or what the article means)" * (len(possible) > 1)
        help_ = f'add unit_code = "{usual}"{others}'
        yield quantity.fault("unit", f"{unit!r} has no unit code", help_)


@rule("quantities", level=Level.RECORD)
def unit_missing(quantity: Judged) -> Faults:
    """Money, a length, a duration, a mass or a percentage has no unit.

    The unit is its own span: "$" of "$50 million", "decade" of "more than a decade".
    """
    unit, dimension, code = _unit(quantity)
    if dimension in NEED_UNIT and not unit and (not code or _measures(code, dimension) == dimension):
        yield quantity.fault("dimension", f"this {dimension} has no unit", "quote the unit, or change the dimension")
