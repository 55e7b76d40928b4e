"""Adjudication: every difference between the annotators decided, every departure of the gold from both explained.

`annotations/adjudication/<article>.toml` lists the decisions. This room compares the list with the files: what differs
and has no decision, decisions about nothing, gold that is not what was decided.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from vouchbank.compare.pairs import Difference, aligned, differences
from vouchbank.corpus import Article
from vouchbank.tables.rows import Shared

Key = tuple[str, str, str, str]
Departure = tuple[str, str | tuple[str, str], str]  # layer, gold id or the pair of ids dropped, field
Fault = Literal["undecided", "without-difference", "not-as-decided", "unexplained"]


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong with an adjudication: the fault, in words, its row (index and list), its departure."""

    fault: Fault
    text: str
    index: int = -1
    rows: Literal["difference", "both_wrong"] = "difference"
    departure: Departure | None = None

    @property
    def gold(self) -> str:
        """Its id in the gold; empty if there is none."""
        return self.departure[1] if self.departure and isinstance(self.departure[1], str) else ""


@dataclass(frozen=True)
class Hands:
    """One article in three hands, with what their rows need of each registry."""

    a: Article
    b: Article
    gold: Article
    shared: tuple[Shared, Shared, Shared]


def troubles(hands: Hands, listed: Mapping[str, Any]) -> Iterator[Trouble]:
    """Everything by which an adjudication file does not account for the gold."""
    decided = _rows(listed, "difference")
    between = {d.key: d for d in differences(hands.a, hands.b, hands.shared[:2])}
    rows = {_key(row): index for index, row in enumerate(decided)}
    for key, difference in between.items():
        if key not in rows:
            yield Trouble("undecided", _said(difference))
    for key, index in rows.items():
        if key not in between:
            yield Trouble("without-difference", f"{_named(key)} does not differ", index)
    departures = _Departures(hands)
    for index, row in enumerate(decided):
        if _key(row) in between and not departures.as_decided(row):
            text = f"{_named(_key(row))}: the gold is not as decided ({row.get('choice')})"
            yield Trouble("not-as-decided", text, index)
    yield from _unexplained(list(departures.from_both(between)), _rows(listed, "both_wrong"))


def _unexplained(departed: Sequence[Departure], rows: Sequence[Mapping[str, Any]]) -> Iterator[Trouble]:
    """Departures without a row, each with a row that may have been meant for it; rows that explain none."""
    explained = {(str(r.get("layer")), _gold(r), str(r.get("field", ""))): i for i, r in enumerate(rows)}
    idle = {key: index for key, index in explained.items() if key not in departed}
    for departure in departed:
        if departure not in explained:
            meant = next((key for key in idle if key[:2] == departure[:2]), None)
            index = idle.pop(meant) if meant else -1
            text = f"{_departed(departure)} departs from what both had"
            yield Trouble("unexplained", text, index, "both_wrong", departure)
    for key, index in idle.items():
        text = f"{_departed(key)} does not depart from what both had"
        yield Trouble("without-difference", text, index, "both_wrong", key)


class _Departures:
    """How the gold relates to each annotator."""

    def __init__(self, hands: Hands) -> None:
        self.hands = hands
        a, b, gold = hands.shared
        self.from_a = differences(hands.a, hands.gold, (a, gold))
        self.from_b = differences(hands.b, hands.gold, (b, gold))
        self.b_of_a: dict[tuple[str, str], str] = {}
        self.gold_of_a: dict[tuple[str, str], str] = {}
        self.gold_of_b: dict[tuple[str, str], str] = {}
        for table in hands.gold.schema.exhaustive_layers:
            self._pair(self.b_of_a, table.name, hands.a, hands.b)
            self._pair(self.gold_of_a, table.name, hands.a, hands.gold)
            self._pair(self.gold_of_b, table.name, hands.b, hands.gold)

    @staticmethod
    def _pair(into: dict[tuple[str, str], str], layer: str, left: Article, right: Article) -> None:
        for pair in aligned(left, right)[layer]:
            if pair.a and pair.b:
                into[layer, pair.a.record.name] = pair.b.record.name

    def as_decided(self, row: Mapping[str, Any]) -> bool:
        """Whether the gold has what a row of the adjudication says."""
        layer, a, b, field = _key(row)
        gold = self.gold_of_a.get((layer, a)) or self.gold_of_b.get((layer, b), "")
        if not field:
            return (row.get("choice") == "keep") == bool(gold) and row.get("gold", "") == gold
        like_a = (layer, a, gold, field) not in {d.key for d in self.from_a}
        like_b = (layer, b, gold, field) not in {d.key for d in self.from_b}
        wanted = {"a": like_a, "b": like_b, "other": not like_a and not like_b}
        return bool(gold) and wanted.get(str(row.get("choice")), False) and row.get("gold") == gold

    def from_both(self, between: Mapping[Key, Difference]) -> Iterator[Departure]:
        """Layer, gold id (or the pair of ids dropped) and field where the gold has what neither annotator had."""
        a_of_gold = {(layer, g): a for (layer, a), g in self.gold_of_a.items()}
        b_of_gold = {(layer, g): b for (layer, b), g in self.gold_of_b.items()}
        keys_b = {d.key for d in self.from_b}
        for d in self.from_a:
            if d.a and d.b:
                b = b_of_gold.get((d.layer, d.b), "")
                agreed = bool(b) and (d.layer, d.a, b, d.field) not in between
                if not b or (agreed and (d.layer, b, d.b, d.field) in keys_b):
                    yield d.layer, d.b, d.field
            elif d.a and (d.layer, d.a) in self.b_of_a:
                yield d.layer, (d.a, self.b_of_a[d.layer, d.a]), ""
            elif d.b and (d.layer, d.b) not in b_of_gold:
                yield d.layer, d.b, ""
        for d in self.from_b:
            if d.a and d.b and (d.layer, d.b) not in a_of_gold:
                yield d.layer, d.b, d.field


def _rows(listed: Mapping[str, Any], name: str) -> Sequence[Mapping[str, Any]]:
    rows = listed.get(name, [])
    return [r for r in rows if isinstance(r, dict)] if isinstance(rows, list) else []


def _key(row: Mapping[str, Any]) -> Key:
    return str(row.get("layer", "")), str(row.get("a", "")), str(row.get("b", "")), str(row.get("field", ""))


def _gold(row: Mapping[str, Any]) -> str | tuple[str, str]:
    return str(row["gold"]) if row.get("gold") else (str(row.get("a", "")), str(row.get("b", "")))


def _named(key: Key) -> str:
    layer, a, b, field = key
    return f"{layer} {a or '–'}/{b or '–'} {field or 'as a whole'}"


def _departed(departure: Departure) -> str:
    layer, gold, field = departure
    return f"{layer} {gold if isinstance(gold, str) else '/'.join(gold)} {field or 'as a whole'}"


def _said(difference: Difference) -> str:
    return f"{_named(difference.key)}: {difference.values[0]!r} or {difference.values[1]!r}"
