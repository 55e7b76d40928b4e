"""What all tests share: options, the order of the slow ones, how many examples are tried, fixtures."""

from __future__ import annotations

import gc
import os
from pathlib import Path

import pytest
from hypothesis import settings

from tests.checks_support import BASE, TOY, copied, with_project_files
from tests.git_support import repository
from vouchbank.cli.base import GC_THRESHOLDS
from vouchbank.corpus import Corpus

gc.set_threshold(*GC_THRESHOLDS)  # as the command does, from the first test on


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-expected",
        action="store_true",
        help="Write what the checks say of each fixture into its expected.toml; then read the difference.",
    )


# a deadline would measure what else the machine does
settings.register_profile("full", deadline=None)
settings.register_profile("quick", deadline=None, max_examples=20)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "full"))


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """A file whose tests all have a mark is not even imported where such tests are left out."""
    marks = ("slow", "system", "cluster", "browser")
    left_out = [mark for mark in marks if f"not {mark}" in config.option.markexpr]
    if not left_out or collection_path.suffix != ".py":
        return None
    text = collection_path.read_text("utf-8")
    return True if any(f"\npytestmark = pytest.mark.{mark}\n" in text for mark in left_out) else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The slow ones first, so that no worker is left with one of them at the end."""
    items.sort(key=lambda item: not any(map(item.get_closest_marker, ("slow", "system", "cluster"))))


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """A copy of the small corpus to which every broken fixture is laid."""
    return copied(BASE, tmp_path)


@pytest.fixture(scope="session")
def built_toy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the toy corpus is built to; nobody may change it."""
    from vouchbank.build import build

    folder = tmp_path_factory.mktemp("built") / "corpus"
    build(Corpus(TOY), folder)
    return folder


@pytest.fixture(scope="session")
def released_toy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The toy corpus with what a release needs besides, and its corpus/; nobody may change it."""
    from vouchbank.build import build

    root = with_project_files(copied(TOY, tmp_path_factory.mktemp("released")))
    build(Corpus(root), root / "corpus")
    return root


@pytest.fixture(scope="session")
def committed_toy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The toy corpus as a repository with one commit."""
    return repository(copied(TOY, tmp_path_factory.mktemp("toy")))
