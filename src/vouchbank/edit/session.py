"""An editing session: the files on disk, the changes since, and the journal of unsaved changes.

A session belongs to one person, who edits the gold or, as annotator `by`, their own raw annotations; then nothing of
the gold or of other annotators is read. Only the session knows the state of the files; browsers show what it sends.
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
    """The browser asks to change a state that is no longer the present one."""

    def __init__(self) -> None:
        super().__init__("The article changed in another window. You now see its present state; please try again.")


class ChangedMeanwhileError(VouchBankError):
    """Files on disk changed since they were read, so nothing was saved.

    Attributes:
        files: Their names below the root.
    """

    def __init__(self, names: Collection[str]) -> None:
        self.files = tuple(names)
        who = "was changed" if len(self.files) == 1 else "were changed"
        said = "outside the editor; nothing was saved and nothing is lost: compare both versions and choose"
        super().__init__(f"{', '.join(self.files)} {who} {said}")


class NoAnnotatorError(VouchBankError):
    """A name is not valid for an annotator."""


class NotChangedError(VouchBankError):
    """A file to merge did not change on disk."""


@dataclass(frozen=True)
class Clash:
    """A file that changed both on disk and in the editor."""

    file: str
    base: bytes | None
    mine: bytes | None
    theirs: bytes | None


def refuse_name(root: Path, by: str) -> None:
    """Refuse an invalid annotator name before it becomes the name of a folder.

    Raises:
        NoAnnotatorError: the name is invalid.
    """
    fault = Corpus(root).annotator_fault(by) if by else ""
    if fault:
        raise NoAnnotatorError(f"{by!r} is not a valid annotator name: {fault}")


class EditSession:
    """The sources below a root, opened by one person.

    Args:
        root: The folder of the corpus.
        by: The annotator whose raw annotations are edited; empty for the gold.

    Raises:
        NoAnnotatorError: the name of the annotator is invalid.
        CorpusNotFoundError: the root has no sources.
    """

    def __init__(self, root: Path, by: str = "") -> None:
        refuse_name(root, by)
        self.root, self.by = root, by
        self.version = randbelow(1 << 40)  # random, so that a window of an earlier server is stale
        self.history = History()
        self.recovered = 0
        self.lock = RLock()
        self.folder = root / JOURNALS / (by or "gold")
        self.journal = Journal(self.folder / "unsaved.jsonl")
        # the files of open articles as they were read from disk; all changes are computed from these
        self._saved: dict[str, bytes | None] = {}
        self._disk = self._opened()
        self._work: tuple[int, Corpus] | None = None
        self._recover()

    @property
    def corpus(self) -> Corpus:
        """The sources with all unsaved changes."""
        if self._work is None or self._work[0] != self.version:
            self._work = self.version, OverlayCorpus.over(self._disk, {**self._saved, **self.history.now})
        return self._work[1]

    @property
    def unsaved(self) -> tuple[str, ...]:
        """The files with unsaved changes."""
        return tuple(sorted(file for file, data in self.history.now.items() if data != self._saved[file]))

    def open(self, article_id: str) -> None:
        """Read the files of an article; later changes on disk do not matter until `look` finds them.

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
        """Carry out an operation on an article.

        Args:
            article_id: The article.
            operation: The operation (see `operations`, `deciding`).
            version: The state that the person sees.

        Raises:
            StaleError: the state is no longer the present one.
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
        """Undo the last step; returns what it did, or an empty text if there is none."""
        return self._travel(version, self.history.undo, self.history.undone(), "undone")

    def redo(self, version: int) -> str:
        """Redo the step that was undone last; returns what it does, or an empty text if there is none."""
        return self._travel(version, self.history.redo, self.history.redone(), "redone")

    def save(self) -> tuple[str, ...]:
        """Save all changes, or none, each file by rename; returns the files written.

        Raises:
            ChangedMeanwhileError: a file changed on disk since it was read.
            BusyError: another command is writing.
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
        """Go back to the saved files, as a step that can be undone; returns the files that changed."""
        with self.lock:
            self._refuse_stale(version)
            back = {file: self._saved[file] for file in self.unsaved}
            if back:
                self._step(Step("went back to the saved files", back))
            return tuple(back)

    def look(self) -> list[Clash]:
        """Find changes on disk: take those of files without unsaved changes, return the others."""
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
        """Drop the unsaved changes of a file that changed on disk, as a step that can be undone."""
        with self.lock:
            self._refuse_stale(version)
            clash = self._clash(file)
            self._step(Step(f"took the version on disk of {file}", {file: clash.theirs}, {file: clash.theirs}))

    def merge(self, article_id: str, file: str, version: int, prefer_mine: bool = False) -> Merged:
        """Merge the unsaved changes with a file that changed on disk, record by record.

        Raises:
            CannotMergeError: the file cannot be read.
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
            raise NotChangedError(f"{file} did not change on disk")
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
        """Record a step in the journal, then take it; `step.before` has files that others changed on disk."""
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
        """Recover the unsaved changes in the journal of a server that was killed."""
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
