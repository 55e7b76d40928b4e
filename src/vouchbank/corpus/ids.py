r"""Ids: their grammar, reserved words, retired ids, and the next free ids.

An article id is a slug: words of lowercase letters and digits, joined by hyphens. Its last word is never letters
followed by digits. An annotation id is an article id, a hyphen, and letters followed by digits. So every id has one
meaning: "strike-f16" is annotation f16 of the article "strike"; the article is called "strike-f-16". The names of
annotators follow the grammar of article ids.

`annotations/retired.toml` lists the ids that are never used again, one section per id: `[004-e7]` for an annotation,
`[002]` for an article with all its annotations, and `[registry.lake-post]`, `[figures.warships]`, `[claims.aim]` for
what articles share. No article has the name of a table.

Example:
    >>> article_of("storm-in-oxmere-e7"), article_of("storm-in-oxmere"), article_of("registry.moscow")
    ('storm-in-oxmere', 'storm-in-oxmere', '')
    >>> article_id_fault("strike-f16"), proposed_id("strike-f16")
    ("its last word, 'f16', looks like the end of an annotation id", 'strike-f-16')
    >>> listed = retirements({"002": {"reason": "withdrawn"}, "registry": {"moscow": {"reason": "only 002 named it"}}})
    >>> [(r.name, r.table, r.id) for r in listed.values()]
    [('002', '', '002'), ('registry.moscow', 'registry', 'moscow')]
    >>> retirement_of("002-e7", listed).reason
    'withdrawn'
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from vouchbank.files import names, read
from vouchbank.toml.reader import read_toml

NOBODY = "unnamed"  # the annotator of a draft until one is named
RETIRED_FILE = "annotations/retired.toml"
LONGEST = 64
KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z", re.ASCII)
# the last word begins with a digit, or consists of letters, or has letters after its digits
ARTICLE = r"(?:[a-z0-9]+-)*(?:[0-9][a-z0-9]*|[a-z]+(?:[0-9]+[a-z][a-z0-9]*)?)"
ARTICLE_ID = re.compile(rf"(?=.{{1,{LONGEST}}}\Z){ARTICLE}\Z", re.ASCII)
PARAGRAPH = re.compile(r"p[1-9][0-9]{0,5}\Z", re.ASCII)
LOCAL_ID = re.compile(r"([a-z]+)([1-9][0-9]{0,5})\Z", re.ASCII)
# in a reference, a placeholder for an id that is not yet assigned
WAITING_ID = re.compile(r"[a-z]+[_?][A-Za-z0-9_?-]*\Z", re.ASCII)
_WAITING = re.compile(r"(.+?)-(?:p[0-9]+\.)?[a-z]+[_?]", re.ASCII)
RESERVED = frozenset(  # files and folders of the sources, and device names of Windows that the grammar allows
    (
        *("adjudication", "agreement", "annotations", "corpus", "floors", "guidelines", "meta", "raw", "readme"),
        *("retired", "schema", "seeds", "source-map", "suggestions"),
        *("aux", "con", "nul", "prn"),
    )
)
# words with another meaning in an adjudication, and the placeholder for an annotator
NO_ANNOTATORS = frozenset(("gold", "keep", "drop", "other", NOBODY))


def article_id_fault(name: str, tables: Collection[str] = ()) -> str:
    """Why a name is not a valid article id; empty if it is.

    Args:
        name: Any text.
        tables: The names of the tables of schema/, which are not allowed.
    """
    if not KEY.match(name):
        return "an id consists of lowercase letters a to z and digits, in words joined by single hyphens"
    if len(name) > LONGEST:
        return f"an id has at most {LONGEST} characters"
    if not ARTICLE_ID.match(name):
        return f"its last word, {name.rpartition('-')[2]!r}, looks like the end of an annotation id"
    if name in RESERVED or name in tables:
        return "the name is reserved for a file, folder or table of the corpus, or by Windows"
    return ""


def proposed_id(name: str, tables: Collection[str] = ()) -> str:
    """A valid id that is close to a name; empty if the name has no letters and no digits.

    >>> proposed_id("Störm in Oxmere!"), proposed_id("raw"), proposed_id("…")
    ('storm-in-oxmere', 'raw-1', '')
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    joined = "-".join(re.findall("[a-z0-9]+", plain))[: LONGEST - 1].rstrip("-")
    found = re.sub(r"((?:\A|-)[a-z]+)([0-9]+)\Z", r"\1-\2", joined)
    return f"{found}-1" if found in RESERVED or found in tables else found


def article_of(name: str) -> str:
    """The article of an annotation id; an article id itself; empty for any other name.

    >>> article_of("storm-in-oxmere-p3.e_new-1"), article_of("a-b-a_x")
    ('storm-in-oxmere', 'a-b')
    """
    around, _, local = name.rpartition("-")
    waiting = _WAITING.match(name)
    article = waiting[1] if waiting else around if LOCAL_ID.match(local) else name
    return article if ARTICLE_ID.match(article) else ""


