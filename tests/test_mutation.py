"""The checks catch faults put into the real sources; `bench/mutation.md` has the whole table, this a sample of it."""

from __future__ import annotations

import json
import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from bench import mutants as edits
from bench.derived import changed
from bench.mutants import Mutant
from bench.mutation import CHECKED, KINDS, OPERATORS, ROOT, Row, Sample, mutants, rows
from bench.sources import ABSENT, Sources
from bench.trial import Trial, meaning
from vouchbank.corpus import Corpus

pytestmark = pytest.mark.system

ASKED = [name for name, operator in OPERATORS.items() if not operator.decides]
TOY = Path(__file__).parent / "toy"
FEW = Sample(1, ("structural",), tables=2)


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Trial:
    return Trial(ROOT, tmp_path_factory.mktemp("nowhere"))


@pytest.fixture(scope="module")
def toy_sources() -> Sources:
    return Sources(Corpus(TOY))


@pytest.fixture(scope="module")
def found(trial: Trial) -> dict[str, Row]:
    made = [mutant for name in ASKED for mutant in mutants(trial.sources, OPERATORS[name], FEW)]
    return {row.operator.name: row for row in rows(map(trial.judge, made))}


@pytest.mark.parametrize("name", ASKED)
def test_an_operator_is_caught_as_often_as_its_floor_says(found: dict[str, Row], name: str) -> None:
    row = found[name]
    assert row.number, "the corpus has nothing to put this fault into"
    assert row.holds, [v.mutant.what for v in row.verdicts if v.result != "caught"]


def test_the_sample_is_caught_at_the_right_file_and_line(found: dict[str, Row]) -> None:
    number, placed = (sum(getattr(row, name) for row in found.values()) for name in ("number", "placed"))
    elsewhere = [(v.mutant.operator, v.said) for row in found.values() for v in row.verdicts if not v.placed]
    assert placed >= 0.95 * number, elsewhere


def test_the_same_sources_give_the_same_mutants(trial: Trial) -> None:
    for name in ("other-value", "quote-misspelt", "record-deleted"):
        sample = Sample(1, KINDS, tables=2)
        assert mutants(trial.sources, OPERATORS[name], sample) == mutants(Sources(trial.base), OPERATORS[name], sample)


def test_a_mutant_leaves_the_sources_as_they_were(trial: Trial) -> None:
    before = dict(trial.held)
    for name in ("file-missing", "character-wrong", "no-label"):
        for mutant in mutants(trial.sources, OPERATORS[name], FEW):
            assert trial.judge(mutant).result == "caught"
    assert trial.held == before
    entities = trial.base.article(trial.base.article_ids[0]).files["entities"].document
    assert trial.judge(Mutant("", entities.file, entities.text.encode(), (1, 1), "as it was")).result == "equivalent"


