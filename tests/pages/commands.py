"""The command lines of the pages, and what is wrong with one: no such command, session, option, value or file."""

from __future__ import annotations

import ast
import json
import re
import shlex
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click

from tests.pages.reading import ROOT, Page, Said
from vouchbank.cli import main
from vouchbank.cli.choosing import names
from vouchbank.errors import VouchBankError

Problem = str | None
SEPARATORS = {"|", "||", "&&", ";", "(", ")"}
# what is not ours, and needs the network, a shell to live in, or a machine of another kind
OUTSIDE = {
    *("$EDITOR", "cd", "eval", "git", "pbpaste", "rm", "sbatch", "sha256sum", "source", "zcat"),
    *("cp", "head", "pre-commit", "sed"),
}
PIP = {"install", "wheel"}
PYTEST = {"--update-expected", "-k", "-m", "-n", "-p", "-q", "-x"}
OPTIONS_OF_OTHERS = {"--array": "sbatch", "-n": "pytest", "-k": "pytest", "--template": "GitHub"}
SESSION_COMMANDS = {"publish": ["release", "publish"], "vouchbank": []}
PLACEHOLDER = re.compile(r"[A-Z][A-Z0-9_]*(?:/[A-Z]+)?|.*….*|<.+>|\$\w+.*")


# --- where they stand -----------------------------------------------------------------------------------


def lines_of_blocks(page: Page) -> Iterator[Said]:
    """Each command line of a block."""
    for fence in page.fences("sh", "console", ""):
        console = fence.kind.startswith("console")
        for number, line in enumerate(fence.text.replace("\\\n", "  ").splitlines(), fence.line + 1):
            if console and line.startswith("$ "):
                yield Said(number, line[2:])
            elif fence.kind == "sh" or (not console and begins_as_command(line)):
                yield Said(number, line)


def mentions(page: Page) -> Iterator[Said]:
    """What in backticks begins as a command does."""
    for line, code in page.codes():
        if begins_as_command(code) or begins_as_subcommand(code):
            yield Said(line, code)


def begins_as_command(code: str) -> bool:
    """Whether a line calls a program, one of ours or one that the pages use."""
    words = [word for word in code.split() if not re.match(r"\w+=", word)]
    return len(words) > 1 and (words[0] in KNOWN or words[0] in OUTSIDE)


def begins_as_subcommand(code: str) -> bool:
    """Whether code names a command of vouchbank without the program: `check --fix`."""
    words = code.split()
    return len(words) > 1 and words[0] in main.commands and words[1] not in ("=", "…")


def simple_commands(line: str) -> list[list[str]]:
    """The commands of a line of a shell, without comments, variables set for one and redirections.

    >>> simple_commands("A=1 zcat x.gz | vouchbank normalise - > y  # how")
    [['zcat', 'x.gz'], ['vouchbank', 'normalise', '-']]
    """
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    lexer.commenters = "#"
    found: list[list[str]] = [[]]
    words = iter(lexer)
    for word in words:
        if word in SEPARATORS:
            found.append([])
        elif word in (">", ">>", "<"):
            next(words, None)
        elif found[-1] or not re.match(r"\w+=", word):
            found[-1].append(word)
    return [words for words in found if words]


# --- what is wrong with one -----------------------------------------------------------------------------


def problem_of_mention(code: str) -> Problem:
    """What is wrong with a command that is mentioned: a value may be missing behind its last option."""
    found = problem(code)
    return problem(f"{code} VALUE") if found and "requires an argument" in found else found


def problem(line: str) -> Problem:
    """What is wrong with a command line; None where every command in it exists and takes its words."""
    try:
        commands = simple_commands(line)
    except ValueError as error:
        return f"not a command line: {error}"
    for given in commands:
        words = [re.sub(r"^\[(.*)\]$", r"\1", word) for word in given]
        if begins_as_subcommand(" ".join(words)) and words[0] not in KNOWN:
            words.insert(0, "vouchbank")
        known = KNOWN.get(words[0])
        if known is None and words[0] not in OUTSIDE:
            return f"nobody knows the command {words[0]!r}: teach {__name__} to check it"
        if known and (found := known(words[1:])):
            return found
    return None


