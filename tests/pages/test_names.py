"""Every path and every name in backticks is there: a file, a folder, a column, a label, a check, a public name."""

from __future__ import annotations

import pytest

from tests.pages.names import (
    MADE,
    OTHERS,
    is_column,
    names,
    own_words,
    paths,
    problem_of_name,
    problem_of_path,
    words,
)
from tests.pages.reading import Page, listed, pages_of_today


def problems(page: Page) -> list[str]:
    """A line for each path and name of a page that is not there."""
    own = own_words(page)
    said = [(line, path, problem_of_path(path)) for line, path in paths(page)]
    said += [(line, name, problem_of_name(name, own)) for line, name in names(page)]
    return [f"{page.path}:{line}: `{what}`: {found}" for line, what, found in said if found]


@pytest.mark.slow
def test_every_path_and_name_is_there() -> None:
    found = [line for page in pages_of_today() for line in problems(page)]
    assert found == [], listed(found)


def test_a_file_whose_text_is_on_the_page_need_not_be_there() -> None:
    text = "Save `boat.txt` and `ship.txt`:\n\n```text boat.txt\nA boat.\n```\n"
    assert problems(Page("x.md", text)) == ["x.md:1: `ship.txt`: no such file or folder"]


def test_many_are_looked_up() -> None:
    assert sum(1 for page in pages_of_today() for _ in paths(page)) > 500
    assert sum(1 for page in pages_of_today() for _ in names(page)) > 2000


def test_no_exception_is_left_over() -> None:
    said = {part for page in pages_of_today() for _, name in names(page) for part in (name, *name.split("."))}
    written = {code for page in pages_of_today() for _, code in page.codes()}
    unused = [name for name in OTHERS if name not in said and not any(name in code for code in written)]
    assert unused == []


# --- the test can fail ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["docs/commands.md", "meta.toml", "annotations/raw/NAME/", "schema/<table>.json", *MADE]
)
def test_a_path_that_is_there_is_no_problem(path: str) -> None:
    assert problem_of_path(path.replace("*", "NAME")) is None


@pytest.mark.parametrize("path", ["docs/gone.md", "gone.toml", "annotations/raw/NAME/gone/", "schema/<table>.yml"])
def test_a_path_that_is_not_there_is_named(path: str) -> None:
    assert problems(Page("x.md", f"See `{path}`.")) == [f"x.md:1: `{path}`: no such file or folder"]


@pytest.mark.parametrize(
    "name",
    [
        *("vouchbank.load", "vouchbank.text.normalise", 'vouchbank.load("quantities")', "quantities.span.raw_start"),
        *("articles.paragraphs.role", "span-edge", "OffsetMap.from_deltas()", "B-PERSON", "HF_TOKEN", "defined_here"),
    ],
)
def test_a_name_that_is_there_is_no_problem(name: str) -> None:
    assert problems(Page("x.md", f"It is `{name}`.\n\n```sql\nSELECT 1 AS defined_here\n```\n")) == []


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("vouchbank.laod", "vouchbank has no laod"),
        ("vouchbank.txet.normalise", "vouchbank has no txet"),
        ("quantities.spam", "the table quantities has no column spam"),
        ("articles.paragraphs.rloe", "has no column paragraphs.rloe"),
        ("span-egde", "no source has the name span-egde"),
        ("OffsetMap.from_detlas()", "no source has the name from_detlas"),
        ("B-PRESON", "no source has the name PRESON"),
        ("statsu", "no source has the name statsu"),
    ],
)
def test_a_name_that_is_not_there_is_named(name: str, said: str) -> None:
    (found,) = problems(Page("x.md", f"It is `{name}`."))
    assert said in found


def test_columns_are_looked_up_in_the_corpus() -> None:
    assert is_column(["quantities", "measured", "raw_end"])
    assert not is_column(["quantities", "number", "offset"])
    assert "cue-too-long" in words()


def test_a_tree_of_files_is_looked_up() -> None:
    page = Page("x.md", "```\nannotations/\n  registry.toml   the registry\n  gone.toml       nothing\n```\n")
    assert problems(page) == ["x.md:4: `gone.toml`: no such file or folder"]
