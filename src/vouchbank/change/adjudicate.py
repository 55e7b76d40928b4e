"""Adjudicate an article: compare its annotators, list the differences to decide, and carry out the decisions.

Decisions are never overwritten. Rows are added; an undecided row is removed when its difference no longer exists; and a
row about a whole annotation gets the id that the annotation has in the gold.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from vouchbank.change.difference_rows import DifferenceRows
from vouchbank.change.gold_update import GoldChanges, GoldUpdate
from vouchbank.change.scaffold import empty_layers, guidelines_version
from vouchbank.checks import check
from vouchbank.checks.adjudicated import FEWEST_ANNOTATORS, unusable
from vouchbank.compare.adjudication import undecided, with_rows
from vouchbank.compare.annotators import GOLD, adjudication, article_by, digest, has_annotations
from vouchbank.compare.pairs import Aligned
from vouchbank.corpus import Article, Corpus
from vouchbank.corpus.corpus import RAW
from vouchbank.corpus.format import literal
from vouchbank.corpus.ids import NOBODY, FreeIds
from vouchbank.corpus.overlay import OverlayCorpus
from vouchbank.errors import VouchBankError
from vouchbank.findings import Finding
from vouchbank.report.text import printable
from vouchbank.toml.reader import Document, read_toml

_HEAD = """\
# Every difference between the annotators has a row. Replace its three dots with a choice and a reason. The comment
# after a choice lists what it may be: the annotator whose value is right, or other if the gold has a value of its own;
# for a whole annotation, keep or drop. To carry out the decisions, run vouchbank adjudicate {article} again.
"""


class CannotAdjudicateError(VouchBankError):
    """There are fewer than two annotators to compare, or their annotations cannot be compared."""


@dataclass
class Adjudicated:
    """What `vouchbank adjudicate` does.

    Attributes:
        files: All files that change, by their name below the root.
        names: The annotators that are compared.
        kept: The annotator whose annotations were the gold, and are now kept as raw annotations too.
        drafts: Raw files that are not compared because they are drafts.
        begun: The layer files of the gold that were empty.
        gold: The changes of the gold.
        added: The number of new rows.
        open: The number of undecided rows.
        finished: Whether every layer of the gold is adjudicated.
    """

    files: dict[str, bytes]
    names: Sequence[str]
    kept: str = ""
    drafts: Sequence[str] = ()
    begun: Sequence[str] = ()
    gold: GoldChanges = field(default_factory=GoldChanges)
    added: int = 0
    open: int = 0
    finished: bool = False


def annotated_again(corpus: Corpus, article: str, name: str) -> dict[str, bytes]:
    """The empty layer files of an annotator for an article; neither the gold nor other annotators' files are read.

    Raises:
        CannotAdjudicateError: the annotator's name is invalid, or has files for the article already.
        UnknownArticleError: the corpus has no article with this id.
    """
    if fault := corpus.annotator_fault(name):
        raise CannotAdjudicateError(f"{name!r} is not a valid annotator name: {fault}")
    own = corpus.raw(name)
    folder = f"{own.annotations}/{own.article(article).id}"
    if corpus.entries(folder):
        raise CannotAdjudicateError(f"{folder} already exists; to check it, run: vouchbank check {article} --by {name}")
    return empty_layers(own.article(article), folder, guidelines_version(corpus, ()), name)


def adjudicated(corpus: Corpus, article_id: str, by: str = "", annotators: Sequence[str] = ()) -> Adjudicated:
    """List all differences between the annotators of an article, and carry out the decisions.

    Args:
        corpus: The sources.
        article_id: The article.
        by: The adjudicator.
        annotators: Whom to compare, if the article has no adjudication; by default all who have finished a layer.

    Raises:
        CannotAdjudicateError: there are fewer than two annotators, or their annotations cannot be compared.
        UnknownArticleError: the corpus has no article with this id.
    """
    article = corpus.article(article_id)
    if fault := corpus.annotator_fault(by) if by else "":
        raise CannotAdjudicateError(f"{by!r} is not a valid annotator name: {fault}")
    files, kept = _first_kept(corpus, article)
    corpus = OverlayCorpus.over(corpus, files)
    document = adjudication(corpus, article_id)
    names = _names(corpus, article_id, document, annotators)
    _refuse_unusable(corpus, article, document, kept)
    version = guidelines_version(corpus, [article_by(corpus, name, article_id) for name in names])
    right = {name: digest(article_by(corpus, name, article_id)) for name in names}
    document = with_annotators(document, right, by, _HEAD.format(article=article_id), version)
    begun = _begin_layers(corpus, article, by, files, version)
    corpus = OverlayCorpus.over(corpus, files)
    gold = corpus.article(article_id)
    done = Adjudicated(files, names, kept, tuple(_drafts(corpus, article_id, names)), begun)
    rows = document.values.get("difference", ())
    free = FreeIds(article_id, partial(corpus.used_ids, gold))
    done.gold = GoldUpdate(_with_gold(corpus, article_id, names), rows, begun, free).changes()
    files |= {file: text.encode("utf-8") for file, text in done.gold.texts.items()}
    done.finished = all(file.status() == "adjudicated" for file in gold.files.values())
    _list_differences(OverlayCorpus.over(corpus, files), article_id, document, done)
    return done


def _begin_layers(corpus: Corpus, article: Article, by: str, files: dict[str, bytes], version: str) -> list[str]:
    """The names of the layer files of the gold that are still empty; missing files are added."""
    layers = empty_layers(article, f"annotations/{article.id}", version)
    files |= {file: data for file, data in layers.items() if corpus.read(file) is None}
    gold = OverlayCorpus.over(corpus, files).article(article.id).files
    begun = [name for name, file in gold.items() if file.draft and not file.records and not file.strays]
    for document in (gold[name].document for name in begun if by):
        text = document.text.replace(f"by = {literal(NOBODY)}", f"by = {literal(by)}", 1)
        files[document.file] = text.encode("utf-8")
    return begun


def _with_gold(corpus: Corpus, article: str, names: Iterable[str]) -> Aligned:
    """An article as some annotators have annotated it, and as the gold has it, drafts included."""
    return Aligned({**{name: article_by(corpus, name, article) for name in names}, GOLD: corpus.article(article)})


def _first_kept(corpus: Corpus, article: Article) -> tuple[dict[str, bytes], str]:
    """The gold of the only annotator, to be kept as raw annotations, if there is no adjudication yet."""
    complete = {name: file for name, file in article.files.items() if file.status() == "complete"}
    by = {str(file.header.get("by")) for file in complete.values()}
    (name,) = by if len(by) == 1 else ("",)
    if not adjudication(corpus, article.id).missing or corpus.annotator_fault(name):
        return {}, ""
    if corpus.entries(f"{RAW}/{name}/{article.id}"):
        return {}, ""
    read = {f"{RAW}/{name}/{article.id}/{n}.toml": corpus.read(file.document.file) for n, file in complete.items()}
    return {file: data for file, data in read.items() if data is not None}, name


def names_in(document: Document, chosen: Sequence[str]) -> list[str]:
    """The annotators that an adjudication lists; none if it lists none.

    Raises:
        CannotAdjudicateError: other annotators were chosen.
    """
    listed = document.value("annotators")
    if not isinstance(listed, dict):
        return []
    if chosen and set(chosen) != set(listed):
        add = f'to add an annotator, write {chosen[-1]} = "" under [annotators]'
        raise CannotAdjudicateError(printable(f"{document.file} lists {', '.join(listed)}; {add}"))
    return sorted(map(str, listed))


def _names(corpus: Corpus, article: str, document: Document, chosen: Sequence[str]) -> list[str]:
    """The annotators to compare."""
    if listed := names_in(document, chosen):
        return listed
    done = [name for name in corpus.annotators if has_annotations(article_by(corpus, name, article))]
    lacking = [name for name in chosen if name not in done]
    names = sorted(set(chosen or done) - set(lacking))
    if lacking or len(names) < FEWEST_ANNOTATORS:
        has = (
            f"none by {', '.join(lacking)}"
            if lacking
            else f"so far only by {', '.join(names)}"
            if names
            else "none yet"
        )
        said = [f"{article} needs finished annotations by {FEWEST_ANNOTATORS} annotators: {has}"]
        if drafts := [*_drafts(corpus, article)]:
            more = f", and so are {len(drafts) - 1} more files" if len(drafts) > 1 else ""
            said.append(f'{drafts[0]} is a draft{more}: when a file is finished, write status = "complete"')
        said.append(f"to begin another annotation, run: vouchbank annotate-again {article} --by NAME")
        raise CannotAdjudicateError(printable("; ".join(said)))
    return names


def _drafts(corpus: Corpus, article: str, names: Iterable[str] | None = None) -> Iterator[str]:
    """The raw files of an article that are drafts."""
    for name in corpus.annotators if names is None else names:
        files = corpus.raw(name).article(article).files.values()
        yield from (file.document.file for file in files if file.draft)


def _refuse_unusable(corpus: Corpus, article: Article, document: Document, kept: str) -> None:
    """Raise an error if a finding prevents the comparison, or if a file of the gold cannot be read.

    A missing adjudication and an empty digest in it do not count: this command writes them.
    """
    found = [fault for file in article.files.values() for fault in file.document.faults]
    found += [f for f in unusable(check(corpus, only=[article.id])) if not _written_here(f, document)]
    if found:
        more = f", and {len(found) - 1} more" if len(found) > 1 else ""
        place = str(found[0].place).replace(f"{RAW}/{kept}/", "annotations/") if kept else str(found[0].place)
        said = f"{place}: {found[0].message}{more}; run: vouchbank check {article.id}"
        raise CannotAdjudicateError(printable(f"the annotations of {article.id} cannot be compared: {said}"))


def _written_here(finding: Finding, document: Document) -> bool:
    gold = not finding.place.file.startswith((f"{RAW}/", document.file))
    if finding.place == document.place("by"):
        return True
    waits = [document.place("annotators", name) for name, stated in _stated(document) if stated == ""]
    return gold or (finding.slug == "raw-changed" and finding.place in waits)


def _stated(document: Document) -> list[tuple[str, object]]:
    listed = document.value("annotators")
    return list(listed.items()) if isinstance(listed, dict) else []


def with_annotators(document: Document, right: Mapping[str, str], by: str, head: str, version: str) -> Document:
    """An adjudication with the digest of each annotator; if it is missing, one with a comment and a version."""
    if document.missing:
        annotators = "\n".join(f"{name} = {literal(value)}" for name, value in right.items())
        text = f"{head}by = {literal(by or NOBODY)}\nguidelines = {literal(version)}\n\n[annotators]\n{annotators}\n"
    else:
        lines = document.text.split("\n")
        if by and document.value("by") == NOBODY:
            lines[document.place("by").line - 1] = f"by = {literal(by)}"
        for name, stated in _stated(document):
            if stated == "":
                at = document.place("annotators", name).line - 1
                lines[at] = re.sub(r"=\s*(\"\"|'')", f"= {literal(right[name])}", lines[at], count=1)
        text = "\n".join(lines)
    return read_toml(text.encode("utf-8"), document.file)


def _list_differences(corpus: Corpus, article: str, document: Document, done: Adjudicated) -> None:
    """Add the missing rows, and update what the present rows say about the gold."""
    aligned, rows = _with_gold(corpus, article, done.names), document.values.get("difference", ())
    found = list(with_rows(aligned.matches, rows, done.names))
    files = {table.name: aligned.articles[GOLD].files[table.file] for table in corpus.schema.exhaustive_layers}
    needed = {index for match, name, index in found if not name or GOLD in match.members}
    idle = [i for i, row in enumerate(rows) if undecided(row) and i not in needed]
    new = [(match, name) for match, name, index in found if index < 0]
    writer = DifferenceRows.of(corpus, article, done.names)
    told = [writer.row(m, n, files[m.layer].status() == "adjudicated") for m, n in new]
    text = "\n\n".join((_updated(document, rows, done.gold.ids, idle).rstrip("\n"), *map(str.rstrip, told)))
    done.files[document.file] = f"{text}\n".encode()
    done.added = len(new)
    done.open = sum(map(undecided, rows)) - len(idle) + len(new)


def _updated(
    document: Document, rows: Sequence[Mapping[str, object]], gold: Mapping[int, str | None], idle: Sequence[int]
) -> str:
    """The text of an adjudication with new ids of the gold in some rows, and without rows that nothing needs."""
    lines: list[str | None] = [*document.text.split("\n")]
    for index, name in gold.items():
        there = document.cells.get(("difference", index, "gold"))
        if there and rows[index].get("gold") != name:
            lines[there.line - 1] = f"gold = {literal(name)}" if name else None
        elif name and not there:
            at = document.place("difference", index, "ids").end_line - 1
            lines[at] = f"{lines[at]}\ngold = {literal(name)}"
    for index in idle:
        start = document.keys["difference", index].line - 1
        end = max(place.end_line for path, place in document.cells.items() if path[:2] == ("difference", index))
        while start and (lines[start - 1] or "").startswith("#"):
            start -= 1
        lines[start:end] = [None] * (end - start)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line for line in lines if line is not None))
