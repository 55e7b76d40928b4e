"""Measure how the cost of `check` grows with the corpus, and how long it takes to start.

    python -m bench.speed                    print the tables
    python -m bench.speed --write            write bench/speed.md
    python -m bench.speed --profile          where `check` spends its time on the five articles

Times on one machine say little, so the report has ratios within one run: each size relative to the smallest, each start
relative to a bare Python. No test asserts a time; `tests/test_speed.py` counts operations instead.
"""

from __future__ import annotations

import argparse
import cProfile
import os
import pstats
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import corpora
from bench.growth import COPIES, Grown, grown, section
from bench.startup import HEAVY, Start, heavy, starts
from bench.synthetic import synthetic
from vouchbank.checks import CHECKS, check
from vouchbank.corpus import Corpus

ROOT = Path(__file__).parents[1]
SIZES = (10, 100, 1_000, 10_000)
REPORT = "bench/speed.md"
WARM = 3
REPEATED = 3_000  # articles checked again and again for a size that is soon done: one short time is mostly noise


@dataclass(frozen=True, slots=True)
class Size:
    """What checking a corpus of one size took."""

    articles: int
    seconds: float
    making: float
    mebibytes: float

    @property
    def each(self) -> float:
        """Seconds for one article."""
        return self.seconds / self.articles


def measured(count: int) -> Size:
    """Make a corpus and check it in this process, after a smaller one has warmed it up."""
    check(synthetic(2))
    begun = time.perf_counter()
    corpus = synthetic(count)
    for article in corpus.articles:
        _ = article.annotations
    _ = corpus.shared
    made = time.perf_counter()
    found = check(corpus)
    done = time.perf_counter()
    if found:
        raise SystemExit(f"a synthetic corpus should have no findings: {found[0]}")
    return Size(count, done - made, made - begun, _peak())


def _peak() -> float:
    kibibytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return kibibytes / (1024 * 1024 if sys.platform == "darwin" else 1024)


def in_a_process(count: int) -> Size:
    """The same in processes of their own, so that the peak of memory is its own; the fastest, small sizes often."""
    runs = [_one_process(count) for _ in range(max(1, min(5, REPEATED // count)))]
    return min(runs, key=lambda size: size.seconds)


def _one_process(count: int) -> Size:
    command = [sys.executable, "-m", "bench.speed", "--size", str(count)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    out = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout
    articles, seconds, making, mebibytes = out.split()
    return Size(int(articles), float(seconds), float(making), float(mebibytes))


def five_articles() -> list[float]:
    """Seconds of `check` on the real corpus, opened anew each time: the first, then warm ones."""
    taken = []
    for _ in range(1 + WARM):
        begun = time.perf_counter()
        check(Corpus(ROOT))
        taken.append(time.perf_counter() - begun)
    return taken


def page(
    sizes: Sequence[Size],
    folders: Sequence[corpora.Cost],
    articles: Sequence[Grown],
    begun: Sequence[Start],
    five: Sequence[float],
) -> str:
    """The report as Markdown."""
    parts = [*_growth(sizes), *corpora.section(folders), *section(articles), *_starts(begun, five)]
    return "\n".join(parts) + "\n"


def _growth(sizes: Sequence[Size]) -> Iterator[str]:
    first = sizes[0]
    yield from (
        "# What `check` costs",
        "",
        "Made by `python -m bench.speed --write` (`nox -s bench`): ratios within one",
    )
    yield from ("run on one machine. [README.md](README.md) explains how.", "", "## Growth", "")
    yield f"`check` ({len(CHECKS)} checks) over synthetic articles. Linear: the ratio per article stays near 1."
    yield ""
    yield "| articles | time relative to the smallest | per article | making and reading them | peak memory |"
    yield "|---|---|---|---|---|"
    for size in sizes:
        whole, each = size.seconds / first.seconds, size.each / first.each
        made, memory = size.making / size.seconds, f"{size.mebibytes:,.0f} MiB"
        yield f"| {size.articles:,} | {whole:,.1f} | {each:.2f} | {made:.1f} of the check | {memory} |"
    yield ""


def _starts(begun: Sequence[Start], five: Sequence[float]) -> Iterator[str]:
    bare = begun[0]
    yield from ("## Start", "", "| start | time relative to a bare Python | modules | heavy libraries loaded |")
    yield "|---|---|---|---|"
    for start in begun:
        named = ", ".join(heavy(start.modules)) or "none"
        yield f"| `{start.name}` | {start.seconds / bare.seconds:.1f} | {len(start.modules)} | {named} |"
    yield ""
    yield f"Heavy libraries: {', '.join(HEAVY)}."
    yield ""
    warm = min(five[1:])
    yield "Checking the five articles with their adjudication takes, without start-up, as long as"
    yield f"{five[0] / bare.seconds:.0f} bare Pythons, or {warm / bare.seconds:.0f} when repeated in the same process."


def profiled() -> None:
    """Print where `check` spends its time on the five articles, warm."""
    check(Corpus(ROOT))
    profile = cProfile.Profile()
    profile.runcall(check, Corpus(ROOT))
    pstats.Stats(profile).sort_stats("cumulative").print_stats(r"vouchbank|jsonschema", 40)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--write", action="store_true", help=f"write {REPORT}")
    parser.add_argument("--profile", action="store_true", help="where check spends its time on the five articles")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, metavar="N", help="numbers of articles")
    parser.add_argument("--size", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.profile:
        profiled()
    elif options.size:
        size = measured(options.size)
        print(size.articles, size.seconds, size.making, size.mebibytes)
    else:
        sizes = [in_a_process(n) for n in options.sizes]  # first: a child's peak of memory is at least its parent's
        folders = list(corpora.costs(corpora.SIZES))
        text = page(sizes, folders, [grown(copies) for copies in COPIES], starts(), five_articles())
        print(text)
        if options.write:
            (ROOT / REPORT).write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
