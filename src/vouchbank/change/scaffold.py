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
# The licence or the permission to publish the text. Without it the article can be annotated, but never made public.
# What raw.txt does not show, but you know, has from = "contributor" instead of evidence.
#
# [licence]
# value = "CC BY 4.0"
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


@dataclass(frozen=True, slots=True)
class Contribution:
    """What a contributor brings.

    Attributes:
        data: The bytes of the file, or of standard input.
        name: What the file is called.
        address: Where it was found; empty if that is not said.
        date: When it was published, as YYYY-MM-DD; empty if that is not said.
        language: A BCP 47 tag.
        by: Who annotates it; empty if that is not said.
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
    """An article made from what somebody brings, all its files by name, and the page that it was rendered from, if any.

    Args:
        corpus: What is there already.
        contribution: A text or a saved web page.
        article_id: The id of the article.
        keep: Keep a cleaned copy of the page.

    Raises:
        CannotAddError: the file cannot be a seed, the corpus has it already, or nobody can be called so.
        NotAPageError: it is a page that cannot be read.
        MissingExtraError: it is a page, and the library that reads pages is missing.
    """
    if fault := corpus.annotator_fault(contribution.by) if contribution.by else "":
        raise CannotAddError(f"invalid name {contribution.by!r}: {fault}")
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
        how = "byte for byte" if same.seed.sha256 == seed.sha256 else "letter for letter"
        raise CannotAddError(f"{printable(name)} is in the corpus already: it is article {same.id}, {how}")
    facts = _facts(contribution, seed.raw, page)
    _refuse_others(corpus, article, contribution.name, next((one.value for one in facts if one.field == "url"), ""))
    name = re.sub(r"[/\\\x00-\x1f\x7f]", "_", name.encode("utf-8", "replace").decode())  # a file system may hold any
    known = {"name": literal(name), "sha256": seed.sha256, "language": literal(contribution.language), "id": article_id}
    stated = _META.format(**known, facts="".join(map(_section, facts)))
    files[meta_file] = stated.encode("utf-8")
    files[meta_file] = (with_paragraph_ids(_opened(corpus, article_id, files)) or stated).encode("utf-8")
    article = _opened(corpus, article_id, files)
    layers = empty_layers(article, f"annotations/{article_id}", guidelines_version(corpus), contribution.by or NOBODY)
    return article, {**files, **layers}, page


def empty_layers(article: Article, folder: str, version: str, by: str = NOBODY) -> dict[str, bytes]:
    """The layer files of an article as an annotator finds them, with what waits to be accounted for, by name.

    Args:
        article: The article.
        folder: Where they belong: that of the gold, or that of one annotator.
        version: The version of the guidelines.
        by: Who annotates.
    """
    head = _LAYER.format(version=version, by=by)
    listed = {name: waiting_lines(article, name) for name in article.schema.layer_files}
    texts = {name: "\n".join([head, *lines, ""]) if lines else head for name, lines in listed.items()}
    return {f"{folder}/{name}.toml": text.encode("utf-8") for name, text in texts.items()}


def _refuse_others(corpus: Corpus, article: Article, name: str, address: str) -> None:
    """Refuse a page that is an article already, and a text that is not English."""
    found = same_place(address)
    same = next((other for other in corpus.articles if found and address_of(other.seed) == found), None)
    if same:
        raise CannotAddError(f"article {same.id} was found at {printable(address)} already; a page is one article")
    if not_english(article.text):
        said = f"only {english_share(article.text):.0%} of its words are such as every English text has"
        raise CannotAddError(f"{printable(name)} is not English: {said}; add articles in English only")


def _facts(contribution: Contribution, raw: str, page: WebPage | None) -> list[Fact]:
    """What is known of an article: what the contributor says goes before what the page says."""
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


def refuse_unfit(contribution: Contribution, schema: Schema) -> None:
    """Refuse, before anything is done, what cannot become an article or is not what is said of it.

    Raises:
        CannotAddError: the address is not one of the web, the date not a day, or the language not a language tag.
        NotAPageError: it is neither text nor a page.
        MissingExtraError: it is a page, and the library that reads pages is missing.
    """
    address, date, language = contribution.address, contribution.date, contribution.language
    pattern = schema.documents["meta.json"]["properties"]["url"]["properties"]["value"]["pattern"]
    if address and not (re.fullmatch(pattern, address) and same_place(address)):
        raise CannotAddError(f"{address!r} is not an address of the web, such as https://lake.example/boats")
    if date and not is_date(date):
        raise CannotAddError(f"{date!r} is not a date such as 2025-11-23")
    if not re.search(schema.tables["articles"].column("language").pattern, language) or "\n" in language:
        raise CannotAddError(f"{language!r} is not a language tag such as en, de, pt-BR")
    refuse(contribution.data, contribution.name)
    if is_page(contribution.data, contribution.name):
        require_reader()
