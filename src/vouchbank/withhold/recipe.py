"""How to make a withheld string again of an article: offsets, and what stands between them.

Example:
    >>> recipe = Recipe("000", "text", (Part(4, 9, (0,)), "’s ", Part(10, 13)), "figures/0/note#0")
    >>> recipe.made_of("the river bed")
    'River’s bed'
    >>> Recipe.from_json(recipe.to_json()) == recipe
    True
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple


class Part(NamedTuple):
    """A stretch of an article; `swapped` are the places of letters whose case is the other one."""

    start: int
    end: int
    swapped: tuple[int, ...] = ()

    def of(self, whole: str) -> str:
        """The words."""
        found = whole[self.start : self.end]
        return "".join(c.swapcase() if i in self.swapped else c for i, c in enumerate(found))


@dataclass(frozen=True, slots=True)
class Recipe:
    """A string as parts of an article's `text` or `raw` form, and the marks and spaces between them.

    `place` says where the string was taken out; it is part of its keyed hash.
    """

    article: str
    form: str
    parts: tuple[Part | str, ...]
    place: str = ""

    def made_of(self, whole: str) -> str:
        """The string."""
        return "".join(part if isinstance(part, str) else part.of(whole) for part in self.parts)

    def to_json(self) -> list[Any]:
        """Plain lists for JSON."""
        parts = [
            p if isinstance(p, str) else [p.start, p.end, *([list(p.swapped)] if p.swapped else [])] for p in self.parts
        ]
        return [self.place, self.article, self.form, parts]

    @classmethod
    def from_json(cls, value: Any) -> Recipe:
        """What `to_json` wrote.

        Raises:
            ValueError: it did not.
        """
        try:
            place, article, form, listed = value
            parts = tuple(
                p if isinstance(p, str) else Part(p[0], p[1], tuple(p[2]) if len(p) > 2 else ()) for p in listed
            )
        except (TypeError, IndexError) as error:
            raise ValueError(f"{value!r} is no recipe") from error
        if form not in ("text", "raw") or not (isinstance(article, str) and isinstance(place, str)):
            raise ValueError(f"{value!r} is no recipe")
        return cls(article, form, parts, place)
