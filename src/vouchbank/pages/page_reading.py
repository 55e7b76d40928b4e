r"""Read a web page: its text with a source map, which lines are main text, and facts about the article.

This runs in a process of its own (see `webpage`), because a page is not trusted. trafilatura, which knows the structure
of the page, extracts the main text, but without offsets. So a line counts as main text if at least half of its words
occur there in the same order. Headlines and captions are left to the rules; so are all lines if the extracted text is
too short to be an article.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from vouchbank.files import MOST_BYTES
from vouchbank.text.clean_copy import clean_copy
from vouchbank.text.html_tokens import Tag, tokens
from vouchbank.text.markup import Rendering, render
from vouchbank.text.source_map import SourceMap, mapped_lines

MOST_EVIDENCE = 300
_LEAST_ANSWER = 40  # words of the page that the main text must have
_LEAST_LINE = 0.5  # share of the words of a line
_SHINGLE = 3
_WORD = re.compile(r"\w+")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_LICENCE = re.compile(r"\bCC[ -](?:0|BY(?:[ -](?:NC|ND|SA))*)(?:[ -][1-4]\.0)?\b")
_FIELDS = {  # the names of trafilatura, and ours
    "title": "title",
    "author": "author",
    "sitename": "outlet",
    "date": "published",
    "license": "licence",
    "url": "url",
}


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact about an article; `origin` is empty if raw.txt says it, otherwise `page` or `contributor`."""

    field: str
    value: str
    evidence: str
    origin: str = ""


def read_page(page: str, sha256: str, charset: str, address: str, keep: bool) -> dict[str, Any]:
    """Everything read from a decoded page, as plain data.

    Args:
        page: The decoded page.
        sha256: The SHA-256 of its bytes.
        charset: The charset of its bytes.
        address: Its web address, if known.
        keep: Whether to make a cleaned copy.
    """
    rendering = render(page)
    if len(rendering.text) + 40 * len(rendering.runs) > MOST_BYTES:  # source-map.json has 40 characters per run
        return {"refused": "it has more text than an article"}
    rule, document = _main_text(page, address)
    main = verdicts(rendering, document["text"] or "") if document else {}
    title = title_line(rendering, str(document.get("title") or "")) if main else None
    if title is not None:
        main[title] = True
    lines = tuple(mapped_lines(rendering, main, title))
    source = SourceMap(sha256, charset, len(page), rule if main else "", lines)
    return {
        "raw": rendering.text,
        "map": source.to_json() if source.lines else "",
        "facts": [asdict(fact) for fact in _facts(document, page, rendering.text)],
        "copy": clean_copy(page) if keep else "",
        "judged": bool(main),
    }


def verdicts(rendering: Rendering, answer: str) -> dict[int, bool]:
    """Whether each line of a rendering is main text, by the offset where it begins; empty if the answer is too short.

    >>> text = "Twelve boats waited in the bay on Monday." + " They waited for the storm to pass." * 5
    >>> verdicts(render(f"<nav>Home News</nav><p>{text}</p>"), text)
    {0: False, 11: True}
    """
    lines = [_words(line) for line in answer.split("\n")]
    whole, shingles = set(map(tuple, lines)), {one for line in lines for one in _shingles(line)}
    start, found, held = 0, dict[int, bool](), 0
    for line in rendering.text.split("\n"):
        words = _words(line)
        covered = _covered(words, whole, shingles)
        held += covered
        if words and not rendering.kinds.get(start):
            found[start] = covered >= _LEAST_LINE * len(words)
        start += len(line) + 1
    return found if held >= _LEAST_ANSWER else {}


def title_line(rendering: Rendering, stated: str) -> int | None:
    """The offset of the line that is the title stated by the page; a headline is preferred to other lines.

    >>> title_line(render("<p>Lake Post<h1>Boats wait</h1><p>Boats wait"), "Boats wait")
    11
    """
    wanted, start, found = _words(stated), 0, dict[bool, int]()
    for line in rendering.text.split("\n"):
        if wanted and _words(line) == wanted:
            found.setdefault(rendering.kinds.get(start) == "h1", start)
        start += len(line) + 1
    return found.get(True, found.get(False))


def _words(line: str) -> list[str]:
    return _WORD.findall(line.casefold())


