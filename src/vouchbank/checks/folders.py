"""The contents of the source folders: every file there is read or reported.

`vouchbank.corpus.inventory` lists what may be where; each check here reports one kind of exception.
"""

from __future__ import annotations

from collections.abc import Iterator
from shlex import quote

from vouchbank.checks.rule import Faults, rule
from vouchbank.checks.subjects import JudgedCorpus
from vouchbank.corpus import Corpus
from vouchbank.corpus.ids import proposed_id
from vouchbank.corpus.inventory import Stray
from vouchbank.files import FILE, FOLDER
from vouchbank.findings import Fault, Level, Place
from vouchbank.hints import did_you_mean


@rule(level=Level.FILE, whole=True)
def misnamed_article(corpus: JudgedCorpus) -> Faults:
    """The name of a folder or file in seeds/ is not an article id.

    Each folder of seeds/ is one article, and its name is the article id: words of lowercase letters and digits joined
    by hyphens, at most 64 characters, such as 005 or storm-in-oxmere. The last word must not be letters followed by
    digits (strike-f16 looks like an annotation id; write strike-f-16), and names such as raw, registry and con are
    reserved. No command reads a folder with any other name. Names that begin with a dot are ignored.
    """
    for stray in corpus.strays:
        if stray.folder == "seeds" and not stray.known and stray.kind in (FILE, FOLDER):
            name, place, fault = stray.name, Place(stray.path), corpus.source.id_fault(stray.name)
            if stray.kind == FILE:
                message = f"{name!r} is a file, but seeds/ contains only folders, one per article"
                yield Fault(message, place, did_you_mean(name, stray.files) or "move it out of seeds/")
            else:
                proposed = proposed_id(name, corpus.source.schema.tables)
                help_ = f"rename it, for example to {proposed}" if proposed else "rename it"
                yield Fault(f"invalid article id {name!r}: {fault}", place, help_)


@rule(level=Level.FILE, whole=True)
def annotation_without_article(corpus: JudgedCorpus) -> Faults:
    """An annotated article is missing from seeds/.

    An article is removed together with its annotations, raw annotations and adjudication, because these quote its
    words. See docs/releasing.md on how to take down an article.
    """
    source = corpus.source
    for stray in corpus.strays:
        article = _article_of(stray)
        if article and article not in source.entries(
            "seeds"
        ):  # otherwise reported by misnamed-article or wrong-kind-of-file
            path, folder = stray.path, _is_layers(stray)
            place = next(_files_below(source, path), path) if folder else path
            remove, fault = f"git rm -r {quote(path)}", source.id_fault(article)
            known = (stray.folders if folder else stray.files) - (set(source.article_ids) if fault else set())
            meant = did_you_mean(stray.name, known)
            help_ = f"restore the article; or run: {remove}, and retire [{article}]"
            if meant or fault:
                help_ = (
                    f"{meant} If not, run: {remove}"
                    if meant
                    else f"rename it to the id of its article, or run: {remove}"
                )
            yield Fault(f"the article {article} is missing from seeds/", Place(place), help_)


@rule(level=Level.FILE)
def wrong_kind_of_file(corpus: JudgedCorpus) -> Faults:
    """The source folders contain a link, pipe or device, or a file where a folder belongs.

    Sources are regular files in regular folders. A symbolic link is never followed, even within the corpus, so its
    target is neither read nor written. Replace it with the file or folder itself.
    """
    for stray in corpus.strays:
        if stray.known or stray.kind not in (FILE, FOLDER):
            wanted = "folder" if stray.name in stray.folders else FILE
            message = f"{stray.path} is a {stray.kind}, which is not read here"
            yield Fault(message, Place(stray.path), f"replace it with a {wanted}, or remove it")


@rule(level=Level.FILE)
def unknown_file(corpus: JudgedCorpus) -> Faults:
    """The source folders contain a file or folder that no command reads.

    Every file in seeds/, annotations/ and schema/ has a known name: the layers and shared tables of schema/, raw.txt
    and meta.toml of an article, a folder for each annotator. Usually the name is misspelt, or the file is a leftover
    copy. Names that begin with a dot and files that git ignores are not checked.
    """
    for stray in corpus.strays:
        if stray.known or stray.folder == "seeds" or _article_of(stray) or stray.kind not in (FILE, FOLDER):
            continue
        message, help_ = f"unknown {stray.kind} {stray.name!r} in {stray.folder}/", "move it out of the source folders"
        if stray.folder == "annotations/raw" and stray.kind == FOLDER:
            message = f"{stray.name!r} is not a valid annotator name: {corpus.source.id_fault(stray.name)}"
            help_ = f"rename it, for example to {proposed_id(stray.name) or 'annotator-a'}"
        meant = did_you_mean(stray.name.lstrip("."), stray.folders if stray.kind == FOLDER else stray.files)
        yield Fault(message, Place(stray.path), f"{meant} If not, {help_}" if meant else help_)


def _is_layers(stray: Stray) -> bool:
    """Whether it is a folder of the layers of an article."""
    inside = stray.folder == "annotations" or stray.folder.startswith("annotations/raw/")
    return inside and stray.kind == FOLDER and not stray.known


def _article_of(stray: Stray) -> str:
    """The article that a stray belongs to by its name and place; empty if it belongs to none."""
    if _is_layers(stray):
        return stray.name
    decided = stray.folder == "annotations/adjudication" and stray.kind == FILE and stray.name.endswith(".toml")
    return stray.name.removesuffix(".toml") if decided else ""


def _files_below(corpus: Corpus, folder: str) -> Iterator[str]:
    for name, kind in corpus.entries(folder).items():
        yield from _files_below(corpus, f"{folder}/{name}") if kind == FOLDER else (f"{folder}/{name}",)
