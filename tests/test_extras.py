"""With less installed than it needs, every command and every public function says in a sentence what to install."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import click
import pytest

import vouchbank
from tests.checks_support import BASE, broken, copied
from tests.extras_support import hidden, told
from tests.git_support import repository
from vouchbank.build.steps import SUMS, checksums
from vouchbank.cli import main
from vouchbank.cli.base import EXTRAS
from vouchbank.corpus import repository_root
from vouchbank.errors import MissingExtraError, extra_of, missing_library, needed
from vouchbank.withhold.folders import FORMAT, RECORD

SOURCE = repository_root() / "src" / "vouchbank"
# the extras that bring all that is needed; what is said names the first
NOTHING: tuple[str, ...] = ("", "annotate", "build", "report", "html", "dask", "edit", "site")
ANNOTATE, BUILD, REPORT, HTML, DASK = NOTHING[1:], ("build", "dask"), ("report",), ("html",), ("dask",)
EDIT, SITE = ("edit",), ("site", "edit", "dask")  # distributed brings jinja2
COMMANDS = {
    "show 004": NOTHING,
    "show --quantities": NOTHING,
    "show --figures": NOTHING,
    "show --removed": NOTHING,
    "show 004 --format json": NOTHING,
    "explain": NOTHING,
    "explain span-edge": ANNOTATE,  # with its example, which a clone has
    "show 000 --root {root}": ANNOTATE,
    "show --quantities --root {root}": ANNOTATE,
    "show --removed --root {root}": NOTHING,
    "show --figures --root {root}": ANNOTATE,
    "show --figures --propose --root {root}": ANNOTATE,
    "check --root {root}": ANNOTATE,
    "check --fix --root {root}": ANNOTATE,
    "check --format sarif --root {root}": ANNOTATE,
    "format --root {root}": ANNOTATE,
    "annotate-again 000 --by kim --root {root}": ANNOTATE,
    "adjudicate 000 --root {annotators}": ANNOTATE,
    "edit --by gold --root {root}": EDIT,  # refused: nobody is called so
    "site {pages} --root {root}": SITE,
    "normalise --root {root}": ANNOTATE,
    "normalise {page}": NOTHING,
    "normalise {lines} --json": NOTHING,
    "normalise {html}": HTML,
    "diff --root {root}": NOTHING,
    "rebase --root {root}": ANNOTATE,
    "agree --root {annotators}": (*REPORT, *BUILD),
    "build --root {root}": BUILD,
    "release version --root {root}": BUILD,
    "release publish a/b --root {root}": BUILD,
    "bulk {lines} {out} --jobs 1": BUILD,
    "bulk {lines} {out} --engine dask --scheduler tcp://127.0.0.1:1": DASK,  # all is there, so nobody is asked
    "rehydrate {withheld} --seeds {root}/seeds": BUILD,
    "new {html} --root {root}": HTML,
    "rename 000 dam --root {root}": ANNOTATE,
    "drop 000 --yes --root {root}": ANNOTATE,  # refused: others refer to it
    "new {page} --root {root}": ANNOTATE,  # the corpus has an article more from here on
    "correct-seed 000 {page} --reason why --root {root}": ANNOTATE,
}
CALLS = {
    "vouchbank.path()": NOTHING,
    "vouchbank.table_names()": NOTHING,
    "vouchbank.load('segments')": NOTHING,
    "vouchbank.normalise('A title\\n\\nA paragraph.')": NOTHING,
    "vouchbank.annotate_batch({{'id': ['a'], 'text': ['It rains.']}})": NOTHING,
    "vouchbank.load('segments', form='arrow')": BUILD,
    "vouchbank.load('segments', form='pandas')": BUILD,
    "vouchbank.load('segments', form='datasets')": BUILD,
    "vouchbank.Corpus({root!r})": NOTHING,
    "vouchbank.Corpus({root!r}).article('000').annotations['quantities']": NOTHING,
}


def commands(group: click.Group, above: str = "") -> Iterator[str]:
    """The words of every command that does something."""
    for name, command in group.commands.items():
        yield from commands(command, f"{above}{name} ") if isinstance(command, click.Group) else [f"{above}{name}"]


def test_no_command_and_no_public_function_is_forgotten() -> None:
    assert set(commands(main)) == {re.split(r" (?=\{|--|a/b|\d|span-edge)", words)[0] for words in COMMANDS}
    called = {name for name in vouchbank.__all__ if any(f"vouchbank.{name}(" in call for call in CALLS)}
    assert set(vouchbank.__all__) - called == {"Article", "__version__"}
    assert set(EXTRAS) <= {words.split()[-1] for words in commands(main)}


@pytest.mark.system
@pytest.mark.parametrize("extra", NOTHING)
def test_what_lacks_an_extra_says_in_a_sentence_which(extra: str, tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_text("A title\n\nA first paragraph of a new article.\n")
    (tmp_path / "page.html").write_text("<h1>A title</h1><p>A paragraph of a new article.</p>")
    (tmp_path / "news.jsonl").write_text('{"id": "a", "text": "It rains."}\n')
    (tmp_path / "withheld").mkdir()
    (tmp_path / "withheld" / RECORD).write_text(json.dumps({"format": FORMAT}))
    (tmp_path / "withheld" / SUMS).write_text(checksums(tmp_path / "withheld"))
    places = {
        "root": str(repository(copied(BASE, tmp_path))),
        "annotators": str(broken("agreement-below-floor", tmp_path / "annotators").root),
        "withheld": str(tmp_path / "withheld"),
        "page": str(tmp_path / "page.txt"),
        "pages": str(tmp_path / "pages"),
        "html": str(tmp_path / "page.html"),
        "lines": str(tmp_path / "news.jsonl"),
        "out": str(tmp_path / "out"),
    }
    asked = [{words.format_map(places): brought for words, brought in table.items()} for table in (COMMANDS, CALLS)]
    found = told(extra, *map(list, asked))
    for words, brought in (asked[0] | asked[1]).items():
        status, said = found[words]
        if extra in brought:
            assert status in (0, 1, 2), words
            assert "needs the library" not in said, words
        else:
            assert status == 2, (words, said)
            missing = rf".+ needs the library '[\w-]+', which is missing; run: {wanted(brought)}\n"
            assert re.fullmatch(missing, said), words


def wanted(brought: tuple[str, ...]) -> str:
    """The command that installs what is missing, as a pattern."""
    return re.escape(f"python3 -m pip install 'vouchbank[{brought[0]}]'")


@pytest.mark.system
def test_an_extra_has_all_that_the_smaller_one_has() -> None:
    nothing, annotate, build, report, html, dask, edit, site = map(set, map(hidden, NOTHING))
    assert nothing > annotate > build > dask
    assert annotate > report
    assert annotate > html
    assert annotate > site > edit
    assert set(hidden("all")) == dask & report & html & edit
    assert not {"polars", "rich", "click"} & nothing


@pytest.mark.parametrize(
    ("module", "library", "extra"),
    [
        ("tree_sitter_toml", "tree-sitter-toml", "annotate"),
        ("jsonschema", "jsonschema", "annotate"),
        ("yaml.nodes", "pyyaml", "build"),
        ("httpx2", "huggingface-hub", "build"),
        ("pyarrow.parquet", "pyarrow", "build"),
        ("matplotlib.pyplot", "matplotlib", "report"),
        ("trafilatura", "trafilatura", "html"),
        ("distributed.client", "distributed", "dask"),
        ("starlette.routing", "starlette", "edit"),
        ("jinja2.ext", "jinja2", "site"),
        ("nowhere", "nowhere", ""),
    ],
)
def test_a_missing_module_leads_to_its_library_and_the_smallest_extra(module: str, library: str, extra: str) -> None:
    errors = ModuleNotFoundError(f"No module named {module!r}", name=module), ModuleNotFoundError(module)
    assert {missing_library(error) for error in errors} == {library}
    assert extra_of(library) == extra
    install = f"'vouchbank[{extra}]'" if extra else library
    with pytest.raises(MissingExtraError, match=re.escape(f"pip install {install}")), needed("this"):
        raise errors[0]


def test_a_package_that_is_not_installed_has_no_extras(monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(name: str) -> None:
        raise PackageNotFoundError(name)

    monkeypatch.setattr("importlib.metadata.requires", lost)
    assert str(MissingExtraError("this", "pyarrow")).endswith(": python3 -m pip install pyarrow")


def test_no_module_imports_a_library_of_an_extra_when_it_is_imported() -> None:
    libraries = set(hidden("")) - set(hidden("all"))
    assert {"pyarrow", "tree_sitter", "jsonschema"} <= libraries
    for file in SOURCE.rglob("*.py"):
        eager = [n for n in ast.parse(file.read_text("utf-8")).body if isinstance(n, ast.Import | ast.ImportFrom)]
        names = {alias.name for n in eager if isinstance(n, ast.Import) for alias in n.names}
        names |= {n.module or "" for n in eager if isinstance(n, ast.ImportFrom)}
        assert not {name.partition(".")[0] for name in names} & libraries, file
