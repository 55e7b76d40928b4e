"""How fast `normalise` is beside `str.translate`, ftfy, and the filter of C4 in datatrove, as ratios of one run.

    python -m bench.normalise_speed [PATH]

The five seeds always; with PATH, a folder of pages as `bench/normalising.py` describes it, every fourth page of both
of its renderings. All run on one core, by turns, and the fastest of their rounds counts. datatrove is not needed:
where it is not installed, its column says so.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path

from bench.normalising import RENDERINGS, pages
from vouchbank.text import normalise

ROOT = Path(__file__).parents[1]
LEAST_CHARACTERS = 500_000  # a round over fewer is mostly noise: short sets are gone through again
ROUNDS = 3
EVERY = 4  # one page of so many
MISSING = "not installed"

Reader = Callable[[str], object]


def seeds() -> list[str]:
    """The raw texts of the seeds."""
    return [file.read_bytes().decode() for file in sorted(ROOT.glob("seeds/*/raw.txt"))]


def readers() -> dict[str, Reader | None]:
    """Everything that is compared; None where it is not installed."""
    import ftfy

    return {
        "normalise": normalise,
        "str.translate": lambda text: text.translate(_TABLE),
        "ftfy.fix_text": ftfy.fix_text,
        "datatrove, C4": _c4(),
    }


_TABLE = {**dict.fromkeys((*range(9), *range(14, 32), 0xAD, 0x200B, 0xFEFF)), 0xA0: " ", 0x2003: " ", 0x3000: " "}


def _c4() -> Reader | None:
    """The line rules of C4, without those that split sentences."""
    try:
        document = import_module("datatrove.data").Document
        filters = import_module("datatrove.pipeline.filters")
    except ImportError:
        return None
    rules = filters.C4QualityFilter(min_num_sentences=-1)
    return lambda text: rules.filter(document(text=text, id=""))


def speeds(texts: Sequence[str], compared: Mapping[str, Reader | None], rounds: int = ROUNDS) -> dict[str, float]:
    """Characters a second of each that is installed, in turns on one core.

    >>> sorted(speeds(["It rained."] * 9, {"upper": str.upper, "absent": None}, rounds=1))
    ['upper']
    """
    characters = sum(map(len, texts))
    best: dict[str, float] = {}
    for _ in range(rounds):
        for name, reads in compared.items():
            if reads is None:
                continue
            begun = time.process_time()
            for text in texts:
                reads(text)
            spent = max(time.process_time() - begun, 1e-9)
            best[name] = max(best.get(name, 0.0), characters / spent)
    return best


def compared(path: Path | None = None) -> dict[str, dict[str, float]]:
    """For each set of texts the characters a second of everything that is compared."""
    sets = {"seeds": seeds()}
    if path:
        for rendering, name in RENDERINGS.items():
            sets[f"pages, {name}"] = [page["raw"] for page in pages(path, rendering)][::EVERY]
    known = readers()
    found = {}
    for name, texts in sets.items():
        again = 1 + LEAST_CHARACTERS // max(sum(map(len, texts)), 1)
        speeds(texts[:5], known, rounds=1)  # imports and tables
        found[name] = speeds(list(texts) * again, known)
    return found


def report(found: Mapping[str, Mapping[str, float]]) -> str:
    """A table: how many times as fast as each of the others `normalise` is."""
    others = [name for name in readers() if name != "normalise"]
    lines = [f"| texts | M characters a second | {' | '.join(f'times {name}' for name in others)} |"]
    lines.append("|---" * (2 + len(others)) + "|")
    for name, rates in found.items():
        mine = rates["normalise"]
        cells = [f"{mine / rates[one]:.2f}" if one in rates else MISSING for one in others]
        lines.append(f"| {name} | {mine / 1e6:.1f} | {' | '.join(cells)} |")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("path", type=Path, nargs="?", help="the folder of the development set")
    print(report(compared(parser.parse_args(arguments).path)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
