"""The order of a release: look, one commit on what was seen, look again, tag, look again.

The commit is one request, so it is made or it is not; the tag comes after, so readers by tag see the release before
or this one, whole. Each step is judged by what is on the Hub, not by what was answered: an answer that was lost, or a
kill between two requests, is mended by running again. A run that finds its own commit there only tags it; a run that
finds the tag on the same corpus has nothing to do.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from vouchbank.release.failures import PublishError, TransientError
from vouchbank.release.hub import HuggingFaceHub
from vouchbank.release.plan import HubState, Plan, Release, listed, plan_of, short
from vouchbank.report.text import plural, printable

# Seconds before the second and the third look; the client repeats single uploads on its own, too.
PAUSES = (1.0, 4.0)
NOTHING_SENT = "The commit was not sent: main and the tags on the Hub are as they were."
UNKNOWN = "Whether the commit was made is not known; main on the Hub holds the old corpus or the new one, whole."
NOT_TAGGED = "The commit is made, the tag is not known to be: readers by tag see the release before or this one, whole."


@dataclass(frozen=True)
class Outcome:
    """What a run did."""

    commit: str
    committed: bool
    tagged: bool


def planned(hub: HuggingFaceHub, release: Release) -> tuple[HubState | None, Plan]:
    """What would change, and what it would change; asks, and writes nothing.

    Raises:
        PublishError: the tag is on the Hub with another corpus.
    """
    state = hub.state()
    if state is None:
        return None, plan_of(release.files, {})
    if release.tag in state.tags:
        _tagged(hub, release, state.tags[release.tag])
        return state, Plan()
    return state, plan_of(release.files, hub.tree(state.head))


def publish(
    hub: HuggingFaceHub, release: Release, say: Callable[[str], None], wait: Callable[[float], None] = time.sleep
) -> Outcome:
    """Bring a release to the Hub: one commit if something differs, then the tag.

    Args:
        hub: Where to.
        release: What.
        say: Is told in words how far the run is.
        wait: Waits some seconds before the next attempt.

    Raises:
        PublishError: somebody else pushed meanwhile; the tag is on the Hub with another corpus; the Hub made something
            else of the commit; or it did not answer, several times.
    """
    run = _Run(hub, release, say)
    for pause in (*PAUSES, None):
        try:
            return run.attempt()
        except TransientError as error:
            if pause is None:
                tries = plural(len(PAUSES) + 1, "attempt")
                more = f"{run.reached} Nothing is lost: run the same command again."
                raise PublishError(f"{error}; given up after {tries}. {more}") from error
            say(f"{error}; looking again in {pause:g} s")
            wait(pause)
    raise AssertionError


class _Run:
    """One run of a release. Remembers, from attempt to attempt, the head it started from and how far it came."""

    def __init__(self, hub: HuggingFaceHub, release: Release, say: Callable[[str], None]) -> None:
        self.hub = hub
        self.release = release
        self.say = say
        self.expected: str | None = None
        self.committed = False
        self.reached = NOTHING_SENT

    def attempt(self) -> Outcome:
        """Go from what is there to the end, or to the next obstacle."""
        state = self.hub.state() or self._created()
        if self.release.tag in state.tags:
            commit = state.tags[self.release.tag]
            _tagged(self.hub, self.release, commit)
            return Outcome(commit, self.committed, self.reached == NOT_TAGGED)
        self.expected = self.expected or state.head
        commit = self._committed(state)
        self.reached = NOT_TAGGED
        self.hub.tag(self.release, commit)
        seen = self.hub.state()
        if seen is None or seen.tags.get(self.release.tag) != commit:
            raise TransientError(f"the Hub took the tag {self.release.tag} and does not list it on {short(commit)}")
        return Outcome(commit, self.committed, True)

    def _created(self) -> HubState:
        self.hub.create()
        state = self.hub.state()
        if state is None:
            raise TransientError("the dataset was made, but the Hub does not know it yet")
        self.say("made the dataset")
        return state

    def _committed(self, state: HubState) -> str:
        """The commit of main that holds the release: the head, or a new one."""
        plan = plan_of(self.release.files, self.hub.tree(state.head))
        if not plan.names:
            self.committed = state.head != self.expected
            return state.head
        if state.head != self.expected:
            raise PublishError(
                f"main on the Hub moved from {short(self.expected or '')} to {short(state.head)} while this ran: "
                "somebody else pushed. What they pushed is untouched and no tag was made. Look at it there, then see "
                "what would change with --dry-run and publish again."
            )
        self.hub.upload(self.release, plan)
        self.reached = UNKNOWN
        commit = self.hub.commit(self.release, plan, state.head)
        self.committed, self.reached = True, NOT_TAGGED
        self.say(f"made the commit {short(commit)}")
        left = plan_of(self.release.files, self.hub.tree(commit))
        if left.names:
            raise PublishError(
                f"the commit {short(commit)} on the Hub is not the corpus that was sent: {listed(left)}. It was not "
                "tagged, so readers by tag see the release before. Look at the commit there; .gitignore or "
                ".gitattributes of the dataset may leave files out or change them."
            )
        return commit


def _tagged(hub: HuggingFaceHub, release: Release, commit: str) -> None:
    """See that a tag that is there holds this corpus."""
    plan = plan_of(release.files, hub.tree(commit))
    if plan.names:
        raise PublishError(
            f"{printable(release.tag)} is on the Hub already ({short(commit)}), with another corpus: {listed(plan)}. "
            "A published version is never changed: raise the version, build, commit, tag and publish that."
        )
