"""What is told of a corpus: the sentences of about.toml, filled in from the data, and how it is to be cited.

The card, croissant.json and datacite.json take their words from here, so that they say the same.

Example:
    >>> sentences({})["raw_data"]
    'The bytes of every article as it came. The table `segments` holds every piece of it, kept or removed, in order.'
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


LISTS = ("biases", "agreement_here")  # of sentences on the articles they were written for


@dataclass(frozen=True, slots=True)
class View:
    """What a reader should know of an article, and words of its own that show it."""

    says: str
    words: str


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of a corpus.

    Attributes:
        said: The sentences of about.toml, filled in.
        views: What a reader should know of each article.
        facts: How far the annotators agree.
        makers: Who annotated.
        citation: How the corpus is to be cited.
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
    """Everything that is told of a corpus, from its sources and its tables."""
    facts = annotation_facts(corpus)
    rows = {name: table.num_rows for name, table in tables.items()}
    who = makers(corpus)
    words = {**facts.words, "compared": which(facts.compared, corpus.article_ids)}
    filled = sentences({**words, **{name: str(count) for name, count in rows.items()}})
    said = {**_made_by(filled, who, facts), **_described(filled, corpus.article_ids)}
    languages = tuple(sorted({row["language"] for row in tables["articles"].select(["language"]).to_pylist()}))
    return Told(said, views(corpus), facts, who, read_citation(corpus.root), languages, rows)


def sentences(words: Mapping[str, str]) -> dict[str, Any]:
    """Every sentence of about.toml; what has no word stays as `$word`, so that a test sees it."""
    stated = tomllib.loads(resources.files("vouchbank.build").joinpath("about.toml").read_text("utf-8"))
    return {key: _filled(value, words) for key, value in stated.items()}


def _made_by(said: Mapping[str, Any], who: Makers, facts: AnnotationFacts) -> dict[str, Any]:
    """The sentences on who annotated: what holds of these annotators."""
    nobody = [NO_PERSON.format("the corpus")] if who.no_person else []
    return {
        **said,
        "nobody": ["All annotators are language models.", *nobody] if who.no_person else [],
        "annotators": " ".join(who.sentences()) or "Nobody has annotated yet.",
        "protocol": said["protocol"] + (said["protocol_compared"] if facts.compared else []),
        "agreement": said["agreement_models" if who.models else "agreement"],
        "errors": " ".join([said["errors"], *(["No person has looked for it."] if who.no_person else [])]),
        "limitations": [*said["limitations"], *nobody],
    }


def _described(said: Mapping[str, Any], ids: Sequence[str]) -> dict[str, Any]:
    """The sentences that hold of the articles they were written for; if there are others, it is said which."""
    of = [name for name in ids if name in said["describes"]]
    others = [name for name in ids if name not in of]
    unknown = f"Nothing is written here yet of {articles(others)}." if others else ""
    limited = f"Of {articles(of)}:" if others else ""

    def bound(text: str) -> str:
        return " ".join(part for part in (*((limited, text) if of else ()), unknown) if part)

    here = {name: [f"{limited} {line}".strip() for line in said[name]] if of else [] for name in LISTS}
    prose = {name: bound(said[name]) for name in ("collection", "personal", "social_impact")}
    return {**prose, **here, "biases": [*here["biases"], *filter(None, [unknown])]}


def views(corpus: Corpus) -> dict[str, View]:
    """For each article that has one, what its meta.toml says a reader should know of it."""
    found = {article.id: article.seed.meta.values.get("view") for article in corpus.articles}
    return {name: View(view["value"], view["evidence"]) for name, view in found.items() if isinstance(view, dict)}


def _filled(value: Any, words: Mapping[str, str]) -> Any:
    return [_filled(v, words) for v in value] if isinstance(value, list) else Template(value).safe_substitute(words)