def _shingles(words: list[str]) -> Iterator[tuple[str, ...]]:
    return (tuple(words[at : at + _SHINGLE]) for at in range(len(words) - _SHINGLE + 1))


def _covered(words: list[str], whole: set[tuple[str, ...]], shingles: set[tuple[str, ...]]) -> int:
    """The number of words of a line that occur in the answer, at least three in a row, or all if it is a line there."""
    if tuple(words) in whole:
        return len(words)
    hits = [at for at, one in enumerate(_shingles(words)) if one in shingles]
    return len({at + step for at in hits for step in range(_SHINGLE)})


def _main_text(page: str, address: str) -> tuple[str, Mapping[str, Any]]:
    """The name of the rule and the answer of trafilatura; an empty answer if it finds nothing or fails."""
    import trafilatura

    rule = f"trafilatura-{trafilatura.__version__}".lower()
    try:
        found = trafilatura.bare_extraction(page, url=address or None, include_comments=False, with_metadata=True)
    except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError):
        found = None
    document = found if found is None or isinstance(found, dict) else found.as_dict()
    return re.sub("[^a-z0-9]+", "-", rule), document or {}


def _facts(document: Mapping[str, Any], page: str, raw: str) -> Iterator[Fact]:
    """The facts that the page states, each with its evidence; facts without evidence are left out."""
    for name, field in _FIELDS.items():
        value = " ".join(str(document.get(name) or "").split())
        if not value or not _fits(field, value):
            continue
        if shown := words_of(field, value, raw):
            yield Fact(field, value, shown)
        elif evidence := _evidence(value, page):
            yield Fact(field, value, evidence, "page")
    yield from _licence(page, raw)


def _fits(field: str, value: str) -> bool:
    patterns = {"published": r"[0-9]{4}-[0-9]{2}-[0-9]{2}", "url": r"https?://[^\s\x00-\x1f\x7f]+"}
    return len(value) <= MOST_EVIDENCE and re.fullmatch(patterns.get(field, ".+"), value, re.ASCII) is not None


def words_of(field: str, value: str, raw: str) -> str:
    """The words of a raw text that state a fact, exactly as they are there; empty if it does not state it.

    >>> words_of("published", "2025-11-03", "OXMERE, Nov. 3, 2025 (Lake Post)")
    'Nov. 3, 2025'
    >>> words_of("outlet", "lake post", "OXMERE, Nov. 3, 2025 (Lake Post)")
    'Lake Post'
    """
    pattern = _date_pattern(value) if field == "published" else rf"(?<!\w){re.escape(value)}(?!\w)"
    found = re.search(pattern, raw, re.IGNORECASE)
    return found[0] if found else ""


def _date_pattern(value: str) -> str:
    day = date.fromisoformat(value)
    name = _MONTHS[day.month - 1]
    month = rf"{name}|{name[:3]}\.?|{name[:4]}\.?"
    number = f"0?{day.day}(?:st|nd|rd|th)?"
    forms = (value, rf"(?:{month}) {number},? {day.year}", rf"{number} (?:{month}),? {day.year}")
    return rf"(?<!\w)(?:{'|'.join(forms)})(?![0-9])"


def _evidence(value: str, page: str) -> str:
    """The HTML that states a fact: the tag that has it, otherwise the words; empty if the page does not state it."""
    for tag in _tags(page):
        if any(value.casefold() in held.casefold() for held in tag.attributes.values()):
            return page[tag.start : tag.end]
    return next((said for said in (value, html.escape(value, quote=False)) if said in page), "")


def _licence(page: str, raw: str) -> Iterator[Fact]:
    """The licence that the text names, otherwise the one that the page links to as its own."""
    if named := _LICENCE.search(raw):
        yield Fact("licence", named[0], named[0])
        return
    for tag in _tags(page):
        if "license" in tag.attributes.get("rel", "").lower().split() and tag.attributes.get("href"):
            yield Fact("licence", tag.attributes["href"], page[tag.start : tag.end], "page")
            return


def _tags(page: str) -> Iterator[Tag]:
    return (one for one in tokens(page) if isinstance(one, Tag) and one.end - one.start <= MOST_EVIDENCE)
