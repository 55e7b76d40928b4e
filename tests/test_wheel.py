"""The wheel: installed without a clone it brings the data and loads it offline; built again, it has the same bytes."""

from __future__ import annotations

import hashlib
import io
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import typing
import zipfile
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from bench.install import closure, megabytes, requirements, unpacked, weight
from tests.extras_support import told
from vouchbank.corpus import published, repository_root
from vouchbank.schema import default_schema_folder, load_schema
from vouchbank.withhold import withhold

pytestmark = pytest.mark.system

ROOT = repository_root()
FOLDERS = ("src", "corpus", "schema", "seeds", "annotations", "tests", "docs", "scripts", "bench")
NOWHERE = Path(Path.cwd().anchor)  # temporary folders may lie below the clone
REFUSE_NETWORK = (
    "import socket\ndef refuse(*a): raise AssertionError('the network was asked')\nsocket.socket.connect = refuse\n"
)


def away(**more: str) -> dict[str, str]:
    """An environment in which nothing leads to the clone."""
    return {**{k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "SOURCE_DATE_EPOCH")}, **more}


def contents(folder: Path) -> dict[str, bytes]:
    """The files of a folder."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def built(root: Path, folder: Path, *targets: str, **more: str) -> dict[str, bytes]:
    """Build distributions; their bytes by name."""
    asked = [part for target in targets for part in ("-t", target)]
    command = [sys.executable, "-m", "hatchling", "build", *asked, "-d", str(folder)]
    subprocess.run(command, cwd=root, check=True, capture_output=True, env=away(**more))
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What distributions are built from, as it is now: an edit while the tests run would be another source."""
    target = tmp_path_factory.mktemp("tree")
    for path in ROOT.iterdir():
        if path.is_dir() and path.name in FOLDERS:
            ignore = shutil.ignore_patterns("__pycache__", ".*", "*.new")
            shutil.copytree(path, target / path.name, ignore=ignore)
        elif path.is_file() and not path.name.startswith("."):
            shutil.copy(path, target)
    return target


