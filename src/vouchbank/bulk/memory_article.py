"""An article that exists only in memory: its seed and its layer files are made from the values of an input."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from vouchbank.bulk.input_rows import InputArticle
from vouchbank.bulk.options import Options
from vouchbank.corpus import Article
from vouchbank.corpus.corpus import UNKNOWN
from vouchbank.corpus.records import LayerFile
from vouchbank.corpus.seeds import Seed, digest
from vouchbank.findings import Place
from vouchbank.pages import Fact, WebPage
from vouchbank.schema import Schema, Table
from vouchbank.spans import Paragraph, Span
from vouchbank.text import Normalised
from vouchbank.toml.reader import Document
from vouchbank.toml.walk import Path


@dataclass(frozen=True)
class MemoryFile(Document):
    """The records of an input in the form of a layer file; a place is the number of the record and of the value in it.

    Attributes:
        at: For each record, by paragraph and name, its layer and its index in it.
    """

    at: Mapping[tuple[str, str], tuple[str, int]] = field(default_factory=dict)
    _paths: dict[Path, int] = field(default_factory=dict)

    @property
    def keys(self) -> Mapping[Path, Place]:
        """Empty: places are made on demand."""
        return {}

    @property
    def cells(self) -> Mapping[Path, Place]:
        """Empty: places are made on demand."""
        return {}

    def place(self, *path: str | int) -> Place:
        """The place that represents a path."""
        number = self._paths.setdefault(path, len(self._paths) + 1)
        owner = self.at.get((str(path[0]), str(path[1]))) if len(path) > 1 else None
        return Place(self.file, owner[1] + 1 if owner else 1, number)

    def key_place(self, *path: str | int) -> Place:
        """The place that represents a path."""
        return self.place(*path)

    def path_of(self, place: Place) -> str:
        """Where a place is in the row of the input; empty if it is in no record.

        Example:
            >>> file = MemoryFile("quantities", at={("p1", "q1"): ("quantities", 0)})
            >>> file.path_of(file.place("p1", "q1", "scope", 1, "q"))
            'quantities[0].scope[1]'
        """
        path = next((path for path, number in self._paths.items() if number == place.column), ())
        owner = self.at.get((str(path[0]), str(path[1]))) if len(path) > 1 else None
        if owner is None:
            return ""
        steps = ["span" if step == "q" else step for step in path[2:]]
        inside = steps[:-1] if len(steps) > 1 and path[-1] in ("q", "n", "p") else steps
        said = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in inside)
        return f"{owner[0]}[{owner[1]}]{said}"


class MemoryArticle(Article):
    """An article whose layers have the status that its input states.

    Attributes:
        statuses: The status of each layer that the input has.
    """

    def __init__(
        self, seed: Seed, files: Mapping[str, LayerFile], schema: Schema, statuses: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(seed.article, seed, files, schema)
        self.statuses = statuses or {}

    def status(self, table: Table) -> str:
        """The status of a layer."""
        return self.statuses.get(table.name, UNKNOWN[0])

    def finished(self, table: Table) -> bool:
        """Whether the layer is complete, so that whatever it does not annotate is absent from the text."""
        return self.status(table) in ("complete", "adjudicated")


def memory_seed(given: InputArticle, normalised: Normalised, options: Options, page: WebPage | None = None) -> Seed:
    """The seed of an input article; paragraphs keep the ids of the input if it lists the same paragraphs."""
    facts = {name: {"value": value, "from": "given"} for name, value in given.facts.items() if name != "language"}
    told = {one.field: _told(one) for one in page.facts if one.field not in facts} if page else {}
    named = {**told, **facts, "seed_file": given.source, "language": given.facts.get("language", options.language)}
    meta = Document("meta", values={**named, "paragraphs": _known(given, normalised)}, missing=True)
    seed = Seed(given.article_id, given.text.encode(), given.source, given.text, meta, ())
    vars(seed).update(normalised=normalised)
    if not meta.values["paragraphs"]:  # the same result as the general way, but faster
        kept = [segment.role for segment in normalised.segments if segment.kept]
        numbered = enumerate(zip(kept, normalised.paragraphs, strict=True), 1)
        paragraphs = (
            Paragraph(f"p{number}", role, Span(*pair), normalised.text[slice(*pair)])
            for number, (role, pair) in numbered
        )
        vars(seed).update(paragraphs=tuple(paragraphs))
    return seed


def _told(fact: Fact) -> dict[str, str]:
    """A fact that a page states about itself, in the form of meta.toml."""
    return {"value": fact.value, **({"from": fact.origin} if fact.origin else {"evidence": fact.evidence})}


def _known(given: InputArticle, normalised: Normalised) -> dict[str, Any]:
    """The ids of the paragraphs that the input lists, if these are exactly the paragraphs of the text."""
    listed = given.layers.get("paragraphs")
    rows = [row for row in listed if isinstance(row, dict)] if isinstance(listed, list) else []
    if [(row.get("start"), row.get("end")) for row in rows] != [*normalised.paragraphs] or not rows:
        return {}
    return {str(row.get("id")): digest(Span(row["start"], row["end"]).of(normalised.text)) for row in rows}
