"""The steps of an editing session: every state of the files, so that undo restores their exact bytes.

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
    """States of files; those after the present one can be redone.

    Attributes:
        states: Every state, with all files that were ever changed.
        said: What led from each state to the next.
        at: The number of the present state.
    """

    states: tuple[Files, ...] = ({},)
    said: tuple[str, ...] = ()
    at: int = 0

    @property
    def now(self) -> Files:
        """The files in the present state."""
        return self.states[self.at]

    @property
    def undo(self) -> str:
        """The step that `undone` would undo; empty if there is none."""
        return self.said[self.at - 1] if self.at else ""

    @property
    def redo(self) -> str:
        """The step that `redone` would redo; empty if there is none."""
        return self.said[self.at] if self.at < len(self.said) else ""

    def then(self, files: Files, before: Files, said: str) -> History:
        """The history with one more step; steps that were undone are dropped.

        Args:
            files: The files that change.
            before: The old contents of the files that no earlier step changed.
            said: What was done.
        """
        new = {file: data for file, data in before.items() if file not in self.states[0]}
        kept = tuple({**state, **new} for state in self.states[: self.at + 1])
        return History((*kept, {**kept[-1], **files}), (*self.said[: self.at], said), self.at + 1)

    def undone(self) -> History:
        """One step back, if there is one."""
        return replace(self, at=max(self.at - 1, 0))

    def redone(self) -> History:
        """One step forward, if there is one."""
        return replace(self, at=min(self.at + 1, len(self.said)))
