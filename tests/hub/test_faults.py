"""Every request of a release is made to fail, in every way, and the client is killed at every one of them.

Whatever happens, main on the Hub is the old corpus or the new one, the old tag stays where it was, the new tag is on
the new corpus or nowhere, the message says which, and the same command again brings the release to its end. Waiting
is written down by the driver, not done.
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

pytestmark = pytest.mark.system

NEVER = 10**6
# a kind of fault, and how often it strikes
KINDS: dict[str, tuple[int | str, int]] = {
    "error 503 for ever": (503, NEVER),
    "error 500 once": (500, 1),
    "cut for ever": ("cut", NEVER),
    "cut within the answer once": ("half", 1),
    "error 401 for ever": (401, NEVER),
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


@pytest.fixture(scope="module")
def ended_well() -> set[tuple[object, ...]]:
    """The states of the Hub from which the same command was seen to complete the release."""
    return set()


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


def held(hub: Hub) -> tuple[object, ...]:
    """All that a new process can find on the Hub: the ids of commits are made of what they hold."""
    dataset = hub.datasets[NAME]
    return dataset.head, *sorted(dataset.commits), *sorted(dataset.tags.items()), *sorted(hub.storage)


def assert_comes_to_its_end(hub: Hub, client: Client, new: Path, ended_well: set[tuple[object, ...]]) -> None:
    """The same command again completes the release; from each state of the Hub once, for a process knows no more."""
    hub.faults = []
    state = held(hub)
    if state in ended_well:
        return
    again = client.run("release", "publish", NAME, "--root", new)
    assert again.status == 0, again.err
    assert_released(hub.datasets[NAME])
    ended_well.add(state)


def assert_released(dataset: Dataset) -> None:
    assert dataset.log == ["VouchBank 0.2.0", "VouchBank 0.1.0", "initial commit"]
    assert dataset.tags["v0.2.0"] == dataset.head
    assert_old_or_new(dataset)


def assert_clear(ended: Ended, dataset: Dataset) -> None:
    """One line that says what is on the Hub, truly, and what to do."""
    assert ended.err.startswith("vouchbank: ")
    assert ended.err.count("\n") == 1
    assert SIGNATURE not in ended.said
    new, tagged = dataset.commits[dataset.head].contents == NEW, "v0.2.0" in dataset.tags
    if "On the Hub now: " in ended.err:
        assert ("no commit contains this corpus; the tag v0.2.0 is missing." in ended.err) is not new
        assert (f"commit {dataset.head[:8]} contains this corpus" in ended.err) is new
        assert ("only the tag v0.2.0 is missing." in ended.err) is (new and not tagged)
        assert ("the release is complete." in ended.err) is tagged
    else:
        assert "What is on the Hub now is unknown (" in ended.err
        assert sum(sentence in ended.err for sentence in (NOTHING_SENT, UNKNOWN, NOT_TAGGED)) == 1
        assert NOTHING_SENT not in ended.err or (new, tagged) == (False, False)
        assert NOT_TAGGED not in ended.err or new
    assert "run the same command again" in ended.err or "the release is complete" in ended.err


def test_a_release_asks_what_this_server_knows_and_makes_one_commit(requests: list[tuple[str, int]]) -> None:
    counted = Counter(re.sub(r"[0-9a-f]{40,}", "ID", request) for request, _ in requests)
    assert counted == {
        f"GET /api/datasets/{NAME}/refs": 2,
        f"GET /api/datasets/{NAME}/tree/ID": 4,
        f"GET /api/datasets/{NAME}/commits/main": 1,
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
    kind: str,
    hub: Hub,
    client: Client,
    new: Path,
    requests: list[tuple[str, int]],
    ended_well: set[tuple[object, ...]],
    subtests: pytest.Subtests,
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
            assert ended.status == 2
            assert_clear(ended, dataset)
            assert_comes_to_its_end(hub, client, new, ended_well)


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_kill_at_any_request_leaves_the_old_release_or_the_new(
    moment: str,
    hub: Hub,
    client: Client,
    new: Path,
    requests: list[tuple[str, int]],
    ended_well: set[tuple[object, ...]],
    subtests: pytest.Subtests,
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
            assert_comes_to_its_end(hub, client, new, ended_well)
    assert reached == {(False, False), (True, False), (True, True)}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_release_that_is_stopped_says_what_is_on_the_hub(
    number: signal.Signals, hub: Hub, client: Client, new: Path, requests: list[tuple[str, int]]
) -> None:
    reached = set()
    for request, nth in requests if number == signal.SIGTERM else requests[-4:]:
        hub.forget()
        dataset = with_old_release(hub)

        def arm(pid: int, request: str = request, nth: int = nth) -> None:
            stop = Fault(f"^{re.escape(request)}$", lambda: os.kill(pid, number), nth, 1, after=True)
            hub.faults = [stop]

        ended = client.run("release", "publish", NAME, "--root", new, started=arm)
        assert ended.status == 128 + number, ended.said
        assert ended.err.startswith("vouchbank: stopped. On the Hub now: ")
        assert_old_or_new(dataset)
        assert_clear(ended, dataset)
        reached.add((dataset.commits[dataset.head].contents == NEW, "v0.2.0" in dataset.tags))
    assert {(True, False), (True, True)} <= reached


@pytest.mark.parametrize("status", [401, 403, 404, 409, 412, 429, 502])
def test_a_tag_that_is_refused_says_that_the_commit_is_there(status: int, hub: Hub, client: Client, new: Path) -> None:
    dataset = with_old_release(hub)
    hub.faults = [Fault("/tag/", status)]
    ended = client.run("release", "publish", NAME, "--root", new)
    assert ended.status == 2
    assert f"the Hub answered {status} to POST /api/datasets/{NAME}/tag/{dataset.head}" in ended.err
    assert f"On the Hub now: commit {dataset.head[:8]} contains this corpus; only the tag" in ended.err
    hub.faults = []
    again = client.run("release", "publish", NAME, "--root", new)
    assert f"the commit {dataset.head} was there already, the tag v0.2.0 made" in again.out
    assert_released(dataset)


def test_a_hub_that_shuts_the_door_after_the_commit_is_not_said_to_be_as_it_was(
    hub: Hub, client: Client, new: Path
) -> None:
    dataset = with_old_release(hub)
    hub.faults = [Fault("/tag/", 503, times=1), Fault("/refs$", 404, nth=2, headers={"X-Error-Code": "RepoNotFound"})]
    ended = client.run("release", "publish", NAME, "--root", new)
    assert "me/vouchbank is gone from the Hub, or this token can no longer see it" in ended.err
    assert f"as far as this run knows, {NOT_TAGGED}." in ended.err
    assert not [request for request in hub.requests if "repos/create" in request]
    assert_clear(ended, dataset)


# --- the Hub asks to wait -------------------------------------------------------------------------------

NOW = {"Date": "Fri, 31 Dec 1999 23:55:00 GMT"}
ASKED = {
    "seconds": ({"Retry-After": "290"}, 290),
    "a date": ({**NOW, "Retry-After": "Fri, 31 Dec 1999 23:59:30 GMT"}, 270),
    "a date that is over": ({**NOW, "Retry-After": "Fri, 31 Dec 1999 23:50:00 GMT"}, 1),
    "the limit": ({"RateLimit": '"api";r=0;t=55'}, 55),
    "nonsense": ({"Retry-After": "soon"}, 1),
}


@pytest.mark.parametrize(
    ("asked", "status", "where"),
    [
        *((asked, 429, "/commit/main") for asked in ASKED),
        ("seconds", 503, "PUT /storage"),
        ("a date", 429, "/tree/"),
        ("seconds", 503, "/commits/"),
    ],
)
def test_the_hub_is_left_alone_for_as_long_as_it_asks(
    asked: str, status: int, where: str, hub: Hub, client: Client, new: Path
) -> None:
    dataset = with_old_release(hub)
    headers, seconds = ASKED[asked]
    hub.faults = [Fault(where, status, times=1, headers=headers)]
    ended = client.run("release", "publish", NAME, "--root", new)
    assert ended.status == 0, ended.err
    assert ended.waited == [seconds]
    assert_released(dataset)
    if seconds > 1:
        assert f"it asks to wait {seconds} s; trying again in {seconds} s" in ended.out


def test_a_hub_that_asks_for_too_long_a_wait_is_not_waited_for(hub: Hub, client: Client, new: Path) -> None:
    dataset = with_old_release(hub)
    hub.faults = [Fault("/tag/", 503, headers={"Retry-After": "86400"})]
    ended = client.run("release", "publish", NAME, "--root", new)
    assert (ended.status, ended.waited) == (2, [])
    assert "it asks to wait 86,400 s, but this command waits at most 600 s" in ended.err
    assert_clear(ended, dataset)


def test_a_dry_run_waits_too(hub: Hub, client: Client, new: Path) -> None:
    with_old_release(hub)
    hub.faults = [Fault("/refs$", 429, times=1, headers={"Retry-After": "290"})]
    ended = client.run("release", "publish", NAME, "--root", new, "--dry-run")
    assert (ended.status, ended.waited) == (0, [290])


def test_the_wait_can_be_ended_at_any_time(hub: Hub, client: Client, new: Path) -> None:
    dataset = with_old_release(hub)
    hub.faults = [Fault("/tag/", 429, headers={"Retry-After": "290"})]
    ended = client.run("release", "publish", NAME, "--root", new, stopped_at=290)
    assert ended.status == 130
    assert "stopped. On the Hub now: commit" in ended.err
    assert_clear(ended, dataset)


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
