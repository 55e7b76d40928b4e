"""The mutation test of the checks: put thousands of faults into the sources, one at a time, and see what is caught.

    python -m bench.mutation                 print the report
    python -m bench.mutation --write         write bench/mutation.md
    python -m bench.mutation --only NAME     one operator, with every mutant that is missed or placed wrongly

Every mutant is made from a seed: the same sources give the same mutants.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

from bench import derived, file_faults, quotes, records
from bench.mutants import Kind, Mutant
from bench.sources import Quote, Sources, Spot
from bench.trial import Trial, Verdict
from vouchbank.corpus.records import Record
from vouchbank.report.explain import rules

ROOT = Path(__file__).parents[1]
CHECKED = tuple(rules(inputs=False))  # a fault in the sources is none of an article that `bulk` is given
SEED = 4
EACH = 8
REPORT = "bench/mutation.md"
SHOWN = 90
KINDS: tuple[Kind, ...] = ("structural", "plausible")
# the share of the structural mutants of an operator that must be caught, where it is not all of them
FLOORS = {"words-of-another-field": 0.9, "other-value": 0.98}


@dataclass(frozen=True, slots=True)
class Operator:
    """A kind of fault, and what it is put into.

    Attributes:
        fault: From a field, a quote, a record, a file or an article to its mutants.
        into: All of these that there are.
        decides: Whether it needs the raw annotations of the annotators and the adjudication.
    """

    fault: Callable[[Sources, Any, Random], Iterator[Mutant]]
    into: Callable[[Sources], Iterable[Any]]
    decides: bool = False

    @property
    def name(self) -> str:
        """The name of the function, with hyphens."""
        return self.fault.__name__.replace("_", "-")

    @property
    def title(self) -> str:
        """What it does: the first line of the docstring."""
        return (self.fault.__doc__ or "").partition("\n")[0]

    @property
    def floor(self) -> float:
        """The share of its structural mutants that must be caught."""
        return FLOORS.get(self.name, 1.0)


OF_FIELDS = (
    derived.left_out, derived.other_value, derived.value_more, derived.no_label, derived.other_type,
    derived.other_form, derived.other_number, derived.broken_reference, derived.reference_to_another_table,
    derived.reference_to_itself, derived.references_in_a_circle, derived.item_twice, derived.field_unknown,
    derived.field_misspelt, derived.field_twice, derived.not_toml, file_faults.words_not_in_the_seed,
    file_faults.value_impossible, file_faults.interval_of_another_kind,
)  # fmt: skip
OF_QUOTES = (
    quotes.quote_misspelt, quotes.quote_at_another_edge, quotes.quote_malformed, quotes.other_words,
    quotes.occurrence_wrong, quotes.occurrence_of_another_place, quotes.elision_wrong, quotes.fragments_wrong,
    quotes.words_of_another_field,
)  # fmt: skip
OF_RECORDS = (
    records.id_malformed, records.id_of_another, records.id_changed, records.record_twice, records.record_again,
    records.record_deleted, records.section_wrong, records.moved_to_another_paragraph, file_faults.record_out_of_form,
    file_faults.id_retired,
)  # fmt: skip
OF_FILES = (
    file_faults.character_wrong, file_faults.letters_decomposed, file_faults.encoding_wrong,
    file_faults.windows_line_ends,
    file_faults.merge_unfinished, file_faults.file_cut, file_faults.file_missing, file_faults.spaces_out_of_form,
)  # fmt: skip
_ALL = (
    *(Operator(fault, lambda sources: sources.spots) for fault in OF_FIELDS),
    *(Operator(fault, lambda sources: sources.quotes) for fault in OF_QUOTES),
    *(Operator(fault, lambda sources: sources.records) for fault in OF_RECORDS),
    *(Operator(fault, lambda sources: sources.documents) for fault in OF_FILES),
    Operator(file_faults.seed_changed, lambda sources: sources.articles),
    Operator(file_faults.decision_wrong, lambda sources: sources.adjudications, decides=True),
    Operator(file_faults.raw_work_changed, lambda sources: sources.articles, decides=True),
)
OPERATORS: Mapping[str, Operator] = {operator.name: operator for operator in _ALL}


# --- which mutants are made -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sample:
    """Which mutants are made of an operator.

    Attributes:
        each: How many of each table that it damages, at most, spread over its columns.
        kinds: Which kinds.
        tables: How many tables, by chance, have to do; None for all.
        raw: Whether the raw annotations of the annotators and the adjudication are there.
    """

    each: int
    kinds: tuple[Kind, ...] = KINDS
    tables: int | None = None
    raw: bool = False


SECOND_READING = Sample(3, ("plausible",), tables=4, raw=True)


def mutants(sources: Sources, operator: Operator, sample: Sample) -> list[Mutant]:
    """The mutants of an operator; the same sources give the same ones."""
    columns: dict[str, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for thing in operator.into(sources):
        table, column = _stratum(thing)
        columns[table][column].append(thing)
    return [m for kind in sample.kinds for m in _of_kind(sources, operator, columns, kind, sample)]


def _of_kind(
    sources: Sources, operator: Operator, columns: Mapping[str, Mapping[str, list[Any]]], kind: Kind, sample: Sample
) -> list[Mutant]:
    rng = Random(f"{SEED}:{operator.name}:{kind}")
    order = rng.sample(list(columns), len(columns)) if sample.tables else list(columns)
    found: list[list[Mutant]] = []
    for table in order:
        drawn = [_drawn(sources, operator, things, kind, rng) for things in columns[table].values()]
        made = _in_turn(rng.sample(drawn, len(drawn)), sample.each)
        found += [made] if made else []
        if len(found) == sample.tables:
            break
    return [mutant for made in found for mutant in made]


def _stratum(thing: Any) -> tuple[str, str]:
    if isinstance(thing, Spot):
        return thing.of, thing.column
    if isinstance(thing, Quote):
        return thing.record.table.name, thing.column.name
    return (thing.table.name, "") if isinstance(thing, Record) else ("", "")


def _drawn(sources: Sources, operator: Operator, things: Sequence[Any], kind: Kind, rng: Random) -> Iterator[Mutant]:
    """The mutants of one kind in one column: one of each thing, in an order by chance, then another of each."""
    again = [(thing, set[Any]()) for thing in rng.sample(list(things), len(things))]
    while again:
        waiting = []
        for thing, seen in again:
            made = [m for m in operator.fault(sources, thing, rng) if m.kind == kind and (m.file, m.data) not in seen]
            if made:
                mutant = replace(rng.choice(made), operator=operator.name)
                seen.add((mutant.file, mutant.data))
                yield mutant
            if len(made) > 1:
                waiting.append((thing, seen))
        again = waiting


def _in_turn(drawn: Sequence[Iterator[Mutant]], each: int) -> list[Mutant]:
    """At most so many mutants, one of each column, then another of each."""
    found: dict[Any, Mutant] = {}
    waiting = list(drawn)
    while waiting and len(found) < each:
        for column in list(waiting):
            mutant = next(column, None)
            if mutant is None:
                waiting.remove(column)
            elif len(found) < each:
                found[mutant.file, mutant.data, mutant.folder] = mutant
    return list(found.values())


# --- running them -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Row:
    """The verdicts on one kind of mutants of an operator."""

    operator: Operator
    kind: Kind
    verdicts: tuple[Verdict, ...]

    def count(self, *results: str) -> int:
        """How many have one of these results."""
        return sum(v.result in results for v in self.verdicts)

    @property
    def number(self) -> int:
        """How many mutants change something."""
        return self.count("caught", "missed", "raised")

    @property
    def caught(self) -> int:
        """How many are caught."""
        return self.count("caught")

    @property
    def placed(self) -> int:
        """How many are caught at the right file and line."""
        return sum(v.placed for v in self.verdicts)

    @property
    def holds(self) -> bool:
        """Whether as many are caught as must be; of plausible ones none has to be."""
        return self.kind == "plausible" or self.caught >= int(self.operator.floor * self.number)


def rows(verdicts: Iterable[Verdict]) -> list[Row]:
    """The verdicts by operator and kind, in the order of the operators."""
    found: dict[tuple[str, Kind], list[Verdict]] = defaultdict(list)
    for verdict in verdicts:
        found[verdict.mutant.operator, verdict.mutant.kind].append(verdict)
    order = [(name, kind) for name in OPERATORS for kind in KINDS if (name, kind) in found]
    return [Row(OPERATORS[name], kind, tuple(found[name, kind])) for name, kind in order]


def run(names: Sequence[str], sample: Sample, workers: int) -> list[Verdict]:
    """The verdicts on the mutants of some operators over the real sources."""
    shares = [(list(names)[i::workers], sample) for i in range(workers)]
    if workers == 1:
        return _share(shares[0])
    with ProcessPoolExecutor(workers) as pool:
        return [verdict for found in pool.map(_share, shares) for verdict in found]


def _share(share: tuple[list[str], Sample]) -> list[Verdict]:
    names, sample = share
    with tempfile.TemporaryDirectory() as nowhere:
        trial = Trial(ROOT, Path(nowhere), sample.raw)
        return [trial.judge(mutant) for name in names for mutant in mutants(trial.sources, OPERATORS[name], sample)]


def main() -> int:
    """Run the test; status 1 if an operator is below its floor."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--write", action="store_true", help=f"write {REPORT}")
    parser.add_argument("--only", metavar="NAME", help="one operator, with what is missed or placed wrongly")
    parser.add_argument("--raw", action="store_true", help="with --only: with the raw annotations there")
    parser.add_argument("--each", type=int, default=EACH, help="how many mutants of each operator and table, at most")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    if options.only:
        print("\n".join(_looked_into(run([options.only], Sample(options.each, raw=options.raw), 1))))
        return 0
    alone = [name for name, o in OPERATORS.items() if not o.decides]
    decided = [name for name, o in OPERATORS.items() if o.decides]
    found = run(alone, Sample(options.each), options.workers)
    decisions = run(decided, Sample(options.each, raw=True), options.workers)
    again = run(alone, SECOND_READING, options.workers)
    text = page(rows([*found, *decisions]), rows(again), options.each)
    print(text)
    if options.write:
        (ROOT / REPORT).write_text(text, "utf-8")
    low = [r.operator.name for r in rows([*found, *decisions]) if not r.holds]
    print(f"below the floor: {', '.join(low)}" if low else "every operator is at or above its floor", file=sys.stderr)
    return 1 if low else 0


