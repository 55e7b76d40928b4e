"""withheld.json: what a folder whose text is withheld needs to be restored, and to prove it.

Example:
    >>> record = Record("1.0", "26.0", {"000": (Stretch(0, 3, "ab" * 16),)}, {}, "00" * 32, {})
    >>> Record.from_json(record.to_json()) == record
    True
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from vouchbank.corpus.ids import ARTICLE_ID
from vouchbank.withhold.problems import NotWithheldError
from vouchbank.withhold.recipe import Recipe
from vouchbank.withhold.secret import MARKER, Stretch

RECORD = "withheld.json"
FORMAT = 1
_HASH = re.compile(r"[0-9a-f]{32}|[0-9a-f]{64}")


@dataclass(frozen=True)
class Record:
    """The record of a corpus whose text is withheld.

    Attributes:
        version: The version of this package that made it.
        pyarrow: The version of pyarrow that wrote the Parquet files of the full corpus; others write other bytes.
        articles: The articles still withheld, with the stretches by which a reader's copy is compared.
        recipes: How to make again what offsets alone do not; by marker.
        sums: SHA-256 of SHA256SUMS of the full corpus: it speaks of every byte of it, so it proves the restoration.
        tables: For each table the keyed hash of its logical digest in the full corpus.
    """

    version: str
    pyarrow: str
    articles: Mapping[str, tuple[Stretch, ...]]
    recipes: Mapping[str, Recipe]
    sums: str
    tables: Mapping[str, str]

    def to_json(self) -> str:
        """The file, one stretch or recipe a line."""
        entries = {
            "articles": {a: [list(s) for s in found] for a, found in self.articles.items()},
            "recipes": {name: recipe.to_json() for name, recipe in self.recipes.items()},
        }
        head = {
            "format": FORMAT,
            "vouchbank": self.version,
            "pyarrow": self.pyarrow,
            "restored_sums_sha256": self.sums,
            "restored_tables": dict(self.tables),
        }
        lines = [f" {json.dumps(key)}: {json.dumps(value)}" for key, value in head.items()]
        for key, held in entries.items():
            inner = ",\n".join(f"  {json.dumps(k)}: {json.dumps(v, ensure_ascii=False)}" for k, v in held.items())
            lines.append(f" {json.dumps(key)}: {{\n{inner}\n }}")
        return "{\n" + ",\n".join(lines) + "\n}\n"

    @classmethod
    def from_json(cls, text: str) -> Record:
        """The record of a file.

        Raises:
            NotWithheldError: it is none.
        """
        try:
            held = json.loads(text)
            if held["format"] != FORMAT:
                raise NotWithheldError(f"{RECORD} has the format {held['format']!r}; this version reads {FORMAT}")
            record = cls(
                held["vouchbank"],
                held["pyarrow"],
                {
                    a: tuple(Stretch(int(s), int(e), str(h)) for s, e, h in found)
                    for a, found in held["articles"].items()
                },
                {name: Recipe.from_json(value) for name, value in held["recipes"].items()},
                held["restored_sums_sha256"],
                dict(held["restored_tables"]),
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise NotWithheldError(f"{RECORD} cannot be read") from error
        if not record._well_formed():
            raise NotWithheldError(f"{RECORD} holds what it cannot hold")
        return record

    def _well_formed(self) -> bool:
        """Whether ids and hashes look like what they are; ids become names of files."""
        hashes = (self.sums, *self.tables.values(), *(s.sha256 for found in self.articles.values() for s in found))
        return (
            all(isinstance(h, str) and (_HASH.fullmatch(h)) for h in hashes)
            and all(ARTICLE_ID.match(article) for article in self.articles)
            and all(MARKER.fullmatch(name) for name in self.recipes)
            and isinstance(self.version, str)
            and isinstance(self.pyarrow, str)
        )
