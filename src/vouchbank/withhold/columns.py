"""Which strings of a row go, and what stands in their place.

Three kinds of strings, told apart by the schema:

- words that stand in an article by their nature (spans, tokens, the title, aliases): gone whole, be it one letter;
- labels, ids, keys, dates: ours, they stay;
- all else (notes, reasons, rights): the runs of words that an article has too are taken out, the rest stays.

A column that a new layer brings is of the first kind if it is a span and of the third if it is free text, so nobody has
to remember to withhold it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from vouchbank.schema import Column, Kind, Table
from vouchbank.withhold.problems import CannotWithholdError
from vouchbank.withhold.recipe import Recipe
from vouchbank.withhold.secret import MARKER, article_key, marker
from vouchbank.withhold.wording import RUN, Gram, Source, Wording

Row = Mapping[str, Any]
# words of an article as they stand there, that are no spans
VERBATIM = {
    "articles": {"text", "title", "evidence.quote"},
    "segments": {"raw_text"},
    "tokens": {"text", "tokens"},
    "registry": {"aliases"},
}
# names and labels: ours, or facts, even where an article has the same few words
NAMES = {"articles": {"outlet"}, "registry": {"name"}, "figures": {"label"}, "claims": {"label"}}
NAME_RUN = 8  # longer than that a name is a quotation


@dataclass
class Withholder:
    """Puts markers in the place of words, and writes down how to make again what offsets alone do not."""

    wording: Wording
    keys: Mapping[str, bytes]
    recipes: dict[str, Recipe] = field(default_factory=dict)

    @classmethod
    def of(cls, sources: Mapping[str, Source]) -> Withholder:
        """For the articles of a corpus."""
        return cls(Wording(sources), {article: article_key(source.raw) for article, source in sources.items()})

    def row(self, table: Table, index: int, row: Row) -> dict[str, Any]:
        """A row without words of articles."""
        article = row.get("article_id", "")
        return {
            c.name: self._value(c, row[c.name], _At(table.name, f"{table.name}/{index}/{c.name}", c.name, article))
            for c in table.columns
        }

    def whole(self, place: str, article: str, words: str) -> str:
        """The marker of words whose offsets stand beside them."""
        return marker(self.keys[article], place, words)

    def text(self, place: str, string: str, at_least: int = RUN, own: frozenset[Gram] = frozenset()) -> str:
        """A string of ours without the runs of words that an article has."""
        if MARKER.search(string):
            raise CannotWithholdError(place, "it already holds a marker of withheld words")
        made: list[str] = []
        done = 0
        for number, found in enumerate(self.wording.shared(string, at_least, own)):
            words = string[found.start : found.end]
            made += (string[done : found.start], self._noted(f"{place}#{number}", found.recipe, words))
            done = found.end
        return "".join((*made, string[done:]))

    def _value(self, column: Column, value: Any, at: _At) -> Any:
        if value is None:
            return None
        if column.span:
            return {**value, "text": self.whole(f"{at.place}.text", at.article, value["text"])}
        if column.item is not None:
            return (
                [self._value(column.item, v, at.item(i)) for i, v in enumerate(value)] if _may_quote(column) else value
            )
        if column.kind is Kind.RECORD:
            inner = at if "article_id" not in value else at.within(value["article_id"])
            return {f.name: self._value(f, value[f.name], inner.field(f.name)) for f in column.fields}
        return self._string(value, at) if _may_quote(column) else value

    def _string(self, value: str, at: _At) -> str:
        if at.column not in VERBATIM.get(at.table, ()):
            return self.text(at.place, value, NAME_RUN if at.column in NAMES.get(at.table, ()) else RUN)
        if (at.table, at.column) in OFFSETS_KNOWN:
            return self.whole(at.place, at.article, value)
        recipe = self.wording.exact(value, [at.article] if at.article else list(self.keys))
        if recipe is not None:
            return self._noted(at.place, recipe, value)
        return self.text(at.place, value)  # an alias that no article has

    def _noted(self, place: str, recipe: Recipe, words: str) -> str:
        made = marker(self.keys[recipe.article], place, words)
        self.recipes[made] = replace(recipe, place=place)
        return made


# the row itself says where in the article these stand
OFFSETS_KNOWN = {("articles", "text"), ("segments", "raw_text"), ("tokens", "text"), ("tokens", "tokens")}


@dataclass(frozen=True, slots=True)
class _At:
    """Where a value stands: its table, its place, its column without numbers, and its article if it has one."""

    table: str
    place: str
    column: str
    article: str

    def item(self, index: int) -> _At:
        return _At(self.table, f"{self.place}.{index}", self.column, self.article)

    def field(self, name: str) -> _At:
        return _At(self.table, f"{self.place}.{name}", f"{self.column}.{name}", self.article)

    def within(self, article: str) -> _At:
        return _At(self.table, self.place, self.column, article)


def _may_quote(column: Column) -> bool:
    """Whether a value may hold words of an article: not a number, a label, an id, nor what a pattern restricts."""
    if column.item is not None:
        return _may_quote(column.item)
    if column.kind is Kind.RECORD:
        return True
    fixed = column.labels or column.pattern or column.references or column.annotation_id
    return column.kind is Kind.TEXT and not fixed
