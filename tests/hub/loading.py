"""Loads a dataset from the Hub with the real `datasets`, and prints what came as JSON. Not a test by itself.

In a process of its own, since the libraries read HF_ENDPOINT when they are imported:
`loading.py NAME plain|stream REVISION CONFIG…`; the revision "" is main, the config "" the one without a name.
"""

from __future__ import annotations

import json
import sys
from typing import Any


def only_this_machine(event: str, arguments: tuple[Any, ...]) -> None:
    """Refuse every connection to elsewhere."""
    if event == "socket.connect" and isinstance(arguments[1], tuple) and arguments[1][0] not in ("127.0.0.1", "::1"):
        raise AssertionError(f"another machine was asked: {arguments[1]}")


def main(name: str, how: str, revision: str, *configs: str) -> None:
    """Print the rows of each config."""
    sys.addaudithook(only_this_machine)
    import datasets

    datasets.disable_progress_bars()
    rows = {}
    for config in configs:
        loaded = datasets.load_dataset(name, config or None, revision=revision or None, streaming=how == "stream")
        rows[config] = {split: [dict(row) for row in data] for split, data in loaded.items()}
    print(json.dumps(rows))


if __name__ == "__main__":
    main(*sys.argv[1:])
