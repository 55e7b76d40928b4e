"""The errors that stop a release; each message says what is on the Hub now and what to do."""

from __future__ import annotations

import signal

from vouchbank.errors import VouchBankError


class PublishError(VouchBankError):
    """The release could not be completed; the message says what is on the Hub.

    Attributes:
        status: The exit status of the command.
    """

    status = 2


class RefusedError(PublishError):
    """The release would delete files of others on the Hub, or make an article without a licence public."""

    status = 1


class StoppedError(PublishError):
    """Ctrl-C or another signal stopped the release; the exit status is 128 plus the number of the signal."""

    def __init__(self, message: str, number: int = signal.SIGINT) -> None:
        self.status = 128 + number
        super().__init__(message)


class TransientError(PublishError):
    """The Hub did not answer, or reported a temporary failure; trying again may help.

    Attributes:
        after: The seconds that the Hub asks to wait; 0 if it does not say.
    """

    def __init__(self, message: str, after: int = 0) -> None:
        self.after = after
        super().__init__(message)
