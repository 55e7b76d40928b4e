"""The sources open for editing: what is on the disk, what was done since, and the journal of what is not saved.

One desk is one person at work: on the gold or, as annotator `by`, on their own raw annotations; then nothing of the
gold or of others is read. Only the desk knows the state of the files; browsers show what it sends.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from secrets import randbelow
from threading import RLock

from vouchbank import files
from vouchbank.change.adjudicate import annotated_again
from vouchbank.corpus import Corpus
from vouchbank.corpus.overlay import OverlayCorpus
from vouchbank.edit.history import History
from vouchbank.edit.journal import Journal, Step
from vouchbank.edit.merging import Merged, ThreeStates, merged
from vouchbank.edit.operations import OperationResult, applied
from vouchbank.errors import VouchBankError
from vouchbank.writing import only_writer, write_files

JOURNALS = Path(".vouchbank") / "edit"  # below the root, ignored by git, read by no other command


class StaleError(VouchBankError):
    """The browser asks for a change of a state that is not the present one any more."""

    def __init__(self) -> None:
        super().__init__("The article changed in another window. It is shown as it is now; please do it again.")


class ChangedMeanwhileError(VouchBankError):
    """Files on the disk are not those that the work began with, so nothing was written.

    Attributes:
        files: Their names below the root.
    """

    def __init__(self, names: Collection[str]) -> None:
        self.files = tuple(names)
        who = "was changed" if len(self.files) == 1 else "were changed"
        said = f"{', '.join(self.files)} {who} outside the editor. Nothing was saved and nothing is lost."
        super().__init__(f"{said} Look at both states and choose.")


class NoAnnotatorError(VouchBankError):
    """A name is not the id of an annotator."""


class NotChangedError(VouchBankError):
    """A file that is to be merged did not change on the disk."""


@dataclass(frozen=True)
class Clash:
    """A file that changed on the disk and in the editor."""

    file: str
    base: bytes | None
    mine: bytes | None
    theirs: bytes | None


def refuse_name(root: Path, by: str) -> None:
    """Refuse what is not the name of an annotator, before it becomes the name of a folder.

    Raises:
        NoAnnotatorError: nobody can be called so.
    """
    fault = Corpus(root).annotator_fault(by) if by else ""
    if fault:
        raise NoAnnotatorError(f"invalid annotator name {by!r}: {fault}")


class EditSession:
    """The sources below a root, open for one person.

    Args:
        root: The folder of the corpus.
        by: The annotator whose raw annotations are edited; empty for the gold.

    Raises:
        NoAnnotatorError: nobody can be called so.
        CorpusNotFoundError: there are no sources below the root.
    """

    def __init__(self, root: Path, by: str = "") -> None:
        refuse_name(root, by)
        self.root, self.by = root, by
        self.version = randbelow(1 << 40)  # a window that outlived another server has no state of this one
        self.history = History()
        self.recovered = 0
        self.lock = RLock()
        self.folder = root / JOURNALS / (by or "gold")
        self.journal = Journal(self.folder / "unsaved.jsonl")
        # what the disk holds of the files of open articles: as it was read, and what all work here is computed from
        self._saved: dict[str, bytes | None] = {}
        self._disk = self._opened()
        self._work: tuple[int, Corpus] | None = None
        self._recover()

    @property
    def corpus(self) -> Corpus:
        """The sources as they would be if all were saved now."""
        if self._work is None or self._work[0] != self.version:
            self._work = self.version, OverlayCorpus.over(self._disk, {**self._saved, **self.history.now})
        return self._work[1]

    @property
    def unsaved(self) -> tuple[str, ...]:
        """The files that are not on the disk as they are here."""
        return tuple(sorted(file for file, data in self.history.now.items() if data != self._saved[file]))

    def open(self, article_id: str) -> None:
        """Read the files of an article; from here on it is what was read, whatever happens on the disk.

        Raises:
            UnknownArticleError: the corpus has no article with this id.
        """
        with self.lock:
            new = {file: self._read(file) for file in self._watched(article_id) if file not in self._saved}
            if new:
                self._saved |= new
                self._work = None
            if self.by and not self.corpus.entries(f"{self.corpus.annotations}/{article_id}"):
                self._step(Step(f"began {article_id}", annotated_again(Corpus(self.root), article_id, self.by)))

    def do(self, article_id: str, operation: object, version: int) -> OperationResult:
        """Do something to an article.

        Args:
            article_id: The article.
            operation: What is to be done (see `operations`, `deciding`).
            version: The state that the person sees.

        Raises:
            StaleError: it is not the present one.
            CannotDoError: the operation does not fit the article.
        """
        with self.lock:
            self._refuse_stale(version)
            self.open(article_id)
            done = applied(self.corpus, article_id, operation)
            if done.files:
                self._step(Step(done.said, done.files))
            return done

    def undo(self, version: int) -> str:
        """Take the last step back; what it was, or nothing if there is none."""
        return self._travel(version, self.history.undo, self.history.undone(), "undone")

    def redo(self, version: int) -> str:
        """Do a step again that was taken back."""
        return self._travel(version, self.history.redo, self.history.redone(), "redone")

    def save(self) -> tuple[str, ...]:
        """Write what is not saved, all or nothing, each file by rename; the files that were written.

        Raises:
            ChangedMeanwhileError: one of them is not on the disk as it was when the work began.
            BusyError: another command writes.
        """
        with self.lock:
            wanted = {file: self.history.now[file] for file in self.unsaved}
            if not wanted:
                return ()
            with only_writer(self.root, "edit"):
                changed = [file for file in wanted if self._read(file) != self._saved[file]]
                if changed:
                    raise ChangedMeanwhileError(changed)
                write_files(self.root, wanted)
            self._saved |= wanted
            self.journal.clear()
            self.recovered = 0
            self._renew()
            return tuple(wanted)

    def revert(self, version: int) -> tuple[str, ...]:
        """Go back to what is on the disk; as a step that can be undone. The files that changed."""
        with self.lock:
            self._refuse_stale(version)
            back = {file: self._saved[file] for file in self.unsaved}
            if back:
                self._step(Step("went back to what is saved", back))
            return tuple(back)

    def look(self) -> list[Clash]:
        """See what others changed on the disk: taken over where nothing is unsaved, else returned."""
        with self.lock:
            found = {file: self._read(file) for file in self._saved}
            unsaved = set(self.unsaved)
            new = {file: data for file, data in found.items() if file not in unsaved and data != self._saved[file]}
            self._saved |= new
            touched = {file: data for file, data in new.items() if file in self.history.now}
            if touched:
                said = f"{', '.join(sorted(touched))} changed outside the editor"
                self.history = self.history.then(touched, {}, said)
            if new:
                self._renew()
            return [clash for clash in self._clashes(found) if clash.file in unsaved]

    def take(self, file: str, version: int) -> None:
        """Drop the work on a file that changed on the disk; as a step that can be undone."""
        with self.lock:
            self._refuse_stale(version)
            clash = self._clash(file)
            self._step(Step(f"took {file} as it is on the disk", {file: clash.theirs}, {file: clash.theirs}))

    def merge(self, article_id: str, file: str, version: int, prefer_mine: bool = False) -> Merged:
        """Bring the work onto a file that changed on the disk, record by record.

        Raises:
            CannotMergeError: it cannot be read.
        """
        with self.lock:
            self._refuse_stale(version)
            clash = self._clash(file)
            sides = ThreeStates(clash.base or b"", clash.mine or b"", clash.theirs or b"")
            both = merged(self._opened(), article_id, file, sides, prefer_mine)
            self._step(Step(f"merged {file}", {file: both.data}, {file: clash.theirs}))
            return both

    def _clash(self, file: str) -> Clash:
        found = file in self.history.now and next(self._clashes({file: self._read(file)}), None)
        if not found:
            raise NotChangedError(f"{file} did not change on the disk.")
        return found

    def _clashes(self, found: Mapping[str, bytes | None]) -> Iterator[Clash]:
        for file in sorted(self.history.now.keys() & found.keys()):
            if found[file] != self._saved[file]:
                yield Clash(file, self._saved[file], self.history.now[file], found[file])

    def _watched(self, article_id: str) -> Iterator[str]:
        article = self._disk.article(article_id)
        yield from (file.document.file for file in (*article.files.values(), *self._disk.shared.values()))
        if not self.by:
            yield f"annotations/adjudication/{article.id}.toml"

    def _step(self, step: Step) -> None:
        """Write a step down, then take it; its `before` is what the disk holds now of files that others changed."""
        new = {file: self._read(file) for file in step.files if file not in self._saved}
        known = {**self._saved, **new, **step.before}
        before = {file: known[file] for file in step.files}
        self.journal.add(Step(step.said, step.files, before))
        self._saved |= known
        self.history = self.history.then(step.files, before, step.said)
        self._renew(disk=False)

    def _travel(self, version: int, said: str, history: History, how: str) -> str:
        with self.lock:
            self._refuse_stale(version)
            files = {f: data for f, data in history.now.items() if data != self.history.now.get(f)}
            if said:
                self.journal.add(Step(f"{how}: {said}", files, {file: self._saved[file] for file in files}))
                self.history = history
                self._renew(disk=False)
            return said

    def _recover(self) -> None:
        """Take up the work that a killed server left in its journal."""
        steps = self.journal.read()
        for step in steps:
            self._saved |= step.before
            self.history = self.history.then(step.files, step.before, step.said)
        now = self.history.now
        self._saved |= {file: data for file in now if (data := self._read(file)) == now[file]}
        if self.unsaved:
            self.recovered = len(steps)
            self._renew(disk=False)
        else:
            self.history, self._saved = History(), {}
            self.journal.clear()

    def _refuse_stale(self, version: int) -> None:
        if version != self.version:
            raise StaleError

    def _renew(self, disk: bool = True) -> None:
        self.version += 1
        if disk:
            self._disk = self._opened()

    def _opened(self) -> Corpus:
        corpus = Corpus(self.root)
        return corpus.raw(self.by) if self.by else corpus

    def _read(self, file: str) -> bytes | None:
        return files.read(self.root, file)
