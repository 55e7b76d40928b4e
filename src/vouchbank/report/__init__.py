"""Findings as people and programs want them: in a terminal, on a pull request, as JSON, SARIF or JUnit.

The renderings of `vouchbank check --format` are `human`, `github` (and its job summary), `structured`, `sarif` and
`junit`. Each takes a `Run` and returns text; nothing here reads a file, prints or exits. What they show was written by
anybody, so each makes sure in its own way that text stays text.
"""

from vouchbank.report.human import plain, underlined
from vouchbank.report.run import Run, summary
from vouchbank.report.text import MAX_LINE, printable, width

__all__ = ["MAX_LINE", "Run", "plain", "printable", "summary", "underlined", "width"]
