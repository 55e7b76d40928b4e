"""What was done in the editor, step by step: every state of the files, so that undo gives back the very bytes.

Example:
    >>> start = History().then({"a.toml": b"1"}, {"a.toml": b"0"}, "typed 1").then({"a.toml": b"2"}, {}, "typed 2")
    >>> start.now, start.undone().undone().now, start.undone().undo, start.undone().redo
    ({'a.toml': b'2'}, {'a.toml': b'0'}, 'typed 1', 'typed 2')
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

Files = Mapping[str, bytes | None]  # None: the file does not exist


@dataclass(frozen=True)
class History:
    """States of files; those behind the present one can be redone.

    Attributes:
        states: Every file that was ever touched, in each state.
        said: What led from a state to the next.
        at: The number of the present state.
    """

    states: tuple[Files, ...] = ({},)
    said: tuple[str, ...] = ()
    at: int = 0

    @property
    def now(self) -> Files:
        """The files as they are."""
        return self.states[self.at]

    @property
    def undo(self) -> str:
        """What `undone` would take back; empty if nothing was done."""
        return self.said[self.at - 1] if self.at else ""

    @property
    def redo(self) -> str:
        """What `redone` would do again; empty if nothing was undone."""
        return self.said[self.at] if self.at < len(self.said) else ""

    def then(self, files: Files, before: Files, said: str) -> History:
        """The history with a further step; what had been undone is forgotten.

        Args:
            files: The files that change.
            before: What those held that were not touched before.
            said: What was done.
        """
        new = {file: data for file, data in before.items() if file not in self.states[0]}
        kept = tuple({**state, **new} for state in self.states[: self.at + 1])
        return History((*kept, {**kept[-1], **files}), (*self.said[: self.at], said), self.at + 1)

    def undone(self) -> History:
        """One step back; the same where there is none."""
        return replace(self, at=max(self.at - 1, 0))

    def redone(self) -> History:
        """One step forward again; the same where there is none."""
        return replace(self, at=min(self.at + 1, len(self.said)))
