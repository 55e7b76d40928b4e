"""A seed that its publisher corrected: new bytes, the hash of the old ones, and annotations that follow the words.

Seeds are evidence and are never edited. A correction by the publisher is the only way a seed changes, and `meta.toml`
records it. A seed made from a web page is made again from the corrected page. This module writes no files.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from vouchbank.change.edits import applied
from vouchbank.change.rebase import Rebased, rebase, written_fragments
from vouchbank.change.textdiff import paragraph_changes
from vouchbank.corpus import Article, Corpus
from vouchbank.corpus.canonical import with_paragraph_ids
from vouchbank.corpus.corpus import RAW
from vouchbank.corpus.format import literal
from vouchbank.corpus.overlay import OverlayCorpus
from vouchbank.corpus.seeds import read_seed
from vouchbank.errors import VouchBankError
from vouchbank.findings import Edit
from vouchbank.pages.webpage import is_page, read_web_page


class CannotCorrectError(VouchBankError):
    """The file cannot replace the seed."""


@dataclass
class Corrected:
    """What a corrected seed changes.

    Attributes:
        files: All files that change, with their new bytes.
        text: A line for each paragraph that changed.
        anchors: What happened to the anchors in each folder of annotations.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    text: list[str] = field(default_factory=list)
    anchors: dict[str, Rebased] = field(default_factory=dict)


def correct_seed(corpus: Corpus, name: str, data: bytes, reason: str) -> Corrected:
    """Replace the bytes of a seed.

    Args:
        corpus: The sources.
        name: The id of the article.
        data: The bytes of the corrected article: a web page if the seed was made from one, otherwise text.
        reason: What the publisher corrected, in words.

    Raises:
        CannotCorrectError: the bytes cannot be a seed, or the present seed does not match meta.toml.
        NotAPageError: the bytes are a page that cannot be read.
        MissingExtraError: the bytes are a page, and the library that reads pages is missing.
        UnknownArticleError: the corpus has no article with this id.
    """
    article = corpus.article(name)
    _refuse(article, data, reason)
    seed = article.seed
    done = Corrected(_evidence(corpus, article, data))
    meta = seed.meta
    other = read_seed(name, done.files[seed.file], seed.file, meta)
    if other.data == seed.data:
        raise CannotCorrectError(f"{seed.file} already has this text")
    if other.faults:
        raise CannotCorrectError(f"the file cannot be a seed: {other.faults[0].message}")
    text = applied(meta.text, [Edit(meta.place("sha256"), literal(other.sha256))]).rstrip("\n")
    was = {"sha256": seed.sha256, **({"page": seed.source_map.sha256} if seed.source_map else {})}
    row = "\n".join(f"{key} = {literal(value)}" for key, value in {**was, "reason": reason.strip()}.items())
    done.files[meta.file] = f"{text}\n\n[[history]]\n{row}\n".encode()
    listed = with_paragraph_ids(OverlayCorpus.over(corpus, done.files).article(name))
    if listed is not None:
        done.files[meta.file] = listed.encode("utf-8")
    now = OverlayCorpus.over(corpus, done.files).article(name)
    if not now.text:
        raise CannotCorrectError("every line of the text is removed as boilerplate, so no paragraph is left")
    old, new = ({p.id: p for p in side.paragraphs} for side in (article, now))
    done.text = [f"{paragraph} {verb}: {said}" for verb, paragraph, said in paragraph_changes(old, new)]
    for folder in ("annotations", *(f"{RAW}/{annotator}" for annotator in corpus.annotators)):
        before = corpus.of(folder).article(name)
        if any(not file.document.missing for file in before.files.values()):
            after = OverlayCorpus.over(corpus, done.files).of(folder).article(name)
            moved = done.anchors[folder] = rebase(after, old, written_fragments(before))
            done.files.update({file: written.encode("utf-8") for file, written in moved.texts.items()})
    return done


def _evidence(corpus: Corpus, article: Article, data: bytes) -> dict[str, bytes]:
    """The new files of the seed: raw.txt, and for a page also its source map and cleaned copy."""
    seed = article.seed
    if seed.map_data is None:
        return {seed.file: data}
    copy = f"seeds/{article.id}/page.html"
    keep = corpus.read(copy) is not None
    page = read_web_page(data, "the page", seed.fact("url"), keep)
    files = {seed.file: page.raw, seed.map_file: page.source_map}
    return {**files, copy: page.copy.encode("utf-8")} if keep else files


def _refuse(article: Article, data: bytes, reason: str) -> None:
    """Raise an error if the seed cannot be corrected."""
    seed, folder = article.seed, f"seeds/{article.id}"
    if not reason.strip():
        raise CannotCorrectError("say what the publisher corrected: --reason TEXT")
    if seed.meta.missing or seed.meta.faults or seed.meta.values.get("sha256") != seed.sha256:
        raise CannotCorrectError(f"{seed.file} does not match meta.toml; restore it first: git checkout -- {folder}")
    if seed.map_data is not None and seed.source_map is None:
        raise CannotCorrectError(f"{seed.map_file} does not match raw.txt; restore it first: git checkout -- {folder}")
    if is_page(data) and seed.map_data is None:
        raise CannotCorrectError(f"article {article.id} was added as text, but this is a web page; give its text")
    if not is_page(data) and seed.map_data is not None:
        raise CannotCorrectError(f"article {article.id} was added as a web page; save the page again and give that")
