"""Run the gate on mutants: a scratch copy of the sources, one file changed, `check`, and a verdict.

The rules are judged by what they see in the sources alone: the copy has no second annotation and no adjudication, as
for an article that one person has annotated. With `raw` they are there, so that a departure from both is seen too.

Only what a mutant changes is read again. `check` runs as always; what it says of an untouched article is remembered.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from bench.mutants import OPERATORS, Mutant, Operator, Sources
from vouchbank.checks import Ids, run
from vouchbank.corpus import Article, Corpus
from vouchbank.corpus.records import LayerFile, Record
from vouchbank.corpus.resolve import resolve
from vouchbank.findings import Finding, Place, Severity

Result = Literal["caught", "missed", "raised", "equivalent"]
FORM = ("not-canonical", "shared-file-not-canonical")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gate said of a mutant.

    Attributes:
        result: Caught by an error, missed, equivalent (no value of the corpus differs), or the gate itself raised.
        placed: Whether a finding stands at the right file and line.
        slugs: The checks that spoke, warnings included.
        said: The findings, for who looks into it.
    """

    mutant: Mutant
    result: Result
    placed: bool
    slugs: tuple[str, ...]
    said: tuple[str, ...] = field(default=())


class Gate:
    """The gate over a scratch copy of a corpus."""

    def __init__(self, root: Path, scratch: Path, raw: bool = False) -> None:
        self.root = scratch
        _copy(root, scratch, raw)
        self.base = Corpus(scratch)
        self.articles = {article.id: article for article in self.base.articles}
        self.ids = Ids.of(self.base)
        self.meant: dict[str, Any] = {}
        self.readable = {document.file for document in self.sources.documents}
        self._check_article = run.check_article
        self.of_article = {i: self._check_article(a, self.ids) for i, a in self.articles.items()}
        with self.remembering():
            self.known = {_key(f) for f in run.check(self.base)}

    @property
    def sources(self) -> Sources:
        """What operators work on."""
        return Sources(self.base)

    @contextmanager
    def remembering(self) -> Iterator[None]:
        """While it lasts, `check` does not judge again an article that is as it was, with ids as they were."""

        def check_article(article: Article, ids: Any, *rest: Any, **named: Any) -> list[Finding]:
            if article is self.articles.get(article.id) and ids == self.ids:
                return list(self.of_article[article.id])
            return self._check_article(article, ids, *rest, **named)

        run.check_article = check_article
        try:
            yield
        finally:
            run.check_article = self._check_article

    def judge(self, mutant: Mutant) -> Verdict:
        """Put the mutant into the copy, run the gate, put the old file back."""
        with self._written(mutant):
            corpus = self._opened(mutant)
            if not OPERATORS[mutant.operator].form and self._equivalent(mutant, corpus):
                return Verdict(mutant, "equivalent", False, ())
            try:
                with self.remembering():
                    found = [f for f in run.check(corpus) if _key(f) not in self.known]
            except Exception as error:  # a fault of the gate: the report names it, and the other mutants go on
                return Verdict(mutant, "raised", False, (), (repr(error),))
        return verdict(mutant, found, OPERATORS[mutant.operator])

    @contextmanager
    def _written(self, mutant: Mutant) -> Iterator[None]:
        path = self.root / mutant.file
        old = path.read_bytes() if path.is_file() else None
        path.unlink(missing_ok=True)
        new_folder = not path.parent.is_dir()
        path.parent.mkdir(exist_ok=True)
        if mutant.folder:
            path.mkdir()
        elif mutant.data is not None:
            path.write_bytes(mutant.data)
        try:
            yield
        finally:
            if mutant.folder:
                path.rmdir()
            if old is None:
                path.unlink()
            else:
                path.write_bytes(old)
            if new_folder:
                path.parent.rmdir()

    def _opened(self, mutant: Mutant) -> Corpus:
        corpus = Corpus(self.root, self.base.schema)
        touched = Path(mutant.file).parent.name
        corpus._articles.update({i: a for i, a in self.articles.items() if i != touched})
        if touched in self.articles or touched == "adjudication":
            corpus.__dict__["shared"] = self.base.shared
        return corpus

    def _equivalent(self, mutant: Mutant, corpus: Corpus) -> bool:
        if mutant.data is None or mutant.file not in self.readable:
            return False
        if mutant.file not in self.meant:
            self.meant[mutant.file] = meaning(self.base, mutant.file)
        return bool(meaning(corpus, mutant.file) == self.meant[mutant.file])


