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

from vouchbank.change.changes import ADDED, CHANGED, MOVED, REMOVED, side_by_side
from vouchbank.report.text import cut
from vouchbank.spans import Paragraph, Span

AROUND = 5  # words shown beside a change
MAX_WORDS = 4000
MAX_SHOWN = 100
_WORD = re.compile(r"\s*\w+(?:[.’'-]\w+)*|\s*[^\w\s]|\s+")


def paragraph_changes(old: Mapping[str, Paragraph], new: Mapping[str, Paragraph]) -> Iterator[tuple[str, str, str]]:
    """Kind, paragraph and detail of every change: first removed paragraphs, then the order of the new text."""
    stayed, order = [name for name in old if name in new], [name for name in new if name in old]
    for name, was, now in side_by_side(old, new):
        if now is None:
            yield REMOVED, name, cut(was.text, MAX_SHOWN)
        elif was is None:
            yield ADDED, name, cut(now.text, MAX_SHOWN)
        elif was.text != now.text:
            yield CHANGED, name, words_changed(was.text, now.text)
        elif stayed != order and stayed.index(name) != order.index(name):
            yield MOVED, name, cut(now.text, MAX_SHOWN)


def words_changed(old: str, new: str) -> str:
    """The changed words, `[-old-]` and `[+new+]`, with a few words around them."""
    a, b = _WORD.findall(old), _WORD.findall(new)
    if len(a) > MAX_WORDS or len(b) > MAX_WORDS:
        return f"{len(a)} words became {len(b)}"
    parts: list[str] = []
    steps = SequenceMatcher(None, a, b, autojunk=False).get_opcodes()
    for at, (tag, i, j, k, m) in enumerate(steps):
        if tag == "equal":
            parts.append(_kept(a[i:j], at == 0, at == len(steps) - 1))
        else:
            parts += [_bracketed("".join(words), sign) for words, sign in ((a[i:j], "-"), (b[k:m], "+")) if words]
    return "".join(parts)


def _bracketed(words: str, sign: str) -> str:
    bare = words.lstrip()
    return f"{words[: len(words) - len(bare)]}[{sign}{bare}{sign}]"


def _kept(words: list[str], first: bool, last: bool) -> str:
    head, tail = [] if first else words[:AROUND], [] if last else words[-AROUND:]
    if len(words) <= AROUND * 2 and (first or last or len(words) <= len(head) + len(tail)):
        return "".join(words)
    return "".join([*head, " …", *(tail if len(words) > len(head) else [])])


def in_context(span: Span, text: str, around: int, most: int) -> str:
    """A span of a text in brackets, on one line, with the words around it; a long span without its middle."""
    before, after = text[max(0, span.start - around) : span.start], text[span.end : span.end + around]
    return f"“…{before}[{shortened(span.of(text), most)}]{after}…”".replace("\n", " ¶ ")


def shortened(words: str, most: int) -> str:
    """Words, without their middle if they are longer than `most` characters."""
    return words if len(words) <= most else f"{words[: most // 2]} … {words[-most // 2 :]}"
