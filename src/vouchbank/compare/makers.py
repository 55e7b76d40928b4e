"""Who annotated, and how, as read from the data for the card and other documents.

Example:
    >>> who = Makers({}, {"000": 0}, {}, {"000": {"kim-roe": frozenset({"hand"})}})
    >>> who.creators, who.no_person, who.per_item, *who.sentences()
    (('expert-generated',), False, '1', 'Article 000 was annotated only by kim-roe (a person).')
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from vouchbank.compare.annotators import article_by, has_annotations, listed_annotators
from vouchbank.compare.relations import shared_annotators
from vouchbank.corpus import Article, Corpus
from vouchbank.corpus.records import inherited
from vouchbank.hints import enumerated

# in the Hub's words for annotations_creators
CREATORS = {"model": "machine-generated", "hand": "expert-generated", "corrected": "other"}
NO_PERSON = "No person has annotated or proofread {}."
_SAID = {"model": "a language model", "hand": "a person", "corrected": "corrections after a review"}
Vias = Mapping[str, frozenset[str]]  # annotators, and the values of `via` in their annotations


@dataclass(frozen=True, slots=True)
class Makers:
    """Who annotated.

    Attributes:
        annotators: The annotators whose raw annotations were adjudicated, and who annotated whole layers.
        counts: For each article how many these are.
        outside: For each article with raw annotations that were not adjudicated, their annotators.
        published: For each article, who made the published annotations.
        in_part: The annotators whose raw annotations were adjudicated, and who annotated some fields only.
        fields: What these fields are.
        shared: The annotators whose figures and claims were adjudicated.
    """

    annotators: Vias
    counts: Mapping[str, int]
    outside: Mapping[str, Vias]
    published: Mapping[str, Vias]
    in_part: Vias = field(default_factory=dict)
    fields: Sequence[str] = ()
    shared: Sequence[str] = ()

    @property
    def twice(self) -> list[str]:
        """The articles that two or more annotated, and that were adjudicated."""
        return [name for name, count in self.counts.items() if count > 1]

    @property
    def vias(self) -> frozenset[str]:
        """Every value of `via` in the data."""
        return frozenset(via for vias in self._all.values() for via in vias)

    @property
    def _all(self) -> Vias:
        held = (self.annotators, self.in_part, *self.outside.values(), *self.published.values())
        return _joined(dict(enumerate(held)))

    @property
    def creators(self) -> tuple[str, ...]:
        """Who annotated, in the words of the Hub's list."""
        return tuple(word for via, word in CREATORS.items() if via in self.vias) or ("no-annotation",)

    @property
    def no_person(self) -> bool:
        """Whether only models annotated, by the data."""
        return self.vias == {"model"}

    @property
    def models(self) -> bool:
        """Whether the annotators whose work was adjudicated are all models."""
        return bool(self.annotators) and frozenset().union(*self.annotators.values()) == {"model"}

    @property
    def tools(self) -> list[str]:
        """The models, by their ids in the columns `by`."""
        return [name for name, vias in self._all.items() if "model" in vias]

    @property
    def per_item(self) -> str:
        """The number of annotators of an article, or its range."""
        found = sorted({max(n + len(self.outside.get(name, ())), 1) for name, n in self.counts.items()}) or [1]
        return " to ".join(map(str, dict.fromkeys((found[0], found[-1]))))

    def sentences(self) -> Iterator[str]:
        """Who annotated which articles, and whether a person did, in sentences."""
        if self.twice:
            of = {name: annotators for name, annotators in self.published.items() if name in self.twice}
            who = "Two annotators" if len(self.annotators) == 2 else "Two or more of the annotators"
            yield (
                f"{who}, {named(self.annotators)}, worked on {which(self.twice, list(self.counts))}, each without "
                f"seeing the work of the other. A later pass decided where they differed; the published annotation is "
                f"by {named(_joined(of))}."
            )
        if self.in_part:
            yield (
                f"{named(self.in_part)} annotated further fields of the same annotations: "
                f"{enumerated([f'`{name}`' for name in self.fields])}. "
                f"Each worked without seeing the other's work or earlier values of these fields."
            )
        if self.shared:
            yield f"{enumerated(self.shared)} each looked for all figures and claims again."
        for annotator, vias in _joined(self.outside).items():
            ids = [name for name, annotators in self.outside.items() if annotator in annotators]
            meant = which(ids, list(self.counts))
            were = "were" if meant.startswith("articles") else "was"
            said = f"{meant[0].upper()}{meant[1:]} {were} annotated by {named({annotator: vias})} as well"
            yield f"{said}; that work is kept but was not adjudicated."
        for name in (name for name in self.published if name not in self.twice):
            yield f"Article {name} was annotated only by {named(self.published[name])}."
        if self.no_person:
            yield NO_PERSON.format("them")


