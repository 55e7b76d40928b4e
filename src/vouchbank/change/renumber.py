"""Ids that two branches gave to different annotations: what is new here gets another one, and what refers to it too.

The base is what this branch is merged into; its ids stay. Of two annotations with one id, the one that is as in the
base is the base's. A reference means the base's where the base has it in the same place, and else the new one, since a
branch cannot refer to what it did not have. Where git knows how both began (`Sides`), an id that only one of the two
has kept is found as well. What cannot be told is said, and the article is left as it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from vouchbank.change.edits import applied
from vouchbank.checks.references import references
from vouchbank.corpus import Corpus
from vouchbank.corpus.format import literal, same_values
from vouchbank.corpus.git import both_kept
from vouchbank.corpus.held import HeldCorpus
from vouchbank.corpus.ids import LOCAL_ID, RETIRED_FILE, FreeIds, retirement_of
from vouchbank.corpus.records import Record
from vouchbank.findings import Edit, Place
from vouchbank.toml.reader import Document, read_toml
from vouchbank.toml.repeated import keys, untangled
from vouchbank.toml.walk import Path

TWICE, MARKED = "duplicate-key", "merge-marker"
KEPT = "both sides of the conflict are kept"
MARKS = ("<<<<<<< ", "||||||| ", "=======", ">>>>>>> ")
LISTS = ("difference", "all_wrong", "outside")  # of an adjudication


@dataclass(frozen=True)
class Sides:
    """The states that a branch is made of.

    Attributes:
        name: What the base is called.
        base: What it is merged into.
        own: The branch before that; None if git cannot tell.
        fork: What both come from; None if git cannot tell.
        merging: Whether a merge is begun and not committed.
    """

    name: str
    base: Corpus
    own: Corpus | None = None
    fork: Corpus | None = None
    merging: bool = False


@dataclass
class Renumbered:
    """What becomes of the files: new bytes, what was done in each, and why others are left as they are."""

    files: dict[str, bytes] = field(default_factory=dict)
    done: dict[str, list[str]] = field(default_factory=dict)
    left: dict[str, str] = field(default_factory=dict)


def renumber(corpus: Corpus, sides: Sides) -> Renumbered:
    """New ids for what is new in the articles that the base has too."""
    made, held = Renumbered(), corpus.all_held if isinstance(corpus, HeldCorpus) else {}
    listed = [file.document for file in corpus.shared.values()]
    listed += [corpus.optional(f"adjudication/{name}") for name in (*corpus.article_ids, "corpus")]
    for document in (*listed, corpus.optional("retired")):
        text = both_sides(sides, document)
        if text is not None and _holds_both(read_toml(text.encode(), document.file), sides):
            made.files[document.file] = text.encode()
            made.done[document.file] = [KEPT]
    for name in corpus.article_ids:
        if name in sides.base.article_ids:
            _Numbers(HeldCorpus(corpus.root, corpus.schema, {**held, **made.files}), sides, name).run(made)
    return made


def both_sides(sides: Sides, document: Document) -> str | None:
    """What two branches added to a file in which git left the marks of a conflict; None where that cannot be told.

    Whoever began to settle it by hand goes on by hand.
    """
    if {fault.slug for fault in document.faults} != {MARKED} or sides.own is None or sides.fork is None:
        return None
    own, fork, base = (side.read(document.file) or b"" for side in (sides.own, sides.fork, sides.base))
    known = {*own.decode("utf-8", "replace").splitlines(), *base.decode("utf-8", "replace").splitlines()}
    if any(line not in known for line in document.text.splitlines() if not line.startswith(MARKS)):
        return None
    return both_kept(own, fork, base)


def _holds_both(made: Document, sides: Sides) -> bool:
    """Whether a file has every section and row that is new on either side, and none that neither has."""
    states = [read_toml((s and s.read(made.file)) or b"", made.file) for s in (sides.own, sides.base, sides.fork)]
    own, base, fork = (set(_parts(document)) for document in states)
    here = set(_parts(made))
    return not made.faults and here <= own | base and here >= (own | base) - fork


def _parts(document: Document) -> Iterator[tuple[str, str]]:
    for name, held in document.values.items():
        yield from ((name, literal(part)) for part in (held if isinstance(held, list) else [held]))


class _Unclear(Exception):
    """It cannot be told what is meant: the file, and why."""


class _Numbers:
    """The ids of one article."""

    def __init__(self, corpus: HeldCorpus, sides: Sides, name: str) -> None:
        self.sides, self.id = sides, name
        self.base = _records(sides.base, name)
        self.own, self.fork = (_records(side, name) for side in (sides.own, sides.fork))
        self.free = FreeIds(name, lambda: self._used(corpus))
        self.merged: set[str] = set()  # the files whose conflict is settled
        self.was: dict[tuple[str, Path], str] = {}  # the id of what stood twice, by file and its key of now
        texts = dict(self._untangled(corpus))
        self.corpus = HeldCorpus(corpus.root, corpus.schema, {**corpus.all_held, **texts})
        self.touched = set(texts)
        self.article = self.corpus.article(name)
        self.ids: dict[tuple[str, Path], str] = {}  # the final id of a record that changes its key
        self.new: dict[str, str] = {}  # what an id of this branch is called now
        self.edits: dict[str, list[Edit]] = {}
        self.titles: dict[str, list[str]] = {}

    def _used(self, corpus: Corpus) -> set[str]:
        article = corpus.article(self.id)
        texts = (f.document.text for f in article.files.values() if f.document.faults)
        twice = {f"{self.id}-{path[1]}" for text in texts for path in keys(text) if len(path) > 1}
        retired = {name for side in (corpus, self.sides.base) for name in side.retired}
        return corpus.used_ids(article) | self.sides.base.article(self.id).used_ids | twice | retired

    def _untangled(self, corpus: Corpus) -> Iterator[tuple[str, bytes]]:
        """The files with ids that stand twice, each now under a key of its own."""

        def fresh(_: str, name: str) -> str:
            match = LOCAL_ID.match(name)
            return self.free.next(match[1]) if match else ""

        for file in corpus.article(self.id).files.values():
            document = file.document
            text = both_sides(self.sides, document)
            if text is None and {fault.slug for fault in document.faults} == {TWICE}:
                text = document.text
            if text is not None:
                text, renamed = untangled(text, fresh)
                if not read_toml(text.encode(), document.file).faults:
                    self.was.update({(document.file, path): old for path, old in renamed.items()})
                    if document.faults[0].slug == MARKED:
                        self.merged.add(document.file)
                    yield document.file, text.encode()

    def run(self, made: Renumbered) -> None:
        """Find which ids mean two things, and write them anew; or say why that cannot be done."""
        try:
            self._ids()
            if self.ids or self.touched:
                self._nothing_else()
                self._references()
        except _Unclear as unclear:
            file, why = unclear.args
            made.left[file] = why
            return
        for file in dict.fromkeys((*self.touched, *self.edits)):
            text = self.corpus.document(file).text
            after = applied(text, self.edits.get(file, ()))
            made.files[file] = after.encode()
            made.done.setdefault(file, []).extend([*([KEPT] * (file in self.merged)), *self.titles.get(file, ())])

    def _nothing_else(self) -> None:
        """Make sure that a conflict that was settled by lines has the annotations of both sides, and no others."""
        for file in self.article.files.values():
            name = file.document.file
            if name not in self.merged:
                continue
            here = [(r.paragraph, dict(r.values)) for r in file.records]
            sides = (self.base, self.own, self.fork)
            known = [(r.paragraph, dict(r.values)) for s in sides for r in s.values() if r.document.file == name]
            new = [r for s in sides[:2] for r in s.values() if r.document.file == name and r.name not in self.fork]
            lost = [r.id for r in new if not any(same_values(list(h), [r.paragraph, dict(r.values)]) for h in here)]
            if lost or not all(any(same_values(list(h), list(k)) for k in known) for h in here):
                raise _Unclear(name, "both branches changed the same lines; settle the conflict by hand")

    def _ids(self) -> None:
        found: dict[str, list[Record]] = {}
        for file in self.article.files.values():
            for record in file.records:
                found.setdefault(self._was(record), []).append(record)
        for name, records in found.items():
            if len(records) > 1:
                self._several(name, self._without_copies(name, records))
            else:
                self._one(name, records[0])

    def _was(self, record: Record) -> str:
        return self.was.get((record.document.file, record.path), record.name)

    def _without_copies(self, name: str, records: list[Record]) -> list[Record]:
        """The records without those that say the same as one before: these are taken out."""
        kept: list[Record] = []
        for record in records:
            if any(_same(record, other) for other in kept):
                first = record.key_place().line
                place = Place(record.document.file, first, 1, record.last_line + 1, 1)
                self._edit(record.document.file, Edit(place, ""), f"{self.id}-{name} stood there twice, word for word")
            else:
                kept.append(record)
        return kept

    def _several(self, name: str, records: list[Record]) -> None:
        """Several annotations of one id: that of the base keeps it."""
        theirs = [r for r in records if _same(r, self.base.get(name))]
        mine = [r for r in records if _same(r, self.own.get(name))]
        if len(theirs) == 1:
            keeps = theirs[0]
        elif name in self.base and len(mine) == 1 and len(records) == 2:
            keeps = next(r for r in records if r is not mine[0])
        elif name in self.base and len(records) > 1:
            message = f"{name} stands there {len(records)} times, and none is as in {self.sides.name}"
            raise _Unclear(records[0].document.file, f"{message}: give what is new an id of its own")
        else:
            keeps = records[0]
        others = [record for record in records if record is not keeps]
        if len(others) > 1 or (others and name not in self.base):
            self.new[name] = ""  # what refers to it may mean any of them
        self._call(keeps, name)
        spare = [record.name for record in records if record.name != name]
        for record in others:
            self._rename(record, name, spare)

    def _one(self, name: str, record: Record) -> None:
        """One annotation, whose id the base has given to another one meanwhile, or has retired."""
        here = record if self.sides.fork and not self.sides.merging else None  # it may not be committed yet
        own, theirs = self.own.get(name, here), self.base.get(name)
        if own is None or name in self.fork:
            return
        gone = theirs is None and retirement_of(f"{self.id}-{name}", self.sides.base.retired) is not None
        if not gone and (theirs is None or _same(own, theirs) or _same(record, theirs)):
            return
        if theirs is not None and not _same(record, own):
            message = f"{name} is neither as in {self.sides.name} nor as it was on this branch"
            raise _Unclear(record.document.file, f"{message}: give it another id if it is new")
        self._rename(record, name)

    def _rename(self, record: Record, name: str, spare: list[str] | None = None) -> None:
        """Give what is new its new id: one of those that were given where it stood twice, else the next free one."""
        match = LOCAL_ID.match(name)
        new = spare.pop(0) if spare else self.free.next(match[1] if match else "")
        self.new.setdefault(name, new)
        self._call(record, new)
        title = f"{self.id}-{name} in {record.paragraph} is now {self.id}-{new}: {self.sides.name} has another {name}"
        self.titles.setdefault(record.document.file, []).append(title)

    def _call(self, record: Record, name: str) -> None:
        """Note the key that a record will have."""
        if record.name != name:
            self._edit(record.document.file, Edit(record.key_place(), name))
        self.ids[record.document.file, record.path] = name

    def _edit(self, file: str, edit: Edit, title: str = "") -> None:
        self.edits.setdefault(file, []).append(edit)
        if title:
            self.titles.setdefault(file, []).append(title)

    def _references(self) -> None:
        """Write anew what refers to what was renamed."""
        for file in self.article.files.values():
            if file.document.faults and self.new:
                raise _Unclear(file.document.file, f"{file.document.faults[0].message}; nothing was renumbered")
            for record in file.records:
                name = self._was(record)
                mine = self.ids.get((record.document.file, record.path)) not in (None, name)
                keeps = (record.document.file, record.path) in self.ids and not mine and name in self.base
                base = None if mine or (name in self.new and not keeps) else self.base.get(name)
                if not keeps:  # else it is the base's, with all that it refers to
                    self._of_record(record, base, self.own.get(name), self.fork.get(name))
        for name, shared in self.corpus.shared.items():
            if shared.document.faults and self.new:
                raise _Unclear(shared.document.file, f"{shared.document.faults[0].message}; nothing was renumbered")
            states = [{r.name: r for r in c.shared[name].records} if c else {} for c in self._states()]
            for record in shared.records:
                base, own, fork = (state.get(record.name) for state in states)
                self._of_record(record, base, own, fork)
        for listed, here in ((f"adjudication/{self.id}", "gold"), ("adjudication/corpus", "pairs")):
            self._of_rows(listed, here)
        self._of_retired()

    def _states(self) -> tuple[Corpus | None, ...]:
        return self.sides.base, self.sides.own, self.sides.fork

    def _of_record(self, record: Record, base: Record | None, own: Record | None, fork: Record | None) -> None:
        """The references of a record: those that the base's record has are the base's."""
        hit = [(path, target) for path, target, _ in references(record) if self._renamed(target)]
        for column in dict.fromkeys(str(path[0]) for path, _ in hit):
            now, then, mine, before = (_units(r, column) for r in (record, base, own, fork))
            left, both = Counter(then), Counter(mine) - Counter(before)
            theirs = [bool(left[unit]) and not left.subtract((unit,)) for unit in now]
            for path, target in ((p, t) for p, t in hit if p[0] == column):
                index = path[1] if len(path) > 1 else 0
                if not theirs[int(index)]:
                    self._refer(record.document, (*record.path, *path), target, record.id)
                elif both[now[int(index)]] and not _same(own, base) and base is not None:
                    why = f"{record.id}: {column} {target} may mean that of {self.sides.name} or the one of this branch"
                    raise _Unclear(record.document.file, f"{why}; say which, then run this again")

    def _renamed(self, target: str) -> bool:
        return target.startswith(f"{self.id}-") and target.rpartition("-")[2] in self.new

    def _refer(self, document: Document, path: Path, target: str, who: str) -> None:
        """Write one reference anew, short or in full as it stands."""
        name = target.rpartition("-")[2]
        if not self.new[name]:
            raise _Unclear(document.file, f"{who} refers to {name}, which stands for several; say which")
        written = str(document.value(*path))
        new = self.new[name] if written == name else f"{self.id}-{self.new[name]}"
        self._edit(document.file, Edit(document.place(*path), literal(new)), f"{who}: {written} is now {new}")

    def _of_rows(self, file: str, column: str) -> None:
        """The rows of an adjudication that are new."""
        document, base = self.corpus.optional(file), self.sides.base.optional(file)
        if document.faults and self.new:
            raise _Unclear(document.file, f"{document.faults[0].message}; nothing was renumbered")
        for section in LISTS:
            left = Counter(literal(row) for row in _rows(base, section))
            for index, row in enumerate(_rows(document, section)):
                left[literal(row)] -= 1
                if left[literal(row)] < 0 and isinstance(row, dict):
                    for path, target in _texts(row.get(column), (section, index, column)):
                        full = f"{self.id}-{target}" if column == "gold" else target
                        if self._renamed(full):
                            self._refer(document, path, full, f"{section} {index + 1}")

    def _of_retired(self) -> None:
        """What is new in the list of ids that are gone names what stands in their place."""
        document, base = self.corpus.optional("retired"), self.sides.base.retired
        for name, entry in self.corpus.retired.items():
            if self._renamed(entry.successor) and name not in base:
                self._refer(document, (*entry.path, "successor"), entry.successor, RETIRED_FILE)


def _records(corpus: Corpus | None, name: str) -> Mapping[str, Record]:
    if corpus is None or name not in corpus.article_ids:
        return {}
    return {record.name: record for file in corpus.article(name).files.values() for record in file.records}


def _same(a: Record | None, b: Record | None) -> bool:
    """Whether two records stand in the same section with the same values."""
    if a is None or b is None:
        return False
    return a.paragraph == b.paragraph and same_values(dict(a.values), dict(b.values))


def _units(record: Record | None, column: str) -> list[str]:
    """What a column of references holds, item by item, as it is written."""
    value = record.values.get(column, []) if record else []
    listed = value if isinstance(value, list) else [value]
    return [record.full_id(v) if record and isinstance(v, str) else literal(v) for v in listed]


def _rows(document: Document, section: str) -> list[Any]:
    held = document.value(section)
    return held if isinstance(held, list) else []


def _texts(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _texts(inner, (*path, index))
