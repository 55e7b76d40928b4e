"""Articles of realistic length for `bench.scale`: pieces of the five articles in random order, with some other words.

The same number gives the same articles. The clean text has about 3,000 characters, as in the corpus, and the
boilerplate of the five pages lies between its paragraphs.

Example:
    >>> first, second = articles(2)
    >>> first["id"], first["text"] != second["text"], "quantities" in next(articles(1, annotated=True))
    ('article-0000000', True, True)
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

from vouchbank.corpus import published

LENGTH = 3_000
SEED = 13
_NAME = re.compile(r"\b[A-Z][a-z]+(?: [A-Z][a-z]+)*\b")
_NUMBER = re.compile(r"\b[0-9]+(?:[.,][0-9]+)*\b")
_SAID = re.compile(r"\bsaid\b")
_SYLLABLES = ("ka", "lo", "mer", "tin", "ove", "sar", "bel", "und", "ria", "que", "zen", "hol")
Row = dict[str, Any]


def write(path: Path, count: int, annotated: bool = False) -> None:
    """Write articles as JSON Lines."""
    with path.open("w", encoding="utf-8") as file:
        for row in articles(count, annotated):
            file.write(f"{json.dumps(row, ensure_ascii=False)}\n")


def articles(count: int, annotated: bool = False) -> Iterator[Row]:
    """So many articles, one by one.

    Args:
        count: How many.
        annotated: With spans for the names, the numbers, and who said something, about as many as in the corpus.
    """
    kept, removed = _pieces()
    for number in range(count):
        draw = Random(f"{SEED}:{number}")
        text, spans = _written(draw, kept, removed)
        row: Row = {"id": f"article-{number:07d}", "text": text}
        yield row | (_layers(text, spans) if annotated else {})


def _pieces() -> tuple[list[str], list[str]]:
    """What the pages of the five articles hold: paragraphs, and what is no part of them."""
    rows = published.load("segments").to_dicts()
    kept = [row["raw_text"].strip() for row in rows if row["kept"] and len(row["raw_text"]) > 100]
    return kept, [row["raw_text"].strip() for row in rows if not row["kept"] and row["raw_text"].strip()]


def _written(draw: Random, kept: list[str], removed: list[str]) -> tuple[str, list[tuple[int, int]]]:
    """An article, and where its paragraphs stand."""
    pieces, spans, length = [f"{_words(draw, 6)}"], list[tuple[int, int]](), 0
    at = len(pieces[0]) + 2
    while length < LENGTH:
        body = length == 0 or draw.random() < 0.75
        piece = f"{draw.choice(kept)} {_words(draw, 4)} said." if body else draw.choice(removed)
        if body:
            spans.append((at, at + len(piece)))
            length += len(piece)
        pieces.append(piece)
        at += len(piece) + 2
    return "\n\n".join(pieces), spans


def _words(draw: Random, count: int) -> str:
    words = ("".join(draw.choices(_SYLLABLES, k=draw.randrange(1, 4))) for _ in range(count))
    return " ".join(words).capitalize()


def _layers(text: str, spans: list[tuple[int, int]]) -> Row:
    """Annotation of the paragraphs: not what a person would write, but spans like theirs."""
    names, numbers, sayings = list[Row](), list[Row](), list[Row]()
    for start, end in spans:
        names += [{"span": _span(m), "type": "ORG", "mention": "name"} for m in _NAME.finditer(text, start, end)]
        numbers += [{"number": _span(m), "measured": _next_word(m, end)} for m in _NUMBER.finditer(text, start, end)]
        said = _SAID.search(text, start, end)
        before = _NAME.search(text, start, end)
        if said and before and before.start() + 20 < said.start():
            content = {"start": before.start(), "end": said.start() - 1}
            sayings.append({"cue": [_span(said)], "source": [_span(before)], "content": [content]})
    return {"entities": names, "quantities": numbers, "attributions": sayings}


def _span(found: re.Match[str]) -> Row:
    return {"start": found.start(), "end": found.end()}


def _next_word(number: re.Match[str], end: int) -> list[Row]:
    found = re.compile(r" (\w+)\b").match(number.string, number.end(), end)
    return [{"start": found.start(1), "end": found.end(1)}] if found else []
