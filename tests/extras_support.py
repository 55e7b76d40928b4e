"""What an installation with one extra has, and what commands and calls say with no more than that."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from importlib.metadata import packages_distributions, requires
from pathlib import Path

from packaging.utils import canonicalize_name

from bench.install import closure

CHILD = Path(__file__).with_name("extras_child.py")
NOWHERE = Path.cwd().anchor  # temporary folders may lie below the clone


def hidden(extra: str) -> list[str]:
    """The modules of this environment that an installation with an extra, or without any, would not have."""
    stated = requires("vouchbank") or []
    brought = {"vouchbank", *closure(stated), *(closure(stated, extra) if extra else ())}
    owners = packages_distributions().items()
    return sorted(module for module, names in owners if not brought & set(map(canonicalize_name, names)))


def told(
    extra: str, commands: Sequence[str], calls: Sequence[str] = (), python: str = sys.executable
) -> dict[str, tuple[int, str]]:
    """The exit status of each, and what it said on standard error."""
    asked = {"hidden": hidden(extra), "commands": [words.split() for words in commands], "calls": calls}
    done = subprocess.run(
        [python, str(CHILD)], cwd=NOWHERE, input=json.dumps(asked), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found = [(status, said) for status, said in json.loads(done.stdout.splitlines()[-1])]
    return dict(zip((*commands, *calls), found, strict=True))
