"""The command line as people know it: help, where options stand, parts of a corpus, pipes, encodings, JSON."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from bench.startup import STARTS, modules_of
from tests.checks_support import FIXTURES, TESTS, TOY, broken, replace, snapshot
from vouchbank.checks import CHECKS
from vouchbank.cli import main
from vouchbank.cli.base import Group
from vouchbank.cli.commands import MOVED
from vouchbank.cli.releasing import release
from vouchbank.corpus import repository_root
from vouchbank.findings import Level
from vouchbank.report.installed import Installed
from vouchbank.report.text import shown

ROOT = repository_root()
HOSTILE = TESTS / "hostile"
ENTITIES = "annotations/000/entities.toml"
QUANTITIES = "annotations/000/quantities.toml"


def run(*words: str, root: Path | None = None, **environment: str) -> Result:
    told = () if root is None else ("--root", str(root))
    return CliRunner(env=environment).invoke(main, [*words, *told])


def process(*words: str, root: Path = TOY, **more: Any) -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, **more.pop("env", {})}
    command = [sys.executable, "-m", "vouchbank", *words, "--root", str(root)]
    return subprocess.run(command, env=environment, check=False, **{"capture_output": True, **more})


# --- help --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("group", [main, release])
def test_what_the_help_says_of_a_command_is_the_first_sentence_of_its_own_help(group: Group) -> None:
    stated = {name: said for held in group.sections.values() for name, (_, said) in held.items()}
    assert stated == {
        name: command.get_short_help_str(1000).removesuffix(".") for name, command in group.commands.items()
    }
    assert [command.name for command in group.commands.values()] == list(stated)


@pytest.mark.parametrize("columns", [80, 200])
def test_the_help_has_a_line_for_each_command_under_a_heading_and_none_is_cut(columns: int) -> None:
    lines = run("--help", COLUMNS=str(columns)).stdout.splitlines()
    assert [line for line in lines if line in ("Read the corpus:", "Annotate:", "Maintain:")] == [
        *("Read the corpus:", "Annotate:", "Maintain:"),
    ]
    for held in main.sections.values():
        assert [sum(line.split() == [name, *said.split()] for line in lines) for name, (_, said) in held.items()] == [
            1 for _ in held
        ]
    assert not [line for line in lines if "..." in line and "Usage" not in line]
    listed = [line.split()[0] for line in lines if line.startswith("  ")]
    assert listed.index("rehydrate") == listed.index("build") + 1


def test_the_help_loads_no_room_of_the_library_but_the_command_line() -> None:
    loaded = [name for name in modules_of(STARTS["vouchbank --help"]) if name.startswith("vouchbank")]
    assert sorted(loaded) == [
        *("vouchbank", "vouchbank._version", "vouchbank.cli", "vouchbank.cli.base", "vouchbank.cli.commands"),
        "vouchbank.cli.output",
    ]


@pytest.mark.parametrize("name", MOVED)
def test_a_command_that_moved_names_its_new_place_and_that_place_exists(name: str) -> None:
    result = run(name, "--propose")
    assert result.exit_code == 2
    assert f"`vouchbank {name}` is now `vouchbank {MOVED[name]}`" in result.stderr
    assert run(*MOVED[name].split(), "--help").exit_code == 0


def test_a_mistyped_command_option_or_check_is_answered_with_what_was_meant() -> None:
    assert "Did you mean 'check'?" in run("chek").stderr
    assert "--figures" in run("show", "--figurs").stderr
    for words in (["--select", "unknown-lable"], ["--ignore", "span-edge,unknown-lable"]):
        result = run("check", *words, root=TOY)
        assert (result.exit_code, result.stdout) == (2, "")
        assert "did you mean 'unknown-label'?" in result.stderr


def test_the_root_stands_before_the_command_or_after_it_and_the_last_one_counts(tmp_path: Path) -> None:
    after = run("check", root=TOY)
    before = CliRunner().invoke(main, ["--root", str(TOY), "check"])
    both = CliRunner().invoke(main, ["--root", str(tmp_path), "check", "--root", str(TOY)])
    assert after.stdout.startswith("no findings (2 articles")
    assert [r.output for r in (before, both)] == [after.output] * 2
    inner = CliRunner().invoke(main, ["release", "--root", str(tmp_path), "version"])
    assert (inner.exit_code, "is not a corpus" in inner.stderr) == (2, True)


# --- check: parts, choices, counts -------------------------------------------------------------------


@pytest.fixture
def two_faults(toy: Path) -> Path:
    """Two articles, each with a finding: a label in 000, a word in 001."""
    for article in ("000", "001"):
        file = toy / f"annotations/{article}/entities.toml"
        text = file.read_text("utf-8")
        at = text.index('type = "')
        file.write_text(f'{text[:at]}type = "X{article}{text[at + 8 :]}', "utf-8")
    return toy


@pytest.fixture
def toy(tmp_path: Path) -> Path:
    import shutil

    return Path(shutil.copytree(TOY, tmp_path / "toy"))


def found(*words: str, root: Path) -> tuple[int, list[str]]:
    """The exit status, and the files of the findings."""
    result = run("check", *words, "--format", "json", root=root)
    assert result.stdout, result.stderr
    return result.exit_code, [f["file"] for f in json.loads(result.stdout)["findings"]]


@pytest.mark.slow
def test_check_of_an_article_a_file_or_a_folder_tells_only_of_these(
    two_faults: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (f"annotations/{article}/entities.toml" for article in ("000", "001"))
    assert found(root=two_faults) == (1, [first, second])
    for words, files in (
        (["001"], [second]),
        ([second], [second]),
        (["annotations/001"], [second]),
        (["annotations/"], [first, second]),
        (["000", second], [first, second]),
        (["000", first], [first]),
        (["."], [first, second]),
        (["annotations/001/quantities.toml"], []),
        (["seeds"], []),
    ):
        assert found(*words, root=two_faults) == (int(bool(files)), files), words
    monkeypatch.chdir(two_faults / "annotations")
    assert found("001/entities.toml", root=Path("..")) == (1, [second])
    assert found(str(two_faults / first), root=Path("..")) == (1, [first])
    assert "(1 article, " in run("check", "001", root=two_faults).stdout
    assert "(2 articles, " in run("check", "annotations", root=two_faults).stdout


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("annotations/001/entites.toml", "did you mean 'annotations/001/entities.toml'?"),
        ("quux", "name a file or folder of the sources, or an article: 000, 001"),
        ("/", "'/' is outside the sources"),
        ("..", "'..' is outside the sources"),
        ("\x1b[2J\n::error::x", "no such article, file or folder: '\\x1b[2J\\n::error::x'"),
    ],
)
def test_what_is_neither_an_article_nor_a_path_of_the_sources_is_named(word: str, said: str, toy: Path) -> None:
    result = run("check", word, root=toy)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr


@pytest.mark.slow
def test_select_and_ignore_choose_what_is_shown_and_counted_and_say_what_is_left_out(two_faults: Path) -> None:
    replace(two_faults, "annotations/001/entities.toml", 'mention = "', 'mention = "X')
    for words, status, first, left in (
        (["--select", "unknown-label"], 1, "annotations/000", ""),
        (["--ignore", "unknown-label"], 0, "no findings", "; 3 findings left out, which the exit status ignores"),
        (["--select", "span-edge, duplicate-key"], 0, "no findings", "; 3 findings left out,"),
        (["--select", "unknown-label", "--ignore", "unknown-label"], 0, "no findings", "; 3 findings left out,"),
    ):
        result = run("check", *words, root=two_faults)
        assert result.exit_code == status
        assert result.stdout.startswith(first)
        assert left in result.stdout.splitlines()[-1]
        assert ("left out" in result.stdout) == bool(left)
    assert json.loads(run("check", "--ignore", "unknown-label", "--format", "json", root=two_faults).stdout)[
        "summary"
    ] == {**json.loads(run("check", "--format", "json", root=TOY).stdout)["summary"], "left_out": 3}
    github = run("check", "--ignore", "unknown-label", "--format", "github", root=two_faults).stdout
    assert github.startswith("::notice title=vouchbank check::no findings (2 articles")
    assert run("build", root=two_faults).exit_code == 2


def test_choosing_what_is_shown_does_not_go_with_fixing(toy: Path) -> None:
    result = run("check", "--fix", "--ignore", "span-edge", root=toy)
    assert (result.exit_code, "leave them out with --fix" in result.stderr) == (2, True)


def test_statistics_count_the_findings_of_each_check(two_faults: Path) -> None:
    result = run("check", "--statistics", root=two_faults)
    assert result.exit_code == 1
    counted, end = result.stdout.splitlines()
    assert counted.split()[:3] == ["2", "error", "unknown-label"]
    assert end.startswith("2 errors (2 articles, ")
    held = json.loads(run("check", "--statistics", "--format", "json", root=two_faults).stdout)
    assert held["statistics"] == [{"slug": "unknown-label", "severity": "error", "count": 2}]
    assert "findings" not in held
    assert "needs --format human or json" in run("check", "--statistics", "--format", "sarif", root=two_faults).stderr


def test_fixing_a_part_changes_only_this_part(toy: Path) -> None:
    for article in ("000", "001"):
        file = toy / f"annotations/{article}/entities.toml"
        file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    before = snapshot(toy)
    result = run("check", "--fix", "001", root=toy)
    assert result.exit_code == 0
    assert "2 files fixed" in result.stdout
    changed = {name for name, data in snapshot(toy).items() if data != before[name]}
    assert changed == {
        "annotations/001/entities.toml",
        "annotations/001/quantities.toml",
    }  # which says what words settle


def test_quiet_says_only_what_is_wrong(two_faults: Path) -> None:
    assert run("check", "-q", root=TOY).output == ""
    whole, quiet = (run("check", *words, root=two_faults).stdout.splitlines() for words in ((), ("--quiet",)))
    assert quiet == whole[:-1]
    assert run("normalise", "-q", root=two_faults).output == ""
    assert run("format", "-q", root=two_faults).output == ""


# --- show --------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "table"),
    [
        (["show", "004"], "articles"),
        (["show", "--quantities", "004"], "quantities"),
        (["show", "--figures"], "figures"),
        (["show", "--removed"], "segments"),
    ],
)
def test_show_hands_over_the_published_rows_as_json(words: list[str], table: str) -> None:
    from vouchbank.corpus.published import load

    result = run(*words, "--format", "json", root=ROOT)
    held = json.loads(result.stdout)
    assert list(held) == ["version", *(["findings"] if table != "segments" else []), table]
    assert held["version"] == 1
    assert held.get("findings", 0) == 0
    assert result.stdout.isascii()
    rows = [row for row in load(table).to_dicts() if table in ("figures", "segments") or row["article_id"] == "004"]
    if table == "segments":
        rows = [row for row in rows if not row["kept"] and row["rule"] != "blank"]
    assert held[table] == rows
    assert rows


@pytest.mark.slow
def test_show_of_figures_with_an_article_shows_those_told_in_it() -> None:
    figures = json.loads(run("show", "--figures", "003", "--format", "json", root=ROOT).stdout)["figures"]
    assert figures
    assert all(any(member.startswith("003-") for member in row["members"]) for row in figures)
    lines = run("show", "--figures", "003", root=ROOT).stdout.splitlines()
    assert [line.partition(":")[0] for line in lines if not line.startswith(" ")] == [row["id"] for row in figures]
    assert any(line.startswith("  004-q9 'more than 280'") for line in lines)


def test_views_that_exclude_each_other_are_refused() -> None:
    for words in (["--quantities", "--figures"], ["--propose"], ["--figures", "--propose", "--format", "json"]):
        assert run("show", *words, root=TOY).exit_code == 2


def test_without_a_clone_the_installed_corpus_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert "battlefronts-and-units: " in run("show", "--figures").stdout
    assert "001: " in run("show", "--removed", "001").stdout
    assert "article 004" in run("show", "004").stdout
    assert "unknown article '009'" in run("show", "009").stderr


def test_what_can_be_shown_of_an_article_is_shown_and_its_errors_are_counted(base: Path) -> None:
    replace(base, ENTITIES, '"Monday"', '"Tuesday"')
    replace(base, QUANTITIES, 'interval = "[3, 3]"', "interval = 3")
    result = run("show", "000", root=base)
    assert result.exit_code == 0
    assert "article 000" in result.stdout
    assert "e1 " in result.stdout
    assert "e2 " not in result.stdout
    assert result.stderr == (
        f"2 findings in {ENTITIES} (1), {QUANTITIES} (1). Records that cannot be read are not shown. "
        "Run: vouchbank check 000\n"
    )
    held = json.loads(run("show", "000", "--format", "json", root=base).stdout)
    assert held["findings"] == 2
    assert {e["id"] for e in held["articles"][0]["entities"]}.isdisjoint({"000-e2"})


def test_an_article_is_shown_whatever_is_wrong_with_another_and_the_other_is_named(two_faults: Path) -> None:
    (two_faults / "seeds/001/raw.txt").write_bytes(b"\xff")
    alone = run("show", "000", root=two_faults)
    assert (alone.exit_code, "seeds/001" in alone.stderr) == (0, False)
    both = run("show", "--quantities", root=two_faults)
    assert "000-q1" in both.stdout
    assert "Articles whose seed cannot be read are not shown: 001. " in both.stderr
    result = run("show", "001", root=two_faults)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("vouchbank: not shown: the sources have ")


FACTS = ["outlet = 1", 'outlet = "x"', 'published = { value = 1, evidence = "x" }', "language = 5", "seed_file = []"]


@pytest.mark.parametrize("fact", FACTS)
def test_a_fact_of_the_seed_that_cannot_be_read_hides_no_article(fact: str, base: Path) -> None:
    meta = base / "seeds/000/meta.toml"
    name = fact.partition(" ")[0]
    lines = [line for line in meta.read_text("utf-8").splitlines() if not line.startswith(f"{name} =")]
    meta.write_text("\n".join([fact, *lines, ""]), "utf-8")
    result = run("show", "000", root=base)
    assert result.exit_code == 0, repr(result.exception)
    assert "article 000" in result.stdout
    assert "finding" in result.stderr


@pytest.mark.slow
def test_every_article_with_one_fault_is_shown_or_refused_in_a_sentence(tmp_path: Path) -> None:
    """Where a file cannot be read; what a record can have wrong, test_show.py shows."""
    refused = set()
    for slug in (slug for slug in FIXTURES if CHECKS[slug].level is Level.FILE):
        corpus = broken(slug, tmp_path / slug)
        if (corpus.root / "seeds/000").is_dir():
            result = run("show", "000", root=corpus.root)
            assert result.exception is None or isinstance(result.exception, SystemExit), slug
            if result.exit_code:
                refused.add(slug)
                assert result.stderr.startswith(("vouchbank: not shown: ", "vouchbank: entities.json: ")), slug
    assert refused <= {"empty-seed", "nothing-kept", "seed-not-utf8", "unreadable-seed", "unusable-schema"}


def test_people_see_a_draft_as_far_as_it_can_be_read_and_programs_what_is_published(base: Path) -> None:
    replace(base, ENTITIES, 'status = "complete"', 'status = "draft"')
    replace(base, ENTITIES, '"Monday"', '"Tuesday"')
    result = run("show", "000", root=base)
    assert "entities draft" in result.stdout
    assert "e1 " in result.stdout
    assert "e2 " not in result.stdout
    assert result.stderr.startswith(f"1 finding in {ENTITIES}. ")
    assert json.loads(run("show", "000", "--format", "json", root=base).stdout)["articles"][0]["entities"] is None


# --- text that stays text ----------------------------------------------------------------------------


def is_text(output: str) -> None:
    assert not {c for c in output if not c.isprintable()} - {"\n"}
    assert not [line for line in output.splitlines() if line.lstrip().startswith("::") or "##[" in line]


@pytest.mark.parametrize("columns", [20, 33, 80])
@pytest.mark.parametrize("words", ["show 000", "show --quantities", "show --removed", "explain unknown-label", "check"])
def test_no_command_shows_an_article_that_commands_a_log(words: str, columns: int) -> None:
    is_text(run(*words.split(), root=HOSTILE, COLUMNS=str(columns)).output)


def test_a_row_with_hostile_words_in_every_text_is_drawn_as_text() -> None:
    from vouchbank.cli.output import draw
    from vouchbank.report.show import article_view, figure_lines, quantities_table, removed_lines

    rows = Installed(["004"])
    evil = "\x1b[2J\u202e\x9b\r::error::x\n::error::y ##[add-mask]z [bold]"

    def hostile(value: Any) -> Any:
        if isinstance(value, dict):
            return {k: v if k in ("id", "article_id", "paragraph_id", "role") else hostile(v) for k, v in value.items()}
        if isinstance(value, list):
            return [hostile(item) for item in value]
        return value[:1] + evil + value[1:] if isinstance(value, str) else value

    row, out = hostile(rows.of("articles")[0]), CliRunner()

    @click.command()
    def every() -> None:
        draw([*article_view(row), quantities_table([row], [])])
        for line in (
            *figure_lines([hostile(f) for f in rows.of("figures")], ()),
            *removed_lines(["004"], [{"article_id": "004", "rule": evil, "raw_text": evil, "kept": False, "role": ""}]),
        ):
            click.echo(shown(line))

    result = out.invoke(every)
    assert result.exception is None
    is_text(result.stdout)
    assert "\\x1b[2J\\u202e\\x9b" in result.stdout


def test_the_name_of_a_file_in_a_message_is_text(tmp_path: Path) -> None:
    folder = tmp_path / "\x1b[2Jx\n::error::y"
    is_text(run("check", root=folder).output)
    is_text(run("new", str(folder), root=TOY).output)


# --- where output goes -------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["cp1252", pytest.param("ascii", marks=pytest.mark.system)])
def test_no_command_dies_of_an_encoding_and_what_programs_read_is_utf8(encoding: str, base: Path) -> None:
    replace(
        base,
        ENTITIES,
        'type = "',
        'type = "海',
    )
    known = {"env": {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}, "root": base}
    people = process("show", "--quantities", **known)
    assert (people.returncode, b"Traceback" in people.stderr) == (0, False)
    people.stdout.decode(encoding)
    program = process("check", "--format", "github", **known)
    assert program.returncode == 1
    assert "海" in program.stdout.decode("utf-8")


@pytest.mark.slow
@pytest.mark.parametrize(
    "words",
    [
        *("check --format sarif", "show 99"),
        *(pytest.param(words, marks=pytest.mark.system) for words in ("explain", "show 000", "--help")),
    ],
)
def test_nothing_is_said_where_nobody_reads_on(words: str) -> None:
    read, write = os.pipe()
    os.close(read)
    stream = "stderr" if words == "show 99" else "stdout"
    try:
        ended = process(*words.split(), capture_output=False, **{"stdout": -1, "stderr": -1, stream: write})
    finally:
        os.close(write)
    assert ended.returncode == 141
    assert (ended.stdout or b"") + (ended.stderr or b"") == b""


def test_tables_are_as_wide_as_columns_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for columns, wide in ((60, 60), (200, 200), (0, 120)):
        lines = run("show", "--quantities", COLUMNS=str(columns)).stdout.splitlines()
        assert wide - 35 < max(map(len, lines)) <= wide


def test_colour_is_forced_and_forbidden_by_the_usual_variables(two_faults: Path) -> None:
    for words in (["check"], ["show", "000"]):
        assert "\x1b[" not in run(*words, root=two_faults).stdout
        assert "\x1b[" in run(*words, root=two_faults, FORCE_COLOR="1", TERM="xterm").stdout
        assert "\x1b[" not in run(*words, root=two_faults, FORCE_COLOR="1", NO_COLOR="1").stdout


# --- completion --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "incomplete", "offered"),
    [
        ([], "ch", {"check"}),
        (["show", "--root", str(TOY)], "00", {"000", "001"}),
        (["check", "--root", str(TOY)], "001", {"001"}),
        (["explain"], "span-ed", {"span-edge"}),
        (["check", "--select"], "span-edge,unknown-lab", {"span-edge,unknown-label"}),
        (["release"], "pub", {"publish"}),
    ],
)
def test_the_shell_completes_commands_articles_and_checks(words: list[str], incomplete: str, offered: set[str]) -> None:
    from click.shell_completion import ShellComplete

    items = ShellComplete(main, {}, "vouchbank", "_VOUCHBANK_COMPLETE").get_completions(words, incomplete)
    assert {item.value for item in items if item.type == "plain"} == offered


def test_the_pages_name_the_completion_of_the_shells_that_click_knows() -> None:
    from click.shell_completion import get_completion_class

    page = (ROOT / "docs/commands.md").read_text("utf-8")
    for shell in ("bash", "zsh", "fish"):
        assert get_completion_class(shell)
        assert f"_VOUCHBANK_COMPLETE={shell}_source" in page
