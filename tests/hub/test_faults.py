"""Every request of a release is made to fail, in every way, and the client is killed at every one of them.

Whatever happens, main on the Hub is the old corpus or the new one, the old tag stays where it was, the new tag is on
the new corpus or nowhere, the message says which, and the same command again brings the release to its end.
"""

from __future__ import annotations

import os
import re
import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hub.conftest import NAME, NEW, OLD, Client, Ended, with_old_release
from tests.hub.faults import Fault
from tests.hub.server import SIGNATURE, Hub
from tests.hub.store import Dataset
from vouchbank.release.upload import NOT_TAGGED, NOTHING_SENT, UNKNOWN

pytestmark = pytest.mark.slow

NEVER = 10**6
# a kind of fault, and how often it strikes
KINDS: dict[str, tuple[int | str, int]] = {
    "error 503 for ever": (503, NEVER),
    "error 500 once": (500, 1),
    "cut for ever": ("cut", NEVER),
    "cut once": ("cut", 1),
    "answer lost once": ("lost", 1),
    "answers lost for ever": ("lost", NEVER),
    "answers in HTML for ever": ("html", NEVER),
}


@pytest.fixture(scope="session")
def requests(running_hub: Hub, client: Client, new: Path) -> list[tuple[str, int]]:
    """Each request of a release, and which of its kind it is."""
    running_hub.forget()
    with_old_release(running_hub)
    assert client.run("release", "publish", NAME, "--root", new).status == 0
    made = running_hub.requests
    return [(request, made[: i + 1].count(request)) for i, request in enumerate(made)]


def faults(requests: list[tuple[str, int]], kind: int | str, times: int = NEVER) -> Iterator[Fault]:
    for request, nth in requests:
        yield Fault(f"^{re.escape(request)}$", kind, nth, times)


def assert_old_or_new(dataset: Dataset) -> None:
    main = dataset.commits[dataset.head].contents
    assert main in (OLD, NEW)
    assert dataset.commits[dataset.tags["v0.1.0"]].contents == OLD
    if "v0.2.0" in dataset.tags:
        assert dataset.commits[dataset.tags["v0.2.0"]].contents == NEW
    assert all(commit.contents in ({}, OLD, NEW) for commit in dataset.commits.values())


def assert_released(dataset: Dataset) -> None:
    assert dataset.log == ["VouchBank 0.2.0", "VouchBank 0.1.0", "initial commit"]
    assert dataset.tags["v0.2.0"] == dataset.head
    assert_old_or_new(dataset)


def assert_clear(ended: Ended, dataset: Dataset) -> None:
    """One line that says what is on the Hub, truly, and what to do."""
    assert ended.status == 2
    assert ended.err.startswith("vouchbank: ")
    assert ended.err.count("\n") == 1
    assert SIGNATURE not in ended.said
    main = dataset.commits[dataset.head].contents
    if "given up" in ended.err:
        assert "run the same command again" in ended.err
        assert sum(sentence in ended.err for sentence in (NOTHING_SENT, UNKNOWN, NOT_TAGGED)) == 1
    if NOTHING_SENT in ended.err:
        assert (main, "v0.2.0" in dataset.tags) == (OLD, False)
    if NOT_TAGGED in ended.err:
        assert main == NEW


def test_a_release_asks_what_this_server_knows_and_makes_one_commit(requests: list[tuple[str, int]]) -> None:
    counted = Counter(re.sub(r"[0-9a-f]{40,}", "ID", request) for request, _ in requests)
    assert counted == {
        f"GET /api/datasets/{NAME}/refs": 2,
        f"GET /api/datasets/{NAME}/tree/ID": 4,
        f"POST /api/datasets/{NAME}/preupload/main": 1,
        f"POST /datasets/{NAME}.git/info/lfs/objects/batch": 1,
        "PUT /storage/ID": 2,
        "POST /storage/ID/verify": 2,
        "POST /api/validate-yaml": 1,
        f"POST /api/datasets/{NAME}/commit/main": 1,
        f"POST /api/datasets/{NAME}/tag/ID": 1,
    }


@pytest.mark.parametrize("kind", KINDS)
def test_a_fault_at_any_request_leaves_the_old_release_or_the_new(
    kind: str, hub: Hub, client: Client, new: Path, requests: list[tuple[str, int]], subtests: pytest.Subtests
) -> None:
    what, times = KINDS[kind]
    for fault in faults(requests, what, times):
        with subtests.test(fault.match):
            hub.forget()
            dataset = with_old_release(hub)
            hub.faults = [fault]
            ended = client.run("release", "publish", NAME, "--root", new)
            assert fault.seen
            assert_old_or_new(dataset)
            assert len(hub.requests) < 80
            assert sum(ended.waited) < 120
            # bytes that are in the storage are not sent again: the next attempt does without this request
            if kind in ("error 503 for ever", "cut for ever") and "verify" not in fault.match:
                assert ended.status == 2
            if times == 1 or ended.status == 0:
                assert ended.status == 0, ended.err
                assert_released(dataset)
                continue
            assert_clear(ended, dataset)
            hub.faults = []
            again = client.run("release", "publish", NAME, "--root", new)
            assert again.status == 0, again.err
            assert_released(dataset)


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_kill_at_any_request_leaves_the_old_release_or_the_new(
    moment: str, hub: Hub, client: Client, new: Path, requests: list[tuple[str, int]], subtests: pytest.Subtests
) -> None:
    reached = set()
    for request, nth in requests:
        with subtests.test(request):
            hub.forget()
            dataset = with_old_release(hub)

            def arm(pid: int, request: str = request, nth: int = nth) -> None:
                def kill() -> bool:
                    os.kill(pid, signal.SIGKILL)
                    return True  # nothing is done of a request that was killed on its way

                hub.faults = [Fault(f"^{re.escape(request)}$", kill, nth, 1, after=moment == "after")]

            ended = client.run("release", "publish", NAME, "--root", new, started=arm)
            assert ended.status == -signal.SIGKILL
            assert_old_or_new(dataset)
            reached.add((dataset.commits[dataset.head].contents == NEW, "v0.2.0" in dataset.tags))
            hub.faults = []
            again = client.run("release", "publish", NAME, "--root", new)
            assert again.status == 0, again.err
            assert_released(dataset)
    assert reached == {(False, False), (True, False), (True, True)}


def test_a_server_that_says_nothing_is_not_waited_for_for_ever(hub: Hub, client: Client, new: Path) -> None:
    with_old_release(hub)
    hub.faults = [Fault("/refs$", "silent")]
    ended = client.run("release", "publish", NAME, "--root", new, timeout=0.05)
    assert ended.status == 2
    assert "no answer from the Hub" in ended.err
    assert "timed out" in ended.err


def test_a_hub_that_is_not_there_is_a_message(hub: Hub, new: Path, tmp_path: Path) -> None:
    client = Client(hub, tmp_path, HF_ENDPOINT="http://127.0.0.1:9")
    ended = client.run("release", "publish", NAME, "--root", new)
    client.close()
    assert ended.status == 2
    assert "no answer from the Hub at http://127.0.0.1:9 to GET /api/datasets/me/vouchbank/refs" in ended.err
