r"""Measure how much of the articles the repository's own pages repeat, in runs of eight words.

    python -m bench.quoted                   print the table
    python -m bench.quoted --write           put what it finds into bench/README.md

The articles are not ours, so a page quotes no more of them than it needs. A word of an article counts as repeated if it
is part of eight consecutive words of the article that a page also has in this order; only letters and digits count, not
capitals or punctuation. Pages are Markdown files and drawings; files that contain the articles on purpose (seeds/,
annotations in TOML, the data and texts of corpus/) and tests do not count.

Example:
    >>> sorted(repeated(words("The carrier left port."), words("He said the carrier left port, twice."), run=3))
    [0, 1, 2, 3]
"""

from __future__ import annotations

import re
import sys
import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
RUN = 8
PAGES = (
    *("*.md", "annotations/**/*.md", "bench/*.md", "corpus/*.md", "docs/**/*.md", "schema/*.md"),
    *("corpus/plots/*.svg", "docs/**/*.svg"),
)
KEPT = "annotations/guidelines/"  # earlier guidelines, which never change
README = "bench/README.md"
WIDTH = 140
_PARAGRAPH = re.compile(r"^The repository's own pages repeat (?:.+\n)+", re.MULTILINE)


def words(text: str) -> list[str]:
    """The words of a text, without capitals and signs."""
    return re.findall(r"\w+", text.lower())


def repeated(article: Sequence[str], page: Sequence[str], run: int = RUN) -> set[int]:
    """Which words of an article stand on a page within a run of words that follow each other in both."""
    there = {tuple(page[at : at + run]) for at in range(len(page) - run + 1)}
    starts = (at for at in range(len(article) - run + 1) if tuple(article[at : at + run]) in there)
    return {word for at in starts for word in range(at, at + run)}


def measured(root: Path) -> tuple[Mapping[str, float], float, float]:
    """For each page the share of the articles' words that it repeats, and that of any, without and with KEPT."""
    articles = [words(path.read_text("utf-8")) for path in sorted((root / "corpus/text").glob("*.txt"))]
    total = sum(map(len, articles)) or 1
    shares, own, kept = {}, set[tuple[int, int]](), set[tuple[int, int]]()
    for path in sorted({path for pattern in PAGES for path in root.glob(pattern)}):
        page = words(path.read_text("utf-8"))
        found = {(number, at) for number, article in enumerate(articles) for at in repeated(article, page)}
        name = path.relative_to(root).as_posix()
        shares[name] = len(found) / total
        (kept if name.startswith(KEPT) else own).update(found)
    return shares, len(own) / total, len(own | kept) / total


def told(shares: Mapping[str, float], own: float, anywhere: float) -> str:
    """The paragraph of bench/README.md."""
    most = sorted((name for name in shares if shares[name] >= 0.01), key=lambda name: (-shares[name], name))
    listed = ", ".join(f"`{name}` {shares[name]:.0%}" for name in most)
    said = (
        f"The repository's own pages repeat {own:.0%} of the articles' words in runs of {RUN}, and {anywhere:.0%} "
        f"with the guidelines of earlier work, which are kept as they were: {listed}."
    )
    return textwrap.fill(said, WIDTH, break_long_words=False, break_on_hyphens=False)


def main() -> None:
    """Print the share of each page that repeats anything, or write the paragraph."""
    shares, own, anywhere = measured(ROOT)
    for name, share in sorted(shares.items(), key=lambda one: -one[1]):
        if share:
            print(f"{share:6.1%} {name}")
    print(f"{own:6.1%} any of them but {KEPT}")
    print(f"{anywhere:6.1%} any of them")
    if "--write" in sys.argv:
        page = (ROOT / README).read_text("utf-8")
        (ROOT / README).write_text(_PARAGRAPH.sub(lambda _: f"{told(shares, own, anywhere)}\n", page), "utf-8")


if __name__ == "__main__":
    main()
