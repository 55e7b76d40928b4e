"""Renumber annotations whose ids the base revision gave to other annotations, and update the references to them.

The base is the revision that this branch is merged into; its ids stay. Of two annotations with one id, the one that is
as in the base keeps it. A reference means the base's annotation if the base has the same reference in the same place;
otherwise it means the new one, because a branch cannot refer to what it did not have. If git knows the states of both
branches (`Sides`), an id that only one of them kept is found too. If the meaning is unclear, the article is left as it
is, and the reason is reported.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from vouchbank.change.edits import FixResult, applied
from vouchbank.checks.references import references
from vouchbank.compare.annotators import SECTIONS
from vouchbank.corpus import Corpus
from vouchbank.corpus.format import literal, same_values
from vouchbank.corpus.git import both_kept
from vouchbank.corpus.ids import RETIRED_FILE, FreeIds, retirement_of
from vouchbank.corpus.overlay import OverlayCorpus
from vouchbank.corpus.records import Record
from vouchbank.findings import Edit, Place
from vouchbank.toml.duplicate_keys import with_unique_keys
from vouchbank.toml.reader import Document, read_toml
from vouchbank.toml.walk import Path, Walk

TWICE, MARKED = "duplicate-key", "merge-marker"
KEPT = "both sides of the conflict are kept"
MARKS = ("<<<<<<< ", "||||||| ", "=======", ">>>>>>> ")


@dataclass(frozen=True)
class Sides:
    """The states of the sources around a merge.

    Attributes:
        name: The name of the base revision.
        base: The base, which the branch is merged into.
        own: The branch before the merge; None if git does not know it.
        fork: The common ancestor of both; None if git does not know it.
        merging: Whether a merge or a rebase is in progress.
    """

    name: str
    base: Corpus
    own: Corpus | None = None
    fork: Corpus | None = None
    merging: bool = False


def renumber(corpus: Corpus, sides: Sides, result: FixResult) -> None:
    """Give new ids to new annotations in the articles that the base has too, where the base uses their ids."""
    shared = [file.document for file in corpus.shared.values()]
    shared += [corpus.optional(f"adjudication/{name}") for name in (*corpus.article_ids, "corpus")]
    for document in (*shared, corpus.optional("retired")):
        text = both_sides(sides, document)
        if text is not None and _holds_both(read_toml(text.encode(), document.file), sides):
            result.change(document.file, text.encode(), KEPT)
    for name in corpus.article_ids:
        if name in sides.base.article_ids:
            _Numbers(OverlayCorpus.over(corpus, result.files), sides, name).run(result)


def both_sides(sides: Sides, document: Document) -> str | None:
    """A file with the additions of both branches, if git left conflict markers in it; None if that is not certain.

    A conflict that somebody has begun to resolve is left to them.
    """
    if {fault.slug for fault in document.faults} != {MARKED} or sides.own is None or sides.fork is None:
        return None
    own, fork, base = (side.read(document.file) or b"" for side in (sides.own, sides.fork, sides.base))
    known = {*own.decode("utf-8", "replace").splitlines(), *base.decode("utf-8", "replace").splitlines()}
    if any(line not in known for line in document.text.splitlines() if not line.startswith(MARKS)):
        return None
    return both_kept(own, fork, base)


def _holds_both(made: Document, sides: Sides, numbered: bool = False) -> bool:
    """Whether a file has every section and row that is new on either side, and no others.

    In a layer file (`numbered`) the annotations are compared without their ids.
    """
    states = [read_toml((s and s.read(made.file)) or b"", made.file) for s in (sides.own, sides.base, sides.fork)]
    here, own, base, fork = (set(_parts(document, numbered)) for document in (made, *states))
    return not made.faults and here <= own | base and here >= (own | base) - fork


def _parts(document: Document, numbered: bool) -> Iterator[tuple[str, str]]:
    for name, held in document.values.items():
        listed = held.values() if numbered and isinstance(held, dict) else held if isinstance(held, list) else [held]
        yield from ((name, literal(part)) for part in listed)


class _Unclear(Exception):
    """The meaning of an id or reference is unclear: the file, and why."""


class _Numbers:
    """The ids of one article."""

    def __init__(self, corpus: OverlayCorpus, sides: Sides, name: str) -> None:
        self.sides, self.id = sides, name
        self.states = (sides.base, sides.own, sides.fork)
        self.base, self.own, self.fork = (_records(side, name) for side in self.states)
        self.free = FreeIds(name, lambda: self._used(corpus))
        self.merged: set[str] = set()  # the files whose conflict is settled
        self.was: dict[tuple[str, Path], str] = {}  # the old id of a record whose id occurred twice, by its new key
        texts = dict(self._untangled(corpus))
        self.corpus = OverlayCorpus.over(corpus, texts)
        self.article = self.corpus.article(name)
        self.ids: dict[tuple[str, Path], str] = {}  # the final id of a record that changes its key
        self.new: dict[str, str] = {}  # the new id for an id of this branch
        self.edits: dict[str, list[tuple[Edit, str]]] = {file: [] for file in texts}  # each with what it does

    def _used(self, corpus: Corpus) -> set[str]:
        article = corpus.article(self.id)
        texts = (f.document.text for f in article.files.values() if f.document.faults)
        twice = {f"{self.id}-{path[1]}" for text in texts for path in Walk("", text).keys if len(path) > 1}
        retired = {name for side in (corpus, self.sides.base) for name in side.retired}
        return corpus.used_ids(article) | self.sides.base.article(self.id).used_ids | twice | retired

    def _untangled(self, corpus: Corpus) -> Iterator[tuple[str, bytes]]:
        """The files in which an id occurs twice, with a key of its own for each record."""
        for file in corpus.article(self.id).files.values():
            document = file.document
            text = both_sides(self.sides, document)
            if text is None and {fault.slug for fault in document.faults} == {TWICE}:
                text = document.text
            if text is not None:
                text, renamed = with_unique_keys(text, self.free.like)
                if not read_toml(text.encode(), document.file).faults:
                    self.was.update({(document.file, path): old for path, old in renamed.items()})
                    if document.faults[0].slug == MARKED:
                        self.merged.add(document.file)
                    yield document.file, text.encode()

    def run(self, result: FixResult) -> None:
        """Find the ids that mean two annotations and renumber them, or report why that is not possible."""
        try:
            self._ids()
            if self.ids or self.edits:
                self._nothing_else()
                self._references()
        except _Unclear as unclear:
            result.leave(*unclear.args)
            return
        for file, edits in self.edits.items():
            text = applied(self.corpus.document(file).text, [edit for edit, _ in edits])
            titles = [KEPT] * (file in self.merged) + [title for _, title in edits if title]
            result.change(file, text.encode(), *titles)

    def _nothing_else(self) -> None:
        """Make sure that a file merged line by line has the annotations of both sides, and no others."""
        for document in (file.document for file in self.article.files.values()):
            if document.file in self.merged and not _holds_both(document, self.sides, numbered=True):
                raise _Unclear(document.file, "both branches changed the same lines; resolve the conflict yourself")

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
        """The records without those that repeat an earlier one, which are deleted."""
        kept: list[Record] = []
        for record in records:
            if any(_same(record, other) for other in kept):
                first = record.key_place().line
                place = Place(record.document.file, first, 1, record.last_line + 1, 1)
                self._edit(record.document.file, Edit(place, ""), f"a second, equal {self.id}-{name} is deleted")
            else:
                kept.append(record)
        return kept

    def _several(self, name: str, records: list[Record]) -> None:
        """Several annotations with one id: the base's annotation keeps it."""
        theirs = [r for r in records if _same(r, self.base.get(name))]
        mine = [r for r in records if _same(r, self.own.get(name))]
        if len(theirs) == 1:
            keeps = theirs[0]
        elif name in self.base and len(mine) == 1 and len(records) == 2:
            keeps = next(r for r in records if r is not mine[0])
        elif name in self.base and len(records) > 1:
            message = f"{name} occurs {len(records)} times, and never as in {self.sides.name}"
            raise _Unclear(records[0].document.file, f"{message}; give the new annotation an id of its own")
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
        """One annotation whose id the base has since given to another one, or retired."""
        here = record if self.sides.fork and not self.sides.merging else None  # it may not be committed yet
        own, theirs = self.own.get(name, here), self.base.get(name)
        if own is None or name in self.fork:
            return
        gone = theirs is None and retirement_of(f"{self.id}-{name}", self.sides.base.retired) is not None
        if not gone and (theirs is None or _same(own, theirs) or _same(record, theirs)):
            return
        if theirs is not None and not _same(record, own):
            message = f"{name} differs from {self.sides.name} and from what it was on this branch"
            raise _Unclear(record.document.file, f"{message}; if it is new, give it another id")
        self._rename(record, name)

    def _rename(self, record: Record, name: str, spare: list[str] | None = None) -> None:
        """Give a new annotation its new id: one that it got because its id occurred twice, or the next free one."""
        new = spare.pop(0) if spare else self.free.like(name)
        self.new.setdefault(name, new)
        title = f"{self.id}-{name} in {record.paragraph} is now {self.id}-{new}: {self.sides.name} has another {name}"
        self._call(record, new, title)

    def _call(self, record: Record, name: str, title: str = "") -> None:
        """Record the key that an annotation gets."""
        self._edit(record.document.file, Edit(record.key_place(), name), title)
        self.ids[record.document.file, record.path] = name

    def _edit(self, file: str, edit: Edit, title: str) -> None:
        self.edits.setdefault(file, []).append((edit, title))

    def _references(self) -> None:
        """Update the references to renamed annotations."""
        for file in self.article.files.values():
            self._refuse_unread(file.document)
            for record in file.records:
                name = self._was(record)
                mine = self.ids.get((record.document.file, record.path)) not in (None, name)
                keeps = (record.document.file, record.path) in self.ids and not mine and name in self.base
                base = None if mine or (name in self.new and not keeps) else self.base.get(name)
                if not keeps:  # otherwise it is the base's annotation, with the base's references
                    self._of_record(record, base, self.own.get(name), self.fork.get(name))
        for name, shared in self.corpus.shared.items():
            self._refuse_unread(shared.document)
            states = [{r.name: r for r in side.shared[name].records} if side else {} for side in self.states]
            for record in shared.records:
                self._of_record(record, *(state.get(record.name) for state in states))
        for listed, here in ((f"adjudication/{self.id}", "gold"), ("adjudication/corpus", "pairs")):
            self._of_rows(listed, here)
        self._of_retired()

    def _refuse_unread(self, document: Document) -> None:
        if document.faults and self.new:
            raise _Unclear(document.file, f"{document.faults[0].message}; nothing was renumbered")

    def _of_record(
        self, record: Record, base: Record | None = None, own: Record | None = None, fork: Record | None = None
    ) -> None:
        """Update the references of a record, except those that the base's record has too."""
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
                    why = f"{record.id}: {column} {target} may mean {self.sides.name}'s annotation or this branch's"
                    raise _Unclear(record.document.file, f"{why}; write which one, then run the command again")

    def _renamed(self, target: str) -> bool:
        return target.startswith(f"{self.id}-") and target.rpartition("-")[2] in self.new

    def _refer(self, document: Document, path: Path, target: str, who: str) -> None:
        """Update one reference, in the short or full form that it has."""
        name = target.rpartition("-")[2]
        if not self.new[name]:
            raise _Unclear(document.file, f"{who} refers to {name}, the id of several annotations; write which one")
        written = str(document.value(*path))
        new = self.new[name] if written == name else f"{self.id}-{self.new[name]}"
        self._edit(document.file, Edit(document.place(*path), literal(new)), f"{who}: {written} is now {new}")

    def _of_rows(self, file: str, column: str) -> None:
        """Update the new rows of an adjudication."""
        document, base = self.corpus.optional(file), self.sides.base.optional(file)
        self._refuse_unread(document)
        new = {path[:2] for section in SECTIONS for path in _new_rows(base, document, section)}
        for path in (path for path in document.cells if path[:2] in new and path[2:3] == (column,)):
            target = document.value(*path)
            full = f"{self.id}-{target}" if column == "gold" else str(target)
            if self._renamed(full):
                self._refer(document, path, full, f"{path[0]} {int(path[1]) + 1}")

    def _of_retired(self) -> None:
        """Update the successors in new entries of the list of retired ids."""
        document, base = self.corpus.optional("retired"), self.sides.base.retired
        for name, entry in self.corpus.retired.items():
            if self._renamed(entry.successor) and name not in base:
                self._refer(document, (*entry.path, "successor"), entry.successor, RETIRED_FILE)


def _records(corpus: Corpus | None, name: str) -> Mapping[str, Record]:
    if corpus is None or name not in corpus.article_ids:
        return {}
    return {record.name: record for file in corpus.article(name).files.values() for record in file.records}


def _same(a: Record | None, b: Record | None) -> bool:
    """Whether two records are in the same section and have the same values."""
    if a is None or b is None:
        return False
    return a.paragraph == b.paragraph and same_values(dict(a.values), dict(b.values))


def _units(record: Record | None, column: str) -> list[str]:
    """The references in a column, one by one, as written."""
    value = record.values.get(column, []) if record else []
    listed = value if isinstance(value, list) else [value]
    return [record.full_id(v) if record and isinstance(v, str) else literal(v) for v in listed]


def _new_rows(base: Document, document: Document, section: str) -> Iterator[Path]:
    """The paths of the rows of a section that the base lacks."""
    before, now = ([literal(row) for row in d.value(section) or ()] for d in (base, document))
    left = Counter(before)
    for index, row in enumerate(now):
        left[row] -= 1
        if left[row] < 0:
            yield section, index
