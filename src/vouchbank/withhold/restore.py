"""Put words back into rows and documents, and check each against its marker.

The clean text comes from the segments, not from the rules that chose them: the rules of a later version may choose
otherwise, the segments are published.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vouchbank.text import OffsetMap, default_rules
from vouchbank.text.characters import clean
from vouchbank.withhold.problems import RestoredWrongError
from vouchbank.withhold.record import Record
from vouchbank.withhold.secret import MARKER, article_key, marker
from vouchbank.withhold.wording import Source

if TYPE_CHECKING:
    import pyarrow

Row = Mapping[str, Any]


def text_of(raw: str, segments: list[Row], offsets: OffsetMap) -> str:
    r"""The clean text of an article from its raw text, its segments and its offset map.

    The map says which part of a segment became text: white space around it does not always clean to nothing.

    Example:
        >>> segments = [{"kept": False, "start": None, "end": None}, {"kept": True, "start": 0, "end": 4}]
        >>> text_of("Share\n\xa0Rain\n", segments, OffsetMap.from_list([[12, 4], [0, 7, 0, 0], [11, 12, 4, 4]]))
        'Rain'
    """
    repairs = default_rules().repair_pairs
    places = (offsets.to_raw(s["start"], s["end"]) for s in segments if s["kept"])
    return "\n".join(clean(raw[place.start : place.end], repairs)[0] for place in places)


@dataclass(frozen=True)
class Restorer:
    """Restores the strings of the articles that it has."""

    sources: Mapping[str, Source]
    keys: Mapping[str, bytes]
    record: Record

    @classmethod
    def of(
        cls,
        raws: Mapping[str, str],
        tables: Mapping[str, pyarrow.Table],
        maps: Mapping[str, OffsetMap],
        record: Record,
    ) -> Restorer:
        """For the raw articles at hand.

        Raises:
            RestoredWrongError: an article is not the right one, or its text comes out otherwise than it was.
        """
        segments = tables["segments"].select(["article_id", "start", "end", "kept"]).to_pylist()
        stated = {
            row["article_id"]: row
            for row in tables["articles"].select(["article_id", "seed_sha256", "text_sha256"]).to_pylist()
        }
        sources = {}
        for article, raw in sorted(raws.items()):
            text = text_of(raw, [s for s in segments if s["article_id"] == article], maps[article])
            if [_sha256(raw), _sha256(text)] != [stated[article]["seed_sha256"], stated[article]["text_sha256"]]:
                raise RestoredWrongError(f"the text of article {article}", record.version)
            sources[article] = Source(text, raw)
        return cls(sources, {article: article_key(source.raw) for article, source in sources.items()}, record)

    def row(self, table: str, index: int, row: Row) -> dict[str, Any]:
        """A row with the words of the articles at hand."""
        article = row.get("article_id", "")
        return {name: self._value(value, f"{table}/{index}/{name}", article, row) for name, value in row.items()}

    def strings(self, string: str) -> str:
        """A string with its markers replaced that have a recipe and whose article is at hand."""
        return MARKER.sub(self._remade, string)

    def _value(self, value: Any, place: str, article: str, row: Row) -> Any:
        if isinstance(value, str):
            return self._string(value, place, article, row)
        if isinstance(value, list):
            return [self._value(v, f"{place}.{i}", article, row) for i, v in enumerate(value)]
        if isinstance(value, dict):
            inner = value.get("article_id", article)
            return {name: self._value(v, f"{place}.{name}", inner, value) for name, v in value.items()}
        return value

    def _string(self, string: str, place: str, article: str, row: Row) -> str:
        if string in self.record.recipes or not MARKER.fullmatch(string):
            return self.strings(string)
        if article not in self.sources:
            return string
        words = self._at_offsets(place, self.sources[article], row)
        if marker(self.keys[article], place, words) != string:
            raise RestoredWrongError(place, self.record.version)
        return words

    def _at_offsets(self, place: str, source: Source, row: Row) -> str:
        """The words at the offsets that stand beside a marker."""
        table, _, path = place.split("/")
        if table == "segments":
            return source.raw[row["raw_start"] : row["raw_end"]]
        if place.startswith("articles/") and path == "text":
            return source.text
        if table == "tokens" and path.startswith("tokens."):
            row = row["offsets"][int(path.removeprefix("tokens."))]
        if not isinstance(row.get("start"), int) or not isinstance(row.get("end"), int):
            raise RestoredWrongError(place, self.record.version)
        return source.text[row["start"] : row["end"]]

    def _remade(self, found: Any) -> str:
        recipe = self.record.recipes.get(found[0])
        if recipe is None or recipe.article not in self.sources:
            return str(found[0])
        words = recipe.made_of(getattr(self.sources[recipe.article], recipe.form))
        if marker(self.keys[recipe.article], recipe.place, words) != found[0]:
            raise RestoredWrongError(recipe.place, self.record.version)
        return words


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
