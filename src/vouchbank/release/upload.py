"""The order of a release: look, one commit on what was seen, look again, tag, look again.

The commit is one request, so it is made or it is not; the tag comes after, so readers by tag see the release before
or this one, whole. Each step is judged by what is on the Hub, not by what was answered: an answer that was lost, or a
kill between two requests, is mended by running again. A run that finds its own commit there only tags it; a run that
finds the tag on the same corpus has nothing to do. Whatever stops a run, the Hub is asked once more, and the message
says what it holds.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from vouchbank.release.failures import PublishError, RefusedError, StoppedError, TransientError
from vouchbank.release.hub import HuggingFaceHub
from vouchbank.release.inspection import AGAIN, Inspection, inspect_hub
from vouchbank.release.plan import Release, listed, plan_of, short
from vouchbank.report.text import plural, printable

# Seconds before the second and the third look; the client repeats single uploads on its own, too.
PAUSES = (1, 4)
# The Hub may ask for longer pauses than these, but not for longer ones than this: its limits count five minutes.
LONGEST = 600
NOTHING_SENT = "the commit was not sent: main and the tags are as they were"
UNKNOWN = "whether the commit was made is not known; main holds the old corpus or the new one, whole"
NOT_TAGGED = "the commit is made, the tag is not known to be: readers by tag see the release before or this one, whole"

T = TypeVar("T")


@dataclass(frozen=True)
class Outcome:
    """What a run did."""

    commit: str
    committed: bool
    tagged: bool


def publish(
    hub: HuggingFaceHub,
    release: Release,
    say: Callable[[str], None],
    delete: tuple[str, ...] = (),
    wait: Callable[[float], None] = time.sleep,
) -> Outcome:
    """Bring a release to the Hub: one commit if something differs, then the tag.

    Args:
        hub: Where to.
        release: What.
        say: Is told in words how far the run is.
        delete: Files and folders of others that may be deleted.
        wait: Waits some seconds before the next attempt.

    Raises:
        RefusedError: files of others would be deleted, and `delete` does not name them; or the dataset is public, and
            the release may not be.
        StoppedError: Ctrl-C, or another KeyboardInterrupt; its argument is the number of the signal.
        PublishError: somebody else pushed meanwhile; the tag is on the Hub with another corpus; the Hub made something
            else of the commit; or it did not answer, several times. Says what is on the Hub.
    """
    run = _Run(hub, release, say, delete)
    try:
        return patiently(run.attempt, say, wait)
    except RefusedError:
        raise
    except PublishError as error:
        raise PublishError(f"{str(error).rstrip('.')}. {run.standing()}") from error
    except KeyboardInterrupt as error:
        say("stopped; asking the Hub what it holds")
        raise StoppedError(f"stopped. {run.standing()}", *error.args) from error


def patiently(attempt: Callable[[], T], say: Callable[[str], None], wait: Callable[[float], None] = time.sleep) -> T:
    """Attempt it until it is done, or until another attempt would not help; wait as long as the Hub asks.

    Raises:
        PublishError: it did not succeed, several times; or the Hub asks for too long a wait.
    """
    for pause in (*PAUSES, None):
        try:
            return attempt()
        except TransientError as error:
            if pause is None:
                raise PublishError(f"{error}; given up after {plural(len(PAUSES) + 1, 'attempt')}") from error
            if error.after > LONGEST:
                raise PublishError(f"{error}, and this command waits {LONGEST} s at most") from error
            longer = max(pause, error.after)
            say(f"{error}; looking again in {longer} s{f' (it waits {LONGEST} s at most)' if error.after else ''}")
            wait(longer)
    raise AssertionError


class _Run:
    """One run of a release. Remembers, from attempt to attempt, the head it started from and how far it came."""

    def __init__(
        self, hub: HuggingFaceHub, release: Release, say: Callable[[str], None], delete: tuple[str, ...]
    ) -> None:
        self.hub = hub
        self.release = release
        self.say = say
        self.delete = delete
        self.expected: str | None = None
        self.sent: set[str] = set()
        self.reached = NOTHING_SENT

    def attempt(self) -> Outcome:
        """Go from what is there to the end, or to the next obstacle."""
        seen = inspect_hub(self.hub, self.release) or self._created()
        if self.expected is None:
            self.say(f"main is {seen.main}")
            for line in seen.noted(self.release, self.delete):
                self.say(line)
        self.expected = self.expected or seen.state.head
        if seen.exposed:
            raise RefusedError(f"not published: {seen.refusal(self.delete)} Nothing was changed.")
        if seen.clash:
            raise PublishError(seen.clash)
        commit = seen.commit or self._committed(seen)
        self.reached = NOT_TAGGED
        if self.release.tag not in seen.state.tags:
            self.sent.add("tag")
            self.hub.tag(self.release, commit)
            after = self.hub.state()
            if after is None or after.tags.get(self.release.tag) != commit:
                raise TransientError(f"the Hub took the tag {self.release.tag} and does not list it on {short(commit)}")
        return Outcome(commit, "commit" in self.sent, "tag" in self.sent)

    def standing(self) -> str:
        """What is on the Hub now, and what to do next; as far as this run knows if the Hub does not say."""
        try:
            seen = inspect_hub(self.hub, self.release)
            why = "it shows no such dataset to this token"
        except PublishError as error:
            seen, why = None, str(error)
        if seen is None:
            return f"What the Hub holds now is not known ({why}); as far as this run knows, {self.reached}. {AGAIN}"
        late = " The commit that was sent may still appear." if self.reached == UNKNOWN and not seen.commit else ""
        return f"{seen.standing(self.release)}{late}"

    def _created(self) -> Inspection:
        if self.expected is not None:
            raise PublishError(f"{self.hub.repository} is gone from the Hub, or this token may no longer see it")
        self.hub.create()
        seen = inspect_hub(self.hub, self.release)
        if seen is None:
            raise TransientError("the dataset was made, but the Hub does not know it yet")
        self.say("made the dataset")
        return seen

    def _committed(self, seen: Inspection) -> str:
        """A new commit that holds the release."""
        if seen.state.head != self.expected:
            theirs = ", ".join(map(printable, seen.foreign))
            raise PublishError(
                f"main on the Hub moved from {short(self.expected or '')} to {short(seen.state.head)} while this ran: "
                f"somebody else pushed{f' ({theirs})' if theirs else ''}. What they pushed is untouched and no tag was "
                "made. Look at it there, then see what would change with --dry-run"
            )
        if refusal := seen.refusal(self.delete):
            raise RefusedError(f"not published: {refusal} Nothing was changed.")
        for name in seen.plan.deleted:
            self.say(f"deleting {printable(name)}")
        self.hub.upload(self.release, seen.plan)
        self.sent.add("commit")
        self.reached = UNKNOWN
        commit = self.hub.commit(self.release, seen.plan, seen.state.head)
        self.reached = NOT_TAGGED
        self.say(f"made the commit {short(commit)}")
        left = plan_of(self.release.files, self.hub.tree(commit))
        if left.names:
            raise PublishError(
                f"the commit {short(commit)} on the Hub is not the corpus that was sent: {listed(left)}. It was not "
                "tagged, so readers by tag see the release before. Look at the commit there; .gitignore or "
                ".gitattributes of the dataset may leave files out or change them"
            )
        return commit
