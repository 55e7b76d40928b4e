"""Run the checks on mutants: the sources in memory, one file changed, `check`, and a verdict.

The rules are judged by what they see in the sources alone: without the raw annotations and the adjudication, as for an
article that one person has annotated. With `raw` they are there, so that a departure from both is seen too.

Only what a mutant changes is read again. `check` runs as always; what it says of an untouched article is remembered.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from bench.mutants import ANYWHERE, Mutant
from bench.sources import ADJUDICATION, Sources
from vouchbank.checks import CHECKS, Level, run
from vouchbank.checks.adjudicated import adjudications
from vouchbank.checks.judging import ArticleFindings, Judge
from vouchbank.corpus import Article, Corpus
from vouchbank.corpus.corpus import RAW
from vouchbank.corpus.overlay import OverlayCorpus
from vouchbank.corpus.records import LayerFile, Record
from vouchbank.findings import Finding, Place, errors
from vouchbank.toml.reader import Document

Result = Literal["caught", "missed", "raised", "equivalent"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the checks said of a mutant.

    Attributes:
        result: Caught by an error, missed, equivalent (no value of the corpus differs), or a rule itself raised.
        placed: Whether a finding stands at the right file and line.
        names: The checks that spoke, warnings included.
        said: The findings, for a look into it.
    """

    mutant: Mutant
    result: Result
    placed: bool = False
    names: tuple[str, ...] = ()
    said: tuple[str, ...] = ()


class MutatedCorpus(OverlayCorpus):
    """The sources with some files changed; the documents of the others are those that were read before."""

    known: Mapping[str, Document]

    def of(self, annotations: str) -> OverlayCorpus:
        """The same files with another folder of annotations."""
        other = MutatedCorpus(self.root, self.schema, self._held, self._whole, annotations)
        other.known = self.known
        return other

    def document(self, file: str) -> Document:
        """A TOML file, read only if it was not read before."""
        found = self.known.get(file)
        return super().document(file) if found is None else found


class Trial:
    """The checks over the sources of a corpus, held in memory.

    Args:
        root: The folder of the corpus.
        nowhere: An empty folder, in which a rule that reads a path of its own finds nothing.
        raw: Whether the raw annotations of the annotators and the adjudication are there.
    """

    def __init__(self, root: Path, nowhere: Path, raw: bool = False) -> None:
        (nowhere / "seeds").mkdir()
        self.nowhere = nowhere
        self.schema = Corpus(root).schema
        self.held = _files(root, raw)
        self.read: dict[str, Document] = {}
        self.base = self._corpus(self.held)
        self.sources = Sources(self.base)
        self.articles = {article.id: article for article in self.base.articles}
        self.shared = self.base.shared
        self.read = {file: self.base.document(file) for file in self.held if file.endswith(".toml")}
        self.base.known = self.read
        self.meant: dict[str, Any] = {}
        self.ids: Any = None
        self.remembered: dict[str, ArticleFindings] = {}
        with self.remembering():
            self.known = {_key(f) for f in run.check(self.base)}

    @contextmanager
    def remembering(self) -> Iterator[None]:
        """While it lasts, `check` does not judge again an article that is as it was, with all that it looks up."""
        unpatched = Judge.judge

        def remembered(judge: Judge, article_id: str, own: bool = True) -> ArticleFindings:
            self.ids = self.ids or judge.ids
            same = (
                judge.source.article(article_id) is self.articles.get(article_id) and judge.source.shared is self.shared
            )
            if not own or not same or judge.ids != self.ids:
                return unpatched(judge, article_id, own)
            if article_id not in self.remembered:
                self.remembered[article_id] = unpatched(judge, article_id)
            return replace(self.remembered[article_id], compared=tuple(adjudications(judge.source, [article_id])))

        Judge.judge = remembered  # type: ignore[method-assign, assignment]
        try:
            yield
        finally:
            Judge.judge = unpatched  # type: ignore[method-assign]

    def judge(self, mutant: Mutant) -> Verdict:
        """What the checks say of the sources with the mutant in them."""
        corpus = self._with(mutant)
        if not mutant.form and self._equivalent(mutant, corpus):
            return Verdict(mutant, "equivalent")
        try:
            with self.remembering():
                found = [f for f in run.check(corpus) if _key(f) not in self.known]
        except Exception as error:  # a fault of the rules: the report names it, and the other mutants go on
            return Verdict(mutant, "raised", said=(repr(error),))
        return verdict(mutant, found)

    def _corpus(self, held: Mapping[str, bytes]) -> MutatedCorpus:
        corpus = MutatedCorpus(self.nowhere, self.schema, held, whole=True)
        corpus.known = self.read
        return corpus

    def _with(self, mutant: Mutant) -> MutatedCorpus:
        held = {file: data for file, data in self.held.items() if file != mutant.file}
        if mutant.folder:
            held[f"{mutant.file}/inside"] = b""
        elif mutant.data is not None:
            held[mutant.file] = mutant.data
        corpus = self._corpus(held)
        corpus.known = {file: document for file, document in self.read.items() if file != mutant.file}
        touched = Path(mutant.file).parent.name
        for name in self.articles.keys() - {touched}:
            corpus._articles[name] = self.articles[name]
        if touched != "annotations":
            corpus.__dict__["shared"] = self.shared
        if touched in self.articles and mutant.file.startswith("annotations/"):
            corpus._seeds[touched] = self.articles[touched].seed
        return corpus

    def _equivalent(self, mutant: Mutant, corpus: Corpus) -> bool:
        if mutant.data is None or mutant.file not in self.read or mutant.file.startswith((RAW, ADJUDICATION)):
            return False
        if mutant.file not in self.meant:
            self.meant[mutant.file] = meaning(self.base, mutant.file)
        return bool(meaning(corpus, mutant.file) == self.meant[mutant.file])


