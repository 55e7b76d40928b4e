"""Adjudication: every difference between the annotators is decided, every departure of the gold from all is explained.

`annotations/adjudication/<article>.toml` lists the annotators and the decisions. The decisions are compared with the
annotations: differences without a decision, decisions about nothing, gold that is not as decided.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any, Literal, TypeVar
from weakref import WeakKeyDictionary

from vouchbank.compare.annotators import GOLD, article_by, listed_annotators
from vouchbank.compare.pairs import Aligned, Match, alike
from vouchbank.corpus import Corpus
from vouchbank.corpus.cache import RecentCache
from vouchbank.corpus.records import to_write

K = TypeVar("K")
OTHER, KEEP, DROP = "other", "keep", "drop"
Problem = Literal["undecided", "without-difference", "not-as-decided", "unexplained"]
Entry = Mapping[str, Any]  # of [[difference]] or [[all_wrong]]
MOST_KEPT = 256  # alignments of a corpus; an article of four annotators has some fifteen
_KNOWN: WeakKeyDictionary[Corpus, RecentCache[Aligned]] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something for which an adjudication does not account.

    Attributes:
        problem: The kind of problem.
        text: The problem in words.
        section: The list of the row concerned, or of the missing row.
        index: The number of the row in the list; -1 if it is missing.
        row: The row as it should be, without its reason; empty if there should be no row.
    """

    problem: Problem
    text: str
    section: Literal["difference", "all_wrong"]
    index: int = -1
    row: Entry = field(default_factory=dict)


def aligned(corpus: Corpus, article: str, names: Iterable[str]) -> Aligned:
    """An article as each of some annotators has it, `gold` for what is published; kept, so it is aligned once."""
    known, listed = _KNOWN.setdefault(corpus, RecentCache(MOST_KEPT)), tuple(names)
    key = " ".join((article, *listed))
    return known.get(key, lambda: Aligned({name: article_by(corpus, name, article) for name in listed}))


def aligned_with_gold(corpus: Corpus, article: str) -> Aligned:
    """An article as the annotators that its adjudication lists have it, and as it is published."""
    return aligned(corpus, article, (*listed_annotators(corpus, article), GOLD))


def aligned_pairs(corpus: Corpus) -> list[Aligned]:
    """Each adjudicated article once for every two of its annotators."""
    return [
        aligned(corpus, i, pair) for i in corpus.article_ids for pair in combinations(listed_annotators(corpus, i), 2)
    ]


def undecided(row: Entry) -> bool:
    """Whether the choice or the reason of a row is empty or a placeholder.

    >>> undecided({"choice": "keep", "reason": "…"}), undecided({"choice": "keep", "reason": "a name"})
    (True, False)
    """
    return any(to_write(row.get(key, "")) for key in ("choice", "reason"))


def differences(aligned: Aligned) -> list[tuple[Match, str]]:
    """Where the annotators differ: an annotation and a field; the field is empty if only some have the annotation."""
    names = _names(aligned)
    return [(match, name) for match in aligned.matches for name in match.differing(names)]


def troubles(aligned: Aligned, stated: Mapping[str, Any], layers: Iterable[str]) -> Iterator[Trouble]:
    """Everything in the gold for which an adjudication does not account.

    Args:
        aligned: The article as the annotators compared have it, and as `gold` has it.
        stated: The adjudication file, in valid form.
        layers: The adjudicated layers.
    """
    names = _names(aligned)
    matches = [match for match in aligned.matches if match.layer in set(layers)]
    yield from _undecided(matches, stated.get("difference", ()), names)
    yield from _unexplained(matches, stated.get("all_wrong", ()), names)


def _names(aligned: Aligned) -> list[str]:
    return [name for name in aligned.articles if name != GOLD]


def _undecided(matches: Sequence[Match], rows: Sequence[Entry], names: Sequence[str]) -> Iterator[Trouble]:
    """Differences without a decision, decisions that the gold does not follow, decisions about nothing."""
    open_rows = dict(enumerate(rows))
    for match, name, index in with_rows(matches, rows, names):
        row = open_rows.pop(index, None)
        if row is None or undecided(row):
            wanted = decision(match, name, names)
            had = " or ".join(dict.fromkeys(map(repr, _shown(match, name, names))))
            yield Trouble("undecided", f"{_named(wanted, names)}: {had}", "difference", index, wanted)
        elif not _as_decided(match, name, row, names):
            text = f"{_named(row, names)}: the gold does not follow the decision {row['choice']!r}"
            yield Trouble("not-as-decided", text, "difference", index)
    about = _grouped(map(_about, rows))
    for index, row in open_rows.items():
        twice = len(about[_about(row)]) > 1
        text = f"{_named(row, names)} {'is decided twice' if twice else 'does not differ'}"
        yield Trouble("without-difference", text, "difference", index)


def with_rows(
    matches: Iterable[Match], rows: Sequence[Entry], names: Sequence[str]
) -> Iterator[tuple[Match, str, int]]:
    """Every difference that has or needs a row: the annotation, the field, and the number of the row, or -1.

    An annotation that the gold lacks needs a decision as a whole, but not on its fields.
    """
    taken, about = set[int](), _grouped(map(_about, rows))
    for match in matches:
        for name in match.differing(names):
            key = match.layer, _fixed(match.ids(match.having(names, name))), name
            index = next((i for i in about.get(key, ()) if i not in taken), -1)
            taken.add(index)
            if index >= 0 or GOLD in match.members or not name:
                yield match, name, index


