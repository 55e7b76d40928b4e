"""Measure commands on corpora in folders: time and memory of the largest process, with one process and with two.

    python -m bench.corpora                  print the table for 100 and 1,000 articles
    python -m bench.corpora --sizes 10000    other sizes

`bench.speed` puts the same table into `bench/speed.md`.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.synthetic import synthetic

ROOT = Path(__file__).parents[1]
SIZES = (100, 1_000)
COMMANDS = ("check", "build -q", "check --tables")
JOBS = (1, 2)


@dataclass(frozen=True, slots=True)
class Cost:
    """What a command took; the memory is that of the largest of its processes."""

    articles: int
    command: str
    jobs: int
    seconds: float
    mebibytes: float


def costs(sizes: Sequence[int]) -> Iterator[Cost]:
    """The commands, one after the other, on corpora that are made for them."""
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            synthetic(size).write(Path(folder))
            for command in COMMANDS:
                for jobs in JOBS:
                    seconds, mebibytes = _measured([*command.split(), "--root", folder, "--jobs", str(jobs)])
                    yield Cost(size, command, jobs, seconds, mebibytes)


def _measured(words: Sequence[str]) -> tuple[float, float]:
    begun = time.perf_counter()
    started = subprocess.Popen([sys.executable, "-m", "vouchbank", *words], cwd=ROOT, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(started.pid, 0)
    started.returncode = os.waitstatus_to_exitcode(status)
    if started.returncode:
        raise SystemExit(f"vouchbank {' '.join(words)} failed")
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    return time.perf_counter() - begun, used.ru_maxrss / unit


def section(found: Sequence[Cost]) -> Iterator[str]:
    """The table as Markdown: times to the command on one process and the fewest articles."""
    yield from ("## Corpora in folders", "")
    yield "Times are relative to the same command with one process and the fewest articles; memory is that of the"
    yield "largest process."
    yield from ("", "| command | articles | processes | time | peak memory |", "|---|---|---|---|---|")
    for command in COMMANDS:
        listed = [one for one in found if one.command == command]
        for one in listed:
            cells = (f"`{command}`", f"{one.articles:,}", str(one.jobs), f"{one.seconds / listed[0].seconds:.1f}")
            yield f"| {' | '.join(cells)} | {one.mebibytes:,.0f} MiB |"
    yield ""


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, metavar="N", help="numbers of articles")
    print("\n".join(section(list(costs(parser.parse_args().sizes)))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
