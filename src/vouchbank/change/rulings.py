r"""Find the heading of the guidelines that rules on a field: the one whose tables and examples deal with it.

Example:
    >>> pages = "## 3. Entities (`entities`)\n\n### Linking\n\n- ✓ 004 p9 entities: “[Ada] is” → key = ada\n"
    >>> found = headings(pages)
    >>> found["entities", "key"], found["entities", ""]
    ('Linking', '3. Entities')
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping

_CHAPTER = re.compile(r"## (?P<title>.+?) \(`(?P<layer>\w+)`\)$")
_HEADING = re.compile(r"#{3,4} (?P<title>.+)$")
_LABELS = re.compile(r"\| `(?P<field>\w+)` \| meaning \|$")
_EXAMPLE = re.compile(r"- [✓✗] \S+ p\d+ (?P<layer>\w+)(?:\.(?P<column>\w+))?: “.*”(?: → (?P<values>.+))?")
_VALUE = re.compile(r"(?:^|, )(\w+) = ")
# weights of a heading that names the field, of one that mentions it, of a table of its labels; an example has 1
NAMED, MENTIONED, LABELS = 500, 50, 1000


def headings(guidelines: str) -> dict[tuple[str, str], str]:
    """For each layer and field, the heading of its rules; for the layer itself, the heading of its chapter."""
    spoken: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    chapter = heading = ""
    for line in guidelines.splitlines():
        if line.startswith("## "):
            found = _CHAPTER.match(line)
            chapter, heading = (found["layer"], found["title"]) if found else ("", line[3:])
            spoken[chapter, ""][heading] += 1
        elif found := _HEADING.match(line):
            heading = found["title"]
            words = re.findall(r"\w+", heading.lower())
            spoken[chapter, "_".join(words)][heading] += NAMED
            for word in words:
                spoken[chapter, word][heading] += MENTIONED
        elif chapter and (found := _LABELS.match(line)):
            spoken[chapter, found["field"]][heading] += LABELS
        elif (found := _EXAMPLE.match(line)) and found["layer"] == chapter:
            for name in _VALUE.findall(found["values"] or "") or [found["column"] or "span"]:
                spoken[found["layer"], name][heading] += 1
    return {about: counted.most_common(1)[0][0] for about, counted in spoken.items() if about[0]}


def ruling(found: Mapping[tuple[str, str], str], layer: str, field: str) -> str:
    """The heading that rules on a field of a layer, or the heading of its chapter; empty if neither exists."""
    return found.get((layer, field)) or found.get((layer, ""), "")
