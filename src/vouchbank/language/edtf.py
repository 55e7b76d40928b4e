"""Dates in EDTF (ISO 8601-2) that can be: `2025-02-30` has the right form and is no date.

The form is that of `schema/common.json`: level 1, and digits left open anywhere (`XXXX-10-28`). Here the calendar is
asked: some year, month and day must fit what is written.

Example:
    >>> possible("XXXX-10-28"), possible("XXXX-02-30"), possible("2025-09/.."), possible("2025-09/2024")
    (True, False, True, False)
"""

from __future__ import annotations

import calendar
import re

_DATE = re.compile(r"(-?[0-9X]{4})(?:-([0-9X]{2})(?:-([0-9X]{2}))?)?[?~%]?\Z", re.ASCII)
_MONTHS = {name.casefold(): number for number, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name.casefold(): number for number, name in enumerate(calendar.month_abbr) if name} | {"sept": 9}
_NAMED = "|".join(sorted(_MONTHS, key=len, reverse=True))
_MONTH_DAY = re.compile(rf"\b({_NAMED})\b\.?(?:\s+([0-9]{{1,2}})(?:st|nd|rd|th)?(?![0-9]))?", re.IGNORECASE)
_DAY_MONTH = re.compile(rf"\b([0-9]{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?({_NAMED})\b", re.IGNORECASE)
_YEAR = re.compile(r"(?<![0-9,.])([12][0-9]{3})(?![0-9])")
SEASONS = range(21, 25)


def possible(value: str) -> bool:
    """Whether a value of the right form can be a date or an interval of dates that does not end before it begins."""
    first, slash, second = value.partition("/")
    ends = [first, second] if slash else [first]
    if all(end in ("", "..") for end in ends):
        return False
    if not all(end in ("", "..") or _can_be(end) for end in ends):
        return False
    known = [end.rstrip("?~%") for end in ends if end[:1].isdigit() and "X" not in end]
    return len(known) < 2 or _sortable(known[0], known[1])


def _sortable(first: str, second: str) -> bool:
    length = min(len(first), len(second))
    return first[:length] <= second[:length]


def _can_be(date: str) -> bool:
    match = _DATE.match(date)
    if not match:
        return False
    year, month, day = match.groups()
    if month is None:
        return True
    months = [m for m in (*range(1, 13), *(() if day else SEASONS)) if _fits(month, m)]
    if not day:
        return bool(months)
    return any(_fits(day, d) for m in months for d in range(1, _days(year, m) + 1))


def _fits(written: str, number: int) -> bool:
    return all(a in ("X", b) for a, b in zip(written, f"{number:02}", strict=True))


def _days(year: str, month: int) -> int:
    """The most days the month can have in any year that is meant."""
    digits = year.removeprefix("-")
    leap = "X" in digits or calendar.isleap(int(digits))
    return 29 if month == 2 and leap else 28 if month == 2 else 30 if month in (4, 6, 9, 11) else 31


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
