"""Damage to quantities: interval, bounds, modifier, unit, dimension, date."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random

from bench.mutants import Mutant, Sources, added, changed, contradiction, dropped, operator
from vouchbank.corpus.records import Record
from vouchbank.language.interval import parse_interval

DIGITS = re.compile(r"[1-9][0-9]*")
CURRENCIES = ("EUR", "GBP", "RUB", "VES")


def _intervals(sources: Sources) -> Iterator[tuple[Record, str]]:
    for record in sources.of("quantities"):
        written = record.values.get("interval")
        if isinstance(written, str):
            yield record, written


def _interval(name: str, record: Record, new: str) -> Mutant:
    return contradiction(changed(name, record, ("interval",), new), record)


@operator()
def interval_digit_changed(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """Both ends, or the only end, of the interval have another digit than the words of the number."""
    for record, written in _intervals(sources):
        old = DIGITS.search(written)
        if old:
            new = str(int(old[0]) + 10 ** rng.randrange(len(old[0])))
            yield _interval("interval-digit-changed", record, re.sub(rf"\b{old[0]}\b", new, written))


@operator()
def interval_a_thousandfold(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """The interval is a thousand times too large: a million for a thousand."""
    for record, written in _intervals(sources):
        if DIGITS.search(written):
            yield _interval("interval-a-thousandfold", record, DIGITS.sub(lambda m: m[0] + "000", written))


@operator()
def bound_opened(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A closed bound of a half-line is open, or an open one closed: 'at least' for 'more than'."""
    flip = {"[": "(", "(": "[", "]": ")", ")": "]"}
    for record, written in _intervals(sources):
        interval = parse_interval(written)
        if interval and interval.upper is None and interval.lower is not None:
            yield _interval("bound-opened", record, flip[written[0]] + written[1:])
        if interval and interval.lower is None and interval.upper is not None:
            yield _interval("bound-opened", record, written[:-1] + flip[written[-1]])


