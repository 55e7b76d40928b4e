"""What the tests of publishing share: the server, the real client in its own process, a small corpus, its release."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.hub.server import TOKEN, Hub
from tests.hub.store import Dataset, Stored, sha256

NAME = "me/vouchbank"


def environment(hub: Hub, home: Path, **more: str) -> dict[str, str]:
    """What a user sets, and nothing of this machine that would disturb: no cache, no proxy, no token but this one."""
    kept = {k: v for k, v in os.environ.items() if not k.upper().startswith("HF_") and "PROXY" not in k.upper()}
    ours = {"HF_ENDPOINT": hub.endpoint, "HF_TOKEN": TOKEN, "HF_HUB_DISABLE_XET": "1", "HF_HOME": str(home)}
    return {**kept, **ours, "HF_HUB_DISABLE_TELEMETRY": "1", "PYTHONUTF8": "1", **more}


@dataclass(frozen=True)
class Ended:
    """How a run of the command ended."""

    status: int
    out: str
    err: str
    waited: list[float]

    @property
    def said(self) -> str:
        return self.out + self.err


class Client:
    """The command, run by `driver.py`."""

    def __init__(self, hub: Hub, home: Path, **more: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, Path(__file__).with_name("driver.py")],
            env=environment(hub, home, **more),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(
        self,
        *args: object,
        gate: str = "open",
        version: str = "0.2.0",
        timeout: float = 30,
        stopped_at: float = 0,
        started: Callable[[int], object] = lambda pid: None,
    ) -> Ended:
        """Run `vouchbank ARGS`; `started` is told the id of the process before it begins.

        Without a word the gate is open: most tests are about what comes after it. "git" leaves out the build that
        corpus/ is compared with; "closed" is the gate as it is. `stopped_at`: Ctrl-C while this many seconds are
        waited.
        """
        job = {"gate": gate, "version": version, "timeout": timeout, "stopped_at": stopped_at}
        self._say(json.dumps({"args": [str(a) for a in args], **job}))
        started(json.loads(self._hear())["pid"])
        self._say("go")
        ended = Ended(**json.loads(self._hear()))
        assert TOKEN not in ended.said
        assert "Traceback" not in ended.said, ended.said
        return ended

    def _say(self, line: str) -> None:
        assert self.process.stdin
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()

    def _hear(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline()

    def close(self) -> None:
        """End the process."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait(10)


@pytest.fixture(scope="session")
def running_hub() -> Iterator[Hub]:
    with Hub().running() as hub:
        yield hub


@pytest.fixture
def hub(running_hub: Hub) -> Iterator[Hub]:
    """An empty hub."""
    running_hub.forget()
    yield running_hub
    assert running_hub.broken == []


@pytest.fixture(scope="session")
def client(running_hub: Hub, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    client = Client(running_hub, tmp_path_factory.mktemp("home"))
    yield client
    client.close()


@pytest.fixture(scope="session")
def toy(released_toy: Path) -> Path:
    """The toy corpus with what a release needs besides, and its corpus/, built once."""
    return released_toy


OLD = {
    "README.md": b"---\nlicense: cc-by-4.0\n---\nold\n",
    "SHA256SUMS": b"old\n",
    "data/same.parquet": b"same",
    "data/quantities.parquet": b"old quantities",
    "text/000.txt": b"old text\n",
    "text/001.txt": b"goes\n",
}
NEW = {
    "README.md": b"---\nlicense: cc-by-4.0\n---\nnew\n",
    "SHA256SUMS": b"new\n",
    "data/same.parquet": b"same",
    "data/quantities.parquet": b"new quantities",
    "data/tokens.parquet": b"tokens",
    "text/000.txt": b"old text\n",
}


@pytest.fixture(scope="session")
def new(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A root whose corpus/ holds NEW: few files, so that every request of a release can be tried."""
    root = tmp_path_factory.mktemp("new")
    (root / "seeds").mkdir()
    for name, data in NEW.items():
        (root / "corpus" / name).parent.mkdir(parents=True, exist_ok=True)
        (root / "corpus" / name).write_bytes(data)
    return root


def with_old_release(hub: Hub) -> Dataset:
    """The dataset as release v0.1.0 left it."""
    dataset = hub.datasets[NAME] = Dataset(private=True)
    files = {path: Stored(data, path.endswith(".parquet")) for path, data in OLD.items()}
    hub.storage.update({sha256(f.data): f.data for f in files.values() if f.lfs})
    made = dataset.add("VouchBank 0.1.0", {**dataset.commits[dataset.head].files, **files})
    dataset.tags["v0.1.0"] = made.oid
    return dataset
