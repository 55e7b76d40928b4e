"""Whatever stands in the files of a corpus, every command reads, checks, formats, refuses or shows: no traceback.

`test_reader_fuzz.py` damages one file and looks at the reader and at `check`. Here several files of a whole corpus are
damaged at once, values at known places are replaced by hostile ones, files change places or vanish, and every command
runs over what is left, through the front door of the command line.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.checks_support import TOY
from vouchbank.cli import main
from vouchbank.toml.reader import read_toml

pytestmark = pytest.mark.system

SOURCES = {p.relative_to(TOY).as_posix(): p.read_bytes() for p in sorted(TOY.rglob("*")) if p.is_file()}
TOMLS = {name: read_toml(data, name) for name, data in SOURCES.items() if name.endswith(".toml")}
SETTINGS = settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
COMMANDS = (
    ("check",),
    ("format", "--check"),
    ("format",),
    ("normalise",),
    ("show", "000"),
    ("show", "001"),
    ("check",),
)
Damage = dict[str, bytes | None]

HOSTILE = [
    *('""', '" "', '"\\u001b[2J"', '"\\u202e"', '"\\n::error file=x::y"', '"`|<script>"', "'''\n'''"),
    *("0", "-1", "1e400", "nan", "inf", "true", "1979-05-27", "07:32:00", "1979-05-27T07:32:00Z", "9" * 40),
    *("[]", "[[]]", "[[[[[[]]]]]]", "{}", "{ q = 1 }", '{ p = "p1" }', '{ q = "the", n = "1/0" }', '["a1", 1]'),
    *('{ q = "the", p = "p999999" }', '{ q = "the", n = "999999/999999" }', "{ a = { b = { c = {} } } }"),
    *('[{ q = "" }]', '"p1"', '"a1"', '"000-a1"', '"999-q1"', '"[1, 0]"', '"(-inf, inf)"', '"9999-99-99"'),
    *('"[999999999999999999, inf)"', '"../../etc/passwd"', '"000/../001"', '"\\\\"', '"{}"', '"%s%n"', '" … "'),
    *('"a b c d … e f g h"', '"\U0001f6a2"', '"' + "x" * 5000 + '"'),
]


@st.composite
def damaged_values(draw: st.DrawFn) -> Damage:
    """Up to five values of up to three files are replaced, at the places where values stand."""
    damage: Damage = {}
    for name in draw(st.lists(st.sampled_from(sorted(TOMLS)), min_size=1, max_size=3, unique=True)):
        text = TOMLS[name].text
        lines = text.split("\n")
        starts = [sum(len(line) + 1 for line in lines[:i]) for i in range(len(lines))]
        cells = sorted(TOMLS[name].cells.values(), reverse=True)
        taken = len(text) + 1
        for place in draw(
            st.lists(st.sampled_from(cells), max_size=5, unique=True).map(lambda x: sorted(x, reverse=True))
        ):
            start = starts[place.line - 1] + place.column - 1
            end = starts[place.end_line - 1] + place.end_column - 1
            if end <= taken:
                text, taken = text[:start] + draw(st.sampled_from(HOSTILE)) + text[end:], start
        damage[name] = text.encode("utf-8")
    return damage


@st.composite
def shuffled_files(draw: st.DrawFn) -> Damage:
    """Files take the contents of others, lose lines, or are gone."""
    damage: Damage = {}
    for name in draw(st.lists(st.sampled_from(sorted(SOURCES)), min_size=1, max_size=4, unique=True)):
        kind = draw(st.sampled_from(["other", "cut", "gone", "doubled", "binary", "lines"]))
        data = SOURCES[name]
        if kind == "other":
            data = SOURCES[draw(st.sampled_from(sorted(SOURCES)))]
        elif kind == "cut":
            data = data[: draw(st.integers(0, len(data)))]
        elif kind == "doubled":
            data = data + data
        elif kind == "binary":
            data = draw(st.binary(max_size=80))
        elif kind == "lines":
            data = b"\n".join(draw(st.permutations(data.split(b"\n"))))
        damage[name] = None if kind == "gone" else data
    return damage


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("files") / "toy"


def laid_out(root: Path, damage: Damage) -> None:
    """The toy corpus with the damaged files."""
    shutil.rmtree(root, ignore_errors=True)
    for name, data in {**SOURCES, **damage}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if data is not None:
            path.write_bytes(data)


def run(root: Path, *words: str) -> Result:
    return CliRunner().invoke(main, [words[0], "--root", str(root), *words[1:]])


def said_not_raised(result: Result) -> None:
    """A run ends with a status that means something, and shows no control characters."""
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code in (0, 1, 2), result.output
    assert "Traceback" not in result.output
    assert all(c.isprintable() or c in "\n\t" for c in result.output)


def runs_over(root: Path, damage: Damage) -> None:
    laid_out(root, damage)
    for words in COMMANDS:
        said_not_raised(run(root, *words))


@given(damaged_values())
@SETTINGS
def test_hostile_values_anywhere_never_raise_in_any_command(root: Path, damage: Damage) -> None:
    runs_over(root, damage)


@given(shuffled_files())
@example({"annotations/registry.toml": None})
@example({"seeds/000/meta.toml": None, "seeds/001/raw.txt": None})
@example({"annotations/000/entities.toml": SOURCES["annotations/figures.toml"]})
@example({"annotations/figures.toml": SOURCES["annotations/000/entities.toml"]})
@example({"annotations/registry.toml": SOURCES["seeds/000/meta.toml"]})
@example({"seeds/000/meta.toml": SOURCES["annotations/registry.toml"]})
@SETTINGS
def test_files_that_vanish_or_change_places_never_raise_in_any_command(root: Path, damage: Damage) -> None:
    runs_over(root, damage)


@given(st.one_of(damaged_values(), shuffled_files()))
@settings(SETTINGS, max_examples=6)
def test_a_corpus_with_errors_is_never_built(root: Path, damage: Damage) -> None:
    laid_out(root, damage)
    if run(root, "check").exit_code == 1:
        result = run(root, "build")
        said_not_raised(result)
        assert result.exit_code != 0
        assert not (root / "corpus").exists()


@given(st.one_of(damaged_values(), shuffled_files()))
@SETTINGS
def test_formatting_a_damaged_corpus_twice_changes_nothing_more(root: Path, damage: Damage) -> None:
    laid_out(root, damage)
    said_not_raised(run(root, "format"))
    once = {p: p.read_bytes() for p in root.rglob("*.toml")}
    said_not_raised(run(root, "format"))
    assert {p: p.read_bytes() for p in root.rglob("*.toml")} == once


@given(st.one_of(damaged_values(), shuffled_files()))
@SETTINGS
def test_no_command_but_those_that_write_changes_a_file(root: Path, damage: Damage) -> None:
    laid_out(root, damage)
    before = {p: p.read_bytes() for p in root.rglob("*") if p.is_file()}
    for words in (("check",), ("format", "--check"), ("show", "000")):
        said_not_raised(run(root, *words))
    assert {p: p.read_bytes() for p in root.rglob("*") if p.is_file()} == before


@given(st.text(max_size=12) | st.sampled_from(["000/../001", "../toy", "000\n", "0000", "\x1b[2J", "*", ""]))
@settings(SETTINGS, max_examples=20)
def test_any_word_can_be_asked_for_as_an_article(root: Path, word: str) -> None:
    if not (root / "seeds").is_dir():
        laid_out(root, {})
    result = CliRunner().invoke(main, ["show", "--root", str(root), "--", word])
    said_not_raised(result)
