"""Update the gold from its annotators: what all agree on, and what the adjudication decided.

An empty layer gets the annotations that all its annotators have. In a layer that is not adjudicated yet, decisions are
carried out: a value is taken over, an annotation is added or removed. Everything else in the gold stays.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from vouchbank.change.rewriting import canonical
from vouchbank.checks.adjudicated import FEWEST_ANNOTATORS
from vouchbank.compare.adjudication import DROP, KEEP, OTHER, Entry, undecided, with_rows
from vouchbank.compare.annotators import GOLD
from vouchbank.compare.pairs import NOT_COMPARED, Aligned, Match
from vouchbank.corpus.ids import FreeIds, article_of
from vouchbank.corpus.records import LayerFile, Record
from vouchbank.schema import Column
from vouchbank.toml.walk import Path

_LEFT = frozenset(NOT_COMPARED) - {"sure"}  # fields about the annotator, not the annotation


@dataclass
class GoldChanges:
    """What changes in the gold.

    Attributes:
        texts: The layer files that change, by their name below the root.
        added: The new annotations, by their ids in the file.
        removed: The removed annotations.
        changed: The annotations with a new value.
        ids: For each row about a whole annotation, its id in the gold; None if the gold does not have it.
    """

    texts: dict[str, str] = field(default_factory=dict)
    added: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    ids: dict[int, str | None] = field(default_factory=dict)


class GoldUpdate:
    """The annotations of an article by each annotator, with the decisions on them.

    Args:
        aligned: The article by each of these annotators and by `gold`, drafts included.
        rows: The rows of decisions, in valid form.
        begun: The layer files of the gold that are empty.
        free: The ids for new annotations.
    """

    def __init__(self, aligned: Aligned, rows: Sequence[Entry], begun: Collection[str], free: FreeIds) -> None:
        self.gold = aligned.articles[GOLD]
        self.names = [name for name in aligned.articles if name != GOLD]
        self.begun = begun
        self.matches = [m for m in aligned.matches if self._file(m).status() != "adjudicated"]
        choices: dict[int, dict[str, tuple[int, str]]] = {id(match): {} for match in self.matches}
        for match, name, row in with_rows(self.matches, rows, self.names):
            if row >= 0 and not undecided(rows[row]):
                choices[id(match)][name] = row, rows[row]["choice"]
        self.decided = [(m, choices[id(m)], self._id(m, choices[id(m)], free)) for m in self.matches]
        own = ((match.members.items(), name) for match, _, name in self.decided if name)
        self._named = {(annotator, a.id): name for members, name in own for annotator, a in members}

    def changes(self) -> GoldChanges:
        """The changes that bring the gold to what all agree on and what is decided."""
        done, records = GoldChanges(), dict[str, dict[Path, Record | None]]()
        for match, choices, name in self.decided:
            if "" in choices:
                done.ids[choices[""][0]] = name
            before = match.members[GOLD].record if GOLD in match.members else None
            after = self._record(match, name, choices) if name else None
            if _same(before, after):
                continue
            kind = done.added if before is None else done.removed if after is None else done.changed
            kind += [record.name for record in (after or before,) if record]
            held = records.setdefault(self.gold.schema.tables[match.layer].file, {})
            held |= {before.path: None} if before else {}
            held |= {after.path: after} if after else {}
        for file, changed in records.items():
            if text := self._text(file, changed):
                done.texts[self.gold.files[file].document.file] = text
        return done

    def _file(self, match: Match) -> LayerFile:
        return self.gold.files[self.gold.schema.tables[match.layer].file]

    def _id(self, match: Match, choices: Mapping[str, tuple[int, str]], free: FreeIds) -> str:
        """The id that an annotation has or gets in the gold; empty if it does not belong there."""
        table, there = self.gold.schema.tables[match.layer], match.ids([GOLD]).get(GOLD, "")
        _, choice = choices.get("", (-1, ""))
        whole = match.whole(self.names)
        agreed = table.file in self.begun and len(whole) >= FEWEST_ANNOTATORS and match.having(self.names, "") == whole
        if choice == DROP:
            return ""
        return there or (free.next(table.prefix) if choice == KEEP or agreed else "")

    def _record(self, match: Match, name: str, choices: Mapping[str, tuple[int, str]]) -> Record:
        """An annotation as it should be in the gold."""
        have = match.having(self.names, "") or [n for n in self.names if n in match.members]
        record = self._own(match, name, have) if GOLD not in match.members else match.members[GOLD].record
        for column, (_, choice) in choices.items():
            if column and choice != OTHER and choice in match.members:
                record = self._taken(record, match.members[choice].record, column, choice)
        return self._with_references(record, match, have, choices)

    def _own(self, match: Match, name: str, have: Sequence[str]) -> Record:
        """A new annotation of the gold, as the first annotator who has it wrote it."""
        theirs = match.members[have[0]].record
        values = {key: value for key, value in theirs.values.items() if key not in _LEFT}
        for column in theirs.table.written:
            if column.name in values and (column.annotation_ids or column.annotation_id):
                values |= self._written(values, theirs, column, have[0])
        sure = all(match.members[annotator].record.values.get("sure", True) for annotator in have)
        values = {
            key: value for key, value in values.items() if value not in ([], None) and (key != "sure" or not sure)
        }
        values |= {} if sure else {"sure": False}
        document = self.gold.files[theirs.table.file].document
        return Record(self.gold.schema.tables[match.layer], self.gold.id, theirs.paragraph, name, values, document)

    def _written(self, values: Mapping[str, Any], theirs: Record, column: Column, annotator: str) -> dict[str, Any]:
        """A column of references with the ids of the gold; references to what the gold lacks are left out."""
        value = values[column.name]
        listed = [self._reference(theirs, one, annotator) for one in (value if isinstance(value, list) else [value])]
        found = [one for one in listed if one]
        return {column.name: found if isinstance(value, list) else next(iter(found), None)}

    def _reference(self, theirs: Record, written: str, annotator: str) -> str:
        whole = theirs.full_id(written)
        return self._named.get((annotator, whole), "") if article_of(whole) == self.gold.id else written

    def _taken(self, record: Record, theirs: Record, name: str, annotator: str) -> Record:
        """An annotation of the gold with a field as an annotator wrote it, or without it if they wrote none."""
        own = name == "span" and record.table.own_span
        keys, column = ("q", "n") if own else (name,), record.table.column(name)
        values = {key: value for key, value in record.values.items() if key not in keys}
        new = {key: theirs.values[key] for key in keys if key in theirs.values}
        if own:
            moved = {c.name for c in record.table.quoted} & values.keys()
            values |= {key: _anchored(values[key], record.paragraph, theirs.paragraph) for key in moved}
            return replace(record, paragraph=theirs.paragraph, values={**new, **values})
        if column.span or column.spans:
            new = {key: _anchored(value, theirs.paragraph, record.paragraph) for key, value in new.items()}
        elif new and (column.annotation_ids or column.annotation_id):
            new = {k: v for k, v in self._written(new, theirs, column, annotator).items() if v not in ([], None)}
        return replace(record, values={**values, **new})

    def _with_references(
        self, record: Record, match: Match, have: Sequence[str], choices: Mapping[str, tuple[int, str]]
    ) -> Record:
        """An annotation with the references that all agree on, once the gold has their targets."""
        differ = {*match.differing(self.names)}
        for column in record.table.written:
            if not (column.annotation_ids or column.annotation_id) or column.name in _LEFT:
                continue
            if not have or column.name in differ or column.name in choices:
                continue
            theirs = match.members[have[0]].record
            new = self._written(theirs.values, theirs, column, have[0]) if column.name in theirs.values else {}
            had, wanted = (_listed(held.get(column.name)) for held in (record.values, new))
            if had < wanted:
                record = replace(record, values={**record.values, **new})
        return record

    def _text(self, file: str, changed: Mapping[Path, Record | None]) -> str | None:
        """The text of a layer file of the gold with other records."""
        document = self.gold.files[file].document
        values = {key: dict(held) if isinstance(held, dict) else held for key, held in document.values.items()}
        for path, record in changed.items():
            section, name = map(str, path)
            held = values.setdefault(section, {})
            held.pop(name, None)
            if record:
                held[name] = dict(record.values)
            elif not held:
                del values[section]
        return canonical(self.gold, file, replace(document, values=values))


def _same(before: Record | None, after: Record | None) -> bool:
    if before is None or after is None:
        return before is after
    return before.path == after.path and before.values == after.values


def _listed(value: Any) -> set[str]:
    listed: Iterable[Any] = value if isinstance(value, list) else [] if value is None else [value]
    return {str(one) for one in listed}


def _anchored(value: Any, old: str, new: str) -> Any:
    """Quoted words of a record in the section `old`, written for a record in the section `new`.

    >>> _anchored("Monday", "p2", "p3"), _anchored([{"q": "Ten", "p": "p3", "n": "1/2"}], "p2", "p3")
    ({'p': 'p2', 'q': 'Monday'}, [{'q': 'Ten', 'n': '1/2'}])
    """
    if isinstance(value, list):
        return [_anchored(one, old, new) for one in value]
    said = {"p": old, "q": value} if isinstance(value, str) else {"p": old, **value}
    if said["p"] == new:
        del said["p"]
    return said["q"] if [*said] == ["q"] else said
