r'''docs/recipes/: a recipe is a script in cells; its page shows each cell with its output.

Code copied into a page would be wrong after the next change of the corpus, so the script is the source. It starts with
a docstring; `# %%` starts a cell of code and `# %% [markdown]` a cell of prose, the markers that Jupyter and editors
use. `recipe_pages` runs every script beside a copy of corpus/ and makes the pages from the output.

Example:
    >>> source = '"""Count.\n\nHow many?\n"""\n\n# %%\nprint(2 + 3)\n\n# %% [markdown]\n# That many.\n'
    >>> [(cell.kind, cell.text) for cell in cells_of(source)]
    [('prose', 'How many?'), ('code', 'print(2 + 3)'), ('prose', 'That many.')]
'''

from __future__ import annotations

import ast
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Template
from typing import Literal

from vouchbank._version import __version__
from vouchbank.errors import VouchBankError
from vouchbank.report.markdown import fenced

FOLDER = "docs/recipes"
MADE = "<!-- Made by `python -m scripts.pages corpus` from {}; do not edit. -->"
_MARKER = re.compile(r"^# %%(?P<prose> \[markdown\])?$", re.MULTILINE)
_END = "\x1e"  # the ASCII record separator; articles contain no control characters
_MATPLOTLIB = "svg.hashsalt: vouchbank\nsvg.fonttype: none\n"  # the same bytes in every run
_LONGEST = 600  # seconds
_PRINTED = "printed.txt"
_RUNNER = f"""
import os, runpy, sys
from contextlib import redirect_stdout
from warnings import catch_warnings
for folder in sys.argv[1:]:
    os.chdir(folder)
    with open("{_PRINTED}", "w", encoding="utf-8", newline="\\n") as file, redirect_stdout(file), catch_warnings():
        runpy.run_path(os.path.basename(folder) + ".py", run_name="__main__")
"""


