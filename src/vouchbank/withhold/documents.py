"""The files of a corpus that are no tables: the card, the dictionary, metadata, plots.

They are our own words, and yet may quote. What they share with an article is taken out run by run, as in notes; a run
that stands in our own prose (schema/, the card's template) is ours, whoever else uses it. A run ends at the border of a
cell, a string or a tag, so that no syntax is torn.

Hashes and sizes of other files that they state are those of the files beside them, withheld or restored.

Example:
    >>> text = "| one | two |"
    >>> [text[a:b] for a, b in cells("README.md", text)]
    ['', ' one ', ' two ', '']
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from importlib import resources
from typing import Any

from vouchbank.schema import Schema
from vouchbank.withhold.columns import Withholder
from vouchbank.withhold.problems import CannotWithholdError
from vouchbank.withhold.wording import RUN, Gram, grams, words

SUMS = "SHA256SUMS"
BINARY = (".png", ".ico", ".woff2")  # hold no text
_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')
_TAG = re.compile(r"<[^<>]*>")
_BORDER = re.compile(r"\||\n\s*\n")
_FRONT = re.compile(r"---\n.*?^---\n", re.DOTALL | re.MULTILINE)
_NOTICE = re.compile(r"<!-- text withheld -->\n.*?<!-- /text withheld -->\n", re.DOTALL)
_HASH = re.compile(r"\b[0-9a-f]{64}\b")
_OBJECT = re.compile(r"\{[^{}]*\}")


def own_prose(schema: Schema) -> frozenset[Gram]:
    """Every three words in a row of our own prose: schema/, the templates of the card, the notice."""
    rooms = [resources.files("vouchbank") / room for room in ("build", "withhold")]
    files = [f.read_text("utf-8") for room in rooms for f in room.iterdir() if f.name.endswith((".md", ".toml"))]
    strings = [s for document in schema.documents.values() for s in _strings(document)]
    return frozenset(gram for prose in (*files, *strings) for gram in grams(words(prose)))


def document_without_words(withholder: Withholder, file: str, text: str, own: frozenset[Gram]) -> str:
    """A document without what it shares with an article.

    Raises:
        CannotWithholdError: a string with escapes quotes an article; put back, it could be escaped in another way.
    """
    made: list[str] = []
    done = 0
    for number, (start, end) in enumerate(cells(file, text)):
        cell = text[start:end]
        place = f"{file}/{number}"
        if file.endswith(".json") and "\\" in cell:
            plain = json.loads(f'"{cell}"', strict=False)
            if any(withholder.wording.shared(plain, RUN, own)):
                raise CannotWithholdError(file, "a string with escapes in it quotes an article")
            continue
        made += (text[done:start], withholder.text(place, cell, own=own))
        done = end
    return "".join((*made, text[done:]))


def cells(file: str, text: str) -> Iterator[tuple[int, int]]:
    """The stretches of prose of a document, from border to border."""
    if file.endswith(".json"):
        yield from (m.span(1) for m in _STRING.finditer(text))
        return
    front = _FRONT.match(text)
    at = front.end() if front else 0
    lines = file.endswith((".cff", ".yml", ".yaml", ".toml"))
    if lines or front:
        yield from _between(re.compile("\n"), text, 0, len(text) if lines else at)
    if not lines:
        yield from _between(_TAG if file.endswith((".svg", ".xml", ".html")) else _BORDER, text, at, len(text))


def with_notice(text: str) -> str:
    """The card with the notice that its text is withheld, after the front matter."""
    notice = (resources.files("vouchbank.withhold") / "notice.md").read_text("utf-8")
    front = _FRONT.match(text)
    at = front.end() if front else 0
    return f"{text[:at]}<!-- text withheld -->\n{notice}<!-- /text withheld -->\n{text[at:]}"


def without_notice(text: str) -> str:
    """The card as it was."""
    return _NOTICE.sub("", text, count=1)


def with_other_hashes(text: str, hashes: Mapping[str, str], sizes: Mapping[str, tuple[int, int]]) -> str:
    """A document that speaks of other files: their hashes exchanged, and their sizes where both stand in one object.

    Args:
        text: The document.
        hashes: Old hash to new hash.
        sizes: Old hash to old size and new size.
    """

    def sized(found: re.Match[str]) -> str:
        whole = found[0]
        for digest in _HASH.findall(whole):
            if digest in sizes:
                old, new = sizes[digest]
                whole = whole.replace(f'"contentSize": "{old} B"', f'"contentSize": "{new} B"')
        return whole

    return _HASH.sub(lambda m: hashes.get(m[0], m[0]), _OBJECT.sub(sized, text))


def mentions(text: str) -> set[str]:
    """All hashes that a document states."""
    return set(_HASH.findall(text))


def _between(border: re.Pattern[str], text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for found in border.finditer(text, start, end):
        yield start, found.start()
        start = found.end()
    yield start, end


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)
