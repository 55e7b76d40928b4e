"""The development commands. `python3 scripts/run.py --list` lists them; `python3 scripts/run.py NAME` runs one.

Every session installs the packages in requirements.lock and verifies their hashes; with uv that takes seconds.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
from pathlib import Path

import nox

ROOT = Path(__file__).parent
LOCK = "requirements.lock"
TOOLS_LOCK = "scripts/run.lock"
# a release other than the one in the lock file
OTHER_PYARROW = "pyarrow==25.*"
# for `vouchbank release publish`: each test session records the git tree on which its tests passed
STAMPS = ROOT / ".vouchbank"
# load_dataset serves a changed file from its cache if the time stamp is the same, so the cache is never shared;
# sessions never go online
OFFLINE = {"HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1", "PYTHONPATH": None}
# if it is set, each of the hundred processes of the tests compiles every library again
OFFLINE |= {"PYTHONDONTWRITEBYTECODE": None}
# the tests that no other session runs
ORDINARY = "not system and not cluster and not browser"
# all tests of a file run in one process and share their fixtures; tests/conftest.py puts the slow files first
PARALLEL = ("-n", "auto", "--dist", "loadfile", "--no-loadscope-reorder")

nox.needs_version = ">=2026.10"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.reuse_venv = "yes"
nox.options.error_on_missing_interpreters = True


def _prepare(session: nox.Session) -> dict[str, str | None]:
    """Install the packages of the lock file and this package, once for each state of the lock file."""
    stamp = Path(session.virtualenv.location) / "vouchbank.stamp"
    wanted = hashlib.sha256((ROOT / LOCK).read_bytes() + (ROOT / "pyproject.toml").read_bytes()).hexdigest()
    if not stamp.is_file() or stamp.read_text() != wanted:
        session.install("--require-hashes", "-r", LOCK)
        (ROOT / "corpus").mkdir(exist_ok=True)  # the wheel includes it, even before the first build
        session.install("--no-deps", "--no-build-isolation", "-e", ".")
        stamp.write_text(wanted)
    home = Path(session.virtualenv.location) / "hf"  # not in TMPDIR, which may lie inside the clone
    shutil.rmtree(home, ignore_errors=True)
    return {**OFFLINE, "HF_HOME": str(home)}


@nox.session
def build(session: nox.Session) -> None:
    """Check the sources, build everything, check the tables, and print who vouches for the numbers."""
    env = _prepare(session)
    session.run("vouchbank", "check", env=env)
    session.run("vouchbank", "agree", "--write", env=env)
    session.run("vouchbank", "build", *session.posargs, env=env)
    session.run("python", "-m", "scripts.pages", "corpus", "checks", "messages", env=env, silent=True)
    session.run("vouchbank", "check", "--tables", env=env, silent=True)
    session.log("built corpus/; corpus/README.md says how to load it. Next: python3 scripts/run.py tests")


@nox.session
def check(session: nox.Session) -> None:
    """Check the sources and the built tables."""
    session.run("vouchbank", "check", "--tables", *session.posargs, env=_prepare(session))


@nox.session
def tests(session: nox.Session) -> None:
    """Run all tests except those of `system`, `cluster` and `browser`; `-- tests/test_fix.py` runs only that file."""
    _test(session, ORDINARY)


@nox.session(default=False)
def system(session: nox.Session) -> None:
    """Run slow tests: they install packages, kill processes, try hostile input or every fixture, or measure growth."""
    _test(session, "system")


@nox.session(default=False)
def cluster(session: nox.Session) -> None:
    """Run the tests that start a Dask cluster on loopback, kill parts of it, and fill a disk."""
    _test(session, "cluster", parallel=())


@nox.session(default=False)
def browser(session: nox.Session) -> None:
    """Run the tests that drive the system's Chromium; installs axe-core with `npm ci` in web/."""
    _npm(session)
    _test(session, "browser")


@nox.session(default=False, venv_backend="none")
def web(session: nox.Session) -> None:
    """Check the types of web/, run its unit tests, and check that src/vouchbank/site/bundle/ is up to date."""
    _npm(session)
    for script in ("types", "test", "check"):
        session.run("npm", "--prefix", str(ROOT / "web"), "run", "--silent", script, external=True)


