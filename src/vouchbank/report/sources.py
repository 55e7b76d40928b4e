"""From a corpus to what the renderings need: the lines of its files and the words of its texts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from vouchbank.corpus import Corpus
from vouchbank.findings import Finding
from vouchbank.report.excerpt import excerpt_of
from vouchbank.report.run import Rule, Run

LINES = (".toml", ".txt")


def run_of(corpus: Corpus, findings: Sequence[Finding], rules: Mapping[str, Rule]) -> Run:
    """What the checks found in a corpus."""
    return Run(findings, len(corpus.article_ids), rules, line_reader(corpus.root), partial(excerpt_of, corpus))


def line_reader(root: Path) -> Callable[[str, int], str]:
    """A function that gives a line of a source file; each file is read once."""
    held: dict[str, list[str]] = {}

    def line_of(file: str, line: int) -> str:
        path = root / file
        if file not in held:
            readable = path.suffix in LINES and path.is_file()
            held[file] = path.read_bytes().decode("utf-8", "replace").split("\n") if readable else []
        return held[file][line - 1] if 0 < line <= len(held[file]) else ""

    return line_of
