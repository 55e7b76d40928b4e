"""Dates in EDTF (ISO 8601-2) that can be: `2025-02-30` has the right form and is not a date.

`schema/common.json` says which forms may be written. Here the calendar is asked, for digits left open too: some year,
month and day must fit what is written. Any other form is EDTF if the library `edtf` reads it; it is not asked for days,
since it knows no leap years and fails on some open digits.

Example:
    >>> possible("XXXX-10-28"), possible("XXXX-02-30"), possible("2025-09/.."), possible("2025-09/2024")
    (True, False, True, False)
"""

from __future__ import annotations

import calendar
import re
from functools import cache

from vouchbank.errors import needed

_DATE = re.compile(r"(-?[0-9X]{4})(?:-([0-9X]{2})(?:-([0-9X]{2}))?)?[?~%]?\Z", re.ASCII)
LEAP, COMMON = 2000, 2001
SEASONS = range(21, 25)
_NAMES = (*enumerate(calendar.month_name), *enumerate(calendar.month_abbr), (9, "sept"))
_MONTHS = {name.casefold(): number for number, name in _NAMES if name}
_NAMED = "|".join(sorted(_MONTHS, key=len, reverse=True))
_MONTH_DAY = re.compile(rf"\b({_NAMED})\b\.?(?:\s+([0-9]{{1,2}})(?:st|nd|rd|th)?(?![0-9]))?", re.IGNORECASE)
_DAY_MONTH = re.compile(rf"\b([0-9]{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?({_NAMED})\b", re.IGNORECASE)
_YEAR = re.compile(r"(?<![0-9,.])([12][0-9]{3})(?![0-9])")


def possible(value: str) -> bool:
    """Whether a value of the right form can be a date or an interval of dates that does not end before it begins."""
    ends = [end.rstrip("?~%") for end in value.split("/")]
    dates = [end for end in ends if end not in ("", "..")]
    if not dates or len(ends) > 2 or not all(map(_can_be, dates)):
        return False
    known = [date for date in dates if date[:1].isdigit() and "X" not in date]
    length = min(map(len, known), default=0)  # as much of both as either says
    return [date[:length] for date in known] == sorted(date[:length] for date in known)


@cache
def _can_be(date: str) -> bool:
    match = _DATE.match(date)
    if match and (_on_calendar(*match.groups("XX")) or (match[2] and not match[3] and _season(match[2]))):
        return True
    if match and match[3]:
        return False
    with needed("checking dates"):
        from edtf import EDTFParseException, parse_edtf  # making its grammar takes a quarter of a second

    try:
        parse_edtf(date)
    except EDTFParseException:
        return False
    return True


def _season(month: str) -> bool:
    """Whether it is a season, also of an unknown year, which EDTF does not have and articles do."""
    return any(_same(str(season), month) for season in SEASONS)


def _on_calendar(year: str, month: str, day: str) -> bool:
    """Whether some month of a year that can be meant has the day."""
    digits = year.removeprefix("-")
    leap = "X" in digits or calendar.isleap(int(digits))
    return any(
        _same(f"{m:02}", month) and _same(f"{d:02}", day)
        for m in range(1, 13)
        for d in range(1, calendar.monthrange(LEAP if leap else COMMON, m)[1] + 1)
    )


def contradicts(value: str, words: str) -> str:
    """What the words of a date say otherwise than its value: `year`, `month`, `day`; empty if nothing.

    >>> contradicts("XXXX-10-27", "Oct. 28"), contradicts("2025-09-23", "Sept. 23, 2025")
    ('day', '')
    """
    match = _DATE.match(value.partition("/")[0])
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
