"""What is told of a corpus: the sentences of about.toml, filled in from the data, and how it is to be cited.

The card, croissant.json and datacite.json take their words from here, so that they say the same.

Example:
    >>> sentences({"articles": "5"})["raw_data"]
    'The bytes of every article as it came. The table `segments` holds every piece of it, kept or removed, in order.'
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from string import Template
from typing import TYPE_CHECKING, Any

from vouchbank.build.citation import Citation, read_citation
from vouchbank.build.facts import AnnotationFacts, annotation_facts
from vouchbank.corpus import Corpus

if TYPE_CHECKING:
    import pyarrow


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of a corpus.

    Attributes:
        said: The sentences of about.toml, filled in.
        views: What a reader should know of each article.
        facts: Who annotated, and how far they agree.
        citation: How the corpus is to be cited.
        languages: The languages of the articles.
        rows: How many rows each table has.
    """

    said: Mapping[str, Any]
    views: Mapping[str, Mapping[str, str]]
    facts: AnnotationFacts
    citation: Citation
    languages: tuple[str, ...]
    rows: Mapping[str, int]


def tell(corpus: Corpus, tables: Mapping[str, pyarrow.Table]) -> Told:
    """Everything that is told of a corpus, from its sources and its tables."""
    facts = annotation_facts(corpus)
    rows = {name: table.num_rows for name, table in tables.items()}
    said = sentences({**facts.words, **{name: str(count) for name, count in rows.items()}})
    languages = tuple(sorted(set(tables["articles"].column("language").to_pylist())))
    known = {name: view for name, view in views().items() if name in corpus.article_ids}
    return Told(said, known, facts, read_citation(corpus.root), languages, rows)


def sentences(words: Mapping[str, str]) -> dict[str, Any]:
    """Every sentence of about.toml; what has no word stays as `$word`, so that a test sees it."""
    return {key: _filled(value, words) for key, value in _read("about.toml").items()}


def views() -> dict[str, dict[str, str]]:
    """For each article what a reader should know of it (`view`), and `words` of its own that show it."""
    return _read("articles/views.toml")


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(resources.files("vouchbank.build").joinpath(name).read_text("utf-8"))


def _filled(value: str | list[str], words: Mapping[str, str]) -> str | list[str]:
    if isinstance(value, str):
        return Template(value).safe_substitute(words)
    return [Template(item).safe_substitute(words) for item in value]