def makers(corpus: Corpus) -> Makers:
    """Read from the headers and rows of the gold and of the raw annotations, and from the adjudications."""
    listed = {name: listed_annotators(corpus, name) for name in corpus.article_ids}
    works = {(i, name): article_by(corpus, name, i) for name in corpus.annotators for i in corpus.article_ids}
    vias = {key: _vias(article) for key, article in works.items() if has_annotations(article)}
    part = {key: sorted(fields) for key, article in works.items() if (fields := _fields(article))}
    annotators = _joined({(i, n): who for (i, n), who in vias.items() if n in listed[i] and (i, n) not in part})
    in_part = _joined({(i, n): who for (i, n), who in vias.items() if n in listed[i] and (i, n) in part})
    beside = {i: _joined({n: who for (j, n), who in vias.items() if j == i and n not in listed[i]}) for i in listed}
    return Makers(
        annotators,
        {i: sum((i, n) not in part for n in names) for i, names in listed.items()},
        {i: o for i, o in beside.items() if o},
        {a.id: _vias(a.published) for a in corpus.articles},
        in_part,
        list(dict.fromkeys(field for (i, n), fields in part.items() if n in listed[i] for field in fields)),
        shared_annotators(corpus),
    )


def _fields(article: Article) -> set[str]:
    """The fields of an annotator of some fields only."""
    return {field for file in article.files.values() for field in file.fields or ()}


def which(ids: Sequence[str], of: Sequence[str]) -> str:
    """Some articles in words: their ids, or "every article".

    >>> which(["000"], ["000"]), which(["000", "001"], ["000", "001", "002"])
    ('every article', 'articles 000 and 001')
    """
    return "every article" if len(ids) == len(of) else articles(ids)


def articles(ids: Sequence[str]) -> str:
    """Articles by their ids, in words.

    >>> articles(["000"]), articles(["000", "001", "004"])
    ('article 000', 'articles 000, 001 and 004')
    """
    return f"article{'s' if len(ids) > 1 else ''} {enumerated(ids)}"


def _vias(article: Article) -> Vias:
    """Who made the rows of an article, and its finished layers without rows."""
    found: dict[str, set[str]] = {}
    for file in article.files.values():
        pairs = [(inherited(file, r, "by"), inherited(file, r, "via")) for r in file.records]
        if file.status() in ("complete", "adjudicated"):
            pairs.append((file.header.get("by"), file.header.get("via")))
        for by, via in pairs:
            if isinstance(by, str) and isinstance(via, str):
                found.setdefault(by, set()).add(via)
    return {by: frozenset(vias) for by, vias in found.items()}


def _joined(held: Mapping[Any, Vias]) -> Vias:
    """Several lists of annotators as one."""
    names = sorted({name for annotators in held.values() for name in annotators})
    return {name: frozenset().union(*(annotators.get(name, ()) for annotators in held.values())) for name in names}


def named(made: Vias) -> str:
    """Who they are and how they worked, in words.

    >>> named({"kim-roe": frozenset({"hand"}), "annotator-a": frozenset({"model"})})
    'annotator-a (a language model) and kim-roe (a person)'
    """
    said = [f"{name} ({enumerated([_SAID.get(v, v) for v in sorted(vias)])})" for name, vias in sorted(made.items())]
    return enumerated(said) or "nobody yet"
