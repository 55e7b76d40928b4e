"""What the documents say about a corpus: the sentences of about.toml, filled in from the data, and the citation.

The card, croissant.json and datacite.json take their words from here, so that they agree.

Example:
    >>> sentences({})["raw_data"]
    'The bytes of every article as it came. The table `segments` holds each segment of it, kept or removed, in order.'
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from string import Template
from typing import TYPE_CHECKING, Any

from vouchbank.build.citation import Citation, read_citation
from vouchbank.build.facts import AnnotationFacts, annotation_facts
from vouchbank.compare.makers import NO_PERSON, Makers, articles, makers, which
from vouchbank.corpus import Corpus

if TYPE_CHECKING:
    import pyarrow


LISTS = ("biases", "agreement_here")  # lists of sentences that hold for the articles in `describes`


@dataclass(frozen=True, slots=True)
class View:
    """What a reader should know about an article, and words of the article that show it."""

    says: str
    words: str


@dataclass(frozen=True, slots=True)
class Told:
    """What the documents say about a corpus.

    Attributes:
        said: The sentences of about.toml, filled in.
        views: What a reader should know about each article.
        facts: How far the annotators agree.
        makers: Who annotated.
        citation: How to cite the corpus.
        languages: The languages of the articles.
        rows: How many rows each table has.
    """

    said: Mapping[str, Any]
    views: Mapping[str, View]
    facts: AnnotationFacts
    makers: Makers
    citation: Citation
    languages: tuple[str, ...]
    rows: Mapping[str, int]


def tell(corpus: Corpus, tables: Mapping[str, pyarrow.Table]) -> Told:
    """Everything that the documents say about a corpus, from its sources and its tables."""
    facts = annotation_facts(corpus)
    rows = {name: table.num_rows for name, table in tables.items()}
    who = makers(corpus)
    words = {**facts.words, "compared": which(facts.compared, corpus.article_ids)}
    filled = sentences({**words, **{name: str(count) for name, count in rows.items()}})
    said = {**_made_by(filled, who, facts), **_described(filled, corpus.article_ids)}
    languages = tuple(sorted({row["language"] for row in tables["articles"].select(["language"]).to_pylist()}))
    return Told(said, views(corpus), facts, who, read_citation(corpus.root), languages, rows)


def sentences(words: Mapping[str, str]) -> dict[str, Any]:
    """Every sentence of about.toml; an unknown `$word` stays as it is, so that a test sees it."""
    stated = tomllib.loads(resources.files("vouchbank.build").joinpath("about.toml").read_text("utf-8"))
    return {key: _filled(value, words) for key, value in stated.items()}


def _made_by(said: Mapping[str, Any], who: Makers, facts: AnnotationFacts) -> dict[str, Any]:
    """The sentences on who annotated, as they hold for these annotators."""
    nobody = [NO_PERSON.format("the corpus")] if who.no_person else []
    return {
        **said,
        "nobody": ["All annotators are language models.", *nobody] if who.no_person else [],
        "annotators": " ".join(who.sentences()) or "Nobody has annotated yet.",
        "protocol": said["protocol"] + (said["protocol_compared"] if facts.compared else []),
        "agreement": said["agreement_models" if who.models else "agreement"],
        "errors": " ".join([said["errors"], *(["No person has looked for such errors."] if who.no_person else [])]),
        "limitations": [*said["limitations"], *nobody],
    }


def _described(said: Mapping[str, Any], ids: Sequence[str]) -> dict[str, Any]:
    """The sentences that hold for the articles in `describes`; if the corpus has others, with the ids."""
    of = [name for name in ids if name in said["describes"]]
    others = [name for name in ids if name not in of]
    unknown = f"Nothing is written here about {articles(others)}." if others else ""
    limited = f"Of {articles(of)}:" if others else ""

    def bound(text: str) -> str:
        return " ".join(part for part in (*((limited, text) if of else ()), unknown) if part)

    here = {name: [f"{limited} {line}".strip() for line in said[name]] if of else [] for name in LISTS}
    prose = {name: bound(said[name]) for name in ("collection", "personal", "social_impact")}
    return {**prose, **here, "biases": [*here["biases"], *filter(None, [unknown])]}


def views(corpus: Corpus) -> dict[str, View]:
    """What the meta.toml of each article says a reader should know about it; articles without it are left out."""
    found = {article.id: article.seed.meta.values.get("view") for article in corpus.articles}
    return {name: View(view["value"], view["evidence"]) for name, view in found.items() if isinstance(view, dict)}


def _filled(value: Any, words: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _filled(inner, words) for key, inner in value.items()}
    return [_filled(v, words) for v in value] if isinstance(value, list) else Template(value).safe_substitute(words)
