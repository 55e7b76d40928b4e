"""What each rule of normalisation is worth, on pages that are not part of this project.

    python -m bench.normalising PATH            print precision and count of every rule, and the score
    nox -s normalising -- PATH                  write bench/normalising.md

PATH is a folder with two renderings of a development set, `*.rp_main.jsonl.gz` (much left-over boilerplate) and
`*.tf_recall.jsonl.gz` (little). A line of them is a page: `id`, `news`, `raw`, `gold`, and `labels`, a letter for each
raw line: B body, J junk, T title, ? ambiguous, - no words. Pages of the WCXB development split (CC BY 4.0) were used;
their gold was drafted by a model.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from vouchbank.text import Normalised, default_rules, normalise
from vouchbank.text.ending import NEVER
from vouchbank.text.rules import LineRule

RENDERINGS = {"rp_main": "heavy", "tf_recall": "light"}
REPORT = Path(__file__).with_suffix(".md")
LEAST_PRECISION = 0.95
# A rule that decides fewer lines than this, of both renderings, says `evidence = "seeds"`; where one rendering has
# fewer, its precision there says nothing.
FEW = 10
_WORD = re.compile(r"\w+")
HEAD = """\
# Normalising, rule by rule

Made by `nox -s normalising -- PATH`; do not edit. `normalising.py` says what PATH holds: pages of the WCXB development
split (CC BY 4.0), mostly blogs and guides, in a heavy and a light rendering. They are not part of this project. The
counts are of what the rules decide, without the decision on where the article ends, for which see ending.md.

| rendering | pages | F1 of words, doing nothing | rules |
|---|---|---|---|"""
EXPLAINED = f"""
A decision is right if it removes a line that is junk or keeps one that is not. Lines of body, junk and title count;
a removed title counts neither way. A rule that removes is right {LEAST_PRECISION:.0%} of the time on each rendering
where it decides at least {FEW} lines. Rules of the evidence `seeds` decide fewer than {FEW} in all: seeds and general
knowledge support them. `unknown` is kept, and a person decides.
"""


@dataclass
class Counts:
    """Of one rendering: letters of the lines each rule decided, on all pages and on news; scores against the gold."""

    pages: int = 0
    rules: dict[str, Counter[str]] = field(default_factory=dict)
    news: dict[str, Counter[str]] = field(default_factory=dict)
    scores: dict[str, list[float]] = field(default_factory=lambda: {"nothing": [], "normalise": []})

    def add(self, page: dict[str, Any]) -> None:
        """Count a page."""
        normalised = normalise(page["raw"], ending=NEVER)
        self.pages += 1
        for rule, label in decided(normalised, page["labels"]):
            self.rules.setdefault(rule, Counter())[label] += 1
            if page["news"]:
                self.news.setdefault(rule, Counter())[label] += 1
        self.scores["nothing"].append(shared(page["raw"], page["gold"]))
        self.scores["normalise"].append(shared(normalised.text, page["gold"]))

    def score(self, system: str) -> float:
        """The mean of F1 over words."""
        return sum(self.scores[system]) / max(len(self.scores[system]), 1)


def decided(page: Normalised, labels: str) -> Iterator[tuple[str, str]]:
    """For each labelled line the rule that decided its first word."""
    segments = iter(page.segments)
    segment = next(segments, None)
    place = 0
    for line, label in zip(page.raw.split("\n"), labels, strict=True):
        first = place + len(line) - len(line.lstrip())
        place += len(line) + 1
        while segment is not None and segment.raw_end <= first:
            segment = next(segments, None)
        if segment is not None and line.strip():
            yield segment.rule, label


def shared(text: str, gold: str) -> float:
    """F1 of the words of a text against those of the gold."""
    mine, wanted = (Counter(_WORD.findall(one.casefold())) for one in (text, gold))
    both = (mine & wanted).total()
    return 2 * both / (mine.total() + wanted.total()) if both else 0.0


def precision(counts: Counter[str], rule: LineRule) -> float | None:
    """The share of lines that were rightly decided; None where there is no line to say so.

    A removed line is right if it is junk. A kept line is right if it is the article's or a title.
    """
    junk, kept = counts["J"], counts["B"] + (0 if rule.removes else counts["T"])
    if not junk + kept:
        return None
    return (junk if rule.removes else kept) / (junk + kept)


def failures(counted: dict[str, Counts]) -> Iterator[str]:
    """Rules that remove although they are not precise enough, and rules whose evidence is not what they say."""
    for rule in default_rules():
        lines = {name: counts.rules.get(rule.id, Counter()) for name, counts in counted.items()}
        decided_lines = {name: found["J"] + found["B"] for name, found in lines.items()}
        rare = sum(decided_lines.values()) < FEW
        if rare != (rule.evidence == "seeds"):
            yield f"{rule.id}: decides {sum(decided_lines.values())} lines, its evidence is {rule.evidence!r}"
        for name, found in lines.items():
            right = precision(found, rule)
            if rule.removes and right is not None and decided_lines[name] >= FEW and right < LEAST_PRECISION:
                yield f"{rule.id}: precision {right:.3f} on the {name} rendering"
    for name, counts in counted.items():
        if counts.score("normalise") < counts.score("nothing"):
            yield f"the {name} rendering: worse than doing nothing"


def report(counted: dict[str, Counts]) -> str:
    """The page."""
    lines = [HEAD]
    for name, counts in counted.items():
        lines.append(f"| {name} | {counts.pages} | {counts.score('nothing'):.3f} | {counts.score('normalise'):.3f} |")
    each = " | ".join(f"{name}: lines | right" for name in counted)
    lines += [
        EXPLAINED,
        f"| rule | role | evidence | {each} | news: lines | right |",
        "|---" * (5 + 2 * len(counted)) + "|",
    ]
    for rule in default_rules():
        news = sum((counts.news.get(rule.id, Counter()) for counts in counted.values()), Counter[str]())
        cells = [_cells(counts.rules.get(rule.id, Counter()), rule) for counts in counted.values()]
        row = (f"`{rule.id}`", rule.role, rule.evidence, *cells, _cells(news, rule))
        lines.append(f"| {' | '.join(row)} |")
    return "\n".join(lines) + "\n"


def _cells(counts: Counter[str], rule: LineRule) -> str:
    right = precision(counts, rule)
    return f"{counts['J'] + counts['B'] + counts['T']} | {'' if right is None else f'{right:.3f}'}"


def pages(folder: Path, rendering: str) -> Iterator[dict[str, Any]]:
    """The pages of one rendering."""
    for file in sorted(folder.glob(f"*.{rendering}.jsonl.gz")):
        with gzip.open(file, "rt", encoding="utf-8") as read:
            yield from map(json.loads, read)


def main(arguments: Sequence[str] | None = None) -> int:
    """Count, print and, if asked, write the page; 1 if the promise is not kept."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", type=Path, help="the folder of the development set")
    parser.add_argument("--write", action="store_true", help=f"write {REPORT.name}")
    options = parser.parse_args(arguments)
    counted = {name: Counts() for name in RENDERINGS.values()}
    for rendering, name in RENDERINGS.items():
        for page in pages(options.path, rendering):
            counted[name].add(page)
    if not all(counts.pages for counts in counted.values()):
        parser.error(f"{options.path}: no pages of {' or '.join(RENDERINGS)}")
    text = report(counted)
    print(text)
    if options.write:
        REPORT.write_text(text, "utf-8")
    problems = list(failures(counted))
    print(*problems, sep="\n", end="\n" * bool(problems), file=sys.stderr)
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main())
