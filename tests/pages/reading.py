"""The pages of the project as their tests read them: every Markdown file that git tracks, parsed once.

Left out are kept files and templates, of which the made pages are read instead.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token

from vouchbank.corpus import repository_root

ROOT = repository_root()
KEPT = ("annotations/guidelines/",)
TEMPLATES = ("scripts/", "src/vouchbank/")
# what tells of other times: only their links are held to what is there now
HISTORY = ("CHANGELOG.md", "docs/decisions.md")
# what a program writes and `python3 scripts/run.py fresh`, or a test of its own, compares with the sources
MADE = ("corpus/", "docs/checks/", "docs/corpus.md", "docs/recipes/", "annotations/AGREEMENT.md")

MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
# from here on a page tells its own history
OWN_HISTORY = "Changes, newest first:"
CODE = "\N{OBJECT REPLACEMENT CHARACTER}"  # stands for code in prose
HEAD = re.compile(r"\A---\n.*?^---\n", re.DOTALL | re.MULTILINE)
HTML_LINK = re.compile(r"""\b(?:href|src)\s*=\s*["']([^"']+)["']""")
HTML_ANCHOR = re.compile(r"""\b(?:id|name)\s*=\s*["']([^"']+)["']""")


class Said(NamedTuple):
    """Words of a page, and the line where their paragraph, cell or block begins."""

    line: int
    text: str


class Fence(NamedTuple):
    """A fenced block."""

    line: int
    kind: str
    text: str


@dataclass(frozen=True)
class Page:
    """A Markdown file: its path below the root, and its text."""

    path: str
    text: str = field(repr=False)

    @cached_property
    def tokens(self) -> list[Token]:
        """What the parser makes of the text; a head in YAML keeps its lines, and says nothing."""
        return MARKDOWN.parse(HEAD.sub(lambda head: "\n" * head[0].count("\n"), self.text))

    @cached_property
    def _inline(self) -> list[tuple[int, Token]]:
        """Each run of words; the tables of a report of bench/ hold measurements and mutants, not words of a page."""
        report = self.path.startswith("bench/") and not self.path.endswith("README.md")
        return list(_with_lines(self.tokens, tables=not report))

    def codes(self) -> Iterator[Said]:
        """What stands in backticks."""
        for line, token in self._inline:
            yield from (Said(line, c.content) for c in token.children or () if c.type == "code_inline")

    def fences(self, *kinds: str) -> list[Fence]:
        """The fenced blocks, of these kinds where some are named."""
        found = (Fence((t.map or [0])[0] + 1, t.info, t.content) for t in self.tokens if t.type == "fence")
        return [fence for fence in found if not kinds or (fence.kind.split() or [""])[0] in kinds]

    def links(self) -> Iterator[Said]:
        """Where links and pictures lead."""
        for line, token in self._inline:
            for child in token.children or ():
                target = child.attrGet("href") or child.attrGet("src")
                if target:
                    yield Said(line, str(target))
                elif child.type == "html_inline":
                    yield from (Said(line, found) for found in HTML_LINK.findall(child.content))
        for token in self.tokens:
            if token.type == "html_block":
                yield from (Said((token.map or [0])[0] + 1, found) for found in HTML_LINK.findall(token.content))

    def prose(self) -> Iterator[Said]:
        """The words of each paragraph, cell and heading; `CODE` stands where code does."""
        for line, token in self._inline:
            yield Said(line, " ".join("".join(_words(token)).split()))

    @cached_property
    def anchors(self) -> frozenset[str]:
        """What a link can name after `#`."""
        seen: dict[str, int] = {}
        found = set(HTML_ANCHOR.findall(self.text))
        for opened, token in zip(self.tokens, self.tokens[1:], strict=False):
            if opened.type == "heading_open":
                slug = anchor("".join(c.content for c in token.children or () if c.type in ("text", "code_inline")))
                number = seen.get(slug, 0)
                seen[slug] = number + 1
                found.add(f"{slug}-{number}" if number else slug)
        return frozenset(found)


def _with_lines(tokens: list[Token], tables: bool) -> Iterator[tuple[int, Token]]:
    """Each run of words, with its line; a cell of a table has the line of its row."""
    line, inside = 1, 0
    for token in tokens:
        inside += (token.type == "table_open") - (token.type == "table_close")
        if token.map:
            line = token.map[0] + 1
        if token.type == "inline" and (tables or not inside):
            yield line, token


def _words(token: Token) -> Iterator[str]:
    for child in token.children or ():
        if child.type == "code_inline":
            yield CODE
        elif child.type in ("softbreak", "hardbreak"):
            yield " "
        elif child.type == "text":
            yield child.content


def anchor(heading: str) -> str:
    """The anchor that GitHub gives a heading.

    >>> anchor("What is `made`, and why?")
    'what-is-made-and-why'
    """
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


@cache
def tracked() -> frozenset[str]:
    """Every file that git tracks or would track, and every folder, with a slash at its end."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    files = [name for name in listed.split("\0") if name and (ROOT / name).exists()]
    folders = {f"{'/'.join(parts[:n])}/" for parts in (f.split("/") for f in files) for n in range(1, len(parts))}
    return frozenset(files) | folders


def templates() -> list[Page]:
    """What programs make pages of."""
    names = sorted(name for name in tracked() if name.endswith(".md") and name.startswith(TEMPLATES))
    return [Page(name, (ROOT / name).read_text("utf-8")) for name in names]


@cache
def pages() -> tuple[Page, ...]:
    """Every page that somebody reads."""
    names = sorted(name for name in tracked() if name.endswith(".md") and not name.startswith((*KEPT, *TEMPLATES)))
    return tuple(Page(name, (ROOT / name).read_text("utf-8")) for name in names)


def pages_of_today() -> list[Page]:
    """The pages that tell what is there, and not what was."""
    return [page for page in pages() if page.path not in HISTORY]


def listed(problems: list[str]) -> str:
    """Problems as a test shows them."""
    return "\n".join(["", *problems])
