"""Every fenced block of every page is of a kind that a test runs or reads; TOML and JSON are read here."""

from __future__ import annotations

import ast
import json
import re
import tomllib

import pytest

from tests.pages.reading import ROOT, Fence, Page, listed, pages, pages_of_today

# which test runs the blocks of a kind; a page of Python must be one of those that this test runs
RUN_BY = {
    "console": "tests/test_contributing.py",
    "diff": "tests/test_contributing.py",
    "sh": "tests/pages/test_page_commands.py",
    "sql": "scripts/describe.py",
}
PYTHON = {
    re.compile(r"README\.md|docs/[\w-]+\.md"): "tests/test_readme.py",
    re.compile(r"docs/recipes/\w+\.md"): "tests/test_recipes.py",
    re.compile(r"corpus/README\.md"): "tests/test_card.py",
    re.compile(r"CONTRIBUTING\.md"): "tests/pages/test_blocks.py",
}
# shown as it is: what a command prints, where files stand, a reference to cite
SHOWN = {"text", "", "bibtex"}
DIFFS = re.compile(r"docs/checks/.+")  # written from the fixtures of tests/broken/, which tests/test_explain.py runs


def problem(page: Page, fence: Fence) -> str | None:
    """What is wrong with a block."""
    kind = fence.kind.split()[0] if fence.kind else ""
    try:
        if kind == "toml":
            tomllib.loads(fence.text)
        elif kind == "json" and "…" not in fence.text:
            json.loads(fence.text)
        elif kind == "python":
            compile(fence.text, page.path, "exec")
            return None if any(run.fullmatch(page.path) for run in PYTHON) else "no test runs Python on this page"
        elif kind not in RUN_BY and kind not in SHOWN and kind != "json":
            return f"no test reads blocks of the kind {kind!r}"
    except (ValueError, SyntaxError) as error:
        return f"invalid {kind}: {error}"
    return None


@pytest.mark.slow
def test_every_block_is_run_or_read() -> None:
    said = [(page, fence, problem(page, fence)) for page in pages_of_today() for fence in page.fences()]
    found = [f"{page.path}:{fence.line}: {what}" for page, fence, what in said if what]
    assert found == [], listed(found)
    assert len(said) > 300


def without_docstring(function: ast.FunctionDef) -> str:
    """The code of a function, without what documents it."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return ast.unparse(ast.FunctionDef(**{**vars(function), "body": body}))


def functions(text: str) -> dict[str, str]:
    """The code of each function of a module."""
    found = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef))
    return {function.name: without_docstring(function) for function in found}


def test_the_rule_that_contributing_shows_is_the_one_in_the_source() -> None:
    (page,) = (page for page in pages() if page.path == "CONTRIBUTING.md")
    shown = {name: code for fence in page.fences("python") for name, code in functions(fence.text).items()}
    modules = [path.read_text("utf-8") for path in (ROOT / "src/vouchbank/checks").glob("*.py")]
    real = {name: code for text in modules for name, code in functions(text).items() if name in shown}
    assert shown == real
    assert shown


def test_what_runs_blocks_is_there() -> None:
    assert all((ROOT / name).is_file() for name in [*RUN_BY.values(), *PYTHON.values()])
    console = {page.path for page in pages() if page.fences("console")}
    assert console <= {"CONTRIBUTING.md"}
    assert all(DIFFS.fullmatch(page.path) for page in pages() if page.fences("diff") and page.path not in console)


@pytest.mark.parametrize(
    ("path", "block", "said"),
    [
        ("annotations/README.md", "```toml\nq = \n```", "invalid toml"),
        ("annotations/README.md", "```json\n{\n```", "invalid json"),
        ("docs/lab.md", "```python\nx = (\n```", "invalid python"),
        ("web/README.md", "```python\nx = 1\n```", "no test runs Python on this page"),
        ("docs/lab.md", "```perl\nx\n```", "no test reads blocks of the kind 'perl'"),
        ("docs/lab.md", "```toml\nq = 1\n```", ""),
    ],
)
def test_a_block_that_nobody_reads_is_named(path: str, block: str, said: str) -> None:
    page = Page(path, block)
    found = problem(page, page.fences()[0]) or ""
    assert said in found
    assert bool(said) == bool(found)
