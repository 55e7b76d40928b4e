"""The command line: exit statuses, what is shown, what is written and what is left alone."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.checks_support import TOY, broken, replace, snapshot
from vouchbank.cli import main
from vouchbank.report import width

ENTITIES = "annotations/000/entities.toml"
META = "seeds/000/meta.toml"
RAW = "seeds/000/raw.txt"


def run(*words: str, root: Path) -> Result:
    return CliRunner().invoke(main, [*words, "--root", str(root)])


def stops(result: Result) -> str:
    """The one sentence of a command that could not run; there is no traceback."""
    assert result.exit_code == 2
    assert isinstance(result.exception, SystemExit)
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    return result.stderr


# --- check -------------------------------------------------------------------------------------------


def test_check_of_a_clean_corpus_exits_with_0_and_says_so(base: Path) -> None:
    result = run("check", root=base)
    assert result.exit_code == 0
    assert result.stdout.startswith("no findings (1 article, ")


def test_check_of_a_broken_corpus_exits_with_1_and_shows_place_line_caret_and_help(tmp_path: Path) -> None:
    corpus = broken("unknown-label", tmp_path)
    result = run("check", root=corpus.root)
    head, line, caret, words, marks, help_, end = result.stdout.splitlines()
    assert result.exit_code == 1
    assert head == f"{ENTITIES}:11:32: error: invalid value 'ORGA' for `type` [unknown-label]"
    assert line == '  11 | e4 = { q = "Lake Post", type = "ORGA", key = "lake-post" }'
    assert line[caret.index("^") : caret.rindex("^") + 1] == '"ORGA"'
    assert words[marks.index("-") : marks.rindex("-", 0, marks.index("000-e4") - 1) + 1] == "Lake Post"
    assert help_.startswith("     = help: did you mean 'ORG'?")
    assert end.startswith("1 error (1 article, ")


def test_the_caret_stands_under_the_spot_behind_wide_and_combining_characters(base: Path) -> None:
    replace(base, ENTITIES, 'e2 = { q = "Monday", type = "DATE" }', 'e2 = { q = "海x\u0301風", type = "DATA" }')
    _, line, caret, *_ = run("check", root=base).stdout.splitlines()
    before, spot, _ = line.partition('"DATA"')
    assert spot
    assert caret == f"     |{' ' * (width(before) - 6)}{'^' * 6}"


def test_a_warning_does_not_fail_the_run(tmp_path: Path) -> None:
    result = run("check", root=broken("seed-line-ends", tmp_path).root)
    assert result.exit_code == 0
    assert "warning: the seed has Windows line endings" in result.stdout
    assert "1 warning (" in result.stdout


def test_check_writes_nothing(tmp_path: Path) -> None:
    root = broken("not-canonical", tmp_path).root
    before = snapshot(root)
    run("check", root=root)
    assert snapshot(root) == before


@pytest.mark.parametrize("command", ["check", "format", "normalise", "build", "show"])
def test_a_folder_that_is_no_corpus_is_one_clear_sentence(command: str, tmp_path: Path) -> None:
    said = stops(run(command, root=tmp_path))
    assert said == (
        f"vouchbank: {tmp_path} is not a corpus: it has no folder 'seeds'; name the folder of a clone with --root\n"
    )


@pytest.mark.slow
def test_the_exit_status_and_the_message_are_those_of_the_process_too(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from vouchbank.cli import main; main()", "check", "--root", str(tmp_path / "none")],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 2
    assert "is not a corpus" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "hostile",
    [
        pytest.param(r"\u001b[2J\u001b]0;title\u0007", id="terminal escapes"),
        pytest.param(r"\u202egnp.exe\u2066", id="bidi characters"),
        pytest.param(r"a\nerror: 0 findings\rb", id="line ends"),
        pytest.param("\u202egnp.exe", id="bidi characters in the file itself"),
    ],
)
@pytest.mark.parametrize("field", ["q", "type", "note", "key", "{}"])
def test_hostile_characters_are_never_printed_raw(hostile: str, field: str, base: Path) -> None:
    old = 'e2 = { q = "Monday", type = "DATE" }'
    given = {"q": "Tuesday", "type": "DATA", field: hostile}
    new = ", ".join(f'{"x" if k == "{}" else k} = "{v}"' for k, v in given.items() if k != "{}")
    quoted_key = f', "{hostile}" = 1' if field == "{}" else ""
    replace(base, ENTITIES, old, f"e2 = {{ {new}{quoted_key} }}")
    result = run("check", root=base)
    assert result.exit_code == 1
    assert not {c for c in result.output if not c.isprintable()} - {"\n"}
    *found, end = result.stdout.splitlines()
    assert all(line.startswith(("   ", "annotations/")) for line in found)
    assert re.fullmatch(r"\d errors? \(1 article, \d+ checks\)", end)


# --- format ------------------------------------------------------------------------------------------


def test_format_writes_what_is_not_canonical_and_then_has_nothing_left_to_do(tmp_path: Path) -> None:
    root = broken("not-canonical", tmp_path).root
    first = run("format", root=root)
    assert first.exit_code == 0
    assert first.stdout == f"{ENTITIES}: formatted\n1 file formatted\n"
    assert 'e2 = { q = "Monday", type = "DATE" }' in (root / ENTITIES).read_text("utf-8")
    written = snapshot(root)
    assert run("format", root=root).stdout == "0 files formatted\n"
    assert snapshot(root) == written
    assert run("check", root=root).exit_code == 0


def test_format_check_writes_nothing_and_exits_with_1(tmp_path: Path) -> None:
    root = broken("not-canonical", tmp_path).root
    before = snapshot(root)
    result = run("format", "--check", root=root)
    assert result.exit_code == 1
    assert result.stdout == f"{ENTITIES}: would change\n1 file to format\n"
    assert snapshot(root) == before


def test_format_leaves_a_file_with_a_syntax_error_as_it_is_and_says_so(tmp_path: Path) -> None:
    root = broken("toml-syntax", tmp_path).root
    before = snapshot(root)
    result = run("format", root=root)
    assert result.stderr.startswith(f"{ENTITIES}: not formatted: invalid TOML")
    assert snapshot(root) == before


def test_format_does_not_say_all_is_well_where_a_file_could_not_be_formatted(tmp_path: Path) -> None:
    assert run("format", "--check", root=broken("toml-syntax", tmp_path).root).exit_code == 1


# --- normalise ---------------------------------------------------------------------------------------


def test_normalise_leaves_a_list_of_paragraphs_that_is_up_to_date_alone(base: Path) -> None:
    before = snapshot(base)
    result = run("normalise", root=base)
    assert result.exit_code == 0
    assert result.stdout == "000: 3 lines, 3 kept, 0 removed\n"
    assert snapshot(base) == before


def test_normalise_changes_the_list_of_paragraphs_and_no_other_byte(base: Path) -> None:
    whole = (base / META).read_text("utf-8")
    head, _, listed = whole.partition("[paragraphs]\n")
    head = f"# a comment  \n{head}"
    stale = listed.replace(listed.split('"')[1], "0" * 12, 1)
    (base / META).write_text(f"{head}[paragraphs]\n{stale}", "utf-8")
    dry = snapshot(base)
    assert "out of date" in run("normalise", "--dry-run", root=base).stdout
    assert snapshot(base) == dry
    assert f"{META}: paragraph ids written" in run("normalise", root=base).stdout
    assert (base / META).read_text("utf-8") == f"{head}[paragraphs]\n{listed}"


def test_normalise_keeps_a_section_that_stands_behind_the_list(base: Path) -> None:
    whole = (base / META).read_text("utf-8")
    behind = '\n[outlet]  # known\nvalue = "Lake Post"\nevidence = "Lake Post"\n'
    stale = whole.replace(whole.split('"')[-2], "0" * 12)
    (base / META).write_text(stale + behind, "utf-8")
    run("normalise", root=base)
    assert (base / META).read_text("utf-8") == whole + behind
    assert run("check", root=base).exit_code == 0


@pytest.mark.parametrize(
    ("heading", "after"),
    [
        pytest.param("[ paragraphs ]", "", id="spaces in the heading"),
        pytest.param('["paragraphs"]', "", id="a quoted heading"),
        pytest.param("[paragraphs] # made", "", id="a comment behind the heading"),
        pytest.param("[paragraphs]", '  [outlet]\n  value = "Lake Post"\n  evidence = "Lake Post"\n', id="indented"),
    ],
)
def test_normalise_mends_a_list_however_it_is_written(heading: str, after: str, base: Path) -> None:
    whole = (base / META).read_text("utf-8")
    stale = whole.replace(whole.split('"')[-2], "0" * 12).replace("[paragraphs]", heading)
    (base / META).write_text(stale + after, "utf-8")
    assert run("normalise", root=base).exit_code == 0
    assert run("check", root=base).stdout.startswith("no findings")


# --- build -------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_build_writes_the_corpus_and_then_it_is_fresh(base: Path) -> None:
    before = snapshot(base)
    result = run("build", root=base)
    assert result.exit_code == 0
    assert f"wrote {base / 'corpus'}" in result.stdout
    assert "Who vouches for the numbers" in result.stdout
    after = snapshot(base)
    assert {k: v for k, v in after.items() if k.split("/")[0] != "corpus"} == before
    assert run("build", "--check", root=base).stdout == "corpus/ is up to date\n"
    assert run("check", "--tables", root=base).exit_code == 0


@pytest.mark.slow
def test_build_check_names_the_stale_file_and_the_command_that_mends_it(base: Path) -> None:
    run("build", root=base)
    (base / "corpus/text/000.txt").write_text("Rain\n", "utf-8")
    before = snapshot(base)
    result = run("build", "--check", root=base)
    assert result.exit_code == 1
    assert result.stdout == "corpus/text/000.txt: changed\ncorpus/ is out of date; run: vouchbank build\n"
    assert snapshot(base) == before


@pytest.mark.slow
def test_build_check_without_a_corpus_names_every_file(base: Path) -> None:
    result = run("build", "--check", root=base)
    assert result.exit_code == 1
    assert "corpus/text/000.txt: missing\n" in result.stdout


def test_build_refuses_sources_with_findings_and_leaves_the_old_corpus_alone(base: Path) -> None:
    (base / "corpus").mkdir()
    (base / "corpus/old.txt").write_text("old\n", "utf-8")
    replace(base, ENTITIES, '"Monday"', '"Tuesday"')
    before = snapshot(base)
    for words in (["build"], ["build", "--check"]):
        said = stops(run(*words, root=base))
        assert said.startswith("vouchbank: not built: the sources have 1 finding;")
        assert snapshot(base) == before


# --- show --------------------------------------------------------------------------------------------


def test_show_prints_an_article_with_its_annotations() -> None:
    result = run("show", "000", root=TOY)
    assert result.exit_code == 0
    assert "article 000 · Tide Post" in result.stdout
    assert "e12 海風 PRODUCT" in result.stdout
    said = " ".join(result.stdout.split())  # as wide as the terminal is
    assert "q1 At least 40 boats waited outside Port Lune on Tuesday · measures boats · ≥ 40 · claimed" in said


def test_show_prints_every_number_with_who_vouches_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    result = run("show", "--quantities", root=TOY)
    assert result.exit_code == 0
    row = next(line for line in result.stdout.splitlines() if "000-q3" in line)
    assert all(cell in row for cell in ("roughly 15", "the boats", "≈ 15", "Pilots ← Ana Muñoz"))


def test_show_of_an_unknown_article_is_a_clear_error() -> None:
    said = stops(run("show", "999", root=TOY))
    assert said == "vouchbank: unknown article '999'; the corpus has 000, 001\n"


def test_show_without_an_article_says_which_there_are() -> None:
    result = run("show", root=TOY)
    assert result.exit_code == 2
    assert "name an article: 000, 001" in result.stderr


# --- bad input: never a traceback, never a change of the sources --------------------------------------


REGISTRY = "annotations/registry.toml"
FIGURES = "annotations/figures.toml"
QUANTITIES = "annotations/000/quantities.toml"
ATTRIBUTIONS = "annotations/000/attributions.toml"
NO_ROLE = b'[[corrections]]\nq = "Rain"\nrole = "x"\nreason = "x"\n'


def edit(file: str, change: Callable[[bytes], bytes]) -> Callable[[Path], object]:
    return lambda root: (root / file).write_bytes(change((root / file).read_bytes()))


def swap(file: str, old: str, new: str) -> Callable[[Path], object]:
    return lambda root: replace(root, file, old, new)


def written(file: str, text: str) -> Callable[[Path], object]:
    return lambda root: (root / file).write_text(text, "utf-8")


def folder(file: str) -> Callable[[Path], object]:
    def change(root: Path) -> None:
        (root / file).unlink()
        (root / file).mkdir()

    return change


BAD = {
    "no UTF-8": edit(ENTITIES, lambda b: b + b"# \xff\n"),
    "a NUL": edit(ENTITIES, lambda b: b + b"# \0\n"),
    "CRLF": edit(ENTITIES, lambda b: b.replace(b"\n", b"\r\n")),
    "a BOM": edit(ENTITIES, lambda b: b"\xef\xbb\xbf" + b),
    "no TOML": swap(ENTITIES, "[p2]", "[p2"),
    "an unknown field": swap(ENTITIES, "title =", "titel ="),
    "a value of the wrong type": swap(ENTITIES, '"ada-brook", title', "1, title"),
    "a quote that is a number": swap(ENTITIES, 'q = "Monday"', "q = 1"),
    "a record that is a number": swap(ENTITIES, 'e2 = { q = "Monday", type = "DATE" }', "e2 = 1"),
    "a quote not there": swap(ENTITIES, '"Monday"', '"Tuesday"'),
    "a quote there twice": swap(ENTITIES, ', n = "2/2"', ""),
    "an interval of another form": swap(QUANTITIES, '"[3, 3]"', "3"),
    "no number": swap(QUANTITIES, 'number = "3"\n', ""),
    "a polarity that is a list": swap(ATTRIBUTIONS, 'cue = "told"', 'cue = "told"\npolarity = []'),
    "a folder for a file": folder(ENTITIES),
    "a seed of no UTF-8": edit(RAW, lambda b: b + b"\xff"),
    "a seed with a NUL": edit(RAW, lambda b: b + b"\0"),
    "a seed with CRLF": edit(RAW, lambda b: b.replace(b"\n", b"\r\n")),
    "a seed with a BOM": edit(RAW, lambda b: b"\xef\xbb\xbf" + b),
    "an empty seed": edit(RAW, lambda b: b""),
    "no seed": lambda root: (root / RAW).unlink(),
    "a folder for a seed": folder(RAW),
    "no meta.toml": lambda root: (root / META).unlink(),
    "an empty meta.toml": edit(META, lambda b: b""),
    "a meta.toml of no UTF-8": edit(META, lambda b: b"\xff" + b),
    "an outlet that is a text": edit(META, lambda b: b'outlet = "Lake Post"\n' + b),
    "paragraphs that are a list": edit(META, lambda b: b"paragraphs = []\n" + b.partition(b"[paragraphs]")[0]),
    "a correction of no role": edit(META, lambda b: b + NO_ROLE),
    "a registry of no UTF-8": edit(REGISTRY, lambda b: b + b"\xff"),
    "a registry row that is a number": edit(REGISTRY, lambda b: b"oxmere = 1\n" + b.partition(b"[ox")[0]),
    "members that are a number": written(FIGURES, "[x]\nmembers = 1\n"),
    "members that are lists": written(FIGURES, "[x]\nmembers = [[1]]\n"),
}
COMMANDS = {
    "check": ["check"],
    "format": ["format"],
    "format --check": ["format", "--check"],
    "normalise": ["normalise"],
    "build": ["build"],
    "show": ["show", "000"],
    "show --quantities": ["show", "--quantities"],
}


def allowed(command: str, file: str, before: bytes | None, after: bytes | None) -> bool:
    """Whether a command may have made this change: format changes form, normalise the list of paragraph ids."""
    if before is None or after is None:
        return False
    old, new = tomllib.loads(before.decode()), tomllib.loads(after.decode())
    if command == "format":
        return file.startswith("annotations/") and old == new
    return command == "normalise" and file == META and old | {"paragraphs": 0} == new | {"paragraphs": 0}


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("bad", BAD)
def test_no_bad_input_gives_a_traceback_or_a_change_of_a_source(bad: str, command: str, base: Path) -> None:
    BAD[bad](base)
    before = snapshot(base)
    result = run(*COMMANDS[command], root=base)
    assert result.exception is None or isinstance(result.exception, SystemExit), repr(result.exception)
    assert result.exit_code in (0, 1, 2)
    assert "Traceback" not in result.output
    after = {k: v for k, v in snapshot(base).items() if command != "build" or k.split("/")[0] != "corpus"}
    assert before.keys() == after.keys()
    assert all(allowed(command, k, v, after[k]) for k, v in before.items() if v != after[k])


@pytest.mark.parametrize("bad", BAD)
def test_every_bad_input_is_named_by_check_and_stops_the_build(bad: str, base: Path) -> None:
    BAD[bad](base)
    if bad in ("a seed with CRLF", "a seed with a BOM"):
        replace(base, META, "sha256", "# sha256")
    result = run("check", root=base)
    assert result.exit_code == 1
    assert ": error: " in result.stdout
    assert run("build", root=base).exit_code == 2
    assert not (base / "corpus").exists()
