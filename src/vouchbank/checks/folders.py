"""What stands in the source folders: nothing there is left unread without a word.

`vouchbank.corpus.inventory` says what is known where; each check here speaks of one kind of what is not.
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
    """A folder or a file in seeds/ has a name that is not an article id.

    Each folder of seeds/ is one article, and its name is the id: lowercase letters and digits in words joined by
    hyphens, at most 64 characters, such as 005 or storm-in-oxmere. The last word is not letters followed by digits
    (strike-f16 reads like an annotation; write strike-f-16), and raw, registry, con and the like are reserved. A folder
    with any other name is not read by any command. Names that begin with a dot are ignored.
    """
    for stray in corpus.strays:
        if stray.folder == "seeds" and not stray.known and stray.kind in (FILE, FOLDER):
            name, place, fault = stray.name, Place(stray.path), corpus.source.id_fault(stray.name)
            if stray.kind == FILE:
                message = f"seeds/ contains one folder per article, but {name!r} is a file"
                yield Fault(message, place, did_you_mean(name, stray.files) or "move it elsewhere")
            else:
                proposed = proposed_id(name, corpus.source.schema.tables)
                help_ = f"rename it, for example to {proposed}" if proposed else "rename it"
                yield Fault(f"invalid article id {name!r}: {fault}", place, help_)


@rule(level=Level.FILE, whole=True)
def annotation_without_article(corpus: JudgedCorpus) -> Faults:
    """There are annotations for an article that is not in seeds/.

    An article is removed together with its annotations, those of its annotators in raw/ and its adjudication, because
    they quote its words. (docs/releasing.md says how an article is taken down.)
    """
    source = corpus.source
    for stray in corpus.strays:
        article = _article_of(stray)
        if article and article not in source.entries("seeds"):  # else something is wrong there
            path, folder = stray.path, _is_layers(stray)
            place = next(_files_below(source, path), path) if folder else path
            remove, fault = f"git rm -r {quote(path)}", source.id_fault(article)
            known = (stray.folders if folder else stray.files) - (set(source.article_ids) if fault else set())
            meant = did_you_mean(stray.name, known)
            help_ = f"{remove}, and retire [{article}]; or restore the article"
            if meant or fault:
                help_ = (
                    f"{meant} Or {remove}" if meant else f"rename it after the article that it belongs to, or {remove}"
                )
            yield Fault(f"there is no article {article}", Place(place), help_)


@rule(level=Level.FILE)
def wrong_kind_of_file(corpus: JudgedCorpus) -> Faults:
    """A link, a pipe or a device stands in the source folders, or a file where a folder belongs.

    Sources are ordinary files in ordinary folders. A symbolic link is not followed, even to a place in the corpus, and
    what it names is neither read nor written. Put the file or the folder itself there.
    """
    for stray in corpus.strays:
        if stray.known or stray.kind not in (FILE, FOLDER):
            wanted = "folder" if stray.name in stray.folders else FILE
            message = f"{stray.path} is a {stray.kind}, so it is not read"
            yield Fault(message, Place(stray.path), f"put a {wanted} there, or remove it")


@rule(level=Level.FILE)
def unknown_file(corpus: JudgedCorpus) -> Faults:
    """There is a file or a folder in the source folders that no command reads.

    Each file of seeds/, annotations/ and schema/ has a name that is known there: the layers and the shared tables as
    schema/ states them, raw.txt and meta.toml of an article, a folder for each annotator. Usually the name is
    misspelt, or a copy was left behind. Names that begin with a dot, and what git ignores, are left alone.
    """
    for stray in corpus.strays:
        if stray.known or stray.folder == "seeds" or _article_of(stray) or stray.kind not in (FILE, FOLDER):
            continue
        message, help_ = f"no command reads the {stray.kind} {stray.name!r} in {stray.folder}/", "move it elsewhere"
        if stray.folder == "annotations/raw" and stray.kind == FOLDER:
            message = f"invalid name of an annotator {stray.name!r}: {corpus.source.id_fault(stray.name)}"
            help_ = f"rename it, for example to {proposed_id(stray.name) or 'annotator-a'}"
        meant = did_you_mean(stray.name.lstrip("."), stray.folders if stray.kind == FOLDER else stray.files)
        yield Fault(message, Place(stray.path), f"{meant} Or {help_}" if meant else help_)


def _is_layers(stray: Stray) -> bool:
    """Whether it is a folder where the layers of an article are kept."""
    inside = stray.folder == "annotations" or stray.folder.startswith("annotations/raw/")
    return inside and stray.kind == FOLDER and not stray.known


def _article_of(stray: Stray) -> str:
    """The article that a stray is an annotation of by its name and place; empty if it is none."""
    if _is_layers(stray):
        return stray.name
    decided = stray.folder == "annotations/adjudication" and stray.kind == FILE and stray.name.endswith(".toml")
    return stray.name.removesuffix(".toml") if decided else ""


def _files_below(corpus: Corpus, folder: str) -> Iterator[str]:
    for name, kind in corpus.entries(folder).items():
        yield from _files_below(corpus, f"{folder}/{name}") if kind == FOLDER else (f"{folder}/{name}",)
