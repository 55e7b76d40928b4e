r"""What is known of a raw text that was rendered from a web page: where its runs stood, and which lines were main text.

The map is evidence: it is written once, beside the raw text, and read ever after. Whether a line belongs to the article
was decided by a library that looked at the page itself; its verdict counts under a rule name that holds its version.

>>> page = SourceMap("ab" * 32, "utf-8", 21, "trafilatura-2-3-1", (MappedLine(0, 4, True, (PageRun(0, 4, 4, 8),)),))
>>> read_source_map(json.loads(page.to_json())) == page
True
>>> page.verdicts
(Verdict(raw_start=0, raw_end=4, main=True, rule='trafilatura-2-3-1', title=False),)
>>> list(faults_of(page, "Rain\n")), list(faults_of(page, "Ra\n"))
([], [(0, 'it ends behind the end of the text')])
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
    """A line of the raw text: its place, whether it is main text (None: not decided), its runs, if it is the title."""

    start: int
    end: int
    main: bool | None
    runs: tuple[PageRun, ...]
    title: bool = False


@dataclass(frozen=True)
class SourceMap:
    """Where each run of a raw text stood in its page.

    Attributes:
        sha256: Of the bytes of the page, in hex.
        charset: How they were decoded.
        length: How many code points the page has then.
        rule: The name under which the verdicts count; empty if there are none.
        lines: The lines of the raw text that hold words of the page.
    """

    sha256: str
    charset: str
    length: int
    rule: str
    lines: tuple[MappedLine, ...]

    @cached_property
    def verdicts(self) -> tuple[Verdict, ...]:
        """What was decided of its lines."""
        return tuple(
            Verdict(one.start, one.end, one.main, self.rule, one.title) for one in self.lines if one.main is not None
        )

    def to_json(self) -> str:
        """The file: a line of JSON for a line of the text, so that a diff of it can be read."""
        page = json.dumps({"sha256": self.sha256, "charset": self.charset, "length": self.length})
        lines = ",\n".join(json.dumps(_plain(one), separators=(",", ":")) for one in self.lines)
        rule = f'"rule": {json.dumps(self.rule)},\n' if self.rule else ""
        return f'{{"page": {page},\n{rule}"lines": [\n{lines}\n]}}\n'


def _plain(line: MappedLine) -> dict[str, Any]:
    main = {} if line.main is None else {"main": line.main}
    title = {"title": True} if line.title else {}
    return {"start": line.start, "end": line.end, **main, **title, "runs": [list(run) for run in line.runs]}


def read_source_map(values: Mapping[str, Any]) -> SourceMap:
    """A map from the values of its file, which have the shape that schema/source_map.json states."""
    page = values["page"]
    lines = tuple(
        MappedLine(
            one["start"], one["end"], one.get("main"), tuple(PageRun(*run) for run in one["runs"]), "title" in one
        )
        for one in values["lines"]
    )
    return SourceMap(page["sha256"], page["charset"], page["length"], values.get("rule", ""), lines)


def mapped_lines(rendering: Rendering, verdicts: Mapping[int, bool], title: int | None = None) -> Iterator[MappedLine]:
    """The lines of a rendering, with a verdict for some of them, and the title, by the place where they begin."""
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
    """What of a map cannot be true of a raw text: the index of the line, and why."""
    for index, (before, line) in enumerate(pairwise((None, *source_map.lines))):
        if line is not None and (said := _fault(before, line, raw, source_map.length)):
            yield index, said


def _fault(before: MappedLine | None, line: MappedLine, raw: str, length: int) -> str:
    if not (before.end if before else 0) <= line.start < line.end:
        return "it does not follow the line before it"
    if line.end > len(raw):
        return "it ends behind the end of the text"
    if "\n" in raw[line.start : line.end] or raw[line.end : line.end + 1] not in ("\n", ""):
        return "it is not one line of the text"
    first = before.runs[-1] if before and before.runs else PageRun(0, 0, 0, 0)
    at = line.start
    for last, run in pairwise((first, *line.runs)):
        if run.start < at or run.page_start < last.page_end or raw[at : run.start].strip("\t"):
            return f"the run {list(run)} does not follow the one before it"
        if not run.start < run.end <= line.end or not run.page_start < run.page_end <= length:
            return f"the run {list(run)} is empty or beyond the line or the page"
        if run.end - run.start > run.page_end - run.page_start:
            return f"the run {list(run)} is longer than its place in the page"
        at = run.end
    return "" if at == line.end else "its last characters are in no run"