@operator()
def bound_turned(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A lower bound becomes an upper bound, or the other way round: 'up to' for 'at least'."""
    for record, written in _intervals(sources):
        interval = parse_interval(written)
        if interval and interval.upper is None and interval.lower is not None:
            closing = "]" if interval.lower_closed else ")"
            yield _interval("bound-turned", record, f"(-inf, {written[1:].split(',')[0]}{closing}")
        if interval and interval.lower is None and interval.upper is not None:
            opening = "[" if interval.upper_closed else "("
            yield _interval("bound-turned", record, f"{opening}{written.split(', ')[1][:-1]}, inf)")


@operator()
def point_made_a_bound(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """An exact number without a modifier becomes a bound."""
    for record, written in _intervals(sources):
        interval = parse_interval(written)
        if interval and interval.lower is not None and interval.lower == interval.upper:
            value = written[1:].split(",")[0]
            if "modifier" not in record.values:
                yield _interval("point-made-a-bound", record, rng.choice([f"[{value}, inf)", f"(-inf, {value}]"]))


@operator()
def bound_made_a_point(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A bound that a modifier states becomes an exact number."""
    for record, written in _intervals(sources):
        interval = parse_interval(written)
        if interval and (interval.lower is None) != (interval.upper is None) and "modifier" in record.values:
            value = next(iter(re.findall(r"[0-9.]*[0-9]", written)))
            yield _interval("bound-made-a-point", record, f"[{value}, {value}]")


@operator()
def interval_reversed(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """The lower end of the interval is above the upper one, or a point is open."""
    for record, written in _intervals(sources):
        interval = parse_interval(written)
        if interval and interval.lower is not None and interval.upper is not None:
            high, low = written[1:-1].split(", ")[1], written[1:-1].split(", ")[0]
            reversed_ = f"[{int(float(high)) + 1}, {low}]"
            yield _interval("interval-reversed", record, rng.choice([f"({low}, {low}]", f"[{low}, {low})", reversed_]))


@operator()
def interval_malformed(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """The interval is not written as intervals are."""
    for record, written in _intervals(sources):
        forms = [
            written.replace(", ", ","),
            written[1:],
            written[:-1],
            f"≥ {written[1:-1]}",
            written.replace("inf", "∞"),
        ]
        new = rng.choice([f for f in forms if f != written])
        yield _interval("interval-malformed", record, new)


@operator()
def interval_dropped(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A quantity that is not vague has no interval."""
    for record, _ in _intervals(sources):
        if not record.values.get("vague"):
            yield dropped("interval-dropped", record, "interval")


@operator()
def vague_without_need(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A quantity with an exact number is said to be vague."""
    for record, written in _intervals(sources):
        interval = parse_interval(written)
        if interval and interval.lower == interval.upper and not record.values.get("vague"):
            yield added("vague-without-need", record, "vague", True)


@operator()
def not_vague_without_interval(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A vague quantity without an interval is said not to be vague."""
    for record in sources.of("quantities"):
        if record.values.get("vague") and "interval" not in record.values:
            yield contradiction(changed("not-vague-without-interval", record, ("vague",), False), record)
            yield dropped("not-vague-without-interval", record, "vague")


@operator()
def modifier_dropped(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """The modifier that bounds a number is missing."""
    for record, written in _intervals(sources):
        interval = parse_interval(written)
        if "modifier" in record.values and interval and (interval.lower is None or interval.upper is None):
            yield dropped("modifier-dropped", record, "modifier")


@operator()
def modifier_of_another_kind(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """The interval is that of another modifier: a point for 'at least', a bound for 'roughly'."""
    for record, written in _intervals(sources):
        interval = parse_interval(written)
        if "modifier" in record.values and interval and interval.lower == interval.upper:
            value = written[1:].split(",")[0]
            yield _interval("modifier-of-another-kind", record, f"[{value}, inf)")


@operator()
def approximate_flipped(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A number with 'about' is said to be exact, one without a modifier to be approximate."""
    for record, _ in _intervals(sources):
        if record.values.get("approximate"):
            yield changed("approximate-flipped", record, ("approximate",), False)
        elif "modifier" not in record.values:
            yield added("approximate-flipped", record, "approximate", True)


@operator()
def unit_code_of_another_unit(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """The unit code is that of another unit of the same dimension."""
    others = {"m": "km", "km": "m", "[mi_i]": "km", "[ft_i]": "m", "%": "1", "kg": "t", "t": "kg"}
    for record in sources.of("quantities"):
        code = record.values.get("unit_code")
        if code:
            new = rng.choice(CURRENCIES) if record.values.get("dimension") == "money" else others.get(code, "kg")
            yield contradiction(changed("unit-code-of-another-unit", record, ("unit_code",), new), record)


@operator()
def unit_code_unknown(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """The unit code is no code of UCUM or ISO 4217."""
    for record in sources.of("quantities"):
        if "unit_code" in record.values:
            yield changed("unit-code-unknown", record, ("unit_code",), rng.choice(["dollars", "meters", "XQZ", "US$"]))


@operator()
def unit_code_dropped(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A quantity with a unit has no unit code."""
    for record in sources.of("quantities"):
        if "unit_code" in record.values:
            yield dropped("unit-code-dropped", record, "unit_code")


@operator()
def unit_dropped(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A quantity with a unit code has no words for its unit."""
    for record in sources.of("quantities"):
        if "unit" in record.values:
            yield dropped("unit-dropped", record, "unit")


@operator()
def dimension_of_another_unit(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """The dimension is not that of the unit."""
    for record in sources.of("quantities"):
        given = record.values.get("dimension", "count")
        if "unit_code" in record.values:
            new = rng.choice([d for d in ("count", "money", "length", "mass", "percent") if d != given])
            yield added("dimension-of-another-unit", record, "dimension", new)
        elif given == "count":
            yield added("dimension-of-another-unit", record, "dimension", rng.choice(["money", "length", "percent"]))


@operator()
def date_impossible(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A date that no calendar has, or an interval of dates that ends before it begins."""
    for record in sources.of("quantities", "entities"):
        for name in ("as_of", "value"):
            if isinstance(record.values.get(name), str):
                new = rng.choice(["2025-13-01", "2025-02-30", "2025-11/2025-10", "2025-00"])
                yield changed("date-impossible", record, (name,), new)


@operator()
def date_malformed(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A date that is not written in EDTF."""
    for record in sources.of("quantities", "entities"):
        for name in ("as_of", "value"):
            if isinstance(record.values.get(name), str):
                new = rng.choice(["November 16", "16.11.2025", "2025/11/16", "2025-11-16T10:00", "25-11-16"])
                yield changed("date-malformed", record, (name,), new)


@operator("plausible")
def date_of_another_day(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A date is another, possible one."""
    for record in sources.of("quantities", "entities"):
        for name in ("as_of", "value"):
            if isinstance(record.values.get(name), str):
                yield changed("date-of-another-day", record, (name,), rng.choice(["2024-11-15", "XXXX-10-03"]))


@operator("plausible")
def scope_dropped(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """What is measured, or what restricts it, is missing."""
    for record in sources.of("quantities"):
        for name in ("scope", "measured", "as_of", "change"):
            if name in record.values:
                yield dropped("scope-dropped", record, name)


@operator("plausible")
def change_invented(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A number is told as a change, which it is not, or as the opposite change."""
    for record in sources.of("quantities"):
        new = "decrease" if record.values.get("change") == "increase" else "increase"
        yield added("change-invented", record, "change", new)
