"""What changed in the text of an article, paragraph by paragraph, word by word.

Example:
    >>> from vouchbank.spans import Paragraph, Span
    >>> old, new = ({"p1": Paragraph("p1", "", Span(0, 0), text)} for text in ("Rain fell.", "Rain fell hard."))
    >>> list(paragraph_changes(old, new))
    [('changed', 'p1', 'Rain fell [+hard+].')]
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher

from vouchbank.change.changes import ADDED, CHANGED, MOVED, REMOVED
from vouchbank.report.text import cut
from vouchbank.spans import Paragraph

AROUND = 5  # words shown beside a change
MAX_WORDS = 4000
MAX_SHOWN = 100
_WORD = re.compile(r"\s*\w+(?:[.’'-]\w+)*|\s*[^\w\s]|\s+")


def paragraph_changes(old: Mapping[str, Paragraph], new: Mapping[str, Paragraph]) -> Iterator[tuple[str, str, str]]:
    """Kind, paragraph and detail of every change, in the order of the new text, what has gone first."""
    for name in old:
        if name not in new:
            yield REMOVED, name, cut(old[name].text, MAX_SHOWN)
    stayed = [name for name in old if name in new]
    order = [name for name in new if name in old]
    for name, paragraph in new.items():
        if name not in old:
            yield ADDED, name, cut(paragraph.text, MAX_SHOWN)
        elif paragraph.text != old[name].text:
            yield CHANGED, name, words_changed(old[name].text, paragraph.text)
        elif stayed != order and stayed.index(name) != order.index(name):
            yield MOVED, name, cut(paragraph.text, MAX_SHOWN)


def words_changed(old: str, new: str) -> str:
    """The changed words, `[-gone-]` and `[+come+]`, with a few words around them."""
    a, b = _WORD.findall(old), _WORD.findall(new)
    if len(a) > MAX_WORDS or len(b) > MAX_WORDS:
        return f"{len(a)} words are now {len(b)}"
    parts: list[str] = []
    steps = SequenceMatcher(None, a, b, autojunk=False).get_opcodes()
    for at, (tag, i, j, k, m) in enumerate(steps):
        if tag == "equal":
            parts.append(_kept(a[i:j], at == 0, at == len(steps) - 1))
            continue
        parts += [_bracketed("".join(a[i:j]), "-")] if j > i else []
        parts += [_bracketed("".join(b[k:m]), "+")] if m > k else []
    return "".join(parts)


def _bracketed(words: str, sign: str) -> str:
    bare = words.lstrip()
    return f"{words[: len(words) - len(bare)]}[{sign}{bare}{sign}]"


def _kept(words: list[str], first: bool, last: bool) -> str:
    head, tail = [] if first else words[:AROUND], [] if last else words[-AROUND:]
    if len(words) <= AROUND * 2 and (first or last or len(words) <= len(head) + len(tail)):
        return "".join(words)
    return "".join([*head, " …", *(tail if len(words) > len(head) else [])])
