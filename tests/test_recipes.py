"""docs/recipes/: every script runs, every page shows what it printed, a script that fails is named."""

from __future__ import annotations

import re
import shutil
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from scripts.recipes import FOLDER, Cell, RecipeError, cells_of, left_over, needs_of, recipe_pages, run_recipes
from vouchbank import __version__
from vouchbank.build import build
from vouchbank.cli import main
from vouchbank.corpus import Corpus, repository_root

pytestmark = pytest.mark.system

ROOT = repository_root()
SCRIPTS = sorted((ROOT / FOLDER).glob("*.py"))
PICTURES = sorted((ROOT / FOLDER).glob("*.svg"))
ASKED_FOR = {
    "token_classification",
    "quote_attribution",
    "relations_between_tellings",
    "query_with_duckdb",
    "spans_to_tokens",
    "folds_by_outlet",
    "who_vouches",
    "numbers_of_one_government",
    "who_contradicts_whom",
    "plot_a_figure",
    "train_a_tagger",
}


PRINTED = re.compile(r"^(`{3,})text\n.*?^\1\n\n?", re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real corpus with one more article, of which no layer is finished."""
    root = tmp_path_factory.mktemp("begun")
    for folder in ("seeds", "annotations", FOLDER):
        shutil.copytree(ROOT / folder, root / folder)
    file = root / "ferries.txt"
    file.write_text("Ferries sail again\n\nAt least 40 ferries sailed on Monday, the Harbour Union said.\n", "utf-8")
    new = CliRunner().invoke(main, ["new", str(file), "--root", str(root)])
    assert new.exit_code == 0, new.output
    build(Corpus(root), root / "corpus")
    return root


@pytest.fixture(scope="module")
def made(begun: Path) -> dict[str, bytes]:
    """Every recipe, run now. What they print of the corpus as it is, the session `fresh` compares."""
    return recipe_pages(begun)


def test_the_recipes_are_there() -> None:
    assert {script.stem for script in SCRIPTS} >= ASKED_FOR


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_a_recipe_runs_where_an_article_is_only_begun_and_its_page_has_its_cells(
    script: Path, made: dict[str, bytes]
) -> None:
    page = script.with_suffix(".md").read_text("utf-8")
    assert PRINTED.search(page)
    assert PRINTED.sub("", page) == PRINTED.sub("", made[f"{FOLDER}/{script.stem}.md"].decode())


def test_an_article_that_is_only_begun_is_left_out_of_what_is_learned(made: dict[str, bytes]) -> None:
    assert "of 103 sentences have entity tags" in made[f"{FOLDER}/token_classification.md"].decode()


def test_the_index_is_fresh_and_nothing_is_left_over(made: dict[str, bytes]) -> None:
    assert (ROOT / FOLDER / "README.md").read_bytes() == made[f"{FOLDER}/README.md"]
    assert left_over(ROOT, made) == []
    assert {name for name in made if name.endswith(".svg")} == {f"{FOLDER}/{p.name}" for p in PICTURES}


def test_the_session_fresh_compares_what_every_recipe_prints_with_its_page() -> None:
    session = (ROOT / "noxfile.py").read_text("utf-8").split("def fresh(")[1].split("@nox.session")[0]
    assert 'for pages in ("corpus", "checks", "messages"):' in session
    assert '"scripts.pages", pages, "--check"' in session


def test_the_index_names_every_recipe_and_the_version(made: dict[str, bytes]) -> None:
    index = made[f"{FOLDER}/README.md"].decode()
    assert set(re.findall(r"\]\((\w+)\.md\)", index)) == {script.stem for script in SCRIPTS}
    assert f"v{__version__}" in index


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_every_link_and_picture_of_a_page_is_there(script: Path) -> None:
    page = script.with_suffix(".md").read_text("utf-8")
    for target in re.findall(r"\]\(([^)]+)\)", page):
        assert (ROOT / FOLDER / target).is_file(), target


def test_everything_a_recipe_needs_is_a_dependency_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    known = [*project["project"]["dependencies"], *project["dependency-groups"]["recipes"]]
    for extra in project["project"]["optional-dependencies"].values():
        known += extra
    names = {re.split(r"[^\w-]", requirement)[0] for requirement in known}
    for script in SCRIPTS:
        assert set(needs_of(script.read_text("utf-8"))) <= names, script.name


# --- cells --------------------------------------------------------------------------------------------

SOURCE = '''"""A title.

What for.
"""

# %%
import re

print(1)

# %% [markdown]
# ## More
#
# Prose.

# %%
x = 2
'''


def test_a_script_comes_apart_into_prose_and_code_with_what_it_printed() -> None:
    assert list(cells_of(SOURCE, ["", "1\n", "", ""])) == [
        Cell("prose", "What for."),
        Cell("code", "import re\n\nprint(1)", "1\n"),
        Cell("prose", "## More\n\nProse."),
        Cell("code", "x = 2"),
    ]


def test_only_a_whole_line_is_a_marker() -> None:
    source = '"""T."""\n\n# %%\nx = "# %% here"\n# %%%\n  # %%\n'
    assert [cell.kind for cell in cells_of(source)] == ["prose", "code"]


# --- running ------------------------------------------------------------------------------------------


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder with an empty corpus and no recipe yet."""
    (tmp_path / FOLDER).mkdir(parents=True)
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "hello.txt").write_text("```\n<b>@someone</b>\n", "utf-8")
    return tmp_path


