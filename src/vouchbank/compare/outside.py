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

from vouchbank.compare.adjudication import aligned
from vouchbank.compare.annotators import GOLD, adjudication, article_by, has_annotations, listed_annotators
from vouchbank.compare.pairs import Aligned, covers
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
    there = name in corpus.annotators and name not in listed_annotators(corpus, article)
    return there and has_annotations(article_by(corpus, name, article))


def unmatched(corpus: Corpus, article: str, name: str) -> Iterator[dict[str, str]]:
    """What only the gold or only somebody outside has, in the layers that both have annotated as a whole.

    Yields:
        What an `[[outside]]` row says of it, but for choice and reason.
    """
    compared = aligned(corpus, article, (name, GOLD))
    for layer, found in compared.found.items():
        for members in found if _both_did(compared, layer) else ():
            if len(members) == 1:
                ((who, annotation),) = members.items()
                key = GOLD if who == GOLD else "id"
                yield {"annotator": name, "layer": layer, key: annotation.record.name}


def _both_did(compared: Aligned, layer: str) -> bool:
    return all(covers(article, layer) for article in compared.articles.values())


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
            compared = aligned(corpus, article, (name, GOLD))
            if not _both_did(compared, table.name):
                continue
            members = compared.found[table.name]
            gold += sum(GOLD in held for held in members)
            theirs += sum(name in held for held in members)
            both += sum(len(held) == 2 for held in members)
            only = (row for row in unmatched(corpus, article, name) if row["layer"] == table.name and "id" in row)
            said += [_choice(judgements(corpus, article), row) for row in only]
        if gold + theirs:
            refused, unread = said.count(GOLD), said.count("")
            yield Recall(table.name, gold, theirs, both, len(said) - refused - unread, refused, unread)


def _choice(judged: list[Mapping[str, Any]], row: Mapping[str, str]) -> str:
    """Who is right, by the judgement of a row; empty if there is none."""
    return next((str(one["choice"]) for one in judged if row.items() <= one.items()), "")
