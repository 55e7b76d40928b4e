r"""The changes of `vouchbank diff` as text for a terminal or Markdown for GitHub.

Words from files are shown as plain text, never as markup. GitHub limits the length of a page, so the Markdown ends
before that, never inside markup, and says how much is left out.

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
COMMENT = 65_536  # characters that GitHub allows in a comment; bytes are counted, which are never fewer
MAX_DETAIL = 300  # characters of a change
MAX_TEXT, MAX_LINE = 5_000, 2_000  # characters of a paragraph, and of a line about an annotation
BEGINNING = 60  # characters of a paragraph that are shown while it is folded
_CLOSING = 400  # bytes reserved for the closing lines


def as_text(changes: Sequence[Change], since: str, columns: int = 120) -> Iterator[str]:
    """Lines for a terminal; paragraphs are wrapped."""
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
    """A list with lines before and after it; if the list is cut, the lines after it still follow."""

    name: str  # what an item is
    items: Sequence[str]
    before: Sequence[str] = ()
    behind: Sequence[str] = ()


def as_markdown(changes: Sequence[Change], since: str, command: str = "vouchbank diff", most: int = SUMMARY) -> str:
    """A page for a pull request, with words from files only as plain text and code spans.

    Args:
        changes: The changes.
        since: The name of the earlier state.
        command: The command that shows all changes.
        most: The most bytes that the page may have.
    """
    lines = ["### Annotation changes", "", summary(changes, code(since))]
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
        page.lines += ["", f"**Left out, because GitHub limits the length: {said}.** To see all, run: {code(command)}"]
    return "\n".join(page.lines)


def _counted(changes: Sequence[Change]) -> _Block:
    """A table of the number of changes of each kind in each layer."""
    rows = []
    for (article, layer), group in in_order(changes):
        kinds = Counter(c.kind for c in group)
        rows.append(f"| {article or 'corpus'} {layer} | {' | '.join(str(kinds[kind] or '') for kind in KINDS)} |")
    return _Block("row", rows, ("", f"| | {' | '.join(KINDS)} |", f"|---|{'---:|' * len(KINDS)}"))


def _folded(passage: Passage) -> _Block:
    """A folded paragraph: its text, then its annotations."""
    text = f"**{passage.paragraph}** {prose(cut(passage.text, MAX_TEXT))}"
    beginning = cut(passage.text, BEGINNING)
    around = folded(beginning, [text, ""], before=f"{passage.paragraph} {passage.about}: ")
    named = (cut(line, MAX_LINE).partition(" ") for line in passage.lines)
    lines = [f"- **{name}** {prose(rest)}" for name, _, rest in named] or ["Nothing is annotated here."]
    return _Block("line", lines, ["", *around[:-2]], around[-2:])


class _Capped:
    """Lines up to a number of bytes."""

    def __init__(self, lines: list[str], most: int) -> None:
        self.lines, self.left = lines, Counter[str]()
        self._most = most - sum(map(_size, lines))

    def add(self, block: _Block) -> None:
        """Add as much of a block as fits; the rest is counted as left out, and so is everything that follows."""
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
