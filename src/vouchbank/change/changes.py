"""Changes in annotation terms: what `vouchbank diff` lists.

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

from vouchbank.report.text import plural

ADDED, REMOVED, MOVED, WIDENED, NARROWED, CHANGED = "added", "removed", "moved", "widened", "narrowed", "changed"
KINDS = (ADDED, REMOVED, MOVED, WIDENED, NARROWED, CHANGED)
Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph of a new article or layer, with its annotations.

    Attributes:
        paragraph: Its id.
        about: Its role and how many annotations it has.
        text: Its text.
        lines: A line for each annotation in it, beginning with the id.
    """

    paragraph: str
    about: str
    text: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One change.

    Attributes:
        article: The article; empty for the registry, figures and claims.
        layer: The table, or `text`, `seed`, `file`, `article`, `raw`, `adjudication`.
        subject: What changed: an id, a paragraph, a key.
        verb: One of the kinds; or the field whose value changed; or, for a span, the field and a kind.
        detail: The old and the new value.
        passages: The paragraphs of a new article or layer.
    """

    article: str
    layer: str
    subject: str
    verb: str
    detail: str = ""
    passages: tuple[Passage, ...] = ()

    @property
    def kind(self) -> str:
        """The kind it is counted as."""
        last = self.verb.rpartition(" ")[2]
        return last if last in KINDS else CHANGED

    def __str__(self) -> str:
        spoken = self.verb.rpartition(" ")[2] in KINDS or " place" in self.verb
        colon = ":" if spoken and self.detail else ""
        return " ".join(filter(None, (self.subject, f"{self.verb}{colon}", self.detail)))


def side_by_side(old: Mapping[Key, Any], new: Mapping[Key, Any]) -> Iterator[tuple[Key, Any, Any]]:
    """Every key with its value on both sides, None if missing: first the keys of the old side only, then the new side.

    >>> list(side_by_side({"a": 1, "b": 2}, {"c": 3, "b": 4}))
    [('a', 1, None), ('c', None, 3), ('b', 2, 4)]
    """
    yield from ((key, value, None) for key, value in old.items() if key not in new)
    yield from ((key, old.get(key), value) for key, value in new.items())


def in_order(changes: Iterable[Change]) -> list[tuple[tuple[str, str], list[Change]]]:
    """Changes grouped by article and layer, in the order found; those of no article last."""
    groups: dict[tuple[str, str], list[Change]] = {}
    for change in changes:
        groups.setdefault((change.article, change.layer), []).append(change)
    return sorted(groups.items(), key=lambda item: (not item[0][0], item[0][0]))


def summary(changes: Sequence[Change], since: str) -> str:
    """The last line of the list."""
    if not changes:
        return f"no annotation changes since {since}"
    kinds = Counter(c.kind for c in changes)
    articles = {c.article for c in changes if c.article}
    said = ", ".join(f"{kinds[kind]} {kind}" for kind in KINDS if kinds[kind])
    where = f" in {plural(len(articles), 'article')}" if articles else ""
    return f"{plural(len(changes), 'change')}{where} since {since}: {said}"