def _looked_into(found: list[Verdict]) -> Iterator[str]:
    for verdict in found:
        mutant = verdict.mutant
        if mutant.kind == "structural" and (verdict.result != "caught" or not verdict.placed):
            yield f"{verdict.result}: {mutant.file}:{mutant.lines[0]}–{mutant.lines[1]}: {mutant.what}"
            yield from (f"    {said}" for said in verdict.said)
    for row in rows(found):
        yield f"{row.number} {row.kind} mutants, {row.caught} caught, {row.placed} at the right place"


# --- the report ---------------------------------------------------------------------------------------------------


def page(found: Sequence[Row], again: Sequence[Row], each: int) -> str:
    """The whole report.

    Args:
        found: What the rules say of the mutants.
        again: What they say of plausible ones where a second annotation is there.
        each: How many mutants were made of each operator and table.
    """
    structural = [r for r in found if r.kind == "structural"]
    plausible = [r for r in found if r.kind == "plausible"]
    parts = [*_opening(structural, plausible, each), *_structural(structural), *_misses(structural)]
    return "\n".join([*parts, *_plausible(plausible, again), *_checks([*found, *again])]) + "\n"


def _opening(structural: Sequence[Row], plausible: Sequence[Row], each: int) -> Iterator[str]:
    yield from ("# Do the checks catch what is wrong?", "")
    yield "Made by `python -m bench.mutation --write` (`nox -s mutation`)."
    yield f"At most {each} mutants of each operator and table over the real articles, seed {SEED}."
    yield "[README.md](README.md) explains how it works and what counts as caught."
    yield from ("", "| | mutants | caught | in the right file and line |", "|---|---|---|---|")
    for name, held in (("structural", structural), ("plausible (no check can know)", plausible)):
        number, caught, placed = (sum(getattr(r, n) for r in held) for n in ("number", "caught", "placed"))
        yield f"| {name} | {number:,} | {caught:,} ({_part(caught, number)}) | {placed:,} ({_part(placed, number)}) |"
    yield f"| equivalent (left out) | {sum(r.count('equivalent') for r in (*structural, *plausible)):,} | | |"
    yield ""


