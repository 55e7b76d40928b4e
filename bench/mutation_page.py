"""The report of the mutation test as Markdown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench.mutants import Mutant, Operator
from bench.trial import Verdict
from vouchbank.checks import CHECKS

# checks that no operator can make speak, and why
CANNOT = {
    "map-round-trip": "none: it guards the normalisation, which only a fault of the code breaks",
    "raw-differs-from-base": "none: it needs an older state of the sources (`vouchbank check --against`)",
}
SHOWN = 90
HEADING = "| operator | what is wrong | mutants | caught | right place | missed | floor |"


@dataclass(frozen=True, slots=True)
class Row:
    """The verdicts of one operator."""

    operator: Operator
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
        """Whether at least the floor is caught."""
        return self.caught >= int(self.operator.floor * self.number)


def page(alone: Sequence[Row], twice: Sequence[Row], killed: Counter[str], each: int, seed: int) -> str:
    """The whole report."""
    structural = [r for r in alone if r.operator.kind == "structural"]
    plausible = [r for r in alone if r.operator.kind == "plausible"]
    decided = [r for r in twice if r.operator.kind == "structural"]
    again = [r for r in twice if r.operator.kind == "plausible"]
    parts = [
        *_opening([*structural, *decided], plausible, each, seed),
        *_table("Structural mutants", structural),
        *_table("Decisions of the adjudication", decided),
        *_misses([*structural, *decided]),
        *_plausible(plausible, again),
        *_checks(killed),
    ]
    return "\n".join(parts) + "\n"


def _opening(structural: Sequence[Row], plausible: Sequence[Row], each: int, seed: int) -> Iterator[str]:
    number, caught = sum(r.number for r in structural), sum(r.caught for r in structural)
    placed = sum(r.placed for r in structural)
    equivalent = sum(r.count("equivalent") for r in (*structural, *plausible))
    yield "# Does the gate catch what is wrong?"
    yield ""
    yield "Made by `python -m bench.mutation --write` (`nox -s mutation`)."
    yield f"At most {each} mutants of each operator over the five articles, seed {seed}."
    yield "How it works, and what counts as caught, is told in [README.md](README.md)."
    yield ""
    yield "| | mutants | caught | at the right file and line |"
    yield "|---|---|---|---|"
    yield f"| structural | {number:,} | {caught:,} ({_share(caught, number)}) | {placed:,} ({_share(placed, number)}) |"
    n, c, p = (sum(getattr(r, name) for r in plausible) for name in ("number", "caught", "placed"))
    yield f"| plausible (no rule can know) | {n:,} | {c:,} ({_share(c, n)}) | {p:,} ({_share(p, n)}) |"
    yield f"| equivalent (left out) | {equivalent:,} | | |"
    yield ""


def _table(title: str, found: Sequence[Row]) -> Iterator[str]:
    if not found:
        return
    yield from (f"## {title}", "", HEADING, "|---|---|---|---|---|---|---|")
    for row in found:
        o, missed = row.operator, row.count("missed", "raised")
        counts = f"{row.number} | {row.caught} | {row.placed} | {missed or ''} | {o.floor:.0%}"
        yield f"| {o.name} | {o.title} | {counts} |"
    yield ""


def _misses(found: Sequence[Row]) -> Iterator[str]:
    """One example for every operator that is not caught, or not in the right place, each time."""
    yield from ("## What is missed or placed elsewhere", "", "| operator | | an example |", "|---|---|---|")
    for row in found:
        missed = [v for v in row.verdicts if v.result == "missed"]
        elsewhere = [v for v in row.verdicts if v.result == "caught" and not v.placed]
        raised = [v for v in row.verdicts if v.result == "raised"]
        for what, verdicts in (("missed", missed), ("raised an exception", raised), ("elsewhere", elsewhere)):
            if verdicts:
                yield f"| {row.operator.name} | {len(verdicts)} {what} | {_example(verdicts[0].mutant)} |"
    yield ""


def _plausible(alone: Sequence[Row], twice: Sequence[Row]) -> Iterator[str]:
    yield "## Plausible mutants"
    yield ""
    yield "Nothing in the sources contradicts these; only who reads the article sees that they are wrong. A second,"
    yield "independent annotation and its adjudication do: the last column is a sample with the raw annotations there."
    yield ""
    yield "| operator | what is wrong | mutants | caught by rules | caught with a second annotation |"
    yield "|---|---|---|---|---|"
    second = {r.operator.name: r for r in twice}
    for row in alone:
        again = second.get(row.operator.name)
        with_it = f"{again.caught} of {again.number}" if again else "–"
        yield f"| {row.operator.name} | {row.operator.title} | {row.number} | {row.caught} | {with_it} |"
    yield ""


def _checks(killed: Counter[str]) -> Iterator[str]:
    yield from (
        "## Mutants by check",
        "",
        "How many mutants each check spoke of.",
        "",
        "| check | mutants |",
        "|---|---|",
    )
    for slug in CHECKS:
        yield f"| {slug} | {killed[slug] or CANNOT.get(slug, 'none')} |"
    yield ""


def _example(mutant: Mutant) -> str:
    text = mutant.what if len(mutant.what) <= SHOWN else mutant.what[:SHOWN] + "…"
    return "`" + text.replace("|", "¦").replace("`", "'").replace("\n", "⏎") + "`"


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "–"