@pytest.fixture(scope="module")
def dist(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    built(tree, folder, "sdist", "wheel")
    return folder


@pytest.fixture(scope="module")
def wheel(dist: Path) -> Path:
    return next(dist.glob("*.whl"))


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of a fresh environment with the wheel installed; the libraries are those of this environment."""
    folder = tmp_path_factory.mktemp("fresh") / "venv"
    uv = [sys.executable, "-m", "uv", "--offline", "--no-cache", "--quiet"]
    subprocess.run([*uv, "venv", "--python", sys.executable, str(folder)], check=True, cwd=NOWHERE, env=away())
    found = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    install = [*uv, "pip", "install", "--no-deps", "--python", str(found), str(wheel)]
    subprocess.run(install, check=True, cwd=NOWHERE, env=away())
    # the .pth of an editable install lies in there too, and is not followed from here
    site = next(folder.glob("lib/python*/site-packages"), folder / "Lib/site-packages")
    (site / "libraries.pth").write_text(sysconfig.get_path("purelib"))
    return found


def run(python: Path, code: str, cwd: Path = NOWHERE) -> str:
    """Run code in the fresh environment, away from the clone and from any network."""
    command = [str(python), "-c", REFUSE_NETWORK + code]
    result = subprocess.run(command, cwd=cwd, env=away(), capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return result.stdout.strip()


# --- what it holds -------------------------------------------------------------------------------------


def test_the_wheel_holds_corpus_and_schema_and_is_typed(tree: Path, wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for path in [*(tree / "corpus").rglob("*"), *(tree / "schema").glob("*.json")]:
        if path.is_file():
            assert f"vouchbank/_data/{path.relative_to(tree).as_posix()}" in names
    assert "vouchbank/py.typed" in names
    assert "vouchbank/text/rules.toml" in names
    assert "vouchbank/build/card.md" in names
    assert "vouchbank/withhold/notice.md" in names
    assert not [n for n in names if "tests/" in n or "seeds/" in n or n.endswith(".pyc")]


def test_the_base_install_is_for_reading_and_weighs_200_megabytes_at_most(wheel: Path) -> None:
    base = closure(requirements(wheel))
    assert {"polars", "click", "rich"} <= set(base)
    assert not {"pyarrow", "pandas", "pandera", "jsonschema", "tree-sitter", "numpy"} & set(base)
    assert "datasets" in closure(requirements(wheel), "build")
    whole, data = unpacked(wheel)
    assert 0 < data < whole < 20_000_000, megabytes(whole)
    assert whole + sum(weight(name, dist).size for name, dist in base.items()) <= 200_000_000


# --- built again ---------------------------------------------------------------------------------------


def test_built_elsewhere_and_at_another_time_they_are_the_same_bytes(tree: Path, dist: Path, tmp_path: Path) -> None:
    elsewhere = Path(shutil.copytree(tree, tmp_path / "another place"))
    for path in elsewhere.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)
        os.utime(path, (1_000_000_000, 1_000_000_000))
    more = {"TZ": "Pacific/Auckland", "PYTHONHASHSEED": "7", "LC_ALL": "C"}
    again = built(elsewhere, tmp_path / "again", "sdist", "wheel", **more)
    assert sums(again) == sums({p.name: p.read_bytes() for p in dist.iterdir()})


def test_the_date_of_the_source_is_the_only_date_in_them(tree: Path, tmp_path: Path) -> None:
    (data,) = built(tree, tmp_path, "wheel", SOURCE_DATE_EPOCH="1700000000").values()
    archive = zipfile.ZipFile(io.BytesIO(data))
    assert {info.date_time for info in archive.infolist()} == {(2023, 11, 14, 22, 13, 20)}


def test_the_sdist_builds_the_same_wheel(dist: Path, wheel: Path, tmp_path: Path) -> None:
    with tarfile.open(next(dist.glob("*.tar.gz"))) as archive:
        # the idiom of tarfile's documentation: Python 3.11.0 to 3.11.3 have no filters
        archive.extraction_filter = getattr(tarfile, "data_filter", lambda member, _: member)
        archive.extractall(tmp_path)
    (root,) = tmp_path.iterdir()
    assert sums(built(root, tmp_path / "out", "wheel")) == sums({wheel.name: wheel.read_bytes()})


def test_the_sdist_holds_what_the_tests_need_and_no_caches(dist: Path) -> None:
    with tarfile.open(next(dist.glob("*.tar.gz"))) as archive:
        names = {name.split("/", 1)[1] for name in archive.getnames()}
    for needed in ("seeds/000/raw.txt", "annotations/registry.toml", "tests/toy/seeds/000/raw.txt", "bench/install.py"):
        assert needed in names
    assert not [n for n in names if "__pycache__" in n or "/." in n or n.endswith((".pyc", ".new"))]


def sums(files: dict[str, bytes]) -> dict[str, str]:
    return {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}


# --- installed -----------------------------------------------------------------------------------------


def test_the_installed_package_loads_without_a_clone(tree: Path, python: Path) -> None:
    where, height = run(
        python, "import vouchbank; print(vouchbank.__file__); print(vouchbank.load('quantities').height)"
    ).splitlines()
    assert Path(where).is_relative_to(python.parents[1])
    assert int(height) == pq.read_metadata(tree / "corpus/data/quantities.parquet").num_rows


def test_path_is_the_folder_of_the_corpus_as_it_was_built(tree: Path, python: Path) -> None:
    folder = Path(run(python, "import vouchbank; print(vouchbank.path())"))
    assert folder.is_relative_to(python.parents[1])
    assert contents(folder) == contents(tree / "corpus")


def test_the_base_install_reads_without_a_clone_and_says_what_else_needs(python: Path) -> None:
    reads = (
        "--help",
        "show 000 004",
        "show --quantities",
        "show --figures",
        "show --removed",
        "explain",
        "explain span-edge",
    )
    works = ("check", "format", "diff", "build", "agree", "release version", "release publish a/b")
    calls = {
        "print(*(vouchbank.load(name).height for name in vouchbank.table_names()))": "",
        "vouchbank.normalise('A title')": "",
        "vouchbank.load('tokens', form='arrow')": "'vouchbank[build]'\n",
    }
    found = told("", (*reads, *works), list(calls), str(python))
    assert {words: found[words] for words in reads} == dict.fromkeys(reads, (0, ""))
    for words in works:
        assert re.fullmatch(r"vouchbank: .+ folder of a clone with --root\n", found[words][1]), found[words]
    for call, said in calls.items():
        assert found[call][1].rpartition(" ")[2] == said


@pytest.mark.parametrize(("form", "own"), [("polars", "polars"), ("arrow", "pyarrow")])
def test_a_load_imports_its_own_library_and_no_other_heavy_one(form: str, own: str, python: Path) -> None:
    heavy = [
        "polars",
        "pyarrow",
        "pandera",
        "datasets",
        "huggingface_hub",
        "matplotlib",
        "duckdb",
        "jsonschema",
        "rich",
    ]
    loaded = f"print([m for m in {heavy} if m in sys.modules])"
    said = run(python, f"import sys, vouchbank; {loaded}; vouchbank.load('quantities', form={form!r}); {loaded}")
    assert said.splitlines() == ["[]", f"['{own}']"]


def test_datasets_loads_the_folder_of_the_installed_package(tree: Path, python: Path, tmp_path: Path) -> None:
    load = f"datasets.load_dataset(str(vouchbank.path()), 'segments', split='test', cache_dir={str(tmp_path)!r})"
    rows = pq.read_metadata(tree / "corpus/data/segments.parquet").num_rows
    assert int(run(python, f"import vouchbank, datasets; print({load}.num_rows)").splitlines()[-1]) == rows


def test_the_installed_command_restores_a_withheld_corpus_without_datasets(
    tree: Path, python: Path, tmp_path: Path
) -> None:
    withhold(tree / "corpus", tmp_path / "withheld", load_schema(default_schema_folder()))
    arguments = ["rehydrate", str(tmp_path / "withheld"), "--seeds", str(tree / "seeds")]
    code = f"import sys; sys.modules['datasets'] = None; from vouchbank.cli import main; main({arguments!r})"
    assert run(python, code).endswith(f"restored 000, 001, 002, 003, 004 in {tmp_path / 'withheld'}")
    for text in (tree / "corpus" / "text").iterdir():
        assert (tmp_path / "withheld" / "text" / text.name).read_bytes() == text.read_bytes()


# --- typed ---------------------------------------------------------------------------------------------

USER = """\
from typing import assert_type

import pandas
import polars

import vouchbank

assert_type(vouchbank.load(), polars.DataFrame)
assert_type(vouchbank.load("quantities"), polars.DataFrame)
assert_type(vouchbank.load("quantities", form="pandas"), pandas.DataFrame)
assert_type(vouchbank.table_names(), list[str])
assert_type(vouchbank.path().name, str)
corpus = vouchbank.Corpus("somewhere")
assert_type(corpus.article("004").text, str)
wrong_form = vouchbank.load("quantities", form="csv")
wrong_column: int = vouchbank.load("quantities").columns
wrong_name = vouchbank.loads
"""


def test_a_users_file_is_checked_against_the_installed_types(python: Path, tmp_path: Path) -> None:
    (tmp_path / "user.py").write_text(USER)
    command = [
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        "--python-executable",
        str(python),
        "--config-file=",
        "user.py",
    ]
    checked = subprocess.run(command, cwd=tmp_path, env=away(), capture_output=True, text=True, check=False)
    lines = [line for line in checked.stdout.splitlines() if ": error:" in line]
    wanted = {number: line for number, line in enumerate(USER.splitlines(), 1) if line.startswith("wrong_")}
    assert [int(line.split(":")[1]) for line in lines] == list(wanted), checked.stdout


def test_every_form_says_which_type_it_gives() -> None:
    said = {}
    for overload in typing.get_overloads(published.load):
        annotations = overload.__annotations__
        said[annotations["form"]] = annotations["return"]
    assert said == {
        "Literal['polars']": "polars.DataFrame",
        "Literal['arrow']": "pyarrow.Table",
        "Literal['pandas']": "pandas.DataFrame",
        "Literal['datasets']": "datasets.Dataset",
    }
