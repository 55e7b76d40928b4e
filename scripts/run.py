"""Run sessions of noxfile.py on a machine that has only Python, pip and git: `python3 scripts/run.py tests`.

This makes `.tools/`, a small environment with nox and uv in the versions of run.lock, verified by their hashes.
Arguments are names of sessions; if the first one begins with a dash, all go to nox unchanged (`--list`). Nothing
outside the clone is touched, so it also works with a system Python that refuses a global `pip install` (PEP 668) or
lacks `venv`.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "scripts" / "run.lock"
TOOLS = ROOT / ".tools"
BIN = "Scripts" if os.name == "nt" else "bin"


def main() -> int:
    """Install the tools if they do not match the lock file, then run nox."""
    if sys.version_info < (3, 11):  # noqa: UP036 - a clear message before anything fails less clearly
        print(f"VouchBank needs Python 3.11 or newer; this is {sys.version.split()[0]}", file=sys.stderr)
        return 2
    stamp = TOOLS / "stamp"
    wanted = hashlib.sha256(LOCK.read_bytes() + sys.version.encode()).hexdigest()
    if not stamp.is_file() or stamp.read_text() != wanted:
        print("installing nox and uv in .tools/ …", file=sys.stderr, flush=True)
        make_environment()
        install(TOOLS / BIN / "python")
        stamp.write_text(wanted)
    environment = {**os.environ, "PATH": os.pathsep.join([str(TOOLS / BIN), os.environ.get("PATH", "")])}
    environment.pop("PYTHONPATH", None)
    environment.setdefault("UV_SYSTEM_CERTS", "1")  # use the system's certificates, as pip does
    given = sys.argv[1:]
    sessions = ["-s", *given] if given and not given[0].startswith("-") else given
    command = [str(TOOLS / BIN / "python"), "-m", "nox", "-f", str(ROOT / "noxfile.py"), *sessions]
    return subprocess.run(command, env=environment, cwd=ROOT, check=False).returncode


def make_environment() -> None:
    """Make a virtual environment in .tools/ with venv, or with virtualenv where Python lacks ensurepip."""
    made = subprocess.run([sys.executable, "-m", "venv", "--clear", TOOLS], capture_output=True, check=False)
    if made.returncode == 0:
        return
    with tempfile.TemporaryDirectory() as folder:
        install(sys.executable, "--target", folder)
        environment = {**os.environ, "PYTHONPATH": folder}
        subprocess.run([sys.executable, "-m", "virtualenv", "--quiet", "--clear", TOOLS], env=environment, check=True)


def install(python: str | Path, *options: str) -> None:
    """Install the tools with pip, verifying the hash of each file."""
    quiet = ("--quiet", "--disable-pip-version-check", "--require-hashes")
    subprocess.run([python, "-m", "pip", "install", *quiet, *options, "--requirement", LOCK], check=True)


if __name__ == "__main__":
    sys.exit(main())
