"""Level 5: figures and claims. Every pair has its relation, and no relation contradicts the intervals unsaid."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from vouchbank.checks.faults import well_shaped
from vouchbank.checks.registry import Ids, at_record, corpus_check
from vouchbank.compare.figures import intervals
from vouchbank.corpus import Corpus
from vouchbank.corpus.records import Record
from vouchbank.findings import Finding
from vouchbank.language.relations import admissible, propose


def _records(corpus: Corpus, *tables: str) -> Iterator[Record]:
    """The records of the right shape; the others have their findings already."""
    for name in tables:
        if name in corpus.shared:
            yield from (r for r in corpus.shared[name].records if well_shaped(r, corpus.schema))


@corpus_check(5)
def pair_missing(corpus: Corpus, ids: Ids) -> Iterator[Finding]:
    """Two members of a figure or claim have no relation.

    Every pair of members gets one, with a reason. `vouchbank figures --propose` prints what the intervals suggest.
    """
    for record in _records(corpus, "figures", "claims"):
        related = {frozenset((p["a"], p["b"])) for p in record.values.get("pairs", ())}
        for a, b in combinations(record.values.get("members", ()), 2):
            if frozenset((a, b)) not in related:
                message = f"{a} and {b} have no relation"
                yield at_record("pair-missing", record, message, "run: vouchbank figures --propose")


@corpus_check(5)
def pair_not_of_members(corpus: Corpus, ids: Ids) -> Iterator[Finding]:
    """A pair names something that is no member, names one thing twice, or is given twice.

    Pairs relate two different members, each pair once.
    """
    for record in _records(corpus, "figures", "claims"):
        members, seen = set(record.values.get("members", ())), set()
        for index, pair in enumerate(record.values.get("pairs", ())):
            named = frozenset((pair["a"], pair["b"]))
            if len(named) < 2 or not named <= members or named in seen:
                message = f"{pair['a']} and {pair['b']} are no new pair of two members"
                yield at_record(
                    "pair-not-of-members", record, message, "mend or remove it", record.place("pairs", index)
                )
            seen.add(named)


@corpus_check(5)
def quantity_in_two_figures(corpus: Corpus, ids: Ids) -> Iterator[Finding]:
    """A quantity is a member of two figures.

    A number measures one thing. Join the figures, or decide which it belongs to.
    """
    owner: dict[str, str] = {}
    for record in _records(corpus, "figures"):
        for index, member in enumerate(record.values.get("members", ())):
            if member in owner:
                message = f"{member} is also a member of {owner[member]}"
                place = record.place("members", index)
                yield at_record("quantity-in-two-figures", record, message, "keep it in one", place)
            owner.setdefault(member, record.name)


@corpus_check(5)
def relation_contradicts_intervals(corpus: Corpus, ids: Ids) -> Iterator[Finding]:
    """A confirmed relation contradicts the intervals, and nothing says why.

    Equal numbers have one interval, a narrower one lies inside the other, numbers in conflict share no value. Where the
    relation holds all the same, `despite` says why.
    """
    claimed = intervals(corpus)
    for record in _records(corpus, "figures"):
        for index, pair in enumerate(record.values.get("pairs", ())):
            if not {pair["a"], pair["b"]} <= claimed.keys():
                continue  # it is not there, or cannot be read: that has its finding
            a, b = claimed[pair["a"]], claimed[pair["b"]]
            if pair["relation"] not in admissible(a, b) and "despite" not in pair:
                message = f"{pair['a']} {a or 'vague'} is not {pair['relation']} to {pair['b']} {b or 'vague'}"
                help_ = f"the intervals suggest {propose(a, b)}; or say why with despite = …"
                place = record.place("pairs", index)
                yield at_record("relation-contradicts-intervals", record, message, help_, place)
