"""Figures and claims: their members, a relation for every pair, and no contradictions between relations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations
from typing import Any

from vouchbank.checks.rule import Faults, rule
from vouchbank.checks.shape import well_shaped
from vouchbank.checks.subjects import JudgedCorpus, Sharing
from vouchbank.compare.closure import contradictions
from vouchbank.compare.figures import intervals_of
from vouchbank.corpus import Article
from vouchbank.corpus.ids import article_of
from vouchbank.corpus.records import Record
from vouchbank.findings import Level, Related
from vouchbank.language.interval import Interval
from vouchbank.language.relations import admissible, propose
from vouchbank.tables.shared import NOTHING
from vouchbank.tables.sources import source_key

Teller = tuple[str, str]  # an article and a source in it


def _records(corpus: JudgedCorpus, *tables: str) -> Iterator[Record]:
    """The well-formed records; the others already have findings."""
    return (r for table in tables for r in corpus.rows(table) if well_shaped(r, corpus.source.schema))


@rule(level=Level.CORPUS)
def pair_missing(corpus: JudgedCorpus) -> Faults:
    """Two members of a figure or claim have no relation.

    Every pair of members needs a relation with a reason. `vouchbank show --figures --propose` prints the relations that
    the intervals suggest.
    """
    for record in _records(corpus, "figures", "claims"):
        related = {frozenset((pair["a"], pair["b"])) for pair in record.values.get("pairs", ())}
        for a, b in combinations(record.values["members"], 2):
            if frozenset((a, b)) not in related:
                yield record.fault(
                    "",
                    f"{a} and {b} have no relation",
                    "add a pair; to see suggestions, run: vouchbank show --figures --propose",
                )


@rule(level=Level.CORPUS)
def pair_not_of_members(corpus: JudgedCorpus) -> Faults:
    """A pair names a non-member, names the same member twice, or is repeated.

    A pair relates two different members, and every two members have only one pair.
    """
    for record in _records(corpus, "figures", "claims"):
        new = {frozenset(two) for two in combinations(set(record.values["members"]), 2)}
        for index, pair in enumerate(record.values.get("pairs", ())):
            two = frozenset((pair["a"], pair["b"]))
            if two not in new:
                message = f"{pair['a']} and {pair['b']} are not two different members, or the pair is repeated"
                yield record.fault(("pairs", index), message, "fix the pair, or remove it")
            new.discard(two)


@rule(level=Level.CORPUS)
def quantity_in_two_figures(corpus: JudgedCorpus) -> Faults:
    """A quantity is a member of two figures.

    A number measures one thing. Merge the figures, or remove the quantity from one of them.
    """
    owner: dict[str, str] = {}
    for record in _records(corpus, "figures"):
        for index, member in enumerate(record.values["members"]):
            if member in owner:
                message = f"{member} is also a member of {owner[member]}"
                yield record.fault(("members", index), message, "remove it from one of the two, or merge the figures")
            owner.setdefault(member, record.name)


@rule(level=Level.CORPUS)
def claim_of_one_source(corpus: JudgedCorpus) -> Faults:
    """All members of a claim have the same source in the same article.

    A claim is a statement made more than once: in two articles, or by two sources of one article. An article's own
    voice counts as a source.
    """
    tellers = _tellers(corpus)
    for record in _records(corpus, "claims"):
        told = [tellers.get(member) for member in record.values["members"]]
        if None not in told and len(set(told)) == 1:
            yield record.fault(
                "members",
                "all members have the same source in one article",
                "add a member with another source, or remove the claim",
            )


@rule(level=Level.CORPUS)
def source_twice_in_claim(corpus: JudgedCorpus) -> Faults:
    """Two members of a claim have the same source in the same article.

    What a source says twice in an article is one telling. Keep the member that states it most clearly.
    """
    tellers = _tellers(corpus)
    for record in _records(corpus, "claims"):
        first: dict[Teller, str] = {}
        told = [(tellers.get(member), index, member) for index, member in enumerate(record.values["members"])]
        for teller, index, member in told if len({teller for teller, *_ in told}) > 1 else ():
            other = first.setdefault(teller, member) if teller else member
            if other != member:
                yield record.fault(
                    ("members", index), f"{member} has the same source as {other}", "keep one of the two"
                )


def _tellers(corpus: JudgedCorpus) -> Mapping[str, Teller]:
    return {member: teller for summary in corpus.summaries for member, teller in summary.tellers.items()}


def _intervals(corpus: JudgedCorpus) -> Mapping[str, Interval | None]:
    return {member: interval for summary in corpus.summaries for member, interval in summary.intervals.items()}


def tellers_in(article: Article, sharing: Sharing) -> Iterator[tuple[str, Teller]]:
    """For each annotation of an article that claims name: the article and the source in it."""
    for member in sharing.once(_members_of_claims).get(article.id, ()):
        one = article.by_id.get(member)
        layer = one.record.table.name if one else ""
        if layer == "assertions":
            yield member, (article.id, "")
        elif one is not None and layer == "attributions":
            stated = one.record.values.get("source_key")
            key = stated if isinstance(stated, str) else source_key(article, one, NOTHING)
            words = " ".join(span.of(article.text) for span in one.spans["source"]).casefold()
            yield member, (article.id, key or words or one.record.name)


def intervals_in(article: Article, sharing: Sharing) -> dict[str, Interval | None]:
    """The intervals of the quantities of an article that figures name."""
    named = sharing.once(_members_of_figures).get(article.id, ())
    return {name: held for name, held in intervals_of(article).items() if name in named} if named else {}


def _members_of_claims(sharing: Sharing) -> Mapping[str, set[str]]:
    return _by_article(sharing.rows("claims"))


def _members_of_figures(sharing: Sharing) -> Mapping[str, set[str]]:
    return _by_article(sharing.rows("figures"))


def _by_article(records: Iterable[Record]) -> Mapping[str, set[str]]:
    """For each article, the annotations that records name as members or in pairs."""
    found: dict[str, set[str]] = {}
    waiting: list[Any] = [[record.values.get(name) for name in ("members", "pairs")] for record in records]
    while waiting:
        held = waiting.pop()
        if isinstance(held, str):
            found.setdefault(article_of(held), set()).add(held)
        elif isinstance(held, list | Mapping):
            waiting += held.values() if isinstance(held, Mapping) else held
    return found


@rule(level=Level.CORPUS)
def relation_contradicts_intervals(corpus: JudgedCorpus) -> Faults:
    """A relation contradicts the intervals, and no reason is given.

    Equal numbers have the same interval; a narrower one lies inside the other; conflicting ones share no value. If the
    relation holds nevertheless, give the reason in `despite`.
    """
    claimed = _intervals(corpus)
    for record in _records(corpus, "figures"):
        for index, pair in enumerate(record.values.get("pairs", ())):
            if _misfit(pair, claimed):
                a, b = claimed[pair["a"]], claimed[pair["b"]]
                intervals = f"{pair['a']} {a or 'vague'} and {pair['b']} {b or 'vague'}"
                message = f"the relation {pair['relation']!r} contradicts the intervals: {intervals}"
                help_ = (
                    f"change it to {propose(a, b)!r}, which the intervals suggest; or add despite = … with the reason"
                )
                yield record.fault(("pairs", index), message, help_)


def _misfit(pair: Mapping[str, Any], claimed: Mapping[str, Interval | None]) -> bool:
    """Whether a relation contradicts two known intervals and gives no reason."""
    if "despite" in pair or not {pair["a"], pair["b"]} <= claimed.keys():
        return False
    return pair["relation"] not in admissible(claimed[pair["a"]], claimed[pair["b"]])


@rule(level=Level.CORPUS)
def relation_contradicts_relations(corpus: JudgedCorpus) -> Faults:
    """A relation contradicts the other relations of its figure or claim.

    Equal members have the same relation to every third member. `stronger`, `narrower` and `superseded` are transitive
    and have no circles. What conflicts with a member also conflicts with a narrower one. A member that doubts or denies
    a claim does not uphold it elsewhere, and none does both; equal members doubt and deny alike. The message lists the
    pairs that contradict the relation.
    """
    claimed = _intervals(corpus)
    for record in _records(corpus, "figures", "claims"):
        told, seen = [], set()
        for index, pair in enumerate(record.values.get("pairs", ())):
            two = frozenset((pair["a"], pair["b"]))
            # otherwise reported by pair-not-of-members
            sound = len(two) == 2 and two <= set(record.values["members"]) and two not in seen
            seen.add(two)
            if sound and not (record.table.name == "figures" and _misfit(pair, claimed)):
                told.append((index, (pair["a"], pair["relation"], pair["b"])))
        for one, chain in contradictions([pair for _, pair in told]):
            others = "; ".join(" ".join(told[i][1]) for i in chain)
            a, relation, b = told[one][1]
            message = f"the relation {relation!r} of {a} and {b} contradicts the others: {others}"
            related = tuple(Related(record.place("pairs", told[i][0]), " ".join(told[i][1])) for i in chain)
            yield record.fault(("pairs", told[one][0]), message, "change one of these relations", related=related)
