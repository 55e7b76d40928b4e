r"""The edit that turns one version of a file into another: it replaces the one block of lines that differs.

Example:
    >>> edit = changed_lines("f.toml", "a\nb\nc\n", "a\nB\nc\n")
    >>> edit.place.line, edit.place.end_line, edit.text
    (2, 3, 'B\n')
"""

from __future__ import annotations

from vouchbank.findings import Edit, Place


def changed_lines(file: str, old: str, new: str) -> Edit:
    """Replace the lines from the first to the last that differ."""
    before, after = old.split("\n"), new.split("\n")
    most = min(len(before), len(after))
    head = next((i for i in range(most) if before[i] != after[i]), most)
    tail = next((i for i in range(most - head) if before[-1 - i] != after[-1 - i]), most - head)
    if tail == 0:  # they differ in the last line
        start = (head, len(before[head - 1]) + 1) if head else (1, 1)
        rows = after[head:]
        text = "".join(f"\n{row}" for row in rows) if head else "\n".join(rows)
        return Edit(Place(file, *start, len(before), len(before[-1]) + 1), text)
    changed = after[head : len(after) - tail]
    return Edit(Place(file, head + 1, 1, len(before) - tail + 1, 1), "".join(f"{row}\n" for row in changed))