def _structural(found: Sequence[Row]) -> Iterator[str]:
    yield from (
        "## Structural mutants",
        "",
        "If an operator damages several tables, they are named.",
        "",
    )
    yield "| operator | what is wrong | mutants | caught | right place | missed | floor |"
    yield "|---|---|---|---|---|---|---|"
    for row in found:
        o, missed = row.operator, row.count("missed", "raised")
        yield f"| {o.name} | {o.title} | {row.number} | {row.caught} | {row.placed} | {missed or ''} | {o.floor:.0%} |"
    yield ""


def _misses(found: Sequence[Row]) -> Iterator[str]:
    """An example of each operator and table that is not caught, or not in the right place, each time."""
    yield from ("## What is missed or placed elsewhere", "", "| operator | of | | an example |", "|---|---|---|---|")
    for row in found:
        kinds = {"missed": [v for v in row.verdicts if v.result == "missed"]}
        kinds["raised an exception"] = [v for v in row.verdicts if v.result == "raised"]
        kinds["elsewhere"] = [v for v in row.verdicts if v.result == "caught" and not v.placed]
        for what, verdicts in kinds.items():
            for of in dict.fromkeys(v.mutant.of for v in verdicts):
                held = [v.mutant for v in verdicts if v.mutant.of == of]
                yield f"| {row.operator.name} | {of} | {len(held)} {what} | {_example(held[0])} |"
    yield ""


