r"""A new article: its seed byte for byte, what is known of it, its paragraph ids, and layer files to fill.

Example:
    >>> next_id({"000", "004", "storm-in-oxmere"}), next_id({"999"}), next_id(set())
    ('005', '1000', '000')
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from vouchbank.build.changelog import is_date
from vouchbank.change.waiting import waiting_lines
from vouchbank.corpus import Article, Corpus
from vouchbank.corpus.canonical import with_paragraph_ids
from vouchbank.corpus.format import literal
from vouchbank.corpus.ids import NOBODY, proposed_id
from vouchbank.corpus.overlay import OverlayCorpus
from vouchbank.corpus.seeds import address_of, same_place
from vouchbank.errors import VouchBankError
from vouchbank.language.english import english_share, not_english
from vouchbank.pages.page_reading import Fact, words_of
from vouchbank.pages.webpage import WebPage, is_page, read_web_page, refuse, require_reader
from vouchbank.report.text import printable
from vouchbank.schema import Schema
from vouchbank.writing import write_files

_VERSION = re.compile(r"^\*\*Version ([0-9]+\.[0-9]+)\*\*$", re.MULTILINE | re.ASCII)
_META = """seed_file = {name}
sha256 = "{sha256}"
language = {language}
{facts}
# Record what raw.txt itself says, each fact with the words that say it, copied exactly. Leave out what it does not
# say. schema/meta.json lists the fields.
#
# [outlet]
# value = "Lake Post"
# evidence = "OXMERE (Lake Post)"
#
# [published]
# value = "2024-05-14"
# evidence = "Published 14 May 2024"
#
# [rights]
# value = "…"
# evidence = "…"
#
# The licence or permission to publish the text. Without one the article can be annotated, but never published.
# For a fact that you know but raw.txt does not say, write from = "contributor" instead of evidence.
#
# [licence]
# value = "CC BY 4.0"
# evidence = "…"
#
# What a reader should know about the article before using it, in one line of your own, with words that show it:
#
# [view]
# value = "…"
# evidence = "…"
#
# A line that was kept or removed wrongly (`vouchbank show {id}` prints the kept lines, with --removed the others):
#
# [[corrections]]
# q = "the whole line, copied from raw.txt"
# role = "interface"  # or: {roles}
# reason = "why the rules are wrong here"
"""
_LAYER = """\
status = "draft"  # change to "complete" when everything the guidelines ask for is annotated
guidelines = "{version}"
by = "{by}"  # the annotator: lowercase words joined by hyphens
via = "hand"  # or "model", "corrected"
"""


def roles(schema: Schema) -> tuple[str, ...]:
    """The roles that a correction can give to a line; `unknown` decides nothing."""
    return tuple(name for name in schema.tables["segments"].column("role").label_names if name != "unknown")


class CannotAddError(VouchBankError):
    """The file cannot become an article, or cannot have that id."""


def next_id(used: Iterable[str]) -> str:
    """The number after the highest one ever used as an id, with at least three digits."""
    return f"{max((int(name) for name in used if name.isdecimal()), default=-1) + 1:03d}"


def guidelines_version(corpus: Corpus, articles: Iterable[Article] | None = None) -> str:
    """The version that the guidelines state; without guidelines, the newest that a layer file names.

    Args:
        corpus: The sources.
        articles: The articles whose layer files are read where no guidelines state a version; by default all.

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
        raise CannotAddError("annotations/GUIDELINES.md states no version; add a line such as **Version 0.4**")
    return max(named, key=lambda v: tuple(map(int, v.split("."))))


@dataclass(frozen=True, slots=True)
class Contribution:
    """A file that becomes an article, and what its contributor says about it.

    Attributes:
        data: The bytes of the file, or of standard input.
        name: The name of the file.
        address: The web address of the article; empty if not given.
        date: The day of publication, as YYYY-MM-DD; empty if not given.
        language: A BCP 47 tag.
        by: The annotator; empty if not given.
    """

    data: bytes
    name: str
    address: str = ""
    date: str = ""
    language: str = "en"
    by: str = ""


def new_article(
    corpus: Corpus, contribution: Contribution, article_id: str, keep: bool = False
) -> tuple[Article, dict[str, bytes], WebPage | None]:
    """An article made from a contribution, all its files by name, and the page that it was rendered from, if any.

    Args:
        corpus: The present sources.
        contribution: A text or a saved web page.
        article_id: The id of the article.
        keep: Keep a cleaned copy of the page.

    Raises:
        CannotAddError: the file cannot be a seed, the corpus already has it, or the annotator's name is invalid.
        NotAPageError: the file is a page that cannot be read.
        MissingExtraError: the file is a page, and the library that reads pages is missing.
    """
    if fault := corpus.annotator_fault(contribution.by) if contribution.by else "":
        raise CannotAddError(f"{contribution.by!r} is not a valid annotator name: {fault}")
    name, folder = contribution.name, f"seeds/{article_id}"
    raw_file, meta_file = f"{folder}/raw.txt", f"{folder}/meta.toml"
    page = (
        read_web_page(contribution.data, name, contribution.address, keep) if is_page(contribution.data, name) else None
    )
    files = {raw_file: page.raw if page else contribution.data}
    files |= {f"{folder}/source-map.json": page.source_map} if page else {}
    files |= {f"{folder}/page.html": page.copy.encode("utf-8")} if page and keep else {}
    article = _opened(corpus, article_id, files)
    seed = article.seed
    if seed.faults:
        raise CannotAddError(f"{printable(name)}: {seed.faults[0].message}; {seed.faults[0].help}")
    same = next((other for other in corpus.articles if other.letters & article.letters), None)
    if same:
        what = "bytes" if same.seed.sha256 == seed.sha256 else "letters"
        raise CannotAddError(f"{printable(name)} is already in the corpus: article {same.id} has the same {what}")
    facts = _facts(contribution, seed.raw, page)
    address = next((fact.value for fact in facts if fact.field == "url"), "")
    _refuse_others(corpus, article, contribution.name, address)
    name = re.sub(
        r"[/\\\x00-\x1f\x7f]", "_", name.encode("utf-8", "replace").decode()
    )  # file names may contain anything
    known = {"name": literal(name), "sha256": seed.sha256, "language": literal(contribution.language), "id": article_id}
    known["roles"] = ", ".join(role for role in roles(corpus.schema) if role != "interface")
    stated = _META.format(**known, facts="".join(map(_section, facts)))
    files[meta_file] = stated.encode("utf-8")
    files[meta_file] = (with_paragraph_ids(_opened(corpus, article_id, files)) or stated).encode("utf-8")
    article = _opened(corpus, article_id, files)
    layers = empty_layers(article, f"annotations/{article_id}", guidelines_version(corpus), contribution.by or NOBODY)
    return article, {**files, **layers}, page


