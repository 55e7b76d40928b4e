"""Every command of every page exists and takes the words that stand behind it; what only reads is run."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner

from tests.pages.commands import (
    KNOWN,
    OUTSIDE,
    Problem,
    lines_of_blocks,
    mentions,
    option_codes,
    problem,
    problem_of_mention,
    problem_of_option,
    simple_commands,
)
from tests.pages.reading import Page, listed, pages_of_today
from vouchbank.cli import main

READS = re.compile(r"vouchbank (?:show 004(?!.*--by)[^A-Z…|]*|explain [a-z-]+|[a-z -]*--help)")


def problems(page: Page) -> list[str]:
    """A line for each command of a page that does not exist, or not so."""
    said = [(line, words, problem(words)) for line, words in lines_of_blocks(page)]
    said += [(line, words, problem_of_mention(words)) for line, words in mentions(page)]
    said += [(line, words, problem_of_option(words)) for line, words in option_codes(page)]
    return [f"{page.path}:{line}: {words}: {found}" for line, words, found in said if found]


@pytest.mark.slow
def test_every_command_and_option_exists() -> None:
    found = [line for page in pages_of_today() for line in problems(page)]
    assert found == [], listed(found)


@pytest.mark.slow
def test_what_only_reads_is_run() -> None:
    said = {words for page in pages_of_today() for _, words in [*lines_of_blocks(page), *mentions(page)]}
    alone = {" ".join(simple[0]) for words in said if len(simple := simple_commands(words)) == 1}
    run = sorted(words for words in alone if READS.fullmatch(words))
    assert len(run) > 2
    for words in run:
        result = CliRunner().invoke(main, [*words.split()[1:]], env={"COLUMNS": "120"})
        assert result.exit_code == 0, f"{words}: {result.output}"


# --- the test can fail ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("vouchbank check 004 --fix --against main", ""),
        ("zcat x.gz | vouchbank normalise --jsonl - > y  # how", ""),
        ("A=1 python3 scripts/run.py lint types && (cd x; git add .)", ""),
        ("vouchbank COMMAND --help", ""),
        ("python -m bench.ending PATH --weights", ""),
        ("python3 scripts/run.py publish -- OWNER/NAME --dry-run", ""),
        ("npm --prefix web run build", ""),
        ("python3 -m pip install 'vouchbank[annotate]'", ""),
        ("vouchbank chekc", "No such command 'chekc'"),
        ("vouchbank figures", "is now `vouchbank show --figures`"),
        ("vouchbank check --tabels", "No such option"),
        ("vouchbank check --format yaml", "'yaml' is not one of"),
        ("vouchbank check --select span-egde", "span-egde"),
        ("vouchbank check --against", "requires an argument"),
        ("vouchbank rename a b c", "takes no 'c'"),
        ("vouchbank release pulbish X", "No such command 'pulbish'"),
        ("zcat x.gz | vouchbank normalize -", "No such command 'normalize'"),
        ("vouchbank explain 'span", "not a command line"),
        ("python3 scripts/run.py tets", "no such session: tets"),
        ("python3 scripts/run.py vouchbank -- chekc", "No such command 'chekc'"),
        ("python3 scripts/run.py tests -- tests/test_gone.py", "no such file"),
        ("nox -s tets", "no such session"),
        ("python -m bench.speeed", "no such module"),
        ("python -m bench.speed --wirte", "bench.speed has no --wirte"),
        ("python -m scripts.pages chekcs", "No such command 'chekcs'"),
        ("python docs/recipes/gone.py", "no such script"),
        ("pytest tests/test_gone.py", "no such file"),
        ("npm --prefix web run biuld", "no script"),
        ("pip install 'vouchbank[annotat]'", "no extra annotat"),
        ("hf download x --reppo-type dataset", "No such option"),
        ("dask worker --nwokers 1", "dask has no --nwokers"),
        ("frobnicate all", "nobody knows"),
    ],
)
def test_a_command_that_does_not_exist_is_named(line: str, said: str) -> None:
    found = problem(line)
    assert said in (found or "")
    assert bool(found) == bool(said)


@pytest.mark.parametrize(
    ("code", "said"),
    [("--by NAME", ""), ("--against", ""), ("--format sarif", ""), ("--nope", "no command has"), ("--format x", "'x'")],
)
def test_an_option_that_no_command_has_is_named(code: str, said: str) -> None:
    found: Problem = problem_of_option(code)
    assert said in (found or "")
    assert bool(found) == bool(said)


def test_commands_are_found_in_blocks_and_in_backticks() -> None:
    page = Page("x.md", "```sh\nvouchbank chekc\n```\n\nRun `vouchbank shwo`, or `check --nope`, with `--nope`.\n")
    assert [line.split(": ")[0] for line in problems(page)] == ["x.md:2", "x.md:5", "x.md:5", "x.md:5"]
    console = Page("x.md", "```console\n$ vouchbank chekc\nvouchbank printed\n```\n")
    assert len(problems(console)) == 1
    assert not KNOWN.keys() & OUTSIDE
