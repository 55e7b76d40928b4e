"""Raw annotations that no adjudication lists: how much of the gold they have, and what they have that the gold lacks.

Recall is estimated as in PolNeAR (Newell, Margolin and Ruths 2018): the share of the gold among the annotations that
somebody finds who has not seen the gold, and that a reading confirms. The readings are the `[[outside]]` rows of the
adjudications.

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
    """A layer of the gold compared with the same layer of an annotator outside adjudication.

    Attributes:
        both: Annotations that both have, not always with the same words or fields.
        confirmed: Annotations that only the annotator has, and that a reading found missing in the gold.
        refused: Annotations that only the annotator has, and that a reading found wrong.
        unread: Annotations that only the annotator has, and that nobody has judged.
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
        """The share of the gold that the annotator finds."""
        return self.both / self.gold if self.gold else None

    @property
    def of_gold(self) -> float | None:
        """The recall of the gold, as far as the annotator can show it; unread annotations count as missing."""
        right = self.both + self.confirmed + self.unread
        return self.both / right if right else None


def outsiders(corpus: Corpus) -> dict[str, list[str]]:
    """The articles of each annotator with raw annotations outside adjudication."""
    found = {name: [a for a in corpus.article_ids if is_outside(corpus, name, a)] for name in corpus.annotators}
    return {name: articles for name, articles in found.items() if articles}


def is_outside(corpus: Corpus, name: str, article: str) -> bool:
    """Whether an annotator has raw annotations of an article whose adjudication does not list them."""
    there = name in corpus.annotators and name not in listed_annotators(corpus, article)
    return there and has_annotations(article_by(corpus, name, article))


def unmatched(corpus: Corpus, article: str, name: str) -> Iterator[dict[str, str]]:
    """The annotations that only the gold or only an annotator has, in the layers that both annotated whole.

    Yields:
        For each, an `[[outside]]` row without choice and reason.
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
    """The rows of an adjudication on annotations outside it."""
    written = adjudication(corpus, article).values.get(OUTSIDE)
    return [row for row in written if isinstance(row, Mapping)] if isinstance(written, list) else []


def recalls(corpus: Corpus, name: str, articles: Sequence[str]) -> Iterator[Recall]:
    """The layers of the gold compared with those of an annotator outside adjudication, summed over articles."""
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
    """The choice in the `[[outside]]` row of an annotation; empty if there is no row."""
    return next((str(one["choice"]) for one in judged if row.items() <= one.items()), "")
