r"""Ids that are never used again: annotations/retired.toml.

A section is named as the id: `[004-e7]` an annotation, `[002]` an article with every annotation it had, and with the
name of their table what articles share: `[registry.lake-post]`, `[figures.warships]`, `[claims.aim]`.

Example:
    >>> listed = retirements({"002": {"reason": "withdrawn"}, "registry": {"moscow": {"reason": "only 002 named it"}}})
    >>> [(r.name, r.table, r.id) for r in listed.values()]
    [('002', '', '002'), ('registry.moscow', 'registry', 'moscow')]
    >>> retirement_of("002-e7", listed).reason
    'withdrawn'
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

RETIRED_FILE = "annotations/retired.toml"
_ID = re.compile(r"[0-9]{3}(-[a-z]+[1-9][0-9]{0,5})?\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Retirement:
    """One id that is gone.

    Attributes:
        table: The table of what articles share; empty for articles and annotations.
        id: The id itself.
        values: What stands in its section.
    """

    table: str
    id: str
    values: Mapping[str, Any]

    @property
    def name(self) -> str:
        """The name of its section."""
        return shared_name(self.table, self.id) if self.table else self.id

    @property
    def reason(self) -> str:
        """Why it is gone."""
        return str(self.values.get("reason", ""))

    @property
    def successor(self) -> str:
        """The section name of what stands in its place; empty if nothing does."""
        given = self.values.get("successor")
        if not isinstance(given, str):
            return ""
        return shared_name(self.table, given) if self.table else given

    @property
    def path(self) -> tuple[str, ...]:
        """Where its section stands in the file."""
        return (self.table, self.id) if self.table else (self.id,)


def shared_name(table: str, key: str) -> str:
    """How a registry key, a figure or a claim is named among all ids: keys are unique in their table only."""
    return f"{table}.{key}"


def retirements(values: Mapping[str, Any]) -> dict[str, Retirement]:
    """The entries of annotations/retired.toml by the names of their sections; what has not their form is left out."""
    return {entry.name: entry for entry in _entries(values)}


def retirement_of(name: str, listed: Mapping[str, Retirement]) -> Retirement | None:
    """The entry that retires an id: its own, or that of its article."""
    return listed.get(name) or (listed.get(name[:3]) if _ID.match(name) else None)


def _entries(values: Mapping[str, Any]) -> Iterator[Retirement]:
    for name, held in values.items():
        if not isinstance(held, dict):
            continue
        if _ID.match(name):
            yield Retirement("", name, held)
        else:
            yield from (Retirement(name, key, inner) for key, inner in held.items() if isinstance(inner, dict))
