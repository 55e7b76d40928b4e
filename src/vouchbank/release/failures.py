"""What stops a release: each error says what is on the Hub now, and what to do."""

from __future__ import annotations

import signal

from vouchbank.errors import VouchBankError


class PublishError(VouchBankError):
    """The release could not be made; what is on the Hub is said in the message.

    Attributes:
        status: The exit status of the command.
    """

    status = 2


class RefusedError(PublishError):
    """The release would delete what others put on the Hub, or show everybody an article without a licence."""

    status = 1


class StoppedError(PublishError):
    """Ctrl-C, or another signal that ends programs: the exit status is 128 and its number."""

    def __init__(self, message: str, number: int = signal.SIGINT) -> None:
        self.status = 128 + number
        super().__init__(message)


class TransientError(PublishError):
    """The Hub did not answer, or not as it should; asking again may help.

    Attributes:
        after: The seconds for which the Hub asks to be left alone; 0 if it does not say.
    """

    def __init__(self, message: str, after: int = 0) -> None:
        self.after = after
        super().__init__(message)
