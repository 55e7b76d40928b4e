"""A real cluster on loopback, parts of which are killed; a full disk; two runs at once. Always the same bytes."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet
import pytest

from tests.cluster_support import Cluster
from tests.doors_support import (
    DRAFT,
    HELD,
    PATIENCE,
    alive,
    bulk,
    command,
    environment,
    hashes,
    holders,
    inputs,
    task,
    wait_for,
)
from vouchbank.bulk.cluster import ClusterError, clustered

pytestmark = pytest.mark.cluster

FILES, EACH, HELD_ARTICLE = 6, 40, 100  # the article stands in the third part
HELD_PART = HELD_ARTICLE // EACH
STEMS = [f"part-{number:05d}" for number in range(FILES)]


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files of articles, the draft of one of which may be held."""
    return inputs(tmp_path_factory.mktemp("source") / "news", FILES, EACH, [HELD_ARTICLE])


@pytest.fixture(scope="module")
def reference(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What one process makes of them."""
    folder = tmp_path_factory.mktemp("reference")
    (folder / "go").touch()
    done = bulk(source, folder / "out", "--draft", DRAFT, "--jobs", 1, **{HELD: folder})
    assert done.returncode == 0, done.stderr
    return folder / "out"


@pytest.fixture(scope="module")
def clean(reference: Path) -> dict[str, str]:
    return hashes(reference)


@pytest.fixture(scope="module")
def whole_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    cluster = Cluster(tmp_path_factory.mktemp("cluster") / "dask")
    yield cluster
    cluster.stop()


@pytest.fixture
def cluster(whole_cluster: Cluster) -> Cluster:
    """A scheduler and two workers, whatever the test before did to them."""
    whole_cluster.ensure(2)
    return whole_cluster


@pytest.fixture
def begin(source: Path, tmp_path: Path) -> Iterator[object]:
    """Start a run that is not waited for; none is left at the end."""
    begun = list[subprocess.Popen[str]]()

    def started(*words: object, **more: object) -> subprocess.Popen[str]:
        told = command("bulk", source, tmp_path / "out", "--draft", DRAFT, *words)
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "start_new_session": True}
        begun.append(subprocess.Popen(told, env=environment(**more), **pipes))  # type: ignore[call-overload]
        return begun[-1]

    yield started
    for one in begun:
        if one.poll() is None:
            os.killpg(one.pid, signal.SIGKILL)
        one.communicate(timeout=PATIENCE)


def receipts(folder: Path) -> list[str]:
    return sorted(path.stem for path in (folder / "receipts").glob("part-*.json"))


def stamps(folder: Path, stems: list[str]) -> dict[str, tuple[int, int]]:
    """What changes when a file is written again."""
    files = [folder / "data" / f"{stem}.parquet" for stem in stems]
    return {file.name: (file.stat().st_ino, file.stat().st_mtime_ns) for file in files}


def ids(folder: Path) -> Counter[str]:
    files = sorted((folder / "data").iterdir())
    return Counter(i for file in files for i in pyarrow.parquet.read_table(file)["article_id"].to_pylist())


def ends(one: subprocess.Popen[str]) -> str:
    """Wait for a run that ends well, and return what it said."""
    said, wrong = one.communicate(timeout=PATIENCE)
    assert one.returncode == 0, wrong
    return said


def test_a_cluster_writes_the_bytes_of_one_process(
    cluster: Cluster, source: Path, clean: dict[str, str], tmp_path: Path
) -> None:
    (cluster.held / "go").touch()
    done = bulk(source, tmp_path / "out", "--draft", DRAFT, "--engine", "dask", "--scheduler", cluster.address)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"{FILES * EACH} articles in {FILES} parts\n" in done.stdout
    assert hashes(tmp_path / "out") == clean
    assert holders(cluster.held)


def test_what_a_killed_worker_had_begun_another_one_does(
    cluster: Cluster, clean: dict[str, str], begin, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    run = begin("--engine", "dask", "--scheduler", cluster.address)
    (first,) = wait_for(lambda: holders(cluster.held), "a draft that is held")
    wait_for(lambda: receipts(out), "the first output")
    victim = cluster.worker_of(first)
    assert STEMS[HELD_PART] not in receipts(out)
    cluster.kill(victim)
    wait_for(lambda: not alive(first), "the worker to be gone")
    second = wait_for(lambda: [one for one in holders(cluster.held) if one != first], "another worker to take over")
    assert cluster.worker_of(*second).pid != victim.pid
    (cluster.held / "go").touch()
    ends(run)
    assert hashes(out) == clean
    assert set(ids(out).values()) == {1}
    assert len(ids(out)) == FILES * EACH


def test_after_its_coordinator_died_a_second_run_makes_only_what_is_missing(
    cluster: Cluster, clean: dict[str, str], begin, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    words = ("--engine", "dask", "--scheduler", cluster.address)
    run = begin(*words)
    wait_for(lambda: holders(cluster.held), "a draft that is held")
    wait_for(lambda: receipts(out), "the first output")
    os.killpg(run.pid, signal.SIGKILL)
    run.wait(PATIENCE)
    there = receipts(out)
    before = stamps(out, there)
    again = begin(*words)
    wait_for(lambda: len(receipts(out)) == FILES - 1, "all parts but the one that is held")
    (cluster.held / "go").touch()
    ends(again)
    assert hashes(out) == clean
    assert stamps(out, there) == before
    assert STEMS[HELD_PART] not in there


def test_a_scheduler_that_is_lost_ends_the_run_with_a_sentence(cluster: Cluster, begin, tmp_path: Path) -> None:
    run = begin("--engine", "dask", "--scheduler", cluster.address)
    wait_for(lambda: holders(cluster.held), "a draft that is held")
    assert cluster.scheduler
    cluster.kill(cluster.scheduler)
    said, wrong = run.communicate(timeout=PATIENCE)
    assert (run.returncode, said) == (2, "")
    assert wrong.splitlines()[-1].startswith(
        f"vouchbank: the Dask scheduler at {cluster.address} is gone; finished parts"
    )
    assert "Traceback" not in wrong, wrong


def test_a_scheduler_that_is_not_there_or_has_no_workers_is_told(whole_cluster: Cluster) -> None:
    whole_cluster.ensure(0)
    for worker in whole_cluster.workers:
        whole_cluster.kill(worker)
    with pytest.raises(ClusterError, match="has had no workers for 2 seconds"):
        list(clustered(task, [("do", 1)], whole_cluster.address, 2))
    whole_cluster.stop()
    with pytest.raises(ClusterError, match="cannot be reached"):
        list(clustered(task, [("do", 1)], whole_cluster.address, 2))


def test_after_a_run_on_this_machine_was_killed_nothing_is_left_and_the_next_goes_on(
    clean: dict[str, str], begin, tmp_path: Path
) -> None:
    out, held = tmp_path / "out", tmp_path / "held"
    held.mkdir()
    run = begin("--jobs", 2, **{HELD: held})
    (process,) = wait_for(lambda: holders(held), "a draft that is held")
    wait_for(lambda: len(receipts(out)) == FILES - 1, "all parts but the one that is held")
    os.kill(run.pid, signal.SIGKILL)
    run.communicate(timeout=PATIENCE)
    wait_for(lambda: not alive(process), "its processes to end with it")
    before = stamps(out, receipts(out))
    assert list(out.rglob(".vouchbank-*"))
    (held / "go").touch()
    said = ends(begin("--jobs", 2, **{HELD: held}))
    assert f"{FILES * EACH} articles in {FILES} parts\n" in said
    assert hashes(out) == clean
    assert {name: stamps(out, STEMS)[name] for name in before} == before


def test_two_runs_at_once_share_the_work_and_both_end_well(clean: dict[str, str], begin, tmp_path: Path) -> None:
    out, held = tmp_path / "out", tmp_path / "held"
    held.mkdir()
    runs = [begin("--jobs", 2, **{HELD: held}) for _ in range(2)]
    wait_for(lambda: len(receipts(out)) == FILES - 1, "all parts but the one that is held")
    wait_for(lambda: holders(held), "a draft that is held")
    (held / "go").touch()
    for run in runs:
        assert f"{FILES * EACH} articles in {FILES} parts\n" in ends(run)
    assert hashes(out) == clean
    assert len(holders(held)) == 1


# A file system of its own, without being root: it is there for this shell and goes with it.
def may_mount() -> bool:
    return shutil.which("unshare") is not None and subprocess.call([*ALONE, "true"], stderr=subprocess.DEVNULL) == 0


ALONE = ("unshare", "--user", "--map-root-user", "--mount")
FULL = """
set -u
mount -t tmpfs -o size=$1 tmpfs "$2" || exit 90
shift; target=$1; shift
"$@"; status=$?
find "$target" -type f -printf '%P\\n' | sort > "$target.left"
cp -r "$target" "$target.full"
mount -o remount,size=100m "$target"
"$@" || exit 91
cp -r "$target" "$target.whole"
exit $status
"""


@pytest.mark.skipif(not may_mount(), reason="nobody may mount here, in a namespace of their own")
@pytest.mark.parametrize("workers", [1, 2])
def test_a_full_disk_leaves_nothing_half_written_and_with_more_room_the_run_goes_on(
    workers: int, source: Path, reference: Path, clean: dict[str, str], tmp_path: Path
) -> None:
    out, whole = tmp_path / "disk", sum(path.stat().st_size for path in reference.rglob("*") if path.is_file())
    out.mkdir()
    (tmp_path / "go").touch()
    words = command("bulk", source, out / "out", "--draft", DRAFT, "--jobs", workers)
    told = [
        "unshare",
        "--user",
        "--map-root-user",
        "--mount",
        "sh",
        "-c",
        FULL,
        "full",
        f"{whole // 2048}k",
        out,
        *words,
    ]
    done = subprocess.run(
        list(map(str, told)),
        check=False,
        env=environment(**{HELD: tmp_path}),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert done.returncode == 2, (done.stdout, done.stderr)
    assert f"vouchbank: {out}/out: disk full (No space left on device); finished parts are" in done.stderr
    full, there = tmp_path / "disk.full" / "out", receipts(tmp_path / "disk.full" / "out")
    assert len(there) < FILES
    assert {name: held for name, held in hashes(full).items() if Path(name).stem in there} == {
        name: held for name, held in clean.items() if Path(name).stem in there
    }
    assert not [name for name in hashes(full) if ".vouchbank-" in name and "lock" not in name]
    assert hashes(tmp_path / "disk.whole" / "out") == clean
