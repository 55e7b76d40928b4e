"""A real Dask cluster on loopback: a scheduler and workers, each with its nanny, as processes of their own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from tests.doors_support import HELD, environment, wait_for

_DASK = [sys.executable, "-c", "from dask.__main__ import main; main()"]


class Cluster:
    """A scheduler and workers; every one is the leader of a group of processes that is killed whole."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.held = folder / "held"
        self.held.mkdir(parents=True)
        self.scheduler: subprocess.Popen[bytes] | None = None
        self.workers: list[subprocess.Popen[bytes]] = []
        self.address = ""
        self._begun = 0

    def ensure(self, workers: int) -> None:
        """Start what is missing: the scheduler, and workers up to a number; forget who was held."""
        for file in self.held.iterdir():
            file.unlink()
        if self.scheduler is None or self.scheduler.poll() is not None:
            self.stop()
            file = self.folder / f"scheduler-{self._begun}.json"
            words = ("--host", "127.0.0.1", "--port", "0", "--no-show", "--scheduler-file", str(file))
            self.scheduler = self._start("scheduler", *words)
            wait_for(lambda: file.is_file() and file.read_text().strip(), "the scheduler")
            self.address = json.loads(file.read_text())["address"]
        self.workers = [worker for worker in self.workers if worker.poll() is None]
        while len(self.workers) < workers:
            words = ("--host", "127.0.0.1", "--nthreads", "1", "--death-timeout", "60")
            self.workers.append(self._start("worker", self.address, *words, "--local-directory", str(self.folder)))
        wait_for(lambda: self._known() >= workers, "the workers")

    def worker_of(self, process: int) -> subprocess.Popen[bytes]:
        """The worker, by its nanny, to whose group a process belongs."""
        group = os.getpgid(process)
        return next(worker for worker in self.workers if worker.pid == group)

    def kill(self, one: subprocess.Popen[bytes]) -> None:
        """Kill a process with all of its group at once, so that no nanny sees its worker die."""
        with suppress(ProcessLookupError):
            os.killpg(one.pid, signal.SIGKILL)
        one.wait(30)

    def stop(self) -> None:
        """Kill what is left."""
        for one in (*self.workers, *filter(None, [self.scheduler])):
            self.kill(one)
        self.workers, self.scheduler = [], None

    def _start(self, kind: str, *words: str) -> subprocess.Popen[bytes]:
        self._begun += 1
        log = (self.folder / f"{kind}-{self._begun}.log").open("wb")
        with log:
            return subprocess.Popen(
                [*_DASK, kind, *words, "--no-dashboard"],
                env=environment(**{HELD: self.held}),
                cwd=self.folder,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def _known(self) -> int:
        from distributed import Client

        with Client(self.address, timeout=30) as client:
            return len(client.scheduler_info(n_workers=-1)["workers"])