def _npm(session: nox.Session) -> None:
    """Install the packages in web/package-lock.json, once for each state of it."""
    folder = ROOT / "web" / "node_modules"
    wanted = hashlib.sha256((ROOT / "web" / "package-lock.json").read_bytes()).hexdigest()
    stamp = folder / ".vouchbank-stamp"
    if not stamp.is_file() or stamp.read_text() != wanted:
        session.run("npm", "--prefix", str(ROOT / "web"), "ci", "--ignore-scripts", external=True)
        stamp.write_text(wanted)


def _test(session: nox.Session, marked: str, parallel: tuple[str, ...] = PARALLEL) -> None:
    """Run tests; if all tests of the session pass on a clean tree, write the stamp that `publish` requires."""
    env = _prepare(session)
    stamp = STAMPS / f"{session.name}-ok"
    stamp.unlink(missing_ok=True)
    before = _clean_tree(session)
    session.run("pytest", *(session.posargs or ("-m", marked, *parallel)), env=env)  # named tests run in one process
    if before and not session.posargs and _clean_tree(session) == before:
        stamp.parent.mkdir(exist_ok=True)
        stamp.write_text(f"{before}\n")


@nox.session(default=False)
def quick(session: nox.Session) -> None:
    """Run the tests that are not marked `slow`, in a few minutes. `-- -k words` selects some of them."""
    env = {**_prepare(session), "HYPOTHESIS_PROFILE": "quick"}
    session.run("pytest", "-m", f"not slow and {ORDINARY}", *PARALLEL, *session.posargs, env=env)


def _clean_tree(session: nox.Session) -> str:
    """The git id of the working tree if it equals the last commit; otherwise empty."""
    code = "import pathlib, vouchbank.release.ready as ready; print(ready.clean_tree(pathlib.Path.cwd()) or '')"
    return str(session.run("python", "-c", code, silent=True, log=False)).strip()


@nox.session
def lint(session: nox.Session) -> None:
    """Check style with ruff and imports with import-linter; `-- --fix` fixes style."""
    env = _prepare(session)
    session.run("ruff", "check", *session.posargs, ".", env=env)
    session.run("ruff", "format", *([] if "--fix" in session.posargs else ["--check"]), ".", env=env)
    session.run("lint-imports", "--no-cache", env=env)


@nox.session
def types(session: nox.Session) -> None:
    """Check types with mypy, strictly."""
    session.run("mypy", *session.posargs, env=_prepare(session))


@nox.session
def fresh(session: nox.Session) -> None:
    """Build everything in a temporary folder and list the files in the tree that are out of date."""
    env = _prepare(session)
    for command in ("build", "agree"):
        session.run("vouchbank", command, "--check", env=env)
    for pages in ("corpus", "checks", "messages"):
        session.run("python", "-m", "scripts.pages", pages, "--check", env=env)


@nox.session(default=False, venv_backend="none")
def dev(session: nox.Session) -> None:
    """Make .venv/ for daily work, with `vouchbank` (editable) and every tool."""
    folder = ROOT / ".venv"
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    session.run("uv", "venv", "--quiet", "--allow-existing", "--python", sys.executable, str(folder), external=True)
    install = ("uv", "pip", "install", "--quiet", "--python", str(python))
    session.run(*install, "--require-hashes", "-r", LOCK, external=True)
    (ROOT / "corpus").mkdir(exist_ok=True)
    session.run(*install, "--no-deps", "--no-build-isolation", "-e", ".", external=True)
    session.log(f"Next: source {python.parent.relative_to(ROOT).as_posix()}/activate")


@nox.session(default=False)
def vouchbank(session: nox.Session) -> None:
    """Run the command `vouchbank` without .venv/: `vouchbank -- check`."""
    session.run("vouchbank", *session.posargs, env=_prepare(session))


@nox.session(default=False)
def mutation(session: nox.Session) -> None:
    """Put thousands of faults into the sources, count what the checks catch, and write bench/mutation.md."""
    session.run("python", "-m", "bench.mutation", "--write", *session.posargs, env=_prepare(session))


@nox.session(default=False)
def specification(session: nox.Session) -> None:
    """Test number reading on a public specification (`-- PATH` of a copy); write bench/specification.md."""
    session.run("python", "-m", "bench.specification", "--write", *session.posargs, env=_prepare(session))


@nox.session(default=False)
def normalising(session: nox.Session) -> None:
    """Measure normalisation on pages (`-- PATH` of their folder); write bench/normalising.md and bench/ending.md."""
    env = _prepare(session)
    session.run("python", "-m", "bench.normalising", "--write", *session.posargs, env=env)
    session.run("python", "-m", "bench.ending", "--write", *session.posargs, env=env)