def of_click(command: click.Command, words: list[str], over: click.Context | None = None) -> Problem:
    """What click says of words, of which files need not be there and placeholders stand for anything."""
    context = click.Context(command, over, info_name=command.name)
    try:
        given, left, _ = command.make_parser(context).parse_args(list(words))
        for parameter in command.params:
            _valid(parameter, given.get(parameter.name or ""), context)
        while left and isinstance(command, click.Group):
            if PLACEHOLDER.fullmatch(left[0]):
                return None
            _, found, left = command.resolve_command(context, left)
            assert found
            if not command.chain:
                return of_click(found, left, context)
            _, left, _ = found.make_parser(click.Context(found, context)).parse_args(left)
    except click.UsageError as error:
        return error.format_message()
    except VouchBankError as error:
        return str(error)
    return f"takes no {left[0]!r}" if left and not isinstance(command, click.Group) else None


def _valid(parameter: click.Parameter, value: Any, context: click.Context) -> None:
    """Convert the values that do not depend on what is there."""
    if parameter.callback is names and value:
        names(context, parameter, tuple(one for one in value if not PLACEHOLDER.fullmatch(one)))
    if isinstance(parameter.type, (click.Path, click.File)) or type(parameter.type).__name__ == "Articles":
        return
    for one in value if isinstance(value, (list, tuple)) else [value]:
        if isinstance(one, str) and not PLACEHOLDER.fullmatch(one):
            parameter.type.convert(one, parameter, context)


def of_vouchbank(words: list[str]) -> Problem:
    return of_click(main, words)


def of_python(words: list[str]) -> Problem:
    """`python FILE …`, `python -m MODULE …`, `python -c CODE`."""
    match words:
        case ["-c", _]:
            return None
        case ["-m", module, *rest]:
            return of_module(module, rest)
        case ["scripts/run.py", *rest]:
            return of_sessions(rest)
        case [file, *_]:
            return None if (ROOT / file).is_file() else f"no such script: {file}"
    return "a bare Python"


def of_module(module: str, words: list[str]) -> Problem:
    """A module that is run: of ours with options that its source names."""
    if module in KNOWN:
        return KNOWN[module](words)
    if not module.startswith(("bench.", "scripts.")) or not find_spec(module):
        return f"no such module: {module}"
    if module == "scripts.pages":
        return of_click(import_module(module).main, words)
    named = strings(module)
    return next((f"{module} has no {word}" for word in words if word.startswith("-") and word not in named), None)


@cache
def strings(module: str) -> frozenset[str]:
    """Every text in the source of a module: of a command with argparse also its options."""
    tree = ast.parse((ROOT / f"{module.replace('.', '/')}.py").read_text("utf-8"))
    return frozenset(n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str))


@cache
def sessions() -> frozenset[str]:
    """The sessions of noxfile.py."""
    tree = ast.parse((ROOT / "noxfile.py").read_text("utf-8"))
    functions = (node for node in tree.body if isinstance(node, ast.FunctionDef))
    return frozenset(f.name for f in functions if any("nox.session" in ast.unparse(d) for d in f.decorator_list))


def of_sessions(words: list[str]) -> Problem:
    """Names of sessions; what follows `--` is for a command, for pytest, or for ruff."""
    at = words.index("--") if "--" in words else len(words)
    named, rest = words[:at], words[at + 1 :]
    unknown = [word for word in named if word not in sessions() and word != "--list"]
    if unknown:
        return f"no such session: {', '.join(unknown)}"
    if rest and named[0] in SESSION_COMMANDS:
        return of_vouchbank([*SESSION_COMMANDS[named[0]], *rest])
    return of_pytest(rest) if rest and named[0] in ("tests", "quick", "system") else None


def of_nox(words: list[str]) -> Problem:
    return of_sessions(words[1:]) if words[:1] == ["-s"] else f"nox {' '.join(words)}: not `nox -s SESSION`"