class RecipeError(VouchBankError):
    """A recipe of docs/recipes/ stopped with an error, so its page cannot be made."""

    def __init__(self, script: str, said: str) -> None:
        self.script = script
        last = "\n  ".join(said.strip().splitlines()[-8:])
        missing = "ModuleNotFoundError" in said
        hint = "\nThe sessions of `python3 scripts/run.py` have all libraries it needs." if missing else ""
        super().__init__(f"{script} failed, so no page was written.\n  {last}{hint}")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a recipe: prose in Markdown, or code with its output."""

    kind: Literal["prose", "code"]
    text: str
    printed: str = ""


@dataclass(frozen=True, slots=True)
class Recipe:
    """A script that was run: its title, imports and cells, and the pictures it drew, by file name."""

    name: str
    title: str
    needs: tuple[str, ...]
    cells: tuple[Cell, ...]
    pictures: dict[str, bytes]


def recipe_pages(root: Path) -> dict[str, bytes]:
    """Every page and picture of docs/recipes/, by path below `root`; empty if there are no recipes.

    Raises:
        RecipeError: a recipe stopped with an error.
    """
    scripts = sorted((root / FOLDER).glob("*.py"))
    if not scripts:
        return {}
    recipes = run_recipes(scripts, root / "corpus")
    pages = {f"{FOLDER}/README.md": _index(recipes).encode()}
    for recipe in recipes:
        pages[f"{FOLDER}/{recipe.name}.md"] = "\n".join(_page(recipe)).encode()
        pages |= {f"{FOLDER}/{name}": data for name, data in recipe.pictures.items()}
    return pages


def left_over(root: Path, made: Iterable[str], folder: str = FOLDER) -> list[str]:
    """Pages and pictures in a folder of generated ones, docs/recipes/ by default, that are no longer made."""
    there = {p.relative_to(root).as_posix() for p in (root / folder).glob("*") if p.suffix in {".md", ".svg"}}
    return sorted(there.difference(made))


def run_recipes(scripts: Sequence[Path], corpus: Path) -> list[Recipe]:
    """Run recipes one after the other in one new process, so that libraries are imported once.

    The process is offline, warnings are errors, and changes to its libraries do not affect us. Each recipe runs in its
    own folder with a copy of `corpus`.

    Raises:
        RecipeError: a recipe stopped with an error, or they took longer than ten minutes.
    """
    with tempfile.TemporaryDirectory() as name:
        folders = [Path(name, script.stem) for script in scripts]
        for script, folder in zip(scripts, folders, strict=True):
            shutil.copytree(corpus, folder / "corpus")
            (folder / script.name).write_text(_with_separators(script.read_text("utf-8")), "utf-8")
        (Path(name) / "matplotlibrc").write_text(_MATPLOTLIB, "utf-8")
        _run(folders, Path(name))
        return [_recipe(script, folder) for script, folder in zip(scripts, folders, strict=True)]


def _recipe(script: Path, folder: Path) -> Recipe:
    source = script.read_text("utf-8")
    printed = (folder / _PRINTED).read_text("utf-8").split(f"{_END}\n")
    pictures = {p.name: p.read_bytes() for p in sorted(folder.glob("*.svg"))}
    return Recipe(script.stem, _opening(source)[0], needs_of(source), tuple(cells_of(source, printed)), pictures)


def cells_of(source: str, printed: Sequence[str] = ()) -> Iterator[Cell]:
    """The cells of a script; `printed` is its output before the first marker and after each one."""
    yield Cell("prose", _opening(source)[1])
    markers = list(_MARKER.finditer(source))
    outputs = [*printed[1:], *[""] * len(markers)]
    ends = [*(m.start() for m in markers[1:]), len(source)]
    for marker, end, output in zip(markers, ends, outputs, strict=False):
        text = source[marker.end() : end].strip("\n")
        if marker["prose"]:
            yield Cell("prose", re.sub(r"^# ?", "", text, flags=re.MULTILINE))
        else:
            yield Cell("code", text, output)


def needs_of(source: str) -> tuple[str, ...]:
    r"""The libraries that a script imports, without the standard library.

    Example:
        >>> needs_of("import re\nimport polars as pl\nfrom datasets import load_dataset")
        ('datasets', 'polars')
    """
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return tuple(sorted(found - sys.stdlib_module_names))


@cache
def requirements() -> dict[str, str]:
    """What pyproject.toml requires of each library that a recipe may import, such as `polars>=2.0`."""
    stated = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text("utf-8"))
    project = stated["project"]
    extras = project["optional-dependencies"].values()
    groups = (project["dependencies"], *extras, stated["dependency-groups"]["recipes"])
    return {re.split(r"[^\w-]", line)[0]: line for group in groups for line in group}


def _opening(source: str) -> tuple[str, str]:
    title, _, rest = (ast.get_docstring(ast.parse(source)) or "").partition("\n")
    return title.rstrip("."), rest.strip()


def _with_separators(source: str) -> str:
    """The script with each marker replaced by code that prints a separator; line numbers stay the same."""
    return _MARKER.sub(lambda _: f"print({_END!r})", source)


def _run(folders: Sequence[Path], home: Path) -> None:
    command = [sys.executable, "-W", "error", "-c", _RUNNER, *(str(folder) for folder in folders)]
    try:
        run = subprocess.run(
            command, cwd=home, env=_environment(home), capture_output=True, check=False, timeout=_LONGEST
        )
        said = run.stderr.decode("utf-8", "replace") if run.returncode else ""
    except subprocess.TimeoutExpired:
        said = f"it did not end within {_LONGEST // 60} minutes"
    if said:
        stopped = [folder.name for folder in folders if (folder / _PRINTED).exists()][-1]
        raise RecipeError(f"{FOLDER}/{stopped}.py", said)


def _environment(folder: Path) -> dict[str, str]:
    """The environment of a repeatable run: no network, no shared cache, one thread, no clock."""
    quiet = {"HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1"}
    quiet |= {"HF_DATASETS_DISABLE_PROGRESS_BARS": "1", "HF_HOME": str(folder / "hf"), "MPLBACKEND": "agg"}
    quiet |= {"MATPLOTLIBRC": str(folder)}
    single = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "BLIS_NUM_THREADS": "1"}
    fixed = {"PYTHONHASHSEED": "0", "PYTHONUTF8": "1", "SOURCE_DATE_EPOCH": "0"}
    inherited = {k: v for k, v in os.environ.items() if k not in {"PYTHONPATH", "PYTHONSTARTUP", "HF_DATASETS_CACHE"}}
    return {**inherited, **quiet, **single, **fixed}


def _page(recipe: Recipe) -> Iterator[str]:
    yield from (MADE.format(f"{recipe.name}.py"), "", f"# {recipe.title}", "")
    for number, cell in enumerate(recipe.cells):
        if cell.kind == "prose":
            yield from (cell.text, "")
        else:
            yield from (*fenced(cell.text.splitlines(), "python"), "")
            if cell.printed.strip("\n"):
                yield from (*fenced(cell.printed.strip("\n").splitlines()), "")
        if number == 0:
            script = f"The whole script: [{recipe.name}.py]({recipe.name}.py)."
            wanted = [shlex.quote(requirements().get(need, need)) for need in recipe.needs]
            yield from (f"It needs `pip install {' '.join(wanted)}`. {script}", "")


def _index(recipes: Sequence[Recipe]) -> str:
    template = Template(Path(__file__).with_name("recipes.md").read_text("utf-8"))
    rows = [f"| [{r.title}]({r.name}.md) | {', '.join(f'`{need}`' for need in r.needs)} |" for r in recipes]
    made = MADE.format("the scripts of this folder")
    return template.substitute(made=made, recipes="\n".join(rows), version=__version__)
