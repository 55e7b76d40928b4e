"""The files themselves: whether they can be read, match their metadata and are in canonical form."""

from __future__ import annotations

from collections.abc import Iterator

from vouchbank.checks.rule import Faults, rule
from vouchbank.checks.subjects import JudgedArticle, JudgedCorpus, JudgedFile
from vouchbank.corpus.canonical import canonical_layer
from vouchbank.corpus.format import format_corpus, same_values
from vouchbank.corpus.line_edits import changed_lines
from vouchbank.files import MOST_BYTES
from vouchbank.findings import Fault, Fix, Level, Place, Severity
from vouchbank.text.clean_copy import leftovers
from vouchbank.text.source_map import faults_of, read_source_map
from vouchbank.toml.reader import Document, read_toml

TOO_LARGE = f"more than {MOST_BYTES:,} bytes"
OUT_OF_FORM = "the file is not in canonical form from this line on"


@rule(level=Level.FILE)
def nothing_kept(article: JudgedArticle) -> Faults:
    """Normalisation removed the whole seed.

    Every line was classified as boilerplate. Add [[corrections]] to meta.toml for the lines that belong to the article.
    """
    seed = article.source.seed
    if not seed.faults and not article.text:
        help_ = "add [[corrections]] to meta.toml for the lines that belong to the article"
        yield article.fault(Place(seed.file), "normalisation removed every line of this seed", help_)


@rule(level=Level.FILE)
def missing_meta(article: JudgedArticle) -> Faults:
    """The seed has no meta.toml.

    meta.toml describes the seed: its original file name, SHA-256 and language.
    """
    meta = article.source.seed.meta
    if meta.missing:
        help_ = "create it with seed_file, sha256 and language (see seeds/README.md)"
        yield article.fault(Place(meta.file), "meta.toml is missing for this seed", help_)


@rule(level=Level.FILE)
def seed_changed(article: JudgedArticle) -> Faults:
    """The seed does not match the SHA-256 in meta.toml.

    A seed is never edited. Restore it with git; correct the text with annotations, not in the seed.
    """
    seed = article.source.seed
    stated = seed.meta.values.get("sha256")
    read = {"unreadable-file", "beyond-limits"}.isdisjoint(fault.slug for fault in seed.faults)
    if isinstance(stated, str) and read and stated != seed.sha256:
        message = f"the SHA-256 of {seed.file} is {seed.sha256[:12]}…, not {stated[:12]}…"
        yield article.fault(seed.meta.place("sha256"), message, f"restore the seed: git checkout -- {seed.file}")


@rule(level=Level.FILE)
def unreadable_source_map(article: JudgedArticle) -> Faults:
    """The source map of a seed cannot be read.

    `vouchbank new` writes seeds/<article>/source-map.json once, when it renders raw.txt from a web page. The file is
    evidence and is never edited. Restore it with git.
    """
    seed = article.source.seed
    if seed.map_data is not None and seed.map_values is None:
        message, help_ = (
            f"{seed.map_file} is not valid JSON, or is too large",
            f"restore it: git checkout -- {seed.map_file}",
        )
        yield article.fault(Place(seed.map_file), message, help_)


@rule(level=Level.SHAPE)
def source_map_not_of_seed(article: JudgedArticle) -> Faults:
    """The source map does not match the seed.

    Each line of source-map.json describes a line of raw.txt; its runs are in the order of raw.txt and of the page, and
    cover the whole line. Both files are written once, together. Restore them with git.
    """
    seed = article.source.seed
    try:
        found = next(faults_of(read_source_map(seed.map_values), seed.raw), None)
    except (AttributeError, LookupError, TypeError, ValueError):  # missing or malformed
        return
    if found and not seed.faults:
        index, problem = found
        help_ = f"restore both: git checkout -- {seed.map_file} {seed.file}"
        yield article.fault(Place(seed.map_file), f"lines[{index}]: {problem}", help_)


@rule(level=Level.FILE)
def page_not_clean(corpus: JudgedCorpus) -> Faults:
    """A stored page contains more than what it shows.

    seeds/<article>/page.html is the cleaned copy that `vouchbank new --keep-html` writes: structure, visible text, and
    metadata of the article from the head. It has no scripts, styles, comments, forms, frames, handlers or hidden text,
    because these can contain names, tokens and code. Do not store the page as a browser saved it.
    """
    for name in corpus.source.article_ids:
        file = f"seeds/{name}/page.html"
        data = corpus.source.read(file)
        if data is not None:
            found = list(leftovers(data.decode("utf-8", "replace"))) if len(data) <= MOST_BYTES else [(0, TOO_LARGE)]
            yield from _not_clean(name, file, data, found)


