"""From the first publication to the reader: the gate, the release, every config by name, by tag and by streaming."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import yaml

from tests.hub.conftest import NAME, Client, environment
from tests.hub.server import Hub
from tests.hub.test_gate import committed
from vouchbank._version import __version__

pytestmark = pytest.mark.system

TAG = f"v{__version__}"


@pytest.fixture(scope="module")
def published(client: Client, running_hub: Hub, toy: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    """The toy corpus, released through every gate; then a second release, with a file changed and one gone."""
    running_hub.forget()
    root = committed(toy, tmp_path_factory.mktemp("tagged"))
    ended = client.run("release", "publish", NAME, "--root", root, "--public", gate="closed", version=__version__)
    assert ended.status == 0, ended.said
    dataset = running_hub.datasets[NAME]
    assert dataset.commits[dataset.tags[TAG]].contents == files(root / "corpus")
    (root / "corpus" / "text" / "001.txt").unlink()
    card = root / "corpus" / "README.md"
    card.write_text(card.read_text("utf-8").replace("tags:\n", "tags:\n- second-release\n"), "utf-8")
    ended = client.run("release", "publish", NAME, "--root", root, version="9.0.0")
    assert ended.status == 0, ended.said
    assert dataset.commits[dataset.tags["v9.0.0"]].contents == files(root / "corpus")
    yield running_hub
    assert running_hub.broken == []


def files(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def configs(toy: Path) -> list[str]:
    head = (toy / "corpus" / "README.md").read_text("utf-8").split("---\n")[1]
    return [config["config_name"] for config in yaml.safe_load(head)["configs"]]


def load(hub: Hub, home: Path, *arguments: str) -> Any:
    """What `loading.py` says, with an empty cache and without a token."""
    variables = environment(hub, home, HF_TOKEN="", HF_DATASETS_DISABLE_PROGRESS_BARS="1")
    command = [sys.executable, Path(__file__).with_name("loading.py"), NAME, *arguments]
    run = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def rows_of(toy: Path, config: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(toy / "corpus" / "data" / f"{config}.parquet").to_pylist()
    return rows


@pytest.mark.parametrize(("how", "revision"), [("plain", TAG), ("stream", "")])
def test_every_config_is_loaded_by_name_and_by_tag_row_for_row(
    how: str, revision: str, published: Hub, toy: Path, tmp_path: Path
) -> None:
    """Both ways to load, both revisions; without the name of a config it is the articles that are loaded."""
    names = configs(toy)
    assert len(names) >= 10
    loaded = load(published, tmp_path, how, revision, "", *names)
    assert loaded.pop("") == {"test": rows_of(toy, "articles")}
    assert loaded == {name: {"test": rows_of(toy, name)} for name in names}


def test_a_reader_by_tag_still_gets_the_first_release_after_the_second(published: Hub, toy: Path) -> None:
    dataset = published.datasets[NAME]
    assert dataset.commits[dataset.tags[TAG]].contents == files(toy / "corpus")
    assert "text/001.txt" not in dataset.commits[dataset.head].files


def test_the_commands_of_the_card_fetch_a_release_and_check_its_sums(published: Hub, toy: Path, tmp_path: Path) -> None:
    card = (toy / "corpus" / "README.md").read_text("utf-8")
    script = next(block for block in re.findall(r"^```sh\n(.*?)^```", card, re.DOTALL | re.MULTILINE) if "hf " in block)
    variables = environment(published, tmp_path / "home", HF_TOKEN="")
    variables["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{variables['PATH']}"
    command = ["sh", "-e", "-c", script.replace("OWNER/vouchbank", NAME)]
    run = subprocess.run(command, cwd=tmp_path, env=variables, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    fetched = {name: data for name, data in files(tmp_path / "vouchbank").items() if not name.startswith(".")}
    assert fetched == files(toy / "corpus")
    (tmp_path / "vouchbank" / "text" / "000.txt").write_text("another text", "utf-8")
    check = ["sh", "-e", "-c", script.splitlines()[-1]]
    assert subprocess.run(check, cwd=tmp_path, env=variables, capture_output=True, check=False).returncode == 1
