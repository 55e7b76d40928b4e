"""Measure how well web pages are read, on pages whose article is known.

    python -m bench.pages PATH            print the table
    python -m bench.pages PATH --write    write bench/pages.md

PATH is a working copy of scrapinghub's article-extraction-benchmark (MIT; the pages belong to their publishers):
`ground-truth.json` and `html/<id>.html.gz`. The score is the one of its `evaluate.py`: sequences of four words, each
page's counts divided by their sum, F1 of the means of precision and recall.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import fmean

from vouchbank.pages import NotAPageError, PageReader, html_page
from vouchbank.text import normalise
from vouchbank.text.ending import NEVER

REPORT = Path(__file__).with_suffix(".md")
SYSTEMS = {
    "nothing": "all the text that the page shows",
    "rules": "`normalise` of that text alone, without the decision where the article ends",
    "rules and the end": "`normalise` of that text alone",
    "rules with verdicts": "`normalise` with the verdicts on lines, as `new` and `bulk` do it",
    "trafilatura": "its own answer, which leaves out headlines and captions as the benchmark does",
}
HEAD = """\
# Web pages

Made by `python -m bench.pages PATH --write`; do not edit. PATH holds scrapinghub's article-extraction-benchmark, which
is not part of this project: pages of news with the text of their article. No rule and no weight was learned from them;
the least length of an answer that counts as a verdict was chosen on them.

| text | F1 | precision | recall | pages |
|---|---|---|---|---|"""
_WORD = re.compile(r"\w+")
_SHINGLE = 4

Shares = tuple[float, float, float]


def shares(wanted: str, text: str) -> Shares:
    """Of the sequences of four words of two texts, the shares that both have, only the text, and only the wanted one.

    >>> shares("a b c d e", "a b c d f")
    (0.3333333333333333, 0.3333333333333333, 0.3333333333333333)
    """
    mine, theirs = _shingles(text), _shingles(wanted)
    both = (mine & theirs).total()
    only, missed = mine.total() - both, theirs.total() - both
    whole = max(both + only + missed, 1)
    return both / whole, only / whole, missed / whole


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    words = _WORD.findall(text)
    return Counter(tuple(words[at : at + _SHINGLE]) for at in range(max(1, len(words) - _SHINGLE + 1)) if words)


def score(pages: Sequence[Shares]) -> tuple[float, float, float]:
    """F1, precision and recall over pages."""
    precision = fmean(both / (both + more) if both else 0.0 for both, more, _ in pages if both + more)
    recall = fmean(both / (both + less) if both else 0.0 for both, _, less in pages if both + less)
    return 2 * precision * recall / (precision + recall), precision, recall


def texts(page: bytes, reader: PageReader) -> Iterator[tuple[str, str]]:
    """What each system makes of a page; empty texts if it cannot be read."""
    try:
        read = html_page(page, reader)
    except NotAPageError:
        yield from ((name, "") for name in SYSTEMS)
        return
    raw = read.raw.decode("utf-8")
    yield "nothing", raw
    yield "rules", normalise(raw, ending=NEVER).text
    yield "rules and the end", normalise(raw).text
    yield "rules with verdicts", normalise(raw, verdicts=read.verdicts).text
    yield "trafilatura", _trafilatura(page)


def _trafilatura(page: bytes) -> str:
    import trafilatura

    return trafilatura.extract(page, include_comments=False) or ""


def report(path: Path) -> str:
    """The page."""
    wanted = {name: one["articleBody"] for name, one in json.loads((path / "ground-truth.json").read_bytes()).items()}
    found: dict[str, list[Shares]] = {name: [] for name in SYSTEMS}
    with PageReader() as reader:
        for name, body in wanted.items():
            page = gzip.decompress((path / "html" / f"{name}.html.gz").read_bytes())
            for system, text in texts(page, reader):
                found[system].append(shares(body, text))
    lines = [HEAD]
    for system, pages in found.items():
        lines.append(f"| {system} | {' | '.join(f'{one:.3f}' for one in score(pages))} | {len(pages)} |")
    lines += ["", *(f"- **{name}**: {said}." for name, said in SYSTEMS.items())]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Print the page and, if asked, write it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", type=Path, help="a working copy of the benchmark")
    parser.add_argument("--write", action="store_true", help=f"write {REPORT.name}")
    options = parser.parse_args()
    text = report(options.path)
    print(text)
    if options.write:
        REPORT.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