def test_without_rules_nothing_is_caught(trial: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    mutant = mutants(trial.sources, OPERATORS["no-label"], FEW)[0]
    monkeypatch.setattr("vouchbank.checks.run.check", lambda corpus: [])
    assert trial.judge(mutant).result == "missed"


def test_a_rule_that_raises_is_told_apart(trial: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(corpus: Corpus) -> None:
        raise KeyError("entity")

    mutant = mutants(trial.sources, OPERATORS["no-label"], FEW)[0]
    monkeypatch.setattr("vouchbank.checks.run.check", fails)
    assert (trial.judge(mutant).result, trial.judge(mutant).said) == ("raised", ("KeyError('entity')",))


def test_a_change_of_no_value_is_equivalent(trial: Trial) -> None:
    document = trial.base.article("004").files["entities"].document
    data = document.text.replace("\n", "\n# a comment\n", 1).encode()
    assert trial.judge(Mutant("", document.file, data, (1, 1), "a comment")).result == "equivalent"
    assert meaning(trial.base, document.file) is not None


# --- what follows from the schema -----------------------------------------------------------------


def of(sources: Sources, name: str, column: str) -> dict[str, str]:
    """The kinds of the mutants that an operator makes of a column, by what they change."""
    things = [t for t in OPERATORS[name].into(sources) if f"{t.of}.{t.column}" == column]
    rng = Random(1)
    return {m.what: m.kind for thing in things for m in OPERATORS[name].fault(sources, thing, rng)}


def test_a_new_column_needs_no_operator(base: Path) -> None:
    shutil.copytree(ROOT / "schema", base / "schema")
    stated = json.loads((base / "schema/entities.json").read_text("utf-8"))
    stated["properties"]["mood"] = {"written": "optional", "oneOf": [{"const": "good"}, {"const": "bad"}]}
    (base / "schema/entities.json").write_text(json.dumps(stated), "utf-8")
    file = base / "annotations/000/entities.toml"
    file.write_text(file.read_text("utf-8").replace('type = "DATE"', 'type = "DATE", mood = "good"', 1), "utf-8")
    sources = Sources(Corpus(base))
    made = {name: of(sources, name, "entities.mood") for name in ("left-out", "other-value", "value-more", "no-label")}
    assert all(made.values())
    assert set(made["other-value"].values()) == {"plausible"}
    assert set(made["no-label"].values()) == {"structural"}


@pytest.mark.parametrize(
    ("name", "column", "kinds"),
    [
        ("left-out", "entities.note", {"plausible"}),
        ("left-out", "entities.type", {"structural"}),  # the schema requires it
        ("left-out", "entities.reading", {"structural"}),  # a condition of the schema requires it of a GPE
        ("left-out", "attributions.cue", {"plausible", "structural"}),  # its kind contradicts it, where that is written
        ("left-out", "meta.view", {"plausible"}),
        ("other-value", "claims.pairs.item.relation", {"plausible"}),
        ("other-value", "registry.qid", {"structural"}),  # two rows have one item
        ("value-more", "quantities.change", {"plausible"}),
        ("value-more", "quantities.vouched_by.item", {"structural"}),  # it needs a reason
        ("interval-of-another-kind", "quantities.interval", {"structural"}),  # the words of the number contradict it
        ("other-number", "registry.qid", {"plausible"}),
        ("reference-to-itself", "quantities.part_of.item", {"structural"}),
    ],
)
def test_a_mutant_is_structural_where_something_contradicts_it(
    trial: Trial, name: str, column: str, kinds: set[str]
) -> None:
    assert set(of(trial.sources, name, column).values()) == kinds


# --- edits ---------------------------------------------------------------------------------------------


def outside(text: str, first: int, last: int) -> tuple[list[str], list[str]]:
    lines = text.split("\n")
    return lines[: first - 1], lines[last:]


def test_an_edit_changes_one_value_and_says_in_which_lines(toy_sources: Sources) -> None:
    for spot in toy_sources.spots:
        whole, path = dict(spot.document.values), spot.path
        made = [(changed(whole, path, ABSENT), edits.without(spot.document, path))] if spot.written else []
        if spot.inline:
            made.append((changed(whole, path, [7]), edits.replaced(spot.document, path, "[7]")))
        elif not spot.written and isinstance(path[-1], str):
            made.append((changed(whole, path, [7]), edits.added(spot.document, path[:-1], path[-1], [7])))
        for values, edit in made:
            rows = {name: value for name, value in values.items() if value != []}  # no row is left of [[rows]]
            assert tomllib.loads(edit.text) == rows, spot.what
            before, after = outside(edit.text, edit.lines[0], max(edit.lines[1], edit.lines[0]))
            assert spot.document.text.startswith("\n".join(before))
            assert spot.document.text.endswith("\n".join(after))


def test_lines_below_an_edit_move_as_it_says(toy_sources: Sources) -> None:
    for record in toy_sources.records:
        document, last = record.document, edits.extent(record.document, record.path)[1]
        for edit in (edits.without(document, record.path), edits.doubled(document, record.path)):
            below = document.text.split("\n")[last:]
            assert edit.text.split("\n")[last + edit.moved :] == below


# --- the report and the README ---------------------------------------------------------------------


def reported() -> Iterator[str]:
    """The checks that the last table of the report lists."""
    text = (ROOT / "bench/mutation.md").read_text("utf-8").partition("## Mutants by check")[2]
    rows = ([cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines())
    return (cells[0] for cells in rows if len(cells) == 2 and cells[0] not in ("check", "---"))


def test_the_report_lists_every_check_and_every_operator() -> None:
    assert set(reported()) == set(CHECKED), "run: python -m bench.mutation --write"
    text = (ROOT / "bench/mutation.md").read_text("utf-8")
    assert [name for name in OPERATORS if f"| {name} |" not in text] == []


def test_the_bench_is_where_its_readme_says() -> None:
    readme = (ROOT / "bench/README.md").read_text("utf-8")
    for path in sorted(Path(ROOT / "bench").glob("[a-z]*.py")):
        assert f"`{path.name}`" in readme
