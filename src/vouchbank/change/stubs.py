"""Rows that the registry lacks for some annotations, filled in as far as the articles allow.

A row gets what its mentions settle, and a note that asks for the rest. `vouchbank check` counts such rows
(row-to-complete) until a person has looked at each one and removed its note.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from vouchbank.corpus import Article, Corpus
from vouchbank.corpus.format import format_corpus, same_values
from vouchbank.corpus.ids import KEY
from vouchbank.hints import slip
from vouchbank.language.lexicon import plain, word_list
from vouchbank.tables.sources import source_mention
from vouchbank.toml.reader import read_toml

TO_COMPLETE = "TODO: check name and type, add acts_for if it speaks for another (chapter 4), then delete this line"
UNNAMED = {"qid_status": "none", "reason": "it has no name"}


@dataclass
class Mentions:
    """The words one article uses for a key: names and others, each with its type."""

    article: str
    unnamed: bool
    names: dict[str, str] = field(default_factory=dict)
    others: dict[str, str] = field(default_factory=dict)


def stub_rows(corpus: Corpus, only: Collection[str] | None = None) -> dict[str, dict[str, Any]]:
    """The rows that the registry lacks, by key.

    Args:
        corpus: The sources.
        only: The articles whose keys get a row; all if None.
    """
    registry = corpus.shared["registry"]
    known = {record.name for record in registry.records}
    if registry.document.faults:
        return {}
    found: dict[str, Mentions] = {}
    for name in corpus.article_ids if only is None else sorted(only):
        for key, words, type_, named in _said(corpus.article(name)):
            own = key.endswith(f"-{name}")
            if KEY.match(key) and key not in known and (own or not slip(key, known)):
                mentions = found.setdefault(key, Mentions(name, unnamed=own))
                (mentions.names if named else mentions.others).setdefault(words, type_)
    return {key: dict(_row(mentions)) for key, mentions in sorted(found.items())}


def with_rows(corpus: Corpus, rows: Mapping[str, Mapping[str, Any]]) -> bytes | None:
    """The registry with these rows added, in canonical form; None if some value would be lost."""
    document = corpus.shared["registry"].document
    wanted = {**document.values, **rows}
    text = format_corpus(corpus.schema.tables["registry"], replace(document, values=wanted, missing=False))
    again = read_toml(text.encode(), document.file)
    return None if again.faults or not same_values(dict(again.values), wanted) else text.encode()


def _said(article: Article) -> Iterator[tuple[str, str, str, bool]]:
    """Every key of an article, with the words it is given to, their type, and whether they are a name."""
    for mention in article.annotations.get("entities", ()):
        given, span = mention.record.values, mention.extent("span")
        if isinstance(given.get("key"), str) and span:
            named = given.get("mention", "name") == "name"
            yield given["key"], span.of(article.text), str(given.get("type", "…")), named
    for attribution in article.annotations.get("attributions", ()):
        key, source = attribution.record.values.get("source_key"), attribution.extent("source")
        if isinstance(key, str) and source:
            inside = article.spans("entities", "span").inside(source)
            first = (mention for mention in inside if mention.spans["span"][0].start == source.start)
            linked = source_mention(article, attribution) or next(first, None)  # "researchers led by …"
            type_ = linked.record.values.get("type", "…") if linked else "…"
            yield key, source.of(article.text), str(type_), False


def _row(mentions: Mentions) -> Iterator[tuple[str, Any]]:
    words = mentions.names or mentions.others
    first, longest = next(iter(words)), max(words, key=lambda name: (len(name), not name.isupper()))
    yield "name", longest if mentions.names else _bare(first)
    yield "type", words[longest]
    if mentions.unnamed and not mentions.names:
        yield from {"named": False, "article": mentions.article, "description": first, **UNNAMED}.items()
    else:
        yield "qid_status", "unverified"
    yield "aliases", [name for name in mentions.names if name.casefold() != longest.casefold()]
    yield "note", TO_COMPLETE


def _bare(words: str) -> str:
    """Words without their determiner."""
    first, _, rest = words.partition(" ")
    return rest if rest and plain(first) in word_list("names", "determiners") else words
