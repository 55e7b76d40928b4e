"""What stops a release: each error says what is on the Hub now, and what to do.

Example:
    >>> from vouchbank.release.plan import Plan
    >>> str(TagTakenError("v0.1.0", "3fa2bc1d0e", Plan(changed=("README.md",))))
    'v0.1.0 is on the Hub already (3fa2bc1d), with another corpus: README.md differs. A published version is never \
changed: raise the version, build, commit, tag and publish that.'
"""

from __future__ import annotations

from vouchbank.errors import VouchBankError
from vouchbank.release.plan import Plan
from vouchbank.report.text import plural, printable


def short(commit: str) -> str:
    """A commit id as people read it."""
    return printable(commit[:8])


def listed(plan: Plan, most: int = 3) -> str:
    """The files of a plan in words: "README.md differs", "a, b, c and 4 more differ"."""
    names = [printable(name) for name in plan.names]
    rest = f" and {len(names) - most:,} more" if len(names) > most else ""
    return f"{', '.join(names[:most])}{rest} differ{'s' * (len(names) == 1)}"


class PublishError(VouchBankError):
    """The release could not be made."""


class NoTokenError(PublishError):
    """Nobody is logged in."""

    def __init__(self) -> None:
        super().__init__(
            "there is no token for the Hub: set HF_TOKEN, or run `hf auth login`, or in CI set HF_OIDC_RESOURCE "
            "(docs/releasing.md). Nothing was changed."
        )


class RefusedError(PublishError):
    """The Hub refused, and would refuse again."""


class ConflictError(PublishError):
    """Somebody else pushed between the moment the release was planned and the moment it was made."""

    def __init__(self, expected: str, found: str) -> None:
        super().__init__(
            f"main on the Hub moved from {short(expected)} to {short(found)} while this ran: somebody else pushed. "
            "What they pushed is untouched and no tag was made. Look at it there, then see what would change with "
            "--dry-run and publish again."
        )


class TagTakenError(PublishError):
    """The tag names another corpus."""

    def __init__(self, tag: str, commit: str, plan: Plan) -> None:
        super().__init__(
            f"{printable(tag)} is on the Hub already ({short(commit)}), with another corpus: {listed(plan)}. "
            "A published version is never changed: raise the version, build, commit, tag and publish that."
        )


class NotWholeError(PublishError):
    """What the Hub holds after the commit is not what was sent."""

    def __init__(self, commit: str, plan: Plan) -> None:
        super().__init__(
            f"the commit {short(commit)} on the Hub is not the corpus that was sent: {listed(plan)}. It was not "
            "tagged, so readers by tag see the release before. Look at the commit there; .gitignore or .gitattributes "
            "of the dataset may leave files out or change them."
        )


class TransientError(PublishError):
    """The Hub did not answer, or not as it should; asking again may help."""


class GaveUpError(PublishError):
    """The Hub did not answer, again and again."""

    def __init__(self, last: str, tries: int, reached: str) -> None:
        super().__init__(
            f"{last}; given up after {plural(tries, 'attempt')}. {reached} Nothing is lost: run the same command again."
        )