@nox.session(default=False)
def pages(session: nox.Session) -> None:
    """Measure page reading on a public benchmark (`-- PATH` of a copy); write bench/pages.md."""
    session.run("python", "-m", "bench.pages", "--write", *session.posargs, env=_prepare(session))


@nox.session(default=False)
def bench(session: nox.Session) -> None:
    """Measure speed, growth and start of `check`, and the size of an installation; write bench/speed.md, install.md."""
    env = _prepare(session)
    session.run("python", "-m", "bench.speed", "--write", *session.posargs, env=env)
    if not session.posargs:
        session.run("python", "-m", "bench.install", "--write", env=env)


@nox.session(default=False)
def scale(session: nox.Session) -> None:
    """Measure the cost of millions of articles; write bench/scale.md and a part of docs/lab.md."""
    env = _prepare(session)
    session.install(*nox.project.dependency_groups(nox.project.load_toml(ROOT / "pyproject.toml"), "bench"))
    session.run("python", "-m", "bench.scale", "--write", *session.posargs, env=env)


@nox.session(default=False)
def browsing(session: nox.Session) -> None:
    """Measure a long article in Chromium and take the pictures; write bench/browsing.md and docs/pictures/."""
    env = _prepare(session)
    session.run("python", "-m", "bench.browsing", "--write", *session.posargs, env=env)
    session.run("python", "-m", "scripts.pictures", env=env)


@nox.session(default=False)
def publish(session: nox.Session) -> None:
    """Publish corpus/ to the Hub as a release (see docs/releasing.md): `publish -- OWNER/NAME --dry-run`."""
    _prepare(session)
    # the only session that goes online, with the endpoint and the token of the user
    session.run("vouchbank", "release", "publish", *session.posargs, env={"PYTHONPATH": None})


@nox.session(default=False, venv_backend="virtualenv")
def olah(session: nox.Session) -> None:
    """Load a git copy of the dataset through olah, an independent mirror of the Hub (installs olah)."""
    session.install("--require-hashes", "-r", LOCK)
    session.install("olah==0.5.4")
    session.install("--no-deps", "--no-build-isolation", "-e", ".")
    session.run("pytest", "tests/hub/read_by_olah.py", "-p", "no:cacheprovider", env={"PYTHONPATH": None})


@nox.session(default=False)
def lock(session: nox.Session) -> None:
    """Update the lock files from pyproject.toml; `-- --upgrade` takes the newest versions."""
    env = _prepare(session)
    # no index and no addresses: the files have only versions and hashes
    silent = ("--no-annotate", "--no-header", "--no-emit-index-url", "--no-emit-find-links", "--quiet")
    form = ("--universal", "--python-version", "3.11", "--generate-hashes")
    compile_ = ("uv", "pip", "compile", *form, *silent, *session.posargs)
    session.run(*compile_, "--all-extras", "--group", "dev", "pyproject.toml", "-o", LOCK, env=env)
    session.run(*compile_, "--group", "tools", "--constraint", LOCK, "-o", TOOLS_LOCK, env=env)


@nox.session(default=False)
def digests(session: nox.Session) -> None:
    """Check that row digests do not depend on pyarrow: read and build corpus/ with another version."""
    env = _prepare(session)
    session.install("--no-deps", OTHER_PYARROW)
    session.run("python", "-c", "import pyarrow; print('pyarrow', pyarrow.__version__)", env=env)
    session.run("pytest", "tests/test_metadata.py", "-k", "digest", "-p", "no:cacheprovider", env=env)
    made = Path(session.create_tmp()) / "corpus"
    session.run("vouchbank", "build", "--out", str(made), env=env, silent=True)
    stated, found = (json.loads((folder / "digests.json").read_bytes()) for folder in (ROOT / "corpus", made))
    differing = [name for name in stated.keys() | found.keys() if stated.get(name) != found.get(name)]
    if differing:
        session.error(f"digests differ, or corpus/ is out of date: {', '.join(sorted(differing))}")


@nox.session(default=False, venv_backend="virtualenv")
def torch(session: nox.Session) -> None:
    """Read every table in torch format and train a small BERT on `tokens` (installs torch and transformers)."""
    session.install("--require-hashes", "-r", LOCK)
    session.install("torch==2.13.0", "transformers==5.23.0")
    session.install("--no-deps", "--no-build-isolation", "-e", ".")
    env = {**OFFLINE, "HF_HOME": os.path.join(session.virtualenv.location, "hf")}
    session.run("pytest", "tests/torch", "-p", "no:cacheprovider", env=env)
