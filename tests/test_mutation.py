"""The gate catches faults put into the real sources; `bench/mutation.md` has the whole table, this a sample of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bench.mutants import OPERATORS, Mutant
from bench.mutation import ROOT, mutants, second_reading
from bench.mutation_page import CANNOT, Row
from bench.trial import FORM, Gate, meaning
from vouchbank.checks import CHECKS

pytestmark = pytest.mark.slow

DECIDED = [n for n, o in OPERATORS.items() if o.make.__module__.endswith("decisions")]
ASKED = [n for n, o in OPERATORS.items() if o.floor > 0 and n not in DECIDED]
SAMPLE = 2


@pytest.fixture(scope="module")
def gate(tmp_path_factory: pytest.TempPathFactory) -> Gate:
    return Gate(ROOT, tmp_path_factory.mktemp("gate") / "copy")


@pytest.fixture(scope="module")
def rows(gate: Gate) -> dict[str, Row]:
    sources = gate.sources
    return {
        name: Row(OPERATORS[name], tuple(gate.judge(m) for m in mutants(sources, OPERATORS[name], SAMPLE)))
        for name in ASKED
    }


@pytest.mark.parametrize("name", ASKED)
def test_an_operator_is_caught_as_often_as_its_floor_says(rows: dict[str, Row], name: str) -> None:
    row = rows[name]
    missed = [v.mutant.what for v in row.verdicts if v.result == "missed"]
    assert row.verdicts, "the corpus has nothing to put this fault into"
    assert row.holds, f"missed: {missed}"


def test_the_sample_is_caught_at_the_right_file_and_line(rows: dict[str, Row]) -> None:
    number, placed = (sum(getattr(r, name) for r in rows.values()) for name in ("number", "placed"))
    elsewhere = [(v.mutant.operator, v.said) for r in rows.values() for v in r.verdicts if v.said and not v.placed]
    assert placed >= 0.95 * number, elsewhere


def test_the_same_sources_give_the_same_mutants(gate: Gate) -> None:
    for name in ASKED[::9]:
        made = [mutants(gate.sources, OPERATORS[name], 4) for _ in range(2)]
        assert made[0] == made[1]


def test_a_mutant_leaves_the_copy_as_it_was(gate: Gate) -> None:
    before = {p: p.read_bytes() for p in gate.root.rglob("*") if p.is_file()}
    for name in ("file-missing", "latin-1-byte", "label-misspelt"):
        for mutant in mutants(gate.sources, OPERATORS[name], 2):
            gate.judge(mutant)
    assert {p: p.read_bytes() for p in gate.root.rglob("*") if p.is_file()} == before


def test_a_gate_without_rules_would_catch_nothing(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vouchbank.checks.CHECKS", {})
    mutant = mutants(gate.sources, OPERATORS["label-misspelt"], 1)[0]
    assert gate.judge(mutant).result == "missed"


def test_a_change_of_no_value_is_equivalent(gate: Gate) -> None:
    document = next(iter(gate.base.article("004").files.values())).document
    data = document.text.replace("\n", "\n# a comment\n", 1).encode()
    assert gate.judge(Mutant("label-misspelt", document.file, data, (1, 1), "a comment")).result == "equivalent"
    assert meaning(gate.base, document.file) is not None


def test_being_out_of_form_alone_catches_no_wrong_value() -> None:
    assert set(FORM) <= set(CHECKS)


def reported() -> Iterator[tuple[str, str]]:
    """The rows of the last table of the report: every check, and how many mutants it spoke of."""
    text = (ROOT / "bench/mutation.md").read_text("utf-8").partition("## Mutants by check")[2]
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 2 and cells[0] not in ("check", "---"):
            yield cells[0], cells[1]


def test_every_check_kills_a_mutant_or_the_report_says_why_not() -> None:
    found = dict(reported())
    assert set(found) == set(CHECKS), "run: python -m bench.mutation --write"
    idle = {slug for slug, count in found.items() if not count.replace(",", "").isdigit()}
    assert idle == set(CANNOT)


def test_the_report_names_every_operator() -> None:
    text = (ROOT / "bench/mutation.md").read_text("utf-8")
    assert [name for name in OPERATORS if f"| {name} |" not in text] == []
    assert set(second_reading()) <= set(OPERATORS)


def test_the_bench_is_where_its_readme_says() -> None:
    readme = (ROOT / "bench/README.md").read_text("utf-8")
    for path in sorted((ROOT / "bench").glob("[!_]*.py")):
        assert f"`{path.name}`" in readme