def decision(match: Match, name: str, names: Sequence[str]) -> Entry:
    """The row that decides a difference as the gold has it."""
    gold = _gold(match)
    whole = KEEP if gold else DROP
    choice = next((n for n in names if _as_gold(match, name, n)), OTHER) if name else whole
    return _row(match, name, match.ids(match.having(names, name)), gold, choice)


def _row(match: Match, name: str, ids: Mapping[str, str], gold: str | None, choice: str = "") -> Entry:
    values = {"layer": match.layer, "ids": ids, "field": name, "gold": gold, "choice": choice}
    return {key: value for key, value in values.items() if value}


def _gold(match: Match) -> str | None:
    return match.ids([GOLD]).get(GOLD)


def _about(row: Entry) -> tuple[str, Any, str]:
    """The layer, annotation and field of a row of decisions."""
    return row["layer"], _fixed(row["ids"]), row.get("field", "")


def _fixed(value: Any) -> Any:
    """The ids of a row as a key of a dictionary."""
    return frozenset(value.items()) if isinstance(value, Mapping) else value


def _grouped(keys: Iterable[K]) -> dict[K, list[int]]:
    """The positions of each key, in order."""
    found: dict[K, list[int]] = {}
    for index, key in enumerate(keys):
        found.setdefault(key, []).append(index)
    return found


def _as_gold(match: Match, name: str, annotator: str) -> bool:
    held = match.of(name, (annotator, GOLD))
    return len(held) == 2 and alike(held)


def _as_decided(match: Match, name: str, row: Entry, names: Sequence[str]) -> bool:
    """Whether the gold follows the decision of a row."""
    gold = _gold(match)
    if row.get("gold") != gold or (row["choice"] == DROP) != (gold is None):
        return False
    if not name or (gold is not None and name not in match.values[GOLD]):
        return True  # the value in the gold is computed from a layer that is unknown
    return row["choice"] in ([n for n in names if _as_gold(match, name, n)] or [OTHER])


def _unexplained(matches: Sequence[Match], rows: Sequence[Entry], names: Sequence[str]) -> Iterator[Trouble]:
    """Departures without a row, each with the row that may be meant for it; rows that explain no departure."""
    idle, open_ = dict(enumerate(rows)), []
    meant = _grouped(map(_meant, rows))
    for match in matches:
        for name in _departing(match, names):
            ids, gold = match.ids(match.having(names, name)), _gold(match)
            known = (_fixed(ids), *([None] if gold else []))  # where the gold has it, its id is enough
            listed = sorted(i for given in known for i in meant.get((match.layer, gold, name, given), ()))
            index = next((i for i in listed if i in idle), None)
            if index is None:
                open_.append(_row(match, name, {} if gold else ids, gold))
            else:
                del idle[index]
    near = {key: _grouped((row["layer"], _fixed(row.get(key))) for row in rows) for key in ("gold", "ids")}
    for wanted in open_:
        key = "gold" if "gold" in wanted else "ids"
        listed = near[key].get((wanted["layer"], _fixed(wanted[key])), [])
        index = next((i for i in listed if i in idle), -1)
        idle.pop(index, None)
        text = f"{_named(wanted, names)} departs from what the annotators had"
        yield Trouble("unexplained", text, "all_wrong", index, wanted)
    for index, row in idle.items():
        text = f"{_named(row, names)} does not depart from what the annotators had"
        yield Trouble("without-difference", text, "all_wrong", index)


def _departing(match: Match, names: Sequence[str]) -> Iterator[str]:
    """The fields in which the gold has what no annotator has; the empty one if only it has, or lacks, the record."""
    have, whole = match.having(names, ""), match.whole(names)
    if whole and len(have) == (0 if GOLD in match.members else len(whole)):
        yield ""
    for name in match.values.get(GOLD, ()):
        held = match.of(name, names)
        if held and alike(held) and not alike([*held, match.values[GOLD][name]]):
            yield name


def _meant(row: Entry) -> tuple[str, str | None, str, Any]:
    """The layer, annotation and field that a row of departures explains."""
    return row["layer"], row.get("gold"), row.get("field", ""), _fixed(row.get("ids"))


def _named(row: Entry, names: Sequence[str]) -> str:
    ids = row.get("ids", {})
    who = row["gold"] if "choice" not in row and "gold" in row else "/".join(ids.get(name, "–") for name in names)
    return f"{row['layer']} {who} {row.get('field', 'as a whole')}"


def _shown(match: Match, name: str, names: Sequence[str]) -> Iterator[Any]:
    """The annotators' values of a field; without a field, the words of the annotation for each who has it."""
    for annotator in match.having([annotator for annotator in match.members if annotator in names], name):
        if not name:
            anchor = (match.shown(annotator, column) or [] for column in match.members[annotator].record.table.anchor)
            yield " | ".join(w for words in anchor for w in ([words] if isinstance(words, str) else words))
        else:
            yield match.shown(annotator, name)
