"""Level 3: where spans begin and end. Determiners, titles, possessives, punctuation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from vouchbank.checks.parts import field, sound, text, words, written_spans
from vouchbank.checks.registry import Ids, Subject, article_check, at_record, corpus_check
from vouchbank.corpus import Article, Corpus
from vouchbank.corpus.records import Record
from vouchbank.corpus.resolve import Annotation
from vouchbank.findings import Finding
from vouchbank.language.lexicon import abbreviated, plain, word_list

TIMES = ("DATE", "TIME")
_POSSESSIVE = re.compile(r"(?:[’']s|s[’'])\Z")
_PARTS = (("entities", "span"), ("attributions", "source"), ("attributions", "addressee"))


def _names(article: Article) -> Iterator[tuple[Annotation, str]]:
    """The name mentions of an article, expressions of time excepted, with their words."""
    for annotation in article.annotations.get("entities", ()):
        record = annotation.record
        if not annotation.unplaced and text(record, "mention") == "name" and text(record, "type") not in TIMES:
            yield annotation, annotation.spans["span"][0].of(article.text) if annotation.spans["span"] else ""


def official(corpus: Corpus) -> dict[str, frozenset[str]]:
    """For each key of the registry all its names: the canonical one and the aliases, as the lexicon has words."""
    found = {}
    for row in corpus.shared["registry"].records if "registry" in corpus.shared else ():
        aliases = row.values.get("aliases")
        names = [row.values.get("name"), *(aliases if isinstance(aliases, list) else ())]
        found[row.name] = frozenset(plain(name) for name in names if isinstance(name, str))
    return found


def _unofficial(corpus: Corpus) -> Iterator[tuple[Record, str, list[str]]]:
    """Names that are not words of the registry, with their plain words: the others may be as odd as they are."""
    known = official(corpus)
    for article in corpus.articles:
        for annotation, name in _names(article):
            if plain(name) and plain(name) not in known.get(text(annotation.record, "key"), ()):
                yield annotation.record, name, plain(name).split()


@corpus_check(3)
def determiner_in_name(corpus: Corpus, ids: Ids) -> Iterator[Finding]:
    """A name begins with a determiner.

    The minimal name has none: "the [USS Gerald R. Ford]". It stays where it is part of an official name, which the
    registry then has as name or alias.
    """
    for record, name, tokens in _unofficial(corpus):
        if len(tokens) > 1 and tokens[0] in word_list("names", "determiners"):
            message = f"{name!r} begins with a determiner"
            yield at_record("determiner-in-name", record, message, "leave the first word out", record.place("q"))


@corpus_check(3)
def title_in_name(corpus: Corpus, ids: Ids) -> Iterator[Finding]:
    """A person's name begins with a title.

    The title is a span of its own: q = "Vladimir Padrino López", title = "Defense Minister".
    """
    for record, name, tokens in _unofficial(corpus):
        first = tokens[0].rstrip(".")
        if text(record, "type") == "PERSON" and len(tokens) > 1 and first in word_list("names", "titles"):
            message = f"{name!r} begins with a title"
            yield at_record("title-in-name", record, message, "quote the title as title = …", record.place("q"))


@article_check(3)
def possessive_in_span(subject: Subject) -> Iterator[Finding]:
    """A name, source or addressee ends with a possessive 's.

    "President [Donald Trump]’s recent threats": the possessive stays outside, however its mark was typed.
    """
    for layer, column in _PARTS:
        for annotation in sound(subject, layer):
            record = annotation.record
            if layer == "entities" and (text(record, "mention") != "name" or text(record, "type") in TIMES):
                continue
            for span in annotation.spans[column]:
                said = span.of(subject.article.text)
                if _POSSESSIVE.search(said):
                    message = f"{said!r} ends with a possessive"
                    place = record.place(field(column))
                    yield at_record("possessive-in-span", record, message, "end the span before it", place)


@article_check(3)
def punctuation_at_edge(subject: Subject) -> Iterator[Finding]:
    """A span ends with a comma or a full stop, or begins with one.

    Commas and the final period of a sentence stay outside; inside quotation marks, and in abbreviations, they stay. A
    colon may be a cue.
    """
    article = subject.article.text
    for table in subject.article.schema.layers:
        for annotation, name, span in written_spans(subject, table.name):
            said, record = span.of(article), annotation.record
            if not re.search(r"\w", said):
                continue  # white space has its own rule, a colon may be a cue
            edge = said[-1] if said[-1] in ",;:." else said[0] if said[0] in ",;:" else ""
            if edge and not (said[-1] == "." and (abbreviated(said) or said.endswith(".."))):
                message = f"{name} has a {'full stop' if edge == '.' else 'comma or the like'} at its edge: {edge!r}"
                place = record.place(field(name))
                yield at_record("punctuation-at-edge", record, message, "leave it out of the quote", place)


@article_check(3)
def title_misplaced(subject: Subject) -> Iterator[Finding]:
    """The title does not stand directly before the name, or holds a name.

    The title is the role words directly before a person's name: "Venezuelan [President] Nicolás Maduro". Names that
    modify them stay out.
    """
    article = subject.article
    mentions = [(a, s) for a in sound(subject, "entities") for s in a.spans["span"]]
    for annotation in sound(subject, "entities"):
        for title in annotation.spans["title"] if annotation.spans["span"] else ():
            name = annotation.spans["span"][0]
            inner = next((s for a, s in mentions if a is not annotation and title.contains(s)), None)
            record = annotation.record
            help_ = "quote the role words directly before the name, without names"
            if name.contains(title):
                message = f"the span holds its title {title.of(article.text)!r}"
                help_ = "quote in q the name alone; the title stands in title"
            elif article.text[title.end : name.start] != " ":
                message = f"{words(subject, annotation, 'title')!r} does not stand directly before the name"
            elif inner:
                message = f"the title holds the name {inner.of(article.text)!r}"
            else:
                continue
            yield at_record("title-misplaced", record, message, help_, record.place("title"))


@article_check(3)
def fragments_out_of_order(subject: Subject) -> Iterator[Finding]:
    """The fragments of a field do not stand in reading order, or overlap.

    Fragments are written as they are read, each once.
    """
    for layer in subject.article.annotations:
        for annotation in sound(subject, layer):
            for name, spans in annotation.spans.items():
                if any(one.end > other.start for one, other in pairwise(spans)):
                    message = f"the fragments of {name} overlap or are out of order"
                    place = annotation.record.place(name)
                    help_ = "write them in reading order, each once"
                    yield at_record("fragments-out-of-order", annotation.record, message, help_, place)
