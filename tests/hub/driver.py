"""Runs the command `vouchbank` with the real client of the Hub, each time in a process of its own that can be killed.

The libraries are imported once; each job is a fork. Started with HF_ENDPOINT in its environment, as a user would. One
line of JSON in for a job, one out with its process id, "go" in, one out with how it ended. Not a test by itself.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import ssl
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

waited: list[float] = []
stopped_at: list[float] = []
_sleep = time.sleep


def _short_sleep(seconds: float) -> None:
    """What the client waits between attempts is written down, not waited for."""
    waited.append(seconds)
    if seconds in stopped_at:
        signal.raise_signal(signal.SIGINT)
    _sleep(min(seconds, 0.005))


def _only_this_machine(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.connect" and isinstance(arguments[1], tuple) and arguments[1][0] not in ("127.0.0.1", "::1"):
        raise AssertionError(f"another machine was asked: {arguments[1]}")


def _run(job: dict[str, Any]) -> None:
    import vouchbank.cli.publishing as command
    import vouchbank.release.hub as hub
    import vouchbank.release.ready as gate
    from vouchbank.cli import main as vouchbank

    stopped_at.append(job["stopped_at"])
    if job["gate"] == "open":
        gate.obstacles = lambda *arguments: iter(())
    elif job["gate"] == "git":  # without the build that corpus/ is compared with
        gate.differences = lambda *arguments: []
    command.__version__ = job["version"]
    hub.TIMEOUT = job["timeout"]
    vouchbank(job["args"], prog_name="vouchbank")


def _child(job: dict[str, Any], folder: Path, ready: int) -> None:
    for number, name in ((1, "out"), (2, "err")):
        os.dup2(os.open(folder / name, os.O_WRONLY | os.O_CREAT), number)
    os.read(ready, 1)
    status = 70
    try:
        _run(job)
    except SystemExit as end:
        status = int(end.code or 0)
    except BaseException:
        import traceback

        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    (folder / "waited").write_text(json.dumps(waited))
    os._exit(status)


def main() -> None:
    """Serve jobs until the input ends."""
    sys.addaudithook(_only_this_machine)
    time.sleep = _short_sleep
    # what every job would do again: imports, and reading the certificates of the machine
    for name in ("asyncio", "encodings.idna", "tqdm.auto"):
        importlib.import_module(name)
    for name in ("hf_api", "lfs", "file_download"):
        importlib.import_module(f"huggingface_hub.{name}")
    context = ssl.create_default_context()
    ssl.create_default_context = lambda *arguments, **named: context
    for name in ("cli.publishing", "release.ready", "release.hub"):
        importlib.import_module(f"vouchbank.{name}")
    for line in sys.stdin:
        job = json.loads(line)
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            ready, go = os.pipe()
            child = os.fork()
            if child == 0:
                _child(job, folder, ready)
            print(json.dumps({"pid": child}), flush=True)
            sys.stdin.readline()
            os.write(go, b".")
            status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            os.close(ready)
            os.close(go)
            slept = folder / "waited"
            told = {"out": (folder / "out").read_text(), "err": (folder / "err").read_text()}
            seconds = json.loads(slept.read_text()) if slept.is_file() else []
            print(json.dumps({"status": status, **told, "waited": seconds}), flush=True)


if __name__ == "__main__":
    main()
