"""Who annotated, and how: what the card may say of it, read from the data.

Example:
    >>> who = Makers({}, {"000": 0}, {"000": {"kim-roe": frozenset({"hand"})}})
    >>> who.creators, who.no_person, who.per_item, *who.sentences()
    (('expert-generated',), False, '1', 'Article 000 is annotated by kim-roe (a person), and by no second annotator.')
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vouchbank.compare.hands import annotators, raw_corpus
from vouchbank.corpus import Article, Corpus
from vouchbank.corpus.records import inherited

# in the Hub's words for annotations_creators
CREATORS = {"model": "machine-generated", "hand": "expert-generated", "corrected": "other"}
NO_PERSON = "No person has annotated or proofread {}."
_SAID = {"model": "a language model", "hand": "a person", "corrected": "corrections after a review"}
Hands = Mapping[str, frozenset[str]]  # who, and the values of `via` in their work


@dataclass(frozen=True, slots=True)
class Makers:
    """Who annotated.

    Attributes:
        raw: The annotators whose raw work can be compared with another's.
        counts: For each article how many annotated it without seeing one another's work.
        published: For each article the hands of what is published.
    """

    raw: Hands
    counts: Mapping[str, int]
    published: Mapping[str, Hands]

    @property
    def twice(self) -> list[str]:
        """The articles that two or more annotated."""
        return [name for name, count in self.counts.items() if count > 1]

    @property
    def vias(self) -> frozenset[str]:
        """Every way in which anything was made."""
        hands = (self.raw, *self.published.values())
        return frozenset(via for held in hands for vias in held.values() for via in vias)

    @property
    def creators(self) -> tuple[str, ...]:
        """Who annotated, as the Hub's list says it."""
        return tuple(word for via, word in CREATORS.items() if via in self.vias) or ("no-annotation",)

    @property
    def no_person(self) -> bool:
        """Whether the data show that nobody but models annotated."""
        return self.vias == {"model"}

    @property
    def models(self) -> bool:
        """Whether the annotators whose work is compared are all models."""
        return bool(self.raw) and frozenset().union(*self.raw.values()) == {"model"}

    @property
    def tools(self) -> list[str]:
        """The models, by the ids that the columns `by` have."""
        hands = (self.raw, *self.published.values())
        return sorted({name for held in hands for name, vias in held.items() if "model" in vias})

    @property
    def per_item(self) -> str:
        """How many annotators an article has."""
        found = sorted({max(count, 1) for count in self.counts.values()}) or [1]
        return " to ".join(map(str, dict.fromkeys((found[0], found[-1]))))

    def sentences(self) -> Iterator[str]:
        """Who annotated which articles, and what no person did."""
        if self.twice:
            of = {name: hands for name, hands in self.published.items() if name in self.twice}
            who = "Two annotators" if len(self.raw) == 2 else "Two or more of the annotators"
            yield (
                f"{who}, {_named(self.raw)}, worked on {which(self.twice, list(self.counts))}, each without seeing the "
                f"work of the other. Where they differed a later pass decided; what is published is by "
                f"{_named(_joined(of))}."
            )
        for name in (name for name in self.published if name not in self.twice):
            yield f"Article {name} is annotated by {_named(self.published[name])}, and by no second annotator."
        if self.no_person:
            yield NO_PERSON.format("them")


def makers(corpus: Corpus) -> Makers:
    """Read from the headers and rows of the gold and of the raw work."""
    works = {name: raw_corpus(corpus, name) for name in annotators(corpus.root)}
    held = {name: {a.id: hands for a in work.articles if (hands := _hands(a))} for name, work in works.items()}
    counts = {name: sum(name in found for found in held.values()) for name in corpus.article_ids}
    shared = [_joined({i: hands for i, hands in found.items() if counts[i] > 1}) for found in held.values()]
    raw = _joined(dict(enumerate(shared)))
    return Makers(raw, counts, {a.id: _hands(a) for a in corpus.articles})


def which(ids: Sequence[str], of: Sequence[str]) -> str:
    """Some articles in words; those of which all are meant are not listed.

    >>> which(["000"], ["000"]), which(["000", "001"], ["000", "001", "002"])
    ('every article', 'articles 000 and 001')
    """
    return "every article" if len(ids) == len(of) else articles(ids)


def articles(ids: Sequence[str]) -> str:
    """Articles by their ids, in words.

    >>> articles(["000"]), articles(["000", "001", "004"])
    ('article 000', 'articles 000, 001 and 004')
    """
    return f"article{'s' if len(ids) > 1 else ''} {_listed(ids)}"


def _hands(article: Article) -> dict[str, frozenset[str]]:
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


def _joined(held: Mapping[Any, Hands]) -> Hands:
    """Several hands as one."""
    names = sorted({name for hands in held.values() for name in hands})
    return {name: frozenset().union(*(hands.get(name, ()) for hands in held.values())) for name in names}


def _named(hands: Hands) -> str:
    said = [f"{name} ({_listed([_SAID.get(v, v) for v in sorted(vias)])})" for name, vias in sorted(hands.items())]
    return _listed(said) or "nobody yet"


def _listed(words: Sequence[str]) -> str:
    return " and ".join(part for part in (", ".join(words[:-1]), *words[-1:]) if part)
