"""Fixtures that tests of many commands share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.checks_support import BASE, copied


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-expected",
        action="store_true",
        help="Write what the checks say of each fixture into its expected.toml; then read the difference.",
    )


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """A copy of the small corpus to which every broken fixture is laid."""
    return copied(BASE, tmp_path)
