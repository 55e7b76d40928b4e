"""Safe fixes: changes that keep the meaning, so that nobody needs to review them.

With a base revision, first come ids that it uses for other records. Then line ends and byte order marks, the safe fixes
of findings (`Finding.fix`), missing ids, values that follow from the words of a quantity, and an `n = "1/1"` that says
nothing, repeated until nothing changes; last, the canonical form. After every step the file is read again: a file that
could not be parsed, or in which another value changed, is left as it was and reported.
"""

from __future__ import annotations

import codecs
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from vouchbank.change.edits import FixResult, applied, unpromised
from vouchbank.change.renumber import Sides, renumber
from vouchbank.change.rewriting import Fragment, Rewriting, fragments_of, rewritten, with_fragment
from vouchbank.change.stubs import stub_rows, with_rows
from vouchbank.change.waiting import with_waiting
from vouchbank.checks import CHECKS, Level, check
from vouchbank.corpus import Article, Corpus
from vouchbank.corpus.anchors import find, occurrence_of, occurrences
from vouchbank.corpus.canonical import reformatted
from vouchbank.corpus.ids import FreeIds
from vouchbank.corpus.overlay import OverlayCorpus
from vouchbank.corpus.quote_repair import as_in_text
from vouchbank.corpus.records import Record, layer_file
from vouchbank.errors import SchemaError
from vouchbank.findings import Fix
from vouchbank.language.derived import DERIVED
from vouchbank.spans import Span
from vouchbank.tables.rows import as_computed
from vouchbank.toml.reader import Document, read_toml
from vouchbank.toml.walk import Path

OTHER_VALUE = "a fix would change another value; please report this file"
ROUNDS = 5  # a fix may let the next check see a record for the first time


def apply_fixes(corpus: Corpus, only: Collection[str] | None = None, sides: Sides | None = None) -> FixResult:
    """All safe fixes of a corpus, or of some of its articles, with a registry row for each of their new keys.

    With `sides`, new records first get ids that the base revision does not use (`renumber`).
    """
    result = FixResult()
    try:
        if sides is not None:
            renumber(corpus, sides, result)
        _bytes(_with(corpus, result), result)
    except SchemaError as error:
        result.leave(f"schema/{error.file}", error.said)
        return result
    for _ in range(ROUNDS):
        before = result.steps
        _known_fixes(_with(corpus, result), result, only)
        state = _with(corpus, result)
        for article in _chosen(state, only):
            _values(article, FreeIds(article.id, partial(_used, corpus, article, sides)), result)
        if result.steps == before:
            break
    _begin_rows(_with(corpus, result), result, only)
    _bring_lists_up_to_date(_with(corpus, result), result, only)
    for file, text, problem in reformatted(_with(corpus, result)):
        if problem and file in result.files:
            result.leave(file, problem)
        elif not problem and file not in result.left:
            result.change(file, text.encode("utf-8"), "canonical form")
    return result


def _used(corpus: Corpus, article: Article, sides: Sides | None) -> set[str]:
    """The ids that are taken, here or in the base revision."""
    base = sides.base if sides and article.id in sides.base.article_ids else None
    return corpus.used_ids(article) | (base.article(article.id).used_ids if base else set())


def _with(corpus: Corpus, result: FixResult) -> OverlayCorpus:
    return OverlayCorpus.over(corpus, result.files)


def _chosen(corpus: Corpus, only: Collection[str] | None) -> Iterable[Article]:
    return corpus.articles if only is None else map(corpus.article, only)


def _documents(corpus: Corpus) -> Iterator[Document]:
    for article in corpus.articles:
        yield article.seed.meta
        yield from (file.document for file in article.files.values())
    yield from (file.document for file in corpus.shared.values())


def _bytes(corpus: Corpus, result: FixResult) -> None:
    """Line ends and byte order marks of annotation files and of meta.toml; never of a seed."""
    for document in _documents(corpus):
        data = corpus.read(document.file)
        if data is None or any(f.slug == "beyond-limits" for f in document.faults):
            continue
        bare = data.removeprefix(codecs.BOM_UTF8)
        lines = bare.replace(b"\r\n", b"\n")
        steps = {"byte order mark removed": bare != data, "Windows line ends replaced": lines != bare}
        if not any(steps.values()):
            continue
        again = read_toml(lines, document.file)
        if again.faults:
            result.leave(document.file, again.faults[0].message)
        else:
            result.change(document.file, lines, *(title for title, taken in steps.items() if taken))


def _bring_lists_up_to_date(state: OverlayCorpus, result: FixResult, only: Collection[str] | None) -> None:
    """Remove what is done from the lists of what is still to be accounted for."""
    for article in _chosen(state, only):
        for name, file in article.files.items():
            data = with_waiting(article, name) if file.document.file not in result.left else None
            if data is not None:
                result.change(file.document.file, data, "the #~ list is up to date")


def _begin_rows(state: OverlayCorpus, result: FixResult, only: Collection[str] | None) -> None:
    """Add the registry rows that annotations need; not for an annotator, who has no registry."""
    rows = {} if state.annotator else stub_rows(state, only)
    data = with_rows(state, rows) if rows else None
    if data is not None:
        result.begun = state.shared["registry"].document.file
        result.change(result.begun, data, *(f"row [{key}] is added: complete it" for key in rows))


