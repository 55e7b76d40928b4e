"""Figures and claims: every pair has its relation, and no relation contradicts the intervals unsaid."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from vouchbank.checks.rule import Faults, rule
from vouchbank.checks.shape import well_shaped
from vouchbank.checks.subjects import JudgedCorpus
from vouchbank.compare.figures import intervals
from vouchbank.corpus.records import Record
from vouchbank.findings import Level
from vouchbank.language.relations import admissible, propose


def _records(corpus: JudgedCorpus, *tables: str) -> Iterator[Record]:
    """The records of the right shape; the others have their findings already."""
    return (r for table in tables for r in corpus.rows(table) if well_shaped(r, corpus.source.schema))


@rule(level=Level.CORPUS)
def pair_missing(corpus: JudgedCorpus) -> Faults:
    """Two members of a figure or claim have no relation.

    Every pair of members gets one, with a reason. `vouchbank show --figures --propose` prints what the intervals
    suggest.
    """
    for record in _records(corpus, "figures", "claims"):
        related = {frozenset((pair["a"], pair["b"])) for pair in record.values.get("pairs", ())}
        for a, b in combinations(record.values["members"], 2):
            if frozenset((a, b)) not in related:
                yield record.fault("", f"{a} and {b} have no relation", "run: vouchbank show --figures --propose")


@rule(level=Level.CORPUS)
def pair_not_of_members(corpus: JudgedCorpus) -> Faults:
    """A pair names something that is not a member, names one member twice, or is given twice.

    Pairs relate two different members, each pair once.
    """
    for record in _records(corpus, "figures", "claims"):
        new = {frozenset(two) for two in combinations(set(record.values["members"]), 2)}
        for index, pair in enumerate(record.values.get("pairs", ())):
            two = frozenset((pair["a"], pair["b"]))
            if two not in new:
                message = f"{pair['a']} and {pair['b']} are not a new pair of two members"
                yield record.fault(("pairs", index), message, "fix or remove it")
            new.discard(two)


@rule(level=Level.CORPUS)
def quantity_in_two_figures(corpus: JudgedCorpus) -> Faults:
    """A quantity is a member of two figures.

    A number measures one thing. Join the figures, or decide which it belongs to.
    """
    owner: dict[str, str] = {}
    for record in _records(corpus, "figures"):
        for index, member in enumerate(record.values["members"]):
            if member in owner:
                message = f"{member} is also a member of {owner[member]}"
                yield record.fault(("members", index), message, "keep it in one of the two")
            owner.setdefault(member, record.name)


@rule(level=Level.CORPUS)
def relation_contradicts_intervals(corpus: JudgedCorpus) -> Faults:
    """A confirmed relation contradicts the intervals, and nothing says why.

    Equal numbers have the same interval, a narrower one lies inside the other, numbers in conflict share no value. If
    the relation holds nevertheless, `despite` says why.
    """
    claimed = intervals(corpus.source)
    for record in _records(corpus, "figures"):
        for index, pair in enumerate(record.values.get("pairs", ())):
            if not {pair["a"], pair["b"]} <= claimed.keys():
                continue  # it is not there, or cannot be read: that has its finding
            a, b = claimed[pair["a"]], claimed[pair["b"]]
            if pair["relation"] not in admissible(a, b) and "despite" not in pair:
                said = f"{pair['a']} {a or 'vague'} and {pair['b']} {b or 'vague'}"
                message = f"the relation {pair['relation']!r} contradicts the intervals: {said}"
                help_ = f"the intervals suggest {propose(a, b)}; or say why with despite = …"
                yield record.fault(("pairs", index), message, help_)