def _not_clean(article: str, file: str, data: bytes, found: list[tuple[int, str]]) -> Faults:
    if found:
        before = data.decode("utf-8", "replace")[: found[0][0]]
        line, column = before.count("\n") + 1, found[0][0] - before.rfind("\n")
        more = f", and {len(found) - 1:,} more like it" if len(found) > 1 else ""
        help_ = "remove the file, or replace it with the output of vouchbank new PAGE --keep-html"
        message = f"the page is not cleaned: it has {found[0][1]}{more}"
        yield Fault(message, Place(file, line, column), help_, article)


@rule(level=Level.FILE, severity=Severity.WARNING)
def seed_line_ends(article: JudgedArticle) -> Faults:
    """The seed has Windows line endings or a byte order mark (a warning: normalisation removes both).

    They stay in the seed, which is evidence, but not in the clean text. If the seed came through git, check whether git
    changed it.
    """
    seed = article.source.seed
    what = "a byte order mark" if seed.raw.startswith("\ufeff") else "Windows line endings" if "\r" in seed.raw else ""
    if what:
        help_ = "check whether the original file has them too; if so, ignore this warning"
        yield article.fault(Place(seed.file), f"the seed has {what}", help_)


@rule(level=Level.FILE)
def carriage_return(file: JudgedFile) -> Faults:
    """An annotation file has Windows line endings.

    All source files have LF line endings, so that a pull request shows only real changes. `vouchbank format` fixes
    this.
    """
    name, text = file.document.file, file.document.text
    at = text.find("\r")
    if at >= 0:
        lines = text.replace("\r\n", "\n")
        fix = Fix("write LF line endings", (changed_lines(name, text, lines),), safe=True) if lines != text else None
        place, message = Place(name, text.count("\n", 0, at) + 1), "the file has Windows line endings (CRLF)"
        yield file.article.fault(place, message, "run: vouchbank format", fix=fix)


@rule(level=Level.FILE)
def unreadable_shared_file(corpus: JudgedCorpus) -> Faults:
    """A shared file (registry, figures, claims) cannot be read.

    The message gives the cause, the help the remedy. This includes the shared files in raw annotations.
    """
    source = corpus.source
    for one in (source, *map(source.raw, source.annotators)):
        for file in one.shared.values():
            yield from file.document.faults


@rule(level=Level.FORM)
def not_canonical(article: JudgedArticle) -> Faults:
    """The file is not in canonical form.

    `vouchbank format` sorts records by their place in the text and fields by the schema. It changes no value and keeps
    comments.
    """
    for name, file in article.source.files.items():
        if not (file.document.missing or file.document.faults or "\r" in file.document.text):
            for fault in _out_of_form(file.document, canonical_layer(article.source, name, file.document)):
                yield article.fault(fault.place, fault.message, fault.help, fix=fault.fix)


@rule(level=Level.FORM)
def shared_file_not_canonical(corpus: JudgedCorpus) -> Faults:
    """The registry, the figures or the claims are not in canonical form.

    `vouchbank format` sorts sections by key and fields by the schema. It changes no value and keeps comments.
    """
    for name, file in corpus.source.shared.items():
        if not (file.document.missing or file.document.faults):
            yield from _out_of_form(file.document, format_corpus(corpus.source.schema.tables[name], file.document))


def _out_of_form(document: Document, wanted: str) -> Iterator[Fault]:
    """One fault if a file differs from its canonical form, with a fix."""
    if wanted == document.text:
        return
    pairs = zip(wanted.split("\n"), document.text.split("\n"), strict=False)
    shorter = min(wanted.count("\n"), document.text.count("\n")) + 1
    line = next((i for i, (x, y) in enumerate(pairs, 1) if x != y), shorter)
    again = read_toml(wanted.encode("utf-8"), document.file)
    same = not again.faults and same_values(dict(again.values), dict(document.values))
    edit = changed_lines(document.file, document.text, wanted)
    fix = Fix("rewrite the file in canonical form", (edit,), safe=True) if same else None
    yield Fault(OUT_OF_FORM, Place(document.file, line), "run: vouchbank format", fix=fix)