def _plausible(found: Sequence[Row], again: Sequence[Row]) -> Iterator[str]:
    yield from ("## Plausible mutants", "")
    yield "Nothing in the sources contradicts these; only a reader of the article can see that they are wrong. A second"
    yield "annotation and its adjudication catch them: the last column is a sample with the raw annotations."
    yield from ("", "| operator | what is wrong | mutants | caught by checks | caught with a second annotation |")
    yield "|---|---|---|---|---|"
    second = {r.operator.name: r for r in again}
    for row in found:
        held = second.get(row.operator.name)
        with_it = f"{held.caught} of {held.number}" if held else "–"
        yield f"| {row.operator.name} | {row.operator.title} | {row.number} | {row.caught} | {with_it} |"
    yield ""


def _checks(found: Sequence[Row]) -> Iterator[str]:
    killed = Counter(name for row in found for verdict in row.verdicts for name in verdict.names)
    yield from (
        "## Mutants by check",
        "",
        "How many mutants each check spoke of. A check that no mutant is for has its fixture.",
        "",
    )
    yield from ("| check | mutants |", "|---|---|")
    yield from (f"| {name} | {killed[name] or 'none'} |" for name in CHECKED)
    yield ""


def _example(mutant: Mutant) -> str:
    text = mutant.what if len(mutant.what) <= SHOWN else mutant.what[:SHOWN] + "…"
    return "`" + text.replace("|", "¦").replace("`", "'").replace("\n", "⏎") + "`"


def _part(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "–"


if __name__ == "__main__":
    sys.exit(main())
