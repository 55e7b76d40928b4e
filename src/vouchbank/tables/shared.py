"""The data of the whole corpus that the rows of an article need.

Example:
    >>> NOTHING.principals
    {}
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from vouchbank.corpus import Corpus
from vouchbank.corpus.records import Record


@dataclass(frozen=True)
class Shared:
    """The data of the whole corpus that the rows of an article need: the registry, and the figure of each quantity."""

    registry: Mapping[str, Record]
    figure_of: Mapping[str, str]

    @classmethod
    def of(cls, corpus: Corpus) -> Shared:
        """Collect it from a corpus; malformed values are ignored, since the checks report them."""
        figures = corpus.shared["figures"].records if "figures" in corpus.shared else ()
        registry = corpus.shared["registry"].records if "registry" in corpus.shared else ()
        members = [(r.name, r.values.get("members")) for r in figures]
        listed = [(name, member) for name, held in members if isinstance(held, list) for member in held]
        return cls({r.name: r for r in registry}, {m: name for name, m in listed if isinstance(m, str)})

    @cached_property
    def principals(self) -> Mapping[str, tuple[str, bool]]:
        """For each row with a principal, the last one along `acts_for`, and whether every step is official."""
        return principals_of({name: record.values for name, record in self.registry.items()})


def principals_of(registry: Mapping[str, Mapping[str, Any]]) -> dict[str, tuple[str, bool]]:
    """For each row with a principal, the last one along `acts_for`, and whether every step is official.

    Example:
        >>> principals_of({"clerk": {"acts_for": "port", "capacity": "affiliated"}, "port": {"acts_for": "oxland"}})
        {'port': ('oxland', True), 'clerk': ('oxland', False)}
    """
    found: dict[str, tuple[str, bool]] = {}
    for first in registry:
        name, steps = first, dict[str, Mapping[str, Any]]()
        while name not in found and name not in steps and (row := registry.get(name)):
            if row.get("acts_for") is None:
                break
            steps[name], name = row, str(row["acts_for"])
        last, official = found.get(name, (name, True))
        for step, row in reversed(steps.items()):
            official = official and row.get("capacity") != "affiliated"
            found[step] = last, official
    return found


def principal_of(
    row: Mapping[str, Any], key: str, principals: Mapping[str, tuple[str, bool]], reads_as_government: bool
) -> tuple[str, bool] | None:
    """The principal that an entity ultimately speaks for, and whether officially; None if it speaks for nobody.

    A named organisation or state without a principal speaks for itself, and a city for the state whose seat it is;
    places speak for somebody only if the mention means the government.
    """
    type_, itself = row.get("type"), str(row.get("seat_of") or key)
    if type_ == "GPE" and not reads_as_government:
        return None
    named = type_ in ("GPE", "ORG") and row.get("named", True)
    return principals.get(itself, (itself, True) if named else None)


NOTHING = Shared({}, {})  # for what depends on the article alone