def verdict(mutant: Mutant, found: list[Finding]) -> Verdict:
    """Whether new findings catch a mutant, and where."""
    said = (f for f in found if mutant.form or CHECKS[f.slug].level is not Level.FORM)
    wrong = errors(said)
    placed = any(right(mutant, f) for f in wrong)
    names = tuple(sorted({f.slug for f in found}))
    return Verdict(mutant, "caught" if wrong else "missed", placed, names, tuple(str(f) for f in found[:4]))


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
    if mutant.lines == ANYWHERE:
        return not mutant.paragraph
    return first <= mutant.lines[1] and mutant.lines[0] <= last


def meaning(corpus: Corpus, file: str) -> Any:
    """What a source file says, apart from how it is written; None if it cannot be read."""
    article = Path(file).parent.name
    document = corpus.document(file)
    if document.faults:
        return None
    if article not in corpus.article_ids or document.file.startswith("seeds/"):
        return document.values
    opened = corpus.article(article)
    layer = opened.files[Path(file).stem]
    return layer.header, layer.strays, _records(opened, layer)


def _records(article: Article, layer: LayerFile) -> list[Any]:
    found = []
    annotations = {x.record.path: x for own in article.annotations.values() for x in own if x.record in layer.records}
    for record in layer.records:
        annotation = annotations[record.path]
        quotes = dict(record.values) if annotation.unplaced else {}
        found.append((record.path, annotation.spans, quotes, _values(record)))
    return found


def _values(record: Record) -> Mapping[str, Any]:
    spans = {c.name for c in record.table.written if (c.span or c.spans)}
    if record.table.own_span:
        spans = spans - {"span"} | {"q", "n"}
    written = {k: v for k, v in record.values.items() if k not in spans or not _quoted(v)}
    defaults = {c.name: c.default for c in record.table.written if c.default is not None}
    return {**defaults, **written}


def _quoted(value: Any) -> bool:
    return isinstance(value, (str, dict)) or (isinstance(value, list) and len(value) == 1)


def _key(finding: Finding) -> tuple[str, ...]:
    return finding.slug, finding.place.file, finding.annotation, finding.message


def _files(root: Path, raw: bool) -> dict[str, bytes]:
    """The files of the sources by name; without raw annotations nothing says that it is adjudicated."""
    patterns = ("seeds/*/*", "annotations/*.toml", "annotations/*/*.toml", "annotations/raw/*/**/*.toml")
    names = sorted({p.relative_to(root).as_posix() for one in patterns for p in root.glob(one) if p.is_file()})
    kept = [name for name in names if raw or not name.startswith((RAW, ADJUDICATION))]
    files = {name: (root / name).read_bytes() for name in kept}
    if raw:
        return files
    return {n: d.replace(b'status = "adjudicated"', b'status = "complete"', 1) for n, d in files.items()}
