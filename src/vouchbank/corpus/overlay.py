"""A corpus with some files replaced in memory, or read entirely from memory.

Checks can so judge the result of a change before anything is written, and an earlier revision can be opened from git
without a checkout.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path, PurePosixPath

from vouchbank import files
from vouchbank.corpus.corpus import Corpus, unreadable_file
from vouchbank.corpus.git import files_at
from vouchbank.errors import VouchBankError
from vouchbank.findings import Finding
from vouchbank.schema import Schema, load_schema


class OverlayCorpus(Corpus):
    """The corpus in `root`, with the files in `held` replacing those on disk.

    Args:
        root: The folder of the corpus.
        schema: The tables that the records belong to.
        held: The bytes of each replaced file, by its path relative to the root; None for a file to treat as missing.
        whole: If true, `held` is the whole corpus, and nothing is read from disk.
        annotations: The folder of annotations to open.
    """

    def __init__(
        self,
        root: Path,
        schema: Schema,
        held: Mapping[str, bytes | None],
        whole: bool = False,
        annotations: str = "annotations",
    ) -> None:
        super().__init__(root, schema, annotations)
        self._held = held
        self._whole = whole

    @classmethod
    def over(cls, corpus: Corpus, files: Mapping[str, bytes | None]) -> OverlayCorpus:
        """The corpus with some files replaced; seeds that are not replaced are not read again."""
        held = {**corpus._held, **files} if isinstance(corpus, OverlayCorpus) else dict(files)
        whole = isinstance(corpus, OverlayCorpus) and corpus._whole
        made = cls(corpus.root, corpus.schema, held, whole, corpus.annotations)
        touched = {name.split("/")[1] for name in files if name.startswith("seeds/")}
        made._seeds = corpus._seeds.without(touched)
        return made

    @cached_property
    def committed(self) -> Mapping[str, bytes]:
        """The annotation files of the last commit; none for an earlier revision."""
        return {} if self._whole else super().committed

    def of(self, annotations: str) -> OverlayCorpus:
        """The same files with another folder of annotations, such as the raw annotations of one annotator."""
        return OverlayCorpus(self.root, self.schema, self._held, self._whole, annotations)

    @cached_property
    def _parents(self) -> frozenset[str]:
        """The paths of the folders that contain held files."""
        return frozenset(parent.as_posix() for name in self._held for parent in PurePosixPath(name).parents)

    def entries(self, folder: str) -> dict[str, str]:
        """The entries of a folder below the root, with their kinds, including the held files."""
        below = (file.removeprefix(f"{folder}/") for file in self._held if file.startswith(f"{folder}/"))
        held = {name.partition("/")[0]: files.FOLDER if "/" in name else files.FILE for name in below}
        gone = {name for name in held if f"{folder}/{name}" in self._held and self._held[f"{folder}/{name}"] is None}
        whole = held if self._whole else super().entries(folder) | held
        return {name: kind for name, kind in whole.items() if name not in gone}

    def held(self, file: str) -> bytes | None:
        """The bytes of a held file; None if it is not held."""
        return self._held.get(file)

    def _read(self, file: str) -> tuple[bytes | None, Finding | None]:
        if file in self._held or self._whole:
            if file in self._parents:
                return None, unreadable_file(file, "it is a folder")
            return self._held.get(file), None
        return super()._read(file)


def overlaid(corpus: Corpus, folder: Path) -> OverlayCorpus:
    """The corpus with its files replaced by those of a folder."""
    found = (path for path in folder.rglob("*") if path.is_file())
    return OverlayCorpus.over(corpus, {p.relative_to(folder).as_posix(): p.read_bytes() for p in found})


def corpus_at(root: Path, commit: str, current: Schema) -> OverlayCorpus:
    """The corpus at a commit, with the schema of that commit, or the current one if that cannot be read."""
    then = files_at(root, commit)
    return OverlayCorpus(root, _schema_of(then, current), then, whole=True)


def _schema_of(sources: Mapping[str, bytes], current: Schema) -> Schema:
    held = {file.removeprefix("schema/"): data for file, data in sources.items() if file.startswith("schema/")}
    if not held:
        return current
    with tempfile.TemporaryDirectory() as folder:
        for name, data in held.items():
            (Path(folder) / name).write_bytes(data)
        try:
            then = load_schema.__wrapped__(Path(folder))
        except VouchBankError:  # the current code cannot read this earlier schema
            return current
    return current if then.documents == current.documents else then
