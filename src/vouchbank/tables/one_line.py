"""The one-line statement of a quantity, built from spans only, so that sources and published rows give the same line.

Words are in the order of the text. " … " marks omissions, but a comma and up to two words that name nothing ("has",
"by a") are kept, because they hold the line together and may contain a "not".

Example:
    >>> from vouchbank.spans import Span
    >>> said = {"number": [Span(21, 22)], "predicate": [Span(10, 20)], "measured": [Span(30, 34)]}
    >>> one_line("They have since lost 4 of its dams.", said | {"arguments": [Span(0, 4)]}, {}, [])
    'They have since lost 4 … dams'
    >>> said = {"number": [Span(12, 13)], "measured": [Span(14, 18)], "arguments": [Span(0, 2)]}
    >>> one_line("It has lost 4 dams.", said, {Span(0, 2): "Oxmere"}, [])
    'Oxmere has lost 4 dams'
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from vouchbank.language.lexicon import word_list
from vouchbank.spans import Span

# the columns whose words form the line, besides `measured`
SAID = ("modifier", "number", "unit", "property", "predicate", "per", "scope", "arguments")
Row = Mapping[str, Any]
Spans = Mapping[str, Sequence[Span]]  # of an annotation by column
LEFT_OUT = " … "
MOST = 2  # words that are kept between two others
_BETWEEN = re.compile(r",? (?:[\w’'-]+ ){0,2}|", re.UNICODE)
_MARKS = str.maketrans("", "", '“”‘"')


def one_line(
    text: str, said: Spans, names: Mapping[Span, str], labels: Iterable[str | None], full: Spans | None = None
) -> str:
    """The statement of a quantity in one line.

    Args:
        text: The clean text of the article.
        said: The spans of the quantity, by column; `span` is the number with its modifier and unit.
        names: The names that pronouns and other noun phrases refer to.
        labels: Labels to append in brackets; "none" and "actual" are skipped.
        full: The annotation that names in full what is measured.
    """
    measured = said.get("measured", ())
    columns = [said.get(name, ()) for name in SAID] + ([] if full else [measured])
    parts = [(span, names.get(span) or span.of(text)) for spans in columns for span in spans]
    if full:
        words = LEFT_OUT.join(span.of(text) for span in full.get("measured") or full["span"])
        end = max(span.end for span in said["span"])
        parts.append((measured[0], words) if measured else (Span(end, end), f" {words}"))
    line, end = "", 0
    for span, words in sorted(parts):
        if line and span.start < end:
            line += text[end : span.end]
        else:
            line += _between(text[end : span.start] if line else "") + words
        end = max(end, span.end)
    told = ", ".join(label for label in labels if label not in (None, "", "none", "actual"))
    return f"{line} ({told})" if told else line


def _between(left_out: str) -> str:
    """What the line has for the words between two others."""
    bare = left_out.translate(_MARKS)
    owned = word_list("names", "possessives").intersection(bare.lower().split())
    return LEFT_OUT if owned or not _BETWEEN.fullmatch(bare) else bare


def names_of(text: str, mentions: Iterable[tuple[Span, str, str | None]]) -> dict[Span, str]:
    """The names that pronouns and noun phrases refer to: the longest name in the article with the same key.

    Args:
        text: The clean text of the article.
        mentions: The span, the form and the key of each mention.
    """
    named: dict[str, str] = {}
    listed = sorted(mentions)
    for span, form, key in listed:
        if form == "name" and key and span.length > len(named.get(key, "")):
            named[key] = span.of(text)
    return {span: _called(span.of(text), named[key]) for span, form, key in listed if form != "name" and key in named}


def _called(words: str, name: str) -> str:
    """The name in place of other words; after words such as "her", in brackets, because they may be possessive."""
    return f"{words} ({name})" if words.lower() in word_list("names", "possessives") else name


def lines_of_rows(texts: Mapping[str, str], quantities: Iterable[Row], entities: Iterable[Row]) -> dict[str, str]:
    """The statements of published quantities by id; only the offsets of the rows are used, not their words.

    Args:
        texts: The clean texts of articles; quantities of other articles are skipped.
        quantities: Rows of the table.
        entities: The rows of the entities in the same articles.
    """
    by_id, mentions = dict[str, Spans](), dict[str, list[tuple[Span, str, str | None]]]()
    for row in entities:
        by_id[row["id"]] = spans = _spans(row, ("span",))
        mentions.setdefault(row["article_id"], []).append((spans["span"][0], row["mention"], row["key"]))
    here = [row for row in quantities if row["article_id"] in texts]
    by_id.update((row["id"], _spans(row, ("span", "measured", *SAID))) for row in here)
    names = {article: names_of(texts[article], held) for article, held in mentions.items() if article in texts}
    return {
        row["id"]: one_line(
            texts[row["article_id"]],
            by_id[row["id"]],
            names.get(row["article_id"], {}),
            [row["change"], row["factuality"]],
            by_id.get(row["measured_of"] or ""),
        )
        for row in here
    }


def _spans(row: Row, columns: Iterable[str]) -> Spans:
    held = {name: row[name] if isinstance(row[name], list) else [row[name]] for name in columns}
    return {name: [Span(s["start"], s["end"]) for s in spans if s] for name, spans in held.items()}