def empty_layers(article: Article, folder: str, version: str, by: str = NOBODY) -> dict[str, bytes]:
    """The empty layer files of an article, by name, with the numbers and quotations to account for.

    Args:
        article: The article.
        folder: The folder of the files: of the gold or of one annotator.
        version: The version of the guidelines.
        by: The annotator.
    """
    head = _LAYER.format(version=version, by=by)
    listed = {name: waiting_lines(article, name) for name in article.schema.layer_files}
    texts = {name: "\n".join([head, *lines, ""]) if lines else head for name, lines in listed.items()}
    return {f"{folder}/{name}.toml": text.encode("utf-8") for name, text in texts.items()}


def _refuse_others(corpus: Corpus, article: Article, name: str, address: str) -> None:
    """Refuse a page that is already an article, and a text that is not in English."""
    found = same_place(address)
    same = next((other for other in corpus.articles if found and address_of(other.seed) == found), None)
    if same:
        raise CannotAddError(f"article {same.id} already comes from {printable(address)}; a page is one article")
    if not_english(article.text):
        said = f"only {english_share(article.text):.0%} of its words are common English words"
        raise CannotAddError(f"{printable(name)} is not in English: {said}; add articles in English only")


def _facts(contribution: Contribution, raw: str, page: WebPage | None) -> list[Fact]:
    """What is known about an article; what the contributor says overrides what the page says."""
    found = {fact.field: fact for fact in (page.facts if page else ())}
    if contribution.address:
        found["url"] = Fact("url", contribution.address, "", "contributor")
    if contribution.date:
        words = words_of("published", contribution.date, raw)
        found["published"] = Fact("published", contribution.date, words, "" if words else "contributor")
    return list(found.values())


def _section(fact: Fact) -> str:
    lines = {"value": fact.value, "evidence": fact.evidence, "from": fact.origin}
    return f"\n[{fact.field}]\n" + "".join(f"{key} = {literal(value)}\n" for key, value in lines.items() if value)


def _opened(corpus: Corpus, article_id: str, files: Mapping[str, bytes]) -> Article:
    return OverlayCorpus(corpus.root, corpus.schema, files, whole=True).article(article_id)


def write_article(root: Path, article_id: str, files: Mapping[str, bytes]) -> None:
    """Write the files of a new article, all of them or none; the caller must be the `only_writer`.

    Raises:
        CannotAddError: one of the folders already exists.
        UnreadableFileError: seeds/ or annotations/ is not a folder but a link to one.
    """
    folders = [Path("seeds") / article_id, Path("annotations") / article_id]
    taken = next((f for f in folders if (root / f).exists() or (root / f).is_symlink()), None)
    if taken:
        raise CannotAddError(f"{taken.as_posix()} already exists")
    write_files(root, files)


def checked_id(corpus: Corpus, article_id: str, used: Iterable[str]) -> str:
    """A requested article id, if it is valid and new.

    Raises:
        CannotAddError: it is invalid, the article exists, or the id was used before: ids are never reused.
    """
    if fault := corpus.id_fault(article_id):
        proposed = proposed_id(article_id, corpus.schema.tables)
        raise CannotAddError(f"invalid article id {article_id!r}: {fault}; try {proposed or next_id(used)}")
    if article_id in corpus.article_ids:
        undo = f"to remove an unpublished article, run: vouchbank drop {article_id}"
        raise CannotAddError(f"article {article_id!r} already exists; choose another id; {undo}")
    if article_id in used:
        raise CannotAddError(f"the id {article_id!r} was used before and is never reused; choose another id")
    return article_id


def refuse_unfit(contribution: Contribution, schema: Schema) -> None:
    """Refuse a contribution that cannot become an article, before anything is written.

    Raises:
        CannotAddError: the address is not a web address, the date is not a day, or the language is not a language tag.
        NotAPageError: the file is neither text nor a page.
        MissingExtraError: the file is a page, and the library that reads pages is missing.
    """
    address, date, language = contribution.address, contribution.date, contribution.language
    pattern = schema.documents["meta.json"]["properties"]["url"]["properties"]["value"]["pattern"]
    if address and not (re.fullmatch(pattern, address) and same_place(address)):
        raise CannotAddError(f"{address!r} is not a web address such as https://lake.example/boats")
    if date and not is_date(date):
        raise CannotAddError(f"{date!r} is not a date such as 2025-11-23")
    if not re.search(schema.tables["articles"].column("language").pattern, language) or "\n" in language:
        raise CannotAddError(f"{language!r} is not a language tag such as en, de or pt-BR")
    refuse(contribution.data, contribution.name)
    if is_page(contribution.data, contribution.name):
        require_reader()
