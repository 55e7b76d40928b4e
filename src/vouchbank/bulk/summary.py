"""What a run prints: its progress and the time left, and at the end a summary.

Example:
    >>> pace = Pace(parts=4)
    >>> pace.add(articles=3_000, new=True)
    >>> pace.said(seconds=2.0)
    '1 of 4 parts, 3,000 articles, 1,500 per second, 0:00:06 left'
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import reduce
from operator import add

from vouchbank.bulk.receipts import Receipt
from vouchbank.report.text import plural

_LISTED = 12


@dataclass
class Pace:
    """The progress of a run. Parts that were finished before it started do not count for its pace.

    Attributes:
        parts: The number of parts.
        done: Parts that are done, including those that were finished before.
        made: Parts that this run made.
        articles: Articles that this run made.
    """

    parts: int
    done: int = 0
    made: int = 0
    articles: int = 0

    def add(self, articles: int, new: bool) -> None:
        """Count a part: a new one, or one that was finished before."""
        self.done += 1
        self.made += new
        self.articles += articles * new

    def said(self, seconds: float) -> str:
        """The progress after some seconds, with rate and time left once they can be estimated."""
        said = f"{self.done:,} of {self.parts:,} parts"
        if not self.made or seconds <= 0:
            return said
        left = timedelta(seconds=round(seconds / self.made * (self.parts - self.done)))
        return f"{said}, {self.articles:,} articles, {self.articles / seconds:,.0f} per second, {left} left"


def summary(receipts: Sequence[Receipt], twice: int = 0) -> Iterator[str]:
    r"""The summary of a run: articles, roles, what was removed, annotation, findings.

    Args:
        receipts: The receipts of the parts that are done.
        twice: The number of duplicate ids.

    >>> made = Receipt(0, "a", "", "", articles=2, roles={"body": 3, "interface": 1}, removed={"interface": 20})
    >>> print("\n".join(summary([made])))
    2 articles in 1 part
    kept:     body 3
    removed:  interface 1 (20 characters)
    findings: none
    """
    if not receipts:
        return
    whole = reduce(add, receipts)
    refused = f", {whole.refused:,} refused" * bool(whole.refused)
    yield f"{plural(whole.articles, 'article')} in {plural(len(receipts), 'part')}{refused}"
    yield f"kept:     {_listed({role: n for role, n in whole.roles.items() if role not in whole.removed})}"
    removed = {role: f"{whole.roles.get(role, 0):,} ({n:,} characters)" for role, n in _most_first(whole.removed)}
    yield f"removed:  {', '.join(f'{role} {said}' for role, said in removed.items()) or 'nothing'}"
    if any(whole.annotations.values()):
        yield f"annotation: {_listed(whole.annotations)}"
    found = {**whole.findings, **({"input-id-twice": twice} if twice else {})}
    yield f"findings: {_listed(found)}"


def _listed(counts: Mapping[str, int]) -> str:
    listed = [(name, count) for name, count in _most_first(counts) if count]
    more = f" and {len(listed) - _LISTED} more" if len(listed) > _LISTED else ""
    return ", ".join(f"{name} {count:,}" for name, count in listed[:_LISTED]) + more or "none"


def _most_first(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))
