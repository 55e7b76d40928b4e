"""Fixtures that tests of many commands share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.checks_support import BASE, copied


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """A copy of the small corpus to which every broken fixture is laid."""
    return copied(BASE, tmp_path)
