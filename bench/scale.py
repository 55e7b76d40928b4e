"""Measure the cost of millions of articles, as ratios within one run: normalising, validating, shards, engines, growth.

    python -m bench.scale                       print the tables
    python -m bench.scale --write               write bench/scale.md, and the part of docs/lab.md that is made of it
    python -m bench.scale --most 1000           use at most 1,000 articles, as a trial run
    python -m bench.scale --pages PATH          also the development pages that bench/normalising.py tells of

It takes about a quarter of an hour on two quiet cores. Everything is measured in processes of their own, which begin
small: the peak of their memory is theirs. What can be measured on one core is.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log
from pathlib import Path
from statistics import linear_regression
from typing import Any

from bench.normalise_speed import report

ROOT = Path(__file__).parents[1]
REPORT, PAGE = "bench/scale.md", "docs/lab.md"
BEGIN, END = "<!-- made by bench.scale -->", "<!-- end -->"
SIZES = (100, 1_000, 10_000, 100_000)
MOST = SIZES[-1]
ANNOTATED, CONVERTED = 2_000, 5_000
ENGINES = 30_000  # articles for two processes and for Dask
PARTS = 60
LEAST_MEGABYTES = 400
CORES = 64
LOOK = 0.1  # seconds between two looks at the memory of processes
Measured = dict[str, Any]


@dataclass(frozen=True)
class Measurements:
    """What was measured, as `bench.scale_parts` prints it.

    Attributes:
        pools: For each number of processes seconds, and the peak of the largest process in MiB.
        annotating: Of articles with annotation.
    """

    line: Measured
    normalising: Measured
    validating: Measured
    annotating: Measured
    converting: Measured
    growth: Sequence[Measured]
    pools: Mapping[int, tuple[float, float]]
    dask: float


# --- measuring ----------------------------------------------------------------------------------------


def _part(name: str, *arguments: object) -> Measured:
    """What a process of its own measures."""
    command = [sys.executable, "-m", "bench.scale_parts", name, *map(str, arguments)]
    out = subprocess.run(command, cwd=ROOT, env=_environment(), stdout=subprocess.PIPE, text=True, check=True).stdout
    print(f"{name} {' '.join(map(str, arguments[1:]))}".strip(), file=sys.stderr)
    found: Measured = json.loads(out.splitlines()[-1])
    return found


def _environment() -> dict[str, str]:
    return {**os.environ, "HF_HUB_OFFLINE": "1", "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}


def measured(most: int, pages: str = "") -> Measurements:
    """Measure everything, with at most so many articles; normalise also the pages of a folder."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        raw = folder / "raw.jsonl"
        growth = []
        for count in (size for size in SIZES if size <= most):
            _part("inputs", raw, count, "")
            growth.append(_part("growing", raw))
        line = _part("inputs", raw, min(ENGINES, most), "")
        part_bytes = max(1024**2, raw.stat().st_size // PARTS)
        pools = {workers: _pool(raw, folder / f"out-{workers}", workers, part_bytes) for workers in (1, 2)}
        dask = _part("clustering", raw, 2, part_bytes)["seconds"]
        _part("inputs", folder / "some.jsonl", min(CONVERTED, most), "")
        _part("inputs", folder / "annotated.jsonl", min(ANNOTATED, most), "annotated")
        annotating = _part("annotating", folder / "annotated.jsonl", folder / "annotated")
        validating = _part("validating", folder / "annotated")
        converting = _part("converting", folder / "some.jsonl")
        normalising = _part("normalising", pages)
    return Measurements(line, normalising, validating, annotating, converting, growth, pools, dask)


def _pool(source: Path, target: Path, workers: int, part_bytes: int) -> tuple[float, float]:
    """Seconds of `vouchbank bulk` on the clock, and the most memory that one of its processes had."""
    megabytes = max(1, part_bytes // 1024**2)
    options = ["--quiet", "--jobs", str(workers), "--part-mb", str(megabytes)]
    command = [sys.executable, "-m", "vouchbank", "bulk", str(source), str(target), *options]
    begun, peak = time.perf_counter(), 0.0
    with subprocess.Popen(command, cwd=ROOT, env=_environment()) as process:
        while process.poll() is None:
            peak = max(peak, *map(_peak, _with_children(process.pid)))
            time.sleep(LOOK)
    if process.returncode:
        raise SystemExit(f"`vouchbank bulk` ended with status {process.returncode}")
    print(f"bulk --jobs {workers}", file=sys.stderr)
    return time.perf_counter() - begun, peak


def _with_children(process: int) -> Iterator[int]:
    """A process, and those that it began."""
    yield process
    for task in Path(f"/proc/{process}/task").glob("*/children"):
        try:
            children = task.read_text("utf-8").split()
        except OSError:  # it has ended meanwhile
            continue
        for child in children:
            yield from _with_children(int(child))


def _peak(process: int) -> float:
    """The most memory that a process has had, in MiB; 0 if it has ended."""
    try:
        text = Path(f"/proc/{process}/status").read_text("utf-8")
        return int(text.partition("VmHWM:")[2].split()[0]) / 1024
    except (OSError, IndexError):
        return 0.0


# --- the report ---------------------------------------------------------------------------------------


def page(of: Measurements) -> str:
    """The report as Markdown."""
    blocks = (_head(), _aims(of), _normalising(of), _validating(of), _converting(of), _engines(of), _growth(of))
    return "\n".join([line for block in blocks for line in block] + ["", *costs(of)]) + "\n"


def _head() -> Iterator[str]:
    yield from ("# What articles at scale cost", "")
    yield "Made by `python -m bench.scale --write`: ratios within one run on one machine. Articles have about 3,000"
    yield "characters; [README.md](README.md) says how they are made and what is measured."
    yield ""


def aims(of: Measurements) -> list[tuple[str, str, float, bool]]:
    """What was aimed at, in words, what was reached, and whether that is enough."""
    seconds, convert = of.validating["seconds"], list(of.pools.items())
    read, arrays, _, _, bigbio = seconds.values()
    fast = min(rates["normalise"] / rates["ftfy.fix_text"] for rates in of.normalising["rates"].values())
    (_, (one, first)), (_, (two, second)) = convert
    memory = max(first, second, *(size["peak"] for size in of.growth), *(size["whole"] for size in of.growth))
    slope = exponent(of.growth)
    return [
        ("normalising, to ftfy, where it is slowest", "≥ 4 ×", fast, fast >= 4),
        ("validating with the reading it needs, to reading the file", "≤ 2 ×", arrays / read, arrays / read <= 2),
        ("the same, to BigBIO-style checks", "≥ 25 ×", bigbio / arrays, bigbio / arrays >= 25),
        ("two processes, to one", "≥ 1.9 ×", one / two, one / two >= 1.9),
        ("Dask's time, to the pool's", "≤ 1.15 ×", of.dask / two, of.dask / two <= 1.15),
        ("memory of the largest process, MiB", f"≤ {LEAST_MEGABYTES}", memory, memory <= LEAST_MEGABYTES),
        ("exponent of growth", "1.0", slope, round(slope, 1) == 1.0),
    ]


def _aims(of: Measurements) -> Iterator[str]:
    yield from ("## Aims", "", "| what | aim | reached | |", "|---|---|---|---|")
    for what, aim, reached, enough in aims(of):
        said = f"{reached:,.0f}" if reached >= 100 else f"{reached:.2f}"
        yield f"| {what} | {aim} | {said} | {'yes' if enough else '**missed**'} |"
    yield ""


def _normalising(of: Measurements) -> Iterator[str]:
    yield from ("## Normalising", "", report(of.normalising["rates"]), "")
    yield "ftfy and C4's filter return a text; `normalise` decides on every line and keeps every offset."
    yield "The filter's rules on sentences are off. Heavy and light are pages of the WCXB development split."
    yield ""


def _validating(of: Measurements) -> Iterator[str]:
    seconds = of.validating["seconds"]
    read = next(iter(seconds.values()))
    yield from ("## Validating annotation", "")
    articles, spans = of.validating["articles"], of.validating["spans"]
    yield f"{articles:,} articles with {spans:.0f} spans each, as `vouchbank bulk` writes them."
    yield from ("", "| on one core | time relative to reading |", "|---|---|")
    for name, taken in seconds.items():
        yield f"| {name} | {taken / read:.1f} |"
    yield ""
    yield "In the style of BigBIO: examples of `datasets` as dicts, and for each span `text[start:end] == words`, as"
    yield "in the tests of [BigBIO](https://github.com/bigscience-workshop/biomedical) (Fries et al. 2022)."
    yield ""


def _converting(of: Measurements) -> Iterator[str]:
    yield from ("## JSON Lines to Parquet", "", "| on one core | time relative to `datasets` |", "|---|---|")
    first = next(iter(of.converting.values()))
    for name, taken in of.converting.items():
        yield f"| {name} | {taken / first:.1f} |"
    yield from ("", "`datasets` copies the text; a shard normalises it, divides it and writes its offset map.", "")


def _engines(of: Measurements) -> Iterator[str]:
    one = of.pools[1][0]
    yield from (
        "## Engines",
        "",
        "| `vouchbank bulk` | time relative to one process | peak of the largest process |",
        "|---|---|---|",
    )
    for workers, (taken, peak) in of.pools.items():
        yield f"| {workers} process{'es' if workers > 1 else ''} | {taken / one:.2f} | {peak:,.0f} MiB |"
    yield f"| Dask, two running workers | {of.dask / one:.2f} | |"
    yield ""


def exponent(sizes: Sequence[Measured]) -> float:
    """The slope of time over number, both as logarithms.

    >>> round(exponent([{"articles": 10, "made": 1.0}, {"articles": 100, "made": 10.0}]), 2)
    1.0
    """
    if len(sizes) < 2:
        return float("nan")
    return linear_regression([log(s["articles"]) for s in sizes], [log(s["made"]) for s in sizes]).slope


def _growth(of: Measurements) -> Iterator[str]:
    first = of.growth[0]
    yield from (
        "## Growth",
        "",
        "| articles | parts | time per article, relative to the smallest | peak memory |",
        "|---|---|---|---|",
    )
    for size in of.growth:
        each = size["made"] / size["articles"] / (first["made"] / first["articles"])
        yield f"| {size['articles']:,} | {size['parts']} | {each:.2f} | {size['peak']:,.0f} MiB |"
    yield f"| exponent | | {exponent(of.growth):.2f} | |"


def costs(of: Measurements) -> Iterator[str]:
    """What a million and 100 million articles cost, from what was measured."""
    last = of.growth[-1]
    each = {name: last[name] / last["articles"] for name in ("made", "finished", "checked", "bytes")}
    annotated = of.annotating["seconds"] / of.annotating["articles"]
    yield from (BEGIN, "## What a million costs", "")
    ms = {name: f"{each[name] * 1e3:.2f} ms" for name in ("made", "checked")}
    yield f"Measured on one core, for one article: {ms['made']} to make its row,"
    yield f"{annotated * 1e3:.1f} ms with {of.validating['spans']:.0f} spans, {ms['checked']} to check it with"
    yield f"`check --tables`, {each['finished'] * 1e6:.0f} µs to compare its id with all others;"
    yield f"{each['bytes']:,.0f} bytes of Parquet come from {of.line['bytes']:,.0f} bytes of JSON Lines."
    yield "So, if only the number of cores limits it:"
    yield ""
    yield f"| articles | parts | one core | {CORES} cores | annotated, {CORES} cores | ids, one core | output | input |"
    yield "|---|---|---|---|---|---|---|---|"
    for count in (1_000_000, 100_000_000):
        parts = -(-count * of.line["bytes"] // (64 * 1024**2))
        made, spans = count * each["made"], count * annotated
        columns = (
            f"{count:,}", f"{parts:,.0f}", _time(made), _time(made / CORES), _time(spans / CORES),
            _time(count * each["finished"]), _size(count * each["bytes"]), _size(count * of.line["bytes"]),
        )  # fmt: skip
        yield f"| {' | '.join(columns)} |"
    yield END


def _time(seconds: float) -> str:
    """A duration in the largest unit of which there are two.

    >>> _time(50), _time(600), _time(90_000)
    ('50 s', '10 min', '25 h')
    """
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7_200 else f"{seconds / 3600:.0f} h"


def _size(count: float) -> str:
    """A number of bytes.

    >>> _size(2.4e9), _size(3.4e11)
    ('2.4 GB', '340 GB')
    """
    return f"{count / 1e9:.1f} GB" if count < 1e10 else f"{count / 1e9:,.0f} GB"


def within(text: str) -> str:
    """The part of a page that is made of a run, from its first to its last line.

    Raises:
        ValueError: the page has no such part.
    """
    return text[text.index(BEGIN) : text.index(END) + len(END)]


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--write", action="store_true", help=f"write {REPORT}, and a part of {PAGE}")
    parser.add_argument("--most", type=int, default=MOST, metavar="N", help="at most so many articles")
    parser.add_argument("--pages", default="", metavar="PATH", help="normalise also the development pages")
    options = parser.parse_args()
    text = page(measured(options.most, options.pages))
    print(text)
    if options.write:
        (ROOT / REPORT).write_text(text, "utf-8")
        held = (ROOT / PAGE).read_text("utf-8")
        (ROOT / PAGE).write_text(held.replace(within(held), within(text)), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
