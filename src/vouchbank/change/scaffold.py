r"""A new article: its seed byte for byte, what is known of it, its paragraph ids, and layer files to fill.

Example:
    >>> next_id({"000", "004", "storm-in-oxmere"}), next_id({"999"}), next_id(set())
    ('005', '1000', '000')
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from vouchbank.corpus import Article, Corpus
from vouchbank.corpus.canonical import with_paragraph_ids
from vouchbank.corpus.format import literal
from vouchbank.corpus.held import HeldCorpus
from vouchbank.corpus.ids import NOBODY, proposed_id
from vouchbank.errors import VouchBankError
from vouchbank.report.text import printable
from vouchbank.schema import Schema
from vouchbank.writing import write_files

_VERSION = re.compile(r"^\*\*Version ([0-9]+\.[0-9]+)\*\*$", re.MULTILINE | re.ASCII)
_META = """seed_file = {name}
sha256 = "{sha256}"
language = {language}

# Write down what raw.txt itself shows, each with the words that show it, copied exactly; leave out what it does
# not show. Unknown stays unknown. Fields: schema/meta.json.
#
# [outlet]
# value = "Realist English"
# evidence = "WASHINGTON (Realist English)"
#
# [published]
# value = "2025-11-23"
# evidence = "November 23, 2025"
#
# [rights]
# value = "…"
# evidence = "…"
#
# What a reader should know of the article before using it, in one line of yours, with words that show it:
#
# [view]
# value = "…"
# evidence = "…"
#
# Where a piece was kept or removed wrongly (`vouchbank show {id}` prints what was kept, with --removed what was not):
#
# [[corrections]]
# q = "the whole piece, copied from raw.txt"
# role = "interface"
# reason = "why the rules are wrong here"
"""
_LAYER = """\
status = "draft"  # then complete, when everything the guidelines ask for is annotated
guidelines = "{version}"
by = "{by}"  # who annotates: lower-case words joined by hyphens
via = "hand"  # or model, corrected
"""


class CannotAddError(VouchBankError):
    """The file cannot become an article, or not under that id."""


def next_id(used: Iterable[str]) -> str:
    """The number after the highest that was ever an id; three digits at least."""
    return f"{max((int(name) for name in used if name.isdecimal()), default=-1) + 1:03d}"


def guidelines_version(corpus: Corpus, articles: Iterable[Article] | None = None) -> str:
    """The version the guidelines give themselves; without guidelines, the newest that a layer file names.

    Args:
        corpus: The sources.
        articles: Those whose layer files are asked, and only where no guidelines say so; all articles of the corpus.

    Raises:
        CannotAddError: nothing names a version.
    """
    stated = _VERSION.search((corpus.read("annotations/GUIDELINES.md") or b"").decode("utf-8", "replace"))
    if stated:
        return stated[1]
    asked = corpus.articles if articles is None else articles
    headers = [file.header.get("guidelines") for article in asked for file in article.files.values()]
    named = [h for h in headers if isinstance(h, str) and re.fullmatch(r"[0-9]+\.[0-9]+", h, re.ASCII)]
    if not named:
        raise CannotAddError("annotations/GUIDELINES.md names no version (a line like **Version 0.4**)")
    return max(named, key=lambda v: tuple(map(int, v.split("."))))


def new_article(
    corpus: Corpus, data: bytes, name: str, article_id: str, language: str
) -> tuple[Article, dict[str, bytes]]:
    """An article made from the bytes of a file, and all its files by name.

    Raises:
        CannotAddError: the file cannot be a seed, or the corpus has it already.
    """
    raw_file, meta_file = f"seeds/{article_id}/raw.txt", f"seeds/{article_id}/meta.toml"
    files = {raw_file: data}
    article = _opened(corpus, article_id, files)
    seed = article.seed
    if seed.faults:
        raise CannotAddError(f"{printable(name)}: {seed.faults[0].message}; {seed.faults[0].help}")
    same = next((other for other in corpus.articles if other.letters & article.letters), None)
    if same:
        how = "byte for byte" if same.seed.sha256 == seed.sha256 else "letter for letter"
        raise CannotAddError(f"{printable(name)} is in the corpus already: it is article {same.id}, {how}")
    name = re.sub(r"[/\\\x00-\x1f\x7f]", "_", name.encode("utf-8", "replace").decode())  # a file system may hold any
    stated = _META.format(name=literal(name), sha256=seed.sha256, language=literal(language), id=article_id)
    files[meta_file] = stated.encode("utf-8")
    files[meta_file] = (with_paragraph_ids(_opened(corpus, article_id, files)) or stated).encode("utf-8")
    article = _opened(corpus, article_id, files)
    return article, {**files, **empty_layers(article, f"annotations/{article_id}", guidelines_version(corpus))}


def empty_layers(article: Article, folder: str, version: str, by: str = NOBODY) -> dict[str, bytes]:
    """The layer files of an article as an annotator finds them, by name.

    Args:
        article: The article.
        folder: Where they belong: that of the gold, or that of one annotator.
        version: The version of the guidelines.
        by: Who annotates.
    """
    layer = _LAYER.format(version=version, by=by).encode("utf-8")
    return {f"{folder}/{name}.toml": layer for name in article.schema.layer_files}


def _opened(corpus: Corpus, article_id: str, files: Mapping[str, bytes]) -> Article:
    return HeldCorpus(corpus.root, corpus.schema, files, whole=True).article(article_id)


def write_article(root: Path, article_id: str, files: Mapping[str, bytes]) -> None:
    """Write the files of a new article: all of them or none; only for the `only_writer`.

    Raises:
        CannotAddError: one of the folders is there already.
        UnreadableFileError: seeds/ or annotations/ is no folder but a link to one.
    """
    folders = [Path("seeds") / article_id, Path("annotations") / article_id]
    taken = next((f for f in folders if (root / f).exists() or (root / f).is_symlink()), None)
    if taken:
        raise CannotAddError(f"{taken.as_posix()} is there already")
    write_files(root, files)


def checked_id(corpus: Corpus, article_id: str, used: Iterable[str]) -> str:
    """An id that somebody wants.

    Raises:
        CannotAddError: it is not valid, or was used before: ids are never reused.
    """
    if fault := corpus.id_fault(article_id):
        proposed = proposed_id(article_id, corpus.schema.tables)
        raise CannotAddError(f"invalid article id {article_id!r}: {fault}; try {proposed or next_id(used)}")
    if article_id in used:
        raise CannotAddError(f"the id {article_id} was used before, and ids are never reused; leave --id out")
    return article_id


def checked_language(language: str, schema: Schema) -> None:
    """Refuse what schema/ does not take for a language.

    Raises:
        CannotAddError: it is not a language tag.
    """
    if not re.search(schema.tables["articles"].column("language").pattern, language) or "\n" in language:
        raise CannotAddError(f"{language!r} is not a language tag such as en, de, pt-BR")
