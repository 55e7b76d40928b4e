"""The wheel: installed without a clone it brings the data, and loads it without a network."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from vouchbank.corpus import repository_root

ROOT = repository_root()
NOWHERE = Path(Path.cwd().anchor)  # temporary folders may lie below the clone


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    zipfile.ZipFile(wheel).extractall(folder)  # what installing a wheel without scripts does
    return folder


def run(installed: Path, code: str, cwd: Path) -> str:
    """Run code with the installed package before the clone's, away from the clone."""
    setup = (
        f"import sys, socket; sys.path.insert(0, {str(installed)!r})\n"
        "def refuse(*a): raise AssertionError('the network was asked')\n"
        "socket.socket.connect = refuse\n"
    )
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    command = [sys.executable, "-c", setup + code]
    result = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return result.stdout.strip()


def test_the_wheel_holds_corpus_and_schema_and_is_typed(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for path in [*(ROOT / "corpus").rglob("*"), *(ROOT / "schema").glob("*.json")]:
        if path.is_file():
            assert f"vouchbank/_data/{path.relative_to(ROOT).as_posix()}" in names
    assert "vouchbank/py.typed" in names
    assert "vouchbank/text/rules.toml" in names
    assert "vouchbank/build/card.md" in names
    assert not [n for n in names if "tests/" in n or "seeds/" in n]


def test_the_installed_package_loads_without_a_clone(installed: Path, tmp_path: Path) -> None:
    code = "import vouchbank; print(vouchbank.__file__); print(vouchbank.load('quantities').height)"
    where, height = run(installed, code, tmp_path).splitlines()
    assert where.startswith(str(installed))
    assert int(height) == pq.read_metadata(ROOT / "corpus/data/quantities.parquet").num_rows


def test_the_installed_package_needs_no_datasets_to_load(installed: Path, tmp_path: Path) -> None:
    code = "sys.modules['datasets'] = None; import vouchbank; print(vouchbank.load('tokens', form='arrow').num_rows)"
    assert int(run(installed, code, tmp_path)) == pq.read_metadata(ROOT / "corpus/data/tokens.parquet").num_rows


def test_datasets_loads_the_folder_of_the_installed_package(installed: Path, tmp_path: Path) -> None:
    load = f"datasets.load_dataset(str(vouchbank.path()), 'segments', split='test', cache_dir={str(tmp_path)!r})"
    code = f"import vouchbank, datasets; print({load}.num_rows)"
    rows = pq.read_metadata(ROOT / "corpus/data/segments.parquet").num_rows
    assert int(run(installed, code, tmp_path).splitlines()[-1]) == rows


def test_the_installed_command_shows_articles_without_a_clone(installed: Path) -> None:
    code = "from vouchbank.cli import main; main(['show', '--quantities'])"
    assert "Who vouches for the numbers" in run(installed, code, NOWHERE)


def test_without_a_clone_check_says_where_to_look(installed: Path) -> None:
    code = (
        "from click.testing import CliRunner; from vouchbank.cli import main; "
        "r = CliRunner().invoke(main, ['check']); print(r.exit_code, r.stderr)"
    )
    assert run(installed, code, NOWHERE).startswith("2 vouchbank:")
