"""Compare the figures, claims and registry of several annotators; figures and claims by the relations of members.

The names of records, and how members are divided into records, are not compared. A relation is read in one direction:
`weaker` is `stronger` the other way round.

Example:
    >>> statements_by_pair([("004-a9", "weaker", "001-a9"), ("001-a9", "equal", "000-a1")])
    {('001-a9', '004-a9'): ('001-a9 stronger 004-a9',), ('000-a1', '001-a9'): ('000-a1 equal 001-a9',)}
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from vouchbank.compare.adjudication import OTHER, Entry, Trouble, undecided
from vouchbank.compare.annotators import GOLD, articles_of
from vouchbank.compare.closure import StatedPair
from vouchbank.compare.registries import REGISTRY, Value, not_compared, registries
from vouchbank.compare.scores import f1
from vouchbank.corpus import Corpus
from vouchbank.corpus.format import literal
from vouchbank.corpus.ids import article_of
from vouchbank.hints import capped
from vouchbank.toml.reader import Document

SHARED = ("figures", "claims")
MUTUAL = ("equal", "compatible", "conflict", "not_comparable")
Pair = tuple[str, str]
Wanted = tuple[str, tuple[str, ...]]  # the list of decisions for a pair, and the choices that the gold follows
Relations = Mapping[Pair, tuple[str, ...]]  # the relations of each pair, one for each record that has both members


@dataclass(frozen=True, slots=True)
class PairScore:
    """The agreement of two annotators on the pairs of a table.

    Attributes:
        counts: The number of pairs of each.
        f1: The F1 of the pairs.
        shared: The number of pairs that both have.
        alike: The share of the shared pairs with the same relation; None if they share none.
    """

    counts: tuple[int, int]
    f1: float | None
    shared: int
    alike: float | None


def statements_by_pair(pairs: Iterable[StatedPair]) -> dict[Pair, tuple[str, ...]]:
    """The relations of each pair of members, with the members in the order of their ids."""
    found: dict[Pair, tuple[str, ...]] = {}
    for told in pairs:
        a, relation, b = (told[2], "stronger", told[0]) if told[1] == "weaker" else told
        first, second = sorted((a, b))
        said = f"{first} {relation} {second}" if relation in MUTUAL else f"{a} {relation} {b}"
        found[first, second] = tuple(sorted((*found.get((first, second), ()), said)))
    return found


def relations(corpus: Corpus, table: str, articles: Collection[str]) -> Relations:
    """The relations of each pair of a table whose members are both in some articles."""
    records = corpus.shared[table].records
    pairs = (pair for record in records for pair in record.values.get("pairs", ()))
    return statements_by_pair((p["a"], p["relation"], p["b"]) for p in pairs if _within(articles, p["a"], p["b"]))


def _within(articles: Collection[str], *members: str) -> bool:
    return all(article_of(member) in articles for member in members)


def shared_adjudication(corpus: Corpus) -> Document:
    """The adjudication file of figures, claims and the registry."""
    return corpus.optional("adjudication/corpus")


def shared_annotators(corpus: Corpus) -> list[str]:
    """The annotators whose figures and claims are adjudicated, sorted; without those of whom no work is kept."""
    listed = shared_adjudication(corpus).value("annotators")
    return [name for name in corpus.annotators if isinstance(listed, dict) and name in listed]


def shared_digest(work: Corpus) -> str:
    """The SHA-256 of an annotator's shared files, as canonical JSON."""
    files = {name: dict(file.document.values) for name, file in work.shared.items() if not file.document.missing}
    return sha256(json.dumps(files, sort_keys=True, separators=(",", ":"), default=str).encode()).hexdigest()


def pair_score(a: Relations, b: Relations) -> PairScore:
    """The agreement of two annotators.

    >>> one = statements_by_pair([("a", "equal", "b"), ("b", "doubts", "c")])
    >>> pair_score(one, statements_by_pair([("b", "equal", "a")]))
    PairScore(counts=(2, 1), f1=0.6666666666666666, shared=1, alike=1.0)
    """
    both = a.keys() & b.keys()
    alike = sum(a[pair] == b[pair] for pair in both) / len(both) if both else None
    return PairScore((len(a), len(b)), f1(len(both), len(a), len(b)), len(both), alike)


def shared_troubles(corpus: Corpus, names: Sequence[str]) -> Iterator[Trouble]:
    """Everything in the figures, claims and registry of the gold for which the adjudication does not account.

    Removed articles, and articles that none of the annotators has annotated, are not compared. Pairs in the same
    records of all annotators that need the same decision are one trouble.

    Args:
        corpus: The sources, with an adjudication in valid form.
        names: The annotators to compare.
    """
    articles = articles_of(corpus, names)
    for table in SHARED:
        annotators = {name: corpus if name == GOLD else corpus.raw(name) for name in (*names, GOLD)}
        told = {name: relations(annotator, table, articles) for name, annotator in annotators.items()}
        wanted = {pair: _wanted(pair, told) for pair in sorted({pair for held in told.values() for pair in held})}
        homes = {pair: tuple(_homes(annotators, table, pair)) for pair, want in wanted.items() if want}
        yield from _sections(table, wanted, homes, lambda row: _pairs(articles, row), corpus)
    raw = {name: corpus.raw(name) for name in names if not corpus.raw(name).shared[REGISTRY].document.missing}
    if len(raw) > 1:
        skipped = not_compared(raw, corpus, articles)
        values = registries(raw, corpus, articles)
        wanted = {value: _wanted(value, values) for value in sorted({v for held in values.values() for v in held})}
        homes = {v: tuple(f"{name} {_shown(held.get(v))}" for name, held in values.items()) for v in wanted}
        yield from _sections(REGISTRY, wanted, homes, lambda row: _values(skipped, row), corpus)


