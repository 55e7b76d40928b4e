"""What stops a release: each error says what is on the Hub now, and what to do."""

from __future__ import annotations

from vouchbank.errors import VouchBankError


class PublishError(VouchBankError):
    """The release could not be made; what is on the Hub is said in the message."""


class TransientError(PublishError):
    """The Hub did not answer, or not as it should; asking again may help."""
