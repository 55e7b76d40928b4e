"""The annotations of several annotators on an article brought together: raw, gold, and the differences to decide.

Nothing that somebody has decided is written over: rows are added, a row that waits and decides nothing any more goes,
and a row on a whole annotation gets the id that the gold has for it.
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
# Every difference between the annotators has a row: give it a choice and a reason instead of the three dots. The
# comment beside a choice lists what it may be: the annotator whose value is right, or other where the gold has its
# own; of a whole annotation keep or drop. Then run vouchbank adjudicate {article} again: it carries out decisions.
"""


class CannotAdjudicateError(VouchBankError):
    """There are not two annotators to compare, or their work cannot be compared."""


@dataclass
class Adjudicated:
    """What an adjudication writes.

    Attributes:
        files: All files that change, by their name below the root.
        names: Whose work is compared.
        kept: Whose annotations were the gold, and are kept as raw annotations now.
        drafts: Layer files that are not compared, because their annotator is not done with them.
        begun: The layer files of the gold that were begun.
        carried: What became of the gold.
        added: How many rows are new.
        open: How many rows wait for a decision.
        finished: Whether no layer of the gold waits for its status.
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
    """The empty layer files of an annotator on an article; nothing of the gold or of other annotators is read.

    Raises:
        CannotAdjudicateError: the name is not the id of an annotator, or has begun the article.
        UnknownArticleError: the corpus has no article with this id.
    """
    if fault := corpus.annotator_fault(name):
        raise CannotAdjudicateError(f"{name!r} is not the id of an annotator: {fault}")
    own = corpus.raw(name)
    folder = f"{own.annotations}/{own.article(article).id}"
    if corpus.entries(folder):
        raise CannotAdjudicateError(
            f"{folder} is there already; see how far it is: vouchbank check {article} --by {name}"
        )
    return empty_layers(own.article(article), folder, guidelines_version(corpus, ()), name)


def adjudicated(corpus: Corpus, article_id: str, by: str = "", annotators: Sequence[str] = ()) -> Adjudicated:
    """The files of an article with all differences between its annotators listed, and with what is decided carried out.

    Args:
        corpus: The sources.
        article_id: The article.
        by: Who decides.
        annotators: Whose work is compared, where no adjudication says so yet; all who have finished some, if empty.

    Raises:
        CannotAdjudicateError: there are not two annotators to compare, or their work cannot be compared.
        UnknownArticleError: the corpus has no article with this id.
    """
    article = corpus.article(article_id)
    if fault := corpus.annotator_fault(by) if by else "":
        raise CannotAdjudicateError(f"{by!r} is not the id of an annotator: {fault}")
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
    """The layer files of the gold that nobody has written yet; they are added where there are none."""
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
    """The annotators whom an adjudication lists already, if it does.

    Raises:
        CannotAdjudicateError: others were chosen.
    """
    listed = document.value("annotators")
    if not isinstance(listed, dict):
        return []
    if chosen and set(chosen) != set(listed):
        said = (
            f'{document.file} lists {", ".join(listed)}; to add somebody, write {chosen[-1]} = "" into its [annotators]'
        )
        raise CannotAdjudicateError(printable(said))
    return sorted(map(str, listed))


def _names(corpus: Corpus, article: str, document: Document, chosen: Sequence[str]) -> list[str]:
    """Whose work is compared."""
    if listed := names_in(document, chosen):
        return listed
    done = [name for name in corpus.annotators if has_annotations(article_by(corpus, name, article))]
    lacking = [name for name in chosen if name not in done]
    names = sorted(set(chosen or done) - set(lacking))
    if lacking or len(names) < FEWEST_ANNOTATORS:
        who = f"there is none by {', '.join(lacking)}" if lacking else f"so far {', '.join(names) or 'nobody'} has some"
        drafts = [f'{file} is a draft: where it is done, put status = "complete"' for file in _drafts(corpus, article)]
        begin = f"vouchbank annotate-again {article} --by NAME begins a further annotation"
        said = f"{article} needs the finished work of {FEWEST_ANNOTATORS} annotators; {who}"
        raise CannotAdjudicateError(printable("; ".join((said, *drafts[:3], begin))))
    return names


def _drafts(corpus: Corpus, article: str, names: Iterable[str] | None = None) -> Iterator[str]:
    """The raw files of an article that their annotators are not done with."""
    for name in corpus.annotators if names is None else names:
        files = corpus.raw(name).article(article).files.values()
        yield from (file.document.file for file in files if file.draft)


def _refuse_unusable(corpus: Corpus, article: Article, document: Document, kept: str) -> None:
    """Raise if what `vouchbank check` finds keeps the work from being compared, or a file of the gold cannot be read.

    That there is no adjudication yet, and that a digest in it waits to be written, is what is mended here.
    """
    found = [fault for file in article.files.values() for fault in file.document.faults]
    found += [f for f in unusable(check(corpus, only=[article.id])) if not _mended(f, document)]
    if found:
        more = f", and {len(found) - 1} more" if len(found) > 1 else ""
        place = str(found[0].place).replace(f"{RAW}/{kept}/", "annotations/") if kept else str(found[0].place)
        said = f"{place}: {found[0].message}{more}; run: vouchbank check {article.id}"
        raise CannotAdjudicateError(printable(f"the work on {article.id} cannot be compared: {said}"))


def _mended(finding: Finding, document: Document) -> bool:
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
    """Add the rows that are missing, and bring up to date what the rows that are there say of the gold."""
    aligned, rows = _with_gold(corpus, article, done.names), document.values.get("difference", ())
    found = list(with_rows(aligned.matches, rows, done.names))
    files = {table.name: aligned.articles[GOLD].files[table.file] for table in corpus.schema.exhaustive_layers}
    needed = {index for match, name, index in found if not name or GOLD in match.members}
    idle = [i for i, row in enumerate(rows) if undecided(row) and i not in needed]
    new = [(match, name) for match, name, index in found if index < 0]
    telling = DifferenceRows.of(corpus, article, done.names)
    told = [telling.row(m, n, files[m.layer].status() == "adjudicated") for m, n in new]
    text = "\n\n".join((_brought_up_to_date(document, rows, done.gold.gold, idle).rstrip("\n"), *map(str.rstrip, told)))
    done.files[document.file] = f"{text}\n".encode()
    done.added = len(new)
    done.open = sum(map(undecided, rows)) - len(idle) + len(new)


def _brought_up_to_date(
    document: Document, rows: Sequence[Mapping[str, object]], gold: Mapping[int, str | None], idle: Sequence[int]
) -> str:
    """The text of an adjudication with other ids of the gold in some rows, and without the rows that are idle."""
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
