"""What an installation weighs, and how long its first import takes.

    python -m bench.install                  print the tables
    python -m bench.install --write          write bench/install.md

Sizes are those of the files that an installation puts on the disk, without compiled caches: of the wheel's own files,
and of all that it needs with an extra, read from the environment this runs in. Nothing is downloaded. Times are
multiples of a bare Python within one run.

Example:
    >>> megabytes(1_500_000)
    '1.5'
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from bench.startup import CALL, Start, heavy, start

ROOT = Path(__file__).parents[1]
REPORT = "bench/install.md"
IMPORTS = {
    "python -c pass": "pass",
    "import vouchbank": "import vouchbank",
    "vouchbank.path()": "import vouchbank; vouchbank.path()",
    'vouchbank.load("quantities")': 'import vouchbank; vouchbank.load("quantities")',
    'vouchbank.load("quantities", form="arrow")': 'import vouchbank; vouchbank.load("quantities", form="arrow")',
    "pyarrow.parquet.ParquetFile(…).read()": "import pyarrow.parquet; "
    'pyarrow.parquet.ParquetFile("corpus/data/quantities.parquet").read()',
    'vouchbank.load("quantities", form="datasets")': 'import vouchbank; vouchbank.load("quantities", form="datasets")',
    "vouchbank check --tables": f"try:\n {CALL.format(words=['check', '--tables'])}\nexcept SystemExit:\n pass",
}
NEEDED_FOR = {
    "": "reading the published corpus",
    "annotate": "work on the sources",
    "build": "building the corpus, every form of `load`",
    "dask": "many articles on many machines",
    "edit": "the editor in a browser",
    "html": "starting an article from a web page",
    "report": "agreement, plots, queries",
    "site": "the static pages",
    "all": "everything",
}


@dataclass(frozen=True, slots=True)
class Weight:
    """A distribution, and the bytes of its files as installed."""

    name: str
    size: int


def built(target: str, folder: Path) -> Path:
    """The wheel or the sdist of the repository, made anew."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return next(path for path in folder.iterdir() if path.suffix == (".whl" if target == "wheel" else ".gz"))


def requirements(wheel: Path) -> list[str]:
    """What the wheel says it needs, with the extras that ask for it."""
    archive = zipfile.ZipFile(wheel)
    name = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
    return message_from_bytes(archive.read(name)).get_all("Requires-Dist", [])


def unpacked(wheel: Path) -> tuple[int, int]:
    """Bytes of the wheel's files on the disk, and those of its data among them."""
    sizes = {info.filename: info.file_size for info in zipfile.ZipFile(wheel).infolist()}
    return sum(sizes.values()), sum(size for name, size in sizes.items() if name.startswith("vouchbank/_data/"))


def closure(requires: list[str], extra: str = "") -> dict[str, Distribution]:
    """What is needed here by requirements, and what that needs, by name."""
    found: dict[str, Distribution] = {}
    waiting = list(_wanted(requires, extra))
    seen = set[tuple[str, str]]()
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        found[name] = distribution(name)
        for one in {("", name), *((wanted, name) for wanted in requirement.extras)} - seen:
            seen.add(one)
            waiting += _wanted(found[name].requires or [], one[0])
    return dict(sorted(found.items()))


def weight(name: str, dist: Distribution) -> Weight:
    """The bytes of an installed distribution without compiled caches."""
    paths = (Path(str(dist.locate_file(file))) for file in dist.files or () if file.suffix != ".pyc")
    return Weight(name, sum(path.stat().st_size for path in paths if path.is_file()))


def megabytes(size: int) -> str:
    """A size for a table."""
    return f"{size / 1000**2:.1f}"


def sizes_page() -> Iterator[str]:
    """The tables of sizes."""
    with tempfile.TemporaryDirectory() as folder:
        wheel, sdist = (built(target, Path(folder)) for target in ("wheel", "sdist"))
        whole, data = unpacked(wheel)
        yield "| file | MB |\n|---|---:|"
        yield f"| wheel | {megabytes(wheel.stat().st_size)} |"
        yield f"| wheel, installed | {megabytes(whole)} |"
        yield f"| of which the corpus and its schema | {megabytes(data)} |"
        yield f"| sdist | {megabytes(sdist.stat().st_size)} |\n"
        requires = requirements(wheel)
    base = closure(requires)
    yield "| extra: purpose | distributions | MB |\n|---|---:|---:|"
    for extra, what in NEEDED_FOR.items():
        needed = base | (closure(requires, extra) if extra else {})
        size = whole + sum(weight(n, d).size for n, d in needed.items())
        yield f"| {f'`[{extra}]`' if extra else 'nothing more'}: {what} | {len(needed)} | {megabytes(size)} |"
    heaviest = sorted((weight(n, d) for n, d in base.items()), key=lambda w: -w.size)[:6]
    listed = ", ".join(f"{w.name} {megabytes(w.size)}" for w in heaviest)
    yield f"\nThe largest packages of the base install, in MB: {listed}."


def times_page(times: int = 7) -> Iterator[str]:
    """The table of imports."""
    found = [start(name, code, times) for name, code in IMPORTS.items()]
    yield "| in a new process | time relative to a bare Python | heavy libraries loaded |\n|---|---:|---|"
    for one in found:
        yield f"| `{one.name}` | {_ratio(one, found[0])} | {', '.join(heavy(one.modules)) or 'none'} |"


def page() -> str:
    """The report."""
    head = "# The size of an installation\n\nMade by `python -m bench.install --write`; do not edit."
    python = f"Sizes are for {sys.platform}, Python {sys.version_info.major}.{sys.version_info.minor}."
    return f"{head} {python}\n\n" + "\n".join((*sizes_page(), "\n## Import\n", *times_page())) + "\n"


def _ratio(one: Start, bare: Start) -> str:
    return f"{one.seconds / bare.seconds:.1f}"


def _wanted(requires: list[str], extra: str) -> Iterator[Requirement]:
    """Those that hold here and are installed; of an extra only what it adds."""
    for requirement in map(Requirement, requires):
        marker = requirement.marker
        always = marker is None or marker.evaluate({"extra": ""})
        added = marker is not None and not always and marker.evaluate({"extra": extra})
        if (added if extra else always) and _installed(requirement.name):
            yield requirement


def _installed(name: str) -> bool:
    try:
        distribution(name)
    except PackageNotFoundError:
        return False
    return True


def main() -> None:
    """Print or write the report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help=f"write {REPORT}")
    arguments = parser.parse_args()
    text = page()
    if arguments.write:
        (ROOT / REPORT).write_text(text, encoding="utf-8")
    print(text, end="")


if __name__ == "__main__":
    main()
