"""What stops withholding or restoring."""

from __future__ import annotations

from vouchbank.errors import VouchBankError


class NotWithheldError(VouchBankError):
    """The folder to restore is no corpus whose text is withheld, or one that was changed since it was made."""

    def __init__(self, why: str) -> None:
        super().__init__(f"this is no corpus with its text withheld that can be restored: {why}")


class CannotWithholdError(VouchBankError):
    """A file of the corpus holds words of an article in a form that cannot be taken out and put back."""

    def __init__(self, file: str, why: str) -> None:
        self.file = file
        super().__init__(f"the text cannot be withheld: {file}: {why}")


class RestoredWrongError(VouchBankError):
    """The right articles were there, and still what was restored is not what was withheld."""

    def __init__(self, what: str, made_by: str) -> None:
        self.what = what
        super().__init__(
            f"not restored: {what} is not what was withheld, although the articles are the right ones; nothing was "
            f"written. The folder was changed, or it needs the version that made it: vouchbank {made_by}"
        )