def verdict(mutant: Mutant, found: list[Finding], operator: Operator) -> Verdict:
    """Whether new findings catch a mutant, and where."""
    wrong = [f for f in found if f.severity is Severity.ERROR and (operator.form or f.slug not in FORM)]
    placed = any(right(mutant, f) for f in wrong)
    slugs = tuple(sorted({f.slug for f in found}))
    return Verdict(mutant, "caught" if wrong else "missed", placed, slugs, tuple(str(f) for f in found[:4]))


def right(mutant: Mutant, finding: Finding) -> bool:
    """Whether a finding stands where the mutant was made, or names that place as related."""
    if mutant.paragraph and finding.paragraph == mutant.paragraph and finding.place.file == mutant.file:
        return True
    return any(_at(mutant, place) for place in (finding.place, *(r.place for r in finding.related)))


def _at(mutant: Mutant, place: Place) -> bool:
    first, last = place.line, max(place.line, place.end_line)
    if any(f"{place.file}:{line}" in mutant.also for line in range(first, last + 1)):
        return True
    if place.file != mutant.file:
        return False
    if mutant.lines == (0, 0):
        return not mutant.paragraph
    return first <= mutant.lines[1] and mutant.lines[0] <= last


def meaning(corpus: Corpus, file: str) -> Any:
    """What a source file says, apart from how it is written; None if it cannot be read."""
    article = Path(file).parent.name
    if article not in corpus.article_ids:
        document = next(f.document for f in corpus.shared.values() if f.document.file == file)
        return None if document.faults else document.values
    opened = corpus.article(article)
    if opened.seed.meta.file == file:
        return None if opened.seed.meta.faults else opened.seed.meta.values
    layer = next(f for f in opened.files.values() if f.document.file == file)
    return None if layer.document.faults else (layer.header, layer.strays, _records(opened, layer))


def _records(article: Article, layer: LayerFile) -> list[Any]:
    paragraphs = {p.id: p for p in article.paragraphs}
    found = []
    for record in layer.records:
        annotation = resolve(record, paragraphs)
        quotes = dict(record.values) if annotation.unplaced else {}
        found.append((record.paragraph, record.name, annotation.spans, quotes, _values(record)))
    return found


def _values(record: Record) -> Mapping[str, Any]:
    spans = {c.name for c in record.table.columns if c.span or c.spans}
    spans |= {"q", "n"} if record.table.own_span else set()
    written = {k: v for k, v in record.values.items() if k not in spans or not _quoted(v)}
    defaults = {c.name: c.default for c in record.table.written if c.default is not None}
    return {**defaults, **written}


def _quoted(value: Any) -> bool:
    return isinstance(value, (str, dict)) or (isinstance(value, list) and len(value) == 1)


def _key(finding: Finding) -> tuple[str, ...]:
    return finding.slug, finding.place.file, finding.annotation, finding.message


def _copy(root: Path, scratch: Path, raw: bool) -> None:
    for folder in ("seeds", "schema", "annotations"):
        left_out = shutil.ignore_patterns() if raw else shutil.ignore_patterns("raw", "adjudication", "*.md")
        shutil.copytree(root / folder, scratch / folder, ignore=left_out)
    for path in scratch.glob("annotations/*/*.toml") if not raw else ():
        text = path.read_text("utf-8").replace('status = "adjudicated"', 'status = "complete"', 1)
        path.write_text(text, "utf-8")
