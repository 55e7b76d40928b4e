"""An independent reader: olah, a mirror of the Hub written by others, serves a git copy of the dataset.

Run by the session `olah`, which installs it; not part of the other tests, which install nothing. Its answers from a git
repository ignore Range, so Parquet is loaded whole here and streamed in test_loading.py.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import yaml

from tests.hub.test_gate import git
from vouchbank.corpus import repository_root

CORPUS = repository_root() / "corpus"
HEAD = yaml.safe_load((CORPUS / "README.md").read_text("utf-8").split("---\n")[1])
CONFIGS = [config["config_name"] for config in HEAD["configs"]]


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """olah, offline, over a git copy with the tag v0.0.1 and a later commit on main."""
    folder = tmp_path_factory.mktemp("olah")
    copy = folder / "mirrors" / "datasets" / "me" / "vouchbank"
    shutil.copytree(CORPUS, copy)
    git(copy, "init", "--quiet", "--initial-branch=main")
    git(copy, "add", "--all")
    git(copy, "commit", "--quiet", "--message=release")
    git(copy, "tag", "v0.0.1")
    (copy / "data" / "registry.parquet").write_bytes(b"")
    git(copy, "commit", "--quiet", "--all", "--message=later")
    port = free_port()
    (folder / "olah.toml").write_text(
        f"[basic]\nhost = '127.0.0.1'\nport = {port}\nrepos-path = '{folder / 'repos'}'\n"
        f"mirrors-path = ['{folder / 'mirrors'}']\n[accessibility]\noffline = true\n"
    )
    command = [Path(sys.executable).with_name("olah-cli"), "-c", "olah.toml", "--log-path", "logs"]
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
    try:
        yield answering(f"http://127.0.0.1:{port}", server)
    finally:
        server.terminate()
        server.wait(10)


def answering(endpoint: str, server: subprocess.Popen[bytes]) -> str:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for _ in range(300):
        assert server.poll() is None, "olah ended"
        try:
            with direct.open(f"{endpoint}/api/datasets/me/vouchbank/refs", timeout=5) as answer:
                assert [tag["name"] for tag in json.load(answer)["tags"]] == ["v0.0.1"]
                return endpoint
        except OSError:
            time.sleep(0.1)
    raise AssertionError("olah does not answer")


def test_every_config_is_loaded_by_tag_from_a_git_copy_row_for_row(endpoint: str, tmp_path: Path) -> None:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("HF_") and "PROXY" not in k.upper()}
    ours = {"HF_ENDPOINT": endpoint, "HF_HUB_DISABLE_XET": "1", "HF_HOME": str(tmp_path)}
    command = [sys.executable, Path(__file__).with_name("loading.py"), "me/vouchbank", "plain", "v0.0.1", *CONFIGS]
    run = subprocess.run(command, env={**kept, **ours}, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    files = {name: CORPUS / "data" / f"{name}.parquet" for name in CONFIGS}
    assert json.loads(run.stdout) == {name: {"test": pq.read_table(file).to_pylist()} for name, file in files.items()}
