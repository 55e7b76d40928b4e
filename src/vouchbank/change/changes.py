"""What a change changes, in annotation terms: the vocabulary of `vouchbank diff`, as text and as Markdown.

Example:
    >>> change = Change("004", "entities", "004-e7", "widened", "[President] Nicolas Maduro")
    >>> str(change)
    '004-e7 widened: [President] Nicolas Maduro'
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from vouchbank.report.markdown import code
from vouchbank.report.text import cut, plural, printable

ADDED, REMOVED, MOVED, WIDENED, NARROWED, CHANGED = "added", "removed", "moved", "widened", "narrowed", "changed"
KINDS = (ADDED, REMOVED, MOVED, WIDENED, NARROWED, CHANGED)
MAX_DETAIL = 300
MAX_SHOWN = 200
Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Change:
    """One change.

    Attributes:
        article: The article; empty for the registry, figures and claims.
        layer: The table, or `text`, `seed`, `file`, `article`.
        subject: What changed: an id, a paragraph, a key.
        verb: One of the kinds, or the field that has another value; a field and a kind for a span of a field.
        detail: From what to what.
    """

    article: str
    layer: str
    subject: str
    verb: str
    detail: str = ""

    @property
    def kind(self) -> str:
        """Which of the kinds it is counted as."""
        last = self.verb.rpartition(" ")[2]
        return last if last in KINDS else CHANGED

    def __str__(self) -> str:
        spoken = self.verb.rpartition(" ")[2] in KINDS or " place" in self.verb
        colon = ":" if spoken and self.detail else ""
        return " ".join(filter(None, (self.subject, f"{self.verb}{colon}", self.detail)))


def side_by_side(old: Mapping[Key, Any], new: Mapping[Key, Any]) -> Iterator[tuple[Key, Any, Any]]:
    """Every key with its value on both sides, None where it has none: what has gone, then the new side in its order.

    >>> list(side_by_side({"a": 1, "b": 2}, {"c": 3, "b": 4}))
    [('a', 1, None), ('c', None, 3), ('b', 2, 4)]
    """
    yield from ((key, value, None) for key, value in old.items() if key not in new)
    yield from ((key, old.get(key), value) for key, value in new.items())


def in_order(changes: Iterable[Change]) -> list[tuple[tuple[str, str], list[Change]]]:
    """Changes by article and layer, each group in the order in which they were found; articles first."""
    groups: dict[tuple[str, str], list[Change]] = {}
    for change in changes:
        groups.setdefault((change.article, change.layer), []).append(change)
    return sorted(groups.items(), key=lambda item: (not item[0][0], item[0][0]))


def summary(changes: Sequence[Change], since: str) -> str:
    """The closing line."""
    if not changes:
        return f"no change of annotation since {since}"
    kinds = Counter(c.kind for c in changes)
    articles = {c.article for c in changes if c.article}
    said = ", ".join(f"{kinds[kind]} {kind}" for kind in KINDS if kinds[kind])
    where = f" in {plural(len(articles), 'article')}" if articles else ""
    return f"{plural(len(changes), 'change')}{where} since {since}: {said}"


def as_text(changes: Sequence[Change], since: str) -> Iterator[str]:
    """Lines for a terminal."""
    for (article, layer), group in in_order(changes):
        yield f"{article or 'corpus'} {layer}"
        for change in group:
            yield f"  {printable(cut(str(change), MAX_DETAIL))}"
    yield printable(summary(changes, since))


def as_markdown(changes: Sequence[Change], since: str) -> Iterator[str]:
    """Lines for a pull request; what comes from files stands in code spans only. Long lists are cut and say so."""
    yield from ("### Change of annotation", "", summary(changes, code(since)))
    if not changes:
        return
    yield from ("", f"| | {' | '.join(KINDS)} |", f"|---|{'---:|' * len(KINDS)}")
    groups = in_order(changes)
    for (article, layer), group in groups:
        kinds = Counter(c.kind for c in group)
        yield f"| {article or 'corpus'} {layer} | {' | '.join(str(kinds[kind] or '') for kind in KINDS)} |"
    left = MAX_SHOWN
    for (article, layer), group in groups:
        yield from ("", f"**{article or 'corpus'} {layer}**", "")
        yield from (f"- {code(cut(str(change), MAX_DETAIL))}" for change in group[:left])
        if len(group) > left:
            yield f"- … and {len(group) - left} more"
        left = max(0, left - len(group))
