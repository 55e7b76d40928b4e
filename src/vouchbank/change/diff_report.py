r"""The changes of `vouchbank diff` as a reviewer reads them: in a terminal, or on a page of GitHub.

What comes from files is shown as text and never obeyed. GitHub refuses what is longer than its limits, so the Markdown
ends before them, never inside a piece of markup, and says how much is left out.

Example:
    >>> from vouchbank.change.changes import Change
    >>> print("\n".join(as_text([Change("004", "entities", "004-e7", "narrowed", "[-President-] Maduro")], "main")))
    004 entities
      004-e7 narrowed: [-President-] Maduro
    1 change in 1 article since main: 1 narrowed
"""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from vouchbank.change.changes import KINDS, Change, Passage, in_order, summary
from vouchbank.report.markdown import code, folded, prose
from vouchbank.report.text import cut, plural, printable

SUMMARY = 1024 * 1024  # bytes that GitHub shows of a job summary
COMMENT = 65_536  # characters that it takes in a comment; bytes are counted, which are never fewer
MAX_DETAIL = 300  # characters of a change
MAX_TEXT, MAX_LINE = 5_000, 2_000  # of a paragraph and of what is annotated in it
BEGINNING = 60  # of a paragraph, shown while it is folded
_CLOSING = 400  # bytes kept for what is said at the end


def as_text(changes: Sequence[Change], since: str, columns: int = 120) -> Iterator[str]:
    """Lines for a terminal; those of whole paragraphs are wrapped."""
    for (article, layer), group in in_order(changes):
        yield f"{article or 'corpus'} {layer}"
        for change in group:
            yield f"  {printable(cut(str(change), MAX_DETAIL))}"
            for passage in change.passages:
                yield from ("", f"  {passage.paragraph} {passage.about}", *_wrapped(passage.text, "  ", "  ", columns))
                for line in passage.lines:
                    yield from _wrapped(line, "    ", "      ", columns)
            if change.passages:
                yield ""
    yield printable(summary(changes, since))


def _wrapped(text: str, first: str, further: str, columns: int) -> list[str]:
    return textwrap.wrap(
        printable(text), columns, initial_indent=first, subsequent_indent=further, break_on_hyphens=False
    )


@dataclass(frozen=True)
class _Block:
    """A list with what stands around it; where it is cut, its end still follows."""

    name: str  # of what its items are
    items: Sequence[str]
    before: Sequence[str] = ()
    behind: Sequence[str] = ()


def as_markdown(changes: Sequence[Change], since: str, command: str = "vouchbank diff", most: int = SUMMARY) -> str:
    """A page for a pull request; what comes from files stands as text and in code spans only.

    Args:
        changes: What changed.
        since: What the older state is called.
        command: The command that shows all of it.
        most: How many bytes the page may have.
    """
    lines = ["### Change of annotation", "", summary(changes, code(since))]
    page = _Capped(lines, most - _CLOSING)
    if changes:
        page.add(_counted(changes))
    for (article, layer), group in in_order(changes):
        heading = ("", f"**{article or 'corpus'} {layer}**", "")
        page.add(_Block("change", [f"- {code(cut(str(change), MAX_DETAIL))}" for change in group], heading))
        for passage in (passage for change in group for passage in change.passages):
            page.add(_folded(passage))
    if page.left:
        said = " and ".join(plural(count, name) for name, count in page.left.items())
        page.lines += ["", f"**Left out here, where GitHub shows no more: {said}.** All of it: {code(command)}"]
    return "\n".join(page.lines)


def _counted(changes: Sequence[Change]) -> _Block:
    """A table with the kinds of changes in each layer."""
    rows = []
    for (article, layer), group in in_order(changes):
        kinds = Counter(c.kind for c in group)
        rows.append(f"| {article or 'corpus'} {layer} | {' | '.join(str(kinds[kind] or '') for kind in KINDS)} |")
    return _Block("row", rows, ("", f"| | {' | '.join(KINDS)} |", f"|---|{'---:|' * len(KINDS)}"))


def _folded(passage: Passage) -> _Block:
    """A paragraph that a reader unfolds: its text, then what is annotated in it."""
    text = f"**{passage.paragraph}** {prose(cut(passage.text, MAX_TEXT))}"
    beginning = cut(passage.text, BEGINNING)
    around = folded(beginning, [text, ""], before=f"{passage.paragraph} {passage.about}: ")
    named = (cut(line, MAX_LINE).partition(" ") for line in passage.lines)
    lines = [f"- **{name}** {prose(rest)}" for name, _, rest in named] or ["Nothing is annotated here."]
    return _Block("line", lines, ["", *around[:-2]], around[-2:])


class _Capped:
    """Lines that are taken up to a number of bytes."""

    def __init__(self, lines: list[str], most: int) -> None:
        self.lines, self.left = lines, Counter[str]()
        self._most = most - sum(map(_size, lines))

    def add(self, block: _Block) -> None:
        """Take as much of a block as there is room for; what is left out is counted, and so is all that follows."""
        room = self._most - sum(map(_size, (*block.before, *block.behind)))
        sizes = [_size(item) for item in block.items]
        taken = 0
        while not self.left and taken < len(sizes) and sizes[taken] <= room:
            room -= sizes[taken]
            taken += 1
        if taken:
            self.lines += [*block.before, *block.items[:taken], *block.behind]
            self._most = room
        if taken < len(sizes):
            whole = block.name == "line" and not taken
            self.left["paragraph" if whole else block.name] += 1 if whole else len(sizes) - taken


def _size(line: str) -> int:
    return len(line.encode("utf-8", "backslashreplace")) + 1
