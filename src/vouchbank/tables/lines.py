"""The line that says a quantity for people, made of spans alone, so that sources and published rows give the same.

Words stand in the order of the text. " … " stands for what is left out, unless that is a comma or at most two words
that name nothing ("has", "by a"): these stay, for they hold the line together, and may hold a "not".

Example:
    >>> from vouchbank.spans import Span
    >>> text = "They have since lost 4 of its dams."
    >>> one_line(text, Said([Span(10, 20), Span(21, 22)], [Span(0, 4)], [Span(30, 34)]), {}, [])
    'They have since lost 4 … dams'
    >>> one_line("It has lost 4 dams.", Said([Span(7, 13)], [Span(0, 2)], [Span(14, 18)]), {Span(0, 2): "Oxmere"}, [])
    'Oxmere has lost 4 dams'
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from vouchbank.language.lexicon import word_list
from vouchbank.spans import Span

# The columns whose words a line is made of, besides those of what is measured and of arguments.
SAID = ("modifier", "number", "unit", "property", "predicate", "per", "scope")
Row = Mapping[str, Any]
LEFT_OUT = " … "
MOST = 2  # words that stay between two others
_BETWEEN = re.compile(r",? (?:[\w’'-]+ ){0,2}|", re.UNICODE)
_MARKS = str.maketrans("", "", '“”‘"')


class Said(NamedTuple):
    """What the line of a quantity is made of.

    Attributes:
        spans: Words that stand as they are.
        arguments: Those of the predicate.
        measured: What is measured.
        full: Where that is said in full, if not there; it stands behind the number if nothing is measured.
        after: Where the number ends.
    """

    spans: Sequence[Span]
    arguments: Sequence[Span]
    measured: Sequence[Span]
    full: Sequence[Span] = ()
    after: int = 0


def one_line(text: str, said: Said, names: Mapping[Span, str], labels: Iterable[str | None]) -> str:
    """The line.

    Args:
        text: The clean text of the article.
        said: What stands in it.
        names: What a pronoun, or a noun phrase that points back, refers to.
        labels: What no words say; "none" and "actual" say nothing.
    """
    parts = [(span, names.get(span) or span.of(text)) for span in (*said.spans, *said.arguments)]
    if not said.full:
        parts += [(span, names.get(span) or span.of(text)) for span in said.measured]
    else:
        words = LEFT_OUT.join(span.of(text) for span in said.full)
        parts.append((said.measured[0], words) if said.measured else (Span(said.after, said.after), f" {words}"))
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
    """What stands in a line for words between two others."""
    bare = left_out.translate(_MARKS)
    owned = word_list("names", "possessives").intersection(bare.lower().split())
    return LEFT_OUT if owned or not _BETWEEN.fullmatch(bare) else bare


def names_of(text: str, mentions: Iterable[tuple[Span, str, str | None]]) -> dict[Span, str]:
    """What pronouns and noun phrases with a key refer to: the longest name that the article has for that key.

    Args:
        text: The clean text of the article.
        mentions: Of each its span, its form and its key.
    """
    named: dict[str, str] = {}
    listed = sorted(mentions)
    for span, form, key in listed:
        if form == "name" and key and span.length > len(named.get(key, "")):
            named[key] = span.of(text)
    return {span: _called(span.of(text), named[key]) for span, form, key in listed if form != "name" and key in named}


def _called(words: str, name: str) -> str:
    """A name in place of other words; behind "her" and the like, which may be an owner or not."""
    return f"{words} ({name})" if words.lower() in word_list("names", "possessives") else name


def names_of_rows(text: str, entities: Iterable[Row]) -> dict[Span, str]:
    """The same from published entities."""
    return names_of(text, ((_span(row["span"]), row["mention"], row["key"]) for row in entities))


def line_of_row(text: str, row: Row, by_id: Mapping[str, Row], names: Mapping[Span, str]) -> str:
    """The line of a published quantity; of its columns the offsets are read, not the words.

    Args:
        text: The clean text of the article.
        row: The quantity.
        by_id: The quantities and entities of the article.
        names: What pronouns refer to (see `names_of_rows`).
    """
    full = by_id.get(row["measured_of"] or "")
    said = Said(
        [span for name in SAID for span in _spans(row[name])],
        _spans(row["arguments"]),
        _spans(row["measured"]),
        (_spans(full.get("measured")) or _spans(full["span"])) if full else (),
        row["span"]["end"],
    )
    return one_line(text, said, names, [row["change"], row["factuality"]])


def _spans(value: Any) -> list[Span]:
    listed = value if isinstance(value, list) else [value]
    return [_span(one) for one in listed if one is not None]


def _span(value: Row) -> Span:
    return Span(value["start"], value["end"])