def of_pytest(words: list[str]) -> Problem:
    """Files and folders that are there, and options that the tests have."""
    for word in words:
        path, _, _ = word.partition("::")
        if word.startswith("-") and word not in PYTEST:
            return f"pytest has no {word} here"
        if "/" in word and not (ROOT / path).exists():
            return f"no such file: {path}"
    return None


def of_npm(words: list[str]) -> Problem:
    """A script of web/package.json, or `ci`."""
    if words[:2] != ["--prefix", "web"]:
        return "npm runs with --prefix web"
    scripts = json.loads((ROOT / "web/package.json").read_text("utf-8"))["scripts"]
    match [word for word in words[2:] if not word.startswith("-")]:
        case ["ci"]:
            return None
        case ["run", name] | [name] if name in scripts:
            return None
    return f"web/package.json has no script for {' '.join(words[2:])!r}"


def of_pip(words: list[str]) -> Problem:
    """Install or wheel, of what this project is called and has as extras."""
    if words[0] not in PIP:
        return f"pip {words[0]}"
    for name, extras in re.findall(r"\b(vouchbank)\[([\w,]+)\]", " ".join(words)):
        known = set(re.findall(r"^(\w+) = \[", _extras(), re.MULTILINE))
        if unknown := set(extras.split(",")) - known:
            return f"{name} has no extra {', '.join(sorted(unknown))}"
    return None


def _extras() -> str:
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    return text.partition("[project.optional-dependencies]")[2].partition("\n[")[0]


def of_hf(words: list[str]) -> Problem:
    """A command of huggingface_hub."""
    from huggingface_hub.cli.hf import app

    return of_click(app, words)


def of_dask(words: list[str]) -> Problem:
    """`dask scheduler` and `dask worker`, with options that their source names: to import it takes a second."""
    package = find_spec("distributed")
    assert package
    assert package.origin
    source = Path(package.origin).parent / "cli" / f"dask_{words[0]}.py"
    if words[0] not in ("scheduler", "worker"):
        return f"dask has no {words[0]}"
    named = source.read_text("utf-8")
    return next((f"dask has no {w}" for w in words if w.startswith("--") and f'"{w}"' not in named), None)


KNOWN: dict[str, Callable[[list[str]], Problem]] = {
    "vouchbank": of_vouchbank,
    "python": of_python,
    "python3": of_python,
    "nox": of_nox,
    "pytest": of_pytest,
    "npm": of_npm,
    "pip": of_pip,
    "hf": of_hf,
    "dask": of_dask,
}


# --- options without a command --------------------------------------------------------------------------


def leaves(group: click.Group) -> Iterator[click.Command]:
    """The commands that do something."""
    for name in group.list_commands(click.Context(group)):
        command = group.commands[name]
        if isinstance(command, click.Group):
            yield from leaves(command)
        else:
            yield command


def problem_of_option(code: str) -> Problem:
    """What is wrong with `--option VALUE` that stands alone: no command has it, or none takes the value."""
    words = shlex.split(code)
    if words[0] in OPTIONS_OF_OTHERS or words[0] in PYTEST:
        return None
    if any(words[0] in strings(f"bench.{path.stem}") for path in (ROOT / "bench").glob("*.py")):
        return None
    having = [c for c in (main, *leaves(main)) if any(words[0] in (*p.opts, *p.secondary_opts) for p in c.params)]
    having += [main] if words[0] in ("-h", "--help") else []
    if not having:
        return f"no command has {words[0]}"
    said = [_options_only(command, words) for command in having]
    return None if None in said else said[0]


def _options_only(command: click.Command, words: list[str]) -> Problem:
    found = of_click(command, words)
    found = of_click(command, [*words, "VALUE"]) if found and "requires an argument" in found else found
    return None if found is None or found.startswith("takes no ") else found


def option_codes(page: Page) -> Iterator[Said]:
    """What in backticks is an option."""
    for line, code in page.codes():
        if re.match(r"(--[a-z]|-[a-z]\b)", code):
            yield Said(line, code)
