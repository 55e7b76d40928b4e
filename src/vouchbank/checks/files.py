"""Level 1: the files themselves. Can they be read, and are they what they are said to be?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from shlex import quote

from vouchbank.checks.registry import Ids, Subject, article_check, corpus_check, from_fault
from vouchbank.corpus import Corpus
from vouchbank.corpus.ids import article_in_path, proposed_id
from vouchbank.corpus.stretch import changed_lines
from vouchbank.findings import Edit, Finding, Fix, Place, Severity
from vouchbank.toml.reader import Document


def documents(subject: Subject) -> Iterator[Document]:
    """The TOML files of an article."""
    yield subject.article.seed.meta
    yield from (file.document for file in subject.article.files.values())


_MARKER = re.compile(r"^(?:<{7} |>{7} |\|{7} |={7}\r?$)", re.MULTILINE)


def merge_line(document: Document) -> int:
    """The first line that a merge left behind; 0 if there is none. A row of equals signs alone is no marker."""
    marks = list(_MARKER.finditer(document.text))
    if not any(not m[0].startswith("=") for m in marks):
        return 0
    return document.text.count("\n", 0, marks[0].start()) + 1


def _faults(subject: Subject, slug: str) -> Iterator[Finding]:
    article = subject.article
    for fault in article.seed.faults:
        if fault.slug == slug:
            yield from_fault(fault, article.id)
    for document in documents(subject):
        if slug in ("toml-syntax", "duplicate-key") and merge_line(document):
            continue  # merge-marker has said why
        yield from (from_fault(fault, article.id) for fault in document.faults if fault.slug == slug)


@article_check(1)
def unreadable_file(subject: Subject) -> Iterator[Finding]:
    """The file cannot be read.

    The system refused to open it: look at its permissions, and whether it is a folder.
    """
    yield from _faults(subject, "unreadable-file")


@article_check(1)
def not_utf8(subject: Subject) -> Iterator[Finding]:
    """The file is not UTF-8.

    Save it again as UTF-8. A seed must be UTF-8 when it enters the corpus; its bytes are never changed after that.
    """
    yield from _faults(subject, "not-utf8")


@article_check(1)
def nul_character(subject: Subject) -> Iterator[Finding]:
    """The file holds a NUL character, so it is no text.

    Remove the character, or look whether the right file was copied.
    """
    yield from _faults(subject, "nul-character")


@article_check(1)
def byte_order_mark(subject: Subject) -> Iterator[Finding]:
    """The annotation file begins with a byte order mark.

    Save it as UTF-8 without BOM. (In a seed the mark stays, since its bytes are evidence; normalisation removes it.)
    """
    for finding in _faults(subject, "byte-order-mark"):
        mark = Place(finding.place.file, 1, 1, 1, 2)
        yield replace(finding, fix=Fix("take the byte order mark out", (Edit(mark, ""),), safe=True))


@article_check(1)
def toml_syntax(subject: Subject) -> Iterator[Finding]:
    """The file is no TOML.

    The line named cannot be read. Usually a quotation mark, a bracket or a comma is missing, or a merge was not
    finished.
    """
    yield from _faults(subject, "toml-syntax")


@article_check(1)
def duplicate_key(subject: Subject) -> Iterator[Finding]:
    """A key stands twice in one section.

    Two annotations have the same id, or one annotation has the same field twice. Give the new one an id of its own.
    """
    yield from _faults(subject, "duplicate-key")


@article_check(1)
def empty_seed(subject: Subject) -> Iterator[Finding]:
    """The seed holds no text.

    seeds/<article>/raw.txt must hold the raw article.
    """
    yield from _faults(subject, "empty-seed")


@article_check(1)
def nothing_kept(subject: Subject) -> Iterator[Finding]:
    """Normalisation kept nothing of the seed.

    Every piece was taken for boilerplate. Say in meta.toml under [[corrections]] what is body.
    """
    article = subject.article
    if not article.seed.faults and not article.text:
        yield Finding(
            "nothing-kept",
            "normalisation removed every piece of this seed",
            Place(article.seed.file),
            "write a correction in meta.toml for the pieces that are body",
            article=article.id,
        )


@article_check(1)
def missing_meta(subject: Subject) -> Iterator[Finding]:
    """The seed has no meta.toml.

    It says what the seed is: original file name, SHA-256, language.
    """
    meta = subject.article.seed.meta
    if meta.missing:
        yield Finding(
            "missing-meta",
            "there is no meta.toml for this seed",
            Place(meta.file),
            "write seed_file, sha256 and language into it (see seeds/README.md)",
            article=subject.article.id,
        )


@article_check(1)
def seed_changed(subject: Subject) -> Iterator[Finding]:
    """The bytes of the seed are not those that meta.toml names.

    A seed is never edited. Restore it with git; text is corrected by annotation, not in the seed.
    """
    seed = subject.article.seed
    stated = seed.meta.values.get("sha256")
    if isinstance(stated, str) and stated != seed.sha256:
        yield Finding(
            "seed-changed",
            f"the SHA-256 of {seed.file} is {seed.sha256[:12]}…, not {stated[:12]}…",
            seed.meta.place("sha256"),
            f"restore the seed: git checkout -- {seed.file}",
            article=subject.article.id,
        )


@article_check(1)
def seed_line_ends(subject: Subject) -> Iterator[Finding]:
    """The seed has Windows line ends or a byte order mark (a warning: normalisation handles both).

    They stay in the seed, which is evidence, and are gone from the text. If the seed came through git, look whether
    git changed it.
    """
    seed = subject.article.seed
    what = "a byte order mark" if seed.raw.startswith("\ufeff") else "Windows line ends" if "\r" in seed.raw else ""
    if what:
        yield Finding(
            "seed-line-ends",
            f"the seed has {what}; the text will not",
            Place(seed.file),
            "nothing to do if the original file has them too",
            Severity.WARNING,
            article=subject.article.id,
        )


@article_check(1)
def carriage_return(subject: Subject) -> Iterator[Finding]:
    """An annotation file has Windows line ends.

    Sources have LF line ends everywhere, so that a pull request shows only what changed. `vouchbank format` mends it.
    """
    for document in documents(subject):
        at = document.text.find("\r")
        if at >= 0:
            line = document.text.count("\n", 0, at) + 1
            lines = document.text.replace("\r\n", "\n")
            edit = changed_lines(document.file, document.text, lines)
            yield Finding(
                "carriage-return",
                "the file has Windows line ends (CRLF)",
                Place(document.file, line),
                "run: vouchbank format",
                article=subject.article.id,
                fix=Fix("write LF line ends", (edit,), safe=True) if lines != document.text else None,
            )


@corpus_check(1)
def unreadable_shared_file(corpus: Corpus, ids: Ids) -> Iterator[Finding]:
    """A file of the whole corpus (registry, figures, claims) cannot be read.

    The message says why; mend the file as it says.
    """
    for file in corpus.shared.values():
        for fault in file.document.faults:
            yield Finding("unreadable-shared-file", fault.message, fault.place, fault.help)


@corpus_check(1)
def misnamed_article(corpus: Corpus, ids: Ids) -> Iterator[Finding]:
    """A folder or a file in seeds/ has a name that is not an article id.

    Each folder of seeds/ is one article, and its name is the id: lowercase letters and digits in words joined by
    hyphens, at most 64 characters, such as 005 or storm-in-oxmere. The last word is not letters followed by digits
    (strike-f16 reads like an annotation; write strike-f-16), and raw, registry, con and the like are reserved. A folder
    with any other name is not read by any command. Names that begin with a dot are ignored.
    """
    for path in (corpus.root / "seeds").iterdir():
        name, place = path.name, Place(f"seeds/{path.name}")
        if name == "README.md" or name.startswith("."):
            continue
        if not path.is_dir():
            message = f"seeds/ holds a folder for each article, and {name!r} is a file"
            yield Finding("misnamed-article", message, place, "move it elsewhere")
        elif fault := corpus.id_fault(name):
            proposed = proposed_id(name, corpus.schema.tables)
            help_ = f"rename it, for example to {proposed}" if proposed else "rename it"
            yield Finding("misnamed-article", f"invalid article id {name!r}: {fault}", place, help_)


@corpus_check(1)
def annotation_without_article(corpus: Corpus, ids: Ids) -> Iterator[Finding]:
    """There is annotation of an article that is not in seeds/.

    An article goes with all of it: its annotation, the raw work of its annotators, its adjudication. They quote its
    words. (docs/releasing.md says how an article is taken down.)
    """
    known, first = {"", *corpus.article_ids}, dict[str, tuple[str, str]]()
    for path in sorted((corpus.root / corpus.annotations).rglob("*.toml")):
        file = path.relative_to(corpus.root).as_posix()
        article = article_in_path(file)
        if article not in known and not (corpus.root / "seeds" / article).is_dir():  # else misnamed-article
            whole = file if "/adjudication/" in file else file.rpartition("/")[0]
            first.setdefault(whole, (article, file))
    for whole, (article, file) in first.items():
        remove = f"git rm -r {quote(whole)}"
        help_ = f"{remove}, and retire [{article}]; or restore the article"
        if corpus.id_fault(article):
            help_ = f"rename it as the article that it belongs to, or {remove}"
        yield Finding("annotation-without-article", f"there is no article {article}", Place(file), help_)