def write(root: Path, name: str, code: str) -> Path:
    script = root / FOLDER / f"{name}.py"
    script.write_text(f'"""Title of {name}."""\n\n# %%\n{code}\n', "utf-8")
    return script


def test_without_recipes_there_are_no_pages(tmp_path: Path) -> None:
    assert recipe_pages(tmp_path) == {}


def test_a_recipe_that_fails_is_named_with_line_and_reason(root: Path) -> None:
    write(root, "fine", "print(1)")
    write(root, "broken", "x = 1\nx.nothing")
    with pytest.raises(RecipeError, match=r"(?s)docs/recipes/broken\.py.*line 5.*has no attribute 'nothing'"):
        recipe_pages(root)


def test_recipes_share_the_libraries_and_neither_files_nor_names_nor_warnings(root: Path) -> None:
    first = write(
        root, "a", "import sys, colorsys, warnings\ncolorsys.seen = 1\nwarnings.simplefilter('ignore')\nx = 1"
    )
    first.write_text(first.read_text() + "open('corpus/hello.txt', 'w').write('gone')\n")
    second = write(root, "b", "import colorsys, os\nprint('x' in globals(), colorsys.seen, sorted(os.listdir()))")
    second.write_text(second.read_text() + "print(open('corpus/hello.txt').read()[:3])\n")
    printed = run_recipes([first, second], root / "corpus")[1].cells[1].printed
    assert printed == "False 1 ['b.py', 'corpus', 'printed.txt']\n```\n"
    write(root, "c", "import warnings\nwarnings.warn('old way', DeprecationWarning)")
    with pytest.raises(RecipeError, match=r"(?s)docs/recipes/c\.py.*old way"):
        recipe_pages(root)


def test_a_missing_library_is_said_to_be_one(root: Path) -> None:
    script = write(root, "needs", "import no_such_library")
    with pytest.raises(RecipeError, match="have all libraries it needs"):
        run_recipes([script], root / "corpus")


def test_a_warning_is_a_fault_of_the_recipe(root: Path) -> None:
    script = write(root, "old", "import warnings\nwarnings.warn('old way', DeprecationWarning)")
    with pytest.raises(RecipeError, match="old way"):
        run_recipes([script], root / "corpus")


def test_a_recipe_cannot_change_the_corpus(root: Path) -> None:
    script = write(root, "rude", "open('corpus/hello.txt', 'w').write('gone')")
    run_recipes([script], root / "corpus")
    assert "someone" in (root / "corpus" / "hello.txt").read_text()


def test_hostile_words_stay_inside_their_block(root: Path) -> None:
    write(root, "shows", "print(open('corpus/hello.txt').read())\nprint('\\x1b[31m')")
    page = recipe_pages(root)[f"{FOLDER}/shows.md"].decode()
    assert "\n````text\n```\n<b>@someone</b>" in page
    assert "\x1b" not in page


def test_a_picture_is_taken_and_is_the_same_each_time(root: Path) -> None:
    code = "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.savefig('drawn.svg')"
    script = write(root, "draws", code)
    first, second = (run_recipes([script], root / "corpus")[0].pictures for _ in range(2))
    assert list(first) == ["drawn.svg"]
    assert first == second


def test_a_page_whose_recipe_is_gone_is_deleted_and_a_script_never(root: Path) -> None:
    kept, gone = write(root, "kept", "print(1)"), root / FOLDER / "gone.md"
    gone.write_text("old")
    made = recipe_pages(root)
    assert left_over(root, made) == [f"{FOLDER}/gone.md"]
    assert kept.is_file()
