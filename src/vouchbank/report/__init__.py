"""Render findings for people and programs: in a terminal, on a pull request, as JSON, SARIF or JUnit.

The modules for `vouchbank check --format` are `human`, `github` (and its job summary), `structured`, `sarif` and
`junit`. Each takes a `Run` and returns text; none of them reads files, prints or exits. Findings quote text that
anybody may have written, so each module escapes it for its format.
"""

from vouchbank.report.human import plain, underlined
from vouchbank.report.run import Run, summary
from vouchbank.report.text import MAX_LINE, printable, width

__all__ = ["MAX_LINE", "Run", "plain", "printable", "summary", "underlined", "width"]
