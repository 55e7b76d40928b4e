"""The units of quantities: consistent words, code and dimension."""

from __future__ import annotations

from vouchbank.checks.rule import Faults, rule
from vouchbank.checks.subjects import Judged
from vouchbank.findings import Level
from vouchbank.language.units import dimension_of, is_currency, meanings

UNITLESS = ("count", "multiplier", "ratio", "ordinal")
USUAL = ("USD", "GBP", "EUR", "JPY", "INR")  # suggested first among the currencies of a sign
NEED_UNIT = ("money", "length", "duration", "mass", "percent")


def _unit(quantity: Judged) -> tuple[str, str, str]:
    """The words of its unit, its dimension and its code."""
    return quantity.words("unit"), quantity.text("dimension"), quantity.text("unit_code")


def _measures(code: str, dimension: str) -> str:
    """The dimension of a code (money only if `dimension` is money); empty for an unknown code."""
    physical = "" if dimension == "money" else dimension_of(code)
    aged = dimension == "age" and physical == "duration"
    return "age" if aged else physical or "money" * is_currency(code)


def _meant(unit: str) -> set[tuple[str, str]]:
    """The dimensions and codes that the words of a unit may mean; a duration may also be an age."""
    found = set(meanings(unit))
    return found | {("age", code) for dimension, code in found if dimension == "duration"}


def _wrong_dimension(unit: str, dimension: str, code: str) -> str:
    """The contradiction between a dimension and its unit or code; empty if there is none or the code is unknown."""
    meant, of_code = sorted({d for d, _ in _meant(unit)}), _measures(code, dimension)
    unitless = dimension in UNITLESS
    if code and not of_code:
        return ""
    if meant and (unitless or dimension not in meant):
        return f"`dimension` is {dimension!r}, but {unit!r} is a unit of {' or '.join(meant)}"
    if unitless and code:
        return f"`dimension` is {dimension!r}, which takes no unit code"
    if unit and dimension == "count":
        return f"{unit!r} is not a unit; what is counted belongs in `measured`"
    return (
        f"`dimension` is {dimension!r}, but {code!r} is a code for {of_code}" if code and of_code != dimension else ""
    )


@rule("quantities", level=Level.RECORD)
def unknown_unit_code(quantity: Judged) -> Faults:
    """The unit code is not a known code.

    Physical units have a UCUM code (m, km, h, 10.a), money has an ISO 4217 code (USD, EUR). Codes are case-sensitive.
    """
    _, dimension, code = _unit(quantity)
    if code and not _measures(code, dimension):
        money = dimension == "money"
        help_ = "write a code such as USD or EUR" if money else "write a code such as m, km, a (years) or t (tonnes)"
        yield quantity.fault("unit_code", f"{code!r} is not {'an ISO 4217' if money else 'a UCUM'} code", help_)


@rule("quantities", level=Level.RECORD)
def unit_contradicts_dimension(quantity: Judged) -> Faults:
    """The dimension does not match the unit, or takes none.

    For example, meters measure a length, and "$" is money. Counts and multipliers have neither unit nor code.
    """
    written = quantity.record.values
    if wrong := _wrong_dimension(*_unit(quantity)):
        at = next((name for name in ("dimension", "unit_code") if name in written), "unit")
        yield quantity.fault(at, wrong, "fix the dimension, or fix the unit")


@rule("quantities", level=Level.RECORD, waivable=True)
def unit_contradicts_code(quantity: Judged) -> Faults:
    """The unit code does not match the words of the unit.

    For example, the code of meters is m. "$" can be a dollar (USD, CAD …) or a peso: the annotator decides.
    """
    unit, dimension, code = _unit(quantity)
    possible = sorted(c for d, c in _meant(unit) if d == dimension)
    if possible and code not in possible and _measures(code, dimension) == dimension:
        help_ = f"write one of: {', '.join(possible[:6])}{' …' if len(possible) > 6 else ''}"
        yield quantity.fault("unit_code", f"`unit_code` is {code!r}, which is not a code of {unit!r}", help_)


@rule("quantities", level=Level.RECORD, waivable=True)
def unit_code_missing(quantity: Judged) -> Faults:
    """The code of a unit is missing.

    Write `unit_code` for every unit that has a UCUM or ISO 4217 code. Percentages and counts need none.
    """
    unit, dimension, code = _unit(quantity)
    possible = sorted(c for d, c in _meant(unit) if d == dimension)
    if possible and not code and dimension != "percent":
        usual = next((code for code in USUAL if code in possible), possible[0])
        others = ", or the code that the article means" * (len(possible) > 1)
        help_ = f'add unit_code = "{usual}"{others}'
        yield quantity.fault("unit", f"`unit_code` is missing for {unit!r}", help_)


@rule("quantities", level=Level.RECORD)
def unit_missing(quantity: Judged) -> Faults:
    """Money, a length, a duration, a mass or a percentage has no unit.

    Quote the unit as its own span: "$" in "$50 million", "decade" in "more than a decade".
    """
    unit, dimension, code = _unit(quantity)
    if dimension in NEED_UNIT and not unit and (not code or _measures(code, dimension) == dimension):
        yield quantity.fault(
            "dimension",
            f"`dimension` is {dimension!r}, but the unit is missing",
            "quote the unit, or change the dimension",
        )
