"""The mutation test of the gate: put thousands of faults into the real sources, one at a time, and see what is caught.

    python -m bench.mutation                 print the table
    python -m bench.mutation --write         write bench/mutation.md
    python -m bench.mutation --only NAME     one operator, with every mutant that is missed or placed wrongly

Every mutant is made from a seed: the same sources give the same mutants.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from random import Random

import bench.operators  # noqa: F401  (importing it registers them)
from bench.mutants import OPERATORS, Mutant, Operator, Sources
from bench.mutation_page import Row, page
from bench.trial import Gate, Verdict

ROOT = Path(__file__).parents[1]
SEED = 4
EACH = 40
OF_THE_SECOND_READING = 12
REPORT = "bench/mutation.md"


def mutants(sources: Sources, operator: Operator, each: int, seed: int = SEED) -> list[Mutant]:
    """At most `each` mutants of an operator, the same for the same sources and seed."""
    rng = Random(f"{seed}:{operator.name}")
    made = {(m.file, m.data, m.folder): m for m in operator.make(sources, rng)}
    found = list(made.values())
    return found if len(found) <= each else rng.sample(found, each)


def rows(verdicts: Iterable[Verdict]) -> list[Row]:
    """The verdicts by operator, in the order of their registration."""
    by_operator: dict[str, list[Verdict]] = {name: [] for name in OPERATORS}
    for verdict in verdicts:
        by_operator[verdict.mutant.operator].append(verdict)
    return [Row(OPERATORS[name], tuple(found)) for name, found in by_operator.items() if found]


def run(names: Sequence[str], each: int, raw: bool, workers: int) -> list[Verdict]:
    """The verdicts on the mutants of some operators over the real sources."""
    shares = [(list(names)[i::workers], each, raw) for i in range(workers)]
    if workers == 1:
        return _share(shares[0])
    with ProcessPoolExecutor(workers) as pool:
        return [verdict for found in pool.map(_share, shares) for verdict in found]


def _share(share: tuple[list[str], int, bool]) -> list[Verdict]:
    names, each, raw = share
    with tempfile.TemporaryDirectory() as folder:
        gate = Gate(ROOT, Path(folder) / "copy", raw)
        sources = gate.sources
        return [gate.judge(m) for name in names for m in mutants(sources, OPERATORS[name], each)]


def kills(found: Iterable[Verdict]) -> Counter[str]:
    """How many mutants each check spoke of."""
    return Counter(slug for verdict in found for slug in verdict.slugs)


def second_reading() -> list[str]:
    """The operators that are run with the raw annotations there: damage to decisions, and plausible wrong gold."""
    plausible = [o.name for o in OPERATORS.values() if o.kind == "plausible"]
    decided = [o.name for o in OPERATORS.values() if o.make.__module__.endswith("decisions")]
    return [*decided, *plausible]


def main() -> int:
    """Run the test; status 1 if an operator is below its floor."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--write", action="store_true", help=f"write {REPORT}")
    parser.add_argument("--only", metavar="NAME", help="one operator, with what is missed or placed wrongly")
    parser.add_argument("--raw", action="store_true", help="with --only: with the raw annotations there")
    parser.add_argument("--each", type=int, default=EACH, help="how many mutants of each operator, at most")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    if options.only:
        print("\n".join(_looked_into(run([options.only], options.each, options.raw, 1))))
        return 0
    with_raw = second_reading()
    alone = run([name for name in OPERATORS if not _decides(name)], options.each, False, options.workers)
    twice = run(with_raw, min(options.each, OF_THE_SECOND_READING), True, options.workers)
    text = page(rows(alone), rows(twice), kills([*alone, *twice]), options.each, SEED)
    print(text)
    if options.write:
        (ROOT / REPORT).write_text(text, "utf-8")
    decided = [r for r in rows(twice) if _decides(r.operator.name)]
    low = [r.operator.name for r in (*rows(alone), *decided) if not r.holds]
    print(f"below the floor: {', '.join(low)}" if low else "every operator is at or above its floor", file=sys.stderr)
    return 1 if low else 0


def _decides(name: str) -> bool:
    return OPERATORS[name].make.__module__.endswith("decisions")


def _looked_into(found: list[Verdict]) -> Iterator[str]:
    for verdict in found:
        if verdict.result != "caught" or not verdict.placed:
            mutant = verdict.mutant
            yield f"{verdict.result}: {mutant.file}:{mutant.lines[0]}–{mutant.lines[1]}: {mutant.what}"
            yield from (f"    {said}" for said in verdict.said)
    row = rows(found)[0] if found else None
    if row:
        yield f"{row.number} mutants, {row.caught} caught, {row.placed} at the right place"


if __name__ == "__main__":
    sys.exit(main())