def _known_fixes(state: OverlayCorpus, result: FixResult, only: Collection[str] | None) -> None:
    """Apply the safe fixes of findings."""
    fixes: dict[str, list[Fix]] = {}
    for finding in check(state, only=only):
        if finding.fix is not None and finding.fix.safe and CHECKS[finding.slug].level is not Level.FORM:
            fixes.setdefault(finding.place.file, []).append(finding.fix)
    documents = {d.file: d for d in _documents(state) if not d.faults and d.file not in result.left}
    for file, listed in fixes.items():
        if file in documents and {edit.place.file for fix in listed for edit in fix.edits} == {file}:
            _edit(documents[file], listed, result)


def _edit(document: Document, fixes: list[Fix], result: FixResult) -> None:
    """Apply fixes to a file, unless other values would change."""
    edits = [edit for fix in fixes for edit in fix.edits]
    text = applied(document.text, edits)
    again = read_toml(text.encode("utf-8"), document.file)
    if again.faults:
        result.leave(document.file, f"a fix would break the file: {again.faults[0].message}")
    elif unpromised(document, again, edits):
        result.leave(document.file, OTHER_VALUE)
    else:
        result.change(document.file, text.encode("utf-8"), *(fix.title for fix in fixes))


def _values(article: Article, free: FreeIds, result: FixResult) -> None:
    """Give missing ids, and tidy quotes that are found in the text."""
    named = {
        name: {record.path: free.next(record.table.prefix) for record in file.unnumbered}
        for name, file in article.files.items()
    }
    given = {path: new for layer in named.values() for path, new in layer.items()}
    for name, file in article.files.items():
        if file.document.faults or file.document.missing or file.document.file in result.left:
            continue
        change = Rewriting({path: (path[0], new) for path, new in named[name].items()})
        titles = [f"{path[1]} in {path[0]} is now {article.id}-{new}" for path, new in named[name].items()]
        titles += _values_of(article, name, change, given)
        made = rewritten(article, name, change) if titles else ""
        if made is None:
            result.leave(file.document.file, OTHER_VALUE)
        elif titles:
            result.change(file.document.file, made.encode("utf-8"), *titles)


def _meant(given: Mapping[Path, str], section: str) -> dict[str, str]:
    """The new id of each provisional id, as a reference in a section means it: in that section, or the only one."""
    written = [path[1] for path in given]
    return {str(old): new for (home, old), new in given.items() if home == section or written.count(old) == 1}


def _values_of(article: Article, name: str, change: Rewriting, given: Mapping[Path, str]) -> list[str]:
    """Collect the values that change in a file; return a line for each."""
    document, titles = article.files[name].document, []
    new_ids = {(section, old): new for (section, old), (_, new) in change.moved.items()}
    values = {
        section: {new_ids.get((section, k), k): v for k, v in held.items()} if isinstance(held, dict) else held
        for section, held in document.values.items()
    }
    back = {new: old for old, new in change.moved.items()}
    file = layer_file(Document(document.file, values=values), article.schema, name, article.id)
    for record in file.records:
        held: Mapping[str, Any] = record.values
        references = _meant(given, record.paragraph)
        for fragment in fragments_of(record):
            tidied = _tidied(article, fragment)
            if tidied != fragment:
                held = with_fragment(held, tidied, record.paragraph)
                titles.append(f"{record.id}: {fragment} is now {tidied}")
        for repeated in _repeated(article, record):
            held = {key: value for key, value in held.items() if key != repeated}
            titles.append(f"{record.id}: {repeated} follows from the words and is left out")
        for column in record.table.written:
            if column.annotation_ids and column.name in held:
                held, renamed = _renamed(held, column.name, references)
                titles += [f"{record.id}: {column.name} {old} is now {references[old]}" for old in renamed]
        if held is not record.values:
            change.values[back.get(record.path, record.path)] = held
    return titles


def _repeated(article: Article, record: Record) -> list[str]:
    """The columns of a quantity whose written value follows from its words anyway."""
    placed = [a for a in article.annotations.get(record.table.name, ()) if a.id == record.id and not a.unplaced]
    found = as_computed(article, placed[0]) if len(placed) == 1 else ()
    return [name for name in found if name in DERIVED]


def _tidied(article: Article, fragment: Fragment) -> Fragment:
    """The same place quoted as the text writes it, without white space at its edges or an `n` that says 1 of 1.

    Findings do not cover every quote: one whose characters fail an early check is not judged by later ones.
    """
    text = next((p.text for p in article.paragraphs if p.id == fragment.paragraph), "")
    if not isinstance(find(text, fragment.quote, fragment.occurrence), Span):
        mended = as_in_text(text, fragment.quote, fragment.occurrence)
        fragment = replace(fragment, quote=mended or fragment.quote)
    place, bare = find(text, fragment.quote, fragment.occurrence), fragment.quote.strip()
    if not isinstance(place, Span) or not bare:
        return fragment
    before, _, after = fragment.quote.partition(bare)
    span = Span(place.start + len(before), place.end - len(after))
    if span not in occurrences(text, bare):
        return fragment
    return replace(fragment, quote=bare, occurrence=occurrence_of(text, bare, span))


def _renamed(
    values: Mapping[str, Any], name: str, references: Mapping[str, str]
) -> tuple[Mapping[str, Any], list[str]]:
    value = values[name]
    listed = value if isinstance(value, list) else [value]
    hit = [v for v in listed if isinstance(v, str) and v in references]
    if not hit:
        return values, []
    new = [references.get(v, v) if isinstance(v, str) else v for v in listed]
    return {**values, name: new if isinstance(value, list) else new[0]}, hit
