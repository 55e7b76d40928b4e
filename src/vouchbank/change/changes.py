"""What a change changes, in annotation terms: the vocabulary of `vouchbank diff`.

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
    """A paragraph whose annotation is new, as a whole.

    Attributes:
        paragraph: Its id.
        about: Its role and how much is annotated in it, in our words.
        text: Its text.
        lines: What is annotated in it, one line each, which begins with an id.
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
        verb: One of the kinds, or the field that has another value; a field and a kind for a span of a field.
        detail: From what to what.
        passages: Of an article or a layer that is new the paragraphs, with what is annotated in them.
    """

    article: str
    layer: str
    subject: str
    verb: str
    detail: str = ""
    passages: tuple[Passage, ...] = ()

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
