"""Measure what a command loads before it does anything: its modules, and the time as a multiple of a bare Python.

Example:
    >>> heavy(("json", "polars.expr", "numpy"))
    ('numpy', 'polars')
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[1]
HEAVY = (
    *("polars", "pandera", "pyarrow", "datasets", "matplotlib", "pandas", "numpy", "duckdb", "huggingface_hub"),
    *("krippendorff", "scipy", "syntok", "torch"),
)
LISTED = "\nimport sys; print('\\n'.join(sys.modules), file=sys.stderr)"
CALL = "from vouchbank.cli import main; main({words!r}, standalone_mode=False)"
_CHECK = "try:\n " + CALL + "\nexcept SystemExit:\n pass"
STARTS = {
    "python -c pass": "pass",
    "import vouchbank": "import vouchbank",
    "vouchbank --help": CALL.format(words=["--help"]),
    "vouchbank check (two toy articles)": _CHECK.format(words=["check", "--root", str(ROOT / "tests" / "toy")]),
    "vouchbank check (the five articles)": _CHECK.format(words=["check", "--root", str(ROOT)]),
}


@dataclass(frozen=True, slots=True)
class Start:
    """How one start went: seconds (the median of several), and the modules that were loaded at its end."""

    name: str
    seconds: float
    modules: tuple[str, ...]


def heavy(modules: Iterable[str]) -> tuple[str, ...]:
    """Those of the heavy libraries that are among the modules."""
    tops = {name.partition(".")[0] for name in modules}
    return tuple(sorted(tops & set(HEAVY)))


def modules_of(code: str) -> tuple[str, ...]:
    """The modules that are loaded after running code in a Python of its own."""
    result = subprocess.run([sys.executable, "-c", code + LISTED], capture_output=True, text=True, check=True, cwd=ROOT)
    return tuple(result.stderr.split())


def start(name: str, code: str, times: int) -> Start:
    """Run code in a Python of its own, several times."""
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, cwd=ROOT)
        taken.append(time.perf_counter() - begun)
    return Start(name, median(taken), modules_of(code))


def starts(times: int = 7) -> list[Start]:
    """All starts, the bare Python first."""
    return [start(name, code, times) for name, code in STARTS.items()]
