"""Validate dates in EDTF level 2 (ISO 8601-2): `2025-02-30` has the right form but is not a date.

The library `edtf` decides whether a value is EDTF. Whether the date exists is decided here, because the library does
not know leap years: at least one year, month and day must fit the value, including unspecified digits. Plain dates are
not passed to the library, whose grammar takes a quarter of a second to build.

Example:
    >>> possible("XXXX-10-28"), possible("XXXX-02-30"), possible("2025-09/.."), possible("2025-09/2024")
    (True, False, True, False)
    >>> is_edtf("XXXX-09/.."), since("XXXX-09/..")
    (False, 'XXXX-09')
"""

from __future__ import annotations

import calendar
import re
from contextlib import redirect_stdout
from functools import cache
from io import StringIO

from vouchbank.errors import needed

_DATE = re.compile(r"(-?[0-9X]{4})(?:-([0-9X]{2})(?:-([0-9X]{2}))?)?\Z", re.ASCII)
_PLAIN = re.compile(r"(?:[0-9]{4}|XXXX(?=-))(?:-(?:0[1-9]|1[0-2])(?:-[0-9]{2})?)?\Z", re.ASCII)
_APART = re.compile(r"[/,{}\[\]]|\.\.")
# the library fails on months with one unspecified digit ("1984-1X"), so both digits are passed as unspecified
_OPEN_MONTH = re.compile(r"(?<=[0-9X]{4}-)(?:[01]X|X[0-9])(?![0-9X])", re.ASCII)
_SINCE = re.compile(r"(XXXX(?:-[0-9X]{2}){1,2})/(?:\.\.)?\Z", re.ASCII)
LEAP, COMMON = 2000, 2001
SEASONS = range(21, 42)  # and quarters and thirds of a year
_NAMES = (*enumerate(calendar.month_name), *enumerate(calendar.month_abbr), (9, "sept"))
_MONTHS = {name.casefold(): number for number, name in _NAMES if name}
_NAMED = "|".join(sorted(_MONTHS, key=len, reverse=True))
_MONTH_DAY = re.compile(rf"\b({_NAMED})\b\.?(?:\s+([0-9]{{1,2}})(?:st|nd|rd|th)?(?![0-9]))?", re.IGNORECASE)
_DAY_MONTH = re.compile(rf"\b([0-9]{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?({_NAMED})\b", re.IGNORECASE)
_YEAR = re.compile(r"(?<![0-9,.])([12][0-9]{3})(?![0-9])")


def possible(value: str) -> bool:
    """Whether the dates of a value exist, and no interval ends before it begins."""
    dates = [date for piece in _APART.split(value) if (date := re.sub("[?~%]", "", piece).partition("T")[0])]
    if not dates or not all(map(_can_be, dates)):
        return False
    known = [date for date in dates if date[:1].isdigit() and "X" not in date]
    length = min(map(len, known), default=0)  # compare both to the precision of the less precise one
    return "/" not in value or [date[:length] for date in known] == sorted(date[:length] for date in known)


@cache
def is_edtf(value: str) -> bool:
    """Whether a value is EDTF of level 2 or lower."""
    if _PLAIN.match(value):
        return True
    with needed("checking dates"):
        from edtf import EDTFParseException, parse_edtf
    try:
        with redirect_stdout(StringIO()):  # the library prints before it raises some errors
            parse_edtf(_OPEN_MONTH.sub("XX", value))
    except EDTFParseException:
        return False
    except (AttributeError, TypeError, ValueError):  # the library parses "../20XX" but cannot interpret it
        return True
    return True


def since(value: str) -> str:
    """The start of an open interval in an unknown year, which EDTF cannot express; empty for other values."""
    match = _SINCE.match(value)
    return match[1] if match else ""


@cache
def _can_be(date: str) -> bool:
    match = _DATE.match(date)
    return match is None or _on_calendar(*match.groups("XX")) or bool(match[2] and not match[3] and _season(match[2]))


def _season(month: str) -> bool:
    """Whether a value is a season or another part of a year."""
    return any(_same(str(season), month) for season in SEASONS)


def _on_calendar(year: str, month: str, day: str) -> bool:
    """Whether any year and month that fit the value have this day."""
    digits = year.removeprefix("-")
    leap = "X" in digits or calendar.isleap(int(digits))
    return any(
        _same(f"{m:02}", month) and _same(f"{d:02}", day)
        for m in range(1, 13)
        for d in range(1, calendar.monthrange(LEAP if leap else COMMON, m)[1] + 1)
    )


def contradicts(value: str, words: str) -> str:
    """The part of a date in which its words contradict its value: `year`, `month` or `day`; empty if they agree.

    >>> contradicts("XXXX-10-27", "Oct. 28"), contradicts("2025-09-23", "Sept. 23, 2025")
    ('day', '')
    """
    match = _DATE.match(re.sub("[?~%]", "", value.partition("/")[0]))
    if not match:
        return ""
    year, month, day = match.groups()
    said_year = _YEAR.search(words)
    if said_year and not _same(said_year[1], year):
        return "year"
    month_day, day_month = _MONTH_DAY.search(words), _DAY_MONTH.search(words)
    name, number = (day_month[2], day_month[1]) if day_month else month_day.groups() if month_day else (None, None)
    if name and month and int(month.replace("X", "0")) < 13 and not _same(f"{_MONTHS[name.casefold()]:02}", month):
        return "month"
    return "day" if number and day and not _same(f"{int(number):02}", day) else ""


def _same(said: str, written: str) -> bool:
    return len(said) == len(written) and all(b in ("X", a) for a, b in zip(said, written, strict=True))