def _wanted(pair: Pair, told: Mapping[str, Mapping[Pair, tuple[Any, ...]]]) -> Wanted | None:
    """The list in which a pair belongs, with the choices that the gold follows; None if all have it alike."""
    names = [name for name in told if name != GOLD]
    said = {name: held.get(pair, ()) for name, held in told.items()}
    if any(said[name] != said[names[0]] for name in names):
        return "difference", tuple(name for name in names if said[name] == said[GOLD]) or (OTHER,)
    return ("all_wrong", ()) if said[GOLD] != said[names[0]] else None


def _homes(annotators: Mapping[str, Corpus], table: str, pair: Pair) -> Iterator[str]:
    """The annotators' records that relate a pair."""
    for name, annotator in annotators.items():
        for record in annotator.shared[table].records:
            if any({p["a"], p["b"]} == set(pair) for p in record.values.get("pairs", ())):
                yield f"{name} {record.name}"


def _shown(said: tuple[Any, ...] | None) -> str:
    return literal(said[0]) if said else "–"


def _pairs(articles: Collection[str], row: Entry) -> list[Pair]:
    """The pairs that a row decides, except those with a member in an article that is not compared."""
    return [(min(pair), max(pair)) for pair in row["pairs"] if _within(articles, *pair)]


def _values(skipped: Collection[str], row: Entry) -> list[Value]:
    """The rows and fields of the registry that a row decides, except those that are not compared."""
    said = [(key, field) for key, _, field in (value.partition(".") for value in row["values"])]
    return [value for value in said if value[0] not in skipped]


def _sections(
    table: str,
    wanted: Mapping[Pair, Wanted | None],
    homes: Mapping[Pair, tuple[str, ...]],
    decided: Callable[[Entry], list[Pair]],
    corpus: Corpus,
) -> Iterator[Trouble]:
    """The problems of the decisions on a table."""
    stated = shared_adjudication(corpus).values
    for section in ("difference", "all_wrong"):
        choices = {pair: want[1] for pair, want in wanted.items() if want and want[0] == section}
        rows = [(row, decided(row) if row["layer"] == table else []) for row in stated.get(section, ())]
        yield from _section(table, section, choices, homes, rows)


def _section(
    table: str,
    section: Any,
    choices: Mapping[Pair, tuple[str, ...]],
    homes: Mapping[Pair, tuple[str, ...]],
    rows: Sequence[tuple[Entry, Sequence[Pair]]],
) -> Iterator[Trouble]:
    """The problems of one list of decisions on a table: missing, wrong or superfluous decisions."""
    open_ = dict(choices)
    for index, (row, pairs) in enumerate(rows):
        idle = [pair for i, pair in enumerate(pairs) if pair not in open_ or pair in pairs[:i]]
        for pair in idle:
            why = "is decided twice" if pair in choices else "needs no decision"
            yield Trouble("without-difference", f"{table} {_named(table, pair)} {why}", section, index)
        decided = section == "difference" and not undecided(row)
        wrong = [p for p in pairs if decided and p in open_ and row["choice"] not in open_[p]]
        if wrong:
            text = f"{table} {_listed(table, wrong)}: the gold does not follow the decision {row['choice']!r}"
            yield Trouble("not-as-decided", text, section, index)
        for pair in pairs:
            open_.pop(pair, None)
    grouped: dict[tuple[tuple[str, ...], tuple[str, ...]], list[Pair]] = {}
    for pair, choice in open_.items():
        grouped.setdefault((homes[pair], choice), []).append(pair)
    for (where, choice), pairs in grouped.items():
        what = "is not decided" if section == "difference" else "departs from what the annotators had"
        chosen = {"choice": choice[0]} if choice else {}
        text = f"{table} {_listed(table, pairs)} {what} ({', '.join(where)})"
        about = {"values": [_named(table, p) for p in pairs]} if table == REGISTRY else {"pairs": [[*p] for p in pairs]}
        problem: Any = "undecided" if section == "difference" else "unexplained"
        yield Trouble(problem, text, section, -1, {"layer": table, **about, **chosen})


def _named(table: str, pair: Pair) -> str:
    return ".".join(filter(None, pair)) if table == REGISTRY else " and ".join(pair)


def _listed(table: str, pairs: Sequence[Pair]) -> str:
    return capped([_named(table, pair) for pair in pairs], 1)
