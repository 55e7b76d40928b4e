"""Work in raw/ that no adjudication lists: what it finds of the gold, and what it finds that the gold lacks.

It estimates recall as PolNeAR does (Newell, Margolin and Ruths 2018): of what somebody finds who has not seen the gold
and what a reading then confirms, the share that the gold has. The readings are `[[outside]]` rows of the adjudications.

Example:
    >>> Recall("quantities", gold=28, theirs=29, both=28, confirmed=1, refused=0, unread=0).of_gold
    0.9655172413793104
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vouchbank.compare.adjudication import hands
from vouchbank.compare.hands import GOLD, adjudication, has_work, listed_hands, work
from vouchbank.compare.pairs import Match, did
from vouchbank.corpus import Corpus

OUTSIDE = "outside"  # the list of an adjudication


@dataclass(frozen=True, slots=True)
class Recall:
    """A layer of the gold beside the same layer of somebody outside.

    Attributes:
        both: Annotations that both have, if not in the same words or with the same fields.
        confirmed: Those that only the other has, and that a reading found missing in the gold.
        refused: Those that only the other has, and that a reading found wrong.
        unread: Those that only the other has, and that nobody has judged.
    """

    layer: str
    gold: int
    theirs: int
    both: int
    confirmed: int
    refused: int
    unread: int

    @property
    def found(self) -> float | None:
        """The share of the gold that the other finds."""
        return self.both / self.gold if self.gold else None

    @property
    def of_gold(self) -> float | None:
        """The recall of the gold, as far as the other can show it: what is not read counts as missing."""
        right = self.both + self.confirmed + self.unread
        return self.both / right if right else None


def outsiders(corpus: Corpus) -> dict[str, list[str]]:
    """For everybody with work outside of adjudication the articles in which it is."""
    found = {name: [a for a in corpus.article_ids if is_outside(corpus, name, a)] for name in corpus.annotators}
    return {name: articles for name, articles in found.items() if articles}


def is_outside(corpus: Corpus, name: str, article: str) -> bool:
    """Whether there is work of an annotator on an article that its adjudication does not list."""
    there = name in corpus.annotators and name not in listed_hands(corpus, article)
    return there and has_work(work(corpus, name, article))


def lone(corpus: Corpus, article: str, name: str) -> Iterator[Match]:
    """What only the gold or only somebody outside has, in the layers that both have annotated as a whole."""
    compared = hands(corpus, article, (name, GOLD))
    for match in compared.matches:
        if len(match.members) == 1 and all(did(a, match.layer, "") for a in compared.articles.values()):
            yield match


def row_of(match: Match, name: str) -> dict[str, str]:
    """What an `[[outside]]` row says of it, but for choice and reason."""
    (who, annotation), *_ = match.members.items()
    key = GOLD if who == GOLD else "id"
    return {"annotator": name, "layer": match.layer, key: annotation.record.name}


def judgements(corpus: Corpus, article: str) -> list[Mapping[str, Any]]:
    """The rows of an adjudication on work outside of it."""
    written = adjudication(corpus, article).values.get(OUTSIDE)
    return [row for row in written if isinstance(row, Mapping)] if isinstance(written, list) else []


def recalls(corpus: Corpus, name: str, articles: Sequence[str]) -> Iterator[Recall]:
    """The layers of the gold beside those of somebody outside, summed over articles."""
    for table in corpus.schema.exhaustive_layers:
        gold = theirs = both = 0
        said: list[str] = []
        for article in articles:
            compared = hands(corpus, article, (name, GOLD))
            if not all(did(a, table.name, "") for a in compared.articles.values()):
                continue
            members = [match.members for match in compared.matches if match.layer == table.name]
            gold += sum(GOLD in held for held in members)
            theirs += sum(name in held for held in members)
            both += sum(len(held) == 2 for held in members)
            only = (m for m in lone(corpus, article, name) if m.layer == table.name and name in m.members)
            said += [_choice(judgements(corpus, article), row_of(match, name)) for match in only]
        if gold + theirs:
            refused, unread = said.count(GOLD), said.count("")
            yield Recall(table.name, gold, theirs, both, len(said) - refused - unread, refused, unread)


def _choice(judged: list[Mapping[str, Any]], row: Mapping[str, str]) -> str:
    """Who is right, by the judgement of a row; empty if there is none."""
    return next((str(one["choice"]) for one in judged if row.items() <= one.items()), "")