def is_of(name: str, article: str) -> bool:
    """Whether `name` is the id of an annotation of `article`, whatever form article ids have.

    >>> is_of("004-e7", "004"), is_of("004-b-e7", "004"), is_of("http://lake.example/4-e7", "http://lake.example/4")
    (True, False, True)
    """
    local = name.removeprefix(f"{article}-")
    return local != name and bool(LOCAL_ID.match(local) or WAITING_ID.match(local))


def article_in_path(path: str) -> str:
    """The article that a source file belongs to, by its path relative to the root; empty if it belongs to none.

    >>> [article_in_path(f"annotations/{p}") for p in ("004/entities.toml", "adjudication/004.toml", "claims.toml")]
    ['004', '004', '']
    """
    match path.split("/"):
        case ["annotations", "adjudication", name]:
            name = name.removesuffix(".toml")
        case ["seeds", name, _] | ["annotations", "raw", _, name, _] | ["annotations", name, _]:
            pass
        case _:
            return ""
    return "" if name in RESERVED else name


def used_article_ids(root: Path, ever_named: Iterable[str] = ()) -> set[str]:
    """All article ids that are or were in use: on disk, among the retired ids, or in git."""
    paths = (path for folder in ("seeds", "annotations") for path in names(root, folder))
    named = {article_in_path(path) for path in (*paths, *ever_named)}
    retired = read_toml(read(root, RETIRED_FILE) or b"", RETIRED_FILE).values
    named |= {article_of(name) for name in (*retired, *(r.successor for r in retirements(retired).values()))}
    return {name for name in named if ARTICLE_ID.match(name)}


def ids_in(values: Mapping[str, Any], article: str) -> Iterator[str]:
    """The full ids in the values of an annotation file."""
    for held in values.values():
        if isinstance(held, dict):
            yield from (f"{article}-{name}" for name in held)


class FreeIds:
    """Assigns free annotation ids of one article, in their short form; never the same one twice.

    Args:
        article: The id of the article.
        used: Returns the full ids that are or were in use; called when the first id is needed.

    Example:
        >>> free = FreeIds("004", lambda: ["004-e7", "003-e90", "004-q2"])
        >>> free.next("e"), free.next("e"), free.next("a")
        ('e8', 'e9', 'a1')
    """

    def __init__(self, article: str, used: Callable[[], Iterable[str]]) -> None:
        self.article = article
        self._used = used

    def next(self, prefix: str) -> str:
        """The next free id with these letters."""
        self._highest[prefix] = self._highest.get(prefix, 0) + 1
        return f"{prefix}{self._highest[prefix]}"

    def like(self, name: str) -> str:
        """The next free id with the letters of another id; empty if `name` is not an id."""
        match = LOCAL_ID.match(name)
        return self.next(match[1]) if match else ""

    @cached_property
    def _highest(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for name in self._used():
            article, _, local = name.rpartition("-")
            match = LOCAL_ID.match(local)
            if match and article == self.article:
                found[match[1]] = max(int(match[2]), found.get(match[1], 0))
        return found


@dataclass(frozen=True, slots=True)
class Retirement:
    """One retired id.

    Attributes:
        table: The table of a registry row, a figure or a claim; empty for articles and annotations.
        id: The id itself.
        values: The values in its section.
    """

    table: str
    id: str
    values: Mapping[str, Any]

    @property
    def name(self) -> str:
        """The name of its section."""
        return shared_name(self.table, self.id) if self.table else self.id

    @property
    def reason(self) -> str:
        """Why it is retired."""
        return str(self.values.get("reason", ""))

    @property
    def successor(self) -> str:
        """The section name of the id that replaces it; empty if none does."""
        given = self.values.get("successor")
        if not isinstance(given, str):
            return ""
        return shared_name(self.table, given) if self.table else given

    @property
    def path(self) -> tuple[str, ...]:
        """The path of its section in the file."""
        return (self.table, self.id) if self.table else (self.id,)


def shared_name(table: str, key: str) -> str:
    """The name of a registry row, a figure or a claim among all ids; keys are unique only within their table."""
    return f"{table}.{key}"


def retirements(values: Mapping[str, Any]) -> dict[str, Retirement]:
    """The retired ids in annotations/retired.toml, by the names of their sections; malformed ones are left out."""
    return {entry.name: entry for entry in _entries(values)}


def retirement_of(name: str, listed: Mapping[str, Retirement]) -> Retirement | None:
    """The retirement of an id: its own, or that of its article."""
    return listed.get(name) or listed.get(article_of(name))


def _entries(values: Mapping[str, Any]) -> Iterator[Retirement]:
    for name, held in values.items():
        sections = held.items() if isinstance(held, dict) else ()
        shared = [(key, inner) for key, inner in sections if isinstance(inner, dict)]
        if shared or not sections:
            yield from (Retirement(name, key, inner) for key, inner in shared)
        elif article_of(name):
            yield Retirement("", name, held)
