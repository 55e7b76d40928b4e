"""The steps of a release: inspect, make one commit on what was found, inspect again, tag, inspect again.

The commit is a single request, so it is made completely or not at all. The tag follows, so readers who load by tag see
either the previous release or this one, complete. Each step relies on what is on the Hub, not on the answers, so after
a lost answer or a kill it is enough to run again: a run that finds its commit only tags it, and a run that finds the
tag on the same corpus does nothing. Whatever stops a run, the Hub is inspected once more, and the message says what it
has.
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

# Seconds before the second and the third attempt; the client also repeats single uploads.
PAUSES = (1, 4)
# The Hub may ask for longer pauses, up to this one; its rate limits last five minutes.
LONGEST = 600
NOTHING_SENT = "the commit was not sent: main and the tags are unchanged"
UNKNOWN = "the commit may or may not have been made; main has the old corpus or the new one, complete"
NOT_TAGGED = "the commit was made, the tag perhaps not; readers who load by tag see the previous release or this one"

T = TypeVar("T")


@dataclass(frozen=True)
class Outcome:
    """The result of a run."""

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
    """Publish a release to the Hub: one commit if anything differs, then the tag.

    Args:
        hub: The dataset to publish to.
        release: The release.
        say: Prints a line of progress.
        delete: Files and folders of others that may be deleted.
        wait: Waits some seconds before the next attempt.

    Raises:
        RefusedError: files of others would be deleted and `delete` does not name them, or the dataset is public and the
            release must not be.
        StoppedError: Ctrl-C, or another KeyboardInterrupt; its argument is the number of the signal.
        PublishError: somebody else pushed meanwhile, the tag is on the Hub with a different corpus, the commit on the
            Hub differs from what was sent, or the Hub did not answer several times. The message says what is on the
            Hub.
    """
    run = _Run(hub, release, say, delete)
    try:
        return patiently(run.attempt, say, wait)
    except RefusedError:
        raise
    except PublishError as error:
        raise PublishError(f"{str(error).rstrip('.')}. {run.standing()}") from error
    except KeyboardInterrupt as error:
        say("stopped; inspecting the Hub")
        raise StoppedError(f"stopped. {run.standing()}", *error.args) from error


def patiently(attempt: Callable[[], T], say: Callable[[str], None], wait: Callable[[float], None] = time.sleep) -> T:
    """Try until it succeeds or until trying again cannot help; wait as long as the Hub asks.

    Raises:
        PublishError: every attempt failed, or the Hub asks to wait too long.
    """
    for pause in (*PAUSES, None):
        try:
            return attempt()
        except TransientError as error:
            if pause is None:
                raise PublishError(f"{error}; gave up after {plural(len(PAUSES) + 1, 'attempt')}") from error
            if error.after > LONGEST:
                raise PublishError(f"{error}, but this command waits at most {LONGEST} s") from error
            longer = max(pause, error.after)
            say(f"{error}; trying again in {longer} s")
            wait(longer)
    raise AssertionError


class _Run:
    """One run of a release. It remembers across attempts which head it started from and which step it reached."""

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
        """Do what is still missing, up to the end or the next error."""
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
                raise TransientError(f"the Hub accepted the tag {self.release.tag} but does not list it yet")
        return Outcome(commit, "commit" in self.sent, "tag" in self.sent)

    def standing(self) -> str:
        """What is on the Hub now, and what to do next; if the Hub does not answer, as far as this run knows."""
        try:
            seen = inspect_hub(self.hub, self.release)
            why = "this token cannot see the dataset"
        except PublishError as error:
            seen, why = None, str(error)
        if seen is None:
            return f"What is on the Hub now is unknown ({why}); as far as this run knows, {self.reached}. {AGAIN}"
        late = " The commit may still appear." if self.reached == UNKNOWN and not seen.commit else ""
        return f"{seen.standing(self.release)}{late}"

    def _created(self) -> Inspection:
        if self.expected is not None:
            raise PublishError(f"{self.hub.repository} is gone from the Hub, or this token can no longer see it")
        self.hub.create()
        seen = inspect_hub(self.hub, self.release)
        if seen is None:
            raise TransientError("the dataset was created, but the Hub does not list it yet")
        self.say("created the dataset")
        return seen

    def _committed(self, seen: Inspection) -> str:
        """Make a commit that contains the release."""
        if seen.state.head != self.expected:
            theirs = ", ".join(map(printable, seen.foreign))
            raise PublishError(
                f"main on the Hub moved from {short(self.expected or '')} to {short(seen.state.head)} while this ran: "
                f"somebody else pushed{f' ({theirs})' if theirs else ''}. Their commit is untouched and no tag was "
                "made. Look at it on the Hub, then run this with --dry-run to see what would change"
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
                f"the commit {short(commit)} on the Hub differs from the corpus that was sent: {listed(left)}. It was "
                "not tagged, so readers who load by tag see the previous release. Look at the commit on the Hub; the "
                "dataset's .gitignore or .gitattributes may leave files out or change them"
            )
        return commit
