"""Run commands and calls as if some libraries were not installed; `tests.extras_support.told` starts it.

It reads `hidden` (modules), `commands` (lists of words) and `calls` (Python expressions) as JSON, and tells of each its
exit status (of a call: 0, 2 for an error of the package, 1 for another one) and what it said on standard error.
"""

from __future__ import annotations

import json
import sys
from typing import Any


class Hidden:
    """A finder that finds what another one does, but for some modules."""

    def __init__(self, finder: Any, hidden: list[str]) -> None:
        self.finder, self.hidden = finder, hidden

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        return None if name.partition(".")[0] in self.hidden else self.finder.find_spec(name, path, target)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.finder, name)


def main() -> None:
    asked = json.load(sys.stdin)
    sys.meta_path[:] = [Hidden(finder, asked["hidden"]) for finder in sys.meta_path]

    from click.testing import CliRunner

    import vouchbank
    from vouchbank.cli import main as command
    from vouchbank.errors import VouchBankError

    told = []
    for words in asked["commands"]:
        done = CliRunner().invoke(command, words, prog_name="vouchbank")
        crash = "" if isinstance(done.exception, SystemExit | None) else repr(done.exception)
        told.append([done.exit_code, crash or done.stderr])
    for call in asked["calls"]:
        try:
            eval(call, {"vouchbank": vouchbank})
            told.append([0, ""])
        except VouchBankError as error:
            told.append([2, f"{error}\n"])
        except Exception as error:
            told.append([1, repr(error)])
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    main()
