r"""The source map of a raw text that was rendered from a web page: where its runs were, and which lines are main text.

The map is evidence: it is written once, beside the raw text, and only read after that. A library that saw the web page
decided which lines belong to the article; its verdicts have a rule name that includes its version.

>>> page = SourceMap("ab" * 32, "utf-8", 21, "trafilatura-2-3-1", (MappedLine(0, 4, True, (PageRun(0, 4, 4, 8),)),))
>>> read_source_map(json.loads(page.to_json())) == page
True
>>> page.verdicts
(Verdict(raw_start=0, raw_end=4, main=True, rule='trafilatura-2-3-1', title=False),)
>>> list(faults_of(page, "Rain\n")), list(faults_of(page, "Ra\n"))
([], [(0, 'it ends after the end of the text')])
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

from vouchbank.text.markup import PageRun, Rendering
from vouchbank.text.normalise import Verdict


@dataclass(frozen=True, slots=True)
class MappedLine:
    """A line of the raw text. `main` is None if undecided; `title` marks the title of the page."""

    start: int
    end: int
    main: bool | None
    runs: tuple[PageRun, ...]
    title: bool = False


@dataclass(frozen=True)
class SourceMap:
    """Where each run of a raw text was in its web page.

    Attributes:
        sha256: SHA-256 of the bytes of the page, in hex.
        charset: The encoding of the bytes.
        length: The number of code points in the decoded page.
        rule: The rule name of the verdicts; empty without verdicts.
        lines: The lines of the raw text that contain words of the page.
    """

    sha256: str
    charset: str
    length: int
    rule: str
    lines: tuple[MappedLine, ...]

    @cached_property
    def verdicts(self) -> tuple[Verdict, ...]:
        """The verdicts on its lines."""
        return tuple(
            Verdict(one.start, one.end, one.main, self.rule, one.title) for one in self.lines if one.main is not None
        )

    def to_json(self) -> str:
        """The content of the file, with one line of JSON per line of text, for readable diffs."""
        page = json.dumps({"sha256": self.sha256, "charset": self.charset, "length": self.length})
        lines = ",\n".join(json.dumps(_plain(one), separators=(",", ":")) for one in self.lines)
        rule = f'"rule": {json.dumps(self.rule)},\n' if self.rule else ""
        return f'{{"page": {page},\n{rule}"lines": [\n{lines}\n]}}\n'


def _plain(line: MappedLine) -> dict[str, Any]:
    main = {} if line.main is None else {"main": line.main}
    title = {"title": True} if line.title else {}
    return {"start": line.start, "end": line.end, **main, **title, "runs": [list(run) for run in line.runs]}


def read_source_map(values: Mapping[str, Any]) -> SourceMap:
    """A source map from the values of its file, which must have the form of schema/source_map.json."""
    page = values["page"]
    lines = tuple(
        MappedLine(
            one["start"], one["end"], one.get("main"), tuple(PageRun(*run) for run in one["runs"]), "title" in one
        )
        for one in values["lines"]
    )
    return SourceMap(page["sha256"], page["charset"], page["length"], values.get("rule", ""), lines)


def mapped_lines(rendering: Rendering, verdicts: Mapping[int, bool], title: int | None = None) -> Iterator[MappedLine]:
    """The lines of a rendering; `verdicts` and `title` refer to lines by the offset of their start."""
    waiting = iter((*rendering.runs, None))
    run = next(waiting)
    start = 0
    for line in rendering.text.split("\n"):
        runs = []
        while run is not None and run.start < start + len(line):
            runs.append(run)
            run = next(waiting)
        if runs:
            yield MappedLine(start, start + len(line), verdicts.get(start), tuple(runs), start == title)
        start += len(line) + 1


def faults_of(source_map: SourceMap, raw: str) -> Iterator[tuple[int, str]]:
    """The lines of a source map that do not fit a raw text, each with the reason."""
    for index, (before, line) in enumerate(pairwise((None, *source_map.lines))):
        if line is not None and (said := _fault(before, line, raw, source_map.length)):
            yield index, said


def _fault(before: MappedLine | None, line: MappedLine, raw: str, length: int) -> str:
    if not (before.end if before else 0) <= line.start < line.end:
        return "it does not follow the line before it"
    if line.end > len(raw):
        return "it ends after the end of the text"
    if "\n" in raw[line.start : line.end] or raw[line.end : line.end + 1] not in ("\n", ""):
        return "it is not exactly one line of the text"
    first = before.runs[-1] if before and before.runs else PageRun(0, 0, 0, 0)
    at = line.start
    for last, run in pairwise((first, *line.runs)):
        if run.start < at or run.page_start < last.page_end or raw[at : run.start].strip("\t"):
            return f"the run {list(run)} does not follow the one before it"
        if not run.start < run.end <= line.end or not run.page_start < run.page_end <= length:
            return f"the run {list(run)} is empty or beyond the line or the page"
        if run.end - run.start > run.page_end - run.page_start:
            return f"the run {list(run)} is longer than its range in the page"
        at = run.end
    return "" if at == line.end else "its last characters belong to no run"
